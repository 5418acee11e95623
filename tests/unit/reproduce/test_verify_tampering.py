"""Frauds and accidents: each is named with its file and reason, or called equivalent if it is harmless."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from shared_analysis.reproduce import Certificate, Verdict
from tests.unit.reproduce.small_project import (
    DVC,
    MAKE,
    PAGE,
    TABLE,
    WHEEL,
    cached,
    commit,
    edit_json,
    forge,
    lock_wheel,
    overwrite,
    recorded,
    replace,
    repro,
    text,
    write,
)

TOTALS, METRICS = "data/processed/totals.csv", "reports/metrics.json"


def lock_edited(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, METRICS), "0f" * 16)


def lock_and_output_edited(root: Path) -> None:
    forge(root, METRICS, edit_json(root, METRICS, rows=41))


def cache_forged_under_its_hash(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, METRICS), "0f" * 16)
    overwrite(cached(root, "0f" * 16), b'{"rows": 41}')


def cell_nudged(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    area, total = lines[3].split(",")
    lines[3] = f"{area},{float(total) * (1 + 1e-6):.12f}"
    forge(root, TOTALS, "\n".join(lines) + "\n")


def last_digit_other(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    lines[3] += "0000000001"
    forge(root, TOTALS, "\n".join(lines) + "\n")


def rows_reordered(root: Path) -> None:
    head, *rows = text(root, TOTALS).splitlines()
    forge(root, TOTALS, "\n".join([head, *reversed(rows)]) + "\n")


def rows_reordered_and_one_changed(root: Path) -> None:
    cell_nudged(root)
    rows_reordered(root)


def row_dropped(root: Path) -> None:
    forge(root, TOTALS, "\n".join(text(root, TOTALS).splitlines()[:-1]) + "\n")


def column_renamed(root: Path) -> None:
    forge(root, TOTALS, text(root, TOTALS).replace("total", "sum", 1))


def notebook_output_edited(root: Path) -> None:
    book = json.loads(text(root, "reports/page.ipynb"))
    book["cells"][1]["outputs"][0]["text"] = "0.7"
    forge(root, "reports/page.ipynb", json.dumps(book))


def page_edited(root: Path) -> None:
    forge(root, "reports/index.html", text(root, "reports/index.html").replace("mean", "median"))


def file_inside_a_folder_edited(root: Path) -> None:
    listing = json.loads(cached(root, recorded(root, "data/twin")).read_text())
    content = b"record_id\n2\n"
    overwrite(cached(root, "9dc9b4a4ae1c5f8bc4bfd0d6f0ba1d5e"), b"not what its name says")
    import hashlib

    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    overwrite(cached(root, digest), content)
    new = [entry | {"md5": digest} if entry["relpath"] == "truth.csv" else entry for entry in listing]
    written = json.dumps(new, sort_keys=True).encode()
    folder = f"{hashlib.md5(written, usedforsecurity=False).hexdigest()}.dir"
    overwrite(cached(root, folder), written)
    replace(root, "dvc.lock", recorded(root, "data/twin"), folder)


def wheel_edited(root: Path) -> None:
    write(root, WHEEL, "another wheel")


def wheel_and_its_hash_edited(root: Path) -> None:
    write(root, WHEEL, "another wheel")
    lock_wheel(root)


def second_wheel(root: Path) -> None:
    write(root, "vendor/other-1.0-py3-none-any.whl", "one more")


def input_swapped(root: Path) -> None:
    from tests.baked import dvc

    (root / "data/raw/factor.csv").unlink()
    write(root, "data/raw/factor.csv", "factor\n3.5\n")
    dvc("add", "-q", "data/raw/factor.csv", cwd=root)


def input_swapped_in_the_cache(root: Path) -> None:
    pointer = yaml.safe_load(text(root, "data/raw/factor.csv.dvc"))
    overwrite(cached(root, pointer["outs"][0]["md5"]), b"factor\n3.5\n")


def input_lost(root: Path) -> None:
    pointer = yaml.safe_load(text(root, "data/raw/factor.csv.dvc"))
    cached(root, pointer["outs"][0]["md5"]).unlink()


def parameter_changed(root: Path) -> None:
    replace(root, "params.yaml", "seed: 1", "seed: 2")


def code_changed(root: Path) -> None:
    replace(root, "code/table.py", "factor *", "1.1 * factor *")


def comment_changed(root: Path) -> None:
    replace(root, "code/page.py", "import json", "# how\nimport json")


def command_changed(root: Path) -> None:
    replace(root, "dvc.yaml", "python code/page.py", "python -B code/page.py")


def dependency_hidden(root: Path) -> None:
    pipeline = yaml.safe_load(text(root, "dvc.yaml"))
    pipeline["stages"]["page"]["deps"].remove("code/page.py")
    write(root, "dvc.yaml", yaml.safe_dump(pipeline, sort_keys=False))


def stage_removed(root: Path) -> None:
    stages = {name: stage for name, stage in DVC["stages"].items() if name != "page"}
    write(root, "dvc.yaml", yaml.safe_dump({"stages": stages}, sort_keys=False))


def stage_never_run(root: Path) -> None:
    more = {"more": {"cmd": "python -c \"open('more.txt', 'w').write('1')\"", "outs": ["more.txt"]}}
    write(root, "dvc.yaml", yaml.safe_dump({"stages": DVC["stages"] | more}, sort_keys=False))


def script_missing(root: Path) -> None:
    (root / "code" / "page.py").unlink()


def stage_frozen_over_a_committed_output(root: Path) -> None:
    """DVC would take the output from git and never run the stage."""
    stages = json.loads(json.dumps(DVC["stages"]))
    stages["page"] |= {"frozen": True, "outs": ["reports/page.ipynb", {"reports/index.html": {"cache": False}}]}
    write(root, "dvc.yaml", yaml.safe_dump({"stages": stages}, sort_keys=False))
    forge(root, "reports/index.html", "<p>Whatever one likes.</p>")
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/*\n!/reports/index.html\n")


def drawn_without_a_seed(root: Path) -> None:
    write(root, "code/make.py", MAKE.replace("random.Random(seed)", "random.Random()"))
    repro(root)


def clock_in_a_page(root: Path) -> None:
    write(root, "code/page.py", PAGE.replace("<p>The", "<p>{__import__('time').time_ns()} The"))
    repro(root)


def place_in_a_page(root: Path) -> None:
    write(root, "code/page.py", PAGE.replace("<p>The", "<p>{pathlib.Path.cwd()} The"))
    repro(root)


def order_of_a_set(root: Path) -> None:
    write(root, "code/table.py", TABLE.replace("sorted(totals.items())", "((a, totals[a]) for a in set(totals))"))
    repro(root)


def read_from_a_file_that_git_lacks(root: Path) -> None:
    write(root, "code/page.py", PAGE + 'open("reports/only-here.txt").read()\n')
    write(root, "reports/only-here.txt", "x")
    repro(root)


def output_kept_from_an_earlier_run(root: Path) -> None:
    """The author's place has the file; the code no longer writes it."""
    replace(root, "code/table.py", 'pathlib.Path("reports/metrics.json").write_text', "str")


def cache_of_runs_forged(root: Path) -> None:
    for path in (root / ".dvc" / "cache" / "runs").rglob("*"):
        if path.is_file():
            overwrite(path, b"cmd: x\n")


SEEN: list[tuple[Callable[[Path], None], Verdict, str, str]] = [
    (lock_edited, Verdict.different, METRICS, "its content is not to be had"),
    (lock_and_output_edited, Verdict.different, METRICS, "rows: differs by 0.024 of its value"),
    (cache_forged_under_its_hash, Verdict.different, METRICS, "the cache holds other content under this hash"),
    (cell_nudged, Verdict.different, TOTALS, "column total: 1 cell differs, by up to 1e-06 of its value"),
    (last_digit_other, Verdict.equivalent, TOTALS, "the same cells within 1e-09"),
    (rows_reordered, Verdict.equivalent, TOTALS, "the rows stand in another order"),
    (rows_reordered_and_one_changed, Verdict.different, TOTALS, "column total: 1 cell differs, by up to 1e-06"),
    (row_dropped, Verdict.different, TOTALS, "7 rows came out, 6 are committed"),
    (column_renamed, Verdict.different, TOTALS, "column sum did not come out"),
    (notebook_output_edited, Verdict.different, "reports/page.ipynb", "cell 2, its outputs: differs by"),
    (page_edited, Verdict.different, "reports/index.html", "the text: differs"),
    (file_inside_a_folder_edited, Verdict.different, "data/twin", "truth.csv: column record_id: 1 cell differs"),
    (wheel_edited, Verdict.missing, WHEEL, "not the wheel whose hash is in requirements.txt"),
    (wheel_and_its_hash_edited, Verdict.different, "vendor", "the results were made from other content"),
    (second_wheel, Verdict.missing, "vendor/other-1.0-py3-none-any.whl", "requirements.txt does not name it"),
    (input_swapped, Verdict.different, "data/raw", "the results were made from other content"),
    (input_swapped_in_the_cache, Verdict.missing, "data/raw/factor.csv", "the cache holds other content"),
    (input_lost, Verdict.missing, "data/raw/factor.csv", "its content is not to be had"),
    (parameter_changed, Verdict.different, "params.yaml: make.seed", "2 in the commit, 1 when the results were made"),
    (code_changed, Verdict.different, "code/table.py", "the results were made from other content"),
    (comment_changed, Verdict.different, "code/page.py", "the results were made from other content"),
    (command_changed, Verdict.different, "dvc.yaml: page", "the results were made by another command"),
    (dependency_hidden, Verdict.different, "code/page.py", "dvc.lock says that the stage read it, dvc.yaml does not"),
    (stage_removed, Verdict.missing, "reports/page.ipynb", "no stage of dvc.yaml makes it"),
    (stage_never_run, Verdict.different, "dvc.yaml: more", "dvc.lock does not know this stage"),
    (script_missing, Verdict.missing, "code/page.py", "the commit does not have it"),
    (stage_frozen_over_a_committed_output, Verdict.different, "reports/index.html", "the text: differs"),
    (drawn_without_a_seed, Verdict.different, "data/twin", "people.csv: column weight: 40 cells differ"),
    (clock_in_a_page, Verdict.different, "reports/index.html", "the text: differs"),
    (place_in_a_page, Verdict.different, "reports/index.html", "the text: differs"),
    (order_of_a_set, Verdict.equivalent, TOTALS, "the rows stand in another order"),
    (read_from_a_file_that_git_lacks, Verdict.missing, "reports/page.ipynb", "its stage ended with 1"),
    (output_kept_from_an_earlier_run, Verdict.missing, METRICS, "its stage ran and did not make it"),
]


@pytest.mark.parametrize(("tamper", "verdict", "file", "reason"), SEEN, ids=[one[0].__name__ for one in SEEN])
def test_it_is_named_with_its_reason(
    tamper: Callable[[Path], None],
    verdict: Verdict,
    file: str,
    reason: str,
    small: Path,
    check: Callable[..., Certificate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    tamper(small)
    commit(small)
    certificate = check()
    assert certificate.verdict is verdict
    found = {one.file: " / ".join(one.reasons) for one in (*certificate.inputs, *certificate.outputs)}
    assert reason in found[file]


def test_what_dvc_remembers_of_earlier_runs_is_not_asked(small: Path, check: Callable[..., Certificate]) -> None:
    cache_of_runs_forged(small)
    assert check().verdict is Verdict.identical


def test_a_forged_result_does_not_hide_behind_those_made_from_it(
    small: Path, check: Callable[..., Certificate]
) -> None:
    lock_and_output_edited(small)
    commit(small)
    verdicts = {one.file: one.verdict for one in check().outputs}
    assert [name for name, verdict in verdicts.items() if verdict is not Verdict.identical] == [METRICS]
