"""What is part of a name and what is not."""

from __future__ import annotations

import pytest

from shared_analysis.linkage.cleaning.names import family_name, full_name, name_words, words


@pytest.mark.parametrize(
    ("cleaner", "written", "read"),
    [
        (words, "Not known", None),
        (words, "The Red Lion", "the red lion"),
        (name_words, "Mrs Ann", "ann"),
        (name_words, "Mrs", "mrs"),
        (name_words, "Rev Dr Ann Jr", "ann"),
        (name_words, "Ann Deceased", "ann"),
        (name_words, "Nan", "nan"),
        (name_words, "nan", None),
        (family_name, "Mac Donald", "macdonald"),
        (family_name, "O B", "o b"),
        (family_name, "de O Brien", "de obrien"),
        (full_name, "Sir Ann", "sir ann"),
        (full_name, "Sir Ann Lee PhD", "ann lee"),
    ],
)
def test_names(cleaner, written, read):
    assert cleaner(written) == read
