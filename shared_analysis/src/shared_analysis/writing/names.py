"""Paths that others have written, such as those in a listing of DVC: which of them lead downwards on every system."""

from __future__ import annotations

import re
import sys

NEVER = {".git", "git~1"}
"""Folders that git alone writes, as file systems spell them; in small letters."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\x00-\x1f]')


def plain_parts(name: str) -> tuple[str, ...]:
    """Split a path that others have written, with ``/`` between its parts, into names of folders and of a file.

    Raises
    ------
    ValueError
        If it is not a path downwards on every system (``..``, a drive, a backslash, NUL), leads into git's own folder,
        or has a name that this system does not take.
    """
    parts = tuple(name.split("/"))
    if not name or any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError("no path downwards")
    if re.match(r"[A-Za-z]:(/|$)", name) or any(part.casefold() in NEVER for part in parts):
        raise ValueError("no path downwards")
    if sys.platform == "win32" and any(_refused_by_windows(part) for part in parts):
        raise ValueError("a name that Windows does not take")
    return parts


def _refused_by_windows(name: str) -> bool:
    return bool(_RESERVED.fullmatch(name) or _NOT_ON_WINDOWS.search(name) or name.endswith((".", " ")))
