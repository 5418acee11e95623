"""How a change of a project can be taken back with git, and what must be committed for that."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError


def refuse_uncommitted(root: Path, files: Sequence[str], what: str) -> bool:
    """Refuse files with changes that are not committed, which taking a change back would drop; say if git keeps them.

    Parameters
    ----------
    root
        The project.
    files
        Files that are there already and change.
    what
        What is added, in words: ``the stage``.

    Raises
    ------
    SharedAnalysisError
        If there are such changes.
    """
    from shared_analysis.git import git

    if not _under_git(root):
        return False
    listed = git("status", "--porcelain", "-z", "--", *files, cwd=root, own_line_ends=True)
    if listed:
        names = ", ".join(entry[3:] for entry in listed.split("\0") if entry[2:3] == " ")
        raise SharedAnalysisError(
            f"Files that {what} would change have changes that are not committed.",
            names,
            f"commit them first, so that git can take {what} back",
        )
    return True


def is_clean(root: Path) -> bool:
    """Tell whether git would commit everything in a project as it is: nothing is changed, nothing new."""
    from shared_analysis.git import git

    words = ("status", "--porcelain", "-z", "--untracked-files=all")
    return _under_git(root) and not git(*words, cwd=root, own_line_ends=True)


def _under_git(root: Path) -> bool:
    """Tell whether a project is in a repository; a repository that git does not read is an error."""
    from shared_analysis.git import git

    if shutil.which("git") is None or not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return False
    git("rev-parse", "--show-toplevel", cwd=root)
    return True


def quoted(paths: Iterable[str]) -> str:
    """Write paths for a command line: in quotes where one has a blank."""
    return " ".join(f'"{path}"' if " " in path else path for path in paths)
