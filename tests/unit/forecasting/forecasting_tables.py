"""Small tables whose answers can be seen by eye."""

import hashlib

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast
from shared_analysis.forecasting.reporting.notices import worded

MONTHLY = DataContract(
    "attendances",
    (
        Column("area", "string", role="area_code"),
        Column("month", "date", role="period"),
        Column("attendances", "integer", role="count"),
    ),
)


def events(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Contacts from (day, borough, service, person)."""
    table = pd.DataFrame(rows, columns=["day", "borough", "service", "person"])
    table["day"] = pd.to_datetime(table["day"])
    table.insert(0, "contact_id", [f"c{row}" for row in range(len(table))])
    return table.assign(reason="advice")


def every_month(months: int = 6, start: str = "2023-01") -> list[tuple[str, str, str, str]]:
    """One contact on every tenth day of each month, so that no month is partial."""
    days = pd.date_range(start, periods=months * 31, freq="D")
    end = pd.Period(start, "M") + months
    return [
        (str(day.date()), "E09000007", "housing", "1") for day in days if day < end.start_time and day.day % 10 == 1
    ]


def counts(series: dict[str, np.ndarray], start: str = "2015-01", freq: str = "M") -> pd.DataFrame:
    """A long table of counts by area, from arrays."""
    parts = []
    for area, values in series.items():
        months = pd.period_range(start, periods=len(values), freq=freq).start_time
        parts.append(pd.DataFrame({"area": area, "month": months, "attendances": values}))
    return pd.concat(parts, ignore_index=True)


def seasonal(level: float, periods: int, *, seed: int = 1, growth: float = 0.0, season: int = 12) -> np.ndarray:
    """Poisson counts with a yearly cycle."""
    at = np.arange(periods)
    mean = level * (1 + 0.3 * np.sin(2 * np.pi * at / season)) * (1 + growth * at)
    return np.random.default_rng(seed).poisson(mean).astype(float)


def words_of(of: Panel | ForecastResult) -> list[str]:
    """What a panel or a forecast tells a reader, in words."""
    return worded(of.notices)


def digest(shuffle: int, processes: int | None = None) -> str:
    """Fingerprint everything that a forecast of three areas writes; the rows shuffled unless ``shuffle`` is 0."""
    table = counts({f"E0900000{at}": seasonal(20 * at, 48, seed=at) for at in range(1, 4)})
    if shuffle:
        table = table.sample(frac=1, random_state=shuffle)
    spec = ForecastSpec(table="attendances", count="sum", breaks=("2017-03/2017-05",), processes=processes)
    made = forecast(table, MONTHLY, spec)
    parts = [frame.to_csv(index=False) for frame in made.tables.values()]
    parts += [repr(made.metrics), made.summary(), made.narrative()]
    parts += [content.hex() for content in made.files(synthetic=True).values()]
    parts += [chart.title + chart.alt + chart.svg() for chart in made.charts().values()]
    return hashlib.sha256("".join(parts).encode()).hexdigest()
