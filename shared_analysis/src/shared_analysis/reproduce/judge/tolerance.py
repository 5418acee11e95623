"""By how much fractions may differ: as usual, as the project states it, or as the reviewer allows."""

from __future__ import annotations

import tomllib
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

USUAL_TOLERANCE = 1e-9
_MOST_STATED = 1e-6


def agreed_tolerance(root: Path, given: float | None) -> float:
    """Take the tolerance that the reviewer gives, or else what the commit states, as far as it may choose what passes.

    Raises
    ------
    SharedAnalysisError
        If the reviewer gives none, and what is stated is no share, or one that a reviewer must agree to.
    """
    if given is not None:
        return given
    stated = stated_tolerance(root)
    if stated > _MOST_STATED:
        raise SharedAnalysisError(
            f"The commit asks for a tolerance of {stated:g}, and more than {_MOST_STATED:g} is the reviewer's to give.",
            "pyproject.toml, tool.shared-analysis",
            f"if you agree that such numbers are the same: --tolerance {stated:g}",
        )
    return stated


def stated_tolerance(root: Path) -> float:
    """Read by how much fractions may differ, as the project states it; 1e-9 if it does not.

    Raises
    ------
    SharedAnalysisError
        If it is no share from 0 to 1.
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        stated = settings.get("tool", {}).get("shared-analysis", {}).get("tolerance", USUAL_TOLERANCE)
    except (tomllib.TOMLDecodeError, AttributeError):
        return USUAL_TOLERANCE
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 <= stated < 1:
        raise SharedAnalysisError(
            "The stated tolerance is not a share from 0 to 1.", "pyproject.toml, tool.shared-analysis", "correct it"
        )
    return float(stated)
