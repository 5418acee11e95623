"""Words that every room shares: how a number of things, a list of names and a notice are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Wording = str | Callable[..., str]
"""How a kind of notice is written: a template for :meth:`str.format`, or a function of the notice's values."""


@dataclass(frozen=True)
class Notice:
    """Something that a reader should know about a result, as data: it is worded once, where it is shown.

    Attributes
    ----------
    code
        Which notice it is, such as ``rule_left_out``: a name that stays the same when its wording changes.
    values
        What its sentence says: counts and the names of columns, rules or periods, never a value from a row of
        personal data.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, wordings: Mapping[str, Wording]) -> str:
        """Write the notice by a room's wordings.

        Raises
        ------
        KeyError
            If the room has no wording for it, or the wording asks for a value that the notice does not have.
        """
        wording = wordings[self.code]
        return wording.format(**self.values) if isinstance(wording, str) else wording(**self.values)


def many(number: int, one: str, more: str) -> str:
    """Write a number before what it counts: the first wording for one, the second for any other."""
    return f"{number:,} {one if number == 1 else more}"


def count_rows(number: int) -> str:
    """Write a number of rows."""
    return many(number, "row", "rows")


def as_count(number: float) -> str:
    """Write a count: whole from ten upwards, one decimal below."""
    return f"{number:,.0f}" if abs(number) >= 10 or number == 0 else f"{number:,.1f}".removesuffix(".0")


def as_share(share: float) -> str:
    """Write a share so that 100% means all and 0% none."""
    text = f"{share:.1%}"
    if text == "100.0%":
        return "100%" if share == 1 else "over 99.9%"
    return "under 0.1%" if text == "0.0%" and share > 0 else text


def listed(names: Sequence[str], most: int = 8) -> str:
    """Write names as a list, the first few when there are many."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def joined(parts: Sequence[str]) -> str:
    """Write parts as one list that ends in ``and``."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def sentence(text: str) -> str:
    """Start with a capital letter."""
    return text[:1].upper() + text[1:]
