"""What a wheel holds, file by file; and what an installed package holds, told in the same way."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity.hashes import CHUNK, file_sha256
from shared_analysis.wording import listed

_MOST = 1 << 30
_DATA = re.compile(r"[^/]+\.data/data/")
_INSTALLERS = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_build.json", "uv_cache.json"}
"""What an installer writes of its own beside a wheel's metadata."""
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)")


@dataclass(frozen=True)
class Contents:
    """The files of a wheel, or of what was installed from one.

    Parameters
    ----------
    files
        SHA-256 by the path that the wheel has it under. Files that belong elsewhere than into ``site-packages`` begin
        with ``data/``.
    faults
        Where its own list of files (RECORD) and the files do not agree, in words.
    """

    files: Mapping[str, str]
    faults: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 over the list of the files: of ``SHA-256  path`` a line, by path, without RECORD.

        It is the same for a wheel and for what any installer makes of it, whatever the wheel is packed with.
        """
        lines = (f"{digest}  {path}\n" for path, digest in sorted(self.files.items()) if not _is_record(path))
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def differences(self, other: Contents, *, records: bool = True) -> str:
        """Say in which files this differs from another: what it changes, adds and lacks; nothing if in none.

        Parameters
        ----------
        other
            What it should be.
        records
            Whether RECORD counts: an installer writes its own.
        """
        mine, others = (
            {path: digest for path, digest in side.files.items() if records or not _is_record(path)}
            for side in (self, other)
        )
        kinds = {
            "changes": sorted(path for path in mine.keys() & others.keys() if mine[path] != others[path]),
            "adds": sorted(mine.keys() - others.keys()),
            "lacks": sorted(others.keys() - mine.keys()),
        }
        return "; ".join(f"it {kind} {listed(paths, most=5)}" for kind, paths in kinds.items() if paths)


def wheel_contents(wheel: Path) -> Contents:
    """Read what a wheel holds (https://packaging.python.org/en/latest/specifications/binary-distribution-format/).

    Raises
    ------
    SharedAnalysisError
        If it cannot be read as a wheel.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > _MOST:
                raise _unreadable(wheel, "it holds more than a gigabyte")
            found = [(entry.filename, _sha256(archive, entry)) for entry in entries]
            records = [archive.read(entry) for entry in entries if _is_record(entry.filename)]
            faults = [*_hidden(wheel, archive), *_odd_names(entries)]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _unreadable(wheel, "it is not an archive, or a damaged one") from None
    except struct.error:
        raise _unreadable(wheel, "it is a damaged archive") from None
    if len(records) != 1:
        raise _unreadable(wheel, "it has no list of its files (RECORD), or more than one")
    faults += _unrecorded(dict(found), _listed_files(records[0].decode("utf-8", "replace")))
    return Contents({_DATA.sub("data/", path): digest for path, digest in found}, tuple(faults))


def installed_contents(site: Path, record: str, package: str) -> Contents:
    """Read what an installer made of a wheel.

    Files that were compiled meanwhile (``__pycache__``) and the commands that the installer made are left out.

    Parameters
    ----------
    site
        The folder ``site-packages``.
    record
        The text of RECORD there.
    package
        The name of the package's own folder: files in it count though RECORD does not list them.
    """
    files: dict[str, str] = {}
    faults = []
    recorded = _listed_files(record)
    for path, digest in recorded.items():
        name = path.rsplit("/", 1)[-1]
        outside = path.startswith("../")
        inner = re.sub(r"^(?:\.\./)+", "", path)
        made = outside and inner.split("/")[0].lower() in ("bin", "scripts")
        if made or "__pycache__" in path.split("/") or (".dist-info/" in path and name in _INSTALLERS):
            continue
        file = site / path
        if not file.is_file():
            faults.append(f"{path} is not there")
            continue
        found = file_sha256(file)
        files[f"data/{inner}" if outside else path] = found
        if digest and digest != found:
            faults.append(f"{path} was changed after it was installed")
    for path, found in source_contents(site / package).files.items():
        if path not in files:
            files[path] = found
            faults.append(f"{path} came after it was installed")
    return Contents(files, tuple(faults))


def source_contents(package: Path) -> Contents:
    """Read what the folder of a package holds, without what Python compiled."""
    paths = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return Contents({path.relative_to(package.parent).as_posix(): file_sha256(path) for path in paths})


def _is_record(path: str) -> bool:
    return path.endswith(".dist-info/RECORD") and path.count("/") == 1


def _sha256(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    digest = hashlib.sha256()
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _listed_files(record: str) -> dict[str, str]:
    """Read RECORD: SHA-256 by path, empty where it gives none or another kind."""
    listed_files = {}
    for path, digest, *_ in (row for row in csv.reader(record.splitlines()) if len(row) >= 2):
        kind, _, text = digest.partition("=")
        try:
            listed_files[path] = (
                base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex() if kind == "sha256" else ""
            )
        except ValueError:
            listed_files[path] = ""
    return listed_files


def _unrecorded(found: Mapping[str, str], recorded: Mapping[str, str]) -> Iterator[str]:
    """Find where a wheel's RECORD is not a list of its files; it has no hash of itself and of signatures."""
    own = {
        path for path in found if path.endswith((".dist-info/RECORD", ".dist-info/RECORD.jws", ".dist-info/RECORD.p7s"))
    }
    wrong = sorted(path for path in found.keys() & recorded.keys() - own if found[path] != recorded[path])
    if wrong:
        yield f"its RECORD has other hashes of {listed(wrong, most=5)}"
    if more := sorted(found.keys() - recorded.keys() - own):
        yield f"its RECORD does not list {listed(more, most=5)}"
    if gone := sorted(recorded.keys() - found.keys() - own):
        yield f"its RECORD lists {listed(gone, most=5)}, which it does not hold"


def _odd_names(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Find names of which installers make different things."""
    counts = Counter(entry.filename.casefold() for entry in entries)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        yield f"it holds {listed(twice, most=5)} more than once"
    if unsafe := sorted(entry.filename for entry in entries if _UNSAFE.search(entry.orig_filename)):
        yield f"it names a place outside of where packages are installed: {listed(unsafe, most=5)}"


def _hidden(wheel: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    """Find bytes that the archive's own directory does not name: some installers read an archive from its beginning."""
    end = 0
    with wheel.open("rb") as file:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
            room = (0, 12, 16, 20, 24) if entry.flag_bits & 8 else (0,)
            if entry.header_offset - end not in (room if end else (0,)):
                break
            file.seek(entry.header_offset + 26)
            name, extra = struct.unpack("<HH", file.read(4))
            if file.read(name) != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
                break
            end = entry.header_offset + 30 + name + extra + entry.compress_size
        else:
            if archive.start_dir - end in (0, 12, 16, 20, 24):
                return
    yield "it holds bytes that its own directory does not name"


def _unreadable(wheel: Path, why: str) -> SharedAnalysisError:
    return SharedAnalysisError(f"This cannot be read as a wheel: {why}.", wheel.name, "build it again from its source")
