"""How a column without a contract writes its values, found from all of them together, for the draft to state."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.dates import LATEST, LATEST_BIRTH, DateFormat
from shared_analysis.contracts.headings import names_an_identifier, role_by_name
from shared_analysis.contracts.model import Column
from shared_analysis.contracts.notation.find_dates import DateFinding, find_date_format
from shared_analysis.contracts.notation.find_marks import NO_MARKS, Marks, find_marks, may_count
from shared_analysis.contracts.notation.find_scales import doubt_of_letters, is_scaled
from shared_analysis.contracts.notation.marks import is_one_of, with_zeros, without, without_provisional
from shared_analysis.contracts.notation.vocabulary import SMALL
from shared_analysis.contracts.numbers import (
    NumberFormat,
    find_number_format,
    has_exponents,
    undo_spreadsheet,
    without_exponents,
    written_like_numbers,
)
from shared_analysis.contracts.tables.letters import with_nines
from shared_analysis.contracts.tables.shares import counted, is_varied, reaches

_NO_DATES = DateFinding()
_NO_NUMBERS = "some values are no numbers that a contract can read"
_NEARLY_ALL = 0.95
_NUMERIC = ("integer", "number")
_LONG = r"^\+?[0-9]{8,}(\.0*)?$"
_DIGITS = r"^\+?[0-9]+(\.0*)?$"
_ROUNDED = r"^[0-9]([.,][0-9]+)?[eE]\+[0-9]{2,3}$"


@dataclass(frozen=True)
class Notation:
    """How the values of a column are written.

    Parameters
    ----------
    text
        The values, as delivered but for words that mean missing.
    plain
        The same in the plain way that types and roles are guessed from.
    marks
        Words that mean missing, and marks in place of numbers and behind them.
    number_format
        How numbers are written, unless plainly.
    dates
        How dates are written.
    digits
        Whether the column holds identifiers of digits that a spreadsheet has made numbers of.
    doubt
        Why it cannot be told how numbers are written, in words.
    """

    text: pa.Array
    plain: pa.Array
    marks: Marks = NO_MARKS
    number_format: NumberFormat | None = None
    dates: DateFinding = _NO_DATES
    digits: bool = False
    doubt: str = ""

    def declare(self, column: Column) -> Column:
        """Add to a drafted column what must be known to read it."""
        column = replace(column, missing=self.marks.missing)
        if column.type in _NUMERIC:
            form = self.number_format
            # Amounts and rates that happen to be whole this month have pence and decimals in another.
            money = form is not None and (form.currency or form.percent or form.scale) and column.role != "count"
            return replace(
                column,
                type="number" if money else column.type,
                number_format=self.number_format,
                zero=self.marks.zero,
                suppressed=self.marks.suppressed,
                provisional=self.marks.provisional,
            )
        if (self.dates.format and column.type == "date") or (self.dates != _NO_DATES and column.type == "timestamp"):
            doubt = self.dates.doubt
            sentence = f"{doubt[0].upper()}{doubt[1:]}. Ask who sends the table." if doubt else column.description
            return replace(column, format=self.dates.format or column.format, description=sentence)
        if self.dates.format is not None and column.role == "date_of_birth":
            return replace(column, format=self.dates.format)
        column = replace(column, digits=self.digits and column.type == "string" and not column.identifies)
        if self.doubt and column.type == "string" and column.role is None and not column.description:
            sentence = f"Kept as text: {self.doubt}. Ask who sends the table what is meant."
            return replace(column, description=sentence)
        return column


def find_notation(name: str, text: pa.Array) -> Notation:
    """Find how a column writes its values.

    Parameters
    ----------
    name
        What the column is called.
    text
        Its values, as :func:`shared_analysis.contracts.values.as_text` gives them.
    """
    distinct, counts = _counted(text)
    if not len(distinct):
        return Notation(text, text)
    marks = find_marks(name, distinct, counts, varied=is_varied(text))
    if marks == NO_MARKS:
        return _of_values(name, text, text, distinct, counts)
    text = without(text, is_one_of(text, marks.missing))
    unmarked = with_zeros(without(text, is_one_of(text, marks.suppressed)), marks.zero)
    if marks.provisional:
        unmarked, _ = without_provisional(unmarked, marks.provisional)
    notation = _of_values(name, text, unmarked, *_counted(unmarked))
    return replace(notation, marks=marks, doubt=marks.doubt or notation.doubt)


def _counted(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return the ways in which values are written, and how often each occurs: of few different values these themselves.

    Of more, digits are told from zeros only, but for ranges that may stand in place of a number. Where the ways are
    many, too, each value is one.
    """
    if not is_varied(text):
        return counted(text)
    if is_varied(text, with_nines):
        text = text.drop_null()
        return text, np.ones(len(text), dtype=np.int64)
    ways, counts = counted(with_nines(text))
    ranges = pc.match_substring_regex(ways, SMALL)
    if not pc.any(ranges).as_py():
        return ways, counts
    small, of_small = counted(text.filter(pc.match_substring_regex(text, SMALL)))
    others = np.flatnonzero(~np.asarray(ranges))
    return pa.concat_arrays([ways.take(pa.array(others)), small]), np.concatenate([counts[others], of_small])


def _of_values(name: str, text: pa.Array, unmarked: pa.Array, distinct: pa.Array, counts: np.ndarray) -> Notation:
    if not len(distinct):
        return Notation(text, unmarked)
    varied = is_varied(unmarked)
    dates = find_date_format(name, distinct, counts, unmarked if varied else None)
    if dates.format is not None:
        return Notation(text, _in_iso_order(dates, name, unmarked), dates=dates)
    if dates.doubt:
        return Notation(text, unmarked, dates=dates, doubt=dates.doubt)
    scaled = may_count(name) and is_scaled(name, distinct, counts)
    doubt = doubt_of_letters(name, distinct, counts) if may_count(name) and not scaled else ""
    no_numbers = Notation(text, unmarked, doubt=doubt or (_NO_NUMBERS if role_by_name(name) == "count" else ""))
    if varied and not reaches(unmarked, _NEARLY_ALL, lambda some: written_like_numbers(some, scaled=scaled)):
        return no_numbers
    if _has_damaged_identifiers(name, distinct, counts):
        whole, rounded = undo_spreadsheet(unmarked)
        return Notation(text, without(whole, rounded), digits=True)
    if has_exponents(distinct):
        # Among counts: elsewhere numbers with an exponent are numbers with a fraction.
        if role_by_name(name) != "count":
            return Notation(text, unmarked)
        return Notation(text, without_exponents(unmarked), number_format=NumberFormat())
    finding = find_number_format(distinct, counts, scaled=scaled)
    if finding.format is None:
        return replace(no_numbers, doubt=finding.doubt or no_numbers.doubt)
    plain = without_exponents(finding.format.plain(unmarked))
    return Notation(text, _or_as_written(plain, unmarked), number_format=finding.format)


def _in_iso_order(dates: DateFinding, name: str, text: pa.Array) -> pa.Array:
    """Write dates as in ISO 8601, the day alone where all are at midnight; what is no date stays."""
    latest = LATEST_BIRTH if role_by_name(name) == "date_of_birth" else LATEST
    iso = DateFormat.parse(dates.format or "").iso_order(text, latest)
    return _or_as_written(iso if dates.timed else pc.utf8_slice_codeunits(iso, 0, 10), text)


def _or_as_written(plain: pa.Array, text: pa.Array) -> pa.Array:
    """Keep what has no plain writing as it is written; mostly there is nothing of the kind."""
    return plain if plain.null_count == text.null_count else pc.coalesce(plain, text)


def _has_damaged_identifiers(name: str, distinct: pa.Array, counts: np.ndarray) -> bool:
    """Say whether a spreadsheet has made numbers of identifiers: of some the digits are lost, or zeros lead."""

    def matching(pattern: str) -> np.ndarray:
        mask: np.ndarray = pc.match_substring_regex(distinct, pattern).to_numpy(zero_copy_only=False)
        return mask

    if role_by_name(name) == "count" or not pc.any(pc.match_substring_regex(distinct, r"[.+]")).as_py():
        return False
    digits, rounded = matching(_DIGITS), matching(_ROUNDED)
    if not (digits | rounded).all():
        return False
    if rounded.any():
        long = counts[matching(_LONG)].sum() >= _NEARLY_ALL * counts[digits].sum() > 0
        return bool(long or names_an_identifier(name) or role_by_name(name) in ("record_id", "linked_record_id"))
    leading_zeros = matching(r"^0[0-9]").any()
    return bool(leading_zeros and matching(r"\.0*$").any())
