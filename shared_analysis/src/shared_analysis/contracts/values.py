"""From text, as every file delivers it, to the type that a contract states, or that a draft takes it for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.dates import ISO_DATE, DateFormat
from shared_analysis.contracts.headings import snake
from shared_analysis.contracts.model import Column
from shared_analysis.contracts.notation import Marked, read_marks
from shared_analysis.contracts.numbers import is_rounded, undo_spreadsheet
from shared_analysis.contracts.readers import READERS, latest_of, mask_of
from shared_analysis.contracts.tables.content import flat
from shared_analysis.contracts.tables.letters import (
    has_blank_ends,
    has_empty,
    has_leading_zeros,
    letters_beyond,
    made_of,
    within,
)
from shared_analysis.contracts.tables.shares import counted, draw, matches, reaches

DTYPES = {
    "string": "string[pyarrow]",
    "integer": "Int64",
    "number": "Float64",
    "date": "datetime64[ns]",
    "timestamp": "datetime64[ns]",
    "boolean": "boolean",
}
"""The pandas type of a validated column, by the type its contract states."""

# Control characters other than tab and line ends, and U+FFFD, which programs write for what they could not decode.
_BROKEN = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{FFFD}]"
_WHOLE = bytes({*range(256)} - {*range(32), 0x7F, 0xEF})
"""Bytes of which no broken text is made."""

# Zero-width blanks, soft hyphens, byte order marks, and marks of the direction of writing.
_INVISIBLE = (
    r"[\x{00AD}\x{061C}\x{180E}\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
)
_JOINERS = "[\\x{200C}\\x{200D}]"
_LATIN = "^[\\x{0000}-\\x{024F}\\x{1E00}-\\x{1EFF}\\x{2000}-\\x{206F}\\x{20A0}-\\x{20BF}]*$"
# Other letters of the west of Europe, and signs of money: nothing about them is unseen, and they are composed.
_AS_IT_LOOKS = r"^[\x00-\x7F\x{A1}-\x{AC}\x{AE}-\x{17F}\x{20AC}]*$"
_LAST_OF_KEYBOARD = 0x7F
_WIDE_BLANK = "[\\x{00A0}\\x{1680}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}]"
_QUOTED = "^[\\x{2018}\\x{2019}\\x{201C}-\\x{201E}](.+)[\\x{2018}\\x{2019}\\x{201C}\\x{201D}]$"
_QUOTES = (("[\\x{2018}\\x{2019}\\x{201B}\\x{02BC}]", "'"), ("[\\x{201C}-\\x{201F}]", '"'))

DATE_ROLES = ("date_of_birth", "event_date", "period")
NUMBER_ROLES = ("count",)
MOSTLY = 0.95
"""Share of its values that make a date or a number of a column that must be one."""
_HALF = 0.5
_FORMATS = (ISO_DATE, "dd/MM/yyyy", "yyyyMMdd", "yyyy-MM", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy/MM/dd", "MM/dd/yyyy")
_TIMES = (None, "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm")


@dataclass(frozen=True)
class Coerced:
    """A column in its type.

    Parameters
    ----------
    values
        The values in the type of the contract; missing where there was none or it had another type.
    wrong_type
        Whether there was a value that is not of the type.
    broken_text
        Whether there was text with control characters or the mark of a broken encoding.
    rounded
        Whether there was a whole number or an identifier that a spreadsheet has rounded, so that its digits are lost.
    marked
        The text that was read, apart from words that mean missing and marks; and where those were.
    """

    values: pd.Series
    wrong_type: np.ndarray
    broken_text: np.ndarray
    rounded: np.ndarray
    marked: Marked


def as_text(values: pd.Series | pa.Array | pa.ChunkedArray, kind: str | None = None) -> pa.Array:
    """Turn a column of any type into text: blanks around it removed, Unicode composed (NFC), empty as missing.

    Characters that nobody sees are removed, blanks of other widths are blanks, and the quotes of a word processor in a
    number or an identifier are those of a keyboard: what looks the same is the same.

    Numbers without a fraction lose their ``.0``, which pandas adds to whole numbers beside missing values. Moments in a
    time zone are written in UTC; if all of a column are at midnight, as ISO dates. Bytes are read as UTF-8.

    Parameters
    ----------
    values
        The column, of any type of pandas, or text of Arrow.
    kind
        The type to read the text as. For a ``date`` each midnight by itself is an ISO date, the day of the moment's own
        time zone; for a ``timestamp`` midnight is a time of day like any other.
    """
    return read_text(values, kind)[0]


def read_text(values: pd.Series | pa.Array | pa.ChunkedArray, kind: str | None = None) -> tuple[pa.Array, int]:
    """Turn a column into text as :func:`as_text` does, and say in how many values it changed more than what is around.

    Parameters
    ----------
    values, kind
        As of :func:`as_text`.
    """
    text = _trimmed(_raw_text(values, kind))
    changed = 0
    if _is_odd(text):
        other = pc.fill_null(pc.invert(pc.match_substring_regex(text, _AS_IT_LOOKS)), False)
        before = text.filter(other)
        after = _as_seen(before)
        changed = int(pc.sum(pc.not_equal(before, after)).as_py() or 0)
        # Composing can leave a blank at an end, so trim again.
        after = pc.utf8_trim_whitespace(pc.utf8_normalize(after, form="NFC"))
        text = pc.replace_with_mask(text, other, after)
    if has_empty(text):
        text = pc.if_else(pc.equal(pc.binary_length(text), 0), pa.scalar(None, pa.string()), text)
    return text, changed


def _trimmed(text: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(text) if has_blank_ends(text) else text


def _is_odd(text: pa.Array) -> bool:
    """Say whether there is a letter that is not as it looks, or not composed."""
    if within(text, 0, _LAST_OF_KEYBOARD):
        return False
    looks = pc.match_substring_regex(pa.array(letters_beyond(text), pa.string()), _AS_IT_LOOKS)
    return not pc.all(looks).as_py()


def _as_seen(text: pa.Array) -> pa.Array:
    """Leave only what a reader sees."""
    text = pc.replace_substring_regex(text, _INVISIBLE, "")
    # Where letters join to each other, as in Persian or Hindi, the joiners belong to the spelling.
    joined = pc.replace_substring_regex(text, _JOINERS, "")
    text = pc.if_else(pc.match_substring_regex(joined, _LATIN), joined, text)
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, _WIDE_BLANK, " "))
    straight = pc.replace_substring_regex(text, _QUOTED, r"\1")
    for quotes, plain in _QUOTES:
        straight = pc.replace_substring_regex(straight, quotes, plain)
    return pc.if_else(pc.match_substring_regex(text, r"^\S*[0-9]\S*$"), straight, text)


def _raw_text(values: pd.Series | pa.Array | pa.ChunkedArray, kind: str | None) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return flat(values)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _moments_text(values, kind)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.astype("boolean").map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(values.dtype):
        values = values.map(_plain_number, na_action="ignore").astype(object)
    elif pd.api.types.is_integer_dtype(values.dtype):
        values = values.astype("string")
    try:
        return flat(pa.array(values, type=pa.string(), from_pandas=True))
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, TypeError):
        texts = [None if _missing(value) else _plain(value, kind) for value in values]
        return pa.array(texts, type=pa.string())


def _moments_text(values: pd.Series, kind: str | None) -> pa.Array:
    if values.dt.tz is not None:
        values = (values if kind == "date" else values.dt.tz_convert("UTC")).dt.tz_localize(None)
    days = values.dt.normalize().eq(values) | values.isna()
    if kind == "timestamp" or (kind != "date" and not days.all()):
        days[:] = False
    text = values.dt.strftime("%Y-%m-%d").where(days, values.dt.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    return flat(pa.array(text, type=pa.string(), from_pandas=True))


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))  # type: ignore[call-overload]


def _plain(value: object, kind: str | None) -> str:
    if isinstance(value, bytes):
        # What is no UTF-8 becomes U+FFFD, which the rule `text` finds.
        return value.decode("utf-8", errors="replace")
    if isinstance(value, dt.datetime):
        day = kind == "date" and value.time() == dt.time()
        return value.date().isoformat() if day else value.isoformat(timespec="microseconds")
    text = _plain_number(value) if isinstance(value, float) else str(value)
    # Half a surrogate pair cannot be written to any file.
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _plain_number(value: float) -> str:
    return str(int(value)) if np.isfinite(value) and value == int(value) else repr(float(value))


def coerce(text: pa.Array, column: Column) -> Coerced:
    """Read text as the type of a column.

    Dates are read in the column's format and in no other: ``03/04/2021`` in an ISO column is a fault, never a guess.
    Days that the calendar does not have, and those outside 1677-09-22 to 2262-04-11, are faults too.

    Parameters
    ----------
    text
        As :func:`as_text` gives it.
    column
        The column's contract.
    """
    broken = _broken(text)
    marked = read_marks(text, column)
    text = marked.text
    rounded = np.zeros(len(text), dtype=bool)
    present = mask_of(pc.is_valid(text))
    if column.type == "string":
        if column.format is not None:
            form = DateFormat.parse(column.format)
            text = pc.coalesce(form.iso(text, latest_of(column), whole=False), text)
        if column.identifies:
            text, rounded = undo_spreadsheet(text)
            text = pc.if_else(pa.array(rounded), pa.scalar(None, pa.string()), text) if rounded.any() else text
        values = pd.Series(pd.arrays.ArrowStringArray(text))
    else:
        if column.number_format is not None:
            text = column.number_format.plain(text)
        values = READERS[column.type](text, column)
    wrong = present & values.isna().to_numpy() & ~broken
    if column.type == "integer" and wrong.any():
        rounded = wrong & is_rounded(text)
    return Coerced(values, wrong & ~rounded, broken, rounded, marked)


def _broken(text: pa.Array) -> np.ndarray:
    whole = made_of(text, _WHOLE)
    return np.zeros(len(text), dtype=bool) if whole else mask_of(pc.match_substring_regex(text, _BROKEN))


def guess_type(name: str, text: pa.Array, role: str | None) -> tuple[str, str | None]:
    """Choose the type of a column without a contract, and for dates the way they are written."""
    if role is not None and role not in (*DATE_ROLES, *NUMBER_ROLES):
        return "string", None
    if text.null_count == len(text):
        return ("date", None) if role in DATE_ROLES else ("string", None)
    if role == "date_of_birth":
        return _birth_type(text)
    dated = role in DATE_ROLES or {"date", "dob", "month", "day", "time"} & set(snake(name).split("_"))
    if (form := date_type(text)) and (dated or form[1] != "yyyyMMdd"):
        return form
    needed = MOSTLY if role in NUMBER_ROLES else 1.0
    if not has_leading_zeros(text):
        for kind in ("integer", "number"):
            if is_of_type(text, Column("values", kind), needed):
                return kind, None
    words = matches(text, "(?i)^(true|false|yes|no)$", 1.0)
    return ("boolean", None) if words else ("string", None)


def date_type(text: pa.Array) -> tuple[str, str | None] | None:
    """Find the way nearly all dates are written; day before month where both would do."""
    columns = (Column("values", "date", format=form) for form in _shaped(text, MOSTLY))
    possible = [column for column in columns if is_of_type(text, column, MOSTLY)]
    if possible:
        best = max(possible, key=lambda column: share_of_type(text, column) if len(possible) > 1 else 1.0)
        return "date", _unless_iso(str(best.format))
    for form in _TIMES:
        if is_of_type(text, Column("values", "timestamp", format=form), MOSTLY):
            return "timestamp", form
    return None


def _shaped(text: pa.Array, needed: float) -> list[str]:
    """Return the formats that values have the shape of, whether or not a calendar has them."""
    return [form for form in _FORMATS if matches(draw(text), DateFormat.parse(form).pattern, needed / 2)]


def is_of_type(text: pa.Array, column: Column, needed: float) -> bool:
    """Say whether at least this share of the values present are of a column's type."""
    return reaches(text, needed, lambda values: _present_in(values, column))


def share_of_type(text: pa.Array, column: Column) -> float:
    """Return the share of the values present that are of a column's type."""
    return float(pc.mean(_present_in(text, column)).as_py() or 0.0)


def _present_in(text: pa.Array, column: Column) -> pa.Array:
    """Say of each value present whether it is of a column's type."""
    read = pa.array(coerce(text, column).values.notna().to_numpy())
    return pc.if_else(pc.is_valid(text), read, pa.scalar(None, pa.bool_()))


def _birth_type(text: pa.Array) -> tuple[str, str | None]:
    """Choose the type of dates of birth so that no record is lost for one.

    They are dates if all are days that a date can hold. Otherwise they stay text: in ISO order where most are written
    in one way, as they stand where they are not, and linkage reads them.
    """
    whole = (form for form in _shaped(text, 1.0) if is_of_type(text, Column("values", "date", format=form), 1.0))
    if (form := next(whole, None)) is not None:
        return "date", _unless_iso(form)
    values, counts = counted(text)
    shares = {form: _share_of_days(values, counts, DateFormat.parse(form)) for form in _FORMATS}
    best = max(_FORMATS, key=lambda form: shares[form])
    return "string", best if shares[best] >= _HALF else None


def _unless_iso(form: str) -> str | None:
    return None if form == ISO_DATE else form


def _share_of_days(values: pa.Array, counts: np.ndarray, form: DateFormat) -> float:
    """Return the share of the values, counted, that a calendar has; other than dates of pandas it has every year."""
    parts = pc.extract_regex(values, pattern=form.pattern)
    shaped = np.asarray(pc.is_valid(parts))
    part = {
        field.name: np.asarray(pc.struct_field(parts.drop_null(), field.name).cast(pa.int32())) for field in parts.type
    }
    years, months = part["year"], part["month"]
    days = part.get("day", np.ones(len(years), dtype=np.int32))
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    longest = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.where(months <= 12, months, 0)]
    real = (years > 0) & (days > 0) & (days <= longest + (leap & (months == 2)))
    return float(counts[shaped][real].sum() / counts.sum())
