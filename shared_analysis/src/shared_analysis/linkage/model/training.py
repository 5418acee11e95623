"""Train the model of Fellegi and Sunter, and make it canonical: the same bytes wherever it is trained.

m, u and the number of matches are estimated together, from how often the pairs that blocking brings together agree
(:mod:`.estimation`), and become ordinary Splink settings. What the data show of households and branches is added.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from shared_analysis.linkage.cleaning.column_kinds import Kind
from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.model.blocking import PEOPLE, Blocking
from shared_analysis.linkage.model.branches import add_branches
from shared_analysis.linkage.model.comparisons import NEAR, Comparison, choose_comparisons
from shared_analysis.linkage.model.estimation import DIFFERENT, Estimate, Evidence, estimate, shares
from shared_analysis.linkage.model.households import add_households, shared_at_places
from shared_analysis.linkage.model.patterns import Numbers, count_patterns, count_random_patterns, draw_both, draw_pairs
from shared_analysis.linkage.model.trained_model import TrainedModel, canonical_model
from shared_analysis.linkage.spec import LinkageSpec, compares_across
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb

RANDOM_PAIRS = 1_000_000
RANDOM_PAIRS_OF_TEXTS = 250_000  # comparing two texts costs many times as much as comparing two names
FIRST_GUESS = 0.3  # matches a record
LEAST_SEEN = 0.5  # with less than half a match at a level, its m is what is usual
LOWEST_M = 1e-4  # a level never seen among matches: a hundred to one against its cousins, never a veto

OF_A_HEAD_OFFICE: frozenset[Kind] = frozenset({"text", "identifier", "email"})
"""Kinds of what branches have from their head office: a name, a telephone, a mailbox."""
OF_A_HOME = ("location", "family_name", "phone")
"""What people who live together may share, some of it or all."""


def train(
    connection: duckdb.DuckDBPyConnection, records: Records, spec: LinkageSpec, blocking: Blocking
) -> TrainedModel:
    """Train a model on the records themselves: nobody has to say which of them match.

    Where no pair was brought together, the model is empty.
    """
    if not blocking.pairs:
        return TrainedModel()
    comparisons = choose_comparisons(records)
    learnt = estimate(_evidence(connection, records, spec, blocking, comparisons))
    model = copy.deepcopy(blocking.settings)
    guessed, notices = _write(model, comparisons, learnt)
    possible = records.possible_pairs(spec.link_type)
    model["probability_two_random_records_match"] = min(max(learnt.matches, 0.5) / possible, 0.5)
    measured = shared_at_places(connection, comparisons, records, _misnamed(comparisons, learnt))
    notices += add_households(model, records.columns, measured)
    notices += add_branches(connection, model, records)
    return TrainedModel(canonical_model(model), guessed, tuple(notices))


def _evidence(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    blocking: Blocking,
    comparisons: Sequence[Comparison],
) -> Evidence:
    """Count what the model is estimated from."""
    settings = blocking.settings["comparisons"]
    columns = [*records.columns, *(f"{column}_vector" for column in records.texts)]
    names = [comparison.name for comparison in comparisons]
    places = frozenset({names.index("location")} if "location" in names and len(names) > 1 else ())
    chance, known, limits = _chance(connection, records, spec, settings, columns, places)
    reads = [comparison.columns(records.columns) for comparison in comparisons]
    return Evidence(
        patterns=count_patterns(connection, settings, blocking.rules, columns),
        chance=chance,
        known=known,
        limits=limits,
        fixed=[frozenset(at for at, read in enumerate(reads) if read & set(rule.columns)) for rule in blocking.rules],
        related=_related(names, records.kinds),
        lasting=frozenset(at for at, name in enumerate(names) if name == "given_name"),
        places=places,
        near=_near(comparisons),
        possible=float(records.possible_pairs(spec.link_type)),
        most_matches=records.most_matches(spec.held_once),
        first_guess=FIRST_GUESS * min(records.most_matches(spec.held_once), records.total),
    )


def _near(comparisons: Sequence[Comparison]) -> dict[int, int]:
    """Give by number the comparison of places, with its first level of no more than nearness; none of people."""
    if not PEOPLE.isdisjoint(comparison.name for comparison in comparisons):
        return {}
    levels = {
        at: [level.label in NEAR for level in each.levels if not level.neutral] for at, each in enumerate(comparisons)
    }
    return {at: near.index(True) for at, near in levels.items() if any(near)}


def _misnamed(comparisons: Sequence[Comparison], learnt: Estimate) -> dict[str, float]:
    """Give by level of the location how many matches are there whose given names differ in full, or a few more."""
    m = {comparison.name: shares for comparison, shares in zip(comparisons, learnt.m, strict=True)}
    if not {"given_name", "location"} <= set(m):
        return defaultdict(float)
    number = learnt.matches * max(float(m["given_name"][-1]), DIFFERENT)
    location = next(comparison for comparison in comparisons if comparison.name == "location")
    stated = [level.label for level in location.levels if not level.neutral]
    return {label: number * float(share) for label, share in zip(stated, m["location"], strict=True)}


def _chance(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    settings: Sequence[dict[str, Any]],
    columns: Sequence[str],
    places: frozenset[int],
) -> tuple[list[Numbers], Numbers, list[Numbers]]:
    """Measure how often pairs taken at random agree, how often that is known, and how often strangers agree at most.

    Two tables agree by chance no more often than each does with itself (Cauchy and Schwarz). Where nearly every value
    is unique, the pairs that agree across tables are the matches themselves, and a table that holds everybody once has
    none within itself.
    Places are shared across tables by those who are no match, so nothing limits them.
    """
    sizes = [sum(not level.get("is_null_level") for level in each["comparison_levels"]) for each in settings]
    most = RANDOM_PAIRS_OF_TEXTS if records.texts else RANDOM_PAIRS

    def drawn(within: bool | None, tables: Collection[str] = records.sizes) -> tuple[list[Numbers], Numbers]:
        pairs = draw_pairs(connection, within, tables, most, spec.seed)
        return shares(count_random_patterns(connection, settings, columns, pairs), sizes)

    limits = [np.ones(size) for size in sizes]
    if spec.link_type == "dedupe_only":
        chance, known = drawn(within=True)
    elif compares_across(spec.link_type):
        chance, known = drawn(within=False)
        limits, _ = drawn(within=True, tables=spec.held_once)
    else:
        both = count_random_patterns(
            connection, settings, columns, draw_both(connection, records.sizes, most, spec.seed)
        )
        chance, known = shares(both, sizes, both.pairs * both.mixed)
        within, across = (shares(both, sizes, both.pairs * kind)[0] for kind in (both.within, ~both.within))
        limits = [np.minimum(*rates) for rates in zip(within, across, strict=True)]
    return chance, known, [np.ones(sizes[at]) if at in places else limit for at, limit in enumerate(limits)]


def _related(names: Sequence[str], kinds: Mapping[str, Kind]) -> list[frozenset[int]]:
    """Name the ways in which two records can be related and no match: by one comparison, a family, a head office."""
    ways = [{name} for name in names]
    if "family_name" in names:
        home = [name for name in OF_A_HOME if name in names]
        ways += [set(shared) for size in range(2, len(home) + 1) for shared in combinations(home, size)]
        ways += [{*home, "date_of_birth"}] if "date_of_birth" in names else []  # twins
    elif "location" in names:
        ways += [{name for name in names if kinds.get(name) in OF_A_HEAD_OFFICE}]
    each_once = dict.fromkeys(frozenset(map(names.index, way)) for way in ways if way)
    return [way for way in each_once if len(way) < len(names)]


def _write(
    model: dict[str, Any], comparisons: Sequence[Comparison], learnt: Estimate
) -> tuple[tuple[tuple[str, str], ...], list[Notice]]:
    """Write m and u into the settings, in place; name the levels without an estimate, and give notices.

    A comparison in which matches agree no more often than strangers says nothing, and gets no weight.
    """
    guessed, untaught, idle = [], [], []
    for at, (settings, comparison) in enumerate(zip(model["comparisons"], comparisons, strict=True)):
        m, u = _normal(np.maximum(learnt.m[at], LOWEST_M)), learnt.u[at]
        taught = learnt.is_taught(at)
        if not taught:
            untaught.append(comparison.description)
        elif m[0] <= u[0] or m[-1] >= u[-1]:
            idle.append(comparison.description)
            m = u
        levels = [level for level in settings["comparison_levels"] if not level.get("is_null_level")]
        for level, match, chance, seen in zip(levels, m, u, learnt.seen[at], strict=True):
            level["m_probability"], level["u_probability"] = float(match), float(chance)
            if not taught or seen < LEAST_SEEN:
                guessed.append((comparison.name, str(level["label_for_charts"])))
    notices = [Notice("usual_values", {"comparisons": untaught})] if untaught else []
    notices += [Notice("comparison_says_nothing", {"comparisons": idle})] if idle else []
    return tuple(guessed), notices


def _normal(values: Numbers) -> Numbers:
    normal: Numbers = values / values.sum()
    return normal
