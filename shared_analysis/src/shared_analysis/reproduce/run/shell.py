"""The shell that runs a stage's commands, as DVC chooses it, and why a command did not start in it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_PLAIN = "/bin/sh"
_NO_SHELLS = {"nologin", "false", "true", "git-shell"}
_OPTIONS = {"zsh": ["--no-rcs"], "bash": ["--noprofile", "--norc"]}
_UNDERSTAND_BASH = {"bash", "zsh", "ksh", "fish"}
_BASH = re.compile(
    r"(?:^|[\s;&|(!])(?:\[\[\s|source\s|shopt\s|declare\s|mapfile\s|function\s+\w+\s*[({]|\(\()"
    r"|\bpipefail\b|[<>]\(|<<<|&>|\|&|\$'|\$\{\w+(?:\^|,|//|\[|:\d)|\{\d+\.\.\d+\}|\w=\("
)
_BUILT_IN = re.compile(
    r"[\[.:]+|cd|export|set|source|exec|eval|if|for|while|until|case|test|umask|ulimit|trap|shopt|declare|function|[<>].*"
)
_GOES_ON = re.compile(r"!|time|env|nohup|then|do|else|\w+=.*")


def in_shell(command: str) -> list[str]:
    """Return what starts a command: on Windows the command alone, which is for its shell, elsewhere with the shell.

    As DVC has it (``dvc.stage.run``): the shell that the variable ``SHELL`` names, without its start-up files; else
    ``/bin/sh``. DVC would fail with one that is not there or refuses to run, such as ``nologin``, and with a command of
    bash in a plain shell; here ``/bin/sh`` and bash stand in.
    """
    if os.name == "nt":
        return [command]
    shell = _shell(command)
    name = Path(shell).name.lower()
    options = ["--no-config"] if name == "fish" and _fish_has_no_config(shell) else _OPTIONS.get(name, [])
    return [shell, *options, "-c", command]


def why_it_failed(commands: Iterable[str], folder: Path, variables: Mapping[str, str], code: int) -> str:
    """Say why a command could not start, as far as that shows from outside: a script, an interpreter, the shell.

    Parameters
    ----------
    commands
        The stage's commands.
    folder
        Where they ran.
    variables
        What they saw.
    code
        What the shell ended with: 126 and 127 say that something could not be started.
    """
    if os.name == "nt" or code not in (2, 126, 127):
        return ""
    for command in commands:
        for program in _programs(command) if code != 2 else ():
            if why := _why_not_started(program, folder, variables.get("PATH"), code):
                return why
        if _BASH.search(command) and Path(_shell(command)).name not in _UNDERSTAND_BASH:
            return ": its command is written for bash, which is not here"
    return ""


def _why_not_started(program: str, folder: Path, path: str | None, code: int) -> str:
    script = folder / program
    if "/" in program and script.is_file():
        with script.open("rb") as file:
            first = file.readline(256)
        if first.startswith(b"#!") and first.endswith(b"\r\n"):
            return f": the first line of {program} ends as on Windows, and names no interpreter with it"
        if not os.access(script, os.X_OK):
            told = "the commit does not say that it is a program (git update-index --chmod=+x)"
            return f": {program} may not be run, since {told}"
    if code == 127 and shutil.which(program, path=path) is None and not script.is_file():
        return f": there is no program {Path(program).name} here"
    return ""


def _shell(command: str) -> str:
    chosen = os.environ.get("SHELL") or _PLAIN
    if Path(chosen).name in _NO_SHELLS or shutil.which(chosen) is None:
        chosen = _PLAIN
    if Path(chosen).name.lower() not in _UNDERSTAND_BASH and _BASH.search(command):
        return shutil.which("bash") or chosen
    return chosen


@cache
def _fish_has_no_config(fish: str) -> bool:
    """Say whether this fish knows the option, which came with 3.3."""
    answer = subprocess.run([fish, "--no-config", "-c", "true"], capture_output=True, check=False)
    return answer.returncode == 0


def _programs(command: str) -> list[str]:
    """List what a command starts, as far as that shows: the first word of each of its parts."""
    try:
        parts = shlex.shlex(command, posix=True, punctuation_chars=True)
        parts.whitespace_split = True
        words = list(parts)
    except ValueError:
        return []
    programs, begins = [], True
    for word in words:
        if not word.strip(";&|()"):
            begins = True
        elif begins and not _GOES_ON.fullmatch(word):
            programs.append(word)
            begins = False
    return [program for program in programs if not _BUILT_IN.fullmatch(program)]
