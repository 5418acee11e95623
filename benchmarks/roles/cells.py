"""Makers of invented values, by name, as the labelled list of columns names them: ``date 2019 2024 dmy``."""

from __future__ import annotations

import random
from collections.abc import Callable

ROWS = 120
Maker = Callable[..., "str | None"]


def _listed(text: str, mark: str = " ") -> list[str]:
    return text.split(mark)


_FIRST = _listed(
    "Ada Bea Cleo Dev Edie Farah George Hana Ivo June Kofi Lena Mohammed Nora Omar Priya Ruth Sam Tariq Una"
)
_LAST = _listed(
    "Abara Begum Carter Diaz Evans Fox Green Hussain Iqbal Jones Khan Lewis Moss Nowak O'Brien Patel Reid Shah Turner "
    "Usman Vance Walsh Young Zhang Acheampong Bright Cole Dunn Ellis Ferreira"
)
_STREETS = _listed(
    "High Street|Mill Road|Station Road|Elm Grove|Church Lane|Park Avenue|The Green|King Street|Hill Rise",
    "|",
)
_TOWNS = _listed("Barking Croydon Ealing Enfield Harrow Ilford Romford Sutton Twickenham Wembley")
_BOROUGHS = _listed("Barnet|Bexley|Brent|Bromley|Camden|Croydon|Ealing|Enfield|Greenwich|Hackney", "|")
_REGIONS = _listed("London|South East|East of England|North West|Yorkshire and The Humber", "|")
_WARDS = _listed(
    "Abbey|Bedford|Childs Hill|East Finchley|Fortune Green|Gospel Oak|Hale|Mill Hill|Oakleigh|Totteridge", "|"
)
_WORDS = _listed(
    "the kitchen was clean and staff asked to see papers again next week because a door near stairs had been left open "
    "tenant reports noise at night from flat above wants call back about bins"
)
_TRADES = {
    "food": "Cafe|Kebab House|Pizza|Bakery|Fish Bar|Restaurant|Tandoori|Food Store|Tea Rooms|Takeaway",
    "school": "Primary School|Academy|High School|Infant School|College|Junior School|C of E Primary School",
    "care": "House|Lodge|Court|Nursing Home|Care Home|Manor|Residential Home",
    "company": "Ltd|Limited|Holdings Limited|Services Ltd|LLP|UK Ltd|PLC",
    "library": "Library|Community Library|Central Library|Library and Archive",
    "charity": "Trust|Foundation|Society|Association|Community Centre|Fund",
    "pub": "Arms|Tavern|Wine Bar|Social Club|Inn|Head",
    "surgery": "Surgery|Medical Centre|Health Centre|Practice|Group Practice",
    "nursery": "Nursery|Pre-School|Playgroup|Day Nursery|Childcare",
}
_NUMBERS = ("020 7946 {:04d}", "020 8946 {:04d}", "01632 96{:04d}", "0161 496 {:04d}", "07700 90{:04d}")


def _postcode(draw: random.Random, _: int) -> str:
    area = draw.choice(["E", "N", "SE", "SW", "NW", "W", "EN", "HA", "CR"])
    return f"{area}{draw.randint(1, 19)} {draw.randint(1, 9)}{draw.choice('ABDEFGHJ')}{draw.choice('LNPQRSTU')}"


def _address(draw: random.Random, row: int) -> str:
    flat = draw.choice(["", "", "Flat 2, ", "Unit 4, "])
    return f"{flat}{draw.randint(1, 180)} {draw.choice(_STREETS)}, {draw.choice(_TOWNS)}, {_postcode(draw, row)}"


def _first_line(draw: random.Random, _: int) -> str:
    flat = draw.choice(["", "", "", "Flat 5 ", "Ground Floor, "])
    return f"{flat}{draw.randint(1, 180)} {draw.choice(_STREETS)}"


def _date(draw: random.Random, _: int, first: str = "2022", last: str = "2024", form: str = "dmy") -> str:
    year, month, day = draw.randint(int(first), int(last)), draw.randint(1, 12), draw.randint(1, 28)
    if form == "dmy":
        return f"{day:02d}/{month:02d}/{year}"
    if form == "time":
        return f"{year}-{month:02d}-{day:02d} {draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}:00"
    return f"{year}-{month:02d}-{day:02d}"


def _nhs(draw: random.Random, _: int) -> str:
    while True:
        digits = [draw.randint(1, 9), *(draw.randint(0, 9) for _ in range(8))]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return "".join(map(str, [*digits, check % 11]))


def _pattern(draw: random.Random, row: int, *shape: str) -> str:
    """Fill a shape: 9 a random digit, A a random letter, # the number of the row in as many digits as there are #."""
    text, hashes = " ".join(shape), " ".join(shape).count("#")
    number = f"{row * 3 + 1:0{hashes}d}"[-hashes:] if hashes else ""
    cells, place = [], 0
    for mark in text:
        if mark == "#":
            cells.append(number[place])
            place += 1
        else:
            cells.append(str(draw.randint(0, 9)) if mark == "9" else draw.choice("BCDFGHJKL") if mark == "A" else mark)
    return "".join(cells)


def _organisation(draw: random.Random, _: int, trade: str = "company") -> str:
    plain = draw.choice(["", "", "", "The "])
    return f"{plain}{draw.choice(_LAST + _STREETS)} {draw.choice(_TRADES[trade].split('|'))}"


def _gss(draw: random.Random, _: int, prefix: str = "E09", last: str = "33") -> str:
    return f"{prefix}{draw.randint(1, int(last)):0{9 - len(prefix)}d}"


def _sentence(draw: random.Random, _: int, most: str = "12") -> str:
    return " ".join(draw.choice(_WORDS) for _ in range(draw.randint(2, int(most))))


MAKERS: dict[str, Maker] = {
    "serial": lambda _, row, start="1": str(int(start) + 3 * row),
    "pattern": _pattern,
    "pick": lambda draw, _, *options: draw.choice(" ".join(options).split("/")),
    "int": lambda draw, _, low="0", high="500": str(draw.randint(int(low), int(high))),
    "float": lambda draw, _, low="0", high="100": f"{draw.uniform(float(low), float(high)):.2f}",
    "money": lambda draw, _: f"£{draw.randint(80, 2400)}.{draw.randint(0, 99):02d}",
    "date": _date,
    "born": lambda draw, row, form="dmy", first="1935", last="2006": _date(draw, row, first, last, form),
    "monthly": lambda _, row, form="{}-{:02d}-01": form.format(2023, row // 10 % 12 + 1),
    "quarterly": lambda _, row: f"2023-{3 * (row // 10 % 4) + 1:02d}-01" if row < 40 else f"20{row // 40 + 20}-07-01",
    "each": lambda _, row, *options: (" ".join(options).split("/"))[row % 10],
    "each_gss": lambda _, row, prefix="E09": f"{prefix}{row % 10 + 1:0{9 - len(prefix)}d}",
    "each_borough": lambda _, row: _BOROUGHS[row % 10],
    "each_ward": lambda _, row: _WARDS[row % 10],
    "first": lambda draw, _: draw.choice(_FIRST),
    "last": lambda draw, _: draw.choice(_LAST),
    "whole": lambda draw, _: f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
    "titled": lambda draw, _: f"{draw.choice(['Mr', 'Mrs', 'Ms', 'Dr'])} {draw.choice(_FIRST)[0]} {draw.choice(_LAST)}",
    "listed": lambda draw, _: f"{draw.choice(_LAST).upper()}, {draw.choice(_FIRST)}",
    "address": _address,
    "line": _first_line,
    "number": lambda draw, _: f"{draw.randint(1, 180)}{draw.choice(['', '', '', 'A'])}",
    "street": lambda draw, _: draw.choice(_STREETS),
    "town": lambda draw, _: draw.choice(_TOWNS),
    "borough": lambda draw, _: draw.choice(_BOROUGHS),
    "region": lambda draw, _: draw.choice(_REGIONS),
    "ward": lambda draw, _: draw.choice(_WARDS),
    "lsoa_name": lambda draw, _: f"{draw.choice(_BOROUGHS)} {draw.randint(1, 40):03d}{draw.choice('ABCDE')}",
    "postcode": _postcode,
    "phone": lambda draw, _: draw.choice(_NUMBERS).format(draw.randint(0, 9999)),
    "email": lambda draw, row: f"{draw.choice(_FIRST)}.{draw.choice(_LAST)}{row}@example.org".lower().replace("'", ""),
    "mailbox": lambda draw, _: f"team{draw.randint(1, 3)}@example.gov.uk",
    "url": lambda draw, row: f"https://www.{draw.choice(_LAST)}{row}.example.org".lower().replace("'", ""),
    "org": _organisation,
    "gss": _gss,
    "uprn": lambda draw, row: str(draw.choice([100020000000, 10000400000, 200000000000]) + 7919 * row),
    "easting": lambda draw, _: str(draw.randint(503000, 561000)),
    "northing": lambda draw, _: str(draw.randint(155000, 201000)),
    "lat": lambda draw, _: f"{draw.uniform(51.28, 51.69):.6f}",
    "lon": lambda draw, _: f"{draw.uniform(-0.5, 0.33):.6f}",
    "nhs": _nhs,
    "nino": lambda draw, _: (
        f"{draw.choice(['AB', 'CE', 'JK', 'SL'])}{draw.randint(100000, 999999)}{draw.choice('ABCD')}"
    ),
    "words": _sentence,
}
"""What makes a value: from a source of chance, the number of the row, and the words after its name."""


def cells(recipe: str, seed: str) -> list[str | None]:
    """Make a column from a recipe such as ``postcode ?20``: 20 % missing. The same seed gives the same values."""
    name, *words = recipe.split()
    gaps = 0
    if words and words[-1].startswith("?"):
        gaps = int(words.pop()[1:])
    draw = random.Random(seed)
    made = [MAKERS[name](draw, row, *words) for row in range(ROWS)]
    return [None if draw.randint(1, 100) <= gaps else cell for cell in made]
