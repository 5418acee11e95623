"""Tables whose deliveries arrive in a folder: which file there is the newest of a table."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from shared_analysis.contracts import DataContract
from shared_analysis.contracts.folders import Folder
from shared_analysis.dvc_data import get_file, list_folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import table_name
from shared_analysis.tables.names import plain_name

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Arrival:
    """The newest file of a table in a folder.

    Parameters
    ----------
    table
        The table of the project.
    folder
        Where it is.
    file
        What it is called there.
    """

    table: str
    folder: Folder
    file: str

    def declared_in(self, contract: DataContract) -> DataContract:
        """Let a contract say that its table comes from here."""
        return replace(contract, folder=self.folder)

    def fetch(self, root: Path, scratch: Path) -> Path:
        """Copy it; where the folder is on this computer or its network, say where it is."""
        if self.folder.kind == "local":
            return _path(root, self.folder) / self.file
        target = scratch / self.file
        get_file(root, f"{self.folder.address.rstrip('/')}/{self.file}", target)
        return target


def find_arrival(root: Path, folder: Folder, table: str, tables: Collection[str] = ()) -> Arrival:
    """Find the newest file of a table: of those that are called like it, the last by what its name says of when.

    Parameters
    ----------
    root
        The project.
    folder
        Where to look.
    table
        The table.
    tables
        All tables of the project: a file that is called like another one, more closely, is none of this table.

    Raises
    ------
    SharedAnalysisError
        If the folder cannot be reached, or has no such file.
    """
    names = _files(root, folder)
    fitting = [name for name in names if named_for(name, {table, *tables}) == table]
    if not fitting:
        raise SharedAnalysisError(
            f"No file in the folder has the name of the table '{table}'.",
            f"folder '{folder.name}'",
            f"ask for it; a name such as {table}_2026_12.csv is found",
        )
    return Arrival(table, folder, max(fitting, key=_age))


def named_for(file: str, tables: Collection[str]) -> str | None:
    """Say which table a file is named for: its name begins with the table's; of several, the longest."""
    words = plain_name(table_name(Path(file)) or Path(file).stem)
    fitting = [name for name in tables if re.match(rf"{re.escape(name.lower())}(_|$)", words)]
    return max(fitting, key=len, default=None)


def _files(root: Path, folder: Folder) -> list[str]:
    if folder.kind != "local":
        return list_folder(root, folder.address)
    try:
        return sorted(path.name for path in _path(root, folder).iterdir() if path.is_file())
    except OSError as error:
        raise SharedAnalysisError(
            f"The folder of deliveries cannot be read: {error.strerror}.",
            f"folder '{folder.name}'",
            "see that the drive is connected and that you may read there",
        ) from None


def _path(root: Path, folder: Folder) -> Path:
    return root / folder.address


def _age(name: str) -> tuple[tuple[int, int, int], list[tuple[int, str]]]:
    """Order names by what they say of when: by year, month and day, then by numbers and letters as they stand."""
    words = plain_name(Path(name).stem).split("_")
    year = month = day = 0
    for word in words:
        whole = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)?", word)
        if whole:
            year, month, day = int(whole[1]), int(whole[2]), int(whole[3] or 0)
        elif _YEAR.fullmatch(word):
            year = int(word)
        elif _MONTH.fullmatch(word):
            month = _MONTHS.index(word[:3]) + 1
        elif word.isdigit() and year and not month:
            month = int(word)
        elif word.isdigit() and year and not day:
            day = int(word)
    parts = [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", plain_name(name))]
    return (year, month, day), parts
