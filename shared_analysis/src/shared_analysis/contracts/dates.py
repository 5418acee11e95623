"""How dates are written: the part of Java's DateTimeFormatter patterns that the Open Data Contract Standard uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared_analysis.errors import SharedAnalysisError

_PARTS = {
    "yyyy": ("%Y", r"(?P<year>[0-9]{4})"),
    "MM": ("%m", r"(?P<month>[0-9]{2})"),
    "dd": ("%d", r"(?P<day>[0-9]{2})"),
    "HH": ("%H", r"(?P<hour>[0-9]{2})"),
    "mm": ("%M", r"(?P<minute>[0-9]{2})"),
    "ss": ("%S", r"(?P<second>[0-9]{2})"),
}
_TOKENS = re.compile(r"yyyy|MM|dd|HH|mm|ss|'T'|[-/.: ]|T")
_NEXT_STEP = "use yyyy, MM, dd, HH, mm, ss and the marks - / . : T, for example dd/MM/yyyy"

ISO_DATE = "yyyy-MM-dd"


@dataclass(frozen=True)
class DateFormat:
    """A way of writing dates or times, fixed width, digits only.

    Parameters
    ----------
    text
        As a contract writes it: ``yyyy-MM-dd``.
    strptime
        The same for Python: ``%Y-%m-%d``.
    shape
        Regular expression of the whole value, with the parts as named groups.
    """

    text: str
    strptime: str
    shape: str

    @classmethod
    def parse(cls, text: str, where: str = "") -> DateFormat:
        """Read a format.

        Raises
        ------
        SharedAnalysisError
            If it holds anything else than the supported parts, or leaves out a part that a finer one needs.
        """
        tokens = _TOKENS.findall(text)
        parts = [token for token in tokens if token in _PARTS]
        # A day without its month, or one part twice, says no date.
        coherent = sorted(parts, key=list(_PARTS).index) == list(_PARTS)[: len(parts)] and parts
        if "".join(tokens) != text or not coherent:
            raise SharedAnalysisError(f"'{text}' is not a supported format of dates.", f"{where}, format", _NEXT_STEP)
        marks = [token.strip("'") for token in tokens]
        return cls(
            text,
            "".join(_PARTS[mark][0] if mark in _PARTS else mark for mark in marks),
            "".join(_PARTS[mark][1] if mark in _PARTS else re.escape(mark) for mark in marks),
        )

    @property
    def step(self) -> str:
        """The finest part that the format says, as a frequency of pandas: ``MS`` for ``yyyy-MM``."""
        return {"%Y": "YS", "%m": "MS", "%d": "D", "%H": "h", "%M": "min", "%S": "s"}[self._finest]

    @property
    def _finest(self) -> str:
        return next(part for part, _ in reversed(_PARTS.values()) if part in self.strptime)
