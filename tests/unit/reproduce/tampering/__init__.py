"""Seeded frauds and accidents on the small project: the tests judge them, and the benchmark sets DVC beside."""

from tests.unit.reproduce.tampering import beside, hidden, honest, inputs, meddling, results, stages, surroundings
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
]

__all__ = ["CASES", "Case"]
