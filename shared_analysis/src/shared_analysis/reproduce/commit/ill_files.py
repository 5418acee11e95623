"""Files of a commit that nobody should go on with: links where the pipeline stands, YAML that hangs its reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import excess_in
from shared_analysis.yaml_limits import read_text

_LINK = "120000"
_DVCS = {"dvc.yaml", "dvc.lock", ".dvcignore"}
_OURS = {"params.yaml", "project.yaml", "pyproject.toml", "tests/twin.lock"}


def refuse_ill_files(root: Path, held: Mapping[str, str]) -> None:
    """Raise if a file that says what is run cannot be what the commit shows.

    Parameters
    ----------
    root
        The project in a clean copy.
    held
        What git holds of it: its mode by path.

    Raises
    ------
    SharedAnalysisError
        If one of them is a link (it shows a name, and stands for another file), or too much for YAML.
    """
    folders = {str(folder) for name in held if _says_what_is_run(name) for folder in PurePosixPath(name).parents}
    for name, mode in held.items():
        if mode == _LINK and (_says_what_is_run(name) or name in folders or name == ".dvc"):
            raise SharedAnalysisError(
                "A file that says what is run is a link: what the commit shows is not what would be read.",
                name,
                "put the file itself in its place, and commit it",
            )
    for name in held:
        if _says_what_is_run(name) and name.endswith((".yaml", ".lock", ".dvc")) and (root / name).is_file():
            _refuse_excess(root / name, name)


def _says_what_is_run(name: str) -> bool:
    path = PurePosixPath(name)
    own = name in _OURS or (path.parent == PurePosixPath() and path.match("requirements*.txt"))
    return own or path.name in _DVCS or path.suffix == ".dvc" or path.parts[0] == ".dvc"


def _refuse_excess(path: Path, name: str) -> None:
    try:
        excess = excess_in(read_text(path, name))
    except (OSError, UnicodeDecodeError):
        return  # whoever reads it says so
    if excess:
        line = f", line {excess.problem_mark.line + 1}" if excess.problem_mark else ""
        raise SharedAnalysisError(
            f"{path.name} is too much for YAML: {excess.problem}.",
            f"{name}{line}",
            "do not run this project before you know who wrote that, and why",
        )
