"""The text of a query: exactly one statement that reads, without its closing semicolon.

This tells people early and in plain words what is wrong. That a query changes nothing is ensured by the databases, each
in its own module; of SQL Server alone the shape of the text is a part of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from shared_analysis.errors import SharedAnalysisError

_READS = ("SELECT", "WITH", "VALUES", "TABLE", "FROM")
_WHERE = "query"
_WORD = r"[^\W\d][\w$]*"
_SPACE = r"\s+|--[^\n]*"
_STRINGS = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
_ESCAPED = r"[eE]'(?:[^'\\]|\\.|'')*'"
_DOLLARS = rf"\$(?P<tag>(?:{_WORD})?)\$(?s:.*?)\$(?P=tag)\$"
_BRACKETS = r"\[(?:[^\]]|\]\])*\]"
_QUOTED = {
    "postgresql": f"{_ESCAPED}|{_DOLLARS}|{_STRINGS}",
    "duckdb": f"{_ESCAPED}|{_DOLLARS}|{_STRINGS}",
    "sqlserver": f"{_STRINGS}|{_BRACKETS}",
    "sqlite": f"{_STRINGS}|{_BRACKETS}|`[^`]*`",
}

_OPENING = {"postgresql": "'\"", "duckdb": "'\"", "sqlserver": "'\"[", "sqlite": "'\"[`"}


@dataclass(frozen=True)
class Token:
    """A piece of a statement: a ``word``, a ``quoted`` text or name, or a ``mark``; and how deep in brackets it is."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """Where the next piece may begin."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Statement:
    """One statement that reads.

    Parameters
    ----------
    text
        Its text, without what stands around it.
    tokens
        Its pieces; their places are those in ``text``.
    first_line
        The line of the file that it begins in.
    """

    text: str
    tokens: tuple[Token, ...]
    first_line: int

    def line_of(self, place: int) -> int:
        """Give the line of the file for a place in the text, from 0."""
        return self.first_line + self.text.count("\n", 0, place)


def read_statement(sql: str, kind: str) -> Statement:
    """Take the one statement out of the text of a query.

    Parameters
    ----------
    sql
        The text of a file.
    kind
        The kind of database, whose quotes and comments count.

    Raises
    ------
    SharedAnalysisError
        If there is none, there are several, it cannot be one that reads, or a quote, a comment or a bracket is open.
    """
    text = sql.removeprefix("\ufeff")
    if "\x00" in text:
        _refuse("The query is no plain text.", _WHERE, "save it as UTF-8")
    tokens = list(_tokens(text, kind))
    while tokens and tokens[0].text == ";":  # as some write before WITH
        del tokens[0]
    marks = [token for token in tokens if token.text == ";" and token.kind == "mark" and token.depth == 0]
    end = marks[0].start if marks else len(text)
    inside = [token for token in tokens if token.start < end]
    if not inside:
        _refuse("The query is empty.", _WHERE, "write a SELECT")
    if rest := [token for token in tokens if token.start > end and token.text != ";"]:
        _refuse("There is more than one statement.", f"{_WHERE}, line {_line(text, rest[0])}", "keep one SELECT")
    first = next((token for token in inside if token.text != "("), inside[0])
    if first.kind != "word" or first.text.upper() not in _READS:
        _refuse(
            "The query is no SELECT; nothing else is run.", f"{_WHERE}, line {_line(text, first)}", "write a SELECT"
        )
    start = inside[0].start
    shifted = tuple(Token(token.kind, token.text, token.start - start, token.depth) for token in inside)
    return Statement(text[start : inside[-1].end], shifted, _line(text, inside[0]))


def _tokens(text: str, kind: str) -> Iterator[Token]:
    pieces = re.compile(
        rf"(?P<space>{_SPACE})|(?P<quoted>{_QUOTED[kind]})|(?P<word>{_WORD}|[0-9][\w.]*)|(?P<mark>(?s:.))"
    )
    place = depth = 0
    while place < len(text):
        if text.startswith("/*", place):
            place = _after_comment(text, place, nested=kind != "sqlite")
            continue
        match = pieces.match(text, place)
        if match is None:  # the last of its choices takes any character
            break
        piece = match[0]
        sort = next(kind for kind in ("space", "quoted", "word", "mark") if match[kind] is not None)
        if sort == "mark" and piece in _OPENING[kind]:
            _refuse("A quotation mark is not closed.", f"{_WHERE}, line {_line_at(text, place)}", "close it")
        depth -= piece == ")" and sort == "mark"
        if sort != "space":
            if depth < 0:
                _refuse(
                    "A bracket is closed that was not opened.", f"{_WHERE}, line {_line_at(text, place)}", "correct it"
                )
            yield Token(sort, piece, place, depth)
        depth += piece == "(" and sort == "mark"
        place = match.end()
    if depth:
        _refuse("A bracket is not closed.", _WHERE, "close it")


def _after_comment(text: str, start: int, *, nested: bool) -> int:
    depth, place = 1, start + 2
    while depth:
        mark = re.compile(r"/\*|\*/" if nested else r"\*/").search(text, place)
        if mark is None:
            _refuse("A comment is not closed.", f"{_WHERE}, line {_line_at(text, start)}", "close it")
        depth += 1 if mark[0] == "/*" else -1
        place = mark.end()
    return place


def _line(text: str, token: Token) -> int:
    return _line_at(text, token.start)


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _refuse(what: str, where: str, next_step: str) -> NoReturn:
    raise SharedAnalysisError(what, where, next_step)
