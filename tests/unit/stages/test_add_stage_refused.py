"""What ``shared-analysis add-stage`` refuses: in words, and before it writes anything."""

from __future__ import annotations

import re

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages import add_stage
from tests.baked import git


def test_a_pipeline_that_cannot_be_added_to_is_left_as_it_is_with_the_words(sample, run):
    project = sample("forecasting")
    flow = "reports/validate/charts, reports/forecast/charts"
    project.write(
        "dvc.yaml", re.sub(r"plots:\n(.*\n?)+", f"plots: &charts [{flow}]\nmore: *charts\n", project.text("dvc.yaml"))
    )
    before = project.files()
    refused = run(project.root, "look", "--like", "blank")
    assert refused.exit_code != 0
    assert "one entry a line and nothing shared" in str(refused.exception)
    assert "      cmd: python -m shared_analysis notebook run 50_look" in str(refused.exception)
    assert project.files() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["link", "--like", "link"], "'link' is there already, in dvc.yaml, as a stage"),
        (["data", "--like", "link"], "in params.yaml, as a section"),
        (["guards", "--like", "link"], "in tests/"),
        (["taken", "--like", "link"], "in notebooks/"),
        (["elsewhere", "--like", "link"], "in dvc.yaml, as an output"),
        (["second-link", "--like", "link"], "such as second_link"),
        (["blank", "--like", "forecast"], "take a stage called 'blank' for another kind"),
        (["new", "--like", "links"], "did you mean 'link'"),
        (["new", "--like", "link", "--table", "housin"], "did you mean 'housing'"),
        (["new", "--like", "forecast", "--table", "housing", "--table", "contacts"], "reads one table"),
        (["new", "--like", "link", "--product", "register"], "did you mean 'linked-register'"),
        (["new", "--like", "link", "--number", "30"], "30 is in use"),
        (["new", "--like", "blank"], "--product linked-register or --product demand-forecast"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_nothing_is_written(words, says, sample, run):
    project = sample()
    project.write("notebooks/taken.ipynb", project.text("notebooks/90_report.ipynb"))
    project.change(
        "dvc.yaml", "  report:\n", "  more:\n    cmd: x\n    outs: [reports/metrics/elsewhere.json]\n\n  report:\n"
    )
    before = project.files()
    done = run(project.root, *words)
    assert isinstance(done.exception, SharedAnalysisError)
    assert says in str(done.exception)
    assert project.files() == before


def test_the_templates_tables_do_not_come_into_a_project_that_reads_real_data(sample, run):
    project = sample("forecasting")
    project.change("params.yaml", "mode: twin", "mode: raw")
    refused = run(project.root, "link", "--like", "link")
    assert "reads real data" in str(refused.exception)
    assert not (project.root / "contracts" / "housing.yaml").exists()


def test_an_edit_between_working_it_out_and_writing_is_not_lost(sample):
    project = sample("forecasting")
    addition = add_stage(project.root, "look", "blank")
    project.write("params.yaml", project.text("params.yaml") + "# mine\n")
    before = project.files()
    with pytest.raises(SharedAnalysisError, match="changed meanwhile"):
        addition.write()
    assert project.files() == before


@pytest.mark.parametrize("outs", ["[data/processed]", "['data/processed/${item}']"])
def test_what_only_dvc_would_refuse_is_refused_before_anything_is_written(outs, sample, run):
    project = sample("forecasting")
    body = f"cmd: x\n      outs: {outs}\n      meta: {{product: demand-forecast}}\n"
    if "item" in outs:
        stage = f"  theirs:\n    foreach: [look, north]\n    do:\n      {body}"
    else:
        stage = f"  theirs:\n      {body}"
        project.change("dvc.yaml", "data/processed/forecast", "data/elsewhere/forecast")
    project.change("dvc.yaml", "  report:\n", stage + "\n  report:\n")
    project.change("project.yaml", "forecast, report]", "forecast, theirs, report]")
    before = project.files()
    refused = run(project.root, "look", "--like", "blank")
    assert "data/processed" in str(refused.exception)
    assert "faults that it has not now" in str(refused.exception)
    assert project.files() == before


def test_what_is_not_committed_is_not_mixed_with_the_stage_which_can_be_taken_back_whole(sample, run):
    project = sample("forecasting")
    git("init", "-q", cwd=project.root)
    git("add", "-A", cwd=project.root)
    git("commit", "-q", "-m", "Start", cwd=project.root)
    before = project.files()
    project.change("params.yaml", "people: 4000", "people: 4001")
    refused = run(project.root, "third", "--like", "blank").exception
    assert isinstance(refused, SharedAnalysisError)
    assert "not committed" in refused.what
    assert refused.where == "params.yaml"
    project.change("params.yaml", "people: 4001", "people: 4000")
    project.write("tests/mine.md", "not committed, and none of the stage's\n")
    told = run(project.root, "third", "--like", "blank").stdout
    undo = [line.split() for line in told.splitlines() if re.match(r" +git (restore|clean)", line)]
    assert len(undo) == 2
    for words in undo:
        git(*words[1:], cwd=project.root)
    assert project.files() == before | {"tests/mine.md": b"not committed, and none of the stage's\n"}
