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
_AS_NINE = bytes.maketrans(b"123456789", b"999999999")


def made_of(text: pa.Array, characters: bytes) -> bool:
    """Say whether values hold no other bytes than these; if not, what holds another may be beneath a missing value."""
    return not any(piece.translate(None, characters) for piece in _pieces(text))


def has_blank_ends(text: pa.Array) -> bool:
    """Say whether a value may begin or end with a blank; if not, none does."""
    data, ends = _bytes_of(text), _ends_of(text)
    if not len(data):
        return False
    for at in range(0, len(text), _PIECE):
        piece = ends[at : at + _PIECE + 1] - ends[0]
        first, last = (data.take(places, mode="clip") for places in (piece[:-1], piece[1:] - 1))
        if _IS_BLANK[first].any() or _IS_BLANK[last].any():
            return True
    return False


def same_letters(text: pa.Array) -> np.ndarray | None:
    """Return the letters of the values present, a row for each; ``None`` where they are not all of one length."""
    ends = _ends_of(text)
    present = len(text) - text.null_count
    lengths = np.diff(ends)
    width = int(lengths.max(initial=0))
    if not width or np.count_nonzero(lengths == width) != present or int(ends[-1] - ends[0]) != present * width:
        return None
    return _bytes_of(text).reshape(present, width)


def of_letters(letters: np.ndarray, like: pa.Array) -> pa.Array:
    """Make a column of letters that :func:`same_letters` has given of another one; rows may have become shorter."""
    lengths = np.where(np.asarray(like.is_valid()), letters.shape[1], 0)
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    validity = like.is_valid().buffers()[1] if like.null_count else None
    return _of_buffers(len(like), validity, ends, np.ascontiguousarray(letters))


def with_nines(text: pa.Array) -> pa.Array:
    """Write 9 for each digit but 0: how a number is written shows no less, and there are few ways to write one."""
    data = b"".join(piece.translate(_AS_NINE) for piece in _pieces(text))
    ends = _ends_of(text)
    validity = text.is_valid().buffers()[1] if text.null_count else None
    return _of_buffers(len(text), validity, ends - ends[0] if ends[0] else ends, data)


def sorting_codes(text: pa.Array) -> np.ndarray:
    """Return numbers of which none is greater than that of a value that comes later: of the letters that differ first.

    Those of missing values are the greatest.
    """
    extremes = pc.min_max(text)
    least, most = ((extremes[end].as_py() or "").encode() for end in ("min", "max"))
    start = next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))
    data, ends = _bytes_of(text), _ends_of(text)
    places = ends[:-1] - ends[0] + np.int32(start)
    codes = np.zeros(len(text), dtype=np.uint64)
    for _ in range(_CODED):
        inside = places < ends[1:] - ends[0]
        codes <<= np.uint64(8)
        codes[inside] |= data[places[inside]]
        places += 1
    if text.null_count:
        codes[np.asarray(text.is_null())] = np.iinfo(np.uint64).max
    return codes


def _of_buffers(length: int, validity: pa.Buffer | None, ends: np.ndarray, data: np.ndarray | bytes) -> pa.Array:
    return pa.Array.from_buffers(pa.string(), length, [validity, pa.py_buffer(ends), pa.py_buffer(data)])


def _ends_of(text: pa.Array) -> np.ndarray:
    if not len(text):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(text.buffers()[1], dtype=np.int32)[text.offset : text.offset + len(text) + 1]


def _bytes_of(text: pa.Array) -> np.ndarray:
    ends = _ends_of(text)
    return np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]]


def _pieces(text: pa.Array) -> Iterator[bytes]:
    """Cut the bytes of all values, one after the other, into pieces that the processor's cache holds."""
    data = _bytes_of(text)
    return (data[at : at + _PIECE].tobytes() for at in range(0, len(data), _PIECE))
