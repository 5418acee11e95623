"""Estimation: what pairs were drawn from is found again, and what only looks like a match is told from one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from shared_analysis.linkage.model.estimation import LEAST_TAUGHT, Evidence, estimate, shares
from shared_analysis.linkage.model.patterns import MISSING, Patterns

M = [np.array([0.8, 0.15, 0.05]), np.array([0.7, 0.2, 0.1]), np.array([0.9, 0.1]), np.array([0.6, 0.3, 0.1])]
U = [np.array([0.01, 0.02, 0.97]), np.array([0.004, 0.016, 0.98]), np.array([0.05, 0.95]), np.array([0.02, 0.08, 0.9])]


def drawn(rng: np.random.Generator, model: Sequence[np.ndarray], pairs: int) -> np.ndarray:
    """Levels of pairs of one class, a column a comparison."""
    return np.stack([rng.choice(len(each), pairs, p=each) for each in model], axis=1).astype(np.int8)


def mixed(levels: np.ndarray) -> list[np.ndarray]:
    """Shares of the levels among all pairs, matches too."""
    every = Patterns(levels, np.ones(len(levels)), np.zeros((len(levels), 0), dtype=bool))
    return shares(every, [len(each) for each in U])[0]


def evidence(
    matches: np.ndarray,
    strangers: np.ndarray,
    chance: Sequence[np.ndarray] = (),
    related: Sequence[frozenset[int]] = (),
    possible: float = 0.0,
) -> Evidence:
    """Pairs brought together by agreement in full, one rule a comparison; the rest of the pairs nobody looks at.

    Pairs taken at random hold their share of matches.
    """
    levels = np.concatenate([matches, strangers])
    patterns, pairs = np.unique(levels[(levels == 0).any(axis=1)], axis=0, return_counts=True)
    return Evidence(
        patterns=Patterns(patterns, pairs.astype(float), patterns == 0),
        chance=list(chance) or mixed(levels),
        known=np.ones(levels.shape[1]),
        limits=[np.ones(len(each)) for each in U],
        fixed=[frozenset({at}) for at in range(levels.shape[1])],
        related=related,
        places=frozenset(),
        possible=possible or float(len(levels)),
        most_matches=np.inf,
        first_guess=0.3 * len(matches),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("share", [0.02, 0.2])
def test_m_and_the_number_of_matches_are_found_again(seed: int, share: float):
    rng = np.random.default_rng(seed)
    matches, strangers = drawn(rng, M, 3000), drawn(rng, U, int(3000 / share))
    learnt = estimate(evidence(matches, strangers))
    for estimated, true in zip(learnt.m, M, strict=True):
        np.testing.assert_allclose(estimated, true, atol=0.05)
    brought = int((matches == 0).any(axis=1).sum())
    assert learnt.matches == pytest.approx(brought, rel=0.05)


def test_patterns_may_come_in_any_order_and_one_by_one():
    rng = np.random.default_rng(4)
    given = evidence(drawn(rng, M, 500), drawn(rng, U, 5000))
    grouped = given.patterns
    each = np.repeat(np.arange(len(grouped.pairs))[::-1], grouped.pairs[::-1].astype(int))
    apart = Patterns(grouped.levels[each], np.ones(len(each)), grouped.rules[each])
    one, other = estimate(given), estimate(replace(given, patterns=apart))
    assert one.matches == pytest.approx(other.matches, rel=1e-9)
    for ours, theirs in zip(one.m, other.m, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_what_is_never_identical_is_learnt_all_the_same():
    """Titles that two libraries write in two ways: near each other for a match, and never the same."""
    rng = np.random.default_rng(5)
    m = [np.array([0.0, 0.9, 0.1]), *M[1:]]
    learnt = estimate(evidence(drawn(rng, m, 2000), drawn(rng, U, 20_000)))
    assert learnt.m[0][0] < 0.02
    assert learnt.m[0][1] == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("times", [1, 4])
def test_pairs_that_share_a_home_alone_are_no_matches(times: int):
    """As many, or four times as many, as there are matches."""
    rng = np.random.default_rng(6)
    matches = drawn(rng, M, 1500)
    neighbours = drawn(rng, [U[0], U[1], U[2], M[3]], 1500 * times)
    strangers = np.concatenate([neighbours, drawn(rng, U, 20_000)])
    given = evidence(matches, strangers, related=[frozenset({3})])
    brought = int((matches == 0).any(axis=1).sum())
    assert estimate(given).matches == pytest.approx(brought, rel=0.05)


def test_a_nearly_unique_value_that_matches_share_keeps_its_worth():
    """Of random pairs those that agree ARE the matches: u must come out far below what was counted."""
    rng = np.random.default_rng(7)
    unique = np.array([1e-5, 1 - 1e-5])
    matches, strangers = drawn(rng, [np.array([0.95, 0.05]), *M[1:]], 1000), drawn(rng, [unique, *U[1:]], 200_000)
    learnt = estimate(evidence(matches, strangers))
    assert learnt.u[0][0] < 1000 * 0.95 / 201_000 / 20
    assert learnt.matches == pytest.approx(int((matches == 0).any(axis=1).sum()), rel=0.05)


def test_matches_are_taken_out_of_those_random_pairs_in_which_the_value_is_known():
    rng = np.random.default_rng(8)
    matches, strangers = drawn(rng, M, 1000), drawn(rng, U, 50_000)
    given = evidence(matches, strangers)
    every, some = (estimate(replace(given, known=np.array([share, 1.0, 1.0, 1.0]))).u[0][0] for share in (1.0, 0.1))
    assert some < every


def test_a_single_comparison_learns_from_what_there_is_beyond_chance():
    rng = np.random.default_rng(9)
    m, u = np.array([0.3, 0.6, 0.1]), np.array([1e-5, 1e-4, 1 - 1.1e-4])
    levels = np.concatenate([drawn(rng, [m], 2000), drawn(rng, [u], 1_000_000)])
    counts = np.bincount(levels[:, 0]).astype(float)
    given = replace(
        evidence(levels, levels[:0], chance=[counts / len(levels)]),
        patterns=Patterns(np.array([[0], [1]], np.int8), counts[:2], np.ones((2, 1), dtype=bool)),
        limits=[u],
        first_guess=600.0,
    )
    learnt = estimate(given)
    assert learnt.matches == pytest.approx(1800, rel=0.05)
    np.testing.assert_allclose(learnt.m[0][:2], [1 / 3, 2 / 3], atol=0.03)


def test_two_people_who_share_all_but_what_lasts_are_twins_and_no_match():
    """From the pairs alone nobody could say: 700 matches and 1,400 twins, or 2,100 matches that mostly differ there."""
    rng = np.random.default_rng(11)
    name, home, birth = (np.array(each) for each in ([0.97, 0.02, 0.01], [0.95, 0.05], [0.98, 0.02]))
    u = [np.array([0.003, 0.001, 0.996]), np.array([0.002, 0.998]), np.array([0.001, 0.999])]
    matches, twins = drawn(rng, [name, home, birth], 700), drawn(rng, [u[0], home, birth], 1400)
    given = evidence(np.concatenate([matches, twins]), drawn(rng, u, 20_000), chance=u)
    limits = [np.ones(len(each)) for each in u]
    given = replace(given, related=[frozenset({1, 2})], lasting=frozenset({0}), limits=limits)
    learnt = estimate(given)
    assert learnt.matches == pytest.approx(700, rel=0.1)
    assert learnt.m[0][-1] < 0.05
    assert estimate(replace(given, lasting=frozenset())).m[0][-1] > 2 * learnt.m[0][-1]


def test_no_more_can_match_than_the_smaller_table_holds():
    rng = np.random.default_rng(10)
    given = evidence(drawn(rng, M, 1000), drawn(rng, U, 10_000))
    assert estimate(replace(given, most_matches=400.0)).matches == 400


def test_what_nothing_taught_is_what_is_usual_and_a_place_keeps_its_chance_agreement():
    """The place is known only where nothing else is."""
    rng = np.random.default_rng(11)
    matches, strangers = drawn(rng, M, 800), drawn(rng, U, 8000)
    places = np.full((400, 4), MISSING, np.int8)
    places[:, 3] = 0
    for group in (matches, strangers):
        group[:, 3] = MISSING
    given = replace(evidence(matches, np.concatenate([strangers, places])), places=frozenset({3}))
    learnt = estimate(given)
    assert [learnt.is_taught(at) for at in range(4)] == [True, True, True, False]
    assert learnt.seen[3].sum() < LEAST_TAUGHT
    assert learnt.m[3][0] == pytest.approx(0.85, abs=0.01)
    np.testing.assert_array_equal(learnt.u[3], given.chance[3])
    freed = estimate(replace(given, chance=[*U[:3], np.array([0.02, 0.08, 0.9])], places=frozenset()))
    assert freed.u[3][0] < 0.02


@pytest.mark.parametrize("alike", [0.2, 0.5, 0.8])
def test_two_comparisons_teach_each_other_and_keep_half_of_what_is_usual(alike):
    """No rule leaves two open; those that share one thing by chance are many, and those that share both are matches."""
    rng = np.random.default_rng(12)
    own = [np.array([alike, 0.9 - alike, 0.1]), np.array([0.7, 0.2, 0.1])]
    chance = [np.array([0.001, 0.002, 0.997])] * 2
    related = [frozenset({0}), frozenset({1})]
    given = evidence(drawn(rng, own, 1500), drawn(rng, chance, 400_000), chance=chance, related=related)
    learnt = estimate(given)
    brought = 1 - (1 - alike) * 0.3  # those that agree in full in one of the two
    assert learnt.is_taught(0)
    assert learnt.m[0][0] == pytest.approx((alike / brought + 0.85) / 2, abs=0.03)
    assert learnt.matches == pytest.approx(1500 * brought, rel=0.1)


def test_shares_are_of_the_pairs_in_which_the_value_is_known_and_never_nothing():
    levels = np.array([[0], [1], [MISSING]], np.int8)
    (at_levels,), known = shares(Patterns(levels, np.array([3.0, 6.0, 1.0]), np.zeros((3, 0), bool)), [3])
    assert known.tolist() == [0.9]
    np.testing.assert_allclose(at_levels, (np.array([3, 6, 0]) + 0.5 / 3) / 9.5)
