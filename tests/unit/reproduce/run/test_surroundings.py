"""What a stage finds around it: which variables, which home, which folder for what is temporary."""

from __future__ import annotations

import json
import string
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import RunOptions, Verdict, verify
from shared_analysis.reproduce.run.environment import Environment, existing
from shared_analysis.reproduce.run.runner import run_stage
from shared_analysis.reproduce.run.surroundings import Surroundings
from tests.unit.reproduce.small_project import PAGE, commit, repro, write

SECRETS = [
    *(
        "AWS_SECRET_ACCESS_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_CONNECTION_STRING",
        "SSH_AUTH_SOCK",
        "KRB5CCNAME",
    ),
    *("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "GOOGLE_APPLICATION_CREDENTIALS", "PGPASSWORD", "GH_TOKEN", "NETRC"),
    *(
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "ODBCINI",
        "R_LIBS",
        "JAVA_TOOL_OPTIONS",
        "NODE_OPTIONS",
    ),
    *(
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "DYLD_INSERT_LIBRARIES",
        "BASH_ENV",
        "ENV",
        "PYTHONPATH",
        "PYTHONHOME",
        "PERL5LIB",
    ),
    *("DVC_REMOTE", "GIT_DIR", "PIP_INDEX_URL", "JUPYTER_PATH", "CONDA_PREFIX", "SQLALCHEMY_URL", "A_SETTING"),
]
PYTHON = Environment(Path(sys.executable), "as found", "3", "here")
NEEDED = {"PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR", "LANG", "LC_ALL", "LC_NUMERIC", "TZ", "OMP_NUM_THREADS"}


@pytest.mark.parametrize("name", SECRETS)
def test_what_is_not_needed_does_not_reach_a_stage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "a secret")
    assert "a secret" not in PYTHON.variables().values()


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_needed_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "given")
    assert PYTHON.variables()[name].endswith("given")


@given(
    name=st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=24).filter(
        lambda n: not n[0].isdigit()
    )
)
def test_a_variable_of_whatever_name_does_not_unless_it_is_one_of_few(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, "a value of its own")
        reached = "a value of its own" in PYTHON.variables().values()
    known = name in NEEDED or name.startswith("LC_") or name in ("OS", "LANGUAGE")
    assert not reached or known


def test_a_declared_variable_reaches_the_stages_and_the_certificate_names_it(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(small, "code/page.py", f"import os\nassert os.environ['A_KEY'] == 'opensesame'\n{PAGE}")
    monkeypatch.setenv("A_KEY", "opensesame")
    repro(small)
    assert verify(small, options=RunOptions("current")).verdict is Verdict.missing
    certificate = verify(small, options=RunOptions("current", variables=("A_KEY",)))
    assert certificate.verdict is Verdict.identical
    assert certificate.environment["variables"] == "passed on to the stages: A_KEY"
    assert "opensesame" not in certificate.html() + certificate.to_yaml()


def test_with_another_value_nothing_is_gone_on_with(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    for value, gone_on in (("1", False), ("1", True), ("2", False)):
        monkeypatch.setenv("A_KEY", value)
        heard: list[str] = []

        def listen(words: str, heard: list[str] = heard) -> None:
            heard.append(words)
            die(words)

        with pytest.raises(Killed):
            verify(small, options=RunOptions("current", variables=("A_KEY",), say=listen))
        assert ("1/3 make: was run already" in heard) is gone_on


@pytest.mark.parametrize("name", ["PATH", "HOME", "Path", "TMPDIR", "XDG_CACHE_HOME", "DVC_STAGE", "PYTHONNOUSERSITE"])
def test_what_is_set_for_the_stages_is_not_passed_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/somewhere")
    with pytest.raises(SharedAnalysisError, match="is set for the stages"):
        RunOptions("current", variables=(name,))


def test_a_variable_that_is_not_set_is_refused() -> None:
    with pytest.raises(SharedAnalysisError, match="is not set"):
        RunOptions("current", variables=("NO_SUCH_VARIABLE",))


def test_home_and_what_is_temporary_are_empty_before_every_stage(tmp_path: Path) -> None:
    code = """
import json, os, pathlib, tempfile
home, temporary = pathlib.Path.home(), pathlib.Path(tempfile.gettempdir())
print(json.dumps([str(home), str(temporary), os.listdir(home), os.listdir(temporary)]))
for folder in (home, temporary):
    (folder / "state").mkdir()
    (folder / "state" / "read-only").touch(0o400)
for name in os.environ:
    if name.startswith(("XDG_", "APPDATA", "LOCALAPPDATA", "USERPROFILE")):
        assert pathlib.Path(os.environ[name]).is_relative_to(home), name
"""
    write(tmp_path, "code.py", code)
    stage = Stage("one", ("python code.py",), tmp_path, (), (), {})
    around = Surroundings(tmp_path / "workspace")
    around.workspace.mkdir()
    for _ in range(2):
        assert run_stage(stage, existing("current"), tmp_path, around, around.workspace / "log") == 0
        said = json.loads((around.workspace / "log").read_text(encoding="utf-8"))
        assert said == [str(around.home), str(around.temporary), [], []]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few make a symbolic link")
def test_a_link_in_the_place_of_a_home_costs_nothing_behind_it(tmp_path: Path) -> None:
    write(tmp_path, "precious/letter.txt", "mine")
    (tmp_path / "home").symlink_to(tmp_path / "precious", target_is_directory=True)
    Surroundings(tmp_path).empty()
    assert (tmp_path / "precious" / "letter.txt").exists()
    assert list((tmp_path / "home").iterdir()) == []


def test_what_a_killed_run_left_there_is_gone_when_the_next_begins(small: Path, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def die(words: str) -> None:
        if words.startswith("3/3"):
            raise Killed

    with pytest.raises(Killed):
        verify(small, options=RunOptions("current", say=die))
    (workspace,) = (tmp_path / "temp").glob("verify-*")
    write(workspace, "tmp/people.csv", "Zebedee Quux")
    write(workspace, "cache/files/md5/00/people", "Zebedee Quux")

    def look(words: str) -> None:
        if words.startswith("3/3"):
            assert list((workspace / "tmp").iterdir()) == []
            assert not (workspace / "cache").exists()

    commit(small)
    assert verify(small, "HEAD~1", RunOptions("current", say=look)).verdict is Verdict.identical
