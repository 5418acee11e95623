"""A new stage in ``dvc.yaml``: the stage itself, who reads it, what the report shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared_analysis.stages.skeletons import NewStage
from shared_analysis.stages.yaml_addition import YamlAddition

_FOLDERS = ("data/processed/", "reports/metrics/", "reports/")


def add_to_pipeline(
    pipeline: YamlAddition,
    stage: NewStage,
    order: Sequence[str],
    readers: Sequence[str],
    upstream: Sequence[str],
    products: Sequence[str],
    reports: Sequence[str],
) -> None:
    """Add the stage before the one that follows it in ``order``, and name it where others must know of it.

    Parameters
    ----------
    pipeline
        ``dvc.yaml``.
    stage
        The new stage.
    order
        All stages, the new one among them.
    readers
        Stages whose notebooks read its results already; from now on they depend on them.
    upstream
        Stages that work for it, or show what it found; from now on they serve its ``products``.
    reports
        Stages that show every stage that has a notebook; from now on they wait for it.
    """
    following = order[order.index(stage.name) + 1 :]
    pipeline.add_key(("stages",), stage.pipeline_block(), before=next(iter(following), None))
    for supplier in upstream:
        for product in products:
            pipeline.add_name(("stages", supplier, "meta", "product"), product)
    for reader in readers:
        _add_dependencies(pipeline, reader, [f"data/processed/{stage.name}"])
    results = (
        f"reports/{stage.name}",
        f"reports/metrics/{stage.name}.json",
        f"reports/notebooks/{stage.notebook}.html",
    )
    for report in reports:
        _add_dependencies(pipeline, report, [f"notebooks/{stage.notebook}.ipynb"])
        _add_dependencies(pipeline, report, results)
    charts = f"reports/{stage.name}/charts"
    if "plots" not in pipeline.data:
        pipeline.add_key((), f"plots:\n  - {charts}")
    elif isinstance(pipeline.get("plots"), list):
        pipeline.add_items(("plots",), [charts])


def _add_dependencies(pipeline: YamlAddition, stage: str, added: Sequence[str]) -> None:
    """Add dependencies after those of the same folder; a notebook among the others by its number."""
    deps = pipeline.get("stages", stage, "deps")
    if not isinstance(deps, list):
        return
    missing = [dep for dep in added if not any(dep == known or dep.startswith(f"{known}/") for known in deps)]
    folder = added[0].partition("/")[0] + "/"
    near = [dep for dep in deps if isinstance(dep, str) and dep.startswith(folder)]
    if folder == "notebooks/":
        near = [dep for dep in near if dep < added[0]]
    if missing:
        pipeline.add_items(("stages", stage, "deps"), missing, near[-1] if near else None)


def output_names(pipeline: YamlAddition) -> list[str]:
    """List the names under ``data/processed/`` and ``reports/`` that stages write to."""
    stages = pipeline.get("stages")
    bodies = [_body(stage) for stage in stages.values()] if isinstance(stages, dict) else []
    paths = [path for body in bodies for key in ("outs", "metrics", "plots") for path in _paths(body.get(key))]
    return [
        path.removeprefix(folder).partition("/")[0].removesuffix(".json")
        for path in paths
        for folder in _FOLDERS
        if path.startswith(folder)
    ]


def _body(stage: Any) -> dict[str, Any]:
    """Return what a stage says; that of a `foreach` stands under `do`."""
    inner = stage.get("do", stage) if isinstance(stage, dict) else None
    return inner if isinstance(inner, dict) else {}


def _paths(outs: Any) -> list[str]:
    return [str(path) for out in outs or () for path in (out if isinstance(out, dict) else [out])]
