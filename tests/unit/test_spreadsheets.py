"""What people open runs nothing, and what they save comes back as it was written."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.project import Project, write_sheet, write_table
from shared_analysis.spreadsheets import as_meant, as_saved, as_text, for_people, is_run

RUN = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1+1", "＠SUM",
    " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\u202e=1", '"=1', "'=1", "''=1", ' " =1', "“=1", "\x00=1", "\x01@x",
    "-2+3+cmd|' /C calc'!A0", "+44 20 7946 0000", "-x", "%0A=1", "|calc", "\tplain", "\nplain", "−1+1", "-1)*(2",
    '=HYPERLINK("http://example.org","x")',
]  # fmt: skip
SHOWN = ["", "a=1", "1-2", "5", "-", " - ", "'", "O'Neill", "a\tb", "E09"]

texts = st.text(
    st.sampled_from("=+-@'\"\t\r\n ＝＋－＠\u200b\u00a0\ufeff|%.,0159aé") | st.characters(codec="utf-8"), max_size=8
)


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert as_text(text) == f"'{text}"
    assert as_meant(as_text(text)) == text


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert as_text(text) == text
    assert as_meant(text) == text


@settings(max_examples=1000)
@given(texts)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert as_meant(as_text(text)) == text


@settings(max_examples=1000)
@given(texts)
def test_nothing_that_is_written_is_run(text: str) -> None:
    written = as_text(text)
    assert not re.match(r"[=+@＝＋＠\t\r\n]", written)
    assert not written.startswith("-") or written.strip() == "-"
    assert written.startswith("'") or not is_run(written)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), texts, texts)
def test_every_table_comes_back_as_it_was_headings_too(rows: list[tuple[str, str]], one: str, other: str) -> None:
    table = pd.DataFrame(rows, columns=[f"{one}a", f"{other}b"])
    pd.testing.assert_frame_equal(as_saved(for_people(table)), table)


def test_numbers_and_dates_stay_numbers_and_dates(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "change": [-5.5, 2.0],
            "count": [-1, 3],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "=x": ["-3", "=1"],
        }
    )
    write_sheet(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_text().splitlines() == [
        "change,count,day,'=x",
        "-5.5,-1,2024-01-01,'-3",
        "2.0,3,2024-01-02,'=1",
    ]


def test_a_sheet_that_goes_out_and_comes_back_has_the_ids_that_it_had(tmp_path: Path) -> None:
    ids = [*RUN, "C1", "-5", "O'Neill"]
    ids = [text for text in ids if not re.search(r"[\x00\ufeff\u200b\u202e\x01\t\r\n]|^\s|\s$", text)]
    table = pd.DataFrame({"match": ["yes"] * len(ids), "record_id_l": ids, "=table": "@a"})
    write_sheet(tmp_path / "pairs.csv", table)
    for row in list(csv.reader(io.StringIO((tmp_path / "pairs.csv").read_text())))[1:]:
        assert not [cell for cell in row if is_run(cell) and not cell.startswith("'")]
    back = Project(tmp_path, {}).read_file("pairs.csv")
    assert back is not None
    assert list(back["record_id_l"]) == ids
    assert list(back.columns) == list(table.columns)


@pytest.mark.parametrize("number", ["-5", "-5.25", "-1,234.50", "-1e-5", "-12%", " -5 "])
def test_a_column_of_texts_that_are_numbers_stays_and_a_label_that_is_one_is_text(number: str) -> None:
    assert list(for_people(pd.DataFrame({"a": [number, "3", "", None]}))["a"])[:3] == [number, "3", ""]
    assert list(for_people(pd.DataFrame({"a": [number, "Hackney"]}))["a"]) == [f"'{number}", "Hackney"]


def test_what_machines_read_is_not_changed(tmp_path: Path) -> None:
    table = pd.DataFrame({"=a": ["=1", "-x", "'=1"]})
    write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_text() == "=a\n=1\n-x\n'=1\n"
    write_sheet(tmp_path / "a.parquet", table)
    assert list(pd.read_parquet(tmp_path / "a.parquet")["=a"]) == ["=1", "-x", "'=1"]


def test_missing_cells_stay_missing() -> None:
    table = pd.DataFrame({"a": ["=1", None, np.nan]})
    assert for_people(table)["a"].isna().tolist() == [False, True, True]
