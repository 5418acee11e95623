"""How linkage takes an address apart, by example: what was written, and its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from shared_analysis.linkage.cleaning.addresses import Address, address_text, parse
from tools.rule import Example, Page, Rule, Table, code

HIGH_STREET = {"house_number": "10", "street": "high street"}


def taken_apart(addresses: Mapping[str, Mapping[str, str]]) -> list[Example]:
    return [Example(written, Address(**parts)) for written, parts in addresses.items()]


def lay_out(rule: Rule[Example]) -> Iterator[Table]:
    """Show the parts that some example has, in the order of an address; of what is no address, nothing."""
    addresses = [example.after or Address() for example in rule.examples]
    shown = [part for part in Address._fields if any(getattr(address, part) for address in addresses)]
    yield Table(
        ["as written", *(part.replace("_", " ") for part in shown)],
        [
            [code(example.before) or "(empty)", *(getattr(address, part) or "" for part in shown)]
            for example, address in zip(rule.examples, addresses, strict=True)
        ],
    )


RULES = (
    Rule(
        "A number and a street are found whatever stands around them",
        "The number may come last, and the name of a person or an institution may come first.",
        taken_apart(
            {
                "10 High Street": HIGH_STREET,
                "10, High Street": HIGH_STREET,
                "No. 10 HIGH ST.": HIGH_STREET,
                "High Street 10": HIGH_STREET,
                "c/o Mrs Smith, 10 High Street": HIGH_STREET,
                "c/o Hostel 10 High St": HIGH_STREET,
                "10A High Street": {"house_number": "10a", "street": "high street"},
                "10 A High Street": {"house_number": "10a", "street": "high street"},
                "12 - 14 High Street": {"house_number": "12-14", "street": "high street"},
                "10/12 High Street": {"house_number": "10-12", "street": "high street"},
                "10 The Broadway": {"house_number": "10", "street": "broadway"},
            }
        ),
    ),
    Rule(
        "A flat is told from the number of its house",
        "The flat comes first, as in most British addresses, or is called one.",
        taken_apart(
            {
                "Flat 2, 10 High St": {"flat": "2", **HIGH_STREET},
                "FLAT 2 10 HIGH STREET": {"flat": "2", **HIGH_STREET},
                "2/10 High Street": {"flat": "2", **HIGH_STREET},
                "Flat 2 - 10 High Street": {"flat": "2", **HIGH_STREET},
                "Apt. 2, 10 High Street": {"flat": "2", **HIGH_STREET},
                "Room 3, Flat 2, 10 High Street": {"flat": "2", **HIGH_STREET},
                "10 High Street, Flat 2": {"flat": "2", **HIGH_STREET},
                "Flat A, 10 High Street": {"flat": "a", **HIGH_STREET},
                "Flat 3, 12A High Street": {"flat": "3", "house_number": "12a", "street": "high street"},
                "Flat 1, 2-4 King St": {"flat": "1", "house_number": "2-4", "street": "king street"},
                "Unit 5 Bar Estate": {"flat": "5", "street": "bar estate"},
            }
        ),
    ),
    Rule(
        "A floor is kept where the flat has no number or letter of its own",
        "The top floor is left out: it may be the first or the fifth.",
        taken_apart(
            {
                "FIRST FLOOR FLAT 10 HIGH STREET": {"floor": "1", **HIGH_STREET},
                "Basement, 10 High Street": {"floor": "basement", **HIGH_STREET},
                "Ground Floor Flat B, 10 High Street": {"flat": "b", **HIGH_STREET},
                "GFF 10 High Street": {"floor": "ground", **HIGH_STREET},
                "Top Floor Flat 10 High Street": HIGH_STREET,
                "10 Basement Road": {"house_number": "10", "street": "basement road"},
            }
        ),
    ),
    Rule(
        "A building is known by its name, and a number before the name is a flat in it",
        "A word such as Court names a building, unless a word such as Road follows.",
        taken_apart(
            {
                "The Old Rectory, Church Lane": {"building": "old rectory", "street": "church lane"},
                "Apartment 4 Block B 17 Foo Rd": {
                    "flat": "4",
                    "building": "block b",
                    "house_number": "17",
                    "street": "foo road",
                },
                "12 Ashmole House, 10 High Street": {"flat": "12", "building": "ashmole house", **HIGH_STREET},
                "Flat 12 Ashmole House 10 High Street": {"flat": "12", "building": "ashmole house", **HIGH_STREET},
                "12 Spring Court": {"flat": "12", "building": "spring court"},
                "Flat 12, Spring Court": {"flat": "12", "building": "spring court"},
                "12 Earls Court Road": {"house_number": "12", "street": "earls court road"},
                "12 Ashmole House, Kennington Park Estate": {
                    "flat": "12",
                    "building": "ashmole house",
                    "street": "kennington park estate",
                },
            }
        ),
    ),
    Rule(
        "What follows the street is a locality and a postcode",
        "London and the country tell no two of these addresses apart, and half a postcode is none: they are left out.",
        taken_apart(
            {
                "10 High Street, Hackney, London E8 1AA": {
                    **HIGH_STREET,
                    "locality": "hackney",
                    "postcode": "E81AA",
                },
                "10 HIGH STREET HACKNEY LONDON e81aa": {**HIGH_STREET, "locality": "hackney", "postcode": "E81AA"},
                "10 High Street, London, SE11": HIGH_STREET,
                "10 High Street, United Kingdom": HIGH_STREET,
            }
        ),
    ),
    Rule(
        "A number or an abbreviation can be part of a name",
        "St is a street at the end of its name, and a saint before one.",
        taken_apart(
            {
                "27 1st Avenue": {"house_number": "27", "street": "1st avenue"},
                "Wharf 27, Millharbour": {"building": "wharf 27", "locality": "millharbour"},
                "10 St Johns Road": {"house_number": "10", "street": "saint johns road"},
                "10 Upper St Martins Lane": {"house_number": "10", "street": "upper saint martins lane"},
                "10 High St Bromley": {**HIGH_STREET, "locality": "bromley"},
                "B1 2nd floor, 10 High Street": {"floor": "2", "building": "b1", **HIGH_STREET},
            }
        ),
    ),
    Rule(
        "An address from elsewhere keeps its number and every word",
        "Accents make no difference; other scripts stay as they are.",
        taken_apart(
            {
                "12224 ventura blvd.": {"house_number": "12224", "street": "ventura boulevard"},
                "435 s. la cienega blv.": {"house_number": "435", "street": "s la cienega boulevard"},
                "1 w. 67th st.": {"house_number": "1", "street": "w 67th street"},
                "Röad Café, 10 Höhe Street": {"building": "road cafe", "house_number": "10", "street": "hohe street"},
                "12 شارع محمد": {"house_number": "12", "street": "شارع محمد"},
            }
        ),
    ),
    Rule(
        "What stands for no address counts as missing",
        "Two people without a fixed abode do not live together.",
        [Example(written, None) for written in ("No fixed abode", "NFA", "N/A", "Unknown", " , ", "")],
    ),
)

PAGE = Page(
    "addresses",
    "How an address is taken apart",
    """
What linkage compares of an address: flat, floor, building, number, street, locality and postcode.

The rules are those of British addresses. Case, punctuation and the usual abbreviations make no difference. An address
that they do not fit keeps all its words, and its first number as the number of the house.
""",
    RULES,
    lay_out,
)
CASES = [example for rule in RULES for example in rule.examples]


@pytest.mark.parametrize("example", CASES, ids=[example.before for example in CASES])
def test_an_address_and_its_parts(example: Example) -> None:
    address = address_text(example.before)
    assert (None if address is None else parse(address)) == example.after
