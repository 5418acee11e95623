"""Sets up what a command sees in new namespaces, and runs it there; a script by itself, which ``unshare`` starts.

See :mod:`isolation`, which says what is to be where. The steps are those of bubblewrap: a new root on a file system in
memory, everything else bound into it, the old root taken away (``pivot_root(2)``), and no rights over any of that.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import struct
import sys
from pathlib import Path

_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_REMOUNT, _BIND, _ALL_BELOW, _PRIVATE, _DETACH = 1 << 5, 1 << 12, 1 << 14, 1 << 18, 2
_SET_ATTRIBUTES, _HERE, _RECURSIVE = 442, -100, 0x8000  # mount_setattr(2), of Linux 5.12
_NEW_USERS = 0x10000000
_SET_FLAGS, _UP = 0x8914, 0x1 | 0x40
_DROP_RIGHT, _NO_NEW_RIGHTS = 24, 38
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_STREAMS = {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}


def main(user: int, group: int, mounts: list[list[str]], folder: str, command: list[str]) -> int:
    """Set everything up, run the command as the user who asked for it, and wait for it; return its exit code."""
    os.umask(0o022)
    _loopback()
    socket.sethostname("isolated")
    processes = os.open("/proc", os.O_PATH)
    _mount("none", "/", None, _ALL_BELOW | _PRIVATE)
    base = "/tmp"  # noqa: S108  # any folder that is there: what is mounted on it, only this process sees
    _mount("tmpfs", base, "tmpfs", _NO_SETUID | _NO_DEVICES)
    for name in ("old", "new"):
        Path(base, name).mkdir()
    _pivot(base, "old")
    _mount("tmpfs", "/new", "tmpfs", _NO_SETUID | _NO_DEVICES, b"mode=755")
    for how, what, where in mounts:
        _put(how, what, Path(f"/new{where}"))
    _call(_C.umount2, b"/old", _DETACH)
    _pivot("/new", ".")
    _call(_C.umount2, b".", _DETACH)
    _mount("none", "/", None, _REMOUNT | _BIND | _READ_ONLY | _NO_SETUID | _NO_DEVICES)
    child = os.fork()
    if not child:
        _give_up_rights(user, group, processes)
        os.chdir(folder)
        os.execv(command[0], command)  # noqa: S606
    os.close(processes)
    while True:  # the first process of a namespace has to collect those whose parents are gone
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


_C = ctypes.CDLL(None, use_errno=True)


def _pivot(root: str, old: str) -> None:
    """Take a mount as the root; the root until then is mounted at a path below it."""
    os.chdir(root)
    _call(_C.pivot_root, b".", old.encode())
    os.chdir("/")


def _put(how: str, what: str, where: Path) -> None:
    if how == "link":
        where.parent.mkdir(parents=True, exist_ok=True)
        where.symlink_to(what)
        return
    what = f"/old{what}"
    if how in ("read", "write") and not Path(what).is_dir():
        where.parent.mkdir(parents=True, exist_ok=True)
        where.touch()
    else:
        where.mkdir(parents=True, exist_ok=True)
    if how in ("read", "write"):
        _bind(what, where, _READ_ONLY if how == "read" else 0)
    elif how == "proc":
        _mount("proc", str(where), "proc", _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS)
    elif how == "tmpfs":
        _mount("tmpfs", str(where), "tmpfs", _NO_SETUID | _NO_DEVICES)
    else:
        _mount("tmpfs", str(where), "tmpfs", _NO_SETUID | _NO_DEVICES, b"mode=755")
        for name in _DEVICES:
            (where / name).touch()
            _mount(f"/old/dev/{name}", str(where / name), None, _BIND)
        for name, end in _STREAMS.items():
            (where / name).symlink_to(f"/proc/self/fd{end}")
        (where / "shm").mkdir()
        (where / "shm").chmod(0o1777)


def _bind(what: str, where: Path, flags: int) -> None:
    """Show a file or a folder at another path, with what is mounted in it, and all of that with some flags."""
    _mount(what, str(where), None, _BIND | _ALL_BELOW)
    attributes = struct.pack("4Q", flags | _NO_SETUID, 0, 0, 0)
    _call(_C.syscall, _SET_ATTRIBUTES, _HERE, os.fsencode(where), _RECURSIVE, attributes, len(attributes))


def _mount(what: str, where: str, kind: str | None, flags: int, options: bytes | None = None) -> None:
    _call(_C.mount, os.fsencode(what), os.fsencode(where), kind and kind.encode(), ctypes.c_ulong(flags), options)


def _call(function: ctypes._NamedFuncPointer, *arguments: object) -> None:
    if function(*arguments) < 0:
        number = ctypes.get_errno()
        shown = next((word.decode() for word in arguments if isinstance(word, bytes) and word.startswith(b"/")), "")
        raise SystemExit(f"{os.strerror(number)}: {function.__name__} {shown}")


def _loopback() -> None:
    """Let what runs in the namespace reach itself: kernels of notebooks are spoken to that way."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


def _give_up_rights(user: int, group: int, processes: int) -> None:
    """Become the user again, in a namespace that has no rights over the mounts of the one around it."""
    _call(_C.unshare, _NEW_USERS)
    for name, content in {"setgroups": "deny", "uid_map": f"{user} 0 1", "gid_map": f"{group} 0 1"}.items():
        file = os.open(f"self/{name}", os.O_WRONLY, dir_fd=processes)
        os.write(file, content.encode())
        os.close(file)
    for right in range(64):  # those that this kernel does not know it refuses
        _C.prctl(_DROP_RIGHT, right, 0, 0, 0)
    _call(_C.prctl, _NO_NEW_RIGHTS, 1, 0, 0, 0)


if __name__ == "__main__":
    _, _user, _group, _mounts, _folder, *_command = sys.argv
    sys.exit(main(int(_user), int(_group), json.loads(_mounts), _folder, _command))
