"""A commit of a stranger: what it may not read, write or choose, and what in it is odd but honest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from shared_analysis.git import git
from shared_analysis.reproduce import Certificate, RunOptions, Verdict, exclusive_workspace, verify
from tests.unit.reproduce.small_project import commit, edit, repro, text, write

Check = Callable[..., Certificate]


def test_a_stage_with_a_folder_of_its_own(check: Check, small: Path) -> None:
    def into_code(pipeline: Any) -> None:
        pipeline["stages"]["table"] |= {
            "wdir": "code",
            "cmd": "python table.py",
            "deps": ["table.py", "../data/raw", "../data/twin"],
            "outs": ["../data/processed/totals.csv"],
            "metrics": ["../reports/metrics.json"],
        }

    write(small, "code/table.py", "import os\nos.chdir('..')\n" + text(small, "code/table.py"))
    edit(small, "dvc.yaml", into_code)
    repro(small)
    assert check().verdict is Verdict.identical


def test_stages_whose_names_are_not_names_of_files(check: Check, small: Path) -> None:
    names = ["a/b"] if sys.platform == "win32" else ["a/b", "c:d"]  # there, c:d is a file on another drive
    each = {"matrix": {"part": names}, "cmd": "python code/each.py ${item.part}", "outs": ["out/${item.part}"]}
    made = "path.parent.mkdir(parents=True, exist_ok=True)\npath.write_text('x')\n"
    write(small, "code/each.py", f"import pathlib, sys\npath = pathlib.Path('out', sys.argv[1])\n{made}")
    write(small, ".gitignore", text(small, ".gitignore") + "/out/\n")
    edit(small, "dvc.yaml", lambda pipeline: pipeline["stages"].update(each=each))
    repro(small)
    assert check().verdict is Verdict.identical


def test_a_name_of_a_file_that_is_not_utf8(check: Check, small: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere, names of files are Unicode")
    Path(os.fsdecode(os.fsencode(small) + b"/caf\xe9.txt")).write_text("x", encoding="utf-8")
    commit(small)
    assert check().verdict is Verdict.identical


def test_no_stage_finds_the_reviewers_copy(check: Check, small: Path, tmp_path: Path) -> None:
    borrowing = tmp_path / "borrowing"
    subprocess.run(["git", "clone", "-q", "--shared", str(small), str(borrowing)], check=True)
    (small / ".dvc" / "cache").rename(borrowing / ".dvc" / "cache")
    verify(borrowing, options=RunOptions("current", keep=True))
    (made,) = (tmp_path / "temp").glob("*/clone/.git")
    assert git("remote", cwd=made.parent) == ""
    files = [made / "config", made / "packed-refs", *made.glob("objects/info/*"), *made.rglob("logs/**/*")]
    assert not [path for path in files if path.is_file() and str(tmp_path).encode() in path.read_bytes()]


def test_settings_of_the_commit_let_nothing_be_written_elsewhere(check: Check, small: Path, tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    settings = f"[core]\n    analytics = false\n    site_cache_dir = {planted}\n[cache]\n    dir = {planted}\n"
    write(small, ".dvc/config", settings)
    commit(small)
    (small / ".dvc" / "config.local").write_text(f"[cache]\n    dir = {small}/.dvc/cache\n", encoding="utf-8")
    assert check().verdict is Verdict.identical
    assert not planted.exists()


def test_what_a_stage_says_of_real_data_is_not_shown(real_once: Path, tmp_path: Path, small: Path) -> None:
    root = tmp_path / "real"
    shutil.copytree(real_once, root, symlinks=True)
    write(root, "code/page.py", "float('Zebedee Quux, 12 High Street')\n")
    commit(root)
    heard: list[str] = []
    assert verify(root, options=RunOptions("current", say=heard.append, keep=True)).verdict is Verdict.missing
    said = next(words for words in heard if "ended with 1" in words)
    assert "Zebedee" not in said
    log = Path(said.partition("see ")[2])
    assert "Zebedee" in log.read_text(encoding="utf-8")


def test_a_place_that_cannot_be_deleted_costs_no_certificate(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(_: Path) -> NoReturn:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    heard: list[str] = []
    monkeypatch.setattr("shared_analysis.reproduce.commit.workspace.remove_folder", in_use)
    assert check(say=heard.append).verdict is Verdict.identical
    assert "could not be deleted" in heard[-1]


@pytest.mark.parametrize(("error", "left"), [(ValueError, False), (KeyboardInterrupt, True)])
def test_only_a_run_that_was_stopped_leaves_its_place(
    error: type[BaseException], left: bool, small: Path, tmp_path: Path
) -> None:
    def fail() -> None:
        with exclusive_workspace("a", outside=small) as work:
            (work / "data.csv").touch()
            raise error

    with pytest.raises(error):
        fail()
    assert len(list((tmp_path / "temp").rglob("data.csv"))) == left


def test_git_may_sign_in_and_is_not_led_elsewhere(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    shown = git("-c", "alias.shown=!env", "shown", cwd=small).splitlines()
    assert "GIT_SSH_COMMAND=ssh -i key" in shown
    assert not [line for line in shown if line.startswith(("GIT_DIR=/nowhere", "GIT_CONFIG_COUNT"))]
