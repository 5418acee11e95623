"""The proof on a whole project that was forged; an honest one is verified in test_elsewhere.py."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from shared_analysis.folders import remove_folder
from shared_analysis.project import write_table
from shared_analysis.reproduce import RunOptions, Verdict, run_twin, verify
from tests.baked import dvc, git

pytestmark = pytest.mark.slow


def cached(project: Path, digest: str) -> Path:
    return project / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]


def keep(project: Path, content: bytes, end: str = "") -> str:
    """Put content into DVC's cache, as DVC would; return its hash."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest() + end
    cached(project, digest).parent.mkdir(parents=True, exist_ok=True)
    cached(project, digest).write_bytes(content)
    return digest


def nudge(project: Path, folder: str, name: str, column: str, factor: float) -> None:
    """Claim another value of one cell, in the cache and wherever the lock has the hash of the table's folder."""
    lock = project / "dvc.lock"
    text = lock.read_text(encoding="utf-8")
    outs = [out for stage in yaml.safe_load(text)["stages"].values() for out in stage["outs"]]
    (before,) = (out["md5"] for out in outs if out["path"] == folder)
    table = pd.read_parquet(project / folder / name)
    row = table[column].abs().idxmax()
    table.loc[row, column] *= factor
    forged = project / "scratch" / name
    write_table(forged, table, synthetic=True)
    digest = keep(project, forged.read_bytes())
    listing = json.loads(cached(project, before).read_text(encoding="utf-8"))
    new = [entry | ({"md5": digest} if entry["relpath"] == name else {}) for entry in listing]
    after = keep(project, json.dumps(new, sort_keys=True).encode(), ".dir")
    lock.write_text(text.replace(before, after), encoding="utf-8", newline="\n")


def test_one_forged_cell_and_one_edited_page_of_method_are_named(forecasting: Path) -> None:
    nudge(forecasting, "data/processed/forecast", "forecast.parquet", "mean", 1 + 1e-6)
    notebook = forecasting / "notebooks" / "10_validate.ipynb"
    text = notebook.read_text(encoding="utf-8")
    edited = text.replace("# Is the data what was agreed?", "# Is the data good?", 1)
    assert edited != text
    notebook.write_text(edited, encoding="utf-8", newline="\n")
    git("commit", "-q", "-a", "-m", "Improve the results", cwd=forecasting)
    certificate = verify(forecasting, options=RunOptions("current"))
    assert certificate.verdict is Verdict.different
    assert [one.file for one in certificate.inputs] == ["notebooks/10_validate.ipynb"]
    found = {one.file: one.reasons for one in certificate.outputs if one.verdict is not Verdict.identical}
    assert found.pop("data/processed/forecast") == (
        "forecast.parquet: column mean: 1 cell differs, by up to 1e-06 of its value",
    )
    executed = found.pop("reports/notebooks/10_validate.ipynb")
    assert executed == ("cell 2, its source: differs",)  # the first says that the data is synthetic
    assert set(found) <= {"reports/notebooks/10_validate.html", "reports/index.html"}


def test_a_project_on_real_data_is_run_on_its_twin_by_somebody_who_has_no_data(
    forecasting: Path, tmp_path: Path
) -> None:
    """It gives the bytes that the twin gave when the project still read it, and asks no remote."""
    stages = yaml.safe_load((forecasting / "dvc.lock").read_text(encoding="utf-8"))["stages"]
    params = forecasting / "params.yaml"
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("mode: twin", "mode: raw"), encoding="utf-8", newline="\n")
    dvc("remote", "add", "--default", "store", "ssh://nowhere.invalid/data", cwd=forecasting)
    remove_folder(forecasting / ".dvc" / "cache")
    git("commit", "-q", "-a", "-m", "Use the real data", cwd=forecasting)
    with run_twin(forecasting, options=RunOptions("current"), unrecorded=True) as run:
        assert run.certificate is None
        assert run.outcome.hashes == {out["path"]: out["md5"] for stage in stages.values() for out in stage["outs"]}
        run.save(tmp_path / "found")
        run.record(forecasting)
    assert "SYNTHETIC" in (tmp_path / "found/synthetic/reports/index.html").read_text(encoding="utf-8")
    assert (forecasting / "tests/twin.lock").read_bytes() == (tmp_path / "found/twin.lock").read_bytes()
