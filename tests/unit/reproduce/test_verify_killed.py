"""Killed, interrupted, out of room, or called twice at once: nothing is lost, and no half is taken for a whole."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn, TextIO

import psutil
import pytest
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, RunOptions, Verdict, exclusive_workspace, verify
from shared_analysis.reproduce.run import environment, runner
from tests.unit.reproduce.small_project import DVC, replace, repro, write

Check = Callable[..., Certificate]

COUNTED = "open({counter!r}, 'a').write('{stage}\\n')\n"


def everything(root: Path) -> dict[str, str]:
    """Hash of every file of a copy, git's and DVC's own among them."""
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


FORKS = multiprocessing.get_context(None if sys.platform == "win32" else "forkserver")
FORKS.set_forkserver_preload(["shared_analysis.reproduce", "dvc.repo", "dvc.cli"])
"""Processes that need not import DVC again, which takes longer than the run."""


@pytest.fixture(scope="module", autouse=True)
def forks() -> None:
    """Start what starts them, before a test has a folder of its own for what is temporary."""
    if sys.platform != "win32":
        forkserver.ensure_running()


def verified_apart(root: Path, ear: Connection) -> None:
    """What a process of its own does: the reviewer's run, in a process group, as a shell would start it."""
    os.setsid()
    tempfile.tempdir = str(root.parent / "temp")
    verify(root, options=RunOptions("current", say=ear.send)).save(root.parent / "certificate")


class Apart:
    """A verification in a process group of its own."""

    def __init__(self, root: Path) -> None:
        self.ear, mouth = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=verified_apart, args=(root, mouth))
        self.process.start()
        mouth.close()

    def die(self, lines: int, moment: float) -> None:
        """Kill it, and what it has started, a moment after it has said some lines; or let it end."""
        with contextlib.suppress(EOFError):
            for _ in range(lines):
                self.ear.recv()
            self.ear.poll(moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.join()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_killed_at_ten_random_moments_nothing_is_lost(check: Check, small: Path, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    for stage in DVC["stages"]:
        code = small / "code" / f"{stage}.py"
        counting = COUNTED.format(counter=str(counter), stage=stage)
        write(small, f"code/{stage}.py", counting + code.read_text(encoding="utf-8"))
    write(small, "project.yaml", "project: {}\n")
    repro(small)
    counter.write_text("", encoding="utf-8")
    before = everything(small)
    draw = random.Random(20260301)
    finished: dict[str, object] = {}
    reached: set[str] = set()
    certificate = tmp_path / "certificate" / "certificate.html"
    for number in range(11):
        runs = len(counter.read_text(encoding="utf-8").split())
        certificate.unlink(missing_ok=True)
        if number < 10:
            Apart(small).die(1 + number // 2, draw.uniform(0, 0.15))
        else:
            last = Apart(small)
            last.die(1000, 0)
            assert last.process.exitcode == 0
        assert everything(small) == before
        again = set(counter.read_text(encoding="utf-8").split()[runs:]) & set(finished)
        assert not again, "a stage that was finished ran again"
        for path in (tmp_path / "temp").glob("*/done.json"):
            now = json.loads(path.read_text(encoding="utf-8"))
            assert finished.items() <= now.items()
            finished = now
        reached |= set(finished)
        if certificate.exists():  # it was at its end before it was killed: the next one begins anew
            finished = {}
    assert {"make", "table"} <= reached, "nothing was gone on with"
    assert list((tmp_path / "temp").iterdir()) == []
    check().save(tmp_path / "undisturbed")
    for name in ("certificate.yaml", "certificate.html"):
        lines, undisturbed = (
            (tmp_path / run / name).read_text(encoding="utf-8").splitlines() for run in ("certificate", "undisturbed")
        )
        assert [line for line in lines if "esumed" not in line] == undisturbed
        assert len(lines) == len(undisturbed) + 1


@pytest.fixture
def waiting(small: Path, tmp_path: Path) -> Iterator[Apart]:
    """A verification whose last stage waits for ever."""
    fifo = tmp_path / "never written"
    fifo.touch()
    replace(small, "code/page.py", "import json", f"import json\nopen({str(fifo)!r}).read()\nimport json")
    write(small, "project.yaml", "project: {}\n")
    repro(small)
    fifo.unlink()
    os.mkfifo(fifo)
    apart = Apart(small)
    while (ending := _opened(fifo)) is None:
        assert apart.process.is_alive()
        time.sleep(0.01)
    fifo.unlink()
    fifo.touch()
    yield apart
    os.close(ending)


@pytest.mark.skipif(sys.platform == "win32", reason="there, a lock is not handed on")
def test_the_stages_of_a_run_that_is_killed_end_with_it(check: Check, waiting: Apart) -> None:
    below = psutil.Process(waiting.process.pid).children(recursive=True)
    assert len(below) >= 2
    waiting.process.kill()
    waiting.process.join()
    assert check().verdict is Verdict.identical
    assert not [process for process in below if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(sys.platform == "win32", reason="there, a lock is not handed on")
def test_a_stage_that_outlives_its_run_keeps_the_next_one_out(
    check: Check, waiting: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise two would write the same outputs; here what would end it is killed too."""
    monkeypatch.setattr("shared_analysis.reproduce.commit.workspace._ENDING", 0.2)
    (supervisor,) = psutil.Process(waiting.process.pid).children()
    stage = supervisor.children(recursive=True)
    supervisor.kill()
    waiting.process.kill()
    waiting.process.join()
    with pytest.raises(SharedAnalysisError, match="being verified by another run"):
        check()
    for process in stage:
        process.kill()
    assert check().verdict is Verdict.identical


def _opened(fifo: Path) -> int | None:
    """Open the writing end, if somebody has the other."""
    try:
        return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_a_second_run_of_the_same_commit_is_refused_and_the_first_goes_on(check: Check) -> None:
    refusals = []

    def say(words: str) -> None:
        if words.startswith("2/3"):
            with pytest.raises(SharedAnalysisError, match="being verified by another run") as refused:
                check()
            refusals.append(str(refused.value.where))

    assert check(say=say).verdict is Verdict.identical
    assert f"process {os.getpid()} on " in refusals[0]
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there, a file that is open cannot be deleted")
def test_a_run_that_ends_while_another_begins(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock's file is deleted after another has opened it: what that one has locked is then nothing."""
    locked, path = [], tmp_path / "temp"

    def lock(file: TextIO) -> bool:
        if not locked:
            next(path.glob("*/in-use")).unlink()
        locked.append(file)
        return True

    monkeypatch.setattr("shared_analysis.reproduce.commit.workspace._lock", lock)
    with exclusive_workspace("a", outside=small) as work:
        assert len(locked) == 2
        assert (work / "in-use").exists()
    assert list(path.iterdir()) == []


def test_without_room_it_ends_in_words_and_goes_on_later(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page.log")

    with monkeypatch.context() as patch:
        patch.setattr(runner, "run_stage", full)
        with pytest.raises(SharedAnalysisError, match="work folder cannot be written: No space left") as refused:
            check()
    assert "goes on where it was" in str(refused.value.next_step)
    assert check().verdict is Verdict.identical


def test_a_temporary_folder_that_cannot_be_used_ends_in_words(
    check: Check, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(small / "nowhere"))
    with pytest.raises(SharedAnalysisError, match="TMPDIR names a folder that cannot be written"):
        check()


def test_it_does_not_work_in_the_reviewers_copy(check: Check, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(small))
    with pytest.raises(SharedAnalysisError, match="would lie in your copy"):
        check()
    assert not list(small.glob("verify-*"))


def test_interrupted_it_says_so_and_ends_with_130(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    write(small, "project.yaml", "project: {}\n")
    monkeypatch.chdir(small)
    monkeypatch.setattr(runner, "run_stage", interrupt)
    done = CliRunner().invoke(app, ["verify", "--environment", "current"])
    assert done.exit_code == 130
    assert "stopped; to go on from here, give the same command again" in done.output


def test_a_lock_of_git_left_by_a_killed_run_is_no_obstacle(check: Check, tmp_path: Path) -> None:
    check(keep=True)
    (clone,) = (tmp_path / "temp").glob("*/clone")
    (clone / ".git" / "index.lock").touch()
    assert check().verdict is Verdict.identical


def test_half_an_environment_is_built_anew(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "environment"
    built: list[bool] = []

    class Killed(BaseException):
        """Stands for the end of the process."""

    def killed(*_: object) -> None:
        built.append((folder / "half").exists())
        folder.mkdir()
        (folder / "half").touch()
        raise Killed

    monkeypatch.setattr(environment._Installing, "run", killed)
    for _ in range(2):
        with pytest.raises(Killed):
            environment.build(small, folder, tmp_path / "log")
    assert built == [False, False]
