"""Plain values as Python source, laid out as ruff lays them out, so that tidying a notebook changes nothing."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import Any

WIDEST = 110
"""The longest line of a project's code; its ``pyproject.toml`` says the same to ruff."""

_STEP = 4


def assigned(value: Any, used: int, after: int = 0) -> str:
    """Write what stands behind ``name =``: a single value too long for its line goes into brackets on the next.

    Parameters
    ----------
    value
        The value.
    used
        How wide the line is before it.
    after
        How wide what follows it is, such as a comment.

    Raises
    ------
    ValueError
        If no literal stands for the value, as for a date or for infinity.
    """
    text = _literal(value, used, after, 0)
    if isinstance(value, list | dict) or used + width(text) + after <= WIDEST or _STEP + width(text) > WIDEST:
        return text
    return f"(\n{' ' * _STEP}{text}\n)"


def width(text: str) -> int:
    """Count the columns that a line takes: some letters take two."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text if letter > "\x7f")


def _literal(value: Any, used: int, after: int, margin: int) -> str:
    short = _on_one_line(value)
    if not value or not isinstance(value, list | dict) or used + width(short) + after <= WIDEST:
        return short
    inner = margin + _STEP
    keys = [""] * len(value) if isinstance(value, list) else [f"{_scalar(key)}: " for key in value]
    items = value if isinstance(value, list) else value.values()
    lines = [
        f"{' ' * inner}{key}{_literal(item, inner + width(key), 1, inner)},\n"
        for key, item in zip(keys, items, strict=True)
    ]
    return f"{short[0]}\n{''.join(lines)}{' ' * margin}{short[-1]}"


def _on_one_line(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_on_one_line, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_on_one_line(item)}" for key, item in value.items()) + "}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value).replace("e+", "e")
    if isinstance(value, str):
        return _text(value)
    raise ValueError(f"no literal of Python is a {type(value).__name__} like this")


def _text(value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    if value.count('"') > value.count("'"):
        quoted = "'" + quoted[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    # Half of a letter that takes two codes is no text that a file could hold.
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", quoted)
