"""A clean copy of one commit, ready to run: its files, its pipeline, and the store that its hashes stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from shared_analysis.dvc_repo import read_settings
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.git import git
from shared_analysis.integrity.hashes import Digests
from shared_analysis.project import write_text
from shared_analysis.reproduce.commit.clone import check_out
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.ill_files import refuse_ill_files
from shared_analysis.reproduce.commit.lock import read_lock
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.commit.reach import Reach, forget, repository_of
from shared_analysis.reproduce.commit.revision import find_commit
from shared_analysis.reproduce.commit.tree import move_into
from shared_analysis.writing import LeadsOut, refuse_links
from shared_analysis.yaml_file import Loader, load_yaml

_TWIN = Path("data") / "twin"


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
    """Find the one commit that a revision means, see :func:`find_commit`.

    Raises
    ------
    SharedAnalysisError
        If the project is in no git repository, or the revision means no commit there, or more than one.
    """
    try:
        history = Path(git("rev-parse", "--absolute-git-dir", cwd=root)).resolve()
    except SharedAnalysisError as error:
        if not error.what.startswith("git refused"):
            raise
        raise SharedAnalysisError(error.what, str(root), "verify a project in a clone of its git repository") from None
    # Where the files lie, git would take from `core.worktree`: another folder there would be another project.
    folders = [folder for folder in (root.resolve(), *root.resolve().parents) if (folder / ".git").exists()]
    own = [folder for folder in folders if (folder / ".git").is_file() or (folder / ".git").resolve() == history]
    if not own:
        raise SharedAnalysisError(
            "The files of this repository lie in another folder than its history.",
            str(root),
            "verify a project in a clone of its git repository",
        )
    prefix = root.resolve().relative_to(own[0]).as_posix()
    return Source(root, own[0], "" if prefix == "." else prefix, find_commit(own[0], revision))


@dataclass(frozen=True)
class CleanCopy:
    """One commit in its workspace.

    Parameters
    ----------
    source
        The commit.
    workspace
        The folder that holds the copy, and what is made for the run.
    root
        The project in the copy.
    pipeline
        Its pipeline.
    store
        What the commit's hashes stand for.
    synthetic
        Whether the commit reads the twin of itself.
    twin
        Whether the copy reads the twin whatever the commit reads.
    earlier
        The copy of an earlier run that was stopped, from which finished work may be taken; None if there was none.
    fetched
        The hashes of the inputs that DVC keeps, as they were put in place.
    """

    source: Source
    workspace: Path
    root: Path
    pipeline: Pipeline
    store: ContentStore
    synthetic: bool
    twin: bool
    earlier: Path | None = None
    fetched: dict[Path, Digests] = field(default_factory=dict)

    @property
    def reach(self) -> Reach:
        """What the stages can reach of the copy."""
        return Reach(self.workspace, self.pipeline)

    @property
    def invented(self) -> bool:
        """Whether the stages read nothing but invented data."""
        return self.synthetic or self.twin


def clean_copy(source: Source, workspace: Path, *, twin: bool = False) -> CleanCopy:
    """Clone a commit into a workspace, and read its pipeline there.

    Parameters
    ----------
    source
        The commit.
    workspace
        The folder; what an earlier call left in it is set aside, and nothing of it is trusted.
    twin
        Set ``data.mode`` to ``twin`` in the copy, so that the stages read invented data and nothing else.

    Raises
    ------
    SharedAnalysisError
        If the commit has no pipeline that can be read; or, with ``twin``, none that can do without real data.
    """
    forget(workspace)
    earlier = _set_aside(workspace / "clone", workspace / "earlier")
    root = _clone(source, workspace / "clone")
    refuse_ill_files(root, tracked(root, workspace / "clone"))
    if (root / "dvc.lock").is_file():
        read_lock(root)  # says in words what is wrong with it, before DVC does
    synthetic = _reads_the_twin(root)
    if twin:
        _switch_to_the_twin(root)
    settings, cache = read_settings(source.root)
    pipeline = Pipeline(root, workspace / "cache", settings)
    if twin:
        _refuse_real_data(pipeline)
    synthetic = synthetic or (not twin and _is_of_the_twin_alone(pipeline))
    store = ContentStore([cache, workspace / "cache"], pipeline)
    return CleanCopy(source, workspace, root, pipeline, store, synthetic, twin, earlier)


def tracked(folder: Path, top: Path | None = None) -> dict[str, str]:
    """List what the commit holds below a folder of its copy: git's mode by path.

    Parameters
    ----------
    folder
        The folder.
    top
        The folder of the whole copy, if that is another one.
    """
    entries = _asked("ls-files", "--stage", "-z", folder=folder, top=top).split("\0")
    return {path: about.split()[0] for about, _, path in (entry.partition("\t") for entry in entries) if path}


def _asked(*arguments: str, folder: Path, top: Path | None) -> str:
    """Ask the repository of a clean copy, and no other that a stage may have put into a folder of it."""
    top = top or folder
    apart = repository_of(top)
    repository = apart if apart.is_dir() else top / ".git"
    return git(f"--git-dir={repository}", f"--work-tree={top}", *arguments, cwd=folder, own_settings=False)


def _clone(source: Source, target: Path) -> Path:
    """Check the commit out in ``target``; return the project's root in it."""
    root = target / source.prefix
    check_out(source.repository, source.commit, target)
    _refuse_linked_folders(target, root)
    if not any(PurePosixPath(name).name == "dvc.yaml" for name in tracked(root, target)):
        raise SharedAnalysisError(
            "There is no pipeline in this commit.", f"dvc.yaml at {source.commit[:10]}", "name another revision"
        )
    return root


def _set_aside(clone: Path, earlier: Path) -> Path | None:
    """Put the copy of an earlier run where none of its files is taken for the commit's."""
    if not clone.is_dir():
        return earlier if earlier.is_dir() else None
    if earlier.is_dir():  # stopped before a stage ran: what had been carried over goes back
        move_into(clone, earlier)
        remove_folder(clone)
    else:
        clone.rename(earlier)
    return earlier


def _refuse_linked_folders(top: Path, root: Path) -> None:
    """Refuse a commit in which a link leads DVC, which writes into its own folders, to somewhere else."""
    for folder in (".dvc", ".dvc/tmp", ".dvc/cache"):
        try:
            refuse_links(root / folder, within=top)
        except LeadsOut:
            raise SharedAnalysisError(
                "The commit has a link in the place of a folder that DVC writes to.", folder, "do not run this project"
            ) from None


def _reads_the_twin(root: Path) -> bool:
    """Say whether the commit reads invented data."""
    try:
        return bool(load_yaml(root / "params.yaml")["data"]["mode"] == "twin")
    except (SharedAnalysisError, KeyError, TypeError):
        return False


def _is_of_the_twin_alone(pipeline: Pipeline) -> bool:
    """Say whether stages read the twin, whatever ``data.mode`` says, and nothing that anybody has handed to DVC."""
    twin = pipeline.root / _TWIN
    read = (pipeline.path(stage, name) for stage in pipeline.stages for name in stage.deps)
    return any(twin in (path, *path.parents) for path in read) and not pipeline.inputs()


def _switch_to_the_twin(root: Path) -> None:
    """Write ``twin`` where ``params.yaml`` gives ``data.mode``, and leave every other character as it is."""
    import yaml

    path = root / "params.yaml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        node = _value(_value(yaml.compose(text, Loader), "data"), "mode")
    except yaml.YAMLError:
        raise SharedAnalysisError("The parameters are not valid YAML.", "params.yaml", "correct them") from None
    if not isinstance(node, yaml.ScalarNode):
        raise SharedAnalysisError(
            "This project has no twin: nothing says which data its stages read.",
            "params.yaml: data.mode",
            "verify it on its inputs, without --twin",
        )
    write_text(path, f"{text[: node.start_mark.index]}twin{text[node.end_mark.index :]}")


def _value(node: object, key: str) -> object:
    """Return what a mapping holds under a key, or None."""
    import yaml

    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _refuse_real_data(pipeline: Pipeline) -> None:
    """What is made from real data must never be called synthetic; all that DVC is handed may be, but for the twin."""
    twin = pipeline.root / _TWIN
    doubtful = [pipeline.name(path) for path in pipeline.inputs() if path != twin and twin not in path.parents]
    doubtful += [
        name
        for stage in pipeline.stages
        for name in stage.deps
        if "://" in name or pipeline.leads_out(pipeline.path(stage, name))
    ]
    if doubtful:
        raise SharedAnalysisError(
            "A stage reads real data whatever data.mode says, or what may be: there is no run on the twin.",
            f"dvc.yaml: {doubtful[0]}",
            "let the stage depend on data/${data.mode} instead, and keep in git what is nobody's data",
        )
