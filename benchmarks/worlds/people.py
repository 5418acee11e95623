"""People: alone, in households, with brothers and sisters, as twins; names of several languages.

Every maker takes a number of things and a generator and gives a row for each: text, ``None`` where there is nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.households import listed_names, surnames, zipf
from benchmarks.worlds.places import homes, towns
from benchmarks.worlds.words import FAMILY_ENDINGS, GIVEN_FORMS, GROUPS, JOBS


def _dates(first: str, last: str, count: int, rng: np.random.Generator) -> np.ndarray:
    start = np.datetime64(first)
    days = int((np.datetime64(last) - start).astype(int))
    return np.datetime_as_string(start + rng.integers(days + 1, size=count)).astype(object)


def _numbers(count: int, digits: int, rng: np.random.Generator) -> list[str]:
    return [f"{number:0{digits}d}" for number in rng.choice(10**digits, count, replace=False)]


def given_names(sex: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Given names as common as they are in a list whose first names are the commonest."""
    listed = listed_names("given_names.csv").drop_duplicates("name")
    names = np.empty(len(sex), dtype=object)
    for letter in ("F", "M"):
        pool = listed.loc[listed["sex"] == letter, "name"].to_numpy(dtype=object)
        rows = np.flatnonzero(sex == letter)
        names[rows] = rng.choice(pool, len(rows), p=zipf(len(pool), 0.9, 5))
    return names


def nhs_numbers(count: int, rng: np.random.Generator) -> list[str]:
    """Different numbers of ten digits, the last of which checks the others; those in 999 are never issued."""
    numbers: dict[str, None] = {}
    while len(numbers) < count:
        digits = [9, 9, 9, *rng.integers(10, size=6).tolist()]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            numbers["".join(map(str, [*digits, check % 11]))] = None
    return list(numbers)


def _persons(home: np.ndarray, places: pd.DataFrame, family: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """People by the number of their home and their surname; all else is drawn for each."""
    count = len(home)
    sex = rng.choice(["F", "M"], count).astype(object)
    born_in = towns(40, rng)
    table = pd.DataFrame(
        {
            "given_name": given_names(sex, rng),
            "middle_name": np.where(rng.random(count) < 0.55, given_names(sex, rng), None),
            "surname": family,
            "dob": _dates("1932-01-01", "2006-12-31", count, rng),
            "sex": sex,
            "phone": [f"07{number}" for number in _numbers(count, 9, rng)],
            "nhs_number": nhs_numbers(count, rng),
            "occupation": rng.choice(JOBS, count, p=zipf(len(JOBS), 0.8, 3)),
            "birth_place": rng.choice(born_in, count, p=zipf(len(born_in), 0.9, 2)),
            "ethnic_group": rng.choice(GROUPS, count, p=zipf(len(GROUPS), 1.2, 1)),
            "home": home,
        },
        dtype=object,
    )
    hosts = ("mail.example", "post.example", "inbox.example")
    parts = zip(
        table["given_name"], table["surname"], rng.integers(100, size=count), rng.choice(hosts, count), strict=True
    )
    table["email"] = [
        f"{given}.{family}{number}@{host}".lower().replace(" ", "") for given, family, number, host in parts
    ]
    return pd.concat([table, places.iloc[home].reset_index(drop=True)], axis=1)


def people(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """People of a few towns, each in a home; a few share one by chance."""
    places = homes(max(count * 4 // 5, 20), rng)
    return _persons(rng.integers(len(places), size=count), places, surnames(count, rng), rng)


def households(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Two to five relatives at each address: mostly of one surname, some with one phone."""
    places = homes(max(count // 2, 20), rng)
    sizes = rng.choice([1, 2, 3, 4, 5], size=count, p=[0.2, 0.35, 0.2, 0.15, 0.1])
    home = np.repeat(np.arange(count) % len(places), sizes)[:count]
    shared = surnames(len(places), rng)
    family = np.where(rng.random(count) < 0.8, shared[home], surnames(count, rng))
    table = _persons(home, places, family, rng)
    first = table.groupby("home")["phone"].transform("first")
    table["phone"] = first.where(rng.random(count) < 0.4, table["phone"])
    return table


def siblings(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Children of one surname, address and phone, born a few years apart."""
    return _children(count, rng, twins=False)


def twins(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Twins, who share their date of birth as well; a third of all children are only children."""
    return _children(count, rng, twins=True)


def _children(count: int, rng: np.random.Generator, *, twins: bool) -> pd.DataFrame:
    places = homes(max(count // 2 + 10, 20), rng)
    sizes = rng.choice([1, 2, 3], size=count, p=[0.35, 0.6, 0.05] if twins else [0.25, 0.5, 0.25])
    home = np.repeat(np.arange(count) % len(places), sizes)[:count]
    table = _persons(home, places, surnames(len(places), rng)[home], rng)
    first = _dates("2004-01-01", "2018-12-31", len(places), rng)[home]
    order = table.groupby("home").cumcount().to_numpy()
    later = np.array(first, dtype="datetime64[D]") + (0 if twins else 1) * order * rng.integers(330, 1300, size=count)
    table["dob"] = np.datetime_as_string(later).astype(object)
    table["phone"] = table.groupby("home")["phone"].transform("first")
    named = table["given_name"].to_numpy(copy=True)
    for _ in range(3):  # two children of one home are not called the same
        again = pd.DataFrame({"home": home, "name": named}).duplicated().to_numpy()
        named[again] = given_names(table["sex"].to_numpy()[again], rng)
    return table.assign(given_name=named)


def two_scripts(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """People whose names are written with accents here and transliterated there: ``given_name_other`` and so on."""
    table = people(count, rng)
    picked = rng.choice(len(GIVEN_FORMS), count, p=zipf(len(GIVEN_FORMS), 0.7, 4))
    foreign = rng.random(count) < 0.8
    given = list(zip(table["given_name"], foreign, (GIVEN_FORMS[at] for at in picked), strict=True))
    table["given_name"] = [forms[0] if own else name for name, own, forms in given]
    table["given_name_other"] = [str(rng.choice(forms[1:])) if own else name for name, own, forms in given]
    stems = table["surname"].str.rstrip("aeiouy").str[:7]
    endings = [FAMILY_ENDINGS[at] for at in rng.integers(len(FAMILY_ENDINGS), size=count)]
    table["surname"] = [stem + forms[0] for stem, forms in zip(stems, endings, strict=True)]
    table["surname_other"] = [stem + str(rng.choice(forms[1:])) for stem, forms in zip(stems, endings, strict=True)]
    return table
