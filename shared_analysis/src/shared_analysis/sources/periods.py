"""Periods that stand in the headings of a table, or in two columns of it, as one column of periods."""

from __future__ import annotations

import re
from dataclasses import replace

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.cells import PERIOD
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.header import FIRST_OF_MONTH

_FEWEST = 3
_YEAR = re.compile(r"(19|20)\d\d")
_PERIOD, _VALUE = "period", "count"
_YEARS = frozenset({"year", "yr", "calendar year", "cal year"})
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
        None where no three headings are periods, and no column of years stands beside one of months or quarters.
    """
    names = [str(name) for name in delivery.table.columns]
    plain = {" ".join(name.replace("_", " ").lower().split()): name for name in names}
    year, part = (next((plain[word] for word in sorted(words) if word in plain), None) for words in (_YEARS, _PARTS))
    if len(_headings(names)) >= _FEWEST:
        reading = replace(delivery.reading, period_column=_free(_PERIOD, names), value_column=_free(_VALUE, names))
    elif year and part:
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
    long[reading.period_column] = headings * len(table)
    long[reading.value_column] = table[headings].to_numpy(dtype=object).ravel()
    remark = f"{len(headings):,} headings are periods; each row of the file becomes one row for each period"
    return replace(delivery, content=long, rows_of_file=len(table), remarks=(*delivery.remarks, remark))


def _joined(delivery: Delivery) -> Delivery:
    """Write a year and the month or quarter beside it as one period: ``4/2019``, ``April 2019``, ``Q1 2019``."""
    reading, table = delivery.reading, delivery.table
    if missing := [name for name in reading.period_from if name not in table.columns]:
        raise SharedAnalysisError(
            f"The table has no column '{missing[0]}'.", "reading, period_from", "ask for the file as before"
        )
    year, part = (table[name].astype("string").str.replace(r"\.0+$", "", regex=True) for name in reading.period_from)
    quarters = "q" in reading.period_from[1].lower()
    numbered = part.str.fullmatch(r"[0-9]{1,2}").fillna(False)
    written = part.where(~numbered, "Q" + part) if quarters else part
    period = written.str.cat(year, sep=" ").where(~numbered | quarters, part.str.cat(year, sep="/"))
    others = [name for name in table.columns if name not in reading.period_from]
    joined = table[others].assign(**{str(reading.period_column): period.astype(object).where(period.notna(), None)})
    return replace(delivery, content=joined)


def _headings(names: list[str]) -> list[str]:
    """Find headings that are periods of one length: a year beside months is their total, and no further month."""
    found = [name for name in names if PERIOD.fullmatch(name.strip()) or FIRST_OF_MONTH.fullmatch(name.strip())]
    years = [name for name in found if _YEAR.fullmatch(name.strip())]
    return years if 2 * len(years) > len(found) else [name for name in found if name not in years]


def _free(name: str, taken: list[str]) -> str:
    """Give a name that no column has."""
    return name if name not in taken else f"{name}_of_row"
