"""Try a newer template out in a clean copy of a project, and take it over when asked to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.git import git
from shared_analysis.integrity import ManagedFiles, managed_files
from shared_analysis.reproduce import Source, exclusive_workspace, find_source
from shared_analysis.updates.answers import ANSWERS_FILE, Answers, answers_then, read_answers
from shared_analysis.updates.changes import Change, changes
from shared_analysis.updates.merge import Conflict, Merged, commit, merge, record
from shared_analysis.updates.releases import wheels_at
from shared_analysis.updates.template import fetch

_SHOWN = 5


@dataclass(frozen=True)
class Landed:
    """What accepting an update did: the commit, if there were no conflicts, and the one command that undoes it."""

    commit: str | None
    undo: str


@dataclass(frozen=True)
class Update:
    """A newer template in a clean copy of a project. The project itself is as it was.

    Attributes
    ----------
    source
        The project and its commit.
    copy
        A clone of its repository with the newer template merged into it, uncommitted.
    old, new
        The versions of the template.
    taken
        The commit in the copy that holds what the new version makes of the answers, and follows one that holds what
        the old version made of them.
    merged
        How the two came together. Its paths are the repository's.
    files
        What changes in the project, without the conflicts.
    offered
        What changes from the old version to the new one, for the project's answers.
    managed
        The files that the template manages, as each of the two versions says that has such a list.
    questions
        What the new version asks and the project has not answered: the default was taken.
    """

    source: Source
    copy: Path
    old: str
    new: str
    taken: str
    merged: Merged
    files: tuple[Change, ...]
    offered: tuple[Change, ...]
    managed: tuple[ManagedFiles, ...]
    questions: tuple[str, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a person must decide, by paths from the project's folder on."""
        return tuple(Conflict(self._inside(one.path), one.why) for one in self.merged.conflicts)

    @property
    def deleted(self) -> tuple[str, ...]:
        """What the project had deleted and the template changed, by paths from the project's folder on."""
        return tuple(self._inside(path) for path in self.merged.deleted)

    @property
    def subject(self) -> str:
        """What the commit is called."""
        if self.new == self.old:
            return f"Bring the changed answers into what the template {self.new} made"
        return f"Take version {self.new} of the template"

    def is_managed(self, path: str) -> bool:
        """Whether the template manages a file, or did."""
        return path == ANSWERS_FILE or any(path in files for files in self.managed)

    def offer(self, path: str) -> str:
        """Say what the template itself does to a file."""
        done = next((one for one in self.offered if path in (one.path, one.before)), None)
        if done is None:
            return "nothing"
        return done.words if done.before is None else f"{done.words}, from {done.before} to {done.path}"

    def _inside(self, path: str) -> str:
        return path.removeprefix(f"{self.source.prefix}/") if self.source.prefix else path

    def committed(self) -> str:
        """Commit the merge in the copy; return that commit. Only without conflicts."""
        tree = git("write-tree", cwd=self.copy)
        return commit(self.copy, tree, self.source.commit, self.subject)

    def accept(self) -> Landed:
        """Bring the update into the project: as one commit, or with its conflicts, uncommitted.

        Raises
        ------
        SharedAnalysisError
            If the project has changed meanwhile, or a file that git does not keep is in the way.
        """
        home = self.source.repository
        _refuse_changes(self.source)
        if git("rev-parse", "HEAD", cwd=home) != self.source.commit:
            raise SharedAnalysisError("The project has changed meanwhile.", str(home), "run the command again")
        self._refuse_what_is_in_the_way()
        if self.merged.conflicts:
            _bring(self.copy, self.taken, home)
            merge(home, self.taken, own_line_ends=True)
            return Landed(None, "git reset --hard")
        made = self.committed()
        _bring(self.copy, made, home)
        # Once more, by the person who accepts it, and now.
        own = git("commit-tree", f"{made}^{{tree}}", "-p", self.source.commit, "-m", self.subject, cwd=home)
        git("merge", "--quiet", "--ff-only", "--no-overwrite-ignore", own, cwd=home, own_line_ends=True)
        return Landed(own, f"git revert --no-edit {own[:12]}")

    def _refuse_what_is_in_the_way(self) -> None:
        """Find files that git does not keep where the update puts one: git would write over those it ignores."""
        new = [change.path for change in self.files if change.done in ("added", "renamed")]
        new += [one.path for one in self.conflicts if not self._is_kept(one.path)]
        if self.conflicts:
            new += self.deleted  # git puts these there as well, before they are deleted again
        found = sorted({place for path in new if (place := self._in_the_way(path))})
        if found:
            raise SharedAnalysisError(
                "The template brings a file where the project has one that git does not keep.",
                ", ".join(found[:_SHOWN]),
                "rename yours, or commit it, and try again",
            )

    def _in_the_way(self, path: str) -> str | None:
        """Return what git does not keep in the place of a file, or in that of a folder around it."""
        if os.path.lexists(self.source.root / path) and not self._is_kept(path):
            return path
        for folder in map(str, PurePosixPath(path).parents[:-1]):
            place = self.source.root / folder
            if (place.is_symlink() or place.is_file()) and not self._is_kept(folder):
                return folder
        return None

    def _is_kept(self, path: str) -> bool:
        return bool(git("--literal-pathspecs", "ls-files", "--", path, cwd=self.source.root))


@contextlib.contextmanager
def prepared(
    root: Path, wanted: str | None = None, say: Callable[[str], None] = lambda _: None
) -> Iterator[Update | None]:
    """Merge a newer template into a clean copy of a project; the copy is deleted afterwards.

    Parameters
    ----------
    root
        The project, in its git repository, with everything committed.
    wanted
        The template's version; if None, its newest release.
    say
        Is told how far it is.

    Yields
    ------
    Update or None
        None if the project has that version already, and its answers are those that its files were made from.

    Raises
    ------
    SharedAnalysisError
        If there are changes that are not committed, or the template cannot be had in the two versions.
    """
    answers = read_answers(root)
    source = _committed_project(root)
    with exclusive_workspace("update", source.root, source.commit, wanted, outside=source.repository) as work:
        for name in ("template", "old", "new", "copy"):  # of a run that was stopped
            remove_folder(work / name)
        say(f"fetching the template from {answers.address}")
        template = fetch(answers, work / "template")
        then, taking = answers_then(root, answers)
        old = template.origin(wheels_at(root, taking, "vendor"))
        new = template.target(wanted, old)
        if new.commit == old.commit and then == answers.given:
            yield None
            return
        say(f"making the files of {old.name} and of {new.name} from the project's answers")
        template.render(old, then, work / "old")
        template.render(new, answers.given, work / "new")
        update = _merged(source, answers, new.name, work)
        yield update if update.files or update.conflicts else None


def _committed_project(root: Path) -> Source:
    try:
        source = find_source(root, "HEAD")
    except SharedAnalysisError as error:
        raise SharedAnalysisError(
            f"The project is not committed: {error.what}",
            str(root),
            'put it under git first: git init, git add ., git commit -m "Start the project"',
        ) from None
    _refuse_changes(source)
    return source


def _merged(source: Source, answers: Answers, new: str, work: Path) -> Update:
    copy, old = work / "copy", answers.version
    git("clone", "--quiet", "--no-checkout", "--shared", "--template=", str(source.repository), str(copy), cwd=work)
    head, prefix = source.commit, source.prefix
    base = record(copy, prefix, work / "old", head, head, f"template {old}")
    taken = record(copy, prefix, work / "new", head, base, f"template {new}")
    git("checkout", "--quiet", "--force", "--detach", head, cwd=copy)
    merged = merge(copy, taken)
    for one in merged.conflicts:
        git("--literal-pathspecs", "reset", "--quiet", "--", one.path, cwd=copy)
    tree = git("write-tree", cwd=copy)
    asked = set(read_answers(work / "new").given) - set(answers.given)
    return Update(
        source=source,
        copy=copy,
        old=old,
        new=new,
        taken=taken,
        merged=merged,
        files=changes(copy, head, tree, prefix),
        offered=changes(copy, base, taken, prefix),
        managed=tuple(_managed(work / "old", work / "new")),
        questions=tuple(sorted(asked)),
    )


def _managed(*made: Path) -> Iterator[ManagedFiles]:
    for folder in made:
        with contextlib.suppress(SharedAnalysisError):  # a version of before there was such a list
            yield managed_files(folder)


def _bring(copy: Path, commit: str, home: Path) -> None:
    """Bring a commit of the copy into the project's store of objects, and nothing else of it."""
    git("update-ref", "refs/heads/taken", commit, cwd=copy)
    git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", str(copy), "refs/heads/taken", cwd=home)


def _refuse_changes(source: Source) -> None:
    """Refuse a project with changes that are not committed, and a repository with such changes of kept files."""
    for options, folder in (("-uno", source.repository), ("-unormal", source.root)):
        listed = git("status", "--porcelain", "-z", options, "--", ".", cwd=folder, own_line_ends=True)
        names = [entry[3:] for entry in listed.split("\0") if entry[2:3] == " "]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            raise SharedAnalysisError(
                "The project has changes that are not committed.",
                shown,
                "commit them, or put them aside with: git stash --include-untracked",
            )
