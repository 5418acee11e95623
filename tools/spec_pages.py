"""Make the pages under ``docs/reference/rules`` from the examples that ``tests/spec`` runs.

``python -m tools.spec_pages`` writes them; a test fails while one of them is stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.rule import Page, Rule, Table

FOLDER = ROOT / "docs" / "reference" / "rules"
_INDEX = """\
# Rules by example

Each page states rules in a sentence and shows each by examples. The tests run the same examples, so a page cannot say
what the package does not do.

"""


def pages() -> dict[Path, str]:
    """Make every page and the list of them: text by path."""
    texts = {}
    entries = []
    for source in sorted((ROOT / "tests" / "spec").glob("test_*.py")):
        page: Page[Any] | None = getattr(import_module(f"tests.spec.{source.stem}"), "PAGE", None)
        if page is not None:
            texts[FOLDER / f"{page.name}.md"] = _text(page, source.relative_to(ROOT).as_posix())
            summary = " ".join(page.introduction.split("\n\n")[0].split())
            entries.append(f"- [{page.title}]({page.name}.md). {summary}\n")
    return {FOLDER / "README.md": _note("the files of tests/spec") + _INDEX + "".join(entries), **texts}


def refresh() -> None:
    """Write the pages, and delete those that no file makes any more."""
    texts = pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in set(FOLDER.glob("*.md")) - set(texts):
        old.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def _note(source: str) -> str:
    return f"<!-- Made from {source} by `python -m tools.spec_pages`: edit that, not this. -->\n\n"


def _text(page: Page[Any], source: str) -> str:
    return _note(source) + "\n\n".join(_parts(page)) + "\n"


def _parts(page: Page[Any]) -> Iterator[str]:
    yield f"# {page.title}"
    yield page.introduction.strip()
    for rule in page.rules:
        yield from _rule(rule, page)


def _rule(rule: Rule[Any], page: Page[Any]) -> Iterator[str]:
    yield f"## {rule.title}"
    if rule.why:
        yield rule.why
    for table in page.lay_out(rule):
        if table.above:
            yield table.above
        yield _table(table)


def _table(table: Table) -> str:
    lines = [table.header, ["---"] * len(table.header), *table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    refresh()
