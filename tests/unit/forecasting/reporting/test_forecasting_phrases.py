"""How a count, a change and an interval are written."""

import pytest

from shared_analysis.forecasting.reporting import phrases


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0.5, 1),
        (1.5, 2),
        (2.5, 3),
        (2.4999, 2),
        (2.5 - 1e-12, 3),
        (2.5 - 1e-6, 2),
        (0.0, 0),
        (0.49, 0),
        (1e9 + 0.5, 1e9 + 1),
    ],
)
def test_a_half_is_rounded_upwards_and_so_is_a_hair_below(value: float, rounded: int) -> None:
    assert phrases.round_half_up(value) == rounded


@pytest.mark.parametrize(
    ("ends", "outward"), [((2.5, 4.5), (2, 5)), ((3 - 1e-12, 7 + 1e-12), (3, 7)), ((3 - 1e-6, 7 + 1e-6), (2, 8))]
)
def test_an_interval_is_rounded_outward_but_not_by_a_hair(ends: tuple[float, float], outward: tuple[int, int]) -> None:
    assert phrases.ends_of(*ends) == outward


@pytest.mark.parametrize(
    ("level", "article"), [(80, "an 80%"), (95, "a 95%"), (8, "an 8%"), (11, "an 11%"), (18, "an 18%"), (10, "a 10%")]
)
def test_a_level_has_its_article(level: int, article: str) -> None:
    assert phrases.an(level) == article


@pytest.mark.parametrize(
    ("level", "named"),
    [
        ("total", "the total"),
        ("series", "single series"),
        ("category", "totals by category"),
        ("sub_region+category", "totals by sub-region and category"),
    ],
)
def test_a_level_is_named(level: str, named: str) -> None:
    assert phrases.name_level(level) == named


@pytest.mark.parametrize(
    ("relative", "written", "short"),
    [
        (0.12, "12% more than", "+12%"),
        (-0.5, "50% fewer than", "-50%"),
        (0.001, "about as many as", "0%"),
        (0.0049, "about as many as", "0%"),
        (0.005, "1% more than", "+1%"),
        (-0.005, "1% fewer than", "-1%"),
        (-0.9999, "over 99% fewer than", "over -99%"),
        (-1.0, "100% fewer than", "-100%"),
        (1.0, "twice as many as", "+100%"),
        (1.5, "2.5 times as many as", "+150%"),
        (1999.0, "2,000 times as many as", "+199,900%"),
        (float("nan"), "against none", "-"),
    ],
)
def test_changes(relative: float, written: str, short: str) -> None:
    assert phrases.change(relative) == written
    assert phrases.percent(relative) == short


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (0.01, "under 0.1"),
        (3.14159, "3.1"),
        (1.0, "1.0"),
        (9.96, "10"),
        (10.5, "11"),
        (1234.5, "1,235"),
        (float("nan"), "not known"),
    ],
)
def test_numbers(value: float, written: str) -> None:
    assert phrases.number(value) == written


def test_spans_lists_and_cells() -> None:
    assert phrases.span_of(3.2, 7.1) == "3 to 8"
    assert phrases.span_of(3.0, 7.0) == "3 to 7"
    assert phrases.cell("a|b\nc") == "a\\|b c"


@pytest.mark.parametrize(
    ("level", "written"),
    [(95, "very likely between 2 and 5"), (80, "likely between 2 and 5"), (50, "between 2 and 5 with a chance of 50%")],
)
def test_the_level_of_an_interval_is_in_its_word(level: int, written: str) -> None:
    assert phrases.likely(level, 2.5, 4.5) == written
