"""A notebook's parameters cell, and the section of ``params.yaml`` that it repeats."""

from __future__ import annotations

import ast
import json
import keyword
import re
import stat
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project.canonical_files import write_bytes
from shared_analysis.project.notebook_source import with_source
from shared_analysis.project.python_literal import assigned, width

TAG = "parameters"


def section_name(notebook: str) -> str:
    """Say which section of ``params.yaml`` a notebook reads: its name after the number (``20_link`` reads ``link``)."""
    return re.sub(r"^\d+[_-]", "", notebook)


def notebook_parameters(path: Path) -> dict[str, Any]:
    """Read the names and values in a notebook's ``parameters`` cell, without running it.

    Raises
    ------
    SharedAnalysisError
        If the file is not a notebook, has no cell tagged ``parameters`` (or two), or the cell holds anything but
        ``name = value`` lines with plain values.
    """
    where = f"notebooks/{path.name}"
    return parameters_in(read_notebook(path, where), where)


def read_notebook(path: Path, where: str) -> str:
    """Read a notebook's text with its line ends as they are.

    Raises
    ------
    SharedAnalysisError
        If it is not text.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise _not_a_notebook(where) from None


def parameters_in(text: str, where: str) -> dict[str, Any]:
    """Read the names and values in the ``parameters`` cell of a notebook's text; see :func:`notebook_parameters`."""
    return {line.name: line.value for line in _assignments(_cell(text, where)[1], where)}


def same_value(one: Any, other: Any) -> bool:
    """Say whether two values are written alike: 1, 1.0 and True are equal in Python, and not the same setting."""
    return repr(one) == repr(other)


@dataclass(frozen=True)
class Difference:
    """A name on which a parameters cell and its section differ; where one of them lacks it, its value is ``None``."""

    name: str
    kind: Literal["changed", "added", "removed"]
    """What making the cell the same does with the name."""
    in_cell: Any = None
    in_section: Any = None


def differences(cell: Mapping[str, Any], section: Mapping[str, Any]) -> tuple[Difference, ...]:
    """List the names on which a parameters cell and its section differ, in the order of the section."""
    found = []
    for name in dict.fromkeys([*section, *cell]):
        if name not in cell:
            found.append(Difference(name, "added", None, section[name]))
        elif name not in section:
            found.append(Difference(name, "removed", cell[name], None))
        elif not same_value(cell[name], section[name]):
            found.append(Difference(name, "changed", cell[name], section[name]))
    return tuple(found)


def write_parameters(path: Path, section: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Make the cell of a notebook's file the same as its section; see :func:`with_parameters`.

    The file is written beside its place and put there whole; where the two agree it is not touched.

    Returns
    -------
    tuple
        On what they differed.

    Raises
    ------
    SharedAnalysisError
        If the cell cannot be made the same, or the file cannot be written.
    """
    where = f"notebooks/{path.name}"
    text = read_notebook(path, where)
    found = differences(parameters_in(text, where), section)
    if found:
        content = with_parameters(text, section, where).encode()
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            write_bytes(path, content)
            path.chmod(mode)
        except OSError as error:
            raise SharedAnalysisError(
                f"The parameters cell differs from params.yaml, and the notebook cannot be written: {error.strerror}.",
                where,
                "see who may write there, then: shared-analysis check --fix",
            ) from None
    return found


def in_words(found: Sequence[Difference]) -> str:
    """Say what was done with which names: ``changed: horizon; removed: window``."""
    kinds = {kind: [one.name for one in found if one.kind == kind] for kind in ("changed", "added", "removed")}
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names)


def with_parameters(text: str, values: Mapping[str, Any], where: str) -> str:
    """Make a notebook's ``parameters`` cell say the same as a section of ``params.yaml``.

    What is the same already keeps its place, layout and comments. A value that differs is written anew behind its name,
    before any comment that follows it; names that are missing are added at the end, and those that are not in the
    section are removed. Nothing else in the file changes, and nothing at all where the two agree.

    Parameters
    ----------
    text
        The notebook as JSON.
    values
        The section.
    where
        Its place, for messages: ``notebooks/20_link.ipynb``.

    Returns
    -------
    str
        The notebook, which reads back as ``values``.

    Raises
    ------
    SharedAnalysisError
        If it is not a notebook with one such cell of plain values, or a name or value cannot stand in a cell.
    """
    number, source = _cell(text, where)
    lines = _assignments(source, where)
    for name in values:
        _refuse_bad_name(name, where)
    new_source = _with_values(source, lines, values, where)
    if new_source == source:
        return text
    new = with_source(text, number, new_source)
    found = parameters_in(new, where)
    if found.keys() != values.keys() or not all(same_value(found[name], values[name]) for name in values):
        raise SharedAnalysisError(
            "The parameters cell cannot be made the same as its section of params.yaml. Nothing was changed.",
            f"{where}, the cell tagged '{TAG}'",
            "write the cell by hand, one `name = value` a line",
        )
    return new


def _cell(text: str, where: str) -> tuple[int, str]:
    """Find the tagged cell: its number, and its source."""
    try:
        cells = json.loads(text)["cells"]
        tagged = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(cells)
            if TAG in cell.get("metadata", {}).get("tags", [])
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _not_a_notebook(where) from None
    if len(tagged) != 1:
        cells_tagged = "no cell" if not tagged else f"{len(tagged)} cells"
        raise SharedAnalysisError(
            f"The notebook has {cells_tagged} tagged '{TAG}'; it needs one.",
            where,
            f"tag the cell that sets the parameters (in JupyterLab: property inspector, Cell tags, {TAG})",
        )
    return tagged[0]


def _not_a_notebook(where: str) -> SharedAnalysisError:
    return SharedAnalysisError("This is not a Jupyter notebook.", where, "restore it, or save it again from JupyterLab")


@dataclass(frozen=True)
class _Assignment:
    """One ``name = value`` of a cell: the places in its source where it begins, where its ``=`` ends, where it ends."""

    name: str
    value: Any
    start: int
    equals: int
    end: int


def _assignments(source: str, where: str) -> list[_Assignment]:
    # Python counts lines by each of these ends, and columns in bytes.
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", source))]

    def place(line: int, column: int) -> int:
        start = starts[line - 1]
        return start + len(source[start:].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    found = []
    try:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target, value, before = statement.targets[0], statement.value, statement.targets[0]
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                target, value, before = statement.target, statement.value, statement.annotation
            else:
                raise ValueError
            if not isinstance(target, ast.Name):
                raise ValueError
            equals = source.index("=", place(before.end_lineno or 0, before.end_col_offset or 0)) + 1
            start, end = (statement.lineno, statement.col_offset), (statement.end_lineno, statement.end_col_offset)
            literal = ast.literal_eval(value)
            found.append(_Assignment(target.id, literal, place(*start), equals, place(end[0] or 0, end[1] or 0)))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise SharedAnalysisError(
            "The parameters cell may hold only lines of the form `name = value`, with plain values.",
            f"{where}, the cell tagged '{TAG}'",
            "move anything else to the next cell",
        ) from None
    return found


def _with_values(source: str, lines: list[_Assignment], values: Mapping[str, Any], where: str) -> str:
    """Write values into a cell's source, from its end to its beginning, so that places stay true."""
    last = {line.name: line for line in lines}
    edits = []
    for group in _on_one_line(source, lines):
        kept = [line for line in group if line.name in values]
        written = [
            _rewritten(source, line, values[line.name], where)
            if line is last[line.name]
            else source[line.start : line.end]
            for line in kept
        ]
        start, end = group[0].start, group[-1].end
        if not kept:
            edits.append((start, _end_of_line(source, end), ""))
        elif len(group) == 1:
            edits.append((start, end, written[0]))
        elif written != [source[line.start : line.end] for line in group]:
            edits.append((start, end, "\n".join(written)))
    new = source
    for start, end, text in reversed(edits):
        new = new[:start] + text + new[end:]
    added = [f"{name} = {_value(values[name], len(name) + 3, 0, name, where)}" for name in values if name not in last]
    new = "".join(f"{block}\n" for block in (new.removesuffix("\n"), *added) if block or not added)
    return new if source.endswith("\n") else new.removesuffix("\n")


def _on_one_line(source: str, lines: list[_Assignment]) -> list[list[_Assignment]]:
    """Put together the statements that semicolons keep on one line."""
    groups: list[list[_Assignment]] = []
    for line in lines:
        if groups and "\n" not in source[groups[-1][-1].end : line.start]:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _end_of_line(source: str, place: int) -> int:
    stop = source.find("\n", place)
    return len(source) if stop < 0 else stop + 1


def _rewritten(source: str, line: _Assignment, value: Any, where: str) -> str:
    if same_value(line.value, value):
        return source[line.start : line.end]
    before = source[line.start : line.equals].rstrip() + " "
    comment = source[line.end : _end_of_line(source, line.end)].rstrip()
    return before + _value(value, width(before.rpartition("\n")[2]), width(comment), line.name, where)


def _value(value: Any, used: int, after: int, name: str, where: str) -> str:
    try:
        return assigned(value, used, after)
    except ValueError as error:
        raise SharedAnalysisError(
            f"The value of '{name}' cannot stand in a notebook: {error}.",
            f"params.yaml; {where}",
            "write a number, true, false, a list, or text in quotes",
        ) from None


def usable_name(name: Any) -> bool:
    """Say whether Python takes a text for a name, and for no other name than it is."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name == "__debug__":
        return False
    return unicodedata.normalize("NFKC", name) == name


def _refuse_bad_name(name: Any, where: str) -> None:
    if not usable_name(name):
        raise SharedAnalysisError(
            f"'{name}' cannot be the name of a parameter in a notebook.",
            f"params.yaml; {where}",
            "use letters, digits and underscores, and begin with a letter",
        )
