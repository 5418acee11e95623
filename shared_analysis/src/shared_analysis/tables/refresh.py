"""The next delivery of tables that a project has: checked against the same contracts, compared, and put in place."""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.contracts import ContractBroken, DataContract, load_contracts, validate
from shared_analysis.dvc_data import hold_paths
from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.project import (
    Change,
    Project,
    StageKind,
    is_synthetic,
    open_project,
    write_parameters,
    write_together,
)
from shared_analysis.record import closest
from shared_analysis.sources import Delivery, read, table_name
from shared_analysis.stages import edited, notebook_of, show_changes, working_copy
from shared_analysis.tables.arrivals import arrive, present_files
from shared_analysis.tables.comparison import Difference, compare_deliveries
from shared_analysis.tables.example import tables_of
from shared_analysis.tables.folders import named_for
from shared_analysis.tables.names import stated_and_file, suffix_of
from shared_analysis.tables.origins import source_of
from shared_analysis.wording import count_rows
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    import pandas as pd

    from shared_analysis.contracts import ValidationReport
    from shared_analysis.tables.origins import Source

_REGISTER = "data/processed/{}/register.parquet"
_EARLIER = "data/raw/earlier/{}.parquet"


@dataclass(frozen=True)
class Refresh:
    """Next deliveries that can take the place of the present ones.

    Parameters
    ----------
    root
        The project.
    files
        The next file of each table that is not the present one, by the place where the project keeps it; and registers
        whose ids are to last.
    differences
        What is different, by table.
    changes
        What settings are to hold, by their path from the root.
    """

    root: Path
    files: Mapping[str, Path]
    differences: Mapping[str, Sequence[Difference]]
    changes: Mapping[str, Change]

    def diff(self) -> str:
        """Show which settings would change, line by line."""
        return show_changes(self.changes)

    @property
    def doubts(self) -> list[str]:
        """What is so different that somebody has to say that it is meant."""
        return [f"{name}: {one.words}" for name, own in self.differences.items() for one in own if one.large]

    def write(self) -> list[str]:
        """Put everything in place, or nothing; the caller holds the project. Return the paths.

        Raises
        ------
        SharedAnalysisError
            If a present table is kept nowhere else, or a file cannot be written.
        """
        with arrive(self.root, self.files) as arrivals:
            changes = {**arrivals, **self.changes}
            with hold_paths(self.root, changes):
                write_together(self.root, changes)
        return list(changes)


def refresh_tables(root: Path, given: Sequence[str], sources: Mapping[Source, Path] | None = None) -> Refresh:
    """Read, check and compare the next deliveries of some tables; nothing is written until :meth:`Refresh.write`.

    Parameters
    ----------
    root
        The project.
    given
        Files; each belongs to the table that it is called like, or as ``name=file`` says.
    sources
        Files of tables that come from a database or a folder.

    Returns
    -------
    Refresh

    Raises
    ------
    SharedAnalysisError
        If a file cannot be read, or is no table's of the project.
    CheckFailed
        If a delivery breaks its contract.
    """
    project, contracts = open_project(root), load_contracts(root / "contracts")
    files = {**_match(given, contracts), **{source.table: file for source, file in (sources or {}).items()}}
    deliveries = {name: read(file, contracts[name].reading) for name, file in files.items()}
    report = _check(project, contracts, deliveries)
    differences = {
        name: _differences(contracts[name], _present(root, contracts[name]), deliveries[name], report) for name in files
    }
    places = {f"data/raw/{name}{suffix_of(file, contracts[name].reading)}": file for name, file in files.items()}
    places = {place: file for place, file in places.items() if not _is_there(root / place, file)}
    others = any(own.other_people for found in differences.values() for own in found)
    registers = _registers(project, files) if places and not others else []
    with working_copy(root) as copy:
        for stage in registers:
            _keep_ids(copy.root, stage)
        changes = copy.changes()
    earlier = {_EARLIER.format(stage): root / _REGISTER.format(stage) for stage in registers}
    return Refresh(root, {**places, **earlier}, differences, changes)


def _is_there(place: Path, file: Path) -> bool:
    """Tell whether a file is the one that the project has, byte for byte."""
    return place.is_file() and filecmp.cmp(place, file, shallow=False)


def due_sources(root: Path, given: Sequence[str]) -> tuple[list[Source], list[str]]:
    """Say which tables come from a database or a folder now, and which of what was given are files.

    Given nothing, all of them come that do.

    Raises
    ------
    SharedAnalysisError
        If nothing was given and every table comes as a file; or a source is not there.
    """
    contracts = load_contracts(root / "contracts")
    named = [name for name in given if name in contracts and not Path(name).is_file()]
    sources = [source_of(root, contracts[name], contracts) for name in (named if given else contracts)]
    if not given and not any(sources):
        raise SharedAnalysisError(
            "Every table of the project comes as a file.",
            "contracts/",
            f"say which: shared-analysis table refresh FILE...; the tables are {', '.join(sorted(contracts))}",
        )
    if alone := [name for name, source in zip(named, sources, strict=False) if source is None and given]:
        raise SharedAnalysisError(
            f"The table '{alone[0]}' comes as a file.",
            alone[0],
            f"say which: shared-analysis table refresh {alone[0]}=FILE",
        )
    return [source for source in sources if source is not None], [one for one in given if one not in named]


def _match(given: Sequence[str], contracts: Mapping[str, DataContract]) -> dict[str, Path]:
    """Say which table each file is the next delivery of."""
    files: dict[str, Path] = {}
    for one in given:
        stated, file = stated_and_file(one)
        name = stated if stated is not None else _table_of(file, contracts)
        if name not in contracts:
            raise SharedAnalysisError(
                f"The project has no table '{name}'.", file.name, closest(name, contracts, "tables")
            )
        if name in files:
            raise SharedAnalysisError(f"Two files are given for the table '{name}'.", file.name, "give one of them")
        files[name] = file
    return files


def _table_of(file: Path, contracts: Mapping[str, DataContract]) -> str:
    name = named_for(file.name, contracts)
    if name is None:
        raise SharedAnalysisError(
            "The file's name does not say which table this is the next delivery of.",
            file.name,
            f"say it: NAME={file.name}; the tables are {', '.join(sorted(contracts))}",
        )
    return name


def _check(
    project: Project, contracts: Mapping[str, DataContract], deliveries: Mapping[str, Delivery]
) -> ValidationReport:
    """Check deliveries against their contracts, beside the present tables that these refer to."""
    referred = {
        column.references.partition(".")[0]
        for name in deliveries
        for column in contracts[name].columns
        if column.references
    }
    beside = _beside(project.root, contracts, referred - set(deliveries))
    tables = {**beside, **deliveries}
    cap = float(project.section("validate").get("max_bad_share") or 0)
    try:
        return validate(tables, {name: contracts[name] for name in tables}, cap)
    except ContractBroken as broken:
        raise CheckFailed(
            f"The delivery breaks its contract, so the present table stays. {broken.what}",
            broken.where,
            broken.next_step,
        ) from None


def _beside(root: Path, contracts: Mapping[str, DataContract], names: Collection[str]) -> dict[str, Delivery]:
    """Read the present deliveries of tables that others refer to, where the project has them."""
    raw = root / "data" / "raw"
    files = {name: path for path in sorted(raw.glob("*")) if (name := table_name(path)) in names and name is not None}
    return {name: read(path, contracts[name].reading) for name, path in files.items()}


def _present(root: Path, contract: DataContract) -> Delivery | str | None:
    """Read the present delivery of a table, or say why it cannot be compared; None where there is none."""
    files = present_files(root, f"data/raw/{contract.name}.csv")
    if not files:
        return None
    try:
        return read(root / files[0], contract.reading)
    except SharedAnalysisError as error:
        return error.what


def _rows(delivery: Delivery, contract: DataContract) -> pd.DataFrame | str:
    """Take the rows of the present delivery that keep the contract, or say why there are none to compare."""
    alone = replace(contract, columns=tuple(replace(column, references=None) for column in contract.columns))
    try:
        return validate({contract.name: delivery}, {contract.name: alone}, 1.0).tables[f"interim/{contract.name}"]
    except SharedAnalysisError as error:
        return error.what


def _differences(
    contract: DataContract, present: Delivery | str | None, delivery: Delivery, report: ValidationReport
) -> list[Difference]:
    rows, bad = report.sizes[contract.name]
    found = [Difference(f"{bad:,} of {rows:,} rows break the contract and are set aside")] if bad else []
    for fault in report.faults[report.faults["table"] == contract.name].to_dict("records"):
        found.append(Difference(f"{fault['column']}: {report.say(fault)} in {count_rows(int(fault['rows']))}"))
    if present is None:
        return [*found, Difference(f"{rows:,} rows; the project had no delivery of it here")]
    before = present if isinstance(present, str) else _rows(present, contract)
    if isinstance(present, str) or isinstance(before, str):
        return [*found, Difference(f"{rows:,} rows; the present delivery cannot be compared: {before}")]
    columns = [set(map(str, own.table.columns)) for own in (present, delivery)]
    new, gone = sorted(columns[1] - columns[0]), sorted(columns[0] - columns[1])
    if unknown := [name for name in new if name not in contract.names]:
        found.append(Difference(f"columns that no contract mentions, and that are not read: {', '.join(unknown)}"))
    if gone:
        found.append(Difference(f"columns that are no longer there: {', '.join(gone)}"))
    return [*found, *compare_deliveries(before, report.tables[f"interim/{contract.name}"], contract)]


def _registers(project: Project, refreshed: Mapping[str, Path]) -> list[str]:
    """List the linkages whose people's ids are to last: those of refreshed tables that have made a register of them.

    Raises
    ------
    SharedAnalysisError
        If one has, by DVC's record, and it is not here.
    """
    if project.synthetic:
        return []
    lock = load_yaml(project.root / "dvc.lock") if (project.root / "dvc.lock").exists() else {}
    stages = []
    for stage, kind in project.kinds.items():
        if kind != StageKind.LINKAGE or not set(tables_of(project.params, stage)) & set(refreshed):
            continue
        register = project.root / _REGISTER.format(stage)
        if register.exists():
            stages += [] if is_synthetic(register) else [stage]
        elif stage in (lock.get("stages") or {}) and _ran_on_real_data(lock, stage):
            raise SharedAnalysisError(
                "The register with the ids of people is not here, so they could not last.",
                _REGISTER.format(stage),
                f"get it first: dvc checkout {Path(_REGISTER.format(stage)).parent.as_posix()}, or dvc pull",
            )
    return [stage for stage in stages if _earlier_is_ours(project, stage)]


def _ran_on_real_data(lock: Mapping[str, Any], stage: str) -> bool:
    deps = lock["stages"][stage].get("deps") or []
    return "data/raw" in {dep.get("path") for dep in deps}


def _earlier_is_ours(project: Project, stage: str) -> bool:
    """Tell whether nobody has named another register, whose ids are to last."""
    return project.section(stage).get("earlier_register") in (None, _EARLIER.format(stage))


def _keep_ids(root: Path, stage: str) -> None:
    """Let a linkage carry the ids of its present register over, in a working copy."""
    place = _EARLIER.format(stage)
    section = load_yaml(root / "params.yaml")[stage]
    if section.get("earlier_register") == place:
        return
    with edited(root / "params.yaml") as file:
        file.set((stage, "earlier_register"), place)
    write_parameters(notebook_of(root, stage), load_yaml(root / "params.yaml")[stage])
