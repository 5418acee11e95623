"""Which commit is which version: by its tag; or where a mirror has no tags, by what the template says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.version import Version

from shared_analysis.updates.releases import origin, releases, wheels_at
from tests.baked import git

VENDOR = "{{ cookiecutter.project_slug }}/vendor"
HISTORY = {
    # commit: the version that it says, and the wheel that it holds
    "begin": ("0.1.0", "wheel 1"),
    "words": ("0.1.0", "wheel 1"),
    "code": ("0.1.0", "wheel 2"),
    "undo": ("0.1.0", "wheel 1"),
    "go on": ("0.2.0.dev0", "wheel 1"),
    "more code": ("0.2.0.dev0", "wheel 3"),
    "release": ("0.2.0", "wheel 4"),
    "go on again": ("0.3.0.dev0", "wheel 4"),
    "still more code": ("0.3.0.dev0", "wheel 5"),
}


def record(repository: Path, name: str, version: str, wheel: str) -> str:
    """Commit a template's version and wheel; return the commit."""
    (repository / VENDOR).mkdir(parents=True, exist_ok=True)
    (repository / VENDOR / "shared_analysis.whl").write_text(wheel, encoding="utf-8")
    settings = {"project_name": "A project", "note": name, "_version": version}
    (repository / "cookiecutter.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")
    git("add", "-A", cwd=repository)
    git("commit", "-q", "-m", name, cwd=repository)
    return git("rev-parse", "HEAD", cwd=repository).strip()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A template without tags, and its commits by what they did."""
    repository = tmp_path_factory.mktemp("templates") / "template"
    repository.mkdir()
    git("init", "-q", "-b", "main", cwd=repository)
    return repository, {name: record(repository, name, *holds) for name, holds in HISTORY.items()}


def mirror(repository: Path, folder: Path, *options: str, tags: Mapping[str, str] | None = None) -> Path:
    git("clone", "-q", "--no-tags", *options, f"file://{repository}", folder, cwd=folder.parent)
    for tag, commit in (tags or {}).items():
        git("tag", tag, commit, cwd=folder)
    return folder


def named(repository: Path) -> dict[str, str]:
    return {release.name: release.commit for release in releases(repository).values()}


def test_without_tags_a_version_is_the_last_commit_that_says_it(
    history: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    """Of a release there is only one; the others say how far they are from the first, and which they are."""
    repository, commits = history
    newest, second, first = (commits[name] for name in ("still more code", "more code", "undo"))
    versions = named(mirror(repository, tmp_path / "mirror"))
    assert list(versions.items()) == [
        (f"v0.3.0.dev0-1-g{newest[:12]}", newest),
        ("v0.2.0", commits["release"]),
        (f"v0.2.0.dev0-1-g{second[:12]}", second),
        (f"v0.1.0-3-g{first[:12]}", first),
    ]


def test_a_tag_wins_over_what_a_commit_says(history: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    repository, commits = history
    mirrored = mirror(repository, tmp_path / "mirror", tags={"v0.1.0": commits["words"], "nightly": "HEAD"})
    git("tag", "-a", "-m", "With words of its own", "0.2.0", commits["go on again"], cwd=mirrored)
    versions = named(mirrored)
    assert versions["v0.1.0"] == commits["words"]
    assert versions["0.2.0"] == commits["go on again"]
    assert [str(version) for version in releases(mirrored)] == ["0.3.0.dev0", "0.2.0", "0.2.0.dev0", "0.1.0"]


@pytest.mark.parametrize(
    ("version", "wheel", "from_commit"),
    [
        ("v0.1.0", "wheel 1", "begin"),
        ("v0.1.0", "wheel 2", "code"),
        ("v0.1.0", "their own", None),
        ("v0.1.0", "wheel 3", None),
        ("v0.2.0.dev0", "wheel 1", "go on"),
        ("v0.2.0.dev0", "wheel 3", "more code"),
        ("v0.2.0", "wheel 4", "release"),
        ("v0.2.0", "their own", "release"),
        ("v0.3.0.dev0", "wheel 4", "go on again"),
        ("v0.9.0", "wheel 1", None),
        ("words", "wheel 1", None),
        ("id", "their own", "words"),
        ("described", "their own", "words"),
    ],
)
def test_a_project_comes_from_the_oldest_commit_with_its_version_and_wheel(
    version: str, wheel: str, from_commit: str | None, history: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    repository, commits = history
    versions = {"id": commits["words"][:7], "described": f"v0.1.0-1-g{commits['words'][:7]}"}
    (tmp_path / "wheel").write_text(wheel, encoding="utf-8")
    wheels = {git("hash-object", tmp_path / "wheel", cwd=repository).strip()}
    commit = origin(repository, versions.get(version, version), wheels)
    assert commit == (commits[from_commit] if from_commit else None)


@pytest.mark.parametrize(("depth", "wheel", "known"), [(2, 4, False), (3, 0, False), (3, 4, True), (4, 0, False)])
def test_a_history_that_is_cut_short_is_taken_for_no_more_than_it_shows(
    depth: int, wheel: int, known: bool, history: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    repository, commits = history
    shallow = mirror(repository, tmp_path / "mirror", "--depth", str(depth))
    (tmp_path / "wheel").write_text(f"wheel {wheel}", encoding="utf-8")
    wheels = {git("hash-object", tmp_path / "wheel", cwd=repository).strip()}
    assert (origin(shallow, "v0.2.0", wheels) == commits["release"]) is known
    assert (Version("0.2.0") in releases(shallow)) is (depth > 2)


def test_what_a_branch_said_meanwhile_is_not_what_the_main_line_says(
    history: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    repository, commits = history
    mirrored = mirror(repository, tmp_path / "mirror")
    git("switch", "-q", "-c", "side", commits["undo"], cwd=mirrored)
    (mirrored / "side.txt").write_text("a change\n", encoding="utf-8")
    git("add", "-A", cwd=mirrored)
    git("commit", "-q", "-m", "Beside", cwd=mirrored)
    git("switch", "-q", "main", cwd=mirrored)
    before = named(mirrored)
    git("merge", "-q", "--no-ff", "-m", "Merge", "side", cwd=mirrored)
    merge = git("rev-parse", "HEAD", cwd=mirrored).strip()
    newest, *others = named(mirrored).items()
    assert newest == (f"v0.3.0.dev0-2-g{merge[:12]}", merge)
    assert others == list(before.items())[1:]


def test_a_release_that_is_merged_counts_from_its_merge(history: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    mirrored = mirror(history[0], tmp_path / "mirror")
    git("switch", "-q", "-c", "side", cwd=mirrored)
    record(mirrored, "set the version", "0.3.0", "wheel 5")
    record(mirrored, "rebuild", "0.3.0", "wheel 6")
    git("switch", "-q", "main", cwd=mirrored)
    git("merge", "-q", "--no-ff", "-m", "Merge", "side", cwd=mirrored)
    merge = git("rev-parse", "HEAD", cwd=mirrored).strip()
    assert named(mirrored)["v0.3.0"] == merge
    assert origin(mirrored, "v0.3.0", wheels_at(mirrored, "side", VENDOR)) == merge
    record(mirrored, "go on", "0.4.0.dev0", "wheel 6")
    assert named(mirrored)["v0.3.0"] == merge


def test_a_release_that_was_taken_back_is_the_later_one(history: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    mirrored = mirror(history[0], tmp_path / "mirror")
    for name, version in (("release", "0.3.0"), ("take back", "0.3.0.dev0"), ("release again", "0.3.0")):
        last = record(mirrored, name, version, "wheel 6")
    assert named(mirrored)["v0.3.0"] == last
    assert origin(mirrored, "v0.3.0", {"their own"}) is None, "it may be either"


def test_a_template_that_says_nothing_has_no_version(tmp_path: Path) -> None:
    git("init", "-q", "-b", "main", cwd=tmp_path)
    assert releases(tmp_path) == {}
    for text in ("{}", '"_version": not JSON', '{"_version": 1}', '{"_version": "soon"}'):
        (tmp_path / "cookiecutter.json").write_text(text, encoding="utf-8")
        git("add", "-A", cwd=tmp_path)
        git("commit", "-q", "-m", "A change", cwd=tmp_path)
        assert releases(tmp_path) == {}
        assert origin(tmp_path, "v0.1.0", set()) is None
