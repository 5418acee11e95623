"""What is said of a setting that is not right: its name and its place, in words."""

from __future__ import annotations

from typing import Self

import pytest
from pydantic import Field, model_validator

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.spec import Spec


class ForkSpec(Spec):
    """Settings to be got wrong."""

    prongs: int = Field(ge=2)
    lengths: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _one_length_a_prong(self) -> Self:
        if len(self.lengths) > self.prongs:
            raise ValueError("there are more lengths than prongs")
        return self


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"prongs": "many"}, "A setting is not right: 'prongs': it should be a valid integer, unable to parse"),
        ({"prongs": 1}, "A setting is not right: 'prongs': it should be greater than or equal to 2."),
        ({}, "A setting is not right: 'prongs' is missing."),
        ({"prongs": 2, "lengths": ["x"]}, "A setting is not right: 'lengths.0': it should be a valid number"),
        ({"prongs": 2, "lengths": [1, 2, 3]}, "A setting is not right: there are more lengths than prongs."),
        ({"prongs": 1, "lengths": 3}, "Settings are not right: 'prongs': "),
        ({"prong": 2}, "'prong' is not a setting."),
    ],
)
def test_a_setting_is_called_by_its_name_and_place(section: dict[str, object], says: str) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        ForkSpec.from_section(section, "fork")
    message = str(refused.value)
    assert message.startswith(says)
    assert "where: params.yaml, section fork" in message
    assert "next:" in message
    assert "ForkSpec" not in message
