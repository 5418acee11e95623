"""Accuracy counts pairs of records; the precision of links leaves chains out."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.evaluation.ground_truth import accuracy, link_precision

RECORDS = pd.DataFrame({"table": ["a", "a", "b", "b", "b"], "record_id": ["1", "2", "1", "2", "3"]})
EDGE = ["table_l", "record_id_l", "table_r", "record_id_r"]


def edges(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=EDGE)


def test_accuracy_by_hand():
    register = RECORDS.assign(entity_id=["x", "x", "x", "y", "y"])
    truth = RECORDS.assign(person_id=["p", "q", "p", "q", "q"])
    # claimed pairs: 3 + 1; true pairs: p 1, q 3; both: a1-b1 and b2-b3
    every = accuracy(register, truth, "link_and_dedupe")
    assert (every["precision"], every["recall"], every["true_pairs"]) == (0.5, 0.5, 4)
    # across tables only: claimed a1-b1, a2-b1; true a1-b1, a2-b2, a2-b3
    across = accuracy(register, truth, "link_only")
    assert (across["precision"], across["recall"], across["true_pairs"]) == (0.5, 0.3333, 3)
    assert accuracy(register, truth, "many_to_one") == across


def test_records_without_an_answer_are_left_out():
    register = RECORDS.assign(entity_id=["x", "x", "x", "y", "y"])
    truth = RECORDS.assign(person_id=["p", None, "p", "q", "q"]).iloc[:4]
    assert accuracy(register, truth, "link_and_dedupe")["records_with_truth"] == 3
    assert accuracy(register, truth.iloc[:0], "link_and_dedupe") == {}


def test_an_answer_given_twice_counts_once_and_two_answers_are_refused():
    register = RECORDS.assign(entity_id=["x", "x", "x", "y", "y"])
    truth = RECORDS.assign(person_id=["p", "q", "p", "q", "q"])
    assert accuracy(register, pd.concat([truth, truth]), "link_and_dedupe")["records_with_truth"] == 5
    with pytest.raises(SharedAnalysisError, match="1 records have two different known answers"):
        accuracy(register, pd.concat([truth, truth.head(1).assign(person_id="z")]), "link_and_dedupe")
    with pytest.raises(SharedAnalysisError, match="lack person_id"):
        accuracy(register, truth.drop(columns="person_id"), "link_and_dedupe")


def test_ids_of_answers_may_be_numbers_with_gaps():
    register = RECORDS.assign(entity_id=["x", "x", "x", "y", "y"])
    truth = RECORDS.assign(person_id=["p", "q", "p", "q", "q"], record_id=RECORDS["record_id"].astype(float))
    assert accuracy(register, truth, "link_and_dedupe")["records_with_truth"] == 5


def test_nothing_claimed_has_no_precision():
    register = RECORDS.assign(entity_id=list("vwxyz"))
    truth = RECORDS.assign(person_id=["p", "q", "p", "q", "q"])
    found = accuracy(register, truth, "link_and_dedupe")
    assert "precision" not in found
    assert (found["recall"], found["f1"]) == (0, 0)


def test_the_precision_of_links_leaves_chains_out():
    truth = RECORDS.assign(person_id=["p", "q", "p", "q", None])
    links = edges(("a", "1", "b", "1"), ("a", "2", "b", "1"), ("b", "1", "b", "3"))
    assert link_precision(links, truth) == 0.5
    assert link_precision(links.tail(1), truth) is None
