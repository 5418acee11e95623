"""The lines of a file, and what each of them is taken for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tools.rule import Rule, Table, code

WORDS = {
    "title": "above the table",
    "names": "names of columns",
    "row": "row of the table",
    "blank": "blank",
    "unit": "explains the columns",
    "page": "title or number of a page",
    "header": "names once more",
    "note": "note",
    "total": "total",
    "ragged": "ragged",
}


@dataclass(frozen=True)
class File:
    """The lines of a file.

    Parameters
    ----------
    lines
        Each with what it is: ``kind: text``, or ``refused`` on the first one for a file that is refused.
    said
        Words of how it was read, of a remark or of the error.
    encoding
        How it is written.
    """

    lines: str
    said: str = ""
    encoding: str = "utf-8"

    @property
    def drawn(self) -> list[tuple[str, str]]:
        """What each line is, and the line; an arrow stands for a tab."""
        parted = (line.partition(":") for line in self.lines.strip("\n").splitlines())
        return [(kind, text.removeprefix(" ").replace("→", "\t")) for kind, _, text in parted]

    @property
    def content(self) -> bytes:
        return "".join(f"{text}\n" for _, text in self.drawn).encode(self.encoding)


def lay_out(rule: Rule[File]) -> Iterator[Table]:
    for example in rule.examples:
        lines = example.drawn
        said = f"Read as **{example.said}**:" if example.said and lines[0][0] != "refused" else ""
        if lines[0][0] == "refused":
            said = f"Refused: **{example.said}**."
        rows = [
            [str(row), code(text.replace("\t", "→")) if text else "", WORDS.get(kind, kind)]
            for row, (kind, text) in enumerate(lines, start=1)
        ]
        yield Table(["row", "line of the file", "taken for"], rows, said)
