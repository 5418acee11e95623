"""A sentence is true of the numbers it was made from, whatever they are."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.forecasting.reporting import phrases, sentences
from shared_analysis.forecasting.reporting.outlook import Outlook
from shared_analysis.forecasting.result import ForecastResult

NUMBER = r"(?:under 0\.1|[\d,]+(?:\.\d)?)"
SENTENCE = re.compile(
    rf"(?P<label>.*): (?:no|(?:about )?(?P<expected>{NUMBER})) attendances a month over the next 12 months, "
    rf"(?P<compared>.*); (?P<likely>.*) in January 2019\."
)
COMPARED = (
    rf"(?P<points>\d+)% (?P<way>more|fewer) than in the last 12 months \((?P<then>{NUMBER}) a month\)",
    rf"(?P<times>twice|[\d,.]+ times) as many as in the last 12 months \((?P<then>{NUMBER}) a month\)",
    rf"(?P<same>about as many as) in the last 12 months \((?P<then>{NUMBER}) a month\)",
    rf"(?P<vanish>over 99% fewer) than in the last 12 months \((?P<then>{NUMBER}) a month\)",
    rf"(?P<way>more|fewer) than in the last 12 months \((?P<then>{NUMBER}) a month\)",
    rf"(?P<ends>against) (?P<then>{NUMBER}) a month in the last 12 months",
    r"(?P<starts>against none) in the last 12 months",
    r"(?P<written>as) in the last 12 months",
    r"(?P<unknown>and what was counted in the last 12 months is not known)",
)


@pytest.fixture(scope="module")
def made() -> ForecastResult:
    return forecast(counts({"E09000007": seasonal(90, 48)}), MONTHLY, ForecastSpec(table="attendances", count="sum"))


def as_written(text: str) -> float:
    """Read a number back."""
    return 0.05 if text == "under 0.1" else float(text.replace(",", ""))


def close(text: str, value: float) -> bool:
    """Whether a number as written is the value, rounded: to a tenth below ten, to whole counts above."""
    if text == "under 0.1":
        return 0 < value < 0.05 + 1e-6
    return abs(as_written(text) - value) <= (0.5 if value >= 9.95 - 1e-6 else 0.05) + 1e-6


def check(one: Outlook, message: str) -> None:
    """Check every word of a sentence against the numbers."""
    parts = SENTENCE.fullmatch(message)
    assert parts, message
    assert parts["label"] == one.label
    assert close(parts["expected"], one.expected) if parts["expected"] else one.expected == 0, message
    check_comparison(one, parts["expected"] or "0", parts["compared"])
    check_interval(one, parts["likely"])
    assert not re.search(r"-0|\b0%|\bnan\b|\binf\b|\b0\.0\b|\b1 (attendance)\b|  ", message), message


def check_comparison(one: Outlook, expected: str, message: str) -> None:
    found = next((match.groupdict() for pattern in COMPARED if (match := re.fullmatch(pattern, message))), None)
    assert found is not None, message
    if "then" in found:
        assert close(found["then"], one.before), message
    if math.isnan(one.before):
        assert "unknown" in found
        return
    change = one.expected / one.before - 1 if one.before else math.inf
    if found.get("way"):
        assert (one.expected > one.before) == (found["way"] == "more"), message
    if found.get("points"):
        assert one.before >= 10
        assert 1 <= int(found["points"]) <= 100
        assert abs(int(found["points"]) - 100 * abs(change)) <= 0.5 + 1e-6, message
        assert int(found["points"]) < 100 or one.expected == 0
    elif found.get("times"):
        ratio = 2.0 if found["times"] == "twice" else as_written(found["times"].removesuffix(" times"))
        assert abs(ratio - one.expected / one.before) <= (0.5 if ratio >= 10 else 0.05) + 1e-6, message
        assert ratio >= 2
    elif found.get("same"):
        assert abs(change) < 0.005 if one.before >= 10 else abs(one.expected - one.before) < 0.5
    elif found.get("vanish"):
        assert 0 < one.expected < 0.01 * one.before
    elif found.get("ends"):
        assert one.expected == 0 < one.before
    elif found.get("starts"):
        assert one.before == 0 < one.expected
    elif found.get("written"):
        # The two are the same as far as they are written.
        assert close(expected, one.before) or expected == "0" == phrases.number(one.before)
    else:
        assert one.before < 10, message
        assert abs(one.expected - one.before) >= 0.5


def check_interval(one: Outlook, message: str) -> None:
    ends = re.fullmatch(r"likely (?:between ([\d,]+) and ([\d,]+)|([\d,]+))", message)
    assert ends, message
    low, high = (as_written(ends[at] or ends[3]) for at in (1, 2))
    assert low <= one.low + 1e-6, message
    assert high >= one.high - 1e-6, message
    assert one.low - low < 1, message
    assert high - one.high < 1, message


AMOUNTS = st.one_of(
    st.just(0.0),
    st.floats(1e-9, 1.0),
    st.floats(0, 30),
    st.floats(0, 1e10),
    st.integers(0, 2000).map(lambda twelfths: twelfths / 12),
)


@settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=AMOUNTS | st.just(math.nan), expected=AMOUNTS, ends=st.tuples(AMOUNTS, AMOUNTS))
@example(before=200.0, expected=199.2, ends=(0.0, 0.0))
@example(before=200.0, expected=200.8, ends=(0.0, 1.0))
@example(before=200.0, expected=201.0, ends=(1.0, 2.0))
@example(before=10.0, expected=20.0, ends=(1e9, 1e9))
@example(before=10.0, expected=19.96, ends=(5.0, 5.5))
@example(before=9.97, expected=10.04, ends=(0.2, 0.3))
@example(before=1000.0, expected=0.04, ends=(0.0, 3.0))
@example(before=0.04, expected=0.0, ends=(0.0, 0.0))
@example(before=300.0, expected=0.0, ends=(0.0, 2.0))
@example(before=2e7, expected=1e-9, ends=(0.0, 0.0))
@example(before=0.0, expected=1e9, ends=(1.0, 1e10))
def test_a_sentence_is_true_of_the_numbers(
    made: ForecastResult, before: float, expected: float, ends: tuple[float, float]
) -> None:
    one = Outlook("Camden", "E09000007", before, expected, expected, min(ends), max(ends))
    check(one, sentences.say(made, one))


def test_the_sentences_of_a_forecast_are_true_of_its_tables() -> None:
    rng = np.random.default_rng(5)
    series = {f"E0900{at:04d}": rng.poisson(level, 48).astype(float) for at, level in enumerate((400, 60, 3, 0.2), 1)}
    series["E09000005"] = np.r_[rng.poisson(80, 30), np.zeros(18)].astype(float)
    series["E09000006"] = np.r_[np.zeros(40), rng.poisson(50, 8)].astype(float)
    table = counts(series)
    result = forecast(table, MONTHLY, ForecastSpec(table="attendances", count="sum"))
    message = result.sentences()
    assert next(iter(message)) == "London"
    ahead = result.tables["forecast"]
    wide = table.pivot_table(index="area", columns="month", values="attendances", aggfunc="sum")
    for label, code in zip(list(message)[1:], series, strict=True):
        rows = ahead[(ahead["level"] == "series") & (ahead["area_code"] == code)]
        first = rows.iloc[0]
        last = float(wide.loc[code].iloc[-12:].mean())
        check(
            Outlook(label, code, last, rows["mean"].mean(), first["mean"], first["lo_80"], first["hi_80"]),
            message[label],
        )
    whole = ahead[ahead["level"] == "total"]
    first, last = whole.iloc[0], float(wide.sum().iloc[-12:].mean())
    check(
        Outlook("London", "", last, whole["mean"].mean(), first["mean"], first["lo_80"], first["hi_80"]),
        message["London"],
    )


def test_areas_have_sentences_where_series_are_finer() -> None:
    contract = DataContract("attendances", (*MONTHLY.columns, Column("kind", "string", role="category")))
    parts = [
        counts({"E09000007": seasonal(50, 48, seed=at), "E09000019": seasonal(90, 48, seed=9 + at)}).assign(kind=kind)
        for at, kind in enumerate(("new", "repeat"))
    ]
    result = forecast(
        pd.concat(parts), contract, ForecastSpec(table="attendances", count="sum", by=("area_code", "category"))
    )
    assert list(result.sentences()) == ["London", "Camden", "Islington"]
    assert set(result.committee_table("category")["name"]) == {"London", "new", "repeat"}


@pytest.mark.parametrize(
    ("horizon", "frequency", "months", "message"),
    [
        (
            1,
            "monthly",
            48,
            r"about [\d,]+ attendances in January 2019, .* in the same month of the last year \([\d,]+\);",
        ),
        (
            3,
            "monthly",
            48,
            r"a month over the next 3 months, .* in the same months of the last year \([\d,]+ a month\);",
        ),
        (12, "monthly", 9, r"a month over the next 12 months, .* in the last 9 months \([\d,]+ a month\);"),
        (1, "monthly", 9, r"about [\d,]+ attendances in October 2015, .* in the last 9 months \([\d,]+ a month\);"),
        (4, "quarterly", 48, r"a quarter over the next 4 quarters, .*; .* in January–March 2019\."),
    ],
)
def test_a_sentence_names_its_periods(horizon: int, frequency: str, months: int, message: str) -> None:
    trend = seasonal(90, months) * np.linspace(1, 1.6, months)
    table = counts({"E09000007": np.round(trend)})
    spec = ForecastSpec(table="attendances", count="sum", horizon=horizon, frequency=frequency)
    text = forecast(table, MONTHLY, spec).sentences()["Camden"]
    assert re.search(message, re.sub("as in the last", "0% in the last", text)), text


def test_two_areas_of_one_name_keep_their_own_sentences() -> None:
    table = counts({"E09000007": seasonal(50, 48), "Camden": seasonal(90, 48, seed=3)})
    message = forecast(table, MONTHLY, ForecastSpec(table="attendances", count="sum")).sentences()
    assert list(message) == ["All together", "Camden (Camden)", "Camden (E09000007)"]
