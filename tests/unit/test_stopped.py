"""Every command that writes: killed, given twice at once, in a project that cannot be written, without a home.

How many moments each is killed at, says ``SHARED_ANALYSIS_MOMENTS``; ``python -m benchmarks.stopped`` tries twenty.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_run import made_once
from tests.small_disk import fill, small_disk
from tests.stopped_commands import Case, copy_of, finish, held, is_left, kill_and_heal, make_case, run, start
from tests.stopped_projects import COMMANDS, make_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows has no SIGKILL; a killed process is the same to the writers"
    ),
]
MOMENTS = int(os.environ.get("SHARED_ANALYSIS_MOMENTS", "2"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "project-to-be-stopped", make_project) / "project"


@pytest.fixture(scope="module", params=COMMANDS)
def case(request: pytest.FixtureRequest, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return make_case(COMMANDS[request.param], project, tmp_path_factory.mktemp("case"))


def test_killed_before_any_write_nothing_is_lost_and_the_next_run_heals(case: Case, tmp_path: Path) -> None:
    assert case.writes > 0
    draw = random.Random(" ".join(case.command.words))
    moments = sorted(draw.sample(range(1, case.writes + 1), min(MOMENTS, case.writes)))
    wrong = {moment: kill_and_heal(case, moment, tmp_path / str(moment)) for moment in moments}
    assert {moment: words for moment, words in wrong.items() if words} == {}


def test_given_twice_at_once_it_is_done_once(case: Case, tmp_path: Path) -> None:
    root = copy_of(case.ready, tmp_path / "twice")
    ended = [finish(started) for started in [start(root, case.command), start(root, case.command)]]
    assert not [one.said for one in ended if "Traceback" in one.said]
    assert any(one.code in case.command.codes for one in ended)
    assert held(root) == case.after


def test_without_a_home_it_is_done(case: Case, tmp_path: Path) -> None:
    root = copy_of(case.ready, tmp_path / "homeless")
    ended = run(root, case.command, HOME=str(tmp_path / "nowhere"), XDG_CONFIG_HOME=None)
    assert ended.code in case.command.codes, ended.said
    assert held(root) == case.after


def test_a_project_that_cannot_be_written_stays_and_that_is_said(case: Case, tmp_path: Path) -> None:
    root = copy_of(case.ready, tmp_path / "locked")
    before = held(root)
    if os.geteuid() != 0 or subprocess.run(["mount", "--bind", root, root], check=False).returncode:
        pytest.skip("only root can lock a folder against everybody here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
        ended = run(root, case.command)
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)
    assert "Traceback" not in ended.said
    assert ended.code in (1, 2), ended.said
    assert "ead-only file system" in ended.said or "cannot be written" in ended.said, ended.said
    assert held(root) == before


@pytest.mark.parametrize("room", [0, 40_000] if MOMENTS > 2 else [0])
def test_on_a_disk_that_runs_full_nothing_is_lost_and_with_room_it_is_done(
    room: int, case: Case, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "100m") as disk:
        root = copy_of(case.ready, disk / "copy")
        before = held(root)
        filling = fill(disk, leave=room)
        ended = run(root, case.command)
        assert "Traceback" not in ended.said, ended.said
        if ended.code not in case.command.codes:
            words = ("No space left", "room", "no room", "cannot be written")
            assert any(word in ended.said for word in words), ended.said
            now = {name: content for name, content in held(root).items() if not is_left(name)}
            assert {name: now.get(name) for name in before} == before
        filling.unlink()
        assert "Traceback" not in run(root, case.command).said
        assert held(root) == case.after
