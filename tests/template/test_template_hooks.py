"""The hooks: git init only where it is wanted, next steps, and nothing else."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from baking import ROOT, by_cookiecutter, files, run
from cookiecutter.generate import generate_files
from cookiecutter.utils import work_in

HOOKS = sorted((ROOT / "hooks").glob("*.py"))


def test_the_project_gets_a_repository_of_its_own(
    template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = by_cookiecutter(template, tmp_path / "out", {"dvc_remote": "azure"})
    assert (project / ".git").is_dir()
    assert run("git", "symbolic-ref", "HEAD", cwd=project).stdout.strip() == "refs/heads/main"
    assert run("git", "status", "--porcelain", cwd=project).stdout.startswith("?? ")
    said = capfd.readouterr().out
    assert f'cd "{project.resolve()}"' in said
    for command in (
        "-m venv .venv",
        "-r requirements.txt",
        "-r requirements-azure.txt",
        "dvc repro",
        "git add .",
        "git commit",
    ):
        assert command in said
    assert "&&" not in said  # PowerShell 5 has none


def test_inside_a_repository_it_gets_none(template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("git", "init", "--quiet", cwd=tmp_path).returncode == 0
    project = by_cookiecutter(template, tmp_path / "a" / "b")
    assert not (project / ".git").exists()
    said = capfd.readouterr().out
    assert f"inside a git repository already, so it has none of its own:\n    {tmp_path.resolve()}\n" in said
    assert "here they do nothing" in said
    assert f'pre-commit install --config "a/b/{project.name}/.pre-commit-config.yaml"\n' in said
    assert "make the project outside" in said


def test_inside_a_worktree_or_submodule_it_gets_none(template: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /somewhere/else\n", encoding="utf-8")
    assert not (by_cookiecutter(template, tmp_path / "out") / ".git").exists()


def test_without_git_the_project_is_whole_and_says_so(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no-programs").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    project = by_cookiecutter(template, tmp_path / "out")
    assert not (project / ".git").exists()
    assert (project / "dvc.yaml").is_file()
    assert "install git" in capfd.readouterr().out


def test_called_from_a_git_hook_it_leaves_that_repository_alone(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("GIT_DIR", str(elsewhere))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    project = by_cookiecutter(template, tmp_path / "out")
    assert (project / ".git").is_dir()
    assert not elsewhere.exists()


def test_hooks_work_where_the_caller_gives_only_the_answers(template: Path, tmp_path: Path) -> None:
    """Tools that call cookiecutter's functions leave out the keys `_repo_dir`, `_template` and others."""
    first = by_cookiecutter(template, tmp_path / "first")
    replay = tmp_path / "first-settings" / "replay" / f"{template.name}.json"
    context = json.loads(replay.read_text(encoding="utf-8"))
    for key in ("_repo_dir", "_template", "_output_dir", "_checkout"):
        del context["cookiecutter"][key]
    with work_in(tmp_path):
        second = Path(generate_files(str(template), context, str(tmp_path / "second")))
    different = [name for name, path in files(first).items() if path.read_bytes() != (second / name).read_bytes()]
    assert different == [".copier-answers.yml"]  # it cannot name the template's address


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: path.name)
def test_hooks_use_the_standard_library_no_network_and_no_clock(hook: Path) -> None:
    source = hook.read_text(encoding="utf-8")
    assert source.isascii()
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    assert not imported & {"socket", "ssl", "http", "urllib", "urllib.request", "time", "datetime", "random", "uuid"}
    assert imported <= {"json", "re", "sys", "os", "shutil", "subprocess", "pathlib"}
    assert '"dvc"' not in source  # named in what is printed, never run
