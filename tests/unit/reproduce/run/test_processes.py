"""What a command starts ends with it, however it tried to get away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared_analysis.reproduce.run import supervisor
from shared_analysis.reproduce.run.processes import run_to_the_end
from shared_analysis.reproduce.run.shell import in_shell

SLEEP = "[sys.executable, '-c', 'import time; time.sleep(60)', MARK]"
QUIET = "dict.fromkeys(('stdin', 'stdout', 'stderr'), subprocess.DEVNULL)"
LEAVING = {
    "a child": f"subprocess.Popen({SLEEP}, **{QUIET})",
    "a session of its own": f"subprocess.Popen({SLEEP}, start_new_session=True, **{QUIET})",
    "forked twice": f"os.fork() or (os.setsid(), os.fork() or os.execv(sys.executable, {SLEEP}), os._exit(0))",
    "without its variables": f"subprocess.Popen({SLEEP}, start_new_session=True, env={{}}, **{QUIET})",
    "deaf to signals": "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    f"subprocess.Popen({SLEEP}, start_new_session=True, **{QUIET})",
    "many": f"[subprocess.Popen({SLEEP}, start_new_session=True, **{QUIET}) for _ in range(20)]",
}
POSIX = {"forked twice", "deaf to signals"}


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    mark = f"mark-{os.urandom(8).hex()}"
    yield mark
    for process in marked(mark):
        process.kill()


def marked(mark: str) -> list[psutil.Process]:
    return [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])]


def ran(code: str, folder: Path) -> int:
    (folder / "code.py").write_text(code, encoding="utf-8")
    command = in_shell(f'"{sys.executable}" code.py')
    with (folder / "log").open("wb") as words:
        return run_to_the_end(command, folder, dict(os.environ), words)


@pytest.mark.parametrize("how", LEAVING)
def test_what_is_left_running_ends(how: str, mark: str, tmp_path: Path) -> None:
    if sys.platform == "win32" and how in POSIX:
        pytest.skip("there is no such thing there")
    code = f"import os, signal, subprocess, sys, time\nMARK = {mark!r}\n{LEAVING[how]}\ntime.sleep(0.1)\nsys.exit(3)\n"
    assert ran(code, tmp_path) == 3
    assert marked(mark) == []


def test_a_command_reads_nothing_and_ends_with_its_own_code(tmp_path: Path) -> None:
    assert ran("import sys; assert sys.stdin.read() == ''", tmp_path) == 0
    assert ran("import sys; sys.exit(200)", tmp_path) == 200
    if sys.platform != "win32":
        assert ran("import os; os.kill(os.getpid(), 15)", tmp_path) == 128 + 15


def test_a_command_starts_with_the_signals_of_a_shell(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("there are no such signals there")
    code = "import subprocess\nassert subprocess.run('yes | head -1', shell=True, capture_output=True).stderr == b''\n"
    code += "import signal\nassert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL\n"
    assert ran(code, tmp_path) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="an interruption is raised otherwise there")
def test_what_runs_ends_where_this_process_is_interrupted(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = subprocess.Popen.wait

    def interrupted(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        monkeypatch.setattr(subprocess.Popen, "wait", wait)
        while not marked(mark):
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    code = f"import subprocess, sys\nMARK = {mark!r}\nsubprocess.Popen({SLEEP}, start_new_session=True).wait()\n"
    with pytest.raises(KeyboardInterrupt):
        ran(code, tmp_path)
    assert marked(mark) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the options of `ps` differ")
def test_where_no_child_is_handed_on_a_variable_tells_what_belongs_to_a_command(mark: str) -> None:
    """As on macOS: the group ends, and what has left it and still has the variable."""
    variables = {**os.environ, "SHARED_ANALYSIS_STAGE": mark}
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)", mark]
    processes = [
        subprocess.Popen(sleeping, process_group=0),
        subprocess.Popen(sleeping, start_new_session=True, env=variables),
    ]
    assert supervisor._marked(mark) == {processes[1].pid}
    assert supervisor._end_group(processes[0].pid, mark)
    assert [one for one in marked(mark) if one.status() != psutil.STATUS_ZOMBIE] == []
