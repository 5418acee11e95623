"""Other tools on the same sets, each in an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.environments import SCRIPTS, Environments, call
from benchmarks.linkage_sets import GRID, KnownSet, agreement, grouped

USUAL = 0.9  # the probability that a person tries first


@dataclass(frozen=True)
class Peer:
    """A tool and one way to use it."""

    name: str
    script: str
    arguments: tuple[str, ...]
    packages: tuple[str, ...]
    output: str
    families: tuple[str, ...] = ()
    """Sets it is for; all if empty."""
    asks: bool = False
    """Whether it needs answers from a person, here from the truth."""
    variable: str = ""
    """What names its program, where that is not a package; without it the peer is left out."""

    def suits(self, known: KnownSet) -> bool:
        """Whether this run has the peer, and the peer is for the set."""
        return bool(not self.variable or os.environ.get(self.variable)) and (
            not self.families or known.family in self.families
        )


@dataclass
class Outcome:
    """What a peer found, or why it found nothing."""

    peer: str
    found: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


SPLINK = (f"splink=={version('splink')}", f"duckdb=={version('duckdb')}")
PROTOTYPE = ("numpy", "pandas", f"duckdb=={version('duckdb')}", "rapidfuzz", "scikit-learn")
PEERS = (
    Peer("Splink by hand", "splink_by_hand.py", ("hand",), SPLINK, "hand"),
    Peer("Splink, an expert's", "splink_by_hand.py", ("expert",), SPLINK, "expert", ("households",)),
    Peer("Splink, naive", "splink_by_hand.py", ("naive",), SPLINK, "naive"),
    Peer("recordlinkage, ECM", "recordlinkage_ecm.py", (), ("recordlinkage",), "ecm"),
    # It reads lists of products with polars, and does not ask for it.
    Peer("GoldenMatch, no settings", "goldenmatch_zero.py", (), ("goldenmatch[polars]>=3,<4",), "goldenmatch"),
    Peer("prototype", "prototype.py", (), PROTOTYPE, "prototype", variable="LINKAGE_PROTOTYPE"),
    # Newer versions of BTrees lack a method that dedupe 3.0 calls.
    Peer("dedupe, 100 answers", "dedupe_taught.py", (), ("dedupe", "BTrees<6.2"), "taught", asks=True),
)


def run(peer: Peer, known: KnownSet, folder: Path, environments: Environments, timeout: float) -> Outcome:
    """Let a peer link the set in the folder and measure what it found."""
    python = environments.python(peer.packages)
    if isinstance(python, str):
        return Outcome(peer.name, reason=python)
    said = call([python, SCRIPTS / peer.script, folder, *peer.arguments], timeout)
    if isinstance(said, str):
        return Outcome(peer.name, reason=said)
    table = pd.read_csv(folder / f"{peer.output}.csv", dtype={"id_l": str, "id_r": str, "record_id": str})
    if "entity_id" in table:
        return Outcome(peer.name, {**said, **agreement(table, known)})
    usual = agreement(grouped(known, table, USUAL), known)
    best = max(agreement(grouped(known, table, threshold), known)["f1"] for threshold in GRID)
    return Outcome(peer.name, {**said, **usual, "best_f1": best, "threshold": USUAL})
