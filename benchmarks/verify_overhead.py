"""What `shared-analysis verify` costs beside a plain forced run of the same pipeline.

Both run the same commit in the same environment, by turns. Plain is what a person would type in a clone:
`dvc repro --force`. The environment is built once, and its cost is given apart. Trust the ratio of processor seconds
where the machine was busy with other work.

    python -m benchmarks.verify_overhead [PROJECT] [--rounds 3] [--wheels FOLDER]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.project_run import ROOT, as_repository
from shared_analysis.reproduce.run.environment import Environment, build

LIMIT = 1.15


@dataclass(frozen=True)
class Cost:
    """What some work took, with all the processes that it started."""

    processor: float
    wall: float

    def __str__(self) -> str:
        return f"{self.processor:.1f} processor seconds, {self.wall:.1f} s"


class Clock:
    """Measures the processes that are started and ended inside its block."""

    def __enter__(self) -> Clock:
        self._before = (*self._used(), time.perf_counter())
        return self

    def __exit__(self, *_: object) -> None:
        user, system, wall = (
            now - then for now, then in zip((*self._used(), time.perf_counter()), self._before, strict=True)
        )
        self.cost = Cost(user + system, wall)

    @staticmethod
    def _used() -> tuple[float, float]:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime, used.ru_stime


def run(command: list[str], cwd: Path, variables: dict[str, str]) -> Cost:
    """Run one command to its end; show what it said if it fails."""
    with Clock() as clock:
        done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return clock.cost


def plain(root: Path, environment: Environment) -> Cost:
    """Clone the commit and run every stage with DVC."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)
        return run([str(environment.python), "-m", "dvc", "repro", "--force", "-q"], clone, environment.variables())


def ours(root: Path, environment: Environment) -> Cost:
    """Verify the commit with the same environment."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "shared_analysis", "verify", "--environment", str(environment.python)]
        return run([*command, "--out", scratch], root, {**os.environ, "TMPDIR": scratch})


def main() -> int:
    """Run both by turns, print the table, and end with 1 if verify costs too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="?", type=Path, default=ROOT / "example_project")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wheels", type=Path)
    given = parser.parse_args()
    rows, pairs = "", []
    with tempfile.TemporaryDirectory() as scratch:
        root = as_repository(given.project.resolve(), Path(scratch) / "project")
        with Clock() as building:
            environment = build(root, Path(scratch) / "environment", Path(scratch) / "log", given.wheels)
        for number in range(1, given.rounds + 1):
            order = (plain, ours) if number % 2 else (ours, plain)
            took = {work: work(root, environment) for work in order}
            pairs.append((took[ours], took[plain]))
            rows += f"| {number} | {took[plain]} | {took[ours]} |\n"
            print(f"round {number}: plain {took[plain]}; verify {took[ours]}", file=sys.stderr, flush=True)
    processor = statistics.median(mine.processor / theirs.processor for mine, theirs in pairs)
    wall = statistics.median(mine.wall / theirs.wall for mine, theirs in pairs)
    print(f"| round | `dvc repro --force` in a clone | `verify` |\n|---|---|---|\n{rows}")
    print(f"Median ratio: {processor:.2f} of processor seconds (limit {LIMIT}), {wall:.2f} of time.")
    print(f"Building the environment, once: {building.cost}.")
    return int(processor > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
