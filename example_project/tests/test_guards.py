"""Data and secrets stay out of git, and nothing about the project is sent to anybody."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHECKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
NO_DATA = re.compile(next(hook["files"] for hook in CHECKS[0]["hooks"] if hook["id"] == "no-data"))


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
        "data/raw/releases/people.csv",
        "data/twin/people.csv",
        "data/interim/people.parquet",
        "data/quarantine/people.parquet",
        "data/processed/link/register.parquet",
        "reports/index.html",
        "scratch/people.csv",
        "dvc_plots/index.html",
        "people.xlsx",
        "people.txt",
        "notebooks/people.csv",
        "notebooks/people.csv.bz2",
        "contracts/people.json",
        "governance/people.docx",
        "releases/2026-01/people.parquet",
        ".vscode/people.csv",
    ],
)
def test_data_is_kept_out_of_git(path: str) -> None:
    assert git("check-ignore", "--no-index", path)
    assert NO_DATA.search(path)
    assert NO_DATA.search(f"inside/another/{path}")


@pytest.mark.parametrize(
    "path",
    [
        "data/README.md",
        "data/raw/.gitignore",
        "data/raw/people.csv.dvc",
        "dvc.lock",
        "requirements.txt",
        "requirements-dev.txt",
        "contracts/people.yaml",
        "notebooks/people.ipynb",
        "releases/2026-01/counts.csv",
        "releases/2026-01/data/counts.csv",
        "releases/2026-01/datapackage.json",
        ".vscode/settings.json",
        ".dvc/plots/bars.json",
    ],
)
def test_git_keeps_what_is_no_data(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--no-index", path], cwd=ROOT, capture_output=True)
    assert done.returncode == 1
    assert not NO_DATA.search(path)
    assert not NO_DATA.search(f"inside/another/{path}")


def test_git_ignores_passwords() -> None:
    assert git("check-ignore", "--no-index", ".env")


def test_git_ignores_the_kinds_of_files_that_the_check_before_a_commit_stops() -> None:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = {line.removeprefix("*.") for line in lines if line.startswith("*.")}
    stopped = "|".join(re.findall(r"\\\.\(([\w|]+)\)\$", NO_DATA.pattern)).split("|")
    assert ignored - {"key", "pem"} == set(stopped)


def test_git_holds_no_data() -> None:
    tracked = git("ls-files", "--", "data", "reports", "scratch").splitlines()
    assert [path for path in tracked if not path.endswith((".dvc", ".gitignore", "README.md"))] == []


def test_dvc_reports_nothing_to_anybody() -> None:
    lines = (ROOT / ".dvc" / "config").read_text(encoding="utf-8").splitlines()
    config = configparser.ConfigParser()
    config.read_string("\n".join(line.strip() for line in lines))
    assert config["core"]["analytics"] == config["core"]["check_update"] == "false"


def test_no_check_before_a_commit_needs_the_internet() -> None:
    assert [repository["repo"] for repository in CHECKS] == ["local"]
    assert {hook["language"] for hook in CHECKS[0]["hooks"]} == {"system", "fail", "pygrep"}
