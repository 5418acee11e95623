"""Types are told the quick way, which wide tables need, and are those that slower reading gives."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from shared_analysis.contracts.table_roles import type_of
from shared_analysis.contracts.values import as_text, guess_type

CELLS = {
    "numbers": lambda draw: str(draw.randint(0, 900)),
    "decimals": lambda draw: f"{draw.random():.3f}",
    "words": lambda draw: draw.choice(["often", "never", "now and then"]),
    "codes": lambda draw: f"A{draw.randint(1, 999)}",
    "padded": lambda draw: f"{draw.randint(1, 999):05}",
    "answers": lambda draw: draw.choice(["yes", "No", "TRUE"]),
    "days": lambda draw: f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/2024",
    "iso": lambda draw: f"2024-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    "moments": lambda draw: f"2024-{draw.randint(1, 12):02}-01T10:{draw.randint(0, 59):02}:00Z",
    "dotted": lambda draw: f"{draw.randint(1, 28):02}.{draw.randint(1, 12):02}.2024",
    "together": lambda draw: f"2024{draw.randint(1, 12):02}{draw.randint(1, 28):02}",
    "months": lambda draw: f"2024-{draw.randint(1, 12):02}",
    "mixed": lambda draw: draw.choice(["3", "n/a", "4.5", "2024-01-01"]),
    "signed": lambda draw: f"{draw.choice('+-')}{draw.randint(0, 9)}",
    "blank": lambda draw: None,
}


def column(kind: str, rows: int) -> list[str | None]:
    draw = random.Random(kind)
    return [CELLS[kind](draw) for _ in range(rows)]


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("odd", [0, 1, 20])
@pytest.mark.parametrize("role", [None, "count", "event_date", "family_name"])
@pytest.mark.parametrize("name", ["thing", "visit date"])
def test_the_quick_way_to_a_type_gives_what_the_slow_one_gives(kind: str, odd: int, role: str, name: str) -> None:
    text = as_text(pd.Series(["x"] * odd + column(kind, 60), dtype=object))
    assert type_of(name, text, role) == guess_type(name, text, role)
