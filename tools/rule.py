"""Rules as values: ``tests/spec`` runs their examples, and ``tools.spec_pages`` shows the same ones to readers.

A file of ``tests/spec`` keeps its rules in a :class:`Page`. Write a rule's title as one sentence that is true of every
example, and let each example show something that no other shows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar


@dataclass(frozen=True)
class Example:
    """One value before and after.

    Parameters
    ----------
    before, after
        What was written, and what the package makes of it.
    why
        What only this example shows, where the rule's title does not say it.
    """

    before: Any
    after: Any
    why: str = ""


AnExample = TypeVar("AnExample")


@dataclass(frozen=True)
class Rule(Generic[AnExample]):
    """One rule: what holds, in a sentence; why, in a few; and examples."""

    title: str
    why: str
    examples: Sequence[AnExample]

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Table:
    """A table of examples as a page shows it: cells in Markdown, and what stands above them."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    above: str = ""


@dataclass(frozen=True)
class Page(Generic[AnExample]):
    """A page of the documentation.

    Parameters
    ----------
    name
        Its file, without the ending.
    title, introduction
        What it begins with; the first paragraph of the introduction also stands in the list of pages.
    rules
        Its rules, in the order in which a reader should meet them.
    lay_out
        Makes tables of a rule's examples.
    """

    name: str
    title: str
    introduction: str
    rules: Sequence[Rule[AnExample]]
    lay_out: Callable[[Rule[AnExample]], Iterator[Table]]


def before_and_after(before: str, after: str, why: str) -> Callable[[Rule[Example]], Iterator[Table]]:
    """Lay examples out in columns with these headings; the third is there only if some example says why."""

    def lay_out(rule: Rule[Example]) -> Iterator[Table]:
        rows = [(code(example.before), code(example.after) or "(missing)", example.why) for example in rule.examples]
        width = 3 if any(example.why for example in rule.examples) else 2
        yield Table((before, after, why)[:width], [row[:width] for row in rows])

    return lay_out


_MOST_SHOWN = 4


def code(value: Any) -> str:
    """Write a value as it stands in a file, or the first of several; nothing for a missing one."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        shown = ", ".join(code(each) or "(missing)" for each in value[:_MOST_SHOWN]) or "(none)"
        left = len(value) - _MOST_SHOWN
        return f"{shown} and {left:,} more" if left > 0 else shown
    if value is None or value == "":
        return ""
    text = "".join(sign if _is_seen(sign) else f"\\u{ord(sign):04x}" for sign in str(value)).replace("|", "\\|")
    return f"`{text if text.strip() else text.replace(' ', '␣')}`"


def _is_seen(sign: str) -> bool:
    """Say whether a reader can see a sign by itself: not a control character, nor an accent on the letter before."""
    return sign.isprintable() and not unicodedata.combining(sign)
