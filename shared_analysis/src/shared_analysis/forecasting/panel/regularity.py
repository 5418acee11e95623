"""How regularly each series reports, so that silence at the end can be told from nothing happening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.forecasting.calendars import FEWEST_RECENT

# A series that had a count in this share of its recent periods is taken to report every period.
_NEARLY_ALWAYS = 0.9
_FEWEST_REPORTS = 3


@dataclass(frozen=True)
class Reporting:
    """How one series reports.

    Parameters
    ----------
    last
        The position of its last period with a row; -1 if it has none.
    rows
        How many periods have a row.
    silent
        Periods after the last in which any other series has a row: a weekend when nobody reports is no silence.
    quiet
        Periods after the last, whether or not others have a row.
    longest
        The longest step between two rows so far; 0 when there are not two.
    regular
        Whether it had a row in nearly all the periods of its last two seasons (of years: four) before it fell silent.
    """

    last: int
    rows: int
    silent: int
    quiet: int
    longest: int
    regular: bool

    def is_active(self, season: int) -> bool:
        """Whether a period without a row means that it has not reported yet, not that nothing happened or it ended."""
        return self.regular and self.quiet <= season and self.silent < self.rows

    def is_silent(self, season: int) -> bool:
        """Whether it has no row at the end although it used to: closed, or not reported."""
        unusual = self.quiet > (max(2, self.longest) if self.longest else season)
        return self.silent > 0 and (self.regular or unusual)


def reporting_of(wide: pd.DataFrame, season: int) -> list[Reporting]:
    """Describe how each series reports, from where it has rows.

    Parameters
    ----------
    wide
        Series by periods; NaN where there is no row.
    season
        Periods in a season.
    """
    present = wide.notna().to_numpy()
    anybody: npt.NDArray[np.bool_] = np.any(present, axis=0)
    return [_describe(row, anybody, season) for row in present]


def _describe(row: npt.NDArray[np.bool_], anybody: npt.NDArray[np.bool_], season: int) -> Reporting:
    at = np.flatnonzero(row)
    if not at.size:
        return Reporting(last=-1, rows=0, silent=0, quiet=0, longest=0, regular=False)
    first, last = int(at[0]), int(at[-1])
    recent = slice(max(first, last - max(2 * season, FEWEST_RECENT) + 1), last + 1)
    due = int(anybody[recent].sum())
    return Reporting(
        last=last,
        rows=at.size,
        silent=int(anybody[last + 1 :].sum()),
        quiet=len(row) - 1 - last,
        longest=int(np.diff(at).max()) if at.size > 1 else 0,
        regular=due >= _FEWEST_REPORTS and int(row[recent].sum()) >= _NEARLY_ALWAYS * due,
    )
