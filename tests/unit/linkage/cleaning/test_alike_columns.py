"""Columns that hold the same thing under two names are compared, and nothing else is taken for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import infer
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.cleaning.alike_columns import name_alike

WORDS = [
    "graph",
    "trees",
    "storage",
    "network",
    "sparse",
    "model",
    "kernel",
    "query",
    "stream",
    "index",
    "cache",
    "parser",
    "typed",
    "proof",
    "logic",
]
PEOPLE = [
    "Okafor",
    "Zabra",
    "Rosmar",
    "Willem",
    "Saad",
    "Marhol",
    "Ford",
    "Mehta",
    "Daly",
    "Reilly",
    "Camtor",
    "Olbor",
    "Green",
    "Jansen",
    "Walden",
]
PLACES = ["Leeds", "York", "Hull", "Bath", "Ely"]


def papers(count: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "title": [" ".join(rng.choice(WORDS, 5)) for _ in range(count)],
            "authors": [", ".join(rng.choice(PEOPLE, 2)) for _ in range(count)],
            "shelf": [f"{chr(65 + int(rng.integers(26)))}{rng.integers(100, 999)}" for _ in range(count)],
            "year": rng.integers(1970, 2020, count).astype(str).astype(object),
            "printed": rng.choice(PLACES, count).astype(object),
        },
        dtype=object,
    )


OTHER = {"title": "work", "authors": "written_by", "shelf": "mark", "year": "issued", "printed": "town"}


def two(seed: int = 1, count: int = 300) -> dict[str, pd.DataFrame]:
    first = papers(count, seed)
    second = papers(count, seed + 100)
    second.iloc[: count // 2] = first.iloc[: count // 2]
    second = second.rename(columns=OTHER)[list(reversed(OTHER.values()))]
    return {
        "ours": first.assign(id=[f"a{number}" for number in range(count)]),
        "theirs": second.assign(id=[f"b{number}" for number in range(count)]),
    }


def settled(tables: dict[str, pd.DataFrame]):
    contracts = {name: infer(table, name) for name, table in tables.items()}
    return name_alike(tables, contracts, list(tables))


@pytest.mark.parametrize("seed", range(5))
def test_each_finds_its_counterpart_by_its_values(seed):
    tables, contracts, notices = settled(two(seed))
    assert set(tables["theirs"]) == set(tables["ours"]) == {*OTHER, "id"}
    assert {column.name for column in contracts["theirs"].columns} == {*OTHER, "id"}
    told = {(notice.values["column"], notice.values["counterpart"]) for notice in notices}
    assert told == set(OTHER.items())


def test_tables_that_were_not_comparable_are_linked():
    tables = two()
    contracts = {name: infer(table, name) for name, table in tables.items()}
    result = link(tables, contracts, LinkageSpec(tables=list(tables), link_type="link_only", review_pairs=0))
    right = result.pairs["record_id_l"].str[1:] == result.pairs["record_id_r"].str[1:]
    assert right.mean() > 0.97
    assert right.sum() > 0.97 * 150
    assert "hold the same kind of values" in result.summary()


def test_what_differs_in_kind_or_in_words_is_no_counterpart():
    tables = two()
    tables["theirs"] = tables["theirs"][["id", "written_by", "issued"]]
    tables["ours"] = tables["ours"][["id", "title", "shelf", "printed"]]
    _, _, notices = settled(tables)
    assert notices == []


@pytest.mark.parametrize(("low", "high"), [(1, 40), (100_000, 900_000)])
def test_numbers_of_another_size_are_another_thing(low, high):
    tables = two()
    tables["theirs"]["issued"] = np.random.default_rng(5).integers(low, high, 300).astype(str).astype(object)
    _, _, notices = settled(tables)
    assert "year" not in {notice.values["column"] for notice in notices}


def test_where_enough_is_shared_nothing_is_looked_for():
    tables = two()
    tables["theirs"] = tables["theirs"].rename(
        columns={v: k for k, v in OTHER.items() if k in ("shelf", "year", "title")}
    )
    same, _, notices = settled(tables)
    assert notices == []
    assert list(same["theirs"]) == list(tables["theirs"])


def test_empty_columns_and_odd_numbers_are_no_trouble():
    tables = two()
    tables["ours"]["empty"] = None
    tables["theirs"]["nothing"] = None
    tables["theirs"].loc[0, "issued"] = "c. 1990"
    _, _, notices = settled(tables)
    assert {notice.values["column"] for notice in notices} == set(OTHER)
