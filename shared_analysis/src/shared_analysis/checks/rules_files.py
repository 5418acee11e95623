"""Rules on the project's own settings: that they can be read, and that each is said once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from shared_analysis.checks.context import Context, Notebook
from shared_analysis.checks.finding import Finding, Rule


class SettingsRead(Rule):
    """The parameters and the pipeline are read by every stage; a mark out of place stops them all.

    Put the file right where the finding says.
    """

    id = "PRJ001"
    title = "params.yaml and dvc.yaml can be read"

    def _find(self, project: Context) -> Iterator[Finding]:
        for name, source in (("params.yaml", project.params), ("dvc.yaml", project.pipeline)):
            for fault in source.faults:
                yield self.found(fault.message, name, fault.line, fault.next_step)
            if not source.faults and not isinstance(source.data, dict):
                yield self.found("The file holds no sections.", name, 1, "restore it, for instance with git")


class ParametersMatch(Rule):
    """A notebook's parameters cell repeats its section of params.yaml, so that a notebook opened by hand does what
    the pipeline does.

    params.yaml is the one source: copy its values into the cell that is tagged "parameters".
    """

    id = "NBK001"
    title = "Notebooks and params.yaml say the same"

    def _find(self, project: Context) -> Iterator[Finding]:
        params = project.params.data
        for notebook in project.notebooks:
            if notebook.cells is None:
                yield self.found("The file is not a notebook.", notebook.path, None, "restore it with git")
                continue
            found = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
            if len(found) != 1:
                message = f"{len(found) or 'No'} cells are tagged 'parameters'; there must be one."
                yield self.found(message, notebook.path, None, "tag the cell that sets the parameters, and no other")
            elif isinstance(params, dict):
                yield from self._compare(notebook, found[0], params)

    def _compare(self, notebook: Notebook, cell: dict[str, Any], params: dict[str, Any]) -> Iterator[Finding]:
        section = params.get(notebook.section, {})
        values = _assigned(_source(cell))
        if values is None or not isinstance(section, dict):
            message = "The parameters cell must hold plain assignments: name = value, nothing computed."
            yield self.found(message, notebook.path, None, "write the values out")
            return
        where = f"section '{notebook.section}' of params.yaml"
        for name in dict.fromkeys([*section, *values]):
            todo = "make the cell the same as params.yaml"
            if name not in values:
                yield self.found(f"'{name}' is in {where} but not in the cell.", notebook.path, None, todo)
            elif name not in section:
                todo = "add it to params.yaml, or take it out of the cell"
                yield self.found(f"'{name}' is in the cell but not in {where}.", notebook.path, None, todo)
            elif repr(values[name]) != repr(section[name]):
                message = f"'{name}' is {values[name]!r} in the cell and {section[name]!r} in {where}."
                yield self.found(message, notebook.path, None, todo)


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
                said = "1 cell holds" if ran == 1 else f"{ran} cells hold"
                yield self.found(f"{said} outputs or run numbers.", notebook.path, None, "clear all outputs and save")


def _tags(cell: dict[str, Any]) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _assigned(code: str) -> dict[str, Any] | None:
    """Read ``name = literal`` lines; nothing when there is anything else."""
    values: dict[str, Any] = {}
    try:
        for statement in ast.parse(code).body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
            elif isinstance(statement, ast.AnnAssign):
                target = statement.target
            else:
                return None
            if not isinstance(target, ast.Name) or statement.value is None:
                return None
            values[target.id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError):
        return None
    return values
