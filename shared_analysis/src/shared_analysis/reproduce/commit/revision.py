"""The one commit that a person means: what could be two is refused, and so is what another copy reads otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git

_STEPS = re.compile(r"(.+?)((?:[~^][0-9]*)*)", re.DOTALL)
_PREFIX = re.compile(r"[0-9a-fA-F]{4,}")
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|^-|@\{|\.\.|^@$")
_WHERE = ("refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD", "{}")
_WHOLE = (40, 64)  # digits of an id, by SHA-1 and by SHA-256
_MOST = 5


def find_commit(repository: Path, revision: str) -> str:
    """Find the one commit that a revision means.

    It can be a whole id, or at least four digits of its beginning; ``HEAD``; or the name of a branch or a tag, short or
    whole (``v1.2``, ``origin/main``, ``refs/tags/v1.2``). ``~2`` and ``^2`` behind it lead to its parents. Git itself
    would take a branch or a tag before an id, and a tag before a branch, and only warn.

    Parameters
    ----------
    repository
        The folder of the repository.
    revision
        What the person gave.

    Returns
    -------
    str
        The whole id of the commit.

    Raises
    ------
    SharedAnalysisError
        If it means no commit, or could mean more than one, or only in this copy of the repository.
    """
    if ".." in revision:
        raise _refused(revision, "is a range of commits", "name one commit")
    if "@{" in revision or revision.startswith("@"):
        raise _refused(revision, "depends on what was done in this copy", "name the commit by its id, see `git log`")
    match = _STEPS.fullmatch(revision)
    name, steps = (match[1], match[2]) if match else ("", "")
    if not name or _NO_NAME.search(name):
        raise _unknown(repository, revision)
    commit = _one(repository, name)
    if not steps:
        return commit
    walked = _peeled(repository, f"{commit}{steps}")
    if walked is None:
        raise _unknown(repository, revision)
    return walked


def _one(repository: Path, name: str) -> str:
    if len(name) in _WHOLE and _PREFIX.fullmatch(name):  # nothing else can say which commit is meant
        commits = list(_beginning(repository, name))
        if not commits:
            raise _unknown(repository, name)
        return commits[0]
    objects = dict(_named(repository, name))
    commits = list(_beginning(repository, name)) if _PREFIX.fullmatch(name) else []
    meanings = [*objects, *(f"commit {commit}" for commit in commits)]
    if len(meanings) > 1:
        more = f" and {len(meanings) - _MOST} more" if len(meanings) > _MOST else ""
        raise SharedAnalysisError(
            f"'{name}' can mean more than one commit: {', '.join(meanings[:_MOST])}{more}.",
            str(repository),
            "name the commit by its whole id, see `git log`; or the branch or tag by its whole name",
        )
    if commits:
        return commits[0]
    if not objects:
        raise _unknown(repository, name)
    (whole, digest), *_ = objects.items()
    commit = _peeled(repository, digest)
    if commit is None:
        raise _refused(name, f"({whole}) leads to no commit", "name another tag, or the commit by its id")
    if _PREFIX.fullmatch(name):
        raise _refused(name, f"looks like the beginning of an id, but is {whole}", f"name it whole: {whole}")
    return commit


def _named(repository: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield each branch and tag that a name can mean, by its whole name, with the id that it stands at."""
    if name == "HEAD" and (head := _peeled(repository, "HEAD")):
        yield "HEAD", head
    whole = {where.format(name) for where in _WHERE}
    for line in git("for-each-ref", "--format=%(objectname) %(refname)", cwd=repository).splitlines():
        digest, ref = line.split(" ", 1)
        if ref in whole:
            yield ref, digest


def _beginning(repository: Path, digits: str) -> Iterator[str]:
    """Yield the commits whose id begins with some digits."""
    objects = git("rev-parse", f"--disambiguate={digits.lower()}", cwd=repository)
    if objects:
        for line in git("cat-file", "--batch-check", cwd=repository, given=f"{objects}\n").splitlines():
            digest, kind, *_ = line.split()
            if kind == "commit" and digest.startswith(digits.lower()):
                yield digest


def _peeled(repository: Path, digest: str) -> str | None:
    own = ("-c", "core.commitGraph=false")  # it says parents, too, and nothing holds it to the commits
    try:
        return git(*own, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{digest}^{{commit}}", cwd=repository)
    except SharedAnalysisError:
        return None


def _unknown(repository: Path, revision: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"The repository knows no revision '{revision}'.", str(repository), "see `git log`, or `git fetch` first"
    )


def _refused(revision: str, why: str, step: str) -> SharedAnalysisError:
    return SharedAnalysisError(f"'{revision}' {why}: it does not name one commit.", "the revision", step)
