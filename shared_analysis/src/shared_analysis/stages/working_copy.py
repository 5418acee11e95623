"""A copy of a project's settings, to change and to try before anything is written."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.dvc_repo import pipeline_fault
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change
from shared_analysis.writing import make_folder, write_file

if TYPE_CHECKING:
    from shared_analysis.checks import Finding

# What `check` and DVC read, and the project's own tests; data, results and environments are never copied.
_FOLDERS = ("contracts", "notebooks", "method", "governance", "sql", "tests")
_SETTINGS = (".yaml", ".yml", ".toml", ".json", ".py")
_LAST = ("params.yaml", "project.yaml", "dvc.yaml")

_NUMBERS = re.compile(r"('[^']*')|\b\d+\b")


@dataclass(frozen=True)
class WorkingCopy:
    """A copy of a project's settings; make one with :func:`working_copy`.

    Parameters
    ----------
    project
        The project.
    root
        The copy: contracts, notebooks, pages, tests and settings.
    faults, refused
        What was wrong with them from the beginning, by `check` and by DVC.
    """

    project: Path
    root: Path
    faults: Collection[Finding]
    refused: str | None

    def changes(self) -> dict[str, Change]:
        """List what was changed in the copy: new files first, and last the pipeline, which makes the others count."""
        before, after = _contents(self.project), _contents(self.root)
        changes = {
            name: Change(after.get(name), before.get(name))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        }
        return dict(sorted(changes.items(), key=lambda entry: _turn(*entry)))

    def refuse_new_faults(self, meant: Collection[str] = ()) -> None:
        """Refuse what was changed in the copy if the project would have faults that it has not now.

        Parameters
        ----------
        meant
            Rules of `check` that may find something new.

        Raises
        ------
        SharedAnalysisError
            If `check` finds a fault that it did not find before, or DVC does not take the pipeline any more.
        """
        _stand_ins(self.project, self.root)
        new = [
            f"{fault.where}: {fault.message}"
            for fault in new_faults(self.faults, _faults(self.root))
            if fault.rule not in meant
        ]
        if not new and self.refused is None and (refused := _refused_by_dvc(self.root)):
            new = [refused]
        if new:
            raise SharedAnalysisError(
                "With this change the project would have faults that it has not now:\n"
                + "\n".join(f"  {fault}" for fault in new),
                next_step="put right what they come from; nothing was changed",
            )


@contextmanager
def working_copy(project: Path) -> Iterator[WorkingCopy]:
    """Copy a project's settings to a folder of their own, as long as they are worked on."""
    with tempfile.TemporaryDirectory(prefix="shared-analysis-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch) / "project"
        root.mkdir()
        for name, content in _contents(project).items():
            write_file(root / name, content, within=root)
        _stand_ins(project, root)
        yield WorkingCopy(project, root, _faults(root), _refused_by_dvc(root))


def show_changes(changes: Mapping[str, Change]) -> str:
    """Show what would be written: new files by their size, the others line by line."""
    parts = []
    for name, change in changes.items():
        if change.after is None:
            parts.append(f"removed {name}\n")
        elif isinstance(change.after, Path):
            parts.append(f"new data {name} ({change.after.stat().st_size:,} bytes; DVC keeps it)\n")
        elif change.before is None:
            lines = change.after.count(b"\n")
            parts.append(f"new file {name} ({lines} {'line' if lines == 1 else 'lines'})\n")
        else:
            before, after = (
                text.decode("utf-8-sig").splitlines(keepends=True) for text in (change.before, change.after)
            )
            parts += [line.rstrip("\r\n") + "\n" for line in difflib.unified_diff(before, after, name, name)]
    return "".join(parts)


def _contents(root: Path) -> dict[str, bytes]:
    """Read every setting of a project, by its path from the root."""
    paths = [path for path in root.iterdir() if path.is_file() and path.suffix in _SETTINGS]
    for folder in _FOLDERS:
        paths += [
            path
            for path in (root / folder).rglob("*")
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
            if "__pycache__" not in path.parts
        ]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def _turn(name: str, change: Change) -> tuple[bool, int, str]:
    return change.before is not None, _LAST.index(name) if name in _LAST else -1, name


def _stand_ins(project: Path, copy: Path) -> None:
    """Put something empty where a stage reads what was not copied, such as data: that it is there is what counts."""
    from shared_analysis.checks import stages_of

    for folder in (project / "data").glob("*"):
        if folder.is_dir():
            make_folder(copy / "data" / folder.name, within=copy)
    for dep in sorted({dep for stage in stages_of(copy) for dep in stage.deps}):
        inside = ".." not in Path(dep).parts and not Path(dep).is_absolute()
        if inside and (project / dep).exists() and not (copy / dep).exists():
            if (project / dep).is_dir():
                make_folder(copy / dep, within=copy)
            else:
                write_file(copy / dep, b"", within=copy)


def _faults(root: Path) -> list[Finding]:
    from shared_analysis.checks import check_project

    return check_project(root).faults


def new_faults(before: Collection[Finding], after: Collection[Finding]) -> list[Finding]:
    """List the faults that were not there before. One is the same where only its line or a count has changed."""
    known = Counter(map(_same_fault, before))
    new = []
    for fault in after:
        known[_same_fault(fault)] -= 1
        if known[_same_fault(fault)] < 0:
            new.append(fault)
    return new


def _same_fault(fault: Finding) -> tuple[str, str, str]:
    """Say what makes a fault the one it is: its rule, its file, and its words but for numbers outside quotes."""
    where, message = (_NUMBERS.sub(lambda part: part[1] or "#", text) for text in (fault.where, fault.message))
    return fault.rule, where, re.sub(r"# things? (?:is|are)", "# things", message)


def _refused_by_dvc(root: Path) -> str | None:
    """Say why DVC would not run the pipeline; whoever has no DVC here runs it elsewhere."""
    (root / ".dvc").mkdir(exist_ok=True)
    return pipeline_fault(root, root.parent / "cache")
