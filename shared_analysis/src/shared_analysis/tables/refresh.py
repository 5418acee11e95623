"""The next delivery of tables that a project has: checked against the same contracts, compared, and put in place."""

from __future__ import annotations

import filecmp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.contracts import ContractBroken, DataContract, load_contracts, validate
from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.project import (
    Change,
    Project,
    is_synthetic,
    open_project,
    write_parameters,
    write_together,
)
from shared_analysis.project import StageKind as Kind
from shared_analysis.record import closest
from shared_analysis.sources import Delivery, read, table_name
from shared_analysis.stages import edited, notebook_of, show_changes, working_copy
from shared_analysis.tables.arrivals import arrive
from shared_analysis.tables.comparison import Difference, compare_deliveries
from shared_analysis.tables.example import tables_of
from shared_analysis.tables.folders import named_for
from shared_analysis.tables.names import refuse_no_file, suffix_of
from shared_analysis.tables.places import source_of
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    from shared_analysis.contracts import ValidationReport
    from shared_analysis.tables.places import Source

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
    present = _present(root, contracts, files)
    before = validate(present, {name: contracts[name] for name in present}, 1.0)
    differences = {
        name: _differences(name, contracts[name], present.get(name), deliveries[name], before, report) for name in files
    }
    places = {f"data/raw/{name}{suffix_of(file, contracts[name].reading)}": file for name, file in files.items()}
    places = {place: file for place, file in places.items() if not _is_there(root / place, file)}
    registers = _registers(project, files) if places else []
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
        before, mark, behind = one.partition("=")
        stated = before if mark and not Path(one).exists() else None
        file = Path(one if stated is None else behind).expanduser()
        refuse_no_file(file)
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
            "Nobody can tell by its name which table this is the next delivery of.",
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
    beside = _present(project.root, contracts, sorted(referred - set(deliveries)))
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


def _present(
    root: Path, contracts: Mapping[str, DataContract], names: Sequence[str] | Mapping[str, Path]
) -> dict[str, Delivery]:
    """Read the present deliveries of some tables, where the project has them."""
    raw = root / "data" / "raw"
    files = {name: path for path in sorted(raw.glob("*")) if (name := table_name(path)) in names and name is not None}
    return {name: read(path, contracts[name].reading) for name, path in files.items()}


def _differences(
    name: str,
    contract: DataContract,
    present: Delivery | None,
    delivery: Delivery,
    before: ValidationReport,
    after: ValidationReport,
) -> list[Difference]:
    rows, bad = after.sizes[name]
    found = [Difference(f"{bad:,} of {rows:,} rows break the contract and are set aside")] if bad else []
    if present is None:
        return [*found, Difference(f"{rows:,} rows; the project had no delivery of it here")]
    columns = [set(map(str, own.table.columns)) for own in (present, delivery)]
    new, gone = sorted(columns[1] - columns[0]), sorted(columns[0] - columns[1])
    if new:
        found.append(Difference(f"columns that no contract mentions, and that are not read: {', '.join(new)}"))
    if gone:
        found.append(Difference(f"columns that are no longer there: {', '.join(gone)}"))
    good = f"interim/{name}"
    return [*found, *compare_deliveries(before.tables[good], after.tables[good], contract)]


def _registers(project: Project, refreshed: Mapping[str, Path]) -> list[str]:
    """List the linkages whose people's ids are to last: those of refreshed tables that have made a register of them."""
    if project.synthetic:
        return []
    return [
        stage
        for stage, kind in project.kinds.items()
        if kind == Kind.LINKAGE and set(tables_of(project.params, stage)) & set(refreshed)
        if (register := project.root / _REGISTER.format(stage)).exists() and not is_synthetic(register)
    ]


def _keep_ids(root: Path, stage: str) -> None:
    """Let a linkage carry the ids of its present register over, in a working copy."""
    place = _EARLIER.format(stage)
    section = load_yaml(root / "params.yaml")[stage]
    if section.get("earlier_register") == place:
        return
    with edited(root / "params.yaml") as file:
        file.set((stage, "earlier_register"), place)
    write_parameters(notebook_of(root, stage), load_yaml(root / "params.yaml")[stage])
