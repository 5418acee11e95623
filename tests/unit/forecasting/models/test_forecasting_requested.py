"""The door to the models on request: it stays shut until the settings ask for one."""

import sys

import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.forecasting.models.requested import requested_models
from shared_analysis.wording import Notice

TABLE = counts({"E09000001": seasonal(50, 30)})
ROOM = "shared_analysis.forecasting.models.on_request"


def spec(*models: str) -> ForecastSpec:
    return ForecastSpec(table="attendances", count="sum", horizon=3, origins=1, models=models)


def test_a_default_forecast_imports_nothing_of_the_models_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(ROOM)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, ROOM, None)  # now every import of it fails
    assert len(forecast(TABLE, MONTHLY, spec()).ahead) == 3
    with pytest.raises(ImportError):
        forecast(TABLE, MONTHLY, spec("AutoETS"))


def test_a_model_that_is_not_there_is_refused_when_the_door_opens() -> None:
    with pytest.raises(SharedAnalysisError, match="There is no model 'AutoETTS'"):
        requested_models(spec("AutoETTS"), None)


def test_what_is_not_the_same_on_every_processor_is_owned_up_to() -> None:
    requested = requested_models(spec("AutoARIMA", "AutoETS"), None)
    assert requested is not None
    assert requested.notices == (Notice("last_digits_differ", {"models": ("AutoARIMA",)}),)
    plain = requested_models(spec("AutoETS"), None)
    assert plain is not None
    assert plain.notices == ()


def test_a_table_of_regressors_that_nobody_named_is_not_passed_over() -> None:
    with pytest.raises(SharedAnalysisError, match="without the setting that names its columns"):
        forecast(TABLE, MONTHLY, spec(), regressors=pd.DataFrame({"month": []}), regressors_contract=MONTHLY)
