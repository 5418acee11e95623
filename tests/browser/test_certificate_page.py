"""The certificate in a real browser, with the network off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_analysis.reproduce import Certificate, Finding, Verdict
from tests.browser.chromium import Page, chromium, find_chromium
from tests.browser.test_report_page import OVERFLOWING, PALE, TOO_SMALL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None and "CI" not in os.environ, reason="no Chromium on this machine"),
]

REASONS = ("forecast.parquet: column expected_number_of_people: 1,204 cells differ, by up to 1e-06 of its value",) * 3


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path) as tab:
        yield tab


@pytest.mark.parametrize("width", [1280, 390])
def test_the_certificate_is_quiet_readable_and_fits(page: Page, width: int, tmp_path: Path) -> None:
    outputs = [
        Finding(f"reports/notebooks/{verdict}_of_a_long_name.ipynb", verdict, "forecast", REASONS, "0" * 32, "1" * 32)
        for verdict in Verdict
    ]
    certificate = Certificate(
        *("Rough sleeping", ("Example Council",), "https://example.org/team/project.git", "0" * 40, True),
        {"python": "3.11.7", "environment": "built by uv from requirements.txt, every hash checked"},
        *(1e-9, tuple(outputs[2:]), tuple(outputs)),
    )
    certificate.save(tmp_path)
    path = tmp_path / "certificate.html"
    page.open(path, width)
    assert [address for address in page.requests if not address.startswith("data:")] == [path.as_uri()]
    assert page.complaints == []
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(OVERFLOWING) == []
    assert page.value(TOO_SMALL) == []
    assert page.value(PALE) == []
    assert page.value("document.querySelectorAll('tbody tr').length") == 9
