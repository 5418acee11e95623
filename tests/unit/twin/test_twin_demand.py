from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.twin import Twin


@pytest.fixture(scope="module")
def london(visits_by_person: pd.DataFrame) -> pd.Series:
    """Different people in London by month, counted in each borough."""
    return visits_by_person.groupby(["month", "borough"])["person_id"].nunique().groupby("month").sum()


def _mean(series: pd.Series, first: str, last: str) -> float:
    return float(series[pd.Period(first) : pd.Period(last)].mean())


def test_every_month_has_contacts(london: pd.Series) -> None:
    assert len(london) == 108
    assert london.min() > 50


def test_the_numbers_are_of_a_size_to_forecast(visits_by_person: pd.DataFrame) -> None:
    by_borough = visits_by_person.groupby(["borough", "month"])["person_id"].nunique().unstack(fill_value=0)  # noqa: PD010
    assert by_borough.shape == (33, 108)
    assert 5 < by_borough.to_numpy().mean() < 30
    assert by_borough.mean(axis=1).max() > 8 * by_borough.mean(axis=1).min(), "levels differ by borough"


def test_there_is_a_trend(london: pd.Series) -> None:
    assert 1.05 < _mean(london, "2019-01", "2019-12") / _mean(london, "2016-01", "2016-12") < 1.3
    assert _mean(london, "2024-01", "2024-12") > _mean(london, "2019-01", "2019-12")


def test_there_is_a_season(london: pd.Series) -> None:
    ordinary = london[london.index < pd.Period("2020-01")]
    by_month = ordinary.groupby(ordinary.index.month).mean()
    assert by_month[[7, 8, 9]].mean() > 1.15 * by_month[[11, 12]].mean()


def test_there_is_a_break_in_2020_and_a_rebound_in_2021(london: pd.Series) -> None:
    before = _mean(london, "2019-04", "2019-06")
    assert 0.3 < _mean(london, "2020-04", "2020-06") / before < 0.7
    assert _mean(london, "2021-05", "2021-08") > 1.1 * _mean(london, "2019-05", "2019-08")
    later = london[london.index >= pd.Period("2022-01")]
    assert 0.9 < _mean(later, "2022-01", "2022-12") / _mean(london, "2019-01", "2019-12") < 1.25


def test_the_seasonal_naive_can_be_beaten(visits_by_person: pd.DataFrame) -> None:
    series = visits_by_person.groupby(["month", "borough"])["person_id"].nunique().unstack(fill_value=0)  # noqa: PD010
    actual = series.loc["2019"].to_numpy()
    naive = series.loc["2018"].to_numpy()
    mean = (naive + series.loc["2017"].to_numpy() + series.loc["2016"].to_numpy()) / 3
    assert abs(actual - mean).mean() < 0.9 * abs(actual - naive).mean()


def test_people_records_and_contacts_are_three_different_numbers(visits_by_person: pd.DataFrame) -> None:
    cells = visits_by_person.assign(record=visits_by_person["service"] + visits_by_person["client"])
    cells = cells.groupby(["month", "borough"]).agg({"person_id": "nunique", "record": "nunique", "visit": "size"})
    people, records, contacts = cells.sum()
    assert 1.04 * people < records < 0.95 * contacts


def test_a_contact_names_a_record_of_the_service_that_had_it(twin: Twin) -> None:
    visits = twin.tables["visits"].dropna(subset=["service", "client"])
    visits = visits[visits["service"].isin(["clinic", "shelter"])]
    known = set(zip(twin.truth["table"], twin.truth["record_id"], strict=True))
    assert set(zip(visits["service"], visits["client"], strict=True)) <= known


def test_a_record_is_opened_before_its_person_is_seen_again(twin: Twin, visits_by_person: pd.DataFrame) -> None:
    opened = twin.tables["clinic"].drop_duplicates("ref").set_index("ref")["opened"]
    seen = visits_by_person[visits_by_person["service"] == "clinic"]
    first = seen.groupby("client")["seen_on"].min()
    both = pd.concat([opened, first], axis=1, join="inner").dropna()
    assert (both["opened"] <= both["seen_on"]).mean() > 0.98


def test_categories_differ_in_size_and_by_borough(visits_by_person: pd.DataFrame) -> None:
    valid = visits_by_person[visits_by_person["reason"].isin(["bed", "food", "talk"])]
    shares = pd.crosstab(valid["borough"], valid["reason"], normalize="index")
    assert shares.mean().max() > 1.3 * shares.mean().min()
    assert shares.std().max() > 0.02
