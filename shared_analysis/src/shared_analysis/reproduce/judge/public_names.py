"""Which names in data may be said: those that the commit's own code and contracts show. Of others, where they stand.

A key of a JSON object, a column or a file may be called after a person: counts keyed by name, a table with a column for
each of them, a folder with a file for each. Whoever reads a certificate may read the commit, but need not be one who
may see the data. So a name is said if the commit declares it (in its contracts, its pipeline, its parameters), or if
its code writes it and it looks like a name in code: small letters, no blank. The analysis package's own code counts
too, but for what lists names of people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from shared_analysis.integrity.installed import PACKAGE
from shared_analysis.reproduce.commit.checkout import tracked
from shared_analysis.reproduce.findings import Finding
from shared_analysis.yaml_file import UNREADABLE, parse_yaml

_DECLARED = ("dvc.yaml", "params.yaml")
_CONTRACTS = "contracts/"
_CODE = (".py", ".sql", ".r", ".jl", ".sh", ".ipynb")
_NO_CODE = ("data/", "reports/", "releases/", "tests/", "scratch/")
_LARGEST = 1 << 22
_WORD = re.compile(r"[^\W\d_][\w.-]*|_[\w.-]+")
_AS_CODE_NAMES = re.compile(r"(?=.*[a-z])[a-z_][a-z0-9_]*(?:[.-][a-z0-9_]+)*")
_FILE = re.compile(r"[^.]+\.(?:csv|html|ipynb|json|md|parquet|svg|txt|xlsx)")
_QUOTED = re.compile(r"""["']([a-z_][a-z0-9_]*)["']""")
_OWN = ("charts", "forecasting", "linkage", "project", "report")
_OF_PEOPLE = "cleaning"
"""The folder of the package's rooms that lists names of people."""
_PARTS_OF_CELLS = frozenset(("attachments", "cell_type", "execution_count", "id", "metadata", "outputs", "source"))


@dataclass(frozen=True)
class PublicNames:
    """The names that may be said.

    Parameters
    ----------
    root
        The project in a clean copy of the commit; None where every name may be said.
    top
        The folder of the whole copy, if that is another one.
    """

    root: Path | None
    top: Path | None = None

    def shows(self, name: object) -> bool:
        """Say whether a name may be said."""
        text = str(name)
        if self.root is None:
            return True
        if not any(sign.isalpha() for sign in text):  # an id, a date: what it stands for is in the data alone
            return False
        if text in self._declared:
            return True
        return bool(_AS_CODE_NAMES.fullmatch(text)) and (text in self._code or text in _own_code())

    def said(self, name: object, kind: str, all_names: Iterable[object]) -> str:
        """Say a name, or else where it stands among all: ``key 3 of 12``."""
        if self.shows(name):
            return str(name)
        every = list(all_names)
        return f"{kind} {every.index(name) + 1} of {len(every)}"

    def column(self, name: object, all_names: Iterable[object]) -> str:
        """Say a column."""
        return f"column {name}" if self.shows(name) else self.said(name, "column", all_names)

    def file(self, path: str, all_paths: Sequence[str]) -> str:
        """Say a file of a folder: each part of its path must be a name that may be said."""
        if all(
            self.shows(part.removeprefix(".")) or (_FILE.fullmatch(part) and self.shows(Path(part).stem))
            for part in path.split("/")
        ):
            return path
        return self.said(path, "file", all_paths) if self.root is not None else path

    def read(self) -> PublicNames:
        """Read what shows the names now: a stage could write any into the files that do."""
        _ = self._declared, self._code
        return self

    def said_of_strays(self, findings: Iterable[Finding], known: Collection[str]) -> list[Finding]:
        """Name what stages have left or changed as far as its name may be said: else the folder that it lies in.

        Parameters
        ----------
        findings
            What was found of it.
        known
            The files that the commit holds, and the outputs of its stages.
        """
        said: dict[tuple[str, str], Finding] = {}
        for finding in findings:
            parts, name = finding.file.split("/"), finding.file
            if name not in known and name != f"dvc.yaml: {finding.stage}" and self.file(name, [name]) != name:
                number = next(place for place, part in enumerate(parts) if self.file(part, [part]) != part)
                name = "/".join([*parts[:number], "a name that only the data shows"])
            said.setdefault((name, finding.stage), replace(finding, file=name))
        return list(said.values())

    def part_of_cell(self, name: str) -> str:
        """Say which part of a notebook's cell differs."""
        return name if name in _PARTS_OF_CELLS or self.shows(name) else "part"

    @cached_property
    def _declared(self) -> frozenset[str]:
        texts = [text for name, text in self._files if name in _DECLARED or name.startswith(_CONTRACTS)]
        return frozenset(word for text in texts for word in _scalars(text)) | _words(texts)

    @cached_property
    def _code(self) -> frozenset[str]:
        return _words(text for name, text in self._files if Path(name).suffix.lower() in _CODE)

    @cached_property
    def _files(self) -> list[tuple[str, str]]:
        """Read what the commit holds of code and of declarations, but for code that tests it or was written by it."""
        if self.root is None:
            return []
        files = []
        for name in tracked(self.root, self.top):
            path = self.root / name
            wanted = name in _DECLARED or name.startswith(_CONTRACTS) or path.suffix.lower() in _CODE
            if not wanted or name.startswith(_NO_CODE) or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size <= _LARGEST:
                text = path.read_bytes().decode("utf-8", "replace")
                files.append((name, _source(text) if path.suffix == ".ipynb" else text))
        return files


EVERY = PublicNames(None)


@cache
def _own_code() -> frozenset[str]:
    """Take the words in quotes, each alone, of the package's code that writes results: keys, columns, files."""
    files = (path for room in _OWN for path in sorted((PACKAGE / room).rglob("*.py")) if _OF_PEOPLE not in path.parts)
    return frozenset(word for path in files for word in _QUOTED.findall(path.read_text(encoding="utf-8")))


def _words(texts: Iterable[str]) -> frozenset[str]:
    """Take every word of some texts, with and without what joins it to the next."""
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(text):
            found.update((word, word.rstrip(".-"), *re.split(r"[.-]", word)))
    return frozenset(found)


def _scalars(text: str) -> Iterator[str]:
    """Yield every key and every value of a YAML file, as it stands there: a name may be of several words."""
    try:
        waiting = [parse_yaml(text)]
    except UNREADABLE:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value


def _source(notebook: str) -> str:
    """Take the cells of a notebook as they were written: what came out of them may be data."""
    try:
        cells: list[Any] = json.loads(notebook)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
