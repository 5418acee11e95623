"""Periods that stand in the headings of a table, or in two columns of it, as one column of periods."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.cells import PERIOD
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.header import FIRST_OF_MONTH

if TYPE_CHECKING:
    import pandas as pd

_FEWEST = 3
# Two digits up to this are of the 2000s, as in the dates of contracts.
_LATEST = 68
_MONTHS = 12
_YEAR = re.compile(r"(19|20)\d\d")
_OF_TWO_YEARS = r"(19|20)\d\d[-/]\d{2}(\d{2})?"
# 2022/23 as people write it besides: FY 22/23, Financial year 2022-23, 2022 / 23, with a dash that is longer.
_FROM_APRIL = re.compile(
    r"(?i)(?P<said>(FY|F/Y|fin(ancial|\.)? (year|yr)) ?)?(?P<first>(19|20)?\d\d) ?(?P<mark>[-/\u2013]) ?"
    r"(?P<second>\d\d(\d\d)?)"
)
_TO_MARCH = re.compile(r"(?i)(YE|year (ending|ended|to)) (31(st)? )?mar(ch)? ?(?P<last>(19|20)\d\d)")
_OTHERS = re.compile(
    rf"(?i)q[1-4] {_OF_TWO_YEARS}|{_OF_TWO_YEARS} q[1-4]|(19|20)\d\d[- ]?w\d{{1,2}}|w\d{{1,2}}[- ](19|20)\d\d"
    r"|((w/[ce]|week (commencing|beginning|ending)) )?\d{1,2}/\d{1,2}/(19|20)\d\d"
)
_MARKED = re.compile(r"(?i)(.*\w) ?([(\[]?(p|r|e|prov(isional)?|rev(ised)?|est(imated?)?)[)\]]?|\*+|\u2020|\u2021)")
_LIKE_A_PERIOD = re.compile(
    rf"(?i)(FY ?)?(q[1-4][- /])?({PERIOD.pattern.removeprefix('(?i)')}|\d\d/\d\d)\b.*|FY ?\d\d.*"
)
_OF_SEVERAL = re.compile(r"(?i).*(\b(total|all|sum|ytd|average|mean|change|difference|share|rank)\b|%).*")
_PERIOD, _VALUE = "period", "count"
_YEARS = frozenset(
    {"year", "yr", "calendar year", "cal year", "financial year", "fiscal year", "fin year", "fin yr", "fy"}
)
_PARTS = frozenset({"month", "mth", "month name", "month no", "month number", "calendar month", "quarter", "qtr"})


def find_periods(delivery: Delivery) -> Delivery | None:
    """Find periods in headings, or a year beside a month, and give the delivery with one column of periods.

    Parameters
    ----------
    delivery
        As it was read.

    Returns
    -------
    Delivery or None
        None where no three headings are periods, and no column of years stands beside one of months or quarters; nor
        where a number beside a financial year may be that of April or of January.
    """
    names = [str(name) for name in delivery.table.columns]
    plain = {" ".join(name.replace("_", " ").lower().split()): name for name in names}
    year, part = (next((plain[word] for word in sorted(words) if word in plain), None) for words in (_YEARS, _PARTS))
    if len(_headings(names)) >= _FEWEST:
        reading = replace(delivery.reading, period_column=_free(_PERIOD, names), value_column=_free(_VALUE, names))
    elif year and part and not _is_ambiguous(delivery, year, part):
        reading = replace(delivery.reading, period_column=_free(_PERIOD, names), period_from=(year, part))
    else:
        return None
    return with_periods(replace(delivery, reading=reading))


def with_periods(delivery: Delivery) -> Delivery:
    """Give a delivery one column of periods, as its reading says.

    Raises
    ------
    SharedAnalysisError
        If the columns are not there, or one of the new ones is there already.
    """
    reading, table = delivery.reading, delivery.table
    if reading.period_column is None:
        return delivery
    made = [reading.period_column, *([reading.value_column] if reading.value_column else [])]
    if there := [name for name in made if name in table.columns]:
        raise SharedAnalysisError(
            f"The table has a column '{there[0]}' already.",
            "reading, period_column and value_column",
            "choose other names in the contract",
        )
    if reading.period_from:
        return _joined(delivery)
    headings = _headings([str(name) for name in table.columns])
    if not headings or reading.value_column is None:
        raise SharedAnalysisError(
            "No heading of the table is a period.",
            "reading, value_column",
            "ask for the file as before, or take `period_column` and `value_column` out of the contract",
        )
    others = [name for name in table.columns if name not in headings]
    long = table.loc[table.index.repeat(len(headings)), others].reset_index(drop=True)
    long[reading.period_column] = list(headings.values()) * len(table)
    long[reading.value_column] = table[list(headings)].to_numpy(dtype=object).ravel()
    remarks = [f"{len(headings):,} headings are periods; each row of the file becomes one row for each period"]
    if marked := [name for name in headings if _period_marked(name)[1]]:
        remarks.append(f"the mark behind a period is left out (provisional, revised or a note): {', '.join(marked)}")
    return replace(delivery, content=long, rows_of_file=len(table), remarks=(*delivery.remarks, *remarks))


def is_like_a_period(name: str) -> bool:
    """Say whether a heading begins like a period and goes on: ``2023/24 budget``, and no total or change of several."""
    own = " ".join(name.split())
    return bool(_LIKE_A_PERIOD.fullmatch(own)) and not PERIOD.fullmatch(own) and not _OF_SEVERAL.fullmatch(own)


def is_of_several(name: str) -> bool:
    """Say whether a heading is one of several periods together: a total, an average, a change."""
    return _OF_SEVERAL.fullmatch(" ".join(name.split())) is not None


def _joined(delivery: Delivery) -> Delivery:
    """Write a year and the month or quarter beside it as one period: ``4/2019``, ``April 2019``, ``Q1 2019``.

    January to March of a financial year are of the later of its two years.
    """
    reading, table = delivery.reading, delivery.table
    if missing := [name for name in reading.period_from if name not in table.columns]:
        raise SharedAnalysisError(
            f"The table has no column '{missing[0]}'.", "reading, period_from", "ask for the file as before"
        )
    year, part = _two_columns(delivery, *reading.period_from)
    quarters = "q" in reading.period_from[1].lower()
    numbered = part.str.fullmatch(r"[0-9]{1,2}").fillna(False)
    if not quarters:
        of_months = year.str.fullmatch(_OF_TWO_YEARS).fillna(False) & ~numbered
        first = year.str.slice(0, 4).where(of_months).astype("Int64")
        year = year.where(~of_months, (first + part.str.match("(?i)jan|feb|mar").astype("Int64")).astype("string"))
    written = part.where(~numbered, "Q" + part) if quarters else part
    period = written.str.cat(year, sep=" ").where(~numbered | quarters, part.str.cat(year, sep="/"))
    others = [name for name in table.columns if name not in reading.period_from]
    joined = table[others].assign(**{str(reading.period_column): period.astype(object).where(period.notna(), None)})
    return replace(delivery, content=joined)


def _two_columns(delivery: Delivery, *names: str) -> tuple[pd.Series, pd.Series]:
    year, part = (delivery.table[name].astype("string").str.replace(r"\.0+$", "", regex=True) for name in names)
    return year, part


def _is_ambiguous(delivery: Delivery, year: str, part: str) -> bool:
    """Say whether months have numbers beside financial years: the first may be April or January."""
    years, parts = _two_columns(delivery, year, part)
    numbers = parts.str.fullmatch(r"[0-9]{1,2}").any()
    return "q" not in part.lower() and bool(numbers and years.str.fullmatch(_OF_TWO_YEARS).any())


def _headings(names: list[str]) -> dict[str, str]:
    """Find headings that are periods of one length: a year beside months is their total, and no further month.

    Each with the period as a contract can state it: without ``FY`` before it, or a mark behind it.
    """
    read = _in_one_way({name: _period_marked(name)[0] for name in names})
    read |= _short_years([name for name in names if not read[name]])
    # Where a period is there twice, the heading without a mark is the one.
    found = {
        name: period
        for name, period in read.items()
        if period and (name.strip() == period or list(read.values()).count(period) == 1)
    }
    if financial := _in_turn({name: _FROM_APRIL.fullmatch(period) for name, period in found.items()}):
        return {name: found[name] for name in financial}
    years = {name: period for name, period in found.items() if _is_year(period)}
    return years if 2 * len(years) > len(found) else {name: found[name] for name in found if name not in years}


def _period_marked(name: str) -> tuple[str, bool]:
    """Return the period that a heading is, or empty text; and whether there was a mark behind it."""
    own = name.strip()
    if period := _period(own):
        return period, False
    marked = _MARKED.fullmatch(own)
    return (_period(marked[1]), True) if marked and _period(marked[1]) else ("", False)


def _period(own: str) -> str:
    if (year := _TO_MARCH.fullmatch(own)) is not None:
        return f"{int(year['last']) - 1}/{year['last'][2:]}"
    if (year := _FROM_APRIL.fullmatch(own)) is not None and _follows(year) and (year["said"] or len(year["first"]) > 2):
        return _financial_year(year)
    return own if any(way.fullmatch(own) for way in (PERIOD, FIRST_OF_MONTH, _OTHERS)) else ""


def _follows(year: re.Match[str]) -> bool:
    """Say whether the second of two years is the one after the first, and no month."""
    return (int(year["first"]) + 1 - int(year["second"])) % 100 == 0


def _financial_year(year: re.Match[str]) -> str:
    """Write a financial year as a contract can state it."""
    century = "" if len(year["first"]) > 2 else "20" if int(year["first"]) <= _LATEST else "19"
    mark = "-" if year["mark"] == "\u2013" else year["mark"]
    return f"{century}{year['first']}{mark}{year['second']}"


def _short_years(names: list[str]) -> dict[str, str]:
    """Find headings such as 22/23 where three and more follow each other: days, months or ages never do so."""
    own = {name: (marked[1] if (marked := _MARKED.fullmatch(name.strip())) else name.strip()) for name in names}
    years = _in_turn({name: _FROM_APRIL.fullmatch(own[name]) for name in names})
    return {name: _financial_year(year) for name, year in years.items()}


def _in_turn(pairs: dict[str, re.Match[str] | None]) -> dict[str, re.Match[str]]:
    """Keep financial years where three and more follow each other, or go back: 2008/09 alone may be a September."""
    years = {name: year for name, year in pairs.items() if year and _follows(year)}
    steps = {(int(later["first"]) - int(year["first"])) % 100 for year, later in pairwise(years.values())}
    return years if len(years) >= _FEWEST and steps in ({1}, {99}) else {}


def _in_one_way(read: dict[str, str]) -> dict[str, str]:
    """Write financial years that a table writes in several ways in one, for a column has one format."""
    years = {name: year for name, period in read.items() if (year := _FROM_APRIL.fullmatch(period)) and _follows(year)}
    if len({(year["mark"], len(year["second"])) for year in years.values()}) < 2:
        return read
    return {**read, **{name: f"{year['first']}/{year['second'][-2:]}" for name, year in years.items()}}


def _is_year(period: str) -> bool:
    """Say whether a period is a year; from 2012/13 on no financial year is written like a month."""
    first, _, second = period.replace("/", "-").partition("-")
    if not _YEAR.fullmatch(first) or not second:
        return bool(_YEAR.fullmatch(period))
    return second.isdigit() and int(second) % 100 > _MONTHS and (int(first) + 1 - int(second)) % 100 == 0


def _free(name: str, taken: list[str]) -> str:
    """Give a name that no column has."""
    return name if name not in taken else f"{name}_of_row"
