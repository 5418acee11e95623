"""Which kinds of a column are called totals of the others, and whether they are as large as a total has to be.

A name proves nothing: All Saints is a ward, and `All other` is what is left. So a name is certain only if it says
nothing but "all", or nothing more than the column is about. Even then it is its size beside the others that decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shared_analysis.forecasting.panel.double_counting.side_by_side import Cells
from shared_analysis.forecasting.panel.series_labels import plain
from shared_analysis.geography import area_names

_NEARLY = 0.9
_HALF = 0.5
_AT_MOST = 1.1
_CERTAIN = re.compile(
    r"(grand |overall |column |row )?(sub-?|sub )?totals?( (of|for|in|number|all|both)\b.*| \(.*\)| ?[:,-].*)?"
    r"|.* (sub-?)?totals?|sum( of .*)?|(all|both)( (ages?|areas|boroughs|persons?|people|sex(es)?|genders?|wards"
    r"|districts|regions|authorities|tenures?|types?|categories|groups?|reasons?|causes?|offences?|crimes?|modes?"
    r"|households?|services?|sites?|sources?|usual residents|ethnic(ities| groups)?|ethnicity|nationalities|countries"
    r"|bands|levels|days|hours|sectors|stations|schools|sizes|rows))+|all( \(.*\))?|any|overall|tot|every(one|body)"
    r"|.*: ?(all|total)|(people|persons|patients|residents) of (all|any) .*|(irrespective|regardless) of .*"
)
_OF_ALL = re.compile(r"(?:all|any|every|whole|entire|total) ([a-z][a-z' /-]*)(?: \(.*\))?")
_LIKELY = re.compile(
    r"(all )?(combined|together)|all .* combined|aggregated?|all (aged )?\d.*|all aged .*"
    r"|(whole|entire) (of )?(the )?(population|sample|borough|county|district|city|country|trust|force|service|area)"
    r"|(borough|county|district|city|country|council|force|trust|area|nation|region|london|site|service)[ -]?wide"
)
_PLURAL = re.compile(r".*[^su]s|people|persons|children|men|women|staff|police")
# Of what All Saints is, and `All other`, `All day`, `All inclusive`.
_NO_WHOLE = re.compile(
    r"(saints?|souls?|hallows?|angels|stars?|nations|blacks|seasons|others?|remaining|rest|else|day|night|year|weather"
    r"|terrain|inclusive|purpose|party|round|through|in|but|except|excluding|unknowns?|not)\b.*"
)
_PART_OF_ALL = frozenset({"none", "no", "some", "never", "partly", "partial", "part", "most", "few", "neither"})
_FILLERS = frozenset({"groups", "group", "types", "type", "bands", "categories", "kinds", "the", "of", "combined"})
_BOTH_SEXES = re.compile(r"(all )?(persons?|people)( \(.*\))?|both|mf|p|t")
_SEXES = frozenset({"male", "female", "males", "females", "men", "women", "boys", "girls", "m", "f"})
_NATIONS = frozenset({"england", "scotland", "wales", "northern ireland"})
_REGIONS = frozenset(
    {
        "north east", "north west", "yorkshire and the humber", "east midlands", "west midlands", "east of england",
        "east", "south east", "south west",
    }
)  # fmt: skip
_LONDON = frozenset({"london", "greater london"})
_SEVERAL_NATIONS = frozenset({"united kingdom", "uk", "great britain", "gb", "england and wales"})
# Names of places that are totals only where their parts are there; their equals are no parts.
_EQUALS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_SEVERAL_NATIONS, frozenset()),
    **dict.fromkeys(_NATIONS, _NATIONS | _REGIONS | _LONDON),
    "england": _NATIONS,
    **dict.fromkeys(_LONDON, _NATIONS | _REGIONS | _LONDON),
}
_ABROAD = re.compile(r"(non-?)?eu\b.*|europe.*|.*overseas.*|abroad|foreign.*|rest of .*|elsewhere|outside .*|other .*")


@dataclass(frozen=True)
class Called:
    """A kind that is called a total.

    Parameters
    ----------
    kind
        The kind.
    parts
        What it would be the total of.
    certain
        Whether its name says nothing else.
    """

    kind: str
    parts: tuple[str, ...]
    certain: bool


def find_called_totals(column: str, kinds: Sequence[str]) -> list[Called]:
    """Find the kinds that have the name of a total of others.

    Parameters
    ----------
    column
        The name of the column, whose words a total may repeat.
    kinds
        The kinds.
    """
    names = {kind: _bare(kind) for kind in kinds}
    if _PART_OF_ALL.intersection(names.values()):
        return []  # answers such as All, Some and None
    heading = set(map(_stem, re.findall(r"[a-z]+", plain(re.sub(r"([a-z])([A-Z])", r"\1 \2", column)))))
    certain = {kind for kind, name in names.items() if _is_certain(name, heading, names.values())}
    likely = {kind for kind, name in names.items() if kind not in certain and _is_likely(name)}
    # All White groups, All Black groups: they are parts of something else, and stand beside each other.
    likely = likely if len(likely) == 1 else set()
    parts = tuple(kind for kind in kinds if kind not in certain | likely)
    return [Called(kind, parts, kind in certain) for kind in kinds if kind in certain | likely]


def find_places(kinds: Sequence[str]) -> list[Called]:
    """Find the places of which two parts or more are known to be among the kinds, as England among its regions."""
    return [Called(kind, parts, certain=True) for kind in kinds if len(parts := _places_within(kind, kinds)) > 1]


def is_as_large(cells: Cells, called: Called) -> bool:
    """Say whether a kind is as large as a total of its parts, nearly everywhere; one less certain is hardly larger."""
    if not called.certain and len(called.parts) < 2:
        return False
    return _is_at_least(cells, called, _NEARLY, most=_NEARLY) and (
        called.certain or not _is_at_least(cells, called, _AT_MOST, most=1 - _NEARLY)
    )


def is_largest(cells: Cells, called: Called) -> bool:
    """Say whether a kind is larger than each of the others, nearly everywhere."""
    own = cells.values[:, cells.kinds.index(called.kind)]
    largest = cells.values[:, [cells.kinds.index(part) for part in called.parts]].max(axis=1, initial=0)
    told = (own > 0) & (largest > 0)
    return bool(told.any() and (own[told] > largest[told]).mean() >= _NEARLY)


def is_called_whole(cells: Cells, kind: str) -> bool:
    """Say whether a name is that of a place whose parts may be among the others: it is as large as half of them."""
    own = plain(kind)
    if own not in _EQUALS:
        return False
    names = set(map(plain, cells.kinds))
    if any(map(_ABROAD.fullmatch, names)):
        return False
    if own in _SEVERAL_NATIONS and not names & (_NATIONS | _REGIONS):
        return False
    no_parts = _EQUALS[own] | _SEVERAL_NATIONS | {own}
    parts = tuple(other for other in cells.kinds if plain(other) not in no_parts)
    return _is_at_least(cells, Called(kind, parts, certain=False), _HALF, most=_HALF)


def _is_certain(name: str, heading: Collection[str], names: Collection[str]) -> bool:
    # All ages, both sexes; Persons, all ages
    if "," in name and all(_is_certain(part.strip(), heading, names) for part in name.split(",")):
        return True
    if _CERTAIN.fullmatch(name) or (_BOTH_SEXES.fullmatch(name) and _SEXES.intersection(names)):
        return True
    phrase = _OF_ALL.fullmatch(name)
    if not phrase or _NO_WHOLE.fullmatch(phrase[1]):
        return False
    if any(f"{opposite} {phrase[1]}" in names for opposite in ("no", "not", "without", "some", "most")):
        return False
    words = phrase[1].split()
    # The ward All Saints ward repeats its heading, too; all wards are more than one.
    several = name.startswith(("any ", "every ")) or bool(_PLURAL.fullmatch(words[-1]))
    return several and all(word in _FILLERS or _stem(word) in heading for word in words)


def _is_likely(name: str) -> bool:
    phrase = _OF_ALL.fullmatch(name)
    is_of_all = phrase and name.startswith(("all ", "total ")) and not _NO_WHOLE.fullmatch(phrase[1])
    return bool(_LIKELY.fullmatch(name) or (is_of_all and phrase and _PLURAL.fullmatch(phrase[1].split()[-1])))


def _bare(kind: str) -> str:
    """Write a kind as its words, without the marks round them: ``*All-ages*`` is ``all ages``."""
    return " ".join(re.sub(r"[-_/]", " ", plain(kind)).strip(" *[]<>.:#").split()) or plain(kind)


def _stem(word: str) -> str:
    """Write a word without what makes it a plural: ``disabilities`` is ``disability``."""
    return re.sub(r"ies$", "y", re.sub(r"(?<=[^su])s$|(?<=[sxh])es$", "", word) if not word.endswith("ies") else word)


def _places_within(kind: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """Name those of the kinds that are known to lie within a place and make up all of it."""
    own = plain(kind)
    parts: Collection[str] = ()
    if own in _SEVERAL_NATIONS:
        parts = {"england", "wales"} if own == "england and wales" else _NATIONS
    elif own == "england":
        parts = _REGIONS | {"london"}
    elif own in _LONDON:
        parts = {*map(plain, area_names().values()), "inner london", "outer london"} - _LONDON
    return tuple(each for each in kinds if each != kind and plain(each) in parts)


def _is_at_least(cells: Cells, called: Called, share: float, *, most: float) -> bool:
    own = cells.values[:, cells.kinds.index(called.kind)]
    theirs = cells.values[:, [cells.kinds.index(part) for part in called.parts]].sum(axis=1)
    told = (own > 0) & (theirs > 0)
    return bool(told.any() and (own[told] >= share * theirs[told]).mean() >= most)
