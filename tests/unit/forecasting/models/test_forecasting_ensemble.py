"""The members that forecasts are made of, and what they would have said before."""

import numpy as np
import pytest
from forecasting_tables import seasonal

from shared_analysis.forecasting.models import ensemble
from shared_analysis.forecasting.models.ensemble import CANDIDATES, combine, make_members

REAL_ENGINES = True


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    late = seasonal(40, 48, seed=2)
    late[:10] = 0
    return np.stack([seasonal(30, 48, seed=1), late, np.full(48, 7.0), np.zeros(48)])


def test_what_an_engine_says_of_its_first_season_is_no_evidence(values: np.ndarray) -> None:
    made = make_members(values, 12, 6, [80])
    for name in ("theta", "mstl", "seasonal_naive", "level"):
        for row, begins in ((0, 0), (1, 10)):
            known = np.isfinite(made[name].fitted[row])
            assert not known[: begins + 12].any(), name
            assert known[begins + 12 :].all(), name


def test_fitted_values_know_the_past_only(values: np.ndarray) -> None:
    changed = values.copy()
    changed[:, 40:] *= 3
    for name in ("seasonal_naive", "naive", "level"):
        one, other = (make_members(given, 12, 6, [80])[name].fitted[:, :41] for given in (values, changed))
        np.testing.assert_array_equal(one, other)


def test_the_simple_members_are_what_they_are_called(values: np.ndarray) -> None:
    made = make_members(values, 12, 15, [80])
    first = values[0]
    np.testing.assert_array_equal(made["seasonal_naive"].mean[0], np.r_[first[-12:], first[-12:-9]])
    np.testing.assert_array_equal(made["naive"].mean[0], np.full(15, first[-1]))
    np.testing.assert_allclose(made["level"].mean[0], np.full(15, first[-12:].mean()))
    assert made["level"].fitted[0, 20] == pytest.approx(first[8:20].mean())
    assert made["seasonal_naive"].fitted[0, 20] == first[8]
    assert made["naive"].fitted[0, 20] == first[19]


def test_nothing_to_fit_is_repeated_and_has_no_interval_of_its_own(values: np.ndarray) -> None:
    made = make_members(values, 12, 6, [80, 95])
    for name in ("theta", "mstl"):
        np.testing.assert_array_equal(made[name].mean[2:], [[7.0] * 6, [0.0] * 6])
        assert not made[name].failed
    assert np.isnan(made["theta"].half_widths[95][2:]).all()
    assert (made["theta"].half_widths[95][:2] > made["theta"].half_widths[80][:2]).all()


def test_a_candidate_is_the_mean_of_its_members_and_never_negative(values: np.ndarray) -> None:
    falling = np.maximum(60 - 1.5 * np.arange(48.0), 0)[None] + np.tile([2.0, 0, 0, 1], 12)
    made = make_members(falling, 12, 12, [80])
    candidates = combine(made, CANDIDATES)
    mean = (made["theta"].mean + made["mstl"].mean) / 2
    np.testing.assert_allclose(candidates["theta_mstl"].mean, np.maximum(mean, 0))
    assert min(candidate.mean.min() for candidate in candidates.values()) >= 0


@pytest.mark.slow
def test_the_same_on_one_process_and_on_two(values: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = make_members(values, 12, 6, [80], processes=1)
    monkeypatch.setattr(ensemble, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(ensemble, "_CHUNK", 2)
    shared = make_members(values, 12, 6, [80], processes=2)
    for name, member in alone.items():
        np.testing.assert_array_equal(member.mean, shared[name].mean)
        np.testing.assert_array_equal(member.fitted, shared[name].fitted)
    np.testing.assert_array_equal(alone["theta"].half_widths[80], shared["theta"].half_widths[80])
