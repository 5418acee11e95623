"""The people of the twin: in households, with names, birthdays, numbers and a history of addresses.

Neighbours, brothers and sisters, twins and sons named after their fathers make linkage hard, so they are all here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from shared_analysis.twin.names import COMMUNITIES, family_names, given_names
from shared_analysis.twin.places import Homes, boroughs, make_homes
from shared_analysis.twin.streams import Array, Streams

NEVER = np.datetime64("2999-01-01")
_HOUSEHOLD_SIZES = np.array([0.42, 0.24, 0.14, 0.12, 0.05, 0.03])
_YEARS_BETWEEN_MOVES = 12.0
_DRAMA_PREFIXES = (
    "07700 900",
    "020 7946 0",
    "01632 960",
    *(
        f"{code} 496 0"
        for code in ["0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161"]
    ),
    "0191 498 0",
    "029 2018 0",
)
"""Ofcom's numbers for use in drama: a thousand behind each prefix, never given to a subscriber."""


@dataclass(frozen=True)
class Population:
    """One entry a person in every array; ``homes`` and ``moved`` have one row a person."""

    household: Array
    community: Array
    sex: Array
    born: Array
    given: Array
    middle: Array
    family: Array
    other_family: Array
    """The family name after a change of name."""
    nhs_number: Array
    nino: Array
    phone: Array
    email: Array
    home: Array
    """(people, 3) index of the first, second and third home."""
    moved: Array
    """(people, 2) day of the move to the second and third home; ``NEVER`` if there is none."""
    homes: Homes

    def __len__(self) -> int:
        return len(self.given)

    def home_on(self, person: Array, day: Array) -> Array:
        """Return the home of each person on each day."""
        moves = (self.moved[person] <= day[:, None]).sum(axis=1)
        return np.asarray(self.home[person, moves])


def make_people(count: int, first_day: np.datetime64, last_day: np.datetime64, streams: Streams) -> Population:
    """Make ``count`` people who all live through the whole period."""
    household, place = _households(count, streams)
    head = np.flatnonzero(place == 0)
    community = _communities(household, place, streams)
    sex = _sexes(household, place, head, streams)
    born = _birthdays(household, place, head, first_day, streams)
    given, family, other = _names(household, place, head, community, sex, streams)
    home, moved, homes = _addresses(household, len(head), (first_day, last_day), streams)
    rng = streams.rng("middle")
    middle = np.where(rng.random(count) < 0.35, given_names(community, sex, rng), "")
    return Population(
        household=household,
        community=community,
        sex=sex,
        born=born,
        given=given,
        middle=middle.astype(object),
        family=family,
        other_family=other,
        nhs_number=_nhs_numbers(count, streams.rng("nhs")),
        nino=_nino(count, streams.rng("nino")),
        phone=_phones(count, streams.rng("phone")),
        email=_emails(given, family),
        home=home,
        moved=moved,
        homes=homes,
    )


def _households(count: int, streams: Streams) -> tuple[Array, Array]:
    """Put people into households: the household of each, and each one's place in it (0 for the head)."""
    sizes = 1 + streams.rng("households").choice(len(_HOUSEHOLD_SIZES), size=count, p=_HOUSEHOLD_SIZES)
    household = np.repeat(np.arange(count), sizes)[:count]
    starts = np.concatenate([[0], np.cumsum(sizes)])[household]
    return household, np.arange(count) - starts


def _communities(household: Array, place: Array, streams: Streams) -> Array:
    rng = streams.rng("communities")
    shares = np.array([share for share, _ in COMMUNITIES.values()])
    of_household = rng.choice(len(shares), size=household[-1] + 1, p=shares / shares.sum())
    own = rng.choice(len(shares), size=len(household), p=shares / shares.sum())
    mixed = (place == 1) & (rng.random(len(household)) < 0.12)
    return np.asarray(np.where(mixed, own, of_household[household]))


def _sexes(household: Array, place: Array, head: Array, streams: Streams) -> Array:
    """More single men than women, as services for homeless people meet; partners mostly of the other sex."""
    rng = streams.rng("sex")
    sex = np.where(rng.random(len(household)) < 0.55, "M", "F").astype(object)
    partner = (place == 1) & (rng.random(len(household)) < 0.9)
    other = np.where(sex[head][household] == "M", "F", "M")
    return np.where(partner, other, sex).astype(object)


def _birthdays(household: Array, place: Array, head: Array, first_day: np.datetime64, streams: Streams) -> Array:
    """Draw birthdays: everybody is 16 to 88 when the period starts.

    From the third member on they are grown-up children, a few of them twins; where the head is too young, flatmates.
    """
    rng, count = streams.rng("born"), len(household)
    age = np.clip(18 + rng.gamma(2.2, 11.0, size=count), 18, 88)
    head_age = age[head][household]
    age = np.where(place == 1, np.clip(head_age + rng.normal(0, 5, size=count), 18, 88), age)
    child = head_age - rng.normal(28, 6, size=count)
    age = np.where(place >= 2, np.where(child < 16, rng.uniform(16, 26, size=count), child), age)
    days = (age * 365.25).astype(int) + rng.integers(1, 28, size=count)
    twin = (place >= 3) & (rng.random(count) < 0.10)
    days = np.where(twin, np.concatenate([days[:1], days[:-1]]), days)
    return np.asarray(first_day.astype("datetime64[D]") - days.astype("timedelta64[D]"))


def _names(
    household: Array, place: Array, head: Array, community: Array, sex: Array, streams: Streams
) -> tuple[Array, Array, Array]:
    """Most members bear the household's family name; a few children bear a parent's given name."""
    rng, count = streams.rng("family names"), len(household)
    of_household = family_names(community[head], streams.rng("household names"))[household]
    own = family_names(community, rng)
    family = np.where((place == 0) | (rng.random(count) < 0.78), of_household, own)
    double = rng.random(count) < 0.02
    other = np.where(rng.random(count) < 0.3, family + "-" + own, own)
    given = given_names(community, sex, streams.rng("given names"))
    parent = given[head][household]
    namesake = (place >= 2) & (sex == sex[head][household]) & (rng.random(count) < 0.06)
    return (
        np.where(namesake, parent, given).astype(object),
        np.where(double & (family != own), family + "-" + own, family).astype(object),
        other.astype(object),
    )


def _addresses(
    household: Array, households: int, period: tuple[np.datetime64, np.datetime64], streams: Streams
) -> tuple[Array, Array, Homes]:
    """Give every person up to three homes: most move with the household, some leave it, some go into a hostel."""
    rng, count, places = streams.rng("moves"), len(household), boroughs()
    size = len(places.code)
    length = int((period[1] - period[0]).astype("timedelta64[D]").astype(int)) + 1
    first = rng.choice(size, size=households, p=places.demand)
    borough = np.column_stack([first, _nearby(first, rng), _nearby(first, rng)])
    hostels = np.repeat(np.arange(size), np.maximum(1, np.rint(count * places.demand / 60)).astype(int))
    leaver = np.flatnonzero(rng.random(count) < 0.18)
    left = _nearby(first[household[leaver]], rng)
    homes = make_homes(
        np.concatenate([borough.ravel(), left, hostels]),
        np.arange(borough.size + len(left) + len(hostels)) >= borough.size + len(left),
        streams,
    )
    home = np.arange(borough.size).reshape(households, 3)[household]
    gaps = rng.exponential(_YEARS_BETWEEN_MOVES * 365.25, size=(households, 2)).astype(int) + 1
    moved = np.cumsum(gaps, axis=1)[household]
    home[leaver, 1] = borough.size + np.arange(len(leaver))
    moved[leaver, 0] = rng.integers(0, length, size=len(leaver))
    moved[:, 1] = np.maximum(moved[:, 1], moved[:, 0] + 1)
    resident = np.flatnonzero(rng.random(count) < 0.10)
    home[resident, 2] = borough.size + len(left) + _a_hostel(first[household[resident]], hostels, rng)
    moved[resident, 1] = moved[resident, 0] + rng.integers(1, length + 1, size=len(resident))
    day = period[0].astype("datetime64[D]") + np.minimum(moved, 300_000).astype("timedelta64[D]")
    return home, np.where(day > period[1], NEVER, day), homes


def _nearby(borough: Array, rng: np.random.Generator) -> Array:
    """Seven moves in ten stay in the borough; the others go anywhere in London."""
    elsewhere = rng.choice(len(boroughs().code), size=len(borough), p=boroughs().people)
    return np.asarray(np.where(rng.random(len(borough)) < 0.7, borough, elsewhere))


def _a_hostel(borough: Array, hostels: Array, rng: np.random.Generator) -> Array:
    start = np.searchsorted(hostels, borough)
    end = np.searchsorted(hostels, borough, side="right")
    return np.asarray(start + (rng.random(len(borough)) * (end - start)).astype(int))


def _nhs_numbers(count: int, rng: np.random.Generator) -> Array:
    """Numbers from the range kept for tests (999...), each with its right check digit (modulus 11)."""
    tail = rng.permutation(1_000_000)
    digits = np.column_stack([np.full((len(tail), 3), 9), *(tail // 10**power % 10 for power in range(5, -1, -1))])
    check = (11 - digits @ np.arange(10, 1, -1) % 11) % 11
    valid = (999_000_000 + tail)[check < 10] * 10 + check[check < 10]
    return valid[np.arange(count) % len(valid)].astype(str).astype(object)


def _nino(count: int, rng: np.random.Generator) -> Array:
    """Numbers of the official example's form: prefix QQ, which is never issued."""
    numbers, letters = rng.integers(0, 1_000_000, size=count), rng.choice(list("ABCD"), size=count)
    return np.array([f"QQ{number:06d}{letter}" for number, letter in zip(numbers, letters, strict=True)], dtype=object)


def _phones(count: int, rng: np.random.Generator) -> Array:
    """Ofcom's drama numbers, mobile and London ones first; beyond 16,000 people a number has several holders."""
    pool = [f"{prefix}{number:03d}" for prefix in _DRAMA_PREFIXES for number in range(1000)]
    common, rest = np.array(pool[:2000], dtype=object), np.array(pool[2000:], dtype=object)
    numbers = np.concatenate([rng.permutation(common), rng.permutation(rest)])
    return np.asarray(numbers[rng.permutation(count) % len(numbers)])


def _emails(given: Array, family: Array) -> Array:
    """Addresses at example.org, which is reserved and delivers nothing."""
    names = [
        f"{plain_letters(first)}.{plain_letters(last)}{number % 1000}@example.org".lower().replace(" ", "")
        for number, (first, last) in enumerate(zip(given, family, strict=True))
    ]
    return np.array([name.replace("'", "") for name in names], dtype=object)


def plain_letters(text: str) -> str:
    """Return the text in unaccented Latin letters, as older systems store it."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_NO_DECOMPOSITION))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_NO_DECOMPOSITION = str.maketrans({"Ł": "L", "ł": "l", "ı": "i", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "ß": "ss"})
