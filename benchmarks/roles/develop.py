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
"""
