"""What stages can reach of a clean copy while they run, and that everything is back afterwards."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import find_source
from shared_analysis.reproduce.commit.checkout import CleanCopy, _asked, clean_copy, tracked
from tests.baked import git
from tests.unit.reproduce.small_project import commit, dvc, edit, relock, write

ADDRESS = "https://example.org/store"


def changed(folder: Path, top: Path | None = None) -> list[Path]:
    """What the repository of the copy itself, wherever it is, takes for changed."""
    _asked("update-index", "-q", "--refresh", folder=folder, top=top)
    listed = ("diff-files", "--name-only", "--relative", "--ignore-submodules=dirty", "-z")
    return [folder / name for name in _asked(*listed, folder=folder, top=top).split("\0") if name]


def untracked(top: Path) -> list[Path]:
    return [top / name for name in _asked("ls-files", "--others", "-z", folder=top, top=top).split("\0") if name]


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> CleanCopy:
    dvc("remote", "add", "--default", "store", ADDRESS, cwd=small)
    dvc("config", "cache.dir", "elsewhere", cwd=small)
    write(small, "code/fast.py", "")
    for name in ("fast.cpython-311-x86_64-linux-gnu.so", "fast.pyd", "lone.abi3.so", "old.pyc", "read.me/__init__.so"):
        write(small, f"code/{name}", "compiled")
    write(small, "code/read.me.py", "")
    commit(small)
    return clean_copy(find_source(small, "HEAD"), tmp_path / "workspace")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_no_address_and_no_compiled_program_is_there_meanwhile_and_all_is_back(copy: CleanCopy) -> None:
    before = files(copy.root)
    (copy.workspace / "cache" / "files").mkdir(parents=True)
    with copy.reach.narrowed(), copy.reach.without_programs():
        held = files(copy.workspace)
        assert not [name for name, content in held.items() if ADDRESS.encode() in content]
        compiled = {path.name for path in (copy.root / "code").rglob("*") if path.suffix in (".so", ".pyd", ".pyc")}
        assert compiled == {"lone.abi3.so"}
        assert b"analytics = false" in held["clone/.dvc/config"]
        assert not (copy.workspace / "cache").exists()
    assert files(copy.root) == before
    assert changed(copy.root) == []
    assert {path.name for path in copy.workspace.iterdir()} == {"clone", "cache-site"}


def test_what_a_stage_changes_is_found_meanwhile_and_afterwards(copy: CleanCopy) -> None:
    with copy.reach.narrowed():
        strays = set(changed(copy.root))
        write(copy.root, "params.yaml", "make:\n  seed: 3\n")
        write(copy.root, "stray.txt", "")
        git("add", "-A", cwd=copy.root)
        git("commit", "-qm", "Hidden", cwd=copy.root)
        assert set(changed(copy.root)) - strays == {copy.root / "params.yaml"}
        assert copy.root / "stray.txt" in untracked(copy.root)
    assert changed(copy.root) == [copy.root / "params.yaml"]


def test_settings_that_a_stage_writes_are_a_change(copy: CleanCopy) -> None:
    with copy.reach.narrowed():
        write(copy.root, ".dvc/config", "[core]\n    remote = mine\n")
    assert changed(copy.root) == [copy.root / ".dvc" / "config"]


@pytest.mark.parametrize("place", ["", "inner/"])
def test_no_repository_that_a_stage_leaves_is_asked(place: str, small: Path, tmp_path: Path) -> None:
    """Its settings would name a program to run."""
    planted = tmp_path / "planted"
    outer = small
    if place:
        outer = tmp_path / "outer"
        small.rename(outer / "inner") if outer.mkdir() is None else None
        (outer / "inner" / ".git").rename(tmp_path / "not needed")
        git("init", "-q", "-b", "main", cwd=outer)
        commit(outer)
    copy = clean_copy(find_source(outer / place, "HEAD"), tmp_path / "workspace")
    spying = tmp_path / "spy"
    spying.write_text(f"#!/bin/sh\ntouch '{planted}'\n", encoding="utf-8")
    spying.chmod(0o755)

    def plant(folder: Path) -> None:
        git("init", "-q", str(folder), cwd=folder)
        git("config", "core.fsmonitor", str(spying), cwd=folder)

    with copy.reach.narrowed():
        plant(copy.root)
        plant(copy.workspace / "clone")
        write(copy.root, "params.yaml", "make:\n  seed: 3\n")
        plant(copy.root)
        assert copy.root / "params.yaml" in changed(copy.workspace / "clone")
    planted.unlink(missing_ok=True)  # git itself may have asked it
    top = copy.workspace / "clone"
    assert changed(copy.root, top) == [copy.root / "params.yaml"]
    assert "params.yaml" in tracked(copy.root, top)
    untracked(top)
    assert not planted.exists()


def test_a_copy_whose_stages_were_killed_is_whole_again(copy: CleanCopy, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with copy.reach.narrowed():
        write(copy.root, "params.yaml", "changed: 1\n")
        shutil.copytree(copy.workspace, killed, symlinks=True)
    again = clean_copy(copy.source, killed)
    assert changed(again.root) == []
    assert git("log", "--format=%H", "-1", cwd=again.root).strip() == copy.source.commit
    assert (again.root / "code" / "old.pyc").exists()
    assert {path.name for path in killed.iterdir()} == {"clone", "cache-site", "earlier"}


def test_git_in_the_copy_has_one_commit_without_outputs(small: Path, tmp_path: Path) -> None:
    outs = [{"reports/metrics.json": {"cache": False}}]
    edit(small, "dvc.yaml", lambda all_: all_["stages"]["table"].update(metrics=outs))
    write(small, ".gitignore", "/data/twin/\n/data/processed/\n/reports/*\n!/reports/metrics.json\n")
    (small / "reports/metrics.json").chmod(0o644)
    relock(small)
    copy = clean_copy(find_source(small, "HEAD"), tmp_path / "workspace")
    with copy.reach.narrowed():
        assert len(git("log", "--format=%H", "--all", "HEAD", cwd=copy.root).split()) == 1
        assert git("tag", cwd=copy.root) + git("remote", cwd=copy.root) == ""
        held = git("ls-files", cwd=copy.root).split()
        assert "reports/metrics.json" not in held
        assert "code/make.py" in held
        assert git("status", "--porcelain", "--untracked-files=no", cwd=copy.root) == ""
        git("fsck", "--full", "--strict", cwd=copy.root)


def test_a_link_in_the_place_of_the_settings_leads_nowhere(small: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows lets few make a symbolic link")
    write(tmp_path, "mine.ini", f"['remote \"store\"']\n    url = {ADDRESS}\n")
    (small / ".dvc" / "config").unlink()
    (small / ".dvc" / "config").symlink_to(tmp_path / "mine.ini")
    commit(small)
    with pytest.raises(SharedAnalysisError, match="is a link"):
        clean_copy(find_source(small, "HEAD"), tmp_path / "workspace")
    assert ADDRESS in (tmp_path / "mine.ini").read_text(encoding="utf-8")
