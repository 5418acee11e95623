"""How a commit is to be run again: by which Python, what stays afterwards, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.run.environment import refuse_undeclarable


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
    isolate
        Run the stages without a network, and without sight of the rest of the computer.
    variables
        The names of environment variables to pass on to the stages, beside those that programs need.

    Raises
    ------
    SharedAnalysisError
        If an environment is named, and it is also said how to build one; if a variable cannot be passed on.
    """

    environment: str | None = None
    wheels: Path | None = None
    python: str | None = None
    keep: bool = False
    say: Callable[[str], None] = lambda _: None
    isolate: bool = False
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.environment and (self.python or self.wheels):
            raise SharedAnalysisError(
                "No environment is built where one is named.", "--environment", "leave it out, or --python and --wheels"
            )
        refuse_undeclarable(self.variables)


DEFAULTS = RunOptions()
"""Build an environment with the Python that runs this, leave nothing, and tell nobody."""
