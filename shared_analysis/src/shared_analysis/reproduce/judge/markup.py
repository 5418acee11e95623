"""Are two pages or drawings the same but for the ids of their elements?

Libraries that draw give elements random ids. An id is no content as long as only the page itself uses it; it is taken
for one where HTML, SVG, CSS or a script refers to an element, and nowhere else: not in what a reader sees, nor in data.
In doubt the answer is no: where a page is not plainly written, and where an id may serve as something else too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9:-]*+)")
_ATTRIBUTE = re.compile(r"(\s++)([^\s\"'<>/=`]++)(?:(\s*+=\s*+)(\"[^\"]*+\"|'[^']*+'|[^\s\"'<>=`]++))?+")
_TAG_END = re.compile(r"\s*+/?>")
_OTHER = re.compile(r"</[A-Za-z][^<>\"']*+>|<!(?i:doctype)[^<>\[\]]*+>|<\?[^<>]*+>")
_RAW = {"iframe", "noembed", "noframes", "noscript", "script", "style", "template", "textarea", "title"}
_RAW |= {"xmp"}
_NAMES = {"id", "for", "form", "list", "headers"}
_NAMES |= {f"aria-{name}" for name in ("controls", "describedby", "details", "flowto", "labelledby", "owns")}
_LINKS = {"href", "xlink:href"}
_URL = re.compile(r"url\(\s*[\"']?#([\w-]+)[\"']?\s*\)")
_SELECTOR = re.compile(r"#([A-Za-z_][\w-]*)")
_CALL = re.compile(
    r"(?:(?:\.getElementById|\.querySelector(?:All)?|\bPlotly\.(?:newPlot|react)|\bvegaEmbed)\s*\(|\.id\s*[!=]==?)"
    r"\s*[\"']#?([\w-]+)[\"']"
)
_COLOUR = re.compile(r"[0-9a-fA-F]{3,8}")
_PLAIN = re.compile(r"[\w-]+")
_AS_CONTENT = re.compile(r"(?:attr\(|\[)\s*id\b", re.IGNORECASE)
"""How CSS shows an id, or chooses by it."""
_ESCAPED = re.compile(r"\\(?:[g-zG-Z]|0000[2-7][0-9a-fA-F]|0{0,3}[2-7][0-9a-fA-F](?![0-9a-fA-F]))")
"""Another way in which CSS may write a plain letter."""


class _Piece(NamedTuple):
    """Some of a page: text, or the name of an element where it is given or referred to."""

    text: str
    name: bool = False
    given: bool = False


class _NotPlain(Exception):
    """The page is not written so that it can be read in one way only."""


def with_ids_of(old: str, new: str) -> tuple[str, int] | None:
    """Give the elements of a page the ids that they have in another.

    Parameters
    ----------
    old, new
        Two pages or drawings.

    Returns
    -------
    tuple or None
        The new page with the old ids, and how many were other; None if none is, if the ids of the two, in the order of
        their elements, do not stand for each other one to one, or if one of them may be more than a name.
    """
    try:
        before, after = list(_pieces(old)), list(_pieces(new))
    except _NotPlain:
        return None
    given = [[piece.text for piece in pieces if piece.given] for pieces in (before, after)]
    pairs = set(zip(*reversed(given), strict=False))
    one_to_one = len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    names = {one: other for one, other in pairs if one != other}
    if len(given[0]) != len(given[1]) or not one_to_one or not names:
        return None
    both = {*names, *names.values()}
    if not all(map(_PLAIN.fullmatch, both)) or _AS_CONTENT.search(old) or _AS_CONTENT.search(new):
        return None
    if both & (_words(before) | _words(after)):
        return None
    return "".join(names.get(piece.text, piece.text) if piece.name else piece.text for piece in after), len(names)


def without_ids(page: str) -> str:
    """Leave out every id, and what refers to one."""
    try:
        pieces = list(_pieces(page))
    except _NotPlain:
        return page
    names = {piece.text for piece in pieces if piece.given}
    return "".join("" if piece.name and piece.text in names else piece.text for piece in pieces)


def _words(pieces: Iterable[_Piece]) -> set[str]:
    """What stands on a page beside the names of its elements, with and without hyphens."""
    rest = "\0".join(piece.text for piece in pieces if not piece.name)
    return {*_PLAIN.findall(rest), *re.findall(r"\w+", rest)}


def _pieces(page: str) -> Iterator[_Piece]:
    """Read a page once, from its start to its end: it may be long, and made to be slow to read."""
    place = 0
    while (start := page.find("<", place)) >= 0:
        yield _Piece(page[place:start])
        tag = _TAG.match(page, start)
        if not tag:
            place = _end_of_other(page, start)
            yield _Piece(page[start:place])
            continue
        yield _Piece(tag.group())
        place = tag.end()
        while attribute := _ATTRIBUTE.match(page, place):
            yield from _in_attribute(attribute)
            place = attribute.end()
        end = _TAG_END.match(page, place)
        if not end:
            raise _NotPlain
        yield _Piece(end.group())
        place = end.end()
        kind = tag.group(1).lower()
        if kind == "plaintext":
            raise _NotPlain
        if kind in _RAW and not end.group().endswith("/>"):
            close = re.compile(rf"</{kind}(?=[\s/>])", re.IGNORECASE).search(page, place)
            if not close:
                raise _NotPlain
            yield from _in_raw(kind, page[place : close.start()])
            place = close.start()
        elif kind in _RAW:
            raise _NotPlain  # closed at once in a drawing, not in a page
    yield _Piece(page[place:])


def _end_of_other(page: str, start: int) -> int:
    """Return where a comment, the end of an element or a declaration ends."""
    if page.startswith("<!--", start):
        end = page.find("-->", start + 4)
        if end < 0 or page.startswith((">", "->"), start + 4) or "--!>" in page[start:end]:
            raise _NotPlain
        return end + 3
    other = _OTHER.match(page, start)
    if other:
        return other.end()
    if page[start + 1 : start + 2] in ("!", "/", "?"):
        raise _NotPlain
    return start + 1  # a sign of its own: fewer than


def _in_attribute(attribute: re.Match[str]) -> Iterator[_Piece]:
    space, name, equals, quoted = attribute.groups()
    if quoted is None:
        yield _Piece(attribute.group())
        return
    quote = quoted[0] if quoted[0] in "\"'" else ""
    value = quoted[1:-1] if quote else quoted
    yield _Piece(f"{space}{name}{equals}{quote}")
    if name.lower() in _NAMES:
        yield from (
            _Piece(word, bool(word.strip()), name.lower() == "id" and bool(word.strip()))
            for word in re.split(r"(\s+)", value)
        )
    elif name.lower() in _LINKS and value.startswith("#"):
        yield _Piece("#")
        yield _Piece(value[1:], True)
    else:
        yield from _found(value, _URL)
    yield _Piece(quote)


def _in_raw(kind: str, body: str) -> Iterator[_Piece]:
    if ("<![CDATA[" in body) != ("]]>" in body):
        raise _NotPlain
    if kind == "style":
        if _ESCAPED.search(body) or "<" in body.replace("<![CDATA[", ""):
            raise _NotPlain
        yield from _found(body, _SELECTOR)
    elif kind == "script":
        if "<!--" in body:  # it may not end where it seems to
            raise _NotPlain
        yield from _found(body, _CALL)
    else:
        yield _Piece(body)


def _found(text: str, shape: re.Pattern[str]) -> Iterator[_Piece]:
    """Split a text at the names that it refers to; what may be a colour is none."""
    place = 0
    for found in shape.finditer(text):
        if shape is _SELECTOR and _COLOUR.fullmatch(found.group(1)):
            continue
        yield _Piece(text[place : found.start(1)])
        yield _Piece(found.group(1), True)
        place = found.end(1)
    yield _Piece(text[place:])
