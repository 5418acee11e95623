"""Read a YAML file so that every value knows its line, and every fault can be said with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import UNREADABLE, Loader, advice, line_of, repeated_keys
from shared_analysis.yaml_limits import Excessive, read_text

_INVALID = "The file is not valid YAML."

Key = tuple[str | int, ...]
"""Where a value stands: ``("datasets", 0, "owner")``."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a file, in words."""

    message: str
    key: str = ""
    line: int | None = None
    next_step: str | None = None


@dataclass(frozen=True)
class Source:
    """What a YAML file says.

    ``data`` is plain Python (``None`` where the file cannot be read), ``lines`` the line of each key, counted
    from 1, and ``faults`` what stopped it, or what YAML would have passed over in silence (a key written twice).
    """

    data: Any = None
    lines: Mapping[Key, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, key: Key) -> int | None:
        """Return the line of a key, or of the nearest thing around it."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key)


def dotted(key: Key) -> str:
    """Write a key as a person would: ``datasets[2].owner`` is the second dataset's owner."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(path: Path) -> Source:
    """Read one YAML file; never raises for what is in it."""
    try:
        text = read_text(path, "file")
    except FileNotFoundError:
        return Source(faults=(Fault("The file is not there.", next_step="restore it, for instance with git"),))
    except SharedAnalysisError as error:
        return Source(faults=(Fault(error.what, next_step=error.next_step or ""),))
    except (OSError, UnicodeDecodeError):
        return Source(faults=(Fault("The file cannot be read as UTF-8 text.", next_step="save it as UTF-8"),))
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        reader = _Reader(loader)
        data = reader.build(node, ()) if node else None
    except UNREADABLE as error:
        fault = f"The file is too much for YAML: {error.problem}." if isinstance(error, Excessive) else _INVALID
        return Source(faults=(Fault(fault, line=line_of(error), next_step=advice(error, text)),))
    return Source(data, reader.lines, tuple(reader.faults))


class _Reader:
    """Turn YAML nodes into plain Python, keeping each key's line."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.lines: dict[Key, int] = {}
        self.faults: list[Fault] = []

    def build(self, node: yaml.Node, key: Key) -> Any:
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*key, index)) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> Any:
        for name, mark in repeated_keys(node):
            self.faults.append(
                Fault(f"The key '{name}' is written twice.", dotted((*key, name)), mark.line + 1, "keep one of the two")
            )
        self.loader.flatten_mapping(node)
        values: dict[str, Any] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            self.lines[(*key, name)] = name_node.start_mark.line + 1
            values[name] = self.build(value_node, (*key, name))
        # YAML reads a list item `- TODO: ask` as a mapping; the writer meant the mark with its hint.
        if list(values) == ["TODO"]:
            return f"TODO: {values['TODO'] or ''}".rstrip(": ")
        return values
