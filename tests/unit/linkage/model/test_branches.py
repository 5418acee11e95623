"""Branches share a head office: what they have from it does not make two of them one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec, link

ROLES = {"id": "record_id", "name": "organisation_name", "home": "address", "phone": "phone", "mail": "email"}
STARTS, ENDS = "Ash Birch Cedar Dale Elm Fern Glen Holt".split(), "by ton ham ford wick".split()  # noqa: SIM905
NAMES = [f"{start}{end}" for start in STARTS for end in ENDS]
PARTS = "North South East West Central Park Green Hill Mill Bridge Station Market Castle Abbey Lower Upper".split()  # noqa: SIM905
SITES = LinkageSpec(tables=["sites"], link_type="dedupe_only", review_pairs=0)


def sites(seed: int, firms: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Firms of one to eight sites, each site listed twice; phone and mailbox are the head office's."""
    rng = np.random.default_rng(seed)
    streets = [f"{word} {kind}" for word in ("Abbey", "Bath", "Cross", "Fern") for kind in ("Road", "Street", "Lane")]
    rows, truth = [], []
    for firm in range(firms):
        for _ in range(rng.integers(1, 9)):
            home = f"{rng.integers(1, 180)} {rng.choice(streets)}"
            for spelling in (home, home.replace("Street", "St").replace("Road", "Rd")):
                number = f"s{len(rows):04d}"
                phone, mail = f"020794{firm * 97 + 10000:05d}", f"office@firm{firm}.example.org"
                rows.append((number, f"{NAMES[firm]} House Nursery", spelling, phone, mail))
                truth.append(("sites", number, f"{firm} {home}"))
    return (
        pd.DataFrame(rows, columns=list(ROLES), dtype=object),
        pd.DataFrame(truth, columns=["table", "record_id", "person_id"]),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_sites_of_one_firm_stay_apart_and_that_is_said(seed: int):
    table, truth = sites(seed)
    result = link({"sites": table}, {"sites": contract("sites", ROLES)}, SITES, truth)
    assert result.metrics["precision"] > 0.95
    assert result.metrics["recall"] > 0.97
    assert {notice.values["column"] for notice in result.notices if notice.code == "branches"} == {"phone", "email"}


def test_where_something_tells_people_apart_those_who_move_are_no_branches():
    table, _ = sites(1)
    born = pd.Series([f"19{firm % 60 + 30}-0{firm % 9 + 1}-11" for firm in range(len(table))], dtype=object)
    roles = {**ROLES, "born": "date_of_birth"}
    result = link({"sites": table.assign(born=born)}, {"sites": contract("sites", roles)}, SITES)
    assert not any(notice.code == "branches" for notice in result.notices)


def libraries(seed: int, twice: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """400 libraries of 40 towns with one mailbox a town; so many of them listed twice, with a slip in the address."""
    rng = np.random.default_rng(seed)
    rows, truth = [], []
    for number in range(400):
        town, part = NAMES[number % 40], rng.choice(PARTS)
        home = f"{rng.integers(1, 150)} {rng.choice(STARTS)}{rng.choice(ENDS)}{rng.choice(ENDS)} Road"
        district = f"{'ABCDEFGHKLMNPRSTUWYZ'[number % 20]}{rng.integers(1, 20)}"
        postcode = f"{district} {rng.integers(1, 9)}{rng.choice(list('ABDEFG'))}{rng.choice(list('ABDEFG'))}"
        for copy in range(1 + (number < twice)):
            mail = f"libraries@{town.lower()}.example.org" if rng.random() < 0.7 else None
            spelt = home.replace("Road", "Rd").replace("e", "", 1) if copy else home
            rows.append((f"l{len(rows):04d}", f"{town} {part} Library", spelt, mail, postcode))
            truth.append(("sites", rows[-1][0], str(number)))
    columns = ["id", "name", "home", "mail", "postcode"]
    return (
        pd.DataFrame(rows, columns=columns, dtype=object),
        pd.DataFrame(truth, columns=["table", "record_id", "person_id"]),
    )


@pytest.mark.parametrize("twice", [0, 8, 120])
@pytest.mark.parametrize("seed", [1, 2])
def test_those_who_share_a_mailbox_and_a_district_are_still_at_two_places(seed: int, twice: int):
    table, truth = libraries(seed, twice)
    roles = {**{name: ROLES[name] for name in ("id", "name", "home", "mail")}, "postcode": "postcode"}
    result = link({"sites": table}, {"sites": contract("sites", roles)}, SITES, truth)
    assert not twice or result.metrics["recall"] > 0.97
    assert len(result.pairs) - twice <= 6 + 0.2 * twice  # 100 and more, where relatives are taken to live anywhere
    assert abs(result.metrics["expected_matches"] - twice) <= 6 + 0.2 * twice
