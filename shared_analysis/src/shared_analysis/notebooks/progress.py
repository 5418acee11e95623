"""Which cell runs now: a moving line on a terminal, one line a heading anywhere else."""

from __future__ import annotations

import re
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from shared_analysis.printable import one_line

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from rich.status import Status

_HEADING = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.MULTILINE)


class Progress:
    """Says on ``stderr`` which cell a notebook is at, by number and by the heading above it."""

    def __init__(self, notebook: str, nb: NotebookNode, *, injected: bool) -> None:
        self.notebook = notebook
        self.index = 0
        self.number = 0
        self.heading = ""
        self.total = sum(_runs(cell) for cell in nb.cells) + injected
        self._status: Status | None = None
        self._said = False

    @property
    def place(self) -> str:
        """The present cell in words."""
        if not self.number:
            return "its start-up, before the first cell"
        under = f", under '{self.heading}'" if self.heading else ""
        return f"cell {self.number} of {self.total}{under}"

    def start(self, cell: NotebookNode, cell_index: int) -> None:
        """Take note that a cell starts (called for every cell, of any kind)."""
        self.index = cell_index
        if cell.cell_type == "markdown":
            headings = _HEADING.findall(cell.source)
            if headings:
                self.heading, self._said = _plain(headings[-1]), False
        if not _runs(cell):
            return
        self.number += 1
        heading = f"  {self.heading}" if self.heading else ""
        line = one_line(f"{self.notebook}  {self.number}/{self.total}{heading}")
        if self._status:
            from rich.text import Text

            self._status.update(Text(line))
        elif not self._said:  # in a log the same words again look like a run that is stuck
            print(line, file=sys.stderr, flush=True)
            self._said = bool(self.heading)

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status(one_line(f"{self.notebook}  starting"))
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()
            self._status = None


def _runs(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def _plain(heading: str) -> str:
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", lambda found: found[1] or "", heading)
