"""A commit that leads out of its clean copy: nothing outside is written, and the answer is never yes."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, Verdict
from tests.baked import git
from tests.canary import outside_of, state_of
from tests.unit.reproduce.small_project import cached, commit, edit, keep, replace, write

if sys.platform == "win32":
    pytest.skip("making a link needs a right that few have there", allow_module_level=True)

Check = Callable[..., Certificate]


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """What a person has elsewhere, with files of the same names as the project's; it is the same afterwards."""
    outside = outside_of(tmp_path)
    for name in ("factor.csv", "totals.csv", "metrics.json", "index.html", "page.ipynb", "people.csv", "truth.csv"):
        (outside / name).write_text("a canary")
    before = state_of(outside)
    yield outside
    assert state_of(outside) == before


def linked_input(root: Path, outside: Path) -> None:
    (root / "data/raw/factor.csv").unlink()
    (root / "data/raw/factor.csv").symlink_to(outside / "factor.csv")
    git("add", "-f", "data/raw/factor.csv", cwd=root)


def linked_input_folder(root: Path, outside: Path, target: str = "") -> None:
    pointer = yaml.safe_load((root / "data/raw/factor.csv.dvc").read_text())
    shutil.rmtree(root / "data/raw")
    (root / "data/raw").symlink_to(target or outside)
    write(root, "factor.csv.dvc", yaml.safe_dump({**pointer, "wdir": "data/raw"}))
    git("rm", "-rq", "--cached", "data/raw", cwd=root)
    git("add", "-f", "data/raw", cwd=root)


def link_that_stays_inside(root: Path, outside: Path) -> None:
    linked_input_folder(root, outside, "../code")


def linked_data(root: Path, outside: Path) -> None:
    pointer = yaml.safe_load((root / "data/raw/factor.csv.dvc").read_text())
    shutil.rmtree(root / "data")
    (root / "data").symlink_to(outside)
    write(root, "factor.csv.dvc", yaml.safe_dump({**pointer, "wdir": "data/raw"}))


def input_elsewhere(root: Path, outside: Path) -> None:
    edit(root, "data/raw/factor.csv.dvc", lambda pointer: pointer["outs"][0].update(path=str(outside / "factor.csv")))


def input_upwards(root: Path, outside: Path) -> None:
    way = "../" * 8 + str(outside / "factor.csv").lstrip("/")
    edit(root, "data/raw/factor.csv.dvc", lambda pointer: pointer["outs"][0].update(path=way))


def linked_outputs(root: Path, outside: Path) -> None:
    shutil.rmtree(root / "reports")
    (root / "reports").symlink_to(outside)
    replace(root, ".gitignore", "/reports/\n", "")
    git("add", "-f", "reports", cwd=root)


def linked_tmp(root: Path, outside: Path) -> None:
    shutil.rmtree(root / ".dvc/tmp", ignore_errors=True)
    (root / ".dvc/tmp").symlink_to(outside / "tmp")
    git("add", "-f", ".dvc/tmp", cwd=root)


def output_in_gits_folder(root: Path, _: Path) -> None:
    edit(root, "dvc.yaml", lambda pipeline: pipeline["stages"]["page"]["outs"].append(".git/config"))


def output_in_dvcs_folder(root: Path, _: Path) -> None:
    edit(root, "dvc.yaml", lambda pipeline: pipeline["stages"]["page"]["outs"].append(".dvc/config"))


COMMITS = [
    linked_input, linked_input_folder, link_that_stays_inside, linked_data, input_elsewhere, input_upwards,
    linked_outputs, linked_tmp, output_in_gits_folder, output_in_dvcs_folder,
]  # fmt: skip


@pytest.mark.parametrize("lead_out", COMMITS, ids=lambda change: change.__name__)
def test_a_commit_that_leads_out_changes_nothing_there(
    lead_out: Callable[[Path, Path], None], small: Path, outside: Path, check: Check
) -> None:
    lead_out(small, outside)
    commit(small)
    try:
        certificate = check()
    except SharedAnalysisError:
        return
    assert not certificate.verdict.passed or lead_out is linked_input


def folder_input(root: Path, entries: Any) -> None:
    """Let the input be a folder whose listing says what it will."""
    (root / "data/raw/factor.csv.dvc").unlink()
    digest = keep(root, json.dumps(entries).encode(), ".dir")
    outs = [{"md5": digest, "size": 1, "nfiles": 1, "hash": "md5", "path": "raw"}]
    git("rm", "-rq", "--cached", "data/raw", cwd=root)
    shutil.rmtree(root / "data/raw")
    write(root, "data/raw.dvc", yaml.safe_dump({"outs": outs}))
    write(root, "data/.gitignore", "/raw\n")


HOSTILE = [
    "../../outside/factor.csv", "/{outside}/factor.csv", "a/../../../outside/factor.csv", "..", ".", "", "a/", "a//b",
    "a\0b", "..\\..\\outside\\factor.csv", "C:/outside/factor.csv", ".git/config", "x" * 300, "/".join("x" * 40),
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_listing_that_leads_out_changes_nothing_there(name: str, small: Path, outside: Path, check: Check) -> None:
    digest = keep(small, b"factor\n7.5\n")
    folder_input(small, [{"md5": digest, "relpath": name.replace("{outside}", str(outside).lstrip("/"))}])
    commit(small)
    certificate = check()
    assert certificate.verdict is Verdict.missing
    assert "data/raw" in [finding.file for finding in certificate.inputs]


@pytest.mark.parametrize(
    "entries",
    [{}, [1], "x", None, [{"md5": 1, "relpath": "a"}], [{"relpath": "a"}], [{"md5": "../../a.csv", "relpath": "a"}]],
)
def test_a_listing_that_is_none_is_said_to_be_missing(entries: Any, small: Path, outside: Path, check: Check) -> None:
    folder_input(small, entries)
    commit(small)
    assert not check().verdict.passed


def test_what_a_stage_links_while_it_runs_is_not_followed_by_the_next_run(
    small: Path, outside: Path, check: Check
) -> None:
    """A stage puts links to elsewhere in the place of inputs, outputs, logs and notes; the next run clears it all."""
    code = f"""
import os, pathlib, shutil
outside, work = {str(outside)!r}, pathlib.Path.cwd().parent
for name in ("reports", "data/processed", "data/raw", "tmp", "compared", "stage-2.log", "stage-3.log", "done.json"):
    place = work / name if name.count("/") == 0 and name != "reports" else pathlib.Path(name)
    shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
    place.symlink_to(outside if "." not in name else os.path.join(outside, "a.csv"))
raise SystemExit(3)
"""
    write(small, "code/make.py", code)
    commit(small)
    assert not check(keep=True).verdict.passed
    assert not check().verdict.passed


def test_the_cache_of_the_reviewer_is_not_written_through_another_name(small: Path, check: Check) -> None:
    """Files that the cache and the project share under two names are never written in place."""
    digest = yaml.safe_load((small / "data/raw/factor.csv.dvc").read_text())["outs"][0]["md5"]
    before = cached(small, digest).read_bytes()
    assert check().verdict.passed
    assert cached(small, digest).read_bytes() == before
