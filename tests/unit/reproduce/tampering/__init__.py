"""Seeded frauds and accidents on the small project: the tests judge them, and the benchmark sets DVC beside."""

from tests.unit.reproduce.tampering import (
    beside,
    dvc_ways,
    hidden,
    honest,
    inputs,
    meddling,
    results,
    stage_ways,
    stages,
    surroundings,
)
from tests.unit.reproduce.tampering.case import Case

CASES = [
    *results.CASES,
    *inputs.CASES,
    *stages.CASES,
    *meddling.CASES,
    *beside.CASES,
    *hidden.CASES,
    *surroundings.CASES,
    *honest.CASES,
    *dvc_ways.CASES,
    *stage_ways.CASES,
]

__all__ = ["CASES", "Case"]
