"""Set up everything and do one thing: `python run.py demo` or `python run.py test`.

Needs Python 3.11 to 3.14 and git. Installs with uv, which the locks bring along, and with pip where uv cannot run.
Standard library only.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
QUIET = 4.0  # seconds after which a line says that the work goes on
spoke = [time.monotonic()]  # when the last line was printed
Words = Sequence[object]
UV_NAMES = {
    "index-url": ["UV_DEFAULT_INDEX"],
    "extra-index-url": ["UV_INDEX"],
    "find-links": ["UV_FIND_LINKS"],
    "proxy": ["HTTP_PROXY", "HTTPS_PROXY"],
    "cert": ["SSL_CERT_FILE"],
    "client-cert": ["SSL_CLIENT_CERT"],
    "trusted-host": ["UV_INSECURE_HOST"],
    "timeout": ["UV_HTTP_TIMEOUT"],
    "default-timeout": ["UV_HTTP_TIMEOUT"],
}
"""What uv calls pip's settings."""
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
    python = environment(project / ".venv", project / "requirements.txt", uv=(starter, "-m", "uv"))
    say("Running its pipeline: dvc repro")
    pipeline = time.monotonic()
    run(python, "-m", "dvc", "repro", cwd=project, variables=clean(python))
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


def environment(folder: Path, lock: Path, editable: Path | None = None, uv: Words = ()) -> Path:
    """Make or refresh a virtual environment from a lock with hashes; return its Python.

    Where no uv is on the path, ``uv`` says how to call another environment's, and the lock may name one.
    """
    python = folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    stamp = folder / "made-from.txt"
    settings = (editable / "pyproject.toml").read_bytes() if editable else b""
    digest = hashlib.sha256(lock.read_bytes() + settings).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    say(f"Installing {lock.relative_to(lock.parent.parent)}")
    on_path = shutil.which("uv")
    # Python compiles what is imported, once; compiling all pays where hundreds of processes start, or none may write.
    dear = editable is not None or bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    if on_path:
        run(on_path, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
        done = install([on_path], python, lock, dear)
    else:
        run(sys.executable, "-m", "venv", "--clear", folder)
        uv = uv if uv and works(uv) else locked_uv(python, lock)
        done = bool(uv) and install(uv, python, lock, dear)
    if not done:
        if on_path or uv:  # begin again
            run(sys.executable, "-m", "venv", "--clear", folder)
        if not install((), python, lock, dear):
            sys.exit("The packages could not be installed: pip says why above.")
    if editable:
        words = ("--no-deps", "--no-build-isolation", "-e", editable)
        if on_path and done:  # there is no pip in what uv made
            run(on_path, "pip", "install", "--quiet", "--python", python, *words)
        else:
            run(*pip(python, "install"), "--quiet", *words)
    stamp.write_text(digest, encoding="utf-8")
    return python


def install(uv: Words, python: Path, lock: Path, compiled: bool) -> bool:
    """Install exactly what a lock names, each package held to its hash; say how far it is, and whether it went well.

    The lock is complete, so pip need not look for what each package asks for. The tools that build what comes as source
    are those of the lock, installed first: otherwise they would be fetched apart from it, without a hash.
    """
    text = lock.read_text(encoding="utf-8")
    builders = [part for name in ("setuptools", "wheel") if (part := entry(name, text))]
    # Read from the lock's folder: a path in it (the vendored wheel) is relative. uv is not needed where it cannot run.
    whole = text if uv else text.replace(entry("uv", text), "")
    for part in ["".join(builders), whole] if builders else [whole]:
        alone = python.parents[1] / "installing.txt"
        alone.write_text(part, encoding="utf-8")
        options: Words = ("--require-hashes", *(("--no-build-isolation",) if builders else ()))
        if uv:
            options = (*options, "--compile-bytecode" if compiled else "--no-compile-bytecode")
            command = [*uv, "pip", "sync", *options, "--python", python, alone]
        else:
            options = (*options, "--compile" if compiled else "--no-compile")
            command = [*pip(python, "install"), "--no-deps", *options, "-r", alone]
        progress = Installation(python, part, "uv" if uv else "pip")
        variables = clean(python) if not uv or len(uv) == 1 else uv_settings(python)
        if follow(command, lock.parent, variables, progress.tell, progress.waiting):
            print("\n".join(progress.lines[-15:]), file=sys.stderr, flush=True)
            if uv:
                speak("uv could not install them; pip tries, more slowly")
            return False
    speak(f"{progress.installed} packages are installed, by {progress.tool}")
    return True


class Installation:
    """How far an installation is, from what its tool prints and from what is in the environment by now."""

    def __init__(self, python: Path, lock: str, tool: str) -> None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.packages = python.parents[1] / ("Lib" if os.name == "nt" else f"lib/{version}") / "site-packages"
        self.total = len(re.findall(r"^(?:\S+==|\./)", lock, re.MULTILINE))
        self.tool, self.started, self.found = tool, time.monotonic(), 0
        self.lines: list[str] = []

    def tell(self, line: str) -> None:
        """Take note of a line of the tool's."""
        self.lines.append(line)
        self.found += line.startswith(("Collecting ", "Processing "))

    def waiting(self) -> str:
        """Say how far it is."""
        if self.found and not self.lines[-1].startswith("Installing collected packages"):
            done = f"fetched {self.found}"
        else:
            done = f"installed {self.installed}"
        return f"{time.monotonic() - self.started:6.0f} s  {self.tool} {done} of {self.total} packages"

    @property
    def installed(self) -> int:
        """How many packages are there; the lock names a few that are for other systems."""
        return min(self.total, len(list(self.packages.glob("*.dist-info"))))


def entry(name: str, lock: str) -> str:
    """Return what a lock says of a package: its version and hashes."""
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def locked_uv(python: Path, lock: Path) -> Words:
    """Let pip install the uv that a lock names, held to its hash, into a new environment; say how to call it.

    It installs the rest in a fraction of pip's time. Some machines run only programs that their administrators have
    signed, and some indexes do not hold it: then this returns nothing.
    """
    named = entry("uv", lock.read_text(encoding="utf-8"))
    if not named:
        return ()
    alone = python.parents[1] / "installing.txt"
    alone.write_text(named, encoding="utf-8")
    try:
        run(*pip(python, "install"), "--quiet", "--no-deps", "--require-hashes", "-r", alone)
    except subprocess.CalledProcessError:
        return ()
    uv = (python, "-m", "uv")
    return uv if works(uv) else ()


def works(uv: Words) -> bool:
    """Say whether this uv may run here."""
    try:
        return subprocess.run([*map(str, uv), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def uv_settings(python: Path) -> dict[str, str]:
    """Say pip's settings in the words of uv, which does not read them: indexes, proxy and certificates.

    Packages are taken from any of the indexes, as pip takes them; the hash decides which is the right one.
    """
    listed = subprocess.run([*pip(python, "config"), "list"], capture_output=True, encoding="utf-8", errors="replace")
    rank = ("global.", "install.", ":env:.")  # the last that says a thing counts
    variables = {"UV_SYSTEM_CERTS": "1", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for start in rank:
        for line in listed.stdout.splitlines():
            name, _, value = line.partition("=")
            if not name.startswith(start) or value[:1] not in ("'", '"'):
                continue
            values = str(ast.literal_eval(value)).split()
            for variable in UV_NAMES.get(name.rpartition(".")[2], ()):
                variables[variable] = ("," if variable == "UV_FIND_LINKS" else " ").join(values)
    return variables | clean(python)


def pip(python: Path, command: str) -> list[str]:
    """Begin a command of an environment's pip."""
    return [str(python), "-m", "pip", "--disable-pip-version-check", command]


class Speaking:
    """A program that prints for itself; what it printed last is said again while it prints nothing."""

    def __init__(self, what: str) -> None:
        self.last, self.since = what, time.monotonic()

    def tell(self, line: str) -> str:
        """Take note of a line, which is printed."""
        if line.strip():
            self.last, self.since = line.strip(), time.monotonic()
        return line

    def waiting(self) -> str:
        """Say for how long there was no other line."""
        return f"{time.monotonic() - self.since:6.0f} s  {self.last}"


def follow(
    command: Words, cwd: Path, variables: dict[str, str], tell: Callable[[str], str | None], waiting: Callable[[], str]
) -> int:
    """Run a program and print a line at least every ``QUIET`` seconds: what ``tell`` makes of its, or ``waiting``."""
    words = [str(word) for word in command]
    process = subprocess.Popen(
        words,
        cwd=cwd,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line.rstrip())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        shown = None
        try:
            line = lines.get(timeout=max(0.0, spoke[0] + QUIET - time.monotonic()))
        except queue.Empty:
            pass
        else:
            if line is None:
                return process.wait()
            shown = tell(line)
        if shown is None and time.monotonic() >= spoke[0] + QUIET:
            shown = waiting()
        if shown is not None:
            speak(shown)


def call(python: Path, *arguments: object, cwd: Path = ROOT, quiet: bool = False) -> None:
    """Run Python of an environment as if that environment were active."""
    command = [str(part) for part in (python, *arguments)]
    subprocess.run(command, cwd=cwd, env=clean(python), check=True, stdout=subprocess.DEVNULL if quiet else None)


def run(*command: object, cwd: Path = ROOT, variables: dict[str, str] | None = None) -> None:
    """Run a program and stop at its failure."""
    what = " ".join([Path(str(command[0])).stem, *map(str, command[1:])])
    program = Speaking(what if len(what) < 80 else f"{what[:76]} ...")
    code = follow(command, cwd, variables or dict(os.environ), program.tell, program.waiting)
    if code:
        raise subprocess.CalledProcessError(code, [str(word) for word in command])


def clean(python: Path) -> dict[str, str]:
    """Make the environment variables of an activated virtual environment."""
    variables = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}
    variables["PATH"] = os.pathsep.join([str(python.parent), variables.get("PATH", "")])
    for name in ("PYTHONHOME", "PYTHONPATH", "UV_NO_VERIFY_HASHES"):
        variables.pop(name, None)
    return variables


def say(line: str) -> None:
    """Print a step's heading."""
    speak(f"\n== {line}")


def speak(line: str) -> None:
    """Print a line at once, also where output is piped, and take note of when."""
    print(line, flush=True)
    spoke[0] = time.monotonic()


if __name__ == "__main__":
    sys.exit(main())
