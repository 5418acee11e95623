"""One commit, checked out in a repository of its own: nothing in the reviewer's repository or settings changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

from shared_analysis.folders import remove_folder
from shared_analysis.git import git

_SETTINGS = {"core.logAllRefUpdates": "false", "core.autocrlf": "false", "core.eol": "lf", "core.longPaths": "true"}


def check_out(repository: Path, commit: str, target: Path) -> None:
    """Check a commit out in ``target``, which appears only when it is whole; one that is there is set back.

    The history is taken over object by object, and each is held to its id, so that ``git replace``, grafts, alternates
    and damaged or forged objects change nothing. Of the settings, filters and attributes, only those of the commit
    itself count. The new repository knows no other one, and of the tags those in the commit's own history.

    Parameters
    ----------
    repository
        The repository that has the commit.
    commit
        Its whole id.
    target
        The folder. Files of it that the commit does not have stay.

    Raises
    ------
    SharedAnalysisError
        If an object is missing, or is not what its id says.
    """
    part = target.with_name(f"{target.name}.part")
    remove_folder(part)
    _take_history(repository, commit, part)
    if not target.exists():
        git("reset", "--quiet", "--hard", commit, cwd=part, own_settings=False)
        part.rename(target)
        return
    history = target / ".git"  # a stage may have left anything there
    if history.is_dir() and not history.is_symlink():
        remove_folder(history)
    else:
        history.unlink(missing_ok=True)
    (part / ".git").rename(history)
    remove_folder(part)
    git("reset", "--quiet", "--hard", commit, cwd=target, own_settings=False)


def put_history_back(repository: Path, commit: str, target: Path) -> None:
    """Give a copy whose stages have run git's history again, for whoever looks into it; its files stay as they are."""
    part = target.with_name(f"{target.name}.part")
    remove_folder(part)
    _take_history(repository, commit, part)
    remove_folder(target / ".git")
    (part / ".git").rename(target / ".git")
    remove_folder(part)
    git("reset", "--quiet", commit, cwd=target, own_settings=False)


def _take_history(repository: Path, commit: str, part: Path) -> None:
    kind = git("rev-parse", "--show-object-format", cwd=repository)
    first = ("init", "--quiet", "--template=", "--initial-branch=main", f"--object-format={kind}")
    part.parent.mkdir(parents=True, exist_ok=True)
    git(*first, str(part), cwd=part.parent, own_settings=False)
    for name, value in _SETTINGS.items():
        git("config", name, value, cwd=part, own_settings=False)
    listed = ("for-each-ref", f"--merged={commit}", "--format=%(objectname) %(refname)", "refs/tags")
    tags = [line.split(" ", 1) for line in git(*listed, cwd=repository).splitlines()]
    pack = part / ".git" / "objects" / "pack" / f"pack-{commit}.pack"
    wanted = "".join(f"{digest}\n" for digest in (commit, *(digest for digest, _ in tags)))
    plain = ("-c", "core.commitGraph=false", "-c", "core.multiPackIndex=false")
    # To its output: into a file of its own choice, git would begin in the reviewer's repository.
    git(*plain, "pack-objects", "--quiet", "--revs", "--stdout", cwd=repository, given=wanted, into=pack)
    git("index-pack", str(pack), cwd=part, own_settings=False)  # reckons the ids, whatever the repository called them
    shallow = repository / git("rev-parse", "--git-path", "shallow", cwd=repository)
    if shallow.is_file():
        shutil.copyfile(shallow, part / ".git" / "shallow")
    created = "".join(f"create {name} {digest}\n" for digest, name in tags)
    git("update-ref", "--stdin", cwd=part, given=created, own_settings=False)
    git("update-ref", "--no-deref", "HEAD", commit, cwd=part, own_settings=False)
