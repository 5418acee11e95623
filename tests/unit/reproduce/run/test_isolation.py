"""Stages without the rest of the computer: what they cannot reach, by whatever it is that isolates them here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Basis, RunOptions, Verdict, compare, run_twin, verify
from shared_analysis.reproduce.run import isolation as room
from shared_analysis.reproduce.run.environment import Environment, existing
from shared_analysis.reproduce.run.isolation import PROGRAMS, Isolation, find_isolation, try_isolation
from shared_analysis.reproduce.run.runner import run_stage
from shared_analysis.reproduce.run.surroundings import Surroundings
from tests.unit.reproduce.small_project import PAGE, commit, dvc, edit, repro, write

Run = Callable[[str], tuple[int, str]]


def needed(program: str, *, facts_only: bool = False) -> Isolation:
    """Take what isolates; where it does not work skip the test, but for where everything is to be there."""
    isolation, fault = try_isolation(program, facts_only=facts_only)
    if isolation is None:
        reason = f"{program} does not isolate here: {fault}"
        pytest.fail(reason) if os.environ.get("CI") == "true" and sys.platform == "linux" else pytest.skip(reason)
    return isolation


@pytest.fixture(params=[(program, facts_only) for program in PROGRAMS for facts_only in (False, True)], ids=str)
def isolation(request: pytest.FixtureRequest) -> Isolation:
    return needed(request.param[0], facts_only=request.param[1])


@pytest.fixture(scope="session")
def current() -> Environment:
    return existing("current")


@pytest.fixture
def run(isolation: Isolation, current: Environment, tmp_path: Path) -> Run:
    """Run code as a stage of a workspace; return its exit code, and what it said."""
    workspace = tmp_path / "workspace"
    (workspace / "clone").mkdir(parents=True)

    def run(code: str) -> tuple[int, str]:
        write(workspace / "clone", "code.py", code)
        stage = Stage("one", ("python code.py",), workspace / "clone", (), (), {})
        log = workspace / "log"
        ended = run_stage(stage, current, workspace / "clone", Surroundings(workspace, isolation), log)
        return ended, log.read_text(encoding="utf-8").strip()

    return run


@pytest.fixture
def listening() -> Iterator[tuple[str, list[object]]]:
    """What listens on this computer: at a port, and under a name without a file; and who came."""
    came: list[object] = []
    name = f"shared-analysis-{os.urandom(8).hex()}"
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as named:
        named.bind(f"\0{name}")
        named.listen()

        def wait(server: socket.socket) -> None:
            try:
                while True:
                    came.append(server.accept())
            except OSError:
                return

        for server in (port, named):
            threading.Thread(target=wait, args=(server,), daemon=True).start()
        yield f"{port.getsockname()[1]} {name}", came


REACHING = """
import socket
port, name = {address!r}.split()
def reaches(address, family=socket.AF_INET):
    with socket.socket(family) as one:
        one.settimeout(2)
        try:
            one.connect(address)
        except OSError:
            return False
        return True
def finds(name):
    try:
        return bool(socket.getaddrinfo(name, 80))
    except OSError:
        return False
print(reaches(("127.0.0.1", int(port))), reaches("\\0" + name, socket.AF_UNIX), end=" ")
"""


def test_no_request_leaves(run: Run, listening: tuple[str, list[object]]) -> None:
    address, came = listening
    code = REACHING.format(address=address)
    here = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert here.stdout.split() == ["True", "True"], "the test itself cannot reach what listens"
    until = time.monotonic() + 10
    while len(came) < 2 and time.monotonic() < until:  # they are counted in threads of their own
        time.sleep(0.01)
    reached = len(came)
    assert reached == 2
    assert run(f'{code}print(reaches(("192.0.2.1", 80)), finds("example.org"))') == (0, "False False False False")
    assert len(came) == reached


def test_a_stage_reaches_itself(run: Run) -> None:
    """Kernels of notebooks are spoken to at ports of this computer, pools of processes through shared memory."""
    code = """
import multiprocessing, socket
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    with socket.create_server(("localhost", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        print(list(pool.map(abs, [-1, 2])))
"""
    assert run(code) == (0, "[1, 2]")


def test_nothing_outside_is_seen_or_written(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/letter.txt", "mine")
    places = [tmp_path / "elsewhere" / "letter.txt", tmp_path / "workspace" / "log", Path.home() / "letter.txt"]
    code = f"""
import os, pathlib
for place in {[str(place) for place in places]!r}:
    print(os.path.exists(place))
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        open(place, "w").write("theirs")
    except OSError:
        print("refused")
for place in ("/usr/planted", "/etc/planted", "/planted", {sys.prefix + "/planted"!r}, "/sys/planted", "/proc/planted"):
    try:
        open(place, "w")
        print(place)
    except OSError:
        pass
print(sorted(os.listdir(pathlib.Path.home())), os.path.exists("/etc/shadow"), os.path.exists("/var/log"))
"""
    code_, said = run(code)
    assert code_ == 0
    assert said.splitlines()[-1] == "[] False False"
    assert [line for line in said.splitlines()[:-1] if line not in ("False", "refused")] == []
    assert (tmp_path / "elsewhere" / "letter.txt").read_text(encoding="utf-8") == "mine"
    assert not (Path.home() / "letter.txt").exists()
    assert not Path(sys.prefix, "planted").exists()


KEYS = """
import ctypes, os
call = ctypes.CDLL(None).syscall
ADD, ASK = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]
"""


def test_no_key_and_no_name_of_the_computer_is_found(run: Run) -> None:
    code = "print(call(ASK, 10, -3, b'user', b'of-the-reviewer', 0) > 0)"
    started = "call(ASK, 1, None)\nadded = call(ADD, b'user', b'of-the-reviewer', b'hunter2', 7, -3)\n"
    here = subprocess.run([sys.executable, "-c", KEYS + started + "print(added > 0)"], capture_output=True, text=True)
    if here.stdout.strip() != "True":
        pytest.skip("this computer keeps no keys")
    exec(KEYS + started)  # noqa: S102 - into the session of this process, which every stage inherits
    assert run(f"{KEYS}import socket\n{code}\nprint(socket.gethostname())") == (0, "False\nisolated")


def test_no_lock_is_held_that_the_stage_could_give_up(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        assert run(f"import os\nos.fstat({lock.fileno()})")[0] == 1
        assert run("import os\nos.fstat(1)")[0] == 0


def test_what_the_stage_may_write_it_can(run: Run, tmp_path: Path) -> None:
    code = """
import os, pathlib, tempfile
pathlib.Path("made.txt").write_text("x")
with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
    pathlib.Path(folder, "x").write_text("x")
(pathlib.Path.home() / "x").write_text("x")
print(os.getuid())
"""
    assert run(code) == (0, str(os.getuid()))
    assert (tmp_path / "workspace" / "clone" / "made.txt").exists()


def test_no_right_over_the_computer_is_left(run: Run) -> None:
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print(libc.mount(b"none", b"/usr", None, ctypes.c_ulong(32 | 4096), None), libc.umount2(b"/usr", 2))
for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/devices/system/cpu/cpu0/online"):
    try:
        os.close(os.open(name, os.O_WRONLY))
        print(name)
    except OSError:
        pass
"""
    assert run(code) == (0, "-1 -1")


def test_nothing_runs_on_and_no_process_is_seen(run: Run, tmp_path: Path) -> None:
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    code = f"""
import os, subprocess, sys
sleeping = [sys.executable, "-c", "import time; time.sleep(60)", {mark!r}]
if not os.fork():
    os.setsid()
    subprocess.Popen(sleeping)
    os._exit(0)
print(os.path.exists("/proc/{os.getpid()}"))
"""
    assert run(code) == (0, "False")
    assert not [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])]


def test_a_stage_ends_with_its_own_code(run: Run) -> None:
    assert run("raise SystemExit(7)")[0] == 7
    assert run("import os; os.kill(os.getpid(), 9)")[0] in (137, 128 + 9)


# Whole verifications


@pytest.fixture(params=list(PROGRAMS))
def isolated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RunOptions:
    """How to run a commit isolated, by each program in turn."""
    isolation = needed(request.param)
    for place in ("runner", "isolation"):
        monkeypatch.setattr(f"shared_analysis.reproduce.run.{place}.find_isolation", lambda: isolation)
    return RunOptions("current", isolate=True)


def test_an_honest_commit_is_identical_and_says_how_it_was_isolated(small: Path, isolated: RunOptions) -> None:
    certificate = verify(small, options=isolated)
    assert certificate.verdict is Verdict.identical
    said = certificate.environment["isolation"]
    assert said.startswith(("bubblewrap ", "unshare of util-linux "))
    assert "no network" in said
    assert said in certificate.html()
    assert f"isolation: '{said[:12]}" in certificate.to_yaml() or f"isolation: {said[:12]}" in certificate.to_yaml()


def test_a_stage_finds_no_remote_and_no_copy(small: Path, isolated: RunOptions, tmp_path: Path) -> None:
    """By whatever address its code has."""
    dvc("remote", "add", "--default", "store", str(tmp_path / "remote"), cwd=small)
    dvc("push", cwd=small)
    places = [str(tmp_path / "remote"), str(small), str(small / ".dvc" / "cache")]
    write(small, "code/page.py", f"import os\nassert any(map(os.path.exists, {places!r}))\n{PAGE}")
    repro(small)
    dvc("push", cwd=small)
    assert verify(small, options=replace(isolated, isolate=False)).verdict is Verdict.identical
    certificate = verify(small, options=isolated)
    assert {one.file: one.reasons for one in certificate.outputs}["reports/index.html"] == ("its stage ended with 1",)


def test_the_twin_and_two_commits_are_run_isolated(
    small: Path, real_once: Path, isolated: RunOptions, tmp_path: Path
) -> None:
    real = Path(shutil.copytree(real_once, tmp_path / "real", symlinks=True))
    with run_twin(real, options=isolated, unrecorded=True) as twin:
        assert twin.failure == ""
        assert twin.outcome.environment is not None
        assert "no network" in twin.outcome.environment.isolation
    commit(small)
    comparison = compare(small, "HEAD~1", "HEAD", isolated, basis=Basis.inputs)
    assert comparison.verdict is Verdict.identical
    assert "no network" in comparison.environment["isolation"]


def test_a_run_that_was_not_isolated_is_not_gone_on_with(small: Path, isolated: RunOptions) -> None:
    class Killed(BaseException):
        pass

    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        verify(small, options=RunOptions("current", say=die))
    heard: list[str] = []
    assert verify(small, options=replace(isolated, say=heard.append)).verdict is Verdict.identical
    assert "1/3 make" in heard


def test_a_python_that_shows_the_copy_is_refused(small: Path, isolated: RunOptions, current: Environment) -> None:
    wide = replace(current, folders=(*current.folders, small.parent))
    around = Surroundings(small.parent / "workspace", room.find_isolation())
    (around.workspace / "clone").mkdir(parents=True)
    with pytest.raises(SharedAnalysisError, match=r"cannot be isolated with this Python: .* is in sight"):
        around.certified(wide, (small / ".git",))


# Where it cannot be had


@pytest.fixture
def searched_anew() -> Iterator[None]:
    find_isolation.cache_clear()
    yield
    find_isolation.cache_clear()


@pytest.mark.usefixtures("searched_anew")
@pytest.mark.parametrize(("platform", "says"), [("win32", "WSL 2"), ("darwin", "virtual machine with Linux")])
def test_other_systems_are_told_what_to_do(platform: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "sys", type("sys", (), {"platform": platform}))
    with pytest.raises(SharedAnalysisError, match="Only Linux can isolate") as refused:
        find_isolation()
    assert says in str(refused.value.next_step)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are refused before")
@pytest.mark.usefixtures("searched_anew")
@pytest.mark.parametrize("forbidden", [False, True])
def test_without_it_nothing_is_run(
    forbidden: bool, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    assert git
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(git)
    for name in PROGRAMS if forbidden else ():
        refusing = '#!/bin/sh\n[ "$1" = --version ] && echo some 1.0 && exit\necho not permitted >&2\nexit 1\n'
        write(programs, name, refusing)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    heard: list[str] = []
    with pytest.raises(SharedAnalysisError, match="cannot be isolated on this computer") as refused:
        verify(small, options=RunOptions("current", isolate=True, say=heard.append))
    assert ("bwrap: not permitted" if forbidden else "bwrap: not installed") in refused.value.what
    assert ("namespaces" if forbidden else "apt install bubblewrap") in str(refused.value.next_step)
    assert heard == []


def test_what_runs_nothing_is_not_called_isolated(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(small, "project.yaml", "project: {}\n")
    monkeypatch.chdir(small)
    done = CliRunner().invoke(app, ["verify", "--compare", "HEAD", "HEAD", "--isolate"])
    assert isinstance(done.exception, SharedAnalysisError)
    assert "--isolate works only with" in done.exception.what


def test_stages_that_are_nested_have_the_rest_of_their_pipeline(small: Path, isolated: RunOptions) -> None:
    """A stage in a folder of its own, whose command goes through a shell."""

    def into_code(pipeline: Any) -> None:
        pipeline["stages"]["page"] |= {
            "wdir": "code",
            "cmd": "cd .. && python code/page.py | cat",
            "deps": ["page.py", "../notebooks/page.ipynb", "../reports/metrics.json"],
            "outs": ["../reports/page.ipynb", "../reports/index.html"],
        }

    edit(small, "dvc.yaml", into_code)
    repro(small)
    assert verify(small, options=isolated).verdict is Verdict.identical
