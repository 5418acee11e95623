"""The Python process that a notebook runs in: this interpreter, and nothing of the user's own settings.

Plain papermill takes the kernel that a user's Jupyter folders name ``python3``, which may be another Python, and that
kernel reads the user's IPython profile and start-up files, their matplotlibrc and the size of their terminal. Each can
change an output.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

_ARGUMENTS = [
    "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=50",
]
_LONGEST_SOCKET = 90
_LOG = "kernel.log"


class ThisInterpreter(KernelSpecManager):  # type: ignore[misc]  # jupyter_client's traits are untyped
    """Knows one kernel: the interpreter that asks, whatever is installed in anybody's Jupyter folders."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return that kernel, under any name."""
        del kernel_name
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict(extra_arguments=_ARGUMENTS))


def isolated_kernel(folder: Path) -> type[AsyncKernelManager]:
    """Make a manager of kernels whose connection file, profile and log are in ``folder``, a private, temporary one."""
    environment = _environment(folder)
    connection = folder / "kernel.json"
    # Sockets in a private folder where there are such: no port to race for, nothing on the network, even the local one.
    private = os.name == "posix" and len(os.fsencode(connection)) < _LONGEST_SOCKET

    class IsolatedKernel(AsyncKernelManager):  # type: ignore[misc]
        def __init__(self, **traits: Any) -> None:
            super().__init__(
                kernel_spec_manager=ThisInterpreter(),
                connection_file=str(connection),
                transport="ipc" if private else "tcp",
                **traits,
            )

        async def start_kernel(self, **options: Any) -> None:
            with (folder / _LOG).open("wb") as log:
                await super().start_kernel(**{**options, "env": environment, "stdout": log, "stderr": log})

    return IsolatedKernel


def last_words(folder: Path) -> str | None:
    """Read the last line that a kernel wrote of itself: why it did not start.

    What cells print goes to the notebook, never here; ipykernel's complaints about its own shutdown stay unread.
    """
    log = folder / _LOG
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), None)


def _environment(folder: Path) -> dict[str, str]:
    """Say what the kernel sees: the caller's environment, less what is the caller's own taste."""
    matplotlib = importlib.util.find_spec("matplotlib")
    own = {
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "COLUMNS": "100",
        "LINES": "40",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    if matplotlib and matplotlib.origin:
        own["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "FORCE_COLOR", "CLICOLOR_FORCE", "IPYTHON_PROFILE"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | own
