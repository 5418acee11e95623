"""The rows of many worlds as a table, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

SOLVABLE = 0.90
"""F1 of the oracle from which a world counts as one that can be solved."""
CLOSE = 0.2
LEAST = 2
"""Expected matches may differ from the truth by a fifth, or by so few."""
FALL = 0.0005
"""A fall of F1 that is more than rounding."""
RANGES = ("precision", "recall", "matches")
NO_FINDING = {"columns_without_role", "households", "branches", "names_taken_apart", "duplicates_set_aside"}
"""Notices of how it went about the tables, which point to nothing that may be wrong."""
Row = Mapping[str, Any]

HEAD = (
    "| world | type | records | true pairs | compared | links | precision | recall | F1 | oracle | expected | true | "
    "ranges | notices | seconds |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|--:|\n"
)
NOTE = """
'Compared' is the share of the true pairs that rules bring together; 'oracle' is the F1 of the same comparisons with
probabilities from the truth and the best threshold. 'Expected' and 'true' are matches among the pairs compared.
'Ranges': whether those of precision, recall and matches (P, R, M) hold the truth; a small letter where one does not, a
point where there is none.
"""


def table(rows: Sequence[Row]) -> str:
    """Write a row a world, worst first."""
    return HEAD + "".join(_line(row) for row in worst_first(rows)) + NOTE


def worst_first(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["f1"], row["name"], row["seed"]))


def _line(row: Row) -> str:
    name = row["name"] if row["seed"] == 1 else f"{row['name']}, seed {row['seed']}"
    start = f"| {name} | {row['link_type']} | {row['records']:,} | {row['true_pairs']:,} "
    if "error" in row:
        return f"{start}| | | | | {row['f1']:.3f} | | | | | {row['error'].replace('|', '/')} | {row['seconds']:.1f} |\n"
    reached = row["true_pairs_compared"] / row["true_pairs"] if row["true_pairs"] else None
    shares = " | ".join(_share(value) for value in (row["precision"], row["recall"], row["f1"], row.get("oracle")))
    return (
        f"{start}| {_share(reached)} | {row['links']:,} | {shares} | {row['expected_matches']:,} | "
        f"{row['compared_matches']:,} | {_held(row)} | {', '.join(row['notices']) or '-'} | {row['seconds']:.1f} |\n"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _held(row: Row) -> str:
    signs = {True: str.upper, False: str.lower, None: lambda _: "."}
    return "".join(signs[row[f"{name}_inside"]](name[0]) for name in RANGES)


def is_close(row: Row) -> bool:
    """Say whether the expected number of matches is within a fifth of the true one among the pairs compared."""
    if "error" in row:
        return False
    true = row["compared_matches"]
    return bool(abs(row["expected_matches"] - true) <= max(CLOSE * true, LEAST))


def is_told(row: Row) -> bool:
    """Say whether the reader is pointed to something that may be wrong: an error, a remark, or a notice of a fault."""
    return "error" in row or bool(row["findings"]) or not NO_FINDING.issuperset(row["notices"])


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Work out what the rows come to.

    The worst decile is the highest F1 among the worst tenth of worlds that can be solved: nine tenths do better.
    """
    f1 = [row["f1"] for row in rows]
    solvable = [row["f1"] for row in rows if (row.get("oracle") or 0) >= SOLVABLE]
    empty = [row["name"] for row in rows if row["true_pairs"] and not row["links"]]
    held = {name: [row[f"{name}_inside"] for row in rows if row.get(f"{name}_inside") is not None] for name in RANGES}
    return {
        "worlds": len(rows),
        "median_f1": float(np.median(f1)),
        "worst_decile_of_all": _decile(f1),
        "solvable": len(solvable),
        "worst_decile": _decile(solvable),
        "empty": empty,
        "stopped": [row["name"] for row in rows if "error" in row],
        "close": sum(map(is_close, rows)) / len(rows),
        "told": _mean([is_told(row) for row in rows if not is_close(row)]),
        "held": {name: _mean(inside) for name, inside in held.items()},
        "seconds": sum(row["seconds"] for row in rows),
        "oracle": any("oracle" in row for row in rows),
        "answered": _answered(rows),
    }


def _answered(rows: Sequence[Row]) -> dict[str, float] | None:
    """Work out what answers change: how often F1 falls, by how much at worst, and what intervals are worth."""
    runs = [(row, at) for row in rows for at in range(len(row.get("answered_f1", ())))]
    if not runs:
        return None
    gains = np.array([row["answered_f1"][at] - row["f1"] for row, at in runs])
    return {
        "runs": len(runs),
        "gain": float(gains.mean()),
        "lower": int((gains < -FALL).sum()),
        "worst": float(gains.min()),
        **{name: _mean([row[f"answered_{name}"][at] for row, at in runs]) or 0.0 for name in ("precision", "recall")},
        "width": float(np.median([row["width"][at] for row, at in runs])),
        "narrow": float(np.mean([row["width"][at] <= 2 for row, at in runs])),
    }


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _decile(values: Sequence[float]) -> float | None:
    return float(np.quantile(values, 0.1, method="inverted_cdf")) if values else None


def summary(rows: Sequence[Row], *, show: bool) -> str:
    """Say in a few lines what the rows come to; name worlds only where they may be shown."""
    totals = figures(rows)
    lines = [
        f"worlds: {totals['worlds']}",
        f"median F1: {totals['median_f1']:.3f}",
        f"worst decile of all: {totals['worst_decile_of_all']:.3f}",
    ]
    if totals["oracle"]:
        lines.append(
            f"worst decile where the oracle reaches {SOLVABLE:.2f} ({totals['solvable']} worlds): "
            f"{_share(totals['worst_decile'])}"
        )
    lines += [
        f"no links where matches exist: {_counted(totals['empty'], show)}",
        f"stopped with an error: {_counted(totals['stopped'], show)}",
        f"expected matches within {CLOSE:.0%} of the truth: {totals['close']:.0%}"
        + ("" if totals["told"] is None else f"; {totals['told']:.0%} of the others come with a finding"),
        "truth within the expected range: "
        + ", ".join(f"{name} {share:.0%}" for name, share in totals["held"].items() if share is not None),
        f"seconds of linking: {totals['seconds']:.0f}",
    ]
    if answered := totals["answered"]:
        lines.append(
            f"with 400 answers ({answered['runs']} runs): F1 {answered['gain']:+.3f} on average; lower in "
            f"{answered['lower']}, by {-answered['worst']:.3f} at worst; the truth in the interval: precision "
            f"{answered['precision']:.0%}, recall {answered['recall']:.0%}; interval of recall {answered['width']:.1f} "
            f"times that of a simple sample, at most twice in {answered['narrow']:.0%}"
        )
    if show:
        ten = ", ".join(f"{row['name']} {row['f1']:.3f}" for row in worst_first(rows)[:10])
        lines.append(f"the ten worst: {ten}")
    return "".join(f"- {line}\n" for line in lines)


def _counted(names: Sequence[str], show: bool) -> str:
    return f"{len(names)}" + (f" ({', '.join(names)})" if show and names else "")
