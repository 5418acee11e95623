"""Twelve monthly deliveries of fourteen kinds of tables, as text: the later ones hold what the first happens not to.

Later months have more rows, kinds that are rare, gaps in columns that the first filled, values that repeat where the
first had none twice, days before the first that were recorded late, and new areas of the same kind.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd

FIRST = ["Ada", "Bea", "Dev", "Edie", "Farah", "Ivo", "Kofi", "Lena", "Omar", "Priya", "Sam", "Una"]
LAST = ["Abara", "Begum", "Carter", "Evans", "Green", "Iqbal", "Jones", "Khan", "Nowak", "Patel", "Reid", "Shah"]
STREETS = ["High Street", "Mill Road", "Station Road", "Church Lane", "Park Avenue", "King Street"]
MONTHS = range(1, 13)


class Draw(random.Random):
    """A source of chance for one month of one kind of table."""

    def __init__(self, kind: str, month: int) -> None:
        super().__init__(f"{kind} {month}")
        self.month = month
        self.rows = range(60 + 10 * (len(kind) % 5) if month == 1 else 150 + 25 * month)

    def serial(self, row: int) -> int:
        """A number that no other row of any month has."""
        return 1000 * self.month + row

    def mostly(self, value: str, share: float = 0.97, other: str | None = None) -> str | None:
        """The value, and from the second month on sometimes another, or none."""
        return value if self.month == 1 or self.random() < share else other

    def kind(self, common: list[str], rare: list[str]) -> str:
        return self.choice(rare) if self.month > 1 and self.random() < 0.02 else self.choice(common)

    def day(self, form: str = "{2:02}/{1:02}/{0}", first: int = 2024, last: int = 2024) -> str:
        late = self.month > 1 and self.random() < 0.02
        return form.format(first - 1 if late else self.randint(first, last), self.randint(1, 12), self.randint(1, 28))

    def postcode(self) -> str:
        return f"{self.choice(['E', 'N', 'SE'])}{self.randint(1, 18)} {self.randint(1, 9)}{self.choice('ABDE')}L"

    def line(self) -> str:
        return f"{self.randint(1, 150)} {self.choice(STREETS)}"

    def phone(self) -> str:
        return f"020 7946 {self.randint(0, 9999):04}"


def tenancies(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Tenancy Ref": f"T{draw.serial(row)}",
        "Tenant Forename": draw.choice(FIRST),
        "Tenant Surname": draw.choice(LAST),
        "Tenant DOB": draw.day(first=1940, last=2004),
        "Sex": draw.kind(["M", "F"], ["U", "X"]),
        "Address": f"{draw.line()}, London {draw.postcode()}",
        "Fax": draw.mostly(f"2079{draw.randint(100000, 999999)}", 0.5, "n/a"),
        "Rent": draw.mostly(str(draw.randint(80, 900)), 0.9, f"{draw.uniform(80, 900):.2f}"),
        "Bedrooms": str(draw.randint(1, 5)),
        "Tenancy Type": draw.kind(["Secure", "Introductory"], ["Demoted", "Non-secure"]),
        "Start Date": draw.mostly(draw.day(first=1995, last=2024)),
        "Notes": draw.mostly(f"call {draw.choice(LAST)} back", 0.3),
    }


def food(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "FHRSID": str(100_000 + draw.serial(row)),
        "BusinessName": f"{draw.choice(LAST)} {draw.choice(['Cafe', 'Bakery', 'Pizza', 'Stores'])}",
        "BusinessType": draw.kind(["Takeaway/sandwich shop", "Restaurant/Cafe"], ["Mobile caterer", "Other"]),
        "BusinessTypeID": draw.kind(["7844", "1"], ["7846", "A5"]),
        "AddressLine1": draw.mostly(draw.line()),
        "PostCode": draw.mostly(draw.postcode(), 0.9, "E1"),
        "RatingValue": draw.kind(["5", "4", "3"], ["Exempt", "AwaitingInspection"]),
        "RatingDate": draw.mostly(draw.day("{}-{:02}-{:02}", 2019, 2024), 0.95),
        "NewRatingPending": draw.choice(["True", "False"]),
        "Longitude": draw.mostly(f"{draw.uniform(-0.5, 0.3):.5f}"),
        "Latitude": draw.mostly(f"{draw.uniform(51.3, 51.7):.5f}"),
    }


def schools(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "URN": str(100_000 + draw.serial(row)),
        "EstablishmentNumber": draw.mostly(str(2000 + draw.serial(row) % 7000), 0.95, "20A1"),
        "EstablishmentName": f"{draw.choice(LAST)} {draw.choice(['Primary School', 'Academy', 'College'])}",
        "PhaseOfEducation": draw.kind(["Primary", "Secondary"], ["16 plus", "Nursery"]),
        "Street": draw.mostly(draw.line()),
        "Town": draw.choice(["London", "Croydon", "Harrow"]),
        "Postcode": draw.postcode(),
        "TelephoneNum": draw.mostly(draw.phone(), 0.9, "not known"),
        "OpenDate": draw.mostly(draw.day(first=1990, last=2020), 0.5),
        "NumberOfPupils": draw.mostly(str(draw.randint(80, 1500)), 0.95),
        "LSOA (code)": f"E0100{draw.randint(1, 40 * draw.month):04}",
    }


def incidents(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "IncidentNumber": f"{draw.serial(row):06}-{draw.month:02}012024",
        "DateOfCall": draw.day("{}-{:02}-{:02}"),
        "HourOfCall": str(draw.randint(0, 23)),
        "IncidentGroup": draw.kind(["False Alarm", "Special Service"], ["Fire", "A&E"]),
        "PropertyCategory": draw.kind(["Dwelling", "Outdoor"], ["Boat", "Rail Vehicle"]),
        "Postcode_full": draw.mostly(draw.postcode(), 0.6),
        "IncGeo_BoroughCode": draw.mostly(f"E090000{draw.randint(1, 20 + draw.month):02}"),
        "AttendanceTime": draw.mostly(str(draw.randint(60, 900)), 0.9),
    }


def crimes(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Crime ID": f"{draw.serial(row):x}{draw.randrange(16**8):08x}",
        "Month": f"2024-{draw.month:02}",
        "Reported by": "Metropolitan Police Service",
        "Longitude": draw.mostly(f"{draw.uniform(-0.5, 0.3):.6f}"),
        "Latitude": draw.mostly(f"{draw.uniform(51.3, 51.7):.6f}"),
        "LSOA code": draw.mostly(f"E0100{draw.randint(1, 4999):04}"),
        "Crime type": draw.kind(["Burglary", "Drugs", "Violence and sexual offences"], ["Bicycle theft"]),
        "Context": draw.mostly("", 0.99, "seen by a neighbour"),
    }


def licences(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Licence Number": f"HMO/{draw.serial(row):05}",
        "Licensed Address": f"{draw.line()}, London {draw.postcode()}",
        "Ward Name": draw.choice(["Abbey", "Hale", "Oakleigh", "Mill Hill"]),
        "Licence Holder Name": f"{draw.choice(FIRST)} {draw.choice(LAST)}",
        "Max Occupants": str(draw.randint(3, 9)),
        "Plot": draw.mostly(str(draw.randint(1, 90)), 0.9, "12a"),
        "Fee": draw.mostly(str(draw.randint(400, 1400)), 0.9, "812.50"),
        "Date Issued": draw.mostly(draw.day(), 0.95),
        "Expiry Date": draw.mostly(draw.day(first=2026, last=2029), 0.9),
    }


def members(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Borrower ID": f"21{draw.serial(row):07}",
        "First name": draw.choice(FIRST),
        "Surname": draw.choice(LAST),
        "Date of birth": draw.mostly(draw.day("{}-{:02}-{:02}", 1935, 2016)),
        "Gender": draw.kind(["Male", "Female"], ["Prefer not to say", "Unknown"]),
        "Email": draw.mostly(f"p{draw.randint(1, 9999)}@example.org", 0.7, "none"),
        "Mobile": draw.mostly(f"07700 90{draw.randint(0, 9999):04}", 0.8),
        "PostCode": draw.postcode(),
        "Membership Type": draw.kind(["Adult", "Junior"], ["Home visits"]),
        "Ethnicity": draw.kind(["White British", "Black African", "Indian"], ["Arab", "Not stated"]),
        "Fines": draw.mostly(str(draw.randint(0, 9)), 0.8, "£2.50") if draw.month > 1 else "£0.00",
    }


def planning(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Application Reference": f"24/{draw.serial(row):05}/FUL",
        "Site Address": f"{draw.line()}, London {draw.postcode()}",
        "Proposal": f"extension {draw.choice(STREETS).lower()} and {draw.choice(['loft', 'roof', 'shop front'])} works",
        "Application Type": draw.kind(["Full", "Householder"], ["Outline", "Tree works"]),
        "Date Received": draw.day(),
        "Decision Date": draw.mostly(draw.day(), 0.8),
        "Decision": draw.mostly(draw.choice(["Granted", "Refused"]), 0.8),
        "Easting": str(draw.randint(503_000, 561_000)),
        "Northing": str(draw.randint(155_000, 201_000)),
        "Objections": draw.mostly(str(draw.randint(0, 30)), 0.9),
    }


def pupils(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "UPN": f"H{801_000_000_000 + draw.serial(row)}",
        "Legal Surname": draw.choice(LAST),
        "Legal Forename": draw.choice(FIRST),
        "Middle Name(s)": draw.mostly(draw.choice(FIRST), 0.4),
        "Date of Birth": draw.day(first=2006, last=2018),
        "Gender": draw.kind(["M", "F"], ["U"]),
        "NC Year": draw.mostly(str(draw.randint(1, 11)), 0.98),
        "Ethnicity": draw.kind(["WBRI", "BAFR", "AIND"], ["NOBT", "REFU"]),
        "Parent Phone": draw.mostly(draw.phone(), 0.8),
        "School URN": str(100_000 + draw.randint(1, 30 * draw.month)),
    }


def requests(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Service Request No": f"SR{draw.serial(row):08}",
        "Reported": draw.day("{}-{:02}-{:02} 09:30:00"),
        "Complaint Category": draw.kind(["Noise", "Litter", "Potholes"], ["Graffiti"]),
        "Complainant Tel": draw.mostly(draw.phone(), 0.6),
        "Details": f"{draw.choice(LAST)} heard {draw.choice(['music', 'dogs', 'drills'])} in {draw.choice(STREETS)}",
        "Days Open": draw.mostly(str(draw.randint(0, 90)), 0.9),
        "Repeat": draw.mostly(draw.choice(["Yes", "No"]), 0.9),
    }


def care_homes(draw: Draw, row: int) -> dict[str, str | None]:
    return {
        "Location ID": f"1-{draw.serial(row) + 10**8}",
        "Location Name": f"{draw.choice(LAST)} {draw.choice(['House', 'Lodge', 'Court'])}",
        "Location Street Address": draw.line(),
        "Location Postal Code": draw.postcode(),
        "Location Telephone Number": draw.mostly(draw.phone()),
        "Care homes beds": draw.mostly(str(draw.randint(5, 90)), 0.98),
        "Overall Rating": draw.kind(["Good", "Outstanding"], ["Inadequate"]),
        "Publication Date": draw.mostly(draw.day(first=2018, last=2024), 0.9),
        "Registered Manager": draw.mostly(f"{draw.choice(LAST)}, {draw.choice(FIRST)}", 0.8),
    }


RECORDS: dict[str, Callable[[Draw, int], dict[str, str | None]]] = {
    "tenancies": tenancies,
    "food": food,
    "schools": schools,
    "incidents": incidents,
    "crimes": crimes,
    "licences": licences,
    "members": members,
    "planning": planning,
    "pupils": pupils,
    "requests": requests,
    "care_homes": care_homes,
}


def counts(draw: Draw) -> pd.DataFrame:
    """Counts of an area and a kind, with a rate, a remark that is mostly empty, and names beside the codes."""
    rows = [
        {
            "LAD23CD": f"E090000{area:02}",
            "LAD23NM": f"Borough {area}",
            "Offence": offence,
            "Month": f"2024-{draw.month:02}-01",
            "Count": str(draw.randint(0, 90)),
            "Rate per 1000": draw.mostly(str(draw.randint(0, 9)), 0.5, f"{draw.uniform(0, 9):.1f}"),
            "Note": draw.mostly("final", 0.9),
        }
        for area in range(1, 20 + (draw.month > 1) * 13)
        for offence in ("Burglary", "Robbery", "Theft")
    ]
    return pd.DataFrame(rows, dtype=object)


def wards(draw: Draw) -> pd.DataFrame:
    """One number of a ward and a month, by the names of wards."""
    rows = [(f"{draw.month:02}/2024", f"Ward {ward}", str(draw.randint(4, 300))) for ward in range(40 + draw.month)]
    return pd.DataFrame(rows, columns=["Month", "Ward", "Claimants"], dtype=object).assign(
        Month=f"2024-{draw.month:02}"
    )


def waiting(draw: Draw) -> pd.DataFrame:
    """Two measures of a quarter, which no single count is."""
    rows = [
        (f"2024-{draw.month:02}-01", f"E050000{area:02}", str(draw.randint(1, 90)), f"{draw.uniform(1, 40):.1f}")
        for area in range(1, 40 + draw.month)
    ]
    return pd.DataFrame(rows, columns=["Week ending", "WD23CD", "People waiting", "Median weeks"], dtype=object)


TABLES: dict[str, Callable[[Draw], pd.DataFrame]] = {"counts": counts, "wards": wards, "waiting": waiting}
KINDS = [*RECORDS, *TABLES]


def delivery(kind: str, month: int) -> pd.DataFrame:
    """A month of a kind of table."""
    draw = Draw(kind, month)
    if kind in TABLES:
        return TABLES[kind](draw)
    rows = [RECORDS[kind](draw, row) for row in draw.rows]
    return pd.DataFrame(rows, dtype=object).replace("", None)
