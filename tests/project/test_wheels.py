"""A wheel whose content differs has another version, so that installers bring it; a release is built once."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from shared_analysis.integrity.installed import how_to_install
from tests.baked import BIN, run
from tools import ROOT, version, wheel
from tools.lock import compile_lock

SETTINGS = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shared-analysis"
version = "{version}"
readme = "README.md"
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
packages = ["src/shared_analysis"]
"""


def package(folder: Path, version: str = "0.2.0.dev0", says: str = "old") -> Path:
    """Make a package of the shared package's shape, small."""
    module = folder / "src" / "shared_analysis" / "__init__.py"
    module.parent.mkdir(parents=True, exist_ok=True)
    for path, text in {
        module: f'"""A package."""\n\nSAYS = "{says}"\n',
        folder / "README.md": "# A package\n",
        folder / "pyproject.toml": SETTINGS.format(version=version),
    }.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


def crlf(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def another_day(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))


def other_rights(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        path.chmod(0o755)


def leftovers(folder: Path) -> None:
    """Leave what running and packing leave behind, and what git ignores."""
    for name in ("__pycache__/a.cpython-311.pyc", ".ipynb_checkpoints/a.py", "a.pyc", ".mypy_cache/a.json"):
        path = folder / "src" / "shared_analysis" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left over")
    (folder / "dist").mkdir()
    (folder / "dist" / "old-1.0-py3-none-any.whl").write_bytes(b"left over")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    return wheel.build(folder, package(folder / "source"))


@pytest.mark.parametrize("happens", [crlf, another_day, other_rights, leftovers], ids=lambda change: change.__name__)
def test_the_same_source_is_the_same_wheel(happens: Callable[[Path], None], built: Path, tmp_path: Path) -> None:
    elsewhere = package(tmp_path / "a longer path" / "elsewhere")
    happens(elsewhere)
    again = wheel.build(tmp_path / "a longer path", elsewhere)
    assert (again.name, again.read_bytes()) == (built.name, built.read_bytes())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("src/shared_analysis/__init__.py", "old", "new"),
        ("README.md", "package", "parcel"),
        ("pyproject.toml", "[tool", 'dependencies = ["pandas"]\n\n[tool'),
    ],
    ids=["code", "words", "needs"],
)
def test_other_content_is_another_version(name: str, old: str, new: str, built: Path, tmp_path: Path) -> None:
    source = package(tmp_path / "source")
    path = source / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8", newline="\n")
    versions = [parse_wheel_filename(path.name)[1] for path in (built, wheel.build(tmp_path, source))]
    assert versions[0] != versions[1]
    assert {version.public for version in versions} == {"0.2.0.dev0"}
    assert max(versions) < Version("0.2.0"), "the release comes after all of them"


def test_the_name_is_what_the_wheel_says_of_itself(built: Path) -> None:
    version = built.name.split("-")[1]
    files = wheel.content(built)
    assert f"\nVersion: {version}\n" in files[f"shared_analysis-{version}.dist-info/METADATA"].decode()
    assert str(Version(version)) == version, "or another tool would write the name otherwise"
    assert files["shared_analysis/__init__.py"].decode() == '"""A package."""\n\nSAYS = "old"\n'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    merged = "".join(f"./vendor/shared_analysis-0.{number}.0-py3-none-any.whl\n" for number in (1, 2))
    asked = f"# By name.\n{merged}# Else.\n"
    (folder / "requirements.in").write_text(asked, encoding="utf-8", newline="\n")
    return folder


def test_a_rebuild_puts_the_wheel_and_its_name_in_place_of_the_old(template: Path, tmp_path: Path) -> None:
    for says in ("old", "new"):
        built = wheel.refresh(template, package(tmp_path / "source", says=says))
        assert list((template / "vendor").iterdir()) == [built]
        asked = (template / "requirements.in").read_text(encoding="utf-8")
        assert asked == f"# By name.\n./vendor/{built.name}\n# Else.\n"
        compile_lock(["requirements.in"], template / "requirements.txt", template, "--offline")
        digest = hashlib.sha256(built.read_bytes()).hexdigest()
        lock = (template / "requirements.txt").read_text(encoding="utf-8")
        assert lock == f"./vendor/{built.name} \\\n    --hash=sha256:{digest}\n"


def test_a_wheel_with_the_same_content_stays_as_it_is(template: Path, tmp_path: Path) -> None:
    """Another zlib makes other bytes of it, and another hash in every lock."""
    source = package(tmp_path / "source")
    built = wheel.refresh(template, source)
    files = wheel.content(built)
    with zipfile.ZipFile(built, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    packed = built.read_bytes()
    assert wheel.refresh(template, source).read_bytes() == packed
    with zipfile.ZipFile(built, "a") as archive:
        archive.writestr("shared_analysis/more.py", "")
    assert wheel.content(wheel.refresh(template, source)) == files


def test_a_release_is_built_once(template: Path, tmp_path: Path) -> None:
    source = package(tmp_path / "source", version="0.2.0")
    built = wheel.refresh(template, source)
    assert built.name == "shared_analysis-0.2.0-py3-none-any.whl"
    bytes_before = built.read_bytes()
    assert wheel.refresh(template, source) == built
    with pytest.raises(SystemExit, match=r"shared_analysis-0\.2\.0-py3-none-any\.whl has other content"):
        wheel.refresh(template, package(source, version="0.2.0", says="new"))
    assert built.read_bytes() == bytes_before
    assert wheel.refresh(template, package(source, version="0.3.0.dev0", says="new")).name.startswith(
        "shared_analysis-0.3.0.dev0+h"
    )


def test_the_version_stands_in_one_place_and_is_copied_from_there(tmp_path: Path) -> None:
    """The package says it without the hash: a page made by its source is the one that the wheel makes."""
    for name in (*version.COPIES, "shared_analysis/pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert version.read_version() in text, "stale: run `python -m tools.rebuild`"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace(version.read_version(), "4.5.6"), encoding="utf-8", newline="\n")
    settings = tmp_path / "shared_analysis" / "pyproject.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("4.5.6", "7.8.9"), encoding="utf-8", newline="\n")
    assert version.refresh(tmp_path) == "7.8.9"
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in version.COPIES]
    assert [(text.count("7.8.9"), text.count("4.5.6")) for text in texts] == [(1, 0), (2, 0), (1, 0)]


INSTALLERS = {"pip 23.2.1": ("pip", "pip==23.2.1"), "the newest pip": ("pip", "pip"), "uv": ("uv",)}


class Installed:
    """An environment with nothing in it, not even pip, and what installs into it; needs a package index for pip."""

    def __init__(self, folder: Path, name: str, *pip: str) -> None:
        uv = (sys.executable, "-m", "uv", "--quiet")
        self.python = folder / "env" / BIN.name / Path(sys.executable).name
        run(*uv, "venv", "--python", sys.executable, folder / "env", cwd=folder)
        self.begins = "python -m pip install " if pip else "uv pip install "
        self.command: tuple[object, ...] = (*uv, "pip", "install", "--python", self.python)
        if pip:
            by_pip = (sys.executable, "-m", "pip", "--quiet", "install", "--target", folder / "pip")
            run(*by_pip, *pip, cwd=folder)  # pip knows the index that this machine is set up with
            self.command = (self.python, "-m", "pip", "--disable-pip-version-check", "install")
        self.variables = {"PYTHONPATH": str(folder / "pip")} if pip else {}

    def run(self, command: str, project: Path) -> str:
        """Run a command that begins as the installer's do; return what the installed package says then."""
        assert command.startswith(self.begins)
        run(*self.command, *command.removeprefix(self.begins).split(), cwd=project, **self.variables)
        return run(self.python, "-c", "import shared_analysis; print(shared_analysis.SAYS)", cwd=project).stdout.strip()


@pytest.fixture(params=INSTALLERS.values(), ids=INSTALLERS)
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Installed:
    return Installed(tmp_path, *request.param)


def project(folder: Path, version: str, says: str) -> Path:
    """Make what is installed of a project: the lock and the wheel."""
    (folder / "vendor").mkdir(parents=True)
    built = wheel.build(folder / "vendor", package(folder / "source", version, says))
    line = f"./vendor/{built.name} --hash=sha256:{hashlib.sha256(built.read_bytes()).hexdigest()}\n"
    (folder / "requirements.txt").write_text(line, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project with a wheel of before hashes were in their names, and two of two commits between releases."""
    folder = tmp_path_factory.mktemp("projects")
    versions = {"before": "0.1.0", "old": "0.2.0.dev0", "new": "0.2.0.dev0"}
    return {says: project(folder / says, version, says) for says, version in versions.items()}


@pytest.mark.slow
def test_what_the_lock_names_takes_the_place_of_what_is_installed(
    installed: Installed, projects: dict[str, Path]
) -> None:
    """Both ways: a project may also go back."""
    command = f"{installed.begins}--no-index --require-hashes -r requirements.txt"
    for says in ("before", "old", "new", "old"):
        assert installed.run(command, projects[says]) == says


@pytest.mark.slow
def test_the_command_that_is_named_mends_other_code_of_the_same_version(
    installed: Installed, projects: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As all wheels of before were: an installer keeps what it finds."""
    old, new = projects["before"], project(tmp_path / "new", "0.1.0", "new")
    assert installed.run(f"{installed.begins}-r requirements.txt", old) == "before"
    (built,) = (new / "vendor").iterdir()
    distribution = SimpleNamespace(version="0.1.0")
    with monkeypatch.context() as patch:
        patch.setattr("importlib.metadata.distributions", lambda name: [distribution])
        patch.setattr("importlib.util.find_spec", lambda name: installed.variables or None)
        says, _, command = how_to_install(built).partition(": ")
        assert says == "install the project's own"
        assert installed.run(command, new) == "new"
        distribution.version = "0.2.0"
        assert how_to_install(built) == f"install what the project names: {installed.begins}-r requirements.txt"
