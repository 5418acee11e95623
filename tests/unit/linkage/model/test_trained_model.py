"""A model is one sequence of bytes, whatever the last digits of its numbers."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage.model.trained_model import TrainedModel, canonical_model


def test_numbers_have_ten_digits_and_keys_are_in_order():
    model = {"b": [0.1 + 0.2, (1 / 3e9,)], "a": {"z": 1, "y": None, "x": True, "w": "text 0.30000000000000004"}}
    assert json.dumps(canonical_model(model)) == (
        '{"a": {"w": "text 0.30000000000000004", "x": true, "y": null, "z": 1}, "b": [0.3, [3.333333333e-10]]}'
    )


@given(st.floats(1e-300, 1))
def test_it_is_its_own_canonical_form(share):
    once = canonical_model({"m": share})
    assert canonical_model(once) == once
    assert abs(once["m"] - share) <= 1e-9 * share


def test_without_pairs_there_is_none():
    assert TrainedModel() == TrainedModel({}, (), ())
