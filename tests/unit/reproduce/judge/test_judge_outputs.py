"""How two outputs are compared wherever they are kept, and two runs output by output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared_analysis.reproduce import Verdict
from shared_analysis.reproduce.commit.content import Absent, Content
from shared_analysis.reproduce.findings import worst
from shared_analysis.reproduce.judge.contents import compare_contents
from shared_analysis.reproduce.judge.outputs import compare_results
from shared_analysis.reproduce.judge.sides import BEFORE_AND_AFTER
from shared_analysis.reproduce.run.outcome import Result


@dataclass(frozen=True)
class Folder:
    """The texts of a folder by name; a text of None is not to be had."""

    place: Path
    texts: Mapping[str, str | None]

    def files(self) -> Mapping[str, str] | None:
        return {name: str(text) for name, text in self.texts.items()}

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        text = self.texts[name]
        if text is None:
            raise Absent("it is lost")
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path


@dataclass(frozen=True)
class File:
    """One file, which is not opened here."""

    def files(self) -> Mapping[str, str] | None:
        return None

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        raise Absent("it is lost")
        yield


def folders(place: Path, old: Mapping[str, str | None], new: Mapping[str, str | None]) -> tuple[Folder, Folder]:
    return Folder(place / "old", old), Folder(place / "new", new)


def test_a_folder_is_compared_file_by_file(tmp_path: Path) -> None:
    old = {"same.csv": "n\n1\n", "sum.csv": "x\n0.3\n", "old.csv": "n\n1\n", "lost.csv": None}
    new = {"same.csv": "n\n1\n", "sum.csv": "x\n0.30000000000000004\n", "new.csv": "n\n1\n", "lost.csv": "n\n2\n"}
    verdict, reasons = compare_contents(*folders(tmp_path, old, new), 1e-9)
    assert verdict is Verdict.missing
    assert reasons == [
        "lost.csv: it is lost",
        "new.csv: is not among the committed files",
        "old.csv: did not come out",
        "sum.csv: the same cells within 1e-09, in other bytes",
    ]
    assert compare_contents(*folders(tmp_path, old, new), 1e-9, BEFORE_AND_AFTER)[1][1:3] == [
        "new.csv: is new",
        "old.csv: is gone",
    ]


def test_a_verdict_on_a_folder_is_that_on_its_worst_file(tmp_path: Path) -> None:
    old, new = {"a.csv": "x\n0.3\n"}, {"a.csv": "x\n0.30000000000000004\n"}
    assert compare_contents(*folders(tmp_path, old, new), 1e-9)[0] is Verdict.equivalent
    assert compare_contents(*folders(tmp_path, old | {"b.csv": "n\n1\n"}, new | {"b.csv": "n\n2\n"}), 1e-9)[0] is (
        Verdict.different
    )


@pytest.mark.parametrize(("count", "lines"), [(8, 8), (9, 9), (12, 9)])
def test_many_files_are_counted(count: int, lines: int, tmp_path: Path) -> None:
    new: dict[str, str | None] = {f"{number:02}.csv": "n\n1\n" for number in range(count)}
    _, reasons = compare_contents(*folders(tmp_path, {}, new), 1e-9)
    assert len(reasons) == lines
    assert count == 8 or reasons[-1] == f"and {count - 8} more"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {})
    assert compare_contents(File(), folder, 1e-9)[0] is Verdict.different
    assert compare_contents(folder, File(), 1e-9)[0] is Verdict.different


def test_results_of_two_commits_are_compared_by_name(tmp_path: Path) -> None:
    same: Content = Folder(tmp_path, {})
    old = {
        "kept": Result("a", "1", same),
        "lost": Result("a", "2", File()),
        "failed": Result("a", None, same, "its stage ended with 3"),
        "dropped": Result("b", "4", same),
    }
    new = {
        "kept": Result("a", "1", same),
        "lost": Result("a", "5", same),
        "failed": Result("a", "6", same),
        "added": Result("c", "7", same),
        "absent": Result("c", None, same, "its stage ran and did not make it"),
    }
    findings = {finding.file: finding for finding in compare_results(old, new, 1e-9)}
    assert {name: finding.verdict.value for name, finding in findings.items()} == {
        "kept": "identical",
        "lost": "different",
        "failed": "different",
        "added": "different",
        "absent": "missing",
        "dropped": "missing",
    }
    assert findings["failed"].reasons == ("did not come out before: its stage ended with 3",)
    assert (findings["lost"].recorded, findings["lost"].found) == ("2", "5")
    assert (findings["dropped"].stage, findings["dropped"].recorded) == ("b", "4")


def test_the_worst_of_nothing_is_identical() -> None:
    assert worst([]) is Verdict.identical
    assert worst([Verdict.equivalent, Verdict.missing, Verdict.different]) is Verdict.missing


def test_what_is_not_to_be_had_at_all_is_different(tmp_path: Path) -> None:
    (finding,) = compare_results({"x": Result("a", "1", File())}, {"x": Result("a", "2", File())}, 1e-9)
    assert finding.verdict is Verdict.different
    assert finding.reasons == ("other bytes; it is lost, so no more can be said",)
