"""The Python that runs the stages: built from the commit's ``requirements.txt``, or one that the reviewer names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce.run.installed import Installed
from shared_analysis.reproduce.run.isolation import NONE
from shared_analysis.wheelhouse import interpreters_in, python_of, read_wheels, statements
from shared_analysis.writing import copy_file, make_folder, open_new, write_file

_PASSED = re.compile(
    r"PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ"
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|PROCESSOR_[A-Z]+|PROGRAM(FILES|DATA|W6432)|COMMONPROGRAMFILES"
    r"|NUMBER_OF_PROCESSORS|(OMP|OPENBLAS|MKL|BLIS|NUMBA|NUMEXPR|RAYON|POLARS)_(NUM|MAX)_THREADS"
    r"|VECLIB_MAXIMUM_THREADS|LOKY_MAX_CPU_COUNT"
)
"""What programs need to run, and to work with as many threads as they may; no key, no address, no one's own code.

Not ``LD_LIBRARY_PATH`` and ``DYLD_LIBRARY_PATH``: they put a person's own libraries before the environment's. Where a
Python does not start without, ``--variable`` passes them on, and the certificate says so.
"""
_GIVEN = {
    "PYTHONNOUSERSITE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "DVC_NO_ANALYTICS": "1",
    **dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "verifier"),  # some programs stop without; it is nobody's name
}
_RESERVED = re.compile(r"PATH|HOME|HOMEDRIVE|HOMEPATH|USERPROFILE|(LOCAL)?APPDATA|XDG_\w+|TMPDIR|TE?MP|DVC_\w+")
_WHILE = 15.0  # seconds between two words on how far it is
_PROBE = """
import json, platform, sys
folders = sorted({sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix})
print(json.dumps([platform.python_version(), platform.system(), platform.machine(), folders]))
"""
_OWN_CODE_ONLY = ("-I", "-S")
"""Python without what is installed: a package's ``.pth`` would run as soon as it starts, and not isolated."""
_TESTS = r"[/\\]tests?[/\\]"


@dataclass(frozen=True)
class Environment:
    """A Python, how it came about, and how stages are run with it.

    Parameters
    ----------
    python, origin, version, platform
        The interpreter, where it is from in words, and what it says of itself.
    folders
        What it is made of: its own folder, and that of the Python it was made from.
    isolation
        What keeps the stages from the rest of the computer, in words.
    declared
        The names of variables that are passed on to the stages because the reviewer said so.
    installed
        Its files, if it was built for stages.
    """

    python: Path
    origin: str
    version: str
    platform: str
    folders: tuple[Path, ...] = ()
    isolation: str = NONE
    declared: tuple[str, ...] = ()
    installed: Installed | None = field(default=None, compare=False)

    def variables(self) -> dict[str, str]:
        """Return the variables that a stage sees: this Python first, what programs need, and what is declared."""
        kept = {name: value for name, value in os.environ.items() if _PASSED.fullmatch(name) or name in self.declared}
        path = os.pathsep.join([str(self.python.parent), kept.get("PATH", os.defpath)])
        return {**_GIVEN, **kept, "PATH": path}

    @property
    def parts(self) -> tuple[Path, ...]:
        """The files and folders that its Python is made of, links on the way to it among them."""
        links, path = [], self.python
        while path.is_symlink():
            path = Path(os.path.normpath(path.parent / path.readlink()))
            links.append(path)
        return (*self.folders, *(link for link in links if not any(link.is_relative_to(one) for one in self.folders)))


def refuse_undeclarable(names: Iterable[str]) -> None:
    """Raise if a variable cannot be passed on to the stages."""
    for name in names:
        if _RESERVED.fullmatch(name.upper()) or name.upper() in _GIVEN:
            raise SharedAnalysisError(
                "This variable is set for the stages, and not passed on.", f"--variable {name}", "leave it out"
            )
        if name not in os.environ:
            raise SharedAnalysisError(
                "This variable is not set, and cannot be passed on.", f"--variable {name}", "set it, or leave it out"
            )


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
    python = next((file for file in (path, *interpreters_in(path)) if file.is_file()), None)
    if python is None:
        raise SharedAnalysisError(
            "There is no Python there.", choice, "name an interpreter, the folder of an environment, or 'current'"
        )
    return _probed(python.absolute(), "as found: one that was named")


def interpreter(choice: str | None) -> Path:
    """Find the Python to build an environment with: a path, a version such as 3.12, or by default the running one.

    Raises
    ------
    SharedAnalysisError
        If there is none.
    """
    if choice is None:
        return Path(sys.executable)
    if re.fullmatch(r"\d+\.\d+", choice):
        for command in _asking(choice):
            answer = subprocess.run(
                [*command, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=False
            )
            if not answer.returncode:
                return Path(answer.stdout.strip())
    elif Path(choice).exists():
        return existing(choice).python
    raise SharedAnalysisError(
        f"There is no Python {choice} here.", "--python", "name a version that is installed, such as 3.12, or a path"
    )


def _asking(version: str) -> Iterator[list[str]]:
    """Name the ways to start a Python of a version: by its name, and by the launcher of Windows."""
    command = shutil.which(f"python{version}")
    if command:
        yield [command]
    launcher = shutil.which("py")
    if launcher and os.name == "nt":
        yield [launcher, f"-{version}"]


def build(
    root: Path,
    folder: Path,
    log: Path,
    wheels: Path | None = None,
    python: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Environment:
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
    python
        The Python to build it with, see :func:`interpreter`.
    say
        Is told how far it is, as long as it takes.

    Raises
    ------
    SharedAnalysisError
        If there is no such Python, a package cannot be had, or has another hash.
    """
    base = interpreter(python)
    mark = folder / "finished"
    built_from = f"{file_sha256(root / 'requirements.txt')} {base}"
    uv = shutil.which("uv")
    offline = ["--no-index", "--find-links", str(wheels.resolve())] if wheels else []
    origin = f"built by {'uv' if uv else 'pip'} from requirements.txt, every hash checked"
    origin += ", from a folder of wheels without an index" if wheels else ""
    if not (mark.is_file() and mark.read_text(encoding="utf-8") == built_from):
        remove_folder(folder)
        apart = _set_apart(root, folder.with_name(f"{folder.name}-lock"))
        installing = _Installing(apart, log, say)
        if uv:
            installing.run([uv, "venv", "--quiet", "--python", str(base), str(folder)])
        else:
            installing.run([str(base), "-I", "-m", "venv", str(folder)])
        to = ["--python", str(python_of(folder))]
        installer = [uv, "pip", "install", *to] if uv else [to[1], "-I", "-m", "pip", "install", "--no-compile"]
        installing.run([*installer, *offline, "--require-hashes", "-r", "requirements.txt"])
        compiler = ["-m", "compileall", "-qq", "-j", "0", "-x", _TESTS, str(folder)]  # stages may not write there
        installing.run([to[1], *_OWN_CODE_ONLY, *compiler], may_fail=True)
        remove_folder(apart)
        write_file(mark, built_from.encode(), within=folder.parent)
    return _probed(python_of(folder), origin)


def _set_apart(root: Path, folder: Path) -> Path:
    """Copy the locks, and the wheels they name, to where nothing else of the commit is.

    An installer that runs in the project would take its settings from there (``[tool.uv.pip]``), and even its own code
    (``pip.py``). The reviewer's settings, such as the address of an index, are not in the project.
    """
    remove_folder(folder)
    make_folder(folder)
    for lock in root.glob("requirements*.txt"):
        copy_file(lock, folder / lock.name, within=folder)
        for wheel in read_wheels(lock):
            if (root / wheel).is_file() and ".." not in Path(wheel).parts:
                copy_file(root / wheel, folder / wheel, within=folder)
    return folder


@dataclass(frozen=True)
class _Installing:
    """The commands that make an environment: where they run, where their words go, and who is told how far they are."""

    folder: Path
    log: Path
    say: Callable[[str], None]

    def run(self, command: list[str], *, may_fail: bool = False) -> None:
        """Run one to its end, which may be a failure or not; say every while what it is at.

        Raises
        ------
        SharedAnalysisError
            If it fails.
        """
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        started = time.monotonic()
        with open_new(self.log) as words:
            running = subprocess.Popen(command, cwd=self.folder, env=variables, stdout=words, stderr=words)
            try:
                while (code := _ended(running)) is None:
                    self.say(f"  {time.monotonic() - started:.0f} s: {self._progress()}")
            finally:
                running.kill()
                running.wait()
        if code and not may_fail:
            raise SharedAnalysisError(
                f"The environment cannot be built: {' / '.join(self._lines()[-3:])}",
                "requirements.txt",
                "without an index, give a folder with every wheel: --wheels FOLDER (see shared-analysis wheelhouse)",
            )

    def _lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()

    def _progress(self) -> str:
        """Read how far pip is; uv does not say, and is soon done."""
        lines = self._lines()
        if any(line.startswith("Installing collected") for line in lines):
            return "every package is here, and is being unpacked"
        fetched = sum(line.startswith(("Collecting ", "Processing ")) for line in lines)
        ignored = sum(line.startswith("Ignoring ") for line in lines)
        needed = len(statements(self.folder / "requirements.txt")) - ignored
        return f"{fetched} of {needed} packages" if fetched else "at work"


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    """Wait a while for a process; return its code, or None if it is not at its end."""
    try:
        return process.wait(_WHILE)
    except subprocess.TimeoutExpired:
        return None


def _probed(python: Path, origin: str) -> Environment:
    words = [str(python), *_OWN_CODE_ONLY, "-c", _PROBE]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SharedAnalysisError("This Python does not run.", str(python), "name another")
    version, system, machine, told = json.loads(answer.stdout)
    folders = {Path(folder) for folder in told}
    folders |= {folder for folder in python.parents[:2] if (folder / "pyvenv.cfg").is_file()}
    return Environment(python, origin, version, f"{system} {machine}", tuple(sorted(folders)))
