"""The one family of errors that a user is meant to read."""

from __future__ import annotations


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
        self.what = what
        self.where = where
        self.next_step = next_step
        lines = [what]
        if where:
            lines.append(f"  where: {where}")
        if next_step:
            lines.append(f"  next:  {next_step}")
        super().__init__("\n".join(lines))


class CheckFailed(SharedAnalysisError):
    """The work was done and the answer is no: a check failed, or a table breaks its contract."""

    exit_code = 1
