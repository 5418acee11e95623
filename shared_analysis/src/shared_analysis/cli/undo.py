"""How a change of a project can be taken back with git, and what must be committed for that."""

from __future__ import annotations

from collections.abc import Sequence
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

    try:
        listed = git("status", "--porcelain", "-z", "--", *files, cwd=root, own_line_ends=True)
    except SharedAnalysisError:  # no git, or no repository: nothing to go back to
        return False
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

    try:
        return not git("status", "--porcelain", "-z", cwd=root, own_line_ends=True)
    except SharedAnalysisError:
        return False
