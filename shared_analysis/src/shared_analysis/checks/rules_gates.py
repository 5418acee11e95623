"""Rules on what is not known or not done yet, by gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.record import RECORD_FILE


class RecordComplete(Rule):
    """What the project does not know yet is marked TODO in project.yaml, and listed under the gate that needs it.

    Ask, and write the answer in place of TODO. Leave it until its gate comes near.
    """

    id = "GAT001"
    title = "The project record is complete"

    def _find(self, project: Context) -> Iterator[Finding]:
        for gap in project.record.gaps(project.gates) if project.record else ():
            message = f"{gap.key}: {gap.hint}" if gap.hint else gap.key
            yield Finding(self.id, message, RECORD_FILE, gap.line, None, "gap", gap.gate)


class PagesComplete(Rule):
    """Each gate rests on pages that people have filled in and agreed: no TODO is left, and every box is ticked.

    Write over each TODO; tick a box by putting an x in it: "- [x]".
    """

    id = "GAT002"
    title = "The pages of each gate are complete"

    def _find(self, project: Context) -> Iterator[Finding]:
        for gate in project.gates:
            for document in gate.documents:
                for name in _pages(project, document):
                    yield from self._page(project, gate.id, name)

    def _page(self, project: Context, gate: str, name: str) -> Iterator[Finding]:
        text = project.text(name)
        if text is None:
            yield Finding(self.id, "The page is not there.", name, None, "restore it", "gap", gate)
            return
        page = _open(text)
        if page.todo:
            message = f"{_times(page.todo, 'TODO')} to fill in"
            yield Finding(self.id, message, name, page.first_todo, None, "gap", gate)
        if page.boxes:
            message = f"{_times(page.boxes, 'box', 'boxes')} to tick"
            yield Finding(self.id, message, name, page.first_box, None, "gap", gate)


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


def _pages(project: Context, document: str) -> list[str]:
    folder = project.root / document
    if not folder.is_dir():
        return [document]
    return sorted(path.relative_to(project.root).as_posix() for path in folder.glob("*.md")) or [document]


def _times(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one}"
