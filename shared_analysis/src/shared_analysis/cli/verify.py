"""``shared-analysis verify``: do these results come from this code and this data?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from shared_analysis.reproduce import Certificate


def verify(
    revision: Annotated[str, typer.Argument(metavar="[REV]", help="The commit, branch or tag to verify.")] = "HEAD",
    wheels: Annotated[
        Path | None,
        typer.Option(help="Build the environment from this folder of wheels, without an index.", exists=True),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|3.12", help="Build the environment with this Python, not with the one that runs this."
        ),
    ] = None,
    environment: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|current", help="Build none: use this interpreter, environment, or the one that runs this."
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Share of a number by which it may differ; 1e-9 unless the project says."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the certificate; beside the repository's folder if not given.")
    ] = None,
    date: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to write on the certificate.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the clean place as it is, to look into it.")] = False,
) -> None:
    """Run a commit again from its inputs alone, in a clean place, and certify what comes out.

    Nothing in this folder is changed. Killed, it goes on where it was when it is called again.

    Ends with 0 when every output came out the same; with 1 when something differs or is missing; with 2 when the commit
    could not be run at all.
    """
    from shared_analysis.project import find_root
    from shared_analysis.reproduce import verify as run

    if environment and (python or wheels):
        raise SharedAnalysisError(
            "No environment is built where one is named.", "--environment", "leave it out, or --python and --wheels"
        )
    root = find_root()
    certificate = run(
        root,
        revision,
        environment=environment,
        wheels=wheels,
        python=python,
        tolerance=tolerance,
        day=date.date() if date else None,
        keep=keep,
        say=lambda words: typer.echo(words, err=True),
    )
    folder = out or _beside(root, certificate.commit)
    certificate.save(folder)
    _print(certificate)
    typer.echo(f"certificate: {folder / 'certificate.html'}")
    raise typer.Exit(0 if certificate.verdict.passed else 1)


def _beside(root: Path, commit: str) -> Path:
    """Name a folder outside the repository, so that the reviewer's copy stays as it is."""
    repository = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    if repository.parent == repository:
        raise SharedAnalysisError("The repository has no folder around it.", str(root), "name one: --out FOLDER")
    return repository.parent / f"{root.name}-certificate-{commit[:10]}"


def _print(certificate: Certificate) -> None:
    for one in (*certificate.inputs, *certificate.outputs):
        if one.verdict != "identical":
            typer.echo(f"{one.verdict}: {one.file} ({one.stage})")
            for reason in one.reasons:
                typer.echo(f"    {reason}")
    typer.echo(certificate.summary())
