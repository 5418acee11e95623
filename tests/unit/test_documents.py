"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.main import get_command

from shared_analysis.checks import RULES
from shared_analysis.cli.commands import app
from shared_analysis.contracts import ROLES, infer

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PAGES = ["README.md", "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md", "docs/**/*.md", "benchmarks/*.md"]


def pages(root: Path) -> list[Path]:
    return [path for pattern in PAGES for path in sorted(root.glob(pattern))]


@pytest.mark.parametrize("page", pages(Path(__file__).parents[2]), ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", pages(Path(__file__).parents[2]), ids=lambda path: path.name)
def test_links_to_a_heading_lead_to_one(page: Path) -> None:
    links = [link for link in ANCHOR.findall(page.read_text(encoding="utf-8")) if "://" not in link[0]]
    assert [link for link in links if link[1] not in headings(page.parent / link[0] if link[0] else page)] == []


def headings(page: Path) -> set[str]:
    """The headings of a page as GitHub writes them in an address."""
    texts = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-") for text in texts}


def test_every_word_of_the_glossary_says_where_it_lives(repository: Path) -> None:
    _, *entries = (repository / "GLOSSARY.md").read_text(encoding="utf-8").split("\n### ")
    assert entries
    assert [entry.partition("\n")[0] for entry in entries if "\n*In* " not in entry] == []


def test_every_semantic_role_is_documented(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "roles.md").read_text(encoding="utf-8")
    for name, role in ROLES.items():
        assert f"| `{name}` | {role.meaning} | {role.classification} |" in page


def test_every_rule_of_the_check_is_documented_in_its_order(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z]{3}\d{3})` \| (.+?)(?: \(\*gap\*\))? \|$", page, re.MULTILINE)
    assert rows == [(rule.id, rule.title) for rule in RULES]


@pytest.mark.parametrize("words", ["contract infer", "contract validate", "table add", "table refresh"])
def test_every_option_of_a_command_about_tables_is_documented(repository: Path, words: str) -> None:
    page = (repository / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    (line,) = re.findall(rf"^\| `shared-analysis {words} (.+?)` \|", page, re.MULTILINE)
    group, _, command = words.partition(" ")
    options = {option for each in get_command(app).commands[group].commands[command].params for option in each.opts}
    assert set(re.findall(r"--[a-z-]+", line)) == {option for option in options if option.startswith("--")}


def test_the_ways_to_write_months_that_the_page_names_are_read(repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "forecast-a-monthly-table.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^- Months may be written (.+) and the like", page, re.MULTILINE)
    for written in re.findall("`(.+?)`", line):
        table = {"area": ["E09000001", "E09000002"], "month": [written] * 2, "count": ["1", "2"]}
        assert infer(pd.DataFrame(table, dtype=object), "t").column("month").role == "period", written
