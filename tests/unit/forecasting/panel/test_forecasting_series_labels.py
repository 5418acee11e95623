"""Names of series: one spelling for one area, unknown codes named, and nothing counted twice."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal, words_of
from forecasting_traps import BOROUGHS, boroughs, finite, panel, refusal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting.panel.series_labels import as_text, one_spelling
from shared_analysis.wording import Notice

# Counted twice


def test_a_second_count_for_a_month_is_refused_whatever_its_day() -> None:
    table = boroughs()
    again = table.iloc[[20]].assign(month=pd.Timestamp("2016-09-28"))
    message = refusal(pd.concat([table, again], ignore_index=True))
    assert "1 row gives a second count for a month that has one" in message
    assert "(City of London, 28 September 2016)" in message


def test_a_repeated_row_is_refused_with_its_series_and_date() -> None:
    table = boroughs()
    message = refusal(pd.concat([table, table.iloc[[60]]], ignore_index=True))
    assert "1 row repeats an earlier area and month" in message
    assert "first in data row 241 (Barking and Dagenham, 1 January 2016)" in message


def test_a_repeat_is_seen_through_its_spelling() -> None:
    table = boroughs(12, 1).assign(area="Camden")
    months = table["month"].dt.strftime("%Y-%m")
    again = table.iloc[[3]].assign(area=" CAMDEN", month="2015-04-01")
    message = refusal(pd.concat([table.assign(month=months), again], ignore_index=True))
    assert "first in data row 13 (Camden, 1 April 2015)" in message


@pytest.mark.parametrize(("total", "parts"), [("Total", 5), ("E12000007", 5), ("whole", 5), ("whole", 2)])
def test_a_total_among_its_parts_is_refused(total: str, parts: int) -> None:
    table = boroughs(number=parts)
    whole = table.groupby("month", as_index=False)["attendances"].sum().assign(area=total)
    message = refusal(pd.concat([table, whole], ignore_index=True))
    assert "counted twice" in message
    assert total in message


def test_what_is_only_called_a_total_is_named() -> None:
    table = boroughs(number=4)
    table.loc[table["area"] == BOROUGHS[0], "area"] = "All boroughs"
    assert any("All boroughs has the name of a total" in notice for notice in words_of(panel(table)))
    same = counts({"A": seasonal(50, 36), "B": seasonal(50, 36), "C": np.zeros(36)})
    assert not any("total" in notice for notice in words_of(panel(same)))
    assert panel(counts({"A": np.r_[2, 2, 3], "B": np.r_[1, 1, 2], "C": np.r_[1, 1, 1]})).values.sum() == 14


@pytest.mark.parametrize("code", ["E12000007", "E13000001", "E92000001"])
def test_a_region_among_the_boroughs_is_refused_though_it_is_not_their_sum(code: str) -> None:
    region = counts({code: seasonal(900, 48)})
    assert f"{code} (" in refusal(pd.concat([boroughs(), region], ignore_index=True))
    finite(region)


# Names of areas


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("E09000099", "E09000099 (the nearest known is E09000009, Ealing)"),
        ("E0900000", "E0900000 (the nearest known is E09000001, City of London)"),
        ("00AG", "00AG (the old code of Camden, E09000007)"),
        ("00BK", "00BK (the old code of Westminster, E09000033)"),
        ("tower hamlets", "tower hamlets (the code is E09000030)"),
        ("E08000035", "no London borough's: E08000035."),
        ("Atlantis", "no London borough's: Atlantis."),
    ],
)
def test_an_unknown_area_is_kept_and_named_and_the_total_is_not_london(code: str, meant: str) -> None:
    table = boroughs()
    assert finite(table, horizon=1).panel.place == "London"
    table.loc[table["area"] == BOROUGHS[4], "area"] = code
    made = finite(table, horizon=1)
    assert made.panel.place == ""
    assert code in made.panel.keys["area_code"].tolist()
    assert "E12000007" not in made.tables["forecast"]["area_code"].tolist()
    assert [notice for notice in words_of(made) if meant in notice and "all together is not called London" in notice]


def test_a_part_of_london_is_said_to_be_one() -> None:
    names = [f"E090000{area:02d}" for area in range(1, 34)]
    assert words_of(panel(boroughs()))[-1].startswith(
        "London here is what the table has of it: 28 of 33 boroughs are not"
    )
    all_but_one = panel(counts({area: seasonal(50, 24, seed=at) for at, area in enumerate(names[1:])}))
    assert words_of(all_but_one)[-1].endswith("1 of 33 boroughs is not there: City of London.")
    assert not words_of(panel(counts({area: seasonal(50, 24, seed=at) for at, area in enumerate(names)})))


def test_areas_of_another_country_are_taken_as_they_are() -> None:
    table = boroughs().replace({"area": dict(zip(BOROUGHS, "VWXYZ", strict=True))})
    assert not any("borough" in notice for notice in words_of(panel(table)))


def test_one_area_spelt_in_several_ways_is_one_and_that_is_said() -> None:
    table = boroughs(48, 2).replace({"area": {BOROUGHS[0]: "Kingston & Richmond", BOROUGHS[1]: "Barnet"}})
    plain = panel(table)
    table.loc[5, "area"] = "kingston and  richmond "
    table.loc[60:62, "area"] = ["BARNET", " Barnet", "barnet"]
    made = panel(table)
    assert made.keys.equals(plain.keys)
    assert (made.values == plain.values).all()
    assert (
        "2 values of area are written in more than one way, or not as usual, and taken for one: "
        "Barnet (BARNET, barnet), Kingston & Richmond (kingston and richmond)." in words_of(made)
    )
    assert words_of(panel(table.sample(frac=1, random_state=1))) == words_of(made)


def test_a_code_in_small_letters_is_the_code() -> None:
    table = boroughs(number=2)
    made = panel(table.assign(area=table["area"].str.lower()))
    assert made.keys["area_code"].tolist() == BOROUGHS[:2]
    assert made.place == "London"


def test_areas_of_spaces_are_left_out_by_number() -> None:
    table = boroughs(48, 2)
    table.loc[[3, 4], "area"] = " "
    assert "2 rows have no area and are left out." in words_of(panel(table))


@pytest.mark.parametrize("name", ["Ağrı", "Ynys Môn", "東京", "Ζάκυνθος", "O\u2019Connell", "a, b\nc"])
def test_names_in_any_script_are_kept(name: str) -> None:
    table = boroughs(30, 2)
    table.loc[table["area"] == BOROUGHS[0], "area"] = name
    made = finite(table)
    assert " ".join(name.split()) in made.panel.keys["area_code"].tolist()
    decomposed = table.assign(area=table["area"].map(lambda area: unicodedata.normalize("NFD", area)))
    assert (finite(decomposed).panel.values == made.panel.values).all()


def test_area_names_make_the_series_where_there_is_no_code() -> None:
    contract = DataContract("attendances", (Column("area", "string", role="area_name"), *MONTHLY.columns[1:]))
    made = finite(boroughs(number=2), contract)
    assert made.panel.keys["area_name"].tolist() == BOROUGHS[:2]
    assert made.panel.nouns == "areas"


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([7.0, np.nan], ["7", None]),
        ([2.0**53 - 1, np.nan], ["9007199254740991", None]),
        ([-(2.0**53) + 1], ["-9007199254740991"]),
        ([2.0**53], ["9007199254740992.0"]),  # as 2**53 + 1 would be: no number of its own any more
        ([7.0, 1.5], ["7.0", "1.5"]),
    ],
)
def test_whole_numbers_are_written_whole_as_long_as_each_is_a_number_of_its_own(
    numbers: list[float], text: list[str | None]
) -> None:
    written = as_text(pd.Series(numbers))
    assert [None if pd.isna(value) else value for value in written] == text


def test_of_spellings_as_frequent_the_first_in_order_is_taken() -> None:
    column, notices = one_spelling(pd.Series(["barnet", "Barnet", "BARNET "], dtype="string"), "area")
    assert set(column) == {"BARNET"}
    assert notices == (Notice("spellings_merged", {"column": "area", "values": (("BARNET", ("Barnet", "barnet")),)}),)
