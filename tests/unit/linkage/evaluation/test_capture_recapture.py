"""How many matches there are, by evidence other than the model's probabilities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.evaluation.capture_recapture import capture_recapture
from shared_analysis.linkage.model.blocking import BlockingRule

RULES = [
    BlockingRule(("email",)),
    BlockingRule(("date_of_birth",)),
    BlockingRule(("given_name", "family_name")),
    BlockingRule(("email", "phone")),
]


def counts(agree: np.ndarray) -> pd.DataFrame:
    """Count matches (rows) by the rules (columns) that find them; those that none finds are not there."""
    found = pd.DataFrame(agree)[agree.any(axis=1)]
    return found.groupby(list(range(agree.shape[1]))).size().reset_index(name="links")


def test_matches_that_no_rule_finds_are_estimated_from_those_that_few_find():
    rng = np.random.default_rng(1)
    agree = rng.random((5000, 4)) < (0.6, 0.5, 0.4, 0.0)
    captured = capture_recapture(counts(agree), RULES)
    assert agree.any(axis=1).sum() < 4500
    assert captured.low < 5000 < captured.high
    assert captured.high - captured.low < 300


def test_the_two_halves_read_no_column_in_common():
    rng = np.random.default_rng(2)
    captured = capture_recapture(counts(rng.random((2000, 4)) < 0.7), RULES)
    assert not set(captured.first_columns) & set(captured.second_columns)
    assert set(captured.first_columns) | set(captured.second_columns) == {
        column for rule in RULES for column in rule.columns
    }


def test_records_that_are_poor_in_every_column_make_the_estimate_too_low_and_never_too_high():
    rng = np.random.default_rng(3)
    poor = rng.random((20_000, 1)) < 0.3
    agree = rng.random((20_000, 4)) < np.where(poor, 0.3, 0.8)
    captured = capture_recapture(counts(agree), RULES)
    assert agree.any(axis=1).sum() < captured.matches < 20_000


def test_columns_that_take_turns_are_dealt_so_that_both_halves_can_find_everybody():
    rng = np.random.default_rng(4)
    rules = [BlockingRule((column,)) for column in ("address", "email", "full_name", "phone")]
    online = np.array([[True]] * 5000 + [[False]] * 5000)
    agree = rng.random((10_000, 4)) < np.where(online, (0.0, 0.8, 0.0, 0.8), (0.8, 0.0, 0.8, 0.0))
    captured = capture_recapture(counts(agree), rules)
    assert captured.low < 10_000 < captured.high
    assert "email" in captured.first_columns or "email" in captured.second_columns
    assert {"email", "phone"} not in (set(captured.first_columns), set(captured.second_columns))


@pytest.mark.parametrize("rules", [RULES[:1], [RULES[0], RULES[3]]])
def test_rules_on_the_same_column_estimate_nothing(rules):
    assert capture_recapture(counts(np.ones((500, len(rules)), dtype=bool)), rules) is None


def twice(first: int, second: int, both: int) -> pd.DataFrame:
    """Counts of two rules: what each finds, and what both do."""
    agree = [[True, True]] * both + [[True, False]] * (first - both) + [[False, True]] * (second - both)
    return counts(np.array(agree))


def test_few_links_in_common_estimate_nothing():
    assert capture_recapture(twice(29, 29, 29), RULES[:2]) is None
    assert capture_recapture(twice(80, 90, 29), RULES[:2]) is None
    assert capture_recapture(twice(30, 30, 30), RULES[:2]).matches == 30


def test_the_estimate_and_its_range_are_those_of_chapman_and_seber():
    # 201 x 151 / 101 - 1 = 299.5; variance 201 x 151 x 100 x 50 / (101 x 101 x 102) = 145.8.
    captured = capture_recapture(twice(200, 150, 100), RULES[:2])
    assert (captured.matches, captured.low, captured.high) == (300, 276, 323)
    # Fewer than have been found there cannot be: 100 + 60 - 58.
    assert capture_recapture(twice(100, 60, 58), RULES[:2]).low == 102


def people(share_broken: float, size: int = 1500) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two records each of people; in each record any of three columns may be another person's."""
    rng = np.random.default_rng(5)
    first, last = (rng.integers(0, 400, size) for _ in range(2))
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(rng.integers(0, 22000, size), unit="D")
    columns = {
        "first": np.array([f"{chr(97 + n % 26)}{chr(97 + n // 26)}orla{n * 7919}" for n in first], dtype=object),
        "last": np.array([f"{chr(97 + n // 26)}{chr(97 + n % 26)}ender{n * 7919}" for n in last], dtype=object),
        "born": born.strftime("%Y-%m-%d").to_numpy(dtype=object),
        "mail": np.array([f"{n * 7919}@x{n}.org" for n in range(size)], dtype=object),
    }
    halves = []
    for half in "ab":
        table = pd.DataFrame({"id": [f"{half}{n}" for n in range(size)]})
        for column, values in columns.items():
            broken = rng.random(size) < share_broken
            table[column] = np.where(broken, rng.permutation(values), values)
        halves.append(table)
    truth = pd.DataFrame({"table": "people", "person_id": [*range(size), *range(size)]})
    both = pd.concat(halves, ignore_index=True)
    return both, truth.assign(record_id=both["id"])


@pytest.fixture(scope="module", params=[0.02, 0.45], ids=["clean", "broken"])
def broken(request):
    table, truth = people(request.param)
    roles = {"id": "record_id", "first": "given_name", "last": "family_name", "born": "date_of_birth", "mail": "email"}
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    return request.param, link({"people": table}, {"people": contract("people", roles)}, spec, truth)


def test_a_summary_speaks_of_missed_matches_only_where_there_are_many(broken):
    share, result = broken
    said = "by capture-recapture" in result.summary().split("**How.**")[0].split("**What to look at**")[-1]
    assert said == (share > 0.3) == (result.metrics["recall"] < 0.9)
    assert 0.99 * result.metrics["links"] < result.metrics["estimated_matches"] < 1.01 * result.metrics["true_pairs"]
    assert (result.metrics["estimated_missed"] > 0.1 * result.metrics["links"]) == said
