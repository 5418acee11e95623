"""Try a stage on a small synthetic twin, in a folder of its own: what a project's tests do with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Project, open_project
from shared_analysis.stages.reads import notebook_of
from shared_analysis.writing import copy_file, make_folder, write_file
from shared_analysis.yaml_file import dump_yaml

_MADE = "data/processed/"
_SETTINGS = ("project.yaml", "params.yaml", "dvc.yaml")


def rehearse(root: Path, stage: str, folder: Path, *, people: int = 300, **parameters: Any) -> Project:
    """Run a stage's notebook on a small synthetic twin, after those whose results it reads.

    Nothing of the project is read but its settings, contracts and notebooks, and nothing of it is changed; no real data
    is touched, whatever ``data.mode`` says.

    Parameters
    ----------
    root
        The project.
    stage
        The stage, which has a notebook.
    folder
        Where to do it: an empty folder, such as pytest's ``tmp_path``.
    people
        How many people live in the twin.
    **parameters
        Values to run the stage's notebook with, in place of those in ``params.yaml``.

    Returns
    -------
    Project
        What came out, to be read as in the project itself: ``read("processed/link/register")``.

    Raises
    ------
    SharedAnalysisError
        If the stage, or one whose results it reads, has no notebook; or a notebook stops.
    """
    from shared_analysis.notebooks import run_notebook

    notebooks = {name: notebook_of(root, name).stem for name in _in_order(root, stage)}
    small = _small_project(root, folder, people)
    for name, notebook in notebooks.items():
        with _as_stage(name):
            run_notebook(small, notebook, parameters if name == stage else None)
    return small


def _small_project(root: Path, folder: Path, people: int) -> Project:
    from shared_analysis.contracts import load_contracts, validate
    from shared_analysis.twin import make_twin

    make_folder(folder)
    for name in _SETTINGS:
        copy_file(root / name, folder / name)
    for name in ("contracts", "notebooks"):
        for path in (root / name).rglob("*"):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
                copy_file(path, folder / path.relative_to(root))
    twin = {**open_project(root).section("twin"), "people": people}
    params = {**open_project(root).params, "data": {**open_project(root).section("data"), "mode": "twin"}, "twin": twin}
    text = dump_yaml(params)
    write_file(folder / "params.yaml", text.encode())
    small = open_project(folder)
    contracts = load_contracts(folder / "contracts")
    make_twin(contracts, **twin).save(folder / "data" / "twin")
    with _as_stage("validate"):
        small.save("validate", validate(small.read_inputs(), contracts, max_bad_share=1.0))
    return small


def _in_order(root: Path, stage: str) -> list[str]:
    """List the stages whose results a stage reads, and those whose results they read, first things first."""
    from shared_analysis.yaml_file import load_yaml

    bodies = load_yaml(root / "dvc.yaml").get("stages") or {}
    if stage not in bodies:
        raise SharedAnalysisError(f"There is no stage '{stage}'.", "dvc.yaml", f"the stages are: {', '.join(bodies)}")
    makers = {
        str(path): name
        for name, body in bodies.items()
        for out in body.get("outs") or ()
        for path in (out if isinstance(out, dict) else [out])
    }
    order: list[str] = []

    def visit(name: str) -> None:
        for dep in bodies[name].get("deps") or ():
            maker = makers.get(str(dep)) if str(dep).startswith(_MADE) else None
            if maker is not None and maker not in (name, *order):
                visit(maker)
        if name not in order:
            order.append(name)

    visit(stage)
    return order


@contextmanager
def _as_stage(name: str) -> Iterator[None]:
    """Let results go where the pipeline puts them, and not to scratch/."""
    before = os.environ.get("DVC_STAGE")
    os.environ["DVC_STAGE"] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ["DVC_STAGE"]
        else:
            os.environ["DVC_STAGE"] = before
