"""Resolve every lock: the template's, its optional remotes', its databases' and the maintainers' own.

All agree on versions, carry every hash, hold for Python 3.11 to 3.14 on Linux, macOS and Windows, and name no index.
What a lock already holds is kept where it still fits; ``upgrade=True`` moves to the newest releases.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tools import ROOT, TEMPLATE

# One version of each package for every Python: another numpy could mean other bytes.
RECIPE = (
    *("pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--no-annotate", "--no-header", "--no-emit-index-url"),
)
PROJECT_LOCK = TEMPLATE / "requirements.txt"
REMOTES = {"s3": "dvc-s3", "azure": "dvc-azure", "ssh": "dvc-ssh"}
PACKAGE = "shared_analysis/pyproject.toml"
DEVELOPERS = "requirements-dev"
STARTER = "requirements-starter"


def remote_lock(remote: str) -> Path:
    """Say where the lock of a remote's extra packages is: its name in the template is empty for other answers."""
    return TEMPLATE / f"{{{{cookiecutter.__{remote}_requirements}}}}"


def drivers() -> dict[str, list[str]]:
    """Give the packages that read each kind of database: the extras of the shared package."""
    project = tomllib.loads((ROOT / PACKAGE).read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    return extras


def driver_lock(database: str) -> Path:
    """Say where the lock of a database's driver is: every project has it, and installs it when it needs it."""
    return TEMPLATE / f"requirements-{database}.txt"


def refresh(*, upgrade: bool = False) -> None:
    """Make every lock anew; needs a package index."""
    compile_lock(["requirements.in"], PROJECT_LOCK, TEMPLATE, upgrade=upgrade)
    constraint = ("-c", _pins(PROJECT_LOCK))
    for remote, extra in REMOTES.items():
        compile_lock(["-"], remote_lock(remote), ROOT, *constraint, given=extra, upgrade=upgrade)
    for database, packages in drivers().items():
        given = "\n".join(packages)
        compile_lock(["-"], driver_lock(database), ROOT, *constraint, given=given, upgrade=upgrade)
    compile_lock([f"{DEVELOPERS}.in", PACKAGE], ROOT / f"{DEVELOPERS}.txt", ROOT, *constraint, upgrade=upgrade)
    compile_lock([f"{STARTER}.in"], ROOT / f"{STARTER}.txt", ROOT, *constraint, upgrade=upgrade)


def compile_lock(
    inputs: list[str], lock: Path, folder: Path, *options: str, given: str = "", upgrade: bool = False
) -> None:
    """Run uv's resolver in ``folder``; ``given`` is read where an input is ``-``."""
    upgrades = ("--upgrade",) if upgrade else ()
    command = [*(sys.executable, "-m", "uv", "--quiet"), *RECIPE, *upgrades, *options, *inputs, "-o", str(lock)]
    subprocess.run(command, cwd=folder, input=given, text=True, check=True)


def _pins(lock: Path) -> str:
    """Write the lock's versions without hashes and without the wheel, which cannot be a constraint elsewhere."""
    lines = [line.split("\\")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    pins = [line for line in lines if "==" in line and not line.startswith("--")]
    path = ROOT / ".cache" / "pins.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(pins) + "\n", encoding="utf-8", newline="\n")
    return str(path)
