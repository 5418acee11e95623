"""Projects of other answers than the example's, run once for all tests; each test gets a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.baked import bake, copied, dvc, git, replace, run_and_commit
from tests.shared_run import made_once

# Together with the example these hold every option that changes what runs.
ONLY_LINKAGE = {"methods": "linkage", "data_class": "personal", "dvc_remote": "folder", "licence": "internal"}
ONLY_FORECASTING = {"methods": "forecasting", "data_class": "open", "dvc_remote": "s3", "licence": "mit"}
MARK = "MARKED"
ROWS = 500


@pytest.fixture(scope="session")
def _real(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        project = bake(folder, {**ONLY_LINKAGE, "project_slug": "real"})
        for table in ("housing", "outreach"):
            rows = (finished / "data" / "twin" / f"{table}.csv").read_text(encoding="utf-8").splitlines()[: ROWS + 1]
            if table == "housing":
                rows[1:] = [f"{MARK}-{number}-{row}" for number, row in enumerate(rows[1:])]
            raw = project / "data" / "raw" / f"{table}.csv"
            raw.write_text("\n".join([*rows, ""]), encoding="utf-8", newline="\n")
        dvc("add", "data/raw/housing.csv", "data/raw/outreach.csv", cwd=project)
        replace(project / "params.yaml", "mode: twin", "mode: raw")
        git("commit", "-q", "-a", "-m", "Use the real data", cwd=project)
        run_and_commit(project)
        dvc("push", cwd=project)

    return made_once(tmp_path_factory, "real", make)


@pytest.fixture
def real(_real: Path, tmp_path: Path) -> Path:
    """A linkage project on real tables, run, committed and pushed; the ids of the housing table are marked.

    Beside it is the folder that is its remote, ``real-data``.
    """
    return copied(_real, tmp_path / "of linkage") / "real"


@pytest.fixture(scope="session")
def _forecasting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    answers = {**ONLY_FORECASTING, "project_slug": "demand"}
    return made_once(tmp_path_factory, "forecasting", lambda folder: run_and_commit(bake(folder, answers, small=True)))


@pytest.fixture
def forecasting(_forecasting: Path, tmp_path: Path) -> Path:
    """A forecasting project with a small twin, run and committed."""
    return copied(_forecasting / "demand", tmp_path / "demand")
