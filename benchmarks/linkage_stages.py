"""One set through this package, in a process of its own so that its memory can be told; prints JSON.

    python -m benchmarks.linkage_stages accuracy FOLDER         as a project does it, default parameters
    python -m benchmarks.linkage_stages speed FOLDER            the stages of ``link`` one by one, each with its seconds
    python -m benchmarks.linkage_stages export FOLDER           what peers need to compare exactly the same pairs

FOLDER holds a set as ``KnownSet.save`` writes it. Only this and the oracle of the worlds know the inside of the
package; everything else goes through ``link``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.linkage_sets import GRID, KnownSet, agreement
from benchmarks.peers.exchange import peak_mebibytes
from shared_analysis.contracts import infer, validate
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.clustering.entities import group_into_entities
from shared_analysis.linkage.database import block_pairs, connect
from shared_analysis.linkage.evaluation.completeness import completeness, filled_columns
from shared_analysis.linkage.evaluation.evidence import gather_evidence
from shared_analysis.linkage.evaluation.linkage_rates import linkage_rates
from shared_analysis.linkage.labels.review_sample import draw_review_sample
from shared_analysis.linkage.model.blocking import block, choose_blocking_rules
from shared_analysis.linkage.model.scoring import score
from shared_analysis.linkage.model.training import train
from shared_analysis.linkage.model.weighing import weigh
from shared_analysis.linkage.notices import worded


def validated(known: KnownSet) -> tuple[dict[str, pd.DataFrame], dict[str, Any], LinkageSpec]:
    """Infer the contracts, set aside the rows that break them, and leave every parameter at its default."""
    contracts = {name: infer(table, name) for name, table in known.tables.items()}
    report = validate(known.tables, contracts)
    good = {name: report.tables[f"interim/{name}"] for name in known.tables}
    return good, contracts, LinkageSpec(tables=list(known.tables), link_type=known.link_type)  # type: ignore[arg-type]


def accuracy(folder: Path) -> dict[str, Any]:
    """Link once, then find what other thresholds would have given with the same model."""
    known = KnownSet.load(folder)
    start = time.perf_counter()
    good, contracts, spec = validated(known)
    before = time.perf_counter()
    result = link(good, contracts, spec)
    end = time.perf_counter()
    figures: dict[str, Any] = {
        "seconds": end - start,
        "seconds_link": end - before,
        "peak": peak_mebibytes(),
        "set_aside": known.records - sum(len(table) for table in good.values()),
        **agreement(result.register, known),
        **{name: result.metrics[name] for name in ("match_threshold", "expected_matches", "pairs_compared", "links")},
        "notices": worded(result.notices),
    }
    by_threshold = {}
    records = prepare(good, contracts, spec)
    with connect(records, spec.threads, spec.memory) as connection:
        model = dict(result.model)
        lowest = spec.model_copy(update={"match_threshold": min(GRID)})
        compared = block_pairs(connection, model)
        weigh(connection, model, compared, held_once=spec.held_once)
        scores = score(connection, lowest, compared)
        for threshold in GRID:
            pairs = scores.pairs[scores.pairs["match_probability"] >= threshold]
            links = replace(scores, pairs=pairs, threshold=threshold)
            entities = group_into_entities(connection, records, spec, links)
            by_threshold[threshold] = agreement(entities.register, known)["f1"]
    best = max(by_threshold, key=lambda threshold: by_threshold[threshold])
    return {**figures, "best_f1": max(by_threshold[best], figures["f1"]), "best_threshold": best}


def speed(folder: Path) -> dict[str, Any]:
    """Run the stages as ``link`` does, with a clock between them."""
    known = KnownSet.load(folder)
    good, contracts, spec = validated(known)
    del known  # a project has the validated tables only
    before = peak_mebibytes()
    stages: dict[str, float] = {}

    def timed(name: str, what: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = what()
        stages[name] = stages.get(name, 0.0) + time.perf_counter() - start
        return done

    def evaluate() -> None:
        draw_review_sample(connection, records, scores.weights, spec.review_pairs, spec.seed)
        gather_evidence(connection, records, blocking.rules, model, entities.followed, scores.threshold, spec.link_type)
        completeness(filled, entities.register)
        linkage_rates(good, contracts, entities.register)

    records = timed("prepare", lambda: prepare(good, contracts, spec))
    filled = timed("judge", lambda: filled_columns(records))
    opened = connect(records, spec.threads, spec.memory)
    connection = timed("prepare", opened.__enter__)
    records = records.without_values()
    blocking = timed("block", lambda: block(connection, records, spec))
    model = timed("train", lambda: train(connection, records, spec, blocking)).settings
    possible = records.possible_pairs(spec.link_type)
    model = timed("predict", lambda: weigh(connection, model, blocking.pairs, possible, spec.held_once))
    scores = timed("predict", lambda: score(connection, spec, blocking.pairs))
    entities = timed("cluster", lambda: group_into_entities(connection, records, spec, scores))
    timed("judge", evaluate)
    opened.__exit__(None, None, None)
    return {"stages": stages, "pairs": scores.compared, "peak": peak_mebibytes(), "peak_before": before}


def export(folder: Path) -> dict[str, Any]:
    """Write the cleaned records (``prepared.parquet``) and the conditions of the blocking rules (``rules.json``)."""
    known = KnownSet.load(folder)
    good, contracts, spec = validated(known)
    records = prepare(good, contracts, spec)
    with connect(records, spec.threads, spec.memory) as connection:
        rules, _ = choose_blocking_rules(connection, records, spec.link_type, spec.max_pairs)
    pd.concat(records.frames.values()).to_parquet(folder / "prepared.parquet", index=False)
    (folder / "rules.json").write_text(json.dumps([rule.sql for rule in rules]), encoding="utf-8")
    return {"rules": [rule.name for rule in rules]}


if __name__ == "__main__":
    print(json.dumps({"accuracy": accuracy, "speed": speed, "export": export}[sys.argv[1]](Path(sys.argv[2]))))
