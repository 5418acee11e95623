"""However a run ends, what it found is said, and saved if that can be: no disk, pipe or folder takes it away."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from shared_analysis.cli import verify as command
from shared_analysis.cli.commands import app
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, Verdict
from shared_analysis.room import is_out_of_room
from tests.small_disk import fill, full_after, small_disk
from tests.unit.reproduce.small_project import commit, replace, write

Check = Callable[..., Certificate]


@pytest.fixture
def project(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(small, "project.yaml", "project: {}\n")
    commit(small)
    monkeypatch.chdir(small)
    return small


def run(*options: object) -> Result:
    return CliRunner().invoke(app, ["verify", "--environment", "current", *map(str, options)])


def break_result(project: Path) -> None:
    replace(project, "code/page.py", "The mean", "A mean")
    commit(project)


def test_a_folder_that_cannot_take_the_answer_is_refused_before_anything_is_run(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared_analysis.reproduce.run.runner.run_stage", lambda *_: pytest.fail("a stage was run"))
    a_file = tmp_path / "file"
    a_file.write_text("somebody's")
    for out in (a_file, a_file / "below", tmp_path / ("x" * 300)):
        ended = run("--out", out)
        assert isinstance(ended.exception, SharedAnalysisError)
        assert ended.exception.what.startswith("The folder for the answer cannot be written")
    assert a_file.read_text() == "somebody's"


def test_trying_the_folder_leaves_nothing_behind(project: Path, tmp_path: Path) -> None:
    ended = run("no-such-revision", "--out", tmp_path / "a" / "b")
    assert isinstance(ended.exception, SharedAnalysisError)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("count", [0, 1, 100, 5_000])
@pytest.mark.parametrize(("broken", "code"), [(False, 4), (True, 5)])
def test_a_verdict_that_cannot_be_saved_is_said(
    count: int, broken: bool, code: int, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken:
        break_result(project)
    out = tmp_path / "out"
    out.mkdir()
    saving = Certificate.save

    def save(certificate: Certificate, folder: Path) -> None:
        with monkeypatch.context() as patched:
            full_after(count, patched)
            saving(certificate, folder)

    monkeypatch.setattr(Certificate, "save", save)
    ended = run("--out", out)
    assert ended.exit_code == code
    assert (
        "No, on the synthetic twin: something" if broken else "Yes, on the synthetic twin: every output"
    ) in ended.stdout
    assert "could not be saved: No space left on device" in ended.stderr
    assert str(out) in ended.stderr
    assert list(out.iterdir()) == []


def test_a_small_disk_that_the_certificate_does_not_fit_on(project: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        fill(disk, leave=1 << 13)
        ended = run("--out", disk / "out")
        assert ended.exit_code == 4
        assert "Yes, on the synthetic twin: every output" in ended.stdout
        assert not (disk / "out").exists() or list((disk / "out").iterdir()) == []
        (disk / "filling").unlink()
        assert run("--out", disk / "out").exit_code == 0


def test_the_folder_goes_away_or_turns_into_a_file_while_it_runs(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    saying = command._print

    def say(certificate: Certificate) -> None:
        saying(certificate)
        out.write_text("a file")

    monkeypatch.setattr(command, "_print", say)
    ended = run("--out", out)
    assert ended.exit_code == 4
    assert "Yes, on the synthetic twin: every output" in ended.stdout


def test_what_cannot_be_said_is_saved_all_the_same(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(command, "_print", fail)
    ended = run("--out", tmp_path / "out")
    assert ended.exit_code != 0
    assert yaml.safe_load((tmp_path / "out" / "certificate.yaml").read_text())["verification"]["verdict"] == "identical"


@pytest.mark.skipif(sys.platform == "win32", reason="/dev/full is not there")
def test_output_into_a_full_disk_ends_in_a_sentence_and_the_certificate_is_there(project: Path, tmp_path: Path) -> None:
    called = [sys.executable, "-m", "shared_analysis", "verify", "--environment", "current", "--out", tmp_path / "out"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(called, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "There is no room left on the disk." in ended.stderr
    assert (tmp_path / "out" / "certificate.yaml").is_file()


WORDS = [
    os.strerror(errno.ENOSPC),
    "OSError: [Errno 28] No space left on device: '/tmp/x'",
    "sqlite3.OperationalError: database or disk is full",
    "Disk quota exceeded",
    "There is not enough space on the disk",
]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("code", [0, 1, 3])
def test_words_that_a_stage_prints_do_not_turn_a_verdict_into_a_refusal(
    words: str, code: int, small: Path, check: Check
) -> None:
    page = (small / "code/page.py").read_text()
    write(small, "code/page.py", f"{page}\nprint({words!r})\nraise SystemExit({code})\n")
    commit(small)
    certificate = check()
    if not code:
        assert {finding.verdict for finding in certificate.outputs} == {Verdict.identical}
        return
    finding = next(one for one in certificate.outputs if one.file == "reports/index.html")
    assert finding.verdict is Verdict.missing
    assert finding.reasons == (f"its stage ended with {code}, and spoke of a full disk, while there was room",)


@pytest.mark.parametrize("clears", [False, True], ids=["leaves it full", "clears it away"])
def test_a_disk_that_did_run_full_says_nothing_of_the_commit(
    clears: bool, small: Path, tmp_path: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a stage that says nothing, and one that deletes what filled the disk before it ends."""
    page = (small / "code/page.py").read_text()
    filling = f"""
import os, pathlib, time
if os.environ.get("FILL"):
    try:
        with open("filling", "wb") as file:
            while True:
                file.write(bytes(1 << 16))
    except OSError:
        time.sleep(0.4)
        if {clears}:
            os.remove("filling")
        raise SystemExit(1)
"""
    write(small, "code/page.py", filling + page)
    commit(small)
    from tests.unit.reproduce.small_project import relock

    relock(small)
    with small_disk(tmp_path / "disk", "12m") as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        monkeypatch.setenv("FILL", "1")
        with pytest.raises(SharedAnalysisError, match="work folder cannot be written: No space left") as refused:
            check(variables=("FILL",))
        assert str(disk) in str(refused.value)
        monkeypatch.setenv("FILL", "")
        assert check(variables=("FILL",)).verdict is Verdict.identical
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("size", ["20k", "80k", "140k", "200k", "260k", "320k", "400k"])
def test_wherever_the_room_ends_it_is_said_in_a_sentence(size: str, project: Path, tmp_path: Path) -> None:
    """The clone, DVC's own notes, the inputs, a stage: whoever needs the room."""
    with small_disk(tmp_path / "disk", size) as disk:
        called = [
            sys.executable,
            "-m",
            "shared_analysis",
            "verify",
            "--environment",
            "current",
            "--out",
            tmp_path / "o",
        ]
        surroundings = {**os.environ, "TMPDIR": str(disk)}
        ended = subprocess.run(called, cwd=project, env=surroundings, capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    if ended.returncode == 0:  # so little is enough
        assert size not in ("20k", "80k")
        return
    assert ended.returncode == 2
    assert str(disk) in ended.stderr
    assert "room" in ended.stderr


def chained(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


FULL = [
    OSError(errno.ENOSPC, "x"),
    OSError(errno.EDQUOT, "x"),
    OSError("Error writing bytes to file. Detail: [errno 28] No space left on device"),
    RuntimeError("database or disk is full"),
    chained(ValueError("DVC failed"), OSError(errno.ENOSPC, "x")),
    RuntimeError("IO Error: Could not write file: No space left on device"),
    RuntimeError(
        "Out of Memory Error: failed to offload data block of size 256.0 KiB (… used 'max_temp_directory_size'"
    ),
]


@pytest.mark.parametrize("error", FULL, ids=str)
def test_a_full_disk_is_known_by_whatever_raises_it(error: Exception) -> None:
    assert is_out_of_room(error)


@pytest.mark.parametrize(
    "error", [OSError(errno.EACCES, "x"), ValueError("a full name"), RuntimeError("disk")], ids=str
)
def test_other_errors_are_others(error: Exception) -> None:
    assert not is_out_of_room(error)
