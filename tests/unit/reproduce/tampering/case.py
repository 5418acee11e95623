"""What a fraud or an accident is, and what verify is to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shared_analysis.reproduce import Verdict

Kind = Literal["fraud", "accident", "harmless"]
Told = Literal["claims", "read", "run"]
TOTALS, METRICS, BOOK, PAGE_OUT = (
    "data/processed/totals.csv",
    "reports/metrics.json",
    "reports/page.ipynb",
    "reports/index.html",
)
LINK = "a link that leads out of the project"


@dataclass(frozen=True)
class Case:
    """One way to come by a commit whose results may not be what they seem.

    Parameters
    ----------
    kind
        Who did it; ``harmless`` if the results stand.
    tamper
        Does it to the small project; what it leaves is committed.
    verdict
        Verify's, on the commit; None if it must refuse to begin.
    file, reason
        What verify names, and part of why.
    told
        From what the fault can be told: what the commit claims, beside a run that is honest; what is read, before any
        stage runs; or only a run.
    links
        Whether it takes a symbolic link.
    """

    kind: Kind
    tamper: Callable[[Path], None]
    verdict: Verdict | None
    file: str
    reason: str
    told: Told = "run"
    links: bool = False

    @property
    def name(self) -> str:
        """The name of what is done."""
        return self.tamper.__name__
