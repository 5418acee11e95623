"""Rules on values, merges, the lock and what stages need: each finds what it is for, with its line and its remedy."""

from __future__ import annotations

from typing import Any

import pytest

LOCK = """\
schema: '2.0'
stages:
  plan:
    cmd: python -m shared_analysis notebook run 30_plan
"""


def found(sample: Any, rule: str) -> list[tuple[str, str, str]]:
    return [(one.place, one.message, one.next_step) for one in sample.findings() if one.rule == rule]


@pytest.mark.parametrize(
    ("value", "says", "todo"),
    [
        ("2026-01-01", "DVC takes 2026-01-01 for a date", '"2026-01-01"'),
        ("[x, 2026-1-1 10:00:00]", "takes 2026-1-1 10:00:00 for a date", "in quotes"),
        (".inf", "'.inf' is no number", "write a number"),
        ("[-.Inf]", "'-.Inf' is no number", "write a number"),
        (".NaN", "'.NaN' is no number", "write a number"),
        ("{80: x}", "The key 80 is no text", '"80"'),
        ("{true: x}", "The key true is no text", '"true"'),
        ("!!binary aGk=", "kind 'binary' cannot", "in quotes"),
        ("!!set {a}", "kind 'set' cannot", "in quotes"),
    ],
)
def test_a_value_that_dvc_or_a_notebook_cannot_take_is_named_with_its_line(
    sample: Any, value: str, says: str, todo: str
) -> None:
    sample.write("params.yaml", f"data: {{mode: twin}}\nplan:\n  horizon: 12\n  until: {value}\n")
    (place, message, next_step), *more = found(sample, "PRJ003")
    assert (place, more) == ("params.yaml, line 4", [])
    assert says in message
    assert todo in next_step


@pytest.mark.parametrize(
    "value",
    [
        '"2026-01-01"',
        "'2026-01-01'",
        "2016-01",
        "1e-05",
        "no",
        "12:30",
        "{known: [a], b: null}",
        "&a [1]",
        "2020-03/2020-07",
    ],
)
def test_other_values_are_fine(sample: Any, value: str) -> None:
    sample.write("params.yaml", f"data: {{mode: twin}}\nplan: {{until: {value}}}\n")
    assert found(sample, "PRJ003") == []


@pytest.mark.parametrize(
    ("params", "says", "line"),
    [
        ("data: {mode: twin}\nplan: 3\n", "Section 'plan' must hold names", 2),
        ("data: {mode: twin}\nplan: [1]\n", "Section 'plan' must hold names", 2),
        ("data: {mode: twin}\nother: 3\nplan: {}\n", "Section 'other' must hold names", 2),
        ("data: {mode: twin}\nplan:\n  match-threshold: 1\n", "'match-threshold' cannot be the name", 3),
        ("data: {mode: twin}\n3: {a: 1}\nplan:\n", "The key 3 is no text", 2),
    ],
)
def test_a_section_that_no_notebook_could_repeat_is_named(sample: Any, params: str, says: str, line: int) -> None:
    sample.write("params.yaml", params)
    ((place, message, _),) = found(sample, "PRJ003")
    assert (place, says in message) == (f"params.yaml, line {line}", True)


def test_a_value_that_holds_itself_stops_nothing(sample: Any) -> None:
    sample.write("params.yaml", "data: {mode: twin}\nplan: &a {x: [*a]}\n")
    assert found(sample, "PRJ003") == []


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("dvc.lock", "then `dvc repro`"),
        ("params.yaml", "take the marks out"),
        ("dvc.yaml", "take the marks out"),
        ("project.yaml", "take the marks out"),
        ("contracts/contacts.yaml", "take the marks out"),
        ("data/raw/contacts.csv.dvc", "`dvc checkout`"),
        ("data/raw.dvc", "`dvc checkout`"),
        ("requirements.txt", "as said at its top"),
        ("notebooks/30_plan.ipynb", "check --fix"),
        (".dvc/config", "take the marks out"),
    ],
)
def test_the_marks_of_a_merge_are_found_once_with_the_remedy(sample: Any, name: str, todo: str) -> None:
    path = sample.root / name
    text = path.read_text(encoding="utf-8") if path.exists() else "a: 1\n"
    sample.write(name, f"{text}\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n")
    ((place, _, next_step),) = found(sample, "GIT001")
    assert place == f"{name}, line {text.count(chr(10)) + 2}"
    assert todo in next_step
    others = {one.rule for one in sample.findings()} - {"GIT001", "NBK001", "CON002", "CON003", "DVC001"}
    assert others == set()


@pytest.mark.parametrize("text", ["<<<<<<<x\n", "a: '<<<<<<< '\n", " <<<<<<< HEAD\n", "=======\n"])
def test_what_only_looks_like_a_mark_is_none(sample: Any, text: str) -> None:
    sample.write("dvc.lock", text)
    assert found(sample, "GIT001") == []


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("stages: [", "not valid YAML", "dvc.lock, line 1"),
        ("", "no lock of DVC", "dvc.lock, line 1"),
        ("[1]", "no lock of DVC", "dvc.lock, line 1"),
        ("stages: {}\n", "no lock of DVC", "dvc.lock, line 1"),
        ("schema: '2.0'\nstages: 3\n", "no lock of DVC", "dvc.lock, line 1"),
        (f"{LOCK}    cmd: x\n", "written twice", "dvc.lock, line 5"),
        ("schema: '2.0'\nstages:\n  plan: 3\n", "of stage 'plan' is damaged", "dvc.lock"),
        ("schema: '2.0'\nstages:\n  plan: {deps: []}\n", "of stage 'plan' is damaged", "dvc.lock"),
    ],
)
def test_a_damaged_lock_is_found(sample: Any, text: str, says: str, place: str) -> None:
    sample.write("dvc.lock", text)
    ((where, message, todo),) = found(sample, "DVC003")
    assert (where, says in message, "dvc repro" in todo) == (place, True, True)


def test_a_lock_that_can_be_read_and_one_that_is_not_there_are_fine(sample: Any) -> None:
    assert found(sample, "DVC003") == []
    for text in (LOCK, "schema: '2.0'\n"):
        sample.write("dvc.lock", text)
        assert sample.findings() == []


@pytest.mark.parametrize(
    "command",
    [
        "python -m shared_analysis notebook run 30_plans",
        "shared-analysis notebook run notebooks/30_plans.ipynb -p a 1",
        "[echo, shared-analysis notebook run 30_plans]",
    ],
)
def test_a_notebook_that_a_stage_runs_and_is_not_there_is_named_with_the_nearest(sample: Any, command: str) -> None:
    sample.change("dvc.yaml", "python -m shared_analysis notebook run 30_plan", command)
    sample.change("dvc.yaml", "    meta:", "    deps: [notebooks/30_plans.ipynb]\n    meta:")
    assert found(sample, "DVC004") == [
        (
            "dvc.yaml, line 2",
            "Stage 'plan' runs the notebook '30_plans', which is not there.",
            "did you mean '30_plan'?",
        )
    ]
    assert found(sample, "DVC005") == []


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        ("deps: [contracts, params.yaml, 'notebooks/30_plan.ipynb']", []),
        ("deps: [src/plan.py]", ["src/plan.py"]),
        ("deps: [notebooks/other.ipynb]", ["notebooks/other.ipynb"]),
        (
            "deps: ['data/${data.mode}']\n  t: {cmd: x, outs: [{data/twin: {a: b}}], meta: {product: forecast}}",
            [],
        ),
        ("deps: [data/twin/x.csv]\n  twin: {cmd: x, outs: [data/twin], meta: {product: forecast}}", []),
        ("deps: [data]\n  twin: {cmd: x, outs: [data/twin], meta: {product: forecast}}", []),
        ("deps: ['data/${data.mode}']", ["data/twin"]),
        ("deps: ['${other}', 's3://bucket/x', 'https://example.org/x']", []),
        ("deps: [data/raw/kept.csv, data/raw/lost.csv]", ["data/raw/lost.csv"]),
        ("wdir: notebooks\n    deps: [30_plan.ipynb, ../contracts, ../gone]", ["gone"]),
        ("deps: [m.json]\n  other: {cmd: x, metrics: [m.json], meta: {product: forecast}}", []),
        ("deps: 3", []),
    ],
)
def test_what_a_stage_reads_is_there_or_made_or_named(sample: Any, stage: str, missing: list[str]) -> None:
    sample.write("data/raw/kept.csv.dvc", "outs: []\n")
    sample.change("dvc.yaml", "    meta: {product: forecast}", f"    meta: {{product: forecast}}\n    {stage}")
    assert [message for _, message, _ in found(sample, "DVC005")] == [
        f"Stage 'plan' reads '{name}', which is not there, and no stage makes it." for name in missing
    ]
