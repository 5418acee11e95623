"""A delivery that is laid out in another way than its contract says: the refusal says what is other."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.messy.making import workbook
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading, find_periods, read

NAMES = ["App Ref", "Surname", "NHS Number", "Postcode", "Rent"]
PEOPLE = [
    [f"HN{at:06}", name, str(7486261448 + at), f"E8 {at}DH", "£1,148.50"]
    for at, name in enumerate(["Oak", "Elm", "Ash"])
]
TITLE = ["Housing register"]
EXTRACTED = ["Extracted 03/05/2024 by housing needs"]


def text(rows: list[list[str]], separator: str = ",") -> bytes:
    def cell(value: str) -> str:
        return f'"{value}"' if separator in value else value

    return "".join(separator.join(map(cell, row)) + "\n" for row in rows).encode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("above", "row"), [([TITLE, [""], EXTRACTED, EXTRACTED, [""]], 6), ([], 1), ([TITLE, [""], TITLE, [""]], 5)]
)
def test_names_in_another_row(tmp_path: Path, kind: str, above: list[list[str]], row: int) -> None:
    path = tmp_path / f"t.{kind}"

    def write(above: list[list[str]]) -> None:
        rows = [*above, NAMES, *PEOPLE]
        wide = [[*own, *[""] * (len(NAMES) - len(own))] for own in rows]
        path.write_bytes(text(wide) if kind == "csv" else workbook({"Sheet1": wide}))

    write([TITLE, EXTRACTED, [""]])
    reading = read(path).reading
    assert reading.header_row == 4
    write(above)
    with pytest.raises(SharedAnalysisError) as error:
        read(path, reading)
    assert f"The names of the columns are in row {row}; the contract says row 4." in str(error.value)
    assert not any(value in str(error.value) for person in PEOPLE for value in person)


def test_periods_in_another_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table = "Borough,Apr-23,May-23,Jun-23\nBarnet,12,15,13\nBexley,22,25,23\n"
    path.write_text(f"Homes by borough,,,\n,,,\n{table}")
    delivery = find_periods(read(path))
    assert delivery is not None
    path.write_text(f"Official statistics\nHomes by borough,,,\n,,,\n{table}")
    with pytest.raises(SharedAnalysisError, match="are in row 4; the contract says row 3"):
        read(path, delivery.reading)


@pytest.mark.parametrize(("separator", "marks"), [("\t", "tabs"), (";", "semicolons"), ("|", "bars")])
def test_another_separator(tmp_path: Path, separator: str, marks: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text([NAMES, *PEOPLE], separator))
    with pytest.raises(SharedAnalysisError, match=f"sets columns apart by {marks}; the contract says commas"):
        read(path, Reading(encoding="utf-8", separator=","))


def test_what_a_contract_says_holds_though_other_names_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text([["Whom", "Name", "Number", "Where", "Pounds"], NAMES, *PEOPLE]))
    assert list(read(path, Reading(encoding="utf-8", separator=",", header_row=2)).table) == NAMES
    path.write_bytes(text([["Notes"], ["late, by a day"], ["paid"]]))
    assert list(read(path, Reading(encoding="utf-8", separator=";")).table) == ["Notes"]


def test_another_fault_is_said_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text([TITLE, NAMES, *PEOPLE])[:-20])
    with pytest.raises(SharedAnalysisError, match="ends within a row"):
        read(path, Reading(encoding="utf-8", separator=",", header_row=2))


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_file_without_sheets_has_none_to_choose(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(text([NAMES, *PEOPLE]))
    if name.endswith("parquet"):
        frame = read(path.rename(tmp_path / "own.csv")).table
        frame.to_parquet(path)
    with pytest.raises(SharedAnalysisError, match="which has no sheets"):
        read(path, sheet="Data")
