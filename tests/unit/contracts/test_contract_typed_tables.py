"""Tables with types of their own, and text in any encoding: read as the contract wants them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from people_table import PEOPLE, check, people

from shared_analysis.contracts import Column, DataContract, infer


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_moments_that_arrive_as_such_are_read_whatever_format_is_stated_for_text(kind: str) -> None:
    column = Column("at", kind, format="dd/MM/yyyy")
    days = [dt.datetime.fromisoformat("2024-02-03"), None]
    for values in (pd.Series(days, dtype=object), pd.Series(days, dtype="datetime64[ns]")):
        report = check(pd.DataFrame({"at": values}), DataContract("t", (column,)), cap=0)
        assert report.tables["interim/t"]["at"].tolist() == [pd.Timestamp("2024-02-03"), pd.NaT]


def test_typed_tables_are_read_as_well() -> None:
    table = pd.DataFrame(
        {
            "record_id": pd.Series([1, 2], dtype="int64"),
            "name": pd.Series(["a", "b"], dtype="category"),
            "born": [dt.date(1980, 1, 2), None],
            "visits": [1.0, np.nan],
            "score": pd.Series([0.1, None], dtype="Float64"),
            "housed": [True, False],
            "updated": pd.to_datetime(["2024-01-01 10:00", None]),
        }
    )
    stated = tuple(replace(column, format="dd/MM/yyyy" if column.name == "born" else None) for column in PEOPLE.columns)
    good = check(table, replace(PEOPLE, columns=stated), cap=0).tables["interim/people"]
    assert list(good["record_id"]) == ["1", "2"]
    assert good["visits"].tolist() == [1, pd.NA]
    assert good["born"].iloc[0] == pd.Timestamp("1980-01-02")
    assert good["housed"].tolist() == [True, False]
    assert good["score"].iloc[0] == 0.1


def test_one_time_of_day_among_days_is_one_fault() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=10))
    days[3] += pd.Timedelta(hours=10)
    contract = DataContract("t", (Column("seen", "date"),))
    for values in (days, days.astype(object), days.dt.tz_localize("Europe/London")):
        report = check(pd.DataFrame({"seen": values}), contract)
        assert report.metrics["bad_rows"] == 1
        assert report.tables["interim/t"]["seen"].tolist() == days.drop(3).tolist()


def test_midnights_are_days_where_they_were_made() -> None:
    days = pd.Series(pd.date_range("2024-07-01", periods=3))
    local = pd.DataFrame({"seen": days.dt.tz_localize("Europe/London")})
    report = check(local, DataContract("t", (Column("seen", "date"),)), cap=0)
    assert report.tables["interim/t"]["seen"].tolist() == days.tolist()
    moments = check(local, DataContract("t", (Column("seen", "timestamp"),)), cap=0)
    assert moments.tables["interim/t"]["seen"].tolist() == (days - pd.Timedelta(hours=1)).tolist()
    assert infer(local, "t").column("seen").type == "date"


def test_typed_midnights_are_moments_where_the_contract_wants_moments() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=3))
    report = check(pd.DataFrame({"at": days}), DataContract("t", (Column("at", "timestamp"),)), cap=0)
    assert report.tables["interim/t"]["at"].tolist() == days.tolist()


def test_moments_in_a_column_of_text_in_a_format_of_dates_are_days_each_by_itself() -> None:
    moments = pd.Series(pd.to_datetime(["1980-02-03T00:00", "1980-02-03T10:00"]))
    stated = Column("born", "string", role="date_of_birth", format="yyyyMMdd")
    written = {
        stated: ["1980-02-03", "1980-02-03T10:00:00.000000"],
        replace(stated, format=None): ["1980-02-03T00:00:00.000000", "1980-02-03T10:00:00.000000"],
    }
    for column, texts in written.items():
        report = check(pd.DataFrame({"born": moments}), DataContract("t", (column,)), cap=0)
        assert report.tables["interim/t"]["born"].tolist() == texts


def test_bytes_are_text_and_what_is_no_utf8_is_unreadable() -> None:
    contract = DataContract("t", (Column("name", "string"),))
    report = check(pd.DataFrame({"name": ["Zoë".encode(), None, b"Zo\xeb"]}), contract)
    assert report.tables["interim/t"]["name"].dropna().tolist() == ["Zoë"]
    assert report.faults[["rule", "rows"]].to_numpy().tolist() == [["text", 1]]


def test_periods_and_intervals_are_read_as_they_are_written() -> None:
    table = pd.DataFrame(
        {"month": pd.period_range("2024-01", periods=2, freq="M"), "age": pd.interval_range(0, 2)},
    )
    contract = DataContract("t", (Column("month", "date", format="yyyy-MM"), Column("age", "string")))
    good = check(table, contract, cap=0).tables["interim/t"]
    assert good["month"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
    assert good["age"].tolist() == ["(0, 1]", "(1, 2]"]


def test_half_a_surrogate_pair_is_unreadable_text_and_no_crash() -> None:
    faults = check(people(2).assign(name=["a\ud800", "b"])).faults
    assert faults[["column", "rule", "rows"]].to_numpy().tolist() == [["name", "text", 1]]


def test_the_same_name_in_two_encodings_is_one_name() -> None:
    good = check(people(2).assign(name=["Zoe\u0308", "Zo\u00eb"])).tables["interim/people"]
    assert len(set(good["name"])) == 1
