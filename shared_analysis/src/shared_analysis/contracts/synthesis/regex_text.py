"""Text that matches a regular expression, for the plain expressions that contracts use.

Python's own parser is private; nothing else touches it. Why no library is used: ``docs/adr/0012`` of the template.
"""

from __future__ import annotations

import re
import string
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

import numpy as np

from shared_analysis.errors import SharedAnalysisError

_MOST_REPEATS = 6
_VISIBLE = string.digits + string.ascii_letters + "-_./:;,'#&+"
_CLASSES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_WORD": string.ascii_letters + string.digits + "_",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_NOT_WORD": "-./:;,#&+",
    "CATEGORY_NOT_SPACE": string.ascii_letters + string.digits,
}


class PatternText:
    """A source of text that matches one pattern.

    Understood: characters, ``.``, sets and ranges, ``\\d \\w \\s`` and their opposites, groups, ``|``, ``? * + {m,n}``,
    and the anchors ``^`` and ``$``. Repeats stop at six more than the fewest.

    Parameters
    ----------
    pattern
        The regular expression.
    where
        What to call the column in an error.

    Raises
    ------
    SharedAnalysisError
        If the pattern uses anything else (look-ahead, back-references and the like).
    """

    def __init__(self, pattern: str, where: str) -> None:
        self._where = where
        self._tree = list(sre.parse(pattern, re.ASCII))
        self.draw(np.random.default_rng(0))

    def draw(self, rng: np.random.Generator) -> str:
        """Return one text; the caller checks that it matches, since anchors in odd places can prevent it."""
        return "".join(self._one(str(code), argument, rng) for code, argument in self._tree)

    def _many(self, tree: Any, rng: np.random.Generator) -> str:
        return "".join(self._one(str(code), argument, rng) for code, argument in tree)

    def _one(self, code: str, argument: Any, rng: np.random.Generator) -> str:
        if code == "LITERAL":
            return chr(argument)
        if code == "AT":
            return ""
        if code == "ANY":
            return _pick(_VISIBLE, rng)
        if code == "NOT_LITERAL":
            return _pick(_VISIBLE.replace(chr(argument), ""), rng)
        if code == "IN":
            return _pick(self._members(argument), rng)
        if code == "BRANCH":
            return self._many(argument[1][rng.integers(len(argument[1]))], rng)
        if code == "SUBPATTERN" and not argument[1] and not argument[2]:
            return self._many(argument[3], rng)
        if code in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            times = int(rng.integers(least, min(int(most), least + _MOST_REPEATS) + 1))
            return "".join(self._many(inner, rng) for _ in range(times))
        raise SharedAnalysisError(
            "Made-up values cannot follow this pattern.",
            f"{self._where}, pattern",
            "use characters, sets, groups, | and repeats only (no look-ahead, no back-references)",
        )

    def _members(self, parts: Any) -> str:
        """List the characters of a set."""
        members: list[str] = []
        negated = False
        for code, argument in parts:
            match str(code):
                case "NEGATE":
                    negated = True
                case "LITERAL":
                    members.append(chr(argument))
                case "RANGE":
                    members.extend(map(chr, range(argument[0], min(argument[1], argument[0] + 255) + 1)))
                case "CATEGORY":
                    members.extend(_CLASSES[str(argument)])
        if negated:
            members = [character for character in _VISIBLE if character not in members]
        return "".join(dict.fromkeys(members))


def _pick(characters: str, rng: np.random.Generator) -> str:
    return characters[int(rng.integers(len(characters)))] if characters else ""
