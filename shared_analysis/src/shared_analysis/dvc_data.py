"""What DVC is handed, and what it brings: tables that are added, and files in folders that it reaches."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from shared_analysis.dvc_repo import cache_folder, from_root, not_installed, read_settings, refuse_full_disk, silence
from shared_analysis.errors import SharedAnalysisError


def add_apart(root: Path, apart: Path) -> None:
    """Do what ``dvc add`` does with each file below a folder, as if the folder were the project.

    The contents go to the project's cache; beside each file a pointer is written, with what an earlier pointer there
    says (a description, say). Nothing in the project itself is changed.

    Parameters
    ----------
    root
        The project.
    apart
        The folder: ``data/raw/visits.csv`` in it stands for that file of the project.

    Raises
    ------
    SharedAnalysisError
        If DVC is not installed, or refuses.
    """
    try:
        from dvc.config import Config
        from dvc.exceptions import DvcException
        from dvc.repo import Repo
    except ImportError:
        raise not_installed() from None
    silence()
    files = sorted(str(path) for path in apart.rglob("*") if path.is_file() and path.suffix != ".dvc")
    try:
        cache = {**Config(str(root / ".dvc"))["cache"], "dir": str(cache_folder(root))}
        core = {"no_scm": True, "analytics": False, "check_update": False, "autostage": False}
        Repo.init(str(apart), no_scm=True).close()
        with Repo(str(apart), config={"core": core, "cache": cache}) as repo:
            repo.add(files)
    except DvcException as error:
        refuse_full_disk(error, root)
        raise SharedAnalysisError(f"DVC cannot take the table: {from_root(error, apart)}", "data/raw") from None
    except OSError as error:
        refuse_full_disk(error, root)
        step = "see that there is room on the disk, and who may write to DVC's cache"
        raise SharedAnalysisError(f"DVC cannot keep the table: {error.strerror}.", "data/raw", step) from None


@contextlib.contextmanager
def hold_paths(root: Path, paths: Iterable[str]) -> Iterator[None]:
    """Keep DVC from reading or writing some paths meanwhile, as its own commands do.

    Raises
    ------
    SharedAnalysisError
        If DVC works with one of them now.
    """
    try:
        from dvc.lock import LockError
        from dvc.repo import Repo
        from dvc.rwlock import rwlock
    except ImportError:
        raise not_installed() from None
    silence()
    core = {"no_scm": True, "analytics": False, "check_update": False}
    with contextlib.ExitStack() as held:
        try:
            repo = held.enter_context(Repo(str(root), config={"core": core}))
            full = [str(root / path) for path in paths]
            held.enter_context(rwlock(repo.tmp_dir, repo.fs, "shared-analysis table", [], full, False))
            held.enter_context(repo.lock)
        except LockError:
            raise SharedAnalysisError(
                "DVC is at work with these tables.", "dvc", "wait until `dvc repro` is done, and give the command again"
            ) from None
        yield


def list_folder(root: Path, address: str) -> list[str]:
    """List the files in a folder that DVC reaches: a path, ``s3://``, ``azure://`` and the like.

    Raises
    ------
    SharedAnalysisError
        If DVC is not installed, or cannot reach it.
    """
    with _reaching(address) as repo:
        entries = repo.ls_url(address, config=read_settings(root)[0])
        return sorted(str(entry["path"]) for entry in entries if not entry["isdir"])


def get_file(root: Path, address: str, target: Path) -> None:
    """Copy a file that DVC reaches; see :func:`list_folder`."""
    with _reaching(address) as repo:
        repo.get_url(address, str(target), config=read_settings(root)[0])


@contextlib.contextmanager
def _reaching(address: str) -> Iterator[Any]:
    try:
        from dvc.repo import Repo
    except ImportError:
        raise not_installed() from None
    silence()
    kind = address.partition("://")[0]
    try:
        yield Repo
    except Exception as error:  # what drivers of storage raise is as various as they are, and may hold keys
        missing = isinstance(error, ImportError) or "missing dependencies" in str(error).lower()
        step = (
            f"install what DVC needs for it: python -m pip install dvc-{kind}"
            if missing
            else ("see that the address is right, the network is there, and you are signed in with the provider's tool")
        )
        raise SharedAnalysisError(
            f"DVC cannot reach the folder of deliveries ({type(error).__name__}).", kind, step
        ) from None
