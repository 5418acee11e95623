"""What a reader takes for a result, and no stage makes: pages beside pages, figures saved in notebooks."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from shared_analysis.folders import overlap
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.commit.tree import printable
from shared_analysis.reproduce.findings import Finding, Verdict

RELEASES = "releases"
_REPORTS = "reports"
_LINK, _SUBMODULE = "120000", "160000"
_PLACEHOLDERS = (".gitignore", ".gitkeep")
_NOWHERE = "no stage makes it: its figures come from nowhere"
_TWIN_NAME = "no stage makes it, and its name differs from that of an output only in how its letters are written"
_SAVED = "its cells hold saved outputs, which no stage makes; clear them, and commit it again"
_COMPILED = "compiled code, which Python runs without looking at the source beside it"
_UNREADABLE = "it is no notebook that can be read"
_ABOUT_A_FOLDER = {"readme", "license", "licence", "changelog", "contributing", "notice"}
_PAGES = {".html", ".htm", ".xhtml", ".xht", ".shtml", ".mhtml", ".mht", ".pdf", ".ps", ".rtf", ".epub", ".pages"}
_PAGES |= {".doc", ".docx", ".docm", ".odt", ".ppt", ".pptx", ".pptm", ".odp", ".key", ".ipynb"}
_PICTURES = {".png", ".apng", ".svg", ".svgz", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".avif", ".heic", ".bmp"}
_PICTURES |= {".tif", ".tiff", ".eps", ".mp4", ".webm"}
_TABLES = {".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers", ".parquet", ".feather", ".arrow"}
_TABLES |= {".orc", ".avro", ".json", ".jsonl", ".ndjson", ".geojson", ".gpkg", ".kml", ".shp", ".dbf", ".sqlite"}
_TABLES |= {".sqlite3", ".db", ".duckdb", ".dta", ".sav", ".rds", ".rdata", ".pkl", ".pickle", ".npy", ".npz", ".h5"}
_TABLES |= {".hdf5", ".nc"}
_TEXTS = {".md", ".rst", ".txt", ".tex", ".xml", ".zip"}
_VALUES = {".yaml", ".yml", ".toml"}
KINDS = (_PAGES, _PICTURES, _TABLES, _TEXTS, _VALUES)
_PACKED = {".gz", ".bz2", ".xz", ".zst", ".7z", ".bak", ".old"}
_DRESS = {".css", ".scss", ".woff", ".woff2", ".ttf", ".otf", ".ico", ".bib"}
_CODE = {".py", ".r", ".jl", ".sh", ".sql", ".qmd", ".rmd", ".j2", ".jinja", ".tmpl"}
"""What pages are made with, and dressed with; not ``.js``, which can write into a page whatever it likes."""
_AT_THE_TOP = {".html", ".htm", ".pdf", ".docx", ".xlsx", ".png", ".svg", ".csv"}
_TEMPLATES = (b"{{", b"{%", b"<%", b"${", b"$body$")
_DATA_OF_DVC = b"<DVC_METRIC"
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
        findings.setdefault(name, Finding(printable(name), Verdict.different, "no stage", (why,)))
    yield from findings.values()


def looks_like_a_result(name: str) -> bool:
    """Say whether people read a file of this name for its figures."""
    end = _end(name)
    return (not end.isascii() or any(end in kind for kind in KINDS)) and not is_about(name, *_ABOUT_A_FOLDER)


def is_about(name: str, *words: str) -> bool:
    """Say whether a file is a text that is called by one of some words, and not only begins with one."""
    stem, _, end = PurePosixPath(name).name.casefold().partition(".")
    return stem in words and (not end or f".{end.rpartition('.')[2]}" in _TEXTS - {".zip"})


def _end(name: str) -> str:
    """Take the end of a name that says its kind: as people see it, and as it is before it is packed."""
    path = PurePosixPath("".join(sign for sign in name if sign.isprintable()).rstrip(" ."))
    while path.suffix.lower() in _PACKED:
        path = path.with_suffix("")
    return path.suffix.lower()


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
            folder = folded(self.pipeline.name(output.parent))
            ends.setdefault(folder, set()).add(_end(output.name))
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
        for name in self.held:  # a drawing of DVC takes its data from the files that are drawn
            path = self.pipeline.root / name
            drawing = name.startswith(".dvc/plots/") and self.pipeline.is_own_file(path)
            if drawing and _DATA_OF_DVC not in path.read_bytes()[:_MOST_BYTES]:
                yield name, _NOWHERE

    def beside(self) -> Iterator[tuple[str, str]]:
        """Yield what lies where results are, or is named as they are."""
        made = {folded(self.pipeline.name(output)) for output in self._outputs}
        pointers = map(self.pipeline.name, self.pipeline.added())  # which need not be called after what they stand for
        for name in dict.fromkeys((*(name.removesuffix(".dvc") for name in self.held), *pointers)):
            path, parts = self.pipeline.root / name, PurePosixPath(folded(name))
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
        if parts.parts[0] == _REPORTS:
            plain = is_about(name, *_ABOUT_A_FOLDER) or parts.suffix in _DRESS | _CODE
            hidden = parts.name.startswith(".") and not parts.suffix
            return self.held.get(name) in (_LINK, _SUBMODULE) or not (plain or hidden)
        ends = self._suffixes.get(str(parts.parent))
        if ends is None or not looks_like_a_result(name) or parts.parts[0] == RELEASES:
            return False
        end = _end(name)
        if str(parts.parent) == ".":
            return end in ends & _AT_THE_TOP
        return (
            end in ends
            or not end.isascii()
            or any(end in kind and (ends & kind or ("" in ends and kind not in (_TEXTS, _VALUES))) for kind in KINDS)
        )

    def _is_excused(self, name: str, path: Path) -> bool:
        if self.held.get(name) == _LINK:
            link = path.is_symlink()
            target = path.readlink() if link else path.read_text(encoding="utf-8", errors="replace")
            return self._is_made(Path(os.path.normpath(path.parent / target)))
        if self._inputs.isdisjoint((path, *path.parents)):
            return False
        page = path.suffix.lower() in (".html", ".htm", ".pdf")
        beside = path.suffix.lower() in self._suffixes.get(folded(self.pipeline.name(path.parent)), set())
        beside = beside or PurePosixPath(folded(name)).parts[0] == _REPORTS
        if not (page and beside and path.is_file()):
            return True
        content = path.read_bytes()[:_MOST_BYTES]
        for begin, end in ((b"<!--", b"-->"), (b"<script", b"</script"), (b"<style", b"</style")):
            content = _without(content, begin, end)
        return path.suffix.lower() != ".pdf" and any(mark in content for mark in _TEMPLATES)


def _without(page: bytes, begin: bytes, end: bytes) -> bytes:
    """Leave out of a page what stands between two marks: nobody sees it."""
    first, *rest = page.split(begin)
    return first + b"".join(part.partition(end)[2] for part in rest)


def folded(name: str) -> str:
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
