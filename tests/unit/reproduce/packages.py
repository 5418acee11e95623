"""A project that brings wheels of the shared package along, and what is judged of them."""

from __future__ import annotations

from pathlib import Path

from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce import Finding, PackageCheck, find_source
from shared_analysis.reproduce.commit.checkout import clean_copy
from shared_analysis.reproduce.judge.package import Provenance, judge_package
from tests.unit.reproduce.small_project import WHEEL, commit, write


def vendor(root: Path, *wheels: Path) -> None:
    """Let the project bring some wheels along, named with their hashes."""
    (root / WHEEL).unlink(missing_ok=True)
    lines = []
    for one in wheels:
        (root / "vendor" / one.name).write_bytes(one.read_bytes())
        lines.append(f"./vendor/{one.name} \\\n    --hash=sha256:{file_sha256(one)}\n")
    write(root, "requirements.txt", "".join(lines))
    commit(root)


def judge(root: Path, tmp_path: Path, check: PackageCheck | None = None) -> tuple[Provenance, list[Finding]]:
    return judge_package(clean_copy(find_source(root, "HEAD"), tmp_path / "work"), check or PackageCheck())
