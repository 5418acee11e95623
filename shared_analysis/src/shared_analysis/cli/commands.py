"""Every command in one tree; the work is imported only when its command runs."""

from __future__ import annotations

from typing import Annotated

import typer

from shared_analysis.cli import (
    add_stage,
    certificates,
    check,
    contract,
    dvc,
    notebook,
    review,
    table,
    twin,
    update,
    verifier,
    verify,
    wheelhouse,
)
from shared_analysis.cli.say import say

app = typer.Typer(
    name="shared-analysis",
    help="Check, run and reproduce a collaborative data project.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("add-stage")(add_stage.add_stage)
app.command("certificates")(certificates.certificates)
app.command("check")(check.check)
_AS_IT_IS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
app.command("dvc", context_settings=_AS_IT_IS)(dvc.dvc)
app.command("review")(review.review)
app.command("twin")(twin.twin)
app.command("update")(update.update)
app.command("verifier")(verifier.verifier)
app.command("verify")(verify.verify)
app.command("wheelhouse")(wheelhouse.wheelhouse)
app.add_typer(contract.app, name="contract")
app.add_typer(notebook.app, name="notebook")
app.add_typer(table.app, name="table")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(version("shared-analysis"))
        raise typer.Exit


@app.callback()
def shared_analysis(
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Check, run and reproduce a collaborative data project."""
    _finish_interrupted()


def _finish_interrupted() -> None:
    """Put in order what a command that was killed left half done in this project."""
    from shared_analysis.errors import SharedAnalysisError
    from shared_analysis.project import find_root, finish_interrupted

    try:
        root = find_root()
    except SharedAnalysisError:
        return
    if said := finish_interrupted(root):
        say(said, err=True)
