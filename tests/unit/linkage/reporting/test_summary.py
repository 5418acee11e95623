"""The summary says how sure the links are, and on what that rests."""

from __future__ import annotations

from dataclasses import replace

from shared_analysis.linkage.reporting.summary import summarise
from shared_analysis.wording import Notice


def test_the_summary_points_to_the_pairs_worth_checking_where_nothing_is_known(world, linked):
    assert (
        "the table `review` holds a sample worth checking" in world.link(with_truth=False, model=linked.model).summary()
    )


def test_notices_stand_at_the_end_each_in_its_words(linked):
    notices = (Notice("rule_left_out", {"rule": "same email", "pairs": 1234567}), Notice("no_pair_compared"))
    summary = summarise(replace(linked, notices=notices))
    _, told = summary.split("**Also noted**")
    assert told.strip().splitlines()[0] == "- The rule 'same email' was left out: it brings 1,234,567 pairs."
    assert len(told.strip().splitlines()) == 2
    assert "Also noted" not in summarise(replace(linked, notices=()))


def test_figures_of_each_kind_are_said_where_there_are_any(linked):
    def said(**metrics: object) -> str:
        figures = {key: value for key, value in linked.metrics.items() if key not in ("precision", "recall")}
        return summarise(replace(linked, metrics={**figures, **metrics}))

    assert "Only pairs checked by people, or known answers, can confirm them" in said()
    labelled = {f"labelled_{name}{end}": 0.5 for name in ("precision", "recall") for end in ("", "_low", "_high")}
    labelled |= {f"labelled_matches{end}": 1200 for end in ("", "_low", "_high")}
    by_chance = said(**labelled, labelled_pairs=300, labelled_sample=True)
    assert "**Measured on 300 pairs that people checked**, answers included: 50.0% (50.0% to 50.0%)" in by_chance
    assert "there are about 1,200 (1,200 to 1,200)" in by_chance
    assert "it was drawn from" in by_chance
    assert "they were not drawn by chance" in said(**labelled, labelled_pairs=300, labelled_sample=False)
    assert "Nothing was linked" in said(links=0)
