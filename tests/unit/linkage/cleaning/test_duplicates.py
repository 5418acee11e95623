"""Ten of many equal records are compared; the others share what becomes of the second."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import KEPT_PER_GROUP, restore_duplicates, set_aside_duplicates


def frames(equal: int, others: int = 2) -> dict[str, pd.DataFrame]:
    names = ["ann"] * equal + [f"bob {number}" for number in range(others)]
    return {"people": pd.DataFrame({"number": range(len(names)), "name": names, "born": None})}


def test_ten_are_kept_and_the_first_two_stand_for_the_rest():
    kept, duplicates = set_aside_duplicates(frames(13), ["name", "born"], "number")
    assert kept["people"]["number"].tolist() == [*range(KEPT_PER_GROUP), 13, 14]
    assert duplicates.record.tolist() == [10, 11, 12]
    assert set(duplicates.first) == {0}
    assert set(duplicates.second) == {1}
    kept, duplicates = set_aside_duplicates(frames(KEPT_PER_GROUP), ["name", "born"], "number")
    assert len(kept["people"]) == KEPT_PER_GROUP + 2
    assert not len(duplicates.record)


def test_they_join_the_second_and_take_its_best_link_where_the_first_two_are_one():
    _, duplicates = set_aside_duplicates(frames(12), ["name", "born"], "number")
    entity = np.arange(14)
    entity[[1, 12]] = 0
    links = pd.DataFrame(
        {"number_l": [0, 1], "number_r": [1, 12], "match_probability": [0.9, 0.99], "match_weight": [3.0, 7.0]}
    )
    joined, every = restore_duplicates(duplicates, entity, links)
    assert joined[[10, 11]].tolist() == [0, 0]
    assert every[["number_l", "number_r", "match_weight"]].to_numpy().tolist() == [
        [0, 1, 3], [1, 12, 7], [10, 12, 7], [11, 12, 7],
    ]  # fmt: skip


def test_of_equally_good_links_the_lowest_record_is_taken():
    _, duplicates = set_aside_duplicates(frames(11), ["name", "born"], "number")
    entity = np.array([0, 0, 0, *range(3, 13)])
    links = pd.DataFrame(
        {"number_l": [1, 0], "number_r": [2, 1], "match_probability": [0.9, 0.9], "match_weight": [3.0, 3.0]}
    )
    _, every = restore_duplicates(duplicates, entity, links)
    assert [0, 10] in every[["number_l", "number_r"]].to_numpy().tolist()


def test_they_stay_alone_where_the_first_two_are_two_people():
    _, duplicates = set_aside_duplicates(frames(12), ["name", "born"], "number")
    nothing = pd.DataFrame({"number_l": [], "number_r": [], "match_probability": [], "match_weight": []}, dtype="int64")
    joined, every = restore_duplicates(duplicates, np.arange(14), nothing)
    assert joined.tolist() == list(range(14))
    assert every.empty
