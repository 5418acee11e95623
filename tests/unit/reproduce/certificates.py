"""A certificate as it comes of a commit that was proved."""

from __future__ import annotations

import datetime as dt

from shared_analysis.reproduce import Certificate, Finding, Verdict

PROVED = Certificate(
    title="Warm homes",
    authors=("Barking Council",),
    repository="",
    commit="0123456789" * 4,
    synthetic=False,
    environment={"python": "3.11.7"},
    tolerance=1e-9,
    inputs=(),
    outputs=(Finding("reports/index.html", Verdict.identical, "report"),),
    day=dt.date(2026, 5, 1),
)
