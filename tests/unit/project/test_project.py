from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis.charts import Chart, figure
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import refuse_other_code
from shared_analysis.project import Findings, Headline, Project, open_project, untracked_tables, write_table
from shared_analysis.spec import Spec


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project.yaml").write_text("project: {}\n")
    (tmp_path / "params.yaml").write_text("data:\n  mode: twin\nlink:\n  match_threshold: 0.9\n")
    for mode in ("twin", "raw"):
        (tmp_path / "data" / mode).mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@dataclass(frozen=True)
class Finding:
    tables: Mapping[str, pd.DataFrame] = field(default_factory=lambda: {"pairs": pd.DataFrame({"a": [1]})})
    metrics: Mapping[str, float] = field(default_factory=lambda: {"links": 3})

    def charts(self) -> dict[str, Chart]:
        fig, axes = figure("Three links")
        axes.bar(["a"], [3])
        return {"links": Chart(fig, "Three links", "One bar of height three")}

    def summary(self) -> str:
        return "We found 3 links."


def test_a_project_is_found_from_any_folder_inside_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "notebooks")
    assert open_project().root == root.resolve()
    with pytest.raises(SharedAnalysisError, match="not a project folder"):
        open_project(root.parent)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (b"a: [1\nb: 2\n", "line 2"),
        (b"- a\n", "section"),
        (b"a: 3\n", "section"),
        (b"a: {b: 1}\nc: {b: \xa3}\n", r"UTF-8 text.\n  where: params.yaml, line 2"),
        (b"a: {b: 1}\na: {b: 2}\n", r"'a' is written twice.\n  where: params.yaml, line 2"),
        (b"a: &x [*x]\n", "line 1"),
        (b"a: {b: !!int one}\n", r"params\.yaml"),
    ],
)
def test_broken_params_are_named(root: Path, params: bytes, says: str) -> None:
    (root / "params.yaml").write_bytes(params)
    with pytest.raises(SharedAnalysisError, match=says):
        open_project(root)
    (root / "params.yaml").unlink()
    with pytest.raises(SharedAnalysisError, match=r"no params\.yaml"):
        open_project(root)


def test_days_in_the_params_are_text_whether_the_calendar_has_them_or_not(root: Path) -> None:
    (root / "params.yaml").write_text("a: {first: 2024-13-45, last: 2024-01-02, when: 2024-01-02 10:00:00}\n")
    assert open_project(root).section("a") == {
        "first": "2024-13-45",
        "last": "2024-01-02",
        "when": "2024-01-02 10:00:00",
    }


def test_a_key_that_replaces_a_merged_one_is_not_written_twice(root: Path) -> None:
    (root / "params.yaml").write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\n")
    assert open_project(root).section("b") == {"x": 3, "y": 2}


@pytest.mark.parametrize("key", ["true", "010", "1"])
def test_a_key_that_yaml_does_not_read_as_text_is_named(root: Path, key: str) -> None:
    (root / "params.yaml").write_text(f"a:\n  size: 3\n  {key}: 4\n")

    class Settings(Spec):
        size: int

    with pytest.raises(SharedAnalysisError, match=r"key 2 of 2 as (True|10|1)\.[\s\S]*in quotes"):
        Settings.from_section(open_project(root).section("a"))


def test_an_unknown_section_names_those_there_are(root: Path) -> None:
    project = open_project(root)
    assert project.section("link") == {"match_threshold": 0.9}
    with pytest.raises(SharedAnalysisError, match="data, link"):
        project.section("lnik")
    with pytest.raises(SharedAnalysisError, match="'twin'"):
        _ = Project(root, {"data": {"mode": "real"}}).mode


def test_inputs_are_the_tables_of_the_mode_without_the_truth(root: Path) -> None:
    twin = root / "data" / "twin"
    with pytest.raises(SharedAnalysisError, match="no input table"):
        open_project(root).inputs()
    for name in ("outreach.csv", "housing.csv", "truth.csv", "SYNTHETIC.txt"):
        (twin / name).write_text("record_id\n1\n")
    project = open_project(root)
    assert list(project.inputs()) == ["housing", "outreach"]
    assert project.read_inputs()["housing"]["record_id"].tolist() == ["1"]
    truth = project.truth()
    assert truth is not None
    assert len(truth) == 1
    with pytest.raises(SharedAnalysisError, match="'contacts' is missing"):
        project.read_input("contacts")
    write_table(twin / "housing.parquet", pd.DataFrame({"a": [1]}))
    with pytest.raises(SharedAnalysisError, match="twice"):
        project.inputs()


def test_stages_are_those_of_the_pipeline(root: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=r"no dvc\.yaml"):
        _ = open_project(root).stages
    (root / "dvc.yaml").write_text("stages:\n  validate: {cmd: a}\n  link: {cmd: b}\n")
    assert open_project(root).stages == ("validate", "link")


def test_truth_is_optional(root: Path) -> None:
    assert open_project(root).truth() is None


def test_by_hand_results_go_to_scratch_and_under_dvc_to_their_place(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project(root)
    project.save("link", Finding())
    assert not (root / "reports").exists()
    by_hand = {path.relative_to(root / "scratch") for path in (root / "scratch").rglob("*") if path.is_file()}
    monkeypatch.setenv("DVC_STAGE", "link")
    project.save("link", Finding())
    expected = {
        "data/processed/link/pairs.parquet",
        "reports/link/charts.json",
        "reports/link/charts/links.svg",
        "reports/link/summary.md",
        "reports/metrics/link.json",
    }
    assert {path.as_posix() for path in by_hand} == expected
    for name in expected:
        assert (root / name).read_bytes() == (root / "scratch" / name).read_bytes()
    assert project.read("processed/link/pairs")["a"].tolist() == [1]
    with pytest.raises(SharedAnalysisError, match="dvc repro"):
        project.read("processed/link/register")


@pytest.mark.parametrize("mode", ["twin", "raw"])
def test_everything_made_from_the_twin_and_nothing_else_is_marked(root: Path, mode: str) -> None:
    Project(root, {"data": {"mode": mode}}).save("link", Finding())
    reports = root / "scratch" / "reports"
    marked = mode == "twin"
    assert ("SYNTHETIC" in (reports / "link" / "charts" / "links.svg").read_text()) is marked
    assert ("SYNTHETIC" in (reports / "link" / "summary.md").read_text()) is marked
    for name in ("link/charts.json", "metrics/link.json"):
        assert (json.loads((reports / name).read_text()).get("data") == "SYNTHETIC") is marked


def test_real_tables_that_dvc_does_not_keep_are_found(root: Path) -> None:
    raw = root / "data" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name in ("people.csv", "places.parquet", "notes.txt"):
        (raw / name).touch()
    (raw / "places.parquet.dvc").touch()
    assert [path.name for path in untracked_tables(root)] == ["people.csv"]
    (root / "data" / "raw.dvc").touch()
    assert untracked_tables(root) == []


def test_a_stage_refuses_other_versions_than_the_lock_names(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = version("pandas")
    lines = f"pandas=={here} \\\n    --hash=sha256:00\nnumpy==0.1 ; python_full_version < '3'\nnot-there==1\n"
    (root / "requirements.txt").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("DVC_STAGE", "validate")
    refuse_other_code(root)
    (root / "requirements.txt").write_text("pandas==9.9.9 \\\n    --hash=sha256:00\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=f"pandas {here}"):
        refuse_other_code(root)
    monkeypatch.delenv("DVC_STAGE")
    refuse_other_code(root)


@pytest.mark.parametrize("pip", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_a_stage_that_refuses_other_code_names_what_installs_the_right_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, pip: bool, same: bool
) -> None:
    """In an environment that uv made there is no pip; and pip keeps what has the right version."""
    name = f"shared_analysis-{version('shared-analysis') if same else '0.0.1+hab'}-py3-none-any.whl"
    _wheel_of_other_code(root / "vendor" / name)
    monkeypatch.setenv("DVC_STAGE", "link")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: pip or None)
    with pytest.raises(SharedAnalysisError, match="not the one that this project holds") as refused:
        refuse_other_code(root)
    command = "python -m pip install" if pip else "uv pip install"
    again = f"{'--force-reinstall' if pip else '--reinstall'} --no-deps ./vendor/{name}"
    assert str(refused.value.next_step).endswith(f": {command} {again if same else '-r requirements.txt'}")


def test_a_stage_refuses_two_wheels_of_which_one_is_left_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        _wheel_of_other_code(root / "vendor" / f"shared_analysis-0.{number}-py3-none-any.whl")
    monkeypatch.setenv("DVC_STAGE", "link")
    with pytest.raises(SharedAnalysisError) as refused:
        refuse_other_code(root)
    assert "delete each wheel there that requirements.txt does not name" in str(refused.value.next_step)


def _wheel_of_other_code(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("shared_analysis-1.dist-info/RECORD", "shared_analysis/__init__.py,sha256=0,0\n")


def test_a_table_that_no_contract_describes_is_not_waited_for(root: Path) -> None:
    project = open_project(root)
    with pytest.raises(SharedAnalysisError, match="earlier stage"):
        project.read("interim/contcts")
    (root / "contracts").mkdir()
    (root / "contracts" / "a.yaml").write_text("schema:\n- name: contacts\n")
    (root / "contracts" / "housing.yaml").write_text("not: [whole\n")
    with pytest.raises(SharedAnalysisError, match="No contract describes") as error:
        project.read("interim/contcts")
    assert "did you mean 'interim/contacts'?" in str(error.value.next_step)
    with pytest.raises(SharedAnalysisError, match="the tables are: contacts, housing"):
        project.read("interim/zzz")
    for name in ("interim/contacts", "quarantine/housing", "processed/link/pairs"):
        with pytest.raises(SharedAnalysisError, match="earlier stage"):
            project.read(name)


@pytest.mark.parametrize(("mode", "says"), [("twin", "run `dvc repro`"), ("raw", "put it at data/raw/housing.csv")])
def test_an_input_that_is_missing_is_fetched_in_its_own_way(root: Path, mode: str, says: str) -> None:
    (root / "params.yaml").write_text(f"data:\n  mode: {mode}\n")
    (root / "data" / mode / "contacts.csv").write_text("id\n1\n")
    with pytest.raises(SharedAnalysisError) as error:
        open_project(root).read_input("housing")
    assert str(error.value.next_step).startswith(says)


def test_documents_of_a_result_are_kept_and_read(root: Path) -> None:
    @dataclass(frozen=True)
    class WithModel(Finding):
        documents: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: {"model": {"m": 0.5}})

    project = open_project(root)
    project.save("link", WithModel())
    assert project.read_json("scratch/data/processed/link/model.json") == {"m": 0.5}
    assert project.read_json(None) is None
    with pytest.raises(SharedAnalysisError, match="no such file"):
        project.read_json("models/none.json")
    (root / "broken.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="not a JSON document"):
        project.read_json("broken.json")


def test_a_csv_is_read_by_its_path_from_the_root_as_text_and_no_name_is_none(root: Path) -> None:
    project = open_project(root)
    (project.root / "checked").mkdir()
    (project.root / "checked" / "pairs.csv").write_text("record_id_l,match\n007,yes\n", encoding="utf-8")
    pairs = project.read_file("checked/pairs.csv")
    assert pairs is not None
    assert pairs["record_id_l"].tolist() == ["007"]
    assert project.read_file(None) is None
    with pytest.raises(SharedAnalysisError, match="There is no such file") as refused:
        project.read_file("checked/other.csv")
    assert refused.value.where == "checked/other.csv"


def test_findings_of_an_own_analysis_are_kept_in_the_stages_own_places(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Findings(
        text="Two rows.",
        tables={"counts": pd.DataFrame({"a": [1, 2]}), "interim/other": pd.DataFrame({"b": [1]})},
        metrics={"rows": 2},
        drawings=Finding().charts(),
        headlines=[Headline("Rows", "2", "of the other table")],
    )
    monkeypatch.setenv("DVC_STAGE", "look")
    project = open_project(root)
    project.save("look", found)
    assert project.read("processed/look/counts")["a"].tolist() == [1, 2]
    assert project.read("interim/other")["b"].tolist() == [1]
    assert project.read_json("reports/metrics/look.json") == {"data": "SYNTHETIC", "rows": 2}
    assert "Two rows." in (root / "reports/look/summary.md").read_text(encoding="utf-8")
    assert (root / "reports/look/charts/links.svg").is_file()
    assert (root / "reports/look/headlines.json").read_bytes() == (
        b'{\n  "data": "SYNTHETIC",\n  "headlines": [\n    {\n      "label": "Rows",\n      "value": "2",\n'
        b'      "note": "of the other table"\n    }\n  ]\n}\n'
    )
    assert repr(found) == "<Findings: tables ['counts', 'interim/other'], metrics ['rows'], charts ['links']>"
