"""How a count, a change and an interval are written for a reader."""

from __future__ import annotations

import math

# From here on counts are written whole; below it a change in per cent would be a change of one or two.
WHOLE_FROM = 10.0
_LIKELY, _VERY_LIKELY = 66, 90


_LEVELS = {"total": "the total", "series": "single series", "sub_region": "the sub-regions", "area_code": "the areas"}


def name_level(level: str) -> str:
    """Say which nodes a level of the hierarchy holds."""
    return _LEVELS.get(level) or "by ".join(
        ["totals ", level.replace("_code", "").replace("_", "-").replace("+", " and ")]
    )


def number(value: float) -> str:
    """Write a count: whole from ten upwards, one decimal below; never none for what is not none."""
    if math.isnan(value):
        return "not known"
    tenths = round_half_up(10 * value)
    if value >= WHOLE_FROM or tenths >= 10 * WHOLE_FROM:
        return f"{round_half_up(value):,}"
    if value == 0:
        return "0"
    return f"{tenths / 10:.1f}" if tenths else "under 0.1"


def change(relative: float) -> str:
    """Say a relative change, to be followed by what it is compared with."""
    if math.isnan(relative):
        return "against none"
    points = round_half_up(100 * abs(relative))
    if points == 0:
        return "about as many as"
    if relative > 0 and points >= 100:
        return f"{_times(1 + relative)} as many as"
    if points >= 100 and relative > -1:
        return "over 99% fewer than"
    return f"{points}% {'more' if relative > 0 else 'fewer'} than"


def _times(ratio: float) -> str:
    tenths = round_half_up(10 * ratio)
    if tenths == 20:
        return "twice"
    return f"{round_half_up(ratio):,} times" if tenths >= 100 else f"{tenths / 10:g} times"


def percent(relative: float) -> str:
    """Write a relative change for a table; a dash where there was nothing before."""
    if math.isnan(relative):
        return "-"
    points = round_half_up(100 * abs(relative))
    if points == 0:
        return "0%"
    if points >= 100 and -1 < relative < 0:
        return "over -99%"
    return f"{'+' if relative > 0 else '-'}{points:,}%"


def round_half_up(value: float) -> int:
    """Round to the nearest whole number as a reader does, a half upwards; a hair below a half is a half."""
    return math.floor(value + 0.5 + 1e-9)


def ends_of(low: float, high: float) -> tuple[int, int]:
    """Round an interval of counts outward."""
    return math.floor(low + 1e-9), math.ceil(high - 1e-9)


def span_of(low: float, high: float) -> str:
    """Write an interval of counts, rounded outward."""
    first, last = ends_of(low, high)
    return f"{first:,} to {last:,}"


def likely(level: int, low: float, high: float) -> str:
    """Say an interval of a level in per cent: ``likely between 350 and 480``."""
    first, last = ends_of(low, high)
    where = f"between {first:,} and {last:,}" if last > first else f"{first:,}"
    chance = "very likely" if level >= _VERY_LIKELY else "likely" if level >= _LIKELY else ""
    return f"{chance} {where}" if chance else f"{where} with a chance of {level}%"


def an(level: int) -> str:
    """Write a level with its article."""
    return f"{'an' if str(level)[0] == '8' or level in (11, 18) else 'a'} {level}%"


def cell(text: str) -> str:
    """Write a label so that it cannot break a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())
