"""A table of people as a CSV file delivers it, and its contract."""

from __future__ import annotations

import pandas as pd

from shared_analysis.contracts import Column, DataContract, ValidationReport, validate

PEOPLE = DataContract(
    "people",
    (
        Column("record_id", "string", primary_key=True, role="record_id"),
        Column("name", "string", required=True, role="full_name"),
        Column("born", "date", role="date_of_birth"),
        Column("visits", "integer", minimum=0),
        Column("score", "number"),
        Column("housed", "boolean"),
        Column("updated", "timestamp"),
    ),
)


def people(rows: int = 100) -> pd.DataFrame:
    """Rows as a CSV delivers them, a few of them bad in several ways."""
    number = [f"{row:05d}" for row in range(rows)]
    table = pd.DataFrame(
        {
            "record_id": number,
            "name": [f" Zoë Ŝmith {row}" for row in range(rows)],
            "born": ["1980-02-03"] * rows,
            "visits": ["3"] * rows,
            "score": ["0.5"] * rows,
            "housed": ["yes"] * rows,
            "updated": ["2024-01-01T10:00:00Z"] * rows,
        },
        dtype=object,
    )
    table.loc[table.index % 20 == 7, ["born", "visits"]] = "SECRET"
    table.loc[table.index % 25 == 8, "record_id"] = "00009"
    table.loc[table.index % 33 == 9, "name"] = None
    return table


def check(table: pd.DataFrame, contract: DataContract = PEOPLE, cap: float = 1.0) -> ValidationReport:
    return validate({contract.name: table}, {contract.name: contract}, cap)
