"""Estimate m and u from patterns of agreement: one expectation maximisation (EM) over the pairs of every blocking rule.

The model is that of Fellegi and Sunter (1969). Splink estimates m in sessions, one for each of a few training rules;
here the pairs of all rules teach together. Those of a rule teach every comparison but the ones that the rule fixes, and
each rule has its own share of matches. So something is learnt even where no value is ever identical, and no rule has to
be known beforehand to hold few relatives: pairs that share one thing and nothing else (a home, a name, a head office)
are classes of their own, as in Winkler (1993), "Improved decision rules in the Fellegi-Sunter model".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from shared_analysis.linkage.model.patterns import MISSING, Levels, Numbers, Patterns

CYCLES = 5
"""How often u is freed of matches anew, when it is known better how many there are."""
ROUNDS = 12
ROUNDS_OF_COUNTING = 80
USUAL = 0.85
"""Share of matches that agree in full, before anything is learnt."""
DIFFERENT = 0.005
"""Share of matches that differ in full in what lasts, such as a given name, before anything is learnt."""
USUAL_PAIRS = 20.0
"""How many pairs that expectation counts for."""
MOST_OF_A_RULE = 2e4
"""Pairs that a rule counts for at most, so that a loose one does not drown the others."""
RELATED_A_MATCH = 0.1
"""Related pairs for each match, to begin with: what speaks for both alike is more often a match."""
LEAST_LEFT = 2
"""Comparisons that a rule leaves open, to teach any of them: one alone cannot tell matches from others."""
LEAST_TAUGHT = 30
"""Matches that teach a comparison; with fewer it keeps what is usual."""
LEAST_OF_CHANCE = 50
"""Of the chance agreement that was counted, at least one in so many was chance."""


@dataclass(frozen=True)
class Evidence:
    """What there is to estimate from.

    Parameters
    ----------
    patterns
        The pairs that were brought together.
    chance
        By comparison, the share of each level among pairs taken at random.
    known
        By comparison, the share of those pairs in which it is known.
    limits
        By comparison and level, how often strangers agree at most, by what else is known; 1 where nothing is.
    fixed
        By rule, the comparisons that read what the rule says is equal.
    related
        The comparisons in which pairs that are no matches agree as matches do: a set for each way to be related.
    places
        Comparisons of places, which others share: agreement there is no proof of a match where nothing else is known.
    possible
        Number of pairs that could be compared without blocking.
    most_matches
        No more of them can be matches.
    first_guess
        A number of matches to begin with; too many rather than too few, for chance agreement is then freed of them.
    lasting
        Comparisons of what stays the same all life, and tells even twins apart: to differ there is an error of writing.
    near
        By comparison of places, the first level at which two records are no more than near each other: those who are
        related by something else may be nearer than strangers are. None where people are compared, who move.
    """

    patterns: Patterns
    chance: Sequence[Numbers]
    known: Numbers
    limits: Sequence[Numbers]
    fixed: Sequence[frozenset[int]]
    related: Sequence[frozenset[int]]
    places: frozenset[int]
    possible: float
    most_matches: float
    first_guess: float
    lasting: frozenset[int] = frozenset()
    near: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """What was learnt.

    Parameters
    ----------
    m, u
        By comparison, the share of each level among matches and among strangers.
    seen
        By comparison, how many matches were seen at each level, before what is usual was added.
    matches
        How many matches there are among the pairs.
    """

    m: list[Numbers]
    u: list[Numbers]
    seen: list[Numbers]
    matches: float

    def is_taught(self, comparison: int) -> bool:
        """Whether enough matches showed how often they agree in a comparison."""
        return float(self.seen[comparison].sum()) >= LEAST_TAUGHT


def shares(patterns: Patterns, sizes: Sequence[int], weights: Numbers | None = None) -> tuple[list[Numbers], Numbers]:
    """Count at which level pairs are.

    Parameters
    ----------
    sizes
        Number of levels of each comparison.
    weights
        By pattern; the number of pairs if it is not given.

    Returns
    -------
    list of arrays, array
        By comparison, the share of each level among the pairs in which it is known (never 0: half a pair is added), and
        the share of those pairs among all.
    """
    weights = patterns.pairs if weights is None else weights
    total = max(float(weights.sum()), 1e-9)
    at_levels, known = [], []
    for levels, size in zip(patterns.levels.T, sizes, strict=True):
        counts = _count(levels, weights, size)
        at_levels.append((counts + 0.5 / size) / (counts.sum() + 0.5))
        known.append(counts.sum() / total)
    return at_levels, np.array(known)


def estimate(evidence: Evidence) -> Estimate:
    """Estimate m, u and the number of matches.

    Parameters
    ----------
    evidence
        Of at least one comparison. Where no rule leaves two comparisons to learn from, m is what is usual.
    """
    return _Expectation(evidence).run()


class _Expectation:
    """The state of the EM: a model of each class, matches first and strangers last, and the classes' shares."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.sizes = [len(each) for each in evidence.chance]
        self.usual = [_usual(size, DIFFERENT if at in evidence.lasting else None) for at, size in enumerate(self.sizes)]
        self.m = list(self.usual)
        self.seen = [np.zeros(size) for size in self.sizes]
        self.u = self._without_matches(evidence.first_guess, evidence.known)
        self.apart = {at: self._nearby(at) for at in evidence.near}  # how near those who are related are
        # What every rule fixes, or is all that is compared, no rule can teach: what there is beyond chance does.
        every = range(len(self.sizes))
        teaching = [fixed for fixed in evidence.fixed if len(self.sizes) - len(fixed) >= LEAST_LEFT]
        self.taught_by_none = [at for at in every if all(at in fixed for fixed in teaching)]
        # Two comparisons alone cannot tell a match that differs from a relative: what is usual counts as much then.
        self.doubted = not teaching and len(self.sizes) > 1
        several = len(evidence.related)
        rare = RELATED_A_MATCH * evidence.first_guess
        self.numbers = np.array([evidence.first_guess, *[rare] * several, evidence.possible])
        self.shares = np.tile([0.2, *[0.3 / max(several, 1)] * several, 0.5], (len(evidence.fixed), 1))

    def run(self) -> Estimate:
        for _ in range(CYCLES):
            for _ in range(ROUNDS):
                self._learn()
            matches = self.evidence.patterns.pairs * self._count_classes()[:, 0]
            _, known = shares(self.evidence.patterns, self.sizes, matches)
            self.u = self._without_matches(self.numbers[0], known)
        return Estimate(self.m, self._of_non_matches(), self.seen, float(self.numbers[0]))

    def _of_non_matches(self) -> list[Numbers]:
        """Mix strangers with those who are related and no match: together they are what a match is told from."""
        related = list(zip(self.evidence.related, self.numbers[1:-1], strict=True))
        every = float(self.numbers[1:].sum())
        alike = [sum(number for shared, number in related if at in shared) / every for at in range(len(self.sizes))]
        return [(1 - share) * u + share * m for share, u, m in zip(alike, self.u, self.m, strict=True)]

    def _without_matches(self, matches: float, known_among_matches: Numbers) -> list[Numbers]:
        """Free chance agreement of the matches among pairs taken at random: of those in which both values are known."""
        freed = []
        for at, counted in enumerate(self.evidence.chance):
            if at in self.evidence.places and self.seen[at].sum() < LEAST_TAUGHT:
                freed.append(counted)
                continue
            pairs = max(self.evidence.possible * float(self.evidence.known[at]), 1e-9)
            share = min(matches * float(known_among_matches[at]) / pairs, 0.5)
            rest = np.maximum((counted - share * self.m[at]) / (1 - share), counted / LEAST_OF_CHANCE)
            freed.append(_at_most(rest / rest.sum(), self.evidence.limits[at]))
        return freed

    def _logarithms(self) -> Numbers:
        """Give by pattern, comparison and class the logarithm of how likely the level is; 0 where it is missing."""
        levels = self.evidence.patterns.levels
        out = np.zeros((len(levels), len(self.sizes), 2 + len(self.evidence.related)))
        for at in range(len(self.sizes)):
            apart = self.apart.get(at, self.u[at])
            related = (self.m[at] if at in alike else apart for alike in self.evidence.related)
            classes = [self.m[at], *related, self.u[at]]
            table = np.log(np.stack(classes, axis=1))
            known = levels[:, at] != MISSING
            out[known, at] = table[levels[known, at]]
        return out

    def _learn(self) -> None:
        """Let each rule say which class its pairs are of, and learn from them what it does not fix."""
        evidence, patterns = self.evidence, self.evidence.patterns
        logarithms = self._logarithms()
        whole = logarithms.sum(axis=1)
        taught = {at: np.zeros(len(whole)) for at in range(len(self.sizes)) if at not in self.taught_by_none}
        near = {at: np.zeros(len(whole)) for at in evidence.near}
        for rule, fixed in enumerate(evidence.fixed):
            rows = patterns.rules[:, rule]
            if len(self.sizes) - len(fixed) < LEAST_LEFT or not rows.any():
                continue
            pairs = patterns.pairs[rows]
            rest = whole[rows] - logarithms[rows][:, sorted(fixed)].sum(axis=1)
            posterior = pairs[:, None] * _posterior(rest + np.log(self.shares[rule]))
            self.shares[rule] = (posterior.sum(axis=0) + 0.1) / (posterior.sum() + 0.1 * posterior.shape[1])
            posterior *= min(1.0, MOST_OF_A_RULE / pairs.sum())
            for at in taught.keys() - fixed:
                taught[at][rows] += posterior[:, 0]
            for at in near.keys() - fixed:
                near[at][rows] += posterior[:, self._related_otherwise(at)].sum(axis=1)
        self._take_in(taught)
        self.apart = {at: self._nearby(at, weights) for at, weights in near.items()}

    def _take_in(self, matches: Mapping[int, Numbers]) -> None:
        """Set the m of some comparisons to what matches show, given by pattern, beside what is usual."""
        for at, weights in matches.items():
            self.seen[at] = self._at_levels(at, weights)
            usual = max(USUAL_PAIRS, float(self.seen[at].sum())) if self.doubted else USUAL_PAIRS
            expected = self.seen[at] + usual * self.usual[at]
            self.m[at] = expected / expected.sum()

    def _related_otherwise(self, at: int) -> list[int]:
        """Number the classes of those who are related by something else."""
        return [number for number, alike in enumerate(self.evidence.related, 1) if at not in alike]

    def _nearby(self, at: int, weights: Numbers | None = None) -> Numbers:
        """Say how near those are who are related by something else: as strangers, or anything short of one place.

        Parameters
        ----------
        weights
            By pattern, how many of them there are; without it, what is expected.
        """
        short = np.arange(self.sizes[at]) >= self.evidence.near[at]
        seen = np.zeros(len(short)) if weights is None else self._at_levels(at, weights) * short
        seen = seen + USUAL_PAIRS * (self.u[at] + short / short.sum()) / 2
        nearby: Numbers = seen / seen.sum()
        return nearby

    def _at_levels(self, at: int, weights: Numbers) -> Numbers:
        return _count(self.evidence.patterns.levels[:, at], weights, self.sizes[at])

    def _count_classes(self) -> Numbers:
        """Count the pairs of each class among all that were brought together; give each pattern's shares of them."""
        evidence = self.evidence
        for _ in range(ROUNDS_OF_COUNTING):
            logarithms = self._logarithms().sum(axis=1)
            posterior = _posterior(logarithms + np.log(self.numbers + 1e-9))
            self.numbers = np.append(evidence.patterns.pairs @ posterior[:, :-1], evidence.possible)
            self.numbers[0] = min(self.numbers[0], evidence.most_matches)
            self._take_in(dict.fromkeys(self.taught_by_none, evidence.patterns.pairs * posterior[:, 0]))
        return posterior


def _at_most(chance: Numbers, limit: Numbers) -> Numbers:
    """Let strangers agree at no level more often than a limit allows; the last level is all the rest."""
    lower: Numbers = np.minimum(chance, limit)
    lower[-1] = 1 - lower[:-1].sum()
    return lower


def _usual(size: int, different: float | None) -> Numbers:
    """Give the shares of levels among matches before anything is learnt; of the last, if that one is known better."""
    if size == 1:
        return np.ones(1)
    usual = np.array([USUAL] + [(1 - USUAL) / (size - 1)] * (size - 1))
    if different is not None and size > 2:
        usual[1:] = [(1 - USUAL - different) / (size - 2)] * (size - 2) + [different]
    return usual


def _count(levels: Levels, weights: Numbers, size: int) -> Numbers:
    known = levels != MISSING
    counts: Numbers = np.bincount(levels[known], weights=weights[known], minlength=size).astype(np.float64)
    return counts


def _posterior(logarithms: Numbers) -> Numbers:
    odds: Numbers = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds
