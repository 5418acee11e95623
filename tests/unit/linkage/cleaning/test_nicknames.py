"""Given names that are forms of one name share a group, and only they."""

from __future__ import annotations

from importlib.resources import files

import pytest

from shared_analysis.linkage.cleaning.nicknames import groups_of_name


def share(one: str, other: str) -> bool:
    return bool(set(groups_of_name(one) or "") & set(groups_of_name(other) or ""))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bill", "william", True),
        ("liz", "elizabeth", True),
        ("mohammed", "muhammad", True),
        ("md", "mohamed", True),
        ("aleksander", "alexander", True),
        ("kasia", "katarzyna", True),
        ("layla", "leila", True),
        ("tunde", "babatunde", True),
        ("dermot", "diarmuid", True),
        ("mehmet", "mohammed", True),
        ("abdul rahman", "abdulrahman", True),
        ("mary jane", "marie", True),
        ("alexander", "alexandra", False),
        ("juan", "jean", False),
        ("bob", "bill", False),
        ("xyz", "xyz", False),
    ],
)
def test_forms_share_a_group(one, other, same):
    assert share(one, other) is same


def test_the_list_is_clean():
    lines = (files("shared_analysis.linkage.cleaning") / "nicknames.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert names == sorted(names)
    heads = [line.split()[0] for line in names]
    assert len(heads) == len(set(heads))
    for line in names:
        forms = line.replace("|", " ").split()
        assert len(forms) == len(set(forms)) > 1, line
        assert all(form.isascii() and form.isalpha() and form.islower() for form in forms), line
