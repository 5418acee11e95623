"""Which verifier is this? An installation of this package, and what its files are."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity.contents import Contents, installed_contents, source_contents
from shared_analysis.integrity.installed import PACKAGE
from shared_analysis.integrity.releases import Release

_NAME = "shared-analysis"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Installation:
    """One installation of this package.

    Parameters
    ----------
    folder
        The package's folder.
    version
        What it says of itself.
    contents
        Its files: all that came with the wheel; of a folder of source, what is in it.
    source
        Whether it runs from a folder of source (an editable installation), and was not installed from a wheel.
    wheel
        The SHA-256 of the wheel that it was installed from, where the installer wrote it down (PEP 610); else None.
    """

    folder: Path
    version: str
    contents: Contents
    source: bool
    wheel: str | None

    @property
    def digest(self) -> str:
        """The SHA-256 over the list of its files."""
        return self.contents.digest

    @property
    def started(self) -> tuple[str, ...]:
        """Name the files beside the package that its Python runs each time it starts: they could change the code."""
        site = self.folder.parent
        if self.source:
            return ()
        lines = {path: path.read_text(encoding="utf-8", errors="replace").splitlines() for path in site.glob("*.pth")}
        running = [
            path.name for path, text in lines.items() if any(line.startswith(("import ", "import\t")) for line in text)
        ]
        named = [path.name for name in ("sitecustomize", "usercustomize") for path in site.glob(f"{name}*")]
        return tuple(sorted({*running, *named}))

    def release(self, releases: Iterable[Release]) -> Release | None:
        """Return the release whose files these are."""
        return next((release for release in releases if not self.source and release.content == self.digest), None)

    def contradicted(self, releases: Iterable[Release]) -> Release | None:
        """Return the release that it says it is, if that has other files."""
        same = (release for release in releases if Version(release.version) == Version(self.version))
        return next((release for release in same if self.source or release.content != self.digest), None)


def this_verifier() -> Installation:
    """Look at the code that is running now."""
    for distribution in importlib.metadata.distributions(name=_NAME):
        folder = Path(str(distribution.locate_file(PACKAGE.name)))
        if folder.is_dir() and folder.samefile(PACKAGE):
            return _installation(distribution, folder)
    from shared_analysis import __version__

    return Installation(PACKAGE, __version__, source_contents(PACKAGE), source=True, wheel=None)


def installation_in(environment: Path) -> Installation:
    """Look at this package in another environment; nothing of it is run.

    Parameters
    ----------
    environment
        The folder of an environment, an interpreter in it, or its ``site-packages``.

    Raises
    ------
    SharedAnalysisError
        If it is not installed there.
    """
    folder = environment.absolute().parents[1] if environment.is_file() else environment
    sites = [folder, folder / "Lib" / "site-packages", *sorted(folder.glob("lib*/python*/site-packages"))]
    for distribution in importlib.metadata.distributions(name=_NAME, path=[str(site) for site in sites]):
        return _installation(distribution, Path(str(distribution.locate_file(PACKAGE.name))))
    raise SharedAnalysisError(
        "shared-analysis is not installed there.", str(environment), "name the folder of an environment"
    )


def _installation(distribution: importlib.metadata.Distribution, folder: Path) -> Installation:
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
        archive = origin.get("archive_info", {})
        said = archive.get("hashes", {}).get("sha256") or archive.get("hash", "").removeprefix("sha256=")
        wheel = said if _SHA256.fullmatch(said) else None
        source = bool(origin.get("dir_info", {}).get("editable"))
    except (ValueError, AttributeError, TypeError):
        wheel, source = None, False
    record = distribution.read_text("RECORD")
    source = source or record is None or f"{PACKAGE.name}/__init__.py" not in record
    if source or record is None:
        return Installation(folder, distribution.version, source_contents(folder), source=True, wheel=None)
    site = Path(str(distribution.locate_file("")))
    contents = installed_contents(site, record, PACKAGE.name)
    return Installation(folder, distribution.version, contents, source=False, wheel=wheel)
