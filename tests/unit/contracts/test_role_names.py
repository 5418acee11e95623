"""What a heading tells: families of the ways in which registers, returns and lookups call one and the same thing."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from shared_analysis.contracts import infer
from shared_analysis.contracts.headings import is_beside, role_by_name, role_of_ending
from shared_analysis.contracts.headings.parts import parts_of

FAMILIES = {
    "area_code": "OA21CD LSOA21CD MSOA11CD WD22CD LAD23CD RGN22CD lad24cd ladcode23 lsoa11 Ward_Code LSOA_(code) laua "
    "Ward_Cd lsoa_2011_code ONS_LA_Code LSOA_of_residence",
    "area_name": "WD22NM LSOA21NM LAD23NM RGN22NM laname23 Ward_name London_Borough LSOA_name Electoral_Ward "
    "Ward_Nm LA_Label Borough_of_residence WARD_DESC",
    "phone": "TelephoneNum Tel_No Telephone_No_(Home) Mobile_No. Phone1 Contact_telephone applicant_mobile "
    "TEL_NUM mobilephone Client_Ph",
    "email": "E-mail EmailAddress contact_email Email1 emailaddress1 Email_Addr",
    "date_of_birth": "D.O.B. DOB_(dd/mm/yyyy) Child's_DOB Main_Applicant_Date_of_Birth BirthDate "
    "Birth_Dt DTE_OF_BIRTH Date_of_birth_of_child",
    "full_name": "Complainant_Name Main_Tenant Borrower_name Tenant_1_Name Licensee Cust_Nm Name_of_applicant",
    "family_name": "Legal_Surname Tenant1Surname Main_Applicant_Last_Name HOLDER_SNAME Lst_Nm",
    "nhs_number": "NHSNumber NHS_No. Patient_NHS_Number",
    "national_insurance_number": "National_Insurance_No NI_No applicant_NINO",
    "sex": "Patient_Sex Main_applicant_gender Sex_(M/F) GenderCurrent SU_Gender Sex_of_Main_Applicant Gender_Cd "
    "Sex_registered_at_birth",
    "group": "Ethnicity Self-defined_ethnicity Ethnic_Origin Ethnicity_(5+1) Eth_Grp",
    "event_date": "Date_received Call_Date/Time RatingDate Date_of_incident reported_at Contravention_Date "
    "ISSUE_DT Tenancy_Start RaisedDt",
    "category": "Crime_type BusinessType Type_of_need Complaint_Category IncidentGroup "
    "Case_Cat CASE_TYPE_DESC casetypecodename SENtype Primary_Need",
    "street": "AddressLine1 RegAddress.AddressLine1 Street_Name Add1 ADDR_LN1 address1_line1 Street_Nm",
    "locality": "Town/City RegAddress.PostTown Provider_town CONTACT_TOWN_CITY",
    "postcode": "pcds Postal_code Premises_postcode Pcode postcode_full PropPCode ADDR_PCODE",
    "period": "MonthYear Week_ending Reporting_month Mth Qtr",
    "address": "RES_ADDR Property_Addr address-text",
    "free_text": "Case_Cmnts Risk_summary Concern_details",
    "middle_name": "Second_Forename Other_Forenames",
}


@pytest.mark.parametrize(
    ("heading", "role"), [(name.replace("_", " "), role) for role, names in FAMILIES.items() for name in names.split()]
)
def test_a_heading_tells_its_role(heading: str, role: str) -> None:
    assert (role_by_name(heading) or role_of_ending(heading)) == role


@pytest.mark.parametrize(
    "heading",
    [
        "LSOA21NMW",
        "Expiry Date",
        "Next review date",
        "Date of death",
        "Year of birth",
        "Candidate ID",
        "Last update",
        "Phone type",
        "Postcode sector",
        "Floor area",
        "Vehicle type",
        "Gender (name)",
        "BusinessTypeID",
        "Last outcome category code",
        "Website",
        "Easting",
        "Phone2",
        "Accepting NHS",
        "Polling district",
        "Total floor area",
        "Bank details",
        "Dist",
        "Month start time",
        "TargetDt",
        "CreationDateTime",
        "A&E attendances Type 1",
    ],
)
def test_a_heading_of_something_near_a_role_tells_none(heading: str) -> None:
    assert (role_by_name(heading) or role_of_ending(heading)) is None


def test_a_heading_is_parted_into_words() -> None:
    assert parts_of("CLMT_DOB") == ("claimant", "dob")
    assert parts_of("NHSNumber") == ("nhs", "number")
    assert parts_of("username") == ("username",)
    assert parts_of("Number of calls") == ("number", "of", "calls")
    assert parts_of("Label") == ("label",)


@pytest.mark.parametrize(
    "heading",
    [
        "PTNR_DOB",
        "PerpAddress",
        "Builder Tel",
        "sex2",
        "Tenant 2 DOB",
        "SECONDARY_PHONE",
        "Emerg Contact Ph",
        "SW Name",
        "Rep Tel",
        "Surgery Tel",
        "Der_Pseudo_NHS_Number",
    ],
)
def test_a_heading_says_that_a_detail_is_somebody_elses(heading: str) -> None:
    assert is_beside(heading)


@pytest.mark.parametrize("heading", ["Unnamed: 4", "Order number", "Address 2", "Applicant 1 DOB", "Ethnicity (5+1)"])
def test_a_number_or_a_word_in_er_is_not_always_of_somebody_else(heading: str) -> None:
    assert not is_beside(heading)


def roles_by_name(*headings: str) -> dict[str, str]:
    return infer(pd.DataFrame({heading: [None] * 9 for heading in headings}, dtype=object), "t").roles


def test_the_details_are_those_of_who_is_named_first() -> None:
    roles = roles_by_name("Burial No", "Deceased Surname", "Deed Holder Address", "Deed Holder Tel")
    assert roles == {"record_id": "Burial No", "family_name": "Deceased Surname"}


def test_an_event_is_identified_before_the_person_in_it() -> None:
    assert roles_by_name("PersonID", "ReferralID", "Surname")["record_id"] == "ReferralID"
    assert roles_by_name("FamilyID", "IndividualID", "Surname")["record_id"] == "IndividualID"


def test_a_column_that_another_words_is_one_of_codes() -> None:
    assert roles_by_name("LMK_KEY", "POSTCODE", "LOCAL_AUTHORITY", "LOCAL_AUTHORITY_LABEL") == {
        "record_id": "LMK_KEY",
        "postcode": "POSTCODE",
        "area_code": "LOCAL_AUTHORITY",
        "area_name": "LOCAL_AUTHORITY_LABEL",
    }


def test_ethnicity_is_the_group_before_another_characteristic() -> None:
    assert roles_by_name("Child ID", "Disability", "Ethnicity")["group"] == "Ethnicity"


def test_a_register_with_references_is_none_of_counts() -> None:
    assert "count" not in roles_by_name("HMO Ref", "Ward", "No of Storeys", "Lic Issue Date")


def register(rows: int = 120, **more: list[str]) -> pd.DataFrame:
    draw = random.Random(4)
    table = {
        "FHRSID": [str(100_000 + 7 * n) for n in range(rows)],
        "BusinessName": [f"{draw.choice(['Mill', 'Elm', 'Oak'])} Cafe {n}" for n in range(rows)],
        "AddressLine1": [f"{n} Mill Road" for n in range(rows)],
        "PostCode": [f"E{n % 18 + 1} {n % 9 + 1}AB" for n in range(rows)],
        "RatingDate": [f"2023-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(rows)],
    }
    return pd.DataFrame({**table, **more}, dtype=object)


def test_a_register_of_premises_is_read_whoever_answers_for_each() -> None:
    roles = infer(register(**{"Licence holder": [f"Ann Poe{chr(97 + n % 26)}" for n in range(120)]}), "t").roles
    assert roles == {
        "record_id": "FHRSID",
        "organisation_name": "BusinessName",
        "street": "AddressLine1",
        "postcode": "PostCode",
        "event_date": "RatingDate",
        "full_name": "Licence holder",
    }


@pytest.mark.parametrize("name", ["Operator phone", "LocalAuthorityEmailAddress", "HeadFirstName", "Vet telephone"])
def test_what_is_somebody_elses_tells_no_role(name: str) -> None:
    values = [f"a{n}@example.org" if "Email" in name else f"020 7946 {n * 83:04}" for n in range(120)]
    assert infer(register(**{name: values}), "t").column(name).role is None


def test_beds_in_a_register_are_no_count_of_rows() -> None:
    table = register(Beds=[str(n % 40) for n in range(120)], Ward=["Abbey", "Hale"] * 60).drop(columns="FHRSID")
    assert "count" not in infer(table, "t").roles


@pytest.mark.parametrize(
    "numbers",
    [
        [f"{n:010d}" for n in range(120)],
        [f"{n:06d}-01012021" for n in range(120)],
        [f"0{2_000_000_000 + n}" for n in range(120)],
        [f"07{n:08d}" for n in range(0, 120 * 7919, 7919)],
        [f"01{n:08d}" for n in range(0, 120 * 7919, 7919)],
    ],
    ids=["padded", "with a day", "in a row", "short mobiles", "short landlines"],
)
def test_numbers_of_accounts_are_no_telephones(numbers: list[str]) -> None:
    table = pd.DataFrame({"surname": ["Poe", "Day"] * 60, "col_b": numbers}, dtype=object)
    assert infer(table, "t").column("col_b").role != "phone"
    assert infer(table.rename(columns={"col_b": "Account"}), "t").column("Account").role == "record_id"


def test_dates_of_registration_are_no_births() -> None:
    draw = random.Random(5)
    days = [f"{draw.randint(1985, 2023)}-{draw.randint(1, 12):02}-{draw.randint(2, 28):02}" for _ in range(120)]
    assert (
        infer(pd.DataFrame({"col1": [str(n) for n in range(120)], "col2": days}), "t").roles.get("date_of_birth")
        is None
    )


def test_a_return_with_one_number_of_something_is_one_of_counts() -> None:
    rows = [(f"2023-{month:02}-01", ward, "3", "2.5") for month in range(1, 13) for ward in ("Abbey", "Hale")]
    table = pd.DataFrame(rows, columns=["Month", "Ward", "Claimants", "Rate per 1000"], dtype=object)
    assert infer(table, "t").roles == {"period": "Month", "area_code": "Ward", "count": "Claimants"}


def test_codes_under_a_name_of_areas_are_codes_of_areas() -> None:
    table = register(LOCAL_AUTHORITY=[f"E0900{n % 33 + 1:04}" for n in range(120)])
    assert infer(table, "t").column("LOCAL_AUTHORITY").role == "area_code"


@pytest.mark.parametrize("name", ["Director DOB", "Dog DOB"])
def test_births_of_others_are_not_the_rows(name: str) -> None:
    draw = random.Random(6)
    days = [f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}" for _ in range(120)]
    assert infer(register(**{name: days}), "t").column(name).role is None
