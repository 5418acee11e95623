"""`python -m shared_analysis dvc`: the stages run with the Python that was named, whatever is first on the PATH."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import refuse_other_code
from tests.baked import git

PIPELINE = """\
stages:
  who:
    cmd: python -c "import sys; open('who.txt', 'w').write(sys.prefix)"
    outs: [who.txt]
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """A small DVC project, in a terminal where another `python` is first on the PATH."""
    project = tmp_path / "project"
    project.mkdir()
    git("init", "-q", cwd=project)
    subprocess.run([sys.executable, "-m", "dvc", "init", "-q"], cwd=project, check=True)
    (project / "dvc.yaml").write_text(PIPELINE, encoding="utf-8")
    return project


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """Environment variables with a `python` first that is another one and fails."""
    other = tmp_path / "other"
    other.mkdir()
    if os.name == "nt":
        (other / "python.bat").write_text("@exit /b 3\n", encoding="utf-8")
    else:
        (other / "python").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
        (other / "python").chmod(0o755)
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**variables, "PATH": os.pathsep.join([str(other), os.environ["PATH"]])}


def test_stages_run_with_the_python_that_was_named(pipeline: Path, elsewhere: dict[str, str]) -> None:
    plain = subprocess.run([sys.executable, "-m", "dvc", "repro"], cwd=pipeline, env=elsewhere, capture_output=True)
    assert plain.returncode != 0  # which is why there is this command
    command = [sys.executable, "-m", "shared_analysis", "dvc", "repro", "--force", "who"]
    done = subprocess.run(command, cwd=pipeline, env=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (pipeline / "who.txt").read_text(encoding="utf-8") == sys.prefix


def test_what_follows_goes_to_dvc_and_its_answer_comes_back(pipeline: Path, elsewhere: dict[str, str]) -> None:
    begin = [sys.executable, "-m", "shared_analysis", "dvc"]
    version = subprocess.run([*begin, "--version"], cwd=pipeline, env=elsewhere, capture_output=True, text=True)
    assert version.stdout[:1].isdigit()
    helped = subprocess.run([*begin, "repro", "--help"], cwd=pipeline, env=elsewhere, capture_output=True, text=True)
    assert "usage: dvc repro" in helped.stdout
    assert subprocess.run(
        [*begin, "repro", "no-such-stage"], cwd=pipeline, env=elsewhere, capture_output=True
    ).returncode


def test_a_stage_that_another_python_runs_names_the_projects_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To install into that other Python, as was said before, would have made it worse."""
    own = tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    own.parent.mkdir(parents=True)
    own.touch()
    (tmp_path / "requirements.txt").write_text("pandas==9.9.9\n", encoding="utf-8")
    monkeypatch.setenv("DVC_STAGE", "link")
    with pytest.raises(SharedAnalysisError) as refused:
        refuse_other_code(tmp_path)
    named = os.fspath(own.relative_to(tmp_path))
    assert f"{named} -m shared_analysis dvc repro" in str(refused.value.next_step)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    with pytest.raises(SharedAnalysisError) as refused:
        refuse_other_code(tmp_path)
    assert "-r requirements.txt" in str(refused.value.next_step)
