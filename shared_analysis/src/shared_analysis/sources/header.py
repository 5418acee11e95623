"""The names of the columns: in which rows of a file they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.cells import (
    LIKE_VALUES,
    NOTHING,
    NUMBER,
    PERIOD,
    Row,
    filled,
    is_question,
    is_rule,
    padded,
    reach,
    shape,
    usual_number,
)

_SHORT_NUMBER = re.compile(r"\d{1,4}")
FIRST_OF_MONTH = re.compile(r"0?1/(\d{1,2})/(\d{4})")
_FEWEST_IN_TURN = 3
_FEWEST_ROWS = 2
_COUNTED = re.compile(
    r"(?i)(.*[^a-z])?(id|ids|no\.?|nr|nos?|number|num|ref|row|line|index|key|code|rank|order|#)([^a-z].*)?|n|.*ID|.*Id"
)
_CONTINUES = re.compile(r"(?=.*[^\W\d_]{2})[a-z(][^\d_=]*")
_UNITS = re.compile(
    r"amount|cm|counts?|cases|currency|date|days|gbp|ha|hectares|hours|households|km|kg|litres|m|metres|miles|minutes"
    r"|months|no\.?|numbers?|p|pence|people|per ?cent|percentage|persons|pounds|rate|ratio|seconds|text|thousands"
    r"|tonnes|total|units|weeks|years|yes/no|string|int(eger)?|float|(var)?char"
)
_MOST_WORDS = 4
"""Words of the name of a column that is the only one."""


@dataclass(frozen=True)
class Head:
    """What stands above the rows of a table.

    Parameters
    ----------
    names
        Names of the columns; empty where a column has none.
    first, rows
        Where they begin among the rows given, and how many rows they take up.
    """

    names: tuple[str, ...]
    first: int
    rows: int = 1


def find_head(rows: Sequence[Row]) -> Head | None:
    """Find the names of the columns among the first rows of a file.

    Parameters
    ----------
    rows
        The first rows, with blank ones; cells are trimmed, and empty as ``None``.

    Returns
    -------
    Head or None
        None where no row can hold the names of columns.
    """
    usual = usual_number(_largest_block(rows))
    there = [at for at, row in enumerate(rows) if filled(row)]
    for number, at in enumerate(there):
        body = [rows[below] for below in there[number + 1 :]]
        if not _is_wide(rows[at], usual) or is_rule(rows[at]) or _is_group(rows[at], body):
            continue  # a title, or a group of names
        if body and _is_about_the_file(rows[at]) and _is_fuller(body[0], rows[at]):
            continue
        only = str(next(filter(None, rows[at])))
        if usual == 1 and len(only.split()) > _MOST_WORDS and not is_question(only):
            return None  # a letter
        if not _can_be_names(rows[at], body):
            return _stacked(rows, at)
        return (
            _wrapped(rows, at) or _with_names_below(rows, at) or _with_names_above(rows, at) or _with_groups(rows, at)
        )
    return None


def head_at(rows: Sequence[Row], first: int, number: int) -> Head:
    """Take the header from the rows that are said to hold it.

    Parameters
    ----------
    first, number
        Its first row among those given, and how many rows it takes up; the higher ones group the names of the lowest.
    """
    levels = rows[first : first + number]
    width = max(map(reach, levels))
    return Head(tuple(_joined([padded(level, width) for level in levels])), first, number)


def with_row_names(head: Head, rows: Sequence[Sequence[str]], name: str) -> Head:
    """Leave the first column without a name where R wrote the names of rows into it, so that one name is missing.

    Parameters
    ----------
    head
        The header.
    rows
        The first rows of the file, as they are.
    name
        The file, for errors.

    Raises
    ------
    SharedAnalysisError
        If each row has one value more than there are names, and nothing tells which of them has none.
    """
    names = [cell.strip() for cell in rows[head.first]]
    wide = [row for row in rows[head.first + 1 :] if sum(map(bool, row)) > 1]
    if head.rows > 1 or not all(names) or len(wide) < _FEWEST_ROWS:
        return head
    if any(len(row) != len(names) + 1 or not row[-1] for row in wide):
        return head
    first = [row[0] for row in wide]
    if first == [str(number) for number in range(1, len(wide) + 1)] and not _COUNTED.fullmatch(names[0]):
        return Head(("", *names), head.first)
    if len(set(first)) == len(first):
        raise SharedAnalysisError(
            "Each row has one value more than there are names, and nothing tells which of them has no name.",
            name,
            "write the name that is missing (of R: write.table(..., col.names = NA) or row.names = FALSE)",
        )
    return Head((*names, ""), head.first)


def _joined(levels: Sequence[Sequence[str]]) -> list[str]:
    """Put in front of each name what groups it: what stands above it or, as of merged cells, above one before it."""
    names = [""] * len(levels[0])
    for number, level in enumerate(levels):
        below = levels[number + 1 :]
        group = ""
        for at, cell in enumerate(level):
            has_names_below = any(lower[at] for lower in below)
            if cell:
                group = cell if has_names_below else ""
            part = cell or (group if has_names_below else "")
            names[at] = " ".join(filter(None, (names[at], part)))
    return names


def _stacked(rows: Sequence[Row], at: int) -> Head | None:
    """Find names in the rows right above the first row of the table, if none of them names every column."""
    width = max(reach(rows[at]), 1)
    needed = [column for column, cell in enumerate(rows[at]) if cell]
    for number in (2, 3):
        levels = rows[max(at - number, 0) : at]
        if len(levels) < number or not all(filled(level) > 1 for level in levels):
            continue
        names = _joined([padded(level, width) for level in levels])
        own = [names[column] for column in needed]
        if all(own) and len(set(own)) == len(own) and not any(NUMBER.fullmatch(name) for name in own):
            return Head(tuple(names), at - number, number)
    return None


def _is_about_the_file(row: Row) -> bool:
    """Say whether a row that stands above the names has a value among its words: a program writes of the file there."""
    return any(cell and LIKE_VALUES.fullmatch(cell) and not PERIOD.fullmatch(cell) for cell in row)


def _is_fuller(row: Row, above: Row) -> bool:
    """Say whether a row is of words alone, and of more than the row above: the names are there."""
    words = [cell for cell in row if cell and not re.search(r"\d", cell)]
    return len(words) == filled(row) > filled(above)


def _wrapped(rows: Sequence[Row], at: int) -> Head | None:
    """Find names whose last words stand in the row below: in small letters, above numbers or dates, and no units."""
    below = rows[at + 1] if at + 1 < len(rows) else ()
    words = {column: cell for column, cell in enumerate(below) if cell}
    if len(words) < 2 or not all(map(_CONTINUES.fullmatch, words.values())):
        return None
    if 2 * sum(bool(_UNITS.fullmatch(cell)) for cell in words.values()) >= len(words):
        return None
    coded = 0
    for column in words:
        values = [cell for row in rows[at + 2 : at + 52] if column < len(row) and (cell := row[column])]
        coded += bool(values) and sum(any(map(str.isdigit, value)) for value in values) > 0.9 * len(values)
    if coded < max(2, len(words)) or any(map(NOTHING.fullmatch, words.values())):
        return None
    if any(not rows[at][column : column + 1] or not rows[at][column] for column in words):
        return None
    width = max(reach(rows[at]), reach(below))
    return Head(tuple(_joined([padded(rows[at], width), padded(below, width)])), at, 2)


def _with_names_above(rows: Sequence[Row], at: int) -> Head | None:
    """Find names of which some stand one row higher or two, beside what groups the others: ``Ward,Homes,,``."""
    for first in range(at - 1, max(at - 3, -1), -1):
        levels = rows[first : at + 1]
        width = max(map(reach, levels))
        blank = [column for column in range(width) if not filled(rows[at][column : column + 1])]
        needed = [column for column in blank if any(filled(row[column : column + 1]) for row in rows[at + 1 :])]
        names = _joined([padded(level, width) for level in levels])
        if not needed or not filled(rows[first]) or any(map(_groups_nothing, levels[:-1], levels[1:])):
            return None
        if all(names[column] for column in needed) and filled(rows[first]) > len(needed):
            return Head(tuple(names), first, len(levels))
    return None


def _with_names_below(rows: Sequence[Row], at: int) -> Head | None:
    """Find the names that a group lacks in the row below, if all there are periods, or words above numbers."""
    lower, body = rows[at + 1 : at + 2], rows[at + 2 : at + 52]
    width = max(map(reach, (*lower, rows[at])))
    names = padded(rows[at], width)
    below = {column: cell for level in lower for column, cell in enumerate(padded(level, width)) if cell}
    lacking = {column for column in range(width) if not names[column]}
    if len(below) < 2 or not lacking or not lacking <= below.keys() or len(below) == width:
        return None
    for column, cell in below.items():
        values = [own for row in body if column < len(row) and (own := row[column])]
        numeric = values and sum(bool(NUMBER.fullmatch(value)) for value in values) >= 0.9 * len(values)
        if not PERIOD.fullmatch(cell) and (not numeric or re.search(r"\d", cell) or NOTHING.fullmatch(cell)):
            return None
    return Head(tuple(_joined([names, padded(lower[0], width)])), at, 2)


def _groups_nothing(row: Row, below: Row) -> bool:
    """Say whether a row above the names is a title, and does not group them."""
    pairs = [(cell, below[at] if at < len(below) else None) for at, cell in enumerate(row) if cell]
    periods = any(PERIOD.fullmatch(cell) and name and PERIOD.fullmatch(name) for cell, name in pairs)
    return periods or _is_about_the_file(row) or any(cell.endswith(":") for cell, _ in pairs)


def _largest_block(rows: Sequence[Row]) -> Sequence[Row]:
    """Find the run of rows without a blank one between that fills most cells; of equals the first."""
    best, most, start = range(0), 0, 0
    for at in range(len(rows) + 1):
        if at == len(rows) or not filled(rows[at]):
            held = sum(map(filled, rows[start:at]))
            if held > most:
                best, most = range(start, at), held
            start = at + 1
    return [rows[at] for at in best]


def _is_wide(row: Row, usual: int) -> bool:
    """Say whether a row fills nearly as many cells as the others, or all but the first: an index has no name."""
    number = filled(row)
    return 0 < number >= min(max(2, 0.75 * usual), usual) or (number == usual - 1 > 0 and not row[0])


def _is_group(row: Row, body: Sequence[Row]) -> bool:
    """Say whether a row of periods stands above other names; above numbers the periods are the names."""
    if not all(PERIOD.fullmatch(cell) for cell in row if cell):
        return False
    below = [body[0][at] for at, cell in enumerate(row) if cell and body and at < len(body[0])]
    return not below or sum(bool(cell and NUMBER.fullmatch(cell)) for cell in below) < len(below) / 2


def _can_be_names(row: Row, body: Sequence[Row]) -> bool:
    """Say whether a row can hold the names of columns: they are no values, and unlike what is below.

    Numbers from 0 are names that pandas gives.
    """
    names = [cell for cell in row if cell]
    if len(names) > 2 and names == [str(at) for at in range(len(names))]:
        return True
    periods = in_turn(names)
    if periods and not any(LIKE_VALUES.fullmatch(name) for name in names[: -len(periods)]):
        under = in_turn([cell for cell in body[0] if cell]) if body else []
        return not under or bool(FIRST_OF_MONTH.fullmatch(periods[0])) != bool(FIRST_OF_MONTH.fullmatch(under[0]))
    values = sum(1 for name in names if LIKE_VALUES.fullmatch(name) and not PERIOD.fullmatch(name))
    return values <= len(names) / 3 and not _is_like_below(row, body[:50])


def in_turn(names: Sequence[str]) -> list[str]:
    """Find the last headings that are numbers or first days of months and follow each other, as years and ages do.

    Parameters
    ----------
    names
        Headings, the first of them a name of another kind.

    Returns
    -------
    list of str
        Three and more; empty where there are none.
    """
    first = next((at for at, name in enumerate(names) if _SHORT_NUMBER.fullmatch(name)), len(names))
    first = next((at for at, name in enumerate(names) if FIRST_OF_MONTH.fullmatch(name)), first)
    last = list(names[first:])
    if first == 0 or len(last) < _FEWEST_IN_TURN:
        return []
    days = [FIRST_OF_MONTH.fullmatch(name) for name in last]
    if all(days):
        months = [12 * int(day[2]) + int(day[1]) for day in days if day]
        steps = {later - month for month, later in pairwise(months)}
        return last if len(steps) == 1 and steps <= {1, 3, 12} else []
    if not all(map(_SHORT_NUMBER.fullmatch, last)):
        return []
    steps = {int(later) - int(name) for name, later in pairwise(last)}
    return last if len(steps) == 1 and steps != {0} else []


def _is_like_below(row: Row, body: Sequence[Row]) -> bool:
    """Say whether most cells that are not plain words have the shape of what is below: it is one more row of values."""
    told = alike = 0
    periods = [cell for cell in row if cell and PERIOD.fullmatch(cell)]
    in_turn = len(periods) > 1 and len(set(periods)) == len(periods)
    for at, cell in enumerate(row):
        if not cell or not re.search(r"\d", cell) or (in_turn and cell in periods):
            continue
        below = [other[at] for other in body if at < len(other) and other[at]]
        if below:
            told += 1
            alike += sum(shape(str(other)) == shape(cell) for other in below) > len(below) / 2
    return told > 0 and told >= 2 * filled(row) / 5 and alike > told / 2


def _with_groups(rows: Sequence[Row], at: int) -> Head:
    """Put the row above in front of the names, where it groups them, as merged cells do."""
    usual = Counter(map(reach, rows[at:])).most_common(1)[0][0]
    names = padded(rows[at], max(usual, reach(rows[at])))
    above = padded(rows[at - 1], len(names)) if at and filled(rows[at - 1]) else []
    if _is_about_the_file(above) or not any(map(filled, rows[at + 1 :])):  # with nothing below, these may be no names
        above = []
    repeated = len(set(filter(None, names))) < len([name for name in names if name])
    if not above or filled(above) < (1 if repeated else 2) or (filled(above) == len(names) and not repeated):
        return Head(tuple(names), at)
    if not repeated and above[0] and filled(above) < 3:
        return Head(tuple(names), at)
    return Head(tuple(_joined([above, names])), at - 1, 2)
