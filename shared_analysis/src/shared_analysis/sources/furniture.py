"""Which rows of a file are its table, and which are furniture: titles, blank rows, notes, totals, names once more.

Everything is told from the first rows and the last ones, and from which cells are filled. Nothing is thrown away: each
row is of the header, of the table, or set aside with its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log2

from shared_analysis.sources.cells import (
    LIKE_VALUES,
    NOTHING,
    NUMBER,
    Row,
    filled,
    is_rule,
    padded,
    reach,
    shape,
    usual_number,
)

FIRST = 200
"""Rows from the top in which the header is looked for."""
LAST = 200
"""Rows from the bottom in which notes and totals are looked for."""
_YEAR = re.compile(r"(19|20)\d\d")
_TOTAL = re.compile(r"(?i)(grand |sub-?|overall )?(total|totals|sum)( .{0,40})?:?|all (rows|records|areas)")
_CERTAIN_TOTAL = re.compile(
    r"(?i)(grand |sub-?|overall )?(total|totals|sum)( (of|for|all|in|number)\b.{0,40}| ?\(.{0,40}\))?:?"
    r"|all (rows|records|areas)"
)
_SAID_TOTAL = re.compile(
    r"(?i)(grand |sub-?|overall )?totals?\b[^\d]{0,40}\d[\d,.]*( .{0,40})?"
    r"|(number|count) of [^\d]{1,40}\d[\d,.]*|\d[\d,.]* .{0,40}\bin total"
)
_MEAN = re.compile(r"(?i)(overall )?(average|mean):?")
_NOTE = re.compile(
    r"(?i)((sources?|notes?|nb|key|contact|copyright|crown|contains|last updated|updated|produced|prepared|released"
    r"|figures|data|this|these|for (more|further)|see|end of|tr(l|lr|ailer)|eof)\b|n\.b\.|[*†‡¹²³⁴-⁹]|\(?\d{1,2}[.)]"
    r"|\[\w\]|[a-z][.)] |-{3,}|©|\(?\d[\d,]* (row|record|line)s?\b|(row|record|line)s?( count)?\s*[:=]"
    r"|(record|row) count|count\s*[:=]|<?end\b|e-?mail:|tel(ephone)?\b.{0,3}:|web(site)?:|https?:|www\.)"
)
_SURE_NOTE = re.compile(r"(?i)tr(l|lr|ailer)\b|eof\b|(sources?|notes?|nb|n\.b\.) ?[:.]|©|\(c\) ")
_COLUMN_NUMBER = re.compile(r"[\[(]?(\d{1,3}|[a-z])( ?=.{1,20})?[\])]?\.?", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(].{0,30}[\])]")
_TYPE = re.compile(
    r"(?i)(n?(var)?char2?|n?text|string|str|int(eger)?|(small|big|tiny)int|number|numeric|decimal|float|double|real"
    r"|bool(ean)?|bit|date(time)?2?|timestamp|money|uniqueidentifier|object|category)( ?\(.{1,9}\))?( not null| null)?"
)
_WORD = re.compile(r"[^\W\d_]{3}")
_PAGE = re.compile(
    r"(?i)page:? ?\d+( ?(of|/) ?\d+)?|.{0,60}\(?\b(continued|cont'?d?\.?)( (on|from) .{1,30}| overleaf)?\W*"
)
_THOUSANDS = re.compile(r"[£$€]? ?'?000s?")
_LONGEST_UNIT = 16
_FAILED = re.compile(
    r"(?i).*(\b(fatal|syntax|internal server|runtime|query|sql|odbc|timeout) error\b|\berror( \d+)?:|\bora-\d{4,5}\b"
    r"|msg \d+, level \d+|traceback \(most|\bexception\b.*:|timed out|allowed memory size"
    r"|connection (lost|reset|closed))"
)
_FEW_WORDS = 4
_NARROW = 2
_FEWEST_ADDED = 4
_SURE_BITS = 12.0


def kinds(rows: Sequence[Row], names: Sequence[str], head_rows: Sequence[Row], titles: Sequence[Row] = ()) -> list[str]:
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
    titles
        The rows above it, which may come again.

    Returns
    -------
    list of str
        For each row a kind of :data:`shared_analysis.sources.delivery.KINDS`, or an empty text for one of the table.
    """
    found = [_kind(row, len(names), head_rows) for row in rows]
    above = [own for title in titles if (own := [cell for cell in title if cell])]
    for at, row in enumerate(rows):
        if above and filled(row) == 1 and len(names) > 1 and [cell for cell in row if cell] in above:
            found[at] = "page"
    for at in titles_of_blocks(rows, found, len(names)):
        found[at] = "page"
    records = [row for row, kind in zip(rows[:FIRST], found, strict=False) if not kind]
    tail = _tail(rows[-LAST:], names, rows[:FIRST], records)
    start = len(rows) - len(tail)
    for at, kind in enumerate(tail, start):
        found[at] = kind or found[at]
    for at, row in enumerate(rows[:FIRST]):
        if not found[at] and explains_columns(row, rows[at + 1 : at + 51]):
            found[at] = "unit"
        if (
            not found[at]
            and _is_total(row, certain=True)
            and _adds_up(row, [other for other in rows[at + 1 :] if filled(other) > 1])
        ):
            found[at] = "total"
        if not found[at] and len(names) > 2 and filled(row) == 1 and row[0] and _BRACKETED.fullmatch(row[0]):
            found[at] = "note"
        if found[at] not in ("unit", "rule", "blank", "note", "total"):
            break
    return found


def titles_of_blocks(rows: Sequence[Row], kinds: Sequence[str], width: int) -> list[int]:
    """Find the rows that fill one cell and stand above names that come again; between blank rows, one may follow."""
    found = []
    for at, kind in enumerate(kinds):
        above = at - 1
        while kind == "header" and above > 0 and kinds[above] == "blank":
            above -= 1
        alone = above == at - 1 or (above > 0 and kinds[above - 1] == "blank")
        if kind == "header" and above >= 0 and alone and width > 1 and kinds[above] in ("", "ragged", "page"):
            found += [above] if filled(rows[above]) == 1 else []
    return found


def is_page(text: str) -> bool:
    """Say whether a text is the number of a page, or says that a table goes on."""
    return bool(_PAGE.fullmatch(text))


def _kind(row: Row, width: int, head_rows: Sequence[Row]) -> str:
    """Say what a row is by itself."""
    if not filled(row):
        return "blank"
    if _is_head_again(row, head_rows):
        return "header"
    if is_rule(row):
        return "rule"
    if width > 1 and filled(row) == 1 and row[0] and _PAGE.fullmatch(row[0]):
        return "page"
    # Programs leave out empty fields at the end of a row, and add some; anything else has lost its place.
    return "ragged" if any(row[width:]) or len(row) < width else ""


def _is_head_again(row: Row, head_rows: Sequence[Row]) -> bool:
    """Say whether a row repeats a row of the header."""
    own = [(cell or "").casefold() for cell in row]
    return any([cell.casefold() for cell in padded(head, len(own))] == own and filled(head) > 0 for head in head_rows)


def _tail(rows: Sequence[Row], names: Sequence[str], known: Sequence[Row], records: Sequence[Row]) -> list[str]:
    """Say of the last rows which are notes, totals or blank.

    ``known`` shows what the table's own values look like, and ``records`` those that nothing else has set aside.
    """
    found = [""] * len(rows)
    whole = [row for row in known if row and row[0] and filled(row) > 1 and len(row) >= len(names)]
    shapes = Counter(shape(str(row[0])) for row in whole if not _is_total(row))
    worded = {at for row in whole for at, cell in enumerate(row) if cell and len(cell.split()) >= _FEW_WORDS}
    usual = usual_number(whole)
    at = len(rows) - 1
    while at >= 0:
        row = rows[at]
        after_blank = at > 0 and not filled(rows[at - 1])
        block = _block_of_notes(rows, at, usual)
        own = shape(str(row[0])) if row and row[0] else ""
        others = {other for other in shapes if other != own or shapes[other] > (row in whole)}
        if not filled(row):
            found[at] = "blank"
        elif is_rule(row):
            found[at] = "rule"
        elif block:
            found[at - block + 1 : at + 1] = ["note"] * block
            at -= block - 1
        elif _is_said_total(row, len(names), whole):
            found[at] = "total"
        elif _is_note(row, len(names), others, worded, records, after_blank=after_blank):
            found[at] = "note"
        elif _is_total(row, certain=True) or _adds_up(row, rows[:at]) or _is_mean(row, rows[:at]):
            found[at] = "total"
        else:
            break
        at -= 1
    return found


def _block_of_notes(rows: Sequence[Row], last: int, usual: int) -> int:
    """Count the rows that end here and stand below a blank one, if all are as narrow as no row of the table."""
    first = last
    while first >= 0 and filled(rows[first]):
        first -= 1
    block = rows[first + 1 : last + 1]
    if first < 0 or not block or usual <= _NARROW or (usual == _NARROW + 1 and filled(block[0]) != 1):
        return 0
    narrow = all(filled(row) <= _NARROW and reach(row) <= _NARROW for row in block)
    coded = {_runs(str(row[0])) for row in rows[: first + 1] if filled(row) > _NARROW and row[0]}
    own = any(row[0] and re.search(r"\d", row[0]) and _runs(row[0]) in coded for row in block)
    begins = filled(block[0]) == 1 or bool(_NOTE.match(" ".join(filter(None, block[0]))))
    return len(block) if narrow and begins and not own else 0


def _runs(text: str) -> str:
    """Write runs of digits as 9 and of letters as A: ``AB12`` is ``A9``, and so is ``X7``."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", text))


def _adds_up(row: Row, above: Sequence[Row]) -> bool:
    """Say whether each number of a row is the sum of those above it, and the row has a name besides."""
    if not _FEWEST_ADDED <= len(above) < LAST - 1:
        return False  # where more is above, the sum is not known
    words = [cell for cell in row if cell and not NUMBER.fullmatch(cell)]
    numbers = {at: value for at, cell in enumerate(row) if cell and (value := _number(cell)) is not None}
    if len(words) != 1 or not numbers:
        return False
    size = 0.0
    for at, value in numbers.items():
        parts = [_number(other[at]) for other in above if at < len(other) and other[at]]
        if None in parts or len(parts) < _FEWEST_ADDED or abs(sum(filter(None, parts)) - value) > 1e-6 * max(value, 1):
            return False
        size += log2(max(value, 1))
    return size >= _SURE_BITS


def _is_mean(row: Row, above: Sequence[Row]) -> bool:
    """Say whether a row is called a mean, and each of its numbers is that of those above, totals left out."""
    words = [cell for cell in row if cell and not NUMBER.fullmatch(cell)]
    if len(words) != 1 or not _MEAN.fullmatch(words[0]) or not _FEWEST_ADDED <= len(above) < LAST - 1:
        return False
    parts = [other for at, other in enumerate(above) if not _is_total(other) and not _adds_up(other, above[:at])]
    for at, cell in enumerate(row):
        value = _number(cell)
        theirs = [own for other in parts if at < len(other) and (own := _number(other[at])) is not None]
        if value is not None and (not theirs or abs(sum(theirs) / len(theirs) - value) > 0.006 * max(abs(value), 10)):
            return False
    return True


def _number(cell: str | None) -> float | None:
    if not cell or not NUMBER.fullmatch(cell):
        return None
    bare = re.sub(r"[^\d.]", "", cell)
    try:
        return float(bare) * (-1 if re.match(r"[£$€]? ?[-(]", cell) else 1)
    except ValueError:
        return None


def _is_note(
    row: Row, width: int, shapes: set[str], worded: set[int], records: Sequence[Row], *, after_blank: bool
) -> bool:
    """Say whether a row is a sentence, in one cell or cut at its commas, and does not begin as rows of the table do."""
    if width < 2 or (row[0] and shape(row[0]) in shapes):
        return False
    if filled(row) == 1:
        is_worded = reach(row) - 1 in worded or (not after_blank and _is_one_more_remark(row, width, records))
        return _is_note_in_one_cell(row, width, is_worded=is_worded, after_blank=after_blank)
    return _is_note_cut_at_commas(row, width, after_blank=after_blank)


def _is_note_in_one_cell(row: Row, width: int, *, is_worded: bool, after_blank: bool) -> bool:
    """Say so of one cell; where its column is worded so, only below a blank row or by a word such as Source."""
    text = str(next(filter(None, row)))
    if is_worded:
        return after_blank or bool(_SURE_NOTE.match(text))
    return bool(_NOTE.match(text)) or _is_sentence(text) or (after_blank and width > 2)


def _is_one_more_remark(row: Row, width: int, records: Sequence[Row]) -> bool:
    """Say whether a first cell that stands alone is worded as most others are, and what it lacks is no wonder.

    It is none where each other column has a gap somewhere, or where another record begins or ends with the same word.
    A row that says where something ends may speak of the file, whatever the others say.
    """
    if not row[0] or len(row) < width:
        return False
    last = max((at for at, other in enumerate(records) if filled(other) > 1), default=-1)
    others = [other for other in records[: last + 1] if other[0] and other is not row]
    own, words = row[0].casefold().split(), [str(other[0]).casefold().split() for other in others]
    alike = sum(_wording(str(other[0])) == _wording(row[0]) for other in others)
    if own[0] == "end" or not 2 <= len(own) <= max(map(len, words), default=0) or 2 * alike <= len(others):
        return False
    has_gaps = all(any(not other[at] for other in others) for at in range(1, width))
    return has_gaps or any(other[0] == own[0] or other[-1] == own[-1] for other in words)


def _wording(text: str) -> tuple[bool, str]:
    """Tell phrases from names and codes: whether there are words, and with what kinds of letters they begin and end."""
    words = text.split()
    return len(words) > 1, shape(words[0][0] + words[-1][0] + text[-1])


def _is_note_cut_at_commas(row: Row, width: int, *, after_blank: bool) -> bool:
    """Say so of several cells, which are more or fewer than the columns: a record may have a comma in a value, too."""
    if len(row) >= width >= reach(row):
        return False
    text = " ".join(cell for cell in row if cell)
    values = sum(bool(LIKE_VALUES.fullmatch(cell)) for cell in row if cell)
    if 3 * values > filled(row) and not _SURE_NOTE.match(text):
        return False
    if _NOTE.match(text):
        return True
    coded = row[0] and re.search(r"\d", row[0]) and not re.search(r"\s", row[0])
    return after_blank and not coded and _is_sentence(text)


def _is_sentence(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", text)) >= _FEW_WORDS


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
    if len(cells) > 1 and all(_TYPE.fullmatch(cell) for cell in cells):
        return True
    numbers = [match[1] for cell in cells if (match := _COLUMN_NUMBER.fullmatch(cell))]
    if len(cells) == len(row) > 1 and len(numbers) == len(cells) and _follow_each_other(numbers):
        # Where all values are numbers, these may be the first of them.
        return any(cell and not NUMBER.fullmatch(cell) for other in below for cell in other)
    if len(cells) > 1 and len(below) > 1 and all(_BRACKETED.fullmatch(cell) for cell in cells):
        return not any(_BRACKETED.fullmatch(other[at] or "") for other in below for at in range(len(other)))
    counted = 0
    for at, cell in enumerate(row):
        values = [str(other[at]) for other in below if at < len(other) and other[at]]
        numeric = len(values) > 1 and sum(bool(NUMBER.fullmatch(value)) for value in values) >= 0.9 * len(values)
        if not numeric and cell:
            return False
        if numeric and cell:
            if re.search(r"\d{2}", cell.replace("000", "")) or NOTHING.fullmatch(cell) or len(cell) > _LONGEST_UNIT:
                return False
            if NUMBER.fullmatch(cell) and not _THOUSANDS.fullmatch(cell):
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


def _is_total(row: Row, *, certain: bool = False) -> bool:
    """Say whether a row adds up all others: its one word says so, and beside it are numbers and nothing else.

    A total of a month or of a group names it, and is a row like others: what it adds up is for the contract to say.
    ``certain``: not by a word that begins a name, too, as in Total Gas.
    """
    words = [cell for cell in row if cell and not NUMBER.fullmatch(cell)]
    years = [cell for cell in row if cell and _YEAR.fullmatch(cell)]
    called = _CERTAIN_TOTAL if certain else _TOTAL
    return len(words) == 1 and not years and bool(called.fullmatch(words[0]))


def _is_said_total(row: Row, width: int, whole: Sequence[Row]) -> bool:
    """Say whether a row is a total in words (``Total: 36 homes``) and nothing else, unlike the rows of the table."""
    said = filled(row) == 1 and width > 1 and bool(row[0]) and _SAID_TOTAL.fullmatch(str(row[0]))
    return bool(said) and not any(_SAID_TOTAL.fullmatch(str(other[0])) for other in whole)


def begins_another_table(row: Row, below: Row, coded: Sequence[int]) -> bool:
    """Say whether a row holds names where the table has numbers, dates or codes: those of another table.

    Parameters
    ----------
    below
        The row that follows.
    coded
        The columns whose values have digits.
    """
    cells = {at: cell for at in coded if at < len(row) and (cell := row[at])}
    words = [cell for cell in cells.values() if _WORD.search(cell) and not re.search(r"\d", cell)]
    if not words or len(words) < len(cells) or len(coded) < 2 or any(map(NOTHING.fullmatch, words)):
        return False
    if len(set(words)) > 1 and len(words) > len(coded) / 2:
        return True
    under = [cell for at in cells if at < len(below) and (cell := below[at])]
    return bool(row[0]) and len(under) == len(words) and all(NUMBER.fullmatch(cell) for cell in under)
