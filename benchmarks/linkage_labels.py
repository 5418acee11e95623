"""What pairs checked by people are worth, and how far a model's opinion of itself can be trusted without them.

    python -m benchmarks.linkage_labels [--seeds 5] [SET ...]

Each set is linked with default parameters; the truth answers the pairs that this run says are worth checking, and the
set is linked again with those answers. The seed chooses the pairs. Prints Markdown; sets are named by the beginnings of
their names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.linkage_sets import KEYS, KnownSet, agreement, febrl_sets, household_set, left_out, shared_sets
from benchmarks.linkage_stages import validated
from shared_analysis.linkage import LinkageResult, LinkageSpec, link

PAIRS = ["table_l", "record_id_l", "table_r", "record_id_r"]
ROWS = 20_000
SEED = 104  # of the households: not used while the package was developed
NAMES = ("precision", "recall", "matches")

HEAD = (
    "| set | F1 without | with, mean of {seeds} seeds (lowest to highest) | the model alone | precision | recall | "
    "inside 95 %: precision | recall | matches |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)
RANGES = "| set | precision | range | recall | range | matches compared | range |\n|---|--:|--:|--:|--:|--:|--:|\n"
NOTE = """
F1, precision and recall are of pairs of records that end in one entity, over every record of the set, with about 400
answers of a person who is never wrong. 'The model alone' is what the model that has learnt makes of the set without the
answers. 'Inside': in how many of the runs the 95 % interval held the truth of the links and of the pairs compared.
"""
UNLABELLED = """
Without answers a linkage gives a range for what it expects: were the odds of every pair sixteen times lower or higher
than the model says, and one link in a hundred unlike all others, with chance besides. The truth here is of links and of
the pairs compared; **bold** where the range does not hold it.
"""


def is_match(pairs: pd.DataFrame, known: KnownSet) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each pair whether it is one person, by the truth."""
    person = known.truth.set_index(KEYS)["person_id"]
    left, right = (
        person.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    return np.asarray(left == right)


def every_pair(tables: dict[str, pd.DataFrame], contracts: Any, spec: LinkageSpec, known: KnownSet) -> pd.DataFrame:
    """Fetch every pair that rules bring together, with the truth: the review of all of them."""
    everything = spec.model_copy(update={"review_pairs": 10_000_000})
    pairs = link(tables, contracts, everything).review
    return pairs[PAIRS].assign(match=is_match(pairs, known))


def truth(result: LinkageResult, every: pd.DataFrame) -> dict[str, float]:
    """Work out what estimates are of: the links, the answers included, among the pairs compared."""
    links = pd.MultiIndex.from_frame(result.pairs[PAIRS])
    right = int((pd.MultiIndex.from_frame(every[PAIRS]).isin(links) & every["match"].to_numpy()).sum())
    matches = int(every["match"].sum())
    return {"precision": right / max(len(links), 1), "recall": right / max(matches, 1), "matches": matches}


def inside(result: LinkageResult, true: dict[str, float], kind: str) -> dict[str, bool]:
    """Say of each figure whether its interval holds the truth; figures are rounded to four places."""
    low, high = ({name: float(result.metrics[f"{kind}_{name}_{end}"]) for name in NAMES} for end in ("low", "high"))
    return {name: low[name] - 5e-5 <= true[name] <= high[name] + 5e-5 for name in NAMES}


def ranges_row(known: KnownSet, result: LinkageResult, true: dict[str, float]) -> str:
    held = inside(result, true, "expected")
    row = f"| {known.name} "
    for name in NAMES:
        form = ",.0f" if name == "matches" else ".4f"
        low, high = (float(result.metrics[f"expected_{name}_{end}"]) for end in ("low", "high"))
        said = f"{low:{form}} to {high:{form}}"
        row += f"| {true[name]:{form}} | {said if held[name] else f'**{said}**'} "
    return row + "|\n"


def rows(known: KnownSet, seeds: int) -> tuple[str, str]:
    """Link the set without answers and with those of each seed; give a row of either table."""
    tables, contracts, spec = validated(known)
    before = link(tables, contracts, spec)
    every = every_pair(tables, contracts, spec, known)
    found = []
    for seed in range(seeds):
        drawn = spec.model_copy(update={"seed": spec.seed + seed})
        review = (before if seed == 0 else link(tables, contracts, drawn)).review
        labels = review.assign(match=np.where(is_match(review, known), "yes", "no"))
        after = link(tables, contracts, drawn, labels=labels)
        alone = link(tables, contracts, drawn, model=after.model)
        right = inside(after, truth(after, every), "labelled")
        found.append(
            {
                **agreement(after.register, known),
                "alone": agreement(alone.register, known)["f1"],
                **{f"in_{name}": right[name] for name in NAMES},
            }
        )
    runs = pd.DataFrame(found)
    mean = runs.mean()
    print(f"{known.name}: F1 {runs['f1'].round(4).tolist()}", file=sys.stderr, flush=True)
    f1 = agreement(before.register, known)["f1"]
    held = " | ".join(f"{int(runs[f'in_{name}'].sum())} of {seeds}" for name in NAMES)
    with_answers = (
        f"| {known.name} | {f1:.4f} | {mean['f1']:.4f} ({runs['f1'].min():.4f} to {runs['f1'].max():.4f}) | "
        f"{mean['alone']:.4f} ({runs['alone'].min():.4f} to {runs['alone'].max():.4f}) | {mean['precision']:.4f} | "
        f"{mean['recall']:.4f} | {held} |\n"
    )
    return with_answers, ranges_row(known, before, truth(before, every))


def every_set() -> Iterator[KnownSet]:
    """All sets that this run has."""
    yield from shared_sets()
    yield from febrl_sets()
    yield household_set(ROWS, SEED)


def main(wanted: list[str], seeds: int) -> None:
    """Print the tables."""
    answered, ranges = HEAD.format(seeds=seeds), RANGES
    for known in every_set():
        if not wanted or known.name.startswith(tuple(wanted)):
            one, other = rows(known, seeds)
            answered, ranges = answered + one, ranges + other
    print(answered + NOTE + UNLABELLED + "\n" + ranges.rstrip("\n"))
    if left_out():
        print(f"\nRun without {', '.join(left_out())}: see SHARED_DATA.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    main(given.sets, given.seeds)
