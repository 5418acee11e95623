"""The machine that an environment is for: which wheels fit it, and which lines of a lock it reads."""

from __future__ import annotations

import itertools
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms, platform_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from shared_analysis.errors import SharedAnalysisError

# The oldest that most wheels are built for today: RHEL 8, Debian 10, Ubuntu 20.04; and macOS 13.
_GLIBC = 28
_MACOS = (13, 0)


def _manylinux(machine: str, oldest: int) -> list[str]:
    # The names of before PEP 600 first: some wheels have no other.
    older = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    tags = []
    for minor in range(_GLIBC, oldest - 1, -1):
        tags.append(f"manylinux_2_{minor}_{machine}")
        tags += [f"{older[minor]}_{machine}"] if minor in older else []
    return [*tags, f"linux_{machine}"]


@dataclass(frozen=True)
class _Kind:
    """A kind of machine: the platforms of its wheels, best first, and what a lock's markers can ask about it."""

    platforms: list[str]
    os_name: str
    sys_platform: str
    system: str
    machine: str


KINDS = {
    "windows": _Kind(["win_amd64"], "nt", "win32", "Windows", "AMD64"),
    "linux": _Kind(_manylinux("x86_64", 5), "posix", "linux", "Linux", "x86_64"),
    "macos": _Kind(list(mac_platforms(_MACOS, "arm64")), "posix", "darwin", "Darwin", "arm64"),
    "linux-arm": _Kind(_manylinux("aarch64", 17), "posix", "linux", "Linux", "aarch64"),
    "macos-intel": _Kind(list(mac_platforms(_MACOS, "x86_64")), "posix", "darwin", "Darwin", "x86_64"),
}


@dataclass(frozen=True)
class Target:
    """A kind of machine with a minor version of CPython, such as windows with 3.11."""

    kind: str
    python: str

    def __str__(self) -> str:
        return f"{self.kind}, Python {self.python}"

    @property
    def options(self) -> list[str]:
        """What tells pip to choose wheels for this target."""
        abi = f"cp{self.python.replace('.', '')}"
        platforms = itertools.chain.from_iterable(("--platform", platform) for platform in KINDS[self.kind].platforms)
        return ["--implementation", "cp", "--python-version", self.python, "--abi", abi, *platforms]

    def reads(self, marker: Marker | None) -> bool:
        """Say whether a line with this marker is for the target, in its first or its last patch release."""
        return marker is None or any(marker.evaluate(surroundings) for surroundings in self._surroundings())

    def fits(self, file: str) -> bool:
        """Say whether a wheel of this file name can be installed there."""
        try:
            *_, tags = parse_wheel_filename(file)
        except InvalidWheelFilename:
            return False
        return not self._tags.isdisjoint(tags)

    @cached_property
    def _tags(self) -> frozenset[Tag]:
        major, minor = (int(part) for part in self.python.split("."))
        short, platforms = f"cp{major}{minor}", KINDS[self.kind].platforms
        return frozenset(
            [
                *cpython_tags((major, minor), [short], platforms),
                *compatible_tags((major, minor), short, platforms),
            ]
        )

    def _surroundings(self) -> Iterator[dict[str, str | set[str]]]:
        kind = KINDS[self.kind]
        for patch in (0, 99):
            yield {
                "os_name": kind.os_name,
                "sys_platform": kind.sys_platform,
                "platform_system": kind.system,
                "platform_machine": kind.machine,
                "platform_release": "",
                "platform_version": "",
                "platform_python_implementation": "CPython",
                "implementation_name": "cpython",
                "implementation_version": f"{self.python}.{patch}",
                "python_version": self.python,
                "python_full_version": f"{self.python}.{patch}",
                "extra": "",
            }


def this_kind() -> str:
    """Say which kind of machine this is.

    Raises
    ------
    SharedAnalysisError
        If it is none of those that wheels are gathered for.
    """
    here = set(platform_tags())
    named = next((name for name, kind in KINDS.items() if kind.platforms[0] in here), None)
    if named is None:
        raise SharedAnalysisError(
            f"This machine ({platform.system()} {platform.machine()}) is none of the kinds that have wheels.",
            "--for",
            f"name the one that you gather for: {', '.join(KINDS)}",
        )
    return named


def this_python() -> str:
    """Name the minor version of the Python that runs this."""
    return ".".join(platform.python_version_tuple()[:2])
