"""Make projects from the template as cookiecutter and copier do."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cookiecutter.main import cookiecutter
from copier import run_copy

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "{{ cookiecutter.project_slug }}"
QUESTIONS: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
TEXTS = ("project_name", "outcome", "lead_organisation", "partner_organisations", "contact")
CHOICES: dict[str, list[str]] = {
    name: value for name, value in QUESTIONS.items() if name[0] != "_" and isinstance(value, list)
}


def cycled() -> list[dict[str, str]]:
    """Return answers that take every value of every choice at least once, in as few projects as there can be."""
    rounds = max(len(values) for values in CHOICES.values())
    steps = enumerate(CHOICES.items())
    by_question = {
        name: [values[(i + i // len(values) * step) % len(values)] for i in range(rounds)]
        for step, (name, values) in steps
    }
    return [{name: values[i] for name, values in by_question.items()} for i in range(rounds)]


def copy_template(folder: Path) -> Path:
    """Copy what the two tools read, so that copier sees a plain folder and not this repository's history."""
    folder.mkdir(parents=True)
    for name in ("cookiecutter.json", "copier.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("hooks", TEMPLATE):
        ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".ruff_cache")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


def settings(folder: Path, answers: Mapping[str, str] | None = None) -> Path:
    """Write a configuration file that keeps cookiecutter's own files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "replay_dir": str(folder / "replay"),
        "cookiecutters_dir": str(folder / "templates"),
        "default_context": dict(answers or {}),
    }
    path = folder / "settings.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def by_cookiecutter(template: Path, folder: Path, answers: Mapping[str, str] | None = None, **options: Any) -> Path:
    """Make a project inside ``folder`` without asking; return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    config = settings(folder.parent / f"{folder.name}-settings")
    made = cookiecutter(
        str(template),
        no_input=True,
        extra_context=dict(answers or {}),
        output_dir=str(folder),
        config_file=str(config),
        **options,
    )
    return Path(made)


def typed(template: Path, folder: Path, answers: Mapping[str, str]) -> Path:
    """Make a project inside ``folder`` by typing the answers at cookiecutter's prompts (Enter where there is none)."""
    lines = []
    for name, value in QUESTIONS.items():
        if not name.startswith("_"):
            answer = answers.get(name, "")
            lines.append(str(value.index(answer) + 1) if isinstance(value, list) and answer else answer)
    config = settings(folder.parent / f"{folder.name}-settings")
    folder.mkdir(parents=True, exist_ok=True)
    before, sys.stdin = sys.stdin, io.StringIO("\n".join(lines) + "\n", newline="\n")
    try:
        return Path(cookiecutter(str(template), output_dir=str(folder), config_file=str(config)))
    finally:
        sys.stdin = before


def by_copier(template: Path, folder: Path, answers: Mapping[str, str] | None = None) -> Path:
    """Make a project as ``folder`` without asking; return where it is."""
    run_copy(str(template), folder, data=dict(answers or {}), defaults=True, quiet=True)
    return folder


def files(project: Path) -> dict[str, Path]:
    """Return every file of a project but git's own, by its path with forward slashes."""
    paths = (path for path in project.rglob("*") if path.is_file())
    found = {path.relative_to(project).as_posix(): path for path in paths}
    return {name: found[name] for name in sorted(found) if not name.startswith(".git/")}


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment as if the environment were active."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def commit(project: Path, message: str) -> None:
    """Commit all that git sees in a project."""
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("add", "--all"), (*who, "commit", "--quiet", "--message", message)):
        done = run("git", *arguments, cwd=project)
        assert done.returncode == 0, done.stderr
