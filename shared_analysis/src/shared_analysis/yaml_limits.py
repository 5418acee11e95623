"""Which YAML is read: a file of a few lines can stand for billions of values, and one outside is not the project's."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError

MOST_BYTES = 4 << 20
MOST_LEVELS = 64
MOST_REPEATED = 100_000
MOST_DIGITS = 1000
_MANY_DIGITS = re.compile(rf"[0-9a-fA-F_]{{{MOST_DIGITS},}}")
_DEEP_LINE = re.compile(rf"^(?:[ ]{{{MOST_LEVELS},}}|[ ]*(?:[-?][ ]+){{8,}})\S", re.MULTILINE)
_EXPONENT = re.compile(r"[0-9][eE]\+?[0-9]{3}")


class Excessive(yaml.MarkedYAMLError):
    """YAML that asks for more than any file of a project needs."""

    def __init__(self, problem: str, mark: yaml.Mark | None = None) -> None:
        super().__init__(problem=problem, problem_mark=mark)


class Bounded:
    """What composes nodes of YAML, and stops where they are too deep, or stand for too many.

    What a name behind ``*`` stands for is counted each time: nine lines of nine names stand for a billion values.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MOST_BYTES:
            raise Excessive(f"it is longer than {MOST_BYTES >> 20} million letters")
        self._level = self._deepest = self._values = self._repeated = 0
        self._named: dict[int, tuple[int, int]] = {}
        super().__init__(text)  # type: ignore[call-arg]

    def compose_node(self: Any, parent: yaml.Node | None, index: object) -> yaml.Node:
        """Compose a node as PyYAML does, and count what it stands for."""
        event = self.peek_event()
        values, deepest = self._values, self._deepest
        self._level += 1
        self._deepest = self._level
        self._stop(event.start_mark)
        node: yaml.Node = super().compose_node(parent, index)  # type: ignore[misc]
        if isinstance(event, yaml.AliasEvent):
            size, height = self._named.get(id(node), (1, 0))
            self._values += size
            self._repeated += size
            self._deepest += height
            self._stop(event.start_mark)
        else:
            self._values += 1
            if event.anchor is not None:
                self._named[id(node)] = self._values - values, self._deepest - self._level
        self._level -= 1
        self._deepest = max(deepest, self._deepest)
        return node

    def _stop(self, mark: yaml.Mark) -> None:
        if self._deepest > MOST_LEVELS:
            raise Excessive(f"it stands more than {MOST_LEVELS} levels deep", mark)
        if self._repeated > MOST_REPEATED:
            raise Excessive(f"what its names behind & and * stand for is more than {MOST_REPEATED} values", mark)


def read_text(path: Path, what: str) -> str:
    """Read a file of YAML, unless it is too large.

    Raises
    ------
    SharedAnalysisError
        If it is, and says how large it may be.
    OSError, UnicodeDecodeError
        If it is not there, or is no text.
    """
    _refuse_large(path, what)
    return path.read_text(encoding="utf-8-sig")


def read_signed(path: Path, what: str) -> str:
    """Read a file of YAML as :func:`read_text`, with its ends of lines as they are: a signature is of every byte."""
    _refuse_large(path, what)
    return path.read_bytes().decode("utf-8")


def _refuse_large(path: Path, what: str) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SharedAnalysisError(
            f"The {what} is too large: {size / (1 << 20):.0f} MB, and at most {MOST_BYTES >> 20} are read.",
            path.name,
            "keep tables out of it; a file of settings is small",
        )


def may_be_excessive(text: str) -> bool:
    """Say, at a glance, whether text of YAML could be more than is read; most is not, and need not be read twice."""
    brackets = text.count("[") + text.count("{")
    names = "&" in text and "*" in text
    shapes = (_DEEP_LINE, _MANY_DIGITS, _EXPONENT)
    return len(text) > MOST_BYTES or brackets > MOST_LEVELS or names or any(shape.search(text) for shape in shapes)


def refuse_values_outside(path: str | Path, root: Path) -> None:
    """Refuse values from a file outside a project, or behind a link out of it: they may be the reader's own secrets.

    Raises
    ------
    SharedAnalysisError
        If the file lies there.
    """
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise SharedAnalysisError(
            "The pipeline takes values from a file outside the project.",
            "dvc.yaml: vars or params",
            "do not run this project before you know who wrote that, and why",
        )
