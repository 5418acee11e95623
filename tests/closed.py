"""A place without a network: a namespace of its own, where nothing answers but the machine itself."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys

from tests.machine import MUST_HAVE

# A fresh namespace has even its loopback switched off, as no machine has.
LOOPBACK = """
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP).ljust(40, b"\\0"))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@functools.cache
def closed() -> tuple[str, ...]:
    """Words to put before a command, so that it has no network; none where the machine cannot do that."""
    for flags in ("-rn", "-n"):
        words = ("unshare", flags, sys.executable, "-c", LOOPBACK)
        if (
            shutil.which("unshare")
            and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode
        ):
            return words
    assert not MUST_HAVE, "this server cannot make a network namespace"
    return ()
