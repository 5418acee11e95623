"""The mistakes that real records hold: slips of the pen, other forms of a name, swapped fields, gaps.

Every kind of mistake draws from its own stream: one more kind, or one more column, leaves the others as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from shared_analysis.twin.names import nicknames
from shared_analysis.twin.people import plain_letters
from shared_analysis.twin.records import Quality
from shared_analysis.twin.streams import Array, Streams

Fields = dict[str, Array]
Masks = dict[str, Array]

_MISSING = {
    "given_name": 0.010,
    "middle_name": 0.400,
    "family_name": 0.005,
    "born": 0.035,
    "sex": 0.020,
    "phone": 0.250,
    "email": 0.450,
    "nhs_number": 0.200,
    "national_insurance_number": 0.250,
    "address": 0.020,
    "house_number": 0.020,
    "street": 0.015,
    "uprn": 0.300,
}
_NO_ABODE = np.array(["No fixed abode", "NFA", "no fixed address"], dtype=object)
_SHORT = {
    "Road": ("Rd", "Rd."),
    "Street": ("St", "St."),
    "Avenue": ("Ave", "Av"),
    "Close": ("Cl",),
    "Gardens": ("Gdns",),
    "Lane": ("Ln",),
    "Terrace": ("Terr",),
    "Grove": ("Gr",),
    "Crescent": ("Cres",),
    "Court": ("Ct",),
    "Flat": ("Flt", "Apt", "Apartment"),
}
_BESIDE = {
    **dict(zip("qwertyuiop", "wqweertyui", strict=True)),
    **dict(zip("asdfghjkl", "sasdfghjk", strict=True)),
    **dict(zip("zxcvbnm", "xzxcvbn", strict=True)),
}


def make_mistakes(fields: Fields, roles: Collection[str], quality: Quality, streams: Streams) -> tuple[Fields, Masks]:
    """Return the fields as they were written down, and for each kind of mistake the records that have it.

    Parameters
    ----------
    fields
        What is true, as :func:`~shared_analysis.twin.records.describe` gives it. Not changed.
    roles
        The roles that the table has columns for: only mistakes in these are reported.
    quality
        How carefully the table is kept.
    """
    rows = len(fields["born"])
    noise = _Noise({name: values.copy() for name, values in fields.items()}, rows, quality.noise, streams)
    _names(noise)
    _birthdays(noise)
    _numbers(noise)
    _addresses(noise, quality)
    for field, rate in _MISSING.items():
        here = noise.pick(f"{_IN_WORDS.get(field, field.replace('_', ' '))} missing", field, rate)
        noise.fields[field][here] = np.datetime64("NaT") if field == "born" else ""
    _as_typed(noise)
    return noise.fields, {mistake: mask for mistake, (field, mask) in noise.masks.items() if _shown(field, roles)}


_IN_WORDS = {"born": "birthday", "nhs_number": "NHS number", "national_insurance_number": "NI number", "uprn": "UPRN"}
_COLUMNS = {
    "born": {"date_of_birth"},
    "given_name": {"given_name", "full_name"},
    "middle_name": {"middle_name", "full_name"},
    "family_name": {"family_name", "full_name"},
}


def _shown(field: str, roles: Collection[str]) -> bool:
    """Tell whether a field reaches a column of the table."""
    if field == "address" and "street" in roles:
        return False
    return not _COLUMNS.get(field, {field}).isdisjoint(roles)


class _Noise:
    """The fields being written, and which records got which mistake."""

    def __init__(self, fields: Fields, rows: int, factor: float, streams: Streams) -> None:
        self.fields = fields
        self.masks: dict[str, tuple[str, Array]] = {}
        self._rows = rows
        self._factor = factor
        self.streams = streams

    def pick(self, mistake: str, field: str, rate: float, among: Array | None = None) -> Array:
        """Choose the records that get a mistake in a field, at most nine in ten."""
        chosen = self.streams.rng("pick", mistake).random(self._rows) < min(rate * self._factor, 0.9)
        if among is not None:
            chosen &= among
        self.masks[mistake] = (field, chosen)
        return np.flatnonzero(chosen)

    def rewrite(
        self, field: str, mistake: str, rate: float, change: Callable[[str, Array], str], among: Array | None = None
    ) -> None:
        """Pass the chosen records' values through ``change(value, four random numbers below 2**31)``."""
        values = self.fields[field]
        here = self.pick(mistake, field, rate, (values != "") if among is None else among & (values != ""))
        draws = self.streams.rng("how", mistake).integers(2**31, size=(len(here), 4))
        before = values[here]
        values[here] = [change(text, draw) for text, draw in zip(before, draws, strict=True)]
        self.masks[mistake][1][here] = values[here] != before


def _names(noise: _Noise) -> None:
    fields, known = noise.fields, nicknames()
    changed = noise.pick("family name changed", "family_name", 0.03)
    fields["family_name"][changed] = fields["other_family_name"][changed]
    has_nickname = np.array([name in known for name in fields["given_name"]])
    noise.rewrite("given_name", "nickname", 0.16, lambda text, draw: _one_of(known[text], draw), has_nickname)
    noise.rewrite("given_name", "initial only", 0.015, lambda text, _: text[0])
    for field, label in (("given_name", "given name"), ("family_name", "family name")):
        noise.rewrite(field, f"typo in {label}", 0.05, slip)
        noise.rewrite(field, f"accents dropped from {label}", 0.5, lambda text, _: plain_letters(text))
    swapped = noise.pick("names swapped", "family_name", 0.012)
    given, family = fields["given_name"], fields["family_name"]
    given[swapped], family[swapped] = family[swapped], given[swapped].copy()


def _birthdays(noise: _Noise) -> None:
    born = noise.fields["born"].astype("datetime64[D]")
    year = born.astype("datetime64[Y]").astype(int) + 1970
    month = born.astype("datetime64[M]").astype(int) % 12 + 1
    day = (born - born.astype("datetime64[M]")).astype(int) + 1
    swapped = noise.pick("birthday: day and month swapped", "born", 0.02, (day <= 12) & (day != month))
    month[swapped], day[swapped] = day[swapped], month[swapped].copy()
    wrong = noise.pick("birthday: one part wrong", "born", 0.03)
    draw = noise.streams.rng("how", "birthday").integers(2**31, size=(len(wrong), 2))
    part, up = draw[:, 0] % 3, 1 - 2 * (draw[:, 1] % 2)
    year[wrong] += np.where(part == 0, up * np.where(draw[:, 1] % 5 == 0, 10, 1), 0)
    month[wrong] = np.where(part == 1, (month[wrong] - 1 + up) % 12 + 1, month[wrong])
    day[wrong] = np.where(part == 2, np.clip(day[wrong] + up * np.where(draw[:, 1] % 3 == 0, 10, 1), 1, 28), day[wrong])
    guessed = noise.pick("birthday: only the year known", "born", 0.012)
    month[guessed], day[guessed] = 1, 1
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    last = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    latest = born.max() if len(born) else None
    noisy = start.astype("datetime64[D]") + (np.minimum(day, last) - 1).astype("timedelta64[D]")
    noise.fields["born"] = noisy if latest is None else np.minimum(noisy, latest)


def _numbers(noise: _Noise) -> None:
    fields = noise.fields
    flipped = noise.pick("sex recorded wrongly", "sex", 0.005)
    fields["sex"][flipped] = np.where(fields["sex"][flipped] == "M", "F", "M")
    fields["sex"][noise.pick("sex recorded as other", "sex", 0.007)] = "X"
    changed = noise.pick("phone changed", "phone", 0.15)
    fields["phone"][changed] = fields["other_phone"][changed]
    noise.rewrite("phone", "phone: last digits mixed up", 0.02, _mix_last_digits)
    noise.rewrite("nhs_number", "NHS number: last digits mixed up", 0.01, _mix_last_digits)
    noise.rewrite("national_insurance_number", "NI number: digits mixed up", 0.01, _mix_last_digits)
    noise.rewrite("email", "typo in e-mail", 0.02, _slip_before_at)


def _addresses(noise: _Noise, quality: Quality) -> None:
    fields = noise.fields
    for field in ("address", "street"):
        noise.rewrite(field, f"{field} abbreviated", 0.12, _abbreviate)
        noise.rewrite(field, f"typo in {field}", 0.04, slip)
    noise.rewrite("house_number", "house number: digits mixed up", 0.015, _mix_last_digits)
    noise.rewrite("postcode", "typo in postcode", 0.025, _slip_postcode)
    nowhere = noise.pick("no fixed abode", "address", quality.no_abode / quality.noise)
    which = noise.streams.rng("how", "no abode").integers(len(_NO_ABODE), size=len(nowhere))
    fields["address"][nowhere] = _NO_ABODE[which]
    for field in ("premises", "house_number", "street", "postcode", "uprn"):
        fields[field][nowhere] = ""
    fields["postcode"][noise.pick("postcode not asked for", "postcode", quality.no_postcode / quality.noise)] = ""


def _as_typed(noise: _Noise) -> None:
    """Case and blanks, last of all: they change how a value looks and not what it says."""
    fields = noise.fields
    capitals = noise.pick("names in capitals", "family_name", 0.06)
    lower = noise.pick("names in lower case", "family_name", 0.015)
    for field in ("given_name", "middle_name", "family_name"):
        fields[field][capitals] = [text.upper() for text in fields[field][capitals]]
        fields[field][lower] = [text.lower() for text in fields[field][lower]]
    noise.rewrite("family_name", "blanks around family name", 0.01, lambda text, _: f"{text} ")
    noise.rewrite("address", "address in capitals", 0.06, lambda text, _: text.upper())
    noise.rewrite("postcode", "postcode without its blank", 0.05, lambda text, _: text.replace(" ", ""))
    noise.rewrite("postcode", "postcode in lower case", 0.02, lambda text, _: text.lower())
    noise.rewrite("phone", "phone without blanks", 0.25, lambda text, _: text.replace(" ", ""))


def slip(text: str, draw: Array) -> str:
    """Make one slip of the pen: a neighbouring key, a letter left out, doubled, or swapped with the next."""
    if len(text) < 2:
        return text
    place = 1 + int(draw[1]) % (len(text) - 1)
    letter = text[place]
    match int(draw[0]) % 4:
        case 0:
            return text[:place] + _BESIDE.get(letter.lower(), "e") + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1 :]
        case 2:
            return text[:place] + letter.lower() + text[place:]
        case _:
            return text[: place - 1] + letter + text[place - 1] + text[place + 1 :]


def _slip_before_at(text: str, draw: Array) -> str:
    name, _, domain = text.partition("@")
    return f"{slip(name, draw)}@{domain}"


def _slip_postcode(text: str, draw: Array) -> str:
    """Change one letter or digit of the inward half; the district stays one that does not exist."""
    place = len(text) - 3 + int(draw[0]) % 3
    choices = "123456789" if text[place].isdigit() else "ABDEFGHJLNPQRSTUWXYZ"
    return text[:place] + choices[int(draw[1]) % len(choices)] + text[place + 1 :]


def _mix_last_digits(text: str, draw: Array) -> str:
    """Swap two digits side by side among the last three: the number stays in the range that is never issued."""
    places = [place for place in range(max(len(text) - 3, 0), len(text) - 1) if text[place : place + 2].isdigit()]
    if not places:
        return text
    place = places[int(draw[0]) % len(places)]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _abbreviate(text: str, draw: Array) -> str:
    words = [_one_of(_SHORT[word], draw) if word in _SHORT else word for word in text.split(" ")]
    return " ".join(words)


def _one_of(choices: tuple[str, ...], draw: Array) -> str:
    return choices[int(draw[0]) % len(choices)]
