"""The core promise: elsewhere, offline, with nothing but the commit and a folder of wheels, the same bytes come out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.baked import BIN, git, run
from tests.closed import closed
from tests.machine import MUST_HAVE

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

Offline = Callable[..., str]


def turkish() -> str | None:
    """A locale whose capital of i is not I, and whose decimal point is a comma, where the machine has it."""
    if shutil.which("locale") is None:
        return None
    names = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    return next((name for name in names if name.lower() in ("tr_tr.utf8", "tr_tr.utf-8")), None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "somebody else's home"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(home: Path) -> Offline:
    """Run a Python without a network, as another person elsewhere has it, on one processor; return what it said."""
    assert turkish() or not MUST_HAVE, "the machine lacks the locale tr_TR.UTF-8"
    variables = {
        **{name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ},
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR"), str(home)),
        **dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "reviewer"),
        "LANG": "C.UTF-8",
        **({"LC_ALL": turkish()} if turkish() else {}),
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_MAX_THREADS"), "1"),
        "PIP_CONFIG_FILE": os.devnull,
    }
    # Thread pools that are sized by the processors are of another size.
    alone = ("taskset", "-c", str(min(os.sched_getaffinity(0)))) if hasattr(os, "sched_setaffinity") else ()

    def call(*words: object, cwd: Path, python: Path = Path(sys.executable)) -> str:
        path = os.pathsep.join([str(python.parent), str(BIN), os.environ["PATH"]])
        command = [*closed(), *alone, str(python), "-m", *map(str, words)]
        done = subprocess.run(
            command, cwd=cwd, env={**variables, "PATH": path}, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


def test_the_closed_place_has_no_way_out(tmp_path: Path) -> None:
    if not closed():
        pytest.skip("this machine cannot make a network namespace")
    assert run(*closed(), sys.executable, "-c", REACH, cwd=tmp_path).stdout.strip() == "Network is unreachable"


def test_a_clone_elsewhere_is_installed_run_and_verified_without_a_network_and_is_byte_identical(
    finished: Path, offline: Offline, home: Path, tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"  # gathered as one does on a connected machine
    run(sys.executable, "-m", "shared_analysis", "wheelhouse", wheels, cwd=finished)
    clone = home / "Prüfung 2" / "clone"
    clone.parent.mkdir()
    git("clone", "-q", str(finished), str(clone), cwd=tmp_path)

    assert "complete, " in offline("shared_analysis", "wheelhouse", wheels, "--check", cwd=clone)
    by_pip = ("--no-index", "--find-links", wheels, "--require-hashes", "-r", "requirements.txt")
    offline("pip", "install", "--quiet", "--dry-run", "--ignore-installed", *by_pip, cwd=clone)
    out = tmp_path / "certificate"
    offline("shared_analysis", "verify", "--wheels", wheels, "--out", out, "--keep", cwd=clone)
    certificate = yaml.safe_load((out / "certificate.yaml").read_text(encoding="utf-8"))["verification"]
    assert certificate["verdict"] == "identical"
    assert len(certificate["outputs"]) == 20
    assert certificate["environment"]["environment"].endswith("from a folder of wheels without an index")
    assert git("status", "--porcelain", cwd=clone) == ""
    assert not (clone / ".dvc" / "cache").exists()

    (kept,) = home.glob("verify-*")
    again = kept / "clone"
    assert_same_and_without_traces(finished, again, str(home), "reviewer", sys.prefix)
    pages = [out / "certificate.html", *(again / "reports").rglob("*.html")]
    assert len(pages) > 5
    assert [page.name for page in pages if LOADED.search(page.read_bytes())] == []

    python = next(path for path in (kept / "environment").glob("*/python*") if path.stem == "python")
    assert "Running stage" in offline("dvc", "repro", "--force", "--single-item", "report", cwd=again, python=python)
    assert git("status", "--porcelain", cwd=again) == "", "by DVC itself it is the same as by verify"


def assert_same_and_without_traces(one: Path, other: Path, *traces: str) -> None:
    """Every report of two projects has the same bytes, and none of them says where or by whom it was made."""
    names = [path.relative_to(one) for path in (one / "reports").rglob("*") if path.is_file()]
    assert len(names) > 20
    different = [str(name) for name in names if (one / name).read_bytes() != (other / name).read_bytes()]
    assert different == []
    for name in names:
        content = (other / name).read_bytes()
        assert not [trace for trace in traces if trace.encode() in content], name
