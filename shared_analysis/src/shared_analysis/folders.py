"""Folders: deleted with everything in them, and never what a link in them leads to; and whether paths overlap."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def remove_folder(folder: Path) -> None:
    """Delete a folder with everything in it; of a link, the link alone.

    git writes its objects read-only, which stops Windows; elsewhere a folder that may not be written keeps its files.
    """

    def retry(function: Callable[[str], Any], path: str, _: object) -> None:
        for place in (Path(path).parent, Path(path)):
            if place.is_relative_to(folder) and not is_link(place):  # chmod would follow it
                with contextlib.suppress(OSError):
                    place.chmod(stat.S_IRWXU if place.is_dir() else stat.S_IWRITE)
        if function not in (os.unlink, os.rmdir) and os.access(path, os.R_OK | os.W_OK | os.X_OK):
            remove_folder(Path(path))
        else:
            function(path)

    if is_link(folder):
        folder.rmdir() if sys.platform == "win32" and folder.is_dir() else folder.unlink()
    elif folder.exists():
        try:
            shutil.rmtree(folder, onerror=retry)
        except RecursionError:
            _raise_up(folder)
            shutil.rmtree(folder, onerror=retry)


def _raise_up(folder: Path) -> None:
    """Bring folders that lie too deep for any path and any recursion up to the first floor, and delete files on it."""
    waiting, number = [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)], 0
    while waiting:
        place = waiting.pop()
        os.chmod(place, stat.S_IRWXU)  # noqa: PTH101
        for entry in list(os.scandir(place)):
            if entry.is_dir(follow_symlinks=False):
                raised = str(folder / f"raised-{(number := number + 1)}")
                os.rename(entry.path, raised)  # noqa: PTH104
                waiting.append(raised)
            else:
                os.unlink(entry.path)  # noqa: PTH108
        os.rmdir(place)  # noqa: PTH106


def is_link(path: Path) -> bool:
    """Say whether a path is a link to elsewhere: a symbolic link, or a junction of Windows."""
    try:
        state = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(state.st_mode):
        return True
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    return junction is not None and getattr(state, "st_reparse_tag", None) == junction


def overlap(path: Path, other: Path) -> bool:
    """Say whether one of two paths lies in the other, or is the other."""
    return path == other or path in other.parents or other in path.parents
