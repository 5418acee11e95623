"""A setting is typed once, in params.yaml: what DVC makes of a notebook that the run itself writes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from shared_analysis.project import notebook_parameters

pytestmark = pytest.mark.slow

PIPELINE = """\
stages:
  link:
    cmd: python -m shared_analysis notebook run 20_link
    deps: [notebooks/20_link.ipynb]
    params: [data, link]
    outs: [reports/notebooks]
"""
NOTEBOOK = "notebooks/20_link.ipynb"


class Repository:
    """A project of one stage, under git and DVC."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *command: str) -> str:
        tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        who = {f"GIT_{part}_{key}": "a@b" for part in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        environment = {**os.environ, **who, "PATH": tools, "DVC_NO_ANALYTICS": "1"}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def changed(self) -> list[str]:
        return [line[3:] for line in self.run("git", "status", "--porcelain").splitlines()]

    def set(self, value: float) -> None:
        params = f"data: {{mode: twin}}\nlink: {{match_threshold: {value}}}\n"
        (self.root / "params.yaml").write_text(params, encoding="utf-8")

    def assert_all_say(self, value: float) -> None:
        assert notebook_parameters(self.root / NOTEBOOK) == {"match_threshold": value}
        (locked,) = yaml.safe_load((self.root / "dvc.lock").read_text(encoding="utf-8"))["stages"].values()
        assert locked["params"]["params.yaml"]["link"] == {"match_threshold": value}
        assert [dep["md5"] for dep in locked["deps"]] == [
            hashlib.md5((self.root / NOTEBOOK).read_bytes()).hexdigest()  # noqa: S324 - as DVC hashes
        ]
        assert f"value {value}" in (self.root / "reports" / NOTEBOOK).read_text(encoding="utf-8")
        assert "up to date" in self.run("dvc", "status")
        assert "didn't change" in self.run("dvc", "repro")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "project.yaml").write_text("project: {}\n", encoding="utf-8")
    (tmp_path / "dvc.yaml").write_text(PIPELINE, encoding="utf-8")
    made.set(0.95)
    cells = [
        new_code_cell("match_threshold = 0.95  # why", metadata={"tags": ["parameters"]}),
        new_code_cell("print('value', match_threshold)"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / NOTEBOOK)
    made.run("git", "init", "--quiet")
    made.run("dvc", "init", "--quiet")
    made.run("dvc", "repro", "--quiet")
    made.run("git", "add", ".")
    made.run("git", "commit", "--quiet", "-m", "First")
    return made


def test_dvc_repro_writes_the_cell_once_and_has_nothing_left_to_do(repository: Repository) -> None:
    repository.set(0.9)
    repository.run("dvc", "repro")
    repository.assert_all_say(0.9)
    assert repository.changed == ["dvc.lock", NOTEBOOK, "params.yaml"]
    repository.set(0.95)
    repository.run("dvc", "repro")
    repository.assert_all_say(0.95)
    assert repository.changed == []


def test_an_experiment_changes_settings_notebook_and_lock_together(repository: Repository) -> None:
    repository.run("dvc", "exp", "run", "--temp", "-S", "link.match_threshold=0.97")
    assert repository.changed == []
    repository.run("dvc", "exp", "run", "-S", "link.match_threshold=0.99")
    repository.assert_all_say(0.99)
    assert repository.changed == ["dvc.lock", NOTEBOOK, "params.yaml"]
    repository.run("git", "restore", ".")
    repository.run("dvc", "checkout")
    repository.assert_all_say(0.95)
    assert repository.changed == []
