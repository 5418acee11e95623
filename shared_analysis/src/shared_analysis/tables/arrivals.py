"""The data of tables on its way into a project: copied beside it, handed to DVC, and put in place with all the rest."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared_analysis.dvc_repo import add_apart, cache_folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change

_BESIDE = ".dvc/tmp"
_PREFIX = "arrivals-"
_BLOCK = 1 << 20


@contextlib.contextmanager
def arrive(root: Path, files: Mapping[str, Path]) -> Iterator[dict[str, Change]]:
    """Copy tables beside the project and let DVC keep them; nothing of the project changes.

    The caller holds the project, so what a killed process left there is nobody's and goes.

    Parameters
    ----------
    root
        The project.
    files
        The file that is to stand at each place, such as ``data/raw/visits.csv``.

    Yields
    ------
    dict
        What is to become of each table's file and of its pointer, for as long as the block lasts.

    Raises
    ------
    SharedAnalysisError
        If the whole folder ``data/raw`` was handed to DVC, a present table is kept nowhere else, or DVC refuses.
    """
    if files and (root / "data" / "raw.dvc").exists():
        raise SharedAnalysisError(
            "DVC keeps data/raw as one folder here, and tables cannot come one by one.",
            "data/raw.dvc",
            "hand its tables over one by one: dvc remove data/raw.dvc, then dvc add data/raw/*",
        )
    earlier = {place: _earlier(root, place) for place in files}
    for place, file in files.items():
        for path in earlier[place]:
            _refuse_unkept(root, path, file)
    (root / _BESIDE).mkdir(parents=True, exist_ok=True)
    for left in (root / _BESIDE).glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=root / _BESIDE, ignore_cleanup_errors=True) as scratch:
        apart = Path(scratch)
        for place, file in files.items():
            (apart / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, apart / place)
            if (root / f"{place}.dvc").exists():  # what a person wrote into it stays
                shutil.copyfile(root / f"{place}.dvc", apart / f"{place}.dvc")
        if files:
            add_apart(root, apart)
        yield _changes(root, apart, earlier)


def _changes(root: Path, apart: Path, earlier: Mapping[str, list[str]]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for place, paths in earlier.items():
        for path in paths:
            if path != place:
                changes[path] = Change(None)
                changes[f"{path}.dvc"] = Change(None, _content(root / f"{path}.dvc"))
        changes[place] = Change(apart / place)
        pointer = f"{place}.dvc"
        changes[pointer] = Change((apart / pointer).read_bytes(), _content(root / pointer))
    return changes


def _earlier(root: Path, place: str) -> list[str]:
    """List the present files of a table, which may end in another way than the new one."""
    folder, _, file = place.rpartition("/")
    name = file.partition(".")[0]
    present = (path for path in (root / folder).glob(f"{name}.*") if path.suffix != ".dvc" and path.is_file())
    return [path.relative_to(root).as_posix() for path in sorted(present) if path.name.partition(".")[0] == name]


def _refuse_unkept(root: Path, place: str, file: Path) -> None:
    """Refuse to let a table go that neither DVC nor the new file has as it is: nobody would have it any more."""
    digest = _md5(root / place)
    kept = cache_folder(root) / "files" / "md5" / digest[:2] / digest[2:]
    if not kept.exists() and _md5(file) != digest:
        raise SharedAnalysisError(
            "The present table would be lost: DVC has not kept it as it is now.", place, f"dvc add {place}"
        )


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # what DVC names contents by
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
