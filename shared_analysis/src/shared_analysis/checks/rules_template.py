"""Rules on what the template keeps up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import MANAGED_LIST, Drift, managed_files


class ManagedAsMade(Rule):
    """The template keeps some files up to date: the guards, the steps for the server, the vendored package, the lock.
    What you change in them is yours to look after, and `shared-analysis update` may ask you about it.

    Leave it so if you mean it. All other files are yours, and nothing is said of them.
    """

    id = "TPL001"
    title = "The files that the template manages are as it made them"

    def _find(self, project: Context) -> Iterator[Finding]:
        if not (project.root / ".copier-answers.yml").is_file():
            return
        try:
            managed = managed_files(project.root)
        except SharedAnalysisError as error:
            yield self._warned(error.what, MANAGED_LIST, error.next_step)
            return
        for drift in managed.drift(project.root):
            yield self._warned(*_said(drift))

    def _warned(self, message: str, where: str, next_step: str | None) -> Finding:
        return replace(self.found(message, where, None, next_step), level="warning")


def _said(drift: Drift) -> tuple[str, str, str]:
    if drift.state == "lacks":
        names = ", ".join(drift.lacks)
        what = f"The lock lacks what the template needs: {names}."
        return what, drift.path, "put them into requirements.in, and make the lock anew as said at its top"
    if drift.state == "deleted":
        what = "The file was deleted. An update leaves it out, also what is mended in it, and says so."
        return what, drift.path, f"to have it back: git log -- {drift.path}"
    what = "The file was edited. An update keeps your lines, and asks where the template changed the same ones."
    return what, drift.path, f"to see your edits: git log -p -- {drift.path}"
