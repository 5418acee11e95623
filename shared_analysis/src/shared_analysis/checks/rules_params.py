"""Rules on what params.yaml asks for: that a stage which reads it would not stop at once."""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import closest


class ModeKnown(Rule):
    """Every stage reads its tables from data/twin or data/raw, whichever `mode` in section `data` says.

    Write `mode: twin` for the synthetic tables, `mode: raw` for the real ones.
    """

    id = "PRJ002"
    title = "The project reads the twin or the real tables"

    def _find(self, project: Context) -> Iterator[Finding]:
        if not isinstance(project.params.data, dict) or project.mode in ("twin", "raw"):
            return
        state = "is missing" if project.mode is None else f"is {project.mode!r}"
        message = f"`mode` of section 'data' {state}; it must be 'twin' (synthetic tables) or 'raw' (real tables)."
        yield self.found(message, "params.yaml", project.params.line(("data", "mode")), "write one of the two")


class TablesHaveContracts(Rule):
    """An analysis reads the tables that its section of params.yaml names in `table` or `tables` (or in `table` of
    `regressors`); only a table with a contract is validated and passed on to it.

    Correct the name, or write the contract: `shared-analysis contract infer` drafts one.
    """

    id = "CON003"
    title = "Every table that params.yaml names has a contract"

    def _find(self, project: Context) -> Iterator[Finding]:
        known = project.tables
        for named in project.named_tables:
            if named.table not in known:
                message = f"Section '{named.section}' names the table '{named.table}', which has no contract."
                yield self.found(message, "params.yaml", named.line, closest(named.table, known, "contracts"))


class LinkedTablesHaveIds(Rule):
    """Linkage says of every record which person it is about, so each record of a table that is linked needs an id.

    In the table's contract, give the role record_id to the column that holds the record's own id.
    """

    id = "CON004"
    title = "Every table that is linked has a column of record ids"

    def _find(self, project: Context) -> Iterator[Finding]:
        for named in project.named_tables:
            where, contract = project.tables.get(named.table, ("", None))
            if contract is None or isinstance(contract, SharedAnalysisError) or not named.linked:
                continue
            if contract.by_role("record_id") is None:
                message = f"Section '{named.section}' links the table '{named.table}', which has no record ids."
                todo = "give the role record_id to the column that holds the record's own id"
                yield self.found(message, where, None, todo)
