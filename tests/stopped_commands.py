"""A command that writes: run to its end, and killed before any one of its writes.

A command is not killed after some milliseconds, most of which it spends on imports, but before the n-th time that it
opens a file to write, renames, makes or deletes something, or starts a program: Python tells of each (PEP 578).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import shared_analysis

_CHANGES = {
    *("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree"),
    *("subprocess.Popen", "os.posix_spawn", "os.fork"),
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_OWN = {".git", ".dvc", "__pycache__", "temp"}
_LEFT = re.compile(r"\.(part|old|new)$|\.(part|old)/|^reports/failed/")
_PACKAGE = Path(shared_analysis.__file__).parent
PRELOADED = [
    *("dvc.repo.reproduce", "dvc.repo.add", "dvc.repo.commit", "dvc.repo.status", "networkx", "ruamel.yaml"),
    *("scmrepo.git", "configobj", "pydantic.type_adapter", "rich.table", "pandas", "pyarrow.parquet", "papermill"),
    *("nbconvert.exporters", "IPython.display", "copier"),
    "tests.stopped_projects",
    *(
        ".".join([*path.relative_to(_PACKAGE.parent).parts[:-1], path.stem])
        for path in sorted(_PACKAGE.rglob("*.py"))
        if path.stem.isidentifier() and not {"skeletons", "forecasting", "__main__.py"} & set(path.parts)
    ),
]
"""What commands import late, but for what none of these needs: it would take most of their time."""


def forks() -> BaseContext:
    """Processes that need not import everything again."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


@dataclass(frozen=True)
class Written:
    """A command that writes.

    Parameters
    ----------
    words
        The command.
    prepare
        Makes the project ready for it, given a copy of the template's project.
    codes
        What it ends with when all is well.
    variables
        Environment variables that it needs.
    """

    words: tuple[str, ...]
    prepare: Callable[[Path], object]
    codes: tuple[int, ...] = (0,)
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (minus the signal), how often it wrote, what it said."""

    code: int
    writes: int
    said: str


def run(root: Path, command: Written, stop_at: int = 0, **variables: str | None) -> Ended:
    """Run a command in a process of its own; kill it before its n-th write, if so asked."""
    return finish(start(root, command, stop_at, **variables))


def start(root: Path, command: Written, stop_at: int = 0, **variables: str | None) -> tuple[Any, Path]:
    """Start a command; see :func:`run`."""
    notes = Path(tempfile.mkdtemp(prefix="notes-"))  # not beside the project, whose disk may be full
    changes = {**command.variables, **variables}
    process = forks().Process(target=_in_process, args=(root, command.words, stop_at, changes, notes))
    process.start()
    return process, notes


def finish(started: tuple[Any, Path]) -> Ended:
    """Wait for a command that was started."""
    process, notes = started
    process.join(300)
    said = (notes / "said").read_text(encoding="utf-8", errors="replace")
    counted = notes / "writes"
    writes = int(counted.read_text()) if counted.exists() else 0
    code = process.exitcode
    shutil.rmtree(notes)
    assert code is not None, "the command hangs"
    return Ended(code, writes, said)


def _in_process(
    root: Path, words: tuple[str, ...], stop_at: int, variables: Mapping[str, str | None], notes: Path
) -> None:
    os.setsid()
    os.chdir(root)
    for name in ("DVC_STAGE", "DVC_ROOT"):
        os.environ.pop(name, None)
    for name, value in {
        "TMPDIR": str(root.parent / "temp") if (root.parent / "temp").is_dir() else None,
        **variables,
    }.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    said = os.open(notes / "said", os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["shared-analysis", *words]
    writes = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal writes
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if (opened and "/dev/" not in str(arguments[0])) or event in _CHANGES:
            writes += 1
            if writes == stop_at:
                os.killpg(0, signal.SIGKILL)

    from shared_analysis.cli import main

    sys.addaudithook(count)
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    counted = writes
    with contextlib.suppress(OSError):
        (notes / "writes").write_text(str(counted))
    os._exit(code)


_RESUMED = re.compile(rb".*an earlier run, which was stopped.*\n")


def held(root: Path) -> dict[str, bytes]:
    """Everything in a project but what git and DVC keep for themselves, and that a certificate is of a resumed run."""
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    contents = {name: path.read_bytes() for name, path in files.items() if not _OWN & set(name.split("/"))}
    said = (b"certificate.html", b"certificate.yaml")
    return {
        name: _RESUMED.sub(b"", content) if name.encode().endswith(said) else content
        for name, content in contents.items()
    }


def is_left(name: str) -> bool:
    """Say whether a file is one that a command puts beside those that it writes, and the next one clears away."""
    return bool(_LEFT.search(name))


@dataclass(frozen=True)
class Case:
    """A command in a project that is ready for it, what it makes of that, and how often it writes."""

    command: Written
    ready: Path
    after: Mapping[str, bytes]
    writes: int


def make_case(command: Written, project: Path, folder: Path) -> Case:
    """Prepare a project for a command, and run that to its end in a copy."""
    ready = Path(shutil.copytree(project, folder / "ready" / "project", symlinks=True))
    command.prepare(ready)
    done = copy_of(ready, folder / "done")
    ended = run(done, command)
    assert ended.code in command.codes, ended.said
    return Case(command, ready, held(done), ended.writes)


def copy_of(ready: Path, folder: Path) -> Path:
    """Copy a project that is ready, with what lies beside it."""
    return Path(shutil.copytree(ready.parent, folder, symlinks=True)) / ready.name


def kill_and_heal(case: Case, moment: int, folder: Path) -> str:
    """Kill a command before a write, give it again, and say what is wrong then; nothing, if all is well."""
    command, root = case.command, copy_of(case.ready, folder)
    before = held(root)
    ended = run(root, command, moment)
    if ended.code != -signal.SIGKILL:
        return "" if ended.code in command.codes and held(root) == case.after else f"it ended with {ended.code}"
    for name, content in held(root).items():
        if not is_left(name) and content not in (before.get(name), case.after.get(name)):
            return f"{name} is half-written"
    lost = [name for name in before if name in case.after and name not in held(root) and not _is_beside(root, name)]
    if lost:
        return f"{lost[0]} is lost"
    again = run(root, command)
    if "Traceback" in again.said:
        return f"the next run ended with a traceback: {again.said[-300:]}"
    now = held(root)
    if now != case.after:
        names = sorted(name for name in {*now, *case.after} if now.get(name) != case.after.get(name))
        return f"the next run ended with {again.code}, and {', '.join(names[:3])} is not as it should be: {again.said}"
    return ""


def _is_beside(root: Path, name: str) -> bool:
    """Say whether a file that is not there is kept beside its place, to be put back."""
    path = root / name
    return any(path.parent.glob(f".{path.name}.*.old")) or any(root.glob(f"**/.*.part/{path.name}"))
