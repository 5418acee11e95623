"""The files of an environment, and whether a stage has changed them: no lock names what runs then."""

from __future__ import annotations

from pathlib import Path

from shared_analysis.printable import one_line
from shared_analysis.reproduce.commit.file_hashes import FileHashes
from shared_analysis.reproduce.commit.tree import look
from shared_analysis.reproduce.findings import Finding, Verdict

_CHANGED = "a stage changed the environment in which later stages run: {}"
_NEW = "a stage installed or wrote something in the environment in which later stages run"


class Installed:
    """The files of an environment, each known by its SHA-256.

    Parameters
    ----------
    folder
        The environment.
    clock
        A folder of ours on the same file system, see ``FileHashes``.
    """

    def __init__(self, folder: Path, clock: Path) -> None:
        self._folder = folder
        self._hashes = FileHashes(clock)
        self.files = self._look()

    def look_again(self, stage: str) -> list[Finding]:
        """Look after a stage; return what is to be said of it if it has changed a file, or added one.

        A file that was not there is not named: a stage may give it any name, even a person's.
        """
        before, self.files = self.files, self._look()
        if before == self.files:
            return []
        changed = sorted(name for name, mark in before.items() if self.files.get(name) != mark)
        why = _CHANGED.format(one_line(changed[0])) if changed else _NEW
        return [Finding("requirements.txt", Verdict.different, stage, (why,))]

    def _look(self) -> dict[str, str]:
        """Return the hash of every file by its path in the environment; of a link, where it leads."""
        self._hashes.settle()
        files = look(self._folder, self._hashes, by_sha256=True)
        return {path.relative_to(self._folder).as_posix(): mark for path, mark in files.items()}
