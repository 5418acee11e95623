"""The charts of the records that went in: what is filled in them, and whose are linked less often."""

from __future__ import annotations

import pandas as pd

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.geography import area_names
from shared_analysis.linkage.evaluation.completeness import missing_where_unlinked
from shared_analysis.linkage.evaluation.linkage_rates import lagging

_COLOURS = ("blue", "orange", "green", "amber")
_MARKS = "osD^"
_NAMES = area_names()
MOST_ROWS = 25
NAMED = {"area_code": "area", "area_name": "area", "group": "group"}


def completeness_chart(filled: pd.DataFrame) -> Chart:
    """Draw which columns are filled, table by table, among the records linked and those linked to none.

    Parameters
    ----------
    filled
        As :func:`shared_analysis.linkage.evaluation.completeness.completeness` gives it.
    """
    alone = filled["records"] - filled["linked"]
    shares = filled[["table", "column"]].assign(
        share=100 * filled["filled"] / filled["records"],
        linked=100 * filled["linked_filled"] / filled["linked"].where(filled["linked"] > 0),
        alone=100 * (filled["filled"] - filled["linked_filled"]) / alone.where(alone > 0),
    )
    title = _completeness_title(filled, shares)
    tables = list(dict.fromkeys(shares["table"]))
    fig, axes = figure(
        title,
        "Records with a value that can be compared, in % of the records linked to another and of those linked to none",
        height=0.27 * len(shares) + 0.33 * len(tables) + 0.6,
        rows=len(tables),
        sharex=True,
        squeeze=False,
        height_ratios=[int(count) for count in shares["table"].value_counts()[tables]],
    )
    for axis, table in zip(axes[:, 0], tables, strict=True):
        own = shares[shares["table"] == table].iloc[::-1]
        rows = range(len(own))
        axis.hlines(rows, own["linked"], own["alone"], color=PALETTE["light"], linewidth=3, zorder=1)
        axis.plot(own["linked"], rows, "o", color=PALETTE["blue"], label="linked", markersize=7)
        axis.plot(own["alone"], rows, "D", color=PALETTE["orange"], label="linked to none", markersize=5.5)
        axis.set_yticks(rows, own["column"], fontsize=9.5)
        axis.tick_params(axis="y", length=0, labelcolor=PALETTE["slate"])
        axis.set_ylim(-0.6, len(own) - 0.4)
        axis.set_title(table, loc="left", fontsize=10, fontweight="bold")
        axis.set_xlim(-2, 103)
    axes[-1, 0].set_xlabel("% of records with a value")
    axes[0, 0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=9.5, borderpad=0, borderaxespad=0.4)
    words = "; ".join(f"{row.column} in {row.table} {row.share:.0f}%" for row in shares.itertuples())
    return Chart(fig, title=title, alt=f"{title}. Records with a value: {words}.")


def _completeness_title(filled: pd.DataFrame, shares: pd.DataFrame) -> str:
    worse = missing_where_unlinked(filled)
    if len(worse):
        first = worse.iloc[0]
        return (
            f"{first['missing']:.0%} of the records of {first['table']} linked to none have no {first['column']}, "
            f"against {first['missing_elsewhere']:.0%} of the linked"
        )
    if (filled["filled"] == filled["records"]).all():
        return "Every column that was compared has a value in every record"
    least = shares.sort_values("share", kind="stable").iloc[0]
    column = str(least["column"])
    if not least["share"]:
        return f"No record of {least['table']} has a value for {column}"
    return f"{column[:1].upper()}{column[1:]} in {least['table']} is filled least: {least['share']:.0f}% have a value"


def shares_charts(shares: pd.DataFrame) -> dict[str, Chart]:
    """Draw how often records are linked, one chart for areas and one for groups, where there are any.

    Parameters
    ----------
    shares
        As :func:`shared_analysis.linkage.evaluation.linkage_rates.linkage_rates` gives them.
    """
    counted = set(shares["by"])
    roles = ["area_name" if "area_name" in counted else "area_code", "group"]
    return {f"linked_by_{NAMED[role]}": _shares_chart(shares, role) for role in roles if role in counted}


def _shares_chart(shares: pd.DataFrame, role: str) -> Chart:
    what = NAMED[role]
    parts = shares[shares["by"] == role]
    tables = list(dict.fromkeys(parts["table"]))[: len(_COLOURS)]
    parts = parts[parts["table"].isin(tables)]
    lowest = parts.groupby("value")["share"].min().sort_values(kind="stable")
    shown = lowest.index[:MOST_ROWS][::-1]
    title = _shares_title(shares, role, what)
    more = f"; the {MOST_ROWS} lowest of {len(lowest)}" if len(lowest) > MOST_ROWS else ""
    fig, axis = figure(
        title,
        f"Records linked to another, in % of the records of each {what}, with 95 % intervals (Wilson){more}. Dashed: "
        "the whole table",
        height=(0.16 + 0.1 * len(tables)) * len(shown) + 0.9,
    )
    height = {value: at for at, value in enumerate(shown)}
    for number, table in enumerate(tables):
        own = parts[(parts["table"] == table) & parts["value"].isin(shown)]
        colour = PALETTE[_COLOURS[number]]
        at = own["value"].map(height) + 0.24 * ((len(tables) - 1) / 2 - number)
        axis.hlines(at, 100 * own["low"], 100 * own["high"], color=colour, linewidth=1.6)
        axis.plot(100 * own["share"], at, _MARKS[number], color=colour, markersize=5, label=table)
        whole = shares.loc[(shares["by"] == "table") & (shares["table"] == table), "share"].iloc[0]
        axis.axvline(100 * whole, color=colour, linewidth=1.1, linestyle=(0, (4, 3)), zorder=0)
    axis.set_yticks(range(len(shown)), [_NAMES.get(value, value) for value in shown], fontsize=9.5)
    axis.tick_params(axis="y", length=0, labelcolor=PALETTE["slate"])
    axis.set_ylim(-0.7, len(shown) - 0.3)
    axis.set_xlim(max(100 * parts["low"].min() - 3, -1), min(100 * parts["high"].max() + 3, 101))
    axis.set_xlabel("% of records linked")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, fontsize=9.5, borderpad=0, borderaxespad=0.4)
    words = "; ".join(
        f"{_NAMES.get(str(row.value), row.value)} in {row.table} {row.share:.0%}"
        for row in parts[parts["value"].isin(shown)].itertuples()
    )
    return Chart(fig, title=title, alt=f"{title}. Records linked: {words}.")


def _shares_title(shares: pd.DataFrame, role: str, what: str) -> str:
    behind = lagging(shares)
    behind = behind[behind["by"] == role]
    if not len(behind):
        return f"No {what} is linked less often than its table, by more than chance and five points"
    first = behind.iloc[0]
    return (
        f"{_NAMES.get(first['value'], first['value'])}: {first['share']:.0%} of its records in {first['table']} are "
        f"linked, against {first['expected']:.0%} of the table"
    )
