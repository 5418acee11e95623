"""What a stage may be called, and its notebook's number."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages.names import choose_number, refuse_bad_name


@pytest.mark.parametrize("name", ["second_link", "a", "b2", "a_1", "x" * 40])
def test_names_that_can_be_used(name):
    refuse_bad_name(name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("second-link", "such as second_link"),
        ("Second Link", "such as second_link"),
        ("2nd", "such as second_link"),
        ("_x", "such as x"),
        ("x_", "such as x"),
        ("a__b", "such as a_b"),
        ("Züge", "such as z_ge"),
        ("链接", "such as second_link"),
        ("ﬁve", "such as"),
        ("", "such as second_link"),
        ("../up", "such as up"),
        ("CON", "such as second_link"),
        ("a.b", "such as a_b"),
        ("x" * 41, "at most 40"),
        ("a\n", "such as a"),
    ],
)
def test_names_of_another_form_are_refused_with_one_that_can_be_used(name, hint):
    with pytest.raises(SharedAnalysisError, match=hint):
        refuse_bad_name(name)


@pytest.mark.parametrize(
    "name", ["con", "aux", "nul", "prn", "com1", "lpt9", "yes", "no", "on", "null", "metrics", "index", "main"]
)
def test_names_that_mean_something_to_windows_yaml_or_the_project_are_refused(name):
    with pytest.raises(SharedAnalysisError, match="cannot be a stage's name"):
        refuse_bad_name(name)


def test_the_first_free_number_is_chosen_and_a_wanted_one_must_be_free(tmp_path: Path):
    for name in ("20_link", "21-old", "23_other", "notes"):
        (tmp_path / f"{name}.ipynb").touch()
    assert choose_number(tmp_path, range(20, 30), None) == 22
    assert choose_number(tmp_path, range(20, 30), 60) == 60
    with pytest.raises(SharedAnalysisError, match="23 is in use"):
        choose_number(tmp_path, range(20, 30), 23)
    with pytest.raises(SharedAnalysisError, match="from 20 to 21 is in use"):
        choose_number(tmp_path, range(20, 22), None)
