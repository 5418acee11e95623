"""Every command that writes, on a small project: run to its end, and killed before any one of its writes.

A command is not killed after some milliseconds, most of which it spends on imports, but before the n-th time that it
opens a file to write, renames, makes or deletes something: Python tells of each (PEP 578).
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from tests.baked import bake, begin, git, replace
from tests.unit.reproduce import small_project

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_OWN = {".git", ".dvc", "__pycache__", "temp"}
_LEFT = re.compile(r"\.(part|old|new)$|\.(part|old)/|^reports/failed/")
PRELOADED = [
    "shared_analysis.cli.commands",
    "dvc.repo",
    "pandas",
    "pyarrow.parquet",
    "papermill",
    "tests.stopped_commands",
]


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
    """

    words: tuple[str, ...]
    prepare: Callable[[Path], object]
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (minus the signal), how often it wrote, what it said."""

    code: int
    writes: int
    said: str


def make_project(folder: Path) -> Path:
    """Make a project from the template, with a notebook that runs in a moment and a twin of few people."""
    root = bake(folder, {"methods": "linkage", "project_slug": "project"})
    replace(root / "params.yaml", "people: 4000", "people: 40")
    with (root / "params.yaml").open("a", newline="\n") as params:
        params.write("\ntiny:\n  number: 1\n")
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Tiny"},
        _code("b", "number = 1", ["parameters"]),
        _code("c", "print(number + 1)", []),
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "notebooks/05_tiny.ipynb").write_text(json.dumps(book, indent=1) + "\n", newline="\n")
    return begin(root)


def _code(name: str, source: str, tags: list[str]) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": name, "metadata": {"tags": tags}, "source": source}
    return {**cell, "outputs": [], "execution_count": None}


def _deliver(root: Path, changed: bool = False) -> None:
    folder = root.parent / "delivered"
    folder.mkdir(exist_ok=True)
    surnames = ("Smith", "Jones", "Khan", "Patel", "Okafor", "Brown", "Silva", "Chen", "Murphy", "Evans")
    for table, letter in (("applications", "A"), ("clients", "C")):
        lines = ["ref,forename,surname,dob,postcode"]
        for number in range(5 if changed else 0, 120):
            surname = surnames[number % 10]
            day = f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}"
            lines.append(
                f"{letter}{number:04d},Name{chr(97 + number % 26)},{surname},{day},E{1 + number % 9} {number % 9}AB"
            )
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", newline="\n")


def _delivered_and_taken(root: Path) -> None:
    _deliver(root)
    run(root, COMMANDS["table add"].words)
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "Own tables", cwd=root)
    _deliver(root, changed=True)


def _linked(root: Path) -> None:
    """Put there what a linkage leaves for people to check."""
    import pandas as pd

    from shared_analysis.contracts import load_contracts
    from shared_analysis.project import open_project, write_table

    contracts = load_contracts(root / "contracts")
    names = list(open_project(root).section("link")["tables"])
    for name in names:
        columns = [column.name for column in contracts[name].columns]
        rows = pd.DataFrame({column: [f"{column}{number}" for number in range(3)] for column in columns})
        write_table(root / "data/interim" / f"{name}.parquet", rows)
    keys = {name: next(column.name for column in contracts[name].columns if column.primary_key) for name in names}
    pairs = pd.DataFrame(
        {
            "table_l": names[0],
            "record_id_l": [f"{keys[names[0]]}{number}" for number in range(3)],
            "table_r": names[-1],
            "record_id_r": [f"{keys[names[-1]]}{number}" for number in range(3)],
            "match_probability": [0.1, 0.5, 0.9],
            "match": "",
        }
    )
    write_table(root / "data/processed/link/review.parquet", pairs)


def _other_setting(root: Path) -> None:
    replace(root / "params.yaml", "tiny:\n  number: 1", "tiny:\n  number: 2")


def _own_pipeline(root: Path) -> None:
    """Put a project that runs in a moment in the place of the template's."""
    shutil.rmtree(root)
    root.mkdir()
    small_project.make(root)
    small_project.write(root, "project.yaml", "project: {}\n")
    small_project.commit(root)
    (root.parent / "temp").mkdir()


_FILES = ("../delivered/applications.csv", "../delivered/clients.csv")
COMMANDS: Mapping[str, Written] = {
    "twin": Written(("twin",), lambda root: None),
    "notebook run": Written(("notebook", "run", "05_tiny"), lambda root: None),
    "check --fix": Written(("check", "--fix"), _other_setting, (0, 1)),
    "add-stage": Written(("add-stage", "second_link", "--like", "link"), lambda root: None),
    "table add": Written(("table", "add", *_FILES, "--for", "link", "--replace-example"), _deliver),
    "table refresh": Written(("table", "refresh", *_FILES), _delivered_and_taken),
    "contract infer": Written(("contract", "infer", _FILES[0]), _deliver),
    "review": Written(("review", "data/raw/labels/pairs.csv"), _linked),
    "verify": Written(("verify", "--environment", "current", "--out", "found"), _own_pipeline),
}


def run(root: Path, words: tuple[str, ...], stop_at: int = 0, **variables: str | None) -> Ended:
    """Run a command in a process of its own; kill it before its n-th write, if so asked."""
    return finish(start(root, words, stop_at, **variables))


def start(root: Path, words: tuple[str, ...], stop_at: int = 0, **variables: str | None) -> tuple[Any, Path]:
    """Start a command; see :func:`run`."""
    notes = Path(tempfile.mkdtemp(prefix="notes-"))  # not beside the project, whose disk may be full
    process = forks().Process(target=_in_process, args=(root, words, stop_at, variables, notes))
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

    name: str
    ready: Path
    after: Mapping[str, bytes]
    writes: int


def make_case(name: str, project: Path, folder: Path) -> Case:
    """Prepare a project for a command, and run that to its end in a copy."""
    command = COMMANDS[name]
    ready = Path(shutil.copytree(project, folder / "ready" / "project", symlinks=True))
    command.prepare(ready)
    done = copy_of(ready, folder / "done")
    ended = run(done, command.words)
    assert ended.code in command.codes, ended.said
    return Case(name, ready, held(done), ended.writes)


def copy_of(ready: Path, folder: Path) -> Path:
    """Copy a project that is ready, with what lies beside it."""
    return Path(shutil.copytree(ready.parent, folder, symlinks=True)) / ready.name


def kill_and_heal(case: Case, moment: int, folder: Path) -> str:
    """Kill a command before a write, give it again, and say what is wrong then; nothing, if all is well."""
    command, root = COMMANDS[case.name], copy_of(case.ready, folder)
    before = held(root)
    ended = run(root, command.words, moment)
    if ended.code != -signal.SIGKILL:
        return "" if ended.code in command.codes and held(root) == case.after else f"it ended with {ended.code}"
    for name, content in held(root).items():
        if not is_left(name) and content not in (before.get(name), case.after.get(name)):
            return f"{name} is half-written"
    lost = [name for name in before if name in case.after and name not in held(root) and not _is_beside(root, name)]
    if lost:
        return f"{lost[0]} is lost"
    again = run(root, command.words)
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
