"""What a lock says beside its hashes: the files of a folder, and commands of several lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.dvc_repo import read_settings
from shared_analysis.integrity.hashes import bytes_md5, file_md5
from shared_analysis.reproduce import Certificate, Verdict
from shared_analysis.reproduce.commit.content import Absent
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.lock import locked_stage, read_lock
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.twin_lock import TwinLock, read_twin_lock
from tests.unit.reproduce.small_project import commit, edit, forge_in_folder, keep, write


def test_the_files_of_a_folder_in_the_lock_do_not_hide_a_forged_hash(
    small: Path, check: Callable[..., Certificate]
) -> None:
    true = [{"relpath": path.name, "md5": file_md5(path)} for path in sorted((small / "data" / "twin").iterdir())]
    forge_in_folder(small, "data/twin", "people.csv", b"record_id,area,weight\n1,E01,9.9\n")
    edit(small, "dvc.lock", lambda lock: lock["stages"]["make"]["outs"][0].update(files=true))
    commit(small)
    found = next(one for one in check().outputs if one.file == "data/twin")
    assert found.verdict is Verdict.different
    assert found.reasons[0].startswith("people.csv: ")


def test_a_listing_that_dvc_does_not_write_so_says_nothing(small: Path) -> None:
    settings, cache = read_settings(small)
    store = ContentStore([cache], Pipeline(small, cache, settings))
    listed = keep(small, b'[{"relpath":"people.csv","md5":"' + b"0" * 32 + b'"}]', ".dir")
    with pytest.raises(Absent, match="not written as DVC writes it"):
        store.content(listed, small / "data" / "twin", fetch=False).files()


def test_hashes_of_nothing_but_digits_are_read_as_words() -> None:
    files = [{"relpath": "a.csv", "md5": int("1" * 32)}]
    entry = {"cmd": "make", "outs": [{"path": "data", "md5": bytes_md5(b"") + ".dir", "files": files}]}
    assert locked_stage(entry).files == {"data": {"a.csv": "1" * 32}}


@pytest.mark.parametrize("cmd", ["a\n\nb", ["a\nb"], ["a", "b"]])
def test_a_command_is_read_from_the_locks_as_the_pipeline_has_it(small: Path, cmd: str | list[str]) -> None:
    for name in ("dvc.yaml", "dvc.lock"):
        edit(small, name, lambda content: content["stages"]["page"].update(cmd=cmd))
    pipeline = Pipeline(small, small / ".dvc" / "cache", {})
    commands = next(stage.commands for stage in pipeline.stages if stage.name == "page")
    stage = read_lock(small)["page"]
    assert stage.commands == commands
    write(small, "tests/twin.lock", TwinLock({"page": stage}, {}).text())
    again = read_twin_lock(small)
    assert again is not None
    assert again.stages["page"].commands == commands
