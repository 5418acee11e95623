"""Other tools on the same sets: an environment of its own for each, made for the run and thrown away after it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.linkage_sets import GRID, ROOT, KnownSet, agreement, grouped

SCRIPTS = Path(__file__).parent / "peers"
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

    def suits(self, known: KnownSet) -> bool:
        return not self.families or known.family in self.families


@dataclass
class Outcome:
    """What a peer found, or why it found nothing."""

    peer: str
    found: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


SPLINK = (f"splink=={version('splink')}", f"duckdb=={version('duckdb')}")
PEERS = (
    Peer("Splink by hand", "splink_by_hand.py", ("hand",), SPLINK, "hand"),
    Peer("Splink, an expert's", "splink_by_hand.py", ("expert",), SPLINK, "expert", ("households",)),
    Peer("Splink, naive", "splink_by_hand.py", ("naive",), SPLINK, "naive"),
    Peer("recordlinkage, ECM", "recordlinkage_ecm.py", (), ("recordlinkage",), "ecm"),
    # Newer versions of BTrees lack a method that dedupe 3.0 calls.
    Peer("dedupe, 100 answers", "dedupe_taught.py", (), ("dedupe", "BTrees<6.2"), "taught", asks=True),
)


class Environments:
    """Virtual environments by the packages they hold, each made at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, ...], Path | str] = {}

    def python(self, packages: tuple[str, ...]) -> Path | str:
        """Return the interpreter, or the reason why there is none."""
        if packages not in self._made:
            self._made[packages] = self._make(packages)
        return self._made[packages]

    def _make(self, packages: tuple[str, ...]) -> Path | str:
        place = self._folder / f"environment{len(self._made)}"
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        install = [python, "-m", "pip", "install", "-q", *packages]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return python if done.returncode == 0 else f"does not install ({(lines or ['pip failed'])[-1][:100]})"


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


def call(command: list[Any], timeout: float) -> dict[str, Any] | str:
    """Run a script, from the root of the repository, that prints JSON; return it, or the reason why there is none."""
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done after {timeout / 60:.0f} minutes"
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        return f"does not run ({lines[-1][:120]})" if lines else f"stopped with code {done.returncode}"
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
