"""How often records are linked, by table, area and group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from linkage.conftest import contract
from shared_analysis.linkage.evaluation.linkage_rates import lagging, linkage_rates


def test_a_group_that_is_linked_less_often_is_named():
    people = pd.DataFrame({"id": [f"r{n:03d}" for n in range(400)], "kind": ["a", "b"] * 200, "rare": "x"})
    people.loc[:9, "rare"] = "y"
    register = pd.DataFrame({"table": "people", "record_id": people["id"]})
    # Of kind a all are linked in pairs; of kind b half.
    entity = np.where(
        people["kind"] == "a", people.index // 4, np.where(people.index % 4 == 1, 1000, people.index + 5000)
    )
    roles = {"id": "record_id", "kind": "group", "rare": "area_code"}
    shares = linkage_rates({"people": people}, {"people": contract("people", roles)}, register.assign(entity_id=entity))
    found = shares.set_index(["by", "value"])
    assert found.loc[("group", "a"), "share"] == 1
    assert found.loc[("group", "b"), ["records", "linked", "share"]].tolist() == [200, 100, 0.5]
    assert found.loc[("group", "b"), "low"] < 0.5 < found.loc[("group", "b"), "high"] < 0.6
    assert ("area_code", "y") not in found.index  # ten records say nothing
    assert lagging(shares)["value"].tolist() == ["b"]
