"""The charts of a validation."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.wording import count_rows

_MOST_BARS = 15


def completeness_chart(completeness: pd.DataFrame) -> Chart:
    """Draw the share of rows with a value, the least complete columns first; complete columns are only counted."""
    gaps = completeness[completeness["share"] < 1].sort_values(["share", "table", "column"])
    shown = (gaps if len(gaps) else completeness).head(_MOST_BARS)
    labels = [_place(row) for row in shown.to_dict("records")]
    full = f"{len(completeness) - len(gaps)} of {len(completeness)} columns have a value in every row"
    title = f"{labels[0]} is the least complete column: {_percent(shown['share'].iloc[0])} of rows have a value"
    if not len(gaps):
        title = "Every column has a value in every row"
    fig, axis = figure(
        title,
        f"Share of rows with a value, before any row was removed (%); {full}",
        height=0.3 * len(shown) + 0.7,
    )
    axis.barh(labels[::-1], shown["share"].iloc[::-1].to_numpy() * 100, color=PALETTE["blue"], height=0.7)
    axis.set_xlim(0, 100)
    axis.set_xlabel("% of rows")
    axis.grid(axis="y", visible=False)
    words = "; ".join(f"{label} {_percent(share)}" for label, share in zip(labels, shown["share"], strict=True))
    return Chart(fig, title=title, alt=f"{title}. {full}. {words}." if len(gaps) else f"{title}.")


def _place(row: Mapping[Hashable, Any]) -> str:
    return f"{row['table']}.{row['column']}".rstrip(".")


def _percent(share: float) -> str:
    """Write a share that is short of everything so that it never reads 100%."""
    return f"{share:.0%}" if share < 0.99 else f"{int(share * 10000) / 100:.2f}%"


def faults_chart(faults: pd.DataFrame) -> Chart:
    """Draw how many rows break each rule, the commonest first; ``words`` say what is wrong."""
    ordered = faults.sort_values(["rows", "table", "column", "rule"], ascending=[False, True, True, True])
    shown = ordered.head(_MOST_BARS)
    # Two lines, for words as long as these on one would leave no room for the bars.
    labels = [f"{_place(row)}\n{row['words']}" for row in shown.to_dict("records")]
    first = shown.to_dict("records")[0]
    title = f"The commonest fault is in {_place(first)}: {first['words']}, {count_rows(first['rows'])}"
    more = f"; the {_MOST_BARS} commonest of {len(ordered)}" if len(ordered) > len(shown) else ""
    fig, axis = figure(
        title,
        f"Rows that break a rule of their contract, by column and rule (rows{more})",
        height=0.45 * len(shown) + 0.7,
    )
    axis.barh(labels[::-1], shown["rows"].iloc[::-1].to_numpy(), color=PALETTE["orange"], height=0.7)
    axis.set_xlabel("rows")
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.grid(axis="y", visible=False)
    spoken = [label.replace("\n", ": ") for label in labels]
    words = "; ".join(f"{label}: {rows:,}" for label, rows in zip(spoken, shown["rows"], strict=True))
    return Chart(fig, title=title, alt=f"{title}. Rows by rule: {words}.")
