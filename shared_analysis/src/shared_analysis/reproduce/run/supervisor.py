"""Runs one command to its end, and then ends whatever the command has started and left running.

It is a script by itself, which Python starts without the packages of any environment: it stands between the run and
each stage, and has to start in a moment. The command follows ``--``. The run holds the other end of its standard input:
when that closes, because the run has ended in whatever way, everything ends.

On Linux what outlives its parents becomes a child of this process (``PR_SET_CHILD_SUBREAPER``, see ``prctl(2)``), so
that nothing can get away by forking twice. On Windows everything belongs to a job object, which nothing can leave.
On macOS the process group ends, and what has left it is known by a variable, unless it has taken that away.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator

KILLED = 137
"""The exit code of a command that was ended, as a shell gives it."""
STAYED = 70
"""The exit code where something that the command left would not end."""
_PATIENCE = 10.0
_MARK = "SHARED_ANALYSIS_STAGE"
_SUBREAPER = 36
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "armv7l": 311, "i686": 288, "ppc64le": 271, "s390x": 280}
_NEW_SESSION_OF_KEYS = 1


def main(command: list[str]) -> None:
    """Run a command: arguments, or on Windows one string for its shell; end with its exit code."""
    if sys.platform == "win32":
        _in_a_job(command[0])
    else:
        os._exit(_supervise(command))


if sys.platform == "win32":

    def _in_a_job(command: str) -> None:
        import ctypes
        import subprocess
        import threading

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        # JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only LimitFlags is set: the fifth field of its first part.
        limits = (ctypes.c_byte * (144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112))()
        ctypes.c_uint32.from_buffer(limits, 16).value = 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        kernel.SetInformationJobObject(job, 9, ctypes.byref(limits), len(limits))
        if not kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess())):
            sys.exit(STAYED)
        process = subprocess.Popen(command, shell=True, stdin=subprocess.DEVNULL)  # noqa: S602  # the project's own

        def watch() -> None:
            sys.stdin.buffer.read()
            kernel.TerminateJobObject(job, KILLED)

        threading.Thread(target=watch, daemon=True).start()
        kernel.TerminateJobObject(job, ctypes.c_uint32(process.wait()))

else:
    import select
    import signal

    def _supervise(command: list[str]) -> int:
        _become_subreaper()
        _leave_keys_behind()
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writing)
        mark = f"{os.getpid()}-{os.urandom(8).hex()}"
        child = os.posix_spawn(
            command[0],
            command,
            {**os.environ, _MARK: mark},
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
            setpgroup=0,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD],
        )
        code = None
        while code is None:
            ready, _, _ = select.select([0, reading], [], [])
            if 0 in ready:
                code = KILLED
            else:
                os.read(reading, 4096)
                code = _reaped().get(child)
        ended = _end_group(child, mark) if sys.platform == "darwin" else _end_children()
        return code if ended else STAYED

    def _become_subreaper() -> None:
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)

    def _leave_keys_behind() -> None:
        """Begin without the keys that the kernel keeps for the person's session (``keyrings(7)``).

        Every process inherits them, and no namespace takes them away.
        """
        if sys.platform == "linux" and (number := _KEYCTL.get(os.uname().machine)):
            import ctypes

            ctypes.CDLL(None).syscall(number, _NEW_SESSION_OF_KEYS, None)

    def _reaped() -> dict[int, int]:
        """Collect the exit codes of children that have ended."""
        codes: dict[int, int] = {}
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                code = os.waitstatus_to_exitcode(status)
                codes[pid] = code if code >= 0 else 128 - code
        return codes

    def _end_children() -> bool:
        """End every process below this one; say whether all ended."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid:
                continue
            frozen: set[int] = set()
            while more := set(_descendants(os.getpid())) - frozen:  # what is stopped starts no more
                _send(signal.SIGSTOP, more)
                frozen |= more
            _send(signal.SIGKILL, frozen)
            time.sleep(0.002)
        return False

    def _descendants(pid: int) -> Iterator[int]:
        parents: dict[int, int] = {}
        for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208  # starts sooner
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
        family = {pid}
        while more := {child for child, parent in parents.items() if parent in family} - family:
            family |= more
        yield from family - {pid}

    def _end_group(group: int, mark: str) -> bool:
        """End a process group, and what has left it and still has the variable; say whether all ended."""
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while left := _marked(mark):
            if time.monotonic() > until:
                return False
            _send(signal.SIGKILL, left)
            _reaped()
        return True

    def _marked(mark: str) -> set[int]:
        """Find processes by what stands in their variables."""
        options = "-axEww" if sys.platform == "darwin" else "axeww"
        with os.popen(f"/bin/ps {options} -o pid= -o state= -o command=") as listing:  # noqa: S605
            lines = [line.split(None, 2) for line in listing if f"{_MARK}={mark}" in line]
        return {int(pid) for pid, state, _ in lines if not state.startswith("Z")} - {os.getpid()}

    def _send(number: int, pids: set[int]) -> None:
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, number)


if __name__ == "__main__":
    main(sys.argv[2:])
