"""A verifier of the reviewer's own: made from another wheel than the project's, it verifies; doctored, it shows."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
import yaml
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.integrity import Release, installation_in, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from tests.baked import surroundings
from tests.shared_run import made_once
from tests.unit.reproduce.small_project import WHEEL, commit, lock_wheel, relock, write
from tests.wheels import honest_wheel, pack, record_of
from tools import PACKAGE, wheel

_COMMAND = "from shared_analysis.cli import main; main()"


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with this very code, released as 9.9.9, and its wheel beside it."""

    def install(folder: Path) -> None:
        source = shutil.copytree(PACKAGE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
        settings = source / "pyproject.toml"
        text, _, rest = settings.read_text(encoding="utf-8").partition('version = "')
        settings.write_text(f'{text}version = "9.9.9{rest[rest.index(chr(34)) :]}', encoding="utf-8", newline="\n")
        built = wheel.build(folder, source)
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--ignore-installed"]
        subprocess.run([*install, "--prefix", str(folder / "environment"), str(built)], check=True, capture_output=True)

    return made_once(tmp_path_factory, "released-verifier", install)


@pytest.fixture
def own(release: Path, tmp_path: Path) -> Path:
    """A copy of that environment, to be doctored."""
    return Path(shutil.copytree(release / "environment", tmp_path / "own"))


@pytest.fixture
def project(small: Path) -> Path:
    write(small, "project.yaml", "project: {}\n")
    commit(small)
    return small


def _run(environment: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    site = next(environment.rglob("site-packages"))
    variables = {**surroundings(), "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    command = [sys.executable, "-P", "-c", _COMMAND, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=variables, capture_output=True, text=True, encoding="utf-8", check=False
    )


def _list(path: Path, built: Path) -> Path:
    entry = vars(Release("9.9.9", file_sha256(built), wheel_contents(built).digest))
    path.write_text(yaml.safe_dump({"releases": [entry]}), encoding="utf-8")
    return path


def test_it_verifies_a_project_with_another_wheel_and_is_named_on_the_certificate(
    release: Path, project: Path, tmp_path: Path
) -> None:
    built = next(release.glob("*.whl"))
    (project / WHEEL).write_bytes(honest_wheel(tmp_path / "theirs", "0.2.0.dev0+h0123456789ab").read_bytes())
    lock_wheel(project)
    relock(project)
    done = _run(
        release / "environment", "verify", "--environment", "current", "--out", str(tmp_path / "out"), cwd=project
    )
    assert done.returncode == 0, done.stdout + done.stderr
    content = yaml.safe_load((tmp_path / "out" / "certificate.yaml").read_text(encoding="utf-8"))
    verifier, (package,) = content["verification"]["verifier"], content["verification"]["package"]
    assert (verifier["version"], verifier["editable"], verifier["faults"]) == ("9.9.9", False, [])
    assert (verifier["files_sha256"], verifier["wheel_sha256"]) == (wheel_contents(built).digest, file_sha256(built))
    assert (package["standing"], package["sha256"]) == ("unknown", file_sha256(project / WHEEL))
    said = done.stdout.splitlines()
    assert said[0] == f"commit: {content['commit']}"
    assert any(line.startswith("The verifier is shared-analysis 9.9.9") for line in said)
    assert any("no known release. Nobody has compared it with its source" in line for line in said)


def test_a_project_with_the_verifiers_own_wheel_and_with_a_doctored_one(
    release: Path, project: Path, tmp_path: Path
) -> None:
    built = next(release.glob("*.whl"))
    (project / WHEEL).unlink()
    (project / "vendor" / built.name).write_bytes(built.read_bytes())
    (project / "requirements.txt").write_text(f"./vendor/{built.name} --hash=sha256:{file_sha256(built)}\n")
    relock(project)
    command = ("verify", "--environment", "current", "--out", str(tmp_path / "out"))
    done = _run(release / "environment", *command, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "It holds the same files as this verifier, 9.9.9." in done.stdout
    files = wheel.content(built)
    del files["shared_analysis-9.9.9.dist-info/RECORD"]
    files["shared_analysis/reproduce/verify.py"] += b"\n_YES = True\n"
    patched = pack(tmp_path / "patched" / built.name, {**files, **record_of(files, "9.9.9")})
    (project / "vendor" / built.name).write_bytes(patched.read_bytes())
    (project / "requirements.txt").write_text(f"./vendor/{built.name} --hash=sha256:{file_sha256(patched)}\n")
    relock(project)
    done = _run(release / "environment", *command, cwd=project)
    assert done.returncode == 1
    assert f"different: vendor/{built.name} (input)" in done.stdout
    assert "differs from it: it changes shared_analysis/reproduce/verify.py\n" in done.stdout


@pytest.mark.parametrize("how", ["as it is", "to say yes", "with a module more", "with a line of start-up"])
def test_a_released_verifier_looks_at_another_installation_and_runs_nothing_of_it(
    how: str, release: Path, own: Path, tmp_path: Path
) -> None:
    site = next(own.rglob("site-packages"))
    trap = "import pathlib; pathlib.Path(__file__).with_name('was_run').touch()\n"
    if how == "to say yes":
        changed = site / "shared_analysis" / "reproduce" / "verify.py"
        changed.write_text(trap + changed.read_text(encoding="utf-8"), encoding="utf-8")
    elif how == "with a module more":
        (site / "shared_analysis" / "yes.py").write_text(trap, encoding="utf-8")
    elif how == "with a line of start-up":
        (site / "yes.pth").write_text("import shared_analysis\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    done = _run(release / "environment", "verifier", str(own), cwd=tmp_path / "empty")
    good = how in ("as it is", "with a line of start-up")
    assert done.returncode == (0 if good else 1), done.stdout + done.stderr
    assert ("It has the same files as this verifier" in done.stdout) is good
    assert ("It is not what it says" in done.stdout) is not good
    assert {"to say yes": "reproduce/verify.py was changed", "with a module more": "yes.py came after"}.get(
        how, "SHA-256"
    ) in done.stdout
    assert ("yes.pth" in done.stdout) is (how == "with a line of start-up")
    assert not list(own.rglob("was_run"))
    known = _list(tmp_path / "releases.yaml", next(release.glob("*.whl")))
    result = CliRunner().invoke(app, ["verifier", str(own), "--releases", str(known)])
    assert (result.exit_code, "known release 9.9.9" in result.output) == ((0, True) if good else (1, False))


def test_a_doctored_verifier_is_named_in_the_certificate_that_it_makes_where_it_does_not_lie(
    own: Path, project: Path, tmp_path: Path
) -> None:
    """What it says of itself it can make up; the SHA-256 that an honest reader knows it cannot have."""
    changed = next(own.rglob("site-packages")) / "shared_analysis" / "reproduce" / "judge" / "outputs.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n_YES = True\n", encoding="utf-8")
    commit(project)
    done = _run(own, "verify", "--environment", "current", "--out", str(tmp_path / "out"), cwd=project)
    assert "Its files are not as they were installed" in done.stdout


def test_the_verifier_that_a_certificate_names_is_looked_up(release: Path, tmp_path: Path) -> None:
    built = next(release.glob("*.whl"))
    known = _list(tmp_path / "releases.yaml", built)
    certificate = tmp_path / "certificate.yaml"
    for digest, code, said in (
        (wheel_contents(built).digest, 0, "That is the known release 9.9.9."),
        ("0" * 64, 1, "That is no release that this verifier knows"),
    ):
        named = {"verification": {"verifier": {"version": "9.9.9", "files_sha256": digest}}}
        certificate.write_text(yaml.safe_dump(named, version=(1, 1)), encoding="utf-8")  # as they are written
        result = CliRunner().invoke(app, ["verifier", "--certificate", str(certificate), "--releases", str(known)])
        assert (result.exit_code, said in result.output) == (code, True)
        assert "Anybody can write a certificate" in result.output
    certificate.write_text("verification: {}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["verifier", "--certificate", str(certificate)])
    assert result.exit_code != 0
    assert "names no verifier" in str(result.exception)


def test_an_editable_installation_says_that_it_is_one() -> None:
    result = CliRunner().invoke(app, ["verifier"])
    assert result.exit_code == 1
    assert "editable installation" in result.output
    with mock.patch.dict(os.environ, {"COLUMNS": "200"}):
        assert "Ends with 0 if it has the files" in CliRunner().invoke(app, ["verifier", "--help"]).output


def test_what_is_installed_of_the_real_wheel_is_its_content(release: Path) -> None:
    installed = installation_in(release / "environment")
    assert installed.contents.differences(wheel_contents(next(release.glob("*.whl"))), records=False) == ""
    assert (installed.contents.faults, installed.started) == ((), ())


def test_an_installation_from_the_source_of_a_release_has_the_same_files(release: Path, tmp_path: Path) -> None:
    source = shutil.copytree(release / "source", tmp_path / "shared_analysis")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--ignore-installed"]
    install += ["--no-build-isolation", "--prefix", str(tmp_path / "environment"), str(source)]
    subprocess.run(install, check=True, capture_output=True)
    installed = installation_in(tmp_path / "environment")
    assert (installed.digest, installed.source) == (wheel_contents(next(release.glob("*.whl"))).digest, False)


@pytest.mark.parametrize("kind", ["by its date", "by its hash", "by nothing", "of another text"])
def test_a_compiled_file_that_is_not_its_source_is_named(kind: str, own: Path, tmp_path: Path) -> None:
    site = next(own.rglob("site-packages"))
    source = site / "shared_analysis" / "errors.py"
    text = source.read_text(encoding="utf-8")
    lie = tmp_path / "errors.py"
    lie.write_text(f"{text}\n_YES = True\n", encoding="utf-8", newline="\n")
    compiled = Path(importlib.util.cache_from_source(str(source)))
    compiled.unlink(missing_ok=True)
    modes = {"by its hash": py_compile.PycInvalidationMode.CHECKED_HASH}
    mode = modes.get(kind, py_compile.PycInvalidationMode.UNCHECKED_HASH)
    compiled.parent.mkdir(exist_ok=True)
    py_compile.compile(str(lie), str(compiled), dfile=str(source), invalidation_mode=mode)
    content = compiled.read_bytes()
    about = source.stat()
    head = {
        "by its date": bytes(4) + int(about.st_mtime).to_bytes(4, "little") + about.st_size.to_bytes(4, "little"),
        "by its hash": (3).to_bytes(4, "little") + importlib.util.source_hash(source.read_bytes()),
    }.get(kind, content[4:16])
    compiled.write_bytes(content[:4] + head + (b"nonsense" if kind == "of another text" else content[16:]))
    result = CliRunner().invoke(app, ["verifier", str(own)])
    assert f"{compiled.relative_to(site).as_posix()} holds other code than its source" in result.output
    compiled.unlink()
    for honest in py_compile.PycInvalidationMode:
        py_compile.compile(str(source), str(compiled), invalidation_mode=honest)
        assert "holds other code" not in CliRunner().invoke(app, ["verifier", str(own)]).output
