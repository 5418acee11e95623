"""The public sets through a project's own notebook: contracts inferred, and only parameters set.

    python -m benchmarks.forecasting_notebook [SET ...]

Each set as it was at its last origin. What the pipeline writes is held against what came afterwards, and against what
the function makes of the same table, whose accuracy over all origins stands beside its peers' under "Forecasting".
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.forecasting_measures import incoherence, measure
from benchmarks.forecasting_sets import ForecastSet, every_set, left_out
from benchmarks.project_run import run_project
from shared_analysis.forecasting import forecast

SET = {"table", "count", "by", "frequency", "horizon", "breaks"}


def row(known: ForecastSet, folder: Path) -> str:
    """Run a set and write what came out."""
    window = known.window(known.origins[-1])
    spec = known.spec(window.origin)
    settings = {"forecast": spec.model_dump(mode="json", include=SET)}
    run = run_project(folder, "forecasting", {known.name: window.rows}, settings)
    table = run.table("processed/forecast/forecast")
    same = table.equals(forecast(window.rows, known.contract, spec).tables["forecast"])
    made = known.named(table)
    ours, naive = (measure(one, window)["mase"].mean() for one in (made, made.assign(mean=made["seasonal_naive"])))
    how = "the same" if same else "another"
    return (
        f"| {known.name} | {window.origin.last.end_time.date()} | {made['unique_id'].nunique():,} | "
        f"{ours:.3f} | {naive:.3f} | {ours / naive:.3f} | {incoherence(made, known):.0e} | {how} |"
    )


def main(names: list[str]) -> None:
    """Print the table."""
    print("| set | last period known | nodes | MASE | seasonal naive | ratio | adds up to | table of the function |")
    print("|---|---|--:|--:|--:|--:|--:|---|")
    for known in every_set():
        if not names or known.name.startswith(tuple(names)):
            with tempfile.TemporaryDirectory() as scratch:
                print(row(known, Path(scratch)), flush=True)
    if left_out():
        print(f"\nWithout {', '.join(left_out())}: SHARED_DATA names no folder that holds them.")


if __name__ == "__main__":
    main(sys.argv[1:])
