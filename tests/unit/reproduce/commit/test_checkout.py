"""A clean copy of a commit: where it comes from, what is switched in it, and what it may not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import find_source
from shared_analysis.reproduce.commit.checkout import clean_copy, tracked
from tests.baked import git
from tests.unit.reproduce.small_project import commit, replace, write


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://ada:secret@example.org/team/project.git", "https://example.org/team/project.git"),
        ("ssh://git@example.org/project.git", "ssh://example.org/project.git"),
        ("git@example.org:team/project.git", ""),
        ("/home/ada/project", ""),
    ],
)
def test_no_password_and_no_folder_is_in_the_public_address(address: str, public: str, small: Path) -> None:
    assert find_source(small, "HEAD").address == ""
    git("remote", "add", "origin", address, cwd=small)
    assert find_source(small, "HEAD").address == public


def test_a_copy_tells_its_own_files_from_others(small: Path, tmp_path: Path) -> None:
    copy = clean_copy(find_source(small, "HEAD"), tmp_path)
    assert (copy.synthetic, copy.twin, copy.invented) == (True, False, True)
    assert tracked(copy.root)["params.yaml"] == "100644"


def test_nothing_of_a_copy_that_is_there_is_trusted(small: Path, tmp_path: Path) -> None:
    source = find_source(small, "HEAD")
    first = clean_copy(source, tmp_path)
    before = (first.root / "params.yaml").read_bytes()
    replace(first.root, "params.yaml", "seed: 1", "seed: 2")
    write(first.root, ".dvc/config.local", "[core]\n    no_scm = true\n")
    write(first.root, "more.dvc", "outs: []\n")
    git("update-index", "--skip-worktree", "params.yaml", cwd=first.root)
    again = clean_copy(source, tmp_path)
    assert (again.root / "params.yaml").read_bytes() == before
    assert not (again.root / ".dvc" / "config.local").exists()
    assert not (again.root / "more.dvc").exists()
    assert again.earlier == tmp_path / "earlier"


def test_only_the_mode_is_switched_to_the_twin(real_once: Path, tmp_path: Path) -> None:
    copy = clean_copy(find_source(real_once, "HEAD"), tmp_path, twin=True)
    assert (copy.synthetic, copy.twin, copy.invented) == (False, True, True)
    before = (real_once / "params.yaml").read_text(encoding="utf-8")
    assert (copy.root / "params.yaml").read_text(encoding="utf-8") == before.replace("mode: raw #", "mode: twin #")


def test_a_commit_without_a_pipeline_is_refused(small: Path, tmp_path: Path) -> None:
    (small / "dvc.yaml").unlink()
    commit(small)
    with pytest.raises(SharedAnalysisError, match="no pipeline in this commit"):
        clean_copy(find_source(small, "HEAD"), tmp_path)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:params.yaml"])
def test_what_names_no_commit_is_refused(revision: str, small: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="knows no revision"):
        find_source(small, revision)
