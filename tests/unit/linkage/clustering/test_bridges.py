"""Entities that one link holds together are found, and only those."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.clustering.bridges import hanging_by_one_link


def entity(*pairs: str, first: int = 0) -> tuple[np.ndarray, pd.DataFrame]:
    """One entity of the records named by letters, numbered from ``first`` on, and its links."""
    records = sorted(set("".join(pairs)))
    ends = [tuple(first + records.index(letter) for letter in pair) for pair in pairs]
    return np.full(len(records), first), pd.DataFrame(ends, columns=["number_l", "number_r"])


@pytest.mark.parametrize(
    ("pairs", "hangs"),
    [
        (("ab",), False),
        (("ab", "bc"), False),
        (("ab", "bc", "cd"), True),
        (("ab", "bc", "cd", "ad"), False),
        (("ab", "bc", "ac", "cd", "de", "ef", "df"), True),
        (("ab", "bc", "ac", "cd"), False),
        (("ab", "ac", "ad", "ae"), False),
        (("ab", "bc", "ac", "cd", "de", "ef", "df", "af"), False),
        (("ab", "ac", "bc", "cd", "de"), True),  # five records with as many links as a bridge leaves room for
        (("ab", "ac", "bc", "ad", "de"), True),
        (("ab", "ac", "bc", "ad", "bd", "de"), False),  # one more, and there is no such bridge
    ],
)
def test_two_records_or_more_must_be_on_either_side(pairs, hangs):
    assert hanging_by_one_link(*entity(*pairs)) == ([0] if hangs else [])


def test_any_entity_agrees_with_taking_each_link_away_in_turn():
    rng = np.random.default_rng(8)
    for _ in range(150):
        size = int(rng.integers(4, 9))
        every = list(itertools.combinations("abcdefghi"[:size], 2))
        chosen = rng.random(len(every)) < 0.35
        pairs = ["".join(pair) for pair, there in zip(every, chosen, strict=True) if there]
        if not pairs or len(parts(pairs)) > 1:
            continue
        cut = [parts([each for each in pairs if each != pair], "".join(pairs)) for pair in pairs]
        expected = any(len(groups) > 1 and min(map(len, groups)) >= 2 for groups in cut)
        assert bool(hanging_by_one_link(*entity(*pairs))) == expected, pairs


def parts(pairs: list[str], records: str = "") -> list[set[str]]:
    groups = [{record} for record in sorted(set(records or "".join(pairs)))]
    for left, right in pairs:
        one, other = (next(group for group in groups if record in group) for record in (left, right))
        if one is not other:
            one |= other
            groups.remove(other)
    return groups


def test_each_entity_is_looked_at_by_itself():
    (one, links), (other, more) = entity("ab", "bc", "cd"), entity("pq", "qr", "rs", "ps", first=4)
    (third, most) = entity("ab", "bc", "cd", first=8)
    every = pd.concat([links, more, most], ignore_index=True)
    assert hanging_by_one_link(np.concatenate([one, other, third]), every) == [0, 8]
