"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared_analysis.checks import RULES
from shared_analysis.contracts import ROLES

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md", "benchmarks/*.md"]


def pages(root: Path) -> list[Path]:
    return [path for pattern in PAGES for path in sorted(root.glob(pattern))]


@pytest.mark.parametrize("page", pages(Path(__file__).parents[2]), ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_semantic_role_is_documented(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "roles.md").read_text(encoding="utf-8")
    for name, role in ROLES.items():
        assert f"| `{name}` | {role.meaning} | {role.classification} |" in page


def test_every_rule_of_the_check_is_documented_in_its_order(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z]{3}\d{3})` \| (.+?)(?: \(\*gap\*\))? \|$", page, re.MULTILINE)
    assert rows == [(rule.id, rule.title) for rule in RULES]
