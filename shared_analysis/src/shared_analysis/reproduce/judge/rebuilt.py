"""The wheel of a project, built again from the template's source at the tag or the commit that made it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.git import git
from shared_analysis.integrity import Contents, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce.commit.checkout import CleanCopy
from shared_analysis.reproduce.commit.clone import check_out
from shared_analysis.reproduce.commit.revision import find_commit
from shared_analysis.wheelhouse import build_wheel

_VENDOR = "{{ cookiecutter.project_slug }}/vendor"


@dataclass(frozen=True)
class Rebuilt:
    """A wheel that was built from the template's source.

    Parameters
    ----------
    name
        The tag, if there is one, and the commit.
    wheel
        The name of the wheel that it builds to.
    sha256, contents
        What that is.
    """

    name: str
    wheel: str
    sha256: str
    contents: Contents


def rebuild(copy: CleanCopy, wheel: Path, template: str) -> Rebuilt:
    """Build a wheel again; nothing is fetched.

    Parameters
    ----------
    copy
        The commit that holds the wheel; its workspace is where the work is done.
    wheel
        The wheel.
    template
        A clone of the template, ``PATH`` or ``PATH@REVISION``. Without a revision it is the tag of the wheel's version,
        or between releases the commit that brought this wheel.

    Raises
    ------
    SharedAnalysisError
        If there is no such clone, it does not know the wheel, or what builds the wheel is not installed.
    """
    repository, revision = _repository(template)
    named = revision or _tag(wheel.name)
    commit = find_commit(repository, named) if named else _commit_of(repository, wheel.name)
    source, folder = copy.workspace / "template", copy.workspace / "template-wheel"
    remove_folder(source)
    remove_folder(folder)
    folder.mkdir()
    check_out(repository, commit, source)
    try:
        if not (source / "shared_analysis" / "pyproject.toml").is_file() or not (source / ".gitignore").is_file():
            raise SharedAnalysisError(
                "There is no source of the analysis package in this commit.",
                f"{repository} at {commit[:10]}",
                "name a clone of the template's repository",
            )
        built = build_wheel(source / "shared_analysis", source / ".gitignore", folder)
        name = f"{named.removeprefix('refs/tags/')} (commit {commit})" if named else f"commit {commit}"
        return Rebuilt(name, built.name, file_sha256(built), wheel_contents(built))
    finally:
        remove_folder(source)
        remove_folder(folder)


def _repository(template: str) -> tuple[Path, str]:
    path, at, revision = template.rpartition("@")
    if Path(template).is_dir() or not at:
        path, revision = template, ""
    if not Path(path).is_dir():
        raise SharedAnalysisError(
            "There is no clone of the template there.", path, "name its folder: --wheel-from PATH, or PATH@TAG"
        )
    return Path(path).resolve(), revision


def _tag(wheel: str) -> str:
    """Name the tag of a wheel's version, if it is that of a release."""
    try:
        version = parse_wheel_filename(wheel)[1]
    except InvalidWheelFilename:
        return ""
    return "" if version.is_devrelease or version.local else f"refs/tags/v{version}"


def _commit_of(repository: Path, wheel: str) -> str:
    """Find the first commit that holds a wheel of this name: its version says what it was built from."""
    listed = ("log", "--all", "--reverse", "--diff-filter=A", "--no-renames", "--format=%H", "--")
    commits = git(*listed, f":(top,literal){_VENDOR}/{wheel}", cwd=repository).split()
    if not commits:
        raise SharedAnalysisError(
            "The template's repository does not know a wheel of this name.",
            wheel,
            "fetch its newest state, or say which commit made it: --wheel-from PATH@TAG",
        )
    return commits[0]
