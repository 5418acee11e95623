"""An environment is taken again only if it is, file by file, what it was before any stage ran."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.reproduce.commit.workspace import lasting_place
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.warm_environment import warm_environment

AGAIN = "for an earlier run, and no file has changed since"


@pytest.fixture
def build(tmp_path: Path) -> Callable[[Path], Environment]:
    """Build a small environment, and count how often."""
    built = tmp_path / "built"

    def build(folder: Path) -> Environment:
        if not folder.exists():
            built.write_text(built.read_text() + "x" if built.exists() else "x")
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / "python").symlink_to(sys.executable)
            (folder / "code.py").write_text("print('honest')\n")
            (folder / "empty").mkdir()
        return Environment(folder / "bin" / "python", "built", "3.11.7", "here")

    return build


def times(folder: Path) -> int:
    return len((folder / "built").read_text())


def test_the_same_environment_is_taken_again_and_it_is_said(
    tmp_path: Path, build: Callable[[Path], Environment]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert AGAIN not in warm_environment(place, build).origin
    assert AGAIN in warm_environment(place, build).origin
    assert times(tmp_path) == 1


def _change(folder: Path) -> None:
    (folder / "code.py").write_text("print('another')\n")


def _change_and_set_the_time_back(folder: Path) -> None:
    before = (folder / "code.py").stat()
    (folder / "code.py").write_text("print('Honest')\n")
    os.utime(folder / "code.py", ns=(before.st_atime_ns, before.st_mtime_ns))


def _add(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text("")


def _delete(folder: Path) -> None:
    (folder / "code.py").unlink()


def _lead_elsewhere(folder: Path) -> None:
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to("/bin/true")


def _forge_the_list(folder: Path) -> None:
    (folder.parent / "files.json").write_text("{}")


def _break_the_list(folder: Path) -> None:
    (folder.parent / "files.json").write_text("[" * 100_000)


def _lose_the_list(folder: Path) -> None:
    (folder.parent / "files.json").unlink()


@pytest.mark.parametrize(
    "change",
    [
        *(_change, _change_and_set_the_time_back, _add, _delete, _lead_elsewhere),
        *(_forge_the_list, _break_the_list, _lose_the_list),
    ],
)
def test_one_that_has_changed_is_built_anew(
    tmp_path: Path, build: Callable[[Path], Environment], change: Callable[[Path], None]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    warm_environment(place, build)
    change(place / "environment")
    assert AGAIN not in warm_environment(place, build).origin
    assert times(tmp_path) == 2
    assert (place / "environment" / "code.py").read_text() == "print('honest')\n"
    assert AGAIN in warm_environment(place, build).origin


def test_a_place_is_held_by_one_and_the_next_does_without(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lasting_place("a", outside=small) as first:
        assert first is not None
        (first / "kept.txt").write_text("")
        with lasting_place("a", outside=small) as second, lasting_place("b", outside=small) as other:
            assert second is None
            assert other is not None
    with lasting_place("a", outside=small) as again:
        assert again == first
        assert (first / "kept.txt").exists()
