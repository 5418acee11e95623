"""The base of every specification: frozen, and strict about the names it is given."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared_analysis.errors import SharedAnalysisError


class Spec(BaseModel):
    """Settings of one analysis step, as they stand in a section of ``params.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **settings: Any) -> None:
        known = type(self).model_fields
        for name in settings:
            if name not in known:
                raise SharedAnalysisError(
                    f"'{name}' is not a setting of {type(self).__name__}.", next_step=nearest(name, known)
                )
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise SharedAnalysisError(*_explain(type(self).__name__, error)) from None

    @classmethod
    def from_section(cls, section: Mapping[str, Any]) -> Self:
        """Make the specification from a section of ``params.yaml``.

        Raises
        ------
        SharedAnalysisError
            If a key is unknown (the nearest right one is named) or no text, or a value is not allowed.
        """
        for place, name in enumerate(section, start=1):
            if not isinstance(name, str):
                raise SharedAnalysisError(
                    f"A key is not text: YAML reads key {place} of {len(section)} as {name!r}.",
                    f"params.yaml, the section of {cls.__name__}",
                    f"put the key in quotes{_READ_SO.get(repr(name), '')}",
                )
        return cls(**section)


_READ_SO = {
    "True": ": yes, on and true are not text without them",
    "False": ": no, off and false are not text without them",
}


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Say which of the known names was probably meant."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"the settings are: {', '.join(known)}"


def _explain(spec: str, error: ValidationError) -> tuple[str, str, str]:
    """Turn pydantic's report into what, where and next (settings are no personal data, but keep it short)."""
    faults = error.errors(include_url=False, include_input=False)
    what = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults)
    return f"A setting of {spec} is not allowed: {what}.", spec, "correct it in params.yaml"
