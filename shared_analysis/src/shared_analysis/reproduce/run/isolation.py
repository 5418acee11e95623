"""Stages without the rest of the computer: no network, only system folders to read, only the clean place to write.

Linux alone can do this for a user without special rights: by bubblewrap, the sandbox of Flatpak
(https://github.com/containers/bubblewrap), or else by ``unshare`` of util-linux. Both make namespaces, see
``namespaces(7)``: of mounts, so that nothing else is in sight; of the network, so that there is none but the loopback
of the stage itself; of processes, so that none is seen outside, and none is left when the command ends; and of users,
so that this takes no rights.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.run import namespace

NONE = "none: the stages ran with the rights of the person who ran this, in reach of the same files and network"
_KEPT_OUT = (
    "no network; of all files only system folders and the environment, which could not be written, and the clean place;"
    " an empty home folder; no process outlived its stage"
)
_WHAT_NEXT = "install bubblewrap (Debian, Ubuntu: apt install bubblewrap), or leave out --isolate"
_ELSEWHERE = "verify in a virtual machine with Linux (on Windows: WSL 2), or leave out --isolate"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
_ETC = (
    *("alternatives", "ca-certificates", "fonts", "group", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"),
    *(
        "locale.alias",
        "localtime",
        "mime.types",
        "nsswitch.conf",
        "passwd",
        "pki",
        "protocols",
        "services",
        "ssl/certs",
    ),
    *("ssl/openssl.cnf", "timezone"),
)
"""What programs read of ``/etc``: nothing that holds a key, a password, or where something is."""
_CPUS = "/sys/devices/system"
"""How many processors there are: with other numbers of threads, the last digits of sums differ."""
_WHOLE = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")
"""What a superuser may write, even one without rights, and change the whole computer by that."""
_FACTS = ("cpuinfo", "meminfo", "stat", "version", "filesystems")
"""What programs read of ``/proc`` that is of no process, for where it cannot be mounted, as in some containers."""


@dataclass(frozen=True)
class View:
    """What a command may see of the computer, beside system folders.

    Parameters
    ----------
    readable
        Files and folders that it may read.
    writable
        Folders that it may write too.
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]


@dataclass(frozen=True)
class Isolation:
    """A way to run a command apart from the rest of the computer, which has been tried and works here."""

    name: str
    program: str
    facts_only: bool
    _argv: Callable[[str, list[list[str]], Path, list[str]], list[str]]

    @property
    def description(self) -> str:
        """What it is, and what it keeps from the stages, in words for a certificate."""
        return f"{self.name}: {_KEPT_OUT}"

    def wrap(self, command: list[str], folder: Path, view: View) -> list[str]:
        """Return the arguments that run a command in a folder, with no sight of anything but a view.

        Parameters
        ----------
        command
            The command. It gets the variables with which the returned arguments are run.
        folder
            Where it runs; in the view.
        view
            What it may see beside system folders.
        """
        return self._argv(self.program, list(_mounts(view, facts_only=self.facts_only)), folder, command)

    def confirm(self, python: Path, view: View, hidden: Iterable[Path]) -> None:
        """See with a Python of the view that it starts there, and finds neither network nor some paths.

        Raises
        ------
        SharedAnalysisError
            If anything of that is otherwise.
        """
        paths = [str(path) for path in hidden if path.exists()]
        command = [str(python), "-I", "-S", "-c", _CONFIRM, *paths]
        folder = view.writable[0]
        done = subprocess.run(
            self.wrap(command, folder, view),
            env={"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or done.stdout.strip() != "apart":
            fault = (done.stdout + done.stderr).strip().splitlines() or [f"it ended with {done.returncode}"]
            raise SharedAnalysisError(
                f"The stages cannot be isolated with this Python: {fault[-1]}.",
                str(python),
                "name a Python that does not lie in your copy of the project, or leave out --isolate",
            )


_CONFIRM = """
import os, socket, sys
seen = [path for path in sys.argv[1:] if os.path.lexists(path)]
networks = [name for _, name in socket.if_nameindex() if name != "lo"]
print(f"{seen[0]} is in sight" if seen else "there is a network" if networks else "apart")
"""


@cache
def find_isolation() -> Isolation:
    """Find what isolates stages on this computer, and see that it works.

    Raises
    ------
    SharedAnalysisError
        If nothing does.
    """
    if sys.platform != "linux":
        raise SharedAnalysisError("Only Linux can isolate the stages.", "--isolate", _ELSEWHERE)
    faults: list[str] = []
    for program in PROGRAMS:
        for facts_only in (False, True):  # some containers let nobody mount /proc
            isolation, fault = try_isolation(program, facts_only=facts_only)
            if isolation:
                return isolation
        faults.append(f"{program}: {fault}")
    step = f"let users make namespaces; {_ELSEWHERE}" if shutil.which("bwrap") else _WHAT_NEXT
    raise SharedAnalysisError(
        f"The stages cannot be isolated on this computer: {'; '.join(faults)}.", "--isolate", step
    )


def try_isolation(program: str, *, facts_only: bool = False) -> tuple[Isolation | None, str]:
    """Run a trivial command apart from the rest; return how, or why that cannot be done.

    Parameters
    ----------
    program
        One of ``PROGRAMS``.
    facts_only
        Do without a ``/proc`` of its own.
    """
    path = shutil.which(program)
    if path is None:
        return None, "not installed"
    isolation = Isolation(_version(path, program), path, facts_only, PROGRAMS[program])
    command = isolation.wrap(["/bin/sh", "-c", "echo apart"], Path("/"), View((), ()))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.stdout == "apart\n" and not done.returncode:
        return isolation, ""
    return None, (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]


def _version(program: str, name: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = done.stdout.split()[-1:] or ["of unknown version"]
    return f"{'bubblewrap' if name == 'bwrap' else 'unshare of util-linux'} {number[0]}"


def _mounts(view: View, *, facts_only: bool) -> Iterator[list[str]]:
    """Yield what is where in the view, in order: how, what, where."""
    yield ["tmpfs", "", "/tmp"]  # noqa: S108
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield ["link", str(path.readlink()), name]
        elif path.is_dir():
            yield ["read", name, name]
    for name in (*(f"/etc/{name}" for name in _ETC), _CPUS):
        if Path(name).exists():
            yield ["read", str(Path(name).resolve()), name]
    yield ["dev", "", "/dev"]
    if facts_only:
        for name in _FACTS:
            yield ["read", f"/proc/{name}", f"/proc/{name}"]
    else:
        yield ["proc", "", "/proc"]
        for name in filter(os.path.exists, _WHOLE):
            yield ["read", name, name]
    for how, paths in (("read", view.readable), ("write", view.writable)):
        for path in sorted(set(paths), key=lambda path: len(path.parts)):
            if path.exists() and not (how == "read" and path.is_relative_to("/usr")):
                yield [how, str(path.resolve()), str(path)]


def _bubblewrap(program: str, mounts: list[list[str]], folder: Path, command: list[str]) -> list[str]:
    options = {"read": "--ro-bind", "write": "--bind", "link": "--symlink"}
    given = [
        word
        for how, what, where in mounts
        for word in ([options[how], what, where] if how in options else [f"--{how}", where])
    ]
    apart = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "isolated"]
    return [program, *apart, *given, "--remount-ro", "/", "--chdir", str(folder), "--", *command]


def _unshare(program: str, mounts: list[list[str]], folder: Path, command: list[str]) -> list[str]:
    apart = ["--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
    inside = [sys.executable, "-I", "-S", str(Path(namespace.__file__)), str(os.getuid()), str(os.getgid())]
    return [program, *apart, "--", *inside, json.dumps(mounts), str(folder), *command]


PROGRAMS = {"bwrap": _bubblewrap, "unshare": _unshare}
"""What can isolate, from the better to the worse, and how it is told what to do."""
