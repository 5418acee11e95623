"""The bytes of a column, looked at all together: what no value holds need not be looked for in each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_CODED = 8
_PIECE = 1 << 16
DIGITS = b"0123456789"
_IS_BLANK = np.array([byte < 33 or byte > 127 for byte in range(256)])
"""Bytes with which a blank may begin or end, of whatever width."""
_FIRST_LETTER, _LAST_LETTER = 33, 127
_LAST_BYTE = 255
_MAY_LEAD = np.isin(np.arange(256), list(b"0+-"))
_ONE, _NINE = ord("1"), ord("9")


def made_of(text: pa.Array, characters: bytes) -> bool:
    """Say whether values hold no other bytes than these; if not, what holds another may be beneath a missing value."""
    data, least, most = _bytes_of(text), min(characters), max(characters)
    if not within(text, least, most):
        return False
    others = set(range(least, most)).difference(characters)
    # Bytes look for one of theirs faster than numpy compares them all.
    return not any(other in piece for piece in map(bytes, _pieces(data)) for other in others)


def within(text: pa.Array, least: int, most: int) -> bool:
    """Say whether every byte of the values is between two, or one of them; as :func:`made_of`."""
    data = _bytes_of(text)
    above = least == 0 or data.min(initial=most) >= least
    return bool(above and (most == _LAST_BYTE or data.max(initial=least) <= most))


def letters_beyond(text: pa.Array) -> list[str]:
    """List the letters that no keyboard has, each once; what is no text counts as U+FFFD."""
    data = _bytes_of(text)
    other = b"".join(piece[piece > _LAST_LETTER].tobytes() for piece in _pieces(data))
    return sorted(set(other.decode(errors="replace")))


def has_blank_ends(text: pa.Array) -> bool:
    """Say whether a value may begin or end with a blank; if not, none does."""
    if within(text, _FIRST_LETTER, _LAST_LETTER):
        return False
    return any(_IS_BLANK[first].any() or _IS_BLANK[last].any() for _, first, last in _ends_in(text))


def has_empty(text: pa.Array) -> bool:
    """Say whether a value is there and has no letter."""
    ends = _ends_of(text)
    empty = ends[1:] == ends[:-1]
    return bool(np.any(empty & np.asarray(text.is_valid()) if text.null_count else empty))


def has_leading_zeros(text: pa.Array) -> bool:
    """Say whether a value begins with a zero and another digit, with a sign before them or without."""
    data, ends = _bytes_of(text), _ends_of(text) - _ends_of(text)[0]
    found = [at + np.flatnonzero(_MAY_LEAD[first]) for at, first, _ in _ends_in(text)]
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *found])
    rows = rows[np.asarray(text.is_valid())[rows]] if text.null_count else rows
    starts, left = ends[rows], ends[rows + 1] - ends[rows]
    for _ in range(2):
        starts, left = starts[left > 1], left[left > 1]
        first, second = data[starts], data[starts + 1]
        if ((first == ord("0")) & (second - np.uint8(ord("0")) < len(DIGITS))).any():
            return True
        signed = (first == ord("+")) | (first == ord("-"))
        starts, left = starts[signed] + 1, left[signed] - 1
    return False


def same_letters(text: pa.Array) -> np.ndarray | None:
    """Return the letters of the values present, a row for each; ``None`` where they are not all of one length."""
    lengths, there = np.diff(_ends_of(text)), _is_there(text)
    own = lengths[there]
    width = int(own.max(initial=0))
    if not width or (own != width).any() or int(lengths.sum()) != len(own) * width:
        return None
    return _bytes_of(text).reshape(len(own), width)


def of_letters(letters: np.ndarray, like: pa.Array) -> pa.Array:
    """Make a column of letters that :func:`same_letters` has given of another one; rows may have become shorter."""
    ends = _ends_of(like) - _ends_of(like)[0]
    before, width = int(ends[-1]) // len(letters), letters.shape[1]
    return _same_rows(like, ends if before == width else ends // before * width, np.ascontiguousarray(letters))


def all_present(letters: np.ndarray) -> pa.Array:
    """Make a column of rows of letters, none of them missing."""
    ends = np.arange(0, letters.size + 1, letters.shape[1], dtype=np.int32)
    return _of_buffers(len(letters), None, ends, np.ascontiguousarray(letters))


def with_nines(text: pa.Array) -> pa.Array:
    """Write 9 for each digit but 0: how a number is written shows no less, and there are few ways to write one."""
    data = _bytes_of(text)
    nines = np.empty_like(data)
    for piece, own in zip(_pieces(data), _pieces(nines), strict=True):
        # Where it is such a digit, what it lacks to 9 is added: faster than a choice for each byte.
        own[:] = piece + (_NINE - piece) * (piece - _ONE <= _NINE - _ONE).view(np.uint8)
    return _same_rows(text, _ends_of(text), nines)


def without_bytes(text: pa.Array, marks: bytes) -> pa.Array:
    """Leave out some bytes; a letter of several bytes only where none of them is another letter's."""
    data, ends = _bytes_of(text), _ends_of(text) - _ends_of(text)[0]
    left, before = np.empty_like(ends), 0
    for at in range(0, len(ends), _PIECE):
        own = ends[at : at + _PIECE + 1]
        piece = data[own[0] : own[-1]]
        gone = np.zeros(len(piece) + 1, dtype=np.uint8)
        for mark in marks:
            gone[1:] |= (piece == mark).view(np.uint8)
        passed = np.cumsum(gone, dtype=np.int32)
        left[at : at + _PIECE + 1] = own - before - passed[own - own[0]]
        before += passed[-1]
    return _same_rows(text, left, np.frombuffer(data.tobytes().translate(None, marks), dtype=np.uint8))


def sorting_codes(text: pa.Array) -> np.ndarray:
    """Return numbers of which none is greater than that of a value that comes later: of the letters that differ first.

    Those of missing values are the greatest.
    """
    extremes = pc.min_max(text)
    least, most = ((extremes[end].as_py() or "").encode() for end in ("min", "max"))
    start = next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))
    data, ends = _bytes_of(text), _ends_of(text)
    places = np.minimum(ends[:-1] - ends[0] + np.int32(start), len(data))
    behind = np.concatenate([data, np.zeros(_CODED, dtype=np.uint8)])
    codes = np.lib.stride_tricks.sliding_window_view(behind, _CODED)[places].view(">u8").ravel().astype(np.uint64)
    left = np.clip(ends[1:] - ends[0] - places, 0, _CODED)
    unused = (8 * (_CODED - left)).astype(np.uint64)
    codes = np.where(left > 0, codes >> unused << unused, np.uint64(0))
    if text.null_count:
        codes[np.asarray(text.is_null())] = np.iinfo(np.uint64).max
    return codes


def _ends_in(text: pa.Array) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the first and the last letters of as many values as the cache holds, and the place of the first of these.

    Those of an empty value are of the values beside it.
    """
    data, ends = _bytes_of(text), _ends_of(text)
    for at in range(0, len(text) if len(data) else 0, _PIECE):
        piece = ends[at : at + _PIECE + 1] - ends[0]
        first, last = (data.take(places, mode="clip") for places in (piece[:-1], piece[1:] - 1))
        yield at, first, last


def _is_there(text: pa.Array) -> np.ndarray | slice:
    """Say which values are there; beneath a missing one there may be bytes."""
    return np.asarray(text.is_valid()) if text.null_count else slice(None)


def _same_rows(text: pa.Array, ends: np.ndarray, data: np.ndarray) -> pa.Array:
    """Make a column of other bytes, whose values are there where those of another one are."""
    validity = text.is_valid().buffers()[1] if text.null_count else None
    return _of_buffers(len(text), validity, ends - ends[0] if ends[0] else ends, data)


def _of_buffers(length: int, validity: pa.Buffer | None, ends: np.ndarray, data: np.ndarray) -> pa.Array:
    return pa.Array.from_buffers(pa.string(), length, [validity, pa.py_buffer(ends), pa.py_buffer(data)])


def _ends_of(text: pa.Array) -> np.ndarray:
    if not len(text):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(text.buffers()[1], dtype=np.int32)[text.offset : text.offset + len(text) + 1]


def _bytes_of(text: pa.Array) -> np.ndarray:
    ends = _ends_of(text)
    return np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]]


def _pieces(data: np.ndarray) -> Iterator[np.ndarray]:
    """Cut bytes into pieces that the processor's cache holds, at least one."""
    return (data[at : at + _PIECE] for at in range(0, max(len(data), 1), _PIECE))
