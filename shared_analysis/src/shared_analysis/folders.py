"""Folders deleted with everything in them, on every system."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any


def remove_folder(folder: Path) -> None:
    """Delete a folder with everything in it; git writes its objects read-only, which stops Windows."""

    def retry(function: Callable[[str], Any], path: str, _: object) -> None:
        Path(path).chmod(stat.S_IWRITE)
        function(path)

    if folder.exists():
        shutil.rmtree(folder, onerror=retry)
