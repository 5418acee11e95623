"""The template: its versions, and what each makes of a project's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.updates.answers import ANSWERS_FILE, Answers, version_of
from shared_analysis.updates.releases import Release, commit_of, is_cut_short, origin, releases, version_at
from shared_analysis.writing import write_file

_SHOWN = 5


@dataclass(frozen=True)
class Template:
    """A clone of the template's repository, for the answers of one project."""

    answers: Answers
    repository: Path

    def origin(self, wheels: Set[str]) -> Release:
        """Return the version that made the project, which began with these wheels.

        Raises
        ------
        SharedAnalysisError
            If the template does not know it: then nobody can tell what the project has changed since.
        """
        name = self.answers.version
        commit = origin(self.repository, name, wheels)
        if commit is None:
            why = ": its history is cut short there" if is_cut_short(self.repository) else ""
            raise SharedAnalysisError(
                f"The template at this address does not know {name}, which the project was made from{why}.",
                f"{self.answers.address} ({ANSWERS_FILE}, _commit)",
                "write the id of the commit that made the project after _commit, or ask the template's maintainers to "
                f"tag that release; its versions are: {self._newest() or 'none'}",
            )
        return Release(name, commit)

    def target(self, wanted: str | None, old: Release) -> Release:
        """Return the version to update to: the newest release, or the one that is wanted.

        Raises
        ------
        SharedAnalysisError
            If the template has no such version, or it is older than the project's.
        """
        versions = releases(self.repository)
        if wanted is None:
            released = [release for version, release in versions.items() if not version.is_prerelease]
            target = next(iter(released or versions.values()), None)
        else:
            asked = version_of(wanted)
            commit = commit_of(self.repository, wanted) if asked else None
            target = Release(wanted, commit) if commit else versions.get(asked) if asked else None
        if target is None:
            newest = self._newest()
            raise SharedAnalysisError(
                f"The template has no version {wanted}."
                if wanted
                else "The template has no version yet: no tag, and no cookiecutter.json that says one.",
                self.answers.address,
                f"its newest are {newest}" if newest else "ask its maintainers to tag a release (vX.Y.Z)",
            )
        older, newer = version_of(target.name), self._version(old)
        if older is not None and newer is not None and older < newer:
            raise SharedAnalysisError(
                f"The project is at {old.name} already, and {target.name} is older.",
                self.answers.address,
                "a project only goes forward: to go back, undo the commit that took the newer template",
            )
        return target

    def _version(self, release: Release) -> Version | None:
        """Return what a version is compared by: of a commit without a tag, what it says of itself."""
        tagged = release.name == git("tag", "--list", release.name, cwd=self.repository)
        stated = None if tagged else version_at(self.repository, release.commit)
        return version_of(stated or release.name)

    def _newest(self) -> str:
        return ", ".join([release.name for release in releases(self.repository).values()][:_SHOWN])

    def render(self, version: Release, given: Mapping[str, Any], folder: Path) -> None:
        """Write into ``folder`` what a version makes of answers.

        Raises
        ------
        SharedAnalysisError
            If copier is not installed, or the version does not take the answers.
        """
        try:
            from copier import run_copy
            from copier.errors import CopierError
        except ImportError:
            raise SharedAnalysisError(
                "copier is not installed here.", "copier", "python -m pip install copier"
            ) from None
        try:
            run_copy(
                str(self.repository),
                folder,
                data=dict(given),
                vcs_ref=version.commit,
                defaults=True,
                overwrite=True,
                quiet=True,
            )
        except (CopierError, ValueError) as error:
            raise SharedAnalysisError(
                f"Version {version.name} of the template does not take the project's answers: {error}",
                ANSWERS_FILE,
                "correct the answer there, commit, and try again",
            ) from None
        path = folder / ANSWERS_FILE
        text = path.read_text(encoding="utf-8")
        # A commit of a clone was read: the project keeps the address that it has, and names the version.
        text = re.sub(r"(?m)^_src_path:.*$", lambda _: self.answers.source, text)
        text = re.sub(r"""(?m)^(_commit:\s*["']?)[^"'\s]*""", lambda line: line[1] + version.name, text)
        write_file(path, text.encode(), within=folder)


def fetch(answers: Answers, folder: Path) -> Template:
    """Clone the template's repository into ``folder``.

    Raises
    ------
    SharedAnalysisError
        If it cannot be reached.
    """
    try:
        git(
            "clone", "--quiet", "--no-checkout", "--template=", "--", answers.repository, str(folder), cwd=folder.parent
        )
    except SharedAnalysisError as error:
        raise SharedAnalysisError(
            f"The template cannot be reached: {error.what}",
            f"{answers.address} ({ANSWERS_FILE}, _src_path)",
            f"write its address, or its full path, after _src_path in {ANSWERS_FILE}, and commit that",
        ) from None
    return Template(answers, folder)
