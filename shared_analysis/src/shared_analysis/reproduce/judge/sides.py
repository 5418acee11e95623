"""How two things that are compared are spoken of."""

from __future__ import annotations

from dataclasses import dataclass

from shared_analysis.reproduce.judge.public_names import EVERY, PublicNames


@dataclass(frozen=True)
class Sides:
    """Words for the two: ``4 rows came out, 3 are committed``."""

    old: str
    new: str
    gone: str
    """Of a file or column that only the old one has."""
    come: str
    """Of a file that only the new one has."""
    names: PublicNames = EVERY
    """Which names in the two may be said."""


COMMITTED = Sides("are committed", "came out", "did not come out", "is not among the committed files")
BEFORE_AND_AFTER = Sides("before", "after", "is gone", "is new")
