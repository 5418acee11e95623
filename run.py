"""Set up everything and do one thing: `python run.py demo` or `python run.py test`.

Needs Python 3.11 to 3.14 and git; uses uv where there is one, venv and pip where not. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
LESS = """\
   Less of them: python run.py test -m "not slow"         in minutes
                 python run.py test tests/unit/linkage    in seconds"""


def main() -> int:
    """Read the command and run it."""
    for stream in (sys.stdout, sys.stderr):  # a folder's name may hold what the console's code page cannot write
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        sys.exit(f"Python 3.11 to 3.14 is needed; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    demo_command = commands.add_parser("demo", help="make a demo project, run its pipeline, say where the report is")
    demo_command.add_argument("folder", nargs="?", default="demo", type=Path, help="where to make it (default: demo)")
    commands.add_parser("test", help="run the tests; what follows goes to pytest", add_help=False)
    arguments, rest = parser.parse_known_args()
    if rest and arguments.command != "test":
        parser.error(f"what is {' '.join(rest)}?")
    try:
        return demo(arguments.folder.resolve()) if arguments.command == "demo" else test(rest)
    except subprocess.CalledProcessError as error:
        print(f"\nThis step failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return error.returncode or 1
    except KeyboardInterrupt:
        return 130


def demo(folder: Path) -> int:
    """Make a project with the default answers in ``folder``, install it and run its pipeline."""
    if shutil.which("git") is None:
        sys.exit("git is needed and was not found: install it, then run this again.")
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: name another folder, as in `python run.py demo my-demo`, or remove it.")
    started = time.monotonic()
    starter = environment(ROOT / ".venv-starter", ROOT / "requirements-starter.txt")
    folder.mkdir(parents=True, exist_ok=True)
    say("Making a project with the default answers")
    # Its own "next steps" are what follows here.
    call(starter, "-m", "cookiecutter", ROOT, "--no-input", "--output-dir", folder, quiet=True)
    (project,) = (path for path in folder.iterdir() if path.is_dir())
    if not (project / ".git").exists():  # made inside another repository: DVC wants one that does not ignore it
        run("git", "init", "--quiet", project)
    python = environment(project / ".venv", project / "requirements.txt")
    say("Running its pipeline: dvc repro")
    pipeline = time.monotonic()
    call(python, "-m", "dvc", "repro", cwd=project)
    done = time.monotonic()
    say(f"Done in {done - started:.0f} s, of which the pipeline took {done - pipeline:.0f} s")
    print(f"The report:  {project / 'reports' / 'index.html'}")
    print(f"The project: {project}")
    return 0


def test(options: list[str]) -> int:
    """Run pytest in the maintainers' environment, where the shared package is installed from its source.

    Where the options name no file or folder of tests, every processor takes its share of them.
    """
    python = environment(ROOT / ".venv", ROOT / "requirements-dev.txt", editable=ROOT / "shared_analysis")
    which = "The tests" if options else "All tests"
    if any((ROOT / option.partition("::")[0]).exists() for option in options):
        say(f"{which} that match {' '.join(options)}")
        shared = []
    else:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        say(f"{which} {' '.join(options)}".rstrip() + f", {workers} at a time")
        print(LESS, flush=True)
        shared = ["-n", str(workers), "--dist", "worksteal"]
    return subprocess.run([python, "-m", "pytest", *shared, *options], cwd=ROOT, env=clean(python)).returncode


def environment(folder: Path, lock: Path, editable: Path | None = None) -> Path:
    """Make or refresh a virtual environment from a lock with hashes; return its Python."""
    python = folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    stamp = folder / "made-from.txt"
    settings = (editable / "pyproject.toml").read_bytes() if editable else b""
    digest = hashlib.sha256(lock.read_bytes() + settings).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    uv = shutil.which("uv")
    say(f"Installing {lock.relative_to(lock.parent.parent)} with {'uv' if uv else 'pip'}")
    # Relative paths in a lock (the vendored wheel) are read from the working directory.
    if uv:
        run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
        run(uv, *sync(python, lock), cwd=lock.parent)
        if editable:
            run(uv, "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--python", python, "-e", editable)
    else:
        run(sys.executable, "-m", "venv", "--clear", folder)
        pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        if not by_locked_uv(python, lock):
            run(*pip, "--require-hashes", "-r", lock, cwd=lock.parent)
        if editable:
            run(*pip, "--no-deps", "--no-build-isolation", "-e", editable)
    stamp.write_text(digest, encoding="utf-8")
    return python


def sync(python: Path, lock: Path) -> tuple[object, ...]:
    """Return the words that let uv install exactly what a lock names, each package held to its hash.

    It compiles every module, as pip does: otherwise each of hundreds of processes compiles what it imports where
    ``PYTHONDONTWRITEBYTECODE`` is set, and all that are started together do so anywhere.
    """
    return ("pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python, lock)


def by_locked_uv(python: Path, lock: Path) -> bool:
    """Install a lock with the uv that the lock itself names, in a fifth of pip's time; say whether that was possible.

    pip installs that uv, held to its hash, into the new environment; uv is told pip's index, whose settings it does not
    read. Where the lock names no uv, or uv cannot reach the index, it is left to pip.
    """
    entry = re.search(r"^uv==.*?(?=^\S|\Z)", lock.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if entry is None:
        return False
    alone = python.parents[1] / "uv.txt"
    alone.write_text(entry[0], encoding="utf-8")
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-deps", "--require-hashes", "-r", alone)
    settings = subprocess.run([*pip, "config", "list"], capture_output=True, encoding="utf-8", check=True).stdout
    index = re.findall(r"\.index-url='(.+)'$", settings, re.MULTILINE)
    variables = {"UV_SYSTEM_CERTS": "1", **os.environ, **({"UV_DEFAULT_INDEX": index[-1]} if index else {})}
    done = subprocess.run([python, "-m", "uv", *sync(python, lock)], cwd=lock.parent, env=variables)
    return done.returncode == 0


def call(python: Path, *arguments: object, cwd: Path = ROOT, quiet: bool = False) -> None:
    """Run Python of an environment as if that environment were active."""
    command = [str(part) for part in (python, *arguments)]
    subprocess.run(command, cwd=cwd, env=clean(python), check=True, stdout=subprocess.DEVNULL if quiet else None)


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a program and stop at its failure."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def clean(python: Path) -> dict[str, str]:
    """Make the environment variables of an activated virtual environment."""
    variables = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}
    variables["PATH"] = os.pathsep.join([str(python.parent), variables.get("PATH", "")])
    for name in ("PYTHONHOME", "PYTHONPATH"):
        variables.pop(name, None)
    return variables


def say(line: str) -> None:
    """Print a step's heading at once, also where output is piped."""
    print(f"\n== {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
