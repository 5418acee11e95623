"""The certificate, and two commits compared, in a real browser with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared_analysis.integrity import Contents, Installation
from shared_analysis.integrity.hashes import Digests
from shared_analysis.reproduce import Certificate, Comparison, Finding, Verdict
from shared_analysis.reproduce.commits.comparison import Change, Metric
from shared_analysis.reproduce.judge.grounds import Ground, Since
from shared_analysis.reproduce.judge.package import Package, Provenance, Standing
from tests.browser.chromium import Page, chromium, find_chromium
from tests.browser.test_report_page import OVERFLOWING, PALE, TOO_SMALL
from tests.machine import MUST_HAVE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None and not MUST_HAVE, reason="no Chromium on this machine"),
]

REASONS = ("forecast.parquet: column expected_number_of_people: 1,204 cells differ, by up to 1e-06 of its value",) * 3


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path) as tab:
        yield tab


OUTPUTS = tuple(
    Finding(f"reports/notebooks/{verdict}_of_a_long_name.ipynb", verdict, "forecast", REASONS, "0" * 32, "1" * 32)
    for verdict in Verdict
)
ENVIRONMENT = {"python": "3.11.7", "environment": "built by uv from requirements.txt, every hash checked"}
ADDRESS = "https://example.org/team/project.git"


def assert_quiet_readable_and_fitting(page: Page, path: Path, width: int) -> None:
    page.open(path, width)
    assert [address for address in page.requests if not address.startswith("data:")] == [path.as_uri()]
    assert page.complaints == []
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(OVERFLOWING) == []
    assert page.value(TOO_SMALL) == []
    assert page.value(PALE) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_certificate_is_quiet_readable_and_fits(page: Page, width: int, tmp_path: Path) -> None:
    certificate = Certificate(
        *("Rough sleeping", ("Example Council",), ADDRESS, "0" * 40, True, ENVIRONMENT, 1e-9, OUTPUTS[2:], OUTPUTS),
        lock="tests/twin.lock",
        swapped=True,
    )
    certificate.save(tmp_path)
    assert_quiet_readable_and_fitting(page, tmp_path / "certificate.html", width)
    assert page.value("document.querySelectorAll('tbody tr').length") == 13
    assert page.value("document.querySelectorAll('#signed ~ * tr').length") == 4


@pytest.mark.parametrize("width", [1280, 390])
def test_what_it_rests_on_is_readable_and_fits(page: Page, width: int, tmp_path: Path) -> None:
    installed = Installation(Path("x"), "0.2.0", Contents({"shared_analysis/x.py": "0" * 64}), False, "1" * 64)
    wheel = "vendor/shared_analysis-0.2.0.dev0+h0123456789ab-py3-none-any.whl"
    words = (
        "It is no known release. Nobody has compared it with its source: `shared-analysis verify --wheel-from X` does."
    )
    package = Package(wheel, "2" * 64, Standing.unknown, words)
    digests = Digests("3" * 32, "4" * 64, 1_234_567_890)
    grounds = (
        Ground("data/raw/a_delivery_of_a_long_name.csv", "data that DVC keeps", digests, Since("5" * 40, "2026-03-01")),
        Ground("vendor", "folder", replace(digests, files={wheel: digests}), Since("6" * 40, "2026-03-01", True)),
        Ground("s3://somewhere/else.csv", "read from elsewhere", None),
    )
    Certificate(
        *("Rough sleeping", ("Example Council",), ADDRESS, "0" * 40, True, ENVIRONMENT, 1e-9, (), OUTPUTS),
        provenance=Provenance(installed, (package,)),
        read=grounds,
        made=grounds[:1],
    ).save(tmp_path)
    assert_quiet_readable_and_fitting(page, tmp_path / "certificate.html", width)
    assert page.value("document.querySelectorAll('section[aria-labelledby=rests] tbody tr').length") == 4


@pytest.mark.parametrize("width", [1280, 390])
def test_two_commits_compared_are_quiet_readable_and_fit(page: Page, width: int, tmp_path: Path) -> None:
    key = "groups.an_area_of_a_long_name.expected_number_of_people"
    comparison = Comparison(
        *("Rough sleeping", ADDRESS, ("a-branch-of-a-long-name", "HEAD"), ("0" * 40, "1" * 40), False),
        *("those that the two commits record", ENVIRONMENT, 1e-9),
        settings=(Change("params.yaml: forecast.regressors.known", '["bank_holiday", "school_holiday"]', None),),
        read=(Change("dvc.yaml: the command of forecast", None, "x"), Change("notebooks/30_forecast.ipynb", "0", "1")),
        metrics=(Metric("reports/metrics/forecast.json", key, 1_234_567.25, 1_304_567.5),),
        outputs=OUTPUTS,
    )
    comparison.save(tmp_path)
    assert_quiet_readable_and_fitting(page, tmp_path / "comparison.html", width)
    assert page.value("document.querySelectorAll('tbody tr').length") == 11
