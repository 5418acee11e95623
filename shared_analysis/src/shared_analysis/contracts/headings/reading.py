"""Reading a heading: which role it names, whose detail it is, and what it says that a column is not."""

from __future__ import annotations

import re

from shared_analysis.contracts.headings.vocabulary import (
    ABOUT_IT,
    ALSO_MONEY,
    AREAS,
    BESIDE,
    CODES,
    CODES_ANYWHERE,
    COORDINATES,
    COUNTED,
    DIRECT,
    ENDINGS,
    MEASURED,
    MONEY,
    NEVER_THE_EVENT,
    NO_CATEGORY,
    NO_COUNT,
    NO_DAY_OF_EVENT,
    NUMBERED,
    OF_THE_ROW,
    ORGANISATIONS,
    PERSONS,
    PHONES,
    QUALIFIERS,
    QUASI,
    ROLE_OF,
    SENSITIVE,
    snake,
    words,
)
from shared_analysis.contracts.roles import ROLES

# LSOA21CD, WD22NM: a kind of area, the year of its borders, and whether codes or names are meant; NMW is Welsh.
_ONS_HEADING = re.compile(r"[a-z]{2,8}[0-9]{2}(cd|nm)")
_YEAR = re.compile(r"(19|20)?[0-9]{2}$")
_CRYPTIC = words("col column field fld var variable val value attr attribute unnamed item")
_ONE_WORD_OF_CODES = words("oa lsoa msoa laua")
_PART_OF_BIRTH = words("year month place country town city weight order")
_NO_AREA = words("floor site surface land garden plot play marital polling police postal catchment solid")
_REGISTERS = re.compile(r"(^|[^A-Za-z])[A-Z]{3,}(ID|NO|REF)$|^(UKPRN|LAESTAB|URN|MRN|U?CRN)$")
_HOW_MANY = words("number count no total n")
_NO_DATES = words("candidate update mandate validate")


def _bare(name: str) -> str:
    """Leave out how values are written, ``(dd/mm/yyyy)``, and that a detail is the first of several."""
    whole = snake(re.sub(r"\([^)]*(/|yy)[^)]*\)", "", name))
    return re.sub(r"(?<=[a-z])_?1$", "", whole) if "addr" not in whole and "line" not in whole else whole


def role_by_name(name: str) -> str | None:
    """Return the role that a column's name tells, or ``None``."""
    whole = _bare(name)
    return ROLE_OF.get(whole) or ROLE_OF.get(whole.replace("_", "")) or _area_by_name(whole.split("_"))


def _area_by_name(parts: list[str]) -> str | None:
    """Read names of areas and of their codes: ``LAD23NM``, ``ward name``, ``Borough (code)``, ``lsoa21``."""
    joined = "".join(parts)
    if match := _ONS_HEADING.fullmatch(joined):
        return "area_code" if match[1] == "cd" else "area_name"
    *before, last = parts
    kind = {"code": "area_code", "cd": "area_code", "name": "area_name", "nm": "area_name"}.get(last)
    if "postcode" in joined or not _NO_AREA.isdisjoint(parts) or not BESIDE.isdisjoint(set(parts) - {"authority"}):
        return None
    if kind and before:
        return kind if _YEAR.sub("", before[-1]) in AREAS else None
    for ending, role in (("code", "area_code"), ("cd", "area_code"), ("name", "area_name"), ("nm", "area_name")):
        bare = _YEAR.sub("", last)
        if not before and bare.endswith(ending) and _YEAR.sub("", bare.removesuffix(ending)) in AREAS:
            return role
    bare = _YEAR.sub("", last)
    if bare in _ONE_WORD_OF_CODES:
        return "area_code"
    return "area_name" if bare in AREAS - {"gss", "ons", "geography", "state", "country", "locality"} else None


def role_of_ending(name: str) -> str | None:
    """Return the role that the last words of a name tell, as of ``pupil_forename``, whosever the detail is."""
    parts = _bare(name).split("_")
    if "birth" in parts and not _PART_OF_BIRTH.isdisjoint(parts):
        return None
    for start in range(len(parts)):
        if role := ENDINGS.get("_".join(parts[start:])) or ENDINGS.get("".join(parts[start:])):
            return role
    if any(part.startswith("ethnic") for part in parts) and parts[-1] not in ("source", "date", "other"):
        return "group"
    return _phone(parts) or _person(parts) or _sex(parts) or _day(parts) or _category(parts)


def _phone(parts: list[str]) -> str | None:
    """Read ``Tel No (Home)``: a word for a telephone, and after it only which one."""
    place = next((place for place, part in enumerate(parts) if part in PHONES), None)
    after = words("no num number numbers nos home work day daytime evening mobile main contact phone 1")
    return "phone" if place is not None and set(parts[place + 1 :]) <= after else None


def _person(parts: list[str]) -> str | None:
    """Read ``Complainant name`` and ``Main Tenant``: the person of the row by the part that the person plays."""
    left = set(parts) - {"name", "names", "full"}
    of_the_row = left & OF_THE_ROW
    if not of_the_row or left - OF_THE_ROW - QUALIFIERS:
        return None
    return "full_name" if parts[-1] in ("name", "names") or parts[-1] in OF_THE_ROW | {"1"} else None


def _sex(parts: list[str]) -> str | None:
    if parts[-1] not in ("sex", "gender"):
        return None
    before = set(parts[:-1])
    return "sex" if before & OF_THE_ROW and before <= OF_THE_ROW | QUALIFIERS else None


def _day(parts: list[str]) -> str | None:
    """Read the day of an event: ``Date received``, ``Call date/time``, ``RatingDate``."""
    joined = {*parts, *(part.removesuffix("date") for part in parts)}
    dated = (
        "date" in parts
        or parts[-1] in ("datetime", "dt")
        or (parts[-1] == "at" and len(parts) == 2)
        or (parts[-1].endswith("date") and parts[-1] not in _NO_DATES)
    )
    return "event_date" if dated and not joined & NO_DAY_OF_EVENT else None


def _category(parts: list[str]) -> str | None:
    """Read a kind of event, need or service: ``Crime type``, ``Type of need``."""
    told = words("type category reason kind")
    if parts[-1] in told:
        about = set(parts[:-1])
    elif parts[0] in told and len(parts) > 2 and parts[1] in ("of", "for"):
        about = set(parts[2:])
    else:
        return None
    return None if about & NO_CATEGORY else "category"


def is_another_day(name: str) -> bool:
    """Say whether a date's name tells that it is not when something happened or began: ``expiry date``."""
    parts = {part.removesuffix("date") for part in snake(name).split("_")}
    return bool(parts & NEVER_THE_EVENT)


def is_beside(name: str, *, people: bool = True) -> bool:
    """Say whether a name is of somebody's or something's detail beside the row, as ``gp_postcode``.

    In a table of no ``people`` a detail of a site, a school or a company is the row's own.
    """
    parts = snake(name).split("_")
    # `no` before a detail says that there is none; after it, that it is a number.
    return parts[0] == "no" or not (BESIDE if people else BESIDE - ORGANISATIONS).isdisjoint(parts)


def is_cryptic(name: str) -> bool:
    """Say whether a name tells nothing: ``Column3``, ``x1``."""
    bare = (part.strip("0123456789") for part in snake(name).split("_"))
    return all(len(part) <= 1 or part in _CRYPTIC for part in bare)


def names_an_organisation(name: str) -> bool:
    """Say whether a column's name is that of a site or an organisation's name: ``Site name``, ``school``."""
    parts = snake(name).split("_")
    if parts[:2] == ["name", "of"]:
        parts = [*parts[2:], "name"]
    if parts[-1] == "name" and len(parts) > 1:
        return not (ORGANISATIONS | {"location"}).isdisjoint(parts) and parts[0] != "registered"
    return len(parts) == 1 and parts[0] in ORGANISATIONS - {"registered", "trading", "home", "venue", "market"}


def names_a_place(name: str) -> bool:
    """Say whether a column's name is of a place, so that fewer addresses show that it holds them."""
    return not words("location premises property place site residence home").isdisjoint(snake(name).split("_"))


def classification_by_name(name: str) -> str | None:
    """Return the classification that the words of a column's name suggest, or ``None`` if they say nothing."""
    parts = snake(name).split("_")
    role = role_by_name(name) or role_of_ending(name)
    # A bare `name` may be anybody's or anything's.
    if role is not None and role != "full_name" and ROLES[role].classification != "none":
        return ROLES[role].classification
    found = set(parts)
    if found & ABOUT_IT and found & DIRECT:
        return "quasi"
    if found & DIRECT or ({"name", "names"} & found and found & PERSONS):
        return "direct"
    if found & SENSITIVE:
        return "sensitive"
    return "quasi" if role == "full_name" or found & QUASI else None


def names_an_identifier(name: str) -> bool:
    """Say whether a column's name ends like that of an identifier: ``Member No``, ``UPN``; not ``phone number``."""
    parts = snake(name).split("_")
    # Registers run it together with their own name: FHRSID, LAESTAB.
    registers = (
        re.search(r"(^|[^A-Za-z])[A-Z]{3,}(ID|NO|REF)$|^(UKPRN|LAESTAB|URN|MRN|U?CRN)$", name.strip()) is not None
    )
    numbered = parts[-1] in NUMBERED or registers
    return numbered and (parts == ["upn"] or not (DIRECT - {"upn"} | PHONES) & set(parts))


def names_a_count(name: str) -> bool:
    """Say whether a column's name is of how many there are: ``OffenceCount``, ``Number of calls``, ``Claimants``."""
    parts = snake(name).split("_")
    if role_by_name(name) == "count" or parts[-1] in COUNTED | {"count", "counts"}:
        return True
    counted = parts[0] in _HOW_MANY | COUNTED | {"people", "persons"} and parts[-1] not in NUMBERED
    return len(parts) > 1 and counted and not {"cost", "value"} & set(parts)


def names_no_count(name: str) -> bool:
    """Say whether a column's name tells that its whole numbers count nothing: years, ages, codes."""
    return not NO_COUNT.isdisjoint(snake(name).split("_"))


def names_a_code(name: str) -> bool:
    """Say whether a column's name is of a code or a label, which is text even where it is digits today."""
    parts = snake(name).split("_")
    return names_an_identifier(name) or parts[-1] in CODES or not CODES_ANYWHERE.isdisjoint(parts)


def names_a_measure(name: str) -> bool:
    """Say whether a column's name is of a measure that may have decimals: a rent, a rate, an area."""
    return not MEASURED.isdisjoint(snake(name).split("_"))


def names_money(name: str) -> bool:
    """Say whether a column's name is of amounts of money, where its values may be: a cost, a value."""
    return not (MONEY | ALSO_MONEY).isdisjoint(snake(name).split("_"))


def is_well_known_identifier(name: str) -> bool:
    """Say whether a column's name is of an identifier that a public register gives each of its entries once."""
    return _REGISTERS.search(name.strip()) is not None or snake(name) in ("upn", "urn", "fhrsid", "ukprn")


def range_of_coordinate(name: str) -> tuple[float, float] | None:
    """Return the limits of the United Kingdom for a column of coordinates, told by its name, or ``None``."""
    return COORDINATES.get(snake(name).split("_")[-1])
