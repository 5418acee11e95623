"""A template that makes a small project, in two releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.baked import git
from tests.unit.reproduce.small_project import (
    DVC,
    MAKE,
    NOTEBOOK,
    PAGE,
    TABLE,
    WHEEL,
    commit,
    lock_wheel,
    replace,
    write,
)


def make(folder: Path) -> Path:
    """A template with two releases, of which the second counts otherwise, and a project of the first, side by side."""
    template = folder / "template"
    inside = template / "project"
    write(template, "copier.yml", '_subdirectory: project\n_templates_suffix: ".jinja"\nowner: Borough\n')
    _pipeline(inside)
    write(inside, ".copier-answers.yml.jinja", "{{ _copier_answers | to_nice_yaml }}")
    git("init", "-q", "-b", "main", cwd=template)
    commit(template)
    git("tag", "v0.1.0", cwd=template)
    replace(inside, "code/table.py", "factor = 2.5", "factor = 3.5")
    write(inside, "notes.md", "# Counted otherwise\n")
    replace(template, "copier.yml", "owner: Borough\n", "owner: Borough\nsteward: Team\n")
    commit(template)
    git("tag", "v0.2.0", cwd=template)

    project = folder / "project"
    git("-c", "advice.detachedHead=false", "clone", "-q", "-b", "v0.1.0", template, folder / "first", cwd=folder)
    (folder / "first" / "project").rename(project)
    (project / ".copier-answers.yml.jinja").unlink()
    write(project, ".copier-answers.yml", f"_commit: v0.1.0\n_src_path: {template.as_posix()}\nowner: Borough\n")
    git("init", "-q", "-b", "main", cwd=project)
    git("config", "user.name", "Analyst", cwd=project)
    git("config", "user.email", "analyst@example.org", cwd=project)
    commit(project)
    return project


def _pipeline(root: Path) -> None:
    code = TABLE.replace('float(open("data/raw/factor.csv").read().split()[1])', "2.5")
    for name, text in {"make": MAKE, "table": code, "page": PAGE}.items():
        write(root, f"code/{name}.py", text)
    stages: dict[str, Any] = DVC["stages"]
    table = {**stages["table"], "deps": ["code/table.py", "data/${data.mode}", "requirements.txt", "vendor"]}
    write(root, "dvc.yaml", yaml.safe_dump({"stages": {**stages, "table": table}}, sort_keys=False))
    write(root, "notebooks/page.ipynb", json.dumps(NOTEBOOK))
    write(root, "params.yaml", "data:\n  mode: raw\nmake:\n  seed: 1\n")
    write(root, "project.yaml", "project: {name: Small}\n")
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/\n")
    write(root, ".dvc/config", "[core]\n    analytics = false\n")
    write(root, WHEEL, "a wheel")
    lock_wheel(root)
