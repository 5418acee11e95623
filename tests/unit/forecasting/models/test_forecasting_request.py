"""A model on request: how it is written, and what is no request."""

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec
from shared_analysis.forecasting.models.ensemble import name_method, short_name
from shared_analysis.forecasting.request import parse


def spec(*models: str) -> ForecastSpec:
    return ForecastSpec(table="attendances", count="sum", models=models)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("AutoETS", "AutoETS"),
        ("TSB( alpha_d = .2,alpha_p=0.3 )", "TSB(alpha_d=0.2, alpha_p=0.3)"),
        ("sklearn.linear_model.Lasso(alpha=1e-2)", "sklearn.linear_model.Lasso(alpha=0.01)"),
        ('AutoETS(model="ZNZ")', "AutoETS(model='ZNZ')"),
    ],
)
def test_a_request_is_read_and_always_written_alike(text: str, written: str) -> None:
    assert spec(text).models == (written,)
    assert parse(parse(text).text) == parse(text)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["AutoETS", "AutoETS()"], "a model is named twice"),
        (["theta"], "'theta' is always tried, as theta: leave it out"),
        (["DynamicOptimizedTheta"], "is always tried, as theta"),
        (["SeasonalNaive"], "is always tried, as seasonal_naive"),
        (["AutoETS(12)"], "is not a model: write its name"),
        (["AutoETS or AutoCES"], "is not a model: write its name"),
        (["AutoETS(model=open('x'))"], "an argument is not a plain value"),
        (["__import__('os').getcwd()"], "is not a model"),
        (["AutoETS(**{})"], "is not a model"),
        ([""], "is not a model"),
    ],
)
def test_what_is_no_request_is_refused_when_the_settings_are_read(asked: list[str], message: str) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        spec(*asked)
    assert message in refused.value.what


@pytest.mark.parametrize(
    ("candidate", "name", "short"),
    [
        ("AutoETS", "automatic exponential smoothing (AutoETS)", "AutoETS"),
        ("ridge", "ridge regression on all series together", "ridge regression"),
        ("ridge(alpha=2)", "ridge regression on all series together (ridge(alpha=2))", "ridge regression(alpha=2)"),
        ("gradient_boosting", "gradient boosting on all series together", "gradient boosting"),
        ("MFLES", "the model MFLES", "MFLES"),
        (
            "sklearn.linear_model.Lasso(alpha=0.1)",
            "the model sklearn.linear_model.Lasso(alpha=0.1)",
            "Lasso(alpha=0.1)",
        ),
        ("no model", "no model", "no model"),
    ],
)
def test_a_request_has_a_name_in_words_and_a_short_one(candidate: str, name: str, short: str) -> None:
    assert name_method(candidate, "year") == name
    assert short_name(candidate, "year") == short


def test_models_of_intermittent_demand_say_where_they_are_used() -> None:
    assert name_method("CrostonSBA", "year").endswith("of the counts are zero and the theta method elsewhere")
