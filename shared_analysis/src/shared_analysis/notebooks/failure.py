"""A notebook that did not finish: what the user is told, and the partial notebook that stays behind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from textwrap import indent, shorten
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.spec import CORRECT

_ERROR_MARKER = "papermill-error-cell-tag"
_LONGEST_LINE = 500
_OURS = re.compile(r"\n {2}(where|next): +")


class NotebookFailed(SharedAnalysisError):
    """A notebook raised, was stopped, or lost its kernel.

    The message says the place, the cause, where and what next, and ends with the error itself, on one line.
    """

    exit_code = 1

    def __init__(self, stopped: Stopped, notebook: str, kept: str, *, quote: bool) -> None:
        what = f"Notebook {notebook} stopped in {stopped.place}."
        if stopped.ours and stopped.what:
            what += "\n" + indent(stopped.what, "  ")
        super().__init__(what, f"{stopped.where}; {kept}" if stopped.where else kept, stopped.next_step)
        self.reason = stopped.line(quote=quote)
        self.args = (f"{self.args[0]}\n{self.reason}",)


@dataclass(frozen=True)
class Stopped:
    """Where a run stopped, and of what.

    Parameters
    ----------
    place
        The cell, in words.
    kind
        Name of the exception.
    what, where, next_step
        Its message; taken apart if it is one of our own errors.
    ours
        Whether it is: such messages name columns and counts only, never a value.
    """

    place: str
    kind: str
    what: str
    where: str | None = None
    next_step: str | None = None
    ours: bool = False

    def line(self, *, quote: bool) -> str:
        """Say the error on one line; the message of a foreign error only where it cannot hold personal data."""
        if quote or self.ours:
            what = _first_of(self.what) if self.ours else self.what
            return shorten(f"{self.kind}: {what}" if what.strip() else self.kind, _LONGEST_LINE, placeholder=" ...")
        return f"{self.kind}: its message may quote data, so it is only in the notebook named above"


def _first_of(what: str) -> str:
    """Take a message's first line, with the first item of the list that it announces, if it does."""
    first, *items = what.split("\n")
    if not first.endswith(":"):
        return first
    return f"{first} {items[0].strip()}" if items else first.rstrip(":") + "."


def stopped_by(place: str, kind: str, message: str) -> Stopped:
    """Take an exception's name and message apart."""
    parts = _OURS.split(message)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    ours = bool(named) or kind in ("SharedAnalysisError", "CheckFailed")
    return Stopped(place, kind, parts[0], named.get("where"), named.get("next"), ours)


def traced(stopped: Stopped, section: str, parameters: Iterable[str], given: Collection[str]) -> Stopped:
    """Say where the settings that our own error names were set; the step that raised it sees only their values."""
    if not stopped.ours:
        return stopped
    where, todo = stopped.where or "", stopped.next_step
    setting = todo == CORRECT
    named = [
        name
        for name in parameters
        if re.search(rf"\b{re.escape(f'{section}.{name}')}\b", where)
        or (setting and re.search(rf"'{re.escape(name)}[.']", stopped.what))
    ]
    # A fault of several settings together names none of them; any that was given may be the one.
    typed = [f"'{name}'" for name in (given if setting and not named else named) if name in given]
    if typed:
        todo = "give another value with -p, or leave it out" if setting else todo
        where = f"{', '.join(typed)}, given with -p"
    elif setting and not where:
        where = f"params.yaml, section {section}"
    return replace(stopped, where=where or None, next_step=todo)


def partial_notebook(nb: Any, last: int, reason: str) -> Any:
    """Cut the notebook after the cell it stopped in, and end it with the reason, on its last line."""
    from nbformat.v4 import new_raw_cell

    kept = [cell for cell in nb.cells[: last + 1] if _ERROR_MARKER not in cell.metadata.get("tags", [])]
    nb.cells = [*kept, new_raw_cell(f"The run stopped here.\n{reason}")]
    return nb
