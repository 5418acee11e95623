"""The report and a notebook's page in a real browser, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shared_analysis.notebooks import canonicalise, export_html
from shared_analysis.report import build_report
from tests.browser.chromium import Page, chromium, find_chromium
from tests.machine import MUST_HAVE
from tests.unit.report.report_project import line, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None and not MUST_HAVE, reason="no Chromium on this machine"),
]

WIDTHS = (1280, 390)

OVERFLOWING = """
[...document.querySelectorAll('main *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, pre, table'))
    .map(one => one.outerHTML.slice(0, 200))
"""
TOO_SMALL = """
[...document.querySelectorAll('p, li, dt, dd, td, th, summary, a')]
    .filter(one => parseFloat(getComputedStyle(one).fontSize) < 13).map(one => one.textContent)
"""
# WCAG 2.2, 1.4.3: contrast of text with the nearest opaque background behind it.
PALE = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter(one => !one.closest('svg') &&
    [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  return texts.filter(one => {
    const [a, b] = [light(parts(getComputedStyle(one).color).slice(0, 3)), light(behind(one))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map(one => one.textContent.trim().slice(0, 60));
})()
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("report")
    project = make_project(root)
    build_report(project).save(project)
    return root / "scratch" / "reports" / "index.html"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wide = "<table class='dataframe' border='1'><tr>" + "<td>a long column</td>" * 30 + "</tr></table>"
    chart = new_output("display_data", data={"image/svg+xml": line("Demand stays as it is").svg(synthetic=False)})
    table = new_output("display_data", data={"text/html": wide + "<script src='https://example.org/x.js'></script>"})
    said = new_output("stream", name="stdout", text="x" * 500)
    broad = "|" + " a long column |" * 12 + "\n|" + "---|" * 12 + "\n"
    words = new_output("display_data", data={"text/markdown": "It was found that:\n\n" + broad})
    cells = [
        new_markdown_cell("# A title\n\nWords with `code`, [a link](other.html) and $x^2$.\n\n" + broad),
        new_code_cell("def f(x):  # why\n    return 'text', 3", outputs=[chart, table, words, said], execution_count=1),
    ]
    html = export_html(canonicalise(new_notebook(cells=cells)), title="A title", synthetic=True, source="20_link.ipynb")
    path = tmp_path_factory.mktemp("notebook") / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def of_a_run(finished: Path) -> Path:
    return finished / "reports" / "index.html"


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path) as tab:
        yield tab


@pytest.mark.parametrize("which", ["report", "notebook", pytest.param("of_a_run", marks=pytest.mark.slow)])
def test_the_page_is_quiet_readable_and_fits(
    page: Page, width: int, which: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(which)
    page.open(path, width)
    assert [address for address in page.requests if not address.startswith("data:")] == [path.as_uri()]
    assert page.complaints == []
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(OVERFLOWING) == []
    assert page.value(TOO_SMALL) == []
    assert page.value(PALE) == []
    assert page.value("document.querySelectorAll('svg').length") >= 1
    assert page.value("Math.min(...[...document.querySelectorAll('main svg')].map(one => one.clientWidth))") >= 300
    assert page.value("document.documentElement.lang") == "en"


SILENT = """
[...document.querySelectorAll('.scroll')].filter(one => one.querySelector('table, svg')).filter(one => {
  const table = one.querySelector(':scope > table');
  const hint = table ? getComputedStyle(table, '::before') : getComputedStyle(one.previousElementSibling);
  return (one.scrollWidth > one.clientWidth + 1) !== (parseFloat(hint.paddingBottom) > 10);
}).map(one => one.getAttribute('aria-label'))
"""


@pytest.mark.parametrize("which", ["report", "notebook"])
def test_what_scrolls_sideways_says_so_and_nothing_else_does(
    page: Page, width: int, which: str, request: pytest.FixtureRequest
) -> None:
    page.open(request.getfixturevalue(which), width)
    page.value("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.value(SILENT) == []


def test_usual_charts_fit_a_phone(page: Page, report: Path) -> None:
    page.open(report, 360)
    charts = "[...document.querySelectorAll('.column .scroll')]"
    assert page.value(f"{charts}.length") == 5
    assert page.value(f"{charts}.filter(one => one.scrollWidth > one.clientWidth).length") == 0


def test_the_folded_parts_open_without_breaking_the_page(page: Page, report: Path) -> None:
    page.open(report, 390)
    page.value("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.value("document.querySelectorAll('details').length") >= 5
    assert page.value("document.documentElement.scrollWidth") <= 390
    assert page.value(OVERFLOWING) == []
    assert page.value(PALE) == []


def test_the_browser_would_tell_of_a_request_and_of_an_error(page: Page, tmp_path: Path) -> None:
    """The other tests can fail: a page that fetches and complains is seen to do so."""
    bad = tmp_path / "bad.html"
    bad.write_text("<!DOCTYPE html><img src='https://example.org/x.png'><script>console.error('no')</script>", "utf-8")
    page.open(bad, 390)
    assert "https://example.org/x.png" in page.requests
    assert page.complaints
