"""The source of one cell in a notebook's text: found and replaced, with every other byte as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_BLANK = re.compile(r"[ \t\r\n]*")


class _Value(NamedTuple):
    """A value in JSON text, where it stands, and the key or number by which whatever holds it knows it."""

    key: str | int
    value: Any
    start: int
    end: int


def with_source(text: str, cell: int, source: str) -> str:
    """Give a cell another source.

    Lines that stay keep the text they have, new ones are set as the others are.

    Parameters
    ----------
    text
        A notebook.
    cell
        The cell's number, from 0.
    source
        What it is to hold.
    """
    cells = _entry(text, _BLANK.match(text).end(), "cells")  # type: ignore[union-attr]
    old = _entry(text, _entry(text, cells.start, cell).start, "source")
    new = _as_list(text, old, source) if isinstance(old.value, list) else _quoted(text, source)
    return text[: old.start] + new + text[old.end :]


def _entry(text: str, start: int, key: str | int) -> _Value:
    """Find what an object or a list holds under a key; of a key that is written twice, JSON takes the last."""
    return [entry for entry in _entries(text, start) if entry.key == key][-1]


def _entries(text: str, start: int) -> Iterator[_Value]:
    decoder = json.JSONDecoder()
    named = text[start] == "{"
    place = _past_blank(text, start + 1)
    number = 0
    while text[place] not in "]}":
        key: str | int = number
        if named:
            key, place = decoder.raw_decode(text, place)
            place = _past_blank(text, _past_blank(text, place) + 1)
        value, end = decoder.raw_decode(text, place)
        yield _Value(key, value, place, end)
        place = _past_blank(text, end)
        if text[place] == ",":
            place = _past_blank(text, place + 1)
        number += 1


def _past_blank(text: str, place: int) -> int:
    return _BLANK.match(text, place).end()  # type: ignore[union-attr]


def _as_list(text: str, old: _Value, source: str) -> str:
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    if not lines:
        return "[]"
    entries = list(_entries(text, old.start))
    written = {entry.value: text[entry.start : entry.end] for entry in entries}
    if entries:
        before, after = text[old.start + 1 : entries[0].start], text[entries[-1].end : old.end - 1]
    else:
        before, after = _margins(text, old.start)
    between = "," + (before or " ")
    return "[" + before + between.join(written.get(line) or _quoted(text, line) for line in lines) + after + "]"


def _margins(text: str, start: int) -> tuple[str, str]:
    """Say what stands around the lines of a list that is empty so far: line ends and indentation as elsewhere."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    step = re.match(r"\s*\{(\r?\n[ \t]*)", text)
    if step is None or not line.lstrip().startswith('"source"'):
        return "", ""
    line_end, own = step[1].rstrip(" \t"), line[: len(line) - len(line.lstrip())]
    return line_end + own + step[1].strip("\r\n"), line_end + own


def _quoted(text: str, value: str) -> str:
    return json.dumps(value, ensure_ascii=text.isascii() and "\\u" in text)
