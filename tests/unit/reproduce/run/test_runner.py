"""How a stage runs, and what a run is asked to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Outcome, RunOptions
from shared_analysis.reproduce.run.environment import existing
from shared_analysis.reproduce.run.runner import run_stage
from shared_analysis.reproduce.run.surroundings import Surroundings


def stage(folder: Path, *commands: str) -> Stage:
    return Stage("a stage", commands, folder, (), (), {})


def test_commands_run_in_turn_until_one_fails(tmp_path: Path) -> None:
    commands = ("python -c \"print('first')\"", "exit 3", "python -c \"print('never')\"")
    log = tmp_path / "log"
    assert run_stage(stage(tmp_path, *commands), existing("current"), tmp_path, Surroundings(tmp_path), log) == 3
    assert log.read_text(encoding="utf-8").split() == ["first"]


def test_a_stage_sees_its_name_and_no_folder_for_what_is_temporary_but_its_own(tmp_path: Path) -> None:
    names = "('DVC_STAGE', 'DVC_ROOT', 'TMPDIR')"
    command = f'python -c "import os; print([os.environ[name] for name in {names}])"'
    log = tmp_path / "log"
    assert run_stage(stage(tmp_path, command), existing("current"), tmp_path / "root", Surroundings(tmp_path), log) == 0
    assert log.read_text(encoding="utf-8").strip() == str(["a stage", str(tmp_path / "root"), str(tmp_path / "tmp")])


@pytest.mark.parametrize("options", [{"python": "3.12"}, {"wheels": Path("wheels")}])
def test_an_environment_that_is_named_is_not_also_built(options: dict[str, object]) -> None:
    with pytest.raises(SharedAnalysisError, match="No environment is built where one is named"):
        RunOptions("current", **options)  # type: ignore[arg-type]
    RunOptions(**options)  # type: ignore[arg-type]


def test_what_was_not_run_has_no_platform(tmp_path: Path) -> None:
    python = existing("current")
    assert python.version == sys.version.split()[0].rstrip("+")
    assert python.variables()["PATH"].split(os.pathsep)[0] == str(python.python.parent)
    ran, stopped = (Outcome("0" * 40, None, environment, (), {}) for environment in (python, None))  # type: ignore[arg-type]
    assert (ran.python, ran.platform) == (python.version, python.platform)
    assert (stopped.python, stopped.platform) == ("", "")
