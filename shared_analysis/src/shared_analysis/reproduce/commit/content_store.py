"""The content-addressed store: what the commit's hashes stand for, held to its hash before it is used."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.folders import is_link
from shared_analysis.integrity.hashes import Digests, bytes_md5, file_digests, file_md5
from shared_analysis.reproduce.commit.content import NOT_HAD, Absent, Content
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.writing import LeadsOut, copy_file, delete, make_folder, plain_parts, unwritable

_DIGEST = re.compile(r"[0-9a-f]{32}(\.dir)?")
_BADLY_LISTED = "its listing is not written as DVC writes it"


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
        files = [file for cache in self._caches for file in _places(cache, digest)]
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
        if not _DIGEST.fullmatch(digest):  # a lock may hold anything, and this becomes a path
            return None, NOT_HAD
        forged = False
        for fetching in (False, True):
            if fetching and (path is None or not self._pipeline.fetch(path)):
                break
            for file in (file for cache in self._caches for file in _places(cache, digest)):
                if file_md5(file) == digest.removesuffix(".dir"):
                    return file, ""
                forged = True
        return None, "the cache holds other content under this hash" if forged else NOT_HAD

    def holds(self, digest: str) -> bool:
        """Say whether one of the caches has it, without asking the remote."""
        return self.find(digest)[0] is not None

    def restore(self, digest: str, path: Path) -> str:
        """Put an input where it belongs, in the clean copy alone; return why that cannot be done, or nothing."""
        listing, why = self.find(digest, path)
        if listing is None:
            return why
        try:
            if not digest.endswith(".dir"):
                copy_file(listing, path, within=self._pipeline.root)
                return ""
            return self._restore_folder(_entries(listing), path)
        except Absent as unreadable:
            return str(unreadable)
        except LeadsOut:
            return "a link stands where it belongs, or it lies outside the project: nothing is written there"
        except OSError as error:
            if unwritable(error):
                raise
            return f"it cannot be put where it belongs: {error.strerror}"

    def _restore_folder(self, entries: Mapping[str, str], path: Path) -> str:
        if is_link(path):
            delete(path, within=self._pipeline.root)
        make_folder(path, within=self._pipeline.root)
        spelt: dict[str, Path] = {}
        for name, digest in entries.items():
            try:
                target = path.joinpath(*plain_parts(name))
            except ValueError:
                return "its listing names a file outside the folder, or as no file can be called here"
            file, why = self.find(digest, path)
            if file is None:
                return why
            other = spelt.setdefault(unicodedata.normalize("NFC", name).casefold(), target)
            if other != target and target.exists() and other.samefile(target):
                return "its listing names two files that are one and the same here: letters large and small"
            copy_file(file, target, within=self._pipeline.root)
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
        workspace = self._caches[-1].parent
        *_, last = plain_parts(name.rpartition("/")[2])
        named = workspace / "compared" / file.name / last
        copy_file(file, named, within=workspace)
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
        entries = _entries(file)
        if _hash(entries.items()) != self.digest:
            raise Absent(_BADLY_LISTED)
        return entries

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        """Give a copy of a file, as long as it is needed."""
        digest = (self.files() or {})[name] if name else self.digest
        file = self.store.lend(self._file(digest), name or self.path.name)
        try:
            yield file
        finally:
            delete(file)

    def _file(self, digest: str) -> Path:
        file, why = self.store.find(digest, self.path if self.fetch else None)
        if file is None:
            raise Absent(f"{self.commit}: {why}" if self.commit else why)
        return file


def _hash(entries: Iterable[tuple[str, str]]) -> str:
    """Hash a listing as DVC does."""
    return f"{bytes_md5(_listing(entries))}.dir"


def _listing(entries: Iterable[tuple[str, str]]) -> bytes:
    return json.dumps([{"md5": digest, "relpath": name} for name, digest in sorted(entries)]).encode()


def _places(cache: Path, digest: str) -> list[Path]:
    """List where a cache has a content: DVC 3 and DVC 2 keep it in different folders of one cache."""
    places = (folder / digest[:2] / digest[2:] for folder in (cache / "files" / "md5", cache))
    return [place for place in places if place.is_file()]


def _entries(listing: Path) -> dict[str, str]:
    """Read the listing of a folder: the hash of each file by its path; whoever made the commit may have written it."""
    try:
        entries = json.loads(listing.read_text(encoding="utf-8"))
        named = {entry["relpath"]: entry["md5"] for entry in entries}
        if len(named) < len(entries) or not all(isinstance(word, str) for entry in named.items() for word in entry):
            raise Absent(_BADLY_LISTED)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Absent(_BADLY_LISTED) from None
    if "" in named:
        raise Absent(_BADLY_LISTED)
    return named
