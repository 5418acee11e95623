"""What the repository has for itself: checks before a commit, tests on every system, merges of what is derived."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.baked import git, run
from tools import EXAMPLE, ROOT, TEMPLATE
from tools.architecture import PICTURE
from tools.lock import DEVELOPERS, PROJECT_LOCK, REMOTES, STARTER, remote_lock
from tools.skeletons import SKELETONS
from tools.spec_pages import FOLDER

UNTIDY = "import os  \r\nx  =  1\n\n\n"
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"


def derived() -> list[str]:
    """Every file that `python -m tools.rebuild` makes and git keeps."""
    locks = [PROJECT_LOCK, *map(remote_lock, REMOTES), *(ROOT / f"{name}.txt" for name in (DEVELOPERS, STARTER))]
    places = [*locks, TEMPLATE / ".managed-files.yaml", TEMPLATE / "vendor", EXAMPLE, SKELETONS, FOLDER, PICTURE]
    names = run("git", "ls-files", "-z", "--", *places, cwd=ROOT).stdout.split("\0")[:-1]
    assert len(names) > len(places)
    return names


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An empty repository with this one's settings."""
    root = tmp_path / "copy"
    root.mkdir()
    for name in (".gitattributes", ".pre-commit-config.yaml", "pyproject.toml"):
        shutil.copyfile(ROOT / name, root / name)
    git("init", "-q", "-b", "main", cwd=root)
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    git("add", "-A", cwd=root)


def test_the_checks_before_a_commit_tidy_what_is_written_and_leave_what_is_derived(copy: Path) -> None:
    written = ["tools/made.py", "shared_analysis/src/shared_analysis/made.py", f"{TEMPLATE.name}/README.md"]
    names = [name for name in derived() if not name.endswith(".whl")]
    write(copy, dict.fromkeys([*written, *names], UNTIDY))
    checked = run(sys.executable, "-m", "pre_commit", "run", "--all-files", cwd=copy, check=False)
    assert checked.returncode == 1
    assert {name for name in names if (copy / name).read_bytes() != UNTIDY.encode()} == set()
    for name in written:
        assert b"\r" not in (copy / name).read_bytes(), checked.stdout
        assert b" \n" not in (copy / name).read_bytes()
    assert (copy / written[0]).read_text(encoding="utf-8").endswith("\nx = 1\n")
    assert "`os` imported but unused" in checked.stdout


def test_what_is_derived_is_never_merged_line_by_line() -> None:
    told = run("git", "check-attr", "merge", "--", *derived(), cwd=ROOT).stdout.splitlines()
    assert [line for line in told if not line.endswith(": merge: unset")] == []
    every = run("git", "ls-files", "-z", cwd=ROOT).stdout.split("\0")[:-1]
    by_hand = [name for name in set(every) - set(derived()) if name.endswith((".py", ".md", ".ipynb", ".yaml"))]
    told = run("git", "check-attr", "merge", "--", *by_hand, cwd=ROOT).stdout.splitlines()
    assert [line for line in told if not line.endswith(": merge: unspecified")] == []


def test_two_branches_that_both_rebuilt_merge_by_rebuilding(copy: Path) -> None:
    """Nothing derived has marks in it, all of it can be read, and adding what was rebuilt ends the merge."""
    inside, code = TEMPLATE.name, [f"shared_analysis/src/shared_analysis/{name}.py" for name in ("one", "two")]
    wheel = f"{inside}/vendor/shared_analysis-0.2.0.dev0+%s-py3-none-any.whl"
    asked, lock, page = f"{inside}/requirements.in", f"{inside}/requirements.txt", "example_project/dvc.lock"

    def rebuilt(build: str) -> dict[str, str]:
        (copy / inside / "vendor").mkdir(parents=True, exist_ok=True)
        for old in (copy / inside / "vendor").iterdir():
            old.unlink()
        return {
            wheel % build: f"PK\0{build}" + "the same in each\n" * 99,
            lock: f"a=={build}\n",
            page: f"md5: {build}\n",
        }

    def ask(build: str, *packages: str) -> dict[str, str]:
        return {asked: "\n".join(["# What is asked for", f"./{wheel % build}", "dvc", *packages]) + "\n"}

    def commit(files: dict[str, str]) -> None:
        write(copy, files)
        git("commit", "-q", "-m", "A change", cwd=copy)

    commit({code[0]: "a = 1\n", code[1]: "b = 1\n"} | rebuilt("base") | ask("base"))
    git("checkout", "-q", "-b", "theirs", cwd=copy)
    commit({code[1]: "b = 2\n"} | rebuilt("theirs") | ask("theirs", "theirs-only"))
    git("checkout", "-q", "main", cwd=copy)
    commit({code[0]: "a = 2\n"} | rebuilt("ours") | ask("ours", "ours-only"))

    who = ("-c", "user.name=Analyst", "-c", "user.email=analyst@example.org")
    merge = run("git", *who, "merge", "-q", "theirs", cwd=copy, check=False)
    assert merge.returncode == 1, merge.stdout
    content = {name: (copy / name).read_text(encoding="utf-8") for name in (lock, page, asked, *code)}
    assert (content[lock], content[page]) == ("a==ours\n", "md5: ours\n")
    assert {"ours-only", "theirs-only", "dvc"} < set(content[asked].splitlines())
    assert [content[name] for name in code] == ["a = 2\n", "b = 2\n"]

    write(copy, rebuilt("both") | ask("both", "ours-only", "theirs-only"))
    git("commit", "-q", "--no-edit", cwd=copy)
    assert git("status", "--porcelain", cwd=copy) == ""
    assert [path.name for path in (copy / inside / "vendor").iterdir()] == [Path(wheel % "both").name]


def steps() -> list[dict[str, Any]]:
    """The steps of the one job of the workflow."""
    (job,) = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].values()
    return list(job["steps"])


def test_every_system_and_both_ends_of_python_are_tested() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    matrix = job["strategy"]["matrix"]
    cells = set(itertools.product(matrix["os"], matrix["python"]))
    cells |= {(cell["os"], cell["python"]) for cell in matrix["include"]}
    systems = ("ubuntu-latest", "windows-latest", "macos-latest")
    assert cells == {*itertools.product(systems, ("3.11", "3.13")), ("ubuntu-latest", "3.14")}
    assert job["strategy"]["fail-fast"] is False
    assert workflow["permissions"] == {"contents": "read"}
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in steps() if "uses" in step)


def test_the_workflow_says_what_run_py_and_pytest_understand(tmp_path: Path) -> None:
    temporary = tmp_path.as_posix()
    lines = [
        step["run"].replace("${{ runner.temp }}", temporary) for step in steps() if "run.py" in step.get("run", "")
    ]
    chosen = set()
    for words in map(shlex.split, lines):
        if words[0] != "python":
            continue
        script, command, *options = words[1:]
        assert (ROOT / script).is_file()
        assert command in {"demo", "test"}
        if "-m" in options:
            plain = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # they take seconds to load
            tried = run(sys.executable, "-m", "pytest", *options, cwd=tmp_path, check=False, **plain)
            assert tried.returncode == NO_TESTS, tried.stderr
            chosen.add(options[options.index("-m") + 1])
    assert chosen == {"slow", "not slow"}
