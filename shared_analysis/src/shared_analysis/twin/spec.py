"""The settings of the twin."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.spec import Spec


def _month(text: str) -> str:
    try:
        month = np.datetime64(text, "D")
    except ValueError:
        month = None
    if month is None or len(text) != 7 or not "1900-01" <= text <= "2199-12":
        raise ValueError("a month is written like 2016-01, between 1900-01 and 2199-12")
    return text


Month = Annotated[str, AfterValidator(_month)]


class TwinSpec(Spec):
    """The ``twin`` section of ``params.yaml``.

    Parameters
    ----------
    people
        How many people live in the twin. Contacts grow with it: about 13 a person over nine years.
    seed
        The same seed gives the same bytes.
    first_month, last_month
        The first and last month with contacts, as ``2016-01``.
    """

    people: int = Field(default=4000, ge=1)
    seed: int = Field(default=1, ge=0)
    first_month: Month = "2016-01"
    last_month: Month = "2024-12"

    @model_validator(mode="after")
    def _in_order(self) -> TwinSpec:
        if self.last_month < self.first_month:
            raise SharedAnalysisError(
                "The last month lies before the first.", "twin: first_month, last_month", "swap them in params.yaml"
            )
        return self
