"""Rules on the project's own files: that they can be read, and that each setting is said once."""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.checks.context import Context, Notebook
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Difference, differences, notebook_parameters, untracked_tables


class NoConflictMarks(Rule):
    """Where two people changed the same lines, git writes both versions into the file, between lines of <<<<<<< and
    >>>>>>>. Until somebody chooses, neither DVC nor anything else can read it.

    Do as the finding says, then `git add` the file. dvc.lock needs no choice: keep either version, and `dvc repro` puts
    it right.
    """

    id = "GIT001"
    title = "No file holds the marks of a merge that stopped"

    def _find(self, project: Context) -> Iterator[Finding]:
        for name, line in project.conflicts.items():
            yield self.found("Git could not merge the file, and left its marks in it.", name, line, _remedy(name))


class SettingsRead(Rule):
    """The parameters and the pipeline are read by every stage; a mark out of place stops them all.

    Put the file right where the finding says.
    """

    id = "PRJ001"
    title = "params.yaml and dvc.yaml can be read"

    def _find(self, project: Context) -> Iterator[Finding]:
        for name, source in (("params.yaml", project.params), ("dvc.yaml", project.pipeline)):
            if name in project.conflicts:
                continue
            for fault in source.faults:
                yield self.found(fault.message, name, fault.line, fault.next_step)
            if not source.faults and not isinstance(source.data, dict):
                yield self.found("The file holds no sections.", name, 1, "restore it, for instance with git")


class RawTablesTracked(Rule):
    """A table in data/raw/ that DVC does not keep is on this computer only: a colleague who pulls the project gets
    other results, or none.

    Hand it to DVC: dvc add data/raw/NAME.csv. Commit the small file that appears beside it.
    """

    id = "DAT001"
    title = "Real tables are kept by DVC"

    def _find(self, project: Context) -> Iterator[Finding]:
        if project.mode != "raw":
            return
        for path in untracked_tables(project.root):
            where = f"data/raw/{path.name}"
            yield self.found("The table is read, and DVC does not keep it.", where, None, f"dvc add {where}")


class ParametersMatch(Rule):
    """A notebook's parameters cell repeats its section of params.yaml, so that a notebook opened by hand does what
    the pipeline does.

    params.yaml is the one source: `shared-analysis check --fix` writes its values into the cell that is tagged
    "parameters", and so does the next run.
    """

    id = "NBK001"
    title = "Notebooks and params.yaml say the same"

    def _find(self, project: Context) -> Iterator[Finding]:
        params = project.params.data
        for notebook in project.notebooks:
            try:
                values = notebook_parameters(project.root / notebook.path)
            except SharedAnalysisError as error:
                yield self.found(error.what, notebook.path, None, error.next_step)
                continue
            section = params.get(notebook.section) or {} if isinstance(params, dict) else None
            if isinstance(section, dict):
                for difference in differences(values, section):
                    yield self._differs(notebook, difference, known=notebook.section in params)

    def _differs(self, notebook: Notebook, difference: Difference, *, known: bool) -> Finding:
        where, name = f"section '{notebook.section}' of params.yaml", f"'{difference.name}'"
        todo = "shared-analysis check --fix"
        if difference.kind == "added":
            return self.found(f"{name} is in {where} but not in the cell.", notebook.path, None, todo)
        if difference.kind == "removed":
            todo = f"add it to params.yaml{f', or take it out of the cell: {todo}' if known else ''}"
            return self.found(f"{name} is in the cell but not in {where}.", notebook.path, None, todo)
        message = f"{name} is {difference.in_cell!r} in the cell and {difference.in_section!r} in {where}."
        return self.found(message, notebook.path, None, todo)


class NoOutputs(Rule):
    """Outputs in a notebook may show rows of personal data, and git never forgets.

    Clear all outputs and save: in JupyterLab, Edit > Clear Outputs of All Cells. The pipeline keeps the executed
    notebooks in reports/, outside git.
    """

    id = "NBK002"
    title = "Notebooks hold no outputs"

    def _find(self, project: Context) -> Iterator[Finding]:
        for notebook in project.notebooks:
            cells = notebook.cells or ()
            ran = sum(bool(cell.get("outputs")) or cell.get("execution_count") is not None for cell in cells)
            if ran:
                holders = "1 cell holds" if ran == 1 else f"{ran} cells hold"
                yield self.found(
                    f"{holders} outputs or run numbers.", notebook.path, None, "clear all outputs and save"
                )


def _remedy(name: str) -> str:
    either = f"git checkout --theirs {name}"
    if name == "dvc.lock":
        return f"{either} (or --ours), then `dvc repro`; if git refuses, delete the file first"
    if name.endswith(".dvc"):
        return f"{either} (or --ours), whichever table is the right one, then `dvc checkout`"
    if name.startswith("requirements"):
        return f"{either} (or --ours), then make it anew as said at its top"
    if name.endswith(".ipynb"):
        return f"{either} (or --ours), then `shared-analysis check --fix`, which writes its settings"
    return "choose between the lines, and take the marks out"
