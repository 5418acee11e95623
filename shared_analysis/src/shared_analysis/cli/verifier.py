"""``shared-analysis verifier``: which verifier is this, that one, or the one that made a certificate?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared_analysis.cli.say import say
from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from shared_analysis.integrity import Installation, Release


def verifier(
    environment: Annotated[
        Path | None,
        typer.Argument(help="Another environment, or a Python in it; this command's own if not given.", exists=True),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(help="Say instead which verifier a certificate.yaml names.", exists=True, dir_okay=False),
    ] = None,
    releases: Annotated[
        Path | None,
        typer.Option(
            help="A newer list of the template's releases than this verifier has.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Say by its SHA-256 which verifier this is, or which one another environment holds. Runs nothing of the other.

    A verifier that was changed to lie lies here too: check it with another one, whose SHA-256 you have compared.

    Ends with 0 if it has the files of a known release, or of this verifier; with 1 if not; with 2 if there is none.
    """
    from shared_analysis.integrity import installation_in, known_releases, this_verifier
    from shared_analysis.integrity.compiled import doctored, foreign
    from shared_analysis.wording import many

    if environment and certificate:
        raise SharedAnalysisError("Name an environment or a certificate, not both.", "--certificate", "leave one out")
    known, own = known_releases(releases), this_verifier()
    if certificate:
        raise typer.Exit(_said_by(certificate, known, own))
    looked_at = installation_in(environment) if environment else own
    say(f"shared-analysis {looked_at.version} in {looked_at.folder}")
    say(f"SHA-256 over the list of its files: {looked_at.digest}")
    release = looked_at.release(known)
    if wheel := (release.wheel if release else looked_at.wheel):
        say(f"SHA-256 of its wheel{'' if release else ', as the installer wrote it down'}: {wheel}")
    faults = list(looked_at.contents.faults)
    if not looked_at.source:
        faults += [f"{name} holds other code than its source" for name in doctored(looked_at.folder)]
    for fault in faults:
        say(f"    {fault}")
    words, good = _judged(looked_at, known, None if environment is None else own)
    say(words)
    if looked_at.started:
        say(f"Not checked, and run whenever this Python starts: {', '.join(looked_at.started)}.")
    if count := 0 if looked_at.source else foreign(looked_at.folder):
        say(f"Not checked, because another Python compiled them: {many(count, 'file', 'files')} in __pycache__.")
    raise typer.Exit(0 if good and not faults else 1)


def _judged(looked_at: Installation, known: Iterable[Release], own: Installation | None) -> tuple[str, bool]:
    if looked_at.source:
        return "It runs from a folder of source (an editable installation), and is no release.", False
    if release := looked_at.contradicted(known):
        why = f"whose files have the SHA-256 {release.content}"
        return f"It is not what it says: it says that it is {release.version}, {why}.", False
    if release := looked_at.release(known):
        return f"It has the files of the known release {release.version}.", True
    if own and not own.source:
        differences = looked_at.contents.differences(own.contents, records=False)
        if not differences:
            return f"It has the same files as this verifier, {own.version}.", True
        if looked_at.version == own.version:
            return f"It is not what it says: it says that it is {own.version}, as this one is. {differences}.", False
    words = "It is not on this verifier's list of releases. No release is on its own list:"
    return f"{words} compare the SHA-256 with the page of its release.", False


def _said_by(path: Path, known: Iterable[Release], own: Installation) -> int:
    """Say which verifier a certificate names; return the exit code."""
    from shared_analysis.yaml_file import CopierLoader, load_yaml

    content: Any = load_yaml(path, "certificate", CopierLoader)
    try:
        named = content["verification"]["verifier"]
        version, digest = str(named["version"]), str(named["files_sha256"])
    except (KeyError, TypeError):
        raise SharedAnalysisError(
            "This certificate names no verifier: one of an earlier version made it.",
            str(path),
            "verify the commit again",
        ) from None
    say(f"The certificate names shared-analysis {version}, SHA-256 of its files {digest}.")
    release = next((release for release in known if release.content == digest), None)
    same = not own.source and own.digest == digest
    if release:
        say(f"That is the known release {release.version}.")
    elif same:
        say(f"That is this verifier, {own.version}.")
    else:
        say("That is no release that this verifier knows, and not this verifier.")
    say("Anybody can write a certificate by hand: to be sure, verify the commit yourself.")
    return 0 if release or same else 1
