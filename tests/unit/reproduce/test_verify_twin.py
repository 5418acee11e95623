"""The run on the twin: by anybody, without the data; held to what is recorded, on the platform where it was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app
from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import bytes_md5
from shared_analysis.reproduce import (
    Certificate,
    Outcome,
    RunOptions,
    TwinRun,
    Verdict,
    differences,
    rerun,
    run_twin,
)
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.twin import warn_of_what_is_not_compared
from tests.baked import dvc, git
from tests.shared_run import made_once
from tests.unit.reproduce.small_project import OUTPUTS, TABLE, commit, edit, forge, replace, repro, text, write

CURRENT = RunOptions("current")
LOCK = "tests/twin.lock"
METRICS = "reports/metrics.json"


@pytest.fixture(scope="session")
def recorded_once(real_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that reads real people from where nobody can reach them, with its twin recorded."""

    def record(root: Path) -> None:
        shutil.copytree(real_once, root, symlinks=True, dirs_exist_ok=True)
        dvc("remote", "add", "-q", "--default", "store", "/nowhere/at/all", cwd=root)
        commit(root)
        remove_folder(root / ".dvc" / "cache")
        with run_twin(root, options=CURRENT, unrecorded=True) as run:
            run.record(root)
        commit(root)

    return made_once(tmp_path_factory, "small-recorded-project", record)


@pytest.fixture
def real(recorded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    root = Path(shutil.copytree(recorded_once, tmp_path / "project", symlinks=True))
    monkeypatch.chdir(root)
    return root


@contextmanager
def twin(root: Path) -> Iterator[TwinRun]:
    with run_twin(root, options=CURRENT) as run:
        yield run


def certificate(root: Path) -> Certificate:
    with twin(root) as run:
        assert run.certificate is not None
        return run.certificate


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["verify", "--environment", "current", *arguments])


def lock(root: Path) -> Any:
    return yaml.safe_load(text(root, LOCK))


def here(root: Path) -> str:
    (platform,) = lock(root)["platforms"]
    return str(platform)


def hash_of(root: Path, stage: str, number: int) -> str:
    return str(lock(root)["platforms"][here(root)]["stages"][stage]["outs"][number]["md5"])


def test_anybody_verifies_the_twin_without_access_to_the_data(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pipeline, "fetch", lambda *_: pytest.fail("something was fetched"))
    found = certificate(real)
    assert found.verdict is Verdict.identical, found.to_yaml()
    assert sorted(one.file for one in found.outputs) == sorted(OUTPUTS)
    assert git("status", "--porcelain", cwd=real) == ""


def test_a_certificate_of_the_twin_is_not_taken_for_one_of_the_real_data(real: Path) -> None:
    found = certificate(real)
    content = yaml.safe_load(found.to_yaml())
    assert content["verification"]["data"] == "SYNTHETIC"
    assert content["verification"]["lock"] == LOCK
    assert content["paper"]["title"].endswith("(on the synthetic twin)")
    for said in (found.summary(), found.html(), content["summary"]):
        assert "Yes, on the synthetic twin" in said
    assert "this says nothing about its results" in found.summary()
    assert "SYNTHETIC DATA" in found.html()
    assert "no real data was fetched or read" in " ".join(found.html().split())


def test_only_one_word_of_the_parameters_is_changed_and_only_in_the_copy(real: Path) -> None:
    with rerun(real, options=CURRENT, twin=True) as outcome:
        changed = (outcome.root / "params.yaml").read_text(encoding="utf-8")
    assert changed == text(real, "params.yaml").replace("mode: raw #", "mode: twin #")


def test_a_shallow_clone_on_a_detached_head_is_verified_too(real: Path, tmp_path: Path) -> None:
    """That is what a server for continuous integration has."""
    clone = tmp_path / "checkout"
    git("clone", "-q", "--depth", "1", real.as_uri(), str(clone), cwd=tmp_path)
    git("checkout", "-q", "--detach", cwd=clone)
    git("branch", "-q", "-D", "main", cwd=clone)
    assert certificate(clone).verdict is Verdict.identical


def test_a_forged_lock_of_the_twin_is_named(real: Path) -> None:
    (inside,) = [one["md5"] for one in _files(real) if one["relpath"] == "truth.csv"]
    replace(real, LOCK, inside, "0f" * 16)
    listing = json.dumps(_files(real), sort_keys=True).encode()
    replace(real, LOCK, hash_of(real, "make", 0), f"{bytes_md5(listing)}.dir")
    replace(real, LOCK, hash_of(real, "table", 1), "0d" * 16)
    commit(real)
    found = certificate(real)
    assert found.verdict is Verdict.different
    assert not found.only_unrecorded
    reasons = {one.file: one.reasons for one in found.outputs if not one.verdict.passed}
    assert reasons == {
        "data/twin": ("truth.csv: its content is not available",),
        METRICS: ("other bytes; its content is not available, so no more can be said",),
    }
    assert command("--twin", "--accept-unrecorded").exit_code == 1


def _files(root: Path) -> list[dict[str, str]]:
    files: list[dict[str, str]] = lock(root)["platforms"][here(root)]["stages"]["make"]["outs"][0]["files"]
    return files


def test_code_that_gives_the_same_needs_no_new_record_and_other_code_is_named(real: Path) -> None:
    replace(real, "code/page.py", "import json", "# how\nimport json")
    commit(real)
    assert certificate(real).verdict is Verdict.identical
    replace(real, "code/table.py", '"mean": round(', '"mean": 1.5 * round(')
    commit(real)
    found = certificate(real)
    assert [one.file for one in found.inputs] == ["code/table.py", "code/page.py"]
    assert "verify --twin --record" in found.advice
    with twin(real) as run:
        run.record(real)
    commit(real)
    assert certificate(real).verdict is Verdict.identical


def elsewhere(root: Path) -> str:
    """Say that the lock was recorded on another platform; return this one."""
    platform = here(root)
    replace(root, LOCK, f"{platform}:", "Windows AMD64:")
    commit(root)
    return platform


def test_another_platform_is_held_to_what_was_recorded_elsewhere(real: Path) -> None:
    platform = elsewhere(real)
    done = command("--twin", "--out", "found")
    assert (done.exit_code, "NOT compared" in done.output) == (0, False)
    replace(real, LOCK, hash_of(real, "table", 1), "0d" * 16)
    commit(real)
    done = command("--twin", "--out", "found")
    assert done.exit_code == 1
    assert f"recorded on Windows AMD64, run on {platform}" in done.output
    assert f"Nothing is recorded for {platform}" in done.output
    assert command("--twin", "--accept-unrecorded", "--out", "found").exit_code == 0
    shutil.copyfile(real / "found" / "twin.lock", real / LOCK)
    git("add", LOCK, cwd=real)
    git("commit", "-q", "-m", "Record it here too", cwd=real)
    assert set(lock(real)["platforms"]) == {"Windows AMD64", platform}
    assert certificate(real).verdict is Verdict.identical


def test_what_is_amiss_besides_the_platform_is_never_accepted(real: Path) -> None:
    elsewhere(real)
    replace(real, "code/table.py", '"mean": round(', '"mean": 1.5 * round(')
    commit(real)
    done = command("--twin", "--accept-unrecorded", "--out", "found")
    assert done.exit_code == 1
    assert "code/table.py" in done.output


@pytest.mark.parametrize(
    ("server", "mark"),
    [("", ""), ("GITHUB_ACTIONS", "::warning::"), ("TF_BUILD", "##vso[task.logissue type=warning]")],
)
def test_what_is_not_compared_is_said_loudly(monkeypatch: pytest.MonkeyPatch, server: str, mark: str) -> None:
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    if server:
        monkeypatch.setenv(server, "true")
    outcome = mock.Mock(spec=Outcome, platform="Linux x86_64", outs=dict.fromkeys(OUTPUTS))
    heard: list[str] = []
    warn_of_what_is_not_compared(outcome, None, heard.append)
    warn_of_what_is_not_compared(outcome, mock.Mock(spec=Certificate, unrecorded={METRICS}), heard.append)
    warn_of_what_is_not_compared(outcome, mock.Mock(spec=Certificate, unrecorded=set()), heard.append)
    said = f"{mark}NOT compared: nothing is recorded for Linux x86_64 of"
    assert heard == [f"{said} 5 outputs", f"{said} one output"]


def test_the_command_says_what_is_not_compared(real: Path) -> None:
    platform = elsewhere(real)
    replace(real, LOCK, hash_of(real, "table", 1), "0d" * 16)
    commit(real)
    done = command("--twin", "--accept-unrecorded", "--out", "found")
    assert f"NOT compared: nothing is recorded for {platform} of one output" in done.stderr


def test_where_nothing_comes_out_as_recorded_anywhere_the_platform_is_no_excuse(real: Path) -> None:
    elsewhere(real)
    stages, platforms = text(real, LOCK).split("platforms:")
    forged = re.sub("md5: [0-9a-f]{32}", "md5: " + "0d" * 16, platforms)
    write(real, LOCK, f"{stages}platforms:{forged}")
    commit(real)
    done = command("--twin", "--accept-unrecorded", "--out", "found")
    assert done.exit_code == 1
    assert "5 different" in done.output


def test_a_folder_that_no_run_made_is_not_replaced(real: Path, tmp_path: Path) -> None:
    write(tmp_path, "found/synthetic/mine.csv", "mine")
    done = command("--twin", "--out", str(tmp_path / "found"))
    assert isinstance(done.exception, SharedAnalysisError)
    assert done.exception.where == str(tmp_path / "found" / "synthetic")
    assert text(tmp_path, "found/synthetic/mine.csv") == "mine"


def test_recording_drops_what_another_platform_recorded_of_other_results(real: Path) -> None:
    content = lock(real)
    content["platforms"]["Windows AMD64"] = content["platforms"][here(real)]
    write(real, LOCK, yaml.safe_dump(content, sort_keys=False))
    replace(real, "code/page.py", "<p>The mean", "<p>The average")
    commit(real)
    with twin(real) as run:
        run.record(real)
    there = lock(real)["platforms"]["Windows AMD64"]["stages"]
    assert [out["path"] for stage in there.values() for out in stage["outs"]] == [
        *OUTPUTS[:3],
        "reports/page.ipynb",
    ]


def test_recording_writes_one_file_and_the_same_each_time(real: Path) -> None:
    before, files = text(real, LOCK), {path: path.stat().st_mtime_ns for path in real.rglob("*") if path.is_file()}
    (real / LOCK).unlink()
    done = command("--twin", "--record")
    assert done.exit_code == 0, done.output
    assert "recorded 5 outputs" in done.output
    assert text(real, LOCK) == before
    files.pop(real / LOCK)
    after = {path: path.stat().st_mtime_ns for path in real.rglob("*") if path.is_file() and path != real / LOCK}
    assert {path: at for path, at in after.items() if ".git" not in path.parts} == {
        path: at for path, at in files.items() if ".git" not in path.parts
    }
    assert str(real.parent) not in before


def test_a_failing_stage_is_not_recorded(real: Path) -> None:
    before = text(real, LOCK)
    write(real, "code/page.py", "raise SystemExit(3)")
    commit(real)
    with twin(real) as run, pytest.raises(CheckFailed, match="its stage ended with 3"):
        run.record(real)
    assert text(real, LOCK) == before


def test_only_a_commit_is_recorded(real: Path) -> None:
    write(real, "params.yaml", text(real, "params.yaml") + "# being edited\n")
    assert "params.yaml" in str(command("--twin", "--record").exception)
    git("checkout", "-q", "params.yaml", cwd=real)
    assert "checked out" in str(command("HEAD~1", "--twin", "--record").exception)
    assert "works only with --twin" in str(command("--record").exception)


def test_where_nothing_is_recorded_it_can_be_run_all_the_same(real: Path) -> None:
    (real / LOCK).unlink()
    commit(real)
    assert "records nothing of its twin" in str(command("--twin").exception)
    done = command("--twin", "--accept-unrecorded", "--out", "found")
    assert done.exit_code == 0, done.output
    assert "Nothing is recorded yet" in done.output
    assert (real / "found/synthetic/reports/index.html").is_file()
    assert not (real / "found/synthetic/data").exists()
    assert not (real / "found/certificate.html").exists()
    write(real, "code/page.py", "raise SystemExit(3)")
    git("commit", "-q", "-a", "-m", "Break it", cwd=real)
    done = command("--twin", "--accept-unrecorded", "--out", "found")
    assert done.exit_code == 1
    assert "missing: reports/page.ipynb: its stage ended with 3" in done.output
    assert not (real / "found/synthetic/reports/index.html").exists()


def test_a_project_that_reads_the_twin_itself_is_held_to_dvc_lock(real: Path) -> None:
    (real / LOCK).unlink()
    replace(real, "params.yaml", "mode: raw", "mode: twin")
    dvc("remote", "remove", "store", cwd=real)
    repro(real)
    found = certificate(real)
    assert found.verdict is Verdict.identical
    assert found.lock == "dvc.lock"
    assert "nothing is said" not in found.summary()
    forge(real, METRICS, '{"rows": 41, "mean": 1.0}')
    commit(real)
    found = certificate(real)
    (reasons,) = [one.reasons for one in found.outputs if one.file == METRICS]
    assert reasons[0] == "mean: differs by 0.07 of its value"
    assert "does not say on which platform" in reasons[-1]
    replace(real, "code/table.py", "import csv", "# how\nimport csv")
    commit(real)
    assert not certificate(real).only_unrecorded


def test_a_stage_that_reads_real_data_all_the_same_is_refused(small: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="reads real data whatever"), twin(small):
        pass
    write(small, "params.yaml", "make:\n  seed: 1\n")
    commit(small)
    with pytest.raises(SharedAnalysisError, match="has no twin"), twin(small):
        pass


@pytest.mark.parametrize("kind", ["outside", "up and away", "by hand", "remote"])
def test_what_may_be_real_data_is_never_called_synthetic(real: Path, tmp_path: Path, kind: str) -> None:
    write(tmp_path, "share/people.csv", "record_id,area,weight\n1,E01,0.5\n")
    places = {"outside": (tmp_path / "share/people.csv").as_posix(), "up and away": "../share/people.csv"}
    place = places.get(kind, "data/lookup/people.csv" if kind == "by hand" else "https://example.org/people.csv")
    if kind == "by hand":
        shutil.copytree(tmp_path / "share", real / "data" / "lookup")
        dvc("add", place, cwd=real)
    edit(real, "dvc.yaml", lambda pipeline: pipeline["stages"]["table"]["deps"].append(place))
    commit(real)
    with pytest.raises(SharedAnalysisError, match="there is no run on the twin") as refused, twin(real):
        pass
    assert refused.value.where == f"dvc.yaml: {place}"


def test_what_is_no_lock_of_the_twin_ends_in_words(real: Path) -> None:
    for content in ("[]\n", "stages: {}\nplatforms: 3\n", "platforms:\n  x: {python: 3, stages: {a: {outs: [{}]}}}\n"):
        write(real, LOCK, content)
        commit(real)
        with pytest.raises(SharedAnalysisError, match="not a lock of the twin"), twin(real):
            pass


def test_two_runs_are_compared_output_by_output(real: Path) -> None:
    pipeline = yaml.safe_load(text(real, "dvc.yaml"))
    pipeline["stages"]["page"]["outs"].remove("reports/index.html")
    pipeline["stages"]["more"] = {"cmd": "python code/more.py", "outs": ["more.txt"]}
    write(real, "dvc.yaml", yaml.safe_dump(pipeline, sort_keys=False))
    write(real, "code/more.py", 'open("more.txt", "w").write("1")')
    write(real, "code/table.py", text(real, "code/table.py").replace("area,total", "area,sum"))
    replace(real, "code/page.py", "import json", "raise SystemExit(3)\nimport json")
    assert "area,total" in TABLE
    commit(real)
    with rerun(real, "HEAD~1", CURRENT, twin=True) as old, rerun(real, "HEAD", CURRENT, twin=True) as new:
        assert new.failed == {"page": "its stage ended with 3"}
        found = {one.file: (one.verdict, one.reasons) for one in differences(old, new)}
    assert found == {
        "data/twin": (Verdict.identical, ()),
        "data/processed/totals.csv": (Verdict.different, ("column 2 is gone", "column 2 is new")),
        METRICS: (Verdict.identical, ()),
        "reports/page.ipynb": (Verdict.missing, ("its stage ended with 3",)),
        "more.txt": (Verdict.different, ("is new: no stage made it before",)),
        "reports/index.html": (Verdict.missing, ("no stage makes it any more",)),
    }
