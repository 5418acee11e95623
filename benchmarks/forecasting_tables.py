"""What was measured of forecasts, as Markdown: a row a tool, the best first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.forecasting_measures import GROUPS, MEASURES, geometric

OURS = "this package"
BASELINE = "SeasonalNaive"
THETA = "DynamicOptimizedTheta"
SCORES = {"score_80": "score 80", "score_95": "score 95", "crps": "quantile loss"}
MOST = 1.02  # the share of the best peer's error that is still called no worse


def by_origin(measured: pd.DataFrame, group: str | None = None) -> pd.DataFrame:
    """Average the measures over nodes, of one group or of all: one row a tool and origin.

    Parameters
    ----------
    measured
        One row a tool, origin and node: ``tool, origin, touches, unique_id, group`` and the measures.
    """
    rows = measured if group is None else measured[measured["group"] == group]
    return rows.groupby(["tool", "origin"], sort=False)[list(MEASURES)].mean().reset_index()


def ratios(measured: pd.DataFrame, group: str | None = None) -> pd.Series:
    """MASE as a share of the seasonal naive's, geometric mean over origins, by tool; the best first."""
    wide = by_origin(measured, group).pivot_table(index="tool", columns="origin", values="mase")
    return wide.div(wide.loc[BASELINE], axis=1).apply(geometric, axis=1).sort_values(kind="stable")


def averages(measured: pd.DataFrame) -> pd.DataFrame:
    """Average the measures over nodes, then origins; missing where a tool has none at some origin."""
    rows = by_origin(measured).groupby("tool")[list(MEASURES)]
    return rows.agg(lambda values: values.mean(skipna=False))


def accuracy_table(measured: pd.DataFrame) -> str:
    whole = by_origin(measured).groupby("tool")["mase"].mean()
    top = by_origin(measured, "total").groupby("tool")["mase"].mean()
    there = [group for group in GROUPS if (measured["group"] == group).any()]
    all_nodes, by_group = ratios(measured), {group: ratios(measured, group) for group in there}
    text = "| tool | MASE | ratio | total | middle | series | MASE of the total |\n|---|--:|--:|--:|--:|--:|--:|\n"
    for tool, share in all_nodes.items():
        groups = [by_group[group][tool] if group in by_group else np.nan for group in GROUPS]
        cells = [cell(number, 3) for number in (whole[tool], share, *groups, top.get(tool, np.nan))]
        text += f"| {named(tool)} | {' | '.join(cells)} |\n"
    return text


def interval_table(measured: pd.DataFrame, with_ratio: bool = False) -> str:
    """Coverage in per cent, then scores; by the product of both interval scores, tools without intervals last."""
    means, share = averages(measured), ratios(measured)
    first = " ratio | " if with_ratio else " "
    text = f"| tool |{first}inside 80 % | inside 95 % | {' | '.join(SCORES.values())} |\n"
    text += f"|---|{'--:|' * (5 + with_ratio)}\n"
    for tool in (means["score_80"] * means["score_95"]).sort_values(kind="stable").index:
        row = means.loc[tool]
        cells = [cell(share[tool], 3)] if with_ratio else []
        cells += [cell(100 * row[f"inside_{level}"], 1) for level in (80, 95)]
        cells += [cell(row[name], 3) for name in SCORES]
        text += f"| {named(tool)} | {' | '.join(cells)} |\n"
    return text


def verdict(measured: pd.DataFrame) -> str:
    """Say how this package stands beside the best peer, and beside the theta method on the total."""
    share, usual = ratios(measured), measured[~measured["touches"]]
    peers = share.drop([OURS, BASELINE])
    text = ""
    if len(peers):
        text = f"Error beside the best peer's ({peers.index[0]}): {share[OURS] / peers.iloc[0]:.3f}. "
    top = by_origin(measured, "total").groupby("tool")["mase"].mean()
    if THETA in top:
        text += f"Of the total, beside {THETA}'s: {top[OURS] / top[THETA]:.3f}. "
    means = averages(usual).drop(index=BASELINE)
    for score, name in SCORES.items():
        others = means[score].drop(OURS).dropna()
        if len(others):
            better = int((others > means.loc[OURS, score]).sum())
            text += f"{name[0].upper()}{name[1:]} better than {better} of {len(others)} peers. "
    return text.rstrip() + "\n"


def over_sets(measured: Mapping[str, pd.DataFrame]) -> str:
    """Make the table over all sets: ratios, and their geometric mean for the tools that have run on each."""
    wide = pd.DataFrame({name: ratios(rows) for name, rows in measured.items()})
    wide["all"] = wide.apply(lambda row: geometric(row) if row.notna().all() else np.nan, axis=1)
    wide = wide.sort_values("all", kind="stable")
    text = f"| tool | {' | '.join(measured)} | geometric mean |\n|---|{'--:|' * wide.shape[1]}\n"
    for tool, row in wide.iterrows():
        text += f"| {named(str(tool))} | {' | '.join(cell(number, 3) for number in row)} |\n"
    return text + f"\n{wins(measured)}"


def wins(measured: Mapping[str, pd.DataFrame]) -> str:
    """Count, for each peer, the sets on which this package's intervals score better."""
    means = {name: averages(rows[~rows["touches"]]) for name, rows in measured.items()}
    tools = [tool for tool in pd.concat([*means.values()]).index.unique() if tool not in (OURS, BASELINE)]
    text = "| intervals better than those of | " + " | ".join(SCORES.values()) + " |\n|---|--:|--:|--:|\n"
    for tool in sorted(tools):
        cells = []
        for score in SCORES:
            pairs = [(one.loc[OURS, score], one.loc[tool, score]) for one in means.values() if tool in one.index]
            known = [(own, other) for own, other in pairs if np.isfinite(other)]
            cells.append(f"{sum(own < other for own, other in known)} of {len(known)}")
        text += f"| {tool} | {' | '.join(cells)} |\n"
    return text


def named(tool: str) -> str:
    return f"**{tool}**" if tool == OURS else tool


def cell(number: float, digits: int) -> str:
    return f"{number:.{digits}f}" if np.isfinite(number) else "-"
