"""A panel of series on one calendar: every period there, every gap decided, nothing partial at either end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.forecasting.calendars import Frequency, calendar_of
from shared_analysis.forecasting.panel.counts import add_up_counts
from shared_analysis.forecasting.panel.events import count_events
from shared_analysis.forecasting.panel.periods import settle_periods
from shared_analysis.forecasting.panel.rows import read_rows
from shared_analysis.forecasting.panel.series_labels import WHOLE, check_areas, label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.geography import LONDON, area_names
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
# Of years one without a count is no late beginning.
_LATE = 2


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
        Series by periods; never negative, never missing. What nobody counted is imputed from earlier periods alone
        (:func:`shared_analysis.forecasting.panel.missing_periods.impute`); zero before a series' first count.
    calendar
        Season length and words of the calendar.
    notices
        What was left out or assumed in making it.
    known
        Series by periods: whether the value was counted (or is a zero that the settings say is one). True everywhere
        unless `missing` is ``unknown``.
    """

    keys: pd.DataFrame
    periods: pd.PeriodIndex
    values: FloatArray
    calendar: Frequency
    notices: tuple[Notice, ...] = ()
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

        Returns
        -------
        Panel
            The same for any row order.

        Raises
        ------
        SharedAnalysisError
            If the table cannot be counted honestly; see :func:`shared_analysis.forecasting.panel.counts.add_up_counts`
            and :func:`shared_analysis.forecasting.panel.events.count_events`. Also for fewer than three periods, and
            for a stretch of more than two years in which nothing at all happens (which is what a placeholder date such
            as 1900-01-01 makes; a service may well close for longer than a season).
        """
        rows = read_rows(table, contract, spec)
        if "count" in contract.roles:
            counted = add_up_counts(rows, table, contract, spec)
        else:
            counted = count_events(rows, table, contract, spec, register)
        settled = settle_periods(counted, spec, contract.name)
        keys = settled.wide.index.to_frame(index=False).astype(str)
        values = np.ascontiguousarray(settled.wide.to_numpy(dtype=np.float64))
        of_areas = check_areas(keys, contract.name)
        periods = pd.PeriodIndex(settled.wide.columns)
        panel = cls(keys, periods, values, calendar_of(periods[0]), (), settled.known)
        return replace(panel, notices=(*settled.notices, *of_areas, *panel._odd_series()))

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

    def _odd_series(self) -> tuple[Notice, ...]:
        """Name the series that no method can do much with."""
        zero, late, same = [], [], []
        for label, row, start in zip(self.labels(), self.values, self.starts, strict=True):
            if not row.any():
                zero.append(label)
            elif np.ptp(row[start:]) == 0:
                same.append(label)
            if start >= max(self.calendar.season, _LATE):
                late.append(label)
        begins_late = "begins_late" if self.calendar.has_season else "begins_years_late"
        odd = {"zero_throughout": zero, begins_late: late, "same_throughout": same}
        return tuple(Notice(code, {"series": tuple(labels)}) for code, labels in odd.items() if labels)
