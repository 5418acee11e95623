"""The page in a wheelhouse that says how to install from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shared_analysis.wheelhouse.targets import Target

INSTALL = "INSTALL.txt"
_PAGE = """\
Every package that this project needs, to install where there is no package index.
Made by `shared-analysis wheelhouse` for: {targets}

Carry this folder and the project's folder to the closed machine{position}. Needed there besides:
Python {pythons}, and git. Then, in a terminal, in the project's folder:

Windows PowerShell

    python -m venv .venv
    .venv\\Scripts\\Activate.ps1
    python -m pip install --no-index --find-links {folder} --require-hashes {locks}
    dvc repro

macOS and Linux (sh)

    python3 -m venv .venv
    . .venv/bin/activate
    python -m pip install --no-index --find-links {folder} --require-hashes {locks}
    dvc repro

Where PowerShell may not run scripts, use cmd and .venv\\Scripts\\activate.bat for the second line.
With uv: `uv venv`, then `uv pip install` with the same words behind it.

Every file is held to its hash in the lock when it is installed. To see that the folder is whole, and for
which machines it was made, once the packages are installed:

    python -m shared_analysis wheelhouse {folder} --check
"""


def install_page(root: Path, folder: Path, locks: Sequence[Path], targets: Sequence[Target]) -> str:
    """Write the commands for Windows and for the others, as they are typed in the project's folder."""
    inside = folder.resolve().is_relative_to(root.resolve())
    path = folder.resolve().relative_to(root.resolve()).as_posix() if inside else folder.name
    quoted = f'"{path}"' if " " in path else path
    return _PAGE.format(
        targets="; ".join(str(target) for target in targets),
        position=", this one inside the other" if inside else f', and put this one into the other as "{path}"',
        pythons=" or ".join(sorted({target.python for target in targets})),
        folder=quoted,
        locks=" ".join(f"-r {lock.name}" for lock in locks),
    )
