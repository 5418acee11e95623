"""Codes of areas: kinds that stand beside each other, and kinds of which one is part of the other."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.contracts import infer, validate

MONTHS = [f"2024-{month:02d}-01" for month in range(1, 7)]


def said(codes: list[str]) -> list[str]:
    rows = [(code, month, 10 + at) for month in MONTHS for at, code in enumerate(codes)]
    table = pd.DataFrame(rows, columns=["area_code", "month", "count"]).astype(str)
    report = validate({"t": table}, {"t": infer(table, "t")}, 0)
    return [notice for notice in report.notices if "kinds of areas" in notice]


@pytest.mark.parametrize(
    "codes",
    [
        [f"E0900{at:04d}" for at in range(1, 34)],
        ["E06000001", "E07000002", "E08000003", "E09000004"],
        ["E06000001", "E08000003", "E10000004", "E10000005"],
        ["E05000001", "W05000002", "S13000003"],
    ],
)
def test_areas_of_one_kind_stand_beside_each_other(codes: list[str]) -> None:
    assert said(codes) == []


@pytest.mark.parametrize(
    ("codes", "kinds"),
    [
        (["E09000001", "E09000002", "E12000007"], "(E09, E12)"),
        (["E06000001", "E07000002", "E10000004"], "(E06/E07, E10)"),
        (["E92000001", "E12000001", "E12000002"], "(E12, E92)"),
    ],
)
def test_an_area_beside_its_parts_is_named(codes: list[str], kinds: str) -> None:
    [notice] = said(codes)
    assert f"2 kinds of areas {kinds}" in notice


def test_an_identifier_that_comes_twice_in_few_rows_is_a_fault_of_the_row() -> None:
    ids = [f"A{at:03d}" for at in range(60)] + ["A005\u200b"]
    table = pd.DataFrame({"case_number": ids, "surname": [f"S{at}" for at in range(61)]})
    contract = infer(table, "t")
    assert contract.column("case_number").role == "record_id"
    assert validate({"t": table}, {"t": contract}, 1).sizes == {"t": (61, 1)}
