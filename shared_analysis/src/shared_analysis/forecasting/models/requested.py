"""The one door to the models on request: what a forecast asks of them, and an import that waits until it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.fitted import MemberForecast
from shared_analysis.forecasting.panel.panel import FloatArray, Panel
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


class RequestedModels(Protocol):
    """Models that somebody asked for."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader should know of them."""

    def with_regressors(
        self, table: pd.DataFrame | None, contract: DataContract | None, panel: Panel, hierarchy: Hierarchy
    ) -> RequestedModels:
        """Lay the columns that may help beside the counts.

        Raises
        ------
        SharedAnalysisError
            If the table is not the one that the settings name, or cannot be used; see
            :func:`shared_analysis.forecasting.models.on_request.regressors.read_regressors`.
        """

    def forecast(
        self, requests: Sequence[str], nodes: FloatArray, members: Mapping[str, MemberForecast]
    ) -> dict[str, MemberForecast]:
        """Forecast every node by each request; the usual members stand in where a model cannot."""


def requested_models(spec: ForecastSpec, regressors: pd.DataFrame | None) -> RequestedModels | None:
    """Prepare the models that the settings ask for; None where they ask for none, and nothing is imported then.

    Raises
    ------
    SharedAnalysisError
        If there is no such model (the nearest name is given), or it does not take an argument.
    """
    if not spec.models and spec.regressors is None and regressors is None:
        return None
    from shared_analysis.forecasting.models.on_request.prepared import PreparedModels

    return PreparedModels.of(spec)
