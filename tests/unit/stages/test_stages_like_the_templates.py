"""A stage that is added is the one that the template would have made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from shared_analysis.checks import check_project
from shared_analysis.stages import KINDS, add_stage
from shared_analysis.stages.skeletons import NewStage
from tools import skeletons


def by_id(record: dict, part: str) -> dict:
    """Entries of the record by their name, without regard to the order of what they list."""
    key = "name" if part == "datasets" else "id"
    return {
        entry[key]: {name: sorted(value) if isinstance(value, list) else value for name, value in entry.items()}
        for entry in record[part]
    }


def without_order(value):
    if isinstance(value, dict):
        return {key: without_order(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((without_order(inner) for inner in value), key=repr)
    return value


@pytest.mark.parametrize(("begun", "added"), [("forecasting", "link"), ("linkage", "forecast")])
def test_the_other_part_can_be_added_later_as_the_question_says(sample, begun, added):
    later, whole = sample(begun), sample("linkage-and-forecasting")
    add_stage(later.root, added, added).write()
    assert check_project(later.root).faults == []
    made, wanted = later.files(), whole.files()
    assert set(made) == {*wanted, f"tests/test_{added}.py"}
    for name in wanted:
        if name.startswith(("contracts/", "notebooks/")):
            assert made[name] == wanted[name], name
    assert without_order(later.yaml("dvc.yaml")) == without_order(whole.yaml("dvc.yaml"))
    assert list(later.yaml("dvc.yaml")["stages"]) == list(whole.yaml("dvc.yaml")["stages"])
    assert later.yaml("params.yaml") == whole.yaml("params.yaml")
    assert list(later.yaml("params.yaml")) == list(whole.yaml("params.yaml"))
    for part in ("actions", "products"):
        assert by_id(later.yaml("project.yaml"), part) == by_id(whole.yaml("project.yaml"), part)
    datasets, expected = (by_id(one.yaml("project.yaml"), "datasets") for one in (later, whole))
    assert set(datasets) == set(expected)
    if added == "link":  # what a table that was there may be used for is nobody's to widen but a person's
        assert datasets == expected


def test_a_linkage_in_use_for_a_forecast_is_pointed_out(sample):
    notes = add_stage(sample("linkage").root, "forecast", "forecast").notes
    assert [note for note in notes if "'housing' for the product 'demand-forecast'" in note]


def test_the_skeletons_are_what_the_template_makes(tmp_path: Path):
    taken = skeletons.take(tmp_path)
    now = {path.relative_to(taken): path.read_bytes() for path in taken.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(skeletons.SKELETONS): path.read_bytes()
        for path in skeletons.SKELETONS.rglob("*")
        if path.is_file()
    }
    assert now == kept, "run `python -m tools.skeletons`"


def plain(kind: str, name: str, number: int) -> NewStage:
    return NewStage(KINDS[kind], name, number, ("a-product",), {}, "open", register="people")


def cells(stage: NewStage) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(stage.notebook_text())["cells"]]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_of_a_new_stage_goes_by_the_old_name(kind):
    stage = plain(kind, "zebra", 77)
    block = yaml.safe_load(stage.pipeline_block())
    assert list(block) == ["zebra"]
    assert block["zebra"]["meta"] == {"kind": KINDS[kind].analysis, "product": "a-product"}
    written = [path for key in ("outs", "metrics") for out in block["zebra"][key] for path in out]
    assert all("zebra" in path for path in written)
    assert len(written) == 5
    assert list(yaml.safe_load(stage.section())) == ["zebra"]
    for text in (stage.pipeline_block(), stage.notebook_text()):
        for old in (f"`{kind}`", f'"{kind}"', f"reports/{kind}", f"{kind}.json", KINDS[kind].notebook, f'\\"{kind}\\"'):
            assert old not in text, old
    assert ("processed/people/register" in stage.notebook_text()) is (kind == "forecast")
    assert "processed/link" not in stage.notebook_text() + stage.pipeline_block()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_written_into_a_project_fits_its_linter_whatever_the_name(kind, tmp_path):
    from tests.baked import run

    many = {"tables": [f"a_table_of_a_long_name_{number}" for number in range(9)]} if kind == "link" else {}
    stage = replace(plain(kind, "z" * 40, 77), settings=many)
    assert ('    "a_table_of_a_long_name_8",' in "".join(cells(stage))) is bool(many)
    (tmp_path / "test_it.py").write_text(stage.test_text(), encoding="utf-8")
    (tmp_path / "it.ipynb").write_text(stage.notebook_text(), encoding="utf-8")
    rules = ("--line-length", "110", "--isolated")
    ours = ("--config", 'lint.isort.known-first-party=["shared_analysis"]')
    run("ruff", "check", "--select", "B,E,F,I,UP,W", *rules, *ours, ".", cwd=tmp_path)
    run("ruff", "format", "--check", *rules, ".", cwd=tmp_path)
