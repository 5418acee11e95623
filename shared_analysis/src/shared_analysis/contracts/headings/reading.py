"""Reading a heading: which role it names, whose detail it is, and what it says that a column is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared_analysis.contracts.headings.parts import parts_of
from shared_analysis.contracts.headings.vocabulary import (
    ABOUT_IT,
    ALSO_MONEY,
    AREAS,
    BESIDE,
    BY_ITSELF,
    CODES,
    CODES_ANYWHERE,
    COORDINATES,
    COUNTED,
    DIRECT,
    ELSEWHERE,
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
_ONE_WORD_OF_CODES = words("oa lsoa msoa laua oslaua osward")
_PART_OF_BIRTH = words("year month place country town city weight order")
_NO_AREA = words("floor site surface land garden plot play marital polling police postal catchment solid")
_REGISTERS = re.compile(r"(^|[^A-Za-z])[A-Z]{3,}(ID|NO|REF)$|^(UKPRN|LAESTAB|URN|MRN|U?CRN)$")
_HOW_MANY = words("number count no total n")
_WHOLE_YEAR = re.compile("(19|20)[0-9]{2}")
_ADDS_NOTHING = words("current full text rounded if known required mandatory optional")
_AS_TOLD = words("stated current legal birth at recorded registered self defined declared")
_WRITTEN_DOWN = words(
    "case concern incident complaint risk referral enquiry issue report event further additional other"
)
_SPANS = words("month week quarter year period time")
_DIGITS_OF_OTHERS = words("2 3 4")
_HOLDING = words("family household property premises account home dwelling asset uprn")
_TRADE = re.compile("[a-z]{3,}(er|or|ist|ian)")
_NO_TRADES = words(
    "number other former order letter register quarter prior minor junior senior water paper power server center river "
    "tower corner transfer offer monitor major floor door error either over under after member computer printer"
)
_DETAILS = (DIRECT | PHONES | words("name names postcode dob birth")) - {"initials", "signature"}
_NO_DATES = words("candidate update mandate validate")


def _bare(name: str) -> str:
    """Leave out how values are written, ``(dd/mm/yyyy)``, and that a detail is the first of several."""
    whole = snake(re.sub(r"(?i)\([^)]*(/|yy)[^)]*\)", "", name))
    return re.sub(r"(?<=[a-z])_?1$", "", whole) if "addr" not in whole and "line" not in whole else whole


def _detail(name: str) -> list[str]:
    """Return the words of a name but for those that add nothing: ``postcode_full``, ``GenderCurrent``, ``Phone 1``."""
    parts = list(parts_of(name))
    lines = {"address", "line", "type"} & set(parts) and "email" not in parts
    while len(parts) > 1 and (parts[-1] in _ADDS_NOTHING or (parts[-1] == "1" and not lines)):
        parts.pop()
    if len(parts) > 1 and parts[-1] in ("no", "num"):
        parts[-1] = "number"
    if len(parts) > 1 and parts[-1] in ("code", "description") and parts[-2] in ("sex", "gender"):
        parts.pop()
    return parts


def role_by_name(name: str) -> str | None:
    """Return the role that a column's name tells, or ``None``."""
    parts = _detail(name)
    for whole in (_bare(name), "_".join(parts)):
        if role := ROLE_OF.get(whole) or ROLE_OF.get(whole.replace("_", "")):
            return role
    return _area_by_name(_bare(name).split("_")) or _area_by_name(parts)


def _area_by_name(parts: list[str]) -> str | None:
    """Read names of areas and of their codes: ``LAD23NM``, ``ward name``, ``Borough (code)``, ``lsoa21``."""
    parts = [part for part in parts if not _WHOLE_YEAR.fullmatch(part)] or parts
    joined = "".join(parts)
    if match := _ONS_HEADING.fullmatch(joined):
        return "area_code" if match[1] == "cd" else "area_name"
    *before, last = parts
    kind = {"code": "area_code", "cd": "area_code", "name": "area_name", "nm": "area_name"}.get(last)
    kind = "area_name" if last == "description" else kind
    if (
        ("postcode" in joined and before[-1:] not in (["lsoa"], ["msoa"], ["ward"]))
        or not _NO_AREA.isdisjoint(parts)
        or not BESIDE.isdisjoint(set(parts) - {"authority"})
    ):
        return None
    if "ons" in parts and kind is None and not AREAS.isdisjoint(set(parts) - {"ons"}):
        return "area_code"
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
    parts = _detail(name)
    if parts[0] == "sex" and set(parts[1:]) <= _AS_TOLD:
        return "sex"
    if "birth" in parts and not _PART_OF_BIRTH.isdisjoint(parts):
        return None
    for start in range(len(parts)):
        if role := ENDINGS.get("_".join(parts[start:])) or ENDINGS.get("".join(parts[start:])):
            return role
    if any(part.startswith("ethnic") for part in parts) and parts[-1] not in ("source", "date", "other"):
        return "group"
    return _phone(parts) or _person(parts) or _sex(parts) or _day(parts) or _category(parts) or _notes(parts)


def _notes(parts: list[str]) -> str | None:
    """Read ``Concern details`` and ``Risk summary``; ``bank details`` and ``contact details`` are no notes."""
    told = parts[-1] in ("detail", "details", "summary") and set(parts[:-1]) <= _WRITTEN_DOWN
    return "free_text" if told else None


def _phone(parts: list[str]) -> str | None:
    """Read ``Tel No (Home)``: a word for a telephone, and after it only which one."""
    place = next((place for place, part in enumerate(parts) if part in PHONES), None)
    after = words("no num number numbers nos home work day daytime evening mobile main contact phone tel telephone 1")
    return "phone" if place is not None and set(parts[place + 1 :]) <= after else None


def _person(parts: list[str]) -> str | None:
    """Read ``Complainant name`` and ``Main Tenant``: the person of the row by the part that the person plays."""
    left = set(parts) - {"name", "names", "full"}
    of_the_row = left & OF_THE_ROW
    if not of_the_row or (len(parts) == 1 and parts[0] not in BY_ITSELF) or left - OF_THE_ROW - QUALIFIERS:
        return None
    return "full_name" if parts[-1] in ("name", "names") or parts[-1] in OF_THE_ROW | {"1"} else None


def _sex(parts: list[str]) -> str | None:
    if parts[-1] not in ("sex", "gender"):
        return None
    before = set(parts[:-1])
    return "sex" if before & (OF_THE_ROW | _AS_TOLD) and before <= OF_THE_ROW | QUALIFIERS | _AS_TOLD else None


def _day(parts: list[str]) -> str | None:
    """Read the day of an event: ``Date received``, ``Call date/time``, ``RatingDate``."""
    joined = {*parts, *(part.removesuffix("date") for part in parts)}
    dated = (
        "date" in parts
        or parts[-1] in ("datetime", "dt")
        or (parts[-1] in ("at", "on", "start", "started", "commenced") and len(parts) == 2 and parts[0] not in _SPANS)
        or (parts[-1].endswith("date") and parts[-1] not in _NO_DATES)
    )
    return "event_date" if dated and not joined & NO_DAY_OF_EVENT else None


def _category(parts: list[str]) -> str | None:
    """Read a kind of event, need or service: ``Crime type``, ``Type of need``."""
    told = words("type category reason kind nature")
    *before, last = parts
    if last in ("name", "description", "text") and told & {*before[-1:], *before[-2:-1]}:
        parts = before[:-1] if before[-1] == "code" else before
    if last == "need" and before and set(before) <= words("primary presenting main support identified"):
        return "category"
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
    parts = parts_of(name)
    if _is_of_another(parts) or _is_of_a_trade(parts):
        return True
    # `no` before a detail says that there is none; after it, that it is a number.
    return parts[0] == "no" or not (ELSEWHERE if people else BESIDE - ORGANISATIONS).isdisjoint(parts)


def _is_of_a_trade(parts: Sequence[str]) -> bool:
    """Say whether a detail is that of somebody named for what they do: ``Builder phone``, ``Fumigator name``."""
    trades = (part for part in parts[:-1] if part not in OF_THE_ROW | ORGANISATIONS | _NO_TRADES)
    return bool(_DETAILS & set(parts)) and any(_TRADE.fullmatch(part) for part in trades)


def people_of(name: str) -> frozenset[str]:
    """Return the words for those whom a row may be about, of which a table has its details of one."""
    return OF_THE_ROW.intersection(parts_of(name)) - {"person", "individual", "adult", "user", "subject"}


def names_a_detail_of_a_site(name: str) -> bool:
    """Say whether a column's name is of where a site lies: ``Site address``, ``Premises postcode``."""
    parts = set(parts_of(name))
    return bool(parts & {"site", "premises"} and parts & {"address", "uprn", "postcode"})


def _is_of_another(parts: Sequence[str]) -> bool:
    """Say whether a number tells that this is the second person's or the second detail: ``sex2``, ``Tenant 2 DOB``."""
    counted = not {"address", "line"} & set(parts)
    return counted and any(
        part in _DIGITS_OF_OTHERS and parts[place - 1] in OF_THE_ROW | PHONES | DIRECT | QUASI
        for place, part in enumerate(parts)
        if place
    )


def is_cryptic(name: str) -> bool:
    """Say whether a name tells nothing: ``Column3``, ``x1``."""
    bare = (part.strip("0123456789") for part in snake(name).split("_"))
    return all(len(part) <= 1 or part in _CRYPTIC for part in bare)


def names_an_organisation(name: str) -> bool:
    """Say whether a column's name is that of a site or an organisation's name: ``Site name``, ``school``."""
    parts = parts_of(name)
    if parts[-1] == "name" and len(parts) > 1:
        sites = ORGANISATIONS | {"location", "supplier", "firms"}
        return not sites.isdisjoint(parts) and parts[0] != "registered" and parts[-2] not in PERSONS - sites
    return len(parts) == 1 and parts[0] in ORGANISATIONS - {"registered", "trading", "home", "venue", "market"}


def names_a_place(name: str) -> bool:
    """Say whether a column's name is of a place, so that fewer addresses show that it holds them."""
    return not words("location premises property place site residence home").isdisjoint(parts_of(name))


def classification_by_name(name: str) -> str | None:
    """Return the classification that the words of a column's name suggest, or ``None`` if they say nothing."""
    parts = parts_of(name)
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
    parts = parts_of(name)
    # Registers run it together with their own name: FHRSID, LAESTAB.
    registers = (
        re.search(r"(^|[^A-Za-z])[A-Z]{3,}(ID|NO|REF)$|^(UKPRN|LAESTAB|URN|MRN|U?CRN)$", name.strip()) is not None
    )
    numbered = parts[-1] in NUMBERED or registers
    return numbered and (parts == ("upn",) or not (DIRECT - {"upn"} | PHONES) & set(parts))


def names_a_kind(name: str) -> bool:
    """Say whether an identifier's name is rather that of a kind, or of a person in a register of the country."""
    return parts_of(name)[-1] in ("code", "upn", "uln")


def rank_of_identifier(name: str) -> int:
    """Order identifiers by what they are of: something that happened, 0, before a person, 1, before a home, 2.

    The identifier of a person or a family stands in each row of what happened to them.
    """
    of = set(parts_of(name)) - NUMBERED
    return 2 if of & _HOLDING else int(bool(of & PERSONS))


def names_a_group_of_origin(name: str) -> bool:
    """Say whether a column's name is of ethnicity, which services compare before any other characteristic."""
    return any(part.startswith("ethnic") for part in parts_of(name))


def names_a_record(name: str) -> bool:
    """Say whether a column's name is that of a reference to a record, not of a code of areas or kinds."""
    parts = parts_of(name)
    return parts[-1] in ("ref", "reference", "identifier", "id", "urn", "uid") and names_an_identifier(name)


def names_a_count(name: str) -> bool:
    """Say whether a column's name is of how many there are: ``OffenceCount``, ``Number of calls``, ``Claimants``."""
    parts = parts_of(name)
    if names_a_measure(name):
        return False
    if role_by_name(name) == "count" or parts[-1] in COUNTED | {"count", "counts"}:
        return True
    counted = parts[0] in _HOW_MANY | COUNTED | {"people", "persons"} and parts[-1] not in NUMBERED
    return parts == ("obs", "value") or (len(parts) > 1 and counted and not {"cost", "value"} & set(parts))


def names_no_count(name: str) -> bool:
    """Say whether a column's name tells that its whole numbers count nothing: years, ages, codes."""
    return not NO_COUNT.isdisjoint(parts_of(name))


def names_a_code(name: str) -> bool:
    """Say whether a column's name is of a code or a label, which is text even where it is digits today."""
    parts = parts_of(name)
    return names_an_identifier(name) or parts[-1] in CODES or not CODES_ANYWHERE.isdisjoint(parts)


def names_a_measure(name: str) -> bool:
    """Say whether a column's name is of a measure that may have decimals: a rent, a rate, an area."""
    return not MEASURED.isdisjoint(parts_of(name))


def names_money(name: str) -> bool:
    """Say whether a column's name is of amounts of money, where its values may be: a cost, a value."""
    return not (MONEY | ALSO_MONEY).isdisjoint(parts_of(name))


def is_well_known_identifier(name: str) -> bool:
    """Say whether a column's name is of an identifier that a public register gives each of its entries once."""
    return _REGISTERS.search(name.strip()) is not None or snake(name) in ("upn", "urn", "fhrsid", "ukprn")


def range_of_coordinate(name: str) -> tuple[float, float] | None:
    """Return the limits of the United Kingdom for a column of coordinates, told by its name, or ``None``."""
    return COORDINATES.get(snake(name).split("_")[-1])
