"""The core promise: elsewhere, offline, with nothing but the commit and a folder of wheels, the same bytes come out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.baked import git
from tests.closed import closed
from tests.machine import MUST_HAVE

pytestmark = pytest.mark.slow

SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def turkish() -> str | None:
    """A locale whose capital of i is not I, and whose decimal point is a comma, where the machine has it."""
    if shutil.which("locale") is None:
        return None
    names = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    return next((name for name in names if name.lower() in ("tr_tr.utf8", "tr_tr.utf-8")), None)


def test_a_second_clone_elsewhere_is_byte_identical(finished: Path, wheelhouse: Path, tmp_path: Path) -> None:
    assert turkish() or not MUST_HAVE, "the machine lacks the locale tr_TR.UTF-8"
    home = tmp_path / "somebody else's home"
    clone = home / "Prüfung 2" / "clone"
    clone.parent.mkdir(parents=True)
    git("clone", "-q", str(finished), str(clone), cwd=tmp_path)

    elsewhere = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "USER": "reviewer",
        "LOGNAME": "reviewer",
        "USERNAME": "reviewer",
        "LANG": "C.UTF-8",
        **({"LC_ALL": turkish()} if turkish() else {}),
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMEXPR_MAX_THREADS": "1",
    }
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    environment = {**kept, **elsewhere}

    venv = home / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    offline = ["--no-index", "--find-links", str(wheelhouse), "--require-hashes", "-r", "requirements.txt"]
    isolated = {**environment, "PIP_CONFIG_FILE": os.devnull}
    install = [*closed(), str(python), "-m", "pip", "install", "--quiet", *offline]
    subprocess.run(install, cwd=clone, env=isolated, check=True)

    environment["PATH"] = os.pathsep.join([str(python.parent), environment["PATH"]])
    command = [str(python), "-m", "dvc", "repro", "--force"]
    if hasattr(os, "sched_setaffinity"):  # one processor: thread pools sized by it are of another size
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), *command]
    repro = subprocess.run(
        [*closed(), *command], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert repro.returncode == 0, repro.stdout + repro.stderr
    assert repro.stdout.count("Running stage") == 5
    assert git("status", "--porcelain", cwd=clone) == ""
    assert git("diff", cwd=clone) == ""

    names = [path.relative_to(finished) for path in (finished / "reports").rglob("*") if path.is_file()]
    assert len(names) > 20
    different = [str(name) for name in names if (finished / name).read_bytes() != (clone / name).read_bytes()]
    assert different == []
    for name in names:
        content = (clone / name).read_bytes()
        for trace in (str(tmp_path), "reviewer", sys.prefix):
            assert trace.encode() not in content, f"{name} holds {trace}"
