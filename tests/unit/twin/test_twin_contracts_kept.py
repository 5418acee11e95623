from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twin_contracts import people, usual, visits

from shared_analysis.contracts import ROLES, Column, DataContract, infer, validate
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.twin import Twin, make_twin


def _no_faults(contracts: dict[str, DataContract], twin: Twin) -> None:
    faults = validate(twin.tables, contracts).faults
    assert faults.empty, faults.to_string()


def test_about_one_row_in_a_hundred_breaks_its_contract(twin: Twin) -> None:
    report = validate(twin.tables, usual())
    for table in ("clinic", "shelter", "visits"):
        assert 0.003 < report.metrics[f"{table}_bad_share"] < 0.015
    assert report.metrics["monthly_bad_share"] == 0
    assert {"type", "allowed", "required", "unique", "pattern"} <= set(report.faults["rule"])


def test_a_small_twin_has_no_bad_row() -> None:
    contracts = usual()
    _no_faults(contracts, make_twin(contracts, people=60, last_month="2016-04"))


def test_columns_are_filled_by_role_in_the_form_the_contract_wants() -> None:
    contract = DataContract(
        "clients",
        (
            Column("nr", "string", required=True, primary_key=True, pattern=r"^C[0-9]{5}$", role="record_id"),
            Column("who", "string", role="full_name"),
            Column("born", "string", format="dd/MM/yyyy", role="date_of_birth"),
            Column("sex", "integer", allowed=(1, 2), role="sex"),
            Column("tel", "string", pattern=r"^\+44[0-9]{10}$", role="phone"),
            Column("nhs", "string", pattern=r"^[0-9]{3} [0-9]{3} [0-9]{4}$", unique=True, role="nhs_number"),
            Column("ni", "string", pattern=r"^[A-CEGHJ-PR-TW-Z]{2}[0-9]{6}[A-D]$", role="national_insurance_number"),
            Column("pc", "string", required=True, pattern=r"^[A-Z]{1,2}[0-9]{2}[0-9][A-Z]{2}$", role="postcode"),
            Column("nr_of_house", "string", role="house_number"),
            Column("road", "string", max_length=30, role="street"),
            Column("rest", "string", role="address"),
            Column("ward", "string", pattern="^W[0-9]{3}$", role="area_code"),
            Column("at", "timestamp", required=True, role="event_date"),
            Column("kept_by", "string", allowed=("somebody",), role="source"),
            Column("shoe_size", "integer", minimum=3, maximum=12),
            Column("notes", "string", role="free_text"),
        ),
    )
    made = make_twin({"clients": contract}, people=90, last_month="2017-12")
    table = made.tables["clients"]
    _no_faults({"clients": contract}, made)
    assert table["tel"].dropna().str.startswith("+44").all()
    assert table["nhs"].dropna().str.startswith("999").all()
    assert table["ni"].dropna().str.startswith("PY").all()
    assert table["born"].str.fullmatch(r"\d\d/\d\d/(19|20)\d\d").sum() == table["born"].notna().sum() > 50
    assert table["at"].str.fullmatch(r"201[67]-\d\d-\d\dT\d\d:\d\d:\d\d").all()
    assert table["sex"].dropna().isin(["1", "2"]).all()
    assert table["ward"].nunique() > 5
    assert table["rest"].dropna().str.contains("Flat|Fl|Apt|House|Lodge|Hostel|fixed|NFA").all()
    assert set(made.truth["record_id"]) == set(table["nr"])


def test_equal_values_stay_equal_when_the_contract_wants_another_form() -> None:
    contract = people("clinic", Column("place", "string", pattern="^P-[0-9]{7}$", role="uprn"))
    plain = people("clinic", Column("place", "string", role="uprn"))
    coded, own = (
        make_twin({"clinic": c}, people=300, last_month="2017-12").tables["clinic"]["place"] for c in (contract, plain)
    )
    pairs = pd.DataFrame({"coded": coded, "own": own}).dropna()
    assert len(pairs) > 100
    assert pairs.groupby("own")["coded"].nunique().max() == 1


def test_a_required_column_is_never_empty() -> None:
    roles = [role for role in ROLES if role not in ("count", "period")]
    columns = tuple(Column(role, "string", required=True, role=role) for role in roles)
    contracts = {"all": DataContract("all", columns)}
    made = make_twin(contracts, people=90, last_month="2016-02")
    assert made.tables["all"].notna().all(axis=None)
    _no_faults(contracts, made)


_COLUMNS = st.lists(
    st.builds(
        lambda role, required, longest: Column(
            role,
            "integer" if role == "count" else "date" if role in ("event_date", "period", "date_of_birth") else "string",
            required=required,
            role=role,
            max_length=longest if role not in ("count", "event_date", "period", "date_of_birth") else None,
        ),
        st.sampled_from(sorted(set(ROLES) - {"record_id", "linked_record_id"})),
        st.booleans(),
        st.none() | st.integers(1, 12),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda column: column.name,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_COLUMNS)
def test_any_contract_is_satisfied(columns: list[Column]) -> None:
    contracts = {"own": DataContract("own", tuple(columns))}
    made = make_twin(contracts, people=20, first_month="2020-03", last_month="2020-04")
    assert list(made.tables["own"]) == [column.name for column in columns]
    assert len(made.tables["own"]) > 0
    _no_faults(contracts, made)


def test_a_table_of_areas_has_each_area_once() -> None:
    areas = DataContract(
        "areas",
        (
            Column("code", "string", required=True, primary_key=True, role="area_code"),
            Column("name", "string", required=True, role="area_name"),
        ),
    )
    table = make_twin({"areas": areas}, people=5).tables["areas"]
    assert len(table) == 33
    assert table.set_index("code")["name"]["E09000030"] == "Tower Hamlets"


def test_events_may_point_to_one_table_only() -> None:
    contracts = {name: contract for name, contract in usual().items() if name != "visits"}
    column = Column("client", "string", required=True, role="linked_record_id", references="shelter.s_ref")
    day = Column("day", "date", required=True, role="event_date")
    contracts["calls"] = DataContract("calls", (column, day))
    made = make_twin(contracts, people=100, last_month="2017-12")
    assert len(made.tables["calls"]) > 50
    assert set(made.tables["calls"]["client"]) <= set(made.tables["shelter"]["s_ref"])


def test_people_may_point_to_another_table_of_people() -> None:
    contracts = usual()
    for required in (False, True):
        linked = Column("other", "string", required=required, role="linked_record_id", references="clinic.ref")
        contracts["shelter"] = people("shelter", linked, prefix="s_")
        made = make_twin(contracts, people=100, last_month="2016-03")
        _no_faults(contracts, made)
        person = made.truth.set_index(["table", "record_id"])["person_id"]
        rows = made.tables["shelter"].dropna(subset=["other"])
        links = zip(rows["s_ref"], rows["other"], strict=True)
        same = [person["shelter", own] == person["clinic", other] for own, other in links]
        assert len(same) > 20
        assert all(same) or required


def test_events_without_a_table_of_people_have_people_all_the_same() -> None:
    made = make_twin({"visits": visits()}, people=200, last_month="2017-12")
    assert 20 < made.tables["visits"]["client"].nunique() < len(made.tables["visits"])
    assert made.tables["visits"]["client"].dropna().str.startswith("SYN-").all()
    assert made.truth.empty


def test_counts_have_every_month_area_and_category_once(twin: Twin) -> None:
    table = twin.tables["monthly"]
    assert len(table) == 108 * 33 * 2
    assert not table.duplicated(["month", "area", "need"]).any()
    assert table["month"].str.endswith("-01").all()
    assert table["number"].astype(int).sum() > 10_000


def test_counts_of_fewer_areas_add_up_the_others() -> None:
    area = Column("area", "string", required=True, allowed=("north", "south"), role="area_code")
    rest = (Column("month", "string", format="yyyy-MM", role="period"), Column("n", "integer", role="count"))
    table = make_twin({"few": DataContract("few", (area, *rest))}, people=2000, last_month="2016-12").tables["few"]
    assert len(table) == 24
    assert set(table["month"]) == {f"2016-{month:02d}" for month in range(1, 13)}
    assert table["n"].astype(int).min() > 20


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_twin_of_hardly_anybody_and_one_month(people: int) -> None:
    contracts = usual()
    made = make_twin(contracts, people=people, first_month="2020-04", last_month="2020-04")
    assert all(len(table) > 0 for table in made.tables.values())
    assert made.truth["person_id"].nunique() == people
    assert made.tables["visits"]["seen_on"].str.startswith("2020-04").all()
    _no_faults(contracts, made)


def test_a_contract_with_nothing_but_an_identifier() -> None:
    contract = DataContract("bare", (Column("id", "string", required=True, unique=True, role="record_id"),))
    made = make_twin({"bare": contract}, people=7)
    assert made.tables["bare"]["id"].tolist() == [f"SYN-BARE-{number:06d}" for number in range(1, 8)]
    assert made.truth.empty


def _counts(period: Column) -> DataContract:
    ward, number = Column("Ward", "string", role="area_code"), Column("Visits", "integer", role="count")
    return DataContract("visits", (replace(period, name="Month", role="period", required=True), ward, number))


@pytest.mark.parametrize(
    ("period", "months"),
    [
        (Column("m", "date"), 36),
        (Column("m", "date", minimum=dt.date(2018, 1, 1)), 12),
        (Column("m", "date", minimum=dt.date(2017, 12, 2), format="yyyy-MM"), 12),
        (Column("m", "date", maximum=dt.date(2016, 6, 30)), 6),
        (Column("m", "date", minimum=dt.date(2020, 1, 15)), 36),
        (Column("m", "date", maximum=dt.date(2012, 1, 15)), 36),
        (Column("m", "date", minimum=dt.date(2018, 3, 1), maximum=dt.date(2018, 5, 1)), 3),
        (Column("m", "integer", minimum=2017), 2),
    ],
)
def test_a_table_of_counts_counts_nothing_twice(period: Column, months: int) -> None:
    contract = _counts(period)
    twin = make_twin({"visits": contract}, people=100, last_month="2018-12")
    table = twin.tables["visits"]
    _no_faults({"visits": contract}, twin)
    assert not table.duplicated(["Month", "Ward"]).any()
    assert table["Month"].nunique() == months


def test_the_twin_of_a_drafted_table_of_counts_can_be_forecast() -> None:
    made = make_twin({"visits": _counts(Column("m", "date"))}, people=100, first_month="2018-01").tables["visits"]
    late = _counts(Column("m", "date", minimum=dt.date(2018, 1, 1)))
    for contract in (infer(made, "visits"), late):
        twin = make_twin({"visits": contract}, people=100)
        rows = validate(twin.tables, {"visits": contract}).tables["interim/visits"]
        panel = Panel.from_table(rows, contract, ForecastSpec(table="visits", count="sum"))
        assert len(panel.values) == 33
