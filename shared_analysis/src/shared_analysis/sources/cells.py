"""Rows of cells as a file has them: which are filled, and what a cell is by its shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

Cell = str | None
Row = Sequence[Cell]

LIKE_VALUES = re.compile(
    r"[£$€]?[-+(]?[£$€]?\d[\d,.' \u00a0]*\)?%?|\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*|[^@\s]+@[^@\s]+\.[^@\s]+"
)
NUMBER = re.compile(r"[£$€]? ?[-+(]?[£$€]? ?\d[\d,.' \u00a0]*\)? ?%?|-|\.\.|\[\w\]")
PERIOD = re.compile(
    r"(?i)(19|20)\d\d([-/ \u2013](\d{2,4}|q[1-4]))?|q[1-4][-/ ](19|20)\d\d"
    r"|(19|20)\d\d[-/]?(0[1-9]|1[0-2])([-/](0[1-9]|[12]\d|3[01]))?( 00:00:00)?"
    r"|(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
    r"|dec(ember)?)[-/ .]*(\d{2}|\d{4})"
)
NOTHING = re.compile(
    r"[-.:]+|n/?[akd]|\[?[a-z]\]?|\*+|null|none|nil|unknown|missing|closed|open|suppressed|withheld|refused|declined"
    r"|pending|cancelled|deleted|tbc|tba|yes|no|true|false|not .*",
    re.IGNORECASE,
)
"""Words that stand for no number in a column of numbers."""
RULE = r"[-=+_:|*.~ ]*[-=_+]{2,}[-=+_:|*.~ ]*"
"""A line drawn with dashes, as a pattern."""
_RULE = re.compile(RULE)
_QUESTION = re.compile(
    r"(?i)(.*\?|(q(uestion)? ?\d+[a-z]?[.:)]? .*|(please|any|do|did|have|has|are|is|how|what|why|where|when|which|who"
    r"|would|could|should|tell|describe|explain)\b.*)[^.,;!])"
)
_SHAPE = (("[0-9]", "9"), ("[A-Z]", "A"), ("[a-z]", "a"))


def filled(row: Row) -> int:
    """Count the cells that hold something."""
    return sum(1 for cell in row if cell)


def reach(row: Row) -> int:
    """Count the cells up to the last that holds something."""
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)


def shape(text: str) -> str:
    """Write digits as 9, capitals as A, small letters as a: ``AB12 cd`` is ``AA99 aa``."""
    for letters, sign in _SHAPE:
        text = re.sub(letters, sign, text)
    return text


def is_question(text: str) -> bool:
    """Say whether a heading is a question of a survey, such as ``What could we do better?``."""
    return _QUESTION.fullmatch(text) is not None


def is_rule(row: Row) -> bool:
    """Say whether a row is a line drawn with dashes, as under the names or around a table."""
    cells = [cell for cell in row if cell]
    return bool(cells) and all(_RULE.fullmatch(cell) for cell in cells)


def padded(row: Row, width: int) -> list[str]:
    """Give so many cells of a row, empty ones as empty text."""
    return [(row[at] or "") if at < len(row) else "" for at in range(width)]


def usual_number(block: Sequence[Row]) -> int:
    """Tell how many cells most rows fill."""
    numbers = Counter(map(filled, block))
    return max(numbers, key=lambda number: (numbers[number], number)) if numbers else 0
