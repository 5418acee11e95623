"""Delimited text: its separator and its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import furniture
from shared_analysis.sources.reading import SEPARATORS

_SAMPLE = 1 << 20
_AS_CSV = "save it as CSV UTF-8 (in Excel: File, Save As, CSV UTF-8 (Comma delimited))"
_LINE = re.compile(r"\r\n|\n|\r")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_WORD = re.compile(r'"[^"]*"|\S+')
_WHOLE_LINE = re.compile(r'"[^"]*"')
_NAME_AND_VALUE = re.compile(r" *(- )?[A-Za-z][\w ()/-]{0,40}: \S")
_NO_DATA = re.compile(
    r"(?i)(there (is|are|were) )?no (data|records|rows|results|entries)( (is|are|were))? "
    r"(available|found|returned|match)"
)
_NO_ACCESS = re.compile(
    r"(?i)(error\b|failed\b|access (is |was )?denied|permission denied|log-?(in|on) (failed|required)|un-?authori[sz]ed"
    r"|(403 )?forbidden|you (do not|don't) have (permission|access)|(your )?session (has )?(expired|timed)"
    r"|(50\d )?(internal server error|bad gateway|service unavailable)|(404 )?(page |file )?not found)"
)
_AGAIN = "run the report again"
_NO_WORD = re.compile(r'\d|^"')
_FEWEST_LINES = 3
_FEW_LINES = 5
_LONGEST_WORD = 60
# A quotation mark written with a backslash; not the one after a folder's name at the end of a value.
ESCAPED = re.compile(r'\\"(?!([,;\t|]("|[\d.-]*([,;\t|\r\n]|$))|[\r\n]|$))')
_MARK = "\ue000"
csv.field_size_limit(2**31 - 1)  # a value may be as long as it likes
MOST_LINES = 500
"""Lines that a quoted value may run over; beyond, its quotation mark never ends."""


@dataclass(frozen=True)
class Record:
    """One row of a text: where it begins, from 1, its fields, and what is wrong with its quotation marks."""

    row: int
    fields: list[str]
    marks: str = ""


UNCLOSED = "unclosed"
UNDOUBLED = "undoubled"


def find_separator(text: str) -> str:
    """Tell the mark between columns: that with which most of the first lines have the same number of fields."""
    lines = [line for line in _LINE.split(text[:_SAMPLE])[:200] if line.strip()]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        widths = Counter(
            len(fields) for fields in csv.reader(lines, delimiter=separator, skipinitialspace=True) if any(fields)
        )
        if not widths:
            continue
        width, number = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = number / sum(widths.values()) * (width > 1) + min(width, 20) / 100
        if width > 1 and score > most + 1e-9:
            best, most = separator, score
    return best


def refuse_unclear_columns(text: str, separator: str, name: str) -> None:
    """Refuse a text of which nobody can say for sure where its columns end.

    It sets them apart by blanks, holds single quotation marks around its values or marks around whole lines, or has no
    columns at all: each line is a name and its value.

    Raises
    ------
    SharedAnalysisError
        If it does.
    """
    lines = [line.strip("\ufeff").rstrip() for line in _LINE.split(text[:_SAMPLE])[:200] if line.strip()]
    single = re.compile(f"'[^']*'({re.escape(separator)}'[^']*')+")
    if len(lines) > 1 and sum(bool(single.fullmatch(line)) for line in lines[:2]) == 2:
        raise SharedAnalysisError("The file has single quotation marks around its values.", name, _AS_CSV)
    inside = [line[1:-1].count(separator) for line in lines if _WHOLE_LINE.fullmatch(line)]
    if len(lines) > 1 and len(inside) > 0.9 * len(lines) and 0 < len(inside) / 2 < inside.count(inside[0] or -1):
        raise SharedAnalysisError("The file has quotation marks around whole lines.", name, _AS_CSV)
    columns = {line.count(separator) for line in lines}
    failed = furniture.says_that_it_failed(lines[:1]) or _NO_ACCESS.match(lines[0])
    if failed and len(lines) <= _FEW_LINES and (len(lines) == 1 or len(columns) > 1 or columns == {0}):
        raise SharedAnalysisError("This is no table: it is the message of a program that failed.", name, _AGAIN)
    if len(lines) <= _FEW_LINES and sum(separator in line for line in lines) == 0 and _NO_DATA.match(lines[-1]):
        raise SharedAnalysisError("The file says that there are no data.", name, _AGAIN)
    if len(lines) < _FEWEST_LINES or sum(separator in line for line in lines) > len(lines) / 4:
        return
    named = [bool(_NAME_AND_VALUE.match(line)) for line in lines]
    if named[0] and sum(named) > 0.4 * len(lines):
        raise SharedAnalysisError("The file is no table: its lines are names with a value each.", name, _AS_CSV)
    if max(map(len, lines[0].split())) > _LONGEST_WORD:
        raise SharedAnalysisError("The file is no table: its first line is no name of a column.", name, _AS_CSV)
    if _GAP.search(lines[0]) or _have_gaps_alike(lines) or _line_up(lines) or _have_words_alike(lines):
        raise SharedAnalysisError("The file sets its columns apart by blanks.", name, _AS_CSV)


def _have_gaps_alike(lines: Sequence[str]) -> bool:
    numbers = Counter(len(_GAP.findall(line.strip())) for line in lines)
    number, most = numbers.most_common(1)[0]
    return number > 0 and most >= 0.9 * len(lines)


def _line_up(lines: Sequence[str]) -> bool:
    """Say whether there is a place where every line is blank, and most have two blanks there or more."""
    longest = max(map(len, lines))
    for at in range(1, longest):
        there = [line for line in lines if len(line) > at + 1 and line[:at].strip()]
        if len(there) <= 0.6 * len(lines) or not all(line[at] == " " for line in there):
            continue
        if sum(line[at - 1] == " " or line[at + 1] == " " for line in there) > len(there) / 2:
            return True
    return False


def _have_words_alike(lines: Sequence[str]) -> bool:
    words = [_WORD.findall(line) for line in lines]
    number = len(words[1])
    alike = [row for row in words[1:] if len(row) == number]
    # R writes no name above the names of rows.
    if number <= 2 or len(words[0]) not in (number, number - 1) or len(alike) < 0.9 * (len(words) - 1):
        return False
    no_words = [sum(bool(_NO_WORD.search(row[at])) for row in alike) > 0.9 * len(alike) for at in range(number)]
    return sum(no_words) > 1


def records(text: str, separator: str, width: int | None = None) -> Iterator[Record]:
    """Read rows one by one, so that a quotation mark that never ends costs one row and not all that follow.

    A value in quotation marks may run over several lines. It does not where each of those lines is a row by itself:
    then the mark belongs to the text.

    Parameters
    ----------
    width
        How many fields a row has, if that is known.
    """
    lines = _LINE.split(text)
    if lines and not lines[-1]:
        lines.pop()
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            yield Record(at + 1, line.split(separator))
            at += 1
            continue
        taken, fields, marks = _quoted(lines, at, separator, width)
        yield Record(at + 1, fields, marks)
        at += taken


def _quoted(lines: list[str], at: int, separator: str, width: int | None) -> tuple[int, list[str], str]:
    """Read the row that begins here and has a quotation mark; say how many lines it takes up, and what is wrong."""
    text = lines[at]
    for taken in range(1, min(MOST_LINES, len(lines) - at) + 1):
        if (closed := _closed(text, separator)) is not None:
            joined = lines[at : at + taken]
            loose = closed[1] and _has_row(joined[1:], separator, len(closed[0]))
            if taken > 1 and (loose or _are_rows(joined, separator, width)):
                break
            return taken, *closed
        if at + taken < len(lines):
            text += "\n" + lines[at + taken]
    return 1, *(_as_they_stand(lines[at], separator) or (_literal(lines[at], separator), UNCLOSED))


def _closed(text: str, separator: str) -> tuple[list[str], str] | None:
    """Read a row whose quotation marks all end, and say what is wrong with those within; None where one never ends."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True))
    except csv.Error:
        return _as_they_stand(text, separator) if text.count('"') % 2 == 0 else None
    return (rows[0], "") if len(rows) == 1 else None


def _as_they_stand(text: str, separator: str) -> tuple[list[str], str] | None:
    """Read a row in which marks within a quoted value are not doubled, as in ``"the "big" one"``: all are kept."""
    mark = re.escape(separator)
    field = re.compile(f' *"(.*?)" *(?={mark}|$)|(?!")[^{mark}\n]*(?={mark}|$)', re.DOTALL)
    fields, marks, at = [], "", 0
    while at <= len(text) and (match := field.match(text, at)) is not None:
        within = match[0] if match[1] is None else match[1].replace('""', '"')
        if match[1] is not None and '"' in match[1].replace('""', ""):
            within, marks = match[1], UNDOUBLED
        fields.append(within)
        at = match.end() + 1
    return (fields, marks) if at > len(text) else None


def _are_rows(lines: list[str], separator: str, width: int | None) -> bool:
    """Say whether lines that a quoted value would join are rows by themselves."""
    counts = [line.count(separator) + 1 for line in lines]
    usual = width or Counter(counts[1:]).most_common(1)[0][0]
    alike = sum(count == usual for count in counts)
    if counts[0] == 1 and alike >= 2:  # a title
        return usual > 2 and alike == len(lines) - 1
    return usual > 1 and counts[0] == usual and alike > len(lines) / 2


def _has_row(lines: list[str], separator: str, width: int) -> bool:
    """Say whether the last of some lines are a row by themselves, of as many fields."""
    ends = (_closed("\n".join(lines[at:]), separator) for at in range(len(lines)))
    return any(end is not None and len(end[0]) == width for end in ends)


def _literal(line: str, separator: str) -> list[str]:
    """Read a line by itself, in which a quotation mark that begins a value and never ends is part of the text."""
    marked = list(line)
    at, opened = 0, -1
    while at < len(line):
        if line[at] == '"' and opened < 0 and (at == 0 or line[at - 1] == separator):
            opened = at
        elif line[at] == '"' and opened >= 0:
            if line[at + 1 : at + 2] == '"':
                at += 1
            elif line[at + 1 : at + 2] in ("", separator):
                opened = -1
        at += 1
    if opened >= 0:
        marked[opened] = _MARK
    fields = next(csv.reader(["".join(marked)], delimiter=separator), [])
    return [field.replace(_MARK, '"') for field in fields]
