"""Quotation marks: whatever a program did with those within values, none is lost or moved without a word."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.sources.delimited import read_delimited

WORDS = st.lists(st.sampled_from(["oak", "the", '"big"', '12"', "elm, ash", "x"]), min_size=1, max_size=4).map(" ".join)
SEPARATORS = st.sampled_from([",", ";", "\t", "|"])
UNDOUBLED = "quotation marks within values are not doubled"


def rows_of(cells: list[str], separator: str, write: str) -> str:
    """Write three columns: numbers, the cells between marks, numbers."""
    lines = [f'{row}{separator}"{write.format(cell)}"{separator}{row * 7}\n' for row, cell in enumerate(cells)]
    return separator.join(["number", "remark", "visits"]) + "\n" + "".join(lines)


@settings(max_examples=120, deadline=None)
@given(
    cells=st.lists(WORDS.filter(lambda cell: '", ' not in cell), min_size=1, max_size=20),
    separator=SEPARATORS,
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_marks_that_are_not_doubled_stay_where_they_are(cells: list[str], separator: str, end: str) -> None:
    cells = ["oak", "oak", *cells]
    delivery = read_delimited(rows_of(cells, separator, "{}").replace("\n", end).encode(), "t.csv")
    assert delivery.table["remark"].tolist() == cells
    odd = [row for row, cell in enumerate(cells, 2) if '"' in cell]
    assert any(UNDOUBLED in remark for remark in delivery.remarks) == bool(odd)
    if odd:
        assert f"row {odd[0]}" in delivery.remarks[-1].replace("rows", "row")


@pytest.mark.parametrize(
    "row",
    ['2,"the 12" pipe,14', '2,"a "b", c",14', '2,"a" b,14', '2,"a" ,14', '2,""a"",14', '2,"a"b"c,14'],
)
@pytest.mark.parametrize("after", ['3,"oak, elm",21', "3,oak,21", '3,"the "big" one",21', '3,"two\nlines",21'])
def test_a_row_with_odd_marks_costs_no_other_row(row: str, after: str) -> None:
    delivery = read_delimited(f"number,remark,visits\n1,ash,7\n{row}\n{after}\n4,fir,28\n".encode(), "t.csv")
    numbers = delivery.table["number"].tolist()
    assert numbers == (["1", "3", "4"] if delivery.ragged else ["1", "2", "3", "4"])
    if not delivery.ragged:
        read = delivery.table["remark"][1]
        assert delivery.remarks or read == "a"
        assert (read.replace('"', ""), delivery.table["visits"][1]) == (
            row.split(",")[1].replace('"', "").strip(),
            "14",
        )


@settings(max_examples=120, deadline=None)
@given(
    cells=st.lists(
        st.lists(st.sampled_from(["oak", '"', "\\", ",", " ", "\n", "12", "C:\\", '\\"']), max_size=6)
        .map("".join)
        .filter(lambda cell: not {",", "\n"} <= set(cell)),  # which may be rows by themselves
        min_size=1,
        max_size=12,
    ),
    always=st.booleans(),
)
def test_what_is_written_with_doubled_marks_is_read_as_it_was(cells: list[str], always: bool) -> None:
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    rows = [[str(row), f"x{cell}x", str(row * 7)] for row, cell in enumerate(cells, 1)]
    csv.writer(buffer, quoting=quoting, lineterminator="\n").writerows([["number", "remark", "visits"], *rows])
    delivery = read_delimited(buffer.getvalue().encode(), "t.csv")
    assert delivery.table.to_numpy().tolist() == rows
    assert not delivery.remarks


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(WORDS.filter(lambda cell: '"' in cell), min_size=1, max_size=12),
    plain=st.lists(st.sampled_from(["oak", "elm, ash", "x"]), max_size=12),
)
def test_marks_written_with_a_backslash_are_marks(cells: list[str], plain: list[str]) -> None:
    cells = [f"x {cell} y" for cell in cells]
    delivery = read_delimited(
        rows_of([cell.replace('"', '\\"') for cell in cells] + plain, ",", "{}").encode(), "t.csv"
    )
    assert delivery.table["remark"].tolist() == cells + plain
    assert "quotation marks within values are written with a backslash" in delivery.remarks


@pytest.mark.parametrize("value", ['\\"esc\\"', '"C:\\"', 'a\\"b', '\\"', 'C:\\"x"'])
@pytest.mark.parametrize("others", [[], ['"start', 'end"', '"a","b"'], ["back\\slash\\", "oak"]])
def test_a_backslash_before_a_doubled_mark_is_a_letter(value: str, others: list[str]) -> None:
    cells = [value, *others]
    delivery = read_delimited(rows_of([cell.replace('"', '""') for cell in cells], ",", "{}").encode(), "t.csv")
    assert delivery.table["remark"].tolist() == cells
    assert not delivery.remarks


@pytest.mark.parametrize("blanks", [1, 2, 5])
@pytest.mark.parametrize("separator", [",", ";", "|"])
def test_blanks_before_a_quoted_value_are_no_part_of_it(blanks: int, separator: str) -> None:
    apart = separator + " " * blanks
    rows = [["1", f"Oak{separator} Ann", "x"], ["2", "Elm", 'said "no"'], ["3", "", "y"]]
    lines = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [["number", "name", "note"], *rows]]
    delivery = read_delimited("".join(apart.join(line) + "\n" for line in lines).encode(), "t.csv")
    assert delivery.table.fillna("").to_numpy().tolist() == rows
    assert (
        read_delimited("".join(apart.join(line) + "\n" for line in lines).encode(), "t.csv", delivery.reading).rows == 3
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("odd", ['12" pipe', '""', "a\rb", '"a ""b"""', "x"])
def test_a_mark_is_seen_wherever_a_long_file_has_it(odd: str, end: str) -> None:
    """Files are looked through in pieces, at whose borders nothing is lost."""
    border, head, row = 1 << 17, f"n,remark{end}", f'1,"elm, ash"{end}'
    for shift in (-1, 0, 1):
        filling = row * ((border + shift - len(head)) // len(row) - 1)
        filler = "y" * (border + shift - len(head) - len(filling) - len(f"2,{end}3,"))
        text = f"{head}{filling}2,{filler}{end}3,{odd}{end}{row}"
        read = read_delimited(text.encode(), "t.csv").table["remark"].dropna().tolist()
        short = read_delimited(f"{head}{row}3,{odd}{end}{row}".encode(), "t.csv").table["remark"].dropna().tolist()
        assert read[-len(short) + 1 :] == short[1:]
