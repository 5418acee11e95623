"""What a stage finds around it: an empty home, an empty folder for what is temporary, and what else it may see."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from shared_analysis.folders import remove_folder
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.isolation import Isolation, View
from shared_analysis.reproduce.run.shell import in_shell


@dataclass(frozen=True)
class Surroundings:
    """What is around the stages of one workspace.

    Parameters
    ----------
    workspace
        The folder, with the clean copy in ``clone``.
    isolation
        What keeps the stages from the rest of the computer; None if nothing does.
    """

    workspace: Path
    isolation: Isolation | None = None

    @property
    def home(self) -> Path:
        """The home folder of the stages: settings, keys and caches of the reviewer are not in it."""
        return self.workspace / "home"

    @property
    def temporary(self) -> Path:
        """The folder for what is temporary: it may hold people's data, and must not outlive even a killed run."""
        return self.workspace / "tmp"

    def empty(self) -> None:
        """Delete what an earlier stage, or an earlier run, left in the folders that are not the commit's."""
        for folder in (self.home, self.temporary):
            if folder.is_symlink():
                folder.unlink()
            remove_folder(folder)
            folder.mkdir()

    def variables(self) -> dict[str, str]:
        """Return the variables that lead to these folders, on whatever system."""
        home = {
            "HOME": self.home,
            "XDG_CACHE_HOME": self.home / ".cache",
            "XDG_CONFIG_HOME": self.home / ".config",
            "XDG_DATA_HOME": self.home / ".local" / "share",
            "XDG_STATE_HOME": self.home / ".local" / "state",
        }
        if sys.platform == "win32":
            roaming, local = self.home / "AppData" / "Roaming", self.home / "AppData" / "Local"
            home = {"HOME": self.home, "USERPROFILE": self.home, "APPDATA": roaming, "LOCALAPPDATA": local}
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self.temporary)
        return {name: str(path) for name, path in (home | temporary).items()}

    def command(self, words: str, folder: Path, environment: Environment) -> list[str]:
        """Return the arguments that run a command of the project, as the shell is meant to read it."""
        command = in_shell(words)
        return self.isolation.wrap(command, folder, self._view(environment)) if self.isolation else command

    def certified(self, environment: Environment, hidden: tuple[Path, ...]) -> Environment:
        """See that the isolation holds for an environment; return the environment with what is to be said of that.

        Raises
        ------
        SharedAnalysisError
            If it does not.
        """
        if self.isolation is None:
            return environment
        self.empty()
        self.isolation.confirm(environment.python, self._view(environment), (*hidden, self.workspace / "in-use"))
        return replace(environment, isolation=self.isolation.description)

    def _view(self, environment: Environment) -> View:
        return View(environment.parts, (self.workspace / "clone", self.home, self.temporary))
