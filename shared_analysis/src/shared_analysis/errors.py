"""The one family of errors that a user is meant to read."""

from __future__ import annotations

from shared_analysis.printable import one_line, printable


class SharedAnalysisError(Exception):
    """Something a user can put right.

    Parameters
    ----------
    what
        What is wrong, in one sentence. Never a value from a row: names and counts only.
    where
        The file, table, column, row number or key it is wrong in.
    next_step
        What to do about it.
    """

    exit_code = 2
    """What a command ends with: 2, the work could not be done because of what it was given."""

    def __init__(self, what: str, where: str | None = None, next_step: str | None = None) -> None:
        self.what = printable(what)
        self.where = one_line(where) if where else where
        self.next_step = printable(next_step) if next_step else next_step
        lines = [self.what]
        if where:
            lines.append(f"  where: {self.where}")
        if next_step:
            lines.append(f"  next:  {self.next_step}")
        super().__init__("\n".join(lines))


class CheckFailed(SharedAnalysisError):
    """The work was done and the answer is no: a check failed, or a table breaks its contract."""

    exit_code = 1
