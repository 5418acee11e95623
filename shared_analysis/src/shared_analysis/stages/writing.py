"""Write several files together or not at all."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError


@dataclass(frozen=True)
class Change:
    """What a file is to hold, and what it held when that was worked out; None for a file that was not there."""

    after: bytes
    before: bytes | None = None


def write_together(root: Path, changes: Mapping[str, Change]) -> None:
    """Write every file beside its place, see that nobody changed one meanwhile, and only then put them in place.

    The order is kept: put last what makes the others count. Whatever goes wrong, every file is as it was.

    Raises
    ------
    SharedAnalysisError
        If a file was changed or made meanwhile, or cannot be written.
    """
    beside: dict[Path, Path] = {}
    folders: list[Path] = []
    done: list[tuple[Path, bytes | None]] = []
    try:
        for name, change in changes.items():
            path = root / name
            folders += [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            part = _free(path)
            with part.open("xb") as file:
                beside[path] = part
                file.write(change.after)
        for name, change in changes.items():
            if _content(root / name) != change.before:
                raise SharedAnalysisError("The file was changed meanwhile.", name, "give the command again")
        for name, change in changes.items():
            path = root / name
            if change.before is not None:
                beside[path].chmod(stat.S_IMODE(path.stat().st_mode))
            done.append((path, change.before))
            os.replace(beside[path], path)
    except BaseException as error:
        for path, content in reversed(done):
            _put_back(path, content)
        _remove(beside.values())
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            where = re.sub(r"^\.(.+)\.\d+\.part$", r"\1", Path(error.filename).name) if error.filename else str(root)
            raise SharedAnalysisError(
                f"A file cannot be written: {error.strerror}. Nothing was changed.",
                where,
                "see who may write there",
            ) from None
        raise
    finally:
        _remove(beside.values())


def _free(path: Path) -> Path:
    """Name a file beside another that is not there."""
    names = (path.with_name(f".{path.name}.{number}.part") for number in itertools.count())
    return next(candidate for candidate in names if not os.path.lexists(candidate))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != content:
        path.write_bytes(content)
