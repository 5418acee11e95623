"""What the whole test run shares is made by one worker, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.shared_run import made_once


def test_of_two_that_ask_at_once_one_makes_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    calls, begun, go_on = [], Event(), Event()

    def make(folder: Path) -> None:
        calls.append(folder)
        begun.set()
        go_on.wait()
        (folder / "result").touch()

    with ThreadPoolExecutor(2) as workers:
        first = workers.submit(made_once, tmp_path_factory, "asked-for-at-once", make)
        begun.wait()
        second = workers.submit(made_once, tmp_path_factory, "asked-for-at-once", make)
        go_on.set()
        assert (first.result() / "result").exists()
    assert calls == [first.result()] == [second.result()]


def test_what_was_half_made_is_made_anew(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError):
        made_once(tmp_path_factory, "half-made", fail)
    folder = made_once(tmp_path_factory, "half-made", lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
