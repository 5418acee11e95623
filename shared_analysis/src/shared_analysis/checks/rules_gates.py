"""Rules on what is not known or not done yet, by gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.checks.gaps import Missing


class RecordComplete(Rule):
    """What the project does not know yet is marked TODO in project.yaml, and listed under the gate that needs it.

    Ask, and write the answer in place of TODO. Leave it until its gate comes near.
    """

    id = "GAT001"
    title = "The project record is complete"

    def _find(self, project: Context) -> Iterator[Finding]:
        return _as_gaps(self, project.missing_in_record)


class PagesComplete(Rule):
    """Each gate rests on pages that people have filled in and agreed: no TODO is left, and every box is ticked.

    Write over each TODO; tick a box by putting an x in it: "- [x]".
    """

    id = "GAT002"
    title = "The pages of each gate are complete"

    def _find(self, project: Context) -> Iterator[Finding]:
        return _as_gaps(self, project.missing_on_pages)


class RealDataAllowed(Rule):
    """Real data may be used when the ground for it is lawful, agreed and written down, and not before: that is what
    the gate with the id `data` asks, with those before it.

    Go back to the synthetic twin (`mode: twin` in params.yaml), or fill in what is missing up to that gate.
    """

    id = "GAT003"
    title = "Real data is used only when it may be"

    _GATE = "data"

    def _find(self, project: Context) -> Iterator[Finding]:
        ids = [gate.id for gate in project.gates]
        if project.mode != "raw" or self._GATE not in ids:
            return
        upto = ids[: ids.index(self._GATE) + 1]
        count = sum(missing.gate in upto for missing in (*project.missing_in_record, *project.missing_on_pages))
        if count:
            label = project.gates[ids.index(self._GATE)].label
            things = "1 thing is" if count == 1 else f"{count} things are"
            yield self.found(
                f"Real data is in use, but {things} missing up to the gate '{label}'.",
                "params.yaml",
                project.params.line(("data", "mode")),
                f"set `mode: twin` in params.yaml, or fill them in: shared-analysis check --gate {self._GATE}",
            )


def _as_gaps(rule: Rule, missing: Iterable[Missing]) -> Iterator[Finding]:
    for gap in missing:
        yield Finding(rule.id, gap.message, gap.where, gap.line, gap.next_step, "gap", gap.gate)
