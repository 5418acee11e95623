"""What goes wrong ends in a sentence, and loses nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis.notebooks import NotebookFailed, run_notebook
from shared_analysis.project import open_project
from tests.baked import dvc, git, run, surroundings

pytestmark = pytest.mark.slow

NOTEBOOK = (sys.executable, "-m", "shared_analysis", "notebook", "run")


def outputs(project: Path) -> dict[str, bytes]:
    """Everything the pipeline made, by name."""
    found = [path for name in ("data", "reports") for path in (project / name).rglob("*") if path.is_file()]
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in found if "failed" not in path.parts}


def to_raw(project: Path) -> Path:
    """Let the project read a copy of the twin's tables as its real data; return their folder."""
    raw = project / "data" / "raw"
    for path in (project / "data" / "twin").glob("*.csv"):
        shutil.copy(path, raw / path.name)
    params = project / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("mode: twin", "mode: raw"), encoding="utf-8")
    return raw


def remove(raw: Path) -> None:
    (raw / "housing.csv").unlink()


def rename_column(raw: Path) -> None:
    table = (raw / "housing.csv").read_text(encoding="utf-8")
    (raw / "housing.csv").write_text(table.replace("family_name", "surname", 1), encoding="utf-8", newline="\n")


def cut_short(raw: Path) -> None:
    content = (raw / "contacts.csv").read_bytes()
    (raw / "contacts.csv").write_bytes(content[: content.rindex(b",", 0, len(content) // 2)])


def spoil(raw: Path) -> None:
    table = pd.read_csv(raw / "contacts.csv", dtype=str)
    table.loc[: len(table) // 2, "contact_date"] = "not a date"
    table.to_csv(raw / "contacts.csv", index=False, lineterminator="\n")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (remove, ("housing",)),
        (rename_column, ("housing", "family_name")),
        (cut_short, ("contacts.csv, row", "fields")),
        (spoil, ("contacts", "contact_date")),
    ],
)
def test_a_bad_input_ends_in_words_and_earlier_outputs_stand(
    project: Path, damage: Callable[[Path], None], says: tuple[str, ...]
) -> None:
    raw = to_raw(project)
    damage(raw)
    before = outputs(project)
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(open_project(project), "10_validate")
    for words in says:
        assert words in str(failed.value)
    assert "Traceback" not in str(failed.value)
    assert outputs(project) == before


def test_an_unknown_parameter_names_the_nearest(project: Path) -> None:
    before = outputs(project)
    failed = run(*NOTEBOOK, "20_link", "-p", "match_treshold", "0.9", cwd=project, check=False)
    assert failed.returncode == 2
    assert "match_treshold" in failed.stderr
    assert "match_threshold" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert outputs(project) == before


def test_a_notebook_that_raises_is_kept_as_far_as_it_came(project: Path) -> None:
    path = project / "notebooks" / "90_report.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][-1]["source"] = ["raise RuntimeError('the sea is not flat')"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    before = outputs(project)
    failed = run(*NOTEBOOK, "90_report", cwd=project, check=False)
    assert failed.returncode == 1
    assert "the sea is not flat" in failed.stderr.strip().splitlines()[-1]
    assert "Traceback" not in failed.stderr
    partial = json.loads((project / "reports" / "failed" / "90_report.ipynb").read_text(encoding="utf-8"))
    assert any(cell.get("outputs") for cell in partial["cells"])
    assert outputs(project) == before
    repro = dvc("repro", cwd=project, check=False)
    assert repro.returncode != 0
    assert "dvc checkout" in repro.stderr
    dvc("checkout", "--force", cwd=project)
    assert outputs(project) == before
    git("checkout", "notebooks", cwd=project)
    dvc("repro", cwd=project)
    assert git("status", "--porcelain", cwd=project) == ""
    assert outputs(project) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL; a killed process is the same to the writers")
@pytest.mark.parametrize("at", ["20_link  1/", "20_link  4/"])
def test_a_killed_run_resumes_to_the_same_bytes(project: Path, at: str) -> None:
    before = outputs(project)
    command = [sys.executable, "-m", "dvc", "repro", "--force", "validate", "link"]
    repro = subprocess.Popen(
        command,
        cwd=project,
        env=surroundings(),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert repro.stdout is not None
    assert any(at in line for line in repro.stdout), "the stage came to its end"
    os.killpg(repro.pid, signal.SIGKILL)
    repro.wait()
    assert not (project / "reports/metrics/link.json").exists()
    dvc("repro", cwd=project)
    assert outputs(project) == before
    assert git("status", "--porcelain", cwd=project) == ""
