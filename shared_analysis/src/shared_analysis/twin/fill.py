"""Turn what is known of each row into the columns of a contract, by their semantic roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.contracts.dates import ISO_DATE, DateFormat
from shared_analysis.twin.conform import conform, invented, keeps, meaningless
from shared_analysis.twin.names import COMMUNITIES
from shared_analysis.twin.places import boroughs
from shared_analysis.twin.streams import Array, Streams

Fields = Mapping[str, Array]

PERSONAL = frozenset(
    {
        *("given_name", "middle_name", "family_name", "full_name", "date_of_birth", "sex"),
        *("nhs_number", "national_insurance_number", "phone", "email"),
        *("address", "house_number", "street", "locality", "postcode", "uprn"),
    }
)
"""Roles that are filled from what is true of a person on a day."""
CATEGORIES = ("advice", "assessment", "support", "referral")
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
_SEXES = {
    "F": ("f", "female", "woman", "women", "w", "2"),
    "M": ("m", "male", "man", "men", "1"),
}


@dataclass(frozen=True)
class Rows:
    """What is known of each row of a table besides the person's own details; ``None`` where it does not apply."""

    borough: Array
    day: Array
    ids: Array | None = None
    linked: Array | None = None
    source: Array | None = None
    category: Array | None = None
    group: Array | None = None
    sex: Array | None = None
    count: Array | None = None

    def __len__(self) -> int:
        return len(self.borough)


def fill(contract: DataContract, rows: Rows, noisy: Fields, clean: Fields, streams: Streams) -> pd.DataFrame:
    """Write the table: text in every column, ``None`` where a value is missing, every rule of the contract kept.

    Parameters
    ----------
    noisy, clean
        Personal details by role as written down and as they are; empty mappings for a table without any.
    """
    columns: dict[str, Array] = {}
    for column in contract.columns:
        own = streams.child("column", column.name)
        values = _values(column, contract, rows, noisy, own)
        if values is None:
            columns[column.name] = meaningless(column, contract.primary_key, len(rows), own)
        elif column.role in ("record_id", "linked_record_id") and keeps(values, column).all():
            columns[column.name] = values
        else:
            true = _values(column, contract, rows, clean, own)
            columns[column.name] = conform(values, values if true is None else true, column, own)
    return pd.DataFrame(columns, columns=list(contract.names), dtype=object)


def _values(column: Column, contract: DataContract, rows: Rows, fields: Fields, streams: Streams) -> Array | None:
    """Return the values of a column by its role, or ``None`` when the twin knows nothing to put there."""
    match column.role:
        case "record_id":
            return rows.ids
        case "linked_record_id":
            return rows.linked
        case "source":
            return None if rows.source is None else _as_listed(rows.source, column)
        case "area_code":
            return area_values(column, boroughs().code)[rows.borough]
        case "area_name":
            return area_values(column, boroughs().name)[rows.borough]
        case "event_date" | "period":
            day = rows.day.astype("datetime64[M]").astype("datetime64[D]") if column.role == "period" else rows.day
            return write_days(day, column, streams)
        case "category":
            return None if rows.category is None else choices(column, CATEGORIES)[rows.category]
        case "group":
            return None if rows.group is None else choices(column, GROUPS)[rows.group]
        case "count":
            return rows.count
        case "sex":
            letters = rows.sex if rows.sex is not None else fields.get("sex")
            return None if letters is None else _write_sex(letters, column)
    return _personal(column, contract, fields, streams) if column.role in PERSONAL and fields else None


def _personal(column: Column, contract: DataContract, fields: Fields, streams: Streams) -> Array:
    if column.role == "date_of_birth":
        return write_days(fields["born"], column, streams)
    if column.role == "full_name":
        return _joined(" ", fields["given_name"], fields["middle_name"], fields["family_name"])
    if column.role == "address" and "street" in contract.roles:
        number = () if "house_number" in contract.roles else (fields["house_number"],)
        return _joined(", ", fields["premises"], *number)
    return _none_if_empty(fields[str(column.role)])


def _joined(mark: str, *parts: Array) -> Array:
    texts = [mark.join(part for part in row if part) for row in zip(*parts, strict=True)]
    return _none_if_empty(np.array(texts, dtype=object))


def _none_if_empty(values: Array) -> Array:
    kept = values.copy()
    kept[values == ""] = None
    return kept


def write_days(days: Array, column: Column, streams: Streams) -> Array:
    """Write days as a column wants them: its format, a time of day for a timestamp, the year alone for a number."""
    distinct, place = np.unique(days, return_inverse=True)
    if column.type in ("integer", "number"):
        texts = pd.Series(distinct).dt.strftime("%Y")
    else:
        texts = DateFormat.parse(column.format or ISO_DATE).write(pd.Series(distinct))
    values = texts.astype(object).where(texts.notna(), None).to_numpy(dtype=object)[place]
    if column.type == "timestamp" and column.format is None:
        seconds = streams.rng("time of day").integers(8 * 3600, 20 * 3600, size=len(days))
        clock = [f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds.tolist()]
        values = np.array([v and v + c for v, c in zip(values, clock, strict=True)], dtype=object)
    return values


def choices(column: Column | None, default: tuple[str, ...]) -> Array:
    """Return the values a column of few values may hold."""
    allowed = column.allowed if column is not None and column.allowed is not None else default
    return np.array([str(value) for value in allowed], dtype=object)


def area_values(column: Column, own: Array) -> Array:
    """Return what to write for each borough: its own code or name, or one of those the contract allows instead."""
    if column.allowed is None:
        return own
    allowed = choices(column, ())
    return np.array(
        [value if value in allowed else allowed[i % len(allowed)] for i, value in enumerate(own)], dtype=object
    )


def _as_listed(source: Array, column: Column) -> Array:
    """Write a table's name as the contract lists it: itself, or the allowed value at the table's place in the order."""
    if column.allowed is None:
        return source
    allowed, names = choices(column, ()), sorted(set(source))
    book = {name: name if name in allowed else allowed[i % len(allowed)] for i, name in enumerate(names)}
    return np.array([book[name] for name in source], dtype=object)


def _write_sex(letters: Array, column: Column) -> Array:
    allowed = choices(column, ("1", "2") if column.type == "integer" else ("female", "male"))
    book: dict[str, str | None] = {"": None, "X": None}
    for letter, words in _SEXES.items():
        book[letter] = next((value for value in allowed if value.strip().lower() in words), None)
    rest = [value for value in allowed if value not in book.values()]
    book["X"] = rest[0] if rest else None
    return np.array([book[letter] for letter in letters], dtype=object)


def group_of(community: Array, column: Column | None, streams: Streams) -> Array:
    """Place each person in one of a column's groups: one that fits the names, or for a few a mixed one."""
    groups = [value.lower() for value in choices(column, GROUPS)]
    best = np.zeros(len(COMMUNITIES), dtype=int)
    for index, (_, words) in enumerate(COMMUNITIES.values()):
        fits = (place for word in words for place, group in enumerate(groups) if _names_group(word, group))
        best[index] = next(fits, index % len(groups))
    mixed = next((place for place, group in enumerate(groups) if "mixed" in group), None)
    chosen = best[community]
    if mixed is not None:
        chosen = np.where(streams.rng("mixed").random(len(community)) < 0.06, mixed, chosen)
    return np.asarray(chosen)


def _names_group(word: str, group: str) -> bool:
    return word in group and "mixed" not in group


def make_ids(column: Column | None, table: str, count: int, streams: Streams) -> Array:
    """Number the rows of a table with identifiers that show that they are synthetic, where the contract lets them."""
    styles = (f"SYN-{table.upper()}-{{:06d}}", "SYN-{:06d}", "SYN{:06d}", "9{:08d}")
    column = column or Column("record_id", "string")
    for style in styles:
        values = np.array([style.format(place) for place in range(1, count + 1)], dtype=object)
        if keeps(values, column).all():
            return values
    return invented(column, count, streams.child("ids"), distinct=True)
