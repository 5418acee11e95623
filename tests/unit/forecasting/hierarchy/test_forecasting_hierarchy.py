"""Which series add up to which."""

import numpy as np
import pandas as pd
import pytest

from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy, _nested


def keys(**columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: values.split() for name, values in columns.items()})


def sizes(hierarchy: Hierarchy) -> dict[str, int]:
    return hierarchy.nodes["level"].value_counts(sort=False).to_dict()


def test_boroughs_add_up_to_sub_regions_and_london() -> None:
    hierarchy = Hierarchy.of(keys(area_code="E09000003 E09000007 E09000010"))
    assert hierarchy.nodes.to_numpy().tolist() == [
        ["total", "E12000007"],
        ["sub_region", "Central London"],
        ["sub_region", "North London"],
        ["series", "E09000003"],
        ["series", "E09000007"],
        ["series", "E09000010"],
    ]
    values = np.array([[1.0], [10.0], [100.0]])
    assert hierarchy.add_up(values)[:, 0].tolist() == [111, 10, 101, 1, 10, 100]


def test_areas_and_categories_are_crossed() -> None:
    table = pd.MultiIndex.from_product([["E09000003", "E09000007", "E09000010"], ["fire", "flood"]]).to_frame()
    hierarchy = Hierarchy.of(table.set_axis(["area_code", "category"], axis=1).reset_index(drop=True))
    assert sizes(hierarchy) == {
        "total": 1,
        "category": 2,
        "sub_region": 2,
        "sub_region+category": 4,
        "area_code": 3,
        "series": 6,
    }
    assert hierarchy.add_up(np.eye(6)).sum() == 6 * 6, "each series is in one node of every level"


def test_areas_that_are_not_all_boroughs_add_up_to_a_whole_that_is_not_london() -> None:
    hierarchy = Hierarchy.of(keys(area_code="E09000003 E06000001"))
    assert sizes(hierarchy) == {"total": 1, "series": 2}
    assert hierarchy.nodes["area_code"][0] == "all"


def test_a_column_within_another_stands_below_it() -> None:
    hierarchy = Hierarchy.of(keys(area_name="N N S S", area_code="n1 n2 s1 s2"))
    assert sizes(hierarchy) == {"total": 1, "area_name": 2, "series": 4}
    assert hierarchy.nodes.iloc[1].tolist() == ["area_name", "N", "all"]


def test_a_level_that_says_the_same_as_another_is_left_out() -> None:
    assert sizes(Hierarchy.of(keys(area_code="a b c", category="x x x"))) == {"total": 1, "series": 3}
    assert sizes(Hierarchy.of(keys(area_code="a b c", area_name="A B C"))) == {"total": 1, "series": 3}
    assert sizes(Hierarchy.of(keys(area_code="E09000003 E09000010"))) == {"total": 1, "series": 2}


def test_only_a_column_that_is_finer_than_another_and_within_it_stands_below_it() -> None:
    table = keys(one="x x x x", half="a a b b", same="A A B B", other="p q p q", each="1 2 3 4")
    assert _nested(table[["half", "each"]]) == [["half", "each"]]
    assert _nested(table[["half", "same"]]) == [["half"], ["same"]]
    assert _nested(table[["half", "other"]]) == [["half"], ["other"]]
    assert _nested(table[["one", "half"]]) == [["one"], ["half"]]


@pytest.mark.parametrize("count", [0, 1])
def test_a_single_series_or_none_is_its_own_hierarchy(count: int) -> None:
    hierarchy = Hierarchy.of(keys(area_code="E09000003").iloc[:count])
    assert hierarchy.levels == ["series"][:count]
    assert hierarchy.add_up(np.ones((count, 2))).shape == (count, 2)


def test_the_order_of_series_is_kept_at_the_end() -> None:
    one, other = (Hierarchy.of(keys(category=order)) for order in ("b a c", "c b a"))
    assert one.nodes["category"].tolist() == ["all", "b", "a", "c"]
    assert other.nodes["category"].tolist() == ["all", "c", "b", "a"]
