"""Worlds of people."""

from __future__ import annotations

from benchmarks.worlds.world import Recipe, Shape, damages

_TYPING = "typing given_name .06, typing surname .06, nickname given_name .06, digit dob .03"
_WORN = f"{_TYPING}, swapped given_name+surname .02, exchanged surname .04, initial given_name .03, day_month dob .02"
_MOVED = "moved street .12, typing street .05, typing postcode .03"
_NAMES = ("given_name", "surname", "dob", "sex")

_ALONE = "people"
_AT_HOME = "people with addresses"
_TOGETHER = "households"
_YOUNG = "siblings and twins"

PEOPLE = (
    Recipe(
        "people-typing", _ALONE, "people", Shape("one_to_one", 1000, 1000, 600), _NAMES, damages(_TYPING)
    ),
    Recipe(
        "people-names-and-dates-only", _ALONE, "people", Shape("one_to_one", 1200, 900, 500),
        ("full_name", "dob"), damages(f"{_TYPING}, reordered full_name .05"), naming="differing",
    ),
    Recipe(
        "people-many-gaps", _ALONE, "people", Shape("one_to_one", 1200, 1000, 700),
        ("given_name", "surname", "dob", "birth_place", "occupation"),
        damages(f"{_WORN}, abbreviated occupation .2, ocr birth_place .05"),
        missing={"given_name": 0.1, "dob": 0.4, "birth_place": 0.35, "occupation": 0.5},
    ),
    Recipe(
        "people-no-headings", _ALONE, "people", Shape("duplicates", 1200), (*_NAMES, "phone"), damages(_TYPING),
        missing={"phone": 0.3}, naming="absent",
    ),
    Recipe(
        "people-not-even-an-id", _ALONE, "people", Shape("duplicates", 800), _NAMES, damages(_TYPING), naming="headless"
    ),
    Recipe(
        "people-cryptic-ocr", _ALONE, "people", Shape("duplicates", 1500),
        ("given_name", "surname", "dob", "birth_place"),
        damages("ocr given_name .12, ocr surname .12, ocr birth_place .1, digit dob .04, truncated birth_place .05"),
        naming="cryptic",
    ),
    Recipe(
        "people-near-unique-number", _ALONE, "people", Shape("one_to_one", 1500, 1500, 900),
        (*_NAMES, "nhs_number", "email"), damages(f"{_WORN}, typing nhs_number .03, emptied email .3"),
        damages("spaced nhs_number 1, recoded sex 1, slashes dob 1"), {"nhs_number": 0.3, "email": 0.4},
    ),
    Recipe(
        "people-fifty-to-one", _ALONE, "people", Shape("one_to_one", 60, 3000, 50), (*_NAMES, "phone"),
        damages(_WORN), missing={"phone": 0.2},
    ),
    Recipe(
        "people-tiny-overlap", _ALONE, "people", Shape("one_to_one", 1000, 1000, 25),
        ("given_name", "middle_name", "surname", "dob", "sex"), damages(_TYPING), missing={"middle_name": 0.2},
    ),
    Recipe(
        "people-no-overlap", _ALONE, "people", Shape("one_to_one", 800, 800, 0), (*_NAMES, "phone"), damages(_TYPING)
    ),
    Recipe(
        "people-placeholders", _ALONE, "people", Shape("duplicates", 1500),
        ("given_name", "surname", "dob", "phone", "email", "ethnic_group"),
        damages("placeholder dob .12, placeholder phone .15, placeholder email .1, impossible dob .08, "
                "typing surname .06, nickname given_name .08"),
    ),
    Recipe(
        "people-two-systems", _ALONE, "people", Shape("both", 900, 800, 350), (*_NAMES, "phone"), damages(_WORN),
        damages("recoded sex 1, point_zero phone 1, capitals surname 1"), {"phone": 0.25}, "differing",
    ),
    Recipe(
        "addresses-moved", _AT_HOME, "people", Shape("one_to_one", 1000, 1000, 600),
        ("given_name", "surname", "dob", "address", "postcode"), damages(f"{_WORN}, {_MOVED}"),
    ),
    Recipe(
        "addresses-twelve-columns", _AT_HOME, "people", Shape("one_to_one", 900, 900, 500),
        ("given_name", "middle_name", "surname", "dob", "sex", "phone", "email", "occupation", "birth_place", "address",
         "town", "postcode"),
        damages(f"{_WORN}, {_MOVED}, exchanged phone .2, exchanged email .2"),
        missing={"middle_name": 0.4, "phone": 0.3, "email": 0.5, "occupation": 0.6, "birth_place": 0.2},
    ),
    Recipe(
        "addresses-two-columns", _AT_HOME, "people", Shape("one_to_one", 900, 900, 600), ("full_name", "address"),
        damages("typing full_name .08, less full_name .03, typing address .05"), address=("full", "inverted"),
    ),
    Recipe(
        "addresses-no-dates", _AT_HOME, "people", Shape("duplicates", 1500),
        ("given_name", "surname", "address", "postcode"),
        damages(f"{_TYPING}, {_MOVED}".replace("digit dob .03, ", "")), missing={"postcode": 0.05},
        address=("line", "inverted"),
    ),
    Recipe(
        "addresses-differing-names", _AT_HOME, "people", Shape("both", 900, 700, 300),
        ("given_name", "surname", "dob", "address", "postcode", "email"), damages(f"{_WORN}, {_MOVED}"),
        damages("slashes dob 1, unspaced postcode 1, capitals address 1"), {"dob": 0.1, "email": 0.4}, "differing",
    ),
    Recipe(
        "addresses-clients-to-tenants", _AT_HOME, "people", Shape("many_to_one", 1200, 700, 800),
        ("full_name", "dob", "address"),
        damages("typing full_name .1, digit dob .04, impossible dob .07, less full_name .03"),
        missing={"dob": 0.2}, address=("full", "service"),
    ),
    Recipe(
        "addresses-cryptic", _AT_HOME, "people", Shape("one_to_one", 900, 700, 450),
        ("given_name", "surname", "dob", "address", "postcode"), damages(f"{_TYPING}, {_MOVED}"), naming="cryptic",
    ),
    Recipe(
        "households-dedupe", _TOGETHER, "households", Shape("duplicates", 1500),
        ("given_name", "surname", "dob", "address", "postcode"), damages(f"{_WORN}, {_MOVED}"),
    ),
    Recipe(
        "households-shared-phones", _TOGETHER, "households", Shape("one_to_one", 1000, 1000, 600),
        ("given_name", "surname", "phone", "postcode", "sex"),
        damages(_WORN.replace("digit dob .03, ", "").replace(", day_month dob .02", "")),
        missing={"phone": 0.2}, naming="differing",
    ),
    Recipe(
        "households-no-headings", _TOGETHER, "households", Shape("one_to_one", 1000, 1000, 600),
        ("given_name", "surname", "dob", "address", "postcode"), damages(_WORN), naming="absent",
    ),
    Recipe(
        "households-few-dates", _TOGETHER, "households", Shape("both", 800, 800, 350),
        ("given_name", "surname", "dob", "phone", "address"), damages(f"{_WORN}, {_MOVED}"),
        missing={"dob": 0.45, "phone": 0.3}, address=("full", "town"),
    ),
    Recipe(
        "households-records-to-census", _TOGETHER, "households", Shape("many_to_one", 1300, 900, 900),
        ("given_name", "surname", "dob", "sex", "postcode"), damages(_WORN), damages("recoded sex 1"), {"dob": 0.15},
    ),
    Recipe(
        "siblings-school-lists", _YOUNG, "siblings", Shape("one_to_one", 1000, 1000, 700),
        ("given_name", "surname", "dob", "phone", "postcode"), damages(_WORN),
    ),
    Recipe(
        "siblings-no-postcode", _YOUNG, "siblings", Shape("duplicates", 1400), ("given_name", "surname", "dob", "sex"),
        damages(_TYPING), naming="cryptic",
    ),
    Recipe(
        "twins-one-address", _YOUNG, "twins", Shape("one_to_one", 1000, 1000, 650),
        ("given_name", "surname", "dob", "sex", "address", "postcode"), damages(_TYPING),
    ),
    Recipe(
        "twins-duplicates", _YOUNG, "twins", Shape("duplicates", 1400), ("full_name", "dob", "phone", "postcode"),
        damages("nickname given_name .1, typing full_name .08, day_month dob .03, typing postcode .03"),
        missing={"phone": 0.15},
    ),
    Recipe(
        "twins-two-registers", _YOUNG, "twins", Shape("both", 800, 800, 350),
        ("given_name", "surname", "dob", "nhs_number", "postcode"), damages(f"{_TYPING}, typing nhs_number .02"),
        damages("point_zero nhs_number 1, slashes dob 1"), {"nhs_number": 0.4}, "differing",
    ),
    Recipe(
        "transliterated-people", "two languages", "two_scripts", Shape("one_to_one", 1000, 1000, 600),
        ("given_name", "surname", "dob", "sex"),
        damages("other_form given_name .5, other_form surname .5, digit dob .03"), damages("unaccented surname 1"),
    ),
    Recipe(
        "transliterated-duplicates", "two languages", "two_scripts", Shape("duplicates", 1400),
        ("full_name", "dob", "phone"), damages("other_form given_name .5, other_form surname .5, exchanged phone .2"),
        missing={"dob": 0.2, "phone": 0.3},
    ),
    Recipe(
        "transliterated-at-addresses", "two languages", "two_scripts", Shape("both", 800, 800, 350),
        ("given_name", "surname", "address", "postcode"),
        damages("other_form given_name .6, other_form surname .4, typing street .05"), naming="differing",
    ),
)  # fmt: skip
