"""Whether a checked pair would be linked without its own answer, as if the linkage were done again without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.labels import left_out, supervised

GIVEN = "Anna Ben Carl Dora Emil Fay Gus Hal Ida Jo Kim Lee".split()  # noqa: SIM905
FAMILY = [f"{start}{end}" for start in ("Ash", "Birch", "Cedar", "Dale", "Elm", "Fern") for end in ("by", "ton", "ham")]
ROLES = {"id": "record_id", "given": "given_name", "family": "family_name", "born": "date_of_birth", "code": "postcode"}


def people(seed: int, size: int = 260) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Two tables of the same people, worn, with many twins among them."""
    rng = np.random.default_rng(seed)

    def born() -> str:
        return f"{1950 + rng.integers(12)}-0{rng.integers(1, 9)}-{rng.integers(10, 28)}"

    def code() -> str:
        return f"AB{rng.integers(1, 6)} {rng.integers(1, 9)}AA"

    persons = [[rng.choice(GIVEN), rng.choice(FAMILY), born(), code()] for _ in range(size)]
    for one in range(0, size // 4, 2):
        persons[one + 1] = [rng.choice(GIVEN), *persons[one][1:]]

    def worn(number: int) -> list[str | None]:
        given, family, day, where = persons[number]
        return [
            given[0] if rng.random() < 0.15 else given,
            family,
            None if rng.random() < 0.35 else day,
            None if rng.random() < 0.35 else where,
        ]

    tables, truth = {}, []
    for name in ("left", "right"):
        rows = [[f"{name}{number:03d}", *worn(number)] for number in range(size)]
        tables[name] = pd.DataFrame(rows, columns=list(ROLES), dtype=object)
        truth += [(name, row[0], str(number)) for number, row in enumerate(rows)]
    return tables, pd.DataFrame(truth, columns=["table", "record_id", "person_id"])


@pytest.fixture(params=[("link_only", 1), ("many_to_one", 3), ("link_and_dedupe", 4)])
def labelled(request):
    """A linkage and the answers to its review sample, half of the people left out of the sample's labels."""
    link_type, seed = request.param
    tables, truth = people(seed, 200)
    contracts = {name: contract(name, ROLES) for name in tables}
    spec = LinkageSpec(tables=list(tables), link_type=link_type, review_pairs=160, threads=1)
    review = link(tables, contracts, spec).review
    person = truth.set_index(["table", "record_id"])["person_id"]
    sides = [person.reindex(pd.MultiIndex.from_frame(review[[f"table_{side}", f"record_id_{side}"]])) for side in "lr"]
    match = np.where(sides[0].to_numpy() == sides[1].to_numpy(), "yes", "no")
    return tables, contracts, spec, review.assign(match=match)


def test_it_is_what_a_linkage_without_the_answers_of_the_part_does(labelled, monkeypatch):
    """Every part is linked anew by the whole of it, with nothing kept but the threshold and the model before."""
    tables, contracts, spec, labels = labelled
    seen = {}

    def spied(connection, records, given, model, scores, known, answers):
        linked = left_out.linked_without_own_answer(connection, records, given, model, scores, known, answers)
        seen.update(linked=linked, known=known, model=model, threshold=scores.threshold, register=records.register)
        return linked

    monkeypatch.setattr(supervised, "linked_without_own_answer", spied)
    link(tables, contracts, spec, labels=labels)
    monkeypatch.setattr(
        supervised, "linked_without_own_answer", lambda *given: np.zeros(len(given[5].pairs), dtype=bool)
    )
    known, register = seen["known"], seen["register"]
    part = left_out.parts(known, spec.seed)
    places = register.reset_index().set_index(["table", "record_id"])["index"]
    sides = [f"{column}_{side}" for side in "lr" for column in ("table", "record_id")]
    ends = [places.reindex(pd.MultiIndex.from_frame(labels[sides[at : at + 2]])).to_numpy() for at in (0, 2)]
    told = pd.Series(range(len(labels)), index=pd.MultiIndex.from_arrays([np.minimum(*ends), np.maximum(*ends)]))
    settled = spec.model_copy(update={"match_threshold": seen["threshold"]})
    expected = np.zeros(len(part), dtype=bool)
    own = told.reindex(pd.MultiIndex.from_frame(known.pairs[["number_l", "number_r"]])).to_numpy()
    for number in np.unique(part):
        others = labels.drop(index=labels.index[own[part == number]])
        result = link(tables, contracts, settled, model=seen["model"], labels=others)
        links = set(map(tuple, result.pairs[sides].to_numpy()))
        rows = labels[sides].iloc[own[part == number]].to_numpy()
        turned = [(*row[2:], *row[:2]) for row in rows]
        expected[part == number] = [
            tuple(row) in links or back in links for row, back in zip(rows, turned, strict=True)
        ]
    assert seen["linked"].tolist() == expected.tolist()
    assert 0.1 < expected.mean() < 0.9


def test_the_database_is_left_as_it_was(labelled, monkeypatch):
    """What comes after reads every pair again, and finds the same as if nothing had been left out."""
    tables, contracts, spec, labels = labelled
    result = link(tables, contracts, spec, labels=labels)
    monkeypatch.setattr(
        supervised, "linked_without_own_answer", lambda *given: np.zeros(len(given[5].pairs), dtype=bool)
    )
    plain = link(tables, contracts, spec, labels=labels)
    pd.testing.assert_frame_equal(result.pairs, plain.pairs)
    assert result.summary().split("**How.**")[1] == plain.summary().split("**How.**")[1]
    pd.testing.assert_frame_equal(result.evidence.typical.steps, plain.evidence.typical.steps)
