"""Seeded frauds and accidents on the small project: the tests judge them, and the benchmark sets DVC beside."""

from tests.unit.reproduce.tampering import inputs, results, stages, surroundings
from tests.unit.reproduce.tampering.case import Case

CASES = [*results.CASES, *inputs.CASES, *stages.CASES, *surroundings.CASES]

__all__ = ["CASES", "Case"]
