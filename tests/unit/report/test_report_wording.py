"""How the stages' words and figures come into the report."""

from __future__ import annotations

import pytest

from shared_analysis.report.markdown import finding_and_rest, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a **b**", "<p>a <strong>b</strong></p>"),
        ("# Top", "<h3>Top</h3>"),
        ("#### Deep\n\n###### Deeper", "<h3>Deep</h3>\n<h5>Deeper</h5>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("![words](https://x.org/a.png)", "<p>words</p>"),
    ],
)
def test_markdown_becomes_safe_html(markdown: str, html: str) -> None:
    assert to_html(markdown).strip() == html


def test_a_link_cannot_run_anything() -> None:
    assert "javascript:" not in to_html("[x](javascript:alert(1))")


def test_long_tables_are_folded_and_all_tables_scroll() -> None:
    def table(rows: int) -> str:
        return to_html("| a |\n|---|\n" + "| 1 |\n" * rows)

    assert "<details>" not in table(10)
    assert "Show the table (11 rows)" in table(11)
    assert 'class="scroll"' in table(1)


def test_the_finding_is_the_first_paragraph_without_the_banner() -> None:
    summary = "**SYNTHETIC data: no real person or event is in these figures.**\n\n**Found.** Yes.\n\nMore.\n"
    assert finding_and_rest(summary) == ("**Found.** Yes.", "More.")


def test_each_table_has_a_name_of_its_own_and_heads_say_what_they_head() -> None:
    html = to_html("| a |\n|:-:|\n| 1 |\n\ntext\n\n| b |\n|---|\n| 1 |\n", "Data quality")
    assert 'aria-label="Data quality, table 1"' in html
    assert 'aria-label="Data quality, table 2"' in html
    assert html.count('<th scope="col"') == 2
