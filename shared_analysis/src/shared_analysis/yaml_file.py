"""The one way in which YAML files are read, whatever they say.

Days stay text as they are written. YAML would make dates of them, and stops at a day that no calendar has with an
error of Python's own; what needs a date can read it from text, and name the key when it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError

_DATES = "tag:yaml.org,2002:timestamp"

UNREADABLE = (yaml.YAMLError, ValueError, RecursionError)
"""What PyYAML raises for text that is not usable YAML: its own errors, and those of Python's for odd values."""


class Loader(yaml.SafeLoader):
    """YAML's safe loader, which leaves dates as text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
        start: [(tag, shape) for tag, shape in resolvers if tag != _DATES]
        for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _StrictLoader(Loader):
    """The same, and a key that is written twice is an error: YAML would keep the last without a word."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for name, line in repeated_keys(node):
            raise yaml.MarkedYAMLError(problem=f"the key '{name}' is written twice", problem_mark=line)
        super().flatten_mapping(node)


def repeated_keys(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Mark]]:
    """Yield each key that a mapping holds already, and where it stands again.

    Look before the loader merges what ``<<`` refers to: a key that replaces a merged one is not written twice.
    """
    seen: set[tuple[str, str]] = set()
    for name, _ in node.value:
        if not isinstance(name, yaml.ScalarNode):
            continue
        if (name.tag, name.value) in seen:
            yield name.value, name.start_mark
        seen.add((name.tag, name.value))


def parse_yaml(text: str) -> Any:
    """Read one YAML document from text; raises one of ``UNREADABLE``."""
    loader = _StrictLoader(text)
    try:
        node = loader.get_single_node()
        # Deep, so that a list that holds itself is refused: whoever walks it would never come to an end.
        return None if node is None else loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


def load_yaml(path: Path, what: str = "file") -> Any:
    """Read a YAML file as plain Python; days and times are text.

    Parameters
    ----------
    path
        The file.
    what
        What the file is, for the messages: ``contract``.

    Raises
    ------
    SharedAnalysisError
        If the file is missing, not UTF-8, not YAML, or holds a key twice; the message names the file and the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SharedAnalysisError(f"The {what} is not there.", str(path), "check the name") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SharedAnalysisError(
            f"The {what} is not UTF-8 text.", f"{path.name}, line {line}", "save it as UTF-8"
        ) from None
    except OSError:
        raise SharedAnalysisError(f"The {what} cannot be read.", str(path), "check what it is, and who may") from None
    try:
        return parse_yaml(text)
    except UNREADABLE as error:
        problem = getattr(error, "problem", None) or "a value is not what its mark says"
        number = line_of(error)
        where = f"{path.name}, line {number}" if number else path.name
        raise SharedAnalysisError(f"The {what} is not valid YAML: {problem}.", where, advice(error, text)) from None


def line_of(error: Exception) -> int | None:
    """Return the line, counted from 1, where YAML found a problem."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else None


def advice(error: Exception, text: str) -> str:
    """Say what is most likely to put the text right."""
    lines, number = text.splitlines(), line_of(error)
    near = lines[number - 1] if number and number <= len(lines) else ""
    if "written twice" in str(getattr(error, "problem", "")):
        return "keep one of the two"
    if "TODO:" in near:
        return 'put the hint in quotes: "TODO: ask the borough"'
    if "\t" in near:
        return "use spaces, not tabs, at the start of the line"
    return "look for a missing colon, quote or space on that line or the one before"
