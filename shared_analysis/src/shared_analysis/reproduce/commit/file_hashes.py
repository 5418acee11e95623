"""Hashes of files, remembered as long as the operating system's own record says that a file is what it was."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

from shared_analysis.integrity.hashes import Digests, file_digests, file_md5

NO_FILE = "neither a file nor a folder"
_TICK = 0.015
"""Seconds: longer than one step of the clock by which Linux and macOS date changes."""

_Signature = tuple[int, int, int, int, int]


class FileHashes:
    """Hashes of files; what is large is not read again while nothing can have changed it.

    A stage may set a file's time of modification back, but not the time of its last change (``ctime``), which the
    operating system writes and no program sets. A hash is remembered only if the file's last change lies before the
    moment at which it was read, by the clock of the same file system: whatever is written later has a later time.
    Windows shows no such time, and file systems that keep whole seconds show it too coarsely; there every file is read
    whenever it is asked for.

    Parameters
    ----------
    folder
        A folder of ours on the file system of the files.
    remember
        Whether the system dates changes; if None, what is known of the one that runs this.
    """

    def __init__(self, folder: Path, *, remember: bool | None = None) -> None:
        self._probe = folder / "clock"
        self._remember = sys.platform != "win32" if remember is None else remember
        self._now = (0, 0)
        self._known: dict[str, tuple[_Signature, Digests]] = {}

    @property
    def remembers(self) -> bool:
        """Whether a file that nothing has changed is read once only."""
        return self._remember

    def settle(self) -> None:
        """Read the file system's clock; call it when no stage runs, before files are read."""
        if self._remember:
            time.sleep(_TICK)
            self._probe.touch()
            os.utime(self._probe)
            now = self._probe.stat()
            self._now = now.st_dev, now.st_ctime_ns

    def md5(self, path: Path, status: os.stat_result | None = None) -> str:
        """Return the MD5 of a file's bytes alone, where nothing is remembered; else as :meth:`digests`."""
        status = status or path.stat()
        hashed = self._remember or not stat.S_ISREG(status.st_mode)
        return self.digests(path, status).md5 if hashed else file_md5(path)

    def digests(self, path: Path, status: os.stat_result | None = None) -> Digests:
        """Return both hashes of a file's bytes; of a pipe or a device, which may never end, that it is no file.

        Parameters
        ----------
        path
            The file.
        status
            What the system says of it, if that was asked just now.
        """
        status = status or path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Digests(NO_FILE, NO_FILE, 0)
        signature = _signature(status)
        known = self._known.get(str(path))
        if known and known[0] == signature:
            return known[1]
        digests = file_digests(path)
        device, now = self._now
        if status.st_dev == device and status.st_ctime_ns < now and _signature(path.stat()) == signature:
            self._known[str(path)] = signature, digests
        return digests


def _signature(status: os.stat_result) -> _Signature:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
