"""The data contract of one table, as the rest of the package sees it: columns, what they mean, and their rules."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NoReturn

from shared_analysis.contracts.folders import Folder
from shared_analysis.contracts.roles import CLASSIFICATIONS, IDENTIFYING, ROLES
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading
from shared_analysis.sources.database import Server

if TYPE_CHECKING:
    from shared_analysis.contracts.numbers import NumberFormat

TYPES = ("string", "integer", "number", "date", "timestamp", "boolean")
RESERVED_COLUMNS = ("reasons",)
Kind = Literal["people", "events", "counts", "other"]
Value = str | int | float | bool
Bound = int | float | dt.date | dt.datetime
_IDENTIFIERS = frozenset({"record_id", "linked_record_id", "nhs_number", "phone", "uprn"})


def refuse_unknown(what: str, name: object, known: Iterable[str], where: str) -> NoReturn:
    """Raise an error that names the nearest of the known names."""
    names = list(known)
    close = get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'?" if close else f"choose one of: {', '.join(names)}"
    raise SharedAnalysisError(f"'{name}' is not {what}.", where, hint)


def refuse_role(name: object, where: str) -> NoReturn:
    """Raise an error that names the role that is meant, or the nearest one."""
    from shared_analysis.contracts.headings import role_by_name

    meant = role_by_name(str(name))
    if meant is None:
        refuse_unknown("a semantic role", name, ROLES, where)
    raise SharedAnalysisError(f"'{name}' is not a semantic role.", where, f"the role is called '{meant}'")


@dataclass(frozen=True)
class Column:
    """One column of a table and the rules its values keep.

    Parameters
    ----------
    name
        The column's name in the table.
    type
        ``string``, ``integer``, ``number``, ``date``, ``timestamp`` or ``boolean``.
    required
        Whether every row must have a value.
    unique
        Whether a value may occur once only.
    primary_key
        Whether the column is (part of) the key of the table.
    minimum, maximum
        Lowest and highest value allowed, both included. For integer, number, date and timestamp.
    pattern
        Regular expression that must be found in the value (anchor it with ``^`` and ``$``). For strings.
    allowed
        The only values allowed.
    classification
        ``none``, ``direct``, ``quasi`` or ``sensitive``.
    purpose
        Why the project needs the column.
    role
        What the column means, one of ``ROLES``.
    description
        What the column holds, in words.
    references
        ``table.column`` that must hold every value of this column.
    format
        How dates are written, as in ``yyyy-MM-dd`` (the default), ``dd/MM/yyyy``, ``d MMM yy``, ``yyyy-MM``,
        ``yyyy 'Q'q``, ``yyyy/yy`` (from April), ``YYYY-'W'ww`` (a week of ISO 8601), ``'w/c' dd/MM/yyyy`` (a day that
        begins a week) or ``days since 1899-12-30`` (of a spreadsheet). A *string* column with a format is turned into
        ISO order where its digits have that shape, calendar date or not: for dates of birth with typing errors, which
        linkage can still compare.
    min_length, max_length
        Fewest and most characters. For strings.
    number_format
        How numbers are written, unless plainly. For integers and numbers.
    digits
        Whether a *string* column holds identifiers of digits, so that ``123.0``, which a spreadsheet makes of one, is
        123, and ``1.2E+09``, of which the digits are lost, is a fault. Roles such as ``uprn`` say so by themselves.
    missing
        Words that stand for no value, such as ``NULL``, each as it is written.
    zero
        Words that stand for the number 0, such as ``nil``. For integers and numbers.
    suppressed
        Marks in place of a number that is withheld, such as ``[c]``: it is missing, and counted apart. For integers and
        numbers.
    provisional
        Marks behind a number that may change, such as ``p``: the number stays, and is counted. For integers and
        numbers.
    """

    name: str
    type: str
    required: bool = False
    unique: bool = False
    primary_key: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    pattern: str | None = None
    allowed: tuple[Value, ...] | None = None
    classification: str = "none"
    purpose: str = ""
    role: str | None = None
    description: str = ""
    references: str | None = None
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    number_format: NumberFormat | None = None
    digits: bool = False
    missing: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    provisional: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a column that could not be checked as it stands."""
        where = f"column {self.name!r}"
        for key, text in (("pattern", self.pattern), ("format", self.format), ("semanticRole", self.role)):
            if text is not None and not isinstance(text, str):
                raise SharedAnalysisError("This is not text.", f"{where}, {key}", "write one text, in quotes")
        if not self.name.strip() or not self.name.isprintable():
            raise SharedAnalysisError("A column has no usable name.", where, "give it a name of visible characters")
        if self.name in RESERVED_COLUMNS:
            raise SharedAnalysisError(
                f"'{self.name}' is the name of the column that quarantine adds.", where, "rename the column"
            )
        if self.type not in TYPES:
            refuse_unknown("a type", self.type, TYPES, f"{where}, logicalType")
        if self.role is not None and self.role not in ROLES:
            refuse_role(self.role, f"{where}, semanticRole")
        if self.classification not in CLASSIFICATIONS:
            refuse_unknown("a classification", self.classification, CLASSIFICATIONS, f"{where}, classification")
        self._check_rules(where)

    def _check_rules(self, where: str) -> None:
        if self.pattern is not None:
            try:
                re.compile(self.pattern, re.ASCII)
            except re.error as error:
                raise SharedAnalysisError(
                    f"The pattern is not a regular expression: {error}.", f"{where}, pattern", "correct it"
                ) from None
        for low, high in ((self.minimum, self.maximum), (self.min_length, self.max_length)):
            if low is not None and high is not None and low > high:  # type: ignore[operator]
                raise SharedAnalysisError("No value can be this small and this large.", where, "swap the two limits")
        if self.format is not None:
            from shared_analysis.contracts.dates import DateFormat

            DateFormat.parse(self.format, where)
        if self.digits and self.type != "string":
            raise SharedAnalysisError(f"A {self.type} has no such rule.", f"{where}, digitsOnly", "remove it")
        self._check_marks(where)
        if self.references is not None and self.references.count(".") != 1:
            raise SharedAnalysisError("A reference is written table.column.", f"{where}, relationships", "correct it")
        if self.allowed is not None and not self.allowed:
            raise SharedAnalysisError("No value at all is allowed.", f"{where}, validValues", "list the values")

    def _check_marks(self, where: str) -> None:
        numbers = {"zero": self.zero, "suppressed": self.suppressed, "provisional": self.provisional}
        lists = {"missing": self.missing, **numbers}
        for key, stated in {"numberFormat": self.number_format, **numbers}.items():
            if stated and self.type not in ("integer", "number"):
                raise SharedAnalysisError(
                    f"This is a rule for numbers, and the column is a {self.type}.",
                    f"{where}, {key}",
                    "remove it, or correct the type",
                )
        for key, words in lists.items():
            if not all(isinstance(word, str) and word and word == word.strip() for word in words):
                raise SharedAnalysisError(
                    "Words and marks are texts without blanks around them.",
                    f"{where}, {key}",
                    'put each in quotes: ["NULL", "-"]',
                )
        words = (*self.missing, *self.zero, *self.suppressed)
        if len(set(words)) < sum(map(len, map(set, (self.missing, self.zero, self.suppressed)))):
            raise SharedAnalysisError(
                "A word means missing, 0, or for a number that is withheld: one of them.",
                f"{where}, missing, zero and suppressed",
                "keep it in one of the lists",
            )

    @property
    def identifies(self) -> bool:
        """Whether its values are identifiers, whose digits a spreadsheet must not take for a number."""
        return self.type == "string" and (self.digits or self.role in _IDENTIFIERS)

    @property
    def must_be_present(self) -> bool:
        """Whether a missing value is a fault: the column is required, or part of the primary key."""
        return self.required or self.primary_key


@dataclass(frozen=True)
class DataContract:
    """What a project expects of one table, and why it needs it.

    Parameters
    ----------
    name
        The table's name: ``data/<mode>/<name>.csv``.
    columns
        Its columns, in their order.
    title, description
        What people call it, and what one row is.
    product
        The data product the table serves, as named in ``project.yaml``.
    purpose
        Why the project needs the table.
    unchecked
        Rules of the contract file that are not checked here, each in words. They are reported, never silently passed.
    reading
        How the table's file is read: its encoding, separator, sheet and header; found out where it is None.
    server, query
        The database that the table is read from, and the file with the query, from the project's root; or neither.
    folder
        The folder in which its deliveries arrive; None where nobody has said.
    """

    name: str
    columns: tuple[Column, ...]
    title: str = ""
    description: str = ""
    product: str = ""
    purpose: str = ""
    unchecked: tuple[str, ...] = ()
    reading: Reading | None = None
    server: Server | None = None
    query: str | None = None
    folder: Folder | None = None

    def __post_init__(self) -> None:
        """Refuse a table with no columns, repeated names or two columns of one role."""
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,59}", self.name):
            raise SharedAnalysisError(
                f"'{self.name}' cannot be a table's name.", "schema, name", "use letters, digits and _, at most 60"
            )
        if not self.columns:
            raise SharedAnalysisError("The contract has no columns.", f"schema.{self.name}", "list them in properties")
        if (self.server is None) != (self.query is None):
            raise SharedAnalysisError("Of server and query one stands without the other.", "servers", "state both")
        if self.server is not None and self.folder is not None:
            raise SharedAnalysisError("A table comes from a database or from a folder.", "servers", "keep one of them")
        for what, names in (
            ("Columns", [column.name for column in self.columns]),
            ("Semantic roles", [column.role for column in self.columns if column.role]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise SharedAnalysisError(
                    f"{what} occur more than once: {', '.join(repeated)}.", f"schema.{self.name}", "keep one of each"
                )

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises
        ------
        SharedAnalysisError
            If there is none; the nearest name is given.
        """
        for column in self.columns:
            if column.name == name:
                return column
        refuse_unknown(f"a column of {self.name}", name, self.names, f"contract of {self.name}")

    def by_role(self, role: str) -> Column | None:
        """Return the column of a semantic role, or ``None`` when the table has none.

        Raises
        ------
        SharedAnalysisError
            If there is no such role.
        """
        if role not in ROLES:
            refuse_role(role, f"contract of {self.name}")
        return next((column for column in self.columns if column.role == role), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def roles(self) -> dict[str, str]:
        """The column's name for each semantic role the table has."""
        return {column.role: column.name for column in self.columns if column.role}

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the key columns, in their order; empty when the table has no key."""
        return tuple(column.name for column in self.columns if column.primary_key)

    @property
    def kind(self) -> Kind:
        """What the table is about, told from its roles.

        ``people`` if a person can be recognised (a name, a date of birth, a personal number); else ``counts`` if it has
        a count and a date; else ``events`` if it has a date; else ``other``.
        """
        roles = set(self.roles)
        if roles & IDENTIFYING:
            return "people"
        if "count" in roles and roles & {"period", "event_date"}:
            return "counts"
        return "events" if roles & {"period", "event_date"} else "other"
