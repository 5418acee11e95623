"""The pipeline of a clean copy: its stages as DVC reads ``dvc.yaml``, and the hashes of what they read and make."""

from __future__ import annotations

import errno
import json
import os
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shared_analysis.dvc_files import DvcFiles
from shared_analysis.dvc_repo import DvcRepo, Stage, is_installed
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.integrity.hashes import Digests, bytes_md5, folder_digests
from shared_analysis.reproduce.commit.file_hashes import FileHashes
from shared_analysis.room import has_room
from shared_analysis.writing import LeadsOut, delete, make_folder, refuse_links

_LONGEST, _LONGEST_PART = 2_000, 255
"""Bytes of a path, and of one name in it: from about there on, systems refuse them."""


class Pipeline:
    """The pipeline of a clean copy.

    Parameters
    ----------
    root
        The project in the clean copy.
    cache
        A folder for what is fetched, empty at first: never the reviewer's own cache.
    settings
        DVC's settings of the reviewer's copy: where the remote is, and how to sign in.

    Raises
    ------
    SharedAnalysisError
        If the pipeline cannot be read.
    """

    def __init__(self, root: Path, cache: Path, settings: Mapping[str, Any]) -> None:
        self.root = root
        self.top = cache.with_name("clone")
        self.hashes = FileHashes(cache.parent)
        self.by_dvc = is_installed()
        """Whether DVC reads it; else we do, see :class:`DvcFiles`."""
        self._cache = cache
        core = {**settings.get("core", {}), "site_cache_dir": str(cache.with_name(f"{cache.name}-site"))}
        core["no_scm"] = True  # git's repository is taken away and put back meanwhile
        own = {**settings, "cache": {"dir": str(cache)}, "core": core}
        self._repo = DvcRepo(root, own) if self.by_dvc else DvcFiles(root)
        self.stages = tuple(self._repo.stages())
        for stage in self.stages:
            _refuse_impossible(stage)

    def path(self, stage: Stage, name: str) -> Path:
        """Return the path of a dependency or an output."""
        return stage.path(name)

    def read_path(self, stage: Stage, name: str) -> Path:
        """Return the path of a dependency, also if its name is there in another form of Unicode, and in no other.

        Some systems write ``é`` as one letter, some as two, and all but Linux take either for the other.
        """
        path = self.path(stage, name)
        if name.isascii() or os.path.lexists(path) or not path.parent.is_dir():
            return path
        wanted = unicodedata.normalize("NFC", path.name)
        same = [other for other in path.parent.iterdir() if unicodedata.normalize("NFC", other.name) == wanted]
        return same[0] if len(same) == 1 else path

    def name(self, path: Path) -> str:
        """Return a path as it is written from the project's root; whole, if it lies elsewhere."""
        path = Path(os.path.normpath(path))
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    def said(self, stage: Stage, name: str) -> str:
        """Return what a stage calls a dependency, an output or a file of parameters as it is said from the root."""
        if "://" in name or Path(name).is_absolute():
            return name
        return Path(os.path.relpath(stage.path(name), self.root)).as_posix()

    def params(self, stage: Stage, file: str) -> dict[str, Any]:
        """Read the values in a file of parameters that a stage depends on, by key, as the file says by now.

        DVC may keep the file, or a stage may make it: when the pipeline was read, it was not there. Of what is no file,
        or a link that leads out, nothing is read.

        Raises
        ------
        SharedAnalysisError
            If the file cannot be read.
        """
        path = stage.path(file)
        named = file in stage.params and path.is_file() and not self.leads_out(path)
        return self._repo.params(stage, file) if named else {}

    def pipelines(self) -> set[str]:
        """Return the files that have stages, from the project's root."""
        return {stage.file for stage in self.stages}

    def outputs(self) -> set[Path]:
        """Return the path of every output of every stage."""
        return {self.path(stage, name) for stage in self.stages for name in stage.outs}

    def hash(self, path: Path) -> str | None:
        """Hash a file or a folder as DVC does; None if it is not there."""
        if path.is_dir():
            return self.folder_hash(path, self.files(path))
        return self.hashes.md5(path) if self.is_own_file(path) else None

    def folder_hash(self, folder: Path, files: Iterable[Path]) -> str:
        """Hash a folder that holds some files as DVC does."""
        listing = [{"md5": self.hashes.md5(path), "relpath": path.relative_to(folder).as_posix()} for path in files]
        return f"{bytes_md5(json.dumps(sorted(listing, key=lambda entry: entry['relpath'])).encode())}.dir"

    def digests(self, path: Path) -> Digests | None:
        """Hash a file or a folder by both hashes; None if it is not there."""
        if path.is_dir():
            return folder_digests(path, {file: self.hashes.digests(file) for file in self.files(path)})
        return self.hashes.digests(path) if self.is_own_file(path) else None

    def is_own_file(self, path: Path) -> bool:
        """Say whether a path is a file of the project that can be read: no pipe or device, no link out or to nowhere.

        Nothing else is ever opened: its reader might wait for ever, or tell of a file of the reviewer's.
        """
        return self._is_inside(path) and _can_be_read(path)

    def leads_out(self, path: Path) -> bool:
        """Say whether a file or a folder, or a file in it, is a link to somewhere outside the project."""
        inside = self._is_inside(path)
        return not inside or any(not self._is_inside(inner) for inner in self._entries(path) if inner.is_symlink())

    def oddity(self, path: Path) -> str:
        """Say what a file or a folder holds that is no file of the project, in words; nothing, if all is."""
        if self.leads_out(path):
            return "it is a link that leads out of the project"
        odd = not all(map(_can_be_read, self._entries(path)))
        return "it holds what is no file that can be read, such as a pipe or a link to nowhere" if odd else ""

    def files(self, folder: Path) -> list[Path]:
        """List the files below a folder that DVC counts, but for what is no file of the project."""
        entries = filter(_can_be_read, self._entries(folder))
        return [path for path in entries if not path.is_symlink() or self._is_inside(path)]

    def _entries(self, folder: Path) -> list[Path]:
        return self._repo.files(folder) if folder.is_dir() and self._is_inside(folder) else []

    def _is_inside(self, path: Path) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.top))  # links may go round

    def inputs(self) -> dict[Path, str]:
        """Return what was handed to DVC by hand and a stage reads: hash by path."""
        reads = {self.path(stage, name) for stage in self.stages for name in stage.reads}
        added = sorted(self.added().items())
        return {path: digest for path, digest in added if any(overlap(path, read) for read in reads)}

    def added(self) -> dict[Path, str]:
        """Return what was handed to DVC by hand, whether a stage reads it or not: hash by path."""
        return self._repo.added()

    def pointer(self, path: Path) -> Path | None:
        """Return the file in which DVC keeps the hash of what it was handed at a path."""
        return self._repo.pointers().get(path)

    def shown(self) -> list[Path]:
        """List the metrics, plots and artifacts that ``dvc.yaml`` names beside its stages, for DVC to show."""
        return self._repo.shown()

    def fetch(self, path: Path) -> bool:
        """Fetch from the remote what the commit records at a path; False if DVC fails; the cache shows what came."""
        try:  # a stage may have put a link in the place of what DVC writes to
            for folder in (self._cache, self._cache.with_name(f"{self._cache.name}-site")):
                refuse_links(folder, within=folder.parent)
            refuse_links(self.root / ".dvc" / "tmp", within=self.root)
        except LeadsOut:
            return False
        fetched = self._repo.fetch([path])
        if not fetched and not has_room(self._cache.parent):  # DVC does not say why it failed
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._cache))
        return fetched

    def empty(self, stage: Stage) -> None:
        """Delete a stage's outputs, also those that the commit brought along, and make room for new ones.

        Raises
        ------
        SharedAnalysisError
            If one lies outside the clean copy, by its name or through a link.
        """
        for name in stage.outs:
            path = self.path(stage, name)
            try:
                if self.root / ".dvc" in (path, *path.parents):
                    raise LeadsOut("DVC's own folder is no output.")
                delete(path, within=self.root)
                make_folder(path.parent, within=self.root) if path.parent != self.root else None
            except NotADirectoryError:
                raise SharedAnalysisError(
                    "A file stands where the folder of an output belongs.",
                    f"dvc.yaml, stage {stage.name}: {name}",
                    "name another place for the output, and run `dvc repro`",
                ) from None
            except LeadsOut:
                raise SharedAnalysisError(
                    "An output lies outside the project, or behind a link, and would be deleted there.",
                    f"dvc.yaml, stage {stage.name}: {name}",
                    "do not run this project",
                ) from None


def _refuse_impossible(stage: Stage) -> None:
    """Refuse a stage with a name that no file, or words that no command can have: systems end both at a NUL."""
    for text in (stage.name, *stage.commands, *stage.deps, *stage.outs, *stage.params, str(stage.folder)):
        name = text not in (stage.name, *stage.commands)
        try:
            written = os.fsencode(text)
        except UnicodeEncodeError:
            written = b"\0"
        if b"\0" in written or (
            name and (len(written) > _LONGEST or max(map(len, written.split(b"/"))) > _LONGEST_PART)
        ):
            raise SharedAnalysisError(
                "A stage has a name or a command that no system takes.",
                f"dvc.yaml: {stage.name}",
                "see who changed it last, and why",
            )


def _can_be_read(path: Path) -> bool:
    return os.path.isfile(path) and os.access(path, os.R_OK)  # noqa: PTH113  # no name is too long for it
