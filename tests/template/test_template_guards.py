"""The checks before a commit stop data, large files, secrets and results, and let a new project through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from baking import by_cookiecutter, commit, run

FILES = "data/raw/people.csv", "lookup.parquet", "big.bin", "key.txt", "settings.py", "notebooks/90_report.ipynb"


@pytest.fixture(scope="module")
def project(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed project."""
    made = by_cookiecutter(template, tmp_path_factory.mktemp("guards") / "out")
    commit(made, "Start the project")
    return made


def check(project: Path, *files: str) -> dict[str, str]:
    """Run the checks; return what each one that failed said."""
    done = run("pre-commit", "run", "--color", "never", "--files", *files, cwd=project)
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


def test_checked_tables_may_be_committed_for_release(project: Path) -> None:
    (project / "releases" / "2026").mkdir()
    (project / "releases" / "2026" / "counts.csv").write_text("area,people\nA,10\n", encoding="utf-8", newline="\n")
    try:
        run("git", "add", ".", cwd=project)
        assert check(project, "releases/2026/counts.csv") == {}
        assert "releases/2026/counts.csv" in run("git", "ls-files", "releases", cwd=project).stdout
    finally:
        run("git", "reset", "--hard", "--quiet", cwd=project)
