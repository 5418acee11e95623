"""What training cannot learn is completed, with care and said so."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model import training
from shared_analysis.linkage.model.blocking import Blocking, block
from shared_analysis.linkage.model.trained_model import TrainedModel
from shared_analysis.linkage.model.training import (
    LOWEST_M,
    _calibrated_prior,
    _complete,
    _levels_without_estimate,
    train,
)


def raw(m: list[float | None], u: list[float | None], prior: float = 0.001) -> dict:
    levels = [{"label_for_charts": "missing", "is_null_level": True}]
    for number, (match, chance) in enumerate(zip(m, u, strict=True)):
        level = {"label_for_charts": f"level {number}", "m_probability": match, "u_probability": chance}
        levels.append({key: value for key, value in level.items() if value is not None})
    comparison = {"output_column_name": "name", "comparison_levels": levels}
    return {"probability_two_random_records_match": prior, "comparisons": [comparison]}


def shares(model: dict, share: str) -> list[float]:
    return [level[share] for level in model["comparisons"][0]["comparison_levels"] if "is_null_level" not in level]


def test_what_was_learnt_stays_and_adds_up():
    model, untaught = _complete(raw([0.9, 0.06, 0.04], [0.01, 0.02, 0.97]), 1_000_000)
    assert untaught == []
    assert shares(model, "m_probability") == pytest.approx([0.9, 0.06, 0.04])
    # Of the random pairs one in a thousand is a match: these are taken out.
    without = [(0.01 - 0.0009) / 0.999, (0.02 - 6e-5) / 0.999, (0.97 - 4e-5) / 0.999]
    assert shares(model, "u_probability") == pytest.approx(without)
    for share in ("m_probability", "u_probability"):
        assert math.fsum(shares(model, share)) == pytest.approx(1, abs=1e-15)


def test_a_level_never_seen_among_matches_is_no_veto():
    model, _ = _complete(raw([0.9, None, 0.1], [0.01, 0.02, 0.97]), 1_000_000)
    assert shares(model, "m_probability")[1] == pytest.approx(LOWEST_M / (1 + LOWEST_M))
    assert _levels_without_estimate(raw([0.9, None, 0.1], [0.01, 0.02, 0.97]), model, []) == [("name", "level 1")]


@pytest.mark.parametrize(
    ("m", "u"),
    [
        ([0.01, 0.5, 0.49], [0.02, 0.1, 0.88]),  # agreement speaks against a match
        ([0.5, 0.1, 0.4], [0.4, 0.3, 0.3]),  # disagreement speaks for one
        ([None, None, None], [0.01, 0.02, 0.97]),
    ],
)
def test_what_makes_no_sense_takes_usual_values_and_is_named(m, u):
    model, untaught = _complete(raw(m, u), 1_000_000)
    assert untaught == ["name"]
    assert shares(model, "m_probability") == pytest.approx([0.85, 0.1, 0.05])
    assert len(_levels_without_estimate(raw(m, u), model, untaught)) == 3


def test_chance_agreement_is_never_nothing():
    """Half a pair among the random ones, and a fiftieth of what was counted: more cannot be told."""
    model, _ = _complete(raw([0.9, 0.06, 0.04], [0.001, 0.0, 0.999], prior=0.01), 1000)
    first, second, _ = shares(model, "u_probability")
    assert second == pytest.approx(0.5 / 1000, rel=0.01)
    assert first == pytest.approx(0.5 / 1000, rel=0.01)  # 0.001 / 50 is less
    model, _ = _complete(raw([0.9, 0.06, 0.04], [0.001, 0.0, 0.999], prior=0.01), 1_000_000)
    assert shares(model, "u_probability")[0] == pytest.approx(0.001 / 50, rel=0.01)


def test_the_prior_is_where_the_model_and_its_expectation_agree(stage, linked):
    """A start a hundred times too high or too low ends where the pairs themselves put it."""
    possible = stage.records.possible_pairs("link_and_dedupe")
    settings = dict(linked.model)
    prior = settings["probability_two_random_records_match"]
    starts = [{**settings, "probability_two_random_records_match": prior * factor} for factor in (0.01, 1, 100)]
    ends = [_calibrated_prior(stage.connection, start, possible, stage.blocking.pairs) for start in starts]
    assert ends == pytest.approx([ends[1]] * 3, rel=0.05)
    assert ends[1] * possible == pytest.approx(linked.metrics["expected_matches"], rel=0.1)


def test_without_pairs_nothing_is_trained(stage):
    nothing = Blocking((), (), stage.blocking.settings, 0)
    assert train(stage.connection, stage.records, stage.spec, nothing) == TrainedModel()


def test_the_seed_chooses_the_random_pairs(monkeypatch):
    """Few records in two columns: a session of EM is the only other thing that takes time."""
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
