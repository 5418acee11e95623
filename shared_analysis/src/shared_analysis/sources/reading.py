"""How a file is read: what was found out about it once, and holds for the next delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from shared_analysis.errors import SharedAnalysisError

SEPARATORS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    "^": "carets",
    "~": "tildes",
    "¬": "not signs",
    "¦": "broken bars",
    "\x1f": "unit separators",
}
FORMATS = {"csv": "delimited text", "spreadsheet": "a spreadsheet", "parquet": "Parquet"}


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    Parameters
    ----------
    format
        ``csv`` (text with any separator), ``spreadsheet`` (.xlsx, .xlsm, .xlsb, .xls, .ods) or ``parquet``.
    encoding
        Of text: ``utf-8``, ``cp1252``, ``utf-16``, or another name that Python knows.
    separator
        Of text: the mark between two columns.
    sheet
        Of a spreadsheet: the sheet with the table.
    header_row, header_rows
        The first row of the column names, from 1, and how many rows they take up.
    period_column, value_column
        Of a table with periods as headings: the columns that they and the values below them become, so that each row of
        the file is one row for each period.
    period_from
        Of a table with a year beside a month or a quarter: these two columns, which become ``period_column``.
    """

    format: str = "csv"
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_row: int = 1
    header_rows: int = 1
    period_column: str | None = None
    value_column: str | None = None
    period_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse settings that no file can be read with."""
        if self.format not in FORMATS:
            raise SharedAnalysisError(
                f"'{self.format}' is no format of tables.", "reading, format", f"choose one of: {', '.join(FORMATS)}"
            )
        if self.separator is not None and len(self.separator) != 1:
            raise SharedAnalysisError("A separator is one character.", "reading, separator", "write ',' for commas")
        for name in ("header_row", "header_rows"):
            number = getattr(self, name)
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise SharedAnalysisError("This is no number of a row.", f"reading, {name}", "count rows from 1")
        object.__setattr__(self, "period_from", tuple(self.period_from))
        if (self.period_column is None) != (self.value_column is None and not self.period_from):
            raise SharedAnalysisError(
                "Of `period_column` and `value_column` one stands without the other.",
                "reading",
                "name the column of the periods, and that of their values (or `period_from`: the year and the month)",
            )
        if self.period_from and (len(self.period_from) != 2 or self.value_column):
            raise SharedAnalysisError(
                "A period is made from two columns.", "reading, period_from", "name that of the year, then the month"
            )
        if self.encoding is not None:
            try:
                "".encode(self.encoding)
            except LookupError:
                raise SharedAnalysisError(
                    f"'{self.encoding}' is no encoding.", "reading, encoding", "write utf-8 or cp1252, for example"
                ) from None

    @property
    def marks(self) -> str:
        """What sets columns apart: ``semicolons``."""
        return SEPARATORS.get(self.separator or ",", f"'{self.separator}'")

    @property
    def rows_of_names(self) -> str:
        """Where the names of the columns are: ``row 3``, ``rows 3 to 4``."""
        last = self.header_row + self.header_rows - 1
        return f"rows {self.header_row} to {last}" if self.header_rows > 1 else f"row {self.header_row}"

    @property
    def words(self) -> str:
        """What was found out, for people: ``cp1252, semicolons, header in row 3``."""
        if self.format == "parquet":
            return "Parquet"
        kind = [f"sheet '{self.sheet}'"] if self.sheet else []
        if self.format == "csv":
            kind = [str(self.encoding).upper() if self.encoding != "cp1252" else "cp1252 (Windows)"]
            kind += [self.marks]
        made = [f"periods from {' and '.join(self.period_from)}"] if self.period_from else []
        made += ["periods from the headings"] if self.value_column else []
        return ", ".join([*kind, f"header in {self.rows_of_names}", *made])

    def to_mapping(self) -> dict[str, Any]:
        """Give the settings that are not as they would be anyway, for a contract."""
        usual = Reading()
        settings = {
            name: value for name, value in asdict(self).items() if name == "format" or value != getattr(usual, name)
        }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}

    @classmethod
    def from_mapping(cls, settings: Mapping[str, Any]) -> Reading:
        """Read what :meth:`to_mapping` gave.

        Raises
        ------
        SharedAnalysisError
            If a setting is unknown or cannot be.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(map(str, settings)) - known):
            raise SharedAnalysisError(
                f"'{unknown[0]}' is no setting of reading.", "reading", f"choose among: {', '.join(sorted(known))}"
            )
        return cls(**settings)
