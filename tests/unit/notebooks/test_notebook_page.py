"""The page of a notebook: offline, complete, safe, and the same bytes each time."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shared_analysis.notebooks import canonicalise, export_html
from shared_analysis.pages import figure_html, in_columns, inline_svg, without_scripts

SVG = '<?xml version="1.0"?><svg role="img" width="518.4pt" height="3pt" viewBox="0 0 518 3"><title>T</title><defs>'
SVG += '<clipPath id="p1"/></defs><use href="#p1" clip-path="url(#p1)"/><script>alert(1)</script></svg>'


def shown(**data: str) -> object:
    return new_output("display_data", data={name.replace("_", "/"): value for name, value in data.items()})


def page(synthetic: bool = True, title: str = "The title") -> str:
    cells = [
        new_markdown_cell("## Part\n\nWords and $x^2$."),
        new_code_cell("x = 1", metadata={"tags": ["parameters"]}, execution_count=1),
        new_code_cell("x = 2", metadata={"tags": ["injected-parameters"]}, execution_count=2),
        new_code_cell(
            "secret_code()",
            execution_count=3,
            outputs=[
                new_output("display_data", data={"image/svg+xml": SVG, "text/plain": "words"}),
                new_output("display_data", data={"image/svg+xml": SVG}),
                shown(
                    text_html="<table class='dataframe'><tr><td>1</td></tr></table><script src='https://x.org'></script>"
                ),
                shown(image_png="AAAA", text_plain='A "quoted" <line>'),
                new_output("stream", name="stdout", text="a < b & \x1b[31mred\x1b[39m"),
            ],
        ),
    ]
    return export_html(
        canonicalise(new_notebook(cells=cells)), title=title, synthetic=synthetic, source="20_link.ipynb"
    )


def test_nothing_is_fetched_and_nothing_runs() -> None:
    html = page()
    assert not re.search(r"<script|<iframe|<link (?!rel=\"icon\" href=\"data:,\")", html)
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_code_is_there_but_folded_and_the_parameters_are_those_of_the_run() -> None:
    html = page()
    assert re.search(r"<details><summary>Show code</summary>\s*<div class=\"[^\"]*highlight", html)
    assert "secret_code" in html
    assert "<details open" in html
    parameters = html.split("Parameters of this run")
    assert len(parameters) == 2
    assert ">2<" in parameters[1].split("</details>")[0]


def test_the_head_is_complete() -> None:
    html = page()
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta name="viewport" content="width=device-width' in html
    assert "<title>SYNTHETIC: The title</title>" in html
    assert html.count("<h1") == 1
    assert "\r" not in html
    assert html.endswith("</html>\n")


def test_real_data_carries_no_synthetic_mark() -> None:
    assert "SYNTHETIC" in page()
    assert "SYNTHETIC" not in page(synthetic=False)


def test_everything_foreign_is_escaped() -> None:
    html = page(title='</title><b>"x"')
    assert "</title><b>" not in html
    assert "a &lt; b &amp; " in html
    assert 'alt="A &#34;quoted&#34; &lt;line&gt;"' in html or 'alt="A &quot;quoted&quot; &lt;line&gt;"' in html


def test_drawings_keep_their_own_ids_apart() -> None:
    found = re.findall(r'\bid="([^"]+)"', page())
    assert len(found) == len(set(found))


def test_the_same_notebook_gives_the_same_page() -> None:
    assert page() == page()


def test_a_drawing_is_prepared_for_a_page() -> None:
    svg = inline_svg(SVG, "link-1")
    assert svg.startswith("<svg ")
    assert 'id="link-1-p1"' in svg
    assert 'href="#link-1-p1"' in svg
    assert "url(#link-1-p1)" in svg
    assert "width=" not in svg
    assert "script" not in svg


def test_a_drawing_says_how_far_it_may_shrink_before_it_scrolls() -> None:
    text = SVG.replace("</svg>", '<text style="font-size: 8px">a</text><text style="font-size: 13px">b</text></svg>')
    html = figure_html(text, "link-1")
    assert 'style="--units: 518; --least: 421px"' in html
    assert html.index("hint") < html.index("<svg")


@pytest.mark.parametrize(
    ("heights", "columns"),
    [
        ([], ()),
        ([3], ((0,),)),
        ([3, 3], ((0,), (1,))),
        ([8, 3, 2, 3], ((0,), (1, 2, 3))),
        ([4, 6, 3], ((0, 2), (1,))),
        ([2, 2, 5], ((0, 1), (2,))),
    ],
)
def test_drawings_share_two_columns_of_like_height(heights: list[int], columns: tuple[tuple[int, ...], ...]) -> None:
    assert in_columns([f'<svg viewBox="0 0 1 {height}"/>' for height in heights]) == columns


@pytest.mark.parametrize(
    "active",
    [
        "<script>x</script>",
        "<SCRIPT src=a></SCRIPT>",
        "<link rel=x href=y>",
        "<iframe></iframe>",
        "<me<meta a>ta href=y>",
    ],
)
def test_active_elements_are_dropped(active: str) -> None:
    assert without_scripts(f"a{active}b") == "ab"
