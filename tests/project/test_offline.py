"""With the network off: install, run, verify and read the report, from a folder of packages alone."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.baked import git, run
from tests.closed import closed

pytestmark = pytest.mark.slow

REACH = """
import socket
socket.create_server(("127.0.0.1", 0)).close()
try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError as error:
    print(error.strerror)
"""
LOADED = re.compile(rb"""<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=["']?(?:https?:)?//""", re.IGNORECASE)


@pytest.fixture
def offline() -> tuple[str, ...]:
    return closed() or pytest.skip("this machine cannot make a network namespace")


def test_the_closed_place_has_no_way_out(offline: tuple[str, ...], tmp_path: Path) -> None:
    assert run(*offline, sys.executable, "-c", REACH, cwd=tmp_path).stdout.strip() == "Network is unreachable"


def test_an_honest_project_is_identical_without_a_network(
    offline: tuple[str, ...], finished: Path, wheelhouse: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "Prüfung 2" / "clone"
    clone.parent.mkdir()
    git("clone", "-q", str(finished), str(clone), cwd=tmp_path)
    elsewhere = {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        "OMP_NUM_THREADS": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    tool = (*offline, sys.executable, "-m", "shared_analysis")
    assert "complete, " in run(*tool, "wheelhouse", wheelhouse, "--check", cwd=clone, **elsewhere).stdout
    out = tmp_path / "certificate"
    run(*tool, "verify", "--wheels", wheelhouse, "--out", out, "--keep", cwd=clone, **elsewhere)
    certificate = yaml.safe_load((out / "certificate.yaml").read_text(encoding="utf-8"))["verification"]
    assert certificate["verdict"] == "identical"
    assert len(certificate["outputs"]) == 20
    assert certificate["environment"]["environment"].endswith("from a folder of wheels without an index")
    assert git("status", "--porcelain", cwd=clone) == ""
    assert not (clone / ".dvc" / "cache").exists()

    (reports,) = tmp_path.glob("verify-*/clone/reports")
    assert (reports / "index.html").is_file()
    pages = [out / "certificate.html", *reports.rglob("*.html")]
    assert len(pages) > 5
    assert [page.name for page in pages if LOADED.search(page.read_bytes())] == []
