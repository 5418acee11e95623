"""Draw the picture of the whole, and write the floors of the shared package into the page that explains them.

The floors are those of the import contracts in ``pyproject.toml``, and what a room is for is the first sentence of its
docstring: ``python -m tools.architecture`` writes both anew, and a test fails while the page or the picture is stale.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from html import escape

from tools import ROOT

PAGE = ROOT / "docs" / "explanation" / "architecture.md"
PICTURE = ROOT / "docs" / "images" / "architecture.svg"
SOURCE = ROOT / "shared_analysis" / "src"
START, END = "<!-- floors: made by `python -m tools.architecture` -->", "<!-- end of the floors -->"

Floors = list[list[str]]


def contracts() -> dict[str, Floors]:
    """Read the floors of every container of rooms, the highest first, by the container's dotted name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layered = [one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return {
        container: [[room.strip(" ()") for room in re.split(r"[|:]", layer)] for layer in contract["layers"]]
        for contract in layered
        for container in contract["containers"]
    }


def rooms() -> set[str]:
    """List the rooms that the package has: folders, and modules beside them."""
    package = SOURCE / "shared_analysis"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    return folders | {path.stem for path in package.glob("*.py") if not path.stem.startswith("__")}


def purpose(name: str) -> str:
    """Read what a package or module is for: the first sentence of its docstring, as Markdown."""
    path = SOURCE.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")


def tables() -> str:
    """Write the floors as Markdown: a table for the package, and one for each room that has floors inside."""
    parts = []
    for container, floors in sorted(contracts().items()):
        room = container.partition(".")[2]
        if room:
            parts.append(f"### Inside `{room}`")
        rows = [
            f"| {number} | `{name}` | {purpose(f'{container}.{name}')} |"
            for number, names in zip(range(len(floors), 0, -1), floors, strict=True)
            for name in names
        ]
        parts.append("\n".join(["| floor | room | what it is for |", "| --: | --- | --- |", *rows]))
    return "\n\n".join(parts)


def page() -> str:
    """Give the page with the floors as they are now."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(START)], text[text.index(END) :]
    return f"{before}{START}\n\n{tables()}\n\n{after}"


def refresh() -> None:
    """Write the page and the picture."""
    for path, text in ((PAGE, page()), (PICTURE, picture())):
        path.write_text(text, encoding="utf-8", newline="\n")


# What a project does, from left to right: the stage, the room that does its work, and what it writes.
STAGES = (
    ("twin", "twin", ("data/twin:", "invented tables")),
    ("validate", "contracts", ("data/interim: good rows", "data/quarantine: bad")),
    ("link", "linkage", ("the register: which", "records are one person")),
    ("forecast", "forecasting", ("forecasts with intervals,", "back-tests, accuracy")),
    ("report", "report", ("reports/index.html:", "one offline page")),
)
WALKS = {"contracts": "1", "linkage": "1", "forecasting": "2", "reproduce": "3"}
"""Rooms that a walk of the page leads through, and its number."""

_WIDTH, _MARGIN, _GAP = 960, 24, 14
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"
_INK, _QUIET, _LINE = "#12263a", "#40566b", "#1d5b8f"
_SHEET, _STAGE, _FLOOR, _ROOM = "#ffffff", "#e6f1f8", "#f3f5f7", "#ffffff"


def picture() -> str:
    """Draw a project above the floors of the package that it stands on."""
    floors = contracts()["shared_analysis"]
    height = 276 + len(floors) * 46 + _MARGIN // 2
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' "
            f"height='{height}' role='img' aria-labelledby='title description' {_FONT}>",
            "<title id='title'>A project and the shared package that it stands on</title>",
            f"<desc id='description'>{escape(description(floors))}</desc>",
            "<defs><marker id='arrow' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7' markerHeight='7' "
            f"orient='auto-start-reverse'><path d='M0 0 L10 5 L0 10 z' fill='{_LINE}'/></marker></defs>",
            f"<rect width='{_WIDTH}' height='{height}' fill='{_SHEET}'/>",
            *_project(),
            *_package(floors, 276),
            "</svg>\n",
        ]
    )


def description(floors: Floors) -> str:
    """Say the picture in words."""
    stages = "; ".join(f"{stage} (room {room}) writes {' '.join(words)}" for stage, room, words in STAGES)
    levels = "; ".join(", ".join(names) for names in floors)
    return (
        f"Above, the stages of a project's pipeline, each of which calls one room of the package: {stages}. The file "
        "dvc.lock records the hash of all that was read and made, and shared-analysis verify (room reproduce) turns a "
        f"commit into a certificate. Below, the floors of the package from the top down: {levels}."
    )


def _project() -> Iterator[str]:
    heading = "A project: a folder in git, made from the template. Each stage calls one room of the package."
    yield _text(_MARGIN, 34, heading, bold=True)
    wide = (_WIDTH - 2 * _MARGIN - _GAP * 2 * (len(STAGES) - 1)) / len(STAGES)
    for place, (stage, room, words) in enumerate(STAGES):
        left = _MARGIN + place * (wide + 2 * _GAP)
        yield _box(left, 52, wide, 58, _STAGE)
        yield _text(left + wide / 2, 76, stage, bold=True, middle=True)
        yield _text(left + wide / 2, 97, f"room {room}", colour=_QUIET, size=13, middle=True)
        yield from _badge(left + wide, 52, room)
        for line, word in enumerate(words):
            yield _text(left + wide / 2, 131 + 17 * line, word, colour=_QUIET, size=12.5, middle=True)
        if place:
            yield _arrow(left - 2 * _GAP + 3, 81, left - 3, 81)
    yield _box(_MARGIN, 174, 444, 44, _FLOOR)
    yield _text(_MARGIN + 14, 201, "dvc.lock: the hash of all that was read and made, in git", size=13.5)
    yield _arrow(_MARGIN + 447, 196, 517, 196)
    yield _box(520, 174, 190, 44, _STAGE)
    yield _text(615, 201, "verify, room reproduce", size=13.5, middle=True)
    yield from _badge(710, 174, "reproduce")
    yield _arrow(713, 196, 765, 196)
    yield _box(768, 174, _WIDTH - _MARGIN - 768, 44, _FLOOR)
    yield _text((768 + _WIDTH - _MARGIN) / 2, 201, "a certificate", size=13.5, middle=True)


def _package(floors: Sequence[Sequence[str]], top: float) -> Iterator[str]:
    heading = "The shared package: a wheel inside each project. A room imports only from the floors below its own."
    yield _text(_MARGIN, top - 16, heading, bold=True)
    for level, names in enumerate(floors):
        upper = top + level * 46
        yield _box(_MARGIN, upper, _WIDTH - 2 * _MARGIN, 40, _FLOOR, line="none")
        yield _text(_MARGIN + 12, upper + 25, str(len(floors) - level), colour=_QUIET, size=13)
        wide = min(150.0, (_WIDTH - 2 * _MARGIN - 44) / len(names) - 8)
        for place, name in enumerate(names):
            left = _MARGIN + 36 + place * (wide + 8)
            yield _box(left, upper + 5, wide, 30, _ROOM)
            yield _text(left + wide / 2, upper + 25, name, size=14, middle=True)
            yield from _badge(left + wide, upper + 5, name)


def _badge(x: float, y: float, room: str) -> Iterator[str]:
    """Mark a room that a walk leads through with the walk's number, at its upper right corner."""
    if room in WALKS:
        yield f"<circle cx='{x - 2:g}' cy='{y + 3:g}' r='9' fill='{_LINE}'/>"
        yield _text(x - 2, y + 7.5, WALKS[room], colour="#ffffff", size=12, bold=True, middle=True)


def _box(x: float, y: float, width: float, height: float, fill: str, line: str = _LINE) -> str:
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='5' fill='{fill}' stroke='{line}' "
        "stroke-width='1.2'/>"
    )


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    line = f"x1='{x:g}' y1='{y:g}' x2='{to_x:g}' y2='{to_y:g}'"
    return f"<line {line} stroke='{_LINE}' stroke-width='1.6' marker-end='url(#arrow)'/>"


def _text(
    x: float, y: float, words: str, *, colour: str = _INK, size: float = 15, bold: bool = False, middle: bool = False
) -> str:
    weight = " font-weight='600'" if bold else ""
    anchor = " text-anchor='middle'" if middle else ""
    return f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' fill='{colour}'{weight}{anchor}>{escape(words)}</text>"


if __name__ == "__main__":
    refresh()
