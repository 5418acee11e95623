"""The list of the template's releases: read, held to its form, and written by the maintainers' tool."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import Release, known_releases, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from tests.baked import git
from tests.wheels import honest_wheel
from tools import TEMPLATE
from tools.releases import released, write

A, B = "a" * 64, "b" * 64


def _list(path: Path, *releases: object) -> Path:
    path.write_text("# A list.\n" + yaml.safe_dump({"releases": list(releases)}), encoding="utf-8")
    return path


def test_a_newer_list_is_added_and_stands_in_order(tmp_path: Path) -> None:
    shipped = known_releases()
    entries = [{"version": version, "wheel": A, "content": B} for version in ("0.10.0", "0.9.0")]
    newer = known_releases(_list(tmp_path / "releases.yaml", *entries))
    assert [release.version for release in newer if release not in shipped] == ["0.9.0", "0.10.0"]


def test_two_lists_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    entries = [{"version": "0.9.0", "wheel": digest, "content": B} for digest in (A, B)]
    with pytest.raises(SharedAnalysisError, match="two different wheels"):
        known_releases(_list(tmp_path / "releases.yaml", *entries))


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        None,
        {"version": "0.9.0", "wheel": A},
        {"version": "0.9.0", "wheel": A[1:], "content": B},
        {"version": "0.9.0", "wheel": A.upper(), "content": B},
        {"version": 0.9, "wheel": A, "content": B},
        {"version": "newest", "wheel": A, "content": B},
        {"version": "0.9.0", "wheel": 7, "content": B},
    ],
)
def test_what_is_no_list_of_releases_is_refused(entry: object, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="not a list of releases"):
        known_releases(_list(tmp_path / "releases.yaml", entry))


def test_a_release_is_listed_from_its_tagged_commit_and_once(tmp_path: Path) -> None:
    root = tmp_path / "template"
    wheel = honest_wheel(root / TEMPLATE.name / "vendor", "0.3.0")
    git("init", "-q", "-b", "main", cwd=root.parent / "template")
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "A release", cwd=root)
    git("tag", "v0.3.0", cwd=root)
    git("tag", "v0.4.0", cwd=root)
    release = Release("0.3.0", file_sha256(wheel), wheel_contents(wheel).digest)
    wheel.unlink()
    assert released("v0.3.0", root) == release
    with pytest.raises(SystemExit, match="not the tag of a release"):
        released("v0.4.0", root)
    path = _list(tmp_path / "releases.yaml", {"version": "0.10.0", "wheel": A, "content": B})
    for _ in range(2):
        write(release, path)
    assert [one.version for one in known_releases(path)][-2:] == ["0.3.0", "0.10.0"]
    assert path.read_text(encoding="utf-8").startswith("# A list.\n")
    with pytest.raises(SystemExit, match="built once"):
        write(Release("0.3.0", A, B), path)
