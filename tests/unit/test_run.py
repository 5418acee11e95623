"""run.py: it says something all the time, holds every package to its hash, and does without uv where it must."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import run
from tools import TEMPLATE
from tools.lock import STARTER

SILENT = "import time; time.sleep(1.2); print('done')"


def test_a_line_is_printed_while_a_program_says_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "QUIET", 0.2)
    run.run(sys.executable, "-c", SILENT)
    *waiting, last = capsys.readouterr().out.splitlines()
    assert last == "done"
    assert len(waiting) >= 3


def test_a_program_that_fails_stops_the_run() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run.run(sys.executable, "-c", "raise SystemExit(3)")


def test_the_starters_lock_brings_uv_with_its_hashes() -> None:
    lock = (run.ROOT / f"{STARTER}.txt").read_text(encoding="utf-8")
    assert run.entry("uv", lock).startswith("uv==")
    assert run.entry("uv", lock).count("--hash=sha256:") > 10
    assert "\ncookiecutter==" in lock
    assert run.entry("uv", (TEMPLATE / "requirements.txt").read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize("uv", [("uv",), ()], ids=["uv", "pip"])
def test_every_package_is_held_to_its_hash_the_builders_first(
    uv: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes as source would otherwise be built with whatever an index holds today."""
    commands: list[tuple[list[str], str]] = []

    def follow(command: Any, *_: Any) -> int:
        words = [str(word) for word in command]
        commands.append((words, Path(words[-1]).read_text(encoding="utf-8")))
        return 0

    monkeypatch.setattr(run, "follow", follow)
    lock = tmp_path / "requirements.txt"
    names = ("numpy", "setuptools", "uv", "wheel")
    lock.write_text("".join(f"{name}==1 \\\n    --hash=sha256:0\n" for name in names), encoding="utf-8")
    (tmp_path / "env").mkdir()
    assert run.install(uv, tmp_path / "env" / "bin" / "python", lock, compiled=False)
    (_, builders), (_, whole) = commands
    assert [name for name in names if f"{name}==" in builders] == ["setuptools", "wheel"]
    assert [name for name in names if f"{name}==" in whole] == [name for name in names if uv or name != "uv"]
    for words, _ in commands:
        assert {"--require-hashes", "--no-build-isolation"} <= set(words)
        assert ("--no-deps" in words) is not bool(uv)


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_another_hash_is_refused_and_paths_are_the_locks(
    tool: str, right: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    python = tmp_path / "env" / run.SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    monkeypatch.setattr(run, "pip", lambda python, command: [sys.executable, "-m", "pip", "--python", python, command])
    (tmp_path / "vendor").mkdir()
    wheel = tmp_path / "vendor" / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small.py", "")
        archive.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n")
        archive.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small-1.dist-info/RECORD", "small.py,,\n")
    digest = hashlib.sha256(wheel.read_bytes() if right else b"").hexdigest()
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"./vendor/{wheel.name} \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    monkeypatch.setenv("UV_NO_VERIFY_HASHES", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    uv = (sys.executable, "-m", "uv") if tool == "uv" else ()
    assert run.install(uv, python, lock, compiled=False) is right
    assert (len(list((tmp_path / "env").rglob("small.py"))) == 1) is right


def test_pip_installs_where_uv_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def install(uv: tuple[str, ...], *_: object) -> bool:
        tried.append("uv" if uv else "pip")
        return not uv

    monkeypatch.setattr(run, "run", lambda *words, **_: (tmp_path / "project" / ".venv").mkdir(exist_ok=True))
    monkeypatch.setattr(run, "install", install)
    monkeypatch.setattr(run, "works", lambda uv: True)
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    (tmp_path / "project").mkdir()
    lock = tmp_path / "project" / "requirements.txt"
    lock.write_text("", encoding="utf-8")
    run.environment(tmp_path / "project" / ".venv", lock, uv=("starter", "-m", "uv"))
    assert tried == ["uv", "pip"]


def test_uv_that_may_not_run_is_not_used(tmp_path: Path) -> None:
    forbidden = tmp_path / "python"
    forbidden.write_text("", encoding="utf-8")
    assert not run.works((sys.executable, "-c", "raise PermissionError"))
    assert not run.works((forbidden, "-m", "uv"))


def test_uv_is_told_pips_settings_and_the_environment_counts_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_", "HTTP"))]:
        monkeypatch.delenv(name)
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://one.example/simple\nproxy = http://proxy.example:80\ncert = /certs.pem\n"
        "extra-index-url =\n    https://two.example/simple\n    https://three.example/simple\n"
        "[install]\nfind-links = /one /two\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearest.example/simple")
    told = run.uv_settings(Path(sys.executable))
    assert told["UV_DEFAULT_INDEX"] == "https://nearest.example/simple"
    assert told["UV_INDEX"].split()[-2:] == ["https://two.example/simple", "https://three.example/simple"]
    assert told["UV_FIND_LINKS"] == "/one,/two"
    assert told["HTTPS_PROXY"] == "http://proxy.example:80"
    assert told["SSL_CERT_FILE"] == "/certs.pem"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert run.uv_settings(Path(sys.executable))["UV_DEFAULT_INDEX"] == "https://uv.example/simple"
