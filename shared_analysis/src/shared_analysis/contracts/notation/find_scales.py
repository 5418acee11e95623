"""Whether the letters behind a column's numbers stand for thousands and millions, or may be a unit such as metres."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.headings import names_a_code, names_money
from shared_analysis.contracts.numbers import CURRENCY, NumberFormat, written_like_numbers
from shared_analysis.contracts.tables.letters import made_of
from shared_analysis.contracts.tables.scales import NOUGHTS
from shared_analysis.contracts.tables.shares import reaches

DOUBT = "some values end in k or m, which may be thousands and millions or a unit such as metres"
_NO_LETTERS = bytes({*range(256)} - {*b"kKmMn"})
_HALF = 0.5
_NEARLY_ALL = 0.95
_LETTERED = rf"[0-9.] ?(?:{'|'.join(NOUGHTS)}) ?(?:{CURRENCY})?-?\)?$"


def is_scaled(name: str, distinct: pa.Array, counts: np.ndarray) -> bool:
    """Say whether such letters are amounts of money: most stand beside a sign of it, or the column's name says so.

    Parameters
    ----------
    name
        What the column is called.
    distinct
        Its different values, none missing.
    counts
        How often each occurs.
    """
    if not _are_lettered(name, distinct, counts):
        return False
    lettered = pc.match_substring_regex(distinct, _LETTERED)
    rows = counts[lettered.to_numpy(zero_copy_only=False)]
    money = pc.match_substring_regex(distinct.filter(lettered), CURRENCY).to_numpy(zero_copy_only=False)
    return names_money(name) or bool(rows[money].sum() >= _HALF * rows.sum())


def doubt_of_letters(name: str, distinct: pa.Array, counts: np.ndarray) -> str:
    """Say what nothing tells where numbers have such letters that :func:`is_scaled` does not take for money."""
    return DOUBT if _are_lettered(name, distinct, counts, _NEARLY_ALL) else ""


def find_unlettered(text: pa.Array, form: NumberFormat) -> tuple[int, int]:
    """Count the numbers that may lack their letter, and all numbers.

    Those without one are few where nearly all others have one; elsewhere only what is small and has a fraction is odd.
    """
    plain = form.plain(text)
    numbers = len(plain) - plain.null_count
    bare = pc.and_(pc.is_valid(plain), pc.invert(pc.match_substring_regex(text, _LETTERED)))
    bare = pc.and_(bare, pc.match_substring_regex(plain, "[1-9]"))
    odd = pc.and_(bare, pc.match_substring_regex(plain, r"^-?[0-9]{1,3}\.[0-9]*[1-9]"))
    few, small = (int(pc.sum(pc.fill_null(mask, False)).as_py() or 0) for mask in (bare, odd))
    return few if few <= (1 - _NEARLY_ALL) * numbers else small, numbers


def _are_lettered(name: str, distinct: pa.Array, counts: np.ndarray, needed: float = _HALF) -> bool:
    """Say whether so many of the values are numbers, some of them with such letters, and no name makes them codes."""
    if names_a_code(name) or made_of(distinct, _NO_LETTERS):
        return False
    if not reaches(distinct, needed, lambda text: written_like_numbers(text, scaled=True), counts):
        return False
    return bool(pc.any(pc.match_substring_regex(distinct, _LETTERED)).as_py())
