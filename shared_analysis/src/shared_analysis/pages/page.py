"""What every page shares: the frame ``base.html.j2``, the style sheet, and how foreign content is let in.

The frame's Content-Security-Policy forbids scripts and every request; the functions here keep what it would block out
of the page, so that a reader's console stays clean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from shared_analysis.printable import printable

FOLDER = Path(__file__).parent
"""Where the frame and the style sheet are, for a Jinja loader."""

_ACTIVE = re.compile(
    r"<(script|iframe|object)\b.*?</\1\s*>|<(?:link|meta|base|embed)\b[^>]*>", re.DOTALL | re.IGNORECASE
)
_ID = re.compile(r"""(\bid=["']|\bhref=["']#|url\(["']?#)(?=[^"')\s])""")
_VIEW_BOX = re.compile(r'viewBox="([\d.-]+) [\d.-]+ ([\d.]+) ([\d.]+)"')
_HEADING = re.compile(r'<g id="[^"]*heading-([\d.]+)">')
_TITLES = re.compile(r'\s*<g id="[^"]*heading-(title|subtitle)">(.*?)</g>', re.DOTALL)
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_FONT = re.compile(r"""\bfont(?:-size)?: ?[^;"']*?([\d.]+)px""")
_WIDE = 600.0
"""Drawings wider than this, in points, take the whole width of the page."""
_LEAST = 6.5
"""Pixels below which no letter of a drawing shrinks: a page too narrow for that lets the drawing scroll."""
_CAPTION = 0.2
"""Height of the titles above a drawing, as a share of its width."""
_SIZE = re.compile(r'\b(width|height)="[\d.]+pt"\s*')


def page_style() -> str:
    """Return the style sheet."""
    return (FOLDER / "style.css").read_text(encoding="utf-8").rstrip()


def figure_html(svg: str, place: str) -> str:
    """Put a drawing into a page: its titles as text that wraps, the rest to be scrolled where the page is narrow.

    The titles of a chart of the ``charts`` room are lifted out of the drawing; another drawing stands as it is.

    Parameters
    ----------
    svg
        The drawing, as its file holds it.
    place
        Makes the drawing's ids unique in the page.
    """
    wide = " wide" if is_wide(svg) else ""
    svg = inline_svg(svg, place)
    lines = {found[1]: " ".join(_TEXT.findall(found[2])) for found in _TITLES.finditer(svg)}
    box = _VIEW_BOX.search(svg)
    height = _HEADING.search(svg)
    caption = ""
    if box and height and "title" in lines:
        top, rest = float(height[1]), float(box[3]) - float(height[1])
        svg = _TITLES.sub("", svg).replace(box[0], f'viewBox="{box[1]} {top:g} {box[2]} {rest:g}"', 1)
        subtitle = f"<span>{lines['subtitle']}</span>" if lines.get("subtitle") else ""
        caption = f"<figcaption><strong>{lines['title']}</strong>{subtitle}</figcaption>\n"
    label = lines.get("title", "Chart").replace('"', "&quot;")
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n{svg}\n</div>'
    size = ""
    if box:
        smallest = min((float(font) for font in _FONT.findall(svg)), default=_LEAST)
        size = f' style="--units: {float(box[2]):g}; --least: {_LEAST * float(box[2]) / smallest:.0f}px"'
    return f'<figure class="chart{wide}"{size}>{caption}<p class="hint" aria-hidden="true"></p>{scroll}</figure>'


def is_wide(svg: str) -> bool:
    """Say whether a drawing takes the whole width of the page."""
    box = _VIEW_BOX.search(svg)
    return box is not None and float(box[2]) > _WIDE


def in_columns(svgs: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Share drawings out to two columns of nearly the same height.

    Parameters
    ----------
    svgs
        Drawings, in reading order.

    Returns
    -------
    tuple
        The places of the drawings in each column, in reading order; the first drawing is in the first column. No column
        is empty.
    """
    heights = [_height(svg) for svg in svgs]
    columns: tuple[list[int], list[int]] = ([], [])
    for place in sorted(range(len(svgs)), key=lambda place: (-heights[place], place)):
        min(columns, key=lambda column: sum(heights[each] for each in column)).append(place)
    return tuple(sorted(tuple(sorted(column)) for column in columns if column))


def _height(svg: str) -> float:
    """Height of a drawing with its titles, as a share of its width."""
    box, heading = _VIEW_BOX.search(svg), _HEADING.search(svg)
    if not box:
        return 1.0
    return _CAPTION + (float(box[3]) - (float(heading[1]) if heading else 0.0)) / float(box[2])


def inline_svg(svg: str, place: str) -> str:
    """Prepare a drawing to stand in a page beside others.

    Its prologue and scripts go, its ids become unique to ``place``, and its size is left to the style sheet
    (``viewBox`` keeps the proportions).
    """
    svg = without_scripts(svg[max(svg.find("<svg"), 0) :]).strip()
    end = svg.find(">") + 1
    head = svg[:end]
    if "viewBox=" in head:
        head = _SIZE.sub("", head)
    return _ID.sub(lambda found: f"{found[1]}{place}-", head + svg[end:])


def without_scripts(html: str) -> str:
    """Drop what could run or be fetched."""
    before = None
    while html != before:  # what is cut out may join up what is on both sides of it
        before, html = html, _ACTIVE.sub("", html)
    return html


def tidy(html: str) -> str:
    """Strip spaces at line ends, end with one newline, and spell what a reader would not see."""
    return "\n".join(line.rstrip() for line in printable(html).splitlines()).rstrip() + "\n"
