"""A first draft of a contract from a table that has none; a person must read it before it binds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.model import RESERVED_COLUMNS, Column, DataContract, Kind
from shared_analysis.contracts.role_guessing import (
    classification_by_name,
    names_an_identifier,
    names_no_count,
    role_by_ending,
    role_by_name,
    role_by_values,
    share_matching,
    snake,
)
from shared_analysis.contracts.roles import IDENTIFYING, ROLES
from shared_analysis.contracts.values import as_text, coerce
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import refuse_repeated_columns

_MOSTLY = 0.95
_NEARLY_ALL = 0.99
_FORMATS = ("yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd", "yyyy-MM", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy/MM/dd", "MM/dd/yyyy")
_TIMES = (None, "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm")
_LEADING_ZERO = r"^[+-]?0[0-9]"
_AREA = "^[EWSNK][0-9]{8}$"
_DATED = frozenset({"event_date", "period"})
_DATE_ROLES = ("date_of_birth", "event_date", "period")
_NUMBER_ROLES = ("count",)
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
    in one row in a hundred. A date of birth that the calendar does not have must not
    cost the record, so a column with such values stays text, in ISO order.

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
    texts = {column: _text(table.iloc[:, place]) for place, column in enumerate(names)}
    roles = _roles(texts)
    rows_of = _rows_of(set(roles.values()))
    drafted = [_column(column, text, roles.get(column), rows_of) for column, text in texts.items()]
    columns = _one_key(drafted, texts)
    return DataContract(name=name, columns=tuple(columns), title=name.replace("_", " ").capitalize())


def _text(values: pd.Series) -> pa.Array:
    """Turn a column into text; midnights where the data was made are days, whatever they are in UTC."""
    zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
    return as_text(values.dt.tz_localize(None) if zoned and _midnights(values) else values)


def _midnights(values: pd.Series) -> bool:
    present = values.dropna()
    return bool(present.eq(present.dt.normalize()).all())


def _roles(texts: dict[str, pa.Array]) -> dict[str, str]:
    """Give each role to at most one column: the first that is named for it, else the first whose values show it."""
    found: dict[str, str] = {}
    # Of several identifiers, the one that tells the most rows apart is the record's.
    identifiers = [column for column in texts if role_by_name(column) == "record_id"]
    best = max(identifiers, key=lambda column: _distinct(texts[column]), default=None)
    for column in texts:
        role = role_by_name(column)
        if role == "record_id" and column != best:
            continue
        if role and role not in found.values() and _plausible(role, texts[column]):
            found[column] = role
    for column, text in texts.items():
        role = None if column in found else role_by_ending(column, text)
        if role and role not in found.values() and _plausible(role, text):
            found[column] = role
    for column, text in texts.items():
        if column not in found and (role := role_by_values(text)) and role not in found.values():
            found[column] = role
    return _settle(found, texts)


def _plausible(role: str, text: pa.Array) -> bool:
    """Say whether the values could be what the name says; a column without values is taken at its name."""
    if text.null_count == len(text):
        return True
    if role in _DATE_ROLES:
        return _date_type(text, shaped=role == "date_of_birth") is not None
    if role in _NUMBER_ROLES:
        return _share_of(text, Column("values", "number")) >= _MOSTLY
    if role == "record_id":
        return _distinct(text) >= _NEARLY_ALL * len(text)
    if role == "full_name":
        return share_matching(text, r"\S\s+\S") >= 0.5
    return True


def _settle(found: dict[str, str], texts: dict[str, pa.Array]) -> dict[str, str]:
    """Put right what only shows when all columns are known."""
    if not IDENTIFYING & set(found.values()):
        _take_spare_date(found, texts)
        _take_only_count(found, texts)
        if "count" in found.values():
            _settle_counts(found, texts)
        else:
            _take_linked_record(found, texts)
    elif "record_id" not in found.values():
        _take_record(found, texts)
    area = _column_of(found, "area_name")
    if area and "area_code" not in found.values() and share_matching(texts[area], _AREA) >= _MOSTLY:
        found[area] = "area_code"
    return found


def _column_of(found: dict[str, str], role: str) -> str | None:
    return next((column for column, known in found.items() if known == role), None)


def _settle_counts(found: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the date of a table of counts as a period, and what tells its series apart as an area or a category."""
    date, area = _column_of(found, "event_date"), _column_of(found, "area_name")
    if date and "period" not in found.values():
        found[date] = "period"
    if area and "area_code" not in found.values():
        found[area] = "area_code"
    if not {"area_code", "category"} & set(found.values()):
        for column, text in texts.items():
            if column not in found and _repeats(text) and _type(column, text, None)[0] == "string":
                found[column] = "category"
                return


def _take_only_count(found: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the only column of whole numbers, in a table that looks like one of counts, as the count.

    Without a role nobody adds it up, and counting the rows of such a table counts its lines. A table with an identifier
    is one of events, and so is one whose dates and words do not tell its rows apart.
    """
    roles = set(found.values())
    dated = "period" in roles or ("event_date" in roles and {"area_code", "area_name"} & roles)
    identified = {"record_id", "linked_record_id"} & {*roles, *map(role_by_name, texts)}
    if "count" in roles or not dated or identified:
        return
    kinds = {column: _type(column, text, found.get(column))[0] for column, text in texts.items()}
    numbers = [column for column, kind in kinds.items() if kind in ("integer", "number") and not names_no_count(column)]
    if len(numbers) != 1 or numbers[0] in found or kinds[numbers[0]] != "integer":
        return
    if share_matching(texts[numbers[0]], "^-") > 0:
        return
    others = {column: text.to_pandas() for column, text in texts.items() if column != numbers[0]}
    if not pd.DataFrame(others).duplicated().any():
        found[numbers[0]] = "count"


def _take_record(found: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the identifier of a table about people by what it does: it is always there, and never twice the same."""
    telling = [
        column
        for column, text in texts.items()
        if column not in found and len(text) > 1 and text.null_count == 0 and _distinct(text) == len(text)
    ]
    named = [column for column in telling if names_an_identifier(column) and classification_by_name(column) != "quasi"]
    first = next(iter(texts))
    # Without such a name the first column is one if it is no date and its values have a digit and no blank.
    if first in telling and _type(first, texts[first], None)[0] in ("string", "integer"):
        named += [first] if share_matching(texts[first], r"^\S*[0-9]\S*$") == 1.0 else []
    if named:
        found[named[0]] = "record_id"


def _take_linked_record(found: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take an identifier that repeats, in a table of events, as that of a row in another table."""
    if "linked_record_id" in found.values() or not _DATED & set(found.values()):
        return
    for column, text in texts.items():
        if column not in found and role_by_name(column) == "record_id" and _distinct(text) < len(text):
            found[column] = "linked_record_id"
            return


def _repeats(text: pa.Array) -> bool:
    """Say whether each value occurs twice or more on average."""
    return 0 < _distinct(text) <= len(text) / 2


def _distinct(text: pa.Array) -> int:
    return len(pc.unique(text.drop_null()))


def _take_spare_date(found: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the only column of dates as the date, whatever its name."""
    if _DATED & set(found.values()):
        return
    dates = [column for column, text in texts.items() if column not in found and _date_type(text, shaped=False)]
    if len(dates) == 1:
        found[dates[0]] = "event_date"


def _rows_of(roles: set[str]) -> Kind:
    """Say what the rows are about, for the classification of columns of which nothing else is known.

    What only people have, such as a postcode or a reference to a person's record, makes a row one about a person.
    """
    if any(ROLES[role].classification == "direct" for role in roles - {"record_id"}) or IDENTIFYING & roles:
        return "people"
    return "counts" if "count" in roles else "other"


def _column(name: str, text: pa.Array, role: str | None, rows_of: Kind) -> Column:
    kind, form = _type(name, text, role)
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
    if kind in ("integer", "number") and role in _NUMBER_ROLES and values.values[present].min() >= 0:
        return replace(column, minimum=0)
    if role == "area_code" and share_matching(text, _AREA) == 1.0:
        return replace(column, pattern=_AREA)
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
    role = role_by_values(text)
    suggested = ROLES[role].classification if role else classification_by_name(name)
    if suggested not in (None, "none"):
        # A date or a yes about a name, such as the day an e-mail was sent, does not name anybody.
        return "quasi" if suggested == "direct" and kind not in ("string", "integer") else str(suggested)
    present = len(text) - text.null_count
    varied = _distinct(text) > max(_MOST_LISTED, present // 2)
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


def _type(name: str, text: pa.Array, role: str | None) -> tuple[str, str | None]:
    """Choose a type, and for dates the way they are written."""
    if role is not None and role not in (*_DATE_ROLES, *_NUMBER_ROLES):
        return "string", None
    if text.null_count == len(text):
        return ("date", None) if role in _DATE_ROLES else ("string", None)
    dated = role in _DATE_ROLES or {"date", "dob", "month", "day", "time"} & set(snake(name).split("_"))
    if role == "date_of_birth":
        return _date_type(text, shaped=True) or ("string", None)
    if (found := _date_type(text, shaped=False)) and (dated or found[1] != "yyyyMMdd"):
        return found
    needed = _MOSTLY if role in _NUMBER_ROLES else 1.0
    if share_matching(text, _LEADING_ZERO) == 0:
        for kind in ("integer", "number"):
            if _share_of(text, Column("values", kind)) >= needed:
                return kind, None
    words = share_matching(text, "(?i)^(true|false|yes|no)$") == 1.0
    return ("boolean", None) if words else ("string", None)


def _date_type(text: pa.Array, *, shaped: bool) -> tuple[str, str | None] | None:
    """Find the way nearly all dates are written; day before month where both would do.

    With ``shaped`` a column that has the digits of dates, and some days that no calendar has, is text with a format.
    """
    shares = {form: _share_of(text, Column("values", "date", format=form)) for form in _FORMATS}
    best = max(_FORMATS, key=lambda form: shares[form])
    if shares[best] == 1.0 or (not shaped and shares[best] >= _MOSTLY):
        return "date", None if best == "yyyy-MM-dd" else best
    if shaped:
        return ("string", best) if shares[best] >= _MOSTLY else None
    for form in _TIMES:
        if _share_of(text, Column("values", "timestamp", format=form)) >= _MOSTLY:
            return "timestamp", form
    return None


def _share_of(text: pa.Array, column: Column) -> float:
    """Return the share of the values present that are of a column's type."""
    present = len(text) - text.null_count
    return float(coerce(text, column).values.notna().sum()) / present if present else 0.0


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
        or (column.role is None and column.type == "string" and _repeats(texts[column.name]))
    ]
    rows = pd.DataFrame({part: texts[part].to_pandas() for part in parts})
    if not parts or rows.isna().to_numpy().any() or rows.duplicated().any():
        return columns
    return [replace(column, primary_key=column.name in parts) for column in columns]
