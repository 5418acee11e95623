"""Markdown that the stages wrote, as HTML that fits into the report: no raw HTML, no images, tables that scroll."""

from __future__ import annotations

import re
from typing import Any

import mistune
from markupsafe import Markup

_BANNER = re.compile(r"\A\*\*SYNTHETIC data[^\n]*\*\*\n+")
_HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)
_HIGHEST = 3
_MOST_ROWS = 10


class _Renderer(mistune.HTMLRenderer):  # type: ignore[misc]  # mistune is untyped for the checker
    """Writes headings below the section's own, and each table in a container that scrolls by itself."""

    def __init__(self, lower_by: int, place: str) -> None:
        super().__init__(escape=True)
        self.lower_by = lower_by
        self.place = place
        self.tables = 0

    def heading(self, text: str, level: int, **_: Any) -> str:
        inside = min(level + self.lower_by, 6)
        return f"<h{inside}>{text}</h{inside}>\n"

    def image(self, text: str, *_: Any, **__: Any) -> str:
        return text

    def table(self, text: str) -> str:
        rows = text.count("<tr>") - 1
        self.tables += 1
        label = mistune.escape(f"{self.place}, table {self.tables}" if self.place else f"Table {self.tables}")
        text = text.replace("<th>", '<th scope="col">').replace("<th style", '<th scope="col" style')
        table = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>\n{text}</table></div>\n'
        if rows <= _MOST_ROWS:
            return table
        return f"<details><summary>Show the table ({rows} rows)</summary>\n{table}</details>\n"


def finding_and_rest(summary: str) -> tuple[str, str]:
    """Part a stage's summary after its first paragraph, which is the finding; the page marks synthetic data itself."""
    finding, _, rest = _BANNER.sub("", summary).strip().partition("\n\n")
    return finding, rest


def to_html(text: str, place: str = "") -> Markup:
    """Render Markdown; whatever HTML it holds is shown as text. Long tables are folded, and named after their place."""
    lower_by = _HIGHEST - min((len(marks) for marks in _HEADING.findall(text)), default=_HIGHEST)
    render = mistune.create_markdown(renderer=_Renderer(lower_by, place), plugins=["table", "strikethrough"])
    return Markup(render(text))  # noqa: S704  # escaped by the renderer


def escaped(text: str) -> str:
    """Escape text for Markdown that a notebook shows."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)
