"""Which words mean missing in a column, and which marks stand in place of its numbers or behind them.

A word is taken for missing only where the other values make that sure: a surname None stays a name, and NA among codes
of countries stays a country.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.headings import (
    names_a_count,
    names_an_identifier,
    names_money,
    names_no_count,
    role_by_name,
    snake,
)
from shared_analysis.contracts.notation.find_scales import is_scaled
from shared_analysis.contracts.notation.marks import without_provisional
from shared_analysis.contracts.notation.vocabulary import (
    BY_MACHINES,
    ERRORS,
    MAY_CHANGE,
    NIL,
    SMALL,
    SYMBOLS,
    WITHHELD,
    WITHHELD_LETTERS,
    WORDS,
    ZERO,
)
from shared_analysis.contracts.numbers import CURRENCY, written_like_numbers
from shared_analysis.contracts.tables.shares import reaches

_NEARLY_ALL = 0.95
_HALF = 0.5
_FEW = 20
_ZERO = r"^[^0-9]*0+([.,]0*)?[^0-9]*$"
_NIL = "some values are nil, which may be 0 or a number that nobody has"
_NIL_BESIDE_ZERO = "some values are nil beside others that are 0, so nil may be a number that nobody has"
_PLAINLY_A_COUNT = r"^[^0-9]*[1-9][0-9]"
_LETTERS_ROLES = frozenset({"given_name", "middle_name", "family_name", "full_name", "free_text"})
_NAME_WORDS = frozenset(
    {"name", "names", "surname", "forename", "firstname", "lastname", "alias", "initials", "notes", "note", "comment",
     "comments"}
)  # fmt: skip
_DATE_ROLES = frozenset({"date_of_birth", "event_date", "period"})
_ONE_EACH = frozenset(
    {"uprn", "phone", "email", "nhs_number", "national_insurance_number", "record_id", "linked_record_id", "postcode",
     "area_code"}
)  # fmt: skip
_DATE_WORDS = frozenset(["date", "dob", "month", "day", "time", "year", "quarter", "period"])
_PLACES = frozenset(["flat", "house", "unit", "plot", "room", "door", "apartment", "suite", "block", "class", "form"])


@dataclass(frozen=True)
class Marks:
    """The words and marks of a column, as its contract lists them: each spelling, sorted; and a doubt about them."""

    missing: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    provisional: tuple[str, ...] = ()
    doubt: str = ""


NO_MARKS = Marks()


def find_marks(name: str, distinct: pa.Array, counts: np.ndarray, *, varied: bool = False) -> Marks:
    """Find the words and marks of a column.

    Parameters
    ----------
    name
        What the column is called.
    distinct
        Its different values, none missing.
    counts
        How often each occurs.
    varied
        Whether ``distinct`` are no values but ways of writing them, of which there may be few for many values.
    """
    values = _Values.of(name, distinct, counts, varied=varied)
    if values is None:
        return NO_MARKS
    zero, doubt = values.zero()
    return Marks(values.missing(), zero, values.suppressed(), values.provisional, doubt)


@dataclass(frozen=True)
class _Values:
    """The different values of a column: those that may be words or marks, and what the others are like.

    Parameters
    ----------
    name
        The column's name.
    candidates
        Values that may be words or marks.
    rest, counts
        The other values, and how often each occurs.
    numeric
        Whether the others are numbers that no name makes identifiers or parts of an address.
    provisional
        Marks behind some of those numbers, as written.
    varied
        Whether the other values are many, however few the ways are in which they are written.
    """

    name: str
    candidates: tuple[str, ...]
    rest: pa.Array
    counts: np.ndarray
    numeric: bool
    provisional: tuple[str, ...]
    varied: bool

    @classmethod
    def of(cls, name: str, distinct: pa.Array, counts: np.ndarray, *, varied: bool) -> _Values | None:
        is_candidate = _may_be_words(distinct)
        rest, rest_counts = distinct, counts
        if is_candidate.any():
            rest, rest_counts = distinct.filter(pa.array(~is_candidate)), counts[~is_candidate]
        elif not may_count(name):
            return None
        provisional: tuple[str, ...] = ()
        numeric = False
        scaled = may_count(name) and is_scaled(name, rest, rest_counts)
        if may_count(name) and reaches(rest, _HALF, lambda text: _may_be_number(text, scaled=scaled), rest_counts):
            numbers = written_like_numbers(rest, scaled=scaled)
            if pc.any(pc.match_substring_regex(rest, _MAYBE_MARKED)).as_py():
                numbers, provisional = _provisional(rest, rest_counts, numbers)
            elif not is_candidate.any():
                return None
            numeric = _share(numbers, rest_counts) >= _NEARLY_ALL
        candidates = tuple(sorted(distinct.filter(pa.array(is_candidate)).to_pylist()))
        return cls(name, candidates, rest, rest_counts, numeric, provisional if numeric else (), varied)

    def missing(self) -> tuple[str, ...]:
        """Words that mean missing."""
        return tuple(word for word in self.candidates if self._is_nothing(word))

    def _is_nothing(self, word: str) -> bool:
        if word.upper() in ERRORS:
            return True
        if _is_of_letters(self.name):
            # Beside names in small letters the capitals are a program's.
            return word == "NULL" and self._share_matching(r"\p{Ll}") >= _NEARLY_ALL
        if word in BY_MACHINES:
            return self._are_few or self._is_certain or self._share_matching(r"\p{Ll}") >= _NEARLY_ALL
        if not self._is_certain:
            return False
        return word in SYMBOLS or word.lower() in SYMBOLS or (word.lower() in WORDS and not self._is_of_kinds)

    @property
    def _is_certain(self) -> bool:
        """Whether the other values are numbers, dates, or identifiers: what no word can be among."""
        if self.numeric:
            return True
        digits = self._share_matching("[0-9]") >= _NEARLY_ALL or self._share_matching("@") >= _NEARLY_ALL
        return digits and (_is_dated(self.name) or role_by_name(self.name) in _ONE_EACH or not self._repeats)

    @property
    def _is_of_kinds(self) -> bool:
        """Whether the other values may be codes or bands of some kind, of which unknown is one."""
        named = role_by_name(self.name) in {"count", *_ONE_EACH} or _is_dated(self.name)
        return self._repeats and not named

    @property
    def _repeats(self) -> bool:
        return self._are_few and bool(self.counts.sum() >= 2 * len(self.counts) > 0)

    @property
    def _are_few(self) -> bool:
        return len(self.counts) <= _FEW and not self.varied

    def _share_matching(self, pattern: str) -> float:
        return _share(pc.match_substring_regex(self.rest, pattern), self.counts)

    def zero(self) -> tuple[tuple[str, ...], str]:
        """Words for 0; and a doubt where nil may be another thing: beside a 0, or among neither counts nor money."""
        if not self.numeric or names_no_count(self.name):
            return (), ""
        words = [word for word in self.candidates if word.lower() in (ZERO, NIL)]
        sure = tuple(word for word in words if word.lower() == ZERO)
        if len(sure) == len(words):
            return sure, ""
        if pc.any(pc.match_substring_regex(self.rest, _ZERO)).as_py():
            return sure, _NIL_BESIDE_ZERO
        return (tuple(words), "") if self._counts_or_pays else (sure, _NIL)

    @property
    def _counts_or_pays(self) -> bool:
        """Whether the numbers count something or are amounts of money."""
        return names_a_count(self.name) or names_money(self.name) or self._share_matching(CURRENCY) > 0

    def suppressed(self) -> tuple[str, ...]:
        """Marks in place of numbers."""
        if not self.numeric or names_no_count(self.name):
            return ()
        return tuple(mark for mark in self.candidates if self._is_withheld(mark))

    def _is_withheld(self, mark: str) -> bool:
        small = mark.lower()
        if small in WITHHELD:
            return True
        count = role_by_name(self.name) == "count"
        if small in WITHHELD_LETTERS:
            return count or bool(pc.any(pc.match_substring_regex(self.rest, _PLAINLY_A_COUNT)).as_py())
        ranged = bool(pc.match_substring_regex(pa.array([mark]), SMALL)[0].as_py())
        return ranged and (count or not self._repeats)


def _may_be_number(text: pa.Array, *, scaled: bool) -> pa.Array:
    return pc.or_(written_like_numbers(text, scaled=scaled), pc.match_substring_regex(text, _MAYBE_MARKED))


def _may_be_words(distinct: pa.Array) -> np.ndarray:
    """Say which values are words or marks that are known, or ranges in place of a number."""
    may: np.ndarray = pc.less_equal(pc.binary_length(distinct), _LONGEST).to_numpy(zero_copy_only=False).copy()
    short = distinct.filter(pa.array(may))
    known = pc.is_in(pc.utf8_lower(short), pa.array(sorted(_KNOWN), pa.string()))
    may[may] = pc.or_(known, pc.match_substring_regex(short, SMALL)).to_numpy(zero_copy_only=False)
    return may


def known_marks(distinct: pa.Array) -> tuple[str, ...]:
    """Choose the known words and marks among different values, but for bare letters, which may be anybody's initial."""
    known = distinct.filter(pa.array(_may_be_words(distinct)))
    return tuple(sorted(mark for mark in known.to_pylist() if not (mark.isalpha() and len(mark) == 1)))


_LONGEST = 24
"""Bytes of the longest known word, and some more."""
_KNOWN = {
    word.lower()
    for words in (ERRORS, BY_MACHINES, SYMBOLS, WORDS, (ZERO, NIL), WITHHELD, WITHHELD_LETTERS)
    for word in words
}
_MAYBE_MARKED = r"(?i)[0-9)%.] ?(?:[pre]|\*{1,2}|\[[prebu]\]|\([pre]\)|\x{2020}|\x{2021})$"


def _provisional(rest: pa.Array, counts: np.ndarray, numbers: pa.Array) -> tuple[pa.Array, tuple[str, ...]]:
    """Find marks behind fewer than half of the numbers; where all have the letter, it is a unit.

    Returns
    -------
    tuple
        Which values are numbers, with a mark or without; and the marks, as written.
    """
    spellings = sorted({*MAY_CHANGE, *(mark.upper() for mark in MAY_CHANGE)})
    marks = []
    pence = bool(pc.any(pc.match_substring(rest, "\u00a3")).as_py())
    for mark in spellings:
        _, marked = without_provisional(rest, (mark,))
        if not marked.any() or (pence and mark == "p"):
            continue
        if counts[marked].sum() < _HALF * (counts[marked].sum() + _rows(numbers, counts)):
            marks.append(mark)
    if not marks:
        return numbers, ()
    _, marked = without_provisional(rest, marks)
    return pc.or_(numbers, pa.array(marked)), tuple(marks)


def may_count(name: str) -> bool:
    """Say whether nothing in a column's name makes its numbers identifiers or parts of an address."""
    if role_by_name(name) not in (None, "count") or names_an_identifier(name):
        return False
    return _PLACES.isdisjoint(snake(name).split("_"))


def _is_of_letters(name: str) -> bool:
    words = snake(name).split("_")
    return role_by_name(name) in _LETTERS_ROLES or not _NAME_WORDS.isdisjoint(words)


def _is_dated(name: str) -> bool:
    return role_by_name(name) in _DATE_ROLES or not _DATE_WORDS.isdisjoint(snake(name).split("_"))


def _rows(mask: pa.Array, counts: np.ndarray) -> int:
    return int(counts[mask.to_numpy(zero_copy_only=False)].sum())


def _share(mask: pa.Array, counts: np.ndarray) -> float:
    total = counts.sum()
    return _rows(mask, counts) / total if total else 0.0
