"""What is not known or not done yet: TODO in the record, and what is open on the pages of each gate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.record import Gate


@dataclass(frozen=True)
class Missing:
    """One thing that a gate still waits for."""

    gate: str
    message: str
    where: str
    line: int | None = None
    next_step: str | None = None


def missing_on_pages(root: Path, gates: Sequence[Gate]) -> Iterator[Missing]:
    """Look at the pages of each gate: those that are not there, and what is open on the others."""
    for gate in gates:
        for document in gate.documents:
            for name in _pages(root, document):
                yield from _missing_on_page(root, gate.id, name)


def _missing_on_page(root: Path, gate: str, name: str) -> Iterator[Missing]:
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        yield Missing(gate, "The page is not there.", name, None, "restore it")
        return
    page = _open(text)
    if page.todo:
        yield Missing(gate, f"{_times(page.todo, 'TODO')} to fill in", name, page.first_todo)
    if page.boxes:
        yield Missing(gate, f"{_times(page.boxes, 'box', 'boxes')} to tick", name, page.first_box)


@dataclass(frozen=True)
class _Page:
    todo: int
    first_todo: int | None
    boxes: int
    first_box: int | None


def _open(text: str) -> _Page:
    """Count what is open on a page: TODO marks outside code, and boxes not ticked."""
    todo, boxes = [], []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if fenced:
            continue
        todo += [number] * len(re.findall(r"\bTODO\b", re.sub(r"`[^`]*`", "", line)))
        boxes += [number] * bool(re.match(r"\s*[-*+] \[ \]", line))
    return _Page(len(todo), min(todo, default=None), len(boxes), min(boxes, default=None))


def _pages(root: Path, document: str) -> list[str]:
    folder = root / document
    if not folder.is_dir():
        return [document]
    return sorted(path.relative_to(root).as_posix() for path in folder.glob("*.md")) or [document]


def _times(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one}"
