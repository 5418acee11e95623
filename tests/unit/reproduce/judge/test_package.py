"""Whose the project's analysis package is: a known release, built from its source, this verifier's, or nobody's."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity import Installation, Release, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce import Certificate, PackageCheck, Verdict
from shared_analysis.reproduce.certificate.trust import said_of_packages, said_of_verifier
from shared_analysis.reproduce.judge import package as package_module
from shared_analysis.reproduce.judge.package import Provenance, Standing
from tests.unit.reproduce.packages import judge, vendor
from tests.unit.reproduce.small_project import commit, relock, write
from tests.wheels import CODE, files_of, honest_wheel, pack, record_of, wheel_name

INFO = "shared_analysis-0.2.0.dist-info"


def _release(wheel_: Path, version: str = "0.2.0") -> Release:
    return Release(version, file_sha256(wheel_), wheel_contents(wheel_).digest)


def _list(path: Path, *releases: Release) -> Path:
    path.write_text(yaml.safe_dump({"releases": [vars(release) for release in releases]}), encoding="utf-8")
    return path


def _verifier(wheel_: Path, version: str = "0.2.0") -> Installation:
    contents = replace(wheel_contents(wheel_), faults=())
    return Installation(Path("elsewhere"), version, contents, source=False, wheel=None)


def _repacked(files: Mapping[str, bytes], path: Path, *, listed: bool = True) -> Path:
    return pack(path, {**files, **record_of(files if listed else files_of())})


def _file_changed(path: Path) -> Path:
    return _repacked({**files_of(), CODE: b"SAYS = 'yes'\n"}, path)


def _file_changed_behind_its_record(path: Path) -> Path:
    return _repacked({**files_of(), CODE: b"SAYS = 'yes'\n"}, path, listed=False)


def _start_up_file_added(path: Path) -> Path:
    return _repacked({**files_of(), "shared_analysis.pth": b"import os\n"}, path)


def _module_added(path: Path) -> Path:
    return _repacked({**files_of(), "shared_analysis/more.py": b"x = 1\n"}, path)


def _module_added_beside(path: Path) -> Path:
    return _repacked({**files_of(), "dvc/__init__.py": b"x = 1\n"}, path)


def _file_taken_out(path: Path) -> Path:
    files = files_of()
    del files["shared_analysis/integrity/installed.py"]
    return _repacked(files, path)


def _metadata_changed(path: Path) -> Path:
    files = files_of()
    files[f"{INFO}/METADATA"] += b"Requires-Dist: other\n"
    return _repacked(files, path)


def _entry_points_changed(path: Path) -> Path:
    return _repacked(
        {**files_of(), f"{INFO}/entry_points.txt": b"[console_scripts]\nshared-analysis = other:x\n"}, path
    )


def _record_changed(path: Path) -> Path:
    record = record_of({**files_of(), CODE: b"SAYS = 'yes'\n"})
    return pack(path, {**files_of(), **record})


DOCTORED = {
    _file_changed: CODE,
    _file_changed_behind_its_record: CODE,
    _start_up_file_added: "shared_analysis.pth",
    _module_added: "shared_analysis/more.py",
    _module_added_beside: "dvc/__init__.py",
    _file_taken_out: "shared_analysis/integrity/installed.py",
    _metadata_changed: f"{INFO}/METADATA",
    _entry_points_changed: f"{INFO}/entry_points.txt",
    _record_changed: CODE,
}


@pytest.mark.parametrize("doctor", DOCTORED, ids=lambda doctor: doctor.__name__)
def test_a_doctored_wheel_contradicts_the_release_that_it_says_it_is(
    doctor: Callable[[Path], Path], small: Path, tmp_path: Path
) -> None:
    honest = honest_wheel(tmp_path / "honest")
    vendor(small, doctor(tmp_path / "doctored" / wheel_name()))
    check = PackageCheck(_list(tmp_path / "releases.yaml", _release(honest)))
    provenance, (finding,) = judge(small, tmp_path, check)
    assert [one.standing for one in provenance.packages] == [Standing.contradicted]
    assert (finding.verdict, finding.file) == (Verdict.different, f"vendor/{wheel_name()}")
    other = any("whose wheel has the SHA-256" in reason for reason in finding.reasons)
    assert other is (doctor is not _record_changed), finding.reasons


@pytest.mark.parametrize(("doctor", "file"), DOCTORED.items(), ids=lambda one: getattr(one, "__name__", None))
def test_a_doctored_wheel_of_the_verifiers_own_version_differs_from_it_in_named_files(
    doctor: Callable[[Path], Path], file: str, small: Path, tmp_path: Path
) -> None:
    vendor(small, doctor(tmp_path / "doctored" / wheel_name()))
    own = _verifier(honest_wheel(tmp_path / "honest"))
    with mock.patch.object(package_module, "this_verifier", return_value=own):
        provenance, (finding,) = judge(small, tmp_path)
    assert provenance.packages[0].standing is Standing.contradicted
    assert any(file in reason for reason in finding.reasons), finding.reasons


def test_the_same_content_packed_otherwise_is_the_same_release_and_the_same_verifier(
    small: Path, tmp_path: Path
) -> None:
    honest, files = honest_wheel(tmp_path / "honest"), files_of()
    again = pack(tmp_path / "again" / wheel_name(), {**record_of(files), **files}, zipfile.ZIP_STORED)
    vendor(small, again)
    check = PackageCheck(_list(tmp_path / "releases.yaml", _release(honest)))
    provenance, findings = judge(small, tmp_path, check)
    assert (provenance.packages[0].standing, findings) == (Standing.release, [])
    assert "packed otherwise" in said_of_packages(provenance)
    with mock.patch.object(package_module, "this_verifier", return_value=_verifier(honest)):
        provenance, findings = judge(small, tmp_path)
    assert (provenance.packages[0].standing, findings) == (Standing.verifier, [])
    assert "the same files as this verifier" in said_of_packages(provenance)


def test_a_known_release_is_named(small: Path, tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path / "honest")
    vendor(small, honest)
    provenance, findings = judge(small, tmp_path, PackageCheck(_list(tmp_path / "releases.yaml", _release(honest))))
    assert (provenance.packages[0].standing, provenance.packages[0].sha256) == (Standing.release, file_sha256(honest))
    assert findings == []
    assert f"SHA-256 {file_sha256(honest)}). It is the known release 0.2.0." in said_of_packages(provenance)


@pytest.mark.parametrize("version", ["0.3.0", "0.2.0.dev0+h0123456789ab", "0.2.0.post1", "0.2.1"])
def test_a_wheel_between_releases_is_no_fault_and_is_said_to_be_compared_by_nobody(
    version: str, small: Path, tmp_path: Path
) -> None:
    vendor(small, honest_wheel(tmp_path / "own", version))
    known = _list(tmp_path / "releases.yaml", _release(honest_wheel(tmp_path / "known")))
    with mock.patch.object(package_module, "this_verifier", return_value=_verifier(honest_wheel(tmp_path / "yours"))):
        provenance, findings = judge(small, tmp_path, PackageCheck(known))
    assert (provenance.packages[0].standing, findings) == (Standing.unknown, [])
    assert "It is no known release. Nobody has compared it with its source" in said_of_packages(provenance)


@pytest.mark.parametrize(
    "name",
    [
        "shared_analysis-0.2-py3-none-any.whl",
        "shared_analysis-0.2.0-1-py3-none-any.whl",
        "Shared.Analysis-0.2.0-py3-none-any.whl",
        "shared_analysis-0.3.0-py3-none-any.whl",
        "shared_analysis-v0.2.0-py3-none-any.whl",
    ],
)
def test_another_spelling_of_the_name_does_not_hide_which_release_it_says_it_is(
    name: str, small: Path, tmp_path: Path
) -> None:
    vendor(small, _file_changed(tmp_path / "doctored" / name))
    check = PackageCheck(_list(tmp_path / "releases.yaml", _release(honest_wheel(tmp_path / "honest"))))
    provenance, (finding,) = judge(small, tmp_path, check)
    assert provenance.packages[0].standing is Standing.contradicted
    assert "it says that it is 0.2.0" in finding.reasons[0]


def test_a_project_without_the_package_and_with_wheels_of_others_is_said_to_be_one(small: Path, tmp_path: Path) -> None:
    other = pack(
        tmp_path / "other-1.0-py3-none-any.whl", {"other.py": b"x = 1\n", "other-1.0.dist-info/RECORD": b"other.py,,\n"}
    )
    vendor(small, other)
    provenance, findings = judge(small, tmp_path)
    assert (provenance.packages, findings) == ((), [])
    assert said_of_packages(provenance) == "The project brings no analysis package of the template along."
    with pytest.raises(SharedAnalysisError, match="no wheel of the analysis package"):
        judge(small, tmp_path, PackageCheck(wheel_from=str(tmp_path)))


@pytest.mark.parametrize(
    "path",
    [
        CODE,
        "other-1.0.data/purelib/shared_analysis/link.py",
        "other-1.0.data/data/lib/python3.11/site-packages/shared_analysis/link.py",
        "Shared_Analysis/x.py",
    ],
)
def test_a_wheel_that_brings_files_of_the_package_along_is_named(path: str, small: Path, tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path / "honest")
    files = {"other.py": b"x = 1\n", path: b"SAYS = 'yes'\n"}
    other = pack(tmp_path / "other-1.0-py3-none-any.whl", {**files, "other-1.0.dist-info/RECORD": b"other.py,,\n"})
    vendor(small, honest, other)
    _, (finding,) = judge(small, tmp_path, PackageCheck(_list(tmp_path / "releases.yaml", _release(honest))))
    assert (finding.file, finding.verdict) == ("vendor/other-1.0-py3-none-any.whl", Verdict.different)
    assert "brings files of the analysis package" in finding.reasons[0]


def test_a_package_from_an_index_is_held_to_the_releases_by_its_hash(small: Path, tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path / "honest")
    known = PackageCheck(_list(tmp_path / "releases.yaml", _release(honest)))
    vendor(small)
    for digest, standing in {file_sha256(honest): Standing.release, "0" * 64: Standing.unknown}.items():
        write(small, "requirements.txt", f"shared-analysis==0.2.0 \\\n    --hash=sha256:{digest}\n")
        commit(small)
        provenance, findings = judge(small, tmp_path, known)
        assert ([one.standing for one in provenance.packages], findings) == ([standing], [])
        assert "requirements.txt: shared-analysis==0.2.0" in said_of_packages(provenance)


@pytest.mark.parametrize(
    "line",
    [
        "vendor/{}",
        "./vendor//{}",
        "./other/../vendor/{}",
        "file:vendor/{}",
        "file:///project/vendor/{}",
        "shared-analysis @ file:vendor/{}",
        "Shared_Analysis @ https://example.org/{}",
        "-e ./vendor/shared_analysis",
        "./vendor/shared-analysis-0.2.0.tar.gz",
        "git+https://example.org/shared_analysis.git",
    ],
)
def test_the_package_is_found_however_the_lock_names_it(line: str, small: Path, tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path / "honest")
    vendor(small, honest)
    write(small, "requirements.txt", line.format(honest.name) + "\n")
    commit(small)
    known = PackageCheck(_list(tmp_path / "releases.yaml", _release(honest)))
    packages = judge(small, tmp_path, known)[0].packages
    assert (packages[0].file, packages[0].standing) == (f"vendor/{honest.name}", Standing.release)
    # What the lock takes from elsewhere is not that wheel, whatever it is called.
    elsewhere = "vendor/{}" not in line.replace("vendor//", "vendor/") or "///" in line
    assert [one.standing for one in packages[1:]] == [Standing.unknown] * elsewhere
    (small / "vendor" / honest.name).unlink()
    commit(small)
    (package_,) = judge(small, tmp_path, known)[0].packages
    assert (package_.sha256, package_.standing) == (None, Standing.unknown)
    assert package_.file.startswith("requirements.txt: ")


def test_a_doctored_wheel_makes_the_certificate_say_no_and_an_unknown_one_does_not(
    small: Path, tmp_path: Path, check: Callable[..., Certificate]
) -> None:
    honest = honest_wheel(tmp_path / "honest")
    vendor(small, honest)
    relock(small)
    unknown = check()
    assert (unknown.verdict, unknown.inputs) == (Verdict.identical, ())
    assert "It is no known release." in unknown.trust[1]
    known = _list(tmp_path / "releases.yaml", _release(_file_changed(tmp_path / "other" / wheel_name())))
    contradicted = check(package=PackageCheck(known))
    assert contradicted.verdict is Verdict.different
    assert [finding.file for finding in contradicted.inputs] == [f"vendor/{wheel_name()}"]
    content = yaml.safe_load(contradicted.to_yaml())
    assert content["verification"]["package"][0]["standing"] == "not what it says"
    assert hashlib.sha256(honest.read_bytes()).hexdigest() == content["verification"]["package"][0]["sha256"]


def test_the_verifier_is_named_with_what_is_known_of_it(small: Path, tmp_path: Path) -> None:
    honest = honest_wheel(tmp_path / "honest")
    own, known = _verifier(honest), _release(honest)
    plain = said_of_verifier(Provenance(own, ()))
    assert f"shared-analysis 0.2.0 (SHA-256 of its files {own.digest})" in plain
    assert "No verifier can vouch for itself" in plain
    listed = said_of_verifier(Provenance(own, (), known=known))
    assert f"SHA-256 of its wheel {known.wheel}" in listed
    assert "the known release 0.2.0" in listed
    faulty = replace(own, contents=replace(own.contents, faults=("x was changed after it was installed",)))
    assert "not as they were installed: x was changed" in said_of_verifier(Provenance(faulty, ()))
    assert "editable" in said_of_verifier(Provenance(replace(own, source=True), ()))
    assert "lies in the repository" in said_of_verifier(Provenance(own, (), inside=True))
    inside = replace(own, folder=small / ".venv" / "shared_analysis")
    with mock.patch.object(package_module, "this_verifier", return_value=inside):
        assert judge(small, tmp_path)[0].inside
