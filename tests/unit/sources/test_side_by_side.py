"""Two tables in one sheet or file, side by side."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read

WARDS = ["Abbey", "Beacon", "Castle", "Dene", "Elm"]
HOMES = [["Ward", "Homes"], *([ward, str(at + 10)] for at, ward in enumerate(WARDS))]
TEAMS = [["Team", "Officer", "Cases"], ["North", "Mary", "7"], ["South", "Li", "14"], ["West", "Ann", "27"]]


def beside(left: list[list[str]], right: list[list[str]]) -> list[list[str]]:
    """Write two tables into one, with an empty column between them."""
    height = max(len(left), len(right))
    both = [part + [[""] * len(part[0])] * (height - len(part)) for part in (left, right)]
    return [[*own, "", *other] for own, other in zip(*both, strict=True)]


def written(folder: Path, kind: str, rows: list[list[str]]) -> Path:
    path = folder / f"t.{kind}"
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    path.write_bytes(buffer.getvalue() if kind == "xlsx" else "".join(",".join(row) + "\n" for row in rows).encode())
    return path


@pytest.mark.parametrize(("kind", "what"), [("xlsx", "sheet"), ("csv", "file")])
@pytest.mark.parametrize(
    ("left", "right", "columns"),
    [
        (HOMES, TEAMS, "columns A to B, and columns D to F"),
        (TEAMS, HOMES, "columns A to C, and columns E to F"),
        (HOMES, [["ward", "Voids"], *HOMES[1:]], "columns A to B, and columns D to E"),
    ],
)
def test_two_tables_are_refused(
    tmp_path: Path, kind: str, what: str, left: list[list[str]], right: list[list[str]], columns: str
) -> None:
    path = written(tmp_path, kind, beside(left, right))
    with pytest.raises(SharedAnalysisError) as error:
        read(path)
    assert f"The {what} holds two tables side by side: {columns}." in str(error.value)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "right",
    [
        [["Voids", "Let"], *([str(at), str(at + 3)] for at in range(len(WARDS)))],
        [["Action", "By"], ["Call", "Ann"], ["", ""], ["Write", "Li"]],
        [["Action", "By"], ["Call", "Ann"], ["Write", ""]],
    ],
)
def test_an_empty_column_within_a_table_parts_nothing(tmp_path: Path, kind: str, right: list[list[str]]) -> None:
    delivery = read(written(tmp_path, kind, beside(HOMES, right)))
    assert delivery.rows == len(WARDS)
    assert list(delivery.table) == ["Ward", "Homes", *right[0]]
