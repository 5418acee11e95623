"""People of one name in flats of one building stay people of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage import LinkageResult, LinkageSpec, link

from .conftest import SYLLABLES, contract

pytestmark = pytest.mark.slow  # each links whole tables

ROLES = {"id": "record_id", "first": "given_name", "last": "family_name", "home": "address", "pcode": "postcode"}
WAYS = ("Flat {}, {} {}", "FLAT {} {} {}", "{}/{} {}", "Apartment {}, {} {}, Hackney, London")


def flats(seed: int, buildings: int = 60) -> pd.DataFrame:
    """People in flats, of whom those in flats 2 and 3 of a building bear one name; half are recorded twice."""
    rng = np.random.default_rng(seed)

    def word(parts: int) -> str:
        return "".join(rng.choice(SYLLABLES, parts)).title()

    firsts, lasts = [word(2) for _ in range(60)], [word(3) for _ in range(200)]
    rows: list[tuple[str, str, str, str, str]] = []
    for building in range(buildings):
        number, street, pcode = rng.integers(1, 200), f"{word(2)} Road", f"E{building // 9 + 1} {building % 9 + 1}AB"
        namesake = str(rng.choice(firsts)), str(rng.choice(lasts))
        for flat in range(1, 13):
            first, last = namesake if flat in (2, 3) else (str(rng.choice(firsts)), str(rng.choice(lasts)))
            for copy in range(int(rng.integers(1, 3))):
                way = WAYS[int(rng.integers(0, len(WAYS)))] if copy else WAYS[0]
                rows.append((f"b{building}f{flat}c{copy}", first, last, way.format(flat, number, street), pcode))
    return pd.DataFrame(rows, columns=list(ROLES)).sample(frac=1, random_state=seed)


def linked(table: pd.DataFrame, roles: dict[str, str] = ROLES) -> LinkageResult:
    truth = pd.DataFrame({"table": "people", "record_id": table["id"], "person_id": table["id"].str[:-2]})
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only", threads=1)
    return link({"people": table[list(roles)]}, {"people": contract("people", roles)}, spec, truth)


@pytest.mark.parametrize("with_postcode", [True, False])
def test_two_people_of_one_name_in_flats_2_and_3_of_one_building_are_not_one(with_postcode):
    roles = {column: role for column, role in ROLES.items() if with_postcode or role != "postcode"}
    result = linked(flats(1), roles)
    left, right = (result.pairs[f"record_id_{side}"].str.extract(r"b(\d+)f(\d+)c") for side in "lr")
    namesakes = (left[0] == right[0]) & (left[1] != right[1])
    assert not namesakes.any()
    assert result.metrics["recall"] > 0.9
    assert result.metrics["precision"] > 0.97
