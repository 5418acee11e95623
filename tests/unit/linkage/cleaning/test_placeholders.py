"""What stands for no value is missing; what looks odd is counted, kept, and never shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.cleaning import standardise
from shared_analysis.linkage.cleaning.identifiers import has_right_check_digit
from shared_analysis.linkage.notices import worded


def clean_as(role: str, column: pd.Series, table: str) -> tuple[pd.Series, list[str]]:
    cleaned, notices = standardise.clean_as(role, column, table)
    return cleaned, worded(notices)


GOOD = ["9434765919", "4010232137", "9876543210"]


def test_numbers_that_fail_their_check_are_counted_and_compared_all_the_same():
    wrong = [f"40102321{number}" for number in range(10, 37)]
    wrong = [number for number in wrong if not has_right_check_digit(np.array([number]))[0]]
    numbers = pd.Series([*[GOOD[0], GOOD[1]] * 10, *wrong])
    cleaned, notices = clean_as("nhs_number", numbers, "housing")
    assert cleaned.tolist() == numbers.tolist()
    share = f"{len(wrong):,} ({len(wrong) / len(numbers):.1%})"
    assert notices[0].startswith(f"{share} of the NHS numbers in housing fail their check digit")
    assert not [number for number in numbers if number in " ".join(notices)]


def test_test_numbers_are_missing_among_others_and_numbers_where_all_are():
    test = [f"999{number:07}" for number in range(5)]
    cleaned, notices = clean_as("nhs_number", pd.Series([*GOOD[:2] * 5, *test]), "housing")
    assert cleaned.isna().tolist() == [False] * 10 + [True] * 5
    assert "placeholders" in notices[0]
    assert clean_as("nhs_number", pd.Series(test), "housing")[0].notna().all()


def test_dates_that_systems_fill_in_are_missing_where_too_common():
    days = pd.date_range("1950-01-01", periods=300, freq="37D").strftime("%Y-%m-%d").tolist()
    filled = pd.Series([*days, *["1900-01-01"] * 40, "1970-01-01"])
    cleaned, notices = clean_as("date_of_birth", filled, "housing")
    assert cleaned.isna().sum() == 40
    assert cleaned.iloc[-1] == "1970-01-01"
    assert notices == [
        "40 (11.7%) of the dates of birth in housing are placeholders that stand for no value: they count as missing."
    ]
    assert "1900" not in notices[0]


def test_a_value_that_too_many_share_is_remarked_upon_and_kept():
    phones = pd.Series([f"020{number}" for number in range(70_000_000, 70_000_400)] + ["02079460018"] * 60)
    cleaned, notices = clean_as("phone", phones, "housing")
    assert cleaned.notna().all()
    assert notices[0].startswith("60 records share one value among the phone numbers in housing")
    assert "9460018" not in notices[0]
    assert clean_as("phone", phones.iloc[:419], "housing")[1] == []


def test_national_insurance_numbers_without_their_form_are_remarked_upon_unless_all_are():
    numbers = [f"BA{number}C" for number in range(314150, 314190)]
    assert clean_as("national_insurance_number", pd.Series(numbers), "tax")[1] == []
    notices = clean_as("national_insurance_number", pd.Series([*numbers, *numbers[:9], "TN010180M"]), "tax")[1]
    assert notices[0].startswith("1 (2.0%) of the National Insurance numbers in tax do not have the form of one")
    assert clean_as("national_insurance_number", pd.Series(["5304218", "5304219"]), "tax")[1] == []


DAYS = [f"{1931 + n % 70}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(840)]


@pytest.mark.parametrize("day", ["1900-01-01", "01/01/1970", "1950-13-01", "00/00/0000", "1955-05-05"])
@pytest.mark.parametrize("share", [0.08, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("rows", [60, 400, 2_000])
def test_a_day_at_a_rate_that_no_day_has_stands_for_no_date_of_birth(rows: int, share: float, day: str):
    many = round(share * rows)
    column = pd.Series([*[day] * many, *(DAYS * 3)[: rows - many]])
    cleaned, notices = clean_as("date_of_birth", column, "housing")
    known_to_systems = day != "1955-05-05"
    if known_to_systems or many >= 20:
        assert cleaned.notna().sum() == rows - many
        assert notices[0].startswith(f"{many:,} ({many / rows:.1%}) of the dates of birth in housing are placeholders")


@pytest.mark.parametrize("day", ["1980-01-01", "1990-01-01", "1955-05-05"])
@pytest.mark.parametrize("times", [1, 3, 8, 30])
def test_a_day_on_which_somebody_is_born_is_kept_however_often_each_person_is_there(times: int, day: str):
    column = pd.Series([*DAYS[:10], day] * times)
    cleaned, notices = clean_as("date_of_birth", column, "housing")
    assert cleaned.tolist() == column.tolist()
    assert "placeholders that stand" not in " ".join(notices)


@pytest.mark.parametrize(
    ("role", "right", "damaged"),
    [
        ("nhs_number", "9434765919", "9.43E+09"),
        ("phone", "2079460018", "2.07946E+09"),
        ("uprn", "10023000001", "1.0023e+10"),
        ("national_insurance_number", "5304218", "5.3E+06"),
    ],
)
def test_a_number_that_a_spreadsheet_wrote_is_read_or_missing_and_counted(role: str, right: str, damaged: str):
    cleaned, notices = clean_as(role, pd.Series([f"{right}.0", right, *[damaged] * 12]), "housing")
    assert cleaned.tolist() == [right, right, *[None] * 12]
    assert notices[0].startswith("12 (85.7%) of the ")
    assert notices[0].endswith("in housing cannot be read as such: they count as missing.")


@pytest.mark.parametrize("bad", ["unknown", "about 1950", "n/a"])
def test_dates_that_nobody_can_read_are_missing_and_counted(bad: str):
    cleaned, notices = clean_as("date_of_birth", pd.Series([*DAYS[:180], *[bad] * 20]), "housing")
    assert cleaned.notna().sum() == 180
    assert notices == ["20 (10.0%) of the dates of birth in housing cannot be read as such: they count as missing."]
