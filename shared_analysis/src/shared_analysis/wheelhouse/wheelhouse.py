"""A folder with every package of a project's locks, from which a machine without a package index installs."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.project import write_json, write_text
from shared_analysis.wheelhouse.install_page import INSTALL, install_page
from shared_analysis.wheelhouse.package_index import PackageIndex
from shared_analysis.wheelhouse.requirements import Pin, locks_of, read_pins, read_wheels, wrong_wheels
from shared_analysis.wheelhouse.targets import KINDS, Target, this_kind, this_python
from shared_analysis.writing import delete, make_folder, move

RECORD = "wheelhouse.json"
_FILES = (".whl", ".tar.gz", ".zip")
_BATCH = 50  # a run that is stopped loses at most so many; each costs a start of pip


@dataclass(frozen=True)
class Stock:
    """What a wheelhouse has for one target.

    Attributes
    ----------
    target
        The kind of machine and its Python.
    wheels
        How many packages are there as a wheel.
    sources
        The packages that are there as source, which any machine builds; as ``name==version``.
    missing
        The packages that are not there, as ``name==version``, with the reason where there is one.
    """

    target: Target
    wheels: int
    sources: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """What is in a wheelhouse: the stock for each target, files that no lock knows, and its size in bytes."""

    stocks: tuple[Stock, ...]
    unknown: tuple[str, ...]
    size: int

    @property
    def complete(self) -> bool:
        """Whether every target has every package."""
        return not any(stock.missing for stock in self.stocks)


class Wheelhouse:
    """A folder of packages for a project.

    Parameters
    ----------
    root
        The project, with its locks: ``requirements.txt``, and those of its remotes where there are any.
    folder
        The wheelhouse; need not be there yet.

    Raises
    ------
    SharedAnalysisError
        If there is no lock, or a line of it names no package with version and hash.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self._locks = locks_of(root)
        self._begun = (folder / RECORD).is_file()
        pins: dict[tuple[str, str], Pin] = {}
        for pin in (pin for lock in self._locks for pin in read_pins(lock)):
            # The locks of the remotes repeat packages of the main one, and may hold them to other files.
            known = pins.setdefault((str(pin), str(pin.marker)), pin)
            pins[str(pin), str(pin.marker)] = replace(known, hashes=known.hashes | pin.hashes)
        self._pins = list(pins.values())
        own = (hashes for lock in self._locks for hashes in read_wheels(lock).values())
        self._known = frozenset[str]().union(*own, *(pin.hashes for pin in self._pins))

    def targets(self, kinds: Sequence[str] = (), pythons: Sequence[str] = ()) -> list[Target]:
        """Return the targets that are named; if none is, those that the folder was gathered for, or else this machine.

        Raises
        ------
        SharedAnalysisError
            If there is no such kind of machine, or the project does not run on such a Python.
        """
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise SharedAnalysisError(
                f"There is no kind of machine '{unknown[0]}'.", "--for", f"take one of {', '.join(KINDS)}"
            )
        for python in pythons:
            self._refuse_other_python(python)
        if kinds or pythons:
            return [Target(kind, python) for kind in kinds or [this_kind()] for python in pythons or [this_python()]]
        return self.recorded() or [Target(this_kind(), this_python())]

    def recorded(self) -> list[Target]:
        """Return the targets that the folder was gathered for so far.

        Raises
        ------
        SharedAnalysisError
            If what was noted of them cannot be read.
        """
        path = self.folder / RECORD
        if not path.is_file():
            return []
        try:
            noted = json.loads(path.read_text(encoding="utf-8"))["for"]
            return [Target(str(kind), str(python)) for kind, python in noted if kind in KINDS]
        except (ValueError, KeyError, TypeError):
            raise SharedAnalysisError(
                "The record of the wheelhouse cannot be read.", str(path), "delete this file, and gather again"
            ) from None

    def gather(self, targets: Iterable[Target], say: Callable[[str], None] = lambda _: None) -> Inventory:
        """Fetch what the folder lacks for these targets and for those of earlier times, each file held to its hash.

        A file appears in the folder only when it is whole and has a hash of the lock, so that a run that was stopped
        goes on where it was. Where the index has no wheel of a package for a target, its source is taken.

        Raises
        ------
        SharedAnalysisError
            If no package index answers, or offers a file with another hash than the lock names, or if another command
            gathers there now.
        """
        wrong = wrong_wheels(self.root)
        if wrong:
            (name, why), *_ = wrong.items()
            raise SharedAnalysisError(f"The project's own wheel is not right: {why}.", name, "git checkout vendor")
        if self.folder.exists() and not self.folder.is_dir():
            raise SharedAnalysisError("This is a file; a folder is needed.", str(self.folder), "name another")
        refused: set[tuple[Target, Pin]] = set()
        with self._alone() as part:
            wanted = list(dict.fromkeys([*self.recorded(), *targets]))
            index = PackageIndex(part)
            for target in wanted:
                self._fetch(target, index, refused, say)
            write_json(self.folder / RECORD, {"for": [[target.kind, target.python] for target in wanted]})
            write_text(self.folder / INSTALL, install_page(self.root, self.folder, self._locks, wanted))
            return self._inventory(wanted, refused)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Path]:
        """Make an empty folder to work in, which only one command has at a time; a killed one gives it back."""
        from filelock import FileLock, Timeout

        part, lock = self.folder / ".part", self.folder / ".lock.part"
        make_folder(self.folder)
        try:
            with FileLock(lock, timeout=0):
                delete(part)
                make_folder(part)
                try:
                    yield part
                finally:
                    delete(part)
                    with contextlib.suppress(OSError):  # Windows keeps a file that is open
                        delete(lock)
        except Timeout:
            raise SharedAnalysisError(
                "Another command gathers into this folder now.", str(self.folder), "wait until it is done"
            ) from None

    def check(self, targets: Iterable[Target]) -> Inventory:
        """Say what the folder has and lacks for these targets; fetch nothing and change nothing."""
        return self._inventory(targets, set())

    def remove(self, names: Iterable[str]) -> None:
        """Delete files of the folder, by their names.

        Raises
        ------
        SharedAnalysisError
            If the folder was no wheelhouse when this began: they may be anybody's.
        """
        going = list(names)
        if going and not self._begun:
            raise SharedAnalysisError(
                "Nothing was deleted: this folder was no wheelhouse before, and has packages that no lock names.",
                f"{self.folder}: {', '.join(going)}",
                "see that they may go, and give the command again",
            )
        for name in going:
            delete(self.folder / name)

    def _fetch(
        self, target: Target, index: PackageIndex, refused: set[tuple[Target, Pin]], say: Callable[[str], None]
    ) -> None:
        """Move what the index has and the folder lacks into the folder; note the packages that are not to be had."""
        files = self._files()
        lacking = self._lacking(target, files)
        say(f"{target}: {len(lacking)} of {len(self._needed(target))} packages to fetch")
        for start in range(0, len(lacking), _BATCH):
            for file in index.wheels(lacking[start : start + _BATCH], target, lambda name: say(f"  {name}")):
                self._keep(file)
        files = self._files()
        for pin in lacking:
            if _held(pin, target, files):
                continue
            say(f"  {pin} has no wheel for {target}: trying whether its source builds without a compiler")
            source = index.source(pin, lambda name: say(f"  {name}"))
            if source:
                self._keep(source)
            else:
                refused.add((target, pin))

    def _keep(self, file: Path) -> None:
        """Move a file into the folder; pip has held it to its hash, and this does so once more."""
        if file_sha256(file) not in self._known:
            raise SharedAnalysisError("A file came with a hash that no lock names.", file.name, "try again")
        move(file, self.folder / file.name)

    def _inventory(self, targets: Iterable[Target], refused: set[tuple[Target, Pin]]) -> Inventory:
        files, listed = self._files(), list(targets)
        strangers = {name for name, digest in files.items() if digest not in self._known and _package(name)}
        lacking = ((pin, target) for target in listed for pin in self._lacking(target, files))
        damaged = {name for pin, target in lacking for name in _damaged(pin, target, files)}
        return Inventory(
            stocks=tuple(self._stock(target, files, refused) for target in listed),
            unknown=tuple(sorted(strangers - damaged)),
            size=sum((self.folder / name).stat().st_size for name in files),
        )

    def _stock(self, target: Target, files: dict[str, str], refused: set[tuple[Target, Pin]]) -> Stock:
        wheels, built, missing = 0, [], []
        for pin in self._needed(target):
            held = _held(pin, target, files)
            if held is None:
                why = ": its file is damaged, or another than the lock names" if _damaged(pin, target, files) else ""
                if (target, pin) in refused:
                    why = ": it has no wheel for this, and no source that builds without a compiler"
                missing.append(f"{pin}{why}")
            elif held.endswith(".whl"):
                wheels += 1
            else:
                built.append(str(pin))
        return Stock(target, wheels, tuple(built), tuple(missing))

    def _needed(self, target: Target) -> list[Pin]:
        return [pin for pin in self._pins if target.reads(pin.marker)]

    def _lacking(self, target: Target, files: dict[str, str]) -> list[Pin]:
        return [pin for pin in self._needed(target) if _held(pin, target, files) is None]

    def _files(self) -> dict[str, str]:
        """Hash what is in the folder, by name."""
        if not self.folder.is_dir():
            return {}
        files = sorted(path for path in self.folder.iterdir() if path.name.endswith(_FILES) and path.is_file())
        return {path.name: file_sha256(path) for path in files}

    def _refuse_other_python(self, python: str) -> None:
        stated = _requires_python(self.root)
        if not re.fullmatch(r"3\.\d+", python) or python not in stated:
            raise SharedAnalysisError(
                f"The project does not run on Python '{python}'.",
                "--python",
                f"name one such as 3.11; {stated or 'any'}",
            )


def _held(pin: Pin, target: Target, files: dict[str, str]) -> str | None:
    """Return the file that a target installs a package from: a wheel that fits, or source."""
    named = [name for name, digest in files.items() if digest in pin.hashes]
    wheels = (name for name in named if target.fits(name))
    return next(wheels, next((name for name in named if not name.endswith(".whl")), None))


def _damaged(pin: Pin, target: Target, files: dict[str, str]) -> list[str]:
    """Name the files that would be this package for this target, were their content the lock's."""
    return [name for name in files if _package(name) == (pin.name, pin.version) and target.fits(name)]


def _package(file: str) -> tuple[str, str] | None:
    """Read name and version from a file's name."""
    try:
        name, version, *_ = parse_wheel_filename(file) if file.endswith(".whl") else parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return name, str(version)


def _requires_python(root: Path) -> SpecifierSet:
    """Read which Pythons the project runs on; all, if it does not say so."""
    path = root / "pyproject.toml"
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["requires-python"]
        return SpecifierSet(stated)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, InvalidSpecifier):
        return SpecifierSet()
