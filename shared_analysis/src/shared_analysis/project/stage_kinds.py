"""Which kind of analysis a stage of the pipeline is: ``meta: {kind: linkage}`` in ``dvc.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class StageKind(StrEnum):
    """The kinds there are; ``analysis`` is one that the project thought of itself."""

    TWIN = "twin"
    VALIDATION = "validation"
    LINKAGE = "linkage"
    FORECASTING = "forecasting"
    ANALYSIS = "analysis"
    REPORT = "report"


TITLES: Mapping[str, str] = {
    StageKind.VALIDATION: "Data quality",
    StageKind.LINKAGE: "Linkage",
    StageKind.FORECASTING: "Forecast",
}
"""What a reader calls a kind of stage that has a section in the report; any other stage goes by its own name."""

# For a pipeline from before stages said what they are: the template's names, and settings that one kind alone has.
_NAMES = {
    "twin": StageKind.TWIN,
    "validate": StageKind.VALIDATION,
    "link": StageKind.LINKAGE,
    "forecast": StageKind.FORECASTING,
    "report": StageKind.REPORT,
}
_SETTINGS = {StageKind.LINKAGE: {"link_type"}, StageKind.FORECASTING: {"horizon", "origins"}}


def kind_of(stage: str, body: Any, settings: Any) -> str:
    """Say which kind of analysis a stage is.

    Parameters
    ----------
    stage
        Its name.
    body
        What ``dvc.yaml`` says of it.
    settings
        Its section of ``params.yaml``, if it has one.

    Returns
    -------
    str
        What its ``meta: {kind: ...}`` says, whether there is such a :class:`StageKind` or not. A stage that says
        nothing is told by its name, if it is one of the template's, or else by its settings.
    """
    if (stated := stage_meta(body).get("kind")) is not None:
        return str(stated)
    names = set(settings) if isinstance(settings, dict) else set()
    by_settings = (kind for kind, own in _SETTINGS.items() if own <= names)
    return _NAMES.get(stage) or next(by_settings, StageKind.ANALYSIS)


def stage_meta(body: Any) -> Mapping[str, Any]:
    """Read the ``meta`` of a stage; that of a ``foreach`` stands under ``do``."""
    inner = body.get("do", body) if isinstance(body, dict) else None
    meta = inner.get("meta") if isinstance(inner, dict) else None
    return meta if isinstance(meta, dict) else {}
