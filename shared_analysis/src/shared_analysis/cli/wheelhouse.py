"""``shared-analysis wheelhouse``: gather every package for a machine without a package index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.say import say
from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from shared_analysis.wheelhouse import Inventory


def wheelhouse(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to gather; the folder wheels in the project if not given.")
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="windows|linux|macos|...",
            help="The kind of machine to install on, if not one like this; may be repeated. "
            "Also linux-arm, macos-intel.",
        ),
    ] = None,
    pythons: Annotated[
        list[str] | None,
        typer.Option("--python", metavar="3.11", help="The Python there, if not as here; may be repeated."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Fetch nothing: say whether the folder is complete. Needs no network.")
    ] = False,
    remove_unknown: Annotated[
        bool, typer.Option("--remove-unknown", help="Delete wheels and source packages that no lock names.")
    ] = False,
) -> None:
    """Gather every package of requirements.txt, each held to its hash.

    The locks for S3, Azure and SSH count too where the project has one, and the driver of each database that a contract
    names.

    A machine without a package index installs from the folder: INSTALL.txt in it says how. Called again, it fetches
    only what is not there yet, for the machines of earlier calls too.

    Ends with 0 if the folder is complete; with 1 if a package is missing; with 2 if it could not be gathered.
    """
    from shared_analysis.project import find_root
    from shared_analysis.wheelhouse import Wheelhouse

    root = find_root()
    wheels = folder or root / "wheels"
    if check and not wheels.is_dir():
        raise SharedAnalysisError(
            "There is no such folder.", str(wheels), f"gather it: shared-analysis wheelhouse {wheels}"
        )
    store = Wheelhouse(root, wheels)
    targets = store.targets(kinds or (), pythons or ())
    inventory = store.check(targets) if check else store.gather(targets, lambda words: say(words, err=True))
    removed = inventory.unknown if remove_unknown and not check else ()
    store.remove(removed)
    _print(inventory, store.folder, removed=bool(removed))
    if check and not inventory.complete:
        say(f"To fetch what is missing or damaged: shared-analysis wheelhouse {wheels}")
    raise typer.Exit(0 if inventory.complete else 1)


def _print(inventory: Inventory, folder: Path, *, removed: bool) -> None:
    for stock in inventory.stocks:
        for line in stock.missing:
            say(f"missing for {stock.target}: {line}")
        for name in stock.sources:
            say(f"as source for {stock.target}, built without a compiler when it is installed: {name}")
    for name in inventory.unknown:
        say(f"{'removed' if removed else 'no lock names it, --remove-unknown deletes it'}: {name}")
    for stock in inventory.stocks:
        have, needed = stock.wheels + len(stock.sources), stock.wheels + len(stock.sources) + len(stock.missing)
        say(f"{stock.target}: {'complete' if have == needed else 'not complete'}, {have} of {needed} packages")
    say(f"{folder}: {inventory.size / 1e6:,.0f} MB")
