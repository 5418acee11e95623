"""Run every benchmark and write RESULTS.md beside this file; takes an hour and more, and the first time two.

python -m benchmarks [PROJECT] [--only notebooks notebook-forecasts linkage worlds labels answers speed ...]

PROJECT is a project whose pipeline has run, for the cost of running a notebook; by default the example. With ``--only``
the sections named are run, and the others stay as they are.

SHARED_DATA names the folder of the public sets. What other tools forecast, and their environments, are kept where
BENCHMARK_CACHE says, by default in the user's cache.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.linkage_sets import agreement, every_set
from benchmarks.project_run import ROOT, run_project
from shared_analysis.project import write_text

PAGE = Path(__file__).with_name("RESULTS.md")
COST = PAGE.with_name("linkage_cost.svg")
FORECASTING_COST = PAGE.with_name("forecasting_cost.svg")
HEAD = """# What has been measured

Written by `python -m benchmarks`; never edited. Times are of a two-core machine that was not otherwise idle: trust the
ratios. With default settings everywhere, and contracts that were inferred from the data.
"""


def through_the_notebooks() -> str:
    """Link every set that there is in a project's own notebook, contracts inferred, only parameters set."""
    text = "| notebook | set | result |\n|---|---|---|\n"
    with tempfile.TemporaryDirectory() as scratch:
        for number, known in enumerate(every_set()):
            link = {"tables": list(known.tables), "link_type": known.link_type}
            run = run_project(Path(scratch) / str(number), "linkage", known.tables, {"link": link})
            found = agreement(run.table("processed/link/register"), known)
            text += (
                f"| 20_link | {known.name} | precision {found['precision']:.4f}, recall {found['recall']:.4f}, "
                f"F1 {found['f1']:.4f} |\n"
            )
            print(known.name, found, file=sys.stderr, flush=True)
    return text


def printed(*command: object) -> str:
    """Return what a benchmark prints, and say if it failed; its messages go to the screen as they come."""
    run = [sys.executable, *map(str, command)]
    done = subprocess.run(run, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout.strip():
        raise RuntimeError(f"{' '.join(map(str, command))} printed nothing.")
    failed = f"\n**Ended with {done.returncode}: not complete, or beyond its limit.**\n" if done.returncode else ""
    return f"{done.stdout.strip()}\n{failed}"


def picture(path: Path, what: str) -> str:
    """Show a chart that a benchmark has drawn beside the page; what it shows is in its own description."""
    return f"\n![Seconds against the number of {what}]({path.name})\n"


def sections(project: str) -> dict[str, tuple[str, Callable[[], str]]]:
    """Give every section of the page by a short name: its title, and what makes its text."""
    cost = ("-m", "benchmarks.notebook_run", project, "--rounds", 5)
    return {
        "notebooks": ("Through a project's own notebooks", through_the_notebooks),
        "notebook-forecasts": (
            "Forecasts through a project's own notebook",
            lambda: printed("-m", "benchmarks.forecasting_notebook"),
        ),
        "linkage": ("Record linkage", lambda: printed("-m", "benchmarks.linkage_accuracy")),
        "worlds": (
            "Record linkage in many small worlds",
            lambda: printed("-m", "benchmarks.linkage_worlds", "--oracle", "--workers", 2),
        ),
        "roles": ("Roles of columns of public registers", lambda: printed("-m", "benchmarks.roles")),
        "labels": (
            "Record linkage with pairs that people have checked",
            lambda: printed("-m", "benchmarks.linkage_labels"),
        ),
        "answers": (
            "Record linkage beside a tool that asks",
            lambda: printed("-m", "benchmarks.linkage_accuracy", "--answers", "--minutes", 1),
        ),
        "speed": (
            "What record linkage costs",
            lambda: (
                printed("-m", "benchmarks.linkage_speed", "--rounds", 2, "--chart", COST) + picture(COST, "records")
            ),
        ),
        "deliveries": (
            "What reading a delivery and checking it costs",
            lambda: printed("-m", "benchmarks.validation_cost"),
        ),
        "files": ("Files as they come", lambda: printed("-m", "benchmarks.messy_files")),
        "forecasting": ("Forecasting", lambda: printed("-m", "benchmarks.forecasting_accuracy")),
        "forecasting-speed": (
            "What forecasting costs",
            lambda: (
                printed("-m", "benchmarks.forecasting_speed", "--chart", FORECASTING_COST)
                + picture(FORECASTING_COST, "series")
            ),
        ),
        "interpreters": (
            "A lock made on Python 3.11, verified on others",
            lambda: printed("-m", "benchmarks.interpreters", project),
        ),
        "verify": (
            "What `verify` costs beside a plain forced run",
            lambda: printed("-m", "benchmarks.verify_overhead", project),
        ),
        "cost": (
            "What `notebook run` costs beside papermill and nbconvert",
            lambda: "```text\n" + printed(*cost) + "```\n",
        ),
        "tampering": (
            "Frauds and accidents: verify, and what DVC alone says",
            lambda: printed("-m", "benchmarks.tampering"),
        ),
        "stopped": (
            "Every command that writes, killed before its writes",
            lambda: printed("-m", "benchmarks.stopped"),
        ),
    }


def earlier() -> dict[str, str]:
    """Read the texts of the page as it is, by title."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = (part.partition("\n\n") for part in page.split("\n## ")[1:])
    return {title: text.rstrip("\n") + "\n" for title, _, text in parts}


def main() -> None:
    """Run all, or some, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("project", nargs="?", default="example_project")
    parser.add_argument("--only", nargs="+", choices=list(sections("")), default=list(sections("")))
    given = parser.parse_args()
    every = sections(given.project)
    fresh = {every[name][0]: every[name][1]() for name in given.only}
    texts = {**earlier(), **fresh}  # read after the runs, which take long: another run may have written meanwhile
    titles = [title for title, _ in every.values() if title in texts]
    write_text(PAGE, HEAD + "".join(f"\n## {title}\n\n{texts[title]}" for title in titles))


if __name__ == "__main__":
    main()
