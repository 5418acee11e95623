"""Keys of a contract file that the standard does not have: its own classes drop a misspelt key without a word."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared_analysis.contracts.model import refuse_unknown


def refuse_unknown_keys(content: Any, model: type[BaseModel], path: str = "") -> None:
    """Walk file and model side by side, and refuse a key that the model does not have.

    Parameters
    ----------
    content
        What a file holds, or a part of it.
    model
        The class of that part.
    path
        Where the part is, with points between keys.

    Raises
    ------
    SharedAnalysisError
        For the first such key, with the nearest of the known ones.
    """
    if not isinstance(content, Mapping):
        return
    known = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    for key, value in content.items():
        here = f"{path}.{key}" if path else str(key)
        if key not in known:
            refuse_unknown("a key of the Open Data Contract Standard here", key, known, here)
        inner = _model_in(known[key])
        if inner is None:
            continue
        for number, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            label = item.get("name", item.get("property", number)) if isinstance(item, Mapping) else number
            refuse_unknown_keys(item, inner, here if number is None else f"{here}.{label}")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the one class that a field holds; ``None`` when it holds plain values or a choice of classes."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (list, typing.Union, types.UnionType):
        models = [model for part in typing.get_args(annotation) if (model := _model_in(part))]
        return models[0] if len(models) == 1 else None
    return None
