"""How commands say something: from here alone do words reach a terminal, with nothing in them that it would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from shared_analysis.printable import one_line, printable

if TYPE_CHECKING:
    from rich.console import Console


def say(line: str = "", *, err: bool = False) -> None:
    """Say one line, whatever names are in it."""
    typer.echo(one_line(line), err=err)


def say_text(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Say lines of our own making; names in them are no place for a line break of theirs."""
    typer.echo(printable(text), err=err, nl=nl)


def printable_console(*, stderr: bool = False) -> Console:
    """Give what lays out tables, with nothing in a cell that a terminal would obey."""
    from rich.console import Console
    from rich.text import Text

    class PrintableConsole(Console):
        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(printable(text), **options)

    return PrintableConsole(stderr=stderr, highlight=False, markup=False, emoji=False)
