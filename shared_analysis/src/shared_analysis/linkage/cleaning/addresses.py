"""Addresses in their parts: flat, name of the building, number, street, locality and postcode, by rules.

The rules are those of British addresses: the flat comes before the building, the building before the number, and a
street ends in one of few words. What they do not fit (an address of another country, or none) keeps all its words, and
its first number for a number. That two homes differ in number or flat, and that an absent flat contradicts nothing, is
how the Ministry of Justice's uk_address_matcher compares addresses too; the rules here are our own.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.fold import folded


class Address(NamedTuple):
    """The parts of one address; a part that it does not have is ``None``."""

    flat: str | None = None
    floor: str | None = None
    building: str | None = None
    house_number: str | None = None
    street: str | None = None
    locality: str | None = None
    postcode: str | None = None

    @property
    def line(self) -> str | None:
        """The whole in one line and one order, without the postcode."""
        inside = (self.flat and f"flat {self.flat}", self.floor and f"floor {self.floor}")
        return " ".join(filter(None, (*inside, *self[2:6]))) or None


PARTS = ("address", "first_number", *Address._fields)

_ABBREVIATIONS = {
    "rd": "road", "str": "street", "ave": "avenue", "av": "avenue", "avn": "avenue", "ln": "lane",
    "cl": "close", "clo": "close", "ct": "court", "crt": "court", "dr": "drive", "drv": "drive", "gdns": "gardens",
    "gdn": "gardens", "gds": "gardens", "sq": "square", "pl": "place", "plc": "place",
    "tce": "terrace", "ter": "terrace", "terr": "terrace", "cres": "crescent", "cresc": "crescent", "cr": "crescent",
    "pk": "park", "gr": "grove", "gro": "grove", "grv": "grove", "hse": "house", "ho": "house", "bldg": "building",
    "bldgs": "buildings", "mans": "mansions", "est": "estate", "apt": "flat", "apartment": "flat", "appt": "flat",
    "flt": "flat", "maisonette": "flat", "maisonnette": "flat", "mais": "flat", "rm": "room", "ste": "suite",
    "blvd": "boulevard", "blv": "boulevard", "hwy": "highway", "bdwy": "broadway", "bway": "broadway", "mkt": "market",
    "sth": "south", "nth": "north", "gff": "ground floor flat", "fff": "first floor flat", "sff": "second floor flat",
    "tff": "top floor flat", "bsmt": "basement", "grd": "ground",
}  # fmt: skip
_KINDS_OF_STREET = """
    street road avenue lane close gardens square place terrace crescent park drive way grove hill row mews walk gate
    green rise yard parade passage vale view boulevard highway broadway embankment quay bridge approach end side path
    circus common alley arcade croft dale dene mead meadow garth wharf chase ride mount villas cottages estate
    esplanade parkway
"""
_STREETS = frozenset(_KINDS_OF_STREET.split())
_KINDS_OF_BUILDING = """
    house court mansions mansion tower towers point lodge heights building buildings apartments hall wing studios
    centre hostel hotel works block
"""
_BUILDINGS = frozenset(_KINDS_OF_BUILDING.split())
_DIRECTIONS = frozenset({"north", "south", "east", "west"})
_FAR = frozenset({"uk", "england", "gb", "london", "middlesex", "middx"})
_FAR_IN_TWO = (["united", "kingdom"], ["great", "britain"], ["greater", "london"])
_NOWHERE = frozenset(
    {"no fixed abode", "of no fixed abode", "no fixed address", "nfa", "homeless", "rough sleeper", "rough sleeping",
     "address unknown", "unknown address", "no address", "not known", "unknown", "none", "null", "na", "nk",
     "not given", "not stated", "refused", "nan", "n a"}
)  # fmt: skip
_POSTCODE_AREAS = """
    ab al b ba bb bd bf bh bl bn br bs bt bx ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex
    fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn
    np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub
    w wa wc wd wf wn wr ws wv yo ze
"""
_AREAS = frozenset(_POSTCODE_AREAS.split())
# The second half of a postcode has none of the letters c, i, k, m, o and v; "1st" and "2nd" look like one.
_POSTCODE = re.compile(r"(?<![a-z0-9])([a-z]{1,2})(\d[a-z0-9]?) ?((?!1st .|2nd .)\d[abd-hjlnp-uw-z]{2})(?![a-z0-9])")
_POSTCODE_AT_END = re.compile(r"(?<![a-z0-9])([a-z]{1,2})(\d[a-z0-9]?) ?(\d(?!st|nd|rd|th)[a-z]{2})$")
"""At the very end a postcode may be misread: there is nothing else that it could be."""
_OUTWARD = re.compile(r"([a-z]{1,2})\d[a-z0-9]?")
_NUMBER = r"\d+[a-z]?(?:-\d+[a-z]?)?"
_TOKENS = re.compile(r"\d+[a-z]?(?: ?[-/&] ?\d+[a-z]?)+(?![a-z0-9])|[^\s,/&-]+|,")
_TO_BLANKS = bytes(
    ord(",") if sign in b",;\n" else sign if sign in b"/&-" or bytes([sign]).isalnum() else 32 for sign in range(256)
)
_CARE_OF = re.compile(r"^care of .*?(?: , |(?= (?:flat|unit|room|\d)))")
_UNIT = re.compile(r"(?<![^ ])(flat|unit|studio|suite|room) (?:no |number )?(\d+[a-z]?|[a-z]\d{0,3})(?![^ /-])")
_FLOOR = re.compile(
    r"(?<![^ ])(lower ground|upper ground|basement|ground|first|second|third|fourth|fifth|1st|2nd|3rd|[4-9]th|top|upper"
    r"|lower|garden|rear|front)(?: floor flat| floor| flat|(?<=basement)(?= ,| \d))(?![^ ])"
    r"(?:(?: ,)? (?P<flat>[a-z]|\d+[a-z]?)(?=(?: ,)? \d))?"
)
_FLOORS = {
    "lower ground": "basement", "basement": "basement", "garden": "basement", "ground": "ground",
    "upper ground": "ground", "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "fifth": "5", **{f"{n}th": str(n) for n in range(4, 10)},
}  # fmt: skip
"""Which floor; the top one may be any, and says nothing."""
_OF = re.compile(rf"^(\d+[a-z]?)/({_NUMBER})(?= [^\W\d])")
_LETTER_APART = re.compile(r"(?<![^ ])(\d+) ([a-df-mo-rt-vx-z])(?= [^\W\d]{2})")  # n, e, s, w: North Street, East Road
_NUMBER_APART = re.compile(rf"(?:^|(?<=, ))(?:no |number )?({_NUMBER}) , (?=[^\W\d])")
_NUMBERED = re.compile(rf"(?<![^ ])(?:no |number )?({_NUMBER}) (?=[^\W\d]|\d+(?:st|nd|rd|th)(?![^ ]))")
_PLAIN = re.compile(
    rf"(?:(?:flat|apt|apartment) (\d+[a-z]?) (?:, )?)?({_NUMBER}) ((?:[a-z]{{3,}} ){{1,3}})([a-z]+)(?: , (.*))?"
)
_NUMBER_LAST = re.compile(rf"(.+) ({_NUMBER})")
_UNITS = frozenset({"flat", "unit", "studio", "suite", "room"})
_SPECIAL = _UNITS.union(_ABBREVIATIONS, _STREETS, _BUILDINGS)
_MORE = _UNITS.union({"floor", "basement"}, _ABBREVIATIONS)


def in_parts(addresses: pd.Series[Any], numbered: bool = False) -> pd.DataFrame:
    """Take addresses apart, each different one once.

    Parameters
    ----------
    addresses
        As :func:`address_text` gives them, missing as ``None``.
    numbered
        Whether the number that they begin with is known to be that of the house: it came in a column of its own.

    Returns
    -------
    pandas.DataFrame
        On the same index, ``address`` (the whole in one line), ``flat`` (``3``, ``a``), ``floor`` (``ground``,
        ``1``), ``building``, ``house_number`` (``10``, ``10a``, ``12-14``), ``first_number`` (of a range, and
        without a letter), ``street``, ``locality`` and ``postcode``; text or ``None``.
    """
    codes, texts = pd.factorize(addresses, use_na_sentinel=True)
    parsed = [parse(text, numbered) for text in texts] + [Address()]
    numbers = [address.house_number and first_number(address.house_number) for address in parsed]
    columns = [[address.line for address in parsed], numbers, *zip(*parsed, strict=True)]
    return pd.DataFrame(
        {name: np.array(column, dtype=object)[codes] for name, column in zip(PARTS, columns, strict=True)},
        index=addresses.index,
    )


def address_text(value: str) -> str | None:
    """Lower-case words of an address with its commas, ranges and fractions, which the rules go by.

    ``No fixed abode`` is no address and counts as missing.
    """
    if value.isascii():
        text = value.lower().replace("c/o", " care of ").encode().translate(_TO_BLANKS, b"'`").decode()
    else:
        text = folded(re.sub("[\u2010-\u2015]", "-", value).lower().replace("c/o", " care of "), ",;\n/&-")
        text = text.replace(";", ",").replace("\n", ",")
    if "-" in text or "/" in text or "&" in text:
        text = " ".join(_as_kept(word) for word in _TOKENS.findall(text))
    line = " ".join(text.replace(",", " , ").split())
    return line if line.strip(" ,") and line not in _NOWHERE else None


def _as_kept(word: str) -> str:
    return word.replace(" ", "").replace("&", "-") if word[0].isdigit() else word


def first_number(house_number: str) -> str:
    """Leave out the letter, and the end of a range: ``10`` of ``10a`` and ``12`` of ``12-14``."""
    return house_number.partition("-")[0].rstrip("abcdefghijklmnopqrstuvwxyz")


def parse(text: str, numbered: bool = False) -> Address:
    """Take one address apart; parameters as those of :func:`in_parts`."""
    text, postcode = _without_postcode(text)
    if plain := _plain(text, postcode):
        return plain
    text = _CARE_OF.sub("", text)
    text = " , ".join(filter(None, (_expanded(segment.split()) for segment in text.split(","))))
    text, flat, floor = _without_flat(text)
    text = _LETTER_APART.sub(r"\1\2", _NUMBER_APART.sub(r"\1 ", text))
    if match := _OF.match(text):
        if not flat and _is_fraction(*match.groups()):
            flat, text = match[1], text[match.end(1) + 1 :]
        else:
            text = text.replace("/", "-", 1)
    if not flat and not numbered:
        text, flat = _without_flat_of_building(text)
    return _split(text, flat)._replace(floor=None if flat else floor, postcode=postcode)


def _plain(text: str, postcode: str | None) -> Address | None:
    """Read the commonest shape, ``flat 2 , 10 high street , hackney``, at once: that takes a quarter of the time."""
    match = _PLAIN.fullmatch(text)
    if not match:
        return None
    flat, number, name, kind, rest = match.groups()
    kind = "street" if kind == "st" else _ABBREVIATIONS.get(kind, kind)
    if kind not in _STREETS or not _SPECIAL.isdisjoint(name.split()):
        return None
    street = f"{name}{kind}".removeprefix("the ")
    if rest is None:
        return Address(flat, None, None, number, street, None, postcode)
    if not _MORE.isdisjoint(rest.split()):
        return None
    locality = _without_country([word for word in _expanded(rest.split()).split() if word != ","])
    return Address(flat, None, None, number, street, " ".join(locality) or None, postcode)


def _without_postcode(text: str) -> tuple[str, str | None]:
    every = (*_POSTCODE.finditer(text), *_POSTCODE_AT_END.finditer(text))
    postcodes = [postcode for postcode in every if postcode[1] in _AREAS]
    if not postcodes:
        return text, None
    last = postcodes[-1]
    return f"{text[: last.start()]}, {text[last.end() :]}".rstrip(" ,"), "".join(last.groups()).upper()


def _expanded(words: list[str]) -> str:
    """Write abbreviations out; ``st`` is a saint where a name and its own kind of street follow."""
    out: list[str] = []
    for at, word in enumerate(words):
        if word == "st":
            later = [_ABBREVIATIONS.get(other, other) for other in words[at + 2 : at + 4]]
            saint = at == 0 or out[-1] == "saint" or words[at - 1][0].isdigit() or not _STREETS.isdisjoint(later)
            out.append("saint" if saint and at + 1 < len(words) else "street")
        else:
            out.append(_ABBREVIATIONS.get(word, word))
    return " ".join(out)


def _without_flat(text: str) -> tuple[str, str | None, str | None]:
    """Take out flat and floor; a room within a flat is not kept, since few records give it."""
    flat = floor = None
    if (match := _FLOOR.search(text)) and (match.start() == 0 or match[0] != "basement"):
        floor, flat = _FLOORS.get(match[1]), match["flat"]
        text = f"{text[: match.start()]}{text[match.end() :].lstrip(' ,')}"
    for match in reversed(list(_UNIT.finditer(text)) if any(unit in text for unit in _UNITS) else []):
        flat = match[2] if flat is None or match[1] == "flat" else flat
        text = f"{text[: match.start()]}{text[match.end() :].lstrip(' ,/-')}"
    return text.strip(" ,"), flat, floor


def _is_fraction(first: str, second: str) -> bool:
    """``2/10`` is flat 2 at 10; ``10/12`` is two houses side by side."""
    return not (first.isdigit() and second.isdigit() and 0 < int(second) - int(first) <= 2)


def _without_flat_of_building(text: str) -> tuple[str, str | None]:
    """``12 Spring Court`` is flat 12 there, unless a street follows at once: ``12 Earls Court Road``."""
    first = _NUMBERED.match(text)
    if not first:
        return text, None
    second = _NUMBERED.search(text, first.end())
    segment = text[first.end() : second.start() if second else None].partition(" , ")[0].split()
    if _ending(segment, _STREETS)[0] or not _ending(segment, _BUILDINGS)[0]:
        return text, None
    return text[first.end() :], first[1]


def _split(text: str, flat: str | None) -> Address:
    """Find number and street; what stands before them is the building, what comes after the locality."""
    if match := _NUMBERED.search(text):
        segment, _, rest = text[match.end() :].partition(" , ")
        street, after = _ending(segment.split(), _STREETS)
        if not street:
            street, after = segment.split(), []
        return _address(flat, text[: match.start()].split(), match[1], street, [*after, *rest.split()])
    return _split_by_kind(text, flat)


def _split_by_kind(text: str, flat: str | None) -> Address:
    """Find the street by its kind where no number goes before it, such as that of a house with a name."""
    segments = [segment.split() for segment in text.split(" , ")]
    for at, words in enumerate(segments):
        last = _NUMBER_LAST.fullmatch(" ".join(words))  # High Street 10
        named = last[1].split() if last else words
        building, rest = _ending(named, _BUILDINGS)
        street, after = _ending(rest, _STREETS)
        if building and not street:
            building, (street, after) = [], _ending(named, _STREETS)
        if street and not (last and after):
            before = [*chain(*segments[:at]), *building]
            return _address(flat, before, last[2] if last else None, street, [*after, *chain(*segments[at + 1 :])])
    building, after = _ending(segments[0], _BUILDINGS)
    building, after = (building, after) if building else (segments[0], [])
    return _address(flat, building, None, [], [*after, *chain(*segments[1:])])


def _ending(words: list[str], kinds: frozenset[str]) -> tuple[list[str], list[str]]:
    """Words up to the one that names a kind of street (or building), and those after it; none before it, no name."""
    for at, word in enumerate(words):
        if at and word in kinds:
            while at + 1 < len(words) and (words[at + 1] in _STREETS or words[at + 1] in _DIRECTIONS):
                at += 1
            return words[: at + 1], words[at + 1 :]
    return [], words


def _address(
    flat: str | None, building: list[str], number: str | None, street: list[str], locality: list[str]
) -> Address:
    building, locality = ([word for word in words if word != ","] for words in (building, locality))
    locality = _without_country(locality)
    building, street = (words[1:] if words[:1] == ["the"] and words[1:] else words for words in (building, street))
    texts = [" ".join(words) or None for words in (building, street, locality)]
    return Address(flat, None, texts[0], number, texts[1], texts[2])


def _without_country(locality: list[str]) -> list[str]:
    while locality:
        last = locality[-1]
        outward = _OUTWARD.fullmatch(last)
        if last in _FAR or (outward and outward[1] in _AREAS):
            locality = locality[:-1]
        elif locality[-2:] in _FAR_IN_TWO:
            locality = locality[:-2]
        else:
            break
    return locality
