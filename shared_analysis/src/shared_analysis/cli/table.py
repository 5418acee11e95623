"""``shared-analysis table``: own tables come into a project, and their next deliveries take their place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.undo import is_clean, refuse_uncommitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared_analysis.tables import TableAddition

app = typer.Typer(no_args_is_help=True, help="Add tables of your own, and take their next deliveries.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


@app.command()
def add(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]FILE...",
            help="Tables: CSV, Excel, ODS or Parquet. Without a name, a table is called like its file.",
            show_default=False,
        ),
    ],
    stage: Annotated[
        str | None,
        typer.Option("--for", metavar="link|forecast|STAGE", help="The linkage or forecast that the tables are for."),
    ] = None,
    replace_example: Annotated[
        bool,
        typer.Option(
            "--replace-example", help="Take the template's example out: its tables, and stages of them alone."
        ),
    ] = False,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook that holds several tables.")] = None,
    product: Annotated[
        str | None, typer.Option(metavar="ID", help="The product in project.yaml that they are for.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Add tables of your own: contracts, record, settings, notebook, pages and data, all of it or nothing.

    Shows what changes in the project's files. DVC keeps the data; git keeps the rest, and can take it back.
    """
    from shared_analysis.project import find_root, hold_project
    from shared_analysis.tables import add_tables

    root = find_root()
    with hold_project(root):
        addition = add_tables(root, files, stage, replace_example=replace_example, sheet=sheet, product=product)
        typer.echo(addition.diff(), nl=False)
        typer.echo("")
        for note in addition.notes:
            typer.echo(f"note: {note}")
        if dry_run:
            typer.echo("\nNothing was written (--dry-run).")
            return
        existing = [name for name, change in addition.changes.items() if change.before is not None]
        kept, alone = refuse_uncommitted(root, existing, "the table"), is_clean(root)
        written = addition.write()
    _say_next(root, addition, [] if alone else written, kept=kept)


def _say_next(root: Path, addition: TableAddition, written: Sequence[str], *, kept: bool) -> None:
    names = " and ".join(draft.name for draft in addition.drafts)
    typer.echo(f"\nAdded {names}. Next:\n")
    if Path.cwd().resolve() != root:
        typer.echo(f'    cd "{root}"')
    for command in ("dvc repro", "git add -A", f'git commit -m "Add {names}"'):
        typer.echo(f"    {command}")
    if kept:
        typer.echo("\nTo take it back before that:\n")
        paths = ["--", *(name for name in written if name not in addition.data)] if written else []
        typer.echo(f"    {' '.join(['git stash push --include-untracked', *paths])}")
