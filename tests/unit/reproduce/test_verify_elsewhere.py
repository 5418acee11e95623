"""An honest project is called identical wherever its reviewer keeps it, and whatever settings the reviewer has."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.reproduce import Certificate, RunOptions, Verdict, verify
from tests.baked import run
from tests.unit.reproduce.small_project import commit, dvc, edit, write
from tests.unit.reproduce.tampering.dvc_ways import PUT

Check = Callable[..., Certificate]
linked = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few make a symbolic link")


def passed(certificate: Certificate) -> None:
    assert (certificate.verdict, certificate.inputs) == (Verdict.identical, ())


def move_to_another_disk(folder: Path) -> Path:
    """Put a folder elsewhere, and a link to it in its place, as people do whose first disk is small."""
    disk = folder.parents[1] / f"disk-{folder.name}"
    shutil.move(folder, disk)
    folder.symlink_to(disk)
    return disk


@linked
def test_a_cache_that_is_a_link_to_another_disk_is_read(check: Check, small: Path) -> None:
    move_to_another_disk(small / ".dvc" / "cache")
    passed(check())


@linked
def test_a_folder_of_data_that_is_the_reviewers_own_link_is_not_written_through(check: Check, small: Path) -> None:
    disk = move_to_another_disk(small / "data")
    before = sorted((path, path.stat().st_mtime_ns) for path in disk.rglob("*"))
    passed(check())
    assert before == sorted((path, path.stat().st_mtime_ns) for path in disk.rglob("*"))


@linked
def test_dvc_runs_no_stage_and_adds_no_table_behind_a_link(small: Path) -> None:
    """ADR 25 rests on it: if DVC begins to, our own commands should too."""
    move_to_another_disk(small / "data")
    with pytest.raises(AssertionError, match="ended with"):
        dvc("repro", "--force", cwd=small)
    write(small, "data/raw/more.csv", "x\n1\n")
    with pytest.raises(AssertionError, match="ended with"):
        dvc("add", "data/raw/more.csv", cwd=small)


def test_code_of_the_repository_beside_the_project_is_what_the_commit_holds(small: Path) -> None:
    """DVC takes it for something outside; git does not."""
    team = small / "team"
    team.mkdir()
    dvc("init", "--subdir", cwd=team)
    write(small, "code/put.py", PUT)
    stage = {"cmd": "python ../code/put.py x.txt 1", "deps": ["../code/put.py"], "outs": ["x.txt"]}
    write(team, "dvc.yaml", json.dumps({"stages": {"put": stage}}))
    write(team, "requirements.txt", "")
    dvc("repro", cwd=team)
    commit(small)
    certificate = verify(team, options=RunOptions("current"))
    passed(certificate)
    assert {ground.file for ground in certificate.read if ground.digests} == {"../code/put.py"}
    write(small, "code/put.py", f"{PUT}# changed\n")
    commit(small)
    [finding] = verify(team, options=RunOptions("current")).inputs
    assert (finding.file, finding.verdict) == ("../code/put.py", Verdict.different)


def test_filters_and_attributes_of_the_reviewers_own_git_change_nothing(
    check: Check, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = small.parent / "home"
    write(home, "attributes", "* filter=broken ident text eol=crlf\n")
    filters = "clean = false\n  smudge = false\n  required = true"
    settings = f'[core]\n  attributesFile = {(home / "attributes").as_posix()}\n[filter "broken"]\n  {filters}\n'
    write(home, "settings", settings)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "settings"))
    passed(check())


def told(root: Path, **changes: str) -> tuple[int, str]:
    write(root, "project.yaml", "project: {}\n")
    commit(root)
    changes["TMPDIR"] = str(root.parent / "temp")
    command = (sys.executable, "-m", "shared_analysis", "verify", "--environment", "current")
    environment = {"PYTHONPATH": os.environ.get("PYTHONPATH", ""), **changes}
    done = run(*command, cwd=root, check=False, **environment)
    return done.returncode, done.stdout + done.stderr


def test_what_libraries_warn_of_is_no_fault_of_the_project(small: Path) -> None:
    code, words = told(small, PYTHONWARNINGS="error")
    assert (code, "Traceback" in words) == (0, False)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there, names of files are Unicode whatever is set")
def test_letters_that_the_settings_do_not_know_are_said_to_be_so(small: Path) -> None:
    root = small.rename(small.with_name("r\u00e9gion"))
    code, words = told(root, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (code, "Traceback" in words) == (2, False)
    assert "A name has a letter that the language settings here do not know (ascii)." in words


def test_findings_of_a_pipeline_in_a_folder_are_named_from_the_root(check: Check, small: Path) -> None:
    """Two folders may each have a ``made.txt``, and parameters of one name."""
    write(small, "code/put.py", PUT)
    write(small, "models/deep/params.yaml", "k: 1\n")
    write(small, "models/more.txt", "x\n")
    stage = {
        "wdir": "deep",
        "cmd": "python ../../code/put.py ../made.txt ${k}",
        "deps": ["../../code/put.py", "../more.txt"],
        "params": ["k"],
        "outs": ["../made.txt"],
    }
    write(small, "models/dvc.yaml", json.dumps({"vars": ["deep/params.yaml"], "stages": {"put": stage}}))
    dvc("repro", "--all-pipelines", cwd=small)
    write(small, "models/deep/params.yaml", "k: 2\n")
    write(small, "models/more.txt", "y\n")
    edit(small, "models/dvc.lock", lambda lock: lock["stages"].update(gone={"cmd": "x", "outs": [{"path": "a.txt"}]}))
    commit(small)
    certificate = check()
    files = {finding.file for finding in (*certificate.inputs, *certificate.outputs) if not finding.verdict.passed}
    wrong = {"models/dvc.yaml: put", "models/deep/params.yaml: k", "models/more.txt", "models/made.txt", "models/a.txt"}
    assert files == wrong
