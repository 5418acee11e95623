"""What is relied on of DVC's Python interfaces, some of them private: these fail when an upgrade changes them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared_analysis.dvc_repo import DvcRepo, pipeline_fault, read_settings
from shared_analysis.errors import SharedAnalysisError

DVC: dict[str, Any] = {
    "vars": [{"words": "long"}],
    "stages": {
        "second": {"cmd": "b", "deps": ["first.csv", "raw"], "outs": ["second.csv"], "wdir": "inner"},
        "first": {
            "cmd": ["a ${words}", "a2"],
            "deps": ["raw/people.csv"],
            "params": ["make.seed", {"other.toml": None}],
            "outs": ["inner/first.csv"],
            "metrics": ["metrics.json"],
        },
    },
    "metrics": ["claimed.json"],
    "plots": ["curve.csv", {"ROC": {"x": "x", "y": {"claims/roc.csv": "y"}}}, {"other.csv": None}],
}
PEOPLE = "n\n1\n"
DIGEST = hashlib.md5(PEOPLE.encode(), usedforsecurity=False).hexdigest()
ADDED = {"outs": [{"md5": DIGEST, "hash": "md5", "path": "people.csv", "size": 3}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project as DVC finds it, in no repository of git."""
    files = {
        ".dvc/config": "[core]\n    no_scm = true\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
        "dvc.yaml": yaml.safe_dump(DVC, sort_keys=False),
        "raw/people.csv.dvc": yaml.safe_dump(ADDED),
        "raw/people.csv": PEOPLE,
        "raw/notes.txt": "",
        ".dvcignore": "raw/notes.txt\n",
        "params.yaml": "make:\n  seed: 1\n",
        "other.toml": "x = 2\n",
        "inner/raw": "",
    }
    root = tmp_path / "project"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    return root


@pytest.fixture
def repo(root: Path, tmp_path: Path) -> DvcRepo:
    return DvcRepo(
        root, {"core": {"site_cache_dir": str(tmp_path / "site")}, "cache": {"dir": str(tmp_path / "cache")}}
    )


def test_stages_come_in_the_order_in_which_they_run(repo: DvcRepo, root: Path) -> None:
    first, second = repo.stages()
    assert (first.name, first.commands, first.folder) == ("first", ("a long", "a2"), root)
    assert (first.deps, first.outs) == (("raw/people.csv",), ("inner/first.csv", "metrics.json"))
    assert first.metrics == ("metrics.json",)
    assert first.params == {"params.yaml": {"make.seed": 1}, "other.toml": {"x": 2}}
    assert (second.name, second.folder, second.deps) == ("second", root / "inner", ("first.csv", "raw"))


def test_what_was_added_by_hand_is_known_with_its_hash(repo: DvcRepo, root: Path) -> None:
    assert repo.added() == {root / "raw/people.csv": DIGEST}


def test_metrics_and_plots_beside_the_stages_are_known(repo: DvcRepo, root: Path) -> None:
    names = [path.relative_to(root).as_posix() for path in repo.shown()]
    assert names == ["claimed.json", "claims/roc.csv", "curve.csv", "other.csv"]


def test_a_folder_is_listed_without_what_dvc_ignores(repo: DvcRepo, root: Path) -> None:
    assert sorted(path.name for path in repo.files(root / "raw")) == ["people.csv", "people.csv.dvc"]


def test_what_the_remote_has_comes_into_the_cache(repo: DvcRepo, root: Path, tmp_path: Path) -> None:
    name = f"files/md5/{DIGEST[:2]}/{DIGEST[2:]}"
    (tmp_path / "store" / name).parent.mkdir(parents=True)
    (tmp_path / "store" / name).write_text(PEOPLE, encoding="utf-8", newline="\n")
    assert repo.fetch([root / "raw" / "people.csv"])
    assert (tmp_path / "cache" / name).read_text(encoding="utf-8") == PEOPLE


def test_without_a_remote_nothing_comes_and_nothing_is_raised(root: Path, tmp_path: Path) -> None:
    (root / ".dvc" / "config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
    DvcRepo(root, {"cache": {"dir": str(tmp_path / "cache")}}).fetch([root / "raw" / "people.csv"])
    assert not list(tmp_path.glob("cache/files/md5/*/*"))


def test_the_remotes_and_the_cache_are_the_reviewers(root: Path, tmp_path: Path) -> None:
    settings, cache = read_settings(root)
    assert settings["core"] == {"remote": "store"}
    assert Path(settings["remote"]["store"]["url"]) == tmp_path / "store"
    assert cache == root / ".dvc" / "cache"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stages: {a: {cmd: x}, a: {cmd: y}}\n", "DVC cannot read dvc.yaml: it names a key twice."),
        ("stages: [\n", "DVC cannot read dvc.yaml: its YAML is damaged."),
        ("stages:\n  a: {cmd: x, deps: [b], outs: [b]}\n", "DVC cannot read the pipeline: "),
    ],
)
@pytest.mark.parametrize("runs_in", ["/", "..", ".", "raw"])
def test_what_dvc_cannot_read_is_said_in_words_wherever_it_is_read(
    runs_in: str, text: str, says: str, repo: DvcRepo, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "dvc.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(root / runs_in)
    with pytest.raises(SharedAnalysisError) as refused:
        list(repo.stages())
    assert refused.value.what.startswith(says)
    assert root.parent.name not in refused.value.what
    assert ".." not in refused.value.what


def test_two_stages_that_write_to_one_path_are_a_fault(root: Path, tmp_path: Path) -> None:
    assert pipeline_fault(root, tmp_path / "site") is None
    clash = {"cmd": "c", "outs": ["metrics.json"]}
    both = DVC | {"stages": DVC["stages"] | {"third": clash}}
    (root / "dvc.yaml").write_text(yaml.safe_dump(both, sort_keys=False), encoding="utf-8")
    fault = pipeline_fault(root, tmp_path / "site")
    assert fault is not None
    assert fault.startswith("dvc.yaml: output 'metrics.json' is specified in")
