"""The template: its versions, and what each makes of a project's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.updates.answers import ANSWERS_FILE, Answers, version_of

_SHOWN = 5


@dataclass(frozen=True)
class Template:
    """A clone of the template's repository, for the answers of one project."""

    answers: Answers
    repository: Path

    def versions(self) -> dict[Version, str]:
        """Return the tags that are versions, the newest first."""
        named = {version_of(tag): tag for tag in git("tag", "--list", cwd=self.repository).splitlines()}
        found = {version: tag for version, tag in named.items() if version is not None}
        return {version: found[version] for version in sorted(found, reverse=True)}

    def target(self, wanted: str | None) -> str:
        """Return the tag to update to: the newest release, or the one that is wanted.

        Raises
        ------
        SharedAnalysisError
            If the template has no such version, or it is older than the project's.
        """
        versions = self.versions()
        here = self._here()
        if wanted is None:
            released = [tag for version, tag in versions.items() if not version.is_prerelease]
            tag = next(iter(released or versions.values()), None)
        else:
            asked = version_of(wanted)
            tag = versions.get(asked) if asked is not None else None
        if tag is None:
            last = ", ".join(list(versions.values())[:_SHOWN])
            raise SharedAnalysisError(
                f"The template has no version {wanted}." if wanted else "The template has no version yet: no tag.",
                self.answers.address,
                f"its newest are {last}" if last else "ask its maintainers to tag a release (vX.Y.Z)",
            )
        version = version_of(tag)
        if here is not None and version is not None and version < here:
            raise SharedAnalysisError(
                f"The project is at {self.answers.version} already, and {tag} is older.",
                self.answers.address,
                "a project only goes forward: to go back, undo the commit that took the newer template",
            )
        return tag

    def _here(self) -> Version | None:
        """Return the project's version; the template must still know it, to tell what the project has changed since."""
        version = self.answers.version
        try:
            git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{version}^{{commit}}", cwd=self.repository)
        except SharedAnalysisError:
            last = ", ".join(list(self.versions().values())[:_SHOWN]) or "none"
            raise SharedAnalysisError(
                f"The template at this address does not know {version}, which the project was made from.",
                f"{self.answers.address} ({ANSWERS_FILE}, _commit)",
                f"ask its maintainers to tag that release; its versions are: {last}",
            ) from None
        return version_of(version)

    def render(self, version: str, given: Mapping[str, Any], folder: Path) -> None:
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
                vcs_ref=version,
                defaults=True,
                overwrite=True,
                quiet=True,
            )
        except (CopierError, ValueError) as error:
            raise SharedAnalysisError(
                f"Version {version} of the template does not take the project's answers: {error}",
                ANSWERS_FILE,
                "correct the answer there, commit, and try again",
            ) from None
        path = folder / ANSWERS_FILE
        text = path.read_text(encoding="utf-8")
        # The version was read from a clone: the project keeps the address that it has.
        path.write_text(
            re.sub(r"(?m)^_src_path:.*$", lambda _: self.answers.source, text), encoding="utf-8", newline="\n"
        )


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
