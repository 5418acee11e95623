"""Commands run in the shell that DVC takes, and where one does not start it is said why."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from dvc.stage.run import _make_cmd, get_executable

from shared_analysis.reproduce.run.shell import in_shell, why_it_failed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, DVC takes the shell of Windows")
SHELLS = [shell for name in ("bash", "sh", "dash", "zsh", "fish", "ksh") if (shell := shutil.which(name))]


@pytest.mark.parametrize("shell", [*SHELLS, ""])
@pytest.mark.parametrize("command", ["python code/page.py", "echo 'a  b' && A=1 python x.py > y.txt"])
def test_the_shell_is_the_one_of_dvc(shell: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", shell)
    assert in_shell(command) == _make_cmd(get_executable(), command)


def test_start_up_files_are_left_out_as_dvc_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bash", "zsh"):
        (tmp_path / name).touch(mode=0o755)
        monkeypatch.setenv("SHELL", str(tmp_path / name))
        assert in_shell("true") == _make_cmd(get_executable(), "true")


@pytest.mark.parametrize("shell", ["/usr/sbin/nologin", "/bin/false", "/nowhere/bash"])
def test_a_shell_that_runs_nothing_is_not_taken(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", shell)
    assert in_shell("true") == ["/bin/sh", "-c", "true"]


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
@pytest.mark.parametrize(
    "command",
    [
        "[[ -f a ]] && true",
        "if [[ a == b* ]]; then true; fi",
        "set -o pipefail; a | b",
        "set -euo pipefail",
        "source settings.sh && true",
        "diff <(a) <(b)",
        "cat <<< words",
        "a |& b",
        "(( 1 > 0 ))",
        "for i in {1..3}; do true; done",
        "echo ${name^^}",
        "words=(a b)",
        "shopt -s globstar",
    ],
)
def test_commands_of_bash_get_bash_where_the_shell_is_a_plain_one(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHELL", raising=False)
    assert in_shell(command)[0] == shutil.which("bash")


@pytest.mark.parametrize(
    "command",
    [
        "[ -f a ] && true",
        ". ./settings.sh",
        "echo $((1 + 2))",
        "a | b > c 2>&1",
        "python -m source",
        "echo ${name%.csv}",
    ],
)
def test_commands_of_any_shell_keep_the_plain_one(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHELL", raising=False)
    assert in_shell(command) == ["/bin/sh", "-c", command]


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ("./run.sh", 126, "run.sh may not be run"),
        ("A=1 ./run.sh --fast", 126, "run.sh may not be run"),
        ("cd . && ./run.sh", 126, "run.sh may not be run"),
        ("./windows.sh", 127, "ends as on Windows"),
        ("no-such-program x", 127, "there is no program no-such-program here"),
        ("true; /opt/nowhere/Rscript x", 127, "there is no program Rscript here"),
        ("python ./run.sh", 1, ""),
        ("./fine.sh", 127, ""),
        ("sh './run.sh", 2, ""),
    ],
)
def test_why_a_command_did_not_start(command: str, code: int, why: str, tmp_path: Path) -> None:
    for name, first in {"run.sh": "#!/bin/sh\n", "windows.sh": "#!/bin/sh\r\n", "fine.sh": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_bytes(first.encode())
        (tmp_path / name).chmod(0o644 if name == "run.sh" else 0o755)
    said = why_it_failed([command], tmp_path, dict(os.environ), code)
    assert why in said
    assert bool(said) == bool(why)
