"""What a table may be called, and what it is called like: names of files, less what is of one delivery only."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import table_name

if TYPE_CHECKING:
    from shared_analysis.sources import Reading

_SHAPE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 60
_SUFFIXES = {"csv": ".csv", "spreadsheet": ".xlsx", "parquet": ".parquet"}
# Windows has no such files; YAML reads the others as yes, no or nothing.
_TAKEN = re.compile(r"truth|con|prn|aux|nul|(com|lpt)[0-9]|y|n|yes|no|on|off|true|false|null")
_OF_ONE_DELIVERY = re.compile(
    r"[0-9]+|q[1-4]|v[0-9]+|fy|final|latest|copy|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?"
    r"|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)


def stated_and_file(given: str) -> tuple[str | None, Path]:
    """Take ``name=file`` apart; a file alone states no name.

    Raises
    ------
    SharedAnalysisError
        If the file is not there.
    """
    before, mark, behind = given.partition("=")
    stated = before if mark and not Path(given).exists() else None
    file = Path(given if stated is None else behind).expanduser()
    refuse_no_file(file)
    return stated, file


def name_and_file(given: str) -> tuple[str, Path]:
    """Take ``name=file`` apart, or find a name for a file.

    Raises
    ------
    SharedAnalysisError
        If the file is not there, or the name cannot be one.
    """
    stated, file = stated_and_file(given)
    name = stated if stated is not None else _own_name(table_name(file) or file.stem)
    refuse_bad_name(name, file.name)
    return name, file


def refuse_bad_name(name: str, where: str) -> None:
    """Refuse what no table can be called: it becomes part of files' names on Windows too, and a word in YAML.

    Raises
    ------
    SharedAnalysisError
        If it cannot.
    """
    if _SHAPE.fullmatch(name) is None or len(name) > _LONGEST or _TAKEN.fullmatch(name):
        raise SharedAnalysisError(
            f"A table cannot be called '{name}'." if name else "The file's name makes no name for a table.",
            where,
            f"say another, of small letters, digits and single underscores: NAME={where}",
        )


def refuse_no_file(file: Path) -> None:
    """Refuse what is not there, or is a folder."""
    if file.name.startswith("~$"):
        raise SharedAnalysisError(
            "This is the mark of Excel that the workbook is open, and no table.",
            file.name,
            "close the workbook, and name the file without the ~$",
        )
    if not file.is_file():
        what = "This is a folder." if file.is_dir() else "There is no such file."
        raise SharedAnalysisError(what, str(file), "say the path of a file, in quotes if there are spaces in it")


def suffix_of(file: Path, reading: Reading | None) -> str:
    """Say how the name of a table's file is to end: as it does, in small letters, where that is one of a table's."""
    own = table_name(file)
    if own is not None:
        return file.name[len(own) :].lower()
    return _SUFFIXES[reading.format if reading else "csv"]


def plain_name(stem: str) -> str:
    """Write a file's name in small letters without accents, its words joined by underscores."""
    plain = unicodedata.normalize("NFKD", stem.casefold()).encode("ascii", "ignore").decode()
    return "_".join(word for word in re.split(r"[^a-z0-9]+", plain) if word)


def _own_name(stem: str) -> str:
    """Make a table's name of a file's, without the day or month of a delivery at its end."""
    words = plain_name(stem).split("_")
    while len(words) > 1 and _OF_ONE_DELIVERY.fullmatch(words[-1]):
        words.pop()
    name = "_".join(words)
    return (f"table_{name}" if name[:1].isdigit() else name)[:_LONGEST].strip("_")
