from __future__ import annotations

import re

import pandas as pd
from twin_contracts import people, usual

from shared_analysis.contracts import Column
from shared_analysis.twin import Twin, make_twin

_TABLES = {"clinic": "", "shelter": "s_"}


def _records(twin: Twin) -> pd.DataFrame:
    """Both tables of people under one set of names, with the person of each record."""
    parts = [
        twin.tables[table].rename(columns=lambda name, p=prefix: name.removeprefix(p)).assign(table=table)
        for table, prefix in _TABLES.items()
    ]
    return pd.concat(parts).merge(twin.truth, left_on=["table", "ref"], right_on=["table", "record_id"], how="left")


def test_the_truth_names_every_record_once(twin: Twin) -> None:
    truth = twin.truth
    assert list(truth) == ["table", "record_id", "person_id"]
    assert not truth.duplicated(["table", "record_id"]).any()
    assert truth["person_id"].nunique() == 3000
    for table, prefix in _TABLES.items():
        assert set(truth.loc[truth["table"] == table, "record_id"]) == set(twin.tables[table][f"{prefix}ref"])
    assert truth.equals(truth.sort_values(["table", "record_id"], ignore_index=True))


def test_services_overlap_and_hold_duplicates(twin: Twin) -> None:
    by_person = twin.truth.groupby("person_id")
    in_both = (by_person["table"].nunique() == 2).mean()
    assert 0.25 < in_both < 0.6
    for _, records in twin.truth.groupby("table"):
        several = (records["person_id"].value_counts() > 1).mean()
        assert 0.1 < several < 0.3


def test_identifiers_show_that_they_are_synthetic(twin: Twin) -> None:
    for column in (twin.tables["clinic"]["ref"], twin.tables["visits"]["visit"], twin.truth["person_id"]):
        assert column.str.startswith("SYN-").all()


def test_records_of_one_person_differ_and_still_look_alike(twin: Twin) -> None:
    records = _records(twin)
    pairs = records.merge(records, on="person_id")
    pairs = pairs[pairs["record_id_x"] < pairs["record_id_y"]]
    same = {
        name: (pairs[f"{name}_x"] == pairs[f"{name}_y"]).mean() for name in ("forename", "surname", "birthday", "home")
    }
    assert 0.45 < same["forename"] < 0.85
    assert 0.5 < same["surname"] < 0.9
    assert 0.6 < same["birthday"] < 0.95
    assert 0.2 < same["home"] < 0.7
    exact = (pairs["forename_x"] == pairs["forename_y"]) & (pairs["surname_x"] == pairs["surname_y"])
    exact &= pairs["birthday_x"] == pairs["birthday_y"]
    assert 0.25 < exact.mean() < 0.7, "linkage must be neither trivial nor hopeless"


def test_different_people_look_alike(twin: Twin) -> None:
    records = _records(twin).dropna(subset=["surname", "home", "pcd", "forename"])
    family = records.merge(records, on=["surname", "home", "pcd"])
    assert (family["person_id_x"] < family["person_id_y"]).sum() > 300
    namesakes = records.merge(records, on=["forename", "surname"])
    assert (namesakes["person_id_x"] < namesakes["person_id_y"]).sum() > 50
    twins = records.merge(records, on=["surname", "birthday"])
    assert (twins["person_id_x"] < twins["person_id_y"]).sum() > 0


def test_every_kind_of_mistake_is_made_and_counted(twin: Twin) -> None:
    made = twin.mistakes
    assert set(made["table"]) == set(_TABLES)
    assert (made["records"] > 0).all()
    assert (made.loc[made["mistake"].str.contains("typo|swapped|nickname|wrong"), "share"] < 0.15).all()
    mistakes = set(made["mistake"])
    assert {
        "nickname",
        "names swapped",
        "birthday: day and month swapped",
        "phone changed",
        "no fixed abode",
    } <= mistakes
    assert not any("NI number" in mistake or "UPRN" in mistake for mistake in mistakes), (
        "the contracts have no such column"
    )


def test_the_second_table_is_kept_worse(twin: Twin) -> None:
    clinic, shelter = twin.tables["clinic"], twin.tables["shelter"]
    assert shelter["s_pcd"].isna().mean() > 2 * clinic["pcd"].isna().mean()
    assert 0.25 < shelter["s_pcd"].isna().mean() < 0.6


def test_nothing_can_be_mistaken_for_real(twin: Twin) -> None:
    records = _records(twin)
    codes = records["pcd"].dropna().str.upper().str.replace(" ", "")
    assert codes.str.fullmatch(r"(BR|CR|DA|EC?|EN|HA|IG|KT|NW?|RM|SE|SM|SW|TW|UB|WC?)3[0-9][1-9][A-Z]{2}").all()
    assert records["mail"].dropna().str.fullmatch(r"[a-z0-9.\-]+@example\.org").all()
    phones = records["tel"].dropna().str.replace(" ", "")
    drama = r"(07700900|02079460|01632960|01(1[3-8]|[2-6]1)4960|01914980|02920180)[0-9]{3}"
    assert phones.str.fullmatch(drama).all()
    assert records["nhs"].dropna().str.startswith("999").all()


def test_nhs_numbers_have_the_right_check_digit_but_for_slips(twin: Twin) -> None:
    def valid(number: str) -> bool:
        digits = [int(digit) for digit in number]
        return (11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11) % 11 == digits[9]

    share = _records(twin)["nhs"].dropna().map(valid).mean()
    assert 0.96 < share < 1.0


def test_names_are_those_of_london(twin: Twin) -> None:
    names = set(_records(twin)["forename"].dropna())
    assert any(re.search(r"[^\x00-\x7f]", name) for name in names)
    assert len(names & {"Mohammed", "Sarah", "Oluwaseun", "Priya", "Piotr", "Ayşe", "Wei", "Kwame"}) >= 5
    counts = _records(twin)["surname"].value_counts()
    assert counts.iloc[0] > 10 * counts.median(), "a few names are common and most are rare"


def test_a_group_goes_with_the_names() -> None:
    group = Column("group", "string", allowed=("Asian", "Black", "Mixed", "White", "Other"), role="group")
    table = make_twin({"clinic": people("clinic", group)}, people=1500, seed=3).tables["clinic"]
    assert table["group"].value_counts()[["Asian", "Black", "Mixed", "White", "Other"]].min() > 15
    south_asian = table["surname"].isin(["Patel", "Singh", "Kaur", "Khan", "Begum", "Hussain"])
    assert south_asian.sum() > 10
    assert (table.loc[south_asian, "group"] == "Asian").mean() > 0.7


def test_people_are_where_they_live(twin: Twin) -> None:
    """The postcode's letters belong to the borough of the record, but for those who went elsewhere."""
    records = _records(twin).dropna(subset=["pcd", "borough"])
    hackney = records.loc[records["borough"] == "E09000012", "pcd"].str.upper()
    assert hackney.str.match(r"(E|N)3").mean() > 0.85


def test_the_number_of_people_is_what_was_asked_for() -> None:
    made = make_twin(usual(), people=137, last_month="2016-02")
    assert made.truth["person_id"].nunique() == 137
