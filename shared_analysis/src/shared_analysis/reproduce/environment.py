"""The Python that runs the stages: built from the commit's ``requirements.txt``, or one that the reviewer names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.clone import remove
from shared_analysis.reproduce.hashes import file_sha256

_DROPPED = re.compile(r"(PYTHON|DVC_|GIT_|PIP_|UV_|CONDA_|VIRTUAL_ENV)")
_WHEEL = re.compile(r"^\./(\S+\.whl)((?:\s*\\\n\s*--hash=sha256:[0-9a-f]{64})*)", re.MULTILINE)
_PROBE = """
import json, platform, sys
print(json.dumps([platform.python_version(), platform.system(), platform.machine()]))
"""


@dataclass(frozen=True)
class Environment:
    """A Python, and how it came about."""

    python: Path
    made: str
    version: str
    platform: str

    def variables(self) -> dict[str, str]:
        """Return the variables that a stage sees: this Python first, and nothing that could bring in other code."""
        kept = {name: value for name, value in os.environ.items() if not _DROPPED.match(name)}
        path = os.pathsep.join([str(self.python.parent), kept.get("PATH", "")])
        return {**kept, "PATH": path, "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1", "DVC_NO_ANALYTICS": "1"}


def wrong_wheels(root: Path) -> dict[str, str]:
    """Name the wheels in the project that are not the ones whose hash is in ``requirements.txt``, with the reason."""
    lock = root / "requirements.txt"
    if not lock.is_file():
        return {"requirements.txt": "the commit does not have it"}
    named: dict[str, str] = dict(_WHEEL.findall(lock.read_text(encoding="utf-8").replace("\r\n", "\n")))
    wrong = {}
    for path, hashes in named.items():
        if not (root / path).is_file():
            wrong[path] = "requirements.txt names it, and the commit does not have it"
        elif not hashes:
            wrong[path] = "requirements.txt has no hash of it"
        elif file_sha256(root / path) not in hashes:
            wrong[path] = "it is not the wheel whose hash is in requirements.txt"
    here = {path.relative_to(root).as_posix() for path in (root / "vendor").glob("*.whl")}
    return wrong | dict.fromkeys(sorted(here - set(named)), "requirements.txt does not name it")


def existing(choice: str) -> Environment:
    """Take a Python that is there: ``current``, an interpreter, or the folder of an environment.

    Raises
    ------
    SharedAnalysisError
        If there is none.
    """
    if choice == "current":
        return _probed(Path(sys.executable), "as found: the one that ran this command")
    path = Path(choice)
    python = next((one for one in (path, *_interpreters(path)) if one.is_file()), None)
    if python is None:
        raise SharedAnalysisError(
            "There is no Python there.", choice, "name an interpreter, the folder of an environment, or 'current'"
        )
    return _probed(python.absolute(), "as found: one that was named")


def build(root: Path, folder: Path, log: Path, wheels: Path | None = None) -> Environment:
    """Build an environment of exactly what ``requirements.txt`` names, each package held to its hash.

    Parameters
    ----------
    root
        The project.
    folder
        Where to build. One that an earlier call finished for the same lock is taken as it is.
    log
        Where the installer's words go.
    wheels
        A folder of wheels to install from, and from nowhere else.

    Raises
    ------
    SharedAnalysisError
        If a package cannot be had, or has another hash.
    """
    lock = root / "requirements.txt"
    mark = folder / "finished"
    digest = file_sha256(lock)
    uv = shutil.which("uv")
    offline = ["--no-index", "--find-links", str(wheels.resolve())] if wheels else []
    made = f"built by {'uv' if uv else 'pip'} from requirements.txt, every hash checked"
    made += ", from a folder of wheels without an index" if wheels else ""
    if not (mark.is_file() and mark.read_text(encoding="utf-8") == digest):
        remove(folder)
        with log.open("wb") as words:
            if uv:
                _install([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], root, words, log)
            else:
                _install([sys.executable, "-m", "venv", str(folder)], root, words, log)
            python = _python_of(folder)
            installer = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
            _install([*installer, *offline, "--require-hashes", "-r", "requirements.txt"], root, words, log)
        mark.write_text(digest, encoding="utf-8")
    return _probed(_python_of(folder), made)


def _install(command: list[str], root: Path, words: object, log: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=root, env=variables, stdout=words, stderr=words, check=False)  # type: ignore[call-overload]
    if done.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise SharedAnalysisError(
            f"The environment cannot be built: {' / '.join(said)}",
            "requirements.txt",
            "without an index, give a folder with every wheel: --wheels FOLDER",
        )


def _interpreters(folder: Path) -> tuple[Path, Path]:
    return folder / "bin" / "python", folder / "Scripts" / "python.exe"


def _python_of(folder: Path) -> Path:
    return next((one for one in _interpreters(folder) if one.is_file()), folder / "bin" / "python")


def _probed(python: Path, made: str) -> Environment:
    done = subprocess.run([str(python), "-I", "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SharedAnalysisError("This Python does not run.", str(python), "name another")
    version, system, machine = json.loads(done.stdout)
    return Environment(python, made, version, f"{system} {machine}")
