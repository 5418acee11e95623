"""What an update does to the results is seen before it is taken: both pipelines run on the twin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.cli.update import _updated
from shared_analysis.reproduce import Verdict
from shared_analysis.updates import Results, compare, prepared
from tests.baked import git
from tests.unit.reproduce.small_project import (
    PAGE,
    commit,
    write,
)
from tests.unit.updates.small_template import make


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("updates"))


@pytest.fixture
def project(begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return begun


def test_stopped_while_it_runs_it_goes_on_where_it_was(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    count = 0

    def stop(words: str, **options: Any) -> None:
        nonlocal count
        count += "2/3 table" in words
        if count == 2:  # in the second of the two runs
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shared_analysis.cli.update.typer.echo", stop)
        with pytest.raises(KeyboardInterrupt):
            _updated(project, None, False, True, None, "current")
    assert git("status", "--porcelain", cwd=project) == ""
    done = CliRunner().invoke(app, ["update", "--environment", "current"])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("was run already") >= 1
    assert "Results on the twin: 4 of 5 outputs change" in done.stdout


def test_a_stage_that_fails_with_the_newer_template_is_named(project: Path) -> None:
    with prepared(project) as update:
        assert update is not None
        (update.copy / "code" / "page.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
        git("add", "code/page.py", cwd=update.copy)
        results = compare(update, environment="current")
    assert results.failed_before == {}
    assert list(results.failed_after) == ["page"]


def test_the_projects_own_tolerance_holds_however_large(project: Path, tmp_path: Path) -> None:
    """It is the project's own comparison: a reviewer's consent is not asked for."""
    mine = tmp_path / "mine"
    git("clone", "-q", project, mine, cwd=tmp_path)
    write(mine, "pyproject.toml", "[tool.shared-analysis]\ntolerance = 0.5\n")
    commit(mine)
    with prepared(mine) as update:
        assert update is not None
        found = {one.file: one.verdict for one in compare(update, environment="current").findings}
    assert found["data/processed/totals.csv"] is Verdict.equivalent


def test_an_output_that_a_stage_does_not_make_any_more_breaks_it(project: Path) -> None:
    with prepared(project) as update:
        assert update is not None
        page = update.copy / "code" / "page.py"
        page.write_text(PAGE.replace("reports/index.html", "reports/other.html"), encoding="utf-8")
        git("add", "code/page.py", cwd=update.copy)
        results = compare(update, environment="current")
    assert results.failed_before == {}
    assert results.failed_after == {"reports/index.html": "its stage ran and did not make it"}
    assert results.breaks


def test_what_breaks_a_stage_is_not_taken(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    was = git("rev-parse", "HEAD", cwd=project)
    broken = Results((), {}, {"page": "its stage ended with 3"})
    monkeypatch.setattr("shared_analysis.updates.compare", lambda *_, **__: broken)
    done = CliRunner().invoke(app, ["update", "--accept"])
    assert done.exit_code == 1
    assert "The project with the newer template: page: its stage ended with 3" in done.stdout
    assert "To take it all the same:\n    shared-analysis update --to v0.2.0 --accept --no-run\n" in done.stdout
    assert git("rev-parse", "HEAD", cwd=project) == was


def test_files_and_results_that_change_are_named_and_nothing_is_changed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    done = CliRunner().invoke(app, ["update", "--environment", "current"])
    assert done.exit_code == 0, done.output
    words = done.stdout
    assert "The template: v0.1.0 -> v0.2.0" in words
    assert "Your files: 2\n  changed  code/table.py  +1 -1\n  added    notes.md  +1 -0\n" in words
    assert "Files that the template manages: 1\n  changed  .copier-answers.yml  +2 -1\n" in words
    assert "New questions, answered by default: steward\n" in words
    assert "Results on the twin: 4 of 5 outputs change, 1 come out the same" in words
    assert "  different: data/processed/totals.csv (table)\n" in words
    assert "this does not show what newer packages of the template change" in words
    assert "    shared-analysis update --to v0.2.0 --accept --no-run\n" in words
    assert "2/3 table" in done.stderr
    assert git("status", "--porcelain", cwd=project) == ""
    assert list(tmp_path.iterdir()) == [], "the clean places are deleted"


def test_a_stage_that_fails_already_stops_no_update(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    broken = Results((), {"page": "its stage ended with 3"}, {"page": "its stage ended with 3"})
    monkeypatch.setattr("shared_analysis.updates.compare", lambda *_, **__: broken)
    assert CliRunner().invoke(app, ["update"]).exit_code == 0


def test_the_command_takes_it_as_one_commit_that_one_command_undoes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    was = git("rev-parse", "HEAD", cwd=project)
    done = CliRunner().invoke(app, ["update", "--no-run", "--accept"])
    assert done.exit_code == 0, done.output
    assert "Results: not compared, as asked." in done.stdout
    assert git("log", "-1", "--format=%P %an %s", cwd=project) == (
        f"{was.strip()} Analyst Take version v0.2.0 of the template\n"
    )
    (undo,) = (line.strip() for line in done.stdout.splitlines() if line.strip().startswith("git revert"))
    git(*undo.split()[1:], cwd=project)
    assert git("diff", "--stat", was.strip(), cwd=project) == ""
    again = CliRunner().invoke(app, ["update", "--no-run", "--to", "v0.1.0"])
    assert again.exit_code == 0
    assert "nothing is to be done" in again.stdout
