"""What several workers need is made once a test run: the first that asks makes it, the others wait for it.

This is pytest-xdist's own recipe (its guide, "Making session-scoped fixtures execute only once"): a session-scoped
fixture is made once a *worker*, and a whole pipeline is too dear for that.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Make a folder that the whole test run shares, and that no test may change.

    Parameters
    ----------
    factory
        Knows the folder of this test run.
    name
        The folder's name, which no other caller uses.
    make
        Fills it, given its path; it is there, and is empty.
    """
    base = factory.getbasetemp()
    workers = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = workers / "made-once" / name
    folder.parent.mkdir(exist_ok=True)
    finished = folder.with_name(f"{name}.finished")
    with FileLock(folder.with_name(f"{name}.lock")):
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a maker that failed has left
            folder.mkdir()
            make(folder)
            finished.touch()
    return folder
