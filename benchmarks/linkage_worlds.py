"""How linkage fares in many small worlds that are made from a seed, with contracts inferred and all else default.

    python -m benchmarks.linkage_worlds [--half develop] [--only NAME ...] [--seeds 1] [--oracle] [--samples 0]
                                        [--vary] [--workers 1] [--json FILE] [--show]

Prints Markdown: a row a world, worst first, and what they come to. Worlds are in two halves by name: develop with the
one; of the held-out half only the summary is printed, unless you ask to see it. ``--only`` takes beginnings of names.

Some worlds write addresses with the errors of councils' own records. They need the package ``address-errors``
(``pip install address-errors``) and are left out without it; the summary says so.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.worlds.catalogue import chosen, skipped
from benchmarks.worlds.measuring import measure_world
from benchmarks.worlds.summary import summary, table

Task = tuple[str, int, float, bool, int, bool]


def run(tasks: Sequence[Task], workers: int = 1) -> list[dict[str, Any]]:
    """Measure worlds, in several processes if asked; rows are in the order of the tasks, whoever is done first."""
    if workers == 1:
        return list(_told(map(_measured, tasks), len(tasks)))
    # Processes that are started anew: the database's threads do not outlive a fork.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(_told(pool.map(_measured, tasks), len(tasks)))


def _told(rows: Iterable[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Say on the screen how far it is, but nothing of what is kept out of sight."""
    for number, row in enumerate(rows, 1):
        print(f"{number} of {count}", file=sys.stderr, flush=True)
        yield row


def _measured(task: Task) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    return measure_world(*task)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage_worlds")
    parser.add_argument("--half", choices=("develop", "held-out"), default="")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the records to make, for a quick look")
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--samples", type=int, default=0, help="samples of 400 pairs to answer with the truth")
    parser.add_argument("--vary", action="store_true", help="change every world at random, another way with each seed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true", help="print the rows of the held-out half too")
    given = parser.parse_args(arguments)
    recipes = chosen(given.only, given.half)
    absent = skipped(recipes)
    tasks = [
        (recipe.name, seed, given.scale, given.oracle, given.samples, given.vary)
        for recipe in recipes
        if recipe.name not in absent
        for seed in given.seeds
    ]
    if not tasks:
        parser.error("no world has such a name")
    rows = run(tasks, given.workers)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(report(rows, show=given.show))
    if absent:
        print(f"\nRun without {len(absent)} worlds, for want of the package address-errors: {', '.join(absent)}.")


def report(rows: Sequence[dict[str, Any]], *, show: bool) -> str:
    """Write the rows of the half to develop with, and the summary of each half."""
    text = ""
    for half in ("develop", "held-out"):
        own = [row for row in rows if row["half"] == half]
        if own:
            seen = show or half == "develop"
            text += f"### The half {'to develop with' if half == 'develop' else 'kept out of sight'}\n\n"
            text += summary(own, show=seen) + "\n" + (f"{table(own)}\n" if seen else "")
    return text.rstrip("\n")


if __name__ == "__main__":
    main()
