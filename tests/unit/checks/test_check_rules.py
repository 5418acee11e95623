"""Each rule finds what it is for, says where, and finds nothing in a project that is right."""

from __future__ import annotations

from typing import Any

import pytest

from shared_analysis.checks import RULES


def test_nothing_is_found_where_nothing_is_wrong(sample: Any) -> None:
    assert sample.findings() == []


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "says", "place"),
    [
        ("REC001", "project.yaml", "licence: mit", "licence: gpl", "must be one of mit", "project.yaml, line 1"),
        (
            "REC001",
            "project.yaml",
            "stage: data",
            "stage: dta",
            "'dta' is not one of the gates",
            "project.yaml, line 2",
        ),
        ("REC002", "project.yaml", "product: forecast", "product: forcast", "'forcast'", "project.yaml, line 11"),
        ("REC003", "project.yaml", "data_class: personal", "data_class: open", "'contacts' is personal", "line 11"),
        ("REC004", "project.yaml", "sensitivity: personal", "sensitivity: special-category", "condition", "line 11"),
        ("PRJ001", "params.yaml", "plan: {", "plan: {{", "not valid YAML", "params.yaml, line"),
        ("PRJ001", "dvc.yaml", "stages:", "stages", "not valid YAML", "dvc.yaml, line"),
        (
            "PRJ001",
            "dvc.yaml",
            "    cmd: ",
            "    meta: {product: forecast}\n    cmd: ",
            "written twice",
            "dvc.yaml, line 5",
        ),
        ("PRJ002", "params.yaml", "mode: twin", "mode: real", "is 'real'; it must be 'twin'", "params.yaml, line 1"),
        ("PRJ002", "params.yaml", "mode: twin", "mode: [raw]", "is ['raw']", "params.yaml, line 1"),
        ("PRJ002", "params.yaml", "mode: twin", "modes: twin", "is missing", "params.yaml, line 1"),
        ("PRJ002", "params.yaml", "data: {mode: twin}\n", "", "is missing", "params.yaml"),
        ("CON001", "contracts/contacts.yaml", "logicalType: string", "logicalType: strng", "strng", "contacts.yaml"),
        ("CON002", "contracts/contacts.yaml", "  - name: contacts", "  - name: visits", "'visits'", "contacts.yaml"),
        (
            "CON002",
            "contracts/contacts.yaml",
            "dataProduct: forecast",
            "dataProduct: other",
            "'other'",
            "contacts.yaml",
        ),
        ("CON002", "contracts/contacts.yaml", "dataProduct: forecast\n", "", "no product", "contacts.yaml"),
        (
            "CON002",
            "project.yaml",
            "name: contacts",
            "name: visits",
            "'visits' has no contract",
            "project.yaml, line 11",
        ),
        ("DVC001", "dvc.yaml", "    meta: {product: forecast}\n", "", "'plan' names no product", "dvc.yaml, line 2"),
        ("DVC001", "dvc.yaml", "product: forecast", "product: forcast", "'forcast'", "dvc.yaml, line 2"),
        ("DVC001", "project.yaml", "stages: [plan]", "stages: []", "not among the stages", "project.yaml, line 9"),
        ("DVC001", "project.yaml", "stages: [plan]", "stages: [plan, map]", "'map'", "project.yaml, line 9"),
        ("DVC002", "dvc.yaml", "{product", "{kind: forcasting, product", "kind 'forcasting'", "dvc.yaml, line 2"),
        ("DVC002", "dvc.yaml", "{product", "{kind: [linkage], product", "kind '['linkage']'", "dvc.yaml, line 2"),
        ("NBK001", "params.yaml", "horizon: 12", "horizon: 6", "'horizon' is 12 in the cell and 6", "30_plan"),
        ("NBK001", "params.yaml", "horizon: 12, ", "", "'horizon' is in the cell but not", "30_plan"),
        ("NBK001", "params.yaml", "horizon: 12", "horizon: 12, seed: 1", "'seed' is in section 'plan'", "30_plan"),
        ("NBK001", "params.yaml", "horizon: 12", "horizon: 12.0", "12.0", "30_plan"),
    ],
)
def test_a_rule_finds_what_it_is_for(
    sample: Any, rule: str, file: str, old: str, new: str, says: str, place: str
) -> None:
    sample.change(file, old, new)
    found = [finding for finding in sample.findings() if finding.rule == rule and says in finding.message]
    assert found, sample.findings()
    assert place in found[0].place
    assert all(finding.level == "fault" for finding in found)


def test_a_fault_is_found_by_its_own_rule_alone(sample: Any) -> None:
    sample.change("dvc.yaml", "product: forecast", "product: forcast")
    assert [finding.rule for finding in sample.findings()] == ["DVC001"]


def test_a_stage_may_serve_several_products(sample: Any) -> None:
    sample.change("dvc.yaml", "product: forecast", "product: [forecast]")
    assert sample.findings() == []


def test_a_stage_that_a_product_claims_must_name_it(sample: Any) -> None:
    sample.change(
        "project.yaml",
        "datasets:",
        "  - {id: map, title: M, description: M, action: share, audience: All, stages: [plan]}\ndatasets:",
    )
    assert [finding.message for finding in sample.findings()] == [
        "Stage 'plan' does not name the product 'map', which claims it."
    ]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("horizon = 6 * 2", "plain values"),
        ("import os", "plain values"),
        ("horizon =", "plain values"),
        ("a = b = 1", "plain values"),
        ("horizon = twelve", "plain values"),
    ],
)
def test_a_parameters_cell_that_computes_is_refused(sample: Any, cell: str, says: str) -> None:
    sample.write_cell(cell)
    assert [says in finding.message for finding in sample.findings()] == [True]


def test_a_notebook_needs_one_parameters_cell(sample: Any, make_notebook: Any, make_code: Any) -> None:
    sample.write("notebooks/30_plan.ipynb", make_notebook(make_code("plan()")))
    assert [finding.rule for finding in sample.findings()] == ["NBK001"]
    sample.write("notebooks/30_plan.ipynb", make_notebook(*[make_code("a = 1", "parameters")] * 2))
    assert "has 2 cells tagged" in sample.findings()[0].message


def test_a_notebook_without_a_section_has_an_empty_cell(sample: Any, make_notebook: Any, make_code: Any) -> None:
    sample.write("notebooks/90_report.ipynb", make_notebook(make_code("# no parameters", "parameters")))
    assert sample.findings() == []
    sample.write("notebooks/90_report.ipynb", make_notebook(make_code("title = 'x'", "parameters")))
    assert [finding.rule for finding in sample.findings()] == ["NBK001"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [1]}'])
def test_a_file_that_is_no_notebook_is_a_finding(sample: Any, text: str) -> None:
    sample.write("notebooks/30_plan.ipynb", text)
    assert [finding.message for finding in sample.findings()] == ["This is not a Jupyter notebook."]


def test_outputs_are_found(sample: Any, make_notebook: Any, make_code: Any) -> None:
    cells = [make_code("", "parameters"), make_code("1", count=1), make_code("2", outputs=[{"output_type": "stream"}])]
    sample.write("notebooks/90_report.ipynb", make_notebook(*cells))
    (finding,) = sample.findings()
    assert (finding.rule, finding.message) == ("NBK002", "2 cells hold outputs or run numbers.")


@pytest.mark.parametrize("name", ["params.yaml", "dvc.yaml"])
def test_a_missing_settings_file_is_a_finding(sample: Any, name: str) -> None:
    (sample.root / name).unlink()
    assert [(finding.rule, finding.where) for finding in sample.findings() if finding.rule == "PRJ001"] == [
        ("PRJ001", name)
    ]


@pytest.mark.parametrize("name", ["project.yaml", "params.yaml", "dvc.yaml", "contracts/contacts.yaml"])
@pytest.mark.parametrize(
    "text", ["", "[", "- 1\n", "3\n", "a: {b: [c: d]}\n", "stages: 3\n", "stages: {plan: 3}\n", "\0"]
)
def test_whatever_a_file_holds_the_answer_is_findings(sample: Any, name: str, text: str) -> None:
    sample.write(name, text)
    assert any(finding.level == "fault" for finding in sample.findings())


def test_every_rule_explains_itself() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        why, _, how = rule.guidance.partition("\n\n")
        assert rule.title
        assert why
        assert how


def test_a_real_table_that_dvc_does_not_keep_is_a_fault(sample: Any) -> None:
    sample.write("data/raw/contacts.csv", "contact_id\n1\n")
    assert sample.findings() == []  # the twin is read
    sample.change("params.yaml", "mode: twin", "mode: raw")
    (finding,) = sample.findings()
    assert (finding.rule, finding.where) == ("DAT001", "data/raw/contacts.csv")
    assert finding.next_step == "dvc add data/raw/contacts.csv"
    sample.write("data/raw/contacts.csv.dvc", "outs: []\n")
    assert sample.findings() == []


def test_a_notebooks_section_is_its_name_after_the_number(sample: Any, make_notebook: Any, make_code: Any) -> None:
    sample.write("notebooks/my_study.ipynb", make_notebook(make_code("window = 3", "parameters")))
    sample.change("params.yaml", "plan: {", "my_study: {window: 3}\nplan: {")
    assert sample.findings() == []


SCHOOL = """\
kind: DataContract
apiVersion: v3.1.0
id: school_roll
name: School roll
version: 1.0.0
status: draft
schema:
  - name: school_roll
    physicalType: table
    properties:
      - name: pupil
        logicalType: string
"""
ROLE = "        customProperties: [{property: semanticRole, value: record_id}]\n"


def test_a_table_of_regressors_must_have_a_contract(sample: Any) -> None:
    sample.change("params.yaml", "table: contacts", "table: contacts, regressors: {table: calendar, known: [holidays]}")
    found = [finding for finding in sample.findings() if finding.rule == "CON003"]
    assert [finding.message for finding in found] == [
        "Section 'plan' names the table 'calendar', which has no contract."
    ]
    assert found[0].place.startswith("params.yaml, line")


def test_a_table_that_a_section_names_must_have_a_contract(sample: Any) -> None:
    sample.write("contracts/school_roll.yaml", SCHOOL + ROLE)
    sample.change("params.yaml", "plan: {", "match_pupils: {tables: [contacts, school_rol]}\nplan: {")
    sample.change("params.yaml", "table: contacts", "table: contact")
    found = [finding for finding in sample.findings() if finding.rule == "CON003"]
    assert [(finding.message, finding.place, finding.next_step) for finding in found] == [
        (
            "Section 'match_pupils' names the table 'school_rol', which has no contract.",
            "params.yaml, line 2",
            "did you mean 'school_roll'?",
        ),
        (
            "Section 'plan' names the table 'contact', which has no contract.",
            "params.yaml, line 3",
            "did you mean 'contacts'?",
        ),
    ]


def test_a_broken_contract_is_still_that_of_its_table(sample: Any) -> None:
    sample.change("contracts/contacts.yaml", "logicalType: string", "logicalType: strng")
    assert {finding.rule for finding in sample.findings()} == {"CON001"}


def test_a_linked_table_must_have_record_ids(sample: Any) -> None:
    sample.write("contracts/school_roll.yaml", SCHOOL)
    sample.change("params.yaml", "plan: {", "pupils: {tables: [school_roll], link_type: dedupe_only}\nplan: {")
    (found,) = [finding for finding in sample.findings() if finding.rule == "CON004"]
    assert found.message == "Section 'pupils' links the table 'school_roll', which has no record ids."
    assert (found.place, "record_id" in str(found.next_step)) == ("contracts/school_roll.yaml", True)
    sample.write("contracts/school_roll.yaml", SCHOOL + ROLE)
    assert "CON004" not in {finding.rule for finding in sample.findings()}


def test_a_stage_is_a_linkage_if_it_says_so_whatever_its_settings(sample: Any) -> None:
    sample.write("contracts/school_roll.yaml", SCHOOL)
    sample.change("params.yaml", "table: contacts", "table: school_roll")

    def rules() -> set[str]:
        return {finding.rule for finding in sample.findings()}

    assert "CON004" not in rules()
    sample.change("dvc.yaml", "{product", "{kind: linkage, product")
    assert "CON004" in rules()
    sample.change("params.yaml", "plan: {", "plan: {link_type: dedupe_only, ")
    sample.change("dvc.yaml", "kind: linkage", "kind: analysis")
    assert "CON004" not in rules()


@pytest.mark.parametrize("tables", ["3", "school", "[3, [a]]", "{a: b}", "null"])
def test_tables_that_are_no_list_of_names_stop_no_rule(sample: Any, tables: str) -> None:
    sample.change("params.yaml", "plan: {", f"pupils: {{tables: {tables}}}\nplan: {{")
    assert sample.findings() == []
