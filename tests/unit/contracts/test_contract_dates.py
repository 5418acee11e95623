"""How a contract writes dates, and what that says."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pyarrow as pa
import pytest

from shared_analysis.contracts.dates import DateFormat
from shared_analysis.errors import SharedAnalysisError


@pytest.mark.parametrize(
    ("text", "strptime", "step", "written"),
    [
        ("yyyy-MM-dd", "%Y-%m-%d", "D", "2024-02-09"),
        ("dd/MM/yyyy", "%d/%m/%Y", "D", "09/02/2024"),
        ("yyyyMMdd", "%Y%m%d", "D", "20240209"),
        ("yyyy-MM", "%Y-%m", "MS", "2024-02"),
        ("yyyy", "%Y", "YS", "2024"),
        ("dd.MM.yyyy HH", "%d.%m.%Y %H", "h", "09.02.2024 10"),
        ("yyyy-MM-ddTHH:mm", "%Y-%m-%dT%H:%M", "min", "2024-02-09T10:05"),
        ("d/M/yyyy", "%d/%m/%Y", "D", "09/02/2024"),
        ("d MMMM yyyy", "%d %B %Y", "D", "09 February 2024"),
        ("MMM yyyy", "%b %Y", "MS", "Feb 2024"),
        ("yyyy-MM-dd'T'HH:mm:ss", "%Y-%m-%dT%H:%M:%S", "s", "2024-02-09T10:05:07"),
    ],
)
def test_a_format_is_read(text: str, strptime: str, step: str, written: str) -> None:
    form = DateFormat.parse(text)
    assert (form.text, form.strptime, form.step) == (text, strptime, step)
    assert dt.datetime.fromisoformat("2024-02-09T10:05:07").strftime(form.strptime) == written
    assert re.fullmatch(form.shape, written)
    assert not re.fullmatch(form.shape, written.replace("2024", "24"))
    assert not re.fullmatch(form.shape, written.replace(".", "x").replace("2", "\u0662", 1))


@pytest.mark.parametrize(
    "text", ["", "-", "dd", "yy-MM", "yyyy-dd", "yyyy-MM-MM", "yyyyyyyy", "yyyy-MM-dd mm", "yyyy-MM 'Q'q"]
)
def test_a_format_that_says_no_date_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(SharedAnalysisError, match="not a supported format") as refused:
        DateFormat.parse(text, "column 'born'")
    assert refused.value.where == "column 'born', format"


def test_a_point_in_a_format_is_a_point() -> None:
    assert not re.fullmatch(DateFormat.parse("dd.MM.yyyy").shape, "09x02x2024")


@pytest.mark.parametrize("form", ["d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy"])
def test_a_day_may_be_written_as_a_word_beside_a_month(form: str) -> None:
    ends = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    days = pd.Series(pd.date_range("2021-03-01", "2021-03-31"))
    written = DateFormat.parse(form).write(days)
    ordinal = written.str.replace(
        r"\b([0-9]{1,2})\b(?![0-9])(?=[ ,])",
        lambda match: match[1] + ends.get(int(match[1]), "th"),
        regex=True,
    )
    assert ordinal[0] != written[0]
    for texts in (written, ordinal):
        assert DateFormat.parse(form).read(pa.array(texts)).tolist() == days.tolist()
