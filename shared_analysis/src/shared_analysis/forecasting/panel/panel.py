"""A panel of series on one calendar: every period there, every gap decided, nothing partial at either end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.counts import Counted, count
from shared_analysis.forecasting.panel.doubtful_periods import check_ends
from shared_analysis.forecasting.panel.frequency import refuse_skipped_periods
from shared_analysis.forecasting.panel.missing_periods import stand_in
from shared_analysis.forecasting.panel.periods import name_silent, without_partial_ends
from shared_analysis.forecasting.panel.series_labels import (
    WHOLE,
    first_label,
    label_keys,
    name_strangers,
    refuse_totals,
)
from shared_analysis.forecasting.reporting.phrases import name_period
from shared_analysis.forecasting.spec import ForecastSpec, Frequency
from shared_analysis.geography import LONDON, area_names
from shared_analysis.wording import listed, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
FEWEST_PERIODS = 3
_EMPTY_YEARS = 2


@dataclass(frozen=True)
class Panel:
    """Counts of several series over one unbroken calendar.

    Parameters
    ----------
    keys
        One row per series, sorted: one text column per role that makes the series (``area_code``, ``category``), or
        ``series`` when everything is one series.
    periods
        The calendar, without gaps.
    values
        Series by periods; never negative, never missing. What nobody counted holds a stand-in, made from earlier
        periods alone (:func:`shared_analysis.forecasting.panel.missing_periods.from_the_past`); zero before a series'
        first count.
    calendar
        Season length and words of the calendar.
    notices
        What was left out or assumed in making it, in words.
    known
        Series by periods: whether the value was counted (or is a zero that the settings say is one). True everywhere
        unless `missing` is ``unknown``.
    """

    keys: pd.DataFrame
    periods: pd.PeriodIndex
    values: FloatArray
    calendar: Frequency
    notices: tuple[str, ...] = ()
    known: BoolArray = field(default_factory=lambda: np.ones((1, 1), dtype=np.bool_))

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", np.broadcast_to(self.known, self.values.shape))

    @classmethod
    def from_table(
        cls, table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, register: pd.DataFrame | None = None
    ) -> Self:
        """Count a validated table of events, or add up one of counts.

        Parameters
        ----------
        table
            The table, in any row order.
        contract
            Its contract; the roles used are event_date or period, those in ``spec.by``, count, source and
            linked_record_id.
        spec
            What to count, by what, on which calendar.
        register
            ``table, record_id, entity_id``: who each record is. Needed to count people.

        Raises
        ------
        SharedAnalysisError
            If the table cannot be counted honestly; see :func:`shared_analysis.forecasting.panel.counts.count`. Also
            for fewer than three periods, and for a stretch of more than two years in which nothing at all happens
            (which is what a placeholder date such as 1900-01-01 makes; a service may well close for longer than a
            season).
        """
        counted = count(table, contract, spec, register)
        notices = list(counted.notices)
        wide = _on_calendar(counted, spec, contract.name)
        wide = without_partial_ends(wide, counted, spec, contract.name, notices)
        noun = spec.calendar.noun
        if wide.shape[1] < FEWEST_PERIODS:
            raise SharedAnalysisError(
                f"{many(wide.shape[1], f'{noun} is', f'{noun}s are')} too few to forecast from; "
                f"{FEWEST_PERIODS} are the least.",
                f"table {contract.name}",
                "add earlier data",
            )
        if counted.step is not None:
            refuse_skipped_periods(wide, spec, contract.name, notices)
        check_ends(wide, counted.step is not None, spec, contract.name, notices)
        known = wide.notna().to_numpy() | (spec.missing != "unknown")
        wide = _without_gaps(wide, spec, contract.name, notices)
        keys = wide.index.to_frame(index=False).astype(str)
        values = np.ascontiguousarray(wide.to_numpy(dtype=np.float64))
        notices += name_strangers(keys, contract.name)
        notices += refuse_totals(keys, values[:, known.all(axis=0)], contract.name)
        panel = cls(keys, pd.PeriodIndex(wide.columns), values, spec.calendar, tuple(notices), known)
        return replace(panel, notices=(*notices, *panel._remarks()))

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each series begins: its first period above zero (0 for a series that is zero throughout)."""
        starts: npt.NDArray[np.int64] = (self.values > 0).argmax(axis=1)
        return starts

    @property
    def total(self) -> FloatArray:
        """The sum over all series, by period."""
        total: FloatArray = self.values.sum(axis=0)
        return total

    @property
    def place(self) -> str:
        """The name of the whole: London when every area is a London borough."""
        return "London" if self.total_key.get("area_code") == LONDON else ""

    @property
    def nouns(self) -> str:
        """What the series are, in the plural."""
        return {"area_code": "areas", "area_name": "areas", "category": "categories"}.get(
            "".join(self.keys.columns), "series"
        )

    @property
    def total_key(self) -> dict[str, str]:
        """What stands in the key columns for the whole: London's own code for its boroughs, else ``all``."""
        key = dict.fromkeys(self.keys.columns, WHOLE)
        if "area_code" in key and self.keys["area_code"].isin(list(area_names())).all():
            key["area_code"] = LONDON
        return key

    def ahead(self, horizon: int) -> pd.PeriodIndex:
        """The periods that follow the last."""
        return pd.period_range(self.periods[-1] + 1, periods=horizon)

    def labels(self) -> list[str]:
        """Name each series for a reader: the area's name where the code is known, then the rest of its key."""
        return label_keys(self.keys)

    def labels_of(self, nodes: pd.DataFrame) -> list[str]:
        """Name nodes of a hierarchy over these series; what is added up over a column is left out of the name."""
        return label_keys(nodes[list(self.keys.columns)])

    def table(self) -> pd.DataFrame:
        """Return the panel as rows, sorted by key and period.

        Returns
        -------
        DataFrame
            Key columns, ``period`` (its first day) and ``count``, missing where nobody counted. Where there is such a
            period, also ``stand_in``: what the forecast was made from instead, missing where there is a count.
        """
        long = self.keys.loc[self.keys.index.repeat(len(self.periods))].reset_index(drop=True)
        long["period"] = np.tile(self.periods.start_time.to_numpy(), len(self.keys))
        long["count"] = np.where(self.known, self.values, np.nan).ravel()
        if not self.known.all():
            long["stand_in"] = np.where(self.known, np.nan, self.values).ravel()
        return long

    def _remarks(self) -> list[str]:
        """Name the series that no method can do much with."""
        labels = self.labels()
        zero = [label for label, row in zip(labels, self.values, strict=True) if not row.any()]
        late = [label for label, start in zip(labels, self.starts, strict=True) if start >= self.calendar.season]
        same = [
            label
            for label, row, start in zip(labels, self.values, self.starts, strict=True)
            if row.any() and np.ptp(row[start:]) == 0
        ]
        found = {
            "zero throughout and forecast as zero": zero,
            "forecast from the first non-zero period only, a season or more after the first": late,
            "the same in every period and forecast as that": same,
        }
        return [
            f"{many(len(names), 'series is', 'series are')} {what}: {listed(names)}."
            for what, names in found.items()
            if names
        ]


def _on_calendar(counted: Counted, spec: ForecastSpec, table: str) -> pd.DataFrame:
    """Spread the counts over every period from the first to the last, series down and periods across."""
    wide = counted.counts.set_index([*counted.keys, "period"])["count"].unstack("period").sort_index()  # noqa: PD010
    present = pd.PeriodIndex(wide.columns)
    steps = np.diff(present.asi8)
    if steps.size and steps.max() > _EMPTY_YEARS * spec.calendar.year:
        at = int(steps.argmax())
        raise SharedAnalysisError(
            f"Nothing happens between {present[at]} and {present[at + 1]}, more than {_EMPTY_YEARS} years: "
            "those dates are probably placeholders or errors.",
            f"table {table}, {first_label(wide, at + 1 if 2 * (at + 1) >= len(present) else at)}",
            "correct or remove the dates, or give the contract's column a minimum and a maximum",
        )
    return wide.reindex(columns=pd.period_range(present[0], present[-1], freq=spec.calendar.code))


def _without_gaps(wide: pd.DataFrame, spec: ForecastSpec, table: str, notices: list[str]) -> pd.DataFrame:
    """Decide what a period without a row means, as the settings say."""
    gaps = wide.isna().to_numpy()
    if not gaps.any():
        return wide
    if spec.missing == "unknown":
        return stand_in(wide, spec, table, notices)
    across, number = int(gaps.any(axis=1).sum()), int(gaps.sum())
    first = int(gaps.any(axis=0).argmax())
    label = label_keys(wide.index.to_frame(index=False))[int(gaps[:, first].argmax())]
    where = f"the first in {name_period(pd.PeriodIndex(wide.columns)[first], spec.calendar)} ({label})"
    among = f"in {across:,} of {len(wide):,} series"
    what = many(number, f"period {among} has no row", f"periods {among} have no row")
    if spec.missing == "error":
        raise SharedAnalysisError(
            f"{what}, {where}.",
            f"table {table}",
            "add them, or set `missing: zero` if nothing happened, which leaves out what is not reported yet, or "
            "`missing: unknown` if nobody counted",
        )
    notices.append(f"{what} and {'counts' if number == 1 else 'count'} as zero, {where}.")
    name_silent(wide, spec, notices)
    return wide.fillna(0.0)
