"""Add a stage to a project: work it out, try it on a copy, and only then write it."""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.dvc_repo import pipeline_fault
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages.plan import Plan
from shared_analysis.stages.writing import Change, write_together

if TYPE_CHECKING:
    from shared_analysis.checks import Finding

# What `check` and DVC read; data, results and environments are never copied.
_FOLDERS = ("contracts", "notebooks", "method", "governance")
_SETTINGS = (".yaml", ".yml", ".toml", ".json", ".py")
_NUMBERS = re.compile(r"('[^']*')|\b\d+\b")


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
        parts = []
        for name, change in self.changes.items():
            if change.before is None:
                lines = change.after.count(b"\n")
                parts.append(f"new file {name} ({lines} lines)\n")
                continue
            before, after = (
                text.decode("utf-8-sig").splitlines(keepends=True) for text in (change.before, change.after)
            )
            parts += [line.rstrip("\r\n") + "\n" for line in difflib.unified_diff(before, after, name, name)]
        return "".join(parts)

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
    _try_on_a_copy(root, changes)
    return Addition(root, name, changes, tuple(plan.notes()))


def _try_on_a_copy(root: Path, changes: Mapping[str, Change]) -> None:
    """Write the changes into a copy of the project's settings, and refuse what would be wrong there and is not now."""
    with tempfile.TemporaryDirectory(prefix="add-stage-", ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch) / "project"
        copy.mkdir()
        for folder in _FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns(".*"))
        for path in root.iterdir():
            if path.is_file() and path.suffix in _SETTINGS:
                shutil.copyfile(path, copy / path.name)
        _stand_ins(root, copy, changes)
        before, refused_before = _faults(copy), _refused_by_dvc(copy)
        write_together(copy, changes)
        new = _new_faults(before, _faults(copy))
        if not new and refused_before is None and (refused := _refused_by_dvc(copy)):
            new = [refused]
    if new:
        raise SharedAnalysisError(
            "With the new stage the project would have faults that it has not now:\n"
            + "\n".join(f"  {fault}" for fault in new),
            next_step="put right what they come from; nothing was changed",
        )


def _stand_ins(root: Path, copy: Path, changes: Mapping[str, Change]) -> None:
    """Put something empty where a stage reads what was not copied, such as data: that it is there is what counts."""
    from shared_analysis.checks import stages_of

    for folder in (root / "data").glob("*"):
        if folder.is_dir():
            (copy / "data" / folder.name).mkdir(parents=True, exist_ok=True)
    deps = {dep for text in (None, changes["dvc.yaml"].after) for stage in stages_of(root, text) for dep in stage.deps}
    for dep in sorted(deps):
        inside = ".." not in Path(dep).parts and not Path(dep).is_absolute()
        if inside and (root / dep).exists() and not (copy / dep).exists():
            (copy / dep).parent.mkdir(parents=True, exist_ok=True)
            (copy / dep).mkdir() if (root / dep).is_dir() else (copy / dep).touch()


def _faults(root: Path) -> list[Finding]:
    from shared_analysis.checks import check_project

    return check_project(root).faults


def _new_faults(before: Sequence[Finding], after: Sequence[Finding]) -> list[str]:
    """Say the faults that were not there before. A fault is the same one where only its line or a count has changed."""
    known = Counter(map(_same_fault, before))
    new = []
    for fault in after:
        known[_same_fault(fault)] -= 1
        if known[_same_fault(fault)] < 0:
            new.append(f"{fault.where}: {fault.message}")
    return new


def _same_fault(fault: Finding) -> tuple[str, str, str]:
    """Say what makes a fault the one it is: its rule, its file, and its words but for numbers outside quotes."""
    where, message = (_NUMBERS.sub(lambda part: part[1] or "#", text) for text in (fault.where, fault.message))
    return fault.rule, where, re.sub(r"# things? (?:is|are)", "# things", message)


def _refused_by_dvc(root: Path) -> str | None:
    """Say why DVC would not run the pipeline; whoever has no DVC here runs it elsewhere."""
    (root / ".dvc").mkdir(exist_ok=True)
    return pipeline_fault(root, root.parent / "cache")
