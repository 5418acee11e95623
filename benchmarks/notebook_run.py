"""What `shared-analysis notebook run` costs beside plain papermill and nbconvert.

Both run the same notebook of the same project as whole processes, by turns, so that a busy machine is as unkind to
one as to the other. Plain is what a person would type: `papermill in out` and `jupyter nbconvert --to html out`.

    python benchmarks/notebook_run.py PROJECT [--notebook 20_link] [--rounds 5]

PROJECT is a project whose pipeline has run (`python run.py demo` makes one). Without it a small notebook of its own is
used, which shows the overhead at its largest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 1.10
SMALL = [
    ["a = 1"],
    ["import pandas as pd\nfrom shared_analysis.project import open_project\n\nproject = open_project()"],
    ["pd.DataFrame({'a': range(20)})"],
    [
        "from shared_analysis.charts import Chart, figure\n\n",
        "fig, ax = figure('A')\nax.plot(range(9))\nChart(fig, 'A', 'B')",
    ],
]


def small_project(folder: Path) -> Path:
    """Write a project with one small notebook."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for n, source in enumerate(SMALL)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "20_link.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "project.yaml").write_text("project: {}\n", encoding="utf-8")
    (folder / "params.yaml").write_text("data: {mode: twin}\nlink: {a: 1}\n", encoding="utf-8")
    return folder


def seconds(project: Path, commands: list[list[str]]) -> float:
    """Time the commands, one after the other."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"} | {"PATH": path}
    started = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def compare(project: Path, notebook: str, rounds: int) -> float:
    """Run both by turns and print the ratio of the medians and of the pairs."""
    with tempfile.TemporaryDirectory() as scratch:
        out = str(Path(scratch) / "out.ipynb")
        python = [sys.executable, "-m"]
        plain = [
            [*python, "papermill", f"notebooks/{notebook}.ipynb", out, "-k", "python3"],
            [*python, "jupyter", "nbconvert", "--to", "html", out],
        ]
        ours = [[*python, "shared_analysis", "notebook", "run", notebook]]
        seconds(project, ours), seconds(project, plain)
        pairs = []
        for number in range(rounds):
            first, second = (ours, plain) if number % 2 else (plain, ours)
            took = {id(first): seconds(project, first), id(second): seconds(project, second)}
            pairs.append((took[id(ours)], took[id(plain)]))
            print(f"round {number + 1}: ours {pairs[-1][0]:.2f} s, plain {pairs[-1][1]:.2f} s", flush=True)
    return statistics.median(mine / theirs for mine, theirs in pairs)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("project", nargs="?", type=Path)
    options.add_argument("--notebook", default="20_link")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = chosen.project.resolve() if chosen.project else small_project(Path(folder))
        ratio = compare(project, chosen.notebook, chosen.rounds)
    print(f"median ratio {ratio:.2f} (limit {LIMIT:.2f})")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
