"""A clean copy of a commit, ready to run: its pipeline as DVC reads it, and what its hashes stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import write_text
from shared_analysis.reproduce.commit.checkout import Source, clone
from shared_analysis.reproduce.commit.content_store import Kept
from shared_analysis.reproduce.commit.lock import read_lock
from shared_analysis.reproduce.commit.pipeline import Pipeline, dvc_settings
from shared_analysis.reproduce.judge.inputs import reads_the_twin

_TWIN = Path("data") / "twin"


@dataclass(frozen=True)
class CleanCopy:
    """One commit in its work folder; ``synthetic`` says whether it reads the twin of itself."""

    source: Source
    work: Path
    root: Path
    synthetic: bool
    pipeline: Pipeline
    kept: Kept


def clean_copy(source: Source, work: Path, *, twin: bool = False) -> CleanCopy:
    """Clone a commit into a work folder, and read its pipeline there.

    Parameters
    ----------
    source
        The commit.
    work
        The folder; what an earlier call left there is used again.
    twin
        Set ``data.mode`` to ``twin`` in the copy, so that the stages read invented data and nothing else.

    Raises
    ------
    SharedAnalysisError
        If the commit has no pipeline that can be read; or, with ``twin``, none that can do without real data.
    """
    root = clone(source, work / "clone")
    if (root / "dvc.lock").is_file():
        read_lock(root)  # says in words what is wrong with it, before DVC does
    synthetic = reads_the_twin(root)
    if twin:
        _read_the_twin(root)
    settings, cache = dvc_settings(source.root)
    pipeline = Pipeline(root, work / "cache", settings)
    if twin:
        _refuse_real_data(pipeline)
    return CleanCopy(source, work, root, synthetic, pipeline, Kept([cache, work / "cache"], pipeline))


def _read_the_twin(root: Path) -> None:
    """Write ``twin`` where ``params.yaml`` gives ``data.mode``, and leave every other character as it is."""
    import yaml

    path = root / "params.yaml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        node = _value(_value(yaml.compose(text, yaml.SafeLoader), "data"), "mode")
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
    read = [pipeline.name(place) for place in pipeline.inputs() if place != twin and twin not in place.parents]
    read += [
        name
        for stage in pipeline.stages
        for name in stage.deps
        if "://" in name or pipeline.leads_out(pipeline.path(stage, name))
    ]
    if read:
        raise SharedAnalysisError(
            "A stage reads real data whatever data.mode says, or what may be: there is no run on the twin.",
            f"dvc.yaml: {read[0]}",
            "let the stage depend on data/${data.mode} instead, and keep in git what is nobody's data",
        )
