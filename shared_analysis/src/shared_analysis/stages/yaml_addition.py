"""Add to a YAML file as a person would: everything that stands there stays as it is, comments and layout too.

Text is put in at the right place, and then it is proved: the file must say what it said before and what was added, and
nothing else. What cannot be proved is refused, with the text that would have been put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import is_todo
from shared_analysis.yaml_file import UNREADABLE, Loader, dump_yaml, load_yaml, parse_yaml

Path_ = Sequence[str | int]
"""Where a value stands: ``("stages", "report", "deps")``."""

BOM = "\ufeff"


class _CannotBeAddedTo(Exception):
    """The text at a place is not of a form that can be added to."""


class YamlAddition:
    """A YAML file and what is to be added to it.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    SharedAnalysisError
        If the file cannot be read, is not YAML, or holds no sections.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        content = load_yaml(path)
        if not isinstance(content, dict):
            raise SharedAnalysisError("The file holds no sections.", path.name, "restore it, for instance with git")
        self.before = path.read_bytes()
        self._start(self.before.decode("utf-8"))

    @classmethod
    def of_text(cls, text: str) -> YamlAddition:
        """Take a text of our own, such as a skeleton's."""
        addition = cls.__new__(cls)
        addition.name, addition.before = "", text.encode()
        addition._start(text)
        return addition

    def _start(self, text: str) -> None:
        self._bom = BOM if text.startswith(BOM) else ""
        self._text = text.removeprefix(BOM)
        first = self._text.find("\n")
        self._newline = "\r\n" if first > 0 and self._text[first - 1] == "\r" else "\n"
        loader = Loader(self._text)
        self._root: yaml.Node = loader.get_single_node() or yaml.MappingNode("", [])
        self.data: Any = _plain(parse_yaml(self._text))
        self._edits: list[tuple[int, int, str]] = []
        self._wanted: list[tuple[Path_, str]] = []
        self._refused: str | None = None

    # What can be asked

    def get(self, *path: str | int) -> Any:
        """Return what stands at a place, with what was added; None if there is nothing."""
        here = self.data
        for part in path:
            try:
                here = here[part]
            except (LookupError, TypeError):
                return None
        return here

    def block(self, path: Path_) -> str:
        """Cut out the text of a key of a block mapping or an item of a list, from the left margin on."""
        parent, number = self._entry(path)
        start, end = self._extent(parent, number)
        lines = self._text[start:end].splitlines()
        margin = len(lines[0]) - len(lines[0].lstrip())
        if isinstance(parent, yaml.SequenceNode):  # the dash is the list's, not the item's
            lines[0] = lines[0].replace("-", " ", 1)
            margin = len(lines[0]) - len(lines[0].lstrip())
        return "\n".join(line[margin:] for line in lines)

    # What can be added

    def add_key(self, path: Path_, block: str, before: str | None = None) -> None:
        """Add a key with its value to a block mapping: at its end, or before a key that it has.

        Parameters
        ----------
        path
            The mapping's place; empty for the file itself.
        block
            The key and its value as YAML, from the left margin on.
        before
            The key to put it before; where there is none such, it goes to the end.
        """
        self._note(path, block)
        ((key, value),) = parse_yaml(block).items()
        here = self.get(*path)
        if not isinstance(here, dict):
            self._refuse(f"{_say(path)} holds nothing yet")
            return
        entries = list(here.items())
        index = list(here).index(before) if before in here else len(entries)
        here.clear()
        here.update([*entries[:index], (key, value), *entries[index:]])
        self._try(lambda: self._insert_key(path, block, index))

    def add_items(self, path: Path_, blocks: Sequence[str], after: Any = None) -> None:
        """Add items to a list: at its end, or after an item that the file has. A list of nothing may say TODO instead.

        Parameters
        ----------
        path
            The list's place.
        blocks
            The items as YAML, from the left margin on, without their dashes.
        after
            What the item says.
        """
        items = [f"- {indent(block, '  ').strip()}" for block in blocks]
        self._note(path, "\n".join(items))
        here, values = self.get(*path), [parse_yaml(block) for block in blocks]
        number = None
        if isinstance(here, list):
            index = here.index(after) + 1 if after in here else len(here)
            number = self._number_as_read(path, here[:index]) if after in here else None
            here[index:index] = values
        elif not here or is_todo(here):
            self.get(*path[:-1])[path[-1]] = values
        else:
            self._refuse(f"{_say(path)} is no list")
            return
        self._try(lambda: self._insert_items(path, items, number))

    def _number_as_read(self, path: Path_, items: Sequence[Any]) -> int | None:
        """Return the number, in the file as it was read, of the last of some items that it has."""
        read = parse_yaml(self._text)
        for part in path:
            read = read[part]
        return next((read.index(item) for item in reversed(items) if item in read), None)

    def add_name(self, path: Path_, name: str, after: str | None = None) -> None:
        """Add a name to a list of names that may hold just one, written without a list; nothing if it is there."""
        here = self.get(*path)
        if here == name or (isinstance(here, list) and name in here):
            return
        if isinstance(here, list):
            self.add_items(path, [name], after)
            return
        self._note(path, name)
        self.get(*path[:-1])[path[-1]] = [here, name]
        self._try(lambda: self._widen(path, name))

    def set(self, path: Path_, value: Any) -> None:
        """Put another scalar, or another list of them, in place of what stands there."""
        self._note(path, str(value))
        self.get(*path[:-1])[path[-1]] = value
        self._try(lambda: self._replace(path, value))

    def remove(self, path: Path_) -> None:
        """Take out a key, or an item of a list, with the comments that stand right above it.

        Of several items of one list, take out the last one first.
        """
        self._note(path, "(nothing)")
        del self.get(*path[:-1])[path[-1]]
        self._try(lambda: self._take_out(path))

    def finish(self) -> str:
        """Return the whole text, proved to say what it said and what was added or taken out.

        Raises
        ------
        SharedAnalysisError
            If the file is written in a way that cannot be added to; it says what it would have put in.
        """
        text = self._text
        for start, end, new in sorted(self._edits, key=lambda edit: edit[0], reverse=True):
            text = text[:start] + new.replace("\n", self._newline) + text[end:]
        try:
            same = self._refused is None and _plain(parse_yaml(text)) == self.data
        except UNREADABLE:
            same = False
        if not same:
            raise SharedAnalysisError(
                f"{self.name} is written in a way that cannot be added to safely"
                f"{f': {self._refused}' if self._refused else ''}. Nothing was changed.",
                self.name,
                "write that part with one entry a line and nothing shared between places, and give the command again; "
                "it would put in\n" + self._words(),
            )
        return self._bom + text

    def _words(self) -> str:
        parts: dict[str, list[str]] = {}
        for path, block in self._wanted:
            parts.setdefault(f"under {_say(path)}" if path else "at the left margin", []).append(block)
        return "\n".join(f"  {place}:\n{indent(chr(10).join(blocks), ' ' * 4)}" for place, blocks in parts.items())

    # How it is done

    def _note(self, path: Path_, block: str) -> None:
        self._wanted.append((path, block))

    def _try(self, edit: Any) -> None:
        try:
            edit()
        except _CannotBeAddedTo as refused:
            self._refuse(str(refused))

    def _refuse(self, reason: str) -> None:
        self._refused = self._refused or reason

    def _find(self, path: Path_) -> yaml.Node:
        node = self._root
        for depth, part in enumerate(path):
            _, value = _child(node, part, path[: depth + 1])
            node = value
        return node

    def _entry(self, path: Path_) -> tuple[yaml.Node, int]:
        parent = self._find(path[:-1])
        if isinstance(parent, yaml.SequenceNode):
            return parent, int(path[-1])
        return parent, [key.value for key, _ in parent.value].index(path[-1])

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _extent(self, parent: yaml.Node, number: int) -> tuple[int, int]:
        """Find where the lines of an entry of a block collection begin, and where the last of them ends."""
        starts = [_start_of(entry) for entry in parent.value]
        limit = self._line_start(starts[number + 1]) if number + 1 < len(starts) else parent.end_mark.index
        start = self._line_start(starts[number])
        return start, start + len(_content(self._text[start:limit]))

    def _insert_key(self, path: Path_, block: str, index: int) -> None:
        node = self._find(path)
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
            raise _CannotBeAddedTo(f"{_say(path)} is not written as one key a line")
        column = node.value[0][0].start_mark.column
        known = [key.value for key, _ in node.value]
        added = indent(block, " " * column)
        if index < len(known):
            at = self._line_start(node.value[index][0].start_mark.index)
            at = self._above_comments(at, column)
            self._edit(at, at, added + ("\n\n" if self._blank_above(at) else "\n"))
            return
        last = len(known) - 1
        start, end = self._extent(node, last)
        end = self._past_own_comments(end, column)
        apart = last == 0 or self._blank_above(self._above_comments(start, column))
        self._edit(end, end, ("\n\n" if apart else "\n") + added + ("" if self._text[end:].strip(" ") else "\n"))

    def _insert_items(self, path: Path_, items: Sequence[str], after: int | None) -> None:
        key, node = _child(self._find(path[:-1]), path[-1], path)
        if isinstance(node, yaml.SequenceNode) and node.flow_style and node.value:
            last = node.value[-1 if after is None else after]
            if any("\n" in item for item in items) or last.start_mark.index < node.start_mark.index:
                raise _CannotBeAddedTo(f"the list {_say(path)} stands on one line")
            added = "".join(f", {item.removeprefix('- ')}" for item in items)
            self._edit(last.end_mark.index, last.end_mark.index, added)
        elif isinstance(node, yaml.SequenceNode) and node.value:
            _, end = self._extent(node, len(node.value) - 1 if after is None else after)
            added = indent("\n".join(items), " " * node.start_mark.column)
            self._edit(end, end, f"\n{added}" + ("" if self._text[end:].strip(" ") else "\n"))
        else:
            added = indent("\n".join(items), " " * (key.start_mark.column + 2))
            self._edit(key.end_mark.index + 1, node.end_mark.index, f"\n{added}")

    def _widen(self, path: Path_, name: str) -> None:
        node = self._find(path)
        if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
            raise _CannotBeAddedTo(f"{_say(path)} is neither a name nor a list of names")
        start, end = node.start_mark.index, node.end_mark.index
        self._edit(start, end, f"[{self._text[start:end]}, {name}]")

    def _replace(self, path: Path_, value: Any) -> None:
        key, node = _child(self._find(path[:-1]), path[-1], path)
        colon = key.end_mark.index + 1
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            start, end = node.start_mark.index, node.end_mark.index
            self._edit(start, end, (" " if start == end else "") + _scalar(value))
            return
        first, last = self._extent(node, 0)[0], self._extent(node, len(node.value) - 1)[1]
        if value:
            lines = [f"{' ' * node.start_mark.column}- {_scalar(item)}" for item in value]
            self._edit(first, last, "\n".join(lines))
        else:
            self._edit(first - 1, last, "")
            self._edit(colon, colon, " []")

    def _take_out(self, path: Path_) -> None:
        parent, number = self._entry(path)
        if not isinstance(parent, yaml.CollectionNode) or parent.flow_style:
            raise _CannotBeAddedTo(f"{_say(path[:-1])} stands on one line")
        if len(parent.value) == 1:
            raise _CannotBeAddedTo(f"nothing would be left under {_say(path[:-1])}")
        start, end = self._extent(parent, number)
        start = self._above_comments(start, parent.start_mark.column)
        end = self._next_line(end)
        # With the entry goes one of the blank lines around it: the one behind it, or of the last entry that before it.
        if number + 1 == len(parent.value):
            start = self._line_start(start - 1) if self._blank_above(start) else start
        elif not self._text[end : self._next_line(end)].strip():
            end = self._next_line(end)
        self._edit(start, end, "")

    def _next_line(self, index: int) -> int:
        return self._text.find("\n", index) + 1 or len(self._text)

    def _edit(self, start: int, end: int, new: str) -> None:
        # Of several at one place, the one that was asked for first is to stand first: put in last, it is pushed down.
        self._edits.insert(0, (start, end, new))

    def _above_comments(self, at: int, column: int) -> int:
        while (above := self._line_start(at - 1)) < at and _comment_at(self._text[above:at]) == column:
            at = above
        return at

    def _blank_above(self, at: int) -> bool:
        return not self._text[self._line_start(at - 1) : at].strip()

    def _past_own_comments(self, end: int, column: int) -> int:
        """Go past comments that follow an entry and stand deeper than its key: they are its own."""
        while True:
            stop = self._text.find("\n", end + 1)
            line = self._text[end : len(self._text) if stop < 0 else stop]
            if line.count("\n") != 1 or (_comment_at(line.strip("\r\n") + "\n") or 0) <= column:
                return end
            end += len(line.rstrip("\r"))


def _child(node: yaml.Node, part: str | int, path: Path_) -> tuple[yaml.Node, yaml.Node]:
    """Find a key or an item; a reference to another place is refused: what is added there would stand twice."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                if value.start_mark.index < key.start_mark.index:
                    raise _CannotBeAddedTo(f"{_say(path)} refers to another place")
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    raise _CannotBeAddedTo(f"{_say(path)} is not there")


def _start_of(entry: Any) -> int:
    index: int = (entry[0] if isinstance(entry, tuple) else entry).start_mark.index
    return index


def _content(text: str) -> str:
    """Leave out blank lines and comments at the end."""
    lines = text.splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return "".join(lines).rstrip("\r\n")


def _comment_at(line: str) -> int | None:
    """Say in which column a line's comment begins, if it is nothing but a comment."""
    return len(line) - len(line.lstrip(" ")) if line.lstrip(" ").startswith("#") else None


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return dump_yaml(value, default_flow_style=True, width=10_000).removesuffix("...\n").strip()


def _say(path: Path_) -> str:
    return "'" + ".".join(map(str, path)) + "'" if path else "the file"


def _plain(value: Any) -> Any:
    """Copy what was read so that no two places share it, as anchors make them do."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
