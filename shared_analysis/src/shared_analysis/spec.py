"""The base of every specification: frozen, and strict about the names it is given."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared_analysis.errors import SharedAnalysisError

CORRECT = "correct it in params.yaml"
"""What to do about a setting that is not right, unless whoever reads the error knows of another place."""


class Spec(BaseModel):
    """Settings of one analysis step, as they stand in a section of ``params.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **settings: Any) -> None:
        known = type(self).model_fields
        for name in settings:
            if name not in known:
                raise SharedAnalysisError(f"'{name}' is not a setting.", next_step=nearest(name, known))
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise SharedAnalysisError(_explain(error), next_step=CORRECT) from None

    @classmethod
    def from_section(cls, section: Mapping[str, Any], name: str | None = None) -> Self:
        """Make the specification from a section of ``params.yaml``; its name is for what is said of a fault.

        Raises
        ------
        SharedAnalysisError
            If a key is unknown (the nearest right one is named) or no text, or a value is not allowed.
        """
        where = f"params.yaml, section {name}" if name else None
        for place, key in enumerate(section, start=1):
            if not isinstance(key, str):
                raise SharedAnalysisError(
                    f"A key is not text: YAML reads key {place} of {len(section)} as {key!r}.",
                    where or "params.yaml",
                    f"put the key in quotes{_READ_SO.get(repr(key), '')}",
                )
        try:
            return cls(**section)
        except SharedAnalysisError as error:
            if where is None or error.where:
                raise
            raise SharedAnalysisError(error.what, where, error.next_step) from None


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


def _explain(error: ValidationError) -> str:
    """Say pydantic's report in words (settings are no personal data, but keep it short)."""
    said = []
    for fault in error.errors(include_url=False, include_input=False):
        message = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            said.append(message)  # of several settings together
        elif fault["type"] == "missing":
            said.append(f"'{fault['loc'][0]}' is missing")
        else:
            message = message.replace("Input should", "it should", 1)
            said.append(f"'{'.'.join(str(part) for part in fault['loc'])}': {message}")
    return f"{'A setting is' if len(said) == 1 else 'Settings are'} not right: {'; '.join(said)}."
