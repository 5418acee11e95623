"""How linkage takes an address apart, by example: what was written, and its parts.

The rules are those of British addresses; of an address from elsewhere they find the number and keep every word.
"""

from __future__ import annotations

import pytest

from shared_analysis.linkage.cleaning.addresses import Address, address_text, parse

HIGH_STREET = {"house_number": "10", "street": "high street"}
ADDRESSES = {
    "A number and a street": {
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
    },
    "A flat": {
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
    },
    "A floor": {
        "FIRST FLOOR FLAT 10 HIGH STREET": {"floor": "1", **HIGH_STREET},
        "Basement, 10 High Street": {"floor": "basement", **HIGH_STREET},
        "Ground Floor Flat B, 10 High Street": {"flat": "b", **HIGH_STREET},
        "GFF 10 High Street": {"floor": "ground", **HIGH_STREET},
        "Top Floor Flat 10 High Street": HIGH_STREET,
        "10 Basement Road": {"house_number": "10", "street": "basement road"},
    },
    "A building": {
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
    },
    "What comes after the street": {
        "10 High Street, Hackney, London E8 1AA": {**HIGH_STREET, "locality": "hackney", "postcode": "E81AA"},
        "10 HIGH STREET HACKNEY LONDON e81aa": {**HIGH_STREET, "locality": "hackney", "postcode": "E81AA"},
        "10 High Street, London, SE11": HIGH_STREET,
        "10 High Street, United Kingdom": HIGH_STREET,
    },
    "Numbers and abbreviations that are names": {
        "27 1st Avenue": {"house_number": "27", "street": "1st avenue"},
        "Wharf 27, Millharbour": {"building": "wharf 27", "locality": "millharbour"},
        "10 St Johns Road": {"house_number": "10", "street": "saint johns road"},
        "10 Upper St Martins Lane": {"house_number": "10", "street": "upper saint martins lane"},
        "10 High St Bromley": {**HIGH_STREET, "locality": "bromley"},
        "B1 2nd floor, 10 High Street": {"floor": "2", "building": "b1", **HIGH_STREET},
    },
    "From elsewhere, and in other scripts": {
        "12224 ventura blvd.": {"house_number": "12224", "street": "ventura boulevard"},
        "435 s. la cienega blv.": {"house_number": "435", "street": "s la cienega boulevard"},
        "1 w. 67th st.": {"house_number": "1", "street": "w 67th street"},
        "Röad Café, 10 Höhe Street": {"building": "road cafe", "house_number": "10", "street": "hohe street"},
        "12 شارع محمد": {"house_number": "12", "street": "شارع محمد"},
    },
}
CASES = [(written, parts) for group in ADDRESSES.values() for written, parts in group.items()]


@pytest.mark.parametrize(("written", "parts"), CASES, ids=[written for written, _ in CASES])
def test_an_address_and_its_parts(written, parts) -> None:
    assert parse(address_text(written)) == Address(**parts)


@pytest.mark.parametrize("written", ["No fixed abode", "NFA", "N/A", "", " , ", "Unknown"])
def test_what_is_no_address(written) -> None:
    assert address_text(written) is None
