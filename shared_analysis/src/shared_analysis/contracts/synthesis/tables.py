"""A made-up table that keeps every rule of its contract: for trying things out before any real row has arrived."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.contracts.dates import ISO_DATE, DateFormat
from shared_analysis.contracts.model import Column, DataContract
from shared_analysis.contracts.synthesis.fake_values import invent
from shared_analysis.contracts.synthesis.regex_text import PatternText
from shared_analysis.errors import SharedAnalysisError

_MISSING = 0.05
# The days that nanoseconds reach: what a contract allows beyond them, validation cannot hold.
_FIRST, _LAST = (dt.datetime.fromisoformat(day) for day in ("1677-09-22", "2262-04-11"))
_ROUNDS = 40
_PERIODS = ("YS", "YS-APR", "QS", "MS", "W-MON", "W-SUN")
Draw = Callable[[int], list[str]]


def synthesise(contract: DataContract, rows: int, seed: int) -> pd.DataFrame:
    """Make a table that satisfies a contract.

    Every value is drawn on its own, so the table has the right shape and no meaning: nobody in it can be linked and
    nothing can be forecast (the twin is for that). References to other tables are not followed.

    Parameters
    ----------
    contract
        What the table must satisfy.
    rows
        How many rows.
    seed
        The same seed gives the same table.

    Returns
    -------
    DataFrame
        The contract's columns as text, as a CSV file would deliver them; missing values are ``None``, in about one in
        twenty values of the columns that need not be present.

    Raises
    ------
    SharedAnalysisError
        If the rules leave no value, leave fewer different ones than rows, or hold a pattern that cannot be followed.
    """
    if rows < 0:
        raise SharedAnalysisError("A table cannot have fewer than no rows.", "rows", "ask for 0 or more")
    rng = np.random.default_rng(seed)
    table: dict[str, list[str | None]] = {}
    for column in contract.columns:
        single_key = contract.primary_key == (column.name,)
        table[column.name] = _column(replace(column, unique=column.unique or single_key), rows, rng)
    if len(contract.primary_key) > 1:
        _part_keys(table, contract, rows, rng)
    return pd.DataFrame(table, columns=list(contract.names), dtype=object)


def _column(column: Column, rows: int, rng: np.random.Generator) -> list[str | None]:
    draw = _drawer(column, rng)
    values: list[str | None] = list(_distinct(draw, rows, column) if column.unique else _enough(draw, rows, column))
    if not column.must_be_present:
        for row in np.flatnonzero(rng.random(rows) < _MISSING):
            values[row] = None
    return values


def _enough(draw: Draw, rows: int, column: Column) -> list[str]:
    values: list[str] = []
    for _ in range(_ROUNDS):
        if len(values) >= rows:
            return values[:rows]
        values += draw(max(rows - len(values), 20))
    if len(values) >= rows:
        return values[:rows]
    raise _impossible(column, "Hardly any value, or none, keeps all the rules of this column.")


def _distinct(draw: Draw, rows: int, column: Column) -> list[str]:
    seen: dict[str, None] = {}
    for _ in range(_ROUNDS):
        if len(seen) >= rows:
            break
        seen.update(dict.fromkeys(draw(max(2 * (rows - len(seen)), 20))))
    if len(seen) < rows:
        raise _impossible(column, f"The rules leave fewer different values than the {_rows(rows)} asked for.")
    return list(seen)[:rows]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _impossible(column: Column, what: str) -> SharedAnalysisError:
    return SharedAnalysisError(what, f"column '{column.name}'", "loosen its rules, or ask for fewer rows")


def _part_keys(table: dict[str, list[str | None]], contract: DataContract, rows: int, rng: np.random.Generator) -> None:
    """Draw the keys again in the rows that repeat an earlier key."""
    parts = [contract.column(name) for name in contract.primary_key]
    for _ in range(_ROUNDS):
        keys = pd.DataFrame({part.name: table[part.name] for part in parts})
        again = np.flatnonzero(keys.duplicated())
        if not len(again):
            return
        for part in parts:
            if not part.unique:
                for row, value in zip(again, _column(part, len(again), rng), strict=True):
                    table[part.name][row] = value
    raise SharedAnalysisError(
        f"The rules leave too few different keys for the {_rows(rows)} asked for.",
        f"key {', '.join(contract.primary_key)}",
        "loosen the rules, or ask for fewer rows",
    )


def _drawer(column: Column, rng: np.random.Generator) -> Draw:
    """Choose how to draw values; each drawer returns up to the number asked for, all keeping the rules."""
    if column.allowed is not None:
        return _from_allowed(column, rng)
    match column.type:
        case "boolean":
            return lambda rows: [("false", "true")[int(bit)] for bit in rng.integers(2, size=rows)]
        case "integer":
            return _integers(column, rng)
        case "number":
            return _numbers(column, rng)
        case "date" | "timestamp":
            return _moments(column, rng)
    if column.format is not None:
        return _moments(replace(column, type="date"), rng)
    return _texts(column, rng)


def _from_allowed(column: Column, rng: np.random.Generator) -> Draw:
    low, high = column.minimum, column.maximum
    values = [
        str(value).lower() if isinstance(value, bool) else str(value)
        for value in column.allowed or ()
        if (low is None or value >= low) and (high is None or value <= high)  # type: ignore[operator]
    ]
    values = [value for value in values if column.type != "string" or _keeps(value, column)]
    if not values:
        raise _impossible(column, "No allowed value keeps the other rules of this column.")
    if column.unique:
        return lambda _: [values[place] for place in rng.permutation(len(values))]
    return lambda rows: [values[place] for place in rng.integers(len(values), size=rows)]


def _keeps(text: str, column: Column) -> bool:
    return (
        text == text.strip() != ""
        and (column.pattern is None or re.search(column.pattern, text, re.ASCII) is not None)
        and (column.min_length is None or len(text) >= column.min_length)
        and (column.max_length is None or len(text) <= column.max_length)
    )


def _limits(low: Any, high: Any, first: Any, last: Any, room: Any) -> tuple[Any, Any]:
    """Take a column's limits; where one is open, natural values, or as far as there is room for different ones."""
    if low is None and high is None:
        return first, max(last, first + room)
    if low is None:
        return min(first, high - room), high
    return low, (max(last, low + room) if high is None else high)


def _lowest(column: Column) -> Any:
    """Return the lowest number to draw, if the column has one: a count starts at 0 unless its limits say otherwise."""
    counts = column.role == "count" and (column.maximum is None or column.maximum >= 0)  # type: ignore[operator]
    return 0 if column.minimum is None and counts else column.minimum


def _integers(column: Column, rng: np.random.Generator) -> Draw:
    low, high = _limits(_lowest(column), column.maximum, 0, 1000, 10**6 if column.unique else 1000)
    # As far as 64 bits go.
    first, last = max(math.ceil(low), -(2**63)), min(math.floor(high), 2**63 - 1)
    if first > last:
        raise _impossible(column, "No whole number keeps the limits of this column.")
    return lambda rows: [str(value) for value in rng.integers(first, last, size=rows, endpoint=True)]


def _numbers(column: Column, rng: np.random.Generator) -> Draw:
    first, last = map(float, _limits(_lowest(column), column.maximum, 0, 1000, 1000))

    def draw(rows: int) -> list[str]:
        values = first + (last - first) * rng.random(rows)
        short = np.round(values, 2)
        # Two decimals look natural; where the limits are closer together than that, the full number stays.
        natural = (short >= first) & (short <= last) & (last - first > 1)
        return [repr(float(value)) for value in np.clip(np.where(natural, short, values), first, last)]

    return draw


def _moments(column: Column, rng: np.random.Generator) -> Draw:
    form = DateFormat.parse(column.format or (ISO_DATE if column.type == "date" else "yyyy-MM-ddTHH:mm:ss"))
    start, end = _span(column)
    step = form.step
    if column.type == "date" and step in ("h", "min", "s"):
        step = "D"
    if column.role == "period" and step not in _PERIODS:
        step = "MS"
    if step in _PERIODS:
        moments = pd.date_range(start, end, freq=step, normalize=True, unit="us")
        moments = moments[(moments >= start) & (moments <= end)]
        number = len(moments)
    else:
        first, width = start.ceil(step), pd.Timedelta(f"1{step}").as_unit("us")
        number = (end - first) // width + 1
    if number < 1:
        raise _impossible(column, "No date keeps the limits of this column.")

    def draw(rows: int) -> list[str]:
        places = rng.permutation(number) if number < 2 * rows else rng.integers(number, size=rows)
        drawn = moments[places] if step in _PERIODS else first + places * width
        return list(form.write(pd.Series(pd.DatetimeIndex(drawn))))

    return draw


def _span(column: Column) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last moment to draw, within what a validated column can hold."""
    low, high = (
        None if bound is None else dt.datetime.fromisoformat(bound.isoformat())  # type: ignore[union-attr]
        for bound in (column.minimum, column.maximum)
    )
    if (low is not None and low > _LAST) or (high is not None and high < _FIRST):
        raise _impossible(column, f"The limits leave no date from {_FIRST:%Y-%m-%d} to {_LAST:%Y-%m-%d}.")
    born = column.role == "date_of_birth"
    first, last = (
        dt.datetime.fromisoformat("1930-01-01" if born else "2020-01-01"),
        dt.datetime.fromisoformat("2006-12-31" if born else "2024-12-31"),
    )
    room = dt.timedelta(days=18_262 if column.unique else 1_826)
    low, high = None if low is None else max(low, _FIRST), None if high is None else min(high, _LAST)
    start, end = _limits(low, high, first, last, room)
    # In nanoseconds the difference of the two may overflow.
    return pd.Timestamp(max(start, _FIRST)).as_unit("us"), pd.Timestamp(min(end, _LAST)).as_unit("us")


def _texts(column: Column, rng: np.random.Generator) -> Draw:
    shortest = max(column.min_length or 1, 1)
    longest = column.max_length if column.max_length is not None else max(shortest, 12)
    source = PatternText(column.pattern, f"column '{column.name}'") if column.pattern is not None else None

    def draw(rows: int) -> list[str]:
        kept = [text for text in invent(column.role, rows, rng, unique=column.unique) if _keeps(text, column)]
        if kept and (not column.unique or len(set(kept)) > rows // 2):
            return kept
        plain = [source.draw(rng) for _ in range(rows)] if source else _letters(rows, shortest, longest, rng)
        return kept + [text for text in plain if _keeps(text, column)]

    return draw


def _letters(rows: int, shortest: int, longest: int, rng: np.random.Generator) -> list[str]:
    if longest < shortest:
        return []
    lengths = rng.integers(shortest, longest, size=rows, endpoint=True)
    return ["".join(chr(97 + int(letter)) for letter in rng.integers(26, size=length)) for length in lengths]
