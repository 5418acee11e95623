"""How a column writes its dates, where that is more than the usual formats: found from all of its values together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.dates import LATEST, LATEST_BIRTH, MONTHS, SERIAL_DAYS, DateFormat
from shared_analysis.contracts.headings import names_a_code, role_by_name, snake
from shared_analysis.contracts.tables.moments import count_days
from shared_analysis.contracts.tables.shares import matching, reaches
from shared_analysis.contracts.tables.weeks import BEFORE_A_DAY

_NEARLY_ALL = 0.95
_HALF = 0.5
_DATE_ROLES = ("date_of_birth", "event_date", "period")
_CERTAIN_WORDS = frozenset({"date", "dob", "born", "birth"})
"""What whole numbers can only be days under."""
_DATE_WORDS = _CERTAIN_WORDS | {"month", "day", "time", "quarter", "period", "year", "week"}
_YEAR_WORDS = frozenset({"year", "yr", "fy", "period"})
_TIMES = (" HH:mm:ss", " HH:mm", "'T'HH:mm:ss", "'T'HH:mm", *(f" HH:mm:ss.{'S' * n}" for n in (3, 6, 7)))
_TIMES += tuple(f"{mark}HH:mm{rest}XXX" for mark in (" ", "'T'") for rest in ("", ":ss", ":ss.SSS", ":ss.SSSSSS"))
_TIMED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+(?:Z|[+-][0-9:]+)?$"
_OFFSET = r":[0-9.]+(?:Z|[+-][0-9:]+)$"
_UP_TO_OFFSET = r"^.{10}[T ][0-9:.]+"
_WINTER, _SUMMER = frozenset({"Z", "+00:00", "-00:00", "+0000", "+00"}), frozenset({"+01:00", "+0100", "+01"})
_NO_FULL_HOUR = r"[ T][0-9]{2}:(?:[0-9]{2}:[0-9.]*[1-9]|[0-9]?[1-9]|[1-9]0)"
_SOME_OFFSETS = (
    "some of its times name their offset from UTC and others do not; the first go on in UTC, the others as written"
)
_MIDNIGHT = r"[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9:]+)?$"
_USUAL = frozenset(("yyyy-MM-dd", "dd.MM.yyyy", "yyyy/MM/dd", "dd-MM-yyyy", "dd/MM/yyyy"))
_LETTERS = (
    "d MMMM yyyy",
    "d-MMM-yy",
    "d MMM yy",
    "d MMM yyyy",
    "d-MMM-yyyy",
    "d/MMM/yyyy",
    "MMMM d, yyyy",
    "EEEE d MMMM yyyy",
    "EEEE, d MMMM yyyy",
    "EEE d MMM yyyy",
)
_PERIODS = (
    "MMMM yyyy", "MMMM-yyyy", "MMMM-yy", "MMM-yy", "MMM yy", "MMM yyyy", "MMM-yyyy", "MMMyy", "yyyy MMM", "yyyy-MMM",
    "MM/yyyy", "M/yyyy", "yyyy/MM", "yyyy 'Q'q", "yyyy-'Q'q", "yyyy'Q'q", "'Q'q yyyy", "'Q'q-yyyy", "'Q'q/yyyy",
    "yyyy/yy", "yyyy-yy", "yyyy\u2013yy", "yyyy/yy 'Q'q", "yyyy-yy 'Q'q", "'Q'q yyyy/yy", "'Q'q yyyy-yy", "yyyy/yyyy",
    "yyyy-yyyy", "yyyy\u2013yyyy",
)  # fmt: skip
_YEARS = tuple(
    f"{before}{years}"
    for before in ("'FY'", "'FY' ", "")
    for years in ("yyyy/yy", "yyyy-yy", "yyyy\u2013yy", "yyyy/yyyy", "yyyy-yyyy", "yy/yy", "yy-yy", "yy\u2013yy")
    if before or years[:4] != "yyyy"
)
_WEEKS = (
    "YYYY-'W'ww", "YYYY-'W'ww-e", "YYYY'W'ww", "YYYY'W'wwe", "YYYY 'W'ww", "YYYY-'W'w", "'W'ww YYYY", "'W'w YYYY",
    "'W'ww-YYYY", "'W'ww/YYYY",
)  # fmt: skip
_MONTH_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_CLOCK = r"(?:[ T][0-9:.]+ ?(?:Z|[+-][0-9:]+)?)?"
_WEEK = "[0-9]{4}[- ]?W[0-9]{1,2}(?:-?[1-7])?|W[0-9]{1,2}[-/ ][0-9]{4}"
_LIKE_A_WEEK = rf"(?i)^(?:{_WEEK})$"
_LIKE_A_DATE = (
    rf"(?i)^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?:[0-9]{{1,4}}[-/. ][0-9]{{1,2}}[-/. ][0-9]{{1,4}}{_CLOCK}"
    rf"|(?:[0-9]{{0,4}}(?:st|nd|rd|th)?[-/ ]?)(?:{_MONTH_NAME})[-/ ]?(?:[0-9]{{1,2}}(?:st|nd|rd|th)?, )?[0-9]{{0,4}}"
    rf"{_CLOCK}"
    rf"|{_WEEK}"
    r"|[0-9]{4}[-/ ]?Q[0-9]|Q[0-9][-/ ]?[0-9]{4}|[0-9]{1,2}/[0-9]{4}"
    r"|(?:Q[0-9] )?[0-9]{4}[-/][0-9]{2}(?:[0-9]{2})?(?: Q[0-9])?)$"
)
_TWO_YEARS = "(?i)^(?:FY ?)?[0-9]{2,4}[-/\u2013][0-9]{2,4}"
_LIKE_YEARS = f"{_TWO_YEARS}$"
_MARKED_YEARS = rf"{_TWO_YEARS} ?(?:[(\[]?(?:p|r|e|prov|provisional|rev|revised|est|estimated?)[)\]]?|\*)?$"
_MARKS_BEHIND = "some of its years have a mark behind them, such as p for provisional"
_NO_CALENDAR = "the calendar does not have some of its dates"
_SEVERAL_WAYS = "its dates are written in more than one way"
_FEWEST_WEEKS = 4
_AFTER_WORDS = rf"^(?:{'|'.join(BEFORE_A_DAY.values())}) .*[0-9]"
_NO_FORMAT = "its dates are written in no way that a contract can state"
_NUMBERED = r"^(?P<first>[0-9]{1,2})[-/. ](?P<second>[0-9]{1,2})[-/. ](?P<year>[0-9]{4}|[0-9]{2})(?:[ T].*)?$"


@dataclass(frozen=True)
class DateFinding:
    """What the values of a column tell of how it writes its dates.

    Parameters
    ----------
    format
        The format, as a contract writes it; ``None`` where it is a usual one, or the values do not tell.
    timed
        Whether there are times of day other than midnight.
    doubt
        What the values do not tell, in words.
    """

    format: str | None = None
    timed: bool = False
    doubt: str = ""


def find_date_format(name: str, distinct: pa.Array, counts: np.ndarray, text: pa.Array | None = None) -> DateFinding:
    """Find how a column writes its dates.

    The day comes first unless the column proves that the month does.

    Parameters
    ----------
    name
        What the column is called: digits alone are dates only under a name of dates.
    distinct
        Its different values, none missing.
    counts
        How often each occurs.
    text
        All values, where ``distinct`` are not these themselves but the ways in which they are written.
    """
    role, words = role_by_name(name), set(snake(name).split("_"))
    if role not in (None, *_DATE_ROLES):
        return DateFinding()
    born = role == "date_of_birth"
    column = _Column(distinct, counts, LATEST_BIRTH if born else LATEST, _HALF if born else _NEARLY_ALL)
    if column.share_matching(r"^[0-9]+(\.[0-9]+)?$") >= column.needed:
        certain = role in _DATE_ROLES or not _CERTAIN_WORDS.isdisjoint(words)
        return DateFinding(column.of_values(text).of_digits(role) if certain else None)
    if column.share_matching("[0-9]") < column.needed:
        return DateFinding()
    if column.share_matching(_AFTER_WORDS) >= column.needed:
        return _of_weeks(column.of_values(text))
    if _is_named_for_years(words) and column.share_matching(_LIKE_YEARS) >= column.needed:
        return column.of_values(text).decide(named=True)
    if _is_named_for_years(words) and column.share_matching(_MARKED_YEARS) >= column.needed:
        return DateFinding(doubt=_MARKS_BEHIND)
    if column.share_matching(_LIKE_A_DATE) < column.needed:
        return DateFinding(doubt=_NO_FORMAT if role in ("event_date", "period") else "")
    if column.share_matching(_TIMED) >= _NEARLY_ALL and column.share_matching(_MIDNIGHT) < 1:
        offsets = column.share_matching(_OFFSET)
        if offsets < 1:
            return DateFinding(doubt=_SOME_OFFSETS if offsets else "")
        return column.in_local_time(column.distinct if text is None else text)
    named = role is not None or not _DATE_WORDS.isdisjoint(words)
    if not named and names_a_code(name) and column.share_matching(_LIKE_A_WEEK) > 0:
        return DateFinding()
    return column.of_values(text).decide(named=named)


def _is_named_for_years(words: set[str]) -> bool:
    """Say whether the words of a name are those of years, under which 22/23 is one."""
    return not words.isdisjoint(_YEAR_WORDS)


def _of_weeks(column: _Column) -> DateFinding:
    """Find how the days are written that begin or end weeks; they tell their order where all are of one weekday."""
    words = [words for words, written in BEFORE_A_DAY.items() if column.share_matching(f"^{written} ")]
    if len(words) > 1:
        return DateFinding(doubt="some of its dates begin a week and others end one")
    pattern = f"^{BEFORE_A_DAY[words[0]]} "
    days = replace(column, distinct=pc.replace_substring_regex(column.distinct, pattern, ""))
    finding = days.decide(named=True, unstated=frozenset())
    if finding.format is None or "d" not in finding.format:
        return DateFinding(doubt=finding.doubt if finding.doubt == _MIXED else _NO_FORMAT)
    weekdays = days.weekdays(finding.format)
    settled = len(days.distinct) >= _FEWEST_WEEKS and len(weekdays) == 1
    return DateFinding(f"'{words[0]}' {finding.format}", doubt="" if settled else finding.doubt)


@dataclass(frozen=True)
class _Column:
    """The different values of a column that may hold dates.

    Parameters
    ----------
    distinct, counts
        The values, and how often each occurs.
    latest
        The last two digits of a year that are of the 2000s.
    needed
        The share of the values that must be written in one format.
    """

    distinct: pa.Array
    counts: np.ndarray
    latest: int
    needed: float

    def of_values(self, text: pa.Array | None) -> _Column:
        """Put in place of ways of writing the values themselves; times of day tell nothing but that they are some."""
        if text is None:
            return self
        distinct, counts = count_days(text)
        return replace(self, distinct=distinct, counts=counts)

    def share(self, mask: pa.Array | np.ndarray) -> float:
        chosen = mask if isinstance(mask, np.ndarray) else mask.to_numpy(zero_copy_only=False)
        return float(self.counts[chosen].sum() / self.counts.sum())

    def share_matching(self, pattern: str) -> float:
        return self.share(pc.match_substring_regex(self.distinct, pattern))

    def of_digits(self, role: str | None) -> str | None:
        """Tell months, years and the days of a spreadsheet by how many digits they have."""
        if self.share_matching(r"^(19|20)[0-9]{4}$") >= _NEARLY_ALL and self._share_in("yyyyMM") >= _NEARLY_ALL:
            return "yyyyMM"
        if self.share_matching(r"^(18|19|20)[0-9]{2}$") >= _NEARLY_ALL:
            return "yyyy" if role == "period" else None
        recent = self.share_matching(r"^[1-5][0-9]{4}(\.|$)") >= _HALF
        return SERIAL_DAYS if recent and self._share_in(SERIAL_DAYS) >= _NEARLY_ALL else None

    def _share_in(self, form: str) -> float:
        return self.share(self._read(form).notna().to_numpy())

    def _read(self, form: str, values: pa.Array | None = None) -> pd.Series:
        return DateFormat.parse(form).read(self.distinct if values is None else values, self.latest)

    def weekdays(self, form: str) -> np.ndarray:
        """Return which days of the week there are."""
        return np.unique(self._read(form).dropna().dt.dayofweek)

    def decide(self, *, named: bool, unstated: frozenset[str] = _USUAL) -> DateFinding:
        """Choose among the formats that the values have the shape of; some need not be stated."""
        fitting = [form for form in self._candidates(named=named) if self._has_shape(form)]
        month_first, doubt = _which_first(self.distinct, self.counts)
        if doubt == _MIXED:
            return DateFinding(doubt=doubt)
        fitting = [form for form in fitting if _begins_with_month(form) in (None, month_first)]
        shaped = bool(fitting)
        fitting = [form for form in fitting if self.needed < _NEARLY_ALL or self._is_read(form)]
        form = max(fitting, key=self._fit) if len(fitting) > 1 else next(iter(fitting), None)
        if form is None:
            several = named and self._share_in("yyyy-MM") < _NEARLY_ALL and not self._is_usual()
            return DateFinding(doubt=(_NO_CALENDAR if shaped else _SEVERAL_WAYS) if several else "")
        if form in unstated and not doubt:
            return DateFinding()
        if form in ("yyyy-yy", "yyyy/yy") and len(self.distinct) < 2 and self._share_in("yyyy-MM") == 1.0:
            return DateFinding()
        moments = self._read(form)
        timed = bool((moments != moments.dt.normalize())[moments.notna()].any())
        # Moments of several places are one point in time each, which only UTC can hold.
        return DateFinding() if timed and "XXX" in form else DateFinding(form, timed, doubt)

    def in_local_time(self, values: pa.Array) -> DateFinding:
        """Keep times as the clocks of the United Kingdom showed them where winter and summer are told by their offsets.

        In UTC what happens after midnight in summer would be of the day before. Full hours are periods, each of which
        stays one; so does every moment where a clock shows two of them as the same time.
        """
        values = pc.unique(values.drop_null())
        offsets = set(pc.unique(pc.replace_substring_regex(values, _UP_TO_OFFSET, "")).to_pylist())
        if not offsets & _SUMMER or not offsets <= _SUMMER | _WINTER:
            return DateFinding()
        forms = (f"yyyy-MM-dd{clock}" for clock in _TIMES if clock.endswith("XXX"))
        form = next((form for form in forms if self._share_of_shape(form) == 1), None)
        if form is None or not pc.any(pc.match_substring_regex(values, _NO_FULL_HOUR)).as_py():
            return DateFinding()
        moments = pd.Series(pd.to_datetime(values.to_pandas(), format="ISO8601", utc=True))
        shown = self._read(form, values)
        as_there = (moments.dt.tz_convert("Europe/London").dt.tz_localize(None) == shown).all()
        return DateFinding(form, timed=True) if as_there and shown.is_unique else DateFinding()

    def _is_usual(self) -> bool:
        return any(self._share_in(form) >= self.needed for form in (*_USUAL, "yyyyMMdd"))

    def _has_shape(self, form: str) -> bool:
        return reaches(self.distinct, self.needed, matching(DateFormat.parse(form).pattern), self.counts)

    def _is_read(self, form: str) -> bool:
        return reaches(
            self.distinct, self.needed, lambda values: pa.array(self._read(form, values).notna()), self.counts
        )

    def _share_of_shape(self, form: str) -> float:
        return self.share_matching(DateFormat.parse(form).pattern)

    def _fit(self, form: str) -> tuple[float, float, bool]:
        """Rank formats: what a calendar has first, then the shape; of equals the first of the candidates is taken."""
        return self._share_in(form), self._share_of_shape(form), form in ("yyyy-yy", "yyyy/yy")

    def _candidates(self, *, named: bool) -> Iterable[str]:
        """List formats, those with two digits before those with one or two.

        Two digits between other marks than / are a year only under a name of dates: 1.2.10 may number a section.
        """
        timed = self.share(pc.match_substring(self.distinct, ":")) >= self.needed
        clocks = (
            [form for form in _TIMES if self.share_matching(f"{_in_regex(form)}$") >= self.needed] if timed else [""]
        )
        marks = [mark for mark in "/-. " if self.share(pc.match_substring(self.distinct, mark)) >= self.needed]
        for clock in clocks:
            for mark, order, year in product(marks, _ORDERS, ("yyyy", "yy")):
                if year == "yy" and not named and mark != "/":
                    continue
                yield mark.join((*order, year)) + clock
            for day in ("yyyy-MM-dd", "yyyy/MM/dd", "yyyy-M-d", "yyyy/M/d", "yyyy.MM.dd"):
                yield day + clock
            for words in _LETTERS:
                yield f"d{words}{clock}" if words[0] == "d" else words + clock
                yield words + clock
        if not timed:
            yield from _PERIODS
            if named:
                yield from _YEARS
            # Under another name 2024W05 may be a code.
            yield from _WEEKS if named else _WEEKS[:1]


_ORDERS = (("dd", "MM"), ("MM", "dd"), ("d", "M"), ("M", "d"))


def _in_regex(clock: str) -> str:
    """Return the shape of a time of day, which is no format by itself."""
    return DateFormat.parse(f"yyyy-MM-dd{clock}").shape.partition("(?P<day>[0-9]{2})")[2]


def _begins_with_month(form: str) -> bool | None:
    if form.startswith(("M", "MM")) and not form.startswith("MMM") and "d" in form:
        return True
    return False if form[0] == "d" and "MMM" not in form else None


_MIXED = "some of its dates have the month first and others the day"


def _which_first(distinct: pa.Array, counts: np.ndarray) -> tuple[bool, str]:
    """Say whether the month comes before the day, and a doubt about it.

    A number above twelve proves itself a day. So does a part that is always 1 while the other counts months over years.
    """
    parts = pc.extract_regex(distinct, pattern=_NUMBERED)
    rows = counts[np.asarray(pc.is_valid(parts))]
    if not len(rows):
        return False, ""
    parts = parts.drop_null()
    first, second = (np.asarray(pc.struct_field(parts, name).cast(pa.int32())) for name in ("first", "second"))
    day_first, month_first = (rows[(a > 12) & (b <= 12)].sum() for a, b in ((first, second), (second, first)))
    if day_first and month_first:
        fewer = min(day_first, month_first) / rows.sum()
        return bool(month_first > day_first), _MIXED if fewer > 1 - _NEARLY_ALL else ""
    if month_first or day_first:
        # One odd date among many that leave it open is a slip of the pen.
        few = month_first and len(np.unique(first[second > 12])) < 1
        return bool(month_first and not few), ""
    if (
        (second == 1).all()
        and not (first == 1).all()
        and len(np.unique(first)) >= 3
        and len(pc.unique(pc.struct_field(parts, "year"))) >= 2
    ):
        return True, ""
    if (first == 1).all() or (first == second).all():
        return False, ""
    return (
        False,
        "nothing tells whether the day or the month comes first in its dates; they are read with the day first",
    )
