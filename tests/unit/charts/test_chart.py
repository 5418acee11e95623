from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import matplotlib.style
import pytest
from matplotlib.figure import Figure

from shared_analysis.charts import Chart, figure
from shared_analysis.charts.chart import _STYLE

SVG = "{http://www.w3.org/2000/svg}"


def chart(title: str = "Demand <grows> & grows") -> Chart:
    fig, axes = figure(title, "people a month", rows=1)
    axes.plot([1, 2, 3], [3, -1, 4])
    axes.set_ylabel("people")
    return Chart(fig, title, 'A line that "rises"')


def test_the_same_chart_is_the_same_bytes_however_often_and_in_whatever_order_it_is_drawn() -> None:
    shown_first, saved_first = chart(), chart()
    plain = shown_first.svg()
    marked = saved_first.svg(synthetic=True)
    assert shown_first.svg() == plain
    assert shown_first.svg(synthetic=True) == marked
    assert marked != plain


def test_a_chart_carries_words_for_those_who_cannot_see_it() -> None:
    root = ET.fromstring(chart().svg())  # noqa: S314 - our own output
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Demand <grows> & grows"
    assert root.findtext(f"{SVG}desc") == 'A line that "rises"'


def test_a_chart_has_no_date_and_asks_for_nothing() -> None:
    svg = chart().svg(synthetic=True)
    assert "<metadata" not in svg
    assert "dc:date" not in svg
    assert 'href="http' not in svg


def test_text_stays_text_and_minus_is_a_hyphen() -> None:
    svg = chart().svg()
    assert ">people</text>" in svg
    assert "\u2212" not in svg


def test_user_settings_do_not_leak_into_a_chart() -> None:
    import matplotlib

    before = chart().svg()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        assert chart().svg() == before


def test_what_a_notebook_draws_next_has_the_notebooks_own_settings() -> None:
    import matplotlib

    with matplotlib.rc_context({"figure.figsize": (3, 2), "font.size": 7, "font.weight": "bold"}):
        before = dict(matplotlib.rcParams)
        made = chart()
        assert dict(matplotlib.rcParams) == before
        plain, marked = made.svg(), made.svg(synthetic=True)
        assert dict(matplotlib.rcParams) == before
    assert (plain, marked) == (chart().svg(), chart().svg(synthetic=True))


def test_charts_begun_together_are_drawn_alike_and_leave_nothing_behind() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    begun = [figure("Demand <grows> & grows", "people a month", rows=1) for _ in range(2)]
    drawn = []
    for fig, axes in begun:
        axes.plot([1, 2, 3], [3, -1, 4])
        axes.set_ylabel("people")
        drawn.append(Chart(fig, "Demand <grows> & grows", 'A line that "rises"').svg())
    assert drawn == [chart().svg()] * 2
    assert dict(matplotlib.rcParams) == before


def test_a_chart_that_is_shown_and_saved_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draws: list[Figure] = []
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (draws.append(self), draw(self, renderer))[1])
    finished = chart()
    assert finished.svg() != finished.svg(synthetic=True)
    assert len(draws) == 1


def test_what_is_changed_on_a_finished_chart_is_drawn_anew() -> None:
    finished = chart()
    before = finished.svg(synthetic=True)
    finished.figure.axes[0].set_ylabel("households")
    after = finished.svg(synthetic=True)
    assert "households" in after
    assert "households" not in before


def test_the_mark_is_not_left_on_the_figure() -> None:
    finished = chart()
    texts = len(finished.figure.texts)
    assert "SYNTHETIC DATA" in finished.svg(synthetic=True)
    assert "SYNTHETIC DATA" not in finished.svg()
    assert len(finished.figure.texts) == texts
    assert finished.figure.dpi == 100


def test_a_chart_is_what_savefig_would_draw() -> None:
    """print_svg is called without savefig, which would draw twice; nothing else may be different."""
    finished, buffer = chart(), io.StringIO()
    with matplotlib.style.context(["default", _STYLE]):
        finished.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = re.sub(r"[ \t]+\n", "\n", buffer.getvalue())
    shapes = re.findall(r'<path d="[^"]*"|<use [^>]*>|translate\([^)]*\)', drawn)
    assert shapes == re.findall(r'<path d="[^"]*"|<use [^>]*>|translate\([^)]*\)', finished.svg())
