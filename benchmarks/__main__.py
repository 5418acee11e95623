"""Run every benchmark and write RESULTS.md beside this file; takes some minutes.

python -m benchmarks [PROJECT]

PROJECT is a project whose pipeline has run, for the cost of running a notebook; by default the example.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.forecasting_real import prescriptions
from benchmarks.linkage_febrl import febrl4
from benchmarks.project_run import ROOT, pairwise, run_project
from shared_analysis.project import write_text

HEAD = """# What has been measured

Written by `python -m benchmarks`; never edited. Times are of a two-core machine that was not otherwise idle: trust the
ratios. With default settings everywhere, and contracts that were inferred from the data.
"""


def through_the_notebooks() -> str:
    """Run the two sets that every run has through a project's own notebooks, as the acceptance tests do."""
    with tempfile.TemporaryDirectory() as scratch:
        left, right, truth = febrl4()
        link = {"tables": ["febrl4_a", "febrl4_b"], "link_type": "link_only"}
        run = run_project(Path(scratch) / "l", "linkage", {"febrl4_a": left, "febrl4_b": right}, {"link": link})
        found = pairwise(run.table("processed/link/register"), truth, ("febrl4_a", "febrl4_b"))
        forecast = {"table": "prescriptions", "count": "sum", "by": ["category"], "breaks": []}
        tables = {"prescriptions": prescriptions()}
        run = run_project(Path(scratch) / "f", "forecasting", tables, {"forecast": forecast})
        metrics = run.metrics("forecast")
    return (
        "| notebook | set | result |\n|---|---|---|\n"
        f"| 20_link | FEBRL 4 | precision {found['precision']:.4f}, recall {found['recall']:.4f}, "
        f"F1 {found['f1']:.4f} |\n"
        f"| 30_forecast | prescriptions | MASE {metrics['mase']:.3f} in {metrics['origins']} back-tests, against "
        f"{metrics['mase_seasonal_naive']:.3f} for the seasonal naive |\n"
    )


def printed(*command: object) -> str:
    """Return what a benchmark prints."""
    done = subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise RuntimeError(done.stderr)
    return done.stdout.strip() + "\n"


def main() -> None:
    """Run all and write the page."""
    project = sys.argv[1] if len(sys.argv) > 1 else "example_project"
    parts = [
        ("Through a project's own notebooks", through_the_notebooks()),
        ("Record linkage", printed("-m", "benchmarks.linkage_febrl")),
        ("Forecasting", "Mean absolute scaled error on a hold-out.\n\n" + printed("-m", "benchmarks.forecasting_real")),
        (
            "What `notebook run` costs beside papermill and nbconvert",
            "```text\n" + printed("-m", "benchmarks.notebook_run", project, "--rounds", 5) + "```\n",
        ),
    ]
    page = HEAD + "".join(f"\n## {title}\n\n{text}" for title, text in parts)
    write_text(Path(__file__).with_name("RESULTS.md"), page)


if __name__ == "__main__":
    main()
