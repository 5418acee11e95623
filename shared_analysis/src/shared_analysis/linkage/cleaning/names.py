"""Names of people without what is no part of them, and written so that ways to write one name agree."""

from __future__ import annotations

import re

from shared_analysis.linkage.cleaning.fold import parted

MISSING_WORDS = frozenset(
    {"", "na", "n a", "nan", "none", "null", "nk", "not known", "unknown", "not given", "not stated", "refused"}
)
_NAMES_TOO = frozenset({"Na", "Nan", "Null"})
"""Written so, these are somebody's name; ``NULL``, ``null``, ``N/A`` and ``nan`` are what systems write for nothing."""
_BEFORE = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "mstr",
        "dr",
        "prof",
        "professor",
        "rev",
        "revd",
        "reverend",
        "sir",
        "dame",
        "cllr",
    }
)
_AFTER = frozenset(
    {"jr", "jnr", "junior", "sr", "snr", "senior", "esq", "esquire", "ii", "iii", "phd", "mbe", "obe", "cbe"}
)
_DEAD = frozenset({"deceased", "decd"})
_NO_NAME = _BEFORE | _AFTER | _DEAD
_CLOSED_UP = re.compile(r"(?:(?<= )|^)(o|mc|mac) (?=[^ ]{2})")


def words(value: str) -> str | None:
    """Lower case without accents or punctuation, words kept apart by one space; apostrophes close up."""
    text = parted(value)
    return None if text in MISSING_WORDS else text


def name_words(value: str) -> str | None:
    """Words of one of somebody's names, without titles; people are called Null and Na."""
    if value.strip() in _NAMES_TOO:
        return value.strip().lower()
    text = words(value)
    return text and _without_titles(text, 1)


def family_name(value: str) -> str | None:
    """Read as :func:`name_words`, with ``O Brien`` and ``Mc Donald`` in one word, as they mostly are."""
    text = name_words(value)
    return text and _CLOSED_UP.sub(r"\1", text)


def full_name(value: str) -> str | None:
    """Words of a whole name, without titles where two words remain: Dr is a whole name too, of a firm or a dish."""
    text = words(value)
    return text and _without_titles(text, 2)


def _without_titles(text: str, least: int) -> str:
    """Leave out titles and what comes after a name, as long as so many words remain."""
    parts = text.split(" ")
    if len(parts) <= least or _NO_NAME.isdisjoint(parts):
        return text
    kept = [part for part in parts if part not in _DEAD] or parts
    while len(kept) > least and kept[0] in _BEFORE:
        kept = kept[1:]
    while len(kept) > least and kept[-1] in _AFTER:
        kept = kept[:-1]
    return " ".join(kept)
