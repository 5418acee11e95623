"""What is missing is listed by gate, and fails only when a gate is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared_analysis.checks import check_project
from shared_analysis.errors import SharedAnalysisError


def test_a_todo_in_the_record_is_a_gap_of_its_gate(sample: Any) -> None:
    sample.change("project.yaml", "output_checker: E", 'output_checker: "TODO: ask"')
    report = check_project(sample.root)
    assert report.passed
    (gap,) = report.gaps("publish")
    assert (gap.level, gap.message, gap.line) == ("gap", "roles.output_checker: ask", 15)


def test_open_places_of_a_page_are_counted(sample: Any) -> None:
    text = "TODO and TODO, but not `TODO`\n\n```\nTODO\n- [ ] no\n```\n- [ ] one\n* [ ] two\n- [x] three\nTODOS\n"
    sample.write("method/2-action.md", text)
    assert [(gap.message, gap.line) for gap in check_project(sample.root).gaps("action")] == [
        ("2 TODO to fill in", 1),
        ("2 boxes to tick", 7),
    ]


def test_a_missing_page_is_a_gap(sample: Any) -> None:
    (sample.root / "governance/dpia.md").unlink()
    assert [gap.where for gap in check_project(sample.root).gaps("data")] == ["governance/dpia.md"]


def test_every_page_of_a_folder_counts(sample: Any) -> None:
    sample.write("governance/decisions/0002-next.md", "- [ ] Accepted\n")
    assert [gap.where for gap in check_project(sample.root).gaps("product")] == ["governance/decisions/0002-next.md"]


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        (None, True),
        ("outcome", True),
        ("product", True),
        ("data", False),
        ("Data may be used", False),
        ("evaluation", False),
    ],
)
def test_a_gate_asks_for_itself_and_those_before_it(sample: Any, asked: str | None, passed: bool) -> None:
    sample.write("governance/dpia.md", "TODO\n")
    report = check_project(sample.root, asked)
    assert report.passed is passed
    assert report.missing == (0 if passed else 1)


def test_a_fault_fails_whatever_gate_is_asked_for(sample: Any) -> None:
    sample.change("dvc.yaml", "product: forecast", "product: x")
    assert not check_project(sample.root).passed
    assert not check_project(sample.root, "outcome").passed


def test_an_unknown_gate_names_the_nearest(sample: Any) -> None:
    with pytest.raises(SharedAnalysisError, match="did you mean 'publish'") as error:
        check_project(sample.root, "publsh")
    assert error.value.exit_code == 2


def test_a_project_may_rename_its_gates(sample: Any) -> None:
    sample.write(
        "gates.yaml",
        "gates:\n- {id: data, label: Sign-off, question: Ready, record: [project], documents: [method/4-data.md]}\n",
    )
    assert [gate.label for gate in check_project(sample.root).gates] == ["Sign-off"]


def test_json_says_the_same(sample: Any) -> None:
    sample.change("project.yaml", "output_checker: E", "output_checker: TODO")
    sample.change("dvc.yaml", "product: forecast", "product: x")
    content = json.loads(check_project(sample.root, "data").to_json())
    assert (content["project"], content["stage"], content["asked"], content["passed"]) == (
        "Warm beds",
        "data",
        "data",
        False,
    )
    assert {gate["id"]: gate["open"] for gate in content["gates"]}["publish"] == 1
    assert {(finding["rule"], finding["level"]) for finding in content["findings"]} == {
        ("DVC001", "fault"),
        ("GAT001", "gap"),
    }


def test_a_folder_that_is_no_project_is_refused(tmp_path: Any) -> None:
    with pytest.raises(SharedAnalysisError, match="not a project folder"):
        check_project(tmp_path)


def test_real_data_before_its_gate_is_passed_is_a_fault(sample: Any) -> None:
    sample.write("governance/dpia.md", "TODO\n- [ ] Signed\n")
    sample.change("project.yaml", "agreements: []", "agreements: [TODO]")
    sample.write("method/5-evaluation.md", "TODO\n")  # of a later gate
    sample.change("project.yaml", "data_owner: A", "data_owner: TODO")
    assert check_project(sample.root).passed  # the twin is read
    sample.change("params.yaml", "mode: twin", "mode: raw")
    report = check_project(sample.root)
    (fault,) = report.faults
    asked = check_project(sample.root, "data").missing
    assert (fault.rule, fault.place) == ("GAT003", "params.yaml, line 1")
    assert fault.message == f"Real data is in use, but {asked} things are missing up to the gate 'Data may be used'."
    assert "mode: twin" in str(fault.next_step)
    assert "check --gate data" in str(fault.next_step)


def test_real_data_is_no_fault_once_its_gate_is_passed(sample: Any) -> None:
    sample.write("method/5-evaluation.md", "TODO\n")
    sample.change("params.yaml", "mode: twin", "mode: raw")
    assert check_project(sample.root).faults == []
    sample.write("method/1-outcome.md", "- [ ] Agreed\n")
    (fault,) = check_project(sample.root).faults
    assert "1 thing is missing" in fault.message


def test_the_gate_of_real_data_is_known_by_its_id(sample: Any) -> None:
    gate = "{{id: {}, label: Sign-off, question: Ready, record: [project], documents: [method/4-data.md]}}"
    sample.write("method/4-data.md", "TODO\n")
    sample.change("params.yaml", "mode: twin", "mode: raw")
    sample.write("gates.yaml", f"gates: [{gate.format('data')}]\n")
    assert ["'Sign-off'" in fault.message for fault in check_project(sample.root).faults] == [True]
    sample.write("gates.yaml", f"gates: [{gate.format('ready')}]\n")
    assert "GAT003" not in [fault.rule for fault in check_project(sample.root).faults]
