"""From ``project.yaml`` to a :class:`ProjectRecord`, with every fault said at once and in words."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record.project_record import ProjectRecord
from shared_analysis.record.references import broken_references
from shared_analysis.record.source import Fault, Key, Source, dotted, read_yaml

RECORD_FILE = "project.yaml"


def load_record(path: Path) -> ProjectRecord:
    """Read and check a project record.

    Parameters
    ----------
    path
        The file, or the project folder that holds ``project.yaml``.

    Raises
    ------
    SharedAnalysisError
        If the file cannot be read, a key is missing, unknown (the nearest right one is named) or not allowed,
        or a dataset, product or action names something that is not there. All faults are in the one message.
    """
    record, faults = read_record(path)
    faults = [*faults, *(broken_references(record) if record else ())]
    if record is None or faults:
        name = path.name if path.suffix else RECORD_FILE
        raise _as_error(name, faults)
    return record


def read_record(path: Path) -> tuple[ProjectRecord | None, list[Fault]]:
    """Read a record and its own faults, references aside; no record when it cannot be made sense of."""
    source = read_yaml(path / RECORD_FILE if path.is_dir() else path)
    faults = list(source.faults)
    if source.data is None:
        return None, faults or [Fault("The file is empty.", next_step="restore it from the template or from git")]
    if not isinstance(source.data, dict):
        return None, [
            *faults,
            Fault("The file must hold keys and values.", line=1, next_step="see the template's"),
        ]
    try:
        record = ProjectRecord.model_validate(source.data)
    except ValidationError as error:
        return None, [*faults, *_in_words(error, source)]
    record._source = source
    return record, faults


def closest(name: str, known: Iterable[str], what: str) -> str:
    """Say which of the known names was probably meant, or list them."""
    known = list(known)
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"the {what} are: {', '.join(known)}" if known else f"there are no {what} yet: add one"


def _as_error(name: str, faults: list[Fault]) -> SharedAnalysisError:
    def place(fault: Fault) -> str:
        return f"{name}, line {fault.line}" if fault.line else name

    if len(faults) == 1:
        return SharedAnalysisError(faults[0].message, place(faults[0]), faults[0].next_step)
    listing = "\n".join(
        f"  {place(fault)}: {fault.message}" + (f" ({fault.next_step})" if fault.next_step else "") for fault in faults
    )
    return SharedAnalysisError(f"The project record has {len(faults)} faults:\n{listing}", name, "correct them")


def _in_words(error: ValidationError, source: Source) -> list[Fault]:
    faults = []
    for item in error.errors(include_url=False, include_input=False):
        key: Key = tuple(item["loc"])
        line = source.line(key)
        if item["type"] == "missing":
            message, todo = f"'{dotted(key)}' is missing.", "add it; write TODO if it is not known yet"
        elif item["type"] == "extra_forbidden":
            known = [name for name in _keys_beside(key) if name not in _written_beside(source, key)]
            message, todo = (
                f"'{dotted(key)}' is not a key of the record.",
                closest(str(key[-1]), known, "other keys"),
            )
        elif item["type"] == "value_error":
            message, todo = f"'{dotted(key)}' {item['msg'].removeprefix('Value error, ')}.", "correct it"
        else:
            message, todo = (
                f"'{dotted(key)}' must hold keys and values.",
                "see the comments in the template's record",
            )
        faults.append(Fault(message, dotted(key), line, todo))
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.key))


def _keys_beside(key: Key) -> list[str]:
    """List the keys the model knows at the place of a key."""
    model: Any = ProjectRecord
    for part in key[:-1]:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:
    origin = typing.get_origin(annotation)
    if origin in (tuple, types.UnionType, typing.Union):
        return _model_in(typing.get_args(annotation)[0])
    return typing.cast(type[BaseModel], annotation)


def _written_beside(source: Source, key: Key) -> list[str]:
    inside = source.data
    for part in key[:-1]:
        inside = inside[part]
    return list(inside) if isinstance(inside, dict) else []
