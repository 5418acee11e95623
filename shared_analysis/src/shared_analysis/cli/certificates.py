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

    It takes certificate.yaml and codecheck.yml at their word, and sealed.yaml only if someone on your list signed it.

    Ends with 0 if every file counts, and with 1 if one does not or there is none.
    """
    from shared_analysis.project import write_text
    from shared_analysis.reproduce import read_register

    register = read_register(folder, signers)
    page = out or folder / "certificates.html"
    for entry in register.newest:
        about = ", ".join([entry.commit[:10], entry.day or "no day", entry.who or "nobody named"])
        say(f"{entry.state}: {entry.project} ({about})")
    for file, why in register.faults.items():
        say(f"not counted: {file}: {why}")
    say(register.summary())
    write_text(page, register.html())
    say(f"register: {page}")
    raise typer.Exit(0 if register.entries and not register.faults else 1)
