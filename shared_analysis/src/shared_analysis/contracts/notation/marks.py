"""Words that mean missing, marks in place of numbers, and marks behind numbers, read as a contract lists them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.model import Column
from shared_analysis.contracts.numbers import written_like_numbers


@dataclass(frozen=True)
class Marked:
    """A column apart from its words and marks.

    Parameters
    ----------
    text
        The values; missing where there was a word that means so or the mark of a number withheld, 0 where there was
        a word for it, and without the marks behind numbers.
    missing
        Whether there was a word that means missing.
    suppressed
        Whether a number was withheld.
    provisional
        Whether a number was marked as one that may change.
    """

    text: pa.Array
    missing: np.ndarray
    suppressed: np.ndarray
    provisional: np.ndarray


def read_marks(text: pa.Array, column: Column) -> Marked:
    """Take the words and marks that the contract states for a column out of its values.

    Parameters
    ----------
    text
        As :func:`shared_analysis.contracts.values.as_text` gives it.
    column
        The column's contract.
    """
    missing, suppressed = is_one_of(text, column.missing), is_one_of(text, column.suppressed)
    provisional = nobody = np.zeros(len(text), dtype=bool)
    if column.missing or column.suppressed:
        text = without(text, missing | suppressed)
    text = with_zeros(text, column.zero)
    if column.provisional:
        text, provisional = without_provisional(text, column.provisional)
    return Marked(text, missing, suppressed, provisional if provisional.any() else nobody)


def is_one_of(text: pa.Array, words: Sequence[str]) -> np.ndarray:
    """Say which values are one of some words, capitals and all."""
    if not words:
        return np.zeros(len(text), dtype=bool)
    mask: np.ndarray = pc.is_in(text, pa.array(words, pa.string())).to_numpy(zero_copy_only=False)
    return mask


def without(text: pa.Array, gone: np.ndarray) -> pa.Array:
    """Make some values missing."""
    return pc.if_else(pa.array(gone), pa.scalar(None, pa.string()), text) if gone.any() else text


def with_zeros(text: pa.Array, words: Sequence[str]) -> pa.Array:
    """Write 0 for words that stand for it."""
    zero = is_one_of(text, words)
    return pc.if_else(pa.array(zero), pa.scalar("0"), text) if zero.any() else text


def without_provisional(text: pa.Array, marks: Sequence[str]) -> tuple[pa.Array, np.ndarray]:
    """Take marks from behind numbers; and say behind which there was one."""
    alternatives = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    shape = rf"^(.*[0-9)%.]) ?(?:{alternatives})$"
    marked = pc.fill_null(pc.match_substring_regex(text, shape), False)
    numbers = pc.replace_substring_regex(text.filter(marked), shape, r"\1")
    right = pc.fill_null(written_like_numbers(numbers), False)
    provisional: np.ndarray = marked.to_numpy(zero_copy_only=False).copy()
    provisional[provisional] = right.to_numpy(zero_copy_only=False)
    return pc.replace_with_mask(text, pa.array(provisional), numbers.filter(right)), provisional
