"""``shared-analysis table``: own tables come into a project, and their next deliveries take their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.say import printable_console, say, say_text
from shared_analysis.cli.undo import is_clean, quoted, refuse_uncommitted
from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.printable import one_line

if TYPE_CHECKING:
    from shared_analysis.tables import Refresh, Source, TableAddition

app = typer.Typer(no_args_is_help=True, help="Add tables of your own, and take their next deliveries.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


@app.command()
def add(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]FILE...",
            help="Tables: CSV, Excel, ODS or Parquet. A table takes its name from its file, unless one is given. With "
            "--from, the names of tables.",
            show_default=False,
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="[NAME=]ADDRESS", help="A database or a folder, by its address; later by its name alone."
        ),
    ] = None,
    query: Annotated[
        Path | None, typer.Option(help="A file with one SELECT; without it, the whole table of that name is read.")
    ] = None,
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
    with hold_project(root), _fetched(root, _sources(root, files, source, query)) as sources:
        addition = add_tables(
            root,
            [] if source else files,
            stage,
            sources=sources,
            replace_example=replace_example,
            sheet=sheet,
            product=product,
        )
        say_text(addition.diff(), nl=False)
        say("")
        for note in addition.notes:
            say(f"note: {note}")
        if dry_run:
            say_text("\nNothing was written (--dry-run).")
            return
        existing = [name for name, change in addition.changes.items() if change.before is not None]
        kept, alone = refuse_uncommitted(root, existing, "the table"), is_clean(root)
        if not kept and any(change.after is None for change in addition.changes.values()):
            raise SharedAnalysisError(
                "The example's files would go, and git does not keep them here: nobody could take that back.",
                str(root),
                'put the project under git first: git init, git add -A, git commit -m "Start the project"',
            )
        written = addition.write()
    _say_next(root, addition, [] if alone else written, kept=kept)


def _sources(root: Path, names: Sequence[str], place: str | None, query: Path | None) -> list[Source]:
    from shared_analysis.contracts import load_contracts
    from shared_analysis.tables import find_server, make_source

    if place is None:
        if query is not None:
            raise SharedAnalysisError("It is not said which database is asked.", "--query", "add --from ADDRESS")
        return []
    if query is not None and len(names) > 1:
        raise SharedAnalysisError("A query gives one table.", "--query", "add the tables one after the other")
    contracts = load_contracts(root / "contracts")
    server = find_server(place, contracts)
    return [make_source(root, server, name, query, [*contracts, *names]) for name in names]


@contextmanager
def _fetched(root: Path, sources: Sequence[Source]) -> Iterator[Mapping[Source, Path]]:
    """Get tables from where they come, and show on a terminal how many rows there are so far."""
    from rich.status import Status
    from rich.text import Text

    from shared_analysis.tables import fetched

    with Status("", console=printable_console(stderr=True)) as status:
        if not sources:
            status.stop()

        def progress(table: str, rows: int) -> None:
            status.update(Text(one_line(f"{table}: {rows:,} rows read")))

        with fetched(root, sources, progress) as files:
            status.stop()
            yield files


def _say_next(root: Path, addition: TableAddition, written: Sequence[str], *, kept: bool) -> None:
    names = " and ".join(draft.name for draft in addition.drafts)
    say_text(f"\nAdded {names}. Next:\n")
    _say_commands(root, ["dvc repro", "git add -A", f'git commit -m "Add {names}"'])
    if kept:
        say_text("\nTo take it back, before `dvc repro`:\n")
        _say_commands(root, [_stash(written, addition.data)])
        say_text(f"\nThe copies stay; delete them as well: {quoted(list(addition.data))}")


def _say_commands(root: Path, commands: Sequence[str]) -> None:
    """Print commands to type, with where to type them if that is not here."""
    if Path.cwd().resolve() != root:
        say(f'    cd "{root}"')
    for command in commands:
        say(f"    {command}")


def _stash(written: Sequence[str], data: Collection[str]) -> str:
    """Say the command with which git takes files back; data are none of git's."""
    kept_by_git = [name for name in written if name not in data and (not _is_data(name) or name.endswith(".dvc"))]
    paths = ["--", quoted(kept_by_git)] if written else []
    return " ".join(["git stash push --include-untracked", *paths])


def _is_data(name: str) -> bool:
    return name.startswith("data/raw/")


@app.command()
def refresh(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[[NAME=]FILE...]",
            help="The next delivery of each table, told by the file's name unless one is given. A table "
            "that comes from a database or folder: its name. Nothing: all of those.",
            show_default=False,
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take a delivery that is very different from the present one.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Take the next delivery of tables: check it against the same contract, say what changed, and put it in place.

    A delivery that breaks its contract, or that may be another file, changes nothing. Ids of people that a linkage gave
    stay theirs.

    Ends with 1 when a delivery breaks its contract or is in doubt, with 2 when it could not be read.
    """
    from shared_analysis.project import find_root, hold_project
    from shared_analysis.tables import due_sources, refresh_tables

    root = find_root()
    with hold_project(root):
        sources, paths = due_sources(root, files or [])
        with _fetched(root, sources) as arrived:
            _take(root, refresh_tables(root, paths, arrived), accept=accept, dry_run=dry_run)


def _take(root: Path, refreshed: Refresh, *, accept: bool, dry_run: bool) -> None:
    """Say what is different, and put the deliveries in place if nothing speaks against it."""
    for name, differences in refreshed.differences.items():
        say(f"{name}:")
        for difference in differences:
            say(f"  {difference.words}")
    say_text(refreshed.diff(), nl=False)
    if refreshed.doubts and not accept:
        raise CheckFailed(
            "So much is different that this may be another table, or a damaged one. The present one stays.\n"
            + "\n".join(f"  {doubt}" for doubt in refreshed.doubts),
            next_step="look at the file; if it is right, give the command again with --accept",
        )
    if not refreshed.files:
        say_text("\nThe project already has these deliveries. Nothing was written.")
        return
    if dry_run:
        say_text("\nNothing was written (--dry-run).")
        return
    existing = [name for name, change in refreshed.changes.items() if change.before is not None]
    pointers = [f"{place}.dvc" for place in refreshed.files if (root / f"{place}.dvc").exists()]
    kept = refuse_uncommitted(root, [*existing, *pointers], "the delivery")
    written = refreshed.write()
    names = " and ".join(refreshed.differences)
    say_text(f"\nTook the next delivery of {names}. Next:\n")
    _say_commands(root, ["dvc repro", "git add -A", f'git commit -m "Next delivery of {names}"'])
    if kept:
        removed = [name for name in written if name.endswith(".dvc") and not (root / name).exists()]
        say_text("\nTo take it back, before `dvc repro`:\n")
        _say_commands(
            root,
            [_stash(written, refreshed.files), f"dvc checkout {quoted(dict.fromkeys([*pointers, *removed]))}"],
        )
