"""The project's wheel built again from the template's source, and every file in which it differs from that."""

from __future__ import annotations

import zipfile
from pathlib import Path
from unittest import mock

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import PackageCheck
from shared_analysis.reproduce.judge.package import Standing
from tests.baked import git
from tests.project.test_wheels import package
from tests.unit.reproduce.packages import judge
from tests.unit.reproduce.packages import vendor as vendor_wheels
from tests.unit.reproduce.small_project import commit, told_by_git, write
from tests.wheels import CODE, pack, record_of
from tools import TEMPLATE, wheel

INFO = "shared_analysis-0.2.0.dist-info"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A template with a release and a commit after it, each with its wheel."""
    root = tmp_path_factory.mktemp("template")
    write(root, ".gitignore", "__pycache__/\n")
    git("init", "-q", "-b", "main", cwd=root)
    wheels = []
    for version in ("0.2.0", "0.3.0.dev0"):
        source = package(root / "shared_analysis", version, says=version)
        vendor = root / TEMPLATE.name / "vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        for old in vendor.glob("*"):
            old.unlink()
        built = wheel.build(vendor, source)
        wheels.append(root.parent / f"kept-{version}" / built.name)
        wheels[-1].parent.mkdir(exist_ok=True)
        wheels[-1].write_bytes(built.read_bytes())
        commit(root)
        if version == "0.2.0":
            git("tag", "v0.2.0", cwd=root)
    return root, wheels[0], wheels[1]


def test_a_wheel_is_what_its_source_builds_to(template: tuple[Path, Path, Path], small: Path, tmp_path: Path) -> None:
    root, *wheels = template
    for one, names in zip(wheels, [["", "@v0.2.0", "@HEAD~1"], ["", "@main"]], strict=True):
        vendor_wheels(small, one)
        for name in names:
            provenance, findings = judge(small, tmp_path, PackageCheck(wheel_from=f"{root}{name}"))
            assert (provenance.packages[0].standing, findings) == (Standing.rebuilt, [])
            commit_ = told_by_git("rev-parse", name.lstrip("@") or ("v0.2.0" if one is wheels[0] else "HEAD"), cwd=root)
            assert commit_ in provenance.packages[0].words
            assert "the same bytes" in provenance.packages[0].words
        (small / "vendor" / one.name).unlink()


def _source_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({CODE: b"SAYS = 'yes'\n"}, CODE),
        ({"lies.pth": b"import os\n"}, "it adds lies.pth"),
        ({"shared_analysis/more.py": b"x = 1\n"}, "it adds shared_analysis/more.py"),
        ({CODE: None}, f"it lacks {CODE}"),
        ({f"{INFO}/METADATA": b"Name: shared-analysis\nVersion: 0.2.0\n"}, f"{INFO}/METADATA"),
        ({f"{INFO}/RECORD": b"x,,\n"}, f"{INFO}/RECORD"),
    ],
)
def test_a_wheel_that_differs_from_its_source_is_named_with_its_files(
    changes: dict[str, bytes | None], named: str, template: tuple[Path, Path, Path], small: Path, tmp_path: Path
) -> None:
    root, honest, _ = template
    files = {name: text for name, text in {**_source_files(honest), **changes}.items() if text is not None}
    if f"{INFO}/RECORD" not in changes:
        del files[f"{INFO}/RECORD"]
        files |= record_of(files)
    vendor_wheels(small, pack(tmp_path / "doctored" / honest.name, files))
    provenance, findings = judge(small, tmp_path, PackageCheck(wheel_from=f"{root}@v0.2.0"))
    assert provenance.packages[0].standing is Standing.contradicted
    assert any(named in reason for reason in findings[0].reasons), findings[0].reasons


def test_the_same_files_packed_otherwise_are_built_from_the_source(
    template: tuple[Path, Path, Path], small: Path, tmp_path: Path
) -> None:
    root, honest, other = template
    vendor_wheels(small, pack(tmp_path / "again" / honest.name, _source_files(honest), zipfile.ZIP_STORED))
    provenance, findings = judge(small, tmp_path, PackageCheck(wheel_from=str(root)))
    assert (provenance.packages[0].standing, findings) == (Standing.rebuilt, [])
    assert "packed otherwise" in provenance.packages[0].words
    _, findings = judge(small, tmp_path, PackageCheck(wheel_from=f"{root}@main"))
    assert f"builds to {other.name}" in findings[0].reasons[0]


def test_what_cannot_be_built_again_is_said_before_anything_runs(
    template: tuple[Path, Path, Path], small: Path, tmp_path: Path
) -> None:
    root, honest, _ = template
    vendor_wheels(small, honest)
    asked = {
        str(tmp_path / "nowhere"): "no clone of the template",
        f"{root}@v9": "knows no revision",
        str(small): "knows no revision",
        f"{small}@HEAD": "no source of the analysis package",
    }
    for wheel_from, said in asked.items():
        with pytest.raises(SharedAnalysisError, match=said):
            judge(small, tmp_path, PackageCheck(wheel_from=wheel_from))
    with (
        mock.patch("importlib.metadata.version", return_value="0.0.1"),
        mock.patch("shared_analysis.wheelhouse.wheel_build.Requirement", side_effect=lambda _: _hatchling()),
        pytest.raises(SharedAnalysisError, match=r"without hatchling==1\.33\.0: here is 0\.0\.1"),
    ):
        judge(small, tmp_path, PackageCheck(wheel_from=str(root)))


def _hatchling() -> object:
    from packaging.requirements import Requirement

    return Requirement("hatchling==1.33.0")
