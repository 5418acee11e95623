"""What the template manages and the project edited is told as a warning; what is the project's own is not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from shared_analysis.checks import check_project

RULES = "root = true\n"
WHEEL = b"PK\0a wheel\r\n"
LIST = f"""\
files:
  .editorconfig: {hashlib.sha256(RULES.encode()).hexdigest()}
  .github/workflows/ci.yml: {hashlib.sha256(b"on: push" + bytes([10])).hexdigest()}
  azure-pipelines.yml: {hashlib.sha256(b"steps: []" + bytes([10])).hexdigest()}
  vendor/ours-1.0-py3-none-any.whl: {hashlib.sha256(WHEEL).hexdigest()}
locks:
  requirements.txt: [dvc, scikit-learn, vendor/ours-1.0-py3-none-any.whl]
  requirements-s3.txt: [dvc-s3]
alternatives:
- [.github/workflows/ci.yml, azure-pipelines.yml]
"""
LOCK = (
    "dvc==3.1 \\\n    --hash=sha256:00\nScikit_Learn==1.7 ; python_version < '4'\n"
    "./vendor/ours-1.0-py3-none-any.whl \\\n"
)


@pytest.fixture
def managed(sample: Any) -> Any:
    """The sample, as if a template managed some of its files."""
    sample.write(".copier-answers.yml", "_commit: v0.1.0\n")
    sample.write(".managed-files.yaml", LIST)
    sample.write(".editorconfig", RULES)
    sample.write(".github/workflows/ci.yml", "on: push\n")
    sample.write("azure-pipelines.yml", "steps: []\n")
    sample.write("requirements.txt", LOCK)
    (sample.root / "vendor").mkdir()
    (sample.root / "vendor/ours-1.0-py3-none-any.whl").write_bytes(WHEEL)
    return sample


def said(sample: Any) -> list[tuple[str, str]]:
    findings = sample.findings()
    assert {(finding.rule, finding.level) for finding in findings} <= {("TPL001", "warning")}
    assert all(finding.next_step for finding in findings)
    return [(finding.where, finding.message) for finding in findings]


def test_nothing_is_said_of_files_as_they_were_made(managed: Any) -> None:
    assert said(managed) == []


def test_line_ends_are_no_edit(managed: Any) -> None:
    (managed.root / ".editorconfig").write_bytes(b"root = true\r\n")
    assert said(managed) == []
    (managed.root / "vendor/ours-1.0-py3-none-any.whl").write_bytes(WHEEL.replace(b"\r\n", b"\n"))
    assert [where for where, _ in said(managed)] == ["vendor/ours-1.0-py3-none-any.whl"], "but to a wheel they are"


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        (lambda root: (root / ".editorconfig").write_text("root = false\n"), ".editorconfig", "keeps your lines"),
        (lambda root: (root / ".editorconfig").unlink(), ".editorconfig", "leaves it out"),
        (
            lambda root: (root / "vendor/ours-1.0-py3-none-any.whl").write_bytes(b"PK\0other"),
            "vendor/ours-1.0-py3-none-any.whl",
            "was edited",
        ),
        (lambda root: (root / "requirements.txt").unlink(), "requirements.txt", "was deleted"),
        (
            lambda root: (root / "requirements.txt").write_text(LOCK.replace("dvc==", "dvcx==")),
            "requirements.txt",
            "lacks what the template needs: dvc.",
        ),
        (
            lambda root: (root / "requirements.txt").write_text(LOCK.replace("ours-1.0", "theirs-1.0")),
            "requirements.txt",
            "lacks what the template needs: vendor/ours-1.0-py3-none-any.whl.",
        ),
        (
            lambda root: (root / "requirements-s3.txt").write_text("boto3==1.0\n"),
            "requirements-s3.txt",
            "lacks what the template needs: dvc-s3.",
        ),
        (lambda root: (root / ".managed-files.yaml").unlink(), ".managed-files.yaml", "is not there"),
        (lambda root: (root / ".managed-files.yaml").write_text("files: 3\n"), ".managed-files.yaml", "cannot be read"),
    ],
)
def test_what_was_edited_or_deleted_is_named_with_what_an_update_does(
    managed: Any, change: Any, where: str, says: str
) -> None:
    change(managed.root)
    ((place, message),) = said(managed)
    assert place == where
    assert says in message
    assert check_project(managed.root).passed


def _more_packages(root: Path) -> None:
    (root / "requirements.txt").write_text(LOCK.replace("dvc==3.1", "dvc==3.9").replace("1.7", "1.8") + "zipp==3.2\n")
    (root / "vendor/own-2.0-py3-none-any.whl").write_bytes(b"PK\0own")


def _one_server(root: Path) -> None:
    (root / "azure-pipelines.yml").unlink()


@pytest.mark.parametrize("change", [_more_packages, _one_server])
def test_what_a_project_is_free_to_do_is_not_mentioned(managed: Any, change: Any) -> None:
    change(managed.root)
    assert said(managed) == []


def test_no_server_at_all_is_mentioned(managed: Any) -> None:
    _one_server(managed.root)
    (managed.root / ".github/workflows/ci.yml").unlink()
    assert [where for where, _ in said(managed)] == [".github/workflows/ci.yml", "azure-pipelines.yml"]


def test_a_project_that_no_template_made_is_left_alone(sample: Any) -> None:
    assert said(sample) == []
