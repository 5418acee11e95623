"""Add a stage to a project: work it out, try it on a copy, and only then write it."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages.plan import Plan
from shared_analysis.stages.writing import Change, write_together

_READ_BY_CHECK = ("contracts", "notebooks", "method", "governance")
_NEVER_COPIED = shutil.ignore_patterns(".git", ".venv", "data", "reports", "scratch", "vendor", "__pycache__")


@dataclass(frozen=True)
class Addition:
    """A stage that can be added.

    Parameters
    ----------
    root
        The project.
    stage
        The stage's name.
    changes
        What each file is to hold, by its path from the root.
    notes
        What a person has to look at.
    """

    root: Path
    stage: str
    changes: Mapping[str, Change]
    notes: tuple[str, ...]

    def diff(self) -> str:
        """Show what would be written: new files by their size, the others line by line."""
        said = []
        for name, change in self.changes.items():
            if change.before is None:
                lines = change.after.count(b"\n")
                said.append(f"new file {name} ({lines} lines)\n")
                continue
            before, after = (
                text.decode("utf-8-sig").splitlines(keepends=True) for text in (change.before, change.after)
            )
            said += [line.rstrip("\r\n") + "\n" for line in difflib.unified_diff(before, after, name, name)]
        return "".join(said)

    def write(self) -> None:
        """Write every file, or none.

        Raises
        ------
        SharedAnalysisError
            If a file was changed since this was worked out, or cannot be written.
        """
        write_together(self.root, self.changes)


def add_stage(
    root: Path,
    name: str,
    like: str,
    *,
    tables: Sequence[str] = (),
    products: Sequence[str] = (),
    number: int | None = None,
) -> Addition:
    """Work out what a new stage means for a project; nothing is written until :meth:`Addition.write`.

    What is handed back has been tried on a copy of the project's settings: it reads, and `check` finds no fault that it
    did not find before.

    Parameters
    ----------
    root, name, like, tables, products, number
        See :class:`~shared_analysis.stages.plan.Plan`.

    Raises
    ------
    SharedAnalysisError
        If it cannot be added.
    """
    plan = Plan(root, name, like, tables=tables, products=products, number=number)
    changes = plan.changes()
    _refuse_new_faults(root, changes)
    return Addition(root, name, changes, tuple(plan.notes()))


def _refuse_new_faults(root: Path, changes: Mapping[str, Change]) -> None:
    from shared_analysis.checks import check_project

    before = {(fault.rule, fault.where, fault.message) for fault in check_project(root).faults}
    with tempfile.TemporaryDirectory(prefix="add-stage-", ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch) / "project"
        copy.mkdir()
        for folder in _READ_BY_CHECK:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder, ignore=_NEVER_COPIED)
        for path in (*root.glob("*.yaml"), *root.glob("*.toml")):
            shutil.copyfile(path, copy / path.name)
        write_together(copy, {name: Change(change.after, change.before) for name, change in changes.items()})
        faults = list(check_project(copy).faults)
    new = [fault for fault in faults if (fault.rule, fault.where, fault.message) not in before]
    if new:
        said = "\n".join(f"  {fault.place}: {fault.message}" for fault in new)
        raise SharedAnalysisError(
            f"With the new stage the project would have faults that it has not now:\n{said}",
            next_step="put right what they come from; nothing was changed",
        )
