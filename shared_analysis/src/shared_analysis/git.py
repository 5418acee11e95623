"""The one way in which git is run."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.room import no_room

_UNWRITABLE = re.compile("(Read-only file system|Permission denied)$")
_KEPT = re.compile(r"GIT_(SSH|ASKPASS|TERMINAL_PROMPT|SSL|HTTP|PROXY|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$)")


def git(
    *arguments: str,
    cwd: Path,
    given: str | None = None,
    own_line_ends: bool = False,
    own_settings: bool = True,
    into: Path | None = None,
) -> str:
    """Run git, with none of the caller's hooks, and few of the variables; return what it said.

    Of those for git it gets what is for signing in, and where the person's own settings are.

    An object is what its id says: what a repository would show in its place (``git replace``, grafts) is not read.

    Parameters
    ----------
    *arguments
        The command after ``git``.
    cwd
        The folder to run it in.
    given
        What it reads from its standard input.
    own_line_ends
        Take the person's setting of ``core.autocrlf``, as in a folder that the person's own git has checked out;
        else files are as they are committed.
    own_settings
        Take the settings of the person and of the machine, which name filters, attributes and trusted owners; else
        those of the repository alone.
    into
        A file that takes what it says, byte for byte; then nothing is returned.

    Raises
    ------
    SharedAnalysisError
        If git is not there, or refuses.
    """
    line_ends = () if own_line_ends else ("-c", "core.autocrlf=false")
    programs = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false")
    command = ["git", "--no-replace-objects", *programs, *line_ends, *arguments]
    kept = {name: value for name, value in os.environ.items() if _KEPT.match(name) or not name.startswith("GIT_")}
    environment = {**kept, "LC_ALL": "C", "GIT_GRAFT_FILE": os.devnull}  # in C, what it says can be read here
    if not own_settings:
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
    try:
        with into.open("wb") if into else contextlib.nullcontext(subprocess.PIPE) as said:
            done = subprocess.run(
                command,
                cwd=cwd,
                env=environment,
                input=given,
                stdout=said,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="surrogateescape",  # names of files are bytes to git, and some are not UTF-8
                check=False,
            )
    except FileNotFoundError:
        raise SharedAnalysisError("git is not installed.", "git", "install git, and try again") from None
    if owned := re.search(r"dubious ownership in repository at '(.+)'", done.stderr):
        raise SharedAnalysisError(
            "The repository belongs to another user, and git does not read it.",
            owned[1],
            f'if you trust who made it: git config --global --add safe.directory "{owned[1]}"',
        )
    if done.returncode and re.search(
        r"(?m)(Out of diskspace|No space left on device|Disk quota exceeded)$", done.stderr
    ):
        raise no_room(folders=[cwd])
    if done.returncode:
        reasons = done.stderr.strip().splitlines() or ["no reason given"]
        why = next((line for line in reasons if _UNWRITABLE.search(line)), reasons[-1])  # its last line need not say it
        raise SharedAnalysisError(f"git refused: {why}", f"git {_command(arguments)}", "see what git says there")
    return done.stdout.rstrip("\n") if done.stdout else ""


def _command(arguments: tuple[str, ...]) -> str:
    """Name git's own command: settings stand before some."""
    return next((word for word in arguments if not word.startswith("-") and "=" not in word), arguments[0])
