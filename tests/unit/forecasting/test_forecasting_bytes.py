"""The same bytes whatever the row order, hash seed, time zone, locale and number of threads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from forecasting_tables import digest

from shared_analysis.forecasting.models import ensemble

pytestmark = pytest.mark.slow


def test_identical_bytes() -> None:
    setting = {"PYTHONHASHSEED": "42", "TZ": "Pacific/Auckland", "OMP_NUM_THREADS": "2", "LANG": "de_DE.UTF-8"}
    # Together with what is there: both must import the same package.
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    other = subprocess.Popen(
        [sys.executable, "-c", "from forecasting_tables import digest; print(digest(7))"],
        env={**os.environ, "PYTHONPATH": path, **setting},
        stdout=subprocess.PIPE,
        text=True,
    )
    here = digest(0)
    assert here == digest(3)
    assert other.communicate()[0].strip() == here


def test_the_same_on_one_process_and_on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = digest(0, processes=1)
    monkeypatch.setattr(ensemble, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(ensemble, "_CHUNK", 2)
    assert digest(0, processes=2) == alone
