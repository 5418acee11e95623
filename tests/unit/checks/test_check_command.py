"""The command: plain words or JSON, and exit codes that a build can use."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from shared_analysis.cli.check import check

app = typer.Typer()
app.command()(check)


@pytest.fixture
def say(sample: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command in a folder below the project, on a narrow screen."""
    monkeypatch.chdir(sample.root / "method")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *options: CliRunner().invoke(app, list(options))


def test_all_well(say: Any) -> None:
    result = say()
    assert result.exit_code == 0
    assert "Warm beds" in result.stdout
    assert "4 Data may be used: nothing missing <- the project is here" in " ".join(result.stdout.split())


def test_what_is_wrong_is_said_with_place_reason_and_next_step(sample: Any, say: Any) -> None:
    sample.change("dvc.yaml", "product: forecast", "product: forcast")
    result = say()
    words = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "DVC001 Every stage serves a product" in words
    assert "dvc.yaml, line 2: Stage 'plan' names the product 'forcast'" in words
    assert "Next: did you mean 'forecast'?" in words
    assert "Whoever asks why a stage runs" in words
    assert "1 thing is wrong" in words
    assert max(map(len, result.stdout.splitlines())) <= 60


def test_what_is_missing_fails_only_when_asked_for(sample: Any, say: Any) -> None:
    sample.write("governance/dpia.md", "TODO [bold] :smile:\n- [ ] x\n")
    assert say().exit_code == 0
    result = say("--gate", "data")
    assert result.exit_code == 1
    assert "governance/dpia.md: 1 TODO to fill in, 1 box to tick" in " ".join(result.stdout.split())
    assert say("--gate", "product").exit_code == 0


def test_json_is_json_and_nothing_else(sample: Any, say: Any) -> None:
    sample.write("params.yaml", "a: [\n")
    result = say("--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["findings"][0]["rule"] == "PRJ001"


def test_a_name_in_square_brackets_is_shown_as_it_is(sample: Any, say: Any) -> None:
    sample.change("project.yaml", "name: Warm beds", 'name: "[red]Warm[/red] :bed:"')
    assert "[red]Warm[/red] :bed:" in say().stdout


def test_what_is_wrong_is_said_last(sample: Any, say: Any) -> None:
    sample.write("governance/dpia.md", "TODO\n")
    sample.change("dvc.yaml", "product: forecast", "product: forcast")
    words = " ".join(say().stdout.split())
    assert words.index("governance/dpia.md: 1 TODO") < words.index("To put right") < words.index("1 thing is wrong")


def test_gates_after_the_projects_own_are_counted_and_listed_when_asked_for(sample: Any, say: Any) -> None:
    sample.change("project.yaml", "stage: data", "stage: action")
    sample.change("project.yaml", "data_owner: A", 'data_owner: "TODO: ask"')
    for page in ("method/1-outcome.md", "method/2-action.md", "method/3-product.md", "governance/dpia.md"):
        sample.write(page, "TODO\n")
    listed = say().stdout
    assert "method/1-outcome.md" in listed
    assert "method/2-action.md" in listed
    assert "method/3-product.md" not in listed
    assert "  3  Data product designed: 1 to do\n  4  Data may be used: 2 to do\n" in listed
    assert "--all" in listed
    upto = say("--gate", "product").stdout
    assert "method/3-product.md" in upto
    assert "governance/dpia.md" not in upto
    every = say("--all").stdout
    assert "governance/dpia.md" in every
    assert "roles.data_owner: ask" in every
    assert "--all" not in every


def test_where_nobody_knows_the_stage_the_first_gate_is_listed(sample: Any, say: Any) -> None:
    sample.change("project.yaml", "stage: data", "stage: TODO")
    sample.write("method/1-outcome.md", "TODO\n")
    sample.write("method/2-action.md", "TODO\n")
    listed = say().stdout
    assert "method/1-outcome.md" in listed
    assert "method/2-action.md" not in listed
