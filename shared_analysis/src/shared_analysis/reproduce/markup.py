"""Are two pages or drawings the same but for the ids of their elements?

Libraries that draw give elements random ids. An id is no content as long as only the page itself uses it; it is taken
for one where HTML, SVG, CSS or a script refers to an element, and nowhere else: not in what a reader sees, nor in data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_QUOTED = r"\"[^\"]*\"|'[^']*'"
_PART = re.compile(rf"(<(script|style)\b.*?</\2\s*>)|(<(?:[^<>\"']++|{_QUOTED})*+>)", re.DOTALL | re.IGNORECASE)
_DEFINED = re.compile(r"(?<=\s)id\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ATTRIBUTE = re.compile(
    r"(?<=\s)((?:id|for|form|list|headers|aria-(?:labelledby|describedby|controls|owns|details|flowto))\s*=\s*)"
    rf"({_QUOTED})"
)
_LINK = re.compile(r"((?:url\(\s*[\"']?|href\s*=\s*[\"'])#)([^\s\"'()]+)")
_SELECTOR = re.compile(r"(#)([A-Za-z_][\w-]*)")
_ARGUMENT = re.compile(r"((?:\(|\.id\s*[!=]==?)\s*[\"'])([\w.:-]+)(?=[\"'])")
_COLOUR = re.compile(r"[0-9a-fA-F]{3,8}")

Naming = Callable[[str], str]


def with_ids_of(old: str, new: str) -> tuple[str, int] | None:
    """Give the elements of a page the ids that they have in another.

    Parameters
    ----------
    old, new
        Two pages or drawings.

    Returns
    -------
    tuple or None
        The new page with the old ids, and how many were other; None if none is, or if the ids of the two, in the order
        of their elements, do not stand for each other one to one.
    """
    before, after = list(_defined(old)), list(_defined(new))
    pairs = set(zip(after, before, strict=False))
    one_to_one = len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    names = {one: other for one, other in pairs if one != other}
    if len(before) != len(after) or not one_to_one or not names:
        return None
    return _named(new, lambda name: names.get(name, name)), len(names)


def without_ids(page: str) -> str:
    """Leave out every id, and what refers to one."""
    names = set(_defined(page))
    return _named(page, lambda name: "" if name in names else name)


def _defined(page: str) -> Iterator[str]:
    for part in _PART.finditer(page):
        if part.group(3):
            yield from (one or other for one, other in _DEFINED.findall(part.group(3)))


def _named(page: str, naming: Naming) -> str:
    def part(found: re.Match[str]) -> str:
        raw, _, tag = found.groups()
        if tag:
            return _in_tag(tag, naming)
        body = _SELECTOR.sub(lambda one: one.group() if _COLOUR.fullmatch(one.group(2)) else _second(one, naming), raw)
        return _ARGUMENT.sub(lambda one: _second(one, naming), body)

    return _PART.sub(part, page)


def _in_tag(tag: str, naming: Naming) -> str:
    def value(found: re.Match[str]) -> str:
        start, quoted = found.groups()
        words = re.split(r"(\s+)", quoted[1:-1])
        return start + quoted[0] + "".join(map(naming, words)) + quoted[-1]

    return _LINK.sub(lambda one: _second(one, naming), _ATTRIBUTE.sub(value, tag))


def _second(found: re.Match[str], naming: Naming) -> str:
    return found.group(1) + naming(found.group(2))
