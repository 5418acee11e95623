"""The data of tables on its way into a project: copied beside it, handed to DVC, and put in place with all the rest."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared_analysis.dvc_data import add_apart
from shared_analysis.dvc_repo import cache_folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change, Mark, arriving, mark_of
from shared_analysis.writing import copy_file
from shared_analysis.yaml_file import load_yaml

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
        The file that is to stand at each path of the project, such as ``data/raw/visits.csv``.

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
    earlier = {name: {path: mark_of(root / path) for path in present_files(root, name)} for name in files}
    for name, file in files.items():
        for path in earlier[name]:
            _refuse_imported(root / f"{path}.dvc")
            _refuse_unkept(root, path, file)
    with arriving(root) as apart:
        for name, file in files.items():
            copy_file(file, apart / name, within=apart)
            if (root / f"{name}.dvc").exists():  # what a person wrote into it stays
                copy_file(root / f"{name}.dvc", apart / f"{name}.dvc", within=apart)
        if files:
            add_apart(root, apart)
            for name in files:
                _refuse_not_kept(root, apart / f"{name}.dvc")
        yield _changes(root, apart, earlier)


def _changes(root: Path, apart: Path, earlier: Mapping[str, Mapping[str, Mark | None]]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for name, marks in earlier.items():
        for path, mark in marks.items():
            if path != name:
                changes[path] = Change(None, seen=mark)
                if (earlier_pointer := _content(root / f"{path}.dvc")) is not None:
                    changes[f"{path}.dvc"] = Change(None, earlier_pointer)
        changes[name] = Change(apart / name, seen=marks.get(name))
        pointer = f"{name}.dvc"
        changes[pointer] = Change((apart / pointer).read_bytes(), _content(root / pointer))
    return changes


def present_files(root: Path, name: str) -> list[str]:
    """List the present files of a table by their paths from the root; one may end in another way than the new one.

    Raises
    ------
    SharedAnalysisError
        If DVC has a pointer to one that is not here.
    """
    folder, _, file = name.rpartition("/")
    table = file.partition(".")[0].lower()
    paths = sorted(path for path in (root / folder).glob("*") if path.name.partition(".")[0].lower() == table)
    for path in paths:
        if path.suffix == ".dvc" and not path.with_suffix("").exists():
            raise SharedAnalysisError(
                "The present table is not here, but DVC knows one.",
                f"{folder}/{path.stem}",
                f"get it first, so that the two can be compared: dvc pull {folder}/{path.name}",
            )
    return [path.relative_to(root).as_posix() for path in paths if path.suffix != ".dvc" and path.is_file()]


def _refuse_imported(pointer: Path) -> None:
    """Refuse a pointer that says more than where a copy is kept: what it says would no longer be true."""
    said = load_yaml(pointer) if pointer.exists() else {}
    if said.get("deps") or said.get("frozen") or any(out.get("cache") is False for out in said.get("outs") or ()):
        raise SharedAnalysisError(
            "The present table came with `dvc import` or the like, or DVC is told not to keep it.",
            pointer.name,
            "take its next delivery with `dvc update`, or remove the pointer (`dvc remove`) and add the table anew",
        )


def _refuse_not_kept(root: Path, pointer: Path) -> None:
    """Refuse to go on if DVC's cache has not got the new table."""
    digest = str(load_yaml(pointer)["outs"][0]["md5"])
    if not _in_cache(root, digest).exists():
        raise SharedAnalysisError("DVC has not kept the table.", pointer.stem, "see `dvc config cache.dir`")


def _in_cache(root: Path, digest: str) -> Path:
    return cache_folder(root) / "files" / "md5" / digest[:2] / digest[2:]


def _refuse_unkept(root: Path, name: str, file: Path) -> None:
    """Refuse to let a table go that neither DVC nor the new file has as it is: nobody would have it any more."""
    digest = _md5(root / name)
    kept = _in_cache(root, digest)
    whole = kept.exists() and kept.stat().st_size == (root / name).stat().st_size
    if not whole and _md5(file) != digest:
        raise SharedAnalysisError(
            "The present table would be lost: DVC has not kept it as it is now.", name, f"dvc add {name}"
        )


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # what DVC names contents by
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
