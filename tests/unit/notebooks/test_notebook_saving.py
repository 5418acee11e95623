"""What Jupyter saves of a project's notebook: a real server, asked as JupyterLab asks it."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import PACKAGE, TEMPLATE

EXTENSION = "shared_analysis.notebooks.saving"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": "a name"}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project in it, and a notebook outside."""
    root = tmp_path_factory.mktemp("served")
    (root / "project" / "notebooks").mkdir(parents=True)
    (root / "project" / "scratch").mkdir()
    (root / "project" / "project.yaml").touch()
    (source,) = (TEMPLATE / "notebooks").glob("10_validate.ipynb")
    for name in ("project/notebooks/10_validate.ipynb", "project/scratch/mine.ipynb", "elsewhere.ipynb"):
        (root / name).write_bytes(source.read_bytes())
    return root


@pytest.fixture(scope="module")
def ask(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Jupyter Server with the extension, as the wheel's settings enable it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = tmp_path_factory.mktemp("jupyter")
    where = settings / "jupyter_server_config.d"
    where.mkdir()
    (where / "shared_analysis.json").write_bytes((PACKAGE / "jupyter" / "shared_analysis.json").read_bytes())
    options = (f"--port={port}", "--port-retries=0", "--no-browser", "--allow-root", "--IdentityProvider.token=abc")
    variables = {**os.environ, "JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_RUNTIME_DIR": str(settings)}
    with (settings / "log").open("wb") as log:
        command = [sys.executable, "-m", "jupyter_server", *options]
        server = subprocess.Popen(command, cwd=root, env=variables, stdout=log, stderr=log)

    def ask(method: str, path: str, body: object = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        headers = {"Authorization": "token abc", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answered: dict[str, Any] = json.load(answer)
            return answered

    try:
        for _ in range(120):
            try:
                ask("GET", "/api")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (settings / "log").read_text(encoding="utf-8")
                time.sleep(0.5)
        yield ask
    finally:
        server.terminate()
        server.wait()


def run_and_save(ask: Ask, path: str, target: str | None = None) -> dict[str, Any]:
    """Open a notebook, put into it what a run leaves there, and save it, as JupyterLab does."""
    content = ask("GET", f"/api/contents/{path}")["content"]
    for number, cell in enumerate(content["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [OUTPUT], number
            cell["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    content["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    content["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    return ask("PUT", f"/api/contents/{target or path}", {"type": "notebook", "format": "json", "content": content})


def test_a_notebook_that_was_only_run_is_saved_as_it_was(root: Path, ask: Ask) -> None:
    path = "project/notebooks/10_validate.ipynb"
    before = (root / path).read_bytes()
    answer = run_and_save(ask, path)
    assert (root / path).read_bytes() == before
    assert answer["content"] is None  # nothing comes back that would clear what the tab shows


def test_what_a_person_writes_is_saved(root: Path, ask: Ask) -> None:
    path = "project/notebooks/10_validate.ipynb"
    content = ask("GET", f"/api/contents/{path}")["content"]
    content["cells"][0]["source"] += "\nA sentence more."
    ask("PUT", f"/api/contents/{path}", {"type": "notebook", "format": "json", "content": content})
    assert "A sentence more." in (root / path).read_text(encoding="utf-8")


def test_a_new_notebook_says_only_its_language(root: Path, ask: Ask) -> None:
    new = "project/notebooks/50_new.ipynb"
    run_and_save(ask, "project/notebooks/10_validate.ipynb", new)
    saved = json.loads((root / new).read_text(encoding="utf-8"))
    assert saved["metadata"]["language_info"] == {"name": "python"}
    assert [cell["outputs"] for cell in saved["cells"] if cell.get("outputs")] == []


@pytest.mark.parametrize("path", ["project/scratch/mine.ipynb", "elsewhere.ipynb"])
def test_outputs_stay_where_git_does_not_look_and_outside_a_project(path: str, root: Path, ask: Ask) -> None:
    run_and_save(ask, path)
    assert "a name" in (root / path).read_text(encoding="utf-8")


def test_the_wheel_puts_the_setting_where_jupyter_looks() -> None:
    settings = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))
    ((source, target),) = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"].items()
    assert target.startswith("etc/jupyter/jupyter_server_config.d/")
    (enabled,) = json.loads((PACKAGE / source).read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    assert enabled == EXTENSION
    assert importlib.import_module(enabled)._jupyter_server_extension_points() == [{"module": EXTENSION}]
