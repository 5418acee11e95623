"""What a new stage is set to do with the tables it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import StageKind
from shared_analysis.stages.skeletons import LINK, Kind

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_COUNTED_BY = ("area_code", "area_name", "category", "group", "source", "sex")


def settings_for(kind: Kind, tables: Sequence[str], contracts: Mapping[str, DataContract]) -> dict[str, Any]:
    """Say which settings differ from the skeleton's, for tables that have a contract.

    Raises
    ------
    SharedAnalysisError
        If a table lacks a column without which the stage would stop at once.
    """
    if kind.name == LINK:
        return _linkage(tables, contracts)
    return {"forecast": _forecast, "blank": _blank}[kind.name](contracts[_only(tables)])


def _only(tables: Sequence[str]) -> str:
    if len(tables) != 1:
        raise SharedAnalysisError("A stage of this kind reads one table.", "--table", "name one")
    return tables[0]


def _linkage(tables: Sequence[str], contracts: Mapping[str, DataContract]) -> dict[str, Any]:
    for table in tables:
        if contracts[table].by_role("record_id") is None:
            raise _lacks(table, "record_id", "linkage says of every record which person it is about")
    kind = "link_and_dedupe" if len(tables) > 1 else "dedupe_only"
    return {"tables": list(tables), "link_type": kind}


def _forecast(contract: DataContract) -> dict[str, Any]:
    roles = contract.roles
    if "period" not in roles and "event_date" not in roles:
        raise _lacks(contract.name, "event_date or period", "a forecast counts by date")
    count = "sum" if "count" in roles else "people" if "linked_record_id" in roles else "rows"
    return {"table": contract.name, "count": count, "by": ["area_code"] if "area_code" in roles else []}


def _blank(contract: DataContract) -> dict[str, Any]:
    usual = [contract.roles[role] for role in _COUNTED_BY if role in contract.roles]
    harmless = [column.name for column in contract.columns if column.classification == "none"]
    columns = [*usual, *harmless, *(column.name for column in contract.columns)]
    return {"table": contract.name, "by": columns[0]}


def _lacks(table: str, role: str, why: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"No column of table '{table}' has the role {role}, and {why}.",
        f"contracts/{table}.yaml",
        "give a column the role, or name another table: --table NAME",
    )


def usual_tables(kind: Kind, contracts: Mapping[str, DataContract]) -> tuple[str, ...]:
    """Choose the tables of a stage that was given none: the template's; for a blank one, the first with areas."""
    if kind.tables:
        return kind.tables
    by_area = [name for name, contract in sorted(contracts.items()) if "area_code" in contract.roles]
    first = [*by_area, *sorted(contracts)][:1]
    if not first:
        raise SharedAnalysisError(
            "The project has no table to read.", "contracts/", "draft a contract: shared-analysis contract infer TABLE"
        )
    return tuple(first)


def register_for(contract: DataContract, params: Mapping[str, Any], kinds: Mapping[str, str]) -> str | None:
    """Choose the linkage whose register says which people a table's rows are about, if they are and there is one."""
    if "linked_record_id" not in contract.roles or "count" in contract.roles:
        return None
    linkages = [stage for stage, kind in kinds.items() if kind == StageKind.LINKAGE]
    source = contract.by_role("source")
    named = set(source.allowed or ()) if source else set()
    fitting = [stage for stage in linkages if named & set((params.get(stage) or {}).get("tables") or ())]
    return next(iter([*fitting, *linkages]), None)
