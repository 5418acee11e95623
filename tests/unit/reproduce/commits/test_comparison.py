"""What is said of two commits: metrics with their growth, and how to see more."""

from __future__ import annotations

from shared_analysis.reproduce.commits.comparison import Change, Metric, metric_values


def test_every_number_of_a_file_of_metrics_has_a_key() -> None:
    content = {"rows": 3, "mean": {"a": 0.5, "name": "x"}, "by area": [1, {"n": 2}], "done": True, "none": None}
    assert metric_values(content) == {"rows": 3, "mean.a": 0.5, "by area.0": 1, "by area.1.n": 2}


def test_a_metric_is_written_with_its_growth() -> None:
    assert Metric("m", "rows", 1000, 1250).row() == ("rows", "1,000", "1,250", "+250 (+25.0%)")
    assert Metric("m", "mean", -0.5, 0.5).row() == ("mean", "-0.5", "0.5", "+1 (+200.0%)")
    assert Metric("m", "mean", 0, 2).row() == ("mean", "0", "2", "+2")
    assert Metric("m", "mean", None, 2).row() == ("mean", "none", "2", "")


def test_what_became_of_something_is_one_word() -> None:
    kinds = [Change("x", before, after).kind for before, after in ((None, "1"), ("1", None), ("1", "2"))]
    assert kinds == ["new", "gone", "changed"]
