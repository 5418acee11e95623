"""A matplotlib figure with a finding for a title and words for those who cannot see it.

Colours are Okabe and Ito's set for colour-blind readers (Color Universal Design, 2008), darkened where text needs
contrast.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PALETTE = {
    "ink": "#1b1f24",
    "slate": "#4a5361",
    "grey": "#6b7280",
    "light": "#d6dae0",
    "silver": "#a3abb8",
    "blue": "#0b5fa5",
    "orange": "#d55e00",
    "green": "#00795a",
    "red": "#a4243b",
    "sky": "#56b4e9",
    "amber": "#e69f00",
}

_FOOT = 0.2  # inches kept free below the axes for the SYNTHETIC mark
_EDGE = 0.04  # inches below the mark
_MARK = re.compile(r' *<g id="synthetic">.*?</g>\n', re.DOTALL)
_DRAWN = "_shared_analysis_drawn"  # kept with the figure, so that it is forgotten together with it
_READERS_FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": PALETTE["ink"],
    "axes.edgecolor": PALETTE["grey"],
    "axes.labelcolor": PALETTE["grey"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e8eaee",
    "grid.linewidth": 0.8,
    "xtick.color": PALETTE["grey"],
    "ytick.color": PALETTE["grey"],
    "legend.frameon": False,
    "axes.unicode_minus": False,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "figure.dpi": 100,
    # Text stays text: it can be searched, selected and read aloud. The layout is measured with DejaVu Sans, which comes
    # with matplotlib and is wider than the fonts readers have, so nothing overflows in theirs.
    "svg.fonttype": "none",
    "svg.hashsalt": "shared-analysis",
}


def _style() -> AbstractContextManager[None]:
    import matplotlib.style

    style: AbstractContextManager[None] = matplotlib.style.context(["default", _STYLE])
    return style


class _HouseStyle:
    """The house style, in force from the first figure that is begun to the last that is finished.

    matplotlib takes its settings from the process when something is drawn, not from the figure. Whoever draws on a
    figure needs them in force; what the same notebook draws next must not have them. A figure that is never finished
    holds the style until it is forgotten.
    """

    def __init__(self) -> None:
        self._before = ExitStack()
        self._open: WeakSet[Figure] = WeakSet()

    def enter(self) -> None:
        import matplotlib.style

        if not self._open:
            self._before.close()
            self._before.enter_context(_style())
        else:
            matplotlib.style.use(["default", _STYLE])

    def hold_for(self, figure: Figure) -> None:
        self._open.add(figure)

    def leave(self, figure: Figure) -> None:
        self._open.discard(figure)
        if not self._open:
            self._before.close()


_house_style = _HouseStyle()


def figure(
    title: str,
    subtitle: str = "",
    *,
    width: float = 5.6,
    height: float = 3.6,
    rows: int = 1,
    cols: int = 1,
    **subplots: Any,
) -> tuple[Figure, Any]:
    """Make a figure and its axes in the house style, which holds for what is drawn until the :class:`Chart` is made.

    Then the settings of the notebook are as they were before.

    Parameters
    ----------
    title
        The finding, as a sentence; long ones are wrapped.
    subtitle
        What is plotted, and its units.
    width, height
        Size of the plotting part in inches; the titles are added above it. The usual width is what a phone can show
        with its words still readable.
    rows, cols
        Number of panels; more than one gives an array of axes.
    **subplots
        Passed to :meth:`matplotlib.figure.Figure.subplots` (``sharex`` and the like).
    """
    import textwrap

    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    characters = int(width * 9)
    heading = textwrap.wrap(title, characters) or [""]
    detail = textwrap.wrap(subtitle, int(characters * 1.35))
    top = 0.12 + 0.235 * len(heading) + 0.185 * len(detail) + 0.1
    full = height + top + _FOOT
    _house_style.enter()
    layout = ConstrainedLayoutEngine(rect=(0.0, _FOOT / full, 1.0, height / full), w_pad=0.06, h_pad=0.06)
    # A page that sets the titles as text of its own finds them, and how high they stand in points, by these ids.
    fig = Figure(figsize=(width, full), layout=layout)
    _house_style.hold_for(fig)
    fig.set_gid(f"heading-{72 * top:.1f}")
    axes = fig.subplots(rows, cols, **subplots)
    y = 1 - 0.12 / full
    fig.text(
        0.01, y, "\n".join(heading), fontsize=13, fontweight="bold", va="top", linespacing=1.25, gid="heading-title"
    )
    y -= 0.235 * len(heading) / full
    fig.text(
        0.01,
        y,
        "\n".join(detail),
        fontsize=10,
        color=PALETTE["grey"],
        va="top",
        linespacing=1.2,
        gid="heading-subtitle",
    )
    return fig, axes


@dataclass(frozen=True)
class Chart:
    """A finished chart.

    Parameters
    ----------
    figure
        The drawing.
    title
        The finding, as a sentence (also drawn on the chart).
    alt
        What a reader who cannot see the chart needs to know: what is shown, and what stands out.
    """

    figure: Figure
    title: str
    alt: str

    def __post_init__(self) -> None:
        """Settle the layout once: drawing again, or adding the mark, must not move anything."""
        layout = self.figure.get_layout_engine()
        with _style():
            if layout is not None:
                layout.execute(self.figure)
        _house_style.leave(self.figure)
        self.figure.set_layout_engine("none")

    def svg(self, *, synthetic: bool = False) -> str:
        """Draw as SVG: no date, no random id; ``role="img"`` with title and description for screen readers.

        Drawing takes long, and a notebook both shows a chart and saves it. So a chart that is not changed in between is
        drawn once, with the mark, which is taken out where it is not wanted.
        """
        drawn = getattr(self.figure, _DRAWN, None)
        if drawn is None or self.figure.stale:
            drawn = self._draw()
            setattr(self.figure, _DRAWN, drawn)
            self.figure.stale = False
        svg = drawn if synthetic else _MARK.sub("", drawn)
        words = f"\n <title>{escape(self.title)}</title>\n <desc>{escape(self.alt)}</desc>"
        return re.sub(r"<svg ([^>]*)>", lambda match: f'<svg role="img" {match.group(1)}>{words}', svg, count=1)

    def _draw(self) -> str:
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        buffer, dpi = io.StringIO(), self.figure.dpi
        edge = _EDGE / self.figure.get_figheight()
        look = {"fontsize": 8, "color": PALETTE["red"], "ha": "right", "va": "bottom", "gid": "synthetic"}
        with _style():
            mark = self.figure.text(0.99, edge, "SYNTHETIC DATA", None, **look)
            try:  # not savefig: it draws a figure that has had a layout twice
                FigureCanvasSVG(self.figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
            finally:
                mark.remove()
                self.figure.dpi = dpi
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
        return re.sub(r"[ \t]+\n", "\n", svg).replace("'DejaVu Sans', sans-serif", _READERS_FONTS)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show in a notebook: the drawing, and its words where a drawing cannot be shown."""
        return {"image/svg+xml": self.svg(), "text/plain": self.alt}
