"""A clean copy of one commit, and that the reviewer's own copy stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.git import git


@dataclass(frozen=True)
class Source:
    """A commit of a project in a git repository."""

    root: Path
    repository: Path
    prefix: str
    commit: str

    @property
    def address(self) -> str:
        """The repository's public address, without a name or password in it; empty if it has none."""
        try:
            origin = git("remote", "get-url", "origin", cwd=self.repository)
        except SharedAnalysisError:
            return ""
        parts = urlsplit(origin)
        if parts.scheme in ("http", "https", "ssh") and parts.hostname:
            return f"{parts.scheme}://{parts.hostname}{parts.path}"
        return ""


def find_source(root: Path, revision: str) -> Source:
    """Find the commit that a revision names.

    Raises
    ------
    SharedAnalysisError
        If the project is in no git repository, or the repository knows no such revision.
    """
    try:
        repository = Path(git("rev-parse", "--show-toplevel", cwd=root))
    except SharedAnalysisError as error:
        if not error.what.startswith("git refused"):
            raise
        raise SharedAnalysisError(error.what, str(root), "verify a project in a clone of its git repository") from None
    try:
        commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", cwd=root)
    except SharedAnalysisError:
        raise SharedAnalysisError(
            f"The repository knows no revision '{revision}'.", str(repository), "see `git log`, or `git fetch` first"
        ) from None
    return Source(root, repository, git("rev-parse", "--show-prefix", cwd=root).rstrip("/"), commit)


def clone(source: Source, target: Path) -> Path:
    """Clone the commit into ``target``, which appears only when it is whole; return the project's root in it."""
    root = target / source.prefix
    if target.exists():
        (target / ".git" / "index.lock").unlink(missing_ok=True)  # of a run that was killed
        git("reset", "--quiet", "--hard", source.commit, cwd=target)
        remove_folder(root / ".dvc" / "tmp")
    else:
        part = target.with_name(f"{target.name}.part")
        remove_folder(part)
        git(
            *("clone", "--quiet", "--no-checkout", "--no-hardlinks", "--dissociate", "--template="),
            *("--config", "core.logAllRefUpdates=false"),
            *(str(source.repository), str(part)),
            cwd=source.repository,
        )
        git("checkout", "--quiet", "--detach", source.commit, cwd=part)
        git("remote", "remove", "origin", cwd=part)  # no stage is to find the reviewer's copy through it
        part.rename(target)
    if not (root / "dvc.yaml").is_file():
        raise SharedAnalysisError(
            "There is no pipeline in this commit.", f"dvc.yaml at {source.commit[:10]}", "name another revision"
        )
    return root


def untracked(top: Path) -> list[Path]:
    """List the files of a clean copy that git does not hold, ignored ones too."""
    return [top / name for name in git("ls-files", "--others", "-z", cwd=top).split("\0") if name]


def changed(top: Path) -> list[Path]:
    """List the files of a clean copy that are not, or not any more, as git holds them."""
    return [top / name for name in git("diff", "--name-only", "-z", cwd=top).split("\0") if name]


def tracked(root: Path) -> dict[str, str]:
    """List what the commit holds below a folder of its copy: git's mode by path."""
    entries = git("ls-files", "--stage", "-z", cwd=root).split("\0")
    return {path: entry.split()[0] for entry, _, path in (one.partition("\t") for one in entries) if path}
