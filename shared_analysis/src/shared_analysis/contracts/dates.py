"""How dates and periods are written, and the one way in which they are read.

Formats are those of Java's DateTimeFormatter, as the Open Data Contract Standard has them, for as far as it goes: a
year that begins in April (``yyyy/yy``, ``yy/yy``, ``'FY'yyyy/yy``), the days that spreadsheets count, and the words
before a day that begins a week (``'w/c' dd/MM/yyyy``) or ends one (``'w/e'``) are ours. A period is its first day, a
week of ISO 8601 (``YYYY-'W'ww``) its Monday; a day after such words stays the day as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.tables.moments import iso_moments, read_moments
from shared_analysis.contracts.tables.weeks import BEFORE_A_DAY, days_of_weeks
from shared_analysis.errors import SharedAnalysisError

LATEST_BIRTH = 26
"""Two digits of a year of birth up to this are of the 2000s; a fixed year and not today's, so that a run can be
repeated."""
LATEST = 68
"""The same for other dates, which may lie ahead (POSIX)."""
MONTHS = {
    name: f"{number:02}"
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
"""The number of each month, by its English name and the ways to cut it short, in small letters."""
FIRST_SERIAL = date(1899, 12, 30)
SERIALS = (366, 60_000)
"""The numbers of days that spreadsheets may mean: from 1900 to 2064."""
SERIAL = r"[0-9]{3,5}(?:\.[0-9]+)?"
ISO_DATE = "yyyy-MM-dd"
SERIAL_DAYS = "days since 1899-12-30"
"""The format of days that a spreadsheet counts."""

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_FULL_NAMES = "|".join(name for name in MONTHS if len(name) > 4 or name in ("may", "june", "july"))
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = {
    "YYYY": ("week's year", "", r"(?P<year>[0-9]{4})"),
    "ww": ("week", "", r"(?P<week>[0-9]{2})"),
    "w": ("week", "", r"(?P<week>[0-9]{1,2})"),
    "e": ("day of a week", "", r"(?P<day>[1-7])"),
    "yyyy": ("year", "%Y", r"(?P<year>[0-9]{4})"),
    "yy": ("year", "%y", r"(?P<year>[0-9]{2})"),
    "MMMM": ("month", "%B", rf"(?P<month>(?i:{_FULL_NAMES}))"),
    "MMM": ("month", "%b", rf"(?P<month>(?i:{_NAMES}))"),
    "MM": ("month", "%m", r"(?P<month>[0-9]{2})"),
    "M": ("month", "%m", r"(?P<month>[0-9]{1,2})"),
    "q": ("quarter", "", r"(?P<quarter>[0-9])"),
    "dd": ("day", "%d", r"(?P<day>[0-9]{2})"),
    "d": ("day", "%d", r"(?P<day>[0-9]{1,2})"),
    "HH": ("hour", "%H", r"(?P<hour>[0-9]{2})"),
    "H": ("hour", "%H", r"(?P<hour>[0-9]{1,2})"),
    "mm": ("minute", "%M", r"(?P<minute>[0-9]{2})"),
    "ss": ("second", "%S", r"(?P<second>[0-9]{2})"),
    "EEEE": ("weekday", "%A", f"(?i:{'|'.join(_WEEKDAYS)})"),
    "EEE": ("weekday", "%a", f"(?i:{'|'.join(name[:3] for name in _WEEKDAYS)})"),
    "next": ("next", "", r"(?P<next>[0-9]{4})"),
    "ne": ("next", "", r"(?P<next>[0-9]{2})"),
    "XXX": ("offset", "", r"(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"),
}
_ORDER = ("year", "month", "day", "hour", "minute", "second", "fraction", "offset")
_TOKENS = re.compile(
    r"yyyy|yy|MMMM|MMM|MM|M|q|dd|d|HH|H|mm|ss|S+|EEEE|EEE|XXX|YYYY|ww|w|e|'w/[ce]' |'[QTW]'|[-/.:, ]|T"
)
_FINANCIAL = re.compile(r"('Q'q |'FY' ?)?(yyyy|yy)([/\u2013-])(yyyy|yy)( 'Q'q)?")
_STEPS = {
    "year": "YS",
    "month": "MS",
    "quarter": "QS",
    "week": "W-MON",
    "day": "D",
    "hour": "h",
    "minute": "min",
    "second": "s",
}
_FREQUENCIES = {
    "YS": "yearly", "YS-APR": "yearly", "QS": "quarterly", "MS": "monthly", "W-MON": "weekly", "W-SUN": "weekly",
}  # fmt: skip
_NEXT_STEP = (
    "use yyyy, MM, dd, HH, mm, ss and the marks - / . : T, for example dd/MM/yyyy; also d, M, yy, MMM, MMMM, "
    f"yyyy 'Q'q, yyyy/yy, YYYY-'W'ww, 'w/c' dd/MM/yyyy, or {SERIAL_DAYS}"
)


@dataclass(frozen=True)
class DateFormat:
    """A way of writing dates, times or periods.

    Parameters
    ----------
    text
        As a contract writes it: ``yyyy-MM-dd``.
    strptime
        The same for Python: ``%Y-%m-%d``; empty where Python has no such thing.
    shape
        Regular expression of the whole value, with the parts as named groups.
    tokens
        Its parts and marks, in their order.
    """

    text: str
    strptime: str
    shape: str
    tokens: tuple[str, ...] = ()

    @classmethod
    @cache
    def parse(cls, text: str, where: str = "") -> DateFormat:
        """Read a format.

        Raises
        ------
        SharedAnalysisError
            If it holds anything else than the supported parts, or leaves out a part that a finer one needs.
        """
        if text == SERIAL_DAYS:
            return cls(text, "", f"(?P<serial>{SERIAL})", (text,))
        if (match := _FINANCIAL.fullmatch(text)) and not (match[1] and match[5]) and match[2] >= match[4]:
            before, after = _before_years(match[1] or ""), (" Q", "q") if match[5] else ()
            years = (match[2], match[3], "next" if match[4] == "yyyy" else "ne")
            return cls(text, "", "".join(map(_in_regex, (*before, *years, *after))), (*before, *years, *after))
        tokens = _TOKENS.findall(text)
        parts = ["fraction" if token[0] == "S" else _PARTS[token][0] for token in tokens if _is_part(token)]
        worded = [token for token in tokens if token[:2] == "'w"]
        misplaced = tokens[:1] == ["yy"] or (worded and (worded != tokens[:1] or not {"month", "day"} <= set(parts)))
        if "".join(tokens) != text or misplaced or not _coherent(parts):
            raise SharedAnalysisError(f"'{text}' is not a supported format of dates.", f"{where}, format", _NEXT_STEP)
        marks = [token if _is_part(token) else token.replace("'", "") for token in tokens]
        python = "" if {"quarter", "week", "fraction", "offset"} & set(parts) else "".join(map(_in_python, marks))
        shape = "".join(map(_in_regex, marks))
        if "MMM" in text:  # beside a word the day may be one, too: 3rd March 2021
            shape = shape.replace(_PARTS["d"][2], _PARTS["d"][2] + "(?:st|nd|rd|th)?")
        return cls(text, python, shape, tuple(marks))

    @property
    def step(self) -> str:
        """The finest part that the format says, as a frequency of pandas: ``MS`` for ``yyyy-MM``."""
        if self.text == SERIAL_DAYS:
            return "D"
        if self._is_financial:
            return "QS" if "q" in self.tokens else "YS-APR"
        if self.words:
            return "W-MON" if self.words == "w/c" else "W-SUN"
        return next(step for part, step in reversed(_STEPS.items()) if f"(?P<{part}>" in self.shape)

    @property
    def frequency(self) -> str | None:
        """How long the periods are that the format writes; ``None`` where it writes days or times."""
        return _FREQUENCIES.get(self.step)

    @property
    def words(self) -> str:
        """``w/c`` or ``w/e`` where such words stand before a day, else nothing."""
        return self.tokens[0].strip() if self.tokens[:1] and self.tokens[0].strip() in BEFORE_A_DAY else ""

    @property
    def _is_financial(self) -> bool:
        return "(?P<next>" in self.shape

    def read(self, text: pa.Array, latest: int = LATEST) -> pd.Series:
        """Read values as moments; what is not in this format, or in no calendar, is missing.

        Each is the first moment of the period that it names, as it is written: without its offset, if it has one.

        Parameters
        ----------
        text
            The values.
        latest
            The last two digits of a year that are of the 2000s.
        """

        def moments(distinct: pa.Array) -> np.ndarray:
            iso = self.iso(distinct, latest)
            days = pc.fill_null(pc.equal(pc.utf8_length(iso), 10), False)
            whole = pc.if_else(days, pc.binary_join_element_wise(iso, "T00:00:00", ""), iso)
            texts = whole.to_numpy(zero_copy_only=False)
            read = pd.to_datetime(texts, format="ISO8601", errors="coerce", cache=False)
            found: np.ndarray = read.to_numpy(dtype="datetime64[ns]")
            return found

        return pd.Series(read_moments(text, moments, self.tokens))

    def iso_order(self, text: pa.Array, latest: int = LATEST) -> pa.Array:
        """Put a column of values into ISO order, as :meth:`iso` does each."""
        return iso_moments(text, lambda distinct: self.iso(distinct, latest), self.tokens)

    @property
    def pattern(self) -> str:
        """Regular expression of the whole value, from its beginning to its end."""
        return f"^{self.shape}$"

    @property
    def is_timed(self) -> bool:
        """Whether it says a time of day."""
        return "(?P<hour>" in self.shape

    def iso(self, text: pa.Array, latest: int = LATEST, *, whole: bool = True) -> pa.Array:
        """Put values of this format into ISO order, whether or not the calendar has such a day; others are missing.

        Parameters
        ----------
        text
            The values.
        latest
            As of :meth:`read`.
        whole
            Whether to add the month and the day that begin a period; otherwise they are left out.
        """
        parts = pc.extract_regex(text, pattern=self.pattern)
        names = {field.name for field in parts.type}
        part = {name: pc.struct_field(parts, name) for name in names}
        if "serial" in part:
            return _from_serials(part["serial"])
        year = part["year"]
        if "week" in part:
            return days_of_weeks(year, part["week"], part.get("day"))
        if not self.text.count("yyyy"):
            of_2000s = pc.less_equal(pc.cast(year, pa.int16()), latest)
            year = pc.binary_join_element_wise(pc.if_else(of_2000s, "20", "19"), year, "")
        written = [year]
        if "next" in part:
            written = _from_april(_if_next(year, part["next"]), part.get("quarter"))
        elif "quarter" in part:
            written.append(pc.if_else(pc.is_in(part["quarter"], pa.array(list("1234"))), _first_month(part), None))
        elif "month" in part:
            written.append(self._month(part["month"]))
        if "day" in part:
            written.append(pc.utf8_lpad(part["day"], 2, "0"))
        if whole:
            written += [pa.scalar("01")] * (3 - len(written))
        iso = pc.binary_join_element_wise(*written, "-")
        if "hour" not in part or not whole:
            return iso
        clock = [
            pc.utf8_lpad(part["hour"], 2, "0"),
            *(part.get(name, pa.scalar("00")) for name in ("minute", "second")),
        ]
        iso = pc.binary_join_element_wise(iso, pc.binary_join_element_wise(*clock, ":"), "T")
        return pc.binary_join_element_wise(iso, part["fraction"], ".") if "fraction" in part else iso

    def _month(self, month: pa.Array) -> pa.Array:
        if "MMM" not in self.text:
            return pc.utf8_lpad(month, 2, "0")
        short = pc.utf8_slice_codeunits(pc.utf8_lower(month), 0, 3)
        place = pc.index_in(short, value_set=pa.array(list(MONTHS)))
        return pc.take(pa.array(list(MONTHS.values())), place)

    def write(self, days: pd.Series) -> pd.Series:
        """Write moments in this format; missing ones stay missing."""
        if self.text == SERIAL_DAYS:
            numbers = (days.dt.normalize() - pd.Timestamp(FIRST_SERIAL)).dt.days
            serials: pd.Series = numbers.astype("Int64").astype("string").astype(object).where(days.notna(), None)
            return serials
        if self._is_financial:
            # Three months earlier the financial year is the calendar's.
            days = days - pd.DateOffset(months=3)
        texts = pd.Series("", index=days.index, dtype=object)
        for token in self.tokens:
            texts = texts + (_written(token, days) if _is_part(token) else token)
        return texts.where(days.notna(), None)


def _before_years(written: str) -> tuple[str, ...]:
    """Return the tokens before the years of a financial year."""
    if written.startswith("'FY'"):
        return (written.replace("'", ""),)
    return ("Q", "q", " ") if written else ()


def _is_part(token: str) -> bool:
    return token in _PARTS or set(token) == {"S"}


def _coherent(parts: list[str]) -> bool:
    """Say whether the parts are a year and all down to the finest: a day without its month says no date."""
    parts = [part for part in parts if part != "weekday" or "day" not in parts]
    if sorted(parts) in (["quarter", "year"], ["week", "week's year"], ["day of a week", "week", "week's year"]):
        return True
    ordered = sorted(parts, key=lambda part: _ORDER.index(part) if part in _ORDER else -1)
    local = [part for part in ordered if part != "offset"]
    timed = "offset" not in parts or "minute" in parts
    return bool(local) and timed and ordered.count("offset") <= 1 and tuple(local) == _ORDER[: len(local)]


def _in_python(token: str) -> str:
    return _PARTS[token][1] if token in _PARTS else token


def _in_regex(token: str) -> str:
    if token in _PARTS:
        return _PARTS[token][2]
    if token.strip() in BEFORE_A_DAY:
        return BEFORE_A_DAY[token.strip()] + " "
    return rf"(?P<fraction>[0-9]{{{len(token)}}})" if _is_part(token) else re.escape(token)


def _written(part: str, days: pd.Series) -> pd.Series:
    """Write one part of moments; names of months are English wherever the program runs."""
    if part in ("MMM", "MMMM"):
        full = {int(number): name.capitalize() for name, number in MONTHS.items()}
        texts: pd.Series = days.dt.month.map(full).astype(object)
        return texts.str.slice(0, 3) if len(part) == 3 else texts
    if part in ("next", "ne"):
        texts = (days.dt.year + 1).map("{:04.0f}".format).astype(object)
        texts = texts.str.slice(2) if part == "ne" else texts
    elif part in ("EEE", "EEEE"):
        names = dict(enumerate(name.capitalize()[: None if len(part) == 4 else 3] for name in _WEEKDAYS))
        texts = days.dt.dayofweek.map(names).astype(object)
    elif part in ("YYYY", "ww", "w", "e"):
        counted = days.dt.isocalendar()[{"Y": "year", "w": "week", "e": "day"}[part[0]]]
        texts = counted.map(f"{{:0{len(part)}}}".format, na_action="ignore").astype(object)
    elif part == "q":
        texts = days.dt.quarter.map({quarter: str(quarter) for quarter in range(1, 5)}).astype(object)
    elif part == "XXX" or set(part) == {"S"}:
        texts = pd.Series("Z" if part == "XXX" else "0" * len(part), index=days.index, dtype=object)
    else:
        texts = days.dt.strftime(_PARTS[part][1]).astype(object)
        texts = texts.str.replace("^0", "", regex=True) if len(part) == 1 else texts
    return texts


def _from_april(year: pa.Array, quarter: pa.Array | None) -> list[pa.Array | pa.Scalar]:
    """Return year and month of the first day of a financial year, or of a quarter of one."""
    if quarter is None:
        return [year, pa.scalar("04")]
    following = pc.cast(pc.add(pc.cast(year, pa.int32()), 1), pa.string())
    month = pc.take(pa.array(["04", "07", "10", "01"]), pc.index_in(quarter, value_set=pa.array(list("1234"))))
    return [pc.if_else(pc.equal(quarter, "4"), following, year), month]


def _from_serials(numbers: pa.Array) -> pa.Array:
    count = pc.cast(pc.replace_substring_regex(numbers, r"\..*$", ""), pa.int32())
    inside = pc.and_(pc.greater_equal(count, SERIALS[0]), pc.less_equal(count, SERIALS[1]))
    shift = pa.scalar((FIRST_SERIAL - date(1970, 1, 1)).days, pa.int32())
    days = pc.cast(pc.add(count, shift), pa.date32())
    return pc.if_else(inside, pc.cast(days, pa.string()), None)


def _if_next(year: pa.Array, following: pa.Array) -> pa.Array:
    """Keep the years that the one behind them follows: 2019/20, not 2019/19."""
    digits = pc.utf8_length(following)
    wanted = pc.cast(pc.add(pc.cast(year, pa.int32()), 1), pa.string())
    short = pc.utf8_slice_codeunits(wanted, 2, 4)
    return pc.if_else(pc.equal(following, pc.if_else(pc.equal(digits, 2), short, wanted)), year, None)


def _first_month(part: dict[str, pa.Array]) -> pa.Array:
    first = {str(quarter): f"{3 * quarter - 2:02}" for quarter in range(1, 5)}
    return pc.take(pa.array(list(first.values())), pc.index_in(part["quarter"], value_set=pa.array(list(first))))


def whole_year(year: str, latest: int = LATEST_BIRTH) -> str:
    """Write a year of two digits in four."""
    return year if len(year) == 4 else f"{'20' if int(year) <= latest else '19'}{year}"


def serial_day(value: str) -> str | None:
    """Return the day that a spreadsheet counts, in ISO order; ``None`` where the number is no such day."""
    if not re.fullmatch(SERIAL, value) or not SERIALS[0] <= float(value) <= SERIALS[1]:
        return None
    return (FIRST_SERIAL + timedelta(days=int(float(value)))).isoformat()


# Only after a time of day: in 2024-03-31 the last part is no offset.
_OFFSET = re.compile(r"(\d[T ]\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?(?:[Zz]|[+-]\d\d(?::?\d\d)?)$")


def without_offset(moment: str) -> str:
    """Return a moment in ISO 8601 as it was where it was written: a day must not move with its offset."""
    return _OFFSET.sub(r"\1", moment)
