"""Two commits side by side: from what they record, or run again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.reproduce import Basis, Comparison, Finding, RunOptions, Verdict, compare
from shared_analysis.reproduce.commits.comparison import Change, Metric
from tests.baked import git
from tests.unit.reproduce.small_project import (
    OUTPUTS,
    cached,
    commit,
    dvc,
    overwrite,
    recorded,
    replace,
    repro,
    text,
    write,
)

CURRENT = RunOptions("current")
METRICS, TOTALS = "reports/metrics.json", "data/processed/totals.csv"


def renamed(root: Path) -> None:
    replace(root, "code/table.py", "area,total", "area,sum")
    replace(root, "code/table.py", '"mean": round(', '"mean": 1.5 * round(')


def reshaped(root: Path) -> None:
    """One stage more, and one output less."""
    pipeline = yaml.safe_load(text(root, "dvc.yaml"))
    pipeline["stages"]["page"]["outs"].remove("reports/index.html")
    pipeline["stages"]["more"] = {"cmd": "python code/more.py", "deps": ["code/more.py"], "outs": ["more.txt"]}
    write(root, "dvc.yaml", yaml.safe_dump(pipeline, sort_keys=False))
    replace(root, "code/page.py", 'pathlib.Path("reports/index.html").write_text', "str")
    write(root, "code/more.py", 'open("more.txt", "w").write("1")')
    write(root, ".gitignore", text(root, ".gitignore") + "/more.txt\n")


def commented(root: Path) -> None:
    replace(root, "code/page.py", "import json", "# how\nimport json")


def refed(root: Path) -> None:
    """Another seed, and other people."""
    replace(root, "params.yaml", "seed: 1", "seed: 2")
    (root / "data/raw/people.csv").unlink()
    write(root, "data/raw/people.csv", "record_id,area,weight\n1,E01,0.5\n2,E02,0.5\n")
    dvc("add", "data/raw/people.csv", cwd=root)


@pytest.fixture(scope="session")
def history(real_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a tag for each change, all from the same beginning."""
    root = Path(shutil.copytree(real_once, tmp_path_factory.mktemp("history") / "project", symlinks=True))
    git("tag", "base", cwd=root)
    for change in (renamed, reshaped, commented, refed):
        git("checkout", "-q", "--detach", "base", cwd=root)
        change(root)
        repro(root)
        git("tag", change.__name__, cwd=root)
    git("checkout", "-q", "--detach", "base", cwd=root)
    (root / "dvc.lock").unlink()
    commit(root)
    git("tag", "unlocked", cwd=root)
    return root


@pytest.fixture
def root(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    root = Path(shutil.copytree(history, tmp_path / "project", symlinks=True))
    monkeypatch.chdir(root)
    return root


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["verify", "--environment", "current", *arguments])


def differing(found: Comparison) -> dict[str, tuple[str, ...]]:
    return {one.file: one.reasons for one in found.outputs if one.verdict is not Verdict.identical}


def test_a_changed_parameter_and_input_are_named_with_what_they_change(root: Path, tmp_path: Path) -> None:
    found = compare(root, "base", "refed")
    assert found.settings == (Change("params.yaml: make.seed", "1", "2"),)
    assert [(one.name, one.kind) for one in found.read] == [("data/raw", "changed")]
    assert differing(found)["data/twin"] == ("people.csv: column weight: 40 cells differ, by up to 0.99 of its value",)
    assert differing(found)[TOTALS] == ("column total: 1 cell differs, by up to 0.5 of its value",)
    assert found.verdict is Verdict.different
    assert "E02" not in found.html() + found.to_yaml()
    assert list((tmp_path / "temp").iterdir()) == []
    assert git("status", "--porcelain", cwd=root) == ""


def test_a_renamed_column_and_a_metric(root: Path) -> None:
    found = compare(root, "base", "renamed")
    assert [one.name for one in found.read] == ["code/table.py"]
    assert differing(found)[TOTALS] == ("column 2 is gone", "column 2 is new")
    (metric,) = found.metrics
    assert metric == Metric(METRICS, "mean", 0.9375, 1.40625)
    assert metric.row() == ("mean", "0.9375", "1.40625", "+0.46875 (+50.0%)")


def test_an_added_stage_and_a_removed_output(root: Path) -> None:
    found = compare(root, "base", "reshaped")
    assert differing(found) == {
        "more.txt": ("is new: no stage made it before",),
        "reports/index.html": ("no stage makes it any more",),
    }
    assert found.verdict is Verdict.missing


def test_commits_with_the_same_results_are_the_same(root: Path) -> None:
    done = command("--compare", "base", "commented")
    assert done.exit_code == 0, done.output
    assert "code/page.py: changed" in done.output
    assert "The results are the same. Outputs: 5 identical." in done.output


@pytest.mark.parametrize("more", [[], ["--twin"]])
def test_a_commit_beside_itself_is_the_same(root: Path, more: list[str]) -> None:
    done = command("--compare", "base", "base", *more)
    assert done.exit_code == 0, done.output
    assert "5 identical" in done.output


def test_without_the_content_the_hashes_speak_and_the_way_to_more_is_named(root: Path) -> None:
    remove_folder(root / ".dvc" / "cache")
    found = compare(root, "base", "renamed")
    assert git("rev-parse", "base", cwd=root)[:10] in differing(found)[TOTALS][0]
    assert "its content is not available" in differing(found)[TOTALS][0]
    assert found.metrics == ()
    assert "--twin" in found.advice
    ran = compare(root, "base", "renamed", CURRENT, basis=Basis.twin)
    assert differing(ran)[TOTALS] == ("column 2 is gone", "column 2 is new")
    assert ran.synthetic
    assert "SYNTHETIC DATA" in ran.html()
    with pytest.raises(SharedAnalysisError, match="cannot be run: its content is not available"):
        compare(root, "base", "renamed", CURRENT, basis=Basis.inputs)


def test_both_are_run_again_on_their_inputs(root: Path) -> None:
    found = compare(root, "base", "refed", CURRENT, basis=Basis.inputs)
    assert differing(found)[TOTALS] == ("column total: 1 cell differs, by up to 0.5 of its value",)
    assert not found.synthetic
    assert [one.name for one in found.read] == ["data/raw"]
    assert found.environment["python"]


def test_the_cache_is_held_to_its_hash(root: Path) -> None:
    git("checkout", "-q", "renamed", cwd=root)
    overwrite(cached(root, recorded(root, TOTALS)), b"area,total\n")
    assert "the cache holds other content under this hash" in differing(compare(root, "base", "renamed"))[TOTALS][0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--compare", "base", "unlocked"], "records no results to compare"),
        (["--compare", "base", "nowhere"], "knows no revision 'nowhere'"),
        (["--compare", "base", "renamed", "--twin", "--run"], "--run works only with --compare A B"),
        (["--compare", "base", "renamed", "--record"], "--record works only with --twin"),
        (["--run"], "--run works only with"),
    ],
)
def test_what_cannot_be_done_ends_in_words(root: Path, arguments: list[str], says: str) -> None:
    done = command(*arguments)
    assert isinstance(done.exception, SharedAnalysisError)
    assert says in str(done.exception)
    assert not list(root.parent.glob("*comparison*"))


def test_a_folder_that_is_no_repository_ends_in_words(tmp_path: Path) -> None:
    write(tmp_path, "plain/params.yaml", "")
    with pytest.raises(SharedAnalysisError, match="not a git repository"):
        compare(tmp_path / "plain", "a", "b")


def test_the_command_writes_a_page_and_a_file_for_programs(root: Path, tmp_path: Path) -> None:
    done = command("--compare", "base", "renamed")
    assert done.exit_code == 1
    assert f"{METRICS}: mean: 0.9375 before, 1.40625 after, +0.46875 (+50.0%)" in done.output
    (folder,) = tmp_path.glob("project-comparison-*")
    assert {path.name for path in folder.iterdir()} == {"comparison.html", "comparison.yaml"}
    content = yaml.safe_load((folder / "comparison.yaml").read_text(encoding="utf-8"))
    assert content["verdict"] == "different"
    assert content["metrics"] == [{"file": METRICS, "key": "mean", "before": 0.9375, "after": 1.40625}]
    assert [one["file"] for one in content["outputs"]] == OUTPUTS[:3] + sorted(OUTPUTS[3:])
    assert str(tmp_path) not in (folder / "comparison.html").read_text(encoding="utf-8")


def test_hostile_words_stay_words_on_the_page(comparison_of: Callable[[str], Comparison]) -> None:
    html = comparison_of("</title><script>alert(1)</script><img src=https://example.org/x.png>").html()
    assert "<script" not in html
    assert "<img" not in html


@pytest.fixture
def comparison_of() -> Callable[[str], Comparison]:
    def make(word: str) -> Comparison:
        finding = Finding(word, Verdict.different, word, (word,), "0", "1")
        change, metric = Change(word, word, word), Metric(word, word, 1, None)
        texts = (word, word, (word, word), (word, word))
        return Comparison(*texts, False, word, {word: word}, 1e-9, (change,), (change,), (metric,), (finding,))

    return make


def test_that_changes_which_are_not_committed_are_not_checked_is_said(root: Path) -> None:
    assert "not committed" not in command("no-such-commit").stderr
    write(root, "code/table.py", "raise SystemExit(3)\n")
    assert "Only the commit is checked." in command("no-such-commit").stderr
