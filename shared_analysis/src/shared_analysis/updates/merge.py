"""What the template changed between two versions, brought into a project by git's own merge of three.

The base is what the old version makes of the project's answers; the two sides are the project, and what the new version
makes of them. git keeps what either side changed, follows files that were renamed, and holds for a conflict whatever
both changed: also bytes that are no text, and files that one side deleted.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.project import write_text
from shared_analysis.yaml_file import UNREADABLE

_STEADY = (
    *("-c", "merge.renames=true", "-c", "merge.directoryRenames=conflict", "-c", "merge.conflictStyle=merge"),
    *("-c", "rerere.enabled=false", "-c", "core.quotePath=false"),
)
_COMMIT = """\
tree {tree}
parent {parent}
author template <template@localhost> 0 +0000
committer template <template@localhost> 0 +0000

{subject}
"""
_WHY = {
    frozenset("123"): "you and the template changed the same lines",
    frozenset("12"): "you changed it, and the template deleted or renamed it",
    frozenset("13"): "you deleted or renamed it, and the template changed it",
    frozenset("23"): "you and the template each added a file of this name",
}
_OTHER = "you and the template renamed, deleted or replaced it in different ways"
_BYTES = "you and the template put other bytes into it; yours are there, the template's are not"


@dataclass(frozen=True)
class Conflict:
    """A file that a person must decide about."""

    path: str
    why: str


@dataclass(frozen=True)
class Merged:
    """How a merge came out.

    ``conflicts`` are left to a person. ``deleted`` are the files that the project had deleted, or renamed and
    rewritten, and the template changed: they stay deleted.
    """

    conflicts: tuple[Conflict, ...]
    deleted: tuple[str, ...]


def record(repository: Path, prefix: str, content: Path, head: str, parent: str, subject: str) -> str:
    """Commit the project's commit ``head`` with other content in the project's own folder.

    What lies outside that folder is the same in every such commit, so that nothing there is ever merged.

    Parameters
    ----------
    repository
        A clone, of which only the index is used.
    prefix
        The project's folder in the repository; empty if it is the whole.
    content
        A folder with the other content.
    head, parent
        The project's commit, and the commit that the new one follows.
    subject
        The commit's message: conflicts are labelled with it.

    Returns
    -------
    str
        The new commit.
    """
    git("read-tree", "--empty", cwd=repository)
    git(f"--git-dir={repository / '.git'}", "--work-tree=.", "add", "--all", "--force", ".", cwd=content)
    tree = git("write-tree", cwd=repository)
    if prefix:
        git("read-tree", head, cwd=repository)
        git("rm", "-r", "--quiet", "--force", "--cached", "--ignore-unmatch", "--", prefix, cwd=repository)
        git("read-tree", f"--prefix={prefix}/", tree, cwd=repository)
        tree = git("write-tree", cwd=repository)
    return commit(repository, tree, parent, subject)


def commit(repository: Path, tree: str, parent: str, subject: str) -> str:
    """Commit a tree without a day or a person: the same content is the same commit, and a run of it is found again."""
    path = repository.with_name("commit.part")
    write_text(path, _COMMIT.format(tree=tree, parent=parent, subject=subject))
    return git("hash-object", "-t", "commit", "-w", str(path), cwd=repository)


def merge(repository: Path, taken: str, *, own_line_ends: bool = False) -> Merged:
    """Bring a commit's changes into the files of a repository, uncommitted.

    Conflicts are left as git leaves them: marks in texts, and an entry in the index of every one, without which nothing
    can be committed. A file that the project deleted stays deleted.

    Parameters
    ----------
    repository
        A repository without uncommitted changes.
    taken
        The commit.
    own_line_ends
        As of :func:`shared_analysis.git.git`.
    """
    try:
        git(*_STEADY, "cherry-pick", "--no-commit", taken, cwd=repository, own_line_ends=own_line_ends)
    except SharedAnalysisError:
        if not _unmerged(repository):
            raise
    found = _unmerged(repository)
    deleted = sorted(path for path, stages in found.items() if stages == frozenset("13"))
    for path in deleted:
        git("--literal-pathspecs", "rm", "--quiet", "--force", "--", path, cwd=repository, own_line_ends=own_line_ends)
    conflicts = [
        Conflict(path, _why(repository, path, stages)) for path, stages in found.items() if path not in deleted
    ]
    for path, why in _unreadable(repository, taken, found):
        _hold(repository, taken, path)
        conflicts.append(Conflict(path, why))
    return Merged(tuple(sorted(conflicts, key=lambda one: one.path)), tuple(deleted))


def _unmerged(repository: Path) -> dict[str, frozenset[str]]:
    """Name the files that git could not merge, with the sides that have them: 1 the base, 2 ours, 3 the template."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in git("ls-files", "--unmerged", "-z", cwd=repository).split("\0"):
        if entry:
            stage, _, path = entry.partition("\t")
            found[path].add(stage.split()[-1])
    return {path: frozenset(stages) for path, stages in found.items()}


def _why(repository: Path, path: str, stages: frozenset[str]) -> str:
    place = repository / path
    if {"2", "3"} <= stages and place.is_file() and b"\n<<<<<<< " not in b"\n" + place.read_bytes():
        return _BYTES
    return _WHY.get(stages, _OTHER)


def _unreadable(repository: Path, taken: str, found: dict[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Name the files that lines of both sides went into, and that no longer are what their name says."""
    changed = git("diff", "--name-only", "-z", "--no-renames", "--cached", "HEAD", cwd=repository).split("\0")
    theirs = git("diff", "--name-only", "-z", "--no-renames", "--cached", taken, cwd=repository).split("\0")
    mixed = sorted({*changed} & {*theirs} - {*found, ""})
    return [
        (path, f"the lines of both went into it, and it is no {kind} any more")
        for path in mixed
        if (kind := _broken(repository / path))
    ]


def _hold(repository: Path, taken: str, path: str) -> None:
    """Let git hold a file for unresolved that it has merged."""
    sides = {"1": f"{taken}^", "2": "HEAD", "3": taken}
    lines = [f"0 {'0' * 40}\t{path}"]
    for stage, side in sides.items():
        for entry in git("--literal-pathspecs", "ls-tree", "-z", side, "--", path, cwd=repository).split("\0"):
            if entry:
                mode, _, named = entry.partition("\t")[0].split()
                lines.append(f"{mode} {named} {stage}\t{path}")
    git("update-index", "-z", "--index-info", given="\0".join(lines) + "\0", cwd=repository)


def _broken(place: Path) -> str:
    """Return the kind that a file's name promises and its content does not keep, or nothing."""
    kind = {".ipynb": "notebook", ".json": "JSON", ".yaml": "YAML", ".yml": "YAML", ".toml": "TOML"}.get(place.suffix)
    if kind is None or not place.is_file():
        return ""
    try:
        text = place.read_text(encoding="utf-8")
        if kind == "YAML":
            list(yaml.compose_all(text))
        elif kind == "TOML":
            tomllib.loads(text)
        else:
            json.loads(text)
    except (*UNREADABLE, OSError):
        return kind
    return ""
