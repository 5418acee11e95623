"""The one way in which YAML files are read, whatever they say: as DVC reads them.

DVC reads params.yaml, dvc.yaml and dvc.lock with ruamel.yaml in YAML 1.2; PyYAML alone would read YAML 1.1. In both
worlds a stage must run with the values that ``dvc params diff`` shows, so the rules of the first are set here: ``no``
and ``12:30`` are text, ``010`` is ten, ``1e-05`` is a number. PyYAML reads faster, and knows where each value stands.

Days stay text as they are written. YAML would make dates of them, and stops at a day that no calendar has with an
error of Python's own; what needs a date can read it from text, and name the key when it cannot.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_limits import MOST_DIGITS, Bounded, Excessive, may_be_excessive, read_text

_TAG = "tag:yaml.org,2002:"
_PLAIN = (
    # What text without quotes stands for, and with which letters it may begin: as ruamel.yaml has it for YAML 1.2.
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (
        "float",
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
        r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)"
        r"|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("int", r"[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+", "-+0123456789"),
    ("merge", r"<<", "<"),
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("value", r"=", "="),
)

_OTHER_ENDS = frozenset("\x85\u2028\u2029")
_UNSEEN = re.compile(
    "[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)
"""What no reader sees, and what turns a line round: written as an escape."""
_BLANK = "\0 \t\r\n\x85\u2028\u2029"
_OUTSIDE = re.compile(rf"(?:[^{_BLANK}:]|:(?![{_BLANK}]))+")
_IN_BRACKETS = re.compile(rf"(?:[^{_BLANK}:,\[\]{{}}]|:(?![{_BLANK}]))+")

UNREADABLE = (yaml.YAMLError, ValueError, RecursionError)
"""What PyYAML raises for text that is not usable YAML: its own errors, and those of Python's for odd values."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for kind, shape, starts in _PLAIN:
        for start in starts:
            resolvers.setdefault(start, []).append((_TAG + kind, re.compile(rf"^(?:{shape})$")))
    return resolvers


class _Scanner:
    """What YAML 1.2, as ruamel.yaml has it, takes for text between brackets: ``[1:2, a:, b?]`` are three words."""

    def __init__(self, text: str) -> None:
        self._brackets: list[type[yaml.Token]] = []
        super().__init__(text)  # type: ignore[call-arg]
        if not _OTHER_ENDS.isdisjoint(text):
            self.forward = self._forward_12

    def fetch_flow_collection_start(self, opening: type[yaml.Token]) -> None:
        self._brackets.append(opening)
        super().fetch_flow_collection_start(opening)  # type: ignore[misc]

    def fetch_flow_collection_end(self, closing: type[yaml.Token]) -> None:
        del self._brackets[-1:]
        super().fetch_flow_collection_end(closing)  # type: ignore[misc]

    def check_value(self: Any) -> bool:
        in_list = self._brackets[-1:] == [yaml.FlowSequenceStartToken]
        after_colon = bool(self.tokens) and isinstance(self.tokens[-1], yaml.ValueToken)
        if self._brackets and not in_list and not after_colon:
            return True
        return self.peek(1) in _BLANK

    def check_plain(self: Any) -> bool:
        if self._brackets and self.peek() == ":":
            return self.peek(1) not in " \t"
        return bool(super().check_plain())  # type: ignore[misc]

    def scan_plain(self: Any) -> yaml.ScalarToken:
        shape = _IN_BRACKETS if self._brackets else _OUTSIDE
        chunks: list[str] = []
        spaces: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        while self.peek() != "#" and (words := shape.match(self.buffer, self.pointer)):
            self.allow_simple_key = False
            chunks += [*spaces, words[0]]
            self.pointer, self.index, self.column = (
                place + len(words[0]) for place in (self.pointer, self.index, self.column)
            )
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self._brackets and self.column < indent):
                break
        return yaml.ScalarToken("".join(chunks), True, start, end)

    def _forward_12(self: Any, length: int = 1) -> None:
        """Go on, where a text holds ends of lines that YAML 1.2 takes for letters."""
        for letter in self.buffer[self.pointer : self.pointer + length]:
            self.pointer += 1
            self.index += 1
            if letter == "\n" or (letter == "\r" and self.buffer[self.pointer] != "\n"):
                self.line += 1
                self.column = 0
            elif letter != "\ufeff":
                self.column += 1

    def scan_anchor(self: Any, kind: type[yaml.Token]) -> yaml.Token:
        token: yaml.Token = super().scan_anchor(kind)  # type: ignore[misc]
        if self.peek() in "?:%@`\u2028\u2029":  # one dialect would take it into the name, the other not
            raise yaml.MarkedYAMLError(problem="a name behind & or * ends with a blank", problem_mark=self.get_mark())
        return token

    def process_directives(self: Any) -> Any:
        processed = super().process_directives()  # type: ignore[misc]
        if self.yaml_version not in (None, (1, 2)):
            problem = "it asks for another YAML than 1.2 in its line %YAML"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=self.get_mark())
        return processed


class Loader(Bounded, _Scanner, yaml.SafeLoader):
    """YAML's safe loader in the dialect of YAML 1.2 that DVC reads, which leaves dates as text."""

    yaml_implicit_resolvers = _resolvers()

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Read a whole number: only ``0o``, ``0x`` and ``0b`` say that it is not written in tens."""
        text = str(self.construct_scalar(node)).replace("_", "")
        sign, digits = (-1 if text[:1] == "-" else 1), text.lstrip("+-") if text[:1] in "+-" else text
        if len(digits) > MOST_DIGITS:
            raise Excessive(f"a whole number has more than {MOST_DIGITS} digits", node.start_mark)
        base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 10)
        return sign * int(digits[2:] if base != 10 else digits, base)

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        """Read a number: no colon divides hours from minutes."""
        text = str(self.construct_scalar(node)).replace("_", "").lower()
        number = float(re.sub(r"^([-+]?)\.(inf|nan)$", r"\1\2", text))
        if number in (float("inf"), float("-inf")) and "inf" not in text:
            raise Excessive("a number is larger than any that a computer holds", node.start_mark)
        return number


Loader.add_constructor(f"{_TAG}int", Loader.construct_yaml_int)
Loader.add_constructor(f"{_TAG}float", Loader.construct_yaml_float)


class CopierLoader(Bounded, yaml.SafeLoader):
    """The same in YAML 1.1, where ``1e5`` is text: for copier's answers, and for certificates, which say so first."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
        start: [(tag, shape) for tag, shape in resolvers if tag != f"{_TAG}timestamp"]
        for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Strict:
    """A key that is written twice is an error: YAML would keep the last without a word."""

    def __init__(self, text: str) -> None:
        super().__init__(text)  # type: ignore[call-arg]
        self._merged: set[int] = set()  # among their entries stands what << refers to, which may be replaced

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for name, line in repeated_keys(node) if id(node) not in self._merged else ():
            raise yaml.MarkedYAMLError(problem=f"the key '{name}' is written twice", problem_mark=line)
        if any(key.tag == f"{_TAG}merge" for key, _ in node.value):
            self._merged.add(id(node))
        super().flatten_mapping(node)  # type: ignore[misc]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        content: dict[Any, Any] = super().construct_mapping(node, deep=deep)  # type: ignore[misc]
        if len(content) < len(node.value) and id(node) not in self._merged:
            problem = "a key is written twice, in two ways: 1 and 0x1, or 1 and true, are one key"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        return content


class _StrictLoader(_Strict, Loader): ...


class _StrictCopierLoader(_Strict, CopierLoader): ...


_STRICT: dict[type[yaml.SafeLoader], type[yaml.SafeLoader]] = {
    Loader: _StrictLoader,
    CopierLoader: _StrictCopierLoader,
}


class _Dumper(yaml.SafeDumper):
    """Writes what every reader reads alike: text that any dialect takes for something else stands in quotes."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
        start: [*yaml.SafeDumper.yaml_implicit_resolvers.get(start, []), *Loader.yaml_implicit_resolvers.get(start, [])]
        for start in yaml.SafeDumper.yaml_implicit_resolvers.keys() | Loader.yaml_implicit_resolvers.keys()
    }

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = None if _OTHER_ENDS.isdisjoint(text) and _UNSEEN.search(text) is None else '"'
        return self.represent_scalar(f"{_TAG}str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def dump_yaml(content: Any, **layout: Any) -> str:
    """Write YAML that this package, DVC and readers of YAML 1.1 read alike, keys in their order, non-ASCII kept."""
    layout = {**layout, "sort_keys": False, "allow_unicode": True}
    text: str = yaml.dump(content, Dumper=_Dumper, **layout)
    if "\\\n" in text:  # a line that goes on on the next: PyYAML writes some of those wrongly
        text = yaml.dump(content, Dumper=_Dumper, **{**layout, "width": sys.maxsize})
    return _UNSEEN.sub(lambda sign: f"\\U{ord(sign[0]):08X}", text)  # they stand in double quotes, every one


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


def parse_yaml(text: str, dialect: type[yaml.SafeLoader] = Loader) -> Any:
    """Read one YAML document from text; raises one of ``UNREADABLE``."""
    loader = _STRICT[dialect](text)
    try:
        node = loader.get_single_node()
        # Deep, so that a list that holds itself is refused: whoever walks it would never come to an end.
        return None if node is None else loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


def excess_in(text: str) -> Excessive | None:
    """Return what makes text of YAML too much for anybody to read, if anything does; other faults are not looked for.

    For text that another library is to read, which would hang.
    """
    if not may_be_excessive(text):
        return None
    try:
        loader = Loader(text)
        while loader.check_node():
            loader.construct_object(loader.get_node(), deep=True)
    except Excessive as excess:
        return excess
    except UNREADABLE:
        return Excessive("its names behind & and * cannot be followed") if "&" in text and "*" in text else None
    return None


def load_yaml(path: Path, what: str = "file", dialect: type[yaml.SafeLoader] = Loader) -> Any:
    """Read a YAML file as plain Python; days and times are text.

    Parameters
    ----------
    path
        The file.
    what
        What the file is, for the messages: ``contract``.
    dialect
        Which YAML it is.

    Raises
    ------
    SharedAnalysisError
        If the file is missing, not UTF-8, not YAML, or holds a key twice; the message names the file and the line.
    """
    try:
        text = read_text(path, what)
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
        return parse_yaml(text, dialect)
    except UNREADABLE as error:
        problem = getattr(error, "problem", None) or "a value is not what its mark says"
        number = line_of(error)
        fault = "too much for YAML" if isinstance(error, Excessive) else "not valid YAML"
        where = f"{path.name}, line {number}" if number else path.name
        raise SharedAnalysisError(f"The {what} is {fault}: {problem}.", where, advice(error, text)) from None


def line_of(error: Exception) -> int | None:
    """Return the line, counted from 1, where YAML found a problem."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else None


def advice(error: Exception, text: str) -> str:
    """Say what is most likely to put the text right."""
    lines, number = text.splitlines(), line_of(error)
    near = lines[number - 1] if number and number <= len(lines) else ""
    problem = str(getattr(error, "problem", ""))
    if "written twice" in problem:
        return "keep one of the two"
    if isinstance(error, Excessive):
        return "write it with fewer values and levels; see who changed it last, and why: `git log` names them"
    if "%YAML" in problem:
        return "take that line away"
    if "TODO:" in near:
        return 'put the hint in quotes: "TODO: ask the borough"'
    if "\t" in near:
        return "use spaces, not tabs, at the start of the line"
    return "look for a missing colon, quote or space on that line or the one before"
