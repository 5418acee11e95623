"""``shared-analysis certificates``: which projects of a programme are proved?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared_analysis.cli.say import say


def certificates(
    folder: Annotated[Path, typer.Argument(help="The folder with the certificates, in folders of any names.")],
    signers: Annotated[
        Path | None,
        typer.Option("--signers", metavar="FILE", help="Who may sign sealed certificates: an OpenSSH list of names."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where to write the page; certificates.html in the folder if not given."),
    ] = None,
) -> None:
    """Write a page of all certificates in a folder: project, commit, who, when, verdict.

    It reads certificate.yaml and codecheck.yml as they are, and sealed.yaml if one of the signers signed it.

    Ends with 0 if every certificate counts; with 1 if there is none, or a file counts for nothing.
    """
    from shared_analysis.project import write_text
    from shared_analysis.reproduce import read_register

    register = read_register(folder, signers)
    page = out or folder / "certificates.html"
    for entry in register.newest:
        say(f"{entry.state}: {entry.project} ({entry.commit[:10]}, {entry.day or 'no day'}, {entry.who or 'nobody'})")
    for file, why in register.faults.items():
        say(f"counts for nothing: {file}: {why}")
    say(register.summary())
    write_text(page, register.html())
    say(f"register: {page}")
    raise typer.Exit(0 if register.entries and not register.faults else 1)
