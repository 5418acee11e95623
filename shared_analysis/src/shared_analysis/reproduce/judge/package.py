"""Whose is the analysis package that the project brings along? Its code and its hash both come from the author."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import Contents, Installation, Release, known_releases, this_verifier, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce.commit.checkout import CleanCopy, tracked
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.judge.rebuilt import Rebuilt, rebuild
from shared_analysis.wheelhouse import statements

_NAME = "shared-analysis"
_FOLDER = "shared_analysis"
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
_SPELT = re.compile(r"shared[-_.]+analysis", re.IGNORECASE)
_OVER = re.compile(rf"(?:^|/){_FOLDER}(?:/|-[^/]*/)", re.IGNORECASE)
"""Also deep in the wheel: what lies below ``data`` is installed wherever its path says, and that can be beside it."""
_INFO = re.compile(rf"{_FOLDER}-([^-/]+)\.(?:dist-info|data)/")


@dataclass(frozen=True)
class PackageCheck:
    """What the project's analysis package is held to.

    Parameters
    ----------
    releases
        A list of releases that is newer than the verifier's own.
    wheel_from
        A clone of the template to build the wheel from again: ``PATH``, or ``PATH@TAG``.
    """

    releases: Path | None = None
    wheel_from: str | None = None


NO_MORE = PackageCheck()
"""The verifier's own list of releases, and its own files."""


class Standing(StrEnum):
    """What is known of a package, from the best to the worst."""

    rebuilt = "built from its source"
    release = "a known release"
    verifier = "the same code as this verifier"
    unknown = "unknown"
    contradicted = "not what it says"


@dataclass(frozen=True)
class Package:
    """One analysis package of a project.

    Parameters
    ----------
    file
        Its wheel, or the line of ``requirements.txt`` that names it.
    sha256
        The SHA-256 of the wheel; None if there is no wheel in the project.
    standing
        What is known of it.
    words
        What is known of it, in a sentence or two.
    """

    file: str
    sha256: str | None
    standing: Standing
    words: str


@dataclass(frozen=True)
class Provenance:
    """Whose the code is: that of the verifier, and that of the project's analysis package.

    Parameters
    ----------
    verifier
        The installation that judges.
    packages
        The project's analysis package; empty if it has none.
    inside
        Whether the verifier lies in the repository that it verifies.
    known
        The release that the verifier's own files are, if it knows it.
    """

    verifier: Installation
    packages: tuple[Package, ...]
    inside: bool = False
    known: Release | None = None


def judge_package(copy: CleanCopy, check: PackageCheck = NO_MORE) -> tuple[Provenance, list[Finding]]:
    """Say whose the project's analysis package is.

    One that is neither known nor rebuilt is no fault: projects between two releases of the template have one. One that
    contradicts what it says of itself, or the source that the reviewer names, is.

    Parameters
    ----------
    copy
        The commit, before any stage has run.
    check
        What the package is held to.

    Returns
    -------
    tuple
        Whose the code is; and a finding for each wheel that is not what it says.

    Raises
    ------
    SharedAnalysisError
        If the list of releases cannot be read, or the wheel cannot be built again.
    """
    releases, verifier = known_releases(check.releases), this_verifier()
    judge = _Judge(copy, check, releases, verifier)
    packages, findings = [], list(judge.overlaid())
    for wheel in judge.own:
        package, faults = judge.wheel(wheel)
        packages.append(package)
        if faults:
            findings.append(Finding(wheel, Verdict.different, "input", tuple(faults), None, package.sha256))
    packages += judge.named()
    if check.wheel_from and not judge.own:
        raise SharedAnalysisError(
            "The commit has no wheel of the analysis package to build again.", "vendor/", "leave out --wheel-from"
        )
    inside = verifier.folder.resolve().is_relative_to(copy.source.repository.resolve())
    return Provenance(verifier, tuple(packages), inside, verifier.release(releases)), findings


@dataclass(frozen=True)
class _Judge:
    copy: CleanCopy
    check: PackageCheck
    releases: Sequence[Release]
    verifier: Installation

    @cached_property
    def wheels(self) -> list[str]:
        """Every wheel of the commit, wherever it lies; not what an earlier run may have left beside them."""
        held = sorted(name for name in tracked(self.copy.root, self.copy.pipeline.top) if name.lower().endswith(".whl"))
        return [name for name in held if self.copy.pipeline.is_own_file(self.copy.root / name)]

    @property
    def own(self) -> list[str]:
        """Those that are called the analysis package."""
        return [name for name in self.wheels if _named(name)[0] == _NAME]

    def wheel(self, name: str) -> tuple[Package, list[str]]:
        """Judge one wheel; return what makes it false, too."""
        path = self.copy.root / name
        sha256 = file_sha256(path)
        rebuilt = rebuild(self.copy, path, self.check.wheel_from) if self.check.wheel_from else None
        try:
            contents = wheel_contents(path)
        except SharedAnalysisError as error:
            faults = [error.what] if rebuilt or self._claimed(name, Contents({})) else []
            standing = Standing.contradicted if faults else Standing.unknown
            words = error.what.replace("This", "It", 1)
            return Package(name, sha256, standing, words if faults else f"{words} {_NOBODY}"), faults
        faults = [*contents.faults, *self._contradictions(name, sha256, contents, rebuilt)]
        if faults:
            return Package(name, sha256, Standing.contradicted, f"It is not what it says: {faults[0]}."), faults
        standing, words = self._standing(sha256, contents, rebuilt)
        return Package(name, sha256, standing, words), []

    def overlaid(self) -> Iterator[Finding]:
        """Find wheels of another name that bring files of the analysis package: which are installed last is chance."""
        for name in sorted(set(self.wheels) - set(self.own)):
            try:
                files = wheel_contents(self.copy.root / name).files
            except SharedAnalysisError:
                continue
            over = sorted(path for path in files if _OVER.search(path))
            if over:
                why = f"it brings files of the analysis package along: {over[0]}"
                yield Finding(name, Verdict.different, "input", (why,))

    def named(self) -> Iterator[Package]:
        """Judge what ``requirements.txt`` takes from elsewhere."""
        lock = self.copy.root / "requirements.txt"
        for line in statements(lock) if lock.is_file() else []:
            text = re.split(r"\s--?[a-z]", line)[0].strip()
            try:
                requirement = Requirement(text)
                ours, place = canonicalize_name(requirement.name) == _NAME, requirement.url or ""
            except InvalidRequirement:  # an option, a path, an address
                ours, place = bool(_SPELT.search(text)), text
            if not ours or posixpath.normpath(place.removeprefix("file:")) in self.own:
                continue
            hashes = set(_HASH.findall(line))
            release = next((release for release in self.releases if hashes == {release.wheel}), None)
            standing = Standing.release if release else Standing.unknown
            words = f"It is the known release {release.version}." if release else _UNKNOWN
            yield Package(f"requirements.txt: {text}", release.wheel if release else None, standing, words)

    def _contradictions(self, name: str, sha256: str, contents: Contents, rebuilt: Rebuilt | None) -> Iterator[str]:
        claimed = self._claimed(name, contents)
        for release in claimed:
            if sha256 != release.wheel and contents.digest != release.content:
                yield f"it says that it is {release.version}, whose wheel has the SHA-256 {release.wheel}"
        yours = self.verifier
        same = Version(yours.version) in _versions(name, contents) and not (yours.source or yours.contents.faults)
        if same and (differences := contents.differences(yours.contents, records=False)):
            yield f"it says that it is {yours.version}, as this verifier is, and differs from it: {differences}"
        if rebuilt and (differences := contents.differences(rebuilt.contents)):
            yield f"the source at {rebuilt.name} builds to {rebuilt.wheel}, and from that it differs: {differences}"

    def _claimed(self, name: str, contents: Contents) -> list[Release]:
        versions = _versions(name, contents)
        return [release for release in self.releases if Version(release.version) in versions]

    def _standing(self, sha256: str, contents: Contents, rebuilt: Rebuilt | None) -> tuple[Standing, str]:
        if rebuilt:
            same = "the same bytes" if rebuilt.sha256 == sha256 else "the same files, packed otherwise"
            return Standing.rebuilt, f"The template's source at {rebuilt.name} builds to it: {same}."
        for release in self.releases:
            if release.wheel == sha256:
                return Standing.release, f"It is the known release {release.version}."
        for release in self.releases:
            if release.content == contents.digest:
                return Standing.release, f"It holds the files of the known release {release.version}, packed otherwise."
        if not self.verifier.source and contents.digest == self.verifier.digest:
            return Standing.verifier, f"It holds the same files as this verifier, {self.verifier.version}."
        return Standing.unknown, _UNKNOWN


_NOBODY = (
    "Nobody has compared it with its source: `shared-analysis verify --wheel-from TEMPLATE` does, with a clone of the "
    "template's repository."
)
_UNKNOWN = f"It is no known release. {_NOBODY}"


def _named(wheel: str) -> tuple[str, Version | None]:
    """Read name and version from a wheel's file name."""
    name = wheel.rsplit("/", 1)[-1]
    try:
        project, version, _, _ = parse_wheel_filename(name)
    except (InvalidWheelFilename, InvalidVersion):
        return str(canonicalize_name(name.split("-")[0])), None
    return str(project), version


def _versions(wheel: str, contents: Contents) -> set[Version]:
    """Collect the versions that a wheel says it is: by its name, and by the folder of its metadata."""
    versions = {version} if (version := _named(wheel)[1]) else set()
    for path in contents.files:
        if match := _INFO.match(path):
            try:
                versions.add(Version(match[1]))
            except InvalidVersion:
                continue
    return versions
