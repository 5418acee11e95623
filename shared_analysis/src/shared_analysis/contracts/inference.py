"""A first draft of a contract from a table that has none; a person must read it before it binds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from shared_analysis.contracts.model import RESERVED_COLUMNS, Column, DataContract, Kind
from shared_analysis.contracts.notation import Notation, find_notation
from shared_analysis.contracts.role_guessing import classification_by_name, role_of_shape, share_matching
from shared_analysis.contracts.roles import IDENTIFYING, ROLES
from shared_analysis.contracts.table_roles import AREA_CODE, distinct, repeats, roles_of_table
from shared_analysis.contracts.values import NUMBER_ROLES, as_text, coerce, guess_type
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import refuse_repeated_columns

# Only of these is anything written that comes from the values: they describe no single person.
_LISTED_ROLES = ("source", "sex", "category", "group")
_MOST_LISTED = 20
_FEWEST_EACH = 10


def infer(table: pd.DataFrame, name: str) -> DataContract:
    """Draft the contract of a table from its columns' names and values.

    Types, required and unique columns, a key, and semantic roles are guessed; purposes are left ``TODO``. Limits and
    lists of allowed values are written only for columns whose role describes no single person, and an allowed value
    only if at least ten rows have it: a contract is read by many who may not see the data, so no personal value may
    stand in it.

    The table keeps the draft, with two exceptions: in a column that must be a date or a number (a count, the date of an
    event) up to one value in twenty may be of another type, and the identifier of the record may be missing or repeated
    in one row in a hundred. A date of birth that nobody can read, or that the calendar
    does not have, must not cost the record, so a column with such values stays text.

    Parameters
    ----------
    table
        As read: text, or typed.
    name
        The table's name.

    Returns
    -------
    DataContract

    Raises
    ------
    SharedAnalysisError
        If the table has no columns, or a column has no usable name or a repeated one.
    """
    names = [str(column) for column in table.columns]
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
    notations = {column: find_notation(column, _text(table.iloc[:, place])) for place, column in enumerate(names)}
    texts = {column: notation.plain for column, notation in notations.items()}
    roles = roles_of_table(texts)
    rows_of = _rows_of(set(roles.values()))
    drafted = [_as_written(column, notation, roles.get(column), rows_of) for column, notation in notations.items()]
    columns = _one_key(drafted, texts)
    return DataContract(name=name, columns=tuple(columns), title=name.replace("_", " ").capitalize())


def _as_written(name: str, notation: Notation, role: str | None, rows_of: Kind) -> Column:
    """Draft a column from its values in plain writing if it is one of numbers or dates, else as they are delivered."""
    column = _column(name, notation.plain, role, rows_of)
    plainly = ("integer", "number", "date", "timestamp")
    if column.type not in plainly and notation.plain is not notation.text:
        # What was taken for a mark or a number stays as it is among other values.
        column = _column(name, notation.text, role, rows_of)
    return notation.declare(column)


def _text(values: pd.Series) -> pa.Array:
    """Turn a column into text; midnights where the data was made are days, whatever they are in UTC."""
    zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
    return as_text(values.dt.tz_localize(None) if zoned and _midnights(values) else values)


def _midnights(values: pd.Series) -> bool:
    present = values.dropna()
    return bool(present.eq(present.dt.normalize()).all())


def _rows_of(roles: set[str]) -> Kind:
    """Say what the rows are about, for the classification of columns of which nothing else is known.

    What only people have, such as a postcode or a reference to a person's record, makes a row one about a person.
    """
    if any(ROLES[role].classification == "direct" for role in roles - {"record_id"}) or IDENTIFYING & roles:
        return "people"
    return "counts" if "count" in roles else "other"


def _column(name: str, text: pa.Array, role: str | None, rows_of: Kind) -> Column:
    kind, form = guess_type(name, text, role)
    classification = ROLES[role].classification if role else _unknown_classification(name, text, kind, rows_of)
    column = Column(name, kind, role=role, format=form, classification=classification)
    values = coerce(text, column)
    present = values.values.notna().to_numpy()
    column = replace(
        column,
        required=len(text) > 0 and text.null_count == 0,
        unique=_unique(values.values, present) and (role == "record_id" or (kind == "string" and role is None)),
    )
    if values.values[present].empty:
        return column
    if kind in ("integer", "number") and role in NUMBER_ROLES and values.values[present].min() >= 0:
        return replace(column, minimum=0)
    if role == "area_code" and share_matching(text, AREA_CODE) == 1.0:
        return replace(column, pattern=AREA_CODE)
    if kind == "string" and (allowed := _allowed(values.values, role)):
        return replace(column, allowed=allowed)
    if role == "event_date" and kind == "date":
        # The first of January of the first year: a limit, and nobody's date. A period has none: an earlier month that
        # arrives later is no fault.
        return replace(column, minimum=dt.date(int(values.values[present].min().year), 1, 1))
    return column


def _unknown_classification(name: str, text: pa.Array, kind: str, rows_of: Kind) -> str:
    """Classify a column without a role: what its name or values suggest, and nothing about a person is harmless."""
    if rows_of == "counts" and kind in ("integer", "number"):
        return "none"
    role = role_of_shape(text)
    suggested = ROLES[role].classification if role else classification_by_name(name)
    if suggested not in (None, "none"):
        # A date or a yes about a name, such as the day an e-mail was sent, does not name anybody.
        return "quasi" if suggested == "direct" and kind not in ("string", "integer") else str(suggested)
    present = len(text) - text.null_count
    varied = distinct(text) > max(_MOST_LISTED, present // 2)
    return "quasi" if rows_of == "people" or (kind == "string" and varied) else "none"


def _unique(values: pd.Series, present: np.ndarray) -> bool:
    kept = values[present]
    return len(kept) > 1 and bool(kept.is_unique)


def _allowed(values: pd.Series, role: str | None) -> tuple[str, ...] | None:
    """List the values of a column in few kinds, if each is common enough to tell nothing of anybody."""
    if role not in _LISTED_ROLES:
        return None
    counts = values.value_counts()
    if not 1 <= len(counts) <= _MOST_LISTED or counts.min() < _FEWEST_EACH:
        return None
    return tuple(sorted(str(value) for value in counts.index))


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
        if column.role in ("area_code", "area_name", "category", "group", "sex", "source", "period", "event_date")
        or (column.role is None and column.type == "string" and repeats(texts[column.name]))
    ]
    rows = pd.DataFrame({part: texts[part].to_pandas() for part in parts})
    if not parts or rows.isna().to_numpy().any() or rows.duplicated().any():
        return columns
    return [replace(column, primary_key=column.name in parts) for column in columns]
