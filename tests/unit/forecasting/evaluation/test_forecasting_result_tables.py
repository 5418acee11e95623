"""Tables of a result: one row a node and period, what is published adds up, and the order of methods is one."""

import numpy as np
import pandas as pd
import pytest

from shared_analysis.forecasting.evaluation.backtest import Backtest, Outcome
from shared_analysis.forecasting.evaluation.result_tables import accuracy_table, coverage_by_level, significant
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy

HIERARCHY = Hierarchy.of(pd.DataFrame({"category": ["a", "b"]}))


def back_tests(errors: dict[str, float], normal: tuple[bool, ...]) -> Backtest:
    forecasts = {name: np.full((3, 2), 10.0 + error) for name, error in errors.items()}
    outcome = Outcome(24, forecasts, {}, np.ones(3), {}, frozenset(), {})
    return Backtest((outcome,) * len(normal), np.full((len(normal), 3, 2), 10.0), normal)


def test_methods_stand_by_their_error_and_then_by_name() -> None:
    errors = {"theta": 1.0, "seasonal_naive": 2.0, "mstl": 1.0 + 1e-12, "level": 3.0}
    table = accuracy_table(back_tests(errors, (True,) * 3), HIERARCHY)
    assert table["level"].unique().tolist() == ["every level", "total", "series"]
    assert table.loc[table["level"] == "total", "method"].tolist() == ["mstl", "theta", "seasonal_naive", "level"]
    np.testing.assert_allclose(table["mase_ratio"][:4], [0.5, 0.5, 1.0, 1.5])


def test_back_tests_that_are_left_out_have_rows_of_their_own() -> None:
    table = accuracy_table(back_tests({"seasonal_naive": 2.0}, (True, True, False, True)), HIERARCHY)
    assert table["level"].iloc[-1] == "every level, touching a break"
    kept = accuracy_table(back_tests({"seasonal_naive": 2.0}, (True, False, False, True)), HIERARCHY)
    assert "every level, touching a break" not in set(kept["level"])


def test_where_the_baseline_never_errs_another_has_no_ratio() -> None:
    table = accuracy_table(back_tests({"seasonal_naive": 0.0, "theta": 1.0}, (True,) * 3), HIERARCHY).iloc[:2]
    assert table["mase_ratio"].iloc[0] == 1
    assert np.isnan(table["mase_ratio"].iloc[1])
    assert accuracy_table(None, HIERARCHY).empty


def test_coverage_is_the_share_of_what_is_known_by_level() -> None:
    inside = np.array([[[1.0, 0.0], [1.0, np.nan], [0.0, 0.0]]])
    shares = coverage_by_level({80: inside, 95: np.full_like(inside, np.nan)}, HIERARCHY)
    assert shares == {"every level": {80: 0.4}, "total": {80: 0.5}, "series": {80: pytest.approx(1 / 3)}}


@pytest.mark.parametrize(
    ("value", "digits", "rounded"), [(1234567.0, 6, 1234570.0), (0.00012345678, 6, 0.000123457), (0.0, 6, 0.0)]
)
def test_figures_keep_six_digits(value: float, digits: int, rounded: float) -> None:
    assert significant(value, digits) == rounded
