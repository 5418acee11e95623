"""What of earlier results lies in the clean place is out of the stages' reach while they run, and back afterwards.

The history and the outputs that git keeps; the addresses in DVC's settings, and what DVC has fetched; and programs that
nobody can read, of which Python would run one in the place of the source beside it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import BYTECODE_SUFFIXES
from pathlib import Path

from shared_analysis.dvc_repo import settings_without_places
from shared_analysis.folders import remove_folder
from shared_analysis.git import git
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.writing import LeadsOut, move, write_file

_EXTENSIONS = (".so", ".pyd")
_COMMIT = """\
tree {tree}
author verifier <verifier@localhost> 0 +0000
committer verifier <verifier@localhost> 0 +0000

What the stages find
"""


class Reach:
    """What the stages of a clean copy can reach.

    Parameters
    ----------
    workspace
        The folder that holds the copy, in ``clone``.
    pipeline
        The pipeline of the copy.
    """

    def __init__(self, workspace: Path, pipeline: Pipeline) -> None:
        self._workspace = workspace
        self._clone = workspace / "clone"
        self._aside = workspace / "aside"
        self._pipeline = pipeline

    @contextmanager
    def narrowed(self) -> Iterator[None]:
        """Keep from the stages, as long as they run, what is not theirs to read."""
        for name in ("cache", "compared"):  # the inputs are in place; outputs may have been fetched to be compared
            remove_folder(self._workspace / name)
        blanked = list(self._blank_settings())
        self._take_repository()
        try:
            yield
        finally:
            for path, before, meanwhile in blanked:
                if path.is_file() and path.read_bytes() == meanwhile:
                    with suppress(LeadsOut):  # a stage has put a link in the way, and it is a change as it is
                        write_file(path, before, within=self._clone)
            remove_entry(self._clone / ".git")
            repository_of(self._clone).rename(self._clone / ".git")

    @contextmanager
    def without_programs(self) -> Iterator[None]:
        """Take away, for a stage, compiled programs that Python would run in the place of their source.

        Bytecode, also where there is no source: what it does nobody can read. Of other compiled modules, those that
        stand in the way of a source of the same name. It does not matter who put them there.
        """
        for folder, folders, files in os.walk(self._clone):
            if Path(folder) == self._clone:
                folders[:] = [name for name in folders if name != ".git"]
            for name in files:
                path = Path(folder, name)
                kind = path.suffix.lower()
                if kind in BYTECODE_SUFFIXES or (kind in _EXTENSIONS and _hides_source(path)):
                    self._set_aside(path)
        try:
            yield
        finally:
            self._put_back()

    def _blank_settings(self) -> Iterator[tuple[Path, bytes, bytes]]:
        """Leave of DVC's settings what says nothing of where content lies; yield each file, before and meanwhile."""
        folder = self._pipeline.root / ".dvc"
        remove_entry(folder / "cache")  # that of the copy lies elsewhere: this one came with the commit
        blank = settings_without_places(folder)
        for name, content in blank.items():
            path = folder / name
            if path.is_symlink():
                path.unlink()
            elif path.is_file():
                before = path.read_bytes()
                write_file(path, content, within=self._clone)
                yield path, before, content

    def _set_aside(self, path: Path) -> None:
        target = self._aside / path.relative_to(self._clone)
        remove_entry(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    def _put_back(self) -> None:
        """Put back what was set aside, where its place is free."""
        for folder, folders, files in os.walk(self._aside):
            for name in (*files, *(name for name in folders if Path(folder, name).is_symlink())):
                path = Path(folder, name)
                target = self._clone / path.relative_to(self._aside)
                if not os.path.lexists(target):
                    with suppress(LeadsOut):
                        move(path, target, within=self._clone)
        remove_folder(self._aside)

    def _take_repository(self) -> None:
        """Keep git's repository where no stage looks, without contents, and give the stages another.

        That one holds a single commit, with the files of the copy as the stages are to find them: no history, no
        output. It is whole, so that git and DVC work in it. Only the id of its commit is not the real one, which a
        stage cannot have known when its author ran it.
        """
        own, given = repository_of(self._clone), self._clone / ".git"
        commit = self._git("rev-parse", "HEAD")
        blobs, hidden = self._contents(commit)
        pack = self._workspace / "clone.git.part"
        remove_folder(pack)
        pack.mkdir()
        self._git("pack-objects", "--quiet", str(pack / "pack"), given=blobs)
        remove_folder(own)
        given.rename(own)
        for name in ("objects", "refs", "logs", "info", "packed-refs", "shallow", "FETCH_HEAD", "ORIG_HEAD"):
            remove_entry(own / name)
        (own / "objects" / "info").mkdir(parents=True)
        (own / "refs").mkdir()
        shutil.copytree(own, given)
        pack.rename(given / "objects" / "pack")
        self._git("update-index", "--force-remove", "-z", "--stdin", given=hidden)
        self._git("update-index", "--add", "--remove", "-z", "--stdin", given=self._settings_held(hidden))
        seen = _COMMIT.format(tree=self._git("write-tree"))
        only = self._git("hash-object", "-t", "commit", "-w", "--stdin", given=seen)
        self._git("update-ref", "--no-deref", "HEAD", only)

    def _git(self, *arguments: str, given: str | None = None) -> str:
        """Run git in the copy, with none of the person's filters and attributes."""
        return git(*arguments, cwd=self._clone, given=given, own_settings=False)

    def _contents(self, commit: str) -> tuple[str, str]:
        """List which contents of a commit stages may find in git, by id, and which files they may not, by name."""
        dvc = self._pipeline.root / ".dvc"
        hidden = {*self._pipeline.outputs(), dvc / "cache", *self._settings}
        blobs: list[str] = []
        names: list[str] = []
        listed = self._git("ls-tree", "-r", "--full-tree", "-z", commit).split("\0")
        for about, _, name in (entry.partition("\t") for entry in listed if entry):
            _, kind, digest = about.split()
            path = self._clone / name
            if not hidden.isdisjoint((path, *path.parents)):
                names.append(f"{name}\0")
            elif kind == "blob":
                blobs.append(f"{digest}\n")
        return "".join(blobs), "".join(names)

    @property
    def _settings(self) -> tuple[Path, ...]:
        return tuple(self._pipeline.root / ".dvc" / name for name in ("config", "config.local"))

    def _settings_held(self, hidden: str) -> str:
        """Name the settings of DVC that git holds, which are blank by now."""
        names = [path.relative_to(self._clone).as_posix() for path in self._settings if path.is_file()]
        return "".join(f"{name}\0" for name in names if name in hidden.split("\0"))


def repository_of(clone: Path) -> Path:
    """Return where git's repository of a clean copy is while stages run."""
    return clone.with_name(f"{clone.name}.git")


def remove_entry(path: Path) -> None:
    """Delete a file, a link, or a folder with everything in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        remove_folder(path)
    else:
        path.unlink(missing_ok=True)


def forget(workspace: Path) -> None:
    """Delete what a run that was killed has left out of reach: all of it can be had again."""
    for path in (repository_of(workspace / "clone"), workspace / "clone.git.part", workspace / "aside"):
        remove_folder(path)


def _hides_source(path: Path) -> bool:
    module = path.with_name(path.name.partition(".")[0])
    beside = [module] if module.name != "__init__" else [module, module.parent]
    return any(name.with_name(f"{name.name}.py").exists() for name in beside)
