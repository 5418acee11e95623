"""`check --fix` writes what params.yaml says into the cells that differ, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from shared_analysis.checks import fix_parameters
from shared_analysis.cli.check import check

app = typer.Typer()
app.command()(check)


@pytest.fixture
def fix(sample: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(sample.root)
    return lambda *options: CliRunner().invoke(app, ["--fix", *options])


def contents(sample: Any) -> dict[str, bytes]:
    return {str(path.relative_to(sample.root)): path.read_bytes() for path in sample.root.rglob("*") if path.is_file()}


def test_the_cell_is_written_and_the_file_named(sample: Any, fix: Any) -> None:
    sample.change("params.yaml", "horizon: 12, share: 0.5,", "horizon: 6, seed: 1,")
    before = contents(sample)
    result = fix()
    assert result.exit_code == 0
    assert result.stdout.startswith("wrote notebooks/30_plan.ipynb (changed: horizon; added: seed; removed: share)\n")
    name = "notebooks/30_plan.ipynb"
    after = contents(sample)
    old = before[name].decode()
    assert after == {
        **before,
        name: old.replace("horizon = 12\\nshare = 0.5\\n", "horizon = 6\\n")
        .replace("= None\\n", "= None\\nseed = 1\\n")
        .encode(),
    }


def test_where_nothing_differs_nothing_is_written(sample: Any, fix: Any) -> None:
    sample.write("notebooks/30_plan.ipynb", (sample.root / "notebooks/30_plan.ipynb").read_text() + "\n\n")
    before = contents(sample)
    assert "wrote" not in fix().stdout
    assert contents(sample) == before


def test_json_stays_json(sample: Any, fix: Any) -> None:
    sample.change("params.yaml", "horizon: 12", "horizon: 6")
    result = fix("--format", "json")
    assert json.loads(result.stdout)["passed"]
    assert result.stderr == "wrote notebooks/30_plan.ipynb (changed: horizon)\n"


@pytest.mark.parametrize(
    "params",
    [
        "data: {mode: twin}\n",  # the section was renamed: its notebook may be all that is left of the values
        "data: {mode: twin}\nplan: 3\n",
        "data: {mode: twin}\nplan: [1]\n",
        "data: {mode: twin}\nplan: {a: 1, a: 2}\n",
        "data: {mode: twin}\nplan: {a: .inf}\n",
        "data: {mode: twin}\nplan: {a-b: 1}\n",
        "plan: {{\n",
    ],
)
def test_what_cannot_be_written_is_left_and_reported(sample: Any, fix: Any, params: str) -> None:
    sample.write("params.yaml", params)
    before = contents(sample)
    result = fix()
    assert result.exit_code == 1
    assert "wrote" not in result.stdout
    assert contents(sample) == before


def test_a_section_of_nothing_empties_the_cell(sample: Any) -> None:
    sample.write("params.yaml", "data: {mode: twin}\nplan:\n")
    assert [one.kind for one in fix_parameters(sample.root)["notebooks/30_plan.ipynb"]] == ["removed"] * 5


def test_one_notebook_that_computes_does_not_keep_another_from_being_written(
    sample: Any, make_notebook: Any, make_code: Any
) -> None:
    sample.write("notebooks/20_first.ipynb", make_notebook(make_code("a = 1 + 1", "parameters")))
    sample.change("params.yaml", "plan: {horizon: 12", "first: {a: 3}\nplan: {horizon: 6")
    assert list(fix_parameters(sample.root)) == ["notebooks/30_plan.ipynb"]
    assert "plain values" in next(one.message for one in sample.findings() if one.rule == "NBK001")
