"""Totals among their parts, in any column, under any name, exact or not; and counts that only look like them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel

CONTRACT = DataContract(
    "incidents",
    (
        Column("ward", "string", role="area_name"),
        Column("age_band", "string"),
        Column("tenure", "string"),
        Column("month", "date", role="period"),
        Column("incidents", "integer", role="count"),
    ),
)
WORDS = ["Abbey", "Beacon", "Castle", "Dene", "Elm", "Furze", "Grange", "Heath", "Ivy", "Kings", "Lower", "Mead"]
SEEDS = range(8)


def wards(seed: int, level: float = 30.0) -> pd.DataFrame:
    """Counts of four to eight wards, three to five age bands and two tenures over two to four years, as they fall."""
    draw = np.random.default_rng(seed)
    names = list(draw.permutation(WORDS)[: draw.integers(4, 9)])
    bands = ["0-15", "16-24", "25-44", "45-64", "65+"][: draw.integers(3, 6)]
    months = pd.date_range("2019-01-01", periods=int(draw.integers(24, 49)), freq="MS")
    index = pd.MultiIndex.from_product([names, bands, ["Own", "Rent"], months], names=CONTRACT.names[:4])
    table = pd.DataFrame(index=index).reset_index()
    season = 1 + 0.2 * np.sin(2 * np.pi * (table["month"].dt.month - draw.uniform(0, 12)) / 12)
    of_ward = dict(zip(names, np.exp(draw.normal(0, 0.5, len(names))), strict=True))
    table["incidents"] = draw.poisson(level * season * table["ward"].map(of_ward) / (len(bands) * 2)).astype("int64")
    return table


def with_total(table: pd.DataFrame, column: str, name: str, parts: list[str] | None = None) -> pd.DataFrame:
    rows = table if parts is None else table[table[column].isin(parts)]
    others = [other for other in table.columns if other not in (column, "incidents")]
    total = rows.groupby(others, as_index=False)["incidents"].sum().assign(**{column: name})
    return pd.concat([table, total], ignore_index=True)


def panel(table: pd.DataFrame, seed: int = 0, **changes: object) -> Panel:
    mixed = table.sample(frac=1.0, random_state=seed, ignore_index=True)
    settings = {"table": "incidents", "count": "sum", "by": ["area_name"], **changes}
    return Panel.from_table(mixed, CONTRACT, ForecastSpec(**settings))


def refusal(table: pd.DataFrame, seed: int = 0, **changes: object) -> str:
    with pytest.raises(SharedAnalysisError) as refused:
        panel(table, seed, **changes)
    return " ".join(str(refused.value).split())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("column", ["ward", "age_band", "tenure"])
@pytest.mark.parametrize("name", ["Total", "X99", "Nether Wallop"])
def test_a_total_in_any_column_is_refused_and_named(seed: int, column: str, name: str) -> None:
    message = refusal(with_total(wards(seed), column, name), seed)
    assert f"'{name}'" in message
    assert f"column {column}" in message
    assert "counted twice" in message


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_in_two_columns_at_once_are_refused(seed: int) -> None:
    table = with_total(with_total(wards(seed), "age_band", "A9"), "tenure", "T9")
    assert "counted twice" in refusal(table, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("column", ["ward", "age_band"])
def test_a_total_of_some_is_refused(seed: int, column: str) -> None:
    table = wards(seed)
    parts = sorted(table[column].unique())[:2]
    message = refusal(with_total(table, column, "Q", parts), seed)
    assert f"'Q' are the sum of '{parts[0]}', '{parts[1]}'" in message.replace("all the others", ", ".join(parts))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("base", [5, 10])
def test_a_rounded_total_among_rounded_parts_is_refused(seed: int, base: int) -> None:
    table = with_total(wards(seed, level=300), "age_band", "Z")
    table["incidents"] = (table["incidents"] / base).round().astype("int64") * base
    assert "column age_band" in refusal(table, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_total_is_refused_though_parts_are_withheld(seed: int) -> None:
    table = with_total(wards(seed, level=60), "age_band", "Z").astype({"incidents": "Int64"})
    withheld = (table["incidents"] < 4) & (table["age_band"] != "Z")
    table.loc[withheld, "incidents"] = pd.NA
    assert "'Z'" in refusal(table, seed, missing="unknown")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_total_of_some_periods_or_areas_only_is_refused(seed: int) -> None:
    table = with_total(wards(seed), "age_band", "Z")
    total = table["age_band"] == "Z"
    early = table["month"] < "2020-01-01"
    assert "'Z'" in refusal(table[~total | early], seed)
    first = table["ward"] == sorted(table["ward"].unique())[0]
    assert "'Z'" in refusal(table[~total | first], seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_counts_under_two_names_are_refused(seed: int) -> None:
    table = wards(seed)
    revised = table.assign(tenure="revised", incidents=lambda rows: rows["incidents"])
    revised = revised.groupby([*CONTRACT.names[:4]], as_index=False)["incidents"].sum()
    once = table.groupby(["ward", "age_band", "month"], as_index=False)["incidents"].sum().assign(tenure="first")
    draw = np.random.default_rng(seed)
    changed = draw.random(len(revised)) < 0.2
    revised.loc[changed, "incidents"] += draw.integers(0, 2, changed.sum())
    assert "'first' and 'revised' count the same" in refusal(pd.concat([once, revised], ignore_index=True), seed)


@pytest.mark.parametrize("seed", range(40))
def test_counts_without_a_total_are_added_up(seed: int) -> None:
    table = wards(seed, level=float(np.random.default_rng(seed).choice([1, 5, 30, 300, 5_000])))
    made = panel(table, seed)
    expected = table.groupby(["ward", "month"])["incidents"].sum().unstack("month").sort_index()  # noqa: PD010
    assert np.array_equal(made.values, expected.to_numpy())
    codes = {notice.code for notice in made.notices}
    assert not codes & {"called_like_totals", "odd_flow", "several_rows_of_a_date"}
    [over] = [notice.values["columns"] for notice in made.notices if notice.code == "added_up_over"]
    assert [name for name, *_ in over] == ["age_band", "tenure"]


@pytest.mark.parametrize("name", ["All ages", "Total", "Sum of bands", "All", "Both sexes", "Ward total"])
def test_where_all_counts_are_alike_the_name_decides(name: str) -> None:
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    rows = [("Abbey", band, "Own", month, n) for month in months for band, n in (("0-17", 1), ("18+", 2), (name, 3))]
    assert f"'{name}' is called a total" in refusal(pd.DataFrame(rows, columns=CONTRACT.names))


@pytest.mark.parametrize("name", ["Total Fitness", "All Saints", "Summertown", "Overall Lane", "London Road", "Person"])
def test_a_name_that_only_begins_like_one_is_no_total(name: str) -> None:
    table = wards(1)
    largest = table.groupby("ward")["incidents"].sum().idxmax()
    made = panel(table.assign(ward=table["ward"].replace(largest, name)))
    assert "called_like_totals" not in {notice.code for notice in made.notices}


@pytest.mark.parametrize("months", [24, 48])
def test_regions_beside_their_districts_are_refused_by_their_codes(months: int) -> None:
    draw = np.random.default_rng(months)
    codes = [f"E07{number:06d}" for number in range(300)]
    index = pd.MultiIndex.from_product([codes, pd.date_range("2020-01-01", periods=months, freq="MS")])
    table = pd.DataFrame(index=index.set_names(["ward", "month"])).reset_index()
    table["incidents"] = draw.poisson(20, len(table)).astype("int64")
    region = table["ward"].str[-3:].astype(int) % 9
    regions = table.assign(ward="E1200000" + (region + 1).astype(str))
    regions = regions.groupby(["ward", "month"], as_index=False)["incidents"].sum()
    both = pd.concat([table, regions], ignore_index=True).assign(age_band="all", tenure="all")
    assert "codes E07 and those with codes E12 add up to the same" in refusal(both)
    made = panel(both[both["ward"].str.startswith("E07")])
    assert len(made.keys) == 300


def test_counts_of_quarters_among_those_of_their_months_are_refused() -> None:
    table = wards(3).query("age_band == '0-15' and tenure == 'Own'")
    quarters = table.assign(month=table["month"] + pd.offsets.QuarterEnd(0))
    quarters = quarters.groupby(list(CONTRACT.names[:4]), as_index=False)["incidents"].sum()
    assert "quarter or a year" in refusal(pd.concat([table, quarters], ignore_index=True))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("filled", [0.7, 0.9, 0.97])
def test_what_keeps_to_its_capacity_is_no_sum_of_others(seed: int, filled: float) -> None:
    draw = np.random.default_rng(seed)
    months = pd.date_range("2019-01-01", periods=48, freq="MS")
    places = (
        np.busday_count(months.values.astype("M8[D]"), (months + pd.offsets.MonthBegin()).values.astype("M8[D]")) * 10
    )
    clinics = pd.concat(
        [
            pd.DataFrame({"ward": name, "month": months, "incidents": draw.binomial(places * weight, filled)})
            for name, weight in (("N", 1), ("S", 1), ("E", 2))
        ]
    )
    panel(clinics.assign(age_band="all", tenure="all").astype({"incidents": "int64"}))
    halves = [clinics.assign(tenure=half, incidents=draw.binomial(100, filled, len(clinics))) for half in ("am", "pm")]
    made = panel(pd.concat(halves, ignore_index=True).assign(age_band="all").astype({"incidents": "int64"}))
    assert made.values.sum() == sum(half["incidents"].sum() for half in halves)


def test_a_total_of_many_areas_is_refused() -> None:
    draw = np.random.default_rng(1)
    index = pd.MultiIndex.from_product(
        [[f"w{at}" for at in range(500)], pd.date_range("2020-01-01", periods=36, freq="MS")]
    )
    table = pd.DataFrame(
        {"incidents": draw.poisson(30, len(index))}, index=index.set_names(["ward", "month"])
    ).reset_index()
    total = table.groupby("month", as_index=False)["incidents"].sum().assign(ward="X")
    both = (
        pd.concat([table, total], ignore_index=True).assign(age_band="all", tenure="all").astype({"incidents": "int64"})
    )
    assert "'X' are the sum of all the others" in refusal(both)
