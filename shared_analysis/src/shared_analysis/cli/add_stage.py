"""``shared-analysis add-stage``: another linkage, forecast or analysis, in a project that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared_analysis.cli.say import say, say_text
from shared_analysis.cli.undo import refuse_uncommitted


def add_stage(
    name: Annotated[str, typer.Argument(help="The new stage's name: small letters, digits, underscores.")],
    like: Annotated[str, typer.Option(metavar="link|forecast|blank", help="The kind of stage.")],
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A table to read, which has a contract; repeat it to link several."),
    ] = None,
    product: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="The product in project.yaml that the stage is for; may be repeated."),
    ] = None,
    number: Annotated[
        int | None, typer.Option(min=1, max=99, help="The notebook's number; the next free one if not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
) -> None:
    """Add a stage to this project: notebook, settings, pipeline, record and test, all of them or none.

    Nothing that is there is overwritten, and nothing else in the files that are added to is touched. Contracts of the
    template's example tables come along where the stage needs them.
    """
    from shared_analysis.project import find_root
    from shared_analysis.stages import add_stage as plan

    root = find_root()
    addition = plan(root, name, like, tables=table or (), products=product or (), number=number)
    if dry_run:
        say_text(addition.diff(), nl=False)
        say("Nothing was written (--dry-run).")
        return
    existing = [file for file, change in addition.changes.items() if change.before is not None]
    new = [file for file in addition.changes if file not in existing]
    kept = refuse_uncommitted(root, existing, "the stage")
    addition.write()
    for file, change in addition.changes.items():
        say(f"{'wrote' if change.before is None else 'added to'} {file}")
    for note in addition.notes:
        say(f"note: {note}")
    say_text("\nNext:\n")
    if Path.cwd().resolve() != root:
        say(f'    cd "{root}"')
    say("    dvc repro")
    say("    python -m pytest")
    say(f"    git add {' '.join(addition.changes)} dvc.lock")
    say(f'    git commit -m "Add the stage {name}"')
    if kept:
        say_text("\nTo take it back before that:\n")
        say(f"    git restore {' '.join(existing)}")
        say(f"    git clean -f {' '.join(new)}")
