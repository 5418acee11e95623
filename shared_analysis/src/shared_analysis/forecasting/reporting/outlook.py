"""What is expected of each node of the hierarchy, in a few numbers, beside what was counted before."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared_analysis.forecasting.calendars import name_period
from shared_analysis.forecasting.hierarchy.hierarchy import SERIES, TOTAL
from shared_analysis.forecasting.panel.series_labels import WHOLE
from shared_analysis.forecasting.reporting.phrases import WHOLE_FROM, number, percent, round_half_up
from shared_analysis.forecasting.result_data import Forecast

if TYPE_CHECKING:
    from shared_analysis.forecasting.panel.panel import FloatArray

AREA, AREA_NAME = "area_code", "area_name"
_HARDLY_ANY = -1 + 1e-12
_HALF = 0.5


@dataclass(frozen=True)
class Outlook:
    """One node in a few numbers.

    Parameters
    ----------
    label, code
        Its name for a reader, and what stands in the key column where there is only one (else empty).
    before
        What was counted a period, in the periods that :func:`compared` names; NaN where none of them is known.
    expected
        What is forecast a period, averaged over the horizon.
    soon, low, high
        What is forecast for the next period, and its interval of the lowest level asked for.
    """

    label: str
    code: str
    before: float
    expected: float
    soon: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Relative change; NaN when there was nothing before, or it is not known."""
        if not self.before > 0:
            return math.nan
        relative = self.expected / self.before - 1
        # Next to nothing is not nothing, though the difference from one is lost.
        return max(relative, _HARDLY_ANY) if self.expected > 0 else relative

    @property
    def counts_enough(self) -> bool:
        """Whether a change in per cent says more than one or two counts do."""
        return self.before >= WHOLE_FROM

    @property
    def changes(self) -> bool:
        """Whether a reader should be told of a change: a per cent of ten or more, or half a count of fewer."""
        if math.isnan(self.before) or number(self.before) == number(self.expected):
            return False
        return round_half_up(100 * abs(self.change)) > 0 if self.counts_enough else not self.about_the_same

    @property
    def about_the_same(self) -> bool:
        """Whether fewer than ten become more or fewer by less than half a count."""
        return not self.counts_enough and abs(self.expected - self.before) < _HALF

    @property
    def percent(self) -> str:
        """The change for a table or a chart; a dash where too little was counted before."""
        return percent(self.change) if self.counts_enough else "-"


def whole(result: Forecast) -> Outlook:
    """Sum the forecast up over everything."""
    return outlooks(result, result.hierarchy.levels[0])[0]


def area_level(result: Forecast) -> str:
    """Name the level of the areas; of the series themselves where each is an area, or none is."""
    return next((name for name in (AREA, AREA_NAME) if name in result.hierarchy.levels), SERIES)


def outlooks(result: Forecast, level: str) -> list[Outlook]:
    """Sum the forecast up for every node of a level, in the order of the tables."""
    rows, horizon, least = result.hierarchy.rows(level), result.spec.horizon, result.spec.levels[0]
    ahead = result.ahead[np.repeat(rows, horizon)]
    means = ahead["mean"].to_numpy().reshape(-1, horizon)
    low, high = (ahead[f"{end}_{least}"].to_numpy().reshape(-1, horizon)[:, 0] for end in ("lo", "hi"))
    before = _before(result)[rows]
    figures = zip(labels(result, level), _codes(result, level), before, means, low, high, strict=True)
    return [
        Outlook(label, code, float(counted), float(mean.mean()), float(mean[0]), float(first), float(last))
        for label, code, counted, mean, first, last in figures
    ]


def compared(result: Forecast) -> str:
    """Say what the forecast is compared with: what was counted a season before, or since the data begin.

    Years have no season and are compared with the last, by its name.
    """
    calendar, known = result.panel.calendar, len(result.panel.periods)
    if _same_periods(result):
        periods = calendar.noun if result.spec.horizon == 1 else f"{calendar.noun}s"
        return f"in the same {periods} of the last {calendar.season_noun}"
    if not calendar.has_season:
        return f"in {name_period(result.panel.periods[-1])}"
    return f"in the last {min(known, calendar.season)} {calendar.noun}s"


def repeated(result: Forecast) -> str:
    """Name what the baseline repeats: the last season, or the last period where there is no season yet."""
    calendar = result.panel.calendar
    return calendar.season_noun if len(result.panel.periods) >= calendar.season else calendar.noun


def labels(result: Forecast, level: str) -> list[str]:
    """Name the nodes of a level for a reader; two that would share a name have their codes behind it."""
    nodes = result.hierarchy.nodes[result.hierarchy.rows(level)]
    parts = level.split("+")
    if AREA in nodes and level not in (TOTAL, SERIES) and not {AREA, "sub_region"} & set(parts):
        nodes = nodes.assign(**{AREA: WHOLE})
    named = result.panel.labels_of(nodes)
    twice = {name for name, times in Counter(named).items() if times > 1}
    keys = nodes[list(result.panel.keys.columns)].itertuples(index=False, name=None)
    return [f"{name} ({', '.join(key)})" if name in twice else name for name, key in zip(named, keys, strict=True)]


def level_noun(result: Forecast, level: str) -> str:
    """Name the nodes of a level, in the plural where there are several (``areas``, ``sub-regions``)."""
    if level == TOTAL:
        return result.panel.place or "the total"
    if level == SERIES:
        return f"single {result.panel.nouns}" if len(result.panel.keys) > 1 else "the series"
    first, *rest = level.split("+")
    plural = _PLURALS.get(first, part_noun(first))
    if first == AREA_NAME and AREA in result.panel.keys:  # names that are not those of the coded areas
        plural = "named areas"
    return " by ".join([plural, *(part_noun(part) for part in rest)])


def part_noun(part: str) -> str:
    """Name one part of a level, or of a key, in the singular."""
    return part.removesuffix("_code").removesuffix("_name").replace("sub_", "sub-").replace("_", " ")


_PLURALS = {
    AREA: "areas",
    AREA_NAME: "areas",
    "sub_region": "sub-regions",
    "category": "categories",
    "source": "sources",
}


def _same_periods(result: Forecast) -> bool:
    # Less than a whole number of seasons ahead is compared with its own months, as a summer is with last summer.
    season = result.panel.calendar.season
    return len(result.panel.periods) >= season and result.spec.horizon % season > 0


def _before(result: Forecast) -> FloatArray:
    """Average what was counted, and is known, in the periods that :func:`compared` names; one a node."""
    panel, season = result.panel, result.panel.calendar.season
    last = result.hierarchy.add_up(np.where(panel.known, panel.values, np.nan)[:, -season:])
    if _same_periods(result):
        last = last[:, np.arange(result.spec.horizon) % season]
    known = np.isfinite(last)
    sums, periods = np.where(known, last, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(periods > 0, sums / np.maximum(periods, 1), np.nan)


def _codes(result: Forecast, level: str) -> list[str]:
    nodes = result.hierarchy.nodes[result.hierarchy.rows(level)]
    columns = list(result.panel.keys.columns)
    if level == SERIES and len(columns) > 1:
        return [""] * len(nodes)
    if AREA not in columns or level not in (AREA, SERIES, TOTAL):
        return [""] * len(nodes)
    return [str(code) if code != WHOLE else "" for code in nodes[AREA]]
