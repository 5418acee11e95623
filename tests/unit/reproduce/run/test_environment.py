"""The environment that a reviewer builds: by uv or by pip, from a folder of packages, with the Python asked for."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.interpreters import PYTHONS, find_python
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.run import environment
from shared_analysis.reproduce.run.environment import Environment, build, existing
from tests.baked import BIN
from tests.unit.wheelhouse.small_index import add_source, add_wheel, lock_line

UV = shutil.which("uv", path=str(BIN))
IMPORT = "import plain, odd, sys; print('.'.join(map(str, sys.version_info[:2])))"


def project(folder: Path) -> Path:
    """Make a project whose lock names a wheel and a package that comes as source, beside the folder that holds both."""
    root, index = folder / "a project", folder / "wheels"
    root.mkdir()
    index.mkdir()
    lock = lock_line(add_wheel(index, "plain")) + lock_line(add_source(index, "odd"))
    (root / "requirements.txt").write_text(lock, newline="\n")
    return root


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return project(tmp_path)


@dataclass(frozen=True)
class Installed:
    """One installation, at which several tests look."""

    tool: str
    root: Path
    environment: Environment
    heard: list[str]


@pytest.fixture(scope="module", params=["uv", "pip"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build from a lock that also names a package for another machine, in a commit that would choose the installer."""
    root = project(tmp_path_factory.mktemp("installed"))
    other = lock_line(add_wheel(root.parent / "wheels", "other"), marker="sys_platform == 'x'")
    with (root / "requirements.txt").open("a", encoding="utf-8", newline="\n") as lock:
        lock.write(other)
    for name in ("pip.py", "venv.py", "queue.py"):
        (root / name).write_text("raise SystemExit('taken from the project')", encoding="utf-8")
    (root / "pyproject.toml").write_text('[tool.uv.pip]\ntarget = "elsewhere"\n', encoding="utf-8")
    heard: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_CONFIG_FILE", os.devnull)
        patch.setenv("PATH", str(BIN) if request.param == "uv" else os.devnull)
        patch.setattr("shared_analysis.reproduce.run.environment._WHILE", 0.01)
        return Installed(request.param, root, built(root, say=heard.append), heard)


@pytest.fixture(params=["uv", "pip"])
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    with_uv = str(BIN) if request.param == "uv" else os.devnull
    assert UV is not None, "the maintainers' lock holds uv"
    monkeypatch.setenv("PATH", with_uv)
    return str(request.param)


def built(root: Path, python: str | None = None, say: Callable[[str], None] = lambda _: None) -> Environment:
    folder, log, wheels = (root.parent / name for name in ("environment", "log", "wheels"))
    return build(root, folder, log, wheels, python, say)


def said(python: Path) -> str:
    return subprocess.run([str(python), "-B", "-c", IMPORT], capture_output=True, text=True, check=True).stdout.strip()


def test_what_the_lock_names_is_installed_from_the_folder(installed: Installed) -> None:
    python, origin = installed.environment.python, installed.environment.origin
    assert said(python) == ".".join(map(str, sys.version_info[:2]))
    how = f"built by {installed.tool} from requirements.txt, every hash checked"
    assert origin == f"{how}, from a folder of wheels without an index"


def test_each_module_is_compiled_once_and_not_by_every_stage(installed: Installed) -> None:
    code = "import pathlib, plain; print(pathlib.Path(plain.__cached__).is_file())"
    words = [str(installed.environment.python), "-B", "-c", code]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "True\n"


def test_no_package_runs_while_it_is_installed_or_looked_at(
    tool: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of a ``.pth`` runs in any Python that starts with what is installed, outside of all isolation."""
    assert tool
    ran = tmp_path / "ran"
    line = f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"
    starter = add_wheel(tmp_path / "wheels", "starter", start_up=line)
    with (root / "requirements.txt").open("a", encoding="utf-8", newline="\n") as lock:
        lock.write(lock_line(starter))
    python = built(root).python
    assert not ran.exists()
    existing(str(python))
    assert not ran.exists()
    subprocess.run([str(python), "-c", ""], check=True)
    assert ran.exists()


def test_what_is_finished_is_taken_as_it_is(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(BIN) if installed.tool == "uv" else os.devnull)
    monkeypatch.setattr(environment._Installing, "run", lambda *_: pytest.fail("it was built again"))
    assert built(installed.root) == installed.environment


def test_the_commit_does_not_choose_the_installer(installed: Installed) -> None:
    """Neither its code, where it has the name of a part of the installer, nor its settings."""
    assert said(installed.environment.python)
    assert not (installed.root / "elsewhere").exists()


def test_it_is_said_how_far_a_long_installation_is(installed: Installed) -> None:
    if installed.tool == "pip":
        assert any(words.endswith("s: 2 of 2 packages") for words in installed.heard)
    assert any(words.endswith("s: at work") for words in installed.heard)


def test_a_package_with_another_hash_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(BIN))
    wheel = root.parent / "wheels" / "plain-1.0-py3-none-any.whl"
    wheel.write_bytes(add_wheel(root.parent, "other").read_bytes())
    with pytest.raises(SharedAnalysisError, match="The environment cannot be built"):
        built(root)


def test_a_wheel_in_the_project_and_the_reviewers_own_index_are_found(
    tool: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "vendor").mkdir()
    wheel = add_wheel(root / "vendor", "own")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = root / "requirements.txt"
    own = f"./vendor/{wheel.name} \\\n    --hash=sha256:{digest}\n"
    lock.write_text(lock_line(add_wheel(root.parent / "wheels", "plain")) + own, encoding="utf-8", newline="\n")
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX"):
        monkeypatch.setenv(name, "1")
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(name, str(root.parent / "wheels"))
    python = build(root, root.parent / "environment", root.parent / "log").python
    subprocess.run([str(python), "-c", "import own, plain"], check=True)
    assert not (root.parent / "environment-lock").exists()


@pytest.mark.parametrize("name", ["JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "PYTHONSTARTUP"])
def test_no_setting_that_brings_code_in_reaches_a_stage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/somewhere")
    assert name not in existing("current").variables()


@pytest.mark.parametrize("version", PYTHONS)
def test_the_python_that_is_asked_for_is_the_one(version: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    monkeypatch.setenv("PATH", str(BIN))
    chosen = built(root, str(python))
    assert chosen.version.startswith(f"{version}.")
    assert said(chosen.python) == version


def test_a_version_is_a_version_whatever_lies_beside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", str(BIN))
    version = ".".join(map(str, sys.version_info[:2]))
    (root / version).mkdir()
    assert said(built(root, version).python) == version


def test_a_python_that_is_not_there_is_refused(root: Path) -> None:
    for choice in ("3.99", "9", "nowhere/python"):
        with pytest.raises(SharedAnalysisError, match="There is no Python") as refused:
            built(root, choice)
        assert refused.value.where == "--python"


def test_an_installation_that_is_stopped_leaves_nothing_running(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared_analysis.reproduce.run.environment._WHILE", 0.01)
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *given, **how: started.append(popen(*given, **how)) or started[-1])

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(root, root.parent / "environment", root.parent / "log", root.parent / "wheels", say=stop)
    # A fast first step may be over before anything is said: then it is the second that is stopped.
    assert started
    assert all(one.poll() is not None for one in started)
