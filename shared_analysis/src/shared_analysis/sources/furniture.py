"""Which rows of a file are its table, and which are furniture: titles, blank rows, notes, totals, names once more.

Everything is told from the first rows and the last ones, and from which cells are filled. Nothing is thrown away: each
row is of the header, of the table, or set aside with its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | None
Row = Sequence[Cell]

FIRST = 200
"""Rows from the top in which the header is looked for."""
LAST = 200
"""Rows from the bottom in which notes and totals are looked for."""
_LIKE_VALUES = re.compile(
    r"[£$€]?[-+(]?[£$€]?\d[\d,.' \u00a0]*\)?%?|\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*|[^@\s]+@[^@\s]+\.[^@\s]+"
)
_NUMBER = re.compile(r"[£$€]? ?[-+(]?[£$€]? ?\d[\d,.' \u00a0]*\)? ?%?|-|\.\.|\[\w\]")
_YEAR = re.compile(r"(19|20)\d\d")
PERIOD = re.compile(
    r"(?i)(19|20)\d\d([-/ ](\d{2,4}|q[1-4]))?|q[1-4][-/ ](19|20)\d\d"
    r"|(19|20)\d\d[-/]?(0[1-9]|1[0-2])([-/](0[1-9]|[12]\d|3[01]))?( 00:00:00)?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ .]*(\d{2}|\d{4})"
)
_TOTAL = re.compile(r"(?i)(grand |sub-?|overall )?(total|totals|sum)( .{0,40})?:?|all (rows|records|areas)")
_NOTE = re.compile(
    r"(?i)(source|note|notes|nb|n\.b\.|key|contact|copyright|crown|contains|last updated|updated|produced|prepared"
    r"|released|figures|data|this|these|for (more|further)|see|end of|\*|\(?\d{1,2}[.)]|\[\w\]|[a-z][.)] |-{3,}|©"
    r"|\(?\d[\d,]* (row|record|line)s?\b|(row|record|line)s?( count)?\s*[:=]|(record|row) count|count\s*[:=]"
    r"|eof\b|<?end\b)"
)
_SURE_NOTE = re.compile(r"(?i)(sources?|notes?|nb|n\.b\.) ?[:.]|©|\(c\) ")
RULE = r"[-=+_:|*.~ ]*[-=_+]{2,}[-=+_:|*.~ ]*"
"""A line drawn with dashes, as a pattern."""
_RULE = re.compile(RULE)
_COLUMN_NUMBER = re.compile(r"[\[(]?(\d{1,3}|[a-z])[\])]?\.?", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(].{0,30}[\])]")
_NOTHING = re.compile(r"[-.:]+|n/?[akd]|\[?[a-z]\]?|\*+|null|none|nil", re.IGNORECASE)
_THOUSANDS = re.compile(r"[£$€]? ?'?000s?")
_LONGEST_UNIT = 16
_FAILED = re.compile(
    r"(?i).*(\b(fatal|syntax|internal server|runtime|query|sql|odbc|timeout) error\b|\berror( \d+)?:|\bora-\d{4,5}\b"
    r"|msg \d+, level \d+|traceback \(most|\bexception\b.*:|timed out|allowed memory size"
    r"|connection (lost|reset|closed))"
)
_SHAPE = (("[0-9]", "9"), ("[A-Z]", "A"), ("[a-z]", "a"))
_FEW_WORDS = 4
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


def filled(row: Row) -> int:
    """Count the cells that hold something."""
    return sum(1 for cell in row if cell)


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
    usual = _usual_number(_largest_block(rows))
    there = [at for at, row in enumerate(rows) if filled(row)]
    for number, at in enumerate(there):
        body = [rows[below] for below in there[number + 1 :]]
        if not _is_wide(rows[at], usual) or is_rule(rows[at]) or _is_group(rows[at], body):
            continue  # a title, or a group of names
        if usual == 1 and len(str(next(filter(None, rows[at]))).split()) > _MOST_WORDS:
            return None  # a letter
        return _with_groups(rows, at) if _can_be_names(rows[at], body) else _stacked(rows, at)
    return None


def head_at(rows: Sequence[Row], first: int, number: int) -> Head:
    """Take the header from the rows that are said to hold it.

    Parameters
    ----------
    first, number
        Its first row among those given, and how many rows it takes up; the higher ones group the names of the lowest.
    """
    levels = rows[first : first + number]
    width = max(map(_reach, levels))
    return Head(tuple(_joined([_cells(level, width) for level in levels])), first, number)


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
    width = max(_reach(rows[at]), 1)
    needed = [column for column, cell in enumerate(rows[at]) if cell]
    for number in (2, 3):
        levels = rows[max(at - number, 0) : at]
        if len(levels) < number or not all(filled(level) > 1 for level in levels):
            continue
        names = _joined([_cells(level, width) for level in levels])
        own = [names[column] for column in needed]
        if all(own) and len(set(own)) == len(own) and not any(_NUMBER.fullmatch(name) for name in own):
            return Head(tuple(names), at - number, number)
    return None


def _largest_block(rows: Sequence[Row]) -> Sequence[Row]:
    """Find the longest run of rows without a blank one between; of equals the first."""
    best, start = range(0), 0
    for at in range(len(rows) + 1):
        if at == len(rows) or not filled(rows[at]):
            if at - start > len(best):
                best = range(start, at)
            start = at + 1
    return [rows[at] for at in best]


def _usual_number(block: Sequence[Row]) -> int:
    """Tell how many cells most rows fill."""
    numbers = Counter(map(filled, block))
    return max(numbers, key=lambda number: (numbers[number], number)) if numbers else 0


def _reach(row: Row) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)


def _is_wide(row: Row, usual: int) -> bool:
    """Say whether a row fills nearly as many cells as the others, or all but the first: an index has no name."""
    number = filled(row)
    return 0 < number >= min(max(2, 0.75 * usual), usual) or (number == usual - 1 > 0 and not row[0])


def _is_group(row: Row, body: Sequence[Row]) -> bool:
    """Say whether a row of periods stands above other names; above numbers the periods are the names."""
    if not all(PERIOD.fullmatch(cell) for cell in row if cell):
        return False
    below = [body[0][at] for at, cell in enumerate(row) if cell and body and at < len(body[0])]
    return not below or sum(bool(cell and _NUMBER.fullmatch(cell)) for cell in below) < len(below) / 2


def _can_be_names(row: Row, body: Sequence[Row]) -> bool:
    """Say whether a row can hold the names of columns: they are no values, and unlike what is below.

    Numbers from 0 are names that pandas gives.
    """
    names = [cell for cell in row if cell]
    if len(names) > 2 and names == [str(at) for at in range(len(names))]:
        return True
    values = sum(1 for name in names if _LIKE_VALUES.fullmatch(name) and not PERIOD.fullmatch(name))
    return values <= len(names) / 3 and not _is_like_below(row, body[:50])


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


def shape(text: str) -> str:
    """Write digits as 9, capitals as A, small letters as a: ``AB12 cd`` is ``AA99 aa``."""
    for letters, sign in _SHAPE:
        text = re.sub(letters, sign, text)
    return text


def _with_groups(rows: Sequence[Row], at: int) -> Head:
    """Put the row above in front of the names, where it groups them, as merged cells do."""
    usual = Counter(map(_reach, rows[at:])).most_common(1)[0][0]
    names = _cells(rows[at], max(usual, _reach(rows[at])))
    above = _cells(rows[at - 1], len(names)) if at and filled(rows[at - 1]) else []
    repeated = len(set(filter(None, names))) < len([name for name in names if name])
    if not above or filled(above) < (1 if repeated else 2) or (filled(above) == len(names) and not repeated):
        return Head(tuple(names), at)
    if not repeated and above[0] and filled(above) < 3:
        return Head(tuple(names), at)
    return Head(tuple(_joined([above, names])), at - 1, 2)


def _cells(row: Row, width: int) -> list[str]:
    return [(row[at] or "") if at < len(row) else "" for at in range(width)]


def kinds(rows: Sequence[Row], names: Sequence[str], head_rows: Sequence[Row]) -> list[str]:
    """Say what each row below the header is.

    It is told from the row itself, from the first rows and from the last ones. So the first :data:`FIRST` rows and the
    last :data:`LAST` of a long table have the same kinds without what is between them.

    Parameters
    ----------
    rows
        The rows below the header.
    names
        The names of the columns.
    head_rows
        The rows of the header.

    Returns
    -------
    list of str
        For each row a kind of :data:`shared_analysis.sources.delivery.KINDS`, or an empty text for one of the table.
    """
    found = [_kind(row, len(names), head_rows) for row in rows]
    tail = _tail(rows[-LAST:], names, rows[:FIRST])
    start = len(rows) - len(tail)
    for at, kind in enumerate(tail, start):
        found[at] = kind or found[at]
    for at, row in enumerate(rows[:FIRST]):
        if not found[at] and explains_columns(row, rows[at + 1 : at + 51]):
            found[at] = "unit"
        if found[at] not in ("unit", "rule", "blank"):
            break
    return found


def _kind(row: Row, width: int, head_rows: Sequence[Row]) -> str:
    """Say what a row is by itself."""
    if not filled(row):
        return "blank"
    if _is_head_again(row, head_rows):
        return "header"
    if is_rule(row):
        return "rule"
    # Programs leave out empty fields at the end of a row, and add some; anything else has lost its place.
    return "ragged" if any(row[width:]) or len(row) < width else ""


def _is_head_again(row: Row, head_rows: Sequence[Row]) -> bool:
    """Say whether a row repeats a row of the header."""
    own = [cell or "" for cell in row]
    return any(_cells(head, len(own)) == own and filled(head) > 0 for head in head_rows)


def _tail(rows: Sequence[Row], names: Sequence[str], known: Sequence[Row]) -> list[str]:
    """Say of the last rows which are notes, totals or blank; ``known`` shows what the table's own values look like."""
    found = [""] * len(rows)
    whole = [row for row in known if row and row[0] and filled(row) > 1 and len(row) >= len(names)]
    shapes = {shape(str(row[0])) for row in whole}
    worded = {at for row in whole for at, cell in enumerate(row) if cell and len(cell.split()) >= _FEW_WORDS}
    for at in range(len(rows) - 1, -1, -1):
        row = rows[at]
        after_blank = at > 0 and not filled(rows[at - 1])
        if not filled(row):
            found[at] = "blank"
        elif _is_note(row, len(names), shapes, worded, after_blank=after_blank):
            found[at] = "note"
        elif _is_total(row):
            found[at] = "total"
        else:
            break
    return found


def _is_note(row: Row, width: int, shapes: set[str], worded: set[int], *, after_blank: bool) -> bool:
    """Say whether a row is a sentence, in one cell or cut at its commas, and does not begin as rows of the table do.

    Where the column holds sentences anyway, only a blank row above or the word Source or Note makes a note of one more.
    """
    if width < 2 or (row[0] and shape(row[0]) in shapes):
        return False
    if filled(row) != 1 and len(row) >= width >= _reach(row):
        return False
    at, text = _reach(row) - 1, " ".join(cell for cell in row if cell)
    if filled(row) == 1 and at in worded:
        return after_blank or bool(_SURE_NOTE.match(text))
    begins_so = bool(_NOTE.match(text)) or len(text.split()) >= _FEW_WORDS
    return begins_so or (after_blank and width > 2 and filled(row) == 1)


def is_rule(row: Row) -> bool:
    """Say whether a row is a line drawn with dashes, as under the names or around a table."""
    cells = [cell for cell in row if cell]
    return bool(cells) and all(_RULE.fullmatch(cell) for cell in cells)


def explains_columns(row: Row, below: Sequence[Row]) -> bool:
    """Say whether the row under the names gives the units or the numbers of the columns.

    Parameters
    ----------
    row
        The first row under the names.
    below
        Those that follow.
    """
    cells = [cell for cell in row if cell]
    numbers = [match[1] for cell in cells if (match := _COLUMN_NUMBER.fullmatch(cell))]
    if len(cells) > 1 and len(numbers) == len(cells) and _follow_each_other(numbers):
        return True
    if len(cells) > 1 and len(below) > 1 and all(_BRACKETED.fullmatch(cell) for cell in cells):
        return not any(_BRACKETED.fullmatch(other[at] or "") for other in below for at in range(len(other)))
    counted = 0
    for at, cell in enumerate(row):
        values = [str(other[at]) for other in below if at < len(other) and other[at]]
        numeric = len(values) > 1 and sum(bool(_NUMBER.fullmatch(value)) for value in values) >= 0.9 * len(values)
        if not numeric and cell:
            return False
        if numeric and cell:
            if re.search(r"\d{2}", cell.replace("000", "")) or _NOTHING.fullmatch(cell) or len(cell) > _LONGEST_UNIT:
                return False
            if _NUMBER.fullmatch(cell) and not _THOUSANDS.fullmatch(cell):
                return False
            counted += 1
    return counted > 0


def _follow_each_other(numbers: Sequence[str]) -> bool:
    if all(number.isdigit() for number in numbers):
        return [int(number) for number in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
    letters = [number.lower() for number in numbers]
    return letters == [chr(ord(letters[0]) + at) for at in range(len(letters))]


def says_that_it_failed(row: Row) -> bool:
    """Say whether a row is the message of a program that could not go on."""
    return bool(_FAILED.match(" ".join(cell for cell in row if cell)))


def _is_total(row: Row) -> bool:
    """Say whether a row adds up all others: its one word says so, and beside it are numbers and nothing else.

    A total of a month or of a group names it, and is a row like others: what it adds up is for the contract to say.
    """
    words = [cell for cell in row if cell and not _NUMBER.fullmatch(cell)]
    years = [cell for cell in row if cell and _YEAR.fullmatch(cell)]
    return len(words) == 1 and not years and bool(_TOTAL.fullmatch(words[0]))
