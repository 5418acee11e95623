"""The roles of a whole table: each is given to one column, and some show only when all columns are known."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.headings import (
    classification_by_name,
    is_another_day,
    is_beside,
    names_a_count,
    names_a_detail_of_a_site,
    names_a_group_of_origin,
    names_a_kind,
    names_a_measure,
    names_a_record,
    names_an_identifier,
    names_an_organisation,
    names_no_count,
    parts_of,
    people_of,
    rank_of_identifier,
    role_by_name,
    role_of_ending,
    snake,
)
from shared_analysis.contracts.model import Column
from shared_analysis.contracts.role_guessing import (
    are_days,
    are_organisations,
    could_be,
    role_by_ending,
    role_by_values,
)
from shared_analysis.contracts.roles import IDENTIFYING
from shared_analysis.contracts.tables.areas import AREA_CODE
from shared_analysis.contracts.tables.letters import has_leading_zeros
from shared_analysis.contracts.tables.shares import distinct, draw, matches, repeats
from shared_analysis.contracts.values import DATE_ROLES, MOSTLY, NUMBER_ROLES, date_type, guess_type, is_of_type

# Wider than the formats of dates that there are, in digits or with the month in letters.
_LIKE_DATES = (
    r"^[0-9]{1,4}([-/ ]|\.[0-9]{1,2}\.)[0-9A-Za-z]|^[0-9]{8}"
    r"|^[0-9]{1,2}[a-z]{0,2} ?[A-Za-z]{3}|^[A-Z][a-z]{2,8}[- ]?[0-9]{2}"
)
_YES_OR_NO = "(?i)^(true|false|yes|no)$"
_FIRST_OF_MONTH = r"^([0-9]{4}[-/.][0-9]{2}([-/.]01)?|01[-/.][0-9]{2}[-/.][0-9]{4})$"
_NEARLY_ALL = 0.99
_MANY = 30
_HALF = 0.5
_SOME_WHOLE_NAMES = 0.2
_FEW = 30
_MOST_OWN = 0.8
_DATED = frozenset({"event_date", "period"})
_ONE_WORD = r"^\S*[0-9]\S*$"
_YEARS = frozenset({"year", "yr", "calendar_year", "cal_year"})
_A_YEAR = "^(19|20)[0-9]{2}$"
_FINER = frozenset({"date", "day", "week", "month", "quarter", "term"})
_NAMES = frozenset({"given_name", "family_name", "full_name"})
_PLACED = frozenset({"organisation_name", "address", "street", "postcode", "uprn", "phone", "email"})
"""What a register of premises or organisations is linked by."""


def roles_of_table(texts: dict[str, pa.Array], amounts: frozenset[str] = frozenset()) -> dict[str, str]:
    """Give each role to at most one column: the first that is named for it, else the first whose values show it.

    Parameters
    ----------
    texts
        The values of each column, by its name.
    amounts
        Columns in per cent or in money, which count nothing.

    Returns
    -------
    dict
        The role of each column that has one.
    """
    roles: dict[str, str] = {}
    named = _named(texts)
    _give(roles, texts, lambda name, _: None if name in amounts and named[name] == "count" else named[name])
    _settle_name(roles, texts)
    others = _of_others(texts)
    _give(roles, texts, lambda name, text: None if name in others else role_by_ending(name, text))
    _give(roles, texts, lambda name, text: None if name in others else role_by_values(name, text))
    return _settle(roles, texts, amounts)


def _named(texts: dict[str, pa.Array]) -> dict[str, str | None]:
    """Read the role that each name tells beside the others'.

    Of several identifiers the one that tells the most rows apart is the record's, and of several characteristics it is
    ethnicity that groups are compared by. ``la`` is a code beside ``la label``, ``geography`` a name beside its code.
    """
    named = {column: role_by_name(column) for column in texts}
    identifiers = [column for column, role in named.items() if role == "record_id"]
    best = max(identifiers, key=lambda own: (distinct(texts[own]), -rank_of_identifier(own)), default=None)
    origin = any(map(names_a_group_of_origin, texts))
    headings = set(map(parts_of, texts))
    for column, role in named.items():
        second = role == "group" and origin and not names_a_group_of_origin(column)
        if second or (role == "record_id" and column != best):
            named[column] = None
        elif role == "area_name" and (*parts_of(column), "name") in headings:
            named[column] = "area_code"
        elif role is None and (coded := (*parts_of(column), "code")) in headings and _is_area(coded):
            named[column] = "area_name"
    return named


def _is_area(parts: tuple[str, ...]) -> bool:
    return role_by_name(" ".join(parts)) == "area_code"


def _of_others(texts: dict[str, pa.Array]) -> set[str]:
    """Find the details of people other than the first who is named: the holder's, in a register of the deceased."""
    named = (people_of(column) for column in texts if role_of_ending(column) in _NAMES and not is_beside(column))
    first = next(filter(None, named), frozenset())
    return {column for column in texts if first and (people := people_of(column)) and not people & first}


def _give(roles: dict[str, str], texts: dict[str, pa.Array], role_of: Callable[[str, pa.Array], str | None]) -> None:
    for column, text in texts.items():
        role = None if column in roles else role_of(column, text)
        if role == "area_name" and matches(text, AREA_CODE, MOSTLY) and "area_code" not in roles.values():
            role = "area_code"
        if role and role not in roles.values() and _plausible(role, text):
            roles[column] = role


def _plausible(role: str, text: pa.Array) -> bool:
    """Say whether the values could be what the name says; a column without values is taken at its name."""
    if text.null_count == len(text):
        return True
    if role == "date_of_birth" and are_days(text):
        return True
    if role in DATE_ROLES:
        return date_type(text) is not None
    if role in NUMBER_ROLES:
        return is_of_type(text, Column("values", "number"), MOSTLY)
    if role == "organisation_name":
        return matches(text, r"\pL{2}", _HALF)
    if role == "record_id":
        # In few rows one may come twice: that is a fault of the delivery, not another kind of column.
        spare = max((1 - _NEARLY_ALL) * len(text), float(len(text) >= _MANY))
        return len(text) - distinct(text) <= spare
    return could_be(role, text)


def type_of(name: str, text: pa.Array, role: str | None) -> tuple[str, str | None]:
    """Choose a type as :func:`guess_type` does, which tries every way of writing dates, a column at a time.

    Of values that are not written like dates only numbers and words are left: a table of 600 columns takes seconds.
    """
    if role not in (None, *NUMBER_ROLES) or matches(text, _LIKE_DATES, MOSTLY):
        return guess_type(name, text, role)
    needed = MOSTLY if role in NUMBER_ROLES else 1.0
    if matches(draw(text), "[0-9]", _HALF):
        kinds = (kind for kind in ("integer", "number") if is_of_type(text, Column("values", kind), needed))
        if (kind := next(kinds, None)) and not has_leading_zeros(text):
            return kind, None
    return ("boolean" if matches(text, _YES_OR_NO, 1.0) else "string"), None


def _settle_name(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Decide what a bare ``name`` is the name of: an organisation or a person and, beside a surname, which part.

    A whole name is often typed in part, so one in five that has two words is enough.
    """
    column = _column_of(roles, "full_name")
    if column is None or snake(column) != "name":
        return
    text, taken = texts[column], set(roles.values())
    if text.null_count == len(text) and taken & (IDENTIFYING - {"full_name"}):
        return
    two_words = r"\S\s+\S"
    if are_organisations(text) and "organisation_name" not in taken:
        roles[column] = "organisation_name"
    elif not matches(text, two_words, _HALF) and "family_name" in taken and "given_name" not in taken:
        roles[column] = "given_name"
    elif not matches(text, two_words, _SOME_WHOLE_NAMES):
        del roles[column]


def _settle(roles: dict[str, str], texts: dict[str, pa.Array], amounts: frozenset[str]) -> dict[str, str]:
    """Put right what only shows when all columns are known."""
    people = _are_people(roles, texts)
    if not people:
        _take_spare_date(roles, texts)
        countable = {column: text for column, text in texts.items() if column not in amounts}
        _take_named_count(roles, texts, countable)
        _take_only_count(roles, texts, countable)
        _take_years(roles, texts)
    counts = "count" in roles.values() and _DATED & set(roles.values()) and "record_id" not in roles.values()
    if counts and not people:
        _settle_counts(roles, texts)
    else:
        if not people:
            _take_linked_record(roles, texts)
            _take_organisation(roles, texts)
        if "record_id" not in roles.values():
            _take_record(roles, texts)
    area = _column_of(roles, "area_name")
    if area and "area_code" not in roles.values() and matches(texts[area], AREA_CODE, MOSTLY):
        roles[area] = "area_code"
    return roles


def _are_people(roles: dict[str, str], texts: dict[str, pa.Array]) -> bool:
    """Say whether the rows are about people.

    The whole name of somebody beside the names of as many organisations is that of who answers for each.
    """
    telling = IDENTIFYING & set(roles.values())
    if telling != {"full_name"}:
        return bool(telling)
    if any(map(names_a_detail_of_a_site, texts)):
        return False
    return not any(
        names_an_organisation(column) and distinct(text) >= _MOST_OWN * (len(text) - text.null_count)
        for column, text in texts.items()
        if column not in roles or roles[column] == "organisation_name"
    )


def _take_organisation(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """In a table of no people, take the name and the details of a site or an organisation as those of the row."""
    for column, text in texts.items():
        if names_an_organisation(column) and (distinct(text) > _FEW or not repeats(text)):
            _give(roles, {column: text}, lambda *_: "organisation_name")
    for column, text in texts.items():
        if role_of_ending(column) == "full_name" and not is_beside(column, people=False) and are_organisations(text):
            _give(roles, {column: text}, lambda *_: "organisation_name")
    _give(roles, texts, lambda name, text: role_by_ending(name, text, people=False))
    _give(roles, texts, lambda name, text: role_by_values(name, text, people=False))


def _column_of(roles: dict[str, str], role: str) -> str | None:
    return next((column for column, known in roles.items() if known == role), None)


def _settle_counts(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the date of a table of counts as a period, and what tells its series apart as an area or a category."""
    date, area = _column_of(roles, "event_date"), _column_of(roles, "area_name")
    if date and "period" not in roles.values():
        roles[date] = "period"
    if area and "area_code" not in roles.values():
        roles[area] = "area_code"
    if not {"area_code", "category"} & set(roles.values()):
        for column, text in texts.items():
            if column not in roles and repeats(text) and type_of(column, text, None)[0] == "string":
                roles[column] = "category"
                return


def _take_named_count(roles: dict[str, str], texts: dict[str, pa.Array], countable: dict[str, pa.Array]) -> None:
    """Take the only column that is called a number of something, in a table of periods or of days and areas."""
    if "count" in roles.values() or not _could_be_counts(roles, texts):
        return
    named = [column for column in countable if column not in roles and names_a_count(column)]
    if len(named) == 1 and _plausible("count", texts[named[0]]) and _counts_each_row(named[0], texts):
        roles[named[0]] = "count"


def _counts_each_row(number: str, texts: dict[str, pa.Array]) -> bool:
    """Say whether a number is never negative, and the other columns tell the rows apart, where there are values."""
    if pc.any(pc.starts_with(texts[number], "-")).as_py():
        return False
    others = {column: text.to_pandas() for column, text in texts.items() if column != number}
    blank = all(text.null_count == len(text) for text in texts.values())
    return blank or not pd.DataFrame(others).duplicated().any()


def _could_be_counts(roles: dict[str, str], texts: dict[str, pa.Array]) -> bool:
    """Say whether a table has a period, or days of areas, no identifier, and nothing that only one place has."""
    known = set(roles.values())
    if known & _PLACED:
        return False
    of_years = any(parts_of(name)[-1] == "year" for name in texts)
    dated = "period" in known or (("event_date" in known or of_years) and {"area_code", "area_name"} & known)
    identified = {"record_id", "linked_record_id"} & {*known, *map(role_by_name, texts)}
    blank = all(text.null_count == len(text) for text in texts.values())
    recorded = any(names_a_record(name) and (blank or _tells_rows_apart(text)) for name, text in texts.items())
    return bool(dated) and not identified and not recorded


def _take_only_count(roles: dict[str, str], texts: dict[str, pa.Array], countable: dict[str, pa.Array]) -> None:
    """Take the only column of whole numbers, in a table that looks like one of counts, as the count.

    Without a role nobody adds it up, and counting the rows of such a table counts its lines. A table with an identifier
    is one of events, and so is one whose dates and words do not tell its rows apart.
    """
    if "count" in roles.values() or not _could_be_counts(roles, texts):
        return
    kinds = {
        column: type_of(column, text, roles.get(column))[0]
        for column, text in countable.items()
        if not matches(text, _LIKE_DATES, MOSTLY)
    }
    numbers = [column for column, kind in kinds.items() if kind in ("integer", "number") and not _no_count(column)]
    if len(numbers) != 1 or numbers[0] in roles or kinds[numbers[0]] != "integer":
        return
    if _counts_each_row(numbers[0], texts):
        roles[numbers[0]] = "count"


def _take_years(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the year of a table of counts as its period where nothing in it is finer: ``area, year, visits``.

    Not a financial year in four digits, which may be named by the first or by the last of its two.
    """
    if "count" not in roles.values() or _DATED & set(roles.values()):
        return
    if any(_FINER & set(parts_of(name)) for name in texts):
        return
    years = [name for name, text in texts.items() if snake(name) in _YEARS and are_years(text)]
    others = {
        name: text.to_pandas() for name, text in texts.items() if name not in years and roles.get(name) != "count"
    }
    if len(years) == 1 and years[0] not in roles and pd.DataFrame(others).duplicated().any():
        roles[years[0]] = "period"


def are_years(text: pa.Array) -> bool:
    """Say whether all values are four digits that may be a year."""
    return matches(text, _A_YEAR, 1.0)


def _no_count(name: str) -> bool:
    return names_no_count(name) or names_a_measure(name)


def _take_record(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the identifier of a table's records by its name and what it does: always there, and never twice the same."""
    # Without any value names alone must tell.
    blank = all(text.null_count == len(text) for text in texts.values())
    free = [column for column in texts if column not in roles]
    telling = free if blank else [column for column in free if _tells_rows_apart(texts[column])]
    named = [column for column in telling if names_an_identifier(column) and classification_by_name(column) != "quasi"]
    first = next(iter(texts))
    if blank:
        named = [column for column in named if column == first or not names_a_kind(column)]
    # The row's own before what is somebody else's; the first in the table before the others.
    named.sort(
        key=lambda column: (is_beside(column, people=False), names_a_kind(column), rank_of_identifier(column) > 1)
    )
    known = set(roles.values())
    # Without such a name the first column is one if it is no date and its values have a digit and no blank.
    if first in telling and known & (IDENTIFYING | _PLACED) and not blank:
        kind = type_of(first, texts[first], None)[0]
        named += [first] if kind in ("string", "integer") and matches(texts[first], _ONE_WORD, 1.0) else []
    if named:
        roles[named[0]] = "record_id"


def _tells_rows_apart(text: pa.Array) -> bool:
    return len(text) > 1 and text.null_count == 0 and distinct(text) == len(text)


def _take_linked_record(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take an identifier that repeats, in a table of events, as that of a row in another table."""
    if "linked_record_id" in roles.values() or not _DATED & set(roles.values()):
        return
    for column, text in texts.items():
        if column not in roles and role_by_name(column) == "record_id" and distinct(text) < len(text):
            roles[column] = "linked_record_id"
            return


def _take_spare_date(roles: dict[str, str], texts: dict[str, pa.Array]) -> None:
    """Take the only column of dates as the date, whatever its name: as the period, if each is the first of a month."""
    if _DATED & set(roles.values()):
        return
    dates: list[str] = []
    for column, text in texts.items():
        if column in roles or is_another_day(column) or not matches(text, _LIKE_DATES, MOSTLY):
            continue
        if date_type(text):
            dates.append(column)
            if len(dates) > 1:
                return
    if dates:
        text = texts[dates[0]]
        months = repeats(text) and distinct(text) > 1 and matches(text, _FIRST_OF_MONTH, 1.0)
        roles[dates[0]] = "period" if months else "event_date"
