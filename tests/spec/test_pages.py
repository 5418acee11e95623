"""The pages of rules show what the tests of this folder run."""

from __future__ import annotations

from tools import spec_pages


def test_the_pages_show_the_examples_as_they_are_now() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in spec_pages.FOLDER.glob("*.md")}
    assert written == spec_pages.pages(), "run: python -m tools.spec_pages"
