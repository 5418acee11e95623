"""Tables one under another, each with its title and the same names."""

from __future__ import annotations

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delimited import read_delimited

NAMES = "Ward,Homes,Voids\n"
ROWS = "Abbey,1,2\nBeacon,3,4\nCastle,6,5\n"


@pytest.mark.parametrize(
    "text",
    [
        f"April 2024,,\n{NAMES}{ROWS},,\nMay 2024,,\n{NAMES}{ROWS}",
        f"April 2024,,\n{NAMES}{ROWS}May 2024,,\n{NAMES}{ROWS}",
        f"{NAMES}{ROWS},,\nMay 2024,,\n{NAMES}{ROWS}",
        f"Barnet,,\n,,\n{NAMES}{ROWS},,\nBexley,,\n,,\n{NAMES}{ROWS}",
        f"Homes of April\n{NAMES}{ROWS}\nHomes of May\n{NAMES}{ROWS}\nHomes of June\n{NAMES}{ROWS}",
    ],
)
def test_blocks_that_only_their_titles_tell_apart_are_refused(text: str) -> None:
    with pytest.raises(SharedAnalysisError, match="several tables, one under another, told apart only by their titles"):
        read_delimited(text.encode(), "t.csv")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"Homes,,\n{NAMES}{ROWS},,\nHomes,,\n{NAMES}{ROWS}", (7,)),
        (f"Homes,,\n{NAMES}{ROWS}Page 2 of 2,,\n{NAMES}{ROWS}", (6,)),
        (f"{NAMES}{ROWS}Homes and voids,,\n{NAMES}{ROWS}", (5,)),
        (f"Homes\n{NAMES}{ROWS}\nPrinted by Ann\n{NAMES}{ROWS}\nPrinted by Ann\n{NAMES}{ROWS}", (7, 13)),
    ],
)
def test_a_title_above_names_that_come_again_is_no_record(text: str, rows: tuple[int, ...]) -> None:
    delivery = read_delimited(text.encode(), "t.csv")
    assert set(delivery.table["Ward"]) == {"Abbey", "Beacon", "Castle"}
    assert [aside.rows for aside in delivery.aside if aside.kind == "page"] == [rows]


def test_a_record_of_one_value_above_a_blank_row_and_names_stays_one() -> None:
    delivery = read_delimited(f"{NAMES}{ROWS}Dene,,\n,,\n{NAMES}{ROWS}".encode(), "t.csv")
    assert delivery.table["Ward"].tolist()[3] == "Dene"
    assert delivery.rows == 7
