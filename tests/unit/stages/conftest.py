"""How the command is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def command(root: Path, *words: str) -> Result:
        monkeypatch.chdir(root)
        return CliRunner().invoke(app, ["add-stage", *words])

    return command
