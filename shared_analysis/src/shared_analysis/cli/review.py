"""The command that lays out pairs for people to check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared_analysis.cli.say import say
from shared_analysis.errors import SharedAnalysisError


def review(
    file: Annotated[Path, typer.Argument(help="The CSV file to write, such as data/raw/labels/pairs.csv.")],
    stage: Annotated[str, typer.Option(help="The linkage whose pairs to write.")] = "link",
) -> None:
    """Write the pairs worth checking to a CSV file, the rows of each pair side by side: personal data, if they are.

    Answer yes or no in its first column, match, and name the file as labels in the section of params.yaml.
    """
    from shared_analysis.contracts import load_contracts
    from shared_analysis.linkage import review_rows
    from shared_analysis.project import open_project, write_sheet

    project = open_project()
    if file.suffix != ".csv":
        raise SharedAnalysisError("Pairs are written as .csv, to be read and answered.", str(file), "name it so")
    if file.exists():
        raise SharedAnalysisError("The file is there already, and may hold answers.", str(file), "choose another name")
    settings = project.section(stage)
    pairs = project.read(f"processed/{stage}/review")
    tables = {name: project.read(f"interim/{name}") for name in settings.get("tables", ())}
    rows = review_rows(pairs, tables, load_contracts(project.root / "contracts"))
    write_sheet(file, rows)
    answered = int((rows["match"] != "").sum())
    say(f"Wrote {len(rows):,} pairs to {file}, {answered:,} of them with an answer.")
