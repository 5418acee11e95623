"""``shared-analysis add-stage``: a whole stage or nothing, in projects that people have worked on."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from shared_analysis.checks import Finding, check_project
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import notebook_parameters, section_name, write_together
from shared_analysis.stages import add_stage, undeclared
from shared_analysis.stages.plan import Plan
from shared_analysis.stages.working_copy import new_faults
from tests.baked import git

COUNTS = """\
kind: DataContract
apiVersion: v3.1.0
id: visits
name: Visits
version: 1.0.0
status: draft
dataProduct: demand-forecast
schema:
  - name: visits
    physicalType: table
    properties:
      - name: month
        logicalType: date
        required: true
        classification: none
        customProperties: [{property: semanticRole, value: period}, {property: purpose, value: To count}]
      - name: place
        logicalType: string
        required: true
        classification: none
      - name: number
        logicalType: integer
        required: true
        classification: none
        customProperties: [{property: semanticRole, value: count}, {property: purpose, value: To count}]
"""
DATASET = """\
  - {name: visits, title: Visits, product: demand-forecast, owner: lead, sensitivity: personal,
     lawful_basis: TODO, agreement: not needed, delete_by: TODO}
"""


def sound(root: Path, stage: str) -> None:
    """See that nothing is wrong, that cell and section agree, and that the stage says what it reads."""
    assert check_project(root).faults == []
    assert undeclared(root, stage) == []
    (notebook,) = (path for path in (root / "notebooks").glob("*.ipynb") if section_name(path.stem) == stage)
    assert notebook_parameters(notebook)


def add(root: Path, name: str, like: str, **options: object) -> None:
    """Write what is planned, without trying it on a copy first: what is wrong with it shows in :func:`sound`."""
    write_together(root, Plan(root, name, like, **options).changes())
    sound(root, name)


def lines_taken_away(before: str, after: str) -> list[str]:
    """Lines of the earlier text that the later one does not have, in order."""
    rest, gone = iter(after.splitlines()), []
    kept = list(rest)
    at = 0
    for line in before.splitlines():
        try:
            at = kept.index(line, at) + 1
        except ValueError:
            gone.append(line)
    return gone


def test_a_second_linkage_has_places_settings_and_a_number_of_its_own(sample, run):
    project = sample()
    before = project.files()
    done = run(project.root, "second_link", "--like", "link")
    assert done.exit_code == 0, done.output + str(done.exception)
    sound(project.root, "second_link")
    after = project.files()
    assert set(after) - set(before) == {"notebooks/21_second_link.ipynb", "tests/test_second_link.py"}
    assert {name for name in before if before[name] != after[name]} == {"dvc.yaml", "params.yaml", "project.yaml"}
    stages = project.yaml("dvc.yaml")["stages"]
    assert list(stages) == ["twin", "validate", "link", "second_link", "forecast", "report"]
    outs = [path for key in ("outs", "metrics") for out in stages["second_link"][key] for path in out]
    assert outs == [
        "data/processed/second_link",
        "reports/second_link",
        "reports/notebooks/21_second_link.ipynb",
        "reports/notebooks/21_second_link.html",
        "reports/metrics/second_link.json",
    ]
    assert stages["second_link"]["outs"][0]["data/processed/second_link"] == {"labels": ["personal"]}
    assert stages["second_link"]["meta"] == {"kind": "linkage", "product": "linked-register"}
    assert {"notebooks/21_second_link.ipynb", "reports/second_link", "reports/metrics/second_link.json"} <= set(
        stages["report"]["deps"]
    )
    assert project.yaml("dvc.yaml")["plots"][-1] == "reports/second_link/charts"
    assert "data/processed/second_link" not in stages["forecast"]["deps"]
    for name in ("dvc.yaml", "params.yaml"):
        assert lines_taken_away(before[name].decode(), project.text(name)) == []
    gone = lines_taken_away(before["project.yaml"].decode(), project.text("project.yaml"))
    assert gone == ["    stages: [twin, validate, link, report]"]


def test_the_next_commands_name_every_file_and_where_to_be(sample, run):
    project = sample("forecasting")
    done = run(project.root / "notebooks", "link", "--like", "link")
    assert f'    cd "{project.root}"\n    dvc repro\n    python -m pytest\n' in done.output
    (added,) = re.findall(r"^    git add (.*)$", done.output, re.MULTILINE)
    assert added.split()[-1] == "dvc.lock"
    for name in added.split()[:-1]:
        assert (project.root / name).is_file()
    assert "look again at governance/dpia.md" in done.output
    assert "cd " not in run(project.root, "other", "--like", "blank", "--product", "linked-register").output


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(sample, run):
    project = sample("forecasting")
    before = project.files()
    done = run(project.root, "link", "--like", "link", "--dry-run")
    assert done.exit_code == 0
    assert "new file notebooks/20_link.ipynb (" in done.output
    assert "+  link:\n" in done.output
    assert "+      - data/processed/link\n" in done.output
    assert done.output.endswith("Nothing was written (--dry-run).\n")
    assert project.files() == before


def test_one_after_the_other_each_gets_its_own_number_and_order(sample):
    project = sample("forecasting")
    add(project.root, "first_look", "blank")
    add(project.root, "people", "link")
    add(project.root, "outreach_demand", "forecast", tables=["outreach"], products=["demand-forecast"])
    add(project.root, "second_look", "blank", products=["linked-register"], tables=["housing"], number=41)
    add(project.root, "all_demand", "forecast")
    assert list(project.yaml("dvc.yaml")["stages"]) == [
        *(
            "twin",
            "validate",
            "people",
            "forecast",
            "outreach_demand",
            "all_demand",
            "second_look",
            "first_look",
            "report",
        )
    ]
    assert list(project.yaml("params.yaml"))[3:] == [
        *("people", "forecast", "outreach_demand", "all_demand", "second_look", "first_look", "report")
    ]
    names = sorted(path.stem for path in (project.root / "notebooks").glob("*.ipynb"))
    assert names[1:-1] == [
        *("20_people", "30_forecast", "31_outreach_demand", "32_all_demand", "41_second_look", "50_first_look")
    ]
    stages = project.yaml("dvc.yaml")["stages"]
    assert "data/processed/people" in stages["all_demand"]["deps"]
    assert 'read(\\"processed/people/register\\") if \\"people\\" in' in project.text("notebooks/32_all_demand.ipynb")
    assert project.yaml("params.yaml")["outreach_demand"]["count"] == "rows"
    assert project.yaml("params.yaml")["second_look"] == {"table": "housing", "by": "area_code"}


def test_a_table_of_counts_is_added_up_and_one_table_is_linked_within_itself(sample):
    project = sample()
    project.write("contracts/visits.yaml", COUNTS)
    project.change("project.yaml", "\n# Who takes part.", DATASET + "\n# Who takes part.")
    add(project.root, "visits_demand", "forecast", tables=["visits"])
    made = project.yaml("params.yaml")["visits_demand"]
    assert (made["table"], made["count"], made["by"]) == ("visits", "sum", [])
    assert "by: [] # the roles that make one series each" in project.text("params.yaml")
    add(project.root, "housing_twice", "link", tables=["housing"])
    made = project.yaml("params.yaml")["housing_twice"]
    assert (made["tables"], made["link_type"]) == (["housing"], "dedupe_only")
    add(project.root, "a_look", "blank", tables=["visits"], products=["demand-forecast"])
    assert project.yaml("params.yaml")["a_look"]["by"] == "month"
    with pytest.raises(SharedAnalysisError, match="No column of table 'visits' has the role record_id"):
        add(project.root, "more", "link", tables=["visits"])


def test_a_project_from_before_stages_had_a_kind_gets_the_same_stage(sample):
    older, newer = sample("forecasting"), sample("linkage-and-forecasting")
    older.write("dvc.yaml", re.sub(r"(?m)^ +kind: \w+\n", "", older.text("dvc.yaml")))
    assert "kind" not in str(older.yaml("dvc.yaml"))
    for project, name in ((older, "link"), (older, "other_link"), (newer, "other_link")):
        add(project.root, name, "link")
    assert older.yaml("dvc.yaml")["stages"]["other_link"] == newer.yaml("dvc.yaml")["stages"]["other_link"]
    assert [product["id"] for product in older.yaml("project.yaml")["products"]].count("linked-register") == 1


def test_a_report_of_another_name_waits_for_the_new_stage(sample):
    project = sample("forecasting")
    for name, old, new in (
        ("dvc.yaml", "  report:\n", "  page:\n"),
        ("dvc.yaml", "90_report", "90_page"),
        ("project.yaml", "forecast, report]", "forecast, page]"),
        ("params.yaml", "report:", "page:"),
    ):
        project.change(name, old, new)
    (project.root / "notebooks" / "90_report.ipynb").rename(project.root / "notebooks" / "90_page.ipynb")
    add(project.root, "look", "blank")
    assert {"reports/look", "notebooks/50_look.ipynb"} <= set(project.yaml("dvc.yaml")["stages"]["page"]["deps"])


def test_pipelines_that_people_have_worked_on_keep_every_line(sample, run):
    project = sample()
    project.change(
        "dvc.yaml",
        "  report:\n",
        "  # Theirs, by district.\n  by_district:\n    foreach: [north, south]\n    do:\n"
        "      cmd: echo ${item} > data/processed/${item}.txt   # quick\n      outs: ['data/processed/${item}.txt']\n"
        "      meta: {product: demand-forecast}\n\n  report:\n",
    )
    project.change(
        "project.yaml",
        "    stages: [twin, validate, link, forecast, report]",
        "    stages:\n    - twin\n    - validate # checks\n    - link\n    - forecast\n    - by_district\n    - report",
    )
    for name in ("dvc.yaml", "params.yaml", "project.yaml"):
        project.write(name, project.text(name).rstrip("\n").replace("\n", "\r\n"))
    before = {name: project.text(name) for name in ("dvc.yaml", "params.yaml", "project.yaml")}
    done = run(project.root, "second_demand", "--like", "forecast")
    assert done.exit_code == 0, done.exception
    sound(project.root, "second_demand")
    for name, text in before.items():
        assert lines_taken_away(text, project.text(name)) == []
        assert project.text(name).count("\n") == project.text(name).count("\r\n")
    assert "    - by_district\r\n    - second_demand\r\n    - report" in project.text("project.yaml")
    assert list(project.yaml("dvc.yaml")["stages"])[-3:] == ["by_district", "second_demand", "report"]


def test_a_record_of_other_names_gets_entries_that_lead_somewhere(sample, run):
    project = sample("forecasting")
    for old, new in (("main-outcome", "warm-beds"), ("id: lead\n", "id: camden\n"), (": lead\n", ": camden\n")):
        project.change("project.yaml", old, new)
    project.change("project.yaml", "owner: lead #", "owner: camden #")
    project.change("project.yaml", "parties: [lead", "parties: [camden")
    project.change("project.yaml", "id: data-sharing-agreement", "id: dsa-7")
    project.change("project.yaml", "agreement: data-sharing-agreement", "agreement: dsa-7")
    project.change("project.yaml", "    part: camden\n", "    part: lead\n")
    assert check_project(project.root).faults == []
    assert run(project.root, "link", "--like", "link").exit_code == 0
    sound(project.root, "link")
    record = project.yaml("project.yaml")
    assert record["actions"][-1]["outcome"] == "warm-beds"
    assert record["actions"][-1]["who_acts"].startswith("TODO")
    assert record["datasets"][-1]["agreement"].startswith("TODO")


@pytest.mark.parametrize("data_class", ["open", "special-category"])
def test_rows_are_labelled_with_the_projects_class_of_data(data_class, sample, run):
    project = sample("forecasting")
    project.change("project.yaml", "data_class: personal", f"data_class: {data_class}")
    project.change("dvc.yaml", "labels: [personal]", f"labels: [{data_class}]")
    if data_class == "open":
        project.change("project.yaml", "sensitivity: personal", "sensitivity: open")
    assert run(project.root, "link", "--like", "link").exit_code == 0
    sound(project.root, "link")
    outs = project.yaml("dvc.yaml")["stages"]["link"]["outs"]
    assert outs[0] == {"data/processed/link": {"labels": [data_class]}}
    added = project.yaml("project.yaml")["datasets"][-1]
    assert added["sensitivity"] == data_class
    assert ("special_category_condition" in added) is (data_class == "special-category")


def test_a_project_inside_a_larger_repository_is_the_one_that_is_added_to(sample, run, tmp_path):
    inner = sample("forecasting")
    git("init", "-q", cwd=tmp_path)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    git("add", "-A", cwd=tmp_path)
    git("commit", "-q", "-m", "Start", cwd=tmp_path)
    assert run(inner.root / "method", "look", "--like", "blank").exit_code == 0
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert (tmp_path / "dvc.yaml").read_text(encoding="utf-8") == "stages: {}\n"
    assert changed.stdout
    sound(inner.root, "look")


def test_faults_that_were_there_before_are_not_the_new_stages(sample):
    project = sample("forecasting")
    project.change("params.yaml", "horizon: 12", "horizon: 6")
    faults = check_project(project.root).faults
    assert faults
    add_stage(project.root, "look", "blank").write()
    assert check_project(project.root).faults == faults


def test_a_table_that_the_record_does_not_know_gets_an_entry_to_fill_in(sample, run):
    project = sample()
    project.write("contracts/visits.yaml", COUNTS)
    done = run(project.root, "visits_demand", "--like", "forecast", "--table", "visits")
    assert done.exit_code == 0, done.output + str(done.exception)
    assert "note: project.yaml has an entry for the table 'visits' now." in done.output
    sound(project.root, "visits_demand")
    entry = project.yaml("project.yaml")["datasets"][-1]
    assert {key: entry[key] for key in ("name", "title", "product", "sensitivity")} == {
        "name": "visits",
        "title": "Visits",
        "product": "demand-forecast",
        "sensitivity": "personal",
    }
    assert [str(entry[key])[:6] for key in ("owner", "lawful_basis", "agreement", "delete_by")] == ["TODO: "] * 4
    before = project.text("project.yaml").count("name: visits")
    assert run(project.root, "visits_again", "--like", "forecast", "--table", "visits").exit_code == 0
    assert project.text("project.yaml").count("name: visits") == before == 1


def test_a_new_entry_names_the_product_of_the_contract_too(sample):
    project = sample()
    project.write("contracts/visits.yaml", COUNTS.replace("demand-forecast", "linked-register"))
    add(project.root, "look", "blank", tables=["visits"], products=["demand-forecast"])
    assert project.yaml("project.yaml")["datasets"][-1]["product"] == ["linked-register", "demand-forecast"]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (("project.yaml", "line 3 is odd"), ("project.yaml", "line 30 is odd"), False),
        (("c.yaml, line 3: x", "is odd"), ("c.yaml, line 4: x", "is odd"), False),
        (("params.yaml", "in use, but 1 thing is missing"), ("params.yaml", "in use, but 2 things are missing"), False),
        (("params.yaml", "Table 'a1' is odd"), ("params.yaml", "Table 'a2' is odd"), True),
        (("params.yaml", "is odd"), ("dvc.yaml", "is odd"), True),
    ],
)
def test_a_fault_whose_line_or_count_moved_is_no_new_one(before, after, new):
    old, moved = (Finding("X001", message, where, 7) for where, message in (before, after))
    later = replace(moved, line=9)
    assert new_faults([old], [later]) == ([later] if new else [])


def test_one_more_fault_of_the_same_words_is_a_new_one():
    fault = Finding("X001", "is odd", "params.yaml", 7)
    for another in (replace(fault, line=9), replace(fault, rule="X002")):
        assert new_faults([fault], [fault, another]) == [another]
