"""What a wheelhouse gathers, keeps and says, from an index of tiny packages without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from filelock import FileLock
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.contracts import Column, DataContract, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Server
from shared_analysis.wheelhouse.package_index import PackageIndex
from shared_analysis.wheelhouse.requirements import read_pins, read_wheels
from shared_analysis.wheelhouse.targets import KINDS, Target
from tests.unit.wheelhouse.small_index import add_source, add_wheel, lock_line

Command = Callable[..., Result]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index, and a project whose lock names a package for all, two for some, and one in two wheels."""
    world = tmp_path_factory.mktemp("world")
    index, root = world / "index", world / "a project"
    index.mkdir()
    root.mkdir()
    (root / "project.yaml").touch()
    (root / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.11,<3.15"\n')
    native = [add_wheel(index, "native", tag) for tag in ("cp312-cp312-win_amd64", "cp311-abi3-manylinux_2_17_x86_64")]
    lock = "# The lock.\n" + lock_line(add_wheel(index, "plain"))
    lock += lock_line(*native)
    lock += lock_line(add_wheel(index, "winpipe"), marker="sys_platform == 'win32'")
    lock += lock_line(add_wheel(index, "backport"), marker="python_full_version < '3.12'")
    (root / "requirements.txt").write_text(lock, newline="\n")
    return world


@pytest.fixture(scope="session")
def gathered(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheelhouse for Linux, gathered once; not to be changed."""
    root = Path(shutil.copytree(world / "a project", tmp_path_factory.mktemp("gathered") / "a project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        _use_index(world / "index", patch)
        done = CliRunner().invoke(app, ["wheelhouse", *LINUX])
    assert done.exit_code == 0, done.output
    return root / "wheels"


@pytest.fixture
def index(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(world / "index", tmp_path / "index"))
    _use_index(folder, monkeypatch)
    return folder


@pytest.fixture
def root(world: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(world / "a project", tmp_path / "a project"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def stocked(root: Path, gathered: Path) -> Path:
    """The project with what was gathered for Linux."""
    shutil.copytree(gathered, root / "wheels")
    return root


def _use_index(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        patch.delenv(name)
    patch.setenv("PIP_CONFIG_FILE", os.devnull)
    patch.setenv("PIP_NO_INDEX", "1")
    patch.setenv("PIP_FIND_LINKS", str(folder))


@pytest.fixture
def command(root: Path) -> Command:
    return lambda *words: CliRunner().invoke(app, ["wheelhouse", *map(str, words)])


def packages(root: Path, folder: str = "wheels") -> list[str]:
    return sorted(path.name for path in (root / folder).glob("*.*") if path.suffix in (".whl", ".gz"))


LINUX = ("--for", "linux", "--python", "3.11")
FOR_LINUX = ["backport-1.0-py3-none-any.whl", "native-1.0-cp311-abi3-manylinux_2_17_x86_64.whl"]
PLAIN = "plain-1.0-py3-none-any.whl"


def test_the_markers_and_wheels_are_the_targets(command: Command, root: Path) -> None:
    done = command(*LINUX)
    assert done.exit_code == 0, done.output
    assert "linux, Python 3.11: complete, 3 of 3 packages" in done.stdout
    assert packages(root) == [*FOR_LINUX, PLAIN]
    assert command("windows", "--for", "windows", "--python", "3.12").exit_code == 0
    assert packages(root, "windows") == ["native-1.0-cp312-cp312-win_amd64.whl", PLAIN, "winpipe-1.0-py3-none-any.whl"]


def test_the_project_does_not_choose_the_pip(command: Command, root: Path) -> None:
    (root / "pip.py").write_text("raise SystemExit('taken from the project')", encoding="utf-8")
    done = command(*LINUX)
    assert done.exit_code == 0, done.output


def test_a_wheel_that_a_target_lacks_is_named(command: Command, root: Path) -> None:
    done = command("--for", "macos", "--for", "windows", "--python", "3.12")
    assert done.exit_code == 1
    assert "missing for macos, Python 3.12: native==1.0: it has no wheel for this" in done.stdout
    assert "macos, Python 3.12: not complete, 1 of 2 packages" in done.stdout
    assert "windows, Python 3.12: complete, 3 of 3 packages" in done.stdout


def test_what_is_there_is_not_fetched_again_and_needs_no_index(
    command: Command, stocked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(stocked))
    again = command()
    assert again.exit_code == 0
    assert "linux, Python 3.11: 0 of 3 packages to fetch" in again.stderr
    assert command("--check").exit_code == 0


def test_a_later_call_serves_the_earlier_targets_too(command: Command, stocked: Path) -> None:
    (stocked / "wheels" / PLAIN).unlink()
    done = command("--for", "windows", "--python", "3.12")
    assert "linux, Python 3.11: complete" in done.stdout
    assert "windows, Python 3.12: complete" in done.stdout
    page = (stocked / "wheels" / "INSTALL.txt").read_text(encoding="utf-8")
    assert "for: linux, Python 3.11; windows, Python 3.12" in page
    assert page.count("python -m pip install --no-index --find-links wheels --require-hashes -r requirements.txt") == 2


def test_a_damaged_file_is_named_and_replaced(command: Command, stocked: Path, index: Path) -> None:
    (stocked / "wheels" / PLAIN).write_bytes(b"cut")
    (stocked / "wheels" / FOR_LINUX[0]).unlink()
    told = command("--check")
    assert told.exit_code == 1
    assert "missing for linux, Python 3.11: backport==1.0\n" in told.stdout
    assert "missing for linux, Python 3.11: plain==1.0: its file is damaged, or another than the lock" in told.stdout
    assert "no lock names it" not in told.stdout
    assert command().exit_code == 0
    assert (stocked / "wheels" / PLAIN).read_bytes() == (index / PLAIN).read_bytes()


def test_files_that_no_lock_names_go_only_when_asked(command: Command, stocked: Path) -> None:
    stray = stocked / "wheels" / "stray-2.0-py3-none-any.whl"
    stray.touch()
    (stocked / "wheels" / "notes.md").touch()
    assert "no lock names it, --remove-unknown deletes it: stray-2.0-py3-none-any.whl\n" in command().stdout
    command("--check", "--remove-unknown")
    assert stray.exists()
    assert "removed: stray-2.0-py3-none-any.whl\n" in command("--remove-unknown").stdout
    assert not stray.exists()
    assert (stocked / "wheels" / "notes.md").exists()


def test_what_may_be_somebodys_own_is_not_removed(command: Command, root: Path) -> None:
    folder = root / "downloads"
    folder.mkdir()
    own = [folder / "resident-survey.zip", folder / "backup.tar.gz"]
    stray = folder / "stray-2.0-py3-none-any.whl"
    for file in (*own, stray):
        file.touch()
    done = command(folder, "--remove-unknown", *LINUX)
    assert isinstance(done.exception, SharedAnalysisError)
    assert "was no wheelhouse before" in done.exception.what
    assert all(file.exists() for file in (*own, stray))
    done = command(folder, "--remove-unknown")
    assert done.exit_code == 0, done.output
    assert "removed: stray-2.0-py3-none-any.whl\n" in done.stdout
    assert not stray.exists()
    assert all(file.exists() for file in own)
    assert "resident-survey" not in done.stdout


def test_a_package_in_two_locks_may_be_either_of_their_files(command: Command, stocked: Path) -> None:
    lock = (stocked / "requirements.txt").read_text(encoding="utf-8")
    other = f"plain==1.0 --hash=sha256:{'0' * 64}\n"
    (stocked / "requirements-s3.txt").write_text(other, newline="\n")
    done = command(*LINUX)
    assert done.exit_code == 0, done.output
    (stocked / "requirements-s3.txt").write_text(lock, newline="\n")
    (stocked / "requirements.txt").write_text(other, newline="\n")
    assert command("--check").exit_code == 0


def test_a_stopped_run_goes_on_where_it_was(command: Command, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared_analysis.wheelhouse.wheelhouse._BATCH", 1)
    wheels = PackageIndex.wheels
    calls: list[str] = []

    def stopped(*given: object) -> list[Path]:
        calls.append(str(given[1]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return wheels(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(PackageIndex, "wheels", stopped)
    assert command(*LINUX).exit_code == 130
    assert [path.name for path in (root / "wheels").iterdir()] == [PLAIN]
    (root / "wheels" / ".part").mkdir()  # as a killed run leaves it
    (root / "wheels" / ".part" / "half.whl").touch()
    done = command(*LINUX)
    assert "2 of 3 packages to fetch" in done.stderr
    assert packages(root) == [*FOR_LINUX, PLAIN]
    assert not (root / "wheels" / ".part").exists()


def test_two_do_not_gather_into_one_folder_at_once(command: Command, root: Path) -> None:
    (root / "wheels").mkdir()
    with FileLock(root / "wheels" / ".lock.part"):
        done = command(*LINUX)
    assert isinstance(done.exception, SharedAnalysisError)
    assert "Another command gathers into this folder now" in str(done.exception)
    assert command(*LINUX).exit_code == 0
    assert sorted(path.name for path in (root / "wheels").glob(".*")) == []


def test_another_hash_than_the_locks_is_refused(command: Command, root: Path, index: Path) -> None:
    add_wheel(index, "plain").write_bytes(add_wheel(index, "other").read_bytes())
    done = command(*LINUX)
    assert isinstance(done.exception, SharedAnalysisError)
    assert "another hash than the lock names: plain==1.0" in str(done.exception)
    assert packages(root) == []


def test_an_index_that_does_not_answer_is_not_one_that_lacks_a_package(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://somebody:secret@127.0.0.1:9/simple")
    done = command(*LINUX)
    assert isinstance(done.exception, SharedAnalysisError)
    assert "A package index does not answer" in str(done.exception)
    assert done.exception.where == "127.0.0.1"
    assert "secret" not in str(done.exception)


@pytest.mark.parametrize(
    ("tag", "says", "code"),
    [
        (
            "py3-none-any",
            "as source for linux, Python 3.11, built without a compiler when it is installed: odd==1.0",
            0,
        ),
        ("cp311-cp311-linux_x86_64", "missing for linux, Python 3.11: odd==1.0: it has no wheel for this, and no", 1),
    ],
)
def test_source_counts_where_any_machine_builds_it(
    command: Command, root: Path, index: Path, tag: str, says: str, code: int
) -> None:
    (root / "requirements.txt").write_text(lock_line(add_source(index, "odd", tag)), newline="\n")
    done = command(*LINUX)
    assert says in done.stdout
    assert done.exit_code == code
    assert command("--check").exit_code == code
    assert packages(root) == (["odd-1.0.tar.gz"] if code == 0 else [])


def test_the_locks_of_remotes_are_gathered_too(command: Command, root: Path, index: Path) -> None:
    remote = lock_line(add_wheel(index, "bucket")) + lock_line(index / PLAIN)
    (root / "requirements-s3.txt").write_text(remote, newline="\n")
    assert "complete, 4 of 4 packages" in command(*LINUX).stdout
    assert "-r requirements.txt -r requirements-s3.txt" in (root / "wheels" / "INSTALL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("named", ["of its kind", "of another", "nowhere", "beside a damaged contract"])
def test_the_driver_of_a_database_is_gathered_where_a_contract_names_one(
    command: Command, root: Path, index: Path, named: str
) -> None:
    (root / "requirements-postgres.txt").write_text(lock_line(add_wheel(index, "driver")), newline="\n")
    (root / "contracts").mkdir()
    if named != "nowhere":
        kind = "sqlserver" if named == "of another" else "postgresql"
        server = Server("housing", kind, host="db", database="housing", user="reader")
        columns = (Column("case_id", "string"),)
        text = write_contract(DataContract("cases", columns, server=server, query="sql/cases.sql"))
        (root / "contracts" / "cases.yaml").write_text(text, encoding="utf-8", newline="\n")
    if named == "beside a damaged contract":
        (root / "contracts" / "another.yaml").write_text("schema: [", newline="\n")
    gathered = named in ("of its kind", "beside a damaged contract")
    assert f"complete, {4 if gathered else 3} of" in command(*LINUX).stdout
    assert ("requirements-postgres.txt" in (root / "wheels" / "INSTALL.txt").read_text(encoding="utf-8")) is gathered


def test_the_projects_own_wheel_is_held_to_its_hash_and_stays_where_it_is(
    command: Command, root: Path, index: Path
) -> None:
    own = add_wheel(index, "own")
    (root / "vendor").mkdir()
    placed = own.replace(root / "vendor" / own.name)
    line = lock_line(placed).replace("own==1.0", f"./vendor/{own.name}")
    with (root / "requirements.txt").open("a", newline="\n") as lock:
        lock.write(line)
    assert "complete, 3 of 3 packages" in command(*LINUX).stdout
    placed.write_bytes(b"another")
    done = command(*LINUX)
    assert isinstance(done.exception, SharedAnalysisError)
    assert done.exception.where == f"vendor/{own.name}"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--for", "vista"), "There is no kind of machine 'vista'"),
        (("--python", "3.10"), "does not run on Python '3.10'"),
        (("--python", "3.15"), "does not run on Python '3.15'"),
        (("--python", "three"), "does not run on Python 'three'"),
        (("project.yaml",), "This is a file"),
    ],
)
def test_what_cannot_be_is_refused(command: Command, words: tuple[str, ...], says: str) -> None:
    done = command(*words)
    assert isinstance(done.exception, SharedAnalysisError)
    assert says in str(done.exception)


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        (None, "no lock of its packages"),
        ("numpy==1.0\n", "without its hash"),
        (f"numpy>=1.0 --hash=sha256:{'0' * 64}\n", "without its version"),
        ("-r other.txt\n", "a line that names no package"),
    ],
)
def test_a_lock_that_holds_nothing_to_its_hash_is_refused(
    command: Command, root: Path, lock: str | None, says: str
) -> None:
    path = root / "requirements.txt"
    path.unlink()
    if lock is not None:
        path.write_text(lock)
    done = command()
    assert isinstance(done.exception, SharedAnalysisError)
    assert says in str(done.exception)


def test_a_lock_is_read_as_pip_reads_it(tmp_path: Path) -> None:
    one, two = "0" * 64, "f" * 64
    path = tmp_path / "requirements.txt"
    lines = [
        "--index-url https://mirror.example/simple",
        "Zope.Interface[test]==7.0 ; python_version < '3.13' \\",
        f"    --hash=sha256:{one} \\",
        f"    --hash=sha256:{two} # why",
        "./vendor/own-1.0-py3-none-any.whl \\",
        f"    --hash=sha256:{two}",
        "",
    ]
    path.write_bytes("\r\n".join(lines).encode())
    (pin,) = read_pins(path)
    assert (pin.name, pin.version, pin.hashes) == ("zope-interface", "7.0", {one, two})
    assert [Target("linux", python).reads(pin.marker) for python in ("3.12", "3.13")] == [True, False]
    assert read_wheels(path) == {"vendor/own-1.0-py3-none-any.whl": {two}}


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("p-1-py3-none-any.whl", set(KINDS)),
        ("p-1-cp311-cp311-win_amd64.whl", {"windows"}),
        ("p-1-cp39-abi3-win32.whl", set()),
        ("p-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", {"linux"}),
        ("p-1-cp311-cp311-manylinux_2_28_aarch64.whl", {"linux-arm"}),
        ("p-1-cp311-cp311-manylinux_2_34_x86_64.whl", set()),
        ("p-1-cp311-cp311-musllinux_1_2_x86_64.whl", set()),
        ("p-1-cp311-cp311-macosx_11_0_universal2.whl", {"macos", "macos-intel"}),
        ("p-1-cp312-cp312-macosx_11_0_arm64.whl", set()),
        ("p-1.tar.gz", set()),
    ],
)
def test_which_machines_a_wheel_fits(file: str, kinds: set[str]) -> None:
    assert {kind for kind in KINDS if Target(kind, "3.11").fits(file)} == kinds
