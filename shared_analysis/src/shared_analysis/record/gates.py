"""The gates a project passes, and what each still waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record.model import Content, Names, Part, Text
from shared_analysis.record.source import Key, dotted, read_yaml
from shared_analysis.record.todo import hint

GATES_FILE = "gates.yaml"


class Gate(Part):
    """One gate: its name, the question it asks, and what must be complete to pass it."""

    id: Text
    label: Text
    question: Text
    record: Names
    documents: Names


class _GateList(Part):
    gates: tuple[Gate, ...]


@dataclass(frozen=True)
class Gap:
    """A place in the record that still says TODO."""

    gate: str
    key: str
    hint: str
    line: int | None


def load_gates(root: Path | None = None) -> tuple[Gate, ...]:
    """Return the gates in order: the project's own ``gates.yaml`` if it has one, else the packaged scheme.

    Raises
    ------
    SharedAnalysisError
        If the project's own file is not a list of gates, or two gates have one id.
    """
    own = root / GATES_FILE if root else None
    if own and own.is_file():
        source = read_yaml(own)
    else:
        with resources.as_file(resources.files(__package__).joinpath(GATES_FILE)) as packaged:
            source = read_yaml(packaged)
    if source.faults:
        fault = source.faults[0]
        raise SharedAnalysisError(fault.message, f"{GATES_FILE}, line {fault.line}", fault.next_step)
    try:
        gates = _GateList.model_validate(source.data).gates
    except ValidationError as error:
        key: Key = tuple(error.errors()[0]["loc"])
        raise SharedAnalysisError(
            f"'{dotted(key)}' is missing or not as it should be.",
            f"{GATES_FILE}, line {source.line(key) or 1}",
            "every gate needs id, label, question, record and documents",
        ) from None
    if not gates or len({gate.id for gate in gates}) < len(gates):
        raise SharedAnalysisError("There must be gates, each with its own id.", GATES_FILE, "rename one of the two")
    return gates


def gate_of(key: Key, gates: Sequence[Gate]) -> str:
    """Return the id of the gate by which a key of the record must be known.

    The longest key that a gate names decides; what no gate names belongs to the first.
    """
    names = [part for part in key if isinstance(part, str)]
    best, gate_id = 0, gates[0].id
    for gate in gates:
        for claim in gate.record:
            parts = claim.split(".")
            if names[: len(parts)] == parts and len(parts) > best:
                best, gate_id = len(parts), gate.id
    return gate_id


def gaps(record: Content, gates: Sequence[Gate] | None = None) -> list[Gap]:
    """List what the record does not know yet, by gate and then in the order of the file."""
    gates = gates or load_gates()
    order = [gate.id for gate in gates]
    listed = [
        Gap(gate_of(key, gates), _spoken(record, key), hint(text), record.source.line(key))
        for key, text in record.unknowns()
    ]
    return sorted(listed, key=lambda gap: order.index(gap.gate))


def _spoken(record: Content, key: Key) -> str:
    """Write a key with the id of the list item instead of its number: ``datasets.housing.owner``."""
    if len(key) > 1 and isinstance(key[0], str) and isinstance(key[1], int):
        item = getattr(record, key[0])[key[1]]
        name = str(getattr(item, "id", None) or getattr(item, "name", ""))
        return ".".join([key[0], name or str(key[1] + 1), *(part for part in key[2:] if isinstance(part, str))])
    return dotted(key)
