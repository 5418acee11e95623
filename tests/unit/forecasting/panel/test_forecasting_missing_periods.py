"""Periods without a count: zero, refused or unknown, as the settings say, and the series and the date are named."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, events, every_month, words_of
from forecasting_traps import BOROUGHS, BY_AGE, boroughs, finite, panel, refusal, rows_of

from shared_analysis.contracts import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel

# Gaps


def test_gaps_count_as_zero_and_the_first_is_named() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[1], "2016-03-01", "2016-05-01")])
    assert made.panel.values[1, 14:17].tolist() == [0, 0, 0]
    message = (
        "3 periods in 1 of 5 series have no row and count as zero, the first in March 2016 (Barking and Dagenham)."
    )
    assert message in words_of(made)


def test_gaps_are_refused_where_that_is_asked_for() -> None:
    table = boroughs()
    message = refusal(table[~rows_of(table, BOROUGHS[1], "2016-03-01")], missing="error")
    assert "the first in March 2016 (Barking and Dagenham)" in message


def test_gaps_do_not_shift_the_season() -> None:
    table = counts({"E09000001": np.tile(np.arange(1.0, 13), 4)})
    made = panel(table.drop(index=[14, 15]), missing="unknown")
    assert made.values[0, 16:24].tolist() == np.arange(5.0, 13).tolist()
    assert made.values[0, 14:16].tolist() == [3, 4]


def test_each_series_begins_with_its_own_first_count() -> None:
    early = counts({BOROUGHS[0]: np.ones(24)})
    late = counts({BOROUGHS[1]: np.ones(12)}, start="2016-01")
    made = panel(pd.concat([early.drop(index=3), late]), missing="unknown")
    assert any("1 month was not counted" in notice and "in 1 of 2 series" in notice for notice in words_of(made))
    assert made.known.sum(axis=1).tolist() == [23, 12]
    assert made.values[1].tolist() == [0.0] * 12 + [1.0] * 12


def test_half_of_the_rows_missing_is_said() -> None:
    table = boroughs(number=2)
    there = np.random.default_rng(3).random(len(table)) < 0.5
    made = finite(table[there | table["month"].isin(table["month"].iloc[[0, 47]])])
    assert any("in 2 of 2 series have no row and count as zero" in notice for notice in words_of(made))


# What nobody counted


def test_an_unknown_month_holds_what_the_year_before_and_the_growth_since_then_say() -> None:
    values = np.r_[np.arange(10.0, 22), 2 * np.arange(10.0, 22)]
    table = counts({"E09000001": values})
    made = panel(table.drop(index=20), missing="unknown")
    assert made.values[0, 20] == pytest.approx(2 * 18)
    assert not made.known[0, 20]
    assert made.known.sum() == 23
    assert (
        "1 month was not counted and has a stand-in, made from what came before, in 1 of 1 series: "
        "City of London (September 2016). No accuracy is measured there." in words_of(made)
    )


def test_a_stand_in_knows_nothing_later() -> None:
    table = boroughs(36, 1)
    gaps = table.drop(index=[4, 15, 16])
    later = gaps.copy()
    later.loc[later.index > 16, "attendances"] *= 7
    before, after = (panel(given, missing="unknown").values[0, :17] for given in (gaps, later))
    assert before.tolist() == after.tolist()
    assert before[4] == pytest.approx(table["attendances"][:4].mean())


def test_an_empty_count_is_unknown_where_that_is_asked_for_and_an_error_elsewhere() -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = np.nan
    message = (
        "1 count is missing. where: table attendances, column attendances, first in data row 115 (Barnet, 1 July 2016)"
    )
    assert message in refusal(table)
    assert message in refusal(table, missing="error")
    made = finite(table, missing="unknown")
    assert np.argwhere(~made.panel.known).tolist() == [[2, 18]]
    without = finite(table.dropna(), missing="unknown")
    assert made.tables["forecast"].equals(without.tables["forecast"])


def test_the_panel_table_shows_what_is_unknown_and_what_stands_in() -> None:
    table = boroughs(24, 2)
    shown = panel(table.drop(index=30), missing="unknown").table()
    unknown = shown[shown["count"].isna()]
    assert unknown["period"].tolist() == [pd.Timestamp("2015-07-01")]
    assert unknown["stand_in"].notna().all()
    assert shown["stand_in"].notna().sum() == 1
    assert "stand_in" not in panel(table, missing="unknown").table()


def test_a_late_borough_costs_the_others_nothing_where_gaps_are_unknown() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[0], "2018-11-01", "2018-12-01")], missing="unknown")
    assert str(made.panel.periods[-1]) == "2018-12"
    assert np.argwhere(~made.panel.known).tolist() == [[0, 46], [0, 47]]
    assert any("City of London (2 since November 2018)" in notice for notice in words_of(made))


def test_a_series_that_begins_late_is_not_known_before() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[0], "2015-01-01", "2016-02-01")], missing="unknown")
    assert not made.panel.known[0, :14].any()
    assert not made.panel.values[0, :14].any()
    assert made.panel.known[:, 14:].all()


def test_one_series_of_which_most_is_unknown_is_refused_by_name() -> None:
    table = boroughs()
    most = rows_of(table, BOROUGHS[3], "2015-02-01", "2017-02-01")
    message = refusal(table[~most], missing="unknown")
    assert "1 series is unknown in more than half of the months: Bexley (25 of 48 since January 2015)." in message
    assert "take it out of the table" in message
    half = rows_of(table, BOROUGHS[3], "2015-02-01", "2017-01-01")
    finite(table[~half], missing="unknown")
    table.loc[table["area"] == BOROUGHS[3], "attendances"] = np.nan
    assert "Bexley (48 of 48 since January 2015)" in refusal(table, missing="unknown")


def test_a_sum_is_unknown_where_one_of_its_parts_is() -> None:
    young, old = boroughs(24, 2), boroughs(24, 2, level=40)
    table = pd.concat([young.assign(age="under 65"), old.assign(age="65 and over")], ignore_index=True)
    empty = rows_of(table, BOROUGHS[0], "2016-03-01") & (table["age"] == "under 65")
    gone = rows_of(table, BOROUGHS[1], "2016-05-01") & (table["age"] == "65 and over")
    table.loc[empty, "attendances"] = np.nan
    made = panel(table[~gone], BY_AGE, missing="unknown")
    assert np.argwhere(~made.known).tolist() == [[0, 14], [1, 16]]
    assert made.values[1, 15] == panel(young).values[1, 15] + panel(old).values[1, 15]


def test_a_part_that_began_later_or_ended_long_ago_is_not_lacking() -> None:
    ages = [boroughs(48, 2).assign(age="under 65"), boroughs(48, 2, level=40).assign(age="65 and over")]
    table = pd.concat(ages, ignore_index=True)
    old = table["age"] == "65 and over"
    young = old & (table["area"] == BOROUGHS[0]) & (table["month"] < "2015-07-01")
    ended = old & (table["area"] == BOROUGHS[1]) & (table["month"] > "2016-06-01")
    assert panel(table[~young & ~ended], BY_AGE, missing="unknown").known.all()


def test_a_month_is_unknown_where_one_of_its_days_is() -> None:
    days = pd.date_range("2023-01-01", "2023-12-31", freq="D")
    table = pd.concat([pd.DataFrame({"area": area, "month": days, "attendances": 5.0}) for area in BOROUGHS[:2]])
    made = panel(table[~rows_of(table, BOROUGHS[1], "2023-05-09")], missing="unknown")
    assert np.argwhere(~made.known).tolist() == [[1, 4]]


def test_unknown_is_refused_for_events(contacts: DataContract) -> None:
    spec = ForecastSpec(table="contacts", count="rows", missing="unknown")
    with pytest.raises(SharedAnalysisError, match="`missing: unknown` is for tables of counts"):
        Panel.from_table(events(every_month()), contacts, spec)


# Counted in every second month only


@pytest.mark.parametrize("missing", ["zero", "unknown"])
def test_a_table_with_a_row_in_every_second_month_is_refused(missing: str) -> None:
    table = boroughs(48)
    message = refusal(table[table["month"].dt.month % 2 == 1], missing=missing)
    assert "Most series (5 of 5) have a row in every second month only" in message
    assert "first City of London from January 2015" in message
    odd = (table["month"].dt.month + table["area"].str[-1].astype(int)) % 2 == 1
    assert "every second month only" in refusal(table[odd], missing=missing)


def test_a_few_series_with_a_row_in_every_second_month_are_named() -> None:
    table = boroughs(48)
    made = finite(table[(table["area"] != BOROUGHS[3]) | (table["month"].dt.month % 2 == 1)])
    assert any(
        "such as in every second month, and were filled between: Bexley." in message for message in words_of(made)
    )


def test_rare_counts_without_rows_of_zero_are_no_second_months() -> None:
    rng = np.random.default_rng(5)
    table = counts({area: rng.poisson(0.3, 60).astype(float) for area in BOROUGHS})
    made = finite(table[table["attendances"] > 0])
    assert not any("every" in notice and "only" in notice for notice in words_of(made))
