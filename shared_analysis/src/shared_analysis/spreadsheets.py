"""Text that a spreadsheet shows and never runs: for the files that people open, and for reading back what they saved.

A cell that begins like a formula is run when a person opens the file (OWASP, "CSV Injection"). An apostrophe before it
makes it text. Reading takes that apostrophe away, and no other: what was written comes back as it was.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_STARTS = frozenset("=+-@|%")
_BREAKS = frozenset("\t\r\n\v\f\x85\u2028\u2029")
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›＂＇")
_NUMBER = re.compile(r"\s*(-?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?%?)?\s*")
_NONE = "-"
"""What stands in many a table for a number that is missing; nothing can be run of it."""


def is_run(text: str) -> bool:
    """Say whether a spreadsheet may run a text: what it begins with, behind blanks, quotation marks and the unseen.

    Signs of full width count as the plain ones, since some spreadsheets take them so; a break, as the beginning of a
    cell that another program puts there.
    """
    broken = False
    for at, sign in enumerate(text):
        if sign in _BREAKS:
            broken = True
        elif not (sign.isspace() or sign in _QUOTES or unicodedata.category(sign) in ("Cc", "Cf", "Mn", "Zs")):
            plain = unicodedata.normalize("NFKC", sign)
            starts = plain[:1] in _STARTS or sign in "−﹣－"
            return broken or (starts and text[at:].rstrip() != _NONE)
    return broken


def as_text(text: str) -> str:
    """Write a text so that a spreadsheet shows it."""
    return f"'{text}" if is_run(text) else text


def as_meant(text: str) -> str:
    """Take back what :func:`as_text` has added."""
    return text[1:] if text.startswith("'") and is_run(text[1:]) else text


def for_people(table: pd.DataFrame) -> pd.DataFrame:
    """Write every text of a table, its headings too, so that a spreadsheet shows it; numbers and dates stay.

    A column of texts that are all numbers (as a delivery brings them) holds numbers: no minus there begins a formula.
    """
    return _each(table, as_text)


def as_saved(table: pd.DataFrame) -> pd.DataFrame:
    """Take back what :func:`for_people` has added, in a table that people may have opened and saved."""
    return _each(table, as_meant)


def _each(table: pd.DataFrame, change: Any) -> pd.DataFrame:
    import pandas as pd

    def changed(value: Any) -> Any:
        return change(value) if isinstance(value, str) else value

    columns = [column if _holds_numbers(column) else column.map(changed) for _, column in table.items()]
    named = pd.concat(columns, axis=1) if columns else table.copy()
    named.columns = pd.Index([changed(name) for name in table.columns], dtype=table.columns.dtype)
    return named


def _holds_numbers(column: pd.Series) -> bool:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return True
    return all(_NUMBER.fullmatch(value) for value in column.dropna() if isinstance(value, str))
