"""Which commit of the template is which version: the one with its tag, or else what ``cookiecutter.json`` says.

Many organisations mirror a template without its tags. There, a version is the last commit of the main line (its first
parents) whose ``cookiecutter.json`` says it. Its name is what ``git describe`` would say if the first of these commits
had the tag: ``v0.2.0`` where there is only one, as there is of a release, else ``v0.3.0.dev0-7-g1a2b3c4d5e6f``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.updates.answers import version_of

_SAYS_IT = "cookiecutter.json"
_VENDOR = "{{ cookiecutter.project_slug }}/vendor"


@dataclass(frozen=True)
class Release:
    """A version of the template: its name, as a project records it, and its commit."""

    name: str
    commit: str


def releases(repository: Path) -> dict[Version, Release]:
    """Return every version, the newest first; a tag wins over what commits say."""
    named = [Release(_name(stated, commits), commits[0]) for stated, commits in reversed([*_stretches(repository)])]
    refs = "--format=%(refname:strip=2) %(objectname) %(*objectname)"
    for line in git("for-each-ref", refs, "refs/tags", cwd=repository).splitlines():
        tag, *objects = line.split()  # of an annotated tag, the commit comes second
        named.append(Release(tag, objects[-1]))
    versions = {version: release for release in named if (version := version_of(release.name)) is not None}
    return {version: versions[version] for version in sorted(versions, reverse=True)}


def commit_of(repository: Path, name: str) -> str | None:
    """Return the commit that git knows by a name (a tag, an id, what ``git describe`` says); None if there is none."""
    try:
        return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", cwd=repository)
    except SharedAnalysisError:
        return None


def version_at(repository: Path, commit: str) -> str | None:
    """Return the version that ``cookiecutter.json`` says at a commit; None if it says none."""
    try:
        stated = json.loads(git("show", f"{commit}:{_SAYS_IT}", cwd=repository))["_version"]
    except (SharedAnalysisError, ValueError, LookupError, TypeError):
        return None
    return stated if isinstance(stated, str) else None


def origin(repository: Path, name: str, wheels: Set[str]) -> str | None:
    """Return the commit that a project was made from.

    Where git does not know the name, it is the oldest commit that says this version and holds a wheel with which the
    project began: a wheel is copied as it is, and has other bytes whenever it is rebuilt. Of several commits with one
    wheel the oldest is the safe one, for what the template changed between them then is on both sides of the merge;
    with a later one, it would look as if the project had undone it. A commit that alone says a version needs no proof.

    Parameters
    ----------
    repository
        A clone of the template.
    name
        The version as the project records it.
    wheels
        Git's ids of the wheels with which the project began.
    """
    version = version_of(name)
    if (commit := commit_of(repository, name)) or version is None:
        return commit
    stretches = [commits for stated, commits in _stretches(repository) if version_of(stated) == version]
    rebuilt = set(git("log", "--first-parent", "-m", "--format=%H", "--", _VENDOR, cwd=repository).splitlines())
    for commits in reversed(stretches):
        for commit in (commits[-1], *(later for later in reversed(commits) if later in rebuilt)):
            if wheels & wheels_at(repository, commit, _VENDOR):
                return commit
    alone = len(stretches) == 1 and len(stretches[0]) == 1 and not is_cut_short(repository)
    return stretches[0][0] if alone else None


def wheels_at(repository: Path, commit: str, folder: str) -> set[str]:
    """Return git's ids of the wheels that a folder holds at a commit."""
    entries = git("ls-tree", "-r", "-z", commit, "--", folder, cwd=repository).split("\0")
    return {entry.split()[2] for entry in entries if entry.endswith(".whl")}


def is_cut_short(repository: Path) -> bool:
    """Say whether the beginning of the history is not there."""
    return git("rev-parse", "--is-shallow-repository", cwd=repository) == "true"


def _stretches(repository: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each version that the main line says, with the commits that say it; the newest first, of both."""
    if commit_of(repository, "HEAD") is None:
        return
    main_line = git("rev-list", "--first-parent", "HEAD", cwd=repository).splitlines()
    changing = ("log", "--first-parent", "-m", "-G", '"_version"', "--format=%H", "--", _SAYS_IT)
    for first in git(*changing, cwd=repository).splitlines():
        after = main_line.index(first) + 1
        commits, main_line = main_line[:after], main_line[after:]
        if (stated := version_at(repository, first)) and version_of(stated):
            yield stated, commits


def _name(stated: str, commits: list[str]) -> str:
    return f"v{stated}" if len(commits) == 1 else f"v{stated}-{len(commits) - 1}-g{commits[0][:12]}"
