"""Letters are folded for comparison: case, accents and punctuation make no difference, scripts do."""

from __future__ import annotations

import pytest

from shared_analysis.linkage.cleaning.fold import folded, parted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("O'Brien-Smith", "obrien smith"),
        ("O\u2019Brien", "obrien"),
        ("  A.B.  C ", "a b c"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Zoe\u0301", "zoe"),
        ("Ægir Þór", "aegir thor"),
        ("राम", "राम"),
        ("ﬁrst", "first"),
        ("", ""),
        ("--", ""),
    ],
)
def test_parted(written, read):
    assert parted(written) == read


def test_signs_that_are_kept_stay_where_they_are():
    assert folded("12–14, É/2", ",/") == "12 14, e/2"
