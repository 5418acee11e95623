"""What the locks of a project name: packages with version and hashes, and the wheels that lie in the project itself."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from shared_analysis.contracts import load_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.sources.database import DRIVERS

LOCKS = ("requirements.txt", "requirements-s3.txt", "requirements-azure.txt", "requirements-ssh.txt")
_HASH = re.compile(r"\s--hash=sha256:([0-9a-f]{64})\b")
_OPTION = re.compile(r"(?:\s+--?[\w-]+(?:[= ]\S+)?)+$")
_WHEEL = re.compile(r"^\./(\S+\.whl)(?=\s|$)")
_AGAIN = "make the lock again with hashes, as the first lines of requirements.in say"


@dataclass(frozen=True)
class Pin:
    """One package of a lock: this version, as a file with one of these hashes, where the marker holds."""

    name: str
    version: str
    hashes: frozenset[str]
    marker: Marker | None

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def line(self) -> str:
        """The pin as pip reads it, without its marker."""
        return " ".join([str(self), *(f"--hash=sha256:{digest}" for digest in sorted(self.hashes))])


def locks_of(root: Path) -> list[Path]:
    """List the locks of a project that its machines need.

    They are the main one, those of what DVC needs to reach a place for data, and those of the drivers of databases that
    a contract names.

    Raises
    ------
    SharedAnalysisError
        If the project has no ``requirements.txt``.
    """
    if not (root / LOCKS[0]).is_file():
        raise SharedAnalysisError(
            "The project has no lock of its packages.",
            str(root / LOCKS[0]),
            "restore it: git checkout requirements.txt",
        )
    return [root / name for name in (*LOCKS, *_drivers(root)) if (root / name).is_file()]


def _drivers(root: Path) -> list[str]:
    """Name the locks of the drivers that contracts ask for; a contract that cannot be used is for `check` to name."""
    kinds = set()
    for path in sorted((root / "contracts").glob("*.y*ml")):
        with contextlib.suppress(SharedAnalysisError):
            server = load_contract(path).server
            kinds.add(server.kind if server else "")
    return [lock for kind, lock in DRIVERS.items() if kind in kinds]


def read_pins(lock: Path) -> list[Pin]:
    """Read the packages of a lock, without the wheels that lie in the project.

    Raises
    ------
    SharedAnalysisError
        If a line is not one package with one version and a hash.
    """
    pins = []
    for line in statements(lock):
        if line.startswith("--") or _WHEEL.match(line):
            continue
        hashes = frozenset(_HASH.findall(line))
        try:
            named = Requirement(_OPTION.sub("", line))
        except InvalidRequirement:
            raise SharedAnalysisError(
                "The lock holds a line that names no package.", f"{lock.name}: {line[:60]}", _AGAIN
            ) from None
        (version, *others) = [clause.version for clause in named.specifier if clause.operator == "=="] or [""]
        if not version or others or not hashes:
            lacks = "hash" if version else "version"
            raise SharedAnalysisError(f"The lock names a package without its {lacks}.", f"{lock.name}: {named}", _AGAIN)
        pins.append(Pin(canonicalize_name(named.name), version, hashes, named.marker))
    return pins


def read_wheels(lock: Path) -> dict[str, frozenset[str]]:
    """Read the wheels that lie in the project: their hashes by path."""
    lines = statements(lock)
    return {match[1]: frozenset(_HASH.findall(line)) for line in lines if (match := _WHEEL.match(line))}


def statements(lock: Path) -> list[str]:
    """Read the lines of a lock, each joined with those that continue it, without comments."""
    joined = re.sub(r"\\\r?\n", " ", lock.read_text(encoding="utf-8"))
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return [line for line in lines if line]


def wrong_wheels(root: Path) -> dict[str, str]:
    """Name the wheels in the project that are not the ones whose hash is in ``requirements.txt``, with the reason."""
    lock = root / "requirements.txt"
    if not lock.is_file():
        return {"requirements.txt": "the commit does not have it"}
    named = read_wheels(lock)
    wrong = {}
    for path, hashes in named.items():
        if not (root / path).is_file():
            wrong[path] = "requirements.txt names it, and the commit does not have it"
        elif not hashes:
            wrong[path] = "requirements.txt has no hash of it"
        elif file_sha256(root / path) not in hashes:
            wrong[path] = "it is not the wheel whose hash is in requirements.txt"
    here = {path.relative_to(root).as_posix() for path in (root / "vendor").glob("*.whl")}
    return wrong | dict.fromkeys(sorted(here - set(named)), "requirements.txt does not name it")
