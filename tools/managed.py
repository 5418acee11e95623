"""Write down what the template makes of the files that it keeps up to date, so that a project can tell its edits."""

from __future__ import annotations

import yaml
from cookiecutter.environment import StrictEnvironment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shared_analysis.integrity import MANAGED_LIST, content_sha256
from tools import TEMPLATE, VENDOR
from tools.lock import PROJECT_LOCK, REMOTES, drivers

SERVERS = (".github/workflows/ci.yml", "azure-pipelines.yml")
FILES = (
    ".dvc/.gitignore",
    ".dvcignore",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    *SERVERS,
    "data/raw/.gitignore",
    "tests/test_guards.py",
)
HEAD = """\
# The files that the template keeps up to date, as it made them: SHA-256 by path, and what each lock must hold by name.
# `shared-analysis check` tells by it what was edited. Nothing here is to be edited.
"""


def text() -> str:
    """Make the list from what the template holds now.

    Raises
    ------
    ValueError
        If a managed file depends on the answers: then nobody could tell an edit from an answer.
    """
    wheels = sorted(VENDOR.glob("*.whl"))
    content = {
        "files": {name: content_sha256(_rendered(name)) for name in FILES}
        | {f"vendor/{wheel.name}": content_sha256(wheel.read_bytes()) for wheel in wheels},
        "locks": {PROJECT_LOCK.name: [*_asked(), *(f"vendor/{wheel.name}" for wheel in wheels)]}
        | {f"requirements-{remote}.txt": [package] for remote, package in REMOTES.items()}
        | {f"requirements-{database}.txt": _names(packages) for database, packages in drivers().items()},
        "alternatives": [list(SERVERS)],
    }
    return HEAD + yaml.safe_dump(content, sort_keys=False)


def refresh() -> None:
    """Write the list into the template."""
    (TEMPLATE / MANAGED_LIST).write_text(text(), encoding="utf-8", newline="\n")


def _rendered(name: str) -> bytes:
    source = (TEMPLATE / name).read_text(encoding="utf-8")
    if "cookiecutter." in source:
        raise ValueError(f"{name} depends on the answers, so it cannot be managed")
    context = {"cookiecutter": {}}
    rendered: str = StrictEnvironment(context=context, keep_trailing_newline=True).from_string(source).render(**context)
    return rendered.encode()


def _asked() -> list[str]:
    """Name the packages that the project needs by name."""
    lines = (TEMPLATE / "requirements.in").read_text(encoding="utf-8").splitlines()
    return _names([line for line in lines if line and not line.startswith(("#", "./"))])


def _names(requirements: list[str]) -> list[str]:
    return [canonicalize_name(Requirement(line).name) for line in requirements]
