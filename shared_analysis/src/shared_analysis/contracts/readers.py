"""Reading a plainly written column as a type: usual ways of writing all at once, the others one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.dates import ISO_DATE, LATEST, LATEST_BIRTH, DateFormat
from shared_analysis.contracts.model import Column
from shared_analysis.contracts.numbers import PLAIN_NUMBER, without_exponents
from shared_analysis.contracts.tables.letters import DIGITS, made_of
from shared_analysis.contracts.tables.moments import read_moments
from shared_analysis.contracts.tables.shares import matches

_INTEGER = r"^(?:\+|(-))?([0-9]+)(\.0+)?$"
_TIMESTAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$"
_AGREED = 15
_WITHOUT_OFFSET = r"^([0-9-]{10}[T ][0-9:.]+)$"
_BOOLEANS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}


def mask_of(values: pa.Array) -> np.ndarray:
    """Return truth values, missing ones as false."""
    mask: np.ndarray = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return mask


def _kept(text: pa.Array, pattern: str) -> pa.Array:
    """Keep what has the pattern's shape; the rest becomes missing."""
    return pc.if_else(pc.match_substring_regex(text, pattern), text, pa.scalar(None, pa.string()))


def _cast(text: pa.Array, kind: pa.DataType, characters: bytes) -> pa.Array | None:
    """Read plainly written values all at once; ``None`` where one is written otherwise."""
    if not made_of(text, characters):
        return None
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:
        return None


def _read_integer(text: pa.Array, column: Column) -> pd.Series:
    numbers = _cast(text, pa.int64(), DIGITS + b"-")
    if numbers is None:
        numbers = _integers(text if column.number_format is None else without_exponents(text))
    filled = pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False).copy()
    return pd.Series(pd.arrays.IntegerArray(filled, ~mask_of(pc.is_valid(numbers))))


def _integers(text: pa.Array) -> pa.Array:
    whole = _kept(pc.replace_substring_regex(text, _INTEGER, r"\1\2"), "^-?[0-9]+$")
    fits = pc.less_equal(pc.utf8_length(whole), 18)
    if not pc.all(fits, skip_nulls=True).as_py():
        # Nineteen digits may or may not fit; Python's own integers decide.
        values = [value if value is None or -(2**63) <= int(value) < 2**63 else None for value in whole.to_pylist()]
        whole = pa.array([None if value is None else str(int(value)) for value in values], pa.string())
    return whole.cast(pa.int64())


def _read_number(text: pa.Array, _: Column) -> pd.Series:
    numbers = _plain_numbers(text)
    if numbers is None:
        text = _kept(text, PLAIN_NUMBER)
        numbers = _plain_numbers(text)
    if numbers is None:
        floats = pd.to_numeric(text.to_pandas(), errors="coerce").astype("float64")
        finite: pd.Series = floats.where(np.isfinite(floats)).astype("Float64")
        return finite
    filled = pc.fill_null(numbers, 1.0).to_numpy(zero_copy_only=False).copy()
    return pd.Series(pd.arrays.FloatingArray(filled, ~mask_of(pc.is_valid(numbers))))


def _plain_numbers(text: pa.Array) -> pa.Array | None:
    """Read numbers all at once where pandas and Arrow are sure to agree: of more than fifteen digits they may not."""
    if (pc.max(pc.binary_length(text)).as_py() or 0) > _AGREED:
        return None
    # To pandas, none of a column of whole numbers is a zero below zero.
    whole = None if text.null_count else _cast(text, pa.int64(), DIGITS + b"-")
    return _cast(text, pa.float64(), DIGITS + b"-.") if whole is None else whole.cast(pa.float64())


def _read_boolean(text: pa.Array, _: Column) -> pd.Series:
    encoded = pc.dictionary_encode(text)
    answers = pa.array(map(_BOOLEANS.get, pc.utf8_lower(encoded.dictionary).to_pylist()), pa.bool_())
    values = answers.take(encoded.indices)
    return pd.Series(pd.arrays.BooleanArray(mask_of(values), ~mask_of(pc.is_valid(values))))


def _read_date(text: pa.Array, column: Column) -> pd.Series:
    form = DateFormat.parse(column.format or ISO_DATE)
    moments = form.read(text, latest_of(column))
    return moments.dt.normalize() if column.type == "date" and form.is_timed else moments


def latest_of(column: Column) -> int:
    """Return the last two digits of a year that are of the 2000s in a column."""
    return LATEST_BIRTH if column.role == "date_of_birth" else LATEST


def _read_timestamp(text: pa.Array, column: Column) -> pd.Series:
    """Read a moment; one with an offset is turned into UTC, one without is taken as it stands."""
    if column.format is not None:
        return _read_date(text, column)
    mark = "T" if matches(text, "^.{10}T", 0.5) else " "
    return pd.Series(read_moments(text, _moments, ("yyyy", "-", "MM", "-", "dd", mark, "HH", ":", "mm", ":", "ss")))


def _moments(text: pa.Array) -> np.ndarray:
    # Left without one, a moment would be given the offset of an earlier row: pandas remembers it.
    kept = _kept(pc.replace_substring_regex(text, _WITHOUT_OFFSET, r"\1Z"), _TIMESTAMP)
    texts = kept.to_numpy(zero_copy_only=False)
    moments = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True, cache=False)
    read: np.ndarray = moments.tz_localize(None).to_numpy(dtype="datetime64[ns]")
    return read


READERS: dict[str, Callable[[pa.Array, Column], pd.Series]] = {
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "date": _read_date,
    "timestamp": _read_timestamp,
}
"""What reads a column of each type but text; what is not of the type is missing."""
