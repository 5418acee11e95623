"""The frequency of a table of counts, inferred from its dates, and what may be added up into what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.contracts.dates import DateFormat
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import Frequency, name_period, years_from
from shared_analysis.forecasting.panel.series_labels import label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

STEPS = ("hourly", "daily", "weekly", "monthly", "quarterly", "yearly")
# Most, not all: one date that is wrong must not decide for a whole table.
_MOST = 0.9
_WEEK, _MONTH, _QUARTER, _YEAR = 7, 28, 89, 360
# As few rows may lie evenly apart by chance.
_FEWEST_GAPS = 3
_SEVERAL = 2
_FEWEST_OF_A_STEP = 6
_MONTHS_OF_A_YEAR = 12
# Of formats that write years: yyyy, and yyyy/yy.
_FIRST_MONTHS = {"YS": 1, "YS-APR": 4}
_DAYS_OF = {"weekly": (7,), "monthly": (28, 29, 30, 31), "quarterly": (90, 91, 92), "yearly": (365, 366)}
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}


def stated_frequency(contract: DataContract, column: str) -> str | None:
    """Tell a table's own frequency from the format of its dates: ``yyyy 'Q'q`` writes quarters.

    Parameters
    ----------
    contract
        The table's contract.
    column
        The column of its dates.

    Returns
    -------
    str or None
        ``monthly``, ``quarterly`` or ``yearly``; None where the format writes days or times.
    """
    form = contract.column(column).format
    return DateFormat.parse(form).frequency if form else None


def infer_frequency(moments: pd.DatetimeIndex) -> str | None:
    """Tell a table's own frequency from the gaps between its dates.

    Parameters
    ----------
    moments
        The distinct dates, with their times of day, sorted.

    Returns
    -------
    str or None
        ``hourly`` where most days have several times, else ``daily``, ``weekly``, ``monthly``, ``quarterly`` or
        ``yearly``; dates without a pattern are ``daily``. None for a single date.
    """
    days = moments.normalize().unique()
    if len(moments) >= _SEVERAL * len(days):
        return "hourly"
    if len(days) < 2:
        return None
    gaps = np.diff(days.to_numpy().astype("datetime64[D]")).astype(int)
    # A short gap, so that periods without a row do not make the step look longer than it is; not the very shortest.
    gap = int(np.sort(gaps)[len(gaps) // 10])
    by_week = _most(gaps % 7 == 0)
    by_month = _same(days.day) or _most(days.is_month_end) or (by_week and not days.to_period("M").has_duplicates)
    if gap >= _MONTH and by_month:
        if gap >= _YEAR and _same(days.month):
            return "yearly"
        return "quarterly" if gap >= _QUARTER and _same(days.month % 3) else "monthly"
    return "weekly" if gap >= _WEEK and by_week else "daily"


def calendar_of_table(
    contract: DataContract, column: str, moments: pd.DatetimeIndex, spec: ForecastSpec, *, added_up: bool
) -> Frequency:
    """Return the calendar of a forecast: that of its settings, and of years those that the table has.

    Parameters
    ----------
    contract, column
        The table's contract, and the column of its dates.
    moments
        The distinct dates, sorted.
    spec
        The settings.
    added_up
        Whether dates are added up to longer periods: then years are financial years, from April.
    """
    form = contract.column(column).format
    stated = _FIRST_MONTHS.get(DateFormat.parse(form).step) if form else None
    if spec.frequency != "yearly" or (added_up and stated is None):
        return spec.calendar
    return years_from(stated) if stated else _years_dated_on(moments.normalize().unique())


def _years_dated_on(days: pd.DatetimeIndex) -> Frequency:
    """Tell where years begin from dates a year apart: with a month, or after its last day; else in January."""
    month = int(days.month.to_series().mode().iloc[0]) if len(days) else 1
    if _most(days.is_month_end):
        return years_from(month % _MONTHS_OF_A_YEAR + 1)
    return years_from(month if _most(days.day == 1) else 1)


def refuse_mixed_steps(days: pd.DatetimeIndex, where: str) -> None:
    """Refuse dates that are a month apart at first and a week apart later, or the like.

    Parameters
    ----------
    days
        The distinct dates, sorted.
    where
        The table, for what is said of a fault.

    Raises
    ------
    SharedAnalysisError
        If they are: what lies in two periods, as a week at the end of a month, cannot be told.
    """
    gaps = np.diff(days.to_numpy().astype("datetime64[D]")).astype(int)
    steps = np.select([np.isin(gaps, own) for own in _DAYS_OF.values()], list(_DAYS_OF), "")
    if gaps.size < 2 * _FEWEST_OF_A_STEP or (steps == "").mean() > 1 - _MOST:
        return
    used = [step for step in _DAYS_OF if (steps == step).sum() >= _FEWEST_OF_A_STEP]
    # A few short gaps among long ones, or long ones among short, are dates that are missing or wrong.
    if len(used) > 1 and all((steps == step).mean() > 1 - _MOST for step in used):
        raise SharedAnalysisError(
            f"The dates are {' and '.join(used)} in one table, so nobody can say which period a count belongs to.",
            where,
            "get all counts by one step, or keep the rows of one",
        )


def is_added_up(step: str | None, spec: ForecastSpec, where: str) -> bool:
    """Tell whether counts of this step have to be added up to the frequency of the forecast.

    Raises
    ------
    SharedAnalysisError
        If they cannot be: the step is coarser than the frequency, or weeks would have to make months.
    """
    if step is None or step == spec.frequency:
        return False
    if STEPS.index(step) > STEPS.index(spec.frequency):
        raise SharedAnalysisError(
            f"The table's counts are {step}, which cannot be split to forecast {spec.frequency}.",
            where,
            f"set `frequency` to {step}",
        )
    if step == "weekly":
        raise SharedAnalysisError(
            f"The table's counts are weekly, and weeks do not fit into {spec.calendar.noun}s.",
            where,
            f"set `frequency` to weekly, or get the counts by day or {spec.calendar.noun}",
        )
    return True


def refuse_skipped_periods(wide: pd.DataFrame, spec: ForecastSpec, table: str) -> tuple[Notice, ...]:
    """Refuse a table of counts in which most series have a row in every second (third, ...) period only.

    What is between was most likely never counted apart, and would be read as a fall to nothing every other period.

    Parameters
    ----------
    wide
        Series by periods; NaN where there is no row.
    spec
        The settings.
    table
        The table's name, for what is said of a fault.

    Returns
    -------
    tuple of Notice
        Such series, when they are few.

    Raises
    ------
    SharedAnalysisError
        If more than half of the series are like that.
    """
    # With `missing: error` the first gap is an error of its own.
    strides = [_stride(np.flatnonzero(row)) for row in wide.notna().to_numpy()] if spec.missing != "error" else []
    skipping = [at for at, stride in enumerate(strides) if stride > 1]
    if not skipping:
        return ()
    labels, noun = label_keys(wide.index.to_frame(index=False)), spec.calendar.noun
    stride = strides[skipping[0]]
    if 2 * len(skipping) <= len(wide):
        values = {"series": tuple(labels[at] for at in skipping), "stride": stride, "noun": noun}
        return (Notice("filled_between", values),)
    first = int(np.flatnonzero(wide.iloc[skipping[0]].notna().to_numpy())[0])
    start = name_period(pd.PeriodIndex(wide.columns)[first])
    raise SharedAnalysisError(
        f"Most series ({len(skipping):,} of {len(wide):,}) have a row {in_every(stride, noun)} only, so nothing says "
        f"what the {noun}s between are.",
        f"table {table}, first {labels[skipping[0]]} from {start}",
        f"get the counts by {noun}, or add rows with a count of 0 for {noun}s in which nothing happened",
    )


def in_every(stride: int, noun: str) -> str:
    """Write a stride of so many periods: ``in every second month``."""
    return f"in every {_ORDINALS.get(stride, f'{stride}th')} {noun}"


def _stride(at: npt.NDArray[np.int_]) -> int:
    """Tell how many periods lie from one row to the next, where that is nearly always the same; else 1."""
    gaps = np.diff(at)
    if gaps.size < _FEWEST_GAPS:
        return 1
    usual = int(np.bincount(gaps).argmax())
    return usual if _most(gaps == usual) else 1


def _most(yes: npt.NDArray[np.bool_]) -> bool:
    return bool(yes.mean() >= _MOST)


def _same(numbers: pd.Index) -> bool:
    """Whether most of the numbers are one and the same."""
    return bool(numbers.value_counts(normalize=True).iloc[0] >= _MOST)
