"""Copy what `shared-analysis add-stage` makes a stage from out of the template: it is written once, there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools import ROOT, example

SKELETONS = ROOT / "shared_analysis" / "src" / "shared_analysis" / "stages" / "skeletons" / "template"
COPIED = {
    # Not under their own names: DVC reads every dvc.yaml that it finds below a project, in an environment too.
    "dvc.yaml": "pipeline.yaml",
    "params.yaml": "parameters.yaml",
    "contracts/contacts.yaml": "contracts/contacts.yaml",
    "contracts/housing.yaml": "contracts/housing.yaml",
    "contracts/outreach.yaml": "contracts/outreach.yaml",
    "notebooks/20_link.ipynb": "20_link.ipynb",
    "notebooks/30_forecast.ipynb": "30_forecast.ipynb",
}
DATA_CLASSES = ("open", "personal", "special-category")


def take(folder: Path) -> Path:
    """Put the skeletons, as the template has them now, into a folder of their own in ``folder``."""
    target = folder / SKELETONS.name
    for data_class in DATA_CLASSES:
        project = example.bake(folder / data_class, data_class=data_class)
        if data_class == "personal":
            for name, copy in COPIED.items():
                (target / copy).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(project / name, target / copy)
        record = (project / "project.yaml").read_text(encoding="utf-8")
        # From the actions to the datasets: the rest is the project's own.
        part = record[record.index("\nactions:") + 1 : record.index("\n# Who takes part.")]
        target.mkdir(exist_ok=True)
        (target / f"record-{data_class}.yaml").write_text(part, encoding="utf-8", newline="\n")
    return target


def refresh() -> None:
    """Copy them anew."""
    with tempfile.TemporaryDirectory() as scratch:
        taken = take(Path(scratch))
        shutil.rmtree(SKELETONS, ignore_errors=True)
        shutil.copytree(taken, SKELETONS)


if __name__ == "__main__":
    refresh()
