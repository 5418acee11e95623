"""Real data through a project's own notebooks: contracts are inferred, and only parameters are set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class ProjectRun:
    """A project that has run on real tables."""

    root: Path

    def metrics(self, stage: str) -> dict[str, Any]:
        """Return the metrics that a stage wrote."""
        return dict(json.loads((self.root / "reports" / "metrics" / f"{stage}.json").read_text(encoding="utf-8")))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its place under ``data/``."""
        return pd.read_parquet(self.root / "data" / f"{name}.parquet")


def run_project(
    folder: Path, methods: str, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Mapping[str, Any]]
) -> ProjectRun:
    """Make a project, give it real tables with inferred contracts, set parameters, run its pipeline up to the report.

    Parameters
    ----------
    folder
        Where to make the project.
    methods
        The answer to the template's question of that name.
    tables
        Tables by name; written as CSV to ``data/raw/``.
    settings
        Values by section of ``params.yaml`` that differ from the defaults.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _call("cookiecutter", ROOT, "--no-input", "-o", folder, f"methods={methods}", "project_slug=acceptance", cwd=ROOT)
    project = folder / "acceptance"
    _call_git("init", "-q", cwd=project)
    for contract in (project / "contracts").glob("*.yaml"):
        contract.unlink()
    for name, table in tables.items():
        path = project / "data" / "raw" / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        _call("shared_analysis", "contract", "infer", path, "--out", f"contracts/{name}.yaml", cwd=project)
    _set_parameters(project, {"data": {"mode": "raw"}, **settings})
    last = "forecast" if methods == "forecasting" else "link"
    _call("dvc", "repro", last, cwd=project)
    return ProjectRun(project)


def as_repository(project: Path, folder: Path) -> Path:
    """Copy what git keeps of a project into a repository of its own with one commit, as a reviewer has it."""
    made = (
        "cache",
        "tmp",
        "reports",
        "scratch",
        "twin",
        "interim",
        "processed",
        "quarantine",
        ".venv",
        ".git",
        "wheels",
    )
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*made))
    _call_git("init", "-q", "-b", "main", cwd=folder)
    _call_git("add", "-A", cwd=folder)
    person = ("-c", "user.name=Analyst", "-c", "user.email=analyst@example.org")
    _call_git(*person, "commit", "-q", "-m", "The project, as it was run", cwd=folder)
    return folder


def _set_parameters(project: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
    path = project / "params.yaml"
    params = yaml.safe_load(path.read_text(encoding="utf-8"))
    for section, values in settings.items():
        params[section].update(values)
    path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8", newline="\n")


def _call(module: str, *arguments: object, cwd: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "USERPROFILE": home}
        environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        environment.pop("DVC_STAGE", None)
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def _call_git(*arguments: str, cwd: Path) -> None:
    subprocess.run(["git", *arguments], cwd=cwd, check=True)


def pairwise(
    register: pd.DataFrame, true_pairs: set[tuple[str, str]], between: tuple[str, str] | None
) -> dict[str, float]:
    """Measure links against known pairs: precision, recall and F1 over pairs of records.

    Parameters
    ----------
    register
        ``table, record_id, entity_id``, one row a record.
    true_pairs
        Record ids of each true pair, in ascending order.
    between
        Count only pairs across these two tables; ``None`` counts pairs within one.
    """
    if between:
        left, right = (register[register["table"] == table] for table in between)
        joined = left.merge(right, on="entity_id", suffixes=("_l", "_r"))
    else:
        joined = register.merge(register, on="entity_id", suffixes=("_l", "_r"))
        joined = joined[joined["record_id_l"] < joined["record_id_r"]]
    found = {tuple(sorted(pair)) for pair in joined[["record_id_l", "record_id_r"]].itertuples(index=False, name=None)}
    right_ones = len(found & true_pairs)
    precision = right_ones / len(found) if found else 0.0
    recall = right_ones / len(true_pairs)
    f1 = 2 * right_ones / (len(found) + len(true_pairs))
    return {"precision": precision, "recall": recall, "f1": f1}
