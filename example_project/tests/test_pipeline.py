"""The pipeline knows everything that a result depends on, and says how carefully each output must be kept."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
DATA_CLASS = yaml.safe_load((ROOT / "project.yaml").read_text(encoding="utf-8"))["project"]["data_class"]
LABELS = {"synthetic", DATA_CLASS, "aggregate"}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_is_a_stage_that_depends_on_it(notebook: Path) -> None:
    stage = STAGES[notebook.stem.partition("_")[2]]
    assert stage["cmd"] == f"python -m shared_analysis notebook run {notebook.stem}"
    assert {f"notebooks/{notebook.name}", "notebooks"} & set(stage["deps"])


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_depends_on_the_environment(name: str) -> None:
    assert {"requirements.txt", "vendor"} <= set(STAGES[name]["deps"])


@pytest.mark.parametrize("name", STAGES)
def test_every_output_says_how_carefully_it_must_be_kept(name: str) -> None:
    outputs = [*STAGES[name].get("outs", []), *STAGES[name].get("metrics", [])]
    assert outputs
    for output in outputs:
        assert isinstance(output, dict), f"{output} has no label"
        for path, settings in output.items():
            assert LABELS & set(settings["labels"]), f"{path} has no label"


def test_rows_are_labelled_with_the_class_of_the_projects_data() -> None:
    rows = {"data/interim", "data/quarantine", "data/processed/link"}
    for stage in STAGES.values():
        for output in stage["outs"]:
            for path, settings in output.items():
                if path in rows:
                    assert settings["labels"] == [DATA_CLASS], path


def test_only_the_twin_writes_inputs_and_no_stage_writes_raw_data() -> None:
    outputs = {name: [path for out in stage["outs"] for path in out] for name, stage in STAGES.items()}
    assert outputs.pop("twin") == ["data/twin"]
    for paths in outputs.values():
        assert not [path for path in paths if path.startswith(("data/twin", "data/raw"))]
