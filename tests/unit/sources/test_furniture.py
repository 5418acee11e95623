"""Rows below a table that say what it adds up to."""

from __future__ import annotations

import pytest

from shared_analysis.sources.delimited import read_delimited

TOTALS = [
    "Total: 36 homes",
    "Total 36",
    "TOTAL = 1,036",
    "Grand total: 36 homes (3 wards)",
    "Total number of homes: 36",
]


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("rows", [3, 250])
@pytest.mark.parametrize("below", ["", ",,\n", "Source: an example,,\n"])
def test_a_total_in_words_right_below_the_table_is_none_of_it(total: str, rows: int, below: str) -> None:
    lines = "".join(f"Ward {row},Khan,{row * 7}\n" for row in range(rows))
    own = f'"{total}"' if "," in total else total
    delivery = read_delimited(f"ward,officer,homes\n{lines}{own},,\n{below}".encode(), "t.csv")
    assert len(delivery.table) == rows
    assert [aside.rows for aside in delivery.aside if aside.kind == "total"] == [(rows + 2,)]


@pytest.mark.parametrize("last", ["Total 36,,", "Total Gas 2,,", "Total: 36 homes,Hall,"])
def test_a_record_called_total_stays_one(last: str) -> None:
    lines = "Total 12,Khan,3\nTotal Gas 1,Hall,4\n"
    delivery = read_delimited(f"supplier,officer,bills\nAbbey,Khan,2\n{lines}{last}\n".encode(), "t.csv")
    assert len(delivery.table) == 4
