"""Texts become vectors whose product is the share of rare letters in common; rare words bring few pairs together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from shared_analysis.linkage.cleaning.tfidf import DIMENSIONS, rare_words, vectors


@pytest.fixture(scope="module")
def texts() -> pd.Series:
    rng = np.random.default_rng(11)
    words = ["".join(rng.choice(list("abcdefghijklmnoprstuvw"), rng.integers(3, 9))) for _ in range(300)]
    return pd.Series([" ".join(rng.choice(words, rng.integers(1, 7))) for _ in range(400)], dtype=object)


def test_equal_texts_have_cosine_one_and_a_missing_one_has_none(texts):
    made = vectors(pd.Series(["the red lion", None, "the red lion", *texts], dtype=object))
    assert made.shape == (len(texts) + 3, DIMENSIONS)
    assert made[0] @ made[2] == pytest.approx(1, abs=1e-3)
    assert not (made @ made[1]).any()


def test_a_column_without_a_single_text_has_vectors_too():
    assert not vectors(pd.Series([None, None], dtype=object)).any()


def test_the_order_of_texts_does_not_matter(texts):
    mixed = texts.sample(frac=1, random_state=2)
    assert np.array_equal(vectors(mixed), vectors(texts)[mixed.index])


def test_cosines_are_near_the_exact_ones(texts):
    exact = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True).fit_transform(texts.unique())
    folded = vectors(pd.Series(texts.unique(), dtype=object))
    error = np.abs((exact @ exact.T).toarray() - folded @ folded.T)
    assert np.sqrt((error**2).mean()) < 0.07
    assert np.quantile(error, 0.99) < 0.2  # of two short texts a few pieces may fall together


def test_rare_words_are_those_that_few_texts_share():
    texts = pd.Series(["red lion inn", "red lion", "red cow", "red x", "blue x", None], dtype=object)
    assert rare_words(texts, 1) == [["lion"], ["lion"], [], [], [], []]  # red would bring six pairs more
    assert rare_words(texts, 6) == [["lion"], ["lion"], [], [], [], []]
    assert rare_words(texts, 7) == [["lion", "red"], ["lion", "red"], ["red"], ["red"], [], []]
    assert rare_words(texts.iloc[5:], 7) == [[]]


@given(st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd", "ee"]), max_size=5), min_size=1), st.integers(0, 30))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_rare_words_keep_to_their_budget(rows, most):
    texts = pd.Series([" ".join(row) or None for row in rows], dtype=object)
    kept = rare_words(texts, most)
    assert sum(len(set(one) & set(other)) for one, other in combinations(kept, 2)) <= most
    assert all(set(words) <= set(row) for words, row in zip(kept, rows, strict=True))
