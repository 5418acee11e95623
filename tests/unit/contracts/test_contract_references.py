"""Which values refer to no row of another table."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from shared_analysis.contracts.checking.references import Rows, find_orphans
from shared_analysis.contracts.model import Column, DataContract

DTYPES = {"string": "string", "integer": "Int64", "number": "Float64"}


def rows(contract: DataContract, **text: list[str | None]) -> tuple[DataContract, pa.Table, pd.DataFrame]:
    """Give a table as text and in its types, as they come to this check."""
    typed = {}
    for name, values in text.items():
        kind = contract.column(name).type
        numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce")
        typed[name] = pd.Series(values, dtype="string") if kind == "string" else numbers.astype(DTYPES[kind])
    table = pa.table({name: pa.array(values, pa.string()) for name, values in text.items()})
    return contract, table, pd.DataFrame(typed)


def orphans(tables: Rows, name: str) -> dict[str, list[int]]:
    faults, notices = find_orphans(tables)[name]
    assert notices == []
    assert all(rule == "reference" for _, rule in faults)
    return {column: found.tolist() for (column, _), found in faults.items()}


def pair(kind: str, known: list[str | None], kind_here: str, here: list[str | None]) -> dict[str, list[int]]:
    teams = DataContract("teams", (Column("team", kind),))
    visits = DataContract("visits", (Column("at", kind_here, references="teams.team"),))
    tables = {"teams": rows(teams, team=known), "visits": rows(visits, at=here)}
    assert orphans(tables, "teams") == {}
    return orphans(tables, "visits")


@pytest.mark.parametrize(
    ("kind", "known", "kind_here", "here", "lost"),
    [
        ("string", ["A", None], "string", ["A", "B", None], [1]),
        ("string", ["01"], "string", ["01", "1"], [1]),
        ("integer", ["7", "08"], "integer", ["007", "8", "9", None], [2]),
        ("integer", ["x", "7"], "integer", ["x", "y"], [1]),
        ("number", ["0.50", "3"], "number", [".5", "3.0", "0.51"], [2]),
        ("integer", ["08", "7"], "string", ["08", "8", "7", "07"], [3]),
        ("string", ["08", "7"], "integer", ["08", "8", "7", "07"], [1]),
    ],
)
def test_values_are_the_same_however_their_type_is_written(
    kind: str, known: list[str | None], kind_here: str, here: list[str | None], lost: list[int]
) -> None:
    assert pair(kind, known, kind_here, here) == ({"at": lost} if lost else {})


@pytest.mark.parametrize("target", ["teams.team", "elsewhere.team"])
def test_what_it_refers_to_may_not_be_here_which_is_said(target: str) -> None:
    visits = DataContract("visits", (Column("at", "string", references=target), Column("seen", "string")))
    teams = DataContract("teams", (Column("other", "string"),))
    tables = {"visits": rows(visits, at=["A"], seen=["B"]), "teams": rows(teams, other=["A"])}
    assert find_orphans(tables) == {
        "visits": ({}, [f"visits.at: not checked against {target}, which is not here"]),
        "teams": ({}, []),
    }


def test_what_is_not_here_keeps_no_other_reference_from_being_checked() -> None:
    teams = DataContract("teams", (Column("team", "string"),))
    columns = (Column("a", "string", references="gone.a"), Column("b", "string", references="teams.team"))
    tables = {
        "teams": rows(teams, team=["A"]),
        "visits": rows(DataContract("visits", columns), a=["A"], b=["B"]),
    }
    faults, notices = find_orphans(tables)["visits"]
    assert [name for name, _ in faults] == ["b"]
    assert len(notices) == 1


HOUSING = DataContract("housing", (Column("id", "integer", role="record_id"), Column("name", "string")))
OUTREACH = DataContract("outreach", (Column("ref", "string", role="record_id"),))
PLACES = DataContract("places", (Column("code", "string"),))
SOURCE = Column("source", "string", role="source")
PERSON = Column("person", "string", role="linked_record_id")


def linked(*columns: Column) -> dict[str, list[int]]:
    text = {
        "source": ["housing", "outreach", "housing", "outreach", "places", "police", None, "housing"],
        "person": ["01", "1", "O1", "O1", "X", "X", "X", None],
    }
    contacts = DataContract("contacts", columns)
    tables = {
        "housing": rows(HOUSING, id=["01", "2"], name=["a", "b"]),
        "outreach": rows(OUTREACH, ref=["O1", "1"]),
        "places": rows(PLACES, code=["X"]),
        "contacts": rows(contacts, **{column.name: text[column.name] for column in columns}),
    }
    return orphans(tables, "contacts")


def test_a_linked_record_is_looked_up_in_the_table_that_its_source_names() -> None:
    assert linked(SOURCE, PERSON) == {"person": [2]}


def test_without_a_source_a_linked_record_is_looked_up_nowhere() -> None:
    assert linked(PERSON) == {}
    assert linked(SOURCE) == {}
