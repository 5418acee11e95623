"""What a reader takes for a result, and no stage makes: pages beside pages, figures saved in notebooks."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from shared_analysis.dvc_repo import overlap
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.commit.tree import printable
from shared_analysis.reproduce.findings import Finding, Verdict

RELEASES = "releases"
_REPORTS = "reports"
_LINK = "120000"
_PLACEHOLDERS = (".gitignore", ".gitkeep")
_NOWHERE = "no stage makes it: its figures come from nowhere"
_TWIN_NAME = "no stage makes it, and its name differs from that of an output only in how its letters are written"
_SAVED = "its cells hold saved outputs, which no stage makes; clear them, and commit it again"
_COMPILED = "compiled code, which Python runs without looking at the source beside it"
_UNREADABLE = "it is no notebook that can be read"
_NO_RESULTS = ("readme", "license", "licence", "changelog", "contributing", "notice")
_PAGES = {".html", ".htm", ".xhtml", ".mhtml", ".pdf", ".doc", ".docx", ".odt", ".ppt", ".pptx", ".odp", ".ipynb"}
_PICTURES = {".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp"}
_TABLES = {".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".parquet", ".feather", ".json", ".jsonl", ".geojson"}
_TEXTS = {".md", ".rst", ".txt", ".tex", ".xml", ".zip"}
KINDS = (_PAGES, _PICTURES, _TABLES, _TEXTS)
_AT_THE_TOP = {".html", ".htm", ".pdf", ".docx", ".xlsx", ".png", ".svg", ".csv"}
_TEMPLATES = (b"{{", b"{%", b"<%", b"${", b"$body$")
_MOST_BYTES = 64 << 20


def unmade(pipeline: Pipeline, held: Mapping[str, str]) -> Iterator[Finding]:
    """Find what looks like a result of the pipeline, and is made by no stage of it.

    That is what ``dvc.yaml`` names as a metric, a plot or an artifact; what lies below ``reports/``, or beside an
    output of its kind; what is named as an output is, but for capitals or the form of its letters; and outputs that
    are saved in the cells of a notebook. What a stage depends on is an input, and held to the lock as one; but a page
    without the marks of a template, beside a page that a stage makes, is a page.

    Parameters
    ----------
    pipeline
        The pipeline of a clean copy, before it is run.
    held
        What git holds of it: its mode by path.
    """
    commit = _Commit(pipeline, held)
    findings: dict[str, Finding] = {}
    for name, why in (*commit.shown(), *commit.beside(), *commit.saved()):
        findings.setdefault(name, Finding(printable(name), Verdict.different, "input", (why,)))
    yield from findings.values()


def looks_like_a_result(name: str) -> bool:
    """Say whether people read a file of this name for its figures."""
    path = PurePosixPath(name)
    return any(path.suffix.lower() in kind for kind in KINDS) and not path.name.lower().startswith(_NO_RESULTS)


@dataclass(frozen=True)
class _Commit:
    """The files of a commit, and what its stages make and read."""

    pipeline: Pipeline
    held: Mapping[str, str]

    @cached_property
    def _outputs(self) -> set[Path]:
        return self.pipeline.outputs()

    @cached_property
    def _inputs(self) -> set[Path]:
        """What stages depend on; a folder with outputs in it does not make inputs of all that lies there."""
        reads = {self.pipeline.path(stage, name) for stage in self.pipeline.stages for name in stage.reads}
        return {path for path in reads if not any(path in output.parents for output in self._outputs)}

    @cached_property
    def _suffixes(self) -> dict[str, set[str]]:
        """The ends of the names of outputs, by their folder; an output that is a folder has none."""
        ends: dict[str, set[str]] = {}
        for output in self._outputs:
            folder = _same(self.pipeline.name(output.parent))
            ends.setdefault(folder, set()).add(output.suffix.lower())
        return ends

    def shown(self) -> Iterator[tuple[str, str]]:
        """Yield what DVC shows beside the metrics and plots of the stages."""
        inputs = self.pipeline.inputs()
        files = [self.pipeline.root / name for name in self.held if PurePosixPath(name).name not in _PLACEHOLDERS]
        others = [file for file in files if not any(overlap(output, file) for output in self._outputs)]
        for shown in self.pipeline.shown():
            read = not self._inputs.isdisjoint((shown, *shown.parents))
            if read or self._is_made(shown) or any(overlap(shown, path) for path in inputs):
                continue
            if any(shown in output.parents for output in self._outputs) and not any(
                shown in file.parents for file in others
            ):
                continue
            yield self.pipeline.name(shown), _NOWHERE

    def beside(self) -> Iterator[tuple[str, str]]:
        """Yield what lies where results are, or is named as they are."""
        made = {_same(self.pipeline.name(output)) for output in self._outputs}
        for name in dict.fromkeys(name.removesuffix(".dvc") for name in self.held):  # also what a pointer stands for
            path, parts = self.pipeline.root / name, PurePosixPath(_same(name))
            if self._is_made(path) or parts.name in _PLACEHOLDERS:
                continue
            if not made.isdisjoint({str(parts), *map(str, parts.parents)}):
                yield name, _TWIN_NAME
            elif self._is_where_results_are(name, parts) and not self._is_excused(name, path):
                yield name, _NOWHERE

    def saved(self) -> Iterator[tuple[str, str]]:
        """Yield notebooks with outputs in them, and compiled code that hides its source."""
        for name in self.held:
            path = self.pipeline.root / name
            if path.is_symlink() or not path.is_file() or self._is_made(path):
                continue
            if path.suffix.lower() == ".ipynb" and PurePosixPath(name).parts[0] != RELEASES:
                if why := _saved_in(path):
                    yield name, why
            elif path.suffix == ".pyc" and path.read_bytes()[4:8] == b"\1\0\0\0":
                yield name, _COMPILED

    def _is_made(self, path: Path) -> bool:
        return not self._outputs.isdisjoint((path, *path.parents))

    def _is_where_results_are(self, name: str, parts: PurePosixPath) -> bool:
        link = self.held.get(name) == _LINK
        if parts.parts[0] == _REPORTS:
            return link or looks_like_a_result(name)
        ends = self._suffixes.get(str(parts.parent))
        if ends is None or not looks_like_a_result(name) or parts.parts[0] == RELEASES:
            return False
        if str(parts.parent) == ".":
            return parts.suffix in ends & _AT_THE_TOP
        return parts.suffix in ends or any(
            parts.suffix in kind and (ends & kind or ("" in ends and kind is not _TEXTS)) for kind in KINDS
        )

    def _is_excused(self, name: str, path: Path) -> bool:
        if self.held.get(name) == _LINK:
            link = path.is_symlink()
            target = path.readlink() if link else path.read_text(encoding="utf-8", errors="replace")
            return self._is_made(Path(os.path.normpath(path.parent / target)))
        if self._inputs.isdisjoint((path, *path.parents)):
            return False
        page = path.suffix.lower() in (".html", ".htm", ".pdf")
        beside = path.suffix.lower() in self._suffixes.get(_same(self.pipeline.name(path.parent)), set())
        if not (page and beside and path.is_file()):
            return True
        content = path.read_bytes()[:_MOST_BYTES]
        return any(mark in content for mark in _TEMPLATES)


def _same(name: str) -> str:
    """Write a name as file systems see it that know neither capitals nor forms of letters."""
    return unicodedata.normalize("NFKC", name).casefold()


def _saved_in(path: Path) -> str:
    """Say what is amiss with a notebook of the commit; empty if nothing is."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return _UNREADABLE
        book = json.loads(path.read_bytes().decode("utf-8-sig"))
        sheets = [book, *book.get("worksheets", [])]  # of an older kind of notebook
        cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
        return _SAVED if any(cell.get("outputs") for cell in cells) else ""
    except (ValueError, AttributeError, TypeError, RecursionError):
        return _UNREADABLE
