"""What is printed after a project is made: what is missing, and what will go wrong where it lies."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from baking import ROOT, TEMPLATE, by_cookiecutter

HOOK = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hook() -> SimpleNamespace:
    """The functions of the hook, as a hook that nobody's answers were filled into."""
    names: dict[str, object] = {"__name__": "hook"}
    exec(compile(re.sub(r'r"""{{.*?}}"""', '"{}"', HOOK), "post_gen_project.py", "exec"), names)  # noqa: S102
    return SimpleNamespace(**names)


@pytest.mark.parametrize(
    ("parents", "service"),
    [
        ("Users/ann/OneDrive - Example Council/work", "OneDrive"),
        ("Users/ann/OneDrive/work", "OneDrive"),
        ("Users/ann/Dropbox (Council)", "Dropbox"),
        ("home/ann/Dropbox", "Dropbox"),
        ("G/My Drive", "Google Drive"),
        ("Users/ann/Google Drive", "Google Drive"),
        ("Users/ann/Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Users/ann/iCloudDrive", "iCloud"),
        ("Users/ann/Library/CloudStorage/Other", "a cloud service"),
        ("Users/ann/projects", None),
        ("srv/onedrivers/dropboxes", None),
    ],
)
def test_a_folder_that_is_copied_to_the_cloud_is_named(
    hook: SimpleNamespace, parents: str, service: str | None
) -> None:
    said = hook.synced(Path("/", parents, "dropbox"), {})  # what the project itself is called says nothing
    assert (f"copied to the cloud by {service}." in said) if service else said == ""


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial"])
def test_onedrive_under_another_name_is_known_by_its_variable(hook: SimpleNamespace, variable: str) -> None:
    variables = {variable: str(Path("/Users/ann/Council files"))}
    assert "by OneDrive" in hook.synced(Path("/Users/ann/Council files/work/project"), variables)
    assert hook.synced(Path("/Users/ann/Council files 2/project"), variables) == ""
    assert hook.synced(Path("/Users/ann/Council files 2/project"), {variable: ""}) == ""


def test_a_path_that_is_too_long_for_windows_is_named_there(hook: SimpleNamespace, tmp_path: Path) -> None:
    most = hook.LONGEST_WINDOWS - hook.DEEPEST - 1
    fits, too_long = (Path("/" + "x" * (length - 1)) for length in (most, most + 1))
    assert hook.too_long(fits, True) == ""
    assert "1 characters fewer" in hook.too_long(too_long, True)
    assert hook.too_long(too_long, False) == ""


def test_a_projects_own_files_count_too(hook: SimpleNamespace, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    longest = len(str(tmp_path)) + 1 + 201
    assert (f" of up to {longest}\n" in hook.too_long(tmp_path, True)) is (longest > hook.LONGEST_WINDOWS)


def test_the_longest_path_that_comes_later_is_known(hook: SimpleNamespace) -> None:
    """Where this fails, a newer package has longer paths: raise DEEPEST in the hook."""
    lock = (ROOT / TEMPLATE / "requirements.txt").read_text(encoding="utf-8")
    inside = len(r".venv\Lib\site-packages" + "\\")
    lengths = {"the memory of DVC's runs": len(f".dvc/cache/runs/aa/{'a' * 64}/{'b' * 64}")}
    for name in re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE):
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        lengths[name] = max((inside + len(str(file)) for file in files if ".." not in file.parts), default=0)
    assert hook.DEEPEST - 20 < max(lengths.values()) <= hook.DEEPEST, max(lengths, key=lambda name: lengths[name])


@pytest.mark.parametrize("known", [True, False])
def test_git_is_told_who_you_are_only_where_it_does_not_know(
    known: bool, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = Ann\n\temail = ann@example.org\n" if known else "", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))  # where git looks; GIT_CONFIG_GLOBAL would not reach the hook
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    config.rename(tmp_path / ".gitconfig")
    by_cookiecutter(template, tmp_path / "out")
    said = capfd.readouterr().out
    assert ("git config --global user.name" not in said) is known
    assert ("git config --global user.email" not in said) is known
    steps = said.index("dvc repro"), said.index("pre-commit install"), said.index("git add .")
    assert list(steps) == sorted(steps)
