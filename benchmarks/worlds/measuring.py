"""Link one world as a project does, and set what came out beside the truth."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.linkage_labels import PAIRS, is_match
from benchmarks.linkage_sets import ACROSS, KEYS, KnownSet, agreement
from benchmarks.worlds.catalogue import WORLDS
from benchmarks.worlds.oracle import best_f1
from benchmarks.worlds.tables import build
from benchmarks.worlds.variations import varied
from shared_analysis.contracts import infer, validate
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.reporting.diagnostics import remarks

RANGES = ("precision", "recall", "matches")
EVERY_PAIR = 10_000_000
ANSWERS = 400


def measure_world(
    name: str, seed: int, scale: float = 1.0, oracle: bool = False, samples: int = 0, vary: bool = False
) -> dict[str, Any]:
    """Make a world, link it with contracts inferred and all else default, and measure.

    Parameters
    ----------
    oracle
        Whether to find what the same comparisons could reach.
    samples
        How many samples of pairs are answered with the truth, one at a time, to see what 400 answers change.
    vary
        Whether to change the world at random first; see :func:`benchmarks.worlds.variations.varied`.

    Returns
    -------
    dict
        One row of figures; see :data:`benchmarks.worlds.summary.COLUMNS`. A linkage that stops gives its ``error``.
    """
    recipe = next(recipe for recipe in WORLDS if recipe.name == name)
    recipe = varied(recipe, seed) if vary else recipe
    known = build(recipe, seed, scale)
    columns = len(next(iter(known.tables.values())).columns) - 1
    row: dict[str, Any] = {
        "name": name, "seed": seed, "kind": recipe.kind, "half": recipe.half, "link_type": known.link_type,
        "naming": recipe.naming, "columns": columns, "records": known.records, "true_pairs": true_pairs(known),
    }  # fmt: skip
    start = time.perf_counter()
    try:
        row |= _linked(known, oracle, samples, start)
    except SharedAnalysisError as error:
        row |= {"links": 0, "precision": None, "recall": 0.0, "f1": 0.0, "error": str(error).splitlines()[0]}
        row["seconds"] = time.perf_counter() - start
        if not row["true_pairs"]:
            row |= {"recall": None, "f1": 1.0}
    return {key: _plain(value) for key, value in row.items()}


def _linked(known: KnownSet, oracle: bool, samples: int, start: float) -> dict[str, Any]:
    contracts = {name: infer(table, name) for name, table in known.tables.items()}
    report = validate(known.tables, contracts)
    good = {name: report.tables[f"interim/{name}"] for name in known.tables}
    spec = LinkageSpec(tables=list(known.tables), link_type=known.link_type, review_pairs=0)  # type: ignore[arg-type]
    result = link(good, contracts, spec)
    row: dict[str, Any] = {
        "seconds": time.perf_counter() - start,
        **scored(result.register, known),
        **{name: result.metrics[name] for name in ("links", "expected_matches", "match_threshold", "pairs_compared")},
        "notices": [notice.code for notice in result.notices],
        "findings": remarks(result),
        "set_aside": known.records - sum(len(table) for table in good.values()),
    }
    every = compared_pairs(good, contracts, spec, result.model)
    every = every.assign(match=is_match(every, known))
    row |= self_knowledge(result.pairs, result.metrics, every, known)
    if samples:
        row |= answered(good, contracts, spec, known, every, samples)
    if oracle:
        row["oracle"] = best_f1(good, contracts, spec, result.model, known)
    return row


def answered(
    tables: Any, contracts: Any, spec: LinkageSpec, known: KnownSet, every: pd.DataFrame, samples: int
) -> dict[str, Any]:
    """Answer samples of pairs with the truth, and link again with each: F1, and whether the intervals hold the truth.

    ``width`` is that of the interval of recall, by the Wilson interval of as many answers.
    """
    matches = every["match"].to_numpy(dtype=bool)
    found: dict[str, list[Any]] = {
        name: [] for name in ("answered_f1", "answered_precision", "answered_recall", "width")
    }
    for seed in range(samples):
        drawn = spec.model_copy(update={"review_pairs": ANSWERS, "seed": spec.seed + seed})
        review = link(tables, contracts, drawn).review
        labels = review.assign(match=np.where(is_match(review, known), "yes", "no"))
        try:
            after = link(tables, contracts, drawn, labels=labels)
        except SharedAnalysisError:
            continue  # too few matches or others among the answers
        followed = pd.MultiIndex.from_frame(every[PAIRS]).isin(pd.MultiIndex.from_frame(after.pairs[PAIRS]))
        linked = matches[followed]
        true = {"precision": linked.mean() if len(linked) else 1.0, "recall": linked.sum() / max(matches.sum(), 1)}
        low, high = ({name: after.metrics[f"labelled_{name}_{end}"] for name in true} for end in ("low", "high"))
        found["answered_f1"].append(round(scored(after.register, known)["f1"], 4))
        for name in true:
            found[f"answered_{name}"].append(bool(low[name] - 5e-5 <= true[name] <= high[name] + 5e-5))
        found["width"].append(round((high["recall"] - low["recall"]) / wilson_width(true["recall"], len(labels)), 2))
    return found


def wilson_width(share: float, size: int) -> float:
    """Width of the 95 % interval of a share (Wilson 1927) that was seen in a simple random sample."""
    z = 1.96
    return 2 * z / (1 + z**2 / size) * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))


def true_pairs(known: KnownSet) -> int:
    nothing = known.truth[KEYS].assign(entity_id="e" + known.truth.index.astype(str))
    return int(agreement(nothing, known)["true_pairs"])


def scored(register: pd.DataFrame, known: KnownSet) -> dict[str, Any]:
    """Precision, recall and F1; where nothing matches, F1 is 1 if nothing was claimed."""
    figures = agreement(register, known)
    return {name: figures[name] for name in ("precision", "recall", "f1")}


def compared_pairs(tables: Any, contracts: Any, spec: LinkageSpec, model: Any) -> pd.DataFrame:
    """Fetch every pair that rules bring together: the review of all of them, with the model that there is."""
    if not model:
        return pd.DataFrame(columns=PAIRS)
    everything = spec.model_copy(update={"review_pairs": EVERY_PAIR})
    return link(tables, contracts, everything, model=model).review[PAIRS]


def self_knowledge(links: pd.DataFrame, metrics: Any, every: pd.DataFrame, known: KnownSet) -> dict[str, Any]:
    """Set what the model expects, and its ranges, beside the truth of the links and of the pairs compared."""
    matches = int(every["match"].sum())
    linked = pd.MultiIndex.from_frame(links[PAIRS])
    right = int(is_match(links, known).sum()) if len(links) else 0
    among = int((pd.MultiIndex.from_frame(every[PAIRS]).isin(linked) & every["match"].to_numpy(dtype=bool)).sum())
    truth = {
        "precision": right / len(links) if len(links) else None,
        "recall": among / matches if matches else None,
        "matches": matches,
    }
    across = every[every["table_l"] != every["table_r"]] if known.link_type in ACROSS else every
    row: dict[str, Any] = {"compared_matches": matches, "true_pairs_compared": int(across["match"].sum())}
    for name in RANGES:
        low, high = (metrics.get(f"expected_{name}_{end}") for end in ("low", "high"))
        known_both = None not in (low, high, truth[name])
        inside = low - 5e-5 <= truth[name] <= high + 5e-5 if known_both else None
        row |= {f"{name}_low": low, f"{name}_high": high, f"{name}_true": truth[name], f"{name}_inside": inside}
    return row


def _plain(value: Any) -> Any:
    """Fit for JSON, and the same on every machine: plain numbers, to four places; nothing that is no number."""
    if isinstance(value, bool) or value is None or isinstance(value, str | list):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
