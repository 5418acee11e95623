"""Add a stage to a project: work it out, try it on a copy, and only then write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.project import Change, write_together
from shared_analysis.stages.plan import Plan
from shared_analysis.stages.working_copy import show_changes, working_copy


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
        return show_changes(self.changes)

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

    What is handed back has been tried on a copy of the project's settings: `check` finds no fault that it did not find
    before, and DVC takes the pipeline.

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
    with working_copy(root) as copy:
        write_together(copy.root, changes)
        copy.refuse_new_faults()
    return Addition(root, name, changes, tuple(plan.notes()))
