"""Own tables come into a project with one command: all of it, or nothing."""

from __future__ import annotations

import subprocess

import numpy as np
import pandas as pd
import pytest

from shared_analysis.checks import check_project
from shared_analysis.contracts import load_contracts
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import notebook_parameters, open_project
from shared_analysis.record import load_record
from shared_analysis.stages import undeclared
from shared_analysis.tables import add_tables
from tests.unit.tables.conftest import AREAS, commit, status


def faults(root) -> list[str]:
    return [fault.rule for fault in check_project(root).faults]


def mentions(root, name: str) -> list[str]:
    folders = ("contracts", "notebooks", "method", "governance", "tests")
    paths = [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]
    paths += [root / "params.yaml", root / "project.yaml", root / "dvc.yaml"]
    return [path.name for path in paths if f"`{name}`" in path.read_text() or f'"{name}"' in path.read_text()]


def test_two_tables_take_the_place_of_the_example(committed, tables, run):
    project = committed("linkage")
    files = tables.csv(tables.applications, "Applications Nov-2026.csv"), tables.csv(tables.clients, "clients.csv")
    result = run(project.root, "add", *files, "--for", "link", "--replace-example")
    assert "Added applications and clients" in result.output
    contracts = load_contracts(project.root / "contracts")
    assert list(contracts) == ["applications", "clients"]
    assert (
        contracts["clients"].roles.items()
        >= {
            "record_id": "ref",
            "given_name": "First name",
            "date_of_birth": "Birth date",
        }.items()
    )
    assert {contract.product for contract in contracts.values()} == {"linked-register"}
    datasets = load_record(project.root).datasets
    assert [(dataset.name, dataset.title) for dataset in datasets] == [
        ("applications", "Applications"),
        ("clients", "Clients"),
    ]
    section = open_project(project.root).section("link")
    assert section["tables"] == ["applications", "clients"]
    assert notebook_parameters(project.root / "notebooks" / "20_link.ipynb") == section
    assert open_project(project.root).mode == "raw"
    assert list(open_project(project.root).inputs()) == ["applications", "clients"]
    assert (project.root / "data/raw/applications.csv.dvc").exists()
    assert faults(project.root) == ["GAT003"]
    assert mentions(project.root, "housing") == mentions(project.root, "outreach") == []
    assert "| `clients` | Clients | TODO |" in project.text("governance/transparency-record.md")
    assert "Copies of `applications` and `clients` come" in project.text("governance/dpia.md")


def test_an_own_table_may_be_called_like_one_of_the_example(committed, tables, run):
    project = committed("linkage-and-forecasting")
    file = tables.csv(tables.applications, "housing.csv")
    run(project.root, "add", file, "--for", "link", "--replace-example")
    assert load_contracts(project.root / "contracts")["housing"].roles["record_id"] == "case_no"
    assert list(load_contracts(project.root / "contracts")) == ["housing"]
    assert [(own.name, own.title) for own in load_record(project.root).datasets] == [("housing", "Housing")]
    assert open_project(project.root).section("link")["tables"] == ["housing"]
    assert open_project(project.root).mode == "raw"
    assert faults(project.root) == ["GAT003"]


def test_git_takes_it_back_in_one_command(committed, tables, run):
    project = committed("linkage")
    result = run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    command = next(line for line in result.output.splitlines() if "git stash" in line).split()
    assert command[:2] == ["git", "stash"]
    person = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *person, *command[1:]], cwd=project.root, check=True, capture_output=True)
    assert status(project.root) == []
    assert open_project(project.root).mode == "twin"
    again = run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    assert "Added clients" in again.output


def test_a_workbook_with_quarters_of_financial_years_is_forecast(committed, tables, run):
    project = committed("forecasting")
    file = tables.workbook("Library visits.xlsx", tables.by_quarter())
    run(project.root, "add", file, "--for", "forecast", "--replace-example")
    section = open_project(project.root).section("forecast")
    wanted = {"table": "library_visits", "count": "sum", "by": ["area_code"], "frequency": "quarterly"}
    assert section.items() >= {**wanted, "missing": "error"}.items()
    assert notebook_parameters(project.root / "notebooks" / "30_forecast.ipynb") == section
    assert load_contracts(project.root / "contracts")["library_visits"].reading.header_row == 3
    assert faults(project.root) == ["GAT003"]


def test_a_table_with_financial_years_as_headings_is_forecast_by_year(committed, tables, run):
    project = committed("forecasting")
    years = [f"{year}/{(year + 1) % 100:02d}" for year in range(2012, 2024)]
    rows = [[area, *range(100 * number, 100 * number + len(years))] for number, area in enumerate(AREAS, start=1)]
    file = tables.workbook("Placements.xlsx", [["Placements"], [], ["Area", *years], *rows])
    run(project.root, "add", file, "--for", "forecast", "--replace-example")
    section = open_project(project.root).section("forecast")
    assert section.items() >= {"table": "placements", "count": "sum", "frequency": "yearly", "horizon": 3}.items()
    assert faults(project.root) == ["GAT003"]


def test_a_total_beside_the_periods_is_left_out(committed, tables, run):
    project = committed("forecasting")
    rows = tables.by_quarter()
    rows[2].append("Total")
    for row in rows[3:-2]:
        row.append(sum(row[1:]))
    result = run(project.root, "add", tables.workbook("visits.xlsx", rows), "--for", "forecast", "--replace-example")
    assert "left out, because each period would repeat what all of them add up to: Total" in result.output
    assert "Total" not in load_contracts(project.root / "contracts")["visits"].names
    revised = [[*row[:1], row[1] + 1, *row[2:-1], row[-1] + 1] if row and row[0] in AREAS else row for row in rows]
    again = run(project.root, "refresh", tables.workbook("visits.xlsx", revised), "--dry-run")
    assert f"0 new, 0 gone, {len(AREAS)} of" in again.output


def test_the_other_analysis_of_the_example_leaves_and_comes_back(committed, tables, run):
    project = committed("linkage-and-forecasting")
    result = run(project.root, "add", tables.csv(tables.visits, "visits.csv"), "--for", "forecast", "--replace-example")
    assert "The stage 'link' read nothing but the example, and is removed with it" in result.output
    assert open_project(project.root).stages == ("twin", "validate", "forecast", "report")
    assert "processed/link" not in project.text("notebooks/30_forecast.ipynb")
    assert undeclared(project.root, "forecast") == []
    assert faults(project.root) == ["GAT003"]
    commit(project.root)
    run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link")
    assert open_project(project.root).stages == ("twin", "validate", "link", "forecast", "report")
    assert open_project(project.root).section("link")["tables"] == ["clients"]
    assert open_project(project.root).section("link")["link_type"] == "dedupe_only"
    assert open_project(project.root).section("forecast")["table"] == "visits"
    assert faults(project.root) == ["GAT003"]


def test_a_stage_is_added_with_its_product_where_there_is_none_of_the_kind(committed, tables, run):
    project = committed("forecasting")
    run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link")
    assert "link" in open_project(project.root).stages
    assert "linked-register" in [product.id for product in load_record(project.root).products]
    assert open_project(project.root).mode == "twin"  # the example's table has no real data
    assert faults(project.root) == []


def test_a_third_table_joins_those_that_are_linked(committed, tables, run):
    project = committed("linkage")
    run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    commit(project.root)
    run(project.root, "add", tables.csv(tables.applications, "applications.csv"), "--for", "link")
    assert open_project(project.root).section("link")["tables"] == ["clients", "applications"]


def test_a_table_for_nothing_yet_has_a_contract_and_an_entry(committed, tables, run):
    project = committed("forecasting")
    run(project.root, "add", tables.csv(tables.visits, "visits.csv"))
    assert "visits" in load_contracts(project.root / "contracts")
    assert "visits" in [dataset.name for dataset in load_record(project.root).datasets]
    assert open_project(project.root).section("forecast")["table"] == "contacts"


def test_a_dry_run_shows_the_same_and_writes_nothing(committed, tables, run):
    project = committed("linkage")
    before = project.files()
    words = tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example"
    shown = run(project.root, "add", *words, "--dry-run").output
    left = {name: content for name, content in project.files().items() if not name.endswith("changes.lock")}
    assert left == before
    real = run(project.root, "add", *words).output
    assert real.startswith(shown.partition("\nNothing was written")[0])


def test_roles_are_settled_among_the_tables(committed, tables):
    project = committed("linkage")
    one = tables.clients.rename(columns={"ref": "Client ref", "First name": "Known as"})
    two = tables.applications.rename(columns={"forename": "Given name", "surname": "Known as"})
    two["Known as"], one["Known as"] = one["Known as"].iloc[:200].to_numpy(), one["Known as"].to_numpy()
    files = [tables.csv(one, "one.csv"), tables.csv(two, "two.csv")]
    first, second = add_tables(project.root, files, "link", replace_example=True).drafts
    shared = set(first.contract.roles) & set(second.contract.roles)
    assert {"record_id", "date_of_birth", "postcode"} <= shared


def test_a_number_that_tells_the_rows_apart_becomes_their_record_id(committed, tables):
    project = committed("linkage")
    numbered = tables.clients.assign(ref=range(1000, 1200)).rename(columns={"ref": "sequence"})
    (draft,) = add_tables(project.root, [tables.csv(numbered, "people.csv")], "link", replace_example=True).drafts
    column = draft.contract.by_role("record_id")
    assert (column.name, column.type, column.primary_key) == ("sequence", "string", True)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("clients.txt", "clients"),
        ("applications.csv", "applications"),
        ("Applications Nov-2026.csv", "applications"),
        ("applications_2026_11_30.csv", "applications"),
        ("Housing Register FINAL v2.csv", "housing_register"),
        ("Besök i bibliotek.csv", "besok_i_bibliotek"),
        ("2024 visits.csv", "table_2024_visits"),
        ("VISITS (1).CSV", "visits"),
        ("people.csv", "people"),
        ("2024.csv", "table_2024"),
    ],
)
def test_a_table_is_called_like_its_file_less_its_delivery(committed, tables, file, name):
    project = committed("linkage")
    (draft,) = add_tables(project.root, [tables.csv(tables.clients, file)], "link", replace_example=True).drafts
    assert draft.name == name
    assert draft.place == f"data/raw/{name}.csv"


def refused(project, given: list[str], *words, **options) -> str:
    before = project.files()
    with pytest.raises(SharedAnalysisError) as error:
        add_tables(project.root, given, *words, **options)
    assert project.files() == before
    return str(error.value)


def test_what_cannot_be_is_refused_and_nothing_changes(committed, tables):
    project = committed("linkage-and-forecasting")
    clients, visits = tables.csv(tables.clients, "clients.csv"), tables.csv(tables.visits, "visits.csv")
    nameless = tables.csv(tables.clients.drop(columns="ref").assign(x=1), "nameless.csv")
    undated = tables.csv(pd.DataFrame({"area": ["E09000001"] * 40, "visits": range(40)}), "undated.csv")
    text = tables.folder / "letter.txt"
    text.write_text("Dear all", encoding="utf-8")
    replace = {"replace_example": True}
    assert "--replace-example" in refused(project, [clients], "link")
    assert "No column numbers the records" in refused(project, [nameless], "link", **replace)
    assert "says when" in refused(project, [undated], "forecast", **replace)
    assert "forecast reads one table" in refused(project, [clients, visits], "forecast", **replace)
    assert "There is no stage 'linc'" in refused(project, [clients], "linc", **replace)
    assert "neither a linkage nor a forecast" in refused(project, [clients], "report", **replace)
    assert "no such file" in refused(project, [clients + "x"], "link", **replace)
    assert "is a folder" in refused(project, [str(tables.folder)], "link", **replace)
    assert "letter.txt" in refused(project, [str(text)], "link", **replace)
    assert "has a table 'housing' already" in refused(project, [f"housing={clients}"])
    assert "cannot be called 'con'" in refused(project, [f"con={clients}"], "link", **replace)
    assert "cannot be called 'My table'" in refused(project, [f"My table={clients}"], "link", **replace)
    assert "Two of the files" in refused(project, [clients, f"clients={visits}"], "link", **replace)


def test_a_forecast_that_would_stop_says_so(committed, tables, run):
    project = committed("forecasting")
    total = tables.visits.groupby("month", as_index=False)["visits"].sum().assign(area="E12000007")
    file = tables.csv(pd.concat([tables.visits, total]), "visits.csv")
    result = run(project.root, "add", file, "--for", "forecast", "--replace-example")
    assert "The stage 'forecast' would stop" in result.output


def test_changes_that_are_not_committed_are_not_mixed_with_it(committed, tables, run):
    project = committed("linkage")
    project.change("params.yaml", "max_bad_share: 0.05", "max_bad_share: 0.06")
    with pytest.raises(SharedAnalysisError, match="not committed"):
        run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    assert status(project.root) == [" M params.yaml"]


def test_a_table_that_dvc_does_not_keep_is_not_overwritten(committed, tables, run):
    project = committed("linkage")
    project.write("data/raw/clients.csv", "ref\nonly here\n")
    with pytest.raises(SharedAnalysisError, match="would be lost"):
        run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    assert project.text("data/raw/clients.csv") == "ref\nonly here\n"
    assert status(project.root) == []


def test_a_table_that_was_copied_to_its_place_by_hand_is_taken_there(committed, tables, run):
    project = committed("linkage")
    project.write("data/raw/clients.csv", tables.clients.to_csv(index=False, lineterminator="\n"))
    run(project.root, "add", "data/raw/clients.csv", "--for", "link", "--replace-example")
    assert (project.root / "data/raw/clients.csv.dvc").exists()
    assert faults(project.root) == ["GAT003"]


def test_of_a_table_without_rows_it_is_said_that_there_is_nothing_to_forecast(committed, tables, run):
    project = committed("forecasting")
    file = tables.csv(tables.visits[:0], "visits.csv")
    result = run(project.root, "add", file, "--for", "forecast", "--replace-example")
    assert "The stage 'forecast' would stop: There is no row to count." in result.output


@pytest.mark.parametrize(
    "values",
    [
        [f"Person Number {number}" for number in range(200)],
        [f"0207 946 {number:04d}" for number in range(200)],
        [f"person{number}@example.org" for number in range(200)],
        [f"E{number % 90} {number % 9}AB {number}" for number in range(200)],
    ],
)
def test_what_names_or_reaches_a_person_is_no_number_of_a_record(committed, tables, values):
    project = committed("linkage")
    rows = tables.clients.drop(columns="ref").assign(other=values)
    assert "No column numbers the records" in refused(
        project, [tables.csv(rows, "people.csv")], "link", replace_example=True
    )


def test_a_number_that_counts_the_rows_is_asked_about(committed, tables, run):
    project = committed("linkage")
    rows = tables.clients.assign(ref=range(1, 201))
    result = run(project.root, "add", tables.csv(rows, "people.csv"), "--for", "link", "--replace-example")
    assert "'ref' counts the rows" in result.output


def test_the_number_of_one_table_is_no_number_of_the_records_that_refer_to_it(committed, tables):
    project = committed("linkage")
    visits = tables.clients.sample(300, replace=True, random_state=1).assign(visit=[f"V{one}" for one in range(300)])
    files = [tables.csv(tables.clients, "people.csv"), tables.csv(visits, "visits.csv")]
    _, draft = add_tables(project.root, files, "link", replace_example=True).drafts
    assert draft.contract.by_role("record_id").name == "visit"


def test_a_role_of_the_other_table_needs_values_of_its_kind(committed, tables):
    project = committed("linkage")
    numbers = np.random.default_rng(1).integers(10_000_000, 99_999_999, 200)
    one = tables.clients.assign(contact=[f"020 {number}" for number in numbers])
    two = tables.applications.assign(contact=["visit", "letter"] * 100)
    files = [tables.csv(one, "one.csv"), tables.csv(two, "two.csv")]
    drafts = add_tables(project.root, files, "link", replace_example=True).drafts
    assert [draft.contract.column("contact").role for draft in drafts] == ["phone", None]


def test_without_git_nothing_of_the_example_is_removed(sample, tables, run):
    project = sample("linkage")
    before = project.files()
    with pytest.raises(SharedAnalysisError, match="put the project under git first"):
        run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    assert {name: own for name, own in project.files().items() if ".dvc/tmp" not in name} == before


def test_a_page_in_another_encoding_stays_as_it_is(committed, tables, run):
    project = committed("linkage")
    page = project.root / "method" / "notes.md"
    page.write_bytes("Caf\xe9 `housing`".encode("cp1252"))
    commit(project.root)
    run(project.root, "add", tables.csv(tables.clients, "clients.csv"), "--for", "link", "--replace-example")
    assert page.read_bytes() == "Caf\xe9 `housing`".encode("cp1252")
