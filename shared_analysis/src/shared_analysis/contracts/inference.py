"""A first draft of a contract from a table that has none; a person must read it before it binds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.headings import (
    classification_by_name,
    is_well_known_identifier,
    names_a_code,
    names_a_measure,
    range_of_coordinate,
)
from shared_analysis.contracts.model import RESERVED_COLUMNS, Column, DataContract, Kind
from shared_analysis.contracts.notation import Notation, find_notation
from shared_analysis.contracts.role_guessing import role_of_shape
from shared_analysis.contracts.roles import IDENTIFYING, ROLES
from shared_analysis.contracts.table_roles import are_years, roles_of_table, type_of
from shared_analysis.contracts.tables.areas import AREA_CODE, pattern_of_areas
from shared_analysis.contracts.tables.content import columns_of, flat, names_of, side_by_side
from shared_analysis.contracts.tables.shares import counted, distinct, matches, repeats
from shared_analysis.contracts.values import MOSTLY, NUMBER_ROLES, as_text, coerce
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Delivery, refuse_repeated_columns, refuse_values_as_headings

# Only of these is anything written that comes from the values: they describe no single person.
_LISTED_ROLES = ("source", "sex", "category", "group")
_MOST_LISTED = 20
_FEWEST_EACH = 10
_FEWEST_ROWS = 30
_MANY_ROWS = 500
_LEAST_SHARE = 0.03
_LEAST_YEARS = 10
_KEY_ROLES = ("area_code", "category", "group", "sex", "source", "period", "event_date")
_COLUMNS_WITH_REMARKS = 3
_FIRST_YEAR = 1700
_SEXES = ((r"^[A-Za-z]$", r"^[A-Za-z]{1,2}$"), (r"^[0-9]$", r"^[0-9]{1,2}$"), (r"[A-Za-z]{3}", r"[A-Za-z]{2}"))
# How the kinds of a list are written, and what stays true when another kind comes: words, numbers or short codes.
_WAYS_OF_KINDS = (
    (r"[A-Za-z]{3}", r"[A-Za-z].*[A-Za-z]"),
    (r"^[0-9]{1,3}$", r"^[0-9]{1,4}[A-Za-z]?$"),
    (r"^\S{1,4}$", r"^\S{1,8}$"),
)


def infer(table: pd.DataFrame | Delivery, name: str) -> DataContract:
    """Draft the contract of a table from its columns' names and values.

    Types, required and unique columns, a key, and semantic roles are guessed; purposes are left ``TODO``. Limits and
    lists of allowed values are written only for columns whose role describes no single person, and an allowed value
    only if at least ten rows have it: a contract is read by many who may not see the data, so no personal value may
    stand in it.

    The rules are those that the kind of a column warrants, so that they hold for the next delivery, too:

    - required: the identifier of the record, the date of an event, and the areas, periods and counts of a table of
      counts, where none is missing now; nothing else, however complete it is
    - unique: the identifier of the record, and identifiers of public registers such as URN
    - limits: counts are not negative, dates of events not long before the first, coordinates within the United Kingdom
    - patterns: codes of areas are of the kinds that are there, sexes are written in the same way, and so are categories
    - allowed values: of categories and groups, in a table of counts or of five hundred rows and more
    - identifiers and codes are text, even if all are digits; what else is not of one type throughout is text

    Blank rows, lines of remarks under a table and a header line that comes again are no records, and count for nothing.

    The table keeps the draft, with three exceptions: in a column that must be a date or a number (a count, the date of
    an event) up to one value in twenty may be of another type, the identifier of the record may be missing or repeated
    in one row in a hundred, and rows that are no records are set aside where a column is required. A date of birth that
    nobody can read, or that the calendar does not have, must not cost the record, so a column with such values stays
    text.

    Parameters
    ----------
    table
        As read: text, or typed; or a delivery, of which the contract keeps how it was read.
    name
        The table's name.

    Returns
    -------
    DataContract

    Raises
    ------
    SharedAnalysisError
        If the table has no columns, or a column has no usable name or a repeated one, or if the names are the values of
        the first row.
    """
    reading = table.reading if isinstance(table, Delivery) else None
    content = table.in_one_piece() if isinstance(table, Delivery) else table
    names, rows = names_of(content), len(content)
    if not names:
        raise SharedAnalysisError("The table has no columns.", name, "give it some")
    refuse_repeated_columns(names, name)
    unusable = [place for place, column in enumerate(names, start=1) if not column.strip() or not column.isprintable()]
    if unusable:
        raise SharedAnalysisError(
            f"Column {unusable[0]} has no usable name.", name, "give it a name of visible characters"
        )
    reserved = sorted(set(names) & set(RESERVED_COLUMNS))
    if reserved:
        raise SharedAnalysisError(f"'{reserved[0]}' is the name of the column that quarantine adds.", name, "rename it")
    delivered = dict(zip(names, side_by_side(_text, columns_of(content), rows), strict=True))
    refuse_values_as_headings(names, delivered, name)
    notations = list(side_by_side(lambda own: find_notation(*own), _records(delivered).items(), rows))
    del delivered
    texts = {column: notation.plain for column, notation in zip(names, notations, strict=True)}
    summed = reading.value_column if reading else None
    amounts = (
        column for column, notation in zip(names, notations, strict=True) if _is_amount(notation, column == summed)
    )
    roles = roles_of_table(texts, frozenset(amounts))
    if summed is not None and "count" in roles.values():
        # What stood below the periods, and not a total beside them, which each of their rows now has.
        roles = {column: role for column, role in roles.items() if role != "count"} | {summed: "count"}
    # Four digits are years only where the whole table says so.
    notations = [
        find_notation("period", texts[column])
        if roles.get(column) == "period" and are_years(texts[column])
        else notation
        for column, notation in zip(names, notations, strict=True)
    ]
    known = frozenset(roles.values())
    drafted = side_by_side(
        lambda own: _as_written(own[0], own[1], roles.get(own[0]), known), zip(names, notations, strict=True), rows
    )
    columns = _one_key(list(drafted), texts)
    title = name.replace("_", " ").capitalize()
    return DataContract(name=name, columns=tuple(columns), title=title, reading=reading)


def _is_amount(notation: Notation, summed: bool) -> bool:
    """Say whether a column is in per cent or in money; money that stands below periods is added up like counts."""
    form = notation.number_format
    return form is not None and (form.percent or (bool(form.currency or form.scale) and not summed))


def _records(texts: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Leave out rows that are no records, if they are few: blank ones, remarks in one cell, the header line again."""
    fewest = 1 if len(texts) >= _COLUMNS_WITH_REMARKS else 0
    records = ~_is_header(texts)
    if sum(text.null_count == 0 for text in texts.values()) <= fewest:
        records &= sum(np.asarray(pc.is_valid(text)).astype(np.int32) for text in texts.values()) > fewest
    if records.all() or records.mean() < MOSTLY:
        return texts
    return {name: text.filter(pa.array(records)) for name, text in texts.items()}


def _is_header(texts: dict[str, pa.Array]) -> np.ndarray:
    """Say which rows hold the name of every column."""
    same = np.ones(len(next(iter(texts.values()))), dtype=bool)
    for name, text in texts.items():
        same &= np.asarray(pc.fill_null(pc.equal(text, name), False))
        if not same.any():
            break
    return same


def _as_written(name: str, notation: Notation, role: str | None, known: frozenset[str]) -> Column:
    """Draft a column from its values in plain writing if it is one of numbers or dates, else as they are delivered."""
    column = _column(name, notation.plain, role, known)
    plainly = ("integer", "number", "date", "timestamp")
    if column.type not in plainly and notation.plain is not notation.text:
        # What was taken for a mark or a number stays as it is among other values.
        column = _column(name, notation.text, role, known)
    return notation.declare(column)


def _text(values: pd.Series | pa.ChunkedArray) -> pa.Array:
    """Turn a column into text; midnights where the data was made are days, whatever they are in UTC."""
    zoned = isinstance(values, pd.Series) and isinstance(values.dtype, pd.DatetimeTZDtype)
    return as_text(values.dt.tz_localize(None) if zoned and _midnights(values) else values)


def _midnights(values: pd.Series) -> bool:
    present = values.dropna()
    return bool(present.eq(present.dt.normalize()).all())


def _rows_of(roles: frozenset[str]) -> Kind:
    """Say what the rows are about, for the classification of columns of which nothing else is known.

    What only people have, such as a postcode or a reference to a person's record, makes a row one about a person.
    """
    if any(ROLES[role].classification == "direct" for role in roles - {"record_id"}) or IDENTIFYING & roles:
        return "people"
    return "counts" if "count" in roles else "other"


def _ruled_as(roles: frozenset[str]) -> Kind:
    """Say what the rows are about, for rules: a register of premises with a date is no table of events."""
    if roles & IDENTIFYING or not roles & {"period", "event_date"}:
        return "other"
    if "count" in roles:
        return "counts"
    return "other" if "organisation_name" in roles else "events"


def _column(name: str, text: pa.Array, role: str | None, roles: frozenset[str]) -> Column:
    rows_of, ruled_as = _rows_of(roles), _ruled_as(roles)
    kind, form = type_of(name, text, role)
    if role is None:
        kind, form = _lasting_type(name, text, kind, form, ruled_as)
    classification = ROLES[role].classification if role else _unknown_classification(name, text, kind, rows_of)
    column = Column(name, kind, role=role, format=form, classification=classification)
    typed = cache(lambda: coerce(text, column).values)
    ruled = replace(
        column,
        required=_required(role, ruled_as) and len(text) > 0 and text.null_count == 0,
        unique=(role == "record_id" or (role is None and is_well_known_identifier(name))) and _unique(typed()),
    )
    return ruled if text.null_count == len(text) else _with_limits(ruled, text, typed, ruled_as)


def _lasting_type(name: str, text: pa.Array, kind: str, form: str | None, ruled_as: Kind) -> tuple[str, str | None]:
    """Choose the type that the next delivery keeps, of a column without a role."""
    if kind in ("date", "timestamp") and coerce(text, Column(name, kind, format=form)).wrong_type.any():
        return "string", None
    if kind in ("integer", "number") and ruled_as != "counts" and names_a_code(name):
        return "string", None
    return ("number" if kind == "integer" and names_a_measure(name) else kind), form


def _required(role: str | None, ruled_as: Kind) -> bool:
    """Say whether a column of this meaning is filled in every row, now and later."""
    if role == "record_id":
        return True
    if ruled_as == "counts":
        return role in ("count", "period", "event_date", "area_code", "area_name")
    return role in ("event_date", "period") and ruled_as == "events"


def _with_limits(column: Column, text: pa.Array, typed: Callable[[], pd.Series], ruled_as: Kind) -> Column:
    """Add the limits, the pattern or the allowed values that the kind of the column warrants."""
    if column.type in ("integer", "number"):
        if column.role in NUMBER_ROLES and typed().min() >= 0:
            return replace(column, minimum=0)
        limits = None if column.role else range_of_coordinate(column.name)
        if limits and limits[0] <= typed().min() and typed().max() <= limits[1]:
            return replace(column, minimum=limits[0], maximum=limits[1])
        return column
    if column.role == "area_code" and matches(text, AREA_CODE, 1.0):
        return replace(column, pattern=pattern_of_areas(text))
    if column.type == "string" and column.role in _LISTED_ROLES:
        allowed = None if column.role == "sex" else _allowed(text, ruled_as)
        return replace(column, allowed=allowed, pattern=None if allowed else _way(column, text))
    if column.role == "event_date" and column.type == "date":
        # The first of January of a year well before the first: a limit, and nobody's date. What happened earlier may be
        # recorded late. A period has none: an earlier month that arrives later is no fault.
        years = max(_LEAST_YEARS, int(typed().max().year - typed().min().year))
        return replace(column, minimum=dt.date(max(int(typed().min().year) - years, _FIRST_YEAR), 1, 1))
    return column


def _way(column: Column, text: pa.Array) -> str | None:
    """Write a pattern of how the kinds of a list are written, whichever kinds come: in words, numbers or codes."""
    if len(text) - text.null_count < _FEWEST_ROWS:
        return None
    ways = _SEXES if column.role == "sex" else _WAYS_OF_KINDS
    return next((lasting for now, lasting in ways if matches(text, now, 1.0)), None)


def _unknown_classification(name: str, text: pa.Array, kind: str, rows_of: Kind) -> str:
    """Classify a column without a role: what its name or values suggest, and nothing about a person is harmless."""
    if rows_of == "counts" and kind in ("integer", "number"):
        return "none"
    role = role_of_shape(text)
    suggested = ROLES[role].classification if role else classification_by_name(name)
    if suggested not in (None, "none"):
        # A date or a yes about a name, such as the day an e-mail was sent, does not name anybody.
        return "quasi" if suggested == "direct" and kind not in ("string", "integer") else str(suggested)
    if rows_of == "people":
        return "quasi"
    present = len(text) - text.null_count
    varied = kind == "string" and distinct(text) > max(_MOST_LISTED, present // 2)
    return "quasi" if varied else "none"


def _unique(values: pd.Series) -> bool:
    present = flat(pa.array(values, from_pandas=True)).drop_null()
    return len(present) > 1 and distinct(present) == len(present)


def _allowed(text: pa.Array, ruled_as: Kind) -> tuple[str, ...] | None:
    """List the values of a column in few kinds, if each is common enough to tell nothing of anybody.

    In a table of counts every kind has its rows. In one of events a rare kind may have none in few rows, and come in
    the next delivery; where some kinds are rare, there are others that are rarer.
    """
    values, counts = counted(text)
    present = int(counts.sum())
    if not 1 <= len(counts) <= _MOST_LISTED or counts.min() < max(_FEWEST_EACH, _LEAST_SHARE * present):
        return None
    return tuple(sorted(values.to_pylist())) if ruled_as == "counts" or present >= _MANY_ROWS else None


def _one_key(columns: list[Column], texts: dict[str, pa.Array]) -> list[Column]:
    """Make the record's identifier the key; in a table of counts, the columns that together tell its rows apart."""
    if any(column.role == "record_id" for column in columns):
        return [replace(column, primary_key=column.role == "record_id") for column in columns]
    roles = {column.role for column in columns}
    if "count" not in roles:
        return columns
    parts = [
        column.name
        for column in columns
        if texts[column.name].null_count == 0
        and (
            column.role in _KEY_ROLES
            or (column.role == "area_name" and "area_code" not in roles)
            or (column.role is None and column.type == "string" and repeats(texts[column.name]))
        )
    ]
    rows = pd.DataFrame({part: texts[part].to_pandas() for part in parts})
    if not parts or rows.duplicated().any():
        return columns
    return [replace(column, primary_key=column.name in parts) for column in columns]
