"""Worlds of things that are no people."""

from __future__ import annotations

from benchmarks.worlds.world import Recipe, Shape, damages

_WHERE = "typing street .06, abbreviated street .3, typing postcode .03"

THINGS = (
    Recipe(
        "premises-two-registers", "premises", "premises", Shape("one_to_one", 900, 800, 500),
        ("name", "address", "postcode", "category"),
        damages(f"typing name .06, exchanged name .08, less name .05, {_WHERE}"),
    ),
    Recipe(
        "premises-licence-dates", "premises", "premises", Shape("duplicates", 1000),
        ("name", "holder", "address", "start", "end", "rooms"),
        damages(f"typing name .06, exchanged holder .15, near rooms .1, {_WHERE}"), address=("full", "inverted"),
    ),
    Recipe(
        "premises-one-address-column", "premises", "premises", Shape("one_to_one", 1000, 900, 600), ("address",),
        damages(_WHERE), address=("full", "service"),
    ),
    Recipe(
        "premises-recorded-errors", "premises", "premises", Shape("one_to_one", 1000, 1000, 700), ("address",),
        address=("full", "recorded"), needs="address_errors",
    ),
    Recipe(
        "premises-cryptic", "premises", "premises", Shape("both", 700, 600, 300), ("name", "address", "phone"),
        damages(f"typing name .06, abbreviated name .2, exchanged phone .1, {_WHERE}"), missing={"phone": 0.4},
        naming="cryptic", address=("town", "inverted"),
    ),
    Recipe(
        "premises-fifty-to-one", "premises", "premises", Shape("one_to_one", 50, 2500, 40),
        ("name", "address", "postcode"),
        damages(f"typing name .08, less name .1, {_WHERE}"), naming="differing",
    ),
    Recipe(
        "flats-two-registers", "flats", "flats", Shape("one_to_one", 1000, 900, 600), ("address", "postcode"),
        damages("typing street .05, typing postcode .02"), address=("line", "inverted"),
    ),
    Recipe(
        "flats-one-column", "flats", "flats", Shape("one_to_one", 1000, 1000, 600), ("address", "band"),
        damages("typing street .05"), address=("full", "service"), naming="differing",
    ),
    Recipe(
        "flats-recorded-errors", "flats", "flats", Shape("one_to_one", 900, 900, 600), ("address", "rooms"),
        address=("full", "recorded"), needs="address_errors",
    ),
    Recipe(
        "flats-complaints", "flats", "flats", Shape("many_to_one", 1200, 800, 900), ("address",),
        damages("typing street .05, emptied postcode .1"), address=("full", "service"),
    ),
    Recipe(
        "flats-duplicates-with-number", "flats", "flats", Shape("duplicates", 1300),
        ("uprn", "address", "postcode", "tenure", "rooms", "landlord"),
        damages("typing uprn .03, emptied uprn .3, typing street .05, exchanged tenure .1, near rooms .1"),
        missing={"uprn": 0.3, "landlord": 0.5}, address=("line", "inverted"),
    ),
    Recipe(
        "flats-no-headings", "flats", "flats", Shape("both", 700, 600, 300), ("address", "postcode", "band"),
        damages("typing street .05, typing postcode .03"), naming="absent",
    ),
    Recipe(
        "incidents-to-premises", "incidents", "premises", Shape("many_to_one", 1500, 600, 1100), ("address",),
        damages(_WHERE), address=("full", "service"),
    ),
    Recipe(
        "incidents-recorded-errors", "incidents", "premises", Shape("many_to_one", 1400, 700, 1000), ("address",),
        address=("full", "recorded"), needs="address_errors",
    ),
    Recipe(
        "incidents-busy-blocks", "incidents", "flats", Shape("many_to_one", 1500, 300, 1200), ("address", "postcode"),
        damages(f"emptied flat .05, {_WHERE}"), missing={"postcode": 0.15}, address=("line", "inverted"),
    ),
    Recipe(
        "incidents-no-postcode", "incidents", "premises", Shape("many_to_one", 1200, 700, 900), ("address",),
        damages("typing street .06, abbreviated street .3"), naming="differing", address=("town", "town"),
    ),
    Recipe(
        "incidents-few-in-register", "incidents", "premises", Shape("many_to_one", 1500, 800, 120),
        ("address", "postcode"),
        damages(_WHERE), address=("line", "inverted"),
    ),
    Recipe(
        "incidents-cryptic", "incidents", "premises", Shape("many_to_one", 1200, 600, 900), ("address", "name"),
        damages(f"emptied name .6, typing name .06, {_WHERE}"), naming="cryptic", address=("full", "full"),
    ),
    Recipe(
        "branches-listed-twice", "organisations", "organisations", Shape("duplicates", 1300),
        ("name", "phone", "email", "address", "postcode"), damages(f"typing name .05, abbreviated name .2, {_WHERE}"),
        missing={"phone": 0.2, "email": 0.4},
    ),
    Recipe(
        "branches-two-lists", "organisations", "organisations", Shape("one_to_one", 900, 900, 600),
        ("name", "company", "category", "phone", "address", "postcode", "manager"),
        damages(f"typing name .06, abbreviated company .4, exchanged manager .3, less name .05, {_WHERE}"),
        missing={"phone": 0.3, "manager": 0.4}, naming="differing",
    ),
    Recipe(
        "branches-no-address", "organisations", "organisations", Shape("one_to_one", 800, 800, 500),
        ("name", "town", "phone", "manager"),
        damages("typing name .06, exchanged manager .1, typing manager .05, less name .05"),
        missing={"phone": 0.3},
    ),
    Recipe(
        "branches-no-headings", "organisations", "organisations", Shape("both", 700, 700, 300),
        ("name", "email", "address", "postcode"), damages(f"typing name .06, ocr name .05, {_WHERE}"), naming="absent",
    ),
    Recipe(
        "branches-visits", "organisations", "organisations", Shape("many_to_one", 1300, 700, 1000),
        ("name", "address", "phone"), damages(f"abbreviated name .3, typing name .06, {_WHERE}"),
        missing={"phone": 0.35}, address=("full", "inverted"),
    ),
    Recipe(
        "schools-two-lists", "schools", "schools", Shape("one_to_one", 800, 750, 600),
        ("name", "category", "address", "postcode", "pupils"),
        damages(f"abbreviated name .4, typing name .04, near pupils .8, {_WHERE}"),
    ),
    Recipe(
        "schools-names-and-towns", "schools", "schools", Shape("one_to_one", 900, 500, 400),
        ("name", "town", "head", "phone"),
        damages("abbreviated name .3, typing name .04, exchanged head .2, exchanged phone .1"),
        missing={"phone": 0.2}, naming="differing",
    ),
    Recipe(
        "schools-point-zero", "schools", "schools", Shape("duplicates", 900), ("name", "postcode", "pupils", "head"),
        damages("abbreviated name .3, typing name .05, point_zero pupils .5, exchanged head .15, typing postcode .04"),
        naming="cryptic",
    ),
    Recipe(
        "schools-truncated", "schools", "schools", Shape("both", 600, 500, 300), ("name", "address", "postcode"),
        damages(f"truncated name .25, reordered name .05, {_WHERE}"), damages("capitals name 1"),
    ),
    Recipe(
        "papers-two-indexes", "bibliographic", "papers", Shape("one_to_one", 900, 800, 500),
        ("title", "authors", "venue", "year"),
        damages("typing title .15, less title .1, typing authors .1, other_form venue .8, emptied venue .2, "
                "near year .04"),
    ),
    Recipe(
        "papers-duplicates", "bibliographic", "papers", Shape("duplicates", 1300),
        ("title", "authors", "venue", "year", "pages"),
        damages("typing title .15, truncated title .08, truncated authors .2, other_form venue .5, emptied pages .4"),
        missing={"year": 0.2, "pages": 0.3},
    ),
    Recipe(
        "papers-no-headings", "bibliographic", "papers", Shape("one_to_one", 800, 800, 450),
        ("title", "authors", "year"),
        damages("ocr title .15, reordered title .04, less authors .15, near year .05"), naming="absent",
    ),
    Recipe(
        "papers-citations", "bibliographic", "papers", Shape("many_to_one", 1200, 500, 900),
        ("title", "authors", "year"),
        damages("typing title .15, less title .2, truncated authors .3, emptied year .2"), naming="differing",
        events=(),
    ),
    Recipe(
        "products-two-shops", "products", "products", Shape("one_to_one", 700, 800, 450), ("title", "maker", "price"),
        damages("other_form title .6, less title .2, price price .9, emptied maker .3"),
    ),
    Recipe(
        "products-catalogues", "products", "products", Shape("both", 600, 600, 250),
        ("title", "description", "model", "price"),
        damages("less title .2, reordered description .2, emptied model .4, typing model .05, price price .5"),
        naming="differing",
    ),
    Recipe(
        "products-duplicates", "products", "products", Shape("duplicates", 1000), ("title", "maker", "model"),
        damages("other_form title .4, typing title .1, unspaced model .3, emptied model .3"), naming="cryptic",
    ),
    Recipe(
        "products-offers", "products", "products", Shape("many_to_one", 1100, 400, 800), ("title", "price"),
        damages("other_form title .4, less title .2, price price .95"), events=(),
    ),
    Recipe(
        "two-languages-schools", "two languages", "schools", Shape("one_to_one", 700, 700, 500),
        ("name", "address", "postcode"), damages(f"other_form name .6, {_WHERE}"),
    ),
    Recipe(
        "two-languages-organisations", "two languages", "two_languages", Shape("duplicates", 1000),
        ("name", "town", "phone", "manager"), damages("other_form name .5, typing name .05, exchanged manager .2"),
        missing={"phone": 0.2},
    ),
    Recipe(
        "two-languages-visits", "two languages", "two_languages", Shape("many_to_one", 1100, 500, 800),
        ("name", "address"), damages(f"other_form name .6, {_WHERE}"), naming="cryptic", address=("full", "inverted"),
    ),
)  # fmt: skip
