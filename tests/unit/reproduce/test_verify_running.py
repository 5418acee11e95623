"""How a verification goes: what it reads and leaves, how it goes on after a stop, what it refuses."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.reproduce import Certificate, RunOptions, Verdict, verify
from tests.baked import git
from tests.unit.reproduce.small_project import (
    MAKE,
    OUTPUTS,
    PAGE,
    TABLE,
    cached,
    commit,
    dvc,
    edit,
    recorded,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.meddling import (
    SCALE,
    git_of_the_copy_replaced,
    swap_put_back_by_a_later_stage,
    swap_staged,
)

Check = Callable[..., Certificate]


def everything(root: Path) -> dict[str, str]:
    """Hash of every file of a copy, git's and DVC's own among them."""
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_an_honest_commit_is_identical(check: Check, small: Path) -> None:
    certificate = check()
    assert certificate.verdict is Verdict.identical
    assert sorted(one.file for one in certificate.outputs) == sorted(OUTPUTS)
    assert certificate.inputs == ()
    assert certificate.synthetic
    assert certificate.commit == git("rev-parse", "HEAD", cwd=small).strip()


def test_the_reviewers_copy_is_not_touched_and_nothing_is_left(check: Check, small: Path, tmp_path: Path) -> None:
    write(small, "notes.txt", "not in git")
    before = everything(small)
    replace(small, "params.yaml", "seed: 1", "seed: 1 # being edited")
    edited = everything(small)
    assert edited != before
    assert check().verdict is Verdict.identical
    assert everything(small) == edited
    assert list((tmp_path / "temp").iterdir()) == []


def test_an_older_commit_is_verified_as_it_was(check: Check, small: Path) -> None:
    replace(small, "params.yaml", "seed: 1", "seed: 2")
    commit(small)
    assert check().verdict is Verdict.different
    assert check(revision="HEAD~1").verdict is Verdict.identical


def test_a_project_inside_a_larger_repository(small: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(small, outer / "inner", ignore=shutil.ignore_patterns(".git"))
    git("init", "-q", cwd=outer)
    commit(outer)
    assert verify(outer / "inner", options=RunOptions("current")).verdict is Verdict.identical


def test_inputs_come_from_the_remote_where_the_cache_lacks_them(check: Check, small: Path, tmp_path: Path) -> None:
    dvc("remote", "add", "--local", "--default", "store", str(tmp_path / "remote"), cwd=small)
    dvc("push", cwd=small)
    remove_folder(small / ".dvc" / "cache")
    assert check().verdict is Verdict.identical
    assert not (small / ".dvc" / "cache").exists()


def test_committed_content_comes_from_the_remote_too(check: Check, small: Path, tmp_path: Path) -> None:
    dvc("remote", "add", "--default", "store", str(tmp_path / "remote"), cwd=small)
    dvc("push", cwd=small)
    remove_folder(small / ".dvc" / "cache")
    write(small, "code/table.py", TABLE.replace("factor * float", "(1 + 1e-6) * factor * float"))
    commit(small)
    reasons = {one.file: one.reasons for one in check().outputs}
    assert reasons["data/processed/totals.csv"] == ("column total: 7 cells differ, by up to 1e-06 of its value",)


def test_a_project_states_its_own_tolerance(check: Check, small: Path) -> None:
    write(small, "code/table.py", TABLE.replace("factor * float", "(1 + 5e-7) * factor * float"))
    write(small, "pyproject.toml", "[tool.shared-analysis]\ntolerance = 1e-6\n")
    commit(small)
    certificate = check()
    totals = "data/processed/totals.csv"
    assert {one.file: one.verdict for one in certificate.outputs}[totals] is Verdict.equivalent
    assert certificate.tolerance == 1e-6
    assert {one.file: one.verdict for one in check(tolerance=1e-9).outputs}[totals] is Verdict.different


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few make a symbolic link, and its git keeps none")
def test_nothing_outside_the_clean_place_is_deleted(check: Check, small: Path, tmp_path: Path) -> None:
    write(tmp_path, "precious/twin/letter.txt", "mine")
    link = small / "elsewhere"
    link.symlink_to(tmp_path / "precious", target_is_directory=True)
    pipeline = yaml.safe_load(text(small, "dvc.yaml"))
    pipeline["stages"]["make"]["outs"] = ["elsewhere/twin"]
    pipeline["stages"]["table"]["deps"].remove("data/twin")
    write(small, "dvc.yaml", yaml.safe_dump(pipeline))
    commit(small)
    with pytest.raises(SharedAnalysisError):
        check()
    assert (tmp_path / "precious" / "twin" / "letter.txt").exists()


class Killed(BaseException):
    """Stands for the end of the process."""


def test_a_run_that_was_killed_goes_on_where_it_was(check: Check, small: Path) -> None:
    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        check(say=die)
    heard: list[str] = []
    assert check(say=heard.append).verdict is Verdict.identical
    assert [words for words in heard if words[1] == "/"] == [
        "1/3 make: was run already",
        "2/3 table: was run already",
        "3/3 page",
    ]


def test_an_output_that_was_changed_meanwhile_is_made_again(check: Check, tmp_path: Path) -> None:
    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        check(say=die)
    (metrics,) = (tmp_path / "temp").glob("*/clone/reports/metrics.json")
    metrics.write_text('{"rows": 1, "mean": 1.0}', encoding="utf-8")
    heard: list[str] = []
    assert check(say=heard.append).verdict is Verdict.identical
    assert "2/3 table" in heard


@pytest.mark.parametrize("read_by", ["git", "dvc"])
def test_an_input_that_a_stage_writes_over_is_found_however_often_it_is_run(
    read_by: str, check: Check, small: Path
) -> None:
    name, before = {"git": ("code/scale.txt", "1\n"), "dvc": ("data/raw/factor.csv", "factor\n2.5\n")}[read_by]
    write(small, name, before)
    edit(small, "dvc.yaml", lambda pipeline: pipeline["stages"]["page"]["deps"].append(name))
    repro(small)
    write(small, "code/make.py", f"{MAKE}open({name!r}, 'a').write('3\\n')\n")
    commit(small)

    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        check(say=die)
    for _ in range(2):
        reasons = {one.file: one.reasons for one in check(keep=True).inputs}
        assert reasons[name] == ("a stage wrote over it while the pipeline ran",)


@pytest.mark.parametrize("tamper", [git_of_the_copy_replaced, swap_put_back_by_a_later_stage, swap_staged])
def test_a_stage_that_silences_git_is_found_after_a_stop_too(
    tamper: Callable[[Path], None], check: Check, small: Path
) -> None:
    tamper(small)
    commit(small)

    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        check(say=die)
    reasons = {one.file: one.reasons for one in check().inputs}
    assert reasons[SCALE] == ("a stage wrote over it while the pipeline ran",)


def test_what_a_run_leaves_beside_its_outputs_does_not_help_the_next(check: Check, small: Path) -> None:
    write(small, ".gitignore", text(small, ".gitignore") + "/state.txt\n")
    first = "import pathlib, sys\nstate = pathlib.Path('state.txt')\n"
    first += "if not state.exists():\n    state.touch()\n    sys.exit(1)\n"
    write(small, "code/table.py", first + TABLE)
    (small / "state.txt").touch()
    repro(small)
    for _ in range(2):
        assert check(keep=True).verdict is Verdict.missing


@pytest.mark.parametrize("moment", ["verifying", "fetching", "1/3", "comparing"])
def test_killed_at_any_moment_the_next_run_ends_well(check: Check, moment: str) -> None:
    def die(words: str) -> None:
        if words.startswith(moment):
            raise Killed

    with pytest.raises(Killed):
        check(say=die)
    assert check().verdict is Verdict.identical


def test_no_code_comes_in_through_the_reviewers_variables(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "elsewhere/random.py", "raise SystemExit('taken from PYTHONPATH')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("DVC_ROOT", "/nowhere")
    assert check().verdict is Verdict.identical


def test_what_a_stage_leaves_in_the_temporary_folder_goes_with_the_rest(
    check: Check, small: Path, tmp_path: Path
) -> None:
    write(small, "code/page.py", "import tempfile\ntempfile.mkdtemp(prefix='left')\n" + PAGE)
    commit(small)
    assert {one.verdict for one in check(keep=True).outputs} == {Verdict.identical}
    assert len(list((tmp_path / "temp").glob("verify-*/tmp/left*"))) == 1
    check()
    assert list((tmp_path / "temp").iterdir()) == []


def test_what_a_failing_stage_said_is_shown_and_not_certified(check: Check, small: Path) -> None:
    write(small, "code/table.py", "raise SystemExit('Zebedee Quux is not a number')")
    commit(small)
    heard: list[str] = []
    certificate = check(say=heard.append)
    assert "Zebedee Quux" in "\n".join(heard)
    assert "Zebedee" not in certificate.html() + certificate.to_yaml()
    assert {one.file: one.reasons for one in certificate.outputs}["reports/index.html"] == (
        "its stage could not run without reports/metrics.json",
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"revision": "no-such-branch"}, "knows no revision 'no-such-branch'"),
        ({"revision": "--help"}, "knows no revision"),
        ({"environment": "/nowhere"}, "There is no Python there"),
    ],
)
def test_what_cannot_be_done_ends_in_words_and_leaves_nothing(check: Check, options: dict[str, str], says: str) -> None:
    with pytest.raises(SharedAnalysisError, match=says):
        check(**options)
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


def test_a_commit_without_results_ends_in_words(check: Check, small: Path) -> None:
    (small / "dvc.lock").unlink()
    commit(small)
    with pytest.raises(SharedAnalysisError, match="no results to verify"):
        check()


def test_a_folder_that_is_no_repository_ends_in_words(tmp_path: Path) -> None:
    write(tmp_path, "plain/params.yaml", "")
    with pytest.raises(SharedAnalysisError, match="not a git repository"):
        verify(tmp_path / "plain")


def test_the_certificate_is_the_same_each_time_and_holds_no_place(check: Check, small: Path, tmp_path: Path) -> None:
    first, second = check(day=dt.date(2026, 3, 1)), check(day=dt.date(2026, 3, 1))
    for written in (first.html(), first.to_yaml()):
        assert str(tmp_path) not in written
        assert "2026-03-01" in written
    assert (first.html(), first.to_yaml()) == (second.html(), second.to_yaml())


@pytest.mark.parametrize(("seed", "code"), [(1, 0), (2, 1)])
def test_the_command_ends_with_the_answer(
    seed: int, code: int, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(small, "params.yaml", f"data:\n  mode: twin\nmake:\n  seed: {seed}\n")
    write(small, "project.yaml", "project: {}\n")
    commit(small)
    monkeypatch.chdir(small / "code")
    done = CliRunner().invoke(app, ["verify", "--environment", "current"])
    assert done.exit_code == code, done.output
    (folder,) = tmp_path.glob("project-certificate-*")
    assert {path.name for path in folder.iterdir()} == {"certificate.html", "certificate.yaml"}
    assert ("params.yaml: make.seed" in done.stdout) is (seed == 2)
    assert git("status", "--porcelain", cwd=small) == ""


def test_the_hash_of_a_folder_is_dvcs(small: Path) -> None:
    """Not by DVC's own code: a listing in its cache is named by that hash."""
    assert cached(small, recorded(small, "data/twin")).is_file()
    assert "truth.csv" in text(small, str(cached(small, recorded(small, "data/twin")).relative_to(small)))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_repository_of_another_user_is_refused_in_words(check: Check, small: Path) -> None:
    for path in (small, *small.rglob("*")):
        os.chown(path, 65534, 65534)
    with pytest.raises(SharedAnalysisError, match="belongs to another user") as refused:
        check()
    assert "git config --global --add safe.directory" in str(refused.value.next_step)
