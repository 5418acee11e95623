"""The package index that this machine is set up with, asked through pip: mirrors, proxies and sign-ins are its own."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.wheelhouse.interpreters import python_of
from shared_analysis.wheelhouse.requirements import Pin
from shared_analysis.wheelhouse.targets import Target
from shared_analysis.writing import write_file

_FETCHED = re.compile(r"^\s*(?:Downloading|Using cached|Processing) (\S+)")
_NONE = re.compile(r"No matching distribution found for ([^\s=]+)")
_UNREACHED = re.compile(r"Could not fetch URL (\S+): (?!404 )(.+?)(?: - skipping)?$", re.MULTILINE)
# pip builds some packages only to read what they need, which takes many minutes: let them fail at once instead.
_NO_COMPILER = dict.fromkeys(("CC", "CXX", "FC", "RUSTC"), "there-is-no-compiler")
_MISMATCH = re.compile(r"^ {4}(\S+) from .+:$", re.MULTILINE)

_Say = Callable[[str], None]


class PackageIndex:
    """Fetches files of packages into a folder of its own.

    Parameters
    ----------
    folder
        Where to work: empty, and not needed afterwards.

    Raises
    ------
    SharedAnalysisError
        If there is no pip, and this Python cannot bring one along.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = folder / "files"
        self._python = Path(sys.executable) if importlib.util.find_spec("pip") else self._with_pip()

    def wheels(self, pins: Sequence[Pin], target: Target, say: _Say) -> list[Path]:
        """Fetch the wheel of each package that fits a target; leave out packages that have none.

        Raises
        ------
        SharedAnalysisError
            If no index answers, a hash is not the lock's, or pip fails in another way.
        """
        wanted = list(pins)
        while wanted:
            code, output = self._download(wanted, "--only-binary", ":all:", *target.options, say=say)
            if code == 0:
                return sorted(self._files.iterdir())
            _refuse_mismatch(output)
            absent = set(_NONE.findall(output))
            if not absent:
                raise _failed(output)
            self._refuse_silence(next(pin for pin in wanted if pin.name in absent))
            wanted = [pin for pin in wanted if pin.name not in absent]  # pip names one, then stops
        return []

    def source(self, pin: Pin, say: _Say) -> Path | None:
        """Fetch the source of a package, if there is any and it builds without a compiler: a wheel for every machine.

        Raises
        ------
        SharedAnalysisError
            If no index answers, or a hash is not the lock's.
        """
        code, output = self._download([pin], "--no-binary", pin.name, say=say, variables=_NO_COMPILER)
        _refuse_mismatch(output)
        if code:
            self._refuse_silence(pin)
            return None
        (file,) = self._files.iterdir()
        built = self._folder / "built"
        remove_folder(built)
        code, _ = self._pip("wheel", "--no-deps", "-w", str(built), str(file), variables=_NO_COMPILER)
        return None if code or any(not path.name.endswith("-none-any.whl") for path in built.iterdir()) else file

    def _download(
        self, pins: Sequence[Pin], *options: str, say: _Say, variables: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, str]:
        remove_folder(self._files)
        names = self._folder / "wanted.txt"
        write_file(names, "".join(f"{pin.line}\n" for pin in pins).encode(), within=self._folder)
        fixed = ("download", "--no-deps", "--require-hashes", "--progress-bar", "off")
        return self._pip(*fixed, *options, "-r", str(names), "-d", str(self._files), say=say, variables=variables)

    def _pip(
        self, *arguments: str, say: _Say = lambda _: None, variables: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, str]:
        """Run pip; say which files it fetches as it does; return its exit code and its output."""
        options = ["--no-input", "--disable-pip-version-check", "--retries", "1"]
        here = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        lines = []
        with subprocess.Popen(
            [str(self._python), "-P", "-m", "pip", *options, *arguments],  # never a pip.py of the project
            env={**here, "PYTHONUTF8": "1", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as pip:
            for line in pip.stdout or ():
                lines.append(line)
                file = _FETCHED.match(line)
                if file and not file[1].endswith(".metadata"):
                    say(re.split(r"[/\\]", file[1])[-1])
        return pip.returncode, "".join(lines)

    def _with_pip(self) -> Path:
        """Make an environment with the pip that Python brings along; uv makes environments without one."""
        environment = self._folder / "pip"
        try:
            venv.create(environment, with_pip=True)
        except (OSError, subprocess.CalledProcessError):
            raise SharedAnalysisError(
                "There is no pip here to fetch packages with.", sys.executable, "install it: uv pip install pip"
            ) from None
        return python_of(environment)

    def _refuse_silence(self, pin: Pin) -> None:
        """Refuse to call a package absent when an index did not answer; only pip's log tells, which slows it down."""
        path = self._folder / "pip.log"
        path.unlink(missing_ok=True)
        self._download([pin], "--only-binary", ":all:", "--log", str(path), say=lambda _: None)
        log = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        unreached = _UNREACHED.search(log)
        if unreached:
            raise SharedAnalysisError(
                f"A package index does not answer: {re.sub('//[^/@]+@', '//', unreached[2])}",
                urlsplit(unreached[1]).hostname,
                "connect, or name your organisation's mirror: python -m pip config set global.index-url ADDRESS",
            )


def _refuse_mismatch(output: str) -> None:
    if "DO NOT MATCH THE HASHES" in output:
        named = ", ".join(dict.fromkeys(_MISMATCH.findall(output)))
        raise SharedAnalysisError(
            f"The index offers a file with another hash than the lock names: {named}. It was not kept.",
            "requirements.txt",
            "ask whoever keeps the index; if it never had the right file, make the lock again",
        )


def _failed(output: str) -> SharedAnalysisError:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line[7:] for line in lines if line.lower().startswith("error: ")]
    last = errors or lines[-1:] or ["it said nothing"]
    return SharedAnalysisError(
        f"pip cannot fetch packages: {last[0]}", "python -m pip download", "see what pip says there"
    )
