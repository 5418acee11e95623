"""Rules on the project record by itself."""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.record import (
    NOT_NEEDED,
    RECORD_FILE,
    SENSITIVITIES,
    broken_references,
    closest,
    is_todo,
)


class RecordReads(Rule):
    """The project record says why the project exists and who answers for it, and everything else leans on it.

    Put the file right where the finding says. What is not known yet is written TODO, or "TODO: who to ask" in quotes.
    """

    id = "REC001"
    title = "The project record can be read"

    def _find(self, project: Context) -> Iterator[Finding]:
        for fault in () if RECORD_FILE in project.conflicts else project.record_faults:
            yield self.found(fault.message, RECORD_FILE, fault.line, fault.next_step)
        record, gates = project.record, [gate.id for gate in project.gates]
        if record and record.stage not in gates and not is_todo(record.stage):
            message = f"The project's stage '{record.stage}' is not one of the gates."
            line = record.source.line(("stage",))
            yield self.found(message, RECORD_FILE, line, closest(record.stage, gates, "gates"))


class ReferencesResolve(Rule):
    """Every dataset serves a product, every product an action, every action the outcome.

    A name that leads nowhere means data used for nobody knows what. Correct the name, or add what it names.
    """

    id = "REC002"
    title = "Every name in the record leads somewhere"

    def _find(self, project: Context) -> Iterator[Finding]:
        for fault in broken_references(project.record) if project.record else ():
            yield self.found(fault.message, RECORD_FILE, fault.line, fault.next_step)


class SensitivityDeclared(Rule):
    """The impact assessment and the guards are written for the most sensitive data that the project declares.

    Raise `project.data_class` and look at governance/dpia.md again, or correct the dataset's `sensitivity`.
    """

    id = "REC003"
    title = "No dataset is more sensitive than the project says"

    def _find(self, project: Context) -> Iterator[Finding]:
        record = project.record
        if record is None or record.project.data_class not in SENSITIVITIES:
            return
        most = SENSITIVITIES.index(record.project.data_class)
        for index, dataset in enumerate(record.datasets):
            if dataset.sensitivity in SENSITIVITIES[most + 1 :]:
                said = f"Dataset '{dataset.name}' is {dataset.sensitivity}"
                message = f"{said}, but the project only {record.project.data_class}."
                yield self.found(message, RECORD_FILE, record.source.line(("datasets", index, "sensitivity")))


class SpecialCategoryCondition(Rule):
    """Special category data (health, ethnicity, religion ...) needs a condition as well as a lawful basis: Article 9
    of the UK GDPR.

    Name the condition in `special_category_condition`, with the information governance officer.
    """

    id = "REC004"
    title = "Special category data has its condition"

    def _find(self, project: Context) -> Iterator[Finding]:
        record = project.record
        if record is None:
            return
        for index, dataset in enumerate(record.datasets):
            if dataset.sensitivity == SENSITIVITIES[-1] and dataset.special_category_condition == NOT_NEEDED:
                message = f"Dataset '{dataset.name}' is special category data without a condition."
                line = record.source.line(("datasets", index))
                yield self.found(message, RECORD_FILE, line, "add special_category_condition, or TODO")
