"""What a wheel holds and what is installed of it are one list, and every change to either is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import Installation, installation_in, this_verifier, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from tests.wheels import CODE, files_of, honest_wheel, pack, record_of, wheel_name

RECORD = "shared_analysis-0.2.0.dist-info/RECORD"
PATHS = [*files_of(), "added.pth", "sitecustomize.py", "shared_analysis/more.py", "shared_analysis/__pycache__/a.pyc"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(PATHS), st.sampled_from([None, b"other\n"]), max_size=3),
    honest_record=st.booleans(),
    order=st.randoms(use_true_random=False),
    stored=st.booleans(),
)
def test_every_change_to_a_wheel_is_named_and_packing_is_none(
    changes: dict[str, bytes | None], honest_record: bool, order: object, stored: bool, tmp_path: Path
) -> None:
    before = files_of()
    after = {name: text for name, text in {**before, **changes}.items() if text is not None}
    names = list(after)
    order.shuffle(names)  # type: ignore[attr-defined]
    record = record_of(before if honest_record else {name: after[name] for name in sorted(after)})
    packed = {**{name: after[name] for name in names}, **record}
    doctored = wheel_contents(pack(tmp_path / "b" / wheel_name(), packed, 0 if stored else zipfile.ZIP_DEFLATED))
    honest = wheel_contents(honest_wheel(tmp_path / "a"))
    said = doctored.differences(honest, records=False)
    named = {name.replace("shared_analysis-0.2.0.data/data/", "data/"): text for name, text in changes.items()}
    real = {name for name, text in named.items() if (name in honest.files) or text is not None}
    assert {name for name in {*honest.files, *doctored.files} if name in said} >= real
    assert (said == "") == (not real) == (doctored.digest == honest.digest)
    assert bool(doctored.faults) == (honest_record and bool(real)), doctored.faults


def test_the_same_files_are_one_content_however_they_are_packed(tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path)
    files = files_of()
    again = pack(tmp_path / "again" / honest.name, {**record_of(files), **dict(reversed(files.items()))}, 0)
    assert file_sha256(again) != file_sha256(honest)
    assert wheel_contents(again) == wheel_contents(honest)


def _held_twice(path: Path) -> None:
    files = files_of()
    pack(path, {**files, **record_of(files)})
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr(CODE, files[CODE])


def _held_in_other_letters(path: Path) -> None:
    files = {**files_of(), CODE.upper(): b"SAYS = 'other'\n"}
    pack(path, {**files, **record_of(files)})


def _before_the_archive(path: Path) -> None:
    """An installer that reads from the beginning would find another archive there."""
    other = pack(path.with_name("other.zip"), files_of(says="other")).read_bytes()
    files = files_of()
    path.write_bytes(other + pack(path, {**files, **record_of(files)}).read_bytes())


def _between_the_files(path: Path) -> None:
    """A file that only those see who read the archive from its beginning."""
    files = files_of()
    pack(path, {"hidden.py": b"SAYS = 'other'\n", **files, **record_of(files)})
    content = path.read_bytes()
    entry = content.rindex(b"PK\x01\x02", 0, content.index(b"hidden.py", content.index(b"PK\x01\x02")))
    size = 46 + len("hidden.py")
    content = content[:entry] + content[entry + size :]
    end = content.rindex(b"PK\x05\x06")
    count = (int.from_bytes(content[end + 8 : end + 10], "little") - 1).to_bytes(2, "little")
    directory = (int.from_bytes(content[end + 12 : end + 16], "little") - size).to_bytes(4, "little")
    path.write_bytes(content[: end + 8] + count + count + directory + content[end + 16 :])


def _out_of_the_folder(path: Path) -> None:
    files = {**files_of(), "../outside.py": b"x\n"}
    pack(path, {**files, **record_of(files)})


@pytest.mark.parametrize(
    ("doctor", "said"),
    [
        (_held_twice, "more than once"),
        (_held_in_other_letters, "more than once"),
        (_before_the_archive, "its own directory does not name"),
        (_between_the_files, "its own directory does not name"),
        (_out_of_the_folder, "a place outside"),
    ],
)
def test_an_archive_of_which_installers_make_different_things_is_named(
    doctor: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    wheel = tmp_path / "doctored" / wheel_name()
    wheel.parent.mkdir()
    doctor(wheel)
    assert any(said in fault for fault in wheel_contents(wheel).faults), wheel_contents(wheel).faults


@pytest.mark.parametrize("content", [b"", b"a wheel", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(100)])
def test_what_is_no_wheel_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(content)
    with pytest.raises(SharedAnalysisError, match="cannot be read as a wheel"):
        wheel_contents(tmp_path / "x.whl")
    cut = honest_wheel(tmp_path)
    for size in range(0, cut.stat().st_size, 97):
        (tmp_path / "x.whl").write_bytes(cut.read_bytes()[:size])
        with pytest.raises(SharedAnalysisError, match="cannot be read as a wheel"):
            wheel_contents(tmp_path / "x.whl")


def _installed(wheel: Path, prefix: Path, installer: str) -> Path:
    if installer == "uv":
        if not (uv := shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))):
            pytest.skip("uv is not installed")
        command = [uv, "pip", "install", "-q", "--offline", "--python", sys.executable]
    else:
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--disable-pip-version-check"]
        command += ["--ignore-installed", "--no-warn-script-location"]
    done = subprocess.run(
        [*command, "--no-deps", "--prefix", str(prefix), str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return next(prefix.rglob("site-packages"))


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_what_is_installed_is_the_wheels_content(installer: str, tmp_path: Path) -> None:
    wheel = honest_wheel(tmp_path)
    site = _installed(wheel, tmp_path / "environment", installer)
    installed = installation_in(tmp_path / "environment")
    assert installed.digest == wheel_contents(wheel).digest
    assert (installed.version, installed.source, installed.contents.faults) == ("0.2.0", False, ())
    assert installed.wheel in ((file_sha256(wheel),) if installer == "pip" else (file_sha256(wheel), None))
    assert installation_in(site).digest == installed.digest


def _changed(site: Path) -> None:
    (site / CODE).write_text("SAYS = 'yes'\n")


def _changed_with_its_record(site: Path) -> None:
    files = {CODE: b"SAYS = 'yes'\n"}
    (site / CODE).write_bytes(files[CODE])
    line = record_of(files)[RECORD].decode().splitlines()[0]
    lines = (site / RECORD).read_text().splitlines()
    (site / RECORD).write_text("\n".join(line if old.startswith(f"{CODE},") else old for old in lines) + "\n")


def _changed_and_its_line_taken_out(site: Path) -> None:
    _changed(site)
    lines = (site / RECORD).read_text().splitlines()
    (site / RECORD).write_text("\n".join(line for line in lines if "installed.py" not in line) + "\n")


def _module_added(site: Path) -> None:
    (site / "shared_analysis" / "more.py").write_text("x = 1\n")


def _compiled_module_added(site: Path) -> None:
    (site / "shared_analysis" / "more.pyc").write_bytes(b"x")


def _file_gone(site: Path) -> None:
    (site / "shared_analysis" / "integrity" / "installed.py").unlink()


def _metadata_changed(site: Path) -> None:
    path = site / "shared_analysis-0.2.0.dist-info" / "entry_points.txt"
    path.write_text(path.read_text().replace("SAYS", "OTHER"))


def _settings_of_jupyter_changed(site: Path) -> None:
    next(site.parents[2].rglob("etc/jupyter/**/shared_analysis.json")).write_text('{"x": 1}\n')


@pytest.mark.parametrize(
    "doctor",
    [
        _changed,
        _changed_with_its_record,
        _changed_and_its_line_taken_out,
        _module_added,
        _compiled_module_added,
        _file_gone,
        _metadata_changed,
        _settings_of_jupyter_changed,
    ],
)
def test_a_doctored_installation_is_another_content(doctor: Callable[[Path], None], tmp_path: Path) -> None:
    wheel = honest_wheel(tmp_path)
    doctor(_installed(wheel, tmp_path / "environment", "pip"))
    installed = installation_in(tmp_path / "environment")
    assert installed.digest != wheel_contents(wheel).digest
    assert installed.contents.differences(wheel_contents(wheel), records=False)
    assert bool(installed.contents.faults) is (doctor is not _changed_with_its_record)


def test_what_its_python_runs_at_its_start_is_named(tmp_path: Path) -> None:
    site = _installed(honest_wheel(tmp_path), tmp_path / "environment", "pip")
    assert installation_in(site).started == ()
    (site / "paths.pth").write_text("/somewhere\n")
    (site / "lies.pth").write_text("import os\n")
    (site / "sitecustomize.py").write_text("")
    assert installation_in(site).started == ("lies.pth", "sitecustomize.py")


def test_a_folder_of_source_is_said_to_be_one(tmp_path: Path) -> None:
    own = this_verifier()
    assert isinstance(own, Installation)
    assert own.source  # the tests run from the repository
    assert own.wheel is None
    with pytest.raises(SharedAnalysisError, match="not installed there"):
        installation_in(tmp_path)
