"""Every model that the settings ask for, checked before anything is counted, and the columns that may help them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import pandas as pd

from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.fitted import MemberForecast
from shared_analysis.forecasting.models.on_request.global_models import fit_global_model
from shared_analysis.forecasting.models.on_request.regressor import Regressors
from shared_analysis.forecasting.models.on_request.regressors import read_regressors
from shared_analysis.forecasting.models.on_request.statsforecast_models import fit_each_series, make_engine
from shared_analysis.forecasting.panel.panel import FloatArray, Panel
from shared_analysis.forecasting.request import LAST_DIGITS, parse
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


@dataclass(frozen=True)
class PreparedModels:
    """The models of some settings; see :class:`shared_analysis.forecasting.models.requested.RequestedModels`.

    Parameters
    ----------
    spec
        The settings.
    regressors
        Columns that may help the models that learn.
    """

    spec: ForecastSpec
    regressors: Regressors | None = None

    @classmethod
    def of(cls, spec: ForecastSpec) -> Self:
        """See that every model is there and takes its arguments.

        Raises
        ------
        SharedAnalysisError
            If there is no such model (the nearest name is given), or it does not take an argument.
        """
        for text in spec.models:
            make_engine(parse(text), spec.calendar.season, spec.horizon, spec.seed)
        return cls(spec)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Name the models whose results cannot be reproduced byte for byte everywhere."""
        differ = tuple(text for text in self.spec.models if parse(text).name in LAST_DIGITS)
        return (Notice("last_digits_differ", {"models": differ}),) if differ else ()

    def with_regressors(
        self, table: pd.DataFrame | None, contract: DataContract | None, panel: Panel, hierarchy: Hierarchy
    ) -> Self:
        """Lay the columns that may help beside the counts."""
        return replace(self, regressors=read_regressors(table, contract, self.spec, panel, hierarchy))

    def forecast(
        self, requests: Sequence[str], nodes: FloatArray, members: Mapping[str, MemberForecast]
    ) -> dict[str, MemberForecast]:
        """Forecast every node by each request.

        Parameters
        ----------
        requests
            The requests, as they are written.
        nodes
            Nodes by known periods.
        members
            The usual members. The seasonal naive stands in for a node that is too short, constant, or that a model
            fails at; theta for a node that a model of intermittent demand is not for, and its one-step errors where a
            model has none of its own.
        """
        return {text: self._fit(text, nodes, members) for text in requests}

    def _fit(self, text: str, nodes: FloatArray, members: Mapping[str, MemberForecast]) -> MemberForecast:
        request, spec = parse(text), self.spec
        if not request.learns:
            return fit_each_series(request, nodes, spec, members)
        engine = make_engine(request, spec.calendar.season, spec.horizon, spec.seed)
        return fit_global_model(engine, nodes, spec, members["seasonal_naive"], self.regressors)
