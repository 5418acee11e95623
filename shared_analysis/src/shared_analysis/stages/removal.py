"""Take a stage out of a project: notebook, settings, pipeline, record and test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared_analysis.project import StageKind, kind_of, section_name
from shared_analysis.stages.yaml_addition import YamlAddition
from shared_analysis.writing import delete, write_file


def remove_stage(root: Path, name: str) -> list[str]:
    """Take a stage out, in a working copy of a project; the products that it was for stay, for those who want them.

    Returns
    -------
    list of str
        Other stages, but for reports, that read its results.

    Raises
    ------
    SharedAnalysisError
        If a file is written in a way that cannot be changed safely.
    """
    notebooks = [path for path in (root / "notebooks").glob("*.ipynb") if section_name(path.stem) == name]
    for path in (*notebooks, root / "tests" / f"test_{name}.py"):
        delete(path, within=root)
    pipeline = YamlAddition(root / "dvc.yaml")
    removed = {f"notebooks/{path.name}" for path in notebooks} | _outputs(pipeline.get("stages", name) or {})
    with edited(root / "dvc.yaml") as file:
        file.remove(("stages", name))
    readers = []
    for stage, body in (pipeline.get("stages") or {}).items():
        if stage != name and isinstance(body, dict):
            if removed & set(map(str, body.get("deps") or ())) and kind_of(stage, body, None) != StageKind.REPORT:
                readers.append(stage)
            _remove_items(root / "dvc.yaml", ("stages", stage, "deps"), body.get("deps"), removed)
    charts = {f"reports/{name}/charts"}
    _remove_items(root / "dvc.yaml", ("plots",), pipeline.get("plots"), charts)
    if name in YamlAddition(root / "params.yaml").data:
        with edited(root / "params.yaml") as file:
            file.remove((name,))
    for number, product in enumerate(YamlAddition(root / "project.yaml").get("products") or ()):
        stages = product.get("stages") if isinstance(product, dict) else None
        if isinstance(stages, list) and name in stages:
            with edited(root / "project.yaml") as file:
                file.set(("products", number, "stages"), [stage for stage in stages if stage != name])
    return readers


@contextmanager
def edited(path: Path) -> Iterator[YamlAddition]:
    """Change a YAML file of a working copy, and write it when that is done."""
    file = YamlAddition(path)
    yield file
    write_file(path, file.finish().encode(), within=path.parent)


def _outputs(stage: dict[str, Any]) -> set[str]:
    outs = [out for key in ("outs", "metrics", "plots") for out in stage.get(key) or ()]
    return {str(path) for out in outs for path in (out if isinstance(out, dict) else [out])}


def _remove_items(path: Path, place: tuple[str, ...], items: Any, removed: set[str]) -> None:
    numbers = [number for number, item in enumerate(items or ()) if item in removed] if isinstance(items, list) else []
    if numbers:
        with edited(path) as file:
            for number in reversed(numbers):
                file.remove((*place, number))
