"""Own tables come into a project: contracts, record, settings, notebook, pages and data, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.contracts import DataContract, load_contracts, validate, write_contract
from shared_analysis.dvc_data import hold_paths
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change, Project, open_project, write_together
from shared_analysis.record import load_record
from shared_analysis.stages import KINDS, dataset_entry, edited, show_changes, working_copy
from shared_analysis.tables.arrivals import arrive
from shared_analysis.tables.drafts import Draft, draft_source, draft_table, settle_roles
from shared_analysis.tables.example import example_tables, idle_stages, remove_example, rename_on_pages, tables_of
from shared_analysis.tables.origins import Query
from shared_analysis.tables.targets import Target, add_target, find_target, linkage_settings, refuse_taken, set_stage
from shared_analysis.wording import count_rows, many
from shared_analysis.writing import write_file
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    from shared_analysis.contracts import ValidationReport
    from shared_analysis.tables.origins import Source

_ALLOWED_LATER = "GAT003"


@dataclass(frozen=True)
class TableAddition:
    """Tables that can come into a project.

    Parameters
    ----------
    root
        The project.
    drafts
        The tables.
    changes
        What each setting and page is to hold, by its path from the root.
    notes
        What a person has to look at.
    """

    root: Path
    drafts: tuple[Draft, ...]
    changes: Mapping[str, Change]
    notes: tuple[str, ...]

    @property
    def data(self) -> dict[str, Path]:
        """The file of each table, by the place where the project keeps it."""
        return {draft.place: draft.file for draft in self.drafts}

    def diff(self) -> str:
        """Show what would be written: new files by their size, the others line by line."""
        return show_changes({**{place: Change(file) for place, file in self.data.items()}, **self.changes})

    def write(self) -> list[str]:
        """Write everything, or nothing; the caller holds the project. Return the paths.

        Raises
        ------
        SharedAnalysisError
            If a file was changed since this was worked out, or cannot be written.
        """
        with arrive(self.root, self.data) as arrivals:
            changes = {**arrivals, **self.changes}
            with hold_paths(self.root, changes):
                write_together(self.root, changes)
        return list(changes)


def add_tables(
    root: Path,
    given: Sequence[str],
    stage: str | None = None,
    *,
    sources: Mapping[Source, Path] | None = None,
    replace_example: bool = False,
    sheet: str | None = None,
    product: str | None = None,
) -> TableAddition:
    """Work out what new tables mean for a project; nothing is written until :meth:`TableAddition.write`.

    Parameters
    ----------
    root
        The project.
    given
        Files, each alone or as ``name=file``.
    stage
        The linkage or forecast that they are for: a stage, or ``link`` or ``forecast``, which is added where the
        project has none. None for tables that other notebooks read.
    sources
        Files of tables that come from a database or a folder.
    replace_example
        Whether the template's example goes: its tables, and the stages that read nothing else.
    sheet
        The sheet of a workbook that holds several tables.
    product
        The product of the record that they are for; by default the stage's, or the only one there is.

    Raises
    ------
    SharedAnalysisError
        If a table cannot be read, named or used so, or a file of the project is written in a way that cannot be changed
        safely.
    """
    project, contracts = open_project(root), load_contracts(root / "contracts")
    kinds = project.kinds
    target = find_target(stage, kinds) if stage else None
    examples = example_tables(root, contracts)
    leaving = examples if replace_example else ()
    idle = idle_stages(root, kinds, leaving, but=target.name if target else "")
    if target:
        refuse_taken(target, root, leaving, examples)
    periods = target is not None and not target.links
    drafts = [draft_table(one, sheet=sheet, with_periods=periods) for one in given]
    drafts += [
        draft_source(source, file, sheet=sheet, with_periods=periods) for source, file in (sources or {}).items()
    ]
    _refuse_taken_names(drafts, contracts, leaving)
    drafts = _for_target(project, drafts, target, leaving, contracts)
    served = product or _product(project, target)
    drafts = [replace(draft, contract=replace(draft.contract, product=served or "")) for draft in drafts]
    report = _checked(drafts)
    settings, notes = _settings(project, target, leaving, drafts, report)
    titles = {draft.name: draft.contract.title for draft in drafts}
    with working_copy(root) as copy:
        for draft in drafts:
            text = write_contract(draft.contract)
            write_file(copy.root / "contracts" / f"{draft.name}.yaml", text.encode(), within=copy.root)
        _write_queries(copy.root, [source for source in sources or {} if isinstance(source, Query)])
        if target and not target.exists:  # first, for it may bring the product that the tables are for
            notes += add_target(copy.root, target, list(titles), product)
        _add_datasets(copy.root, titles, leaving, served)
        notes += remove_example(copy.root, leaving, idle, titles)
        rename_on_pages(copy.root, leaving, titles)
        if target:
            set_stage(copy.root, target, settings)
            notes += _set_mode(project, copy.root, [*(set(contracts) - set(leaving)), *titles], drafts)
        copy.refuse_new_faults(meant=(_ALLOWED_LATER,))
        changes = copy.changes()
    notes = [*_of_report(drafts, report, project), *_of_example(leaving, idle), *notes]
    return TableAddition(root, tuple(drafts), changes, tuple(dict.fromkeys(notes)))


def _add_datasets(copy: Path, titles: Mapping[str, str], leaving: Sequence[str], product: str | None) -> None:
    """Give each table its entry in the record, unless it has come with a stage; those that leave are there yet."""
    record = load_record(copy)
    known = {dataset.name for dataset in record.datasets} - set(leaving)
    products = [product] if product else []
    entries = [dataset_entry(record, name, title, products) for name, title in titles.items() if name not in known]
    if entries:
        with edited(copy / "project.yaml") as file:
            file.add_items(("datasets",), entries)


def _write_queries(copy: Path, queries: Iterable[Query]) -> None:
    for query in queries:
        path = copy / query.path
        if path.exists() and path.read_text(encoding="utf-8-sig") != query.sql:
            raise SharedAnalysisError(
                "Another query is there already.", query.path, f"if it is the one, say so: --query {query.path}"
            )
        if not path.exists():
            write_file(path, query.sql.encode(), within=copy)


def _refuse_taken_names(drafts: Sequence[Draft], contracts: Mapping[str, DataContract], leaving: Sequence[str]) -> None:
    names = [draft.name for draft in drafts]
    for draft in drafts:
        if draft.name in contracts and draft.name not in leaving:
            raise SharedAnalysisError(
                f"The project has a table '{draft.name}' already.",
                draft.file.name,
                f"if this is its next delivery: shared-analysis table refresh {draft.name}=FILE; if it is another "
                f"table, name it: NAME={draft.file.name}",
            )
        if names.count(draft.name) > 1:
            raise SharedAnalysisError(
                f"Two of the files would be called '{draft.name}'.", draft.file.name, f"name it: NAME={draft.file.name}"
            )


def _for_target(
    project: Project,
    drafts: list[Draft],
    target: Target | None,
    leaving: Sequence[str],
    contracts: Mapping[str, DataContract],
) -> list[Draft]:
    """Settle the drafts' roles among all tables of a linkage; refuse several tables for one forecast."""
    if target is None:
        return drafts
    if not target.links:
        if len(drafts) != 1:
            raise SharedAnalysisError("A forecast reads one table.", "--for", "give one file")
        return drafts
    stay = [table for table in tables_of(project.params, target.name) if table in contracts and table not in leaving]
    return settle_roles(drafts, [contracts[table] for table in stay] if target.exists else [])


def _product(project: Project, target: Target | None) -> str | None:
    """Say which product the tables are for: the stage's own, that of its kind, or the only one there is."""
    known = [product.id for product in load_record(project.root).products]
    usual = KINDS[target.like].product if target else None
    if target and target.exists:
        stages = load_yaml(project.root / "dvc.yaml").get("stages") or {}
        named = (stages[target.name].get("meta") or {}).get("product") or []
        served = [named] if isinstance(named, str) else list(named)
        return usual if usual in served else next(iter(served), None)
    return usual or (known[0] if len(known) == 1 else None)


def _checked(drafts: Sequence[Draft]) -> ValidationReport:
    """Check the new tables against the contracts that were drafted from them."""
    return validate(
        {draft.name: draft.delivery for draft in drafts}, {draft.name: draft.contract for draft in drafts}, 1.0
    )


def _settings(
    project: Project, target: Target | None, leaving: Sequence[str], drafts: Sequence[Draft], report: ValidationReport
) -> tuple[dict[str, Any], list[str]]:
    if target is None:
        return {}, []
    if target.links:
        return linkage_settings(project.root, target, leaving, drafts), []
    from shared_analysis.forecasting import suggest_settings

    (draft,) = drafts
    linked = any(KINDS["link"].analysis == kind for kind in project.kinds.values())
    suggestion = suggest_settings(report.tables[f"interim/{draft.name}"], draft.contract, linked=linked)
    if suggestion.refusal is None:
        return suggestion.settings, []
    refusal = suggestion.refusal
    return suggestion.settings, [f"The stage '{target.name}' would stop: {refusal.what} Next: {refusal.next_step}."]


def _set_mode(project: Project, copy: Path, tables: Sequence[str], drafts: Sequence[Draft]) -> list[str]:
    """Let the pipeline read real data once every table has some."""
    arriving = {draft.name for draft in drafts}
    raw = project.root / "data" / "raw"
    waiting = [table for table in sorted(tables) if table not in arriving and not any(raw.glob(f"{table}.*"))]
    if waiting:
        return [
            f"The pipeline still reads synthetic data: there is no real table {', '.join(waiting)} yet. Add it, or "
            "take the example out with --replace-example."
        ]
    if project.mode == "raw":
        return []
    with edited(copy / "params.yaml") as file:
        file.set(("data", "mode"), "raw")
    return [
        "The pipeline reads real data now (`mode: raw` in params.yaml). Until the project record says on what ground, "
        "`check` ends with rule GAT003; it stops no run."
    ]


def _of_report(drafts: Sequence[Draft], report: ValidationReport, project: Project) -> list[str]:
    """Say of each table how it was read, what is set aside, and whether so much of it would stop a run."""
    cap = float(project.section("validate").get("max_bad_share") or 0)
    notes = []
    for draft in drafts:
        rows, bad = report.sizes[draft.name]
        notes.append(f"{draft.name}: read as {draft.delivery.reading.words}, {count_rows(rows)}")
        if not rows:
            notes.append(f"{draft.name}: there is no row, so its contract is drafted from names alone")
        notes += [f"{draft.name}: {words}" for words in (*_noticed(draft), *draft.notes)]
        if bad:
            over = f" More than {cap:.1%} stop a run: correct the contract or the table." if bad > cap * rows else ""
            notes.append(f"{draft.name}: {many(bad, 'row breaks', 'rows break')} the contract drafted from it.{over}")
    return notes


def _noticed(draft: Draft) -> list[str]:
    asked = [f"to ask about {column.name}: {column.description}" for column in draft.contract.columns]
    doubts = [words for words, column in zip(asked, draft.contract.columns, strict=True) if column.description]
    return [*(aside.words for aside in draft.delivery.aside), *draft.delivery.remarks, *doubts]


def _of_example(leaving: Sequence[str], idle: Sequence[str]) -> list[str]:
    notes = [f"The example's tables are removed: {', '.join(leaving)}."] if leaving else []
    for stage in idle:
        notes.append(
            f"The stage '{stage}' read nothing but the example, and is removed with it; `table add FILE --for {stage}` "
            f"brings it back. Delete what it made of invented data: data/processed/{stage}, reports/{stage}."
        )
    return notes
