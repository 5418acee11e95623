"""The pipeline as its files say is the pipeline as DVC reads it, or it is refused."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.dvc_files import DvcFiles
from shared_analysis.dvc_repo import DvcRepo
from shared_analysis.errors import SharedAnalysisError

PARAMS = {"mode": "twin", "size": 10, "deep": {"rate": 0.5, "on": True, "nothing": None}, "many": [1, 2]}
names = st.sampled_from(["a", "b", "clean", "Übersicht", "z-9"])
fills = st.sampled_from(["", "${mode}", "-${size}-", "${deep.rate}", "${deep.on}", "\\${mode}"])


@st.composite
def pipelines(draw: st.DrawFn) -> dict[str, Any]:
    """Draw stages, each reading only what earlier ones make, and written in any order."""
    chosen = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    entries: list[tuple[str, dict[str, Any]]] = []
    made: list[str] = []
    for name in chosen:
        wdir = draw(st.sampled_from([None, "sub"]))
        up = "../" if wdir else ""
        deps = draw(st.lists(st.sampled_from([*made, "code/x.py", "raw/in.csv", "raw"]), max_size=3, unique=True))
        outs = [f"out/{name}/{n}{draw(fills).replace(chr(92), '')}" for n in range(draw(st.integers(1, 2)))]
        outs = [out.replace("${deep.nothing}", "") for out in outs]
        command = f"run {name} {draw(fills)} x"
        entry: dict[str, Any] = {"cmd": draw(st.sampled_from([command, [command, "then"], f"{command}\nthen\n"]))}
        if wdir:
            entry["wdir"] = wdir
        if deps:
            entry["deps"] = [up + dep for dep in deps]
        entry["outs"] = [
            draw(st.sampled_from([up + out, {up + out: {"cache": False}}, {up + out: {"persist": True}}]))
            for out in outs
        ]
        if draw(st.booleans()):
            entry["metrics"] = [f"{up}metrics/{name}.json"]
        params = draw(
            st.lists(
                st.sampled_from(["mode", "deep", "deep.rate", "many", "many.1", "many.9", "absent"]),
                max_size=2,
                unique=True,
            )
        )
        if params and not wdir:
            entry["params"] = [*params, *draw(st.sampled_from([[], [{"other.json": None}], [{"other.json": ["k"]}]]))]
        entries.append((name, entry))
        made += outs
    return {"stages": dict(draw(st.permutations(entries)))}


def write(root: Path, content: dict[str, Any]) -> None:
    text = "n\n1\n"
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    files = {
        ".dvc/config": "[core]\n    no_scm = true\n",
        "dvc.yaml": yaml.safe_dump(content, sort_keys=False, allow_unicode=True),
        "params.yaml": yaml.safe_dump(PARAMS),
        "other.json": '{"k": 1, "l": [2]}',
        "raw/in.csv": text,
        "raw/in.csv.dvc": yaml.safe_dump({"outs": [{"md5": digest, "hash": "md5", "path": "in.csv", "size": 4}]}),
        "code/x.py": "",
        "sub/note.txt": "",
        "raw/deep/left out.txt": "",
        ".dvcignore": "left out.txt\n# a remark\n",
    }
    for name, words in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(words, encoding="utf-8", newline="\n")


def by_dvc(root: Path) -> DvcRepo:
    places = {"core": {"site_cache_dir": str(root.parent / "site")}, "cache": {"dir": str(root.parent / "cache")}}
    return DvcRepo(root, places)


def held(read: DvcRepo | DvcFiles, root: Path) -> tuple[Any, ...]:
    """Read it all; in the project's root, from which DVC counts the names by which it sorts."""
    with contextlib.chdir(root):
        return list(read.stages()), read.added(), read.pointers(), read.shown(), sorted(read.files(root / "raw"))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=pipelines())
def test_both_read_the_same(tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]) -> None:
    root = tmp_path_factory.mktemp("plain") / "project"
    write(root, content)
    assert held(DvcFiles(root), root) == held(by_dvc(root), root)
    shutil.rmtree(root.parent)


def test_what_makes_a_file_of_parameters_runs_before_what_reads_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    reads = {"cmd": "x", "params": [{"tuned/best.json": ["depth"]}], "outs": ["made.txt"]}
    write(root, {"stages": {"a": reads, "z": {"cmd": "x", "outs": ["tuned"]}}})
    for read in (DvcFiles(root), by_dvc(root)):
        (root / "tuned").mkdir()
        first, second = read.stages()
        assert (first.name, second.name, second.params) == ("z", "a", {"tuned/best.json": {}})
        (root / "tuned/best.json").write_text('{"depth": 3, "more": 4}', encoding="utf-8")
        assert read.params(second, "tuned/best.json") == {"depth": 3}
        shutil.rmtree(root / "tuned")


def test_the_templates_own_pipeline_is_read_the_same(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(
        Path(__file__).parents[2] / "example_project",
        root,
        ignore=shutil.ignore_patterns(".venv", "reports", "cache", "tmp", ".git"),
    )
    config = root / ".dvc" / "config"
    config.write_text(config.read_text(encoding="utf-8") + "    no_scm = true\n", encoding="utf-8")
    assert list(DvcFiles(root).stages()) == list(by_dvc(root).stages())
    assert DvcFiles(root).shown() == by_dvc(root).shown()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"stages": {"a": {"foreach": [1], "do": {"cmd": "x"}}}}, "`do`"),
        ({"stages": {"a": {"matrix": {"m": [1]}, "cmd": "x"}}}, "`matrix`"),
        ({"vars": [{"x": 1}], "stages": {"a": {"cmd": "x"}}}, "`vars`"),
        ({"stages": {"a": {"cmd": "x ${many}"}}}, "several values"),
        ({"stages": {"a": {"cmd": "x ${nowhere.at}"}}}, "does not have what"),
        ({"stages": {"a": {"cmd": "x", "params": [{"settings.py": ["k"]}]}}}, "settings.py"),
        (
            {
                "stages": {
                    "a": {"cmd": "x", "deps": ["b"], "outs": ["c"]},
                    "d": {"cmd": "x", "deps": ["c"], "outs": ["b"]},
                }
            },
            "wait",
        ),
    ],
)
def test_what_only_dvc_can_read_is_refused_by_name(tmp_path: Path, content: dict[str, Any], says: str) -> None:
    root = tmp_path / "project"
    write(root, content)
    with pytest.raises(SharedAnalysisError, match=says):
        list(DvcFiles(root).stages())


def test_a_pipeline_in_several_files_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(root, {"stages": {"a": {"cmd": "x"}}})
    (root / "sub" / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="more files than one"):
        DvcFiles(root)
