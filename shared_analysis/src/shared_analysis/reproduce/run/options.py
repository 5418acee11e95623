"""How a commit is to be run again: by which Python, what stays afterwards, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError


@dataclass(frozen=True)
class RunOptions:
    """How a commit is to be run again; the same for ``verify``, ``run_twin``, ``rerun`` and ``compare``.

    Parameters
    ----------
    environment
        An interpreter or the folder of an environment to use, or ``current``; if None, one is built from the commit's
        ``requirements.txt``, each package held to its hash.
    wheels
        A folder of wheels to build from, without an index.
    python
        The Python to build with: a path, or a version such as ``3.12``; if None, the one that runs this.
    keep
        Leave the workspace as it is afterwards.
    say
        Is told how far the run is.

    Raises
    ------
    SharedAnalysisError
        If an environment is named, and it is also said how to build one.
    """

    environment: str | None = None
    wheels: Path | None = None
    python: str | None = None
    keep: bool = False
    say: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        if self.environment and (self.python or self.wheels):
            raise SharedAnalysisError(
                "No environment is built where one is named.", "--environment", "leave it out, or --python and --wheels"
            )


DEFAULTS = RunOptions()
"""Build an environment with the Python that runs this, leave nothing, and tell nobody."""
