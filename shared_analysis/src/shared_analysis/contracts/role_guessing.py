"""Guessing what a column means from its name and the shape of its values."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.roles import ROLES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SYNONYMS = {
    "record_id": "record_id rec_id unique_id id row_id uid case_id client_id person_id contact_id application_id "
    "referral_id incident_id reference ref case_number record_number",
    "linked_record_id": "person_record_id linked_record_id source_record_id related_id parent_id",
    "source": "source source_table source_system service data_source",
    "given_name": "given_name first_name firstname forename forenames fname christian_name givenname",
    "middle_name": "middle_name middle_names middlename second_name",
    "family_name": "family_name surname last_name lastname lname familyname",
    "full_name": "full_name name fullname person_name client_name",
    "date_of_birth": "date_of_birth dob birth_date birthdate d_o_b birthday born date_born birth",
    "sex": "sex gender sex_code gender_code sex_at_birth stated_gender",
    "nhs_number": "nhs_number nhs nhs_no nhsnumber nhs_num",
    "national_insurance_number": "national_insurance_number ni_number nino nat_ins_no soc_sec_id ssn "
    "social_security_number",
    "phone": "phone telephone phone_number mobile mobile_number telephone_number tel contact_number",
    "email": "email email_address e_mail mail",
    "address": "address full_address last_address home_address current_address address_line_2 address_2 addr2",
    "house_number": "house_number street_number house_no building_number house_name",
    "street": "street street_name road address_1 address_line_1 addr1 address1",
    "locality": "locality suburb town city village post_town",
    "postcode": "postcode post_code zip zip_code zipcode postal_code pcode",
    "uprn": "uprn property_reference",
    "organisation_name": "organisation_name organization_name organisation organization company company_name "
    "provider_name business_name trading_name registered_name legal_name",
    "free_text": "notes note comments comment free_text case_notes description remarks",
    "area_code": "area_code borough_code lad_code la_code lsoa lsoa_code msoa msoa_code ward_code region_code "
    "local_authority_code lad23cd lad24cd gss_code",
    "area_name": "area_name area borough borough_name local_authority la_name region state county district ward lad",
    "event_date": "event_date date contact_date incident_date application_date referral_date first_seen_date ds "
    "admission_date start_date date_of_contact",
    "period": "period month quarter year_month reporting_month",
    "category": "category type reason kind service_type incident_type need",
    "count": "count n total y number people cases contacts applications calls incidents value volume quantity scripts",
    "group": "ethnic_group ethnicity religion disability nationality sexual_orientation protected_characteristic",
}
# Also in one word: in `AddressLine1` nothing shows where the last one begins.
_ROLE_OF = {
    spelling: role
    for role, synonyms in _SYNONYMS.items()
    for synonym in synonyms.split()
    for spelling in (synonym, synonym.replace("_", ""))
}
# What a name may end in, after a word such as pupil or client, and still mean the role.
_ENDINGS = {
    **{
        synonym: role
        for role in ("given_name", "middle_name", "family_name", "date_of_birth", "nhs_number", "phone", "email")
        for synonym in _SYNONYMS[role].split()
    },
    **dict.fromkeys(("ni_number", "nino"), "national_insurance_number"),
    **dict.fromkeys(("postcode", "post_code"), "postcode"),
    "address": "address",
    "uprn": "uprn",
}
_ENDING_SHAPES = {
    "phone": r"[0-9]{5}",
    "email": "@",
    "postcode": "[0-9]",
    "nhs_number": "[0-9]{5}",
    "uprn": r"^[0-9]{1,12}(\.0+)?$",
}
# Somebody or something beside the person of the row, or a word about the detail: not the detail itself.
_BESIDE = _words(
    "parent guardian carer mother father sibling partner spouse kin nok emergency gp doctor practice school college "
    "worker caseworker keyworker staff officer teacher tutor manager supervisor adviser advisor assessor inspector "
    "agent solicitor referrer referring employer landlord hospital provider organisation company site previous "
    "former old alternative alias creator created updated modified assigned allocated by ip mac web url has is had any "
    "no valid consent"
)
# Of these, what a row of no person is itself about.
_ORGANISATIONS = _words(
    "organisation organization company business provider establishment premises site setting school college nursery "
    "practice surgery clinic hospital library centre shop store restaurant hotel branch outlet facility charity club"
)
_PERSONS = _words(
    "first last given family middle maiden full legal known preferred person pupil student child client patient member "
    "customer resident tenant applicant user owner contact employee nurse author"
) | (_BESIDE & _words("parent guardian carer mother father sibling partner spouse doctor worker officer teacher"))
_DIRECT = _words(
    "forename forenames firstname surname surnames lastname initials nickname alias email phone telephone mobile "
    "landline address nhs nino passport uprn upn uln username signature"
)
_ABOUT_IT = _words("type kind status preference sent checked")
_SENSITIVE = _words("ethnic ethnicity religion disability disabled orientation diagnosis medical")
_QUASI = _words("dob birth birthday born age sex gender postcode nationality occupation salary income")
_NUMBERED = _words("no number num ref reference id upn code")
_NO_COUNT = frozenset(("year", "years", "month", "week", "day", "quarter", "age", "id", "no", "ref", "code", "rank"))
_POSTCODE = "[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}"
_SHAPES = (
    ("area_code", r"^[EWSNK][0-9]{8}$"),
    ("email", r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    ("postcode", f"(?i)^{_POSTCODE}$"),
    ("national_insurance_number", r"(?i)^[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d]$"),
    # No number of ten digits begins with 00, 04 or 06: those are zeros in front of a reference.
    ("phone", r"^(\+44 ?(\(0\) ?)?|0044 ?|\(?0)[1235789]([ ()-]*[0-9]){8,9}$"),
)
_STREETS = (
    "road|rd|street|st|avenue|ave|lane|ln|close|gardens|gdns|square|sq|place|terrace|crescent|cres|park|drive|way|grove"
    "|hill|row|mews|walk|gate|green|court|house|mansions"
)
_ADDRESS = (
    rf"(?i)^(.{{0,40}}[ ,/])?[0-9]+[a-z]?([-/][0-9]+[a-z]?)?,? ([^0-9,]+ )?([a-z'.-]+ )({_STREETS})\b.{{0,100}}$"
    rf"|^\S+[ ,].{{3,120}}[ ,]{_POSTCODE}$"
)
_LOCATIONS = _words("location premises property place site residence home")
# A day, a month and a year in digits or, the month, in letters; or the days that a spreadsheet counts.
_DAY = (
    r"(?i)^([0-9]{4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}([^0-9].*)?"
    r"|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]([0-9]{4}|[0-9]{2})([ ,T].*)?"
    r"|[0-9]{8}|[0-9]{5}(\.0+)?|([a-z]+,? )?[0-9]{1,2}(st|nd|rd|th)?( of)?[ /.-]*[a-z]{3,9}[ ,/.-]*([0-9]{4}|[0-9]{2})"
    r"|[a-z]{3,9}[ .-]*[0-9]{1,2}(st|nd|rd|th)?[ ,.-]+([0-9]{4}|[0-9]{2}))$"
)
_CRYPTIC = _words("col column field fld var variable val value attr attribute unnamed item")
_TRADES = (
    r"(?i)\b(ltd|limited|plc|llp|cic|inc|company|services|school|academy|college|nursery|pre-?school|playgroup|trust"
    "|charity|association|society|centre|center|hotel|restaurant|cafe|café|takeaway|pizza|grill|bakery|supermarket"
    "|stores?|shop|pharmacy|chemist|surgery|clinic|hospital|library|council|university|foundation|partnership|hostel)\\b"
)
_MOSTLY = 0.9
_HALF = 0.5
_FEWEST_ROWS = 50
_FEWEST_OWNERS = 0.05
_BIRTH_YEARS = (1890, 2026)
_LEAST_SPREAD = 25


def snake(name: str) -> str:
    """Write a column's name in small letters and underscores: ``DateOfBirth`` and ``Date of birth`` are one name."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def role_by_name(name: str) -> str | None:
    """Return the role that a column's name tells, or ``None``."""
    words = snake(name)
    return _ROLE_OF.get(words) or _ROLE_OF.get(words.replace("_", ""))


def role_by_ending(name: str, text: pa.Array, *, people: bool = True) -> str | None:
    """Return the role that the end of a column's name tells, as of ``pupil_forename``, or ``None``.

    Not where another word says that the detail is somebody else's, or no detail at all: ``gp_postcode``, ``has_phone``.
    In a table of no ``people`` a detail of a site, a school or a company is the row's own.
    """
    words = snake(name).split("_")
    role = _ending(words)
    if role is None or _is_beside(words, people) or _is_shared_out(role, text):
        return None
    shape = _ENDING_SHAPES.get(role)
    present = len(text) > text.null_count
    return None if shape and present and share_matching(text, shape) < _HALF else role


def _is_beside(words: list[str], people: bool) -> bool:
    """Say whether the words of a name are about somebody or something else than the row."""
    return not (_BESIDE if people else _BESIDE - _ORGANISATIONS).isdisjoint(words)


def _is_shared_out(role: str, text: pa.Array) -> bool:
    """Say whether few addresses or numbers serve many rows: those of an office, or of who keeps the records."""
    present = text.drop_null()
    shared = len(pc.unique(present)) < _FEWEST_OWNERS * len(present)
    return role in ("phone", "email") and len(present) >= _FEWEST_ROWS and shared


def names_an_organisation(name: str) -> bool:
    """Say whether a column's name is that of a site or an organisation's name: ``Site name``, ``school``."""
    words = snake(name).split("_")
    return not _ORGANISATIONS.isdisjoint(words) and (words[-1] == "name" or len(words) == 1)


def share_of_trades(text: pa.Array) -> float:
    """Return the share of names that hold a word of organisations, such as ``Ltd`` or ``Nursery``."""
    return share_matching(text, _TRADES)


def _ending(words: list[str]) -> str | None:
    return next((role for start in range(len(words)) if (role := _ENDINGS.get("_".join(words[start:])))), None)


def classification_by_name(name: str) -> str | None:
    """Return the classification that the words of a column's name suggest, or ``None`` if they say nothing."""
    words = snake(name).split("_")
    role = role_by_name(name) or _ending(words)
    # A bare `name` may be anybody's or anything's.
    if role is not None and role != "full_name":
        return ROLES[role].classification
    found = set(words)
    if found & _ABOUT_IT and found & _DIRECT:
        return "quasi"
    if found & _DIRECT or ({"name", "names"} & found and found & _PERSONS):
        return "direct"
    if found & _SENSITIVE:
        return "sensitive"
    return "quasi" if role or found & _QUASI else None


def names_an_identifier(name: str) -> bool:
    """Say whether a column's name ends like that of an identifier: ``Member No``, ``UPN``; not ``phone number``."""
    words = snake(name).split("_")
    return words[-1] in _NUMBERED and (words == ["upn"] or not _DIRECT - {"upn"} & set(words))


def names_no_count(name: str) -> bool:
    """Say whether a column's name tells that its whole numbers count nothing: years, ages, codes."""
    return not _NO_COUNT.isdisjoint(snake(name).split("_"))


def role_of_shape(text: pa.Array) -> str | None:
    """Return the role that nearly all values have the unmistakable shape of, or ``None``."""
    for role, shape in _SHAPES:
        if share_matching(text, shape) >= _MOSTLY:
            return role
    return "nhs_number" if _nhs_share(text) >= _MOSTLY else None


def role_by_values(name: str, text: pa.Array, *, people: bool = True) -> str | None:
    """Return the role that a column's values show, whatever its name is, or ``None``.

    Not where the name says that the detail is somebody else's. Dates are dates of birth only under a name that says
    nothing, such as ``Column3``, and if they are spread over many years. A name such as ``location`` needs fewer
    addresses than another.
    """
    words = snake(name).split("_")
    role = role_of_shape(text)
    if _is_beside(words, people) or (role == "phone" and names_an_identifier(name)):
        return None
    if role:
        return None if _is_shared_out(role, text) else role
    if share_matching(text, _ADDRESS) >= (_MOSTLY if _LOCATIONS.isdisjoint(words) else _HALF):
        return "address"
    cryptic = all(len(word) <= 1 or word in _CRYPTIC for word in (word.strip("0123456789") for word in words))
    return "date_of_birth" if cryptic and _are_births(text) else None


def share_of_days(text: pa.Array) -> float:
    """Return how many of the values with a digit are written like a day, month and year, real or not."""
    with_digits = text.filter(pc.match_substring_regex(text, "[0-9]"))
    return share_matching(with_digits, _DAY)


def _are_births(text: pa.Array) -> bool:
    """Say whether these dates spread over the ages of people; what is founded or registered often is on a first."""
    days = pc.replace_substring_regex(text, r"[ T][0-9:.]+$", "").drop_null()
    if share_matching(days, r"^([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4})$") < _MOSTLY:
        return False
    if share_matching(days, r"^([0-9]{4}[-/.]..[-/.]01|01[-/.]..[-/.][0-9]{4})$") > 1 - _MOSTLY:
        return False
    years = days.to_pandas().str.extract("([0-9]{4})", expand=False).dropna().astype(int)
    first, last = np.quantile(years, [0.05, 0.95])
    return bool(_BIRTH_YEARS[0] <= first and last <= _BIRTH_YEARS[1] and last - first >= _LEAST_SPREAD)


def share_matching(text: pa.Array, pattern: str) -> float:
    """Return the share of the values present that match; 0 when there is none."""
    return float(pc.mean(pc.match_substring_regex(text, pattern)).as_py() or 0.0)


def _nhs_share(text: pa.Array) -> float:
    """Return the share of values whose tenth digit checks the nine before it (NHS Data Dictionary, modulus 11)."""
    present = pc.replace_substring(text.drop_null(), " ", "")
    if not len(present) or share_matching(present, r"^[0-9]{10}$") < _MOSTLY:
        return 0.0
    right = 0
    for number in present.to_pylist():
        if len(number) == 10 and number.isascii() and number.isdigit():
            total = sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True))
            right += total % 11 == 0
    return right / len(present)
