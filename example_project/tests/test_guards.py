"""Data and secrets stay out of git, and nothing about the project is sent to anybody."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module", autouse=True)
def _in_a_repository() -> None:
    if shutil.which("git") is None or not any((folder / ".git").exists() for folder in (ROOT, *ROOT.parents)):
        pytest.skip("the project is not under git")


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/people.csv",
        "data/raw/more/people.parquet",
        "data/twin/people.csv",
        "data/interim/people.parquet",
        "data/quarantine/people.parquet",
        "data/processed/link/register.parquet",
        "reports/index.html",
        "scratch/people.csv",
        "dvc_plots/index.html",
        "people.xlsx",
        "notebooks/people.csv",
        ".env",
    ],
)
def test_git_ignores(path: str) -> None:
    assert git("check-ignore", "--no-index", path)


@pytest.mark.parametrize(
    "path", ["data/raw/people.csv.dvc", "dvc.lock", "releases/2026-01/counts.csv", "contracts/people.yaml"]
)
def test_git_keeps(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--no-index", path], cwd=ROOT, capture_output=True)
    assert done.returncode == 1


def test_git_holds_no_data() -> None:
    tracked = git("ls-files", "--", "data", "reports", "scratch").splitlines()
    assert [path for path in tracked if not path.endswith((".dvc", ".gitignore", "README.md"))] == []


def test_dvc_reports_nothing_to_anybody() -> None:
    lines = (ROOT / ".dvc" / "config").read_text(encoding="utf-8").splitlines()
    config = configparser.ConfigParser()
    config.read_string("\n".join(line.strip() for line in lines))
    assert config["core"]["analytics"] == config["core"]["check_update"] == "false"


def test_no_check_before_a_commit_needs_the_internet() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    assert {hook["language"] for hook in config["repos"][0]["hooks"]} == {"system", "fail"}
