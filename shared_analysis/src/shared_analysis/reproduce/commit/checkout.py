"""A clean copy of one commit, ready to run: its files, its pipeline, and the store that its hashes stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared_analysis.dvc_repo import read_settings
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link, remove_folder
from shared_analysis.git import git
from shared_analysis.project import write_text
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.lock import read_lock
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.writing import LeadsOut, delete, move, refuse_links
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
    """

    source: Source
    workspace: Path
    root: Path
    pipeline: Pipeline
    store: ContentStore
    synthetic: bool
    twin: bool

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
        The folder; what an earlier call left in it is used again.
    twin
        Set ``data.mode`` to ``twin`` in the copy, so that the stages read invented data and nothing else.

    Raises
    ------
    SharedAnalysisError
        If the commit has no pipeline that can be read; or, with ``twin``, none that can do without real data.
    """
    root = _clone(source, workspace / "clone")
    if (root / "dvc.lock").is_file():
        read_lock(root)  # says in words what is wrong with it, before DVC does
    synthetic = _reads_the_twin(root)
    if twin:
        _switch_to_the_twin(root)
    settings, cache = read_settings(source.root)
    pipeline = Pipeline(root, workspace / "cache", settings)
    if twin:
        _refuse_real_data(pipeline)
    store = ContentStore([cache, workspace / "cache"], pipeline)
    return CleanCopy(source, workspace, root, pipeline, store, synthetic, twin)


def untracked(top: Path) -> list[Path]:
    """List the files of a clean copy that git does not hold, ignored ones too."""
    return [top / name for name in git("ls-files", "--others", "-z", cwd=top).split("\0") if name]


def changed(top: Path) -> list[Path]:
    """List the files of a folder of a clean copy that are not, or not any more, as git holds them."""
    return [top / name for name in git("diff", "--name-only", "--relative", "-z", cwd=top).split("\0") if name]


def tracked(root: Path) -> dict[str, str]:
    """List what the commit holds below a folder of its copy: git's mode by path."""
    entries = git("ls-files", "--stage", "-z", cwd=root).split("\0")
    return {path: about.split()[0] for about, _, path in (entry.partition("\t") for entry in entries) if path}


def _clone(source: Source, target: Path) -> Path:
    """Clone the commit into ``target``, which appears only when it is whole; return the project's root in it."""
    root = target / source.prefix
    if is_link(target) or is_link(target / ".git"):  # a stage of an earlier run put it there
        delete(target, within=target.parent)
    if target.exists():
        (target / ".git" / "index.lock").unlink(missing_ok=True)  # of a run that was killed
        git("reset", "--quiet", "--hard", source.commit, cwd=target)
        delete(root / ".dvc" / "tmp", within=target)
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
        move(part, target, within=target.parent)
    _refuse_linked_folders(target, root)
    if not (root / "dvc.yaml").is_file():
        raise SharedAnalysisError(
            "There is no pipeline in this commit.", f"dvc.yaml at {source.commit[:10]}", "name another revision"
        )
    return root


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
