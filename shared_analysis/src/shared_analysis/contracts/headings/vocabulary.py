"""The words of headings: those that are a role by themselves, and those that say whose or what a detail is."""

from __future__ import annotations

import re


def snake(name: str) -> str:
    """Write a column's name in small letters and underscores: ``DateOfBirth`` and ``Date of birth`` are one name."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


SYNONYMS = {
    "record_id": "record_id rec_id unique_id id row_id uid case_id client_id person_id contact_id application_id "
    "referral_id incident_id individual_id pupil_id patient_id member_id customer_id reference ref case_number "
    "record_number",
    "linked_record_id": "person_record_id linked_record_id source_record_id related_id parent_id",
    "source": "source source_table source_system service data_source",
    "given_name": "christian_names given_name given_names first_name first_names firstname forename forenames "
    "christian_name givenname",
    "middle_name": "middle_name middle_names middle_name_s middlename second_name second_forename other_forenames "
    "other_forename forename_2",
    "family_name": "family_name surname last_name lastname familyname",
    "full_name": "full_name name fullname person_name client_name",
    "date_of_birth": "date_of_birth dob birth_date birthdate d_o_b birthday born date_born birth",
    "sex": "sex gender sex_code gender_code sex_at_birth stated_gender",
    "nhs_number": "nhs_number nhs nhs_no",
    "national_insurance_number": "national_insurance_number national_insurance_no national_insurance ni_number nino "
    "nat_ins_no soc_sec_id ssn social_security_number",
    "phone": "phone telephone phone_number mobile mobile_number telephone_number tel contact_number contact_tel",
    "email": "email email_address e_mail mail",
    "address": "address full_address last_address home_address current_address address_line_2 address_2",
    "house_number": "house_number street_number building_number house_name house_name_number house_number_name "
    "house_no_name house_name_no paon building_name house_name_or_number house_number_or_name",
    "street": "street street_name street_descriptor road road_name address_1 address_line_1 address1",
    "locality": "locality suburb town town_name city city_name village post_town",
    "postcode": "postcode post_code zip zip_code zipcode postal_code pcds pcd2 pcd7 pcd8",
    "uprn": "uprn uprn_number property_reference unique_property_reference_number",
    "organisation_name": "organisation_name organization_name organisation organization company company_name "
    "business_name trading_name registered_name legal_name trading_as",
    "free_text": "notes note comments comment free_text case_notes description remarks narrative details detail "
    "commentary memo additional_info additional_information further_information notes_text",
    "area_code": "area_code borough_code lad_code la_code lsoa lsoa_code msoa msoa_code ward_code region_code "
    "local_authority_code lad23cd lad24cd gss_code ons_code",
    "area_name": "area_name area borough borough_name local_authority la_name region state county district ward lad",
    "event_date": "event_date date contact_date incident_date application_date referral_date first_seen_date ds "
    "admission_date start_date date_of_contact",
    "period": "period month quarter year_month month_year reporting_month reporting_period week_ending "
    "week_commencing week_beginning month_ending month_start month_end month_beginning calendar_month week_start wc "
    "w_c quarter_ending financial_quarter",
    "category": "category type reason kind service_type incident_type incident_group offence offence_group "
    "crime_group need",
    "count": "count n total y number people cases contacts applications calls incidents value volume quantity scripts",
    "group": "ethnic_group ethnicity religion disability nationality sexual_orientation protected_characteristic",
}
# Also in one word: in `AddressLine1` nothing shows where the last one begins.
ROLE_OF = {
    spelling: role
    for role, synonyms in SYNONYMS.items()
    for synonym in synonyms.split()
    for spelling in (synonym, synonym.replace("_", ""))
}
_ALSO_AT_THE_END = ("given_name", "middle_name", "family_name", "nhs_number", "phone", "email", "uprn")
# What a name may end in, after a word such as pupil or client, and still mean the role.
ENDINGS = {
    spelling: role
    for role, endings in {
        **{role: SYNONYMS[role] for role in _ALSO_AT_THE_END},
        "date_of_birth": "date_of_birth dob birth_date birthdate d_o_b birthday date_born birth",
        "national_insurance_number": "national_insurance_number national_insurance_no ni_number ni_no nino",
        "postcode": "postcode post_code postal_code",
        "address": "address address_line_2 address_2 address2",
        "street": "street street_name address_line_1 address_1 address1",
        "locality": "town city post_town village town_city town_or_city address_locality",
        "free_text": "notes note comments comment remarks narrative",
        "group": "ethnicity ethnic_group ethnic_origin ethnic_category ethnic_background ethnic_code",
    }.items()
    for ending in endings.split()
    for spelling in (ending, ending.replace("_", ""))
    if spelling not in ("property_reference", "propertyreference", "nhs")
}
# Somebody or something beside the person of the row, or a word about the detail: not the detail itself.
BESIDE = words(
    "parent guardian carer mother father sibling partner spouse kin nok emergency gp doctor practice school college "
    "worker caseworker keyworker staff officer teacher tutor manager supervisor adviser advisor assessor inspector "
    "agent solicitor referrer referring employer landlord hospital provider organisation company site previous "
    "former old alternative alias creator created updated modified assigned allocated by ip mac web website url has "
    "is had any valid consent head headteacher principal operator contractor supplier witness guarantor executor "
    "surveyor architect nominated designated representative advocate correspondence forwarding billing mailing "
    "authority council interpreter registrar coroner seller buyer vendor sender donor dps conveyed preferred vet "
    "dog pet animal cat horse director secretary chair chairman trustee shareholder informant reporter keyholder "
    "sponsor insurer bank lender surgeon consultant midwife dentist pharmacist police pcso constable probation "
    "neighbour suspect sitter nanny crew instructor coach leader planner installer developer freeholder delivery "
    "collection destination perpetrator alleged appointee attorney deputy relative nearest dependant dependent "
    "assistant clinician nurse therapist bailiff issuing funding funder lawyer accountant approver investigator "
    "engineer trainer mentor second secondary temporary status indicator hashed pseudo pseudonymised encrypted "
    "relationship"
)
# Of these, what a row of no person is itself about.
ORGANISATIONS = words(
    "organisation organization company business provider establishment premises site setting school college nursery "
    "practice surgery clinic hospital library centre shop store restaurant hotel branch outlet facility charity club "
    "pub venue gym salon market registered trading academy pharmacy dentist home ratepayer"
)
ELSEWHERE = BESIDE | (ORGANISATIONS - words("home premises registered trading business establishment market ratepayer"))
"""Whose details are not the row's, where the row is about a person."""
_FIRST_OR_LAST = words("first last given family middle maiden full legal known preferred")
OF_THE_ROW = words(
    "pupil student child client patient member customer resident tenant applicant user owner employee complainant "
    "claimant borrower licensee holder householder occupier occupant leaseholder learner participant volunteer "
    "candidate respondent keeper person subject registrant caller visitor victim deceased baby proprietor payer adult "
    "casualty offender defendant debtor trader elector voter attendee enquirer individual liable"
)
"""Words for the person whom a row is about."""
BY_ITSELF = OF_THE_ROW - words("child baby person subject user visitor caller adult individual casualty liable patient")
"""Of these, those that alone at the head of a column stand for a name: ``Tenant``, ``Licensee``."""
PERSONS = (
    _FIRST_OR_LAST
    | OF_THE_ROW
    | words("contact nurse author kin nominee individual")
    | (
        BESIDE
        & words(
            "parent guardian carer mother father sibling partner spouse doctor worker officer teacher manager agent "
            "guarantor head headteacher witness solicitor"
        )
    )
)
QUALIFIERS = words(
    "main joint lead first second primary licence license plot tenancy account registered party 1 "
    "service missing badge permit card pass at risk of the"
)
"""Words that may stand beside a word for the person of the row and say no more than which of them."""
DIRECT = words(
    "forename forenames firstname surname surnames lastname initials nickname alias email phone telephone mobile "
    "landline address nhs nino passport uprn upn uln username signature"
)
ABOUT_IT = words("type kind status preference sent checked")
SENSITIVE = words("ethnic ethnicity religion disability disabled orientation diagnosis medical")
QUASI = words("dob birth birthday born age sex gender postcode nationality occupation salary income")
NUMBERED = words("no number num ref refno reference id upn urn code account key index identifier uid uuid guid")
PHONES = words("phone telephone tel mobile landline telno phoneno mob")
NO_COUNT = words("year years month week day quarter age id no ref code rank easting northing latitude longitude hour")
COUNTED = words(
    "admissions attendances claimants visits loans offences crimes referrals population households residents "
    "appointments enquiries complaints births deaths journeys arrivals discharges vacancies episodes patients pupils "
    "clients records rows frequency requests bookings callouts collisions casualties dwellings children adults"
)
"""What tables of counts count."""
AREAS = words(
    "area borough ward lsoa msoa oa lad la wd rgn region district county ctry country parish constituency locality "
    "neighbourhood gss ons utla ltla laua cty icb ccg bua pcon authority geography lad state district"
)
"""Kinds of areas, as the offices of statistics and councils call them."""
NEVER_THE_EVENT = words(
    "birth born dob expiry expires expire expired expiration due review reviewed next death died deceased modified "
    "updated update created extract extracted publication published renewal until valid validated release printed "
    "snapshot loaded exported census target deadline mod upd creation "
    "modification amended amendment refresh upload uploaded"
)
"""Words of dates that are never the day on which what the row is about happened or began."""
NO_DAY_OF_EVENT = NEVER_THE_EVENT | words(
    "end ends ended ending close closed closing closure last latest previous decision decided to left leaving "
    "completed completion complete finish finished termination terminated dissolution dissolved paid payment sent "
    "return resolved cancelled ceased vacated returned discharge discharged appeal"
)
"""Words of dates that are not that day where there is another."""
NO_CATEGORY = words(
    "phone telephone tel email address contact id identifier document payment account card property vehicle data file "
    "record name names postcode tenure transaction outcome status last number field key file dwelling building "
    "household accommodation leaving rejection refusal closure end exit mime blood user visa "
    "tenancy house discharge cancellation delay"
)
"""Words whose type or reason is no kind of event, need or service."""
CODES = words(
    "code rating score band grade key status type stage level class category group plot flat unit floor room house "
    "zone patch route trust sort list site lot bay bed wing fax phone telephone tel mobile contact id no number ref "
    "reference version model"
)
"""Words of columns that hold codes or labels, which may be digits today and letters in the next delivery."""
MONEY = words(
    "rent cost costs price amount balance fee fees charge charges payment income spend expenditure arrears salary "
    "budget"
)
"""Words of amounts of money."""
ALSO_MONEY = words(
    "money value spending revenue funding grant grants turnover amounts payments budgets savings gbp pounds"
)
"""Of these, those that may be of other numbers too, and are of money where the numbers are written like it."""
MEASURED = MONEY | words(
    "rate rates average mean median score percent percentage pct perc proportion ratio "
    "avg share area size height weight distance duration hours"
)
"""Words of measures that have decimals, whether or not this delivery has any."""
CODES_ANYWHERE = words(
    "rating code grade band score key stage status level outcome result effectiveness quality priority risk fax"
)
"""Of these, and some more, those that say so wherever they stand: ``RatingValue``, ``Outcome code``."""
COORDINATES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("latitude", "lat"), (49, 61.5)),
    **dict.fromkeys(("longitude", "lon", "long", "lng"), (-9, 2.5)),
    **dict.fromkeys(("easting", "eastings"), (0, 700_000)),
    **dict.fromkeys(("northing", "northings"), (0, 1_300_000)),
}
"""Where the United Kingdom lies, in degrees and on the National Grid, by the last word of a column's name."""
