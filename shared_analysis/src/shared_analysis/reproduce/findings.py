"""A finding: the verdict on one file or folder, and why. Every floor of the room speaks of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How what came out compares with what the commit says; from the best to the worst."""

    identical = "identical"
    equivalent = "equivalent"
    different = "different"
    missing = "missing"

    @property
    def passed(self) -> bool:
        """Whether the commit's claim stands."""
        return self in (Verdict.identical, Verdict.equivalent)


@dataclass(frozen=True)
class Finding:
    """The verdict on one file or folder.

    Parameters
    ----------
    file
        Its path from the project's root; a key of ``params.yaml`` or a stage's command where that is what differs.
    verdict
        The verdict.
    stage
        The stage that made it, or that read it.
    reasons
        What differs, in words: columns, cells and amounts, never a value of a row.
    recorded, found
        The hash in the committed ``dvc.lock``, and the hash now; None where there is none.
    """

    file: str
    verdict: Verdict
    stage: str
    reasons: tuple[str, ...] = ()
    recorded: str | None = None
    found: str | None = None


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; of none, ``identical``."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.identical)
