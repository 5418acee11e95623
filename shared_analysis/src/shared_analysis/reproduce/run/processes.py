"""A command and everything that it starts, as one thing that ends: with the command, or with this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from shared_analysis.reproduce.run import supervisor


def run_to_the_end(
    command: list[str], folder: Path, variables: Mapping[str, str], words: BinaryIO, *, with_locks: bool = True
) -> int:
    """Run a command; end what it leaves running; return its exit code.

    It reads nothing from the terminal, and no key pressed there reaches it. If this process is interrupted or killed,
    the command ends too.

    Parameters
    ----------
    command
        The command, as its arguments; on Windows one argument is for the shell.
    folder
        Where it runs.
    variables
        Its environment variables, and no others.
    words
        The file for what it says.
    with_locks
        Let it hold the locks of this process, so that they last as long as it runs: not a command that is isolated,
        which cannot run on, and could otherwise give them up.

    Returns
    -------
    int
        The exit code; above 128 if a signal ended it; see :mod:`supervisor` for what would not end.
    """
    script = [sys.executable, "-I", "-S", str(Path(supervisor.__file__)), "--", *command]
    running = subprocess.Popen(
        script,
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=words,
        stderr=words,
        close_fds=not with_locks,  # what is open but for the locks is never inherited
        start_new_session=True,
    )
    try:
        return running.wait()
    finally:
        if running.stdin:
            running.stdin.close()  # what still runs ends with that
        running.wait()
