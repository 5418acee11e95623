"""Charts of the records that went in: titles state the finding."""

from __future__ import annotations

import pandas as pd

from shared_analysis.linkage.reporting.record_charts import completeness_chart, shares_charts


def filled(*rows: tuple[str, int, int, int, int]) -> pd.DataFrame:
    names = ["column", "records", "filled", "linked", "linked_filled"]
    return pd.DataFrame(rows, columns=names).assign(table="people", towering=0)


def test_the_column_that_is_filled_least_is_named():
    chart = completeness_chart(filled(("postcode", 100, 80, 50, 40), ("sex", 100, 90, 50, 45)))
    assert chart.title == "Postcode in people is filled least: 80% have a value"
    assert "postcode in people 80%; sex in people 90%" in chart.alt


def test_full_and_empty_columns_are_said_to_be_so():
    full = ("sex", 100, 100, 50, 50)
    assert completeness_chart(filled(full)).title == "Every column that was compared has a value in every record"
    assert (
        completeness_chart(filled(full, ("phone", 100, 0, 50, 0))).title == "No record of people has a value for phone"
    )


def test_a_column_that_the_unlinked_lack_comes_before_all_else():
    chart = completeness_chart(filled(("postcode", 200, 120, 100, 95), ("sex", 200, 100, 100, 50)))
    assert chart.title == "75% of the records of people linked to none have no postcode, against 5% of the linked"


def shares(flat: float) -> pd.DataFrame:
    rows = [("people", "table", "people", 1000, 800), ("people", "group", "flat", 400, int(400 * flat))]
    counts = pd.DataFrame(rows, columns=["table", "by", "value", "records", "linked"])
    share = counts["linked"] / counts["records"]
    return counts.assign(share=share, low=share - 0.02, high=share + 0.02)


def test_a_group_that_is_linked_less_is_the_title_and_others_are_not():
    charts = shares_charts(shares(0.5))
    assert list(charts) == ["linked_by_group"]
    assert charts["linked_by_group"].title == "flat: 50% of its records in people are linked, against 80% of the table"
    even = shares_charts(shares(0.79))["linked_by_group"].title
    assert even == "No group is linked less often than its table, by more than chance and five points"
    assert shares_charts(shares(0.5).head(1)) == {}
