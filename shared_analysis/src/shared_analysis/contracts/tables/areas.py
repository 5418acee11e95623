"""Codes of areas of the Office for National Statistics: of what kind they are, by their first three characters.

References
----------
Office for National Statistics, "Register of Geographic Codes".
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.tables.shares import counted

AREA_CODE = r"^[EKNSW][0-9]{8}$"
# All of one kind, wherever in the United Kingdom.
_KINDS = (
    ("E06", "E07", "E08", "E09", "N09", "S12", "W06"),
    ("E05", "N08", "S13", "W05"),
    ("E00", "N00", "S00", "W00"),
    ("E01", "N20", "S01", "W01"),
    ("E02", "N21", "S02", "W02"),
    ("E14", "N05", "N06", "S14", "W07"),
    ("E12",),
    ("E92", "K02", "K03", "K04", "N92", "S92", "W92"),
)
_MOST_KINDS = 3


def kinds_of_areas(codes: pa.Array) -> list[str]:
    """List the kinds of areas that codes are of, each by how its codes here begin; what is no such code has none."""
    beginnings = {code[:3] for code in pc.unique(codes.drop_null()).to_pylist() if re.fullmatch(AREA_CODE, code)}
    kinds: dict[tuple[str, ...], list[str]] = {}
    for begins in sorted(beginnings):
        # Counties stand beside unitary authorities where their districts do not.
        kind = _kind("E06" if begins == "E10" and "E07" not in beginnings else begins)
        kinds.setdefault(kind, []).append(begins)
    return ["/".join(own) for own in kinds.values()]


def pattern_of_areas(codes: pa.Array) -> str:
    """Write a pattern of codes of areas of the kinds that are there."""
    kinds = {_kind(code[:3]) for code in counted(codes)[0].to_pylist()}
    if len(kinds) > _MOST_KINDS:
        return AREA_CODE
    return f"^({'|'.join(sorted(begins for kind in kinds for begins in kind))})[0-9]{{6}}$"


def _kind(begins: str) -> tuple[str, ...]:
    """Find how all codes of a kind begin; what is of no known kind is one of its own."""
    return next((kind for kind in _KINDS if begins in kind), (begins,))
