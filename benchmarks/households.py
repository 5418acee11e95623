"""People who live together, for benchmarks of linkage: neighbours and relatives are the hard non-matches.

    python -m benchmarks.households ROWS SEED OUT.csv

About ``ROWS`` / 1.52 people in households that share an address and mostly a surname; 40 % of people have two records
or more, with moves, nicknames, typing errors, swaps and gaps at stated rates. ``cluster`` is the answer. Written from a
description of the set, apart from any method of linkage and from the twin's own errors: only lists of names, common
ones first, are the twin's. A first name that has no nickname keeps its form; a typing error always changes something.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

COPIES = {1: 0.60, 2: 0.30, 3: 0.08, 4: 0.02}
RECORDS_A_PERSON = 1.52
PEOPLE_A_HOUSEHOLD = 2.1
HOUSEHOLDS_A_POSTCODE = 15
MISSING = {"first_name": 0.01, "surname": 0.005, "dob": 0.04, "postcode": 0.03, "address": 0.02}

# Real outward codes of London; every inward code and street is invented.
OUTWARD = """
    E1 E2 E3 E5 E8 E9 E11 E14 E17 EC1 N1 N4 N7 N8 N15 N16 N17 N19 N22 NW1 NW2 NW3 NW5 NW6 NW9 NW10 SE1 SE3 SE5 SE8
    SE10 SE13 SE15 SE18 SE22 SE25 SW2 SW4 SW6 SW8 SW9 SW11 SW15 SW16 SW17 SW19 W2 W3 W5 W6 W9 W10 W11 W12 W14 CR0 CR7
    HA0 HA3 IG1 IG11 KT3 RM6 RM10 TW3 TW7 UB1 UB6 BR1 BR3 DA5 EN3
"""
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
STREET_HEADS = """
    Ash Birch Cedar Church Clare Cross Dale East Elm Fair Farm Field Forest Glen Grange Grove Hart Hazel Heath High
    Hill Holly Ivy Kings Lake Lime Long Manor Maple March Mill Mount New North Oak Old Orchard Park Pine Pond Queens
    Raven Rose Rowan School Spring Station Stone Sun Thorn Vale Victor Water Well West White Willow Wood York
"""
STREET_TAILS = """
    bourne bridge brook bury combe croft dene field ford gate ham hurst land leigh ley mere stead ton wick worth
"""
STREET_KINDS = ("Road", "Street", "Avenue", "Lane", "Close", "Gardens")
SHORT = {"Road": "Rd", "Street": "St", "Avenue": "Ave", "Flat": "Apt"}
SYLLABLES = """
    al an ar ba bel bor bra cal cam cor dal den dor el fa fen gal gar hal har hol is jan ka kel lan lar mar mel min na
    nor ol pa per ra ros sal san tor va vel wal wil yar za
"""
ENDINGS = "ton son ley man well field ford worth ham by er ard ett ski ova ez idis oglu wala"
SURNAMES = 30_000
LETTERS, CODES = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def households(rows: int, seed: int) -> pd.DataFrame:
    """Make the set: ``unique_id, first_name, surname, dob, address, postcode, cluster``, all text, rows shuffled."""
    rng = np.random.default_rng(seed)
    enough = round(rows / RECORDS_A_PERSON * 1.02) + 20
    copies = rng.choice(list(COPIES), size=enough, p=list(COPIES.values()))
    count = int(np.searchsorted(copies.cumsum(), rows)) + 1  # the last person's records may be cut short
    homes = _homes(max(round(count / PEOPLE_A_HOUSEHOLD), 2), rng)
    people = _people(count, homes, rng)
    of = np.repeat(np.arange(count), copies[:count])[:rows]
    table = people.iloc[of].reset_index(drop=True).assign(cluster=of.astype(str).astype(object))
    _differ(table, np.flatnonzero(np.diff(of, prepend=-1) == 0), people, homes, rng)
    for column, share in MISSING.items():
        table.loc[rng.random(rows) < share, column] = None
    table = table.iloc[rng.permutation(rows)].reset_index(drop=True)
    table["unique_id"] = [f"r{number}" for number in range(rows)]
    return table[["unique_id", "first_name", "surname", "dob", "address", "postcode", "cluster"]]


def _homes(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Households: ``surname, address, postcode``; one street a postcode."""
    codes = _postcodes(max(round(count / HOUSEHOLDS_A_POSTCODE), 1), rng)
    heads, tails = (rng.choice(words, len(codes)) for words in (STREET_HEADS.split(), ["", *STREET_TAILS.split()]))
    kinds = rng.choice(STREET_KINDS, len(codes))
    streets = [f"{head}{tail} {kind}" for head, tail, kind in zip(heads, tails, kinds, strict=True)]
    at = rng.integers(len(codes), size=count)
    flats = np.where(rng.random(count) < 0.3, rng.integers(1, 20, count), 0)
    parts = zip(flats.tolist(), rng.integers(1, 180, count).tolist(), at.tolist(), strict=True)
    addresses = [(f"Flat {flat}, " if flat else "") + f"{number} {streets[street]}" for flat, number, street in parts]
    return pd.DataFrame({"surname": surnames(count, rng), "address": addresses, "postcode": codes[at]}, dtype=object)


def _postcodes(count: int, rng: np.random.Generator) -> np.ndarray:
    """As many different postcodes."""
    inward = [f" {digit}{a}{b}" for digit in range(10) for a in INWARD for b in INWARD]
    every = np.array([outward + rest for outward in OUTWARD.split() for rest in inward], dtype=object)
    return rng.choice(every, count, replace=False)


def _people(count: int, homes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """People, at least one in each household: ``home`` (row of ``homes``), names, date of birth and where they live."""
    home = np.concatenate([np.arange(len(homes)), rng.integers(len(homes), size=max(count - len(homes), 0))])[:count]
    place = homes.iloc[home].reset_index(drop=True)
    first = listed_names("given_names.csv")["name"].drop_duplicates().to_numpy(dtype=object)
    span = np.datetime64("2003-12-31") - np.datetime64("1930-01-01")
    born = np.datetime64("1930-01-01") + rng.integers(span.astype(int) + 1, size=count)
    return pd.DataFrame(
        {
            "home": home,
            "first_name": rng.choice(first, count, p=zipf(len(first), 0.8, 5)),
            "surname": np.where(rng.random(count) < 0.7, place["surname"], surnames(count, rng)),
            "dob": np.datetime_as_string(born).astype(object),
            "address": place["address"],
            "postcode": place["postcode"],
        }
    )


def zipf(size: int, exponent: float, offset: float) -> np.ndarray:
    weights = (np.arange(1, size + 1) + offset) ** -float(exponent)
    return weights / weights.sum()


@cache
def listed_names(file: str) -> pd.DataFrame:
    return pd.read_csv(files("shared_analysis.twin") / "data" / file, dtype=str, keep_default_na=False)


def surnames(count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw from about 30,000: the common ones from the list, then a long tail of composed ones, in a fixed order."""
    every = _every_surname()
    return rng.choice(every, count, p=zipf(len(every), 0.75, 8))


@cache
def _every_surname() -> np.ndarray:
    listed = listed_names("family_names.csv")["name"].drop_duplicates().tolist()
    parts = SYLLABLES.split()
    made = {f"{a}{b}{end}".capitalize() for a in parts for b in ["", *parts] for end in ENDINGS.split()}
    tail = np.random.default_rng(0).permutation(sorted(made - set(listed)))[: SURNAMES - len(listed)]
    return np.array([*listed, *tail], dtype=object)


def _differ(
    table: pd.DataFrame, later: np.ndarray, people: pd.DataFrame, homes: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Change the further records of people (rows ``later``) in place, each kind of change at its own rate."""

    def some(share: float) -> np.ndarray:
        return later[rng.random(len(later)) < share]

    def change(column: str, share: float, how: Callable[[str], str]) -> None:
        rows = some(share)
        table.loc[rows, column] = [how(value) for value in table.loc[rows, column]]

    moved = some(0.12)
    away = (table.loc[moved, "home"].to_numpy() + rng.integers(1, len(homes), size=len(moved))) % len(homes)
    table.loc[moved, ["address", "postcode"]] = homes[["address", "postcode"]].to_numpy()[away]
    short = listed_names("nicknames.csv").groupby("name")["nickname"].agg(list).to_dict()
    change("first_name", 0.08, lambda name: str(rng.choice(short.get(name, [name]))))
    change("first_name", 0.06, lambda name: typing_error(name, LETTERS, rng))
    change("first_name", 0.02, lambda name: name[:1])
    change("surname", 0.06, lambda name: typing_error(name, LETTERS, rng))
    changed = some(0.03)
    table.loc[changed, "surname"] = rng.choice(people["surname"].to_numpy(), len(changed))
    swapped = some(0.01)
    table.loc[swapped, ["first_name", "surname"]] = table.loc[swapped, ["surname", "first_name"]].to_numpy()
    change("dob", 0.035, lambda day: wrong_digit(day, rng))
    change("dob", 0.015, lambda day: f"{day[:4]}-{day[8:]}-{day[5:7]}" if int(day[8:]) <= 12 else day)
    change("postcode", 0.025, lambda code: typing_error(code, CODES, rng))
    change("address", 0.10, _abbreviated)
    change("address", 0.05, lambda address: typing_error(address, LETTERS, rng))


def typing_error(text: str, alphabet: str, rng: np.random.Generator) -> str:
    """One letter wrong, too many, too few, or two neighbours in the wrong order."""
    at, kind = int(rng.integers(len(text))), int(rng.integers(4))
    letter = str(rng.choice([one for one in alphabet if one != text[at].lower()]))
    if kind == 0:
        return text[:at] + letter + text[at + 1 :]
    if kind == 1 and len(text) > 1:
        return text[:at] + text[at + 1 :]
    if kind == 2 and at + 1 < len(text) and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + letter + text[at:]


def wrong_digit(day: str, rng: np.random.Generator) -> str:
    """Any of the eight digits; what comes out need not be a day of the calendar."""
    at = int(rng.choice([0, 1, 2, 3, 5, 6, 8, 9]))
    return day[:at] + str((int(day[at]) + int(rng.integers(1, 10))) % 10) + day[at + 1 :]


def _abbreviated(address: str) -> str:
    return " ".join(SHORT.get(word, word) for word in address.split(" "))


if __name__ == "__main__":
    size, start, out = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    households(size, start).to_csv(out, index=False, lineterminator="\n", encoding="utf-8")
