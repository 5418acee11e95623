"""Histories of a project and its template: releases, what a project does meanwhile, and what may not get lost."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from baking import QUESTIONS, TEMPLATE, commit, copy_template, files, run

ANSWERS = {"project_name": "Warm beds", "dvc_remote": "folder"}
WHEEL = "vendor/shared_analysis-0.1.0-py3-none-any.whl"
NEW_WHEEL = "vendor/shared_analysis-0.3.0.dev0+h0123456789ab-py3-none-any.whl"
MARKS = (b"<<<<<<< ", b">>>>>>> ")

Files = dict[str, bytes]


def release(folder: Path) -> Path:
    """Make the template a repository with three releases: small locks and wheels, and changes of every kind."""
    template = copy_template(folder)
    run("git", "init", "--quiet", cwd=template)
    run("git", "config", "core.autocrlf", "false", cwd=template)
    inside = template / TEMPLATE
    for lock in ("requirements.txt", *(f"{{{{cookiecutter.__{remote}_requirements}}}}" for remote in ("s3", "azure"))):
        write(inside / lock, "dvc==3.1\npandas==2.3\n")
    (vendored,) = (inside / "vendor").iterdir()
    vendored.rename(inside / WHEEL).write_bytes(b"PK\0first release" * 40)
    replace(inside / "requirements.in", vendored.name, Path(WHEEL).name)
    _version(template, QUESTIONS["_version"], "0.1.0")
    _tag(template, "v0.1.0")
    _second(template, inside)
    _tag(template, "v0.2.0")
    _third(template, inside)
    _tag(template, "v0.3.0")
    run("git", "gc", "--quiet", cwd=template)  # it is cloned many times
    return template


def _second(template: Path, inside: Path) -> None:
    _version(template, "0.1.0", "0.2.0")
    replace(inside / ".editorconfig", "root = true", "# From the second release\nroot = true")
    replace(inside / "README.md", "Python 3.11 to 3.14 and git", "Python 3.12 to 3.14 and git")
    for name in ("governance/retention.md", "method/4-data.md"):
        replace(inside / name, "\n", f"\nThe second release says more of {name}.\n", 1)
    replace(inside / "notebooks" / "10_validate.ipynb", '"# ', '"# Second: ', 1)
    (inside / "governance" / "transparency-record.md").unlink()
    (inside / "method" / "5-evaluation.md").rename(inside / "method" / "5-results.md")
    write(inside / "method" / "6-next.md", "# {{ cookiecutter.__md_project_name }}: next\n\nFrom the template.\n")
    write(inside / "method" / "naïve – plan.md", "# Plan\n\nFrom the template.\n")
    (inside / WHEEL).write_bytes(b"PK\0second release" * 40)
    write(inside / "requirements.txt", "dvc==3.2\npandas==2.3\n")


def _third(template: Path, inside: Path) -> None:
    _version(template, "0.2.0", "0.3.0")
    replace(inside / ".editorconfig", "second release", "third release")
    replace(inside / "README.md", "**What it is for.**", "**What for.**")
    (inside / WHEEL).unlink()
    (inside / NEW_WHEEL).write_bytes(b"PK\0third release" * 40)
    replace(inside / "requirements.in", WHEEL, NEW_WHEEL)


def _version(template: Path, old: str, new: str) -> None:
    for name in ("cookiecutter.json", "copier.yml"):
        replace(template / name, old, new)


def _tag(template: Path, version: str) -> None:
    commit(template, f"Release {version}")
    run("git", "tag", version, cwd=template)


def write(path: Path, text: str) -> None:
    """Write a text with LF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def replace(path: Path, old: str, new: str, count: int = -1) -> None:
    """Replace words that must be there."""
    text = path.read_bytes().decode()
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_bytes(text.replace(old, new, count).encode())


@dataclass(frozen=True)
class History:
    """What a project did before it took the second release, and what is to be seen then.

    ``conflicts`` are the files that must be visible as such: anything else must come out by itself.
    """

    tool: str
    change: Callable[[Path], object]
    conflicts: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


def _move(project: Path, old: str, new: str) -> None:
    shutil.move(project / old, project / new)


def _add(project: Path, name: str, words: str) -> None:
    with (project / name).open("a", encoding="utf-8", newline="\n") as file:
        file.write(words)


HISTORIES: dict[str, History] = {
    "nothing": History("cookiecutter", lambda _: None),
    "another line of the same file": History("copier", lambda p: _add(p, "README.md", "\nOur own line.\n")),
    "the same line": History(
        "cookiecutter", lambda p: replace(p / "README.md", "Python 3.11 to 3.14", "Our Python"), ("README.md",)
    ),
    "a line taken out": History(
        "copier", lambda p: replace(p / "README.md", "Python 3.11 to 3.14 and git are needed", ""), ("README.md",)
    ),
    "deleted, changed by the template": History(
        "cookiecutter", lambda p: (p / "governance/retention.md").unlink(), stays=("governance/retention.md",)
    ),
    "deleted, left by the template": History("copier", lambda p: (p / "governance/ethics.md").unlink()),
    "renamed, changed by the template": History(
        "cookiecutter", lambda p: _move(p, "method/4-data.md", "method/4-tables.md")
    ),
    "renamed and rewritten": History(
        "copier",
        lambda p: (_move(p, "method/4-data.md", "method/4-tables.md"), write(p / "method/4-tables.md", "# Our own\n")),
        stays=("method/4-data.md",),
    ),
    "edited, deleted by the template": History(
        "cookiecutter",
        lambda p: _add(p, "governance/transparency-record.md", "\nOur own line.\n"),
        ("governance/transparency-record.md",),
    ),
    "edited, renamed by the template": History(
        "copier", lambda p: _add(p, "method/5-evaluation.md", "\nOur own line.\n")
    ),
    "the wheel replaced by another": History(
        "cookiecutter", lambda p: (p / WHEEL).write_bytes(b"PK\0our own" * 40), (WHEEL,)
    ),
    "the wheel deleted": History("copier", lambda p: (p / WHEEL).unlink(), stays=(WHEEL,)),
    "a wheel of their own beside it": History(
        "copier", lambda p: (p / "vendor/ours-1.0-py3-none-any.whl").write_bytes(b"PK\0ours" * 40)
    ),
    "added by both, with other words": History(
        "copier", lambda p: write(p / "method/6-next.md", "# Next\n\nOur own plan.\n"), ("method/6-next.md",)
    ),
    "added by both, the same": History(
        "cookiecutter", lambda p: write(p / "method/6-next.md", "# Warm beds: next\n\nFrom the template.\n")
    ),
    "a name beyond ASCII, added by both": History(
        "cookiecutter", lambda p: write(p / "method/naïve – plan.md", "# Unser Plan\n"), ("method/naïve – plan.md",)
    ),
    "names beyond ASCII": History("copier", lambda p: write(p / "method/Größe – 数.md", "# Our own\n")),
    "a package more in the lock": History(
        "cookiecutter", lambda p: replace(p / "requirements.txt", "pandas==2.3\n", "pandas==2.3\nzipp==3.2\n")
    ),
    "the same pin of the lock": History(
        "copier", lambda p: replace(p / "requirements.txt", "dvc==3.1\n", "dvc==3.0\n"), ("requirements.txt",)
    ),
    "another cell of a notebook": History(
        "cookiecutter",
        lambda p: replace(p / "notebooks/10_validate.ipynb", '"nbformat": 4', '"ours": 1,\n "nbformat": 4', 1),
    ),
    "the same line of a notebook": History(
        "copier",
        lambda p: replace(p / "notebooks/10_validate.ipynb", '"# ', '"# Ours: ', 1),
        ("notebooks/10_validate.ipynb",),
    ),
    "the executable bit": History("copier", lambda p: (p / "README.md").chmod(0o755)),
    "answers changed by hand": History(
        "cookiecutter", lambda p: replace(p / ".copier-answers.yml", "data.team@example.org", "beds@example.org")
    ),
}


def tree(folder: Path) -> Files:
    """Read a project's files but git's own; an executable one says so in front of its bytes."""
    return {
        name: (b"#!x\n" if path.stat().st_mode & 0o100 else b"") + path.read_bytes()
        for name, path in files(folder).items()
    }


def lost(before: Files, changed: Files, after: Files, visible: Collection[str]) -> list[str]:
    """Name every change from ``before`` to ``changed`` that is neither in ``after`` nor in a visible file.

    A change of text is each line that came or went; of anything else, all its bytes. A file that is gone was renamed
    where its lines are in others.
    """
    return [
        f"{name}: {why}"
        for name in sorted(before.keys() | changed.keys())
        if before.get(name) != changed.get(name) and name not in visible
        for why in _lost(before.get(name), changed.get(name), name, after)
    ]


def _lost(before: bytes | None, changed: bytes | None, name: str, after: Mapping[str, bytes]) -> Iterator[str]:
    if changed is None:
        if name in after:
            yield "it was deleted, and is back"
    elif b"\0" in changed:
        if changed not in after.values():
            yield "its bytes are gone"
    else:
        old, new = (Counter((content or b"").splitlines()) for content in (before, changed))
        now = Counter(after[name].splitlines()) if name in after else Counter(_all_lines(after))
        yield from (f"line gone: {line!r}" for line, count in (new - old).items() if now[line] < min(count, 1))
        if name in after:
            yield from (f"line back: {line!r}" for line in old - new if now[line] > new[line])


def _all_lines(after: Mapping[str, bytes]) -> Iterator[bytes]:
    for content in after.values():
        yield from content.splitlines()


def marked(after: Files) -> set[str]:
    """Name the files with marks of a conflict, or with parts that were rejected."""
    return {
        name.removesuffix(".rej")
        for name, content in after.items()
        if name.endswith(".rej") or all(b"\n" + mark in b"\n" + content for mark in MARKS)
    }


def unmerged(project: Path) -> set[str]:
    """Name the files that git holds for unresolved."""
    listed = run("git", "ls-files", "--unmerged", "-z", cwd=project).stdout.split("\0")
    return {entry.partition("\t")[2] for entry in listed if entry}
