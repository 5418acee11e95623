"""What is derived is fresh: the wheel, the locks and the example. `python -m tools.rebuild` mends each of these."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shared_analysis.record import load_record
from tests.baked import run
from tools import EXAMPLE, ROOT, TEMPLATE, VENDOR, example, wheel
from tools.lock import RECIPE, REMOTES, driver_lock, drivers, remote_lock

STALE = "stale: run `python -m tools.rebuild`"


def pins(lock: Path) -> dict[str, set[str]]:
    """Versions by package of a requirements file."""
    found: dict[str, set[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            requirement = Requirement(line.rstrip("\\ "))
            version = str(requirement.specifier).removeprefix("==")
            found.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return found


def test_the_vendored_wheel_is_what_the_source_builds_to(tmp_path: Path) -> None:
    (vendored,) = VENDOR.glob("*.whl")
    built = wheel.build(tmp_path)
    assert built.name == vendored.name, STALE
    files, others = wheel.content(built), wheel.content(vendored)
    assert [name for name in files | others if files.get(name) != others.get(name)] == [], STALE
    assert f"\n./vendor/{vendored.name}\n" in (TEMPLATE / "requirements.in").read_text(encoding="utf-8"), STALE


def test_the_lock_has_the_wheels_hash() -> None:
    (vendored,) = VENDOR.glob("*.whl")
    digest = hashlib.sha256(vendored.read_bytes()).hexdigest()
    lock = (TEMPLATE / "requirements.txt").read_text(encoding="utf-8")
    assert f"./vendor/{vendored.name} \\\n    --hash=sha256:{digest}\n" in lock, STALE


def test_the_lock_holds_everything_that_is_asked_for() -> None:
    locked = pins(TEMPLATE / "requirements.txt")
    asked = tomllib.loads((ROOT / "shared_analysis/pyproject.toml").read_text(encoding="utf-8"))["project"][
        "dependencies"
    ]
    direct = (TEMPLATE / "requirements.in").read_text(encoding="utf-8").splitlines()
    asked += [line for line in direct if line and not line.startswith(("#", "./"))]
    for requirement in map(Requirement, asked):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not locked; {STALE}"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}; {STALE}"


def test_every_python_gets_the_same_versions() -> None:
    """Another numpy on another Python could mean other bytes for the same lock."""
    locked = pins(TEMPLATE / "requirements.txt")
    assert {name: versions for name, versions in locked.items() if len(versions) > 1} == {}


def test_the_project_says_how_its_lock_is_made() -> None:
    asked = (TEMPLATE / "requirements.in").read_text(encoding="utf-8")
    assert f"uv {' '.join(RECIPE)} requirements.in -o requirements.txt" in asked


@pytest.mark.parametrize(
    "lock",
    [*map(remote_lock, REMOTES), *map(driver_lock, drivers()), ROOT / "requirements-dev.txt"],
    ids=lambda path: path.name,
)
def test_other_locks_agree_with_the_projects(lock: Path) -> None:
    locked = pins(TEMPLATE / "requirements.txt")
    other = pins(lock)
    differing = {name for name in locked.keys() & other.keys() if not other[name] <= locked[name]}
    assert other
    assert differing == set(), STALE


@pytest.mark.parametrize(
    "lock",
    [
        *ROOT.glob("requirements-*.txt"),
        TEMPLATE / "requirements.txt",
        *map(remote_lock, REMOTES),
        *map(driver_lock, drivers()),
    ],
    ids=lambda path: path.name,
)
def test_locks_have_every_hash_and_name_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert entries
    assert all(line.endswith("\\") for line in entries)


def test_the_example_is_a_fresh_bake_plus_its_lock(tmp_path: Path) -> None:
    fresh = example.bake(tmp_path)
    tracked = {Path(name) for name in run("git", "ls-files", cwd=EXAMPLE).stdout.splitlines()}
    baked = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    assert tracked - baked == {Path(name) for name in example.RUN_ONLY}
    assert baked - tracked == set(), STALE
    differing = [name for name in sorted(baked) if (fresh / name).read_bytes() != (EXAMPLE / name).read_bytes()]
    assert differing == [], STALE


def test_the_examples_lock_was_made_from_what_it_holds() -> None:
    lock = yaml.safe_load((EXAMPLE / "dvc.lock").read_text(encoding="utf-8"))
    tracked = set(run("git", "ls-files", cwd=EXAMPLE).stdout.splitlines())
    checked = 0
    for stage in lock["stages"].values():
        for dependency in stage["deps"]:
            if dependency["path"] in tracked:
                digest = hashlib.md5((EXAMPLE / dependency["path"]).read_bytes()).hexdigest()  # noqa: S324 - DVC's
                assert dependency["md5"] == digest, f"{dependency['path']}: {STALE}"
                checked += 1
    assert checked > 5


def test_every_table_and_stage_of_the_example_leads_to_the_outcome() -> None:
    record = load_record(EXAMPLE)
    pipeline = yaml.safe_load((EXAMPLE / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    products = {name: stage["meta"]["product"] for name, stage in pipeline.items()}
    stages = {name: [one] if isinstance(one, str) else one for name, one in products.items()}
    threads = record.trace(stages)
    tables = {path.stem for path in (EXAMPLE / "contracts").glob("*.yaml")}
    assert {thread.name for thread in threads} == tables | set(pipeline)
    assert [thread.name for thread in threads if not thread.whole] == []


@pytest.mark.slow
def test_the_example_runs_to_its_committed_lock(finished: Path) -> None:
    lock = (finished / "dvc.lock").read_text(encoding="utf-8")
    assert lock == (EXAMPLE / "dvc.lock").read_text(encoding="utf-8"), STALE
