"""The three ways to run a notebook, and what DVC makes of the pipeline."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from tests.baked import copied, dvc, git, run, surroundings
from tests.shared_run import made_once

pytestmark = pytest.mark.slow


def different(project: Path) -> list[str]:
    """Names of the files that a run by hand wrote otherwise than the pipeline did."""
    scratch = project / "scratch"
    names = [path.relative_to(scratch) for path in scratch.rglob("*") if path.is_file()]
    assert len(names) > 4
    return [name.as_posix() for name in names if (project / name).read_bytes() != (scratch / name).read_bytes()]


def test_the_second_run_runs_nothing_and_leaves_git_clean(project: Path) -> None:
    again = dvc("repro", cwd=project)
    assert "Running stage" not in again.stdout
    assert "up to date" in again.stdout
    assert git("status", "--porcelain", cwd=project) == ""
    assert (project / "reports" / "index.html").exists()


@pytest.mark.parametrize("notebook", ["10_validate", "20_link", "30_forecast"])
def test_by_hand_in_the_notebooks_folder_gives_what_the_pipeline_gave(
    project: Path, notebook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", surroundings()["PATH"])
    folder = project / "notebooks"
    read = nbformat.read(folder / f"{notebook}.ipynb", as_version=4)
    NotebookClient(read).execute(cwd=str(folder))
    assert different(project) == []
    assert git("status", "--porcelain", cwd=project) == ""


def test_papermill_alone_gives_what_the_pipeline_gave(project: Path, tmp_path: Path) -> None:
    run("papermill", "notebooks/10_validate.ipynb", tmp_path / "out.ipynb", cwd=project)
    assert different(project) == []


def test_a_parameter_given_to_papermill_changes_the_result(project: Path, tmp_path: Path) -> None:
    stricter = ("-p", "match_threshold", "0.99")
    run("papermill", "notebooks/20_link.ipynb", tmp_path / "out.ipynb", *stricter, cwd=project)
    pairs = pd.read_parquet(project / "scratch/data/processed/link/pairs.parquet")
    before = pd.read_parquet(project / "data/processed/link/pairs.parquet")
    assert pairs["match_probability"].min() >= 0.99 > before["match_probability"].min()
    assert len(pairs) < len(before)


STRICTER = "link.match_threshold=0.99"


@pytest.fixture
def tried(finished: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished project after an experiment with a stricter threshold."""

    def make(folder: Path) -> None:
        dvc("exp", "run", "-S", STRICTER, cwd=copied(finished, folder / "tried"))

    experiment = made_once(tmp_path_factory, "experiment", make)
    return copied(experiment / "tried", tmp_path / "tried")


def links(project: Path) -> int:
    return int(json.loads((project / "reports/metrics/link.json").read_text(encoding="utf-8"))["links"])


def test_an_experiment_carries_a_parameter_through_the_whole_pipeline(finished: Path, tried: Path) -> None:
    lines = (finished / "params.yaml").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("  match_threshold: auto"))
    assert links(tried) < links(finished)
    difference = json.loads(dvc("metrics", "diff", "--json", cwd=tried).stdout)
    assert difference["reports/metrics/link.json"]["links"]["diff"] == links(tried) - links(finished)
    assert "match_threshold" in dvc("params", "diff", cwd=tried).stdout
    page = (tried / "reports" / "index.html").read_text(encoding="utf-8")
    assert "0.99" in page
    changed = git("diff", "--unified=0", "params.yaml", cwd=tried)
    added = [change for change in changed.splitlines() if change.startswith("+ ")]
    assert added == [f"+{line.replace('auto', '0.99', 1)}"]


def test_an_experiment_is_undone_and_tried_again_in_a_folder_of_its_own(finished: Path, tried: Path) -> None:
    """What was run once is taken from DVC's cache; ``test_retention.py`` has such a trial that runs its stages."""
    git("restore", ".", cwd=tried)
    dvc("checkout", cwd=tried)
    assert links(tried) == links(finished)
    assert "up to date" in dvc("status", cwd=tried).stdout
    readme = (tried / "README.md").read_text(encoding="utf-8")
    trial, comparison = f"exp run --temp --name stricter -S {STRICTER}", "metrics diff HEAD stricter"
    assert f"`dvc {trial}`, then `dvc {comparison}`" in readme
    dvc(*trial.split(), cwd=tried)
    assert git("status", "--porcelain", cwd=tried) == ""
    assert links(tried) == links(finished)
    difference = json.loads(dvc(*comparison.split(), "--json", cwd=tried).stdout)
    assert difference["reports/metrics/link.json"]["links"]["diff"] < 0
    assert "stricter" in dvc("exp", "show", "--csv", cwd=tried).stdout


def test_plots_show_every_chart_and_git_ignores_them(project: Path) -> None:
    shown = dvc("plots", "show", cwd=project)
    assert "failed to load" not in shown.stdout + shown.stderr
    assert git("status", "--porcelain", cwd=project) == ""


def test_a_stage_refuses_analysis_code_that_is_not_the_wheels(project: Path) -> None:
    (wheel,) = (project / "vendor").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (record,) = (name for name in files if name.endswith("RECORD"))
    files[record] = files[record].replace(
        b"shared_analysis/linkage/link.py,sha256=", b"shared_analysis/linkage/link.py,sha256=0"
    )
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    repro = dvc("repro", "twin", cwd=project, check=False)
    assert repro.returncode != 0
    assert "not the one that this project holds" in repro.stderr
    assert "Traceback" not in repro.stderr
