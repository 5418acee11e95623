"""Letters folded for comparison: case, accents and punctuation make no difference, scripts do."""

from __future__ import annotations

import re
import unicodedata

# Letters that do not come apart into a plain one and an accent.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_FIRST_SCRIPT_WITH_VOWEL_SIGNS = "\u0900"  # from Devanagari on, marks are vowels; before it, accents and pointing
_PARTED = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile("['`\u2019\u02bc]")


def parted(value: str) -> str:
    """Lower case without accents or punctuation, words kept apart by one space; apostrophes close up."""
    if value.isascii():  # most are, and there is nothing to fold
        return " ".join(_PARTED.split(value.replace("'", "").replace("`", "").lower())).strip()
    return " ".join(folded(value, "").split())


def folded(value: str, kept: str) -> str:
    """As :func:`parted`, with the signs in ``kept`` where they are, and more than one space between words."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", value).casefold())
    text = unicodedata.normalize("NFC", "".join(_letter(letter, kept) for letter in text))
    return text.translate(_PLAIN)


def _letter(letter: str, kept: str) -> str:
    """Keep letters, digits and the vowel signs of scripts that have them; drop accents; part words at the rest."""
    if unicodedata.category(letter).startswith("M"):
        return letter if letter >= _FIRST_SCRIPT_WITH_VOWEL_SIGNS and not "\u1ab0" <= letter <= "\u20ff" else ""
    return letter if letter.isalnum() or letter in kept else " "
