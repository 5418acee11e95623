"""What is not known yet is listed under the gate that needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import Gate, ProjectRecord, is_todo, load_gates, load_record
from shared_analysis.record.gates import gate_of

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("TODO", True),
        ("TODO: ask the borough", True),
        ("TODO ask", True),
        ("  TODO", True),
        ("TODOS", False),
        ("to do", False),
        ("not TODO", False),
        (None, False),
        (3, False),
    ],
)
def test_what_counts_as_todo(value: object, expected: bool) -> None:
    assert is_todo(value) is expected


def test_gaps_come_by_gate_with_hint_and_line(write_record: Write) -> None:
    path = write_record(
        ("lead_analyst: Senior analyst", 'lead_analyst: "TODO: ask HR"'),
        ("output_checker: Statistician", "output_checker: TODO"),
        ("delete_by: 2029-01-31", "delete_by: TODO"),
        ("  measure: Nights", "  measure: TODO (ask the board)"),
    )
    gaps = load_record(path).gaps()
    assert [(gap.gate, gap.key, gap.hint) for gap in gaps] == [
        ("outcome", "outcome.measure", "ask the board"),
        ("outcome", "roles.lead_analyst", "ask HR"),
        ("data", "datasets.contacts.delete_by", ""),
        ("publish", "roles.output_checker", ""),
    ]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all("TODO" in lines[(gap.line or 0) - 1] for gap in gaps)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("outcome:\n  id: fewer-nights", "x", "outcome"),
        ("    parties: [lead, charity]", "    parties: TODO", "agreements.dsa.parties"),
        ("    parties: [lead, charity]", "    parties: [lead, TODO: the other]", "agreements.dsa.parties"),
        ("    stages: [validate, forecast]", "    stages: TODO", "products.forecast.stages"),
    ],
)
def test_todo_may_stand_anywhere(write_record: Write, old: str, new: str, key: str) -> None:
    path = write_record() if new == "x" else write_record((old, new))
    if new == "x":
        text = path.read_text(encoding="utf-8")
        start, end = text.index("outcome:\n"), text.index("actions:")
        changed = text[:start] + "outcome: TODO\n" + text[end:].replace("outcome: fewer-nights", "outcome: TODO")
        path.write_text(changed, encoding="utf-8")
    assert key in [gap.key for gap in load_record(path).gaps()]


def _fields(model: type[BaseModel], key: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        inner = field.annotation if isinstance(field.annotation, type) else None
        if inner and issubclass(inner, BaseModel):
            yield from _fields(inner, (*key, name))
        else:
            yield (*key, name)


def test_every_key_of_the_record_belongs_to_a_gate_by_name() -> None:
    gates = load_gates()
    claims = [tuple(claim.split(".")) for gate in gates for claim in gate.record]
    unclaimed = [key for key in _fields(ProjectRecord) if not any(key[: len(claim)] == claim for claim in claims)]
    assert unclaimed == []


def test_the_longest_claim_decides() -> None:
    gates = load_gates()
    assert gate_of(("datasets", 0, "owner"), gates) == "data"
    assert gate_of(("roles", "reviewer"), gates) == "product"


def own_gates(*claims: list[str]) -> tuple[Gate, ...]:
    return tuple(
        Gate(id=f"gate-{number}", label="x", question="?", record=claim, documents=[])
        for number, claim in enumerate(claims)
    )


@pytest.mark.parametrize(
    ("claims", "gate"),
    [
        ([["datasets"], ["datasets"]], "gate-0"),
        ([["outcome"], ["datasets.owner"], ["datasets.owner"]], "gate-1"),
        ([["outcome"], ["datasets"], ["datasets.owner"]], "gate-2"),
        ([["datasets.owner"], ["datasets"]], "gate-0"),
        ([["outcome"], ["agreements"]], "gate-0"),
        ([["outcome"], ["datasets.own"]], "gate-0"),
    ],
    ids=["two alike", "two alike after another", "the longer", "the longer first", "nobody's", "another key"],
)
def test_of_gates_that_claim_a_key_alike_the_first_has_it(claims: list[list[str]], gate: str) -> None:
    assert gate_of(("datasets", 0, "owner"), own_gates(*claims)) == gate


def test_gaps_of_one_gate_come_in_the_order_of_the_file(write_record: Write) -> None:
    path = write_record(
        ("owner: charity\n", "owner: TODO\n"),
        ("delete_by: 2029-01-31", "delete_by: TODO"),
        ("target: 80", "target: TODO"),
    )
    listed = load_record(path).gaps(own_gates(["datasets"], ["outcome"]))
    assert [gap.gate for gap in listed] == sorted(gap.gate for gap in listed)
    for gate in ("gate-0", "gate-1"):
        lines = [gap.line for gap in listed if gap.gate == gate]
        assert lines == sorted(lines, key=lambda line: line or 0)
        assert lines


def test_a_project_may_have_its_own_gates(tmp_path: Path) -> None:
    (tmp_path / "gates.yaml").write_text(
        "gates:\n  - {id: start, label: Go, question: 'Shall we?', record: [outcome], documents: []}\n",
        encoding="utf-8",
    )
    assert [gate.label for gate in load_gates(tmp_path)] == ["Go"]


@pytest.mark.parametrize("text", ["gates: [{id: a}]\n", "gates: []\n", "gates: [\n", "", "gates: 3\n"])
def test_broken_gates_are_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "gates.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SharedAnalysisError) as error:
        load_gates(tmp_path)
    assert "gates.yaml" in (error.value.where or "")
