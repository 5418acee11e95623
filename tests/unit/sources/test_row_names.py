"""R writes the names of rows into a column without a name, and leaves nothing out for it in the line of names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delimited import read_delimited

WARDS = ["Abbey", "Beacon Hill", "Castle", "Dene"]


def written_by_r(rows: list[list[str]], names: list[str], separator: str, *, quoted: bool) -> bytes:
    """Write as ``write.table(sep = separator, quote = quoted)`` does."""

    def cell(text: str) -> str:
        return f'"{text}"' if quoted and not text.isdigit() else text

    lines = [separator.join(map(cell, names))]
    lines += [separator.join([f'"{at}"' if quoted else str(at), *map(cell, row)]) for at, row in enumerate(rows, 1)]
    return ("\n".join(lines) + "\n").encode()


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(WARDS), st.integers(0, 99), st.integers(0, 9)), min_size=2, max_size=40),
    separator=st.sampled_from([",", ";", "\t"]),
    quoted=st.booleans(),
)
def test_the_names_stand_over_their_own_values(rows: list[tuple[str, int, int]], separator: str, quoted: bool) -> None:
    cells = [[str(cell) for cell in row] for row in rows]
    content = written_by_r(cells, ["ward", "homes", "grade"], separator, quoted=quoted)
    delivery = read_delimited(content, "t.csv")
    assert list(delivery.table.columns) == ["column_1", "ward", "homes", "grade"]
    assert delivery.table.iloc[:, 1:].to_numpy().tolist() == cells
    assert "1 column has no name, and is called" in delivery.remarks[0]
    assert read_delimited(content, "t.csv", delivery.reading).table.equals(delivery.table)


@pytest.mark.parametrize("first", [["1", "2", "3"], ["A1", "A2", "A3"], ["Abbey", "Beacon", "Castle"]])
def test_where_any_column_may_lack_the_name_the_file_is_refused(first: list[str]) -> None:
    lines = ["case_id,ward,homes", *[f"{own},Dene,{at * 7},{at * 3}" for at, own in enumerate(first, 1)]]
    with pytest.raises(SharedAnalysisError, match="one value more than there are names"):
        read_delimited("\n".join(lines).encode(), "t.csv")


def test_values_that_come_again_are_no_names_of_rows() -> None:
    content = b"ward,homes,grade\nAbbey,4,2,6\nAbbey,3,2,7\nDene,6,1,9\n"
    assert list(read_delimited(content, "t.csv").table.columns) == ["ward", "homes", "grade", "column_4"]


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("rows", [2, 3, 40])
def test_columns_that_r_sets_apart_by_blanks_are_refused(quoted: bool, rows: int) -> None:
    cells = [["Abbey", str(row * 7), str(row % 4)] for row in range(rows)]
    with pytest.raises(SharedAnalysisError, match="apart by blanks"):
        read_delimited(written_by_r(cells, ["ward", "homes", "grade"], " ", quoted=quoted), "t.csv")
