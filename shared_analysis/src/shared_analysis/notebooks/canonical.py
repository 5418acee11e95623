"""The one form of an executed notebook: the same run gives the same bytes, on any day, in any folder, for any user."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
_RUN_METADATA = ("papermill", "execution", "ExecuteTime", "collapsed", "scrolled", "widgets")
_WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
_INJECTED = "injected-parameters"


class _Scrub(NamedTuple):
    """What is cut out of a text: a pattern, what stands in its place, and a word without which it never matches.

    Drawings are long, and looking for a word in one takes a hundredth of the time that a pattern takes.
    """

    word: str
    pattern: re.Pattern[str]
    instead: str

    def apply(self, text: str) -> str:
        """Cut it out."""
        return self.pattern.sub(self.instead, text) if self.word in text else text


# A pattern that begins with "any path" starts where a word does: tried at every character of a long word (an image as
# base64), it would take the square of its length.
_SCRUBS = [
    _Scrub("at 0x", re.compile(r"(?<=\bat )0x[0-9a-fA-F]+"), "0x0"),
    _Scrub("ipykernel_", re.compile(r"(?<![^\s'\"<>])(?:[^\s'\"<>]*[\\/])?ipykernel_\d+[\\/]\d+\.py"), "cell.py"),
    _Scrub("site-packages", re.compile(r"(?<![^\s'\"<>=])[^\s'\"<>=]*[\\/]site-packages[\\/]"), "site-packages/"),
    _Scrub("python3.", re.compile(r"(?<![^\s'\"<>=])[^\s'\"<>=]*[\\/]lib[\\/]python3\.\d+[\\/]"), "python/"),
    _Scrub(" time", re.compile(r"^(?:CPU times|Wall time):.*\n?", re.MULTILINE), ""),
    _Scrub("[", re.compile(r" ?\[\d+:\d\d(?::\d\d)?<[^\]\n]*\]"), ""),
]
_STYLER_ID = re.compile(r"\bT_([0-9a-f]{5})(?=[_\" {])")


def canonicalise(nb: NotebookNode, root: Path | None = None) -> NotebookNode:
    """Return a copy without anything that the run's place or time put there; doing it twice changes nothing.

    Removed: timings, papermill's and widgets' metadata, versions of the interpreter, random cell ids (cells are
    numbered), object addresses, process ids, absolute paths, progress bars' clocks and random ids of styled tables.
    Between two other outputs all of ``stdout`` is joined and comes before all of ``stderr``: how the two interleave is
    chance.

    Parameters
    ----------
    nb
        An executed (or not executed) notebook, version 4.
    root
        The project's root; paths inside it become relative.
    """
    from nbformat import from_dict

    places = _places(root)
    ids = _StylerIds()
    cells, count = [], 0
    for number, cell in enumerate(nb.cells, start=1):
        metadata = _clean(cell.get("metadata", {}))
        injected = _INJECTED in metadata.get("tags", [])
        new: dict[str, Any] = {
            "id": _INJECTED if injected else f"cell-{number}",
            "cell_type": cell.cell_type,
            "metadata": metadata,
            "source": _lf(cell.source),
        }
        if cell.get("attachments"):
            new["attachments"] = cell.attachments
        if cell.cell_type == "code":
            ran = bool(cell.get("execution_count") or cell.get("outputs"))
            count += ran
            new["execution_count"] = count if ran else None
            new["outputs"] = [
                _output(output, count, places, ids) for output in _joined_streams(cell.get("outputs", []), places)
            ]
        cells.append(new)
    metadata = {**_clean(nb.metadata), "kernelspec": dict(_KERNEL), "language_info": dict(_LANGUAGE)}
    return from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def notebook_text(nb: NotebookNode) -> str:
    """Write a notebook as JSON text: keys sorted, one space of indent, non-ASCII kept, a final newline."""
    import nbformat

    text: str = nbformat.writes(nb, version=nbformat.NO_CONVERT)
    return text.rstrip("\n") + "\n"


def _clean(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in metadata.items() if name not in _RUN_METADATA}
    if not kept.get("tags", True):
        del kept["tags"]
    return kept


def _joined_streams(outputs: Iterable[Any], places: list[_Scrub]) -> list[Any]:
    joined: list[Any] = []
    pending = {"stdout": "", "stderr": ""}

    def flush() -> None:
        for name, text in pending.items():
            text = _scrub(_as_terminal(text), places)
            if text:
                joined.append({"output_type": "stream", "name": name, "text": text})
            pending[name] = ""

    for output in outputs:
        if output["output_type"] == "stream":
            pending[output["name"]] += "".join(output["text"])
            continue
        if any(kind in output.get("data", {}) for kind in _WIDGETS):
            continue
        flush()
        joined.append(output)
    flush()
    return joined


def _output(output: Any, count: int, places: list[_Scrub], ids: _StylerIds) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return dict(output)
    if kind == "error":
        return {
            "output_type": "error",
            "ename": output["ename"],
            "evalue": _scrub(output["evalue"], places),
            "traceback": [_scrub(line, places) for line in output["traceback"]],
        }
    data = {mime: _data(mime, value, places, ids) for mime, value in output["data"].items()}
    if any(mime.startswith("image/") for mime in data) and str(data.get("text/plain", "")).startswith("<"):
        del data["text/plain"]
    new = {"output_type": kind, "data": data, "metadata": dict(output.get("metadata", {}))}
    if kind == "execute_result":
        new["execution_count"] = count
    return new


def _data(mime: str, value: Any, places: list[_Scrub], ids: _StylerIds) -> Any:
    if isinstance(value, list):
        value = "".join(value)
    if not isinstance(value, str) or (mime.startswith("image/") and mime != "image/svg+xml"):
        return value
    value = _scrub(value, places)
    return ids.renumber(value) if mime == "text/html" else value


class _StylerIds:
    """Numbers the random ids of pandas' styled tables in order of appearance."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def renumber(self, html: str) -> str:
        if 'id="T_' not in html:
            return html
        return _STYLER_ID.sub(lambda found: f"T_{self._seen.setdefault(found[1], f'{len(self._seen):05d}')}", html)


def _scrub(text: str, places: list[_Scrub]) -> str:
    before = None
    while text != before:  # what is cut out may join up what is on both sides of it, also to the end of a line
        before = text
        text = _lf(text)
        for scrub in (*places, *_SCRUBS):
            text = scrub.apply(text)
    return text


def _lf(text: str) -> str:
    return re.sub(r"\r+\n", "\n", text) if "\r" in text else text


def _as_terminal(text: str) -> str:
    """Keep what a terminal would show: after a carriage return a line starts again, as progress bars do."""
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in _lf(text).split("\n"))


def _places(root: Path | None) -> list[_Scrub]:
    """List the folders whose names tell where and by whom the notebook was run, the deepest first."""
    named = [(Path(sys.prefix), "(python)"), (Path(sys.base_prefix), "(python)")]
    named += [(Path(tempfile.gettempdir()), "(temp)"), (Path.home(), "~")]
    if root is not None:
        named += [(root, "."), (root.resolve(), ".")]
    found: dict[str, str] = {}
    for path, name in named:
        for form in (str(path), path.as_posix(), str(path).replace("\\", "\\\\")):
            if len(path.parts) > 1:
                found[form] = name
    deepest_first = sorted(found, key=lambda form: (-len(form), form))
    return [
        _Scrub(form, re.compile(rf"(?<![\w.~/\\-]){re.escape(form)}(?![\w.-])"), found[form]) for form in deepest_first
    ]
