"""The checks before a commit stop data, large files, secrets and results, and let a new project through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from baking import by_cookiecutter, commit, run
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient

FILES = "data/raw/people.csv", "lookup.parquet", "big.bin", "key.txt", "settings.py", "notebooks/90_report.ipynb"


@pytest.fixture(scope="module")
def project(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed project."""
    made = by_cookiecutter(template, tmp_path_factory.mktemp("guards") / "out")
    commit(made, "Start the project")
    return made


def check(project: Path, *files: str, config: str = ".pre-commit-config.yaml") -> dict[str, str]:
    """Run the checks; return what each one that failed said."""
    done = run("pre-commit", "run", "--config", config, "--color", "never", "--files", *files, cwd=project)
    reports = {}
    for report in done.stdout.split("- hook id: ")[1:]:
        name, _, rest = report.partition("\n")
        reports[name] = rest
    assert bool(reports) == (done.returncode != 0), done.stdout + done.stderr
    return reports


def test_a_new_project_passes_without_a_network(project: Path, tmp_path: Path) -> None:
    """Every Python that the checks start fails at once if it opens a connection, and says so."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket, pathlib\n"
        "def refuse(self, address):\n"
        f"    pathlib.Path({str(tmp_path / 'called')!r}).write_text(repr(address))\n"
        "    raise OSError('no network')\n"
        "socket.socket.connect = refuse\n",
        encoding="utf-8",
    )
    done = run("pre-commit", "run", "--all-files", cwd=project, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "called").exists()


def test_each_guard_stops_what_it_is_there_for(project: Path) -> None:
    notebook = json.loads((project / FILES[5]).read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a person's name\n"]}]
    contents = {
        FILES[0]: "name\nA\n",
        FILES[1]: "PAR1",
        FILES[2]: "\0" * 1_100_000,
        FILES[3]: "-----BEGIN RSA " + "PRIVATE KEY-----\n",
        FILES[4]: 'aws_access_key_id = "AKIA' + "QYLPMN5HHHFPZAM2" + '"\nunused=[1\n,2]\nimport os\n',
        FILES[5]: json.dumps(notebook, indent=1) + "\n",
    }
    try:
        for name, content in contents.items():
            (project / name).write_text(content, encoding="utf-8", newline="\n")
        run("git", "add", "--force", *contents, cwd=project)
        stopped = check(project, *contents)
        assert set(stopped) == {
            "no-data", "no-large-files", "no-private-keys", "no-secrets", "no-notebook-outputs", "tidy-code",
        }  # fmt: skip
        assert FILES[0] in stopped["no-data"]
        assert FILES[1] in stopped["no-data"]
        assert FILES[2] in stopped["no-large-files"]
        assert FILES[3] in stopped["no-private-keys"]
        assert FILES[4] in stopped["no-secrets"]
        assert "AWS Access Key" in stopped["no-secrets"]
        assert "files were modified" in stopped["no-notebook-outputs"]
        cells = json.loads((project / FILES[5]).read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells)
        assert [cell["id"] for cell in cells] == [cell["id"] for cell in notebook["cells"]]
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


@pytest.mark.parametrize("name", [".dvc/config", "dvc.yaml", "data/raw/people.csv.dvc"])
def test_a_secret_of_a_remote_is_stopped_and_not_shown(project: Path, name: str) -> None:
    secret = "summer" + "holiday"  # looks like no secret to a guard that goes by randomness
    path = project / name
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n# kept in https://me:{secret}@example.org/data\n", encoding="utf-8", newline="\n")
        run("git", "add", "--force", name, cwd=project)
        stopped = check(project, name)
        assert f"{name}, line" in stopped["no-remote-secrets"]
        assert secret not in stopped["no-remote-secrets"]
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10_validate", "20_link", "30_forecast", "90_report"])
def test_a_notebook_that_was_run_and_saved_is_made_as_it_was(project: Path, name: str) -> None:
    """Every stage depends on its notebook: if a run by hand left anything in it, the stage would run again."""
    path = project / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute(cwd=str(path.parent))
    kernel = KernelSpecManager().get_kernel_spec("python3")  # JupyterLab writes the name that the kernel has
    notebook.metadata.kernelspec = {"display_name": kernel.display_name, "language": "python", "name": "python3"}
    try:
        nbformat.write(notebook, path)
        assert "pygments_lexer" in run("git", "diff", cwd=project).stdout
        check(project, f"notebooks/{name}.ipynb")
        assert run("git", "diff", cwd=project).stdout == ""
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


def test_checked_tables_may_be_committed_for_release(project: Path) -> None:
    (project / "releases" / "2026").mkdir()
    (project / "releases" / "2026" / "counts.csv").write_text("area,people\nA,10\n", encoding="utf-8", newline="\n")
    try:
        run("git", "add", ".", cwd=project)
        assert check(project, "releases/2026/counts.csv") == {}
        assert "releases/2026/counts.csv" in run("git", "ls-files", "releases", cwd=project).stdout
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


COMMON = [
    *("txt", "csv.bak", "xlsm", "csv.bz2", "csv.xz", "csv.zst", "tar", "tgz", "db", "h5", "hdf5", "npy", "npz", "gpkg"),
    *("geojson", "json", "xml", "html", "docx", "doc", "pdf", "pptx", "dbf", "shp", "fst", "joblib", "por", "zsav"),
]


def test_git_keeps_the_pointers_of_real_data_and_nothing_else_of_it(project: Path) -> None:
    """In folders too: `dvc add data/raw/labels/pairs.csv` fails where git would not keep its pointer."""
    paths = [f"data/raw/{folder}{name}" for folder in ("", "labels/") for name in ("a.csv", "a.csv.dvc")]
    ignored = run("git", "check-ignore", "--no-index", *paths, cwd=project).stdout.split()
    assert ignored == ["data/raw/a.csv", "data/raw/labels/a.csv"]


def test_common_kinds_of_files_that_hold_tables_are_stopped(project: Path) -> None:
    (project / "explore").mkdir()
    names = [f"explore/people.{kind}" for kind in COMMON]
    try:
        for name in names:
            (project / name).write_text("a\n", encoding="utf-8", newline="\n")
        assert sorted(run("git", "check-ignore", *names, cwd=project).stdout.split()) == sorted(names)
        run("git", "add", "--force", *names, cwd=project)
        said = check(project, *names)["no-data"]
        assert [name for name in names if f" {name}\n" not in f" {said}".replace("\n", "\n ")] == []
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


def kept_by_its_cell(notebook: dict[str, Any], tags: dict[str, Any]) -> None:
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a person's name\n"]}]
    code["metadata"].update(tags)


def kept_by_the_notebook(notebook: dict[str, Any], tags: dict[str, Any]) -> None:
    kept_by_its_cell(notebook, {})
    notebook["metadata"].update(tags)


def pasted(notebook: dict[str, Any], attachments: dict[str, Any]) -> None:
    words = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    words["attachments"] = attachments


KEPT: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], None], dict[str, Any]]] = {
    "keep_output tag": (kept_by_its_cell, {"tags": ["keep_output"]}),
    "keep_output of a cell": (kept_by_its_cell, {"keep_output": True}),
    "init_cell": (kept_by_its_cell, {"init_cell": True}),
    "keep_output of the notebook": (kept_by_the_notebook, {"keep_output": True}),
    "a pasted picture": (pasted, {"image.png": {"image/png": "iVBORw0KGgo="}}),
}


def test_outputs_that_are_marked_to_be_kept_are_stopped(project: Path) -> None:
    original = (project / "notebooks/90_report.ipynb").read_text(encoding="utf-8")
    names = []
    try:
        for number, (put, what) in enumerate(KEPT.values()):
            for indent in (1, None):
                notebook = json.loads(original)
                put(notebook, what)
                names.append(f"notebooks/kept_{number}_{indent}.ipynb")
                text = json.dumps(notebook, indent=indent) + "\n"
                (project / names[-1]).write_text(text, encoding="utf-8", newline="\n")
        run("git", "add", ".", cwd=project)
        said = check(project, *names)["no-kept-outputs"]
        assert [name for name in names if f"{name}:" not in said] == []
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


def test_words_about_outputs_and_no_pictures_pass(project: Path) -> None:
    path = project / "notebooks/90_report.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    pasted(notebook, {})
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = ['{"output_type": "attachments"}\n', 'kinds = ["output_type", "attachments"]']
    try:
        path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8", newline="\n")
        run("git", "add", ".", cwd=project)
        assert "no-kept-outputs" not in check(project, "notebooks/90_report.ipynb")
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)


def test_a_project_inside_another_repository_is_checked_with_its_own_list(template: Path, tmp_path: Path) -> None:
    run("git", "init", "--quiet", cwd=tmp_path)
    inner = by_cookiecutter(template, tmp_path / "work")
    name = inner.relative_to(tmp_path).as_posix()
    commit(tmp_path, "A project inside")
    config = f"{name}/.pre-commit-config.yaml"
    everything = run("git", "ls-files", name, cwd=tmp_path).stdout.split()
    assert check(tmp_path, *everything, config=config) == {}
    contents = {
        f"{name}/data/raw/people.txt": "A\n",
        f"{name}/reports/page.md": "A\n",
        f"{name}/people.csv": "A\n",
        f"{name}/releases/2026/counts.csv": "A\n",
    }
    for path, content in contents.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8", newline="\n")
    run("git", "add", "--force", *contents, cwd=tmp_path)
    stopped = check(tmp_path, *contents, config=config)
    assert set(stopped) == {"no-data"}
    assert [path for path in contents if path in stopped["no-data"]] == list(contents)[:3]
