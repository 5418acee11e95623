"""The same content as somebody's git shows it: other line ends, $Id$ written out, names in another form of Unicode."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared_analysis.git import git
from shared_analysis.integrity.hashes import bytes_md5
from shared_analysis.reproduce.commit.pipeline import Pipeline

_MOST_BYTES = 1 << 26
_SNIFFED = 8000
_ID = re.compile(rb"\$Id:[^$\n]*\$")
_POINTER = b"version https://git-lfs.github.com/spec/v1"
_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFD", name),
)


@dataclass(frozen=True)
class SameText:
    """Tells what git does to files between a commit and a copy of it from changes that somebody made.

    Parameters
    ----------
    pipeline
        The pipeline of a clean copy, before it is run.
    held
        What git holds of it, by path.
    """

    pipeline: Pipeline
    held: Mapping[str, str]

    def why_same(self, claimed: str, path: Path) -> str:
        """Say in what way a file or folder holds what a hash claims, if the bytes differ only by what git does."""
        files = self.pipeline.files(path) if path.is_dir() else [path]
        if sum(file.stat().st_size for file in files) > _MOST_BYTES:
            return ""
        contents = [(file, file.read_bytes()) for file in files if file.is_file()]
        for shorten in (False, True):
            for line_end in (None, b"\n", b"\r\n"):
                digests = {
                    file: bytes_md5(self._turned(file, content, line_end, shorten)) for file, content in contents
                }
                for number, form in enumerate(_FORMS):
                    if _hash(path, digests, form) != claimed:
                        continue
                    if shorten:
                        return "the results were made from the same text, before git wrote $Id$ out in it"
                    if line_end:
                        return "the results were made from the same text with other line ends"
                    if number:
                        return "the results were made from the same files, under names in another form of Unicode"
        return ""

    def is_pointer(self, path: Path) -> bool:
        """Say whether a file, or one in a folder, is what git-lfs puts in the place of another that it keeps."""
        for file in self.pipeline.files(path) if path.is_dir() else [path]:
            with file.open("rb") as stream:
                if stream.read(len(_POINTER)) == _POINTER:
                    return True
        return False

    def filter(self, path: Path) -> str:
        """Name the filter through which git takes a file, if the commit asks for one."""
        named = self._attributes.get((self._name(path), "filter"), "")
        return "" if named in ("unspecified", "unset", "set", "lfs") else named

    @cached_property
    def _attributes(self) -> dict[tuple[str, str], str]:
        names = "\0".join(self.held)
        asked = ("check-attr", "-z", "--stdin", "ident", "filter")
        said = git(*asked, cwd=self.pipeline.root, given=names, own_settings=False).split("\0")
        return {(said[at], said[at + 1]): said[at + 2] for at in range(0, len(said) - 2, 3)}

    def _name(self, path: Path) -> str:
        return self.pipeline.name(path)

    def _turned(self, file: Path, content: bytes, line_end: bytes | None, shorten: bool) -> bytes:
        if shorten and self._attributes.get((self._name(file), "ident")) == "set":
            content = _ID.sub(b"$Id$", content)
        if line_end is None or b"\0" in content[:_SNIFFED]:
            return content
        plain = content.replace(b"\r\n", b"\n")
        return plain if line_end == b"\n" else plain.replace(b"\n", b"\r\n")


def _hash(path: Path, digests: Mapping[Path, str], form: Callable[[str], str]) -> str:
    if path in digests:
        return digests[path]
    listing = [{"md5": digest, "relpath": form(file.relative_to(path).as_posix())} for file, digest in digests.items()]
    return f"{bytes_md5(json.dumps(sorted(listing, key=lambda entry: entry['relpath'])).encode())}.dir"
