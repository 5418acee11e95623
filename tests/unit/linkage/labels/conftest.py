"""Answers to every pair of the review sample, as somebody who knows the truth would give them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import World
from shared_analysis.linkage import LinkageResult

KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def is_match(pairs: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray:
    person = truth.set_index(["table", "record_id"])["person_id"]
    left, right = (
        person.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    return np.asarray(left == right)


@pytest.fixture(scope="session")
def answers(world: World, linked: LinkageResult) -> pd.DataFrame:
    return linked.review.assign(match=np.where(is_match(linked.review, world.truth), "yes", "no"))
