"""How well records are linked: contracts inferred, rows validated, default parameters, one seed; peers beside it.

    python -m benchmarks.linkage_accuracy [--minutes 5] [--answers] [SET ...]

Prints Markdown; sets are named by the beginnings of their names, and a peer that takes more minutes is given up. With
``--answers`` the peers are those that need answers from a person, who is the truth.

Precision, recall and F1 are of pairs of records that end in one entity, over every record of the set. Each tool runs in
a process of its own. Peers see the same CSV files; the truth is read only to measure, and to answer a peer that asks.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.environments import Environments, call
from benchmarks.linkage_peers import PEERS, Outcome, run
from benchmarks.linkage_sets import KnownSet, every_set, left_out

OURS = (
    "| set | records | true pairs | precision | recall | F1 | threshold | best F1 | lost | expected matches | to true "
    "pairs | seconds | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)
BESIDE = (
    "| set | tool | precision | recall | F1 | best F1 | seconds, ratio to ours | peak MiB |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|\n"
)

UNASKED = """
'Best F1' is that of the best of 17 thresholds from 0.01 to 0.9999, and 'lost' what the chosen one falls short of it.
Expected matches are the model's own estimate. The households have 100,000 records, with seeds not used in development.

Beside peers, which see the same files. Their links are pairs at 0.9 or more, joined into entities by chains or, where
each table holds nobody twice, best first. A peer without a 'best F1' chose its threshold itself. Seconds are from
reading the files to scored pairs or, for tools that choose their threshold, to entities; each ran once, so that a
ratio of seconds is rough: what it costs is measured in the section on that.
"""
ASKED = """
Dedupe needs a person who says of some pairs whether they match; here the truth answers, 100 times. It makes its own
entities, at its own threshold. This package is asked nothing.
"""


def ours(folder: Path) -> dict[str, Any]:
    """Link the set in the folder with this package."""
    said = call([sys.executable, "-m", "benchmarks.linkage_stages", "accuracy", folder], 1800.0)
    if isinstance(said, str):
        raise RuntimeError(said)
    return said


def own_row(known: KnownSet, found: dict[str, Any]) -> str:
    shares = " | ".join(f"{found[name]:.4f}" for name in ("precision", "recall", "f1"))
    return (
        f"| {known.name} | {known.records:,} | {found['true_pairs']:,} | {shares} | {found['match_threshold']:.3f} | "
        f"{found['best_f1']:.4f} | {found['best_f1'] - found['f1']:.4f} | {found['expected_matches']:,} | "
        f"{found['expected_matches'] / found['true_pairs']:.2f} | {found['seconds']:.1f} | {found['peak']:,.0f} |\n"
    )


def peer_row(known: KnownSet, outcome: Outcome, seconds: float) -> str:
    if outcome.reason:
        return f"| {known.name} | {outcome.peer} | {outcome.reason} | | | | | |\n"
    found = outcome.found
    shares = " | ".join(f"{found[name]:.4f}" for name in ("precision", "recall", "f1"))
    best = f"{found['best_f1']:.4f}" if "best_f1" in found else "-"
    return (
        f"| {known.name} | {outcome.peer} | {shares} | {best} | {found['seconds'] / seconds:.2f} | "
        f"{found['peak']:,.0f} |\n"
    )


def main(wanted: list[str], minutes: float, asks: bool) -> None:
    """Print the tables."""
    own, beside = OURS, BESIDE
    unfinished: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as scratch:
        environments = Environments(Path(scratch))
        for number, known in enumerate(every_set()):
            if wanted and not known.name.startswith(tuple(wanted)):
                continue
            folder = Path(scratch) / f"set{number}"
            known.save(folder)
            found = ours(folder)
            own += own_row(known, found)
            beside += peer_row(known, Outcome("this package", found), found["seconds"])
            for peer in [peer for peer in PEERS if peer.asks == asks and peer.suits(known)]:
                if (peer.name, known.family) in unfinished:
                    outcome = Outcome(peer.name, reason="left out: not done in time with the set of its kind before")
                else:
                    outcome = run(peer, known, folder, environments, 60 * minutes)
                if outcome.reason.startswith("not done"):
                    unfinished.add((peer.name, known.family))
                beside += peer_row(known, outcome, found["seconds"])
            print(f"{known.name}: F1 {found['f1']:.4f}", file=sys.stderr, flush=True)
    print(ASKED.lstrip() if asks else own + UNASKED)
    print(beside.rstrip("\n"))
    if left_out():
        why = "holds no such file" if "SHARED_DATA" in os.environ else "is not set"
        print(f"\nRun without {', '.join(left_out())}: SHARED_DATA {why}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--answers", action="store_true")
    given = parser.parse_args()
    main(given.sets, given.minutes, given.answers)
