"""Rules on the values of params.yaml: that DVC and a notebook both take them for what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.project import usable_name
from shared_analysis.yaml_file import UNREADABLE, Loader

_TAG = "tag:yaml.org,2002:"
_PLAIN = {f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map", "merge")}
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?")


class SettingsUsable(Rule):
    """DVC compares settings, and a notebook's cell repeats them as Python: both must take a value for the same. A day
    without quotes is a date to DVC and text to a notebook, and there is no number to write for infinity.

    Write days in quotes, keys as text, and a number, true, false, a list or text for everything else.
    """

    id = "PRJ003"
    title = "Every setting is a value that DVC and notebooks can hold"

    def _find(self, project: Context) -> Iterator[Finding]:
        if not isinstance(project.params.data, dict):
            return
        try:
            root = Loader(project.texts["params.yaml"].removeprefix("\ufeff")).get_single_node()
        except UNREADABLE:
            return
        if root is None:
            return
        yield from self._value(root)
        notebooks = {notebook.section: notebook.path for notebook in project.notebooks}
        for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
            yield from self._section(key.value, value, notebooks.get(key.value))

    def _section(self, name: str, section: yaml.Node, notebook: str | None) -> Iterator[Finding]:
        empty = isinstance(section, yaml.ScalarNode) and section.tag == f"{_TAG}null"
        if isinstance(section, yaml.MappingNode):
            for key, _ in section.value if notebook else ():
                if key.tag == f"{_TAG}str" and not usable_name(key.value):
                    message = f"'{key.value}' cannot be the name of a parameter in {notebook}."
                    yield self._at(key, message, "use letters, digits and underscores, and begin with a letter")
        elif not empty and (notebook or isinstance(section, yaml.ScalarNode)):
            yield self._at(section, f"Section '{name}' must hold names and values.", "indent them below its name")

    def _value(self, node: yaml.Node, above: tuple[int, ...] = ()) -> Iterator[Finding]:
        if id(node) in above:
            return
        if node.tag not in _PLAIN:
            message = f"A value of the kind '{node.tag.removeprefix(_TAG)}' cannot stand in a notebook."
            yield self._at(node, message, "write it as text in quotes")
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.tag not in (f"{_TAG}str", f"{_TAG}merge"):
                    name = key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping"
                    yield self._at(key, f"The key {name} is no text.", f'write it in quotes: "{name}"')
                yield from self._value(value, (*above, id(node)))
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._value(item, (*above, id(node)))
        elif node.tag == f"{_TAG}float" and re.fullmatch(r"[-+]?\.(?:inf|nan)", node.value.lower()):
            message = f"'{node.value}' is no number that a notebook can hold."
            yield self._at(node, message, "write a number, or leave it empty")
        elif isinstance(node, yaml.ScalarNode) and node.style is None and _DAY.fullmatch(node.value):
            message = f"DVC takes {node.value} for a date, and a notebook for text."
            yield self._at(node, message, f'write it in quotes: "{node.value}"')

    def _at(self, node: yaml.Node, message: str, todo: str) -> Finding:
        return self.found(message, "params.yaml", node.start_mark.line + 1, todo)
