"""What is different between two deliveries: found where something is, and not where chance alone is at work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.tables import compare_deliveries

CONTRACT = DataContract(
    "rents",
    (
        Column("id", "string", primary_key=True, role="record_id", classification="direct"),
        Column("rent", "number"),
        Column("income", "number", classification="quasi"),
        Column("kind", "string"),
        Column("name", "string", role="given_name", classification="direct"),
        Column("start", "date", role="event_date"),
    ),
)


def delivery(seed: int, rows: int = 400) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"R{number}" for number in range(rows)],
            "rent": draw.normal(900, 200, rows).round(2),
            "income": draw.lognormal(10, 0.5, rows).round(0),
            "kind": draw.choice(["social", "private", "other"], rows, p=[0.6, 0.3, 0.1]),
            "name": np.resize(["Ann", "Bob", "Cy"], rows),
            "start": pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 300, rows), unit="D"),
        }
    )


def words(before: pd.DataFrame, after: pd.DataFrame) -> str:
    return "\n".join(own.words for own in compare_deliveries(before, after, CONTRACT))


def of_columns(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    found = compare_deliveries(before, after, CONTRACT)[2:]
    return [own.words for own in found if not own.words.startswith(("start:", "changed in"))]


def test_chance_alone_is_no_drift():
    alarms = [of_columns(delivery(seed), delivery(seed + 1000)) for seed in range(200)]
    assert sum(map(bool, alarms)) <= 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda own: own.assign(rent=own["rent"] / 100), "rent: other numbers: the middle value is"),
        (lambda own: own.assign(rent=own["rent"] * 1.2), "rent: other numbers"),
        (lambda own: own.assign(income=own["income"] * 12), "income: other numbers (another unit?)"),
        (lambda own: own.assign(rent=own["rent"].mask(own.index % 5 == 0)), "rent: missing in 20"),
        (lambda own: own.assign(kind=own["kind"].mask(own.index % 2 == 0)), "kind: missing in 50"),
        (lambda own: own.assign(kind=own["kind"].replace("other", "council")), "kind: 1 new value"),
        (lambda own: own.assign(kind=own["kind"].replace("other", "social")), "kind: 1 lost value"),
        (
            lambda own: own.assign(kind=own["kind"].where(own.index % 2 == 0, "private")),
            "kind: the mix of values has shifted",
        ),
        (lambda own: own.assign(start=own["start"] + pd.Timedelta(days=60)), "start: up to"),
    ],
)
def test_what_is_different_is_said(change: Callable[[pd.DataFrame], pd.DataFrame], expected: str):
    for seed in range(20):
        assert expected in words(delivery(seed), change(delivery(seed + 1000)))


def test_no_value_of_a_person_is_said():
    later = delivery(2).assign(name="Zuleika", income=123_456.0)
    said = words(delivery(1), later)
    assert "name: 1 new value" in said
    assert "Zuleika" not in said
    assert "123" not in said


def test_records_are_compared_by_their_key():
    before = delivery(1)
    after = pd.concat([before[5:], delivery(2, 10).assign(id=[f"N{number}" for number in range(10)])])
    after.iloc[:3, after.columns.get_loc("kind")] = None
    assert "by id: 10 new, 5 gone, 3 of 395 changed" in words(before, after)


@pytest.mark.parametrize("rows", [0, 1, 2, 29])
def test_few_rows_are_compared_by_number_alone(rows):
    assert f"{rows:,} row{'' if rows == 1 else 's'}, 400 before" in words(delivery(1), delivery(2)[:rows])
    assert words(delivery(1)[:rows], delivery(2))


def test_empty_columns_and_no_key():
    empty = delivery(1).assign(rent=np.nan, kind=None, start=pd.NaT)
    keyless = DataContract("rents", tuple(Column(one.name, one.type) for one in CONTRACT.columns))
    assert words(empty, empty)
    assert "rent: missing in 100" in words(delivery(1), empty)
    assert not [own for own in compare_deliveries(delivery(1), delivery(1), keyless) if "by " in own.words]


def test_what_is_so_different_that_it_may_be_another_table_is_in_doubt():
    before = delivery(1)
    cases = {
        "half the rows": before[:150],
        "other records": before.assign(id=[f"N{number}" for number in range(400)]),
        "an emptied column": before.assign(kind=None),
        "pence": before.assign(rent=before["rent"] * 100),
        "an earlier file": before[before["start"] < "2024-06-01"],
        "columns swapped": before.assign(rent=before["income"], income=before["rent"]),
    }
    doubts = {
        case: [own for own in compare_deliveries(before, after, CONTRACT) if own.large] for case, after in cases.items()
    }
    assert [case for case, own in doubts.items() if not own] == []
    assert not [own for own in compare_deliveries(before, delivery(2), CONTRACT) if own.large]


def test_records_that_have_other_names_are_other_people():
    before = delivery(1)
    anew = before[1:].assign(id=[f"R{number}" for number in range(399)])
    corrected = before.assign(name=before["name"].mask(before.index % 50 == 0, "Di"))
    (doubt,) = (own for own in compare_deliveries(before, anew, CONTRACT) if own.other_people)
    assert doubt.large
    assert doubt.words.startswith("399 of 399 records have another name or date of birth")
    assert not [own for own in compare_deliveries(before, corrected, CONTRACT) if own.other_people]
