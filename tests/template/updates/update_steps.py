"""What tests of updates do to a project, and look at in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from baking import commit, run
from histories import Files, replace, tree

from shared_analysis.updates import Update, prepared


def head(project: Path) -> str:
    return run("git", "rev-parse", "HEAD", cwd=project).stdout.strip()


def status(project: Path) -> str:
    return run("git", "status", "--porcelain", cwd=project).stdout


def take(project: Path, version: str) -> Update:
    with prepared(project, version) as update:
        assert update is not None
        update.accept()
    return update


def made_of(update: Update, folder: Path) -> Files:
    """What the newer version makes of the project's answers."""
    archive = folder.with_suffix(".tar")
    done = run("git", "archive", "--format=tar", "-o", str(archive), update.taken, cwd=update.copy)
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(archive, folder, "tar")
    return tree(folder)


def answer(project: Path, old: str, new: str) -> None:
    """Commit other answers."""
    replace(project / ".copier-answers.yml", old, new)
    commit(project, "Other answers")
