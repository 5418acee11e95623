"""How a period, a list and a number of things are written for a reader."""

from __future__ import annotations

import pandas as pd

from shared_analysis.forecasting.spec import MONTHS, Frequency


def listed(names: list[str], most: int = 8) -> str:
    """Write names as a list, the first few when there are many."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def many(number: int, one: str, more: str) -> str:
    """Write a number before what it counts: the first wording for one, the second for any other."""
    return f"{number:,} {one if number == 1 else more}"


def name_period(period: pd.Period, calendar: Frequency) -> str:
    """Write a period for a reader, in English whatever the locale."""
    start = period.start_time
    if calendar.noun == "month":
        return f"{MONTHS[start.month - 1]} {start.year}"
    if calendar.noun == "quarter":
        return f"quarter {period.quarter} of {start.year}"
    return f"the week of {name_day(start)}" if calendar.noun == "week" else name_day(start)


def name_day(day: pd.Timestamp) -> str:
    """Write a day for a reader, in English whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


_LEVELS = {"total": "the total", "series": "single series", "sub_region": "the sub-regions", "area_code": "the areas"}


def name_level(level: str) -> str:
    """Say which nodes a level of the hierarchy holds."""
    return _LEVELS.get(level) or "by ".join(
        ["totals ", level.replace("_code", "").replace("_", "-").replace("+", " and ")]
    )
