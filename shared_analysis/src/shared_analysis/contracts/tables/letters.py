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
_ONE, _NINE = ord("1"), ord("9")


def made_of(text: pa.Array, characters: bytes) -> bool:
    """Say whether values hold no other bytes than these; if not, what holds another may be beneath a missing value."""
    data, least, most = _bytes_of(text), min(characters), max(characters)
    if not within(text, least, most):
        return False
    others = set(range(least, most)).difference(characters)
    return not any((piece == other).any() for piece in _pieces(data) for other in others)


def within(text: pa.Array, least: int, most: int) -> bool:
    """Say whether every byte of the values is between two, or one of them; as :func:`made_of`."""
    data = _bytes_of(text)
    return bool(data.min(initial=most) >= least and data.max(initial=least) <= most)


def letters_beyond(text: pa.Array) -> list[str]:
    """List the letters that no keyboard has, each once; what is no text counts as U+FFFD."""
    data = _bytes_of(text)
    other = b"".join(piece[piece > _LAST_LETTER].tobytes() for piece in _pieces(data))
    return sorted(set(other.decode(errors="replace")))


def has_blank_ends(text: pa.Array) -> bool:
    """Say whether a value may begin or end with a blank; if not, none does."""
    if within(text, _FIRST_LETTER, _LAST_LETTER):
        return False
    data, ends = _bytes_of(text), _ends_of(text)
    for at in range(0, len(text), _PIECE):
        piece = ends[at : at + _PIECE + 1] - ends[0]
        first, last = (data.take(places, mode="clip") for places in (piece[:-1], piece[1:] - 1))
        if _IS_BLANK[first].any() or _IS_BLANK[last].any():
            return True
    return False


def has_empty(text: pa.Array) -> bool:
    """Say whether a value is there and has no letter."""
    return bool((np.diff(_ends_of(text))[_is_there(text)] == 0).any())


def has_leading_zeros(text: pa.Array) -> bool:
    """Say whether a value begins with a zero and another digit, with a sign before them or without."""
    data, ends = _bytes_of(text), _ends_of(text) - _ends_of(text)[0]
    starts, left = ends[:-1][_is_there(text)], np.diff(ends)[_is_there(text)]
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
    lengths = np.where(np.asarray(like.is_valid()), letters.shape[1], 0)
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    validity = like.is_valid().buffers()[1] if like.null_count else None
    return _of_buffers(len(like), validity, ends, np.ascontiguousarray(letters))


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
    data, ends = _bytes_of(text), _ends_of(text)
    gone = np.zeros(len(data) + 1, dtype=np.uint8)
    for piece, own in zip(_pieces(data), _pieces(gone[1:]), strict=True):
        for mark in marks:
            own |= (piece == mark).view(np.uint8)
    before = np.cumsum(gone, dtype=np.int32)
    kept = np.frombuffer(data.tobytes().translate(None, marks), dtype=np.uint8)
    ends = ends - ends[0]
    return _same_rows(text, ends - before[ends], kept)


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
