"""Dates and times of a long column, of which nearly all have the same digits and marks at the same places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.tables.letters import all_present, made_of, of_letters, same_letters
from shared_analysis.contracts.tables.shares import counted, counted_together, is_varied, matches

_PARTS = ("yyyy", "MM", "dd", "HH", "mm", "ss")
_ISO = ("yyyy", "-", "MM", "-", "dd", "T", "HH", ":", "mm", ":", "ss")
_YEARS = (1678, 2262)
"""The first year of which a moment of pandas can hold every day, and the year after the last."""
_MONTHS = np.arange("1678-01", "2262-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
"""The first days of their months, in days since 1970."""
_ROWS = 1 << 15
_CLOCK = r"([ T])(?:(?:0[1-9]|1[0-9]|2[0-3]):[0-5][0-9]|00:(?:0[1-9]|[1-5][0-9]))"

_CLOCKS = (("HH", ":", "mm", ":", "ss"), ("HH", ":", "mm"))
_NO_CLOCK = bytes({*range(256)} - {ord(":")})
_HALF = 0.5


def read_moments(text: pa.Array, read: Callable[[pa.Array], np.ndarray], tokens: Sequence[str] = ()) -> np.ndarray:
    """Read moments: those that are written as most are by their places, and of the others each different one once.

    Parameters
    ----------
    text
        The values.
    read
        Reads whole values; what it cannot read is ``NaT``.
    tokens
        How values are written: the parts of a format and the marks between them.
    """
    moments = _by_places(text, tokens) if is_varied(text) else None
    if moments is None:
        return _each(text, read)
    others = np.isnat(moments) & np.asarray(pc.is_valid(text))
    if others.any():
        moments[others] = _each(text.filter(pa.array(others)), read)
    return moments


def _each(text: pa.Array, read: Callable[[pa.Array], np.ndarray]) -> np.ndarray:
    encoded = pc.dictionary_encode(text)
    places = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    moments: np.ndarray = np.append(read(encoded.dictionary), np.datetime64("NaT"))[places]
    return moments


def _by_places(text: pa.Array, tokens: Sequence[str]) -> np.ndarray | None:
    letters = same_letters(text) if _stands_at_places(tokens, "yyyy") else None
    if letters is None or letters.shape[1] != sum(map(len, tokens)):
        return None
    read = np.concatenate([_moments(columns, tokens) for columns in _columns_of(letters)])
    if not text.null_count:
        return read
    moments = np.full(len(text), "NaT", dtype="datetime64[ns]")
    moments[np.asarray(pc.is_valid(text))] = read
    return moments


def _stands_at_places(tokens: Sequence[str], *needed: str) -> bool:
    """Say whether a format has these parts, and nothing but parts in two or four digits and marks that are no parts."""
    marks = [token for token in tokens if token not in _PARTS]
    return set(needed) <= set(tokens) and not any(mark.isalpha() and mark != "T" for mark in marks)


def _moments(columns: np.ndarray, tokens: Sequence[str]) -> np.ndarray:
    part, right = _numbers(columns, tokens)
    year, month, day = (part.get(name, np.int32(1)) for name in ("yyyy", "MM", "dd"))
    hour, minute, second = (part.get(name, np.int32(0)) for name in ("HH", "mm", "ss"))
    right &= (year >= _YEARS[0]) & (year < _YEARS[1]) & (month >= 1) & (month <= 12)
    place = np.where(right, (year - _YEARS[0]) * 12 + month - 1, 0)
    first = _MONTHS[place]
    right &= (day >= 1) & (day <= _MONTHS[place + 1] - first) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = (first + day - 1) * 86_400 + (hour * 3_600 + minute * 60 + second)
    moments = (seconds * 1_000_000_000).view("datetime64[ns]")
    moments[~right] = np.datetime64("NaT")
    return moments


def _columns_of(letters: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the first letters of some rows, their second letters and so on; as many rows as the cache holds."""
    return (np.ascontiguousarray(letters[at : at + _ROWS].T) for at in range(0, len(letters), _ROWS))


def _numbers(columns: np.ndarray, tokens: Sequence[str]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the numbers at their places, and which rows have nothing but digits and the marks there."""
    part: dict[str, np.ndarray] = {}
    right, at = np.ones(columns.shape[1], dtype=bool), 0
    for token in tokens:
        own = columns[at : at + len(token)]
        if token in _PARTS:
            digits = own - np.uint8(ord("0"))
            right &= digits.max(axis=0) < 10
            pairs = digits[::2] * np.uint8(10) + digits[1::2]
            part[token] = sum(pair * np.int32(100**power) for power, pair in enumerate(reversed(pairs)))
        else:
            right &= (own == _as_column(token)).all(axis=0)
        at += len(token)
    return part, right


def _as_column(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), dtype=np.uint8)[:, None]


def iso_moments(text: pa.Array, iso: Callable[[pa.Array], pa.Array], tokens: Sequence[str]) -> pa.Array:
    """Put moments into ISO order as :func:`read_moments` reads them; what ``iso`` cannot put so is missing."""
    letters = same_letters(text) if _stands_at_places(tokens, "yyyy", "MM", "dd") and is_varied(text) else None
    if letters is None or letters.shape[1] != sum(map(len, tokens)):
        encoded = pc.dictionary_encode(text)
        return iso(encoded.dictionary).take(encoded.indices)
    written = of_letters(_reordered(letters, tokens), text)
    others = np.asarray(pc.is_valid(text)).copy()
    others[others] = ~np.concatenate([_numbers(columns, tokens)[1] for columns in _columns_of(letters)])
    if not others.any():
        return written
    return pc.replace_with_mask(written, pa.array(others), iso(text.filter(pa.array(others))))


def _reordered(letters: np.ndarray, tokens: Sequence[str]) -> np.ndarray:
    """Put day and time of day at the places that they have in ISO order; parts of a time that are not there are 0."""
    order = _ISO if "HH" in tokens else _ISO[:5]
    plain = "".join("0" * len(token) if token in _PARTS else token for token in order).encode()
    written = np.empty((len(letters), len(plain)), dtype=np.uint8)
    for at in range(0, len(letters), _ROWS):
        own = written[at : at + _ROWS]
        own[:] = np.frombuffer(plain, dtype=np.uint8)
        given, put = _by_part(letters[at : at + _ROWS], tokens), _by_part(own, order)
        for name in given.dtype.names or ():
            put[name] = given[name]
    return written


def _by_part(letters: np.ndarray, tokens: Sequence[str]) -> np.ndarray:
    """Look at rows of letters as rows of parts: the letters of each as one number."""
    starts = dict(zip(tokens, np.cumsum([0, *map(len, tokens)]).tolist(), strict=False))
    names = [token for token in starts if token in _PARTS]
    formats, offsets = [f"u{len(name)}" for name in names], [starts[name] for name in names]
    kind = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": letters.shape[1]})
    return letters.view(kind)[:, 0]


def count_days(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return different values, and how often each occurs, where nearly all times of day are written as one.

    Those are the times that a clock shows, but for the first minute; all else is left as it is.
    """
    if made_of(text, _NO_CLOCK):
        return counted(text)
    tokens = next((tokens for tokens in _CLOCKS if matches(text, _at_the_end(tokens), _HALF)), None)
    letters = None if tokens is None else same_letters(text)
    if tokens is None or letters is None:
        return counted(pc.replace_substring_regex(text, _CLOCK, r"\111:11"))
    return counted_together(_at_one_time(letters[at : at + _ROWS], tokens) for at in range(0, len(letters), _ROWS))


def _at_one_time(letters: np.ndarray, tokens: Sequence[str]) -> pa.Array:
    """Write the same time in place of each that a clock shows, but for the first minute."""
    letters = letters.copy()
    start = letters.shape[1] - sum(map(len, tokens))
    right = _is_clock(np.ascontiguousarray(letters[:, start:].T), tokens)
    parts = _by_part(letters, (" " * start, *tokens))
    for name in parts.dtype.names or ():
        parts[name] = np.where(right, np.frombuffer(b"11", dtype=np.uint16), parts[name])
    return all_present(letters)


def _is_clock(columns: np.ndarray, tokens: Sequence[str]) -> np.ndarray:
    """Say which times a clock shows, but for the first minute."""
    part, right = _numbers(columns, tokens)
    first_minute = (part["HH"] == 0) & (part["mm"] == 0)
    right &= (part["HH"] < 24) & (part["mm"] < 60) & (part.get("ss", np.int32(0)) < 60) & ~first_minute
    return right


def _at_the_end(tokens: Sequence[str]) -> str:
    return "[ T]" + "".join("[0-9]{2}" if token in _PARTS else token for token in tokens) + "$"
