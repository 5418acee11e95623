"""Which identifiers stand for none, and which cannot be right."""

from __future__ import annotations

import numpy as np
import pytest

from shared_analysis.linkage.cleaning.identifiers import has_right_check_digit, is_placeholder

GOOD = ["9434765919", "4010232137", "9876543210"]


@pytest.mark.parametrize(
    ("role", "value", "nothing"),
    [
        ("nhs_number", "9999999999", True),
        ("nhs_number", "1234567890", True),
        ("nhs_number", "9434765919", False),
        ("national_insurance_number", "QQ123456C", True),
        ("national_insurance_number", "BA111111C", True),
        ("national_insurance_number", "BA314159C", False),
        ("national_insurance_number", "5304218", False),
        ("phone", "7000000000", True),
        ("phone", "7123456789", True),
        ("phone", "2079460018", False),
        ("uprn", "999999999999", True),
        ("uprn", "100023336956", False),
        ("email", "noreply@example.org", True),
        ("email", "no-reply@example.org", True),
        ("email", "none@none", True),
        ("email", "test@example.org", True),
        ("email", "ann@noemail.com", True),
        ("email", "ann@example.org", False),
        ("email", "ann@x.com", False),
        ("email", "testa@example.org", False),
        ("email", "nona@nonesuch.org", False),
    ],
)
def test_placeholders(role, value, nothing):
    assert is_placeholder(value, role) is nothing


def test_the_check_digit_of_nhs_numbers():
    numbers = np.array([*GOOD, "9434765918", "4010232173", "943476591", "943476591X", ""], dtype=object)
    assert has_right_check_digit(numbers).tolist() == [True] * 3 + [False] * 5
    assert has_right_check_digit(np.array([], dtype=object)).tolist() == []
