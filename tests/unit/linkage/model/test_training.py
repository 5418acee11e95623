"""What training learns becomes settings; what it cannot learn is completed, with care and said so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.column_kinds import Kind
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model import training
from shared_analysis.linkage.model.blocking import Blocking, block
from shared_analysis.linkage.model.comparisons import Comparison, Level
from shared_analysis.linkage.model.estimation import Estimate
from shared_analysis.linkage.model.trained_model import TrainedModel
from shared_analysis.linkage.model.training import (
    LOWEST_M,
    _chance,
    _related,
    _write,
    train,
)
from shared_analysis.wording import Notice


def learnt(m: list[float], u: list[float], seen: float = 1000.0) -> Estimate:
    """Of one comparison, as if so many matches had been seen."""
    return Estimate([np.array(m)], [np.array(u)], [seen * np.array(m)], 50.0)


def written(estimated: Estimate) -> tuple[list[dict], tuple, list]:
    """Write it into the settings of a comparison with a neutral level and three others."""
    levels = (Level("missing", "a_l IS NULL", neutral=True), *(Level(f"level {n}", f"a_l = {n}") for n in range(3)))
    comparison = Comparison("name", levels)
    model = {"comparisons": [comparison.settings()]}
    guessed, notices = _write(model, [comparison], estimated)
    return model["comparisons"][0]["comparison_levels"], guessed, notices


def test_what_was_learnt_is_written_to_the_levels_that_are_evidence():
    (missing, *levels), guessed, notices = written(learnt([0.9, 0.06, 0.04], [0.01, 0.02, 0.97]))
    assert "m_probability" not in missing
    assert [level["m_probability"] for level in levels] == pytest.approx([0.9, 0.06, 0.04])
    assert [level["u_probability"] for level in levels] == pytest.approx([0.01, 0.02, 0.97])
    assert (guessed, notices) == ((), [])


def test_a_level_never_seen_among_matches_is_no_veto():
    (_, _, unseen, _), guessed, _ = written(learnt([0.9, 0.0, 0.1], [0.01, 0.02, 0.97]))
    assert unseen["m_probability"] == pytest.approx(LOWEST_M / (1 + LOWEST_M))
    assert guessed == (("name", "level 1"),)


@pytest.mark.parametrize(
    ("m", "u"),
    [
        ([0.01, 0.5, 0.49], [0.02, 0.1, 0.88]),  # agreement speaks against a match
        ([0.5, 0.1, 0.4], [0.4, 0.3, 0.3]),  # disagreement speaks for one
    ],
)
def test_what_matches_agree_on_no_more_often_than_strangers_counts_for_nothing(m: list[float], u: list[float]):
    (_, *levels), _, notices = written(learnt(m, u))
    assert all(level["m_probability"] == level["u_probability"] for level in levels)
    assert notices == [Notice("comparison_says_nothing", {"comparisons": ["name"]})]


def test_what_too_few_matches_taught_keeps_what_is_usual_and_is_named():
    (_, *levels), guessed, notices = written(learnt([0.85, 0.1, 0.05], [0.01, 0.02, 0.97], seen=29))
    assert [level["m_probability"] for level in levels] == pytest.approx([0.85, 0.1, 0.05])
    assert len(guessed) == 3
    assert notices == [Notice("usual_values", {"comparisons": ["name"]})]


def test_records_are_related_by_one_thing_by_a_home_or_by_a_head_office():
    people = ["given_name", "family_name", "date_of_birth", "location"]
    kinds: dict[str, Kind] = {"given_name": "name", "family_name": "name", "date_of_birth": "date"}
    assert [set(way) for way in _related(people, kinds)] == [{0}, {1}, {2}, {3}, {3, 1}, {3, 1, 2}]
    by_phone = [{3, 1}, {3, 4}, {1, 4}, {3, 1, 4}, {3, 1, 4, 2}]
    assert [set(way) for way in _related([*people, "phone"], kinds)] == [{0}, {1}, {2}, {3}, {4}, *by_phone]
    sites = ["organisation_name", "phone", "sector", "location"]
    of_sites: dict[str, Kind] = {"organisation_name": "text", "phone": "identifier", "sector": "category"}
    assert [set(way) for way in _related(sites, of_sites)] == [{0}, {1}, {2}, {3}, {0, 1}]
    assert _related(["phone"], {"phone": "identifier"}) == []


@pytest.mark.parametrize(
    ("link_type", "most"), [("link_only", 20 + 5 + 5), ("many_to_one", 50), ("link_and_dedupe", np.inf)]
)
def test_a_table_that_holds_everybody_once_limits_the_matches(link_type: str, most: float, stage):
    sizes = {"a": 50, "b": 20, "c": 5} if link_type == "link_only" else {"a": 50, "b": 20}
    spec = LinkageSpec(tables=list(sizes), link_type=link_type)
    assert replace(stage.records, sizes=sizes).most_matches(spec.held_once) == most


def test_without_pairs_nothing_is_trained(stage):
    nothing = Blocking((), (), stage.blocking.settings, 0)
    assert train(stage.connection, stage.records, stage.spec, nothing) == TrainedModel()


def test_the_seed_chooses_the_random_pairs(monkeypatch):
    table = pd.DataFrame(
        {
            "id": [f"r{n:03d}" for n in range(240)],
            "born": [f"19{n % 80 + 10}-01-02" for n in range(240)],
            "last": [f"{'abcdefgh'[n % 8]}ander{'qrstuv'[n % 6]}" for n in range(240)],
        }
    )
    roles = {"id": "record_id", "born": "date_of_birth", "last": "family_name"}
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    records = prepare({"people": table}, {"people": contract("people", roles)}, spec)
    monkeypatch.setattr(training, "RANDOM_PAIRS", 2_000)
    with connect(records, threads=1) as connection:
        blocking = block(connection, records, spec)
        first, second = (
            train(connection, records, spec.model_copy(update={"seed": seed}), blocking).settings for seed in (1, 2)
        )
    assert first["comparisons"] != second["comparisons"]


@pytest.mark.parametrize("link_type", ["link_only", "many_to_one", "link_and_dedupe"])
def test_what_agrees_across_tables_and_never_within_is_no_chance(link_type: str):
    """Every second telephone is in both tables, each once in either."""

    def table(name: str, first: int) -> pd.DataFrame:
        numbers = range(first, first + 200)
        rows = [(f"{name}{number}", f"0207946{number:04d}", ("Leeds", "York")[number % 2]) for number in numbers]
        return pd.DataFrame(rows, columns=["id", "phone", "town"], dtype=object)

    tables = {"a": table("a", 1000), "b": table("b", 1100)}
    roles = {"id": "record_id", "phone": "phone", "town": "locality"}
    spec = LinkageSpec(tables=["a", "b"], link_type=link_type)
    records = prepare(tables, {name: contract(name, roles) for name in tables}, spec)
    with connect(records, threads=1) as connection:
        settings = block(connection, records, spec).settings["comparisons"]
        chance, known, limits = _chance(connection, records, spec, settings, records.columns, frozenset({1}))
    assert [each["output_column_name"] for each in settings] == ["phone", "location"]
    assert known.tolist() == [1, 1]
    assert chance[0][0] > 1e-3
    assert limits[0][0] < 1e-4
    assert limits[1].tolist() == [1] * len(limits[1])
