"""The content-addressed store: what the commit's hashes stand for, held to its hash before it is used."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.integrity.hashes import Digests, bytes_md5, file_digests, file_md5
from shared_analysis.reproduce.commit.content import NOT_HAD, Absent, Content
from shared_analysis.reproduce.commit.pipeline import Pipeline

_ILL_LISTED = "its listing is not written as DVC writes it"


class ContentStore:
    """Content by hash: from the reviewer's cache, or else from the remote.

    Parameters
    ----------
    caches
        Folders of DVC's caches, read only.
    pipeline
        Fetches what none of them holds.
    """

    def __init__(self, caches: list[Path], pipeline: Pipeline) -> None:
        self._caches = caches
        self._pipeline = pipeline
        self._held: dict[str, set[str]] = {}

    def remember(self, digests: Digests) -> None:
        """Note which bytes stand for an MD5 in the commit itself, where git keeps them."""
        for one in (digests, *(digests.files or {}).values()):
            if not one.md5.endswith(".dir"):
                self._held.setdefault(one.md5, set()).add(one.sha256)

    def other_bytes(self, found: Digests) -> bool:
        """Say whether the content that is at hand under an MD5 is another than the one that was found with it.

        Two files with one MD5 can be made on purpose. Content that only the remote has is not fetched for this.
        """
        if found.files is None:
            return bool(self._at_hand(found.md5) - {found.sha256})
        listing = _listing((name, file.md5) for name, file in found.files.items())
        if self._at_hand(found.md5) - {hashlib.sha256(listing).hexdigest()}:
            return True
        return any(self.other_bytes(file) for file in found.files.values())

    def _at_hand(self, digest: str) -> set[str]:
        """Return the SHA-256 of each content that is at hand under an MD5."""
        files = [file for cache in self._caches if (file := _place(cache, digest)).is_file()]
        found = [file_digests(file) for file in files]
        own = digest.removesuffix(".dir")
        return self._held.get(digest, set()) | {digests.sha256 for digests in found if digests.md5 == own}

    def find(self, digest: str, path: Path | None = None) -> tuple[Path | None, str]:
        """Find the file of a hash; fetch what the commit records at ``path`` if need be.

        Returns
        -------
        tuple
            The file, or None; and why not.
        """
        forged = False
        for fetching in (False, True):
            if fetching and (path is None or not self._pipeline.fetch(path)):
                break
            for cache in self._caches:
                file = _place(cache, digest)
                if file.is_file():
                    if file_md5(file) == digest.removesuffix(".dir"):
                        return file, ""
                    forged = True
        return None, "the cache holds other content under this hash" if forged else NOT_HAD

    def holds(self, digest: str) -> bool:
        """Say whether one of the caches has it, without asking the remote."""
        return self.find(digest)[0] is not None

    def restore(self, digest: str, path: Path) -> str:
        """Put an input where it belongs; return why that cannot be done, or nothing."""
        listing, why = self.find(digest, path)
        if listing is None:
            return why
        if not digest.endswith(".dir"):
            _copy(listing, path)
            return ""
        try:
            entries = _listed(listing)
        except Absent as fault:
            return str(fault)
        for name, inner in entries:
            file, why = self.find(inner, path)
            if file is None:
                return why
            if not (path / name).resolve().is_relative_to(path.resolve()):
                return "its listing names a file outside the folder"
            _copy(file, path / name)
        return ""

    def content(
        self,
        digest: str,
        path: Path,
        *,
        fetch: bool = True,
        listing: Mapping[str, str] | None = None,
        commit: str = "",
    ) -> Content:
        """Return what a commit recorded at a path.

        Parameters
        ----------
        digest, path
            Its hash, and where it belongs.
        fetch
            Ask the remote for what no cache holds.
        listing
            Of a folder, the hash of each file, where the lock itself says it.
        commit
            What to call the commit, where there is more than one.
        """
        return _StoredContent(self, digest, path, fetch, listing, commit)

    def lend(self, file: Path, name: str) -> Path:
        """Copy a file out of the cache, where it has no name, and give it one; whoever asked deletes it."""
        named = self._caches[-1].parent / "compared" / file.name / Path(name).name
        _copy(file, named)
        return named


@dataclass(frozen=True)
class _StoredContent:
    """What a commit's hash stands for."""

    store: ContentStore
    digest: str
    path: Path
    fetch: bool
    listing: Mapping[str, str] | None
    commit: str

    def files(self) -> Mapping[str, str] | None:
        """Read the folder's listing, and hold it to the folder's hash: a lock could name other files than it claims."""
        if self.listing is not None and _hash(self.listing.items()) == self.digest:
            return self.listing
        file = self._file(self.digest)
        if not self.digest.endswith(".dir"):
            return None
        entries = _listed(file)
        if _hash(entries) != self.digest:
            raise Absent(_ILL_LISTED)
        return dict(entries)

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        """Give a copy of a file, as long as it is needed."""
        digest = (self.files() or {})[name] if name else self.digest
        file = self.store.lend(self._file(digest), name or self.path.name)
        try:
            yield file
        finally:
            file.unlink()

    def _file(self, digest: str) -> Path:
        file, why = self.store.find(digest, self.path if self.fetch else None)
        if file is None:
            raise Absent(f"{self.commit}: {why}" if self.commit else why)
        return file


def _listed(listing: Path) -> list[tuple[str, str]]:
    """Read which files a folder holds, with their hashes; raises ``Absent`` for what is no listing."""
    try:
        entries = json.loads(listing.read_text(encoding="utf-8"))
        named = [(entry["relpath"], entry["md5"]) for entry in entries]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Absent(_ILL_LISTED) from None
    if not all(isinstance(name, str) and name and isinstance(digest, str) for name, digest in named):
        raise Absent(_ILL_LISTED)
    return named


def _hash(entries: Iterable[tuple[str, str]]) -> str:
    """Hash a listing as DVC does."""
    return f"{bytes_md5(_listing(entries))}.dir"


def _listing(entries: Iterable[tuple[str, str]]) -> bytes:
    return json.dumps([{"md5": digest, "relpath": name} for name, digest in sorted(entries)]).encode()


def _place(cache: Path, digest: str) -> Path:
    return cache / "files" / "md5" / digest[:2] / digest[2:]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
