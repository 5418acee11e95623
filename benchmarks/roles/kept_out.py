"""The half of the list that is for judging alone: whoever changes how roles are guessed leaves it unread.

Each table is a title and its columns: heading, recipe of values (see ``cells``), and the right role. ``a or b`` accepts
either, ``-`` is no role.
"""

TABLES = """
= tenancies
Tenancy Ref | pattern T######/9 | record_id
Property Ref | pattern P00999 | -
Main Tenant | titled | full_name
Main Tenant DOB | born | date_of_birth
Joint Tenant | titled ?60 | -
Property Address | address | address
Post Code | postcode | postcode
UPRN | uprn | uprn
Tenancy Type | pick Secure/Introductory/Flexible | category
Tenancy Start Date | date 1995 2024 | event_date or -
Tenancy End Date | date 2020 2024 dmy ?90 | -
Weekly Rent | money | -
Current Balance | float -900 900 | -
Bedrooms | int 1 5 | -
Rent Group | pattern 9 | -
Void | pick Y/N | -

= houses in multiple occupation
Licence Number | pattern HMO/2023/##### | record_id
Licensed Address | address | address
Ward Name | ward | area_name or locality
Licence Holder Name | whole | full_name or -
Licence Holder Address | address | -
Managing Agent | org company ?40 | -
Max Occupants | int 3 12 | -
Max Households | int 1 6 | -
Number of Storeys | int 1 5 | -
Date Licence Issued | date | event_date or -
Licence Expiry Date | date 2025 2029 | -
Scheme | pick Mandatory/Additional/Selective | category or -
Conditions | words | free_text or -

= care homes
CQC Location ID | pattern 1-######999 | record_id
CQC Provider ID | pattern 1-101999999 | - or linked_record_id
Location Name | org care | organisation_name
Location Street Address | line | street or address
Location City | town | locality
Location Postal Code | postcode | postcode
Location Telephone Number | phone | phone
Location Web Address | url ?30 | -
Care home? | pick Y/N | -
Care homes beds | int 5 90 | -
Location Latest Overall Rating | pick Good/Outstanding/Requires improvement/Inadequate | -
Publication Date | date | event_date or -
Location Local Authority | borough | area_name
Location Region | region | area_name or -
Registered Manager | listed ?20 | -
Nominated Individual | listed | -

= public libraries
Library name | org library | organisation_name
Library service | borough | area_name or source or -
Unique property reference number | uprn | uprn
Address 1 | line | street or address
Address 2 | town ?50 | - or address or locality
Postal code | postcode | postcode
Contact email | mailbox | email or -
Contact phone | phone | phone
Website | url | -
Statutory July 2016 | pick Yes/No | -
Year opened | int 1890 2015 | -
Monday staffed hours | pick 09:00-17:00/10:00-19:00 ?10 | -
Total staffed hours | float 10 60 | -
Notes | words ?70 | free_text

= planning applications
Application Reference | pattern 23/#####/FUL | record_id
Case Officer | whole | -
Proposal | words 20 | free_text or -
Site Address | address | address
Easting | easting | -
Northing | northing | -
Applicant Name | whole | full_name or -
Agent Name | org company ?30 | -
Agent Phone | phone ?50 | -
Application Type | pick Full/Householder/Outline/Advertisement | category
Date Received | date | event_date
Date Validated | date | -
Decision | pick Granted/Refused/Withdrawn | -
Decision Date | date 2023 2024 dmy ?20 | -
Ward | ward | area_name
Parish | pick None/North/South | -
Number of Objections | int 0 40 | -

= fire incidents
IncidentNumber | pattern ######-01012022 | record_id
DateOfCall | date 2022 2022 iso | event_date
CalYear | pick 2022 | -
HourOfCall | int 0 23 | -
TimeOfCall | pick 10:22:01/23:59:10/04:01:44 | -
IncidentGroup | pick Fire/False Alarm/Special Service | category
StopCodeDescription | pick AFA/Primary Fire/Secondary Fire | -
PropertyCategory | pick Dwelling/Non Residential/Outdoor | -
Postcode_full | postcode ?50 | postcode
Postcode_district | pattern SE9 | -
UPRN | uprn ?40 | uprn
USRN | pattern 20499999 | -
IncGeo_BoroughCode | gss E09 | area_code
IncGeo_BoroughName | borough | area_name
IncGeo_WardCode | gss E05 900 | area_code or -
IncGeo_WardName | ward | area_name or -
Easting_rounded | easting | -
Northing_rounded | northing | -
FirstPumpArriving_AttendanceTime | int 60 900 | -
NumStationsWithPumpsAttending | int 1 5 | -
Notional Cost (£) | int 300 4000 | -

= stop and search
Type | pick Person search/Vehicle search/Person and Vehicle search | category
Date | date 2024 2024 time | event_date
Part of a policing operation | pick True/False | -
Latitude | lat | -
Longitude | lon | -
Gender | pick Male/Female | sex
Age range | pick 10-17/18-24/25-34/over 34 | -
Self-defined ethnicity | pick White - English/Black - African/Asian - Indian | group
Officer-defined ethnicity | pick White/Black/Asian | group or -
Legislation | pick Misuse of Drugs Act 1971 (section 23)/Police and Criminal Evidence Act 1984 (section 1) | -
Object of search | pick Controlled drugs/Stolen goods/Offensive weapons | category or -
Outcome | pick Arrest/Caution/No further action | -
LSOA code | gss E0100 4999 | area_code

= emergency admissions
Org Code | pattern RA9 | -
ICB Code | pattern QM9 | -
Month | monthly | period
LAD23CD | each_gss E09 | area_code
LAD23NM | each_borough | area_name
Admissions | int 10 900 | count

= population estimates
ladcode23 | each_gss E09 | area_code
laname23 | each_borough | area_name
country | pick E | -
year | monthly 20{1:02d} | period or -
population | int 1000 90000 | count or -

= census lookup
OA21CD | gss E00 99999 | area_code
LSOA21CD | gss E01 9999 | area_code or -
LSOA21NM | lsoa_name | area_name
MSOA21CD | gss E02 999 | area_code or -
MSOA21NM | pattern Camden 0## | area_name or -
WD22CD | gss E05 999 | area_code or -
WD22NM | ward | area_name or -
LAD22CD | gss E09 | area_code or -
LAD22NM | borough | area_name or -
RGN22NM | pick London | area_name or -

= pupils
UPN | pattern A###999999999 | record_id
Legal Surname | last | family_name
Legal Forename | first | given_name
Middle Name(s) | first ?50 | middle_name
Preferred Surname | last | -
Date of Birth | born dmy 2006 2018 | date_of_birth
Gender | pick M/F | sex
Ethnicity | pick WBRI/BAFR/AIND/MWBC | group
First Language | pick English/Polish/Bengali | -
NC Year | int 1 11 | -
FSM Eligible | pick True/False | -
SEN Status | pick N/K/E | -
Home Postcode | postcode | postcode
House Name/Number | number | house_number
Street | street | street
Town | town | locality
School LAESTAB | pattern 2019999 | -
Date of Admission | date 2015 2023 | event_date or -
Parent Mobile | phone | -
Parent Email | email | -

= council tax accounts
Account Number | pattern 7####### | record_id
Liable Party 1 | titled | full_name or -
Liable Party 2 | titled ?60 | -
Property Address | address | address
Correspondence Address | address ?80 | -
Band | pick A/B/C/D/E | -
Discount | pick None/Single person/Student ?50 | -
Annual Charge | money | -
Arrears | money | -
Liability Start | date 1993 2024 | event_date or -
National Insurance No | nino ?60 | national_insurance_number
Email Address | email ?30 | email
Tel No (Home) | phone ?30 | phone
Tel No (Mobile) | phone ?30 | phone or -

= business rates
Billing Authority Code | pattern 5030 | - or area_code
Account Ref | pattern 3####### | record_id
Ratepayer Name | org company | organisation_name
Trading As | org food ?50 | organisation_name or -
Property Description | pick Shop and premises/Offices and premises/Warehouse | category or -
Property Full Address | address | address
Property Postcode | postcode | postcode
Rateable Value | int 2000 90000 | -
Occupied From | date 2005 2024 | event_date or -
Empty Relief | pick Y/N | -
SCAT Code | pattern 999 | -

= social care clients
Person ID | serial 400000 | record_id
NHS Number | nhs ?5 | nhs_number
Forename(s) | first | given_name
Surname | last | family_name
DOB | born iso 1925 2000 | date_of_birth
Deceased Date | date 2020 2024 dmy ?90 | -
Sex | pick 1/2 | sex
Ethnic Origin | pick White British/Black African/Indian | group
Religion | pick Christian/Muslim/None | - or group
Current Address Line 1 | line | street or address
Current Address Postcode | postcode | postcode
GP Practice | org surgery | -
GP Practice Code | pattern F84999 | -
Next of Kin | whole | -
Next of Kin Phone | phone | -
Primary Support Reason | pick Physical/Memory/Learning | category
Key Worker | whole | -
Case Notes | words | free_text

= charities
Registered Charity Number | serial 200000 | record_id
Charity Name | org charity | organisation_name
Charity Type | pick CIO/Trust/Charitable company | category or -
Date of Registration | date 1970 2023 | event_date or -
Charity Contact Address1 | line | street or address
Charity Contact Postcode | postcode | postcode
Charity Contact Phone | phone | phone
Charity Contact Email | email | email
Charity Contact Web | url ?30 | -
Latest Income | int 0 900000 | -
Latest Expenditure | int 0 900000 | -
Charity Activities | words | free_text or -

= general practices
Organisation Code | pattern Y0#### | record_id
Name | org surgery | organisation_name
National Grouping | pick Y56 | -
High Level Health Geography | pick QMJ/QRV | -
Address Line 1 | line | street or address
Address Line 2 | street | address or -
Address Line 4 | town | locality or -
Postcode | postcode | postcode
Open Date | date 1974 2020 iso | event_date or -
Close Date | date 2020 2024 iso ?95 | -
Status Code | pick A/C | -
Contact Telephone Number | phone | phone
Prescribing Setting | pick 4/1 | -
List Size | int 900 20000 | -

= housing repairs
Job Number | pattern J####### | record_id
Raised Date | date 2023 2024 time | event_date
Completed Date | date 2023 2024 time ?20 | -
Trade | pick Plumbing/Electrical/Carpentry | category or -
Priority | pick Emergency/Urgent/Routine | category or -
Job Description | words | free_text
Contractor | org company | -
Tenant Name | titled | full_name
Tenant Telephone | phone | phone
Tenancy Reference | pattern T99999 | linked_record_id or -
Address of Repair | address | address
SOR Code | pattern 999999 | -
Cost | money | -

= homelessness decisions
Quarter | quarterly | period
Local Authority | each_borough | area_name or area_code
ONS Code | each_gss E09 | area_code
Total households assessed | int 10 400 | count or -
Owed a prevention duty | int 10 200 | -
Owed a relief duty | int 10 200 | -
Not threatened | int 1 20 | -
"""
