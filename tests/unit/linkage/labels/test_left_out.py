"""Whether a checked pair would be linked without its own answer, as if the linkage were done again without it."""

from __future__ import annotations

from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.clustering.clusters import connected_components, resolve_entities
from shared_analysis.linkage.clustering.constraints import NUMBERS, cannot_link, must_link
from shared_analysis.linkage.clustering.entities import tables_held_once
from shared_analysis.linkage.database import SCORED
from shared_analysis.linkage.labels.left_out import linked_without_own_answer
from shared_analysis.linkage.model.scoring import no_scores, non_links_within_components

THRESHOLD = 0.5


class Small:
    """A few records in two tables, with the pairs among them scored and some of them answered, by chance."""

    def __init__(self, seed: int, link_type: str) -> None:
        rng = np.random.default_rng(seed)
        size = int(rng.integers(4, 14))
        every = np.array([(a, b) for a in range(size) for b in range(a + 1, size)])
        pairs = pd.DataFrame(every[rng.random(len(every)) < 0.5], columns=NUMBERS)
        weight = rng.normal(0, 6, len(pairs)).round(4)
        self.pairs = pairs.assign(match_weight=weight, match_probability=(1 / (1 + 2.0**-weight)).round(6))
        self.answers = pairs.sample(frac=0.4, random_state=seed).sort_index()
        self.answers["match"] = rng.random(len(self.answers)) < 0.5
        table = np.where(np.arange(size) < size // 2, "a", "b")
        self.records = SimpleNamespace(register=pd.DataFrame({"table": table}))
        self.spec = SimpleNamespace(held_once=("a", "b") if link_type == "link_only" else ())
        links = self.pairs[self.pairs["match_probability"] >= THRESHOLD].reset_index(drop=True)
        self.scores = SimpleNamespace(pairs=links, threshold=THRESHOLD)
        self.connection = duckdb.connect()
        self.connection.register(SCORED, self.pairs)

    def together(self, answers: pd.DataFrame, left: int, right: int) -> bool:
        """Join all records anew with these answers; say whether two are in one entity."""
        links = must_link(self.scores.pairs, answers)
        component = connected_components(len(self.records.register), links)
        others = non_links_within_components(self.connection, component, THRESHOLD)
        against = cannot_link(others, answers, component)
        tables = tables_held_once(self.records, self.spec)
        entity, _ = resolve_entities(component, links, against, tables, THRESHOLD)
        return bool(entity[left] == entity[right])


@pytest.mark.parametrize("link_type", ["dedupe_only", "link_only"])
@pytest.mark.parametrize("parts", ["each alone", "in threes"])
def test_it_is_as_if_all_were_joined_anew_without_the_answer(link_type, parts):
    told = []
    for seed in range(25):
        small = Small(seed, link_type)
        part = np.arange(len(small.answers)) // (1 if parts == "each alone" else 3)
        scored = small.answers.merge(small.pairs, on=NUMBERS)
        known = scored.assign(part=part, held_out=scored["match_probability"])
        found = linked_without_own_answer(
            small.connection, small.records, small.spec, small.scores, small.answers, known
        )
        for row, linked in zip(known.itertuples(), found, strict=True):
            others = small.answers[part != row.part]
            again = row.held_out >= THRESHOLD and small.together(others, row.number_l, row.number_r)
            assert linked == again
            told.append(again)
    assert 0.1 < np.mean(told) < 0.9


def test_a_pair_that_an_unseen_model_does_not_link_is_not_linked():
    small = Small(1, "dedupe_only")
    known = small.answers.merge(small.pairs, on=NUMBERS).assign(part=0, held_out=0.0)
    found = linked_without_own_answer(small.connection, small.records, small.spec, small.scores, small.answers, known)
    assert not found.any()


def test_no_link_at_all_is_an_answer_too():
    small = Small(2, "dedupe_only")
    small.scores = SimpleNamespace(pairs=no_scores().pairs, threshold=1.0)
    known = small.answers.merge(small.pairs, on=NUMBERS).assign(part=0, held_out=0.4)
    found = linked_without_own_answer(small.connection, small.records, small.spec, small.scores, small.answers, known)
    assert not found.any()
