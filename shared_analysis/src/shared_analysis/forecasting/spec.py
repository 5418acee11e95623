"""What a person may set about a forecast: section ``forecast`` of ``params.yaml``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import field_validator, model_validator

from shared_analysis.forecasting.calendars import FREQUENCIES, Frequency
from shared_analysis.forecasting.request import parse
from shared_analysis.spec import Spec, nearest

_COUNT_AND_TIME = frozenset({"count", "period", "event_date"})
_USUAL_YEARS = 3
# As far as the forecasting competitions M3 and M4 measured yearly forecasts; beyond, nothing says how good they are.
_MOST_YEARS = 6
# Besides what names a person: as labels, these would tell one from another or repeat what somebody typed.
_OF_ONE_PERSON = frozenset({"date_of_birth", "free_text"})


class RegressorSpec(Spec):
    """A table of columns that may help models which learn, as in ``regressors`` of section ``forecast``.

    Parameters
    ----------
    table
        The table, by its contract's name: one row a period, or one a period and area (or what else makes the series).
    known
        Columns whose values over the horizon are known before it begins (bank holidays, school terms), and are there.
    unknown
        Columns that are known only when they have happened (the weather); none may be later than the counts.
    """

    table: str
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_column_once(self) -> RegressorSpec:
        named = [*self.known, *self.unknown]
        twice = sorted({name for name in named if named.count(name) > 1})
        if not named:
            raise ValueError("name at least one column under `known` or `unknown`")
        if twice:
            raise ValueError(f"a column is named twice: {', '.join(twice)}")
        return self


class ForecastSpec(Spec):
    """Settings of :func:`shared_analysis.forecasting.forecast`, as in section ``forecast`` of ``params.yaml``.

    Parameters
    ----------
    table
        The input table, by its contract's name.
    count
        What one unit is: ``people`` (each once a period; linked people where there is a register), ``rows`` (rows of
        the table) or ``sum`` (the column of role ``count`` added up; a table that has such a column always is).
    by
        Semantic roles that make one series each; ``[]`` for one series of everything. Every value becomes a label, so
        not what names or singles out a person, and not what is counted or says when.
    frequency
        ``daily``, ``weekly`` (Monday to Sunday), ``monthly``, ``quarterly`` or ``yearly``. A table of counts may be
        finer (and is added up), never coarser; weeks make no months. Years begin where those of the table do: in
        January for ``yyyy``, in April for ``yyyy/yy``, with the month of the dates otherwise. What is added up to
        years, and events, are counted by financial years, from April to March.
    missing
        What a period without a row means: ``zero`` (nothing happened), ``error`` (refuse) or, for a table of counts,
        ``unknown`` (nobody counted, as where a count is empty: a stand-in made from earlier periods holds its place,
        and no accuracy is measured there). With ``zero``, the last periods of a table of counts that a series has not
        reported yet, at most a season, are left out for all.
    horizon
        Periods to forecast: 12, and 3 where they are years, of which six are the most.
    levels
        Interval levels in per cent.
    origins
        Back-tests: how many earlier dates to forecast from as if it were then.
    breaks
        Periods that were not normal, each ``first/last`` (``2020-03/2020-07``). The counts stay as they are; back-tests
        that touch a break are shown apart, and left out of choices and intervals where three others are left.
    models
        Models to try besides the usual ones, each by its name, with arguments in brackets where the usual will not do:
        ``AutoETS``, ``AutoARIMA``, ``CrostonSBA`` or any other of statsforecast; ``ridge`` or ``gradient_boosting`` on
        all series together; ``sklearn.linear_model.Lasso(alpha=0.01)`` or any other regressor of scikit-learn.
    regressors
        Columns that may help those of ``models`` that learn; None for none. See :class:`RegressorSpec`.
    seed
        For models that draw.
    processes
        Work on this many processes; None for as many as there are processors. The results do not depend on it.
    """

    table: str
    count: Literal["people", "rows", "sum"] = "people"
    by: tuple[str, ...] = ("area_code",)
    frequency: Literal["daily", "weekly", "monthly", "quarterly", "yearly"] = "monthly"
    missing: Literal["zero", "error", "unknown"] = "zero"
    horizon: int = 12
    levels: tuple[int, ...] = (80, 95)
    origins: int = 5
    breaks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    regressors: RegressorSpec | None = None
    seed: int = 20260101
    processes: int | None = None

    @property
    def workers(self) -> int:
        """How many processes to work on."""
        return self.processes or os.cpu_count() or 1

    @property
    def calendar(self) -> Frequency:
        """The calendar that ``frequency`` names."""
        return FREQUENCIES[self.frequency]

    @model_validator(mode="before")
    @classmethod
    def _a_horizon_in_years(cls, settings: Any) -> Any:
        """Twelve periods ahead are a year of months; twelve years ahead nobody knows."""
        yearly = isinstance(settings, Mapping) and settings.get("frequency") == "yearly"
        return {"horizon": _USUAL_YEARS, **settings} if yearly else settings

    @field_validator("horizon", "origins", "processes")
    @classmethod
    def _at_least_one(cls, value: int | None) -> int | None:
        if value is not None and value < 1:
            raise ValueError("must be at least 1")
        return value

    @field_validator("levels")
    @classmethod
    def _sorted_levels(cls, levels: tuple[int, ...]) -> tuple[int, ...]:
        if not levels or not all(1 <= level <= 99 for level in levels):
            raise ValueError("name at least one level, each from 1 to 99")
        return tuple(sorted(set(levels)))

    @field_validator("by")
    @classmethod
    def _roles_that_make_series(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        # Not at the top: a specification is read where no contract is.
        from shared_analysis.contracts import ROLES

        if len(set(roles)) < len(roles):
            raise ValueError("a role is named twice")
        personal = {name for name, role in ROLES.items() if role.classification == "direct"} | _OF_ONE_PERSON
        usable = [name for name in ROLES if name not in personal | _COUNT_AND_TIME]
        for role in roles:
            if role not in ROLES:
                hint = nearest(role, usable).replace("the settings are", "the roles that make series are")
                raise ValueError(f"'{role}' is not a semantic role; {hint}")
            if role not in usable:
                why = "is about single people" if role in personal else "says how many or when"
                raise ValueError(f"'{role}' {why} and makes no series; the roles that do are: {', '.join(usable)}")
        return roles

    @field_validator("breaks")
    @classmethod
    def _readable_breaks(cls, breaks: tuple[str, ...]) -> tuple[str, ...]:
        import pandas as pd

        for span in breaks:
            first, _, last = span.partition("/")
            try:
                ordered = pd.Period(first, "D") <= pd.Period(last, "D")
            except ValueError:
                ordered = False
            if not ordered:
                raise ValueError("a break is written first/last, such as 2020-03/2020-07")
        return breaks

    @field_validator("models")
    @classmethod
    def _readable_models(cls, models: tuple[str, ...]) -> tuple[str, ...]:
        written = tuple(parse(text).text for text in models)
        if len(set(written)) < len(written):
            raise ValueError("a model is named twice")
        return written

    @model_validator(mode="after")
    def _no_further_than_years_can_be_seen(self) -> ForecastSpec:
        if self.frequency == "yearly" and self.horizon > _MOST_YEARS:
            raise ValueError(
                f"`horizon` is {self.horizon} and `frequency` is yearly, so that would be years: set it to "
                f"{_USUAL_YEARS}, or to {_MOST_YEARS} at the most"
            )
        return self

    @model_validator(mode="after")
    def _regressors_can_help(self) -> ForecastSpec:
        if self.regressors is None:
            return self
        if self.regressors.table == self.table:
            raise ValueError(
                f"`regressors` names the table that is counted ('{self.table}'): its rows are what is to be forecast"
            )
        if not any(parse(text).learns for text in self.models):
            raise ValueError(
                "`regressors` help only models that learn from all series: add ridge or gradient_boosting to `models`"
            )
        return self
