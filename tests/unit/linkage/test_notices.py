"""A notice is data; its sentence is written at the edge, once."""

from __future__ import annotations

import pytest

from shared_analysis.linkage.notices import worded
from shared_analysis.wording import Notice


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        ("columns_without_role", {"columns": ["born", "first"]}, "without a role were compared too: born, first."),
        ("column_missing", {"column": "postcode", "tables": ["a", "b"]}, "postcode is missing throughout a, b, so it"),
        (
            "placeholders",
            {"records": 1200, "share": 0.117, "role": "date_of_birth", "table": "housing"},
            "1,200 (11.7%) of the dates of birth in housing are placeholders that stand for no value",
        ),
        ("households", {"column": "family_name", "pairs": 2000, "agree": 500}, "25% share their family name; there"),
        (
            "branches",
            {"column": "phone", "pairs": 400, "agree": 268},
            "67% share their phone; there it counts",
        ),
        ("comparison_says_nothing", {"comparisons": ["sex"]}, "Matches agree on sex no more often than strangers do"),
        ("usual_values", {"comparisons": ["phone", "sex"]}, "how often matches agree on phone, sex; usual values"),
        ("answers_not_compared", {"answers": 12, "matches": 3}, "12 checked pairs were brought together by no rule"),
    ],
)
def test_wordings(code, values, sentence):
    (said,) = worded([Notice(code, values)])
    assert sentence in said


def test_they_are_said_in_their_order_and_an_unknown_one_is_an_error():
    codes = ["no_pair_compared", "truth_of_no_record"]
    assert [said.split()[0] for said in worded(map(Notice, codes))] == ["No", "The"]
    with pytest.raises(KeyError):
        worded([Notice("unheard_of")])
