"""The tools that keep the code tidy, typed, layered and declared, with the settings of pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["importlinter.cli"],
        ["deptry", "tools", "hooks", "--no-ansi"],
        ["deptry", "src", "--no-ansi"],
    ],
    ids=" ".join,
)
def test_the_code_is_tidy_typed_layered_and_declared(command: list[str], repository: Path) -> None:
    if command[0] == "importlinter.cli":
        command = ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    else:
        command = ["-m", *command]
    folder = repository / "shared_analysis" if "src" in command else repository
    environment = {**os.environ, "PYTHONUTF8": "1"}  # they draw, which the code page of a pipe on Windows cannot
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ["project", "errors", "spec", "record", "charts", "notebooks"])
def test_rooms_that_every_stage_imports_are_light(room: str) -> None:
    heavy = "{'pandas', 'pyarrow', 'matplotlib', 'papermill', 'nbconvert', 'splink', 'statsforecast', 'duckdb'}"
    code = f"import sys, shared_analysis.{room}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_running_a_notebook_does_not_compile_the_grammar_of_web_addresses() -> None:
    """The package ``lark``, which compiles it, is there; a run does without."""
    code = """
import importlib.util, sys
from shared_analysis.notebooks import run

assert importlib.util.find_spec("rfc3987_syntax") and importlib.util.find_spec("lark")
run._spare_imports()
import papermill
assert "jsonschema" in sys.modules
print("lark" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"
