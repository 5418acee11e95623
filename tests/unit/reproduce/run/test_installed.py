"""A stage that changes the environment in which later stages run is named, whatever it does to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from textwrap import indent

import pytest

from shared_analysis.reproduce import RunOptions, Verdict, verify
from shared_analysis.reproduce.run import runner
from shared_analysis.reproduce.run.environment import Environment, existing
from shared_analysis.reproduce.run.installed import Installed
from tests.unit.reproduce.small_project import repro, text, write

FIND = "import os, pathlib, shutil\nplace = pathlib.Path(shutil.which('python')).parent.parent / 'lib'\n"
HERE = "if (place.parent / 'built').exists():\n"  # not where the tests themselves run
CHANGES = {
    "in place": "(place / 'code.py').write_text('print(2)\\n')",
    "with its time set back": "old = (place / 'code.py').stat()\n"
    "(place / 'code.py').write_text('print(2)\\n')\n"
    "os.utime(place / 'code.py', ns=(old.st_atime_ns, old.st_mtime_ns))",
    "by another file": "(place / 'new').write_text('print(2)\\n')\nos.replace(place / 'new', place / 'code.py')",
    "deleted": "(place / 'code.py').unlink()",
    "made a link": "(place / 'code.py').unlink()\n(place / 'code.py').symlink_to('other.py')",
}
NEW = {
    "a module": "(place / 'json.py').write_text('')",
    "what starts with Python": "(place / 'Ann Smith.pth').write_text('import os\\n')",
    "a link to a folder": "(place / 'more').symlink_to('/')",
}
MEDDLING = [*CHANGES.items(), *NEW.items()]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small folder stand for the environment that is built: this Python, and a module."""

    def build(_root: Path, folder: Path, *_: object) -> Environment:
        if not folder.exists():
            (folder / "bin").mkdir(parents=True)
            (folder / "lib").mkdir()
            (folder / "built").touch()
            python = folder / "bin" / "python"
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
            python.chmod(0o755)
            (folder / "lib" / "code.py").write_text("print(1)\n", encoding="utf-8")
        known = existing("current")
        return Environment(folder / "bin" / "python", "built", known.version, known.platform)

    monkeypatch.setattr(runner, "build", build)


def meddling(words: str) -> str:
    return f"{FIND}{HERE}{indent(words, '    ')}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for Python")
@pytest.mark.usefixtures("environment")
class TestOfAPipeline:
    def test_an_honest_one_is_proved(self, small: Path) -> None:
        assert verify(small, "HEAD", RunOptions()).verdict is Verdict.identical

    def test_a_stage_that_adds_to_it_is_named(self, small: Path) -> None:
        write(small, "code/table.py", f"{text(small, 'code/table.py')}{meddling(NEW['what starts with Python'])}")
        repro(small)
        certificate = verify(small, "HEAD", RunOptions())
        (finding,) = certificate.inputs
        assert (certificate.verdict, finding.file, finding.stage) == (Verdict.different, "requirements.txt", "table")

    def test_one_that_puts_it_back_in_a_later_stage_is_named(self, small: Path) -> None:
        write(small, "code/make.py", f"{text(small, 'code/make.py')}\n{meddling(CHANGES['in place'])}")
        back = CHANGES["in place"].replace("2", "1")
        write(small, "code/page.py", f"{text(small, 'code/page.py')}\n{meddling(back)}")
        repro(small)
        assert [finding.stage for finding in verify(small, "HEAD", RunOptions()).inputs] == ["make"]


@pytest.mark.parametrize(
    ("words", "named"), [pytest.param(words, name in CHANGES, id=name) for name, words in MEDDLING]
)
def test_every_change_is_seen_and_no_new_name_is_said(words: str, *, named: bool, tmp_path: Path) -> None:
    if "symlink_to" in words and sys.platform == "win32":
        pytest.skip("there, few may make links")
    place = tmp_path / "place"
    place.mkdir()
    (place / "code.py").write_text("print(1)\n", encoding="utf-8")
    installed = Installed(place, tmp_path)
    exec(words, {"os": os, "place": place})  # noqa: S102
    (finding,) = installed.look_again("make")
    assert finding.stage == "make"
    assert ("code.py" in finding.reasons[0]) is named
    assert "Ann Smith" not in finding.reasons[0]


def test_nothing_is_said_while_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "code.py").write_text("print(1)\n", encoding="utf-8")
    installed = Installed(tmp_path / "place", tmp_path)
    assert installed.look_again("a") == []
    os.utime(tmp_path / "place" / "code.py")  # another time alone is no other content
    assert installed.look_again("b") == []
    (tmp_path / "place" / "code.py").write_text("print(2)\n", encoding="utf-8")
    assert [finding.stage for finding in installed.look_again("c")] == ["c"]
    assert installed.look_again("d") == []
