"""What a notebook reads is told from its code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages import rehearse, undeclared
from shared_analysis.stages.reads import readers

CODE = """\
records = project.read(f"interim/{table}")
register = project.read("processed/link/register") if "link" in project.stages else None
truth = project.truth()
contracts = load_contracts(project.root / "contracts")
words = "processed meat is not data/processed"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project.yaml").write_text("project: {}\n")
    (tmp_path / "params.yaml").write_text("data: {mode: twin}\n")
    (tmp_path / "notebooks").mkdir()
    cells = [{"cell_type": "markdown", "source": "`processed/other/x`"}, {"cell_type": "code", "source": CODE}]
    (tmp_path / "notebooks" / "40_look.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def declare(root: Path, *deps: str) -> None:
    stages = {"look": {"cmd": "x", "deps": list(deps)}, "by_hand": {"cmd": "y"}}
    (root / "dvc.yaml").write_text(json.dumps({"stages": stages}))


def test_what_a_stage_does_not_depend_on_is_named(root):
    declare(root, "data/interim")
    assert undeclared(root, "look") == ["contracts", "data/${data.mode}", "data/processed/link"]
    declare(root, "data/interim", "data/processed", "contracts", "data/${data.mode}")
    assert undeclared(root, "look") == []


def test_who_reads_a_place_is_found(root):
    declare(root)
    assert readers(root, "data/processed/link") == ["look"]
    assert readers(root, "data/processed/other") == []
    (root / "notebooks" / "40_look.ipynb").write_text("no notebook")
    assert readers(root, "data/processed/link") == []


def test_a_stage_without_a_notebook_is_refused(root):
    declare(root)
    with pytest.raises(SharedAnalysisError, match="'by_hand' has no notebook"):
        undeclared(root, "by_hand")


@pytest.mark.parametrize(("stage", "says"), [("lok", "There is no stage 'lok'"), ("by_hand", "has no notebook")])
def test_only_a_stage_with_a_notebook_can_be_rehearsed(stage, says, root, tmp_path):
    declare(root)
    with pytest.raises(SharedAnalysisError, match=says):
        rehearse(root, stage, tmp_path / "rehearsal")
    assert not (tmp_path / "rehearsal").exists()
