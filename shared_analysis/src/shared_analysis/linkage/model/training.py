"""Train the model of Fellegi and Sunter with Splink, and make it canonical: the same bytes wherever it is trained.

The model is that of Fellegi and Sunter (1969), "A theory for record linkage", estimated as in Splink 5: u from random
pairs, m by expectation maximisation (EM) within blocks, the prior from deterministic rules. It is then completed where
the data do not show enough, calibrated, rounded and put into one order.
"""

from __future__ import annotations

import copy
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.database import new_linker, predict_in_parts, quiet, train_or_leave
from shared_analysis.linkage.model.blocking import (
    MOST_PAIRS_A_RECORD,
    Blocking,
    BlockingRule,
    count_pairs,
    deterministic_rules,
    em_training_rules,
)
from shared_analysis.linkage.model.comparisons import Comparison, choose_comparisons
from shared_analysis.linkage.model.households import add_households, shared_at_places
from shared_analysis.linkage.model.trained_model import TrainedModel, canonical_model
from shared_analysis.linkage.spec import LinkageSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

DETERMINISTIC_RECALL = 0.7  # share of all matches that the deterministic rules are taken to find
RANDOM_PAIRS = 1_000_000
RANDOM_PAIRS_OF_TEXTS = 250_000  # comparing two texts costs many times as much as comparing two names
EM_PAIRS = 1_000_000
CALIBRATION_PAIRS = 1_000_000
LEAST_PAIRS = 30  # a block with fewer teaches nothing
LOWEST_M = 1e-4  # a level never seen among matches: a hundred to one against its cousins, never a veto


def train(
    connection: duckdb.DuckDBPyConnection, records: Records, spec: LinkageSpec, blocking: Blocking
) -> TrainedModel:
    """Train a model on the records themselves: nobody has to say which of them match.

    Where no pair was brought together, the model is empty.
    """
    if not blocking.pairs:
        return TrainedModel()
    comparisons = choose_comparisons(records)
    possible = records.possible_pairs(spec.link_type)
    most_random = RANDOM_PAIRS_OF_TEXTS if records.texts else RANDOM_PAIRS
    random_pairs = min(possible, most_random)
    with quiet():
        prior, notices = _prior(connection, records, spec, blocking.settings, possible)
        linker = new_linker(connection, records, {**blocking.settings, "probability_two_random_records_match": prior})
        linker.training.estimate_u_using_random_sampling(max_pairs=most_random, seed=spec.seed, num_chunks=1)
        _estimate_m_by_em(linker, em_training_rules(connection, records, spec.link_type), records, comparisons)
        raw = linker.misc.save_model_to_json()
        linker.table_management.delete_tables_created_by_splink_from_db()
    for settings, comparison in zip(raw["comparisons"], comparisons, strict=True):
        settings["comparison_description"] = comparison.description  # Splink forgets it
    model, _ = _complete(raw, random_pairs)
    measured = shared_at_places(connection, comparisons, records)
    add_households(model, records.columns, measured)
    raw["probability_two_random_records_match"] = _calibrated_prior(
        connection, canonical_model(model), possible, blocking.pairs
    )
    model, untaught = _complete(raw, random_pairs)
    notices += add_households(model, records.columns, measured)
    if untaught:
        names = [comparison.description for comparison in comparisons if comparison.name in untaught]
        notices.append(Notice("usual_values", {"comparisons": names}))
    return TrainedModel(canonical_model(model), tuple(_levels_without_estimate(raw, model, untaught)), tuple(notices))


def _prior(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    settings: dict[str, Any],
    possible: int,
) -> tuple[float, list[Notice]]:
    """Probability that two records taken at random match, from the matches that deterministic rules find."""
    # A rule that brings many pairs a record is not deterministic: its value is a placeholder, its pairs would explode.
    rules = [count_pairs(connection, rule, spec.link_type) for rule in deterministic_rules(records)]
    most = min(spec.max_pairs, MOST_PAIRS_A_RECORD * records.total)
    used: list[Any] = [rule.sql for rule in rules if rule.pairs <= most]
    notices = [
        Notice("rule_not_deterministic", {"rule": rule.name, "pairs": rule.pairs})
        for rule in rules
        if rule.pairs > most
    ]
    prior = 0.0
    if used:
        linker = new_linker(connection, records, settings)
        try:
            linker.training.estimate_probability_two_random_records_match(used, recall=DETERMINISTIC_RECALL)
            prior = linker.misc.save_model_to_json()["probability_two_random_records_match"]
        except ValueError:  # more deterministic matches than the recall allows for: nearly every pair matches
            prior = 0.5
        linker.table_management.delete_tables_created_by_splink_from_db()
    if not prior:
        notices.append(Notice("no_deterministic_match"))
    return min(prior or 1 / possible, 0.5), notices


def _estimate_m_by_em(
    linker: Linker,
    rules: tuple[list[BlockingRule], list[BlockingRule]],
    records: Records,
    comparisons: list[Comparison],
) -> None:
    """Run expectation maximisation on the good rules, then on others until every comparison has been trained.

    What a session that fails would have trained stays waiting, and is completed with usual values.
    """
    waiting = {comparison.name: comparison.columns(records.columns) for comparison in comparisons}
    good, at_need = rules
    for rule in [*good, *at_need]:
        trained = {name for name, columns in waiting.items() if not columns & set(rule.columns)}
        if rule.pairs < LEAST_PAIRS or (rule in at_need and not trained):
            continue
        session = partial(
            linker.training.estimate_parameters_using_expectation_maximisation,
            rule.sql,
            estimate_without_term_frequencies=True,
            max_pairs=EM_PAIRS if rule.pairs > EM_PAIRS else None,
            record_sample_proportion=0.1,
        )
        if train_or_leave(linker, session):
            waiting = {name: columns for name, columns in waiting.items() if name not in trained}


def _calibrated_prior(
    connection: duckdb.DuckDBPyConnection, model: dict[str, Any], possible: int, compared: int
) -> float:
    """Bring the prior into line with the matches that the model itself expects among the pairs compared.

    The share of matches that deterministic rules find is a guess; with many errors in the data it is far too low. A
    prior moves every match weight by the same amount, so counts of weights (whole numbers, the same on any number of
    threads) are all it takes, and of many pairs a part.
    """
    of = max(1, compared // CALIBRATION_PAIRS)
    rows = [
        row
        for name in predict_in_parts(connection, model, 1, of)
        for row in connection.sql(
            f"SELECT cast(round(match_weight * 4) AS INTEGER) AS quarter, count(*) FROM {name} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    ]
    start: float = model["probability_two_random_records_match"]
    prior = start
    for _ in range(20):
        shift = math.log2(prior / (1 - prior)) - math.log2(start / (1 - start))
        expected = of * math.fsum(count / (1 + 2 ** -(quarter / 4 + shift)) for quarter, count in rows)
        prior = min(max(expected, 0.5) / possible, 0.5)
    return prior


def _complete(raw: dict[str, Any], random_pairs: int) -> tuple[dict[str, Any], list[str]]:
    """Fill what was not learnt; name the comparisons that had to take usual values.

    Random pairs hold a few matches, which in small tables make chance agreement look common: they are taken out of u.
    """
    model = copy.deepcopy(raw)
    prior = model["probability_two_random_records_match"]
    untaught = []
    for comparison in model["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        u = [level.get("u_probability", 0.0) for level in levels]
        m = [level.get("m_probability", 0.0) for level in levels]
        if not _sensible(m, u):
            untaught.append(comparison["output_column_name"])
            m = _default_m(len(levels))
        m = _shares([max(share, LOWEST_M) for share in m])
        chance = [(each - prior * match) / (1 - prior) for each, match in zip(u, m, strict=True)]
        u = _shares([max(by_chance, each / 50, 0.5 / random_pairs) for by_chance, each in zip(chance, u, strict=True)])
        for level, match, by_chance in zip(levels, m, u, strict=True):
            level["m_probability"], level["u_probability"] = match, by_chance
    return model, untaught


def _levels_without_estimate(raw: dict[str, Any], model: dict[str, Any], untaught: list[str]) -> list[tuple[str, str]]:
    """Name the levels of untaught comparisons, and those that no pair taken for a match showed."""

    def levels(of: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [
            (comparison["output_column_name"], level)
            for comparison in of["comparisons"]
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        ]

    unseen = {
        (name, level["label_for_charts"]) for name, level in levels(raw) if level.get("m_probability", 0.0) < LOWEST_M
    }
    named = [(name, str(level["label_for_charts"])) for name, level in levels(model)]
    return [level for level in named if level[0] in untaught or level in unseen]


def _sensible(m: list[float], u: list[float]) -> bool:
    """Say whether full agreement speaks for a match and disagreement against it, as it must."""
    return sum(m) > 0.5 and m[0] > u[0] and m[-1] < u[-1]


def _default_m(levels: int) -> list[float]:
    return [0.85] + [0.1 / max(levels - 2, 1)] * (levels - 2) + [0.05]


def _shares(values: list[float]) -> list[float]:
    total = math.fsum(values)
    return [value / total for value in values]
