"""The half of the list to develop with; written like ``kept_out``."""

TABLES = """
= food hygiene
FHRSID | serial 100000 | record_id
LocalAuthorityBusinessID | pattern PI/000###### | -
BusinessName | org food | organisation_name
BusinessType | pick Takeaway/Restaurant/Retailers - other | category
BusinessTypeID | pick 7844/1/4613 | -
AddressLine1 | line | street or address
AddressLine2 | town ?30 | address or locality or -
AddressLine3 | pick London ?60 | locality or -
PostCode | postcode | postcode
RatingValue | pick 5/4/3/Exempt | -
RatingKey | pick fhrs_5_en-gb/fhrs_4_en-gb | -
RatingDate | date 2019 2024 iso | event_date
LocalAuthorityCode | pick 501 | - or area_code
LocalAuthorityName | pick Barnet | area_name or -
LocalAuthorityEmailAddress | mailbox | -
LocalAuthorityWebSite | url | -
NewRatingPending | pick False/True | -
Hygiene | pick 0/5/10 | -
Geocode_Longitude | lon | -
Geocode_Latitude | lat | -

= schools
URN | serial 100000 | record_id
LA (code) | pick 201/202/203 | - or area_code
LA (name) | borough | area_name
EstablishmentNumber | pattern 3999 | -
EstablishmentName | org school | organisation_name
TypeOfEstablishment (name) | pick Community school/Academy converter | category or -
EstablishmentStatus (name) | pick Open/Closed | -
PhaseOfEducation (name) | pick Primary/Secondary | category or -
OpenDate | date 1990 2020 dmy ?50 | event_date or -
CloseDate | date 2015 2023 dmy ?80 | -
Gender (name) | pick Mixed/Boys/Girls | -
ReligiousCharacter (name) | pick None/Church of England | - or group
NumberOfPupils | int 60 1500 | -
PercentageFSM | float 0 60 | -
UKPRN | pattern 1009#### | -
Street | line | street
Locality | ward ?60 | locality
Town | town | locality or -
Postcode | postcode | postcode
TelephoneNum | phone | phone
SchoolWebsite | url | -
HeadTitle (name) | pick Mr/Ms/Mrs | -
HeadFirstName | first | -
HeadLastName | last | -
Easting | easting | -
UPRN | uprn | uprn
LSOA (code) | gss E0100 4000 | area_code or -
MSOA (name) | lsoa_name | area_name or -

= companies
CompanyName | org company | organisation_name
CompanyNumber | pattern 0######9 | record_id
RegAddress.CareOf | whole ?80 | -
RegAddress.AddressLine1 | line | street or address
RegAddress.AddressLine2 | ward ?50 | address or -
RegAddress.PostTown | town | locality
RegAddress.PostCode | postcode | postcode
CompanyCategory | pick Private Limited Company/PRI/LLP | category or -
CompanyStatus | pick Active/Liquidation | -
CountryOfOrigin | pick United Kingdom | -
IncorporationDate | date 1990 2023 | event_date or -
DissolutionDate | date 2022 2024 dmy ?95 | -
SICCode.SicText_1 | pick 56101 - Licensed restaurants/62020 - IT consultancy | -
Mortgages.NumMortCharges | int 0 9 | -
URI | url | -

= taxi licences
Badge Number | serial 4000 | record_id
Licensee | listed | full_name or -
Plate No | pattern 9999 ?10 | -
Vehicle Reg | pattern AA19 AAA | -
Make | pick Toyota/Ford/Skoda | -
Licence Type | pick Driver/Vehicle/Operator | category
Date Granted | date | event_date or -
Date Expires | date 2025 2027 | -
Operator Name | org company | -
Operator Phone | phone | -

= premises licences
LicenceRef | pattern PREM/2019/##### | record_id
Premises Name | org pub | organisation_name
Premises Address | address | address
Premises Telephone | phone ?40 | phone
Premises UPRN | uprn | uprn
Designated Premises Supervisor | whole | -
DPS Licence No | pattern PERS999 | -
Licence Holder | org company | full_name or -
Activities | words | free_text or -
Issue Date | date | event_date
Opening Hours | pick Mon-Sun 10:00-23:00/Fri 10:00-02:00 | -
Late Night | pick Yes/No | -
Rateable Value | int 2000 90000 | -
Fee Paid | money | -

= crimes
Crime ID | pattern a9f######9c | record_id
Month | monthly {}-{:02d} | event_date or period
Reported by | pick Metropolitan Police Service | source or -
Falls within | pick Metropolitan Police Service | -
Longitude | lon | -
Latitude | lat | -
Location | pick On or near High Street/On or near Mill Road | - or address
LSOA code | gss E0100 4999 | area_code
LSOA name | lsoa_name | area_name
Crime type | pick Burglary/Drugs/Robbery | category
Last outcome category | pick Under investigation/Unable to prosecute suspect | -
Context | words ?95 | - or free_text

= crime counts
MajorText | pick BURGLARY | -
BoroughName | each_borough | area_name or area_code
MonthYear | monthly | period
OffenceCount | int 0 90 | count

= output areas
OA21CD | gss E00 99999 | area_code
LSOA21CD | gss E01 9999 | area_code or -
LSOA21NM | lsoa_name | area_name
LSOA21NMW | lsoa_name ?95 | -
MSOA21CD | gss E02 999 | area_code or -
LAD23CD | gss E09 | area_code or -
LAD23NM | borough | area_name or -
CTRY21NM | pick England | area_name or -
ObjectId | serial 1 | record_id or -
GlobalID | pattern 9AA9-#### | -

= wards
WD22CD | gss E05 999 | area_code
WD22NM | ward | area_name
WD22NMW | ward ?95 | -
LAD22CD | gss E09 | area_code or -
LAD22NM | borough | area_name or -
BNG_E | easting | -
BNG_N | northing | -
LAT | lat | -
LONG | lon | -
Shape__Area | float 1000 90000 | -

= postcodes
pcds | postcode | postcode
oseast1m | easting | -
osnrth1m | northing | -
oa21 | gss E00 9999 | area_code or -
lsoa21 | gss E01 9999 | area_code or -
msoa21 | gss E02 999 | area_code or -
laua | gss E09 | area_code or -
imd | int 1 32844 | -
doterm | pick 202001 ?90 | -

= employees
Employee No | serial 30000 | record_id
Title | pick Mr/Ms/Dr | -
First Name | first | given_name
Last Name | last | family_name
Known As | first ?60 | -
D.O.B. | born | date_of_birth
NI Number | nino | national_insurance_number
Work Email | email | email
Job Title | pick Social Worker/Analyst/Driver | -
Department | pick Housing/Finance | -
Line Manager | whole | -
Start Date | date 2000 2023 | event_date or -
Salary | int 21000 60000 | -
FTE | float 0.2 1 | -
Ethnic Group | pick White/Black/Asian | group

= library members
Borrower ID | pattern 21######9999 | record_id
Borrower Name | listed | full_name
Birth Date | born iso 1935 2016 | date_of_birth
Mobile Number | phone ?20 | phone
Email | email ?20 | email
Address Line 1 | line | street or address
Address Line 2 | town | address or locality or -
PostCode | postcode | postcode
Home Branch | org library | -
Membership Type | pick Adult/Junior/Concession | category
Joined | date 2010 2024 | event_date or -
Last Visit | date 2024 2024 | -
Fines Owing | money | -
Items On Loan | int 0 12 | -
Guarantor Name | whole ?70 | -
Guarantor Phone | phone ?70 | -

= noise complaints
Service Request No | pattern SR######## | record_id
Date Reported | date 2023 2024 | event_date
Time Reported | pick 23:10/01:45 | -
Complaint Category | pick Loud music/Dog barking/Building site | category
Complainant Name | whole | full_name
Complainant Tel | phone | phone
Complainant Address | address | address
Source Address | address | -
Officer | whole | -
Details | words | free_text or -
Status | pick Open/Closed | -
Days Open | int 0 90 | -
Repeat | pick Yes/No | -

= rent accounts
Rent Account | pattern 000####### | record_id
Payment Ref | pattern 9826999999999999999 | -
Tenant Forename | first | given_name
Tenant Surname | last | family_name
Tenant DOB | born dmy 1940 2003 | date_of_birth
Address | address | address
Balance | float -500 900 | -
Rent | money | -
Last Payment Date | date 2024 2024 | event_date or -
Housing Benefit | pick Full/Part/None | -
Patch | pick N1/N2/S1 | -
Arrears Stage | pick 0/1/2 | -

= job seekers
Month | monthly | period
Ward Code | each_gss E05 | area_code
Ward | each_ward | area_name
Claimants | int 4 300 | count

= allotments
Plot | pattern A## | record_id or -
Plot Holder | titled | full_name or -
Site Name | pick Mill Lane/Oak Hill/The Rise | -
Plot Size (m2) | int 50 250 | -
Annual Rent | money | -
Holder Telephone | phone | phone or -
Holder Postcode | postcode | postcode or -
Waiting Since | date 2014 2024 | event_date or -
Comments | words ?60 | free_text

= ambulance calls
CAD Number | pattern 230####### | record_id
Call Date/Time | date 2024 2024 time | event_date
Call Category | pick C1/C2/C3 | category
Chief Complaint | pick Falls/Breathing/Chest pain | category or -
Patient NHS Number | nhs ?30 | nhs_number
Patient Age | int 1 99 | -
Patient Sex | pick Male/Female | sex
Incident Postcode | postcode | postcode
Callback Number | phone | phone or -
Crew ID | pattern E99 | -
Conveyed To | pick St Mary's/Royal Free | -
Outcome Code | pick 1/2/3 | -
Response Time (s) | int 60 4000 | -

= housing register
Application Number | pattern HR###### | record_id
Main Applicant First Name | first | given_name
Main Applicant Last Name | last | family_name
Main Applicant Date of Birth | born | date_of_birth
Main Applicant NINO | nino | national_insurance_number
Main Applicant Gender | pick Female/Male | sex
Contact Telephone | phone | phone
Contact Email | email | email
Current Address | address | address
Current Postcode | postcode | postcode
Date Registered | date 2012 2024 | event_date
Band | pick A/B/C | -
Bedroom Need | int 1 5 | -
Household Size | int 1 8 | -
Medical Priority | pick Yes/No | -
Partner Name | whole ?50 | -
Partner DOB | born dmy 1940 2003 ?50 | -

= childcare providers
Provider URN | pattern EY###### | record_id
Provider name | org nursery | organisation_name
Registered person | whole | full_name or -
Provision type | pick Childminder/Day care | category
Provider address | line | address or street
Provider town | town | locality
Provider postcode | postcode | postcode
Provider telephone | phone | phone
Local authority | borough | area_name
Registration date | date 2002 2023 | event_date or -
Registration status | pick Active/Proposed to resign | -
Places | int 3 90 | - or count
Most recent full: Inspection date | date 2019 2024 | -
Most recent full: Inspection number | pattern 1014#### | -
Overall effectiveness | pick 1/2/3 | -

= parking notices
PCN Number | pattern BR######## | record_id
Contravention Date | date 2024 2024 | event_date
Contravention Time | pick 09:14/18:30 | -
Contravention Code | pick 01/12/30 | -
Contravention | pick Parked in a bay/Parked on a line | category or -
VRM | pattern AA29 AAA | -
Street Name | street | street
Keeper Name | whole ?50 | full_name or -
Keeper Address | address ?50 | address or -
CEO Badge | pattern BR999 | -
Amount Due | money | -
Date Paid | date 2024 2024 dmy ?40 | -

= dog licences
Ref No | pattern DL/##### | record_id
Keeper Forename | first | given_name
Keeper Surname | last | family_name
Keeper Address | address | address
Keeper Postcode | postcode | postcode
Dog Name | first | -
Breed | pick Lab/Pug | -
Dog DOB | date 2015 2023 | -
Chip No | pattern 9851###### | -
Vet Phone | phone | -
Date of Issue | date | event_date

= vacancies
Vacancy ID | serial 400 | record_id
Employer Name | org company | organisation_name or -
Job Title | pick Nurse/Driver | -
Location | town | locality or -
Salary | int 20000 50000 | -
Posted Date | date | event_date
Closing Date | date | -
Contact Email | email | email or -
Vacancy Type | pick Full time/Part time | category
Description | words | free_text

= blue badge
Badge No | pattern B##### | record_id
Holder Name | titled | full_name
Holder DOB | born | date_of_birth
Holder NI Number | nino | national_insurance_number
Gender | pick F/M | sex
Addr Line 1 | line | street or address
Addr Line 2 | town | address or locality or -
Post Code | postcode | postcode
Tel | phone | phone
Alt Tel | phone ?50 | -
Eligibility Category | pick Automatic/Discretionary | category
Issue Date | date | event_date
Expiry Date | date 2026 2028 | -
Assessor | whole | -
Assessor Notes | words | - or free_text

= hospital episodes
EPIKEY | serial 1000000 | record_id or -
NHSNO | nhs | nhs_number
DOB | born iso | date_of_birth
SEX | pick 1/2 | sex
ETHNOS | pick A/B/C | group or -
LSOA11 | gss E0100 4000 | area_code
ADMIDATE | date 2023 2024 iso | event_date
DISDATE | date 2023 2024 iso | -
ADMIMETH | pick 11/21 | -
DIAG_01 | pattern A99 | -
PROCODE | pattern RA9 | -
GPPRAC | pattern F99999 | -

= electoral roll
Elector Number | pattern AB-### | record_id
Elector Surname | last | family_name
Elector Forename | first | given_name
Elector DOB | born dmy 2006 2008 ?97 | date_of_birth or -
Address1 | line | street or address
Address2 | town | address or locality or -
Address3 | pick London | -
PostCode | postcode | postcode
Polling District | pattern A9 | -
Franchise Marker | pick G/K ?90 | -

= business register
company_number | pattern 0######9 | record_id
company_name | org company | organisation_name
reg_address_line1 | line | street or address
reg_address_town | town | locality
reg_address_postcode | postcode | postcode
sic_code | pattern 99999 | -
incorporation_date | date 1990 2023 iso | event_date or -
employees | int 1 400 | - or count
turnover | int 1000 900000 | -
director_name | listed | -
director_dob | born | -

= tree inspections
Tree ID | pattern T##### | record_id
Species | pick Oak/Ash | -
Road | street | street
Ward | ward | area_name
Inspection Date | date | event_date
Inspector | whole | -
Height (m) | int 2 30 | -
Risk Score | int 1 9 | -
Easting | easting | -
Northing | northing | -
Comments | words | free_text

= school attendance
time_period | monthly 2023{1:02d} | -
geographic_level | pick Local authority | -
new_la_code | each_gss E09 | area_code
la_name | each_borough | area_name
enrolments | int 900 9000 | count or -
sess_overall_percent | float 2 9 | -

= rough sleeping
Month | monthly | period
Borough | each_borough | area_name or area_code
People seen rough sleeping | int 10 300 | count

= missing persons
Misper Ref | pattern MP##### | record_id
Person Name | whole | full_name
Person DOB | born | date_of_birth
Person Gender | pick Male/Female | sex
Home Address | address | address
Reported Date | date | event_date
Reported By | whole | -
Informant Phone | phone | -
Risk Level | pick High/Medium | -
Found Date | date | -
Borough Code | gss E09 | area_code

= registrar births
Entry No | serial 10 | record_id
Child Forename | first | given_name
Child Surname | last | family_name
Date of Birth | date 2024 2024 | date_of_birth
Sex | pick M/F | sex
Mother Name | whole | -
Mother DOB | born dmy 1980 2004 | -
Mother NHS Number | nhs | -
Mother Address | address | -
Father Name | whole | -
Place of Birth | pick Whittington/Royal Free | -
Registration Date | date 2024 2024 | event_date

= dentists
GDC Number | serial 60000 | record_id
Practice Name | org surgery | organisation_name
Practice Address | address | address
Practice Phone Number | phone | phone
Accepting NHS | pick Yes/No | -
Practice Postcode | postcode | postcode
LA name | borough | area_name

= road collisions
collision_index | pattern 2023####99 | record_id
accident_year | pick 2023 | -
date | date 2023 2023 | event_date
time | pick 10:00/23:10 | -
longitude | lon | -
latitude | lat | -
collision_severity | pick 1/2/3 | -
number_of_vehicles | int 1 4 | -
number_of_casualties | int 1 4 | -
local_authority_ons_district | gss E09 | area_code
lsoa_of_accident_location | gss E0100 3000 | area_code or -
road_type | pick 1/3/6 | - or category
speed_limit | pick 20/30 | -

= energy certificates
LMK_KEY | pattern 99999######## | record_id
ADDRESS1 | line | street or address
POSTCODE | postcode | postcode
CURRENT_ENERGY_RATING | pick C/D/E | -
PROPERTY_TYPE | pick Flat/House | -
LODGEMENT_DATE | date 2019 2024 iso | event_date
INSPECTION_DATE | date 2019 2024 iso | event_date or -
LOCAL_AUTHORITY | gss E09 | area_code
TOTAL_FLOOR_AREA | float 30 150 | -
UPRN | uprn | uprn
TENURE | pick owner-occupied/rental | -

= price paid
Transaction unique identifier | pattern {9A######-9A9A} | record_id
Price | int 100000 900000 | -
Date of Transfer | date 2023 2023 time | event_date
Postcode | postcode | postcode
Property Type | pick D/S/T/F | -
Old/New | pick Y/N | -
PAON | number | house_number or -
SAON | pick FLAT 1/FLAT 2 ?80 | -
Street | street | street
Locality | pick A ?95 | locality
Town/City | town | locality or -
District | borough | area_name
County | pick GREATER LONDON | - or area_name

= troubled families
PersonURN | serial 100 | record_id
FamilyURN | serial 7 | linked_record_id or -
Forename | first | given_name
Surname | last | family_name
DateOfBirth | born | date_of_birth
Gender | pick M/F | sex
EthnicOrigin | pick A/B | group
Postcode | postcode | postcode
WardName | ward | area_name
SchoolName | org school | -
KeyworkerName | whole | -
KeyworkerEmail | email | -
StartDate | date | event_date or -
EndDate | date ?80 | -
Outcome | pick Y/N | -

= adult referrals
Referral ID | pattern R###### | record_id
Person ID | serial 40 | linked_record_id or -
Referral Date | date | event_date
Source of Referral | pick GP/Self/Hospital | - or source or category
Referral Reason | pick Falls/Memory | category
Team | pick North/South | -
Outcome Date | date ?20 | -
Borough Code | gss E09 | area_code

= contacts with advice
Contact ID | pattern C###### | record_id
Client Ref | pattern K99 | linked_record_id or -
Contact Date | date | event_date
Channel | pick Phone/Email/Web | -
Contact Type | pick New/Repeat | - or category
Issue Category | pick Debt/Housing | category
Adviser Name | whole | -
Case Note | words | free_text
Client Postcode | postcode | postcode
Duration (mins) | int 5 60 | -

= waste collections
PropertyUPRN | uprn | uprn
FullAddress | address | address
Postcode | postcode | postcode
RefuseDay | pick Monday/Tuesday | -
RecyclingDay | pick Monday/Tuesday | -
RoundName | pick R1/R2 | -
AssistedCollection | pick Y/N | -

= public toilets
Ref | serial 3 | record_id
Toilet Name | street | - or organisation_name
Address | line | address or street
Post Code | postcode | postcode
Telephone | phone ?99 | - or phone
GeoX | easting | -
GeoY | northing | -
Opening Hours | pick 9-5/24h | -
Accessible | pick Yes/No | -

= crime summary
LSOA Code | each_gss E0100 | area_code
LSOA Name | each_ward | area_name
Borough | pick Barnet | area_name or -
Major Category | pick Burglary | category
Minor Category | pick Burglary Residential | -
202301 | int 0 9 | -
202302 | int 0 9 | -

= GP registrations
PUBLICATION | pick GP_PRAC | -
EXTRACT_DATE | pick 01APR2024 | -
PRACTICE_CODE | pattern Y#### | record_id or -
PRACTICE_POSTCODE | postcode | postcode
ICB_CODE | pick QMJ | - or area_code
SEX | pick MALE/FEMALE | sex or -
AGE | int 0 95 | -
NUMBER_OF_PATIENTS | int 100 9000 | count or -

= nhs dentistry claims
Claim Number | pattern CL###### | record_id
Patient Forename | first | given_name
Patient Surname | last | family_name
Patient DOB | born iso | date_of_birth
Patient Post Code | postcode | postcode
Performer Number | pattern 99999 | -
Date of Acceptance | date | event_date
Date of Completion | date | -
Treatment Band | pick 1/2/3 | -
Charge | money | -

= council staff directory
Staff No | serial 9000 | record_id
Forename | first | given_name
Surname | last | family_name
Job | pick Clerk/Planner | -
Team | pick A/B | -
Work Phone | phone | phone or -
Mobile | phone | phone
Email Address | email | email
Manager | whole | -
Building | pick Town Hall/Annex | -
Floor | int 1 6 | -

= street works
Permit Reference | pattern TH#######-01 | record_id
USRN | pattern 205999 | -
Street Name | street | street
Area Name | ward | area_name
Promoter Organisation | org company | organisation_name or -
Works Description | words | - or free_text
Proposed Start Date | date | event_date or -
Proposed End Date | date | -
Works Category | pick Minor/Major | category
Traffic Management Type | pick Lights/None | - or category

= youth offending
YOT ID | pattern Y##### | record_id
PNC Number | pattern 19/######A | -
Name | whole | full_name
Date of birth | born dmy 2006 2013 | date_of_birth
Sex | pick Male/Female | sex
Ethnicity (5+1) | pick White/Black | group
Home Postcode | postcode | postcode
Offence Date | date | event_date
Offence Description | pick Theft/Robbery | - or category
Sentence | pick Order/Fine | -
School | org school | -
Parent/Carer Name | whole | -
Parent/Carer Telephone | phone | -

= libraries monthly
Branch | each_ward | area_name or - or organisation_name or area_code or category
Month | monthly | period
Issues | int 100 9000 | count or -
Visitors | int 100 9000 | count or -

= air quality
SiteCode | each BX1/BX2/BX3/BX4/BX5/BX6/BX7/BX8/BX9/BX0 | -
SiteName | each_ward | -
Latitude | lat | -
Longitude | lon | -
MeasurementDateGMT | date 2024 2024 time | event_date
NO2 | float 5 90 | -
PM10 | float 5 90 | -

= care leavers
Child ID | serial 500 | record_id
UPN | pattern A###999999999 | -
Given Name(s) | first | given_name
Family Name | last | family_name
DoB | born dmy 2004 2008 | date_of_birth
UASC | pick Y/N | -
Placement Type | pick Foster/Home | category or -
Placement Postcode | postcode | postcode or -
Placement Start | date | - or event_date
IRO Name | whole | -
Personal Adviser | whole | -
Personal Adviser Tel | phone | -
"""
