"""Estimate the model with Splink, then fix it: completed, rounded and in one order, so that it is the same everywhere.

The model is that of Fellegi and Sunter (1969), "A theory for record linkage", estimated as in Splink 5: u from random
pairs, m by expectation maximisation within blocks, the prior from rules that hardly ever err.
"""

from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.cleaning.records import ID, TABLE, Records
from shared_analysis.linkage.database import new_linker, predictions, quiet
from shared_analysis.linkage.model.blocking import Rule, certain_rules, counted, learning_rules
from shared_analysis.linkage.model.comparisons import Ladder, ladders
from shared_analysis.linkage.model.households import add_households, shared_at_places
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

DIGITS = 10  # significant; sums on several threads differ in the sixteenth
SURE_RULES_RECALL = 0.7  # share of all matches that the certain rules are taken to find
MOST_PAIRS_A_RECORD = 5
RANDOM_PAIRS = 1_000_000
RANDOM_PAIRS_OF_TEXTS = 250_000  # comparing two texts costs many times as much as comparing two names
LEARNING_PAIRS = 1_000_000
SETTLING_PAIRS = 1_000_000
LEAST_PAIRS = 30  # a block with fewer teaches nothing
LOWEST_M = 1e-4  # a level never seen among matches: a hundred to one against its cousins, never a veto


def untrained(records: Records, link_type: str, rules: list[Rule]) -> dict[str, Any]:
    """Give the settings for Splink, with what is compared but no probabilities."""
    return {
        "link_type": link_type,
        "unique_id_column_name": ID,
        "source_dataset_column_name": TABLE,
        "comparisons": [ladder.settings() for ladder in ladders(records)],
        "blocking_rules_to_generate_predictions": [rule.settings() for rule in rules],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": "shared_analysis",
    }


def train(
    connection: duckdb.DuckDBPyConnection, records: Records, spec: LinkageSpec, settings: dict[str, Any], compared: int
) -> tuple[dict[str, Any], list[str], list[tuple[str, str]]]:
    """Train a model and hand it back as Splink settings fit for JSON, with notices about what could not be learnt.

    The last part names the levels, by comparison and label, whose m is a stand-in and no estimate.

    Parameters
    ----------
    settings
        As :func:`untrained` gives them.
    compared
        Number of pairs that were brought together.
    """
    settings = dict(settings)
    chosen = ladders(records)
    possible = records.possible_pairs(spec.link_type)
    notices: list[str] = []
    with quiet():
        settings["probability_two_random_records_match"] = _prior(
            connection, records, spec, settings, possible, notices
        )
        linker = new_linker(connection, records, settings)
        most_random = RANDOM_PAIRS_OF_TEXTS if records.texts else RANDOM_PAIRS
        linker.training.estimate_u_using_random_sampling(max_pairs=most_random, seed=spec.seed, num_chunks=1)
        _learn_m(linker, connection, records, spec, chosen)
        raw = linker.misc.save_model_to_json()
        linker.table_management.delete_tables_created_by_splink_from_db()
    for comparison, ladder in zip(raw["comparisons"], chosen, strict=True):
        comparison["comparison_description"] = ladder.description  # Splink forgets it
    random_pairs = min(possible, most_random)
    model, _ = _complete(raw, random_pairs)
    measured = shared_at_places(connection, chosen, records)
    add_households(model, records.columns, measured)
    raw["probability_two_random_records_match"] = _settled_prior(connection, fixed(model), possible, compared)
    model, untaught = _complete(raw, random_pairs)
    notices += add_households(model, records.columns, measured)
    if untaught:
        names = ", ".join(ladder.description for ladder in chosen if ladder.name in untaught)
        notices.append(f"The data do not show how often matches agree on {names}; usual values were used instead.")
    return fixed(model), notices, _guessed(raw, model, untaught)


def _prior(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    settings: dict[str, Any],
    possible: int,
    notices: list[str],
) -> float:
    """Probability that two records taken at random match, from the matches that certain rules find."""
    # A rule that brings many pairs a record is not certain: its value is a placeholder, and its pairs would explode.
    counts = [counted(connection, rule, spec.link_type) for rule in certain_rules(records)]
    most = min(spec.max_pairs, MOST_PAIRS_A_RECORD * records.total)
    rules: list[Any] = [rule.sql for rule in counts if rule.pairs <= most]
    notices += [
        f"'{rule.name.capitalize()}' was not taken for a certain match: {rule.pairs:,} pairs share it. Look for a "
        "placeholder among its values."
        for rule in counts
        if rule.pairs > most
    ]
    found = 0.0
    if rules:
        linker = new_linker(connection, records, settings)
        try:
            linker.training.estimate_probability_two_random_records_match(rules, recall=SURE_RULES_RECALL)
            found = linker.misc.save_model_to_json()["probability_two_random_records_match"]
        except ValueError:  # more certain matches than the recall allows for: nearly every pair matches
            found = 0.5
        linker.table_management.delete_tables_created_by_splink_from_db()
    if not found:
        notices.append(
            "No two records agree on everything that makes a match certain, so matches are taken to be very rare. "
            "If many are expected, look at the roles in the contracts and at how the columns are written."
        )
    return min(found or 1 / possible, 0.5)


def _learn_m(
    linker: Linker,
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    chosen: list[Ladder],
) -> None:
    """Run expectation maximisation on the good rules, then on others until every comparison has been learnt."""
    from splink.internals.exceptions import SplinkException

    waiting = {ladder.name: ladder.columns(records.columns) for ladder in chosen}
    good, at_need = learning_rules(connection, records, spec.link_type)
    for rule in [*good, *at_need]:
        taught = {name for name, columns in waiting.items() if not columns & set(rule.columns)}
        if rule.pairs < LEAST_PAIRS or (rule in at_need and not taught):
            continue
        before = linker._settings_obj.core_model_settings.copy()
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule.sql,
                estimate_without_term_frequencies=True,
                max_pairs=LEARNING_PAIRS if rule.pairs > LEARNING_PAIRS else None,
                record_sample_proportion=0.1,
            )
        except (SplinkException, ValueError, ArithmeticError):
            # A failed session leaves the linker without the comparisons that it had set aside. What the rule would have
            # taught stays waiting, and is completed with usual values.
            linker._settings_obj.core_model_settings = before
            continue
        waiting = {name: columns for name, columns in waiting.items() if name not in taught}


def _settled_prior(connection: duckdb.DuckDBPyConnection, model: dict[str, Any], possible: int, compared: int) -> float:
    """Bring the prior into line with the matches that the model itself expects among the pairs compared.

    The share of matches that certain rules find is a guess; with many errors in the data it is far too low. A prior
    moves every match weight by the same amount, so counts of weights (whole numbers, the same on any number of
    threads) are all it takes, and of many pairs a part.
    """
    of = max(1, compared // SETTLING_PAIRS)
    rows = [
        row
        for name in predictions(connection, model, 1, of)
        for row in connection.sql(
            f"SELECT cast(round(match_weight * 4) AS INTEGER) AS quarter, count(*) FROM {name} GROUP BY 1 ORDER BY 1"  # noqa: S608
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
            m = _usual_m(len(levels))
        m = _shares([max(share, LOWEST_M) for share in m])
        chance = [(each - prior * match) / (1 - prior) for each, match in zip(u, m, strict=True)]
        u = _shares([max(by_chance, each / 50, 0.5 / random_pairs) for by_chance, each in zip(chance, u, strict=True)])
        for level, match, by_chance in zip(levels, m, u, strict=True):
            level["m_probability"], level["u_probability"] = match, by_chance
    return model, untaught


def _guessed(raw: dict[str, Any], model: dict[str, Any], untaught: list[str]) -> list[tuple[str, str]]:
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


def _usual_m(levels: int) -> list[float]:
    return [0.85] + [0.1 / max(levels - 2, 1)] * (levels - 2) + [0.05]


def _shares(values: list[float]) -> list[float]:
    total = math.fsum(values)
    return [value / total for value in values]


def fixed(model: dict[str, Any]) -> dict[str, Any]:
    """Round every number to ten significant digits and sort every key, so that a model is one sequence of bytes."""
    rounded: dict[str, Any] = json.loads(json.dumps(_rounded(model), sort_keys=True))
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
