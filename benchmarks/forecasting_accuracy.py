"""How well counts are forecast from several earlier dates: default settings, every level added up; peers beside.

    python -m benchmarks.forecasting_accuracy [--minutes 60] [--without PEER ...] [SET ...]

Prints Markdown; sets are named by the beginnings of their names, and a peer that takes more minutes for one origin is
given up. Every tool forecasts the same nodes: the series, what they add up to, and the total. This package makes them
in one forecast, from the table of the series; peers forecast each node directly, from its own aggregated history.
"""

from __future__ import annotations

import argparse
import os
import sys

import pandas as pd

from benchmarks.environments import Environments, cache
from benchmarks.forecasting_measures import incoherence, measure
from benchmarks.forecasting_peers import PEERS, run
from benchmarks.forecasting_sets import ForecastSet, Window, every_set, left_out
from benchmarks.forecasting_tables import OURS, accuracy_table, interval_table, over_sets, verdict
from shared_analysis.forecasting import forecast

ABOUT = """Every tool forecasts the same nodes from the same dates: the series and all that they add up to. The sets and
their origins are described in `forecasting_sets.py`, the peers' settings in `peers/`.

MASE is the mean absolute scaled error, mean over nodes, then over origins. 'Ratio' is its share of what repeating the
last season has, geometric mean over origins; the columns after it are that of the total alone, of what lies between,
and of the series. Of intervals: the per cent of values inside, the interval score (Winkler) at both levels, and the
quantile loss that stands in for the CRPS, in units of each node's seasonal error; the smaller, the better. Peers'
intervals are their own: of the models, simulated (Prophet), or conformal (LightGBM, where history is long enough). What
any tool forecasts below zero counts as zero.
"""


def ours(known: ForecastSet, window: Window) -> tuple[pd.DataFrame, str]:
    """Forecast a window with this package.

    Returns
    -------
    DataFrame, str
        The forecast table with ``unique_id``, and the method that was chosen.
    """
    result = forecast(window.rows, known.contract, known.spec(window.origin))
    made = known.named(result.tables["forecast"])
    first, begun = window.origin.ahead[0].start_time, pd.Timestamp(made["period"].min())
    # A week may be named by any of its days.
    if abs(begun - first) >= pd.Timedelta(days=7 if known.frequency == "weekly" else 1):
        raise RuntimeError(f"{known.name}: forecast from {begun.date()}, not from {first.date()}.")
    return made, str(result.chosen)


def compare(
    known: ForecastSet, environments: Environments, without: list[str], timeout: float
) -> tuple[pd.DataFrame, str]:
    """Let every tool forecast a set from each of its origins.

    Returns
    -------
    DataFrame, str
        One row a tool, origin and node (those that this package lists): ``tool, origin, touches, unique_id, group`` and
        the measures; and what else there is to say.
    """
    parts, chosen, apart, smallest = [], {}, [], []
    missing: set[str] = set()
    reasons: dict[str, str] = {}
    for origin in known.origins:
        window, last = known.window(origin), str(origin.last.end_time.date())
        made, chosen[last] = ours(known, window)
        apart.append(incoherence(made, known))
        smallest.append(float(made[["mean", "lo_80", "lo_95"]].min().min()))
        missing |= set(window.nodes["unique_id"]) - set(made["unique_id"])
        tools = {OURS: made}
        for peer in [peer for peer in PEERS if peer.name not in {*without, *reasons}]:
            found = run(peer, known, window, environments, timeout)
            if isinstance(found, str):
                reasons[peer.name] = found
            else:
                tools[peer.name] = found[found["unique_id"].isin(made["unique_id"])]
        for tool, table in tools.items():
            parts.append(measure(table, window).assign(tool=tool, origin=last, touches=origin.touches))
        print(known.name, last, chosen[last], file=sys.stderr, flush=True)
    measured = pd.concat(parts, ignore_index=True)
    said = f"Chosen: {', '.join(f'{method} (after {last})' for last, method in chosen.items())}. "
    said += f"Levels differ from the sum of their series by at most {max(apart):.1e}; smallest value {min(smallest):g}."
    if missing:
        said += f" {len(missing)} nodes that this package does not list are left out."
    said += "".join(f" {tool} is left out: it is {reason}." for tool, reason in reasons.items())
    return measured[~measured["tool"].isin(list(reasons))], said


def set_text(known: ForecastSet, measured: pd.DataFrame, said: str) -> str:
    """Write what was found on one set."""
    origins = known.origins
    ahead = sorted({origin.horizon for origin in origins})
    text = (
        f"### {known.name}\n\n{known.table.groupby(list(known.by)).ngroups} series, "
        f"{measured['unique_id'].nunique()} nodes, {known.frequency}; {len(origins)} origins, at most {known.training} "
        f"periods known, {' to '.join(map(str, dict.fromkeys([ahead[0], ahead[-1]])))} ahead.\n\n"
        f"{accuracy_table(measured)}\n{interval_table(measured[~measured['touches']])}"
    )
    touching = [str(origin.last.end_time.date()) for origin in origins if origin.touches]
    if touching:
        text += (
            f"\nThe intervals above are of the origins that touch no break. Apart, those that touch {known.breaks[0]} "
            f"(after {' and '.join(touching)}):\n\n{interval_table(measured[measured['touches']], with_ratio=True)}"
            f"\nPoint forecasts of the others:\n\n{accuracy_table(measured[~measured['touches']])}"
        )
    return f"{text}\n{verdict(measured)}{said}\n"


def main(wanted: list[str], minutes: float, without: list[str]) -> None:
    """Print the tables."""
    environments = Environments(cache())
    texts, measured = [], {}
    for known in every_set():
        if wanted and not known.name.startswith(tuple(wanted)):
            continue
        measured[known.name], said = compare(known, environments, without, 60 * minutes)
        texts.append(set_text(known, measured[known.name], said))
    print(ABOUT)
    print("\n".join([over_sets(measured), *texts]).rstrip("\n"))
    if without:
        print(f"\nRun without the peers {', '.join(without)}.")
    if left_out():
        why = "holds no such file" if "SHARED_DATA" in os.environ else "is not set"
        print(f"\nRun without {', '.join(left_out())}: SHARED_DATA {why}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--without", nargs="+", default=[], choices=[peer.name for peer in PEERS])
    given = parser.parse_args()
    main(given.sets, given.minutes, given.without)
