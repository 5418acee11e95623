"""Files as they come, read by this package and by other tools as they are out of the box.

    python -m benchmarks.messy_files [--damaged 2000]

Of each file it is known which table it means, or that it is none. Prints Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.environments import SCRIPTS, Environments, call
from benchmarks.messy.corpus import MessyFile, corpus
from benchmarks.messy.damage import survey
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read

OURS = "this package"
TOOLS = ("pandas", "pandas, sniffing", "DuckDB", "clevercsv", "frictionless")
PACKAGES = (
    f"pandas=={version('pandas')}",
    f"duckdb=={version('duckdb')}",
    f"pyarrow=={version('pyarrow')}",
    "openpyxl",
    "odfpy",
    "clevercsv>=0.8",
    "frictionless[excel,ods,parquet]>=5.18",
)
NOTE = """
A file is *right* if its table comes out cell by cell, or if what is no table is refused. It is *refused* if it is a
table and an error comes out, and *silently wrong* if another table comes out, without an error. Tools are asked for
text in every column. Each has its defaults: a person who knows the file can do better with all of them. Of the damaged
files, every one must be refused or account for all of its lines, and no message, page or contract may hold a value
that describes somebody.
"""


def own(file: MessyFile, folder: Path) -> dict[str, Any]:
    try:
        table = read(folder / file.name, sheet=file.sheet).table
    except SharedAnalysisError as error:
        return {"refused": type(error).__name__, "right": file.refusal in str(error)}
    return {"names": [str(name) for name in table.columns], "rows": table.to_numpy(dtype=object).tolist()}


def outcome(file: MessyFile, made: dict[str, Any]) -> str:
    """Say what became of a file."""
    if "refused" in made:
        if file.table is None:
            return "right" if made.get("right", True) else "refused for another reason"
        return "refused"
    if file.table is None:
        return "silently wrong"
    expected = [list(file.table.columns), *file.table.to_numpy(dtype=object).tolist()]
    return "right" if [made["names"], *made["rows"]] == expected else "silently wrong"


def main(damaged: int) -> None:
    """Print the tables."""
    files = corpus()
    outcomes: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "files"
        folder.mkdir()
        for file in files:
            (folder / file.name).write_bytes(file.content)
        outcomes[OURS] = {file.name: outcome(file, own(file, folder)) for file in files}
        python = Environments(Path(scratch)).python(PACKAGES)
        for tool in TOOLS:
            made = python if isinstance(python, str) else call([python, SCRIPTS / "messy_reader.py", tool, folder], 600)
            if isinstance(made, str):
                print(f"{tool}: {made}")
                continue
            outcomes[tool] = {file.name: outcome(file, made[file.name]) for file in files}
        text = f"| tool | right, of {len(files)} | refused | silently wrong |\n|---|--:|--:|--:|\n"
        for tool, of in outcomes.items():
            counts = pd.Series(of).value_counts()
            refused = counts.get("refused", 0) + counts.get("refused for another reason", 0)
            text += f"| {tool} | {counts.get('right', 0)} | {refused} | {counts.get('silently wrong', 0)} |\n"
        print(text)
        wrong = [name for name, what in outcomes[OURS].items() if what != "right"]
        if wrong:
            print(f"Not right here: {', '.join(wrong)}.\n")
        found = survey(damaged, folder)
        print(f"{damaged:,} good files, damaged at random: {found['seed'].nunique():,} with a fault.")
        print("".join(f"\n- {fault}: {number}" for fault, number in found["fault"].str[:60].value_counts().items()))
    print(NOTE.strip("\n"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--damaged", type=int, default=2000)
    main(parser.parse_args().damaged)
