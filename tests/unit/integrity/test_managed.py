"""Files that the template keeps up to date: what counts as changed, and what a project may leave out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import MANAGED_LIST, Drift, ManagedFiles, content_sha256, managed_files

GUARD = b"*.csv\n"


def managed(**changes: object) -> ManagedFiles:
    files = {".gitignore": content_sha256(GUARD)}
    return ManagedFiles(**{"files": files, "locks": {}, "alternatives": (), **changes})  # type: ignore[arg-type]


def test_line_ends_are_no_change_in_a_text_and_are_one_in_other_files() -> None:
    assert content_sha256(b"a\r\nb\r\n") == content_sha256(b"a\nb\n")
    assert content_sha256(b"\0\r\n") != content_sha256(b"\0\n")


@pytest.mark.parametrize(
    ("content", "state"), [(GUARD, None), (b"*.csv\r\n", None), (b"*.csv", "edited"), (None, "deleted")]
)
def test_a_file_is_edited_deleted_or_as_it_was(content: bytes | None, state: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / ".gitignore").write_bytes(content)
    assert managed().drift(tmp_path) == ([Drift(".gitignore", state)] if state else [])


def test_of_alternatives_one_is_enough(tmp_path: Path) -> None:
    digest = content_sha256(b"x")
    either = managed(files={"a.yml": digest, "b.yml": digest}, alternatives=(("a.yml", "b.yml"),))
    assert [drift.path for drift in either.drift(tmp_path)] == ["a.yml", "b.yml"]
    (tmp_path / "b.yml").write_bytes(b"x")
    assert either.drift(tmp_path) == []


def test_a_lock_may_hold_more_and_lacks_what_it_does_not_name(tmp_path: Path) -> None:
    wheel = "vendor/own-1.0-py3-none-any.whl"
    (tmp_path / "vendor").mkdir()
    (tmp_path / wheel).write_bytes(b"x")
    names = ("numpy", "zope-interface", wheel)
    locks = managed(files={wheel: content_sha256(b"x")}, locks={"requirements.txt": names, "requirements-s3.txt": ()})
    assert locks.drift(tmp_path) == [Drift("requirements.txt", "deleted")]
    (tmp_path / "requirements.txt").write_text(f"numpy==2\nZope.Interface[test] == 7\n./{wheel}\nmore==1\n")
    assert locks.drift(tmp_path) == []
    (tmp_path / "requirements.txt").write_text("# numpy==2\nnumpy>=2\nzope-interface==7\n")
    assert locks.drift(tmp_path) == [Drift("requirements.txt", "lacks", ("numpy", wheel))]


def test_the_list_is_read_from_the_project(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="is not there"):
        managed_files(tmp_path)
    content = {"files": {"a": "1"}, "locks": {"requirements.txt": ["numpy"]}, "alternatives": [["a", "b"]]}
    (tmp_path / MANAGED_LIST).write_text(yaml.safe_dump(content), encoding="utf-8")
    listed = managed_files(tmp_path)
    assert listed == ManagedFiles({"a": "1"}, {"requirements.txt": ("numpy",)}, (("a", "b"),))
    assert [name in listed for name in ("a", "requirements.txt", MANAGED_LIST, "b")] == [True, True, True, False]
    (tmp_path / MANAGED_LIST).write_text("files: [a]\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="cannot be read"):
        managed_files(tmp_path)
