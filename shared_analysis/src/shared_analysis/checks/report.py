"""Run the rules over a project, and say what they found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.checks.rules_files import (
    NoConflictMarks,
    NoOutputs,
    ParametersMatch,
    RawTablesTracked,
    SettingsRead,
)
from shared_analysis.checks.rules_gates import PagesComplete, RealDataAllowed, RecordComplete
from shared_analysis.checks.rules_links import (
    ContractsLoad,
    DatasetsMatchContracts,
    StageKindsKnown,
    StagesServeProducts,
)
from shared_analysis.checks.rules_params import LinkedTablesHaveIds, ModeKnown, TablesHaveContracts
from shared_analysis.checks.rules_pipeline import DependenciesThere, LockReads, StageNotebooksThere
from shared_analysis.checks.rules_record import (
    RecordReads,
    ReferencesResolve,
    SensitivityDeclared,
    SpecialCategoryCondition,
)
from shared_analysis.checks.rules_secrets import NoSecrets
from shared_analysis.checks.rules_template import ManagedAsMade
from shared_analysis.checks.rules_values import SettingsUsable
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import RECORD_FILE, Gate, closest

RULES: tuple[Rule, ...] = (
    NoConflictMarks(),
    SettingsRead(),
    ModeKnown(),
    SettingsUsable(),
    RecordReads(),
    ReferencesResolve(),
    SensitivityDeclared(),
    SpecialCategoryCondition(),
    ContractsLoad(),
    DatasetsMatchContracts(),
    TablesHaveContracts(),
    LinkedTablesHaveIds(),
    StagesServeProducts(),
    StageKindsKnown(),
    LockReads(),
    StageNotebooksThere(),
    DependenciesThere(),
    RealDataAllowed(),
    RawTablesTracked(),
    ParametersMatch(),
    NoOutputs(),
    NoSecrets(),
    ManagedAsMade(),
    RecordComplete(),
    PagesComplete(),
)
"""Every rule, in the order in which people are told."""


@dataclass(frozen=True)
class CheckReport:
    """What the rules found in one project.

    ``asked`` is the gate that the project is asked to pass, if any: gaps at or before it count as failures.
    """

    project: str
    stage: str
    gates: tuple[Gate, ...]
    findings: tuple[Finding, ...]
    asked: str | None

    @property
    def faults(self) -> list[Finding]:
        """What is wrong and must be put right."""
        return [finding for finding in self.findings if finding.level == "fault"]

    @property
    def warnings(self) -> list[Finding]:
        """What may well be meant, and fails nothing."""
        return [finding for finding in self.findings if finding.level == "warning"]

    def gaps(self, gate: str) -> list[Finding]:
        """What a gate still waits for."""
        return [finding for finding in self.findings if finding.level == "gap" and finding.gate == gate]

    @property
    def missing(self) -> int:
        """How many things are missing up to the gate that was asked for (0 when none was)."""
        ids = [gate.id for gate in self.gates]
        upto = ids[: ids.index(self.asked) + 1] if self.asked else []
        return sum(len(self.gaps(gate)) for gate in upto)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong and, if a gate was asked for, nothing is missing up to it."""
        return not self.faults and not self.missing

    def to_json(self) -> str:
        """Say it all as JSON, for other programs."""
        content = {
            "project": self.project,
            "stage": self.stage,
            "asked": self.asked,
            "passed": self.passed,
            "gates": [
                {"id": gate.id, "label": gate.label, "question": gate.question, "open": len(self.gaps(gate.id))}
                for gate in self.gates
            ],
            "findings": [asdict(finding) for finding in self.findings],
            "rules": [{"id": rule.id, "title": rule.title, "guidance": rule.guidance} for rule in RULES],
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def check_project(root: Path, gate: str | None = None, rules: Sequence[Rule] = RULES) -> CheckReport:
    """Run every rule over a project.

    Parameters
    ----------
    root
        The project's folder, the one with ``project.yaml``.
    gate
        The gate to be passed, by its id or label; by default only faults make the report fail.
    rules
        The rules to run.

    Raises
    ------
    SharedAnalysisError
        If there is no project there, there is no such gate, or the project's own ``gates.yaml`` is broken. Whatever
        else is broken is a finding.
    """
    if not (root / RECORD_FILE).is_file():
        raise SharedAnalysisError(
            f"This is not a project folder: there is no {RECORD_FILE}.", root.name, "change into your project's folder"
        )
    project = Context(root)
    asked = _gate_id(gate, project.gates) if gate else None
    findings = tuple(finding for rule in rules for finding in rule.check(project))
    record = project.record
    return CheckReport(
        record.project.name if record else root.name,
        record.stage if record else "",
        project.gates,
        findings,
        asked,
    )


def _gate_id(name: str, gates: Sequence[Gate]) -> str:
    for gate in gates:
        if name.casefold() in (gate.id.casefold(), gate.label.casefold()):
            return gate.id
    raise SharedAnalysisError(
        f"There is no gate '{name}'.", next_step=closest(name, [gate.id for gate in gates], "gates")
    )
