"""The pairs of the review sample are laid out for a person to read."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import make_world
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import review_rows

KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def test_rows_stand_side_by_side_under_the_names_of_their_roles(world, linked):
    rows = linked.review_rows(world.tables, world.contracts)
    assert list(rows)[:5] == ["match", "given_name_l", "given_name_r", "family_name_l", "family_name_r"]
    assert set(linked.review) <= set(rows)
    third = rows.iloc[2]
    right = world.tables[third["table_r"]].set_index("id").loc[third["record_id_r"]]
    assert third["postcode_r"] == right["pcode"] or pd.isna(right["pcode"])
    assert third["record_id_r"] == linked.review["record_id_r"].iloc[2]


def test_rows_of_a_table_that_is_not_given_or_has_changed_are_refused_in_words(world, linked):
    with pytest.raises(SharedAnalysisError, match="There is no table 'outreach'"):
        review_rows(linked.review, {"housing": world.tables["housing"]}, world.contracts)
    with pytest.raises(SharedAnalysisError, match="record ids are not in the table"):
        review_rows(linked.review, {**world.tables, "housing": make_world(5).tables["housing"]}, world.contracts)


@pytest.mark.parametrize("column", ["table", "record_id", "postcode", "given_name"])
def test_a_column_without_a_role_passes_neither_for_a_key_nor_for_a_role(world, linked, column):
    tables = {
        name: table.assign(**{column: "elsewhere", f"other_{column}": "twice"}) for name, table in world.tables.items()
    }
    rows = linked.review_rows(tables, world.contracts)
    assert rows.columns.is_unique
    assert (rows[f"other_{column}_l"] == "elsewhere").all()
    pd.testing.assert_frame_equal(rows[KEYS], linked.review[KEYS])
    plain = linked.review_rows(world.tables, world.contracts)
    pd.testing.assert_frame_equal(rows[list(plain)], plain)
