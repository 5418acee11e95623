"""``shared-analysis review``: a CSV for a person to answer, which linkage then takes as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app
from shared_analysis.contracts import write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.project import open_project, write_table

from .conftest import World


@pytest.fixture
def root(world: World, linked: LinkageResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "project.yaml").write_text("project: {}\n")
    (tmp_path / "params.yaml").write_text("data: {mode: twin}\nlink: {tables: [housing, outreach]}\n")
    (tmp_path / "contracts").mkdir()
    for name, contract in world.contracts.items():
        (tmp_path / "contracts" / f"{name}.yaml").write_text(write_contract(contract), encoding="utf-8")
        write_table(tmp_path / "data" / "interim" / f"{name}.parquet", world.tables[name])
    write_table(tmp_path / "data" / "processed" / "link" / "review.parquet", linked.review)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["review", *words])


def test_pairs_go_out_with_their_rows_and_come_back_with_answers(root, world, linked):
    done = run("data/raw/labels/pairs.csv")
    assert done.exit_code == 0
    assert f"Wrote {len(linked.review):,} pairs to data/raw/labels/pairs.csv, 0 of them" in done.output
    labels = open_project().read_file("data/raw/labels/pairs.csv")
    assert list(labels)[:3] == ["match", "given_name_l", "given_name_r"]
    labels["match"] = np.where(labels["date_of_birth_l"] == labels["date_of_birth_r"], "yes", "no")
    spec = LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe")
    found = link(world.tables, world.contracts, spec, labels=labels).metrics
    assert found["labelled_pairs"] == len(linked.review)
    assert found["labelled_sample"] is True


def test_answers_are_never_overwritten_and_a_run_comes_first(root):
    assert run("pairs.csv").exit_code == 0
    again = run("pairs.csv")
    assert isinstance(again.exception, SharedAnalysisError)
    assert "may hold answers" in str(again.exception)
    assert "written as .csv" in str(run("pairs.xlsx").exception)
    (root / "data" / "processed" / "link" / "review.parquet").unlink()
    assert "dvc repro" in str(run("other.csv").exception)


def test_the_pairs_of_another_linkage_are_asked_for_by_its_name(root, linked):
    (root / "params.yaml").write_text("data: {mode: twin}\nfamilies: {tables: [housing, outreach]}\n")
    (root / "data" / "processed" / "link").rename(root / "data" / "processed" / "families")
    assert f"Wrote {len(linked.review):,} pairs" in run("pairs.csv", "--stage", "families").output
    assert "no section 'link'" in str(run("other.csv").exception)
