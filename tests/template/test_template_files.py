"""Every choice makes exactly the files it should, the same under cookiecutter and copier, and all of them sound."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from baking import CHOICES, ROOT, TEMPLATE, cycled, files, run
from dvc.repo import Repo
from dvc.utils.serialize import modify_yaml
from typer.main import get_command

from shared_analysis.cli.commands import app

(WHEEL,) = (f"vendor/{path.name}" for path in (ROOT / TEMPLATE / "vendor").iterdir())
# The files of a project. After the name: the answers that it is there for, where it is not there for all.
FILES = f"""
    .copier-answers.yml
    .dvc/.gitignore
    .dvc/config
    .dvcignore
    .editorconfig
    .gitattributes
    .github/workflows/ci.yml
    .gitignore
    .pre-commit-config.yaml
    .managed-files.yaml
    LICENSE
    LICENSE-DOCS.md                                   licence: mit
    README.md
    azure-pipelines.yml
    contracts/contacts.yaml                           methods: linkage-and-forecasting, forecasting
    contracts/housing.yaml                            methods: linkage-and-forecasting, linkage
    contracts/outreach.yaml                           methods: linkage-and-forecasting, linkage
    data/README.md
    data/raw/.gitignore
    dvc.yaml
    governance/agreements/README.md
    governance/agreements/data-sharing-agreement.md
    governance/decisions/0001-plan-from-the-outcome.md
    governance/dpia.md
    governance/ethics.md
    governance/retention.md
    governance/transparency-record.md
    method/1-outcome.md
    method/2-action.md
    method/3-product.md
    method/4-data.md
    method/5-evaluation.md
    notebooks/10_validate.ipynb
    notebooks/20_link.ipynb                           methods: linkage-and-forecasting, linkage
    notebooks/30_forecast.ipynb                       methods: linkage-and-forecasting, forecasting
    notebooks/90_report.ipynb
    params.yaml
    project.yaml
    pyproject.toml
    releases/README.md
    requirements-azure.txt                            dvc_remote: azure
    requirements-postgres.txt
    requirements-s3.txt                               dvc_remote: s3
    requirements-sqlserver.txt
    requirements-ssh.txt                              dvc_remote: ssh
    requirements.in
    requirements.txt
    tests/test_guards.py
    tests/test_notebooks.py
    tests/test_pipeline.py
    tests/test_record.py
    {WHEEL}
"""
WINDOWS_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def expected(answers: dict[str, str]) -> list[str]:
    """Read the table above for a round of choices."""
    names = []
    for line in FILES.split("\n"):
        name, _, condition = line.strip().partition("  ")
        question, _, values = condition.strip().partition(": ")
        if name and (not question or answers[question] in values.split(", ")):
            names.append(name)
    return sorted(names)


def texts(project: Path) -> dict[str, str]:
    return {name: path.read_bytes().decode() for name, path in files(project).items() if not name.endswith(".whl")}


def test_the_rounds_take_every_value_of_every_choice() -> None:
    for question, values in CHOICES.items():
        assert {answers[question] for answers in cycled()} == set(values)


def test_exactly_these_files(project: Path, answers: dict[str, str]) -> None:
    assert list(files(project)) == expected(answers)


def test_copier_makes_the_same_project(project: Path, copier_project: Path) -> None:
    by_cookiecutter, by_copier = files(project), files(copier_project)
    assert list(by_cookiecutter) == list(by_copier)
    for name, path in by_cookiecutter.items():
        assert path.read_bytes() == by_copier[name].read_bytes(), name
        assert path.stat().st_mode == by_copier[name].stat().st_mode, name


def test_copier_leaves_no_empty_folders_that_cookiecutter_does_not(project: Path, copier_project: Path) -> None:
    def folders(root: Path) -> set[str]:
        found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
        return {name for name in found if name != ".git" and not name.startswith(".git/")}

    assert (
        folders(project)
        == folders(copier_project)
        == {parent.as_posix() for name in files(project) for parent in Path(name).parents if parent != Path()}
    )


def test_no_braces_of_the_template_are_left(project: Path) -> None:
    for name, text in texts(project).items():
        assert "cookiecutter." not in text, name
        assert not re.search(r"\{%|%\}|\{#", text), name
        if name != ".github/workflows/ci.yml":
            assert "{{" not in text, name


def test_the_workflow_keeps_the_braces_that_are_its_own(project: Path) -> None:
    text = (project / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"\S*\{\{.*?\}\}", text) == ["${{ matrix.os }}", "report-${{ matrix.os }}"]


def test_both_servers_run_the_twin_by_a_command_there_is_and_keep_what_it_writes(project: Path) -> None:
    steps = yaml.safe_load((project / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]["project"][
        "steps"
    ]
    (at,) = [number for number, step in enumerate(steps) if " verify " in step.get("run", "")]
    command, keeping = steps[at]["run"].split(), steps[at + 1]
    name, *given = command[3:]
    known = {option for one in get_command(app).commands[name].params for option in one.opts}
    assert {option for option in given if option.startswith("--")} <= known
    assert keeping["if"] == "always()"
    assert keeping["with"]["path"].rstrip("/") == given[given.index("--out") + 1]
    azure = yaml.safe_load((project / "azure-pipelines.yml").read_text(encoding="utf-8"))["steps"]
    (at,) = [number for number, step in enumerate(azure) if " verify " in step.get("script", "")]
    assert azure[at]["script"].split() == command
    assert azure[at + 1]["publish"] == given[given.index("--out") + 1]
    assert azure[at + 1]["condition"] == "always()"


def test_every_file_can_be_read_by_what_reads_it(project: Path) -> None:
    for name, text in texts(project).items():
        if name.endswith((".yml", ".yaml")):
            assert isinstance(yaml.safe_load(text), dict), name
        elif name.endswith(".toml"):
            tomllib.loads(text)
        elif name.endswith(".ipynb"):
            assert json.loads(text)["nbformat"] == 4, name
        elif name.endswith(".py"):
            ast.parse(text)


def test_lines_end_as_on_every_system_and_files_with_one_line_end(project: Path) -> None:
    for name, text in texts(project).items():
        assert "\r" not in text, name
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        if name != ".pre-commit-config.yaml":
            assert not re.search(r"\n\n\n", text) or name.endswith(".py"), f"{name} has a hole where a choice was"


def test_names_are_legal_and_paths_short_on_windows(project: Path) -> None:
    for name in files(project):
        assert len(name) <= 80
        for part in name.split("/"):
            assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[ .]$', part), name
            assert not WINDOWS_RESERVED.fullmatch(part), name
    lowered = [name.lower() for name in files(project)]
    assert len(set(lowered)) == len(lowered)


def test_names_in_the_template_are_legal_on_windows_too() -> None:
    for path in (ROOT / TEMPLATE).rglob("*"):
        assert not re.search(r'[<>:"\\|?*]', path.name), path.name


def test_notebooks_and_wheel_are_copied_unchanged(project: Path) -> None:
    sources = {path.name: path for path in (ROOT / TEMPLATE).rglob("*") if path.suffix in (".ipynb", ".whl")}
    named = {
        "20_link.ipynb": "{{cookiecutter.__link_notebook}}",
        "30_forecast.ipynb": "{{cookiecutter.__forecast_notebook}}",
    }
    notebooks = ROOT / TEMPLATE / "notebooks"
    for name, path in files(project).items():
        if path.suffix in (".ipynb", ".whl"):
            source = notebooks / named[path.name] if path.name in named else sources[path.name]
            assert path.read_bytes() == source.read_bytes(), name


def test_the_readme_installs_what_the_remote_needs_and_names_the_projects_own_places(
    project: Path, answers: dict[str, str]
) -> None:
    """Without the remote's packages DVC ends in an unexpected error."""
    text = (project / "README.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| install |"))
    # Every project has the locks of the drivers, and installs one when a table comes from a database.
    drivers = {"requirements-postgres.txt", "requirements-sqlserver.txt"}
    locks = [name for name in files(project) if re.fullmatch(r"requirements(-\w+)?\.txt", name) and name not in drivers]
    install = "python -m pip install " + " ".join(f"-r {name}" for name in sorted(locks, key=len))
    assert row == f"| install | `{install}` | `{install}` |"
    own = text.partition("## Use your own data")[2].partition("\n## ")[0]
    for place in set(re.findall(r"`((?:[\w-]+/)+[\w.-]*|[\w-]+\.yaml)`", own)) - {"reports/"}:  # the run makes it
        assert (project / place).exists(), place
    assert ("--for link" in own) is ("linkage" in answers["methods"])
    assert ("--for forecast" in own) is ("forecasting" in answers["methods"])


def test_dvc_knows_the_stages_and_the_remote(project: Path, answers: dict[str, str]) -> None:
    repo = Repo(project)
    methods = {"link": "linkage", "forecast": "forecasting"}
    stages = ("twin", "validate", "link", "forecast", "report")
    assert [stage.name for stage in repo.index.stages] == [
        stage for stage in stages if methods.get(stage, "") in answers["methods"]
    ]
    name = project.name
    urls = {
        "none": {},
        "folder": {"storage": str(project.with_name(f"{name}-data"))},
        "s3": {"storage": f"s3://TODO-bucket/{name}"},
        "azure": {"storage": f"azure://TODO-container/{name}"},
        "ssh": {"storage": f"ssh://TODO-server/path/{name}"},
    }[answers["dvc_remote"]]
    assert {remote: settings["url"] for remote, settings in repo.config["remote"].items()} == urls
    assert repo.config["core"].get("remote") == next(iter(urls), None)
    assert repo.config["core"]["analytics"] is repo.config["core"]["check_update"] is False


@pytest.mark.slow
def test_the_projects_own_tests_pass_and_its_code_is_tidy(project: Path) -> None:
    done = run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project, PYTHONDONTWRITEBYTECODE="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " skipped" not in done.stdout
    done = run("ruff", "check", "--no-cache", ".", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr


def settings_of(params: Any, *parents: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every single value of params.yaml, with the keys and positions that lead to it."""
    items = params.items() if isinstance(params, dict) else enumerate(params) if isinstance(params, list) else ()
    for key, value in items:
        if isinstance(value, dict | list):
            yield from settings_of(value, *parents, key)
        else:
            yield (*parents, key), value


def test_a_trial_changes_one_line_of_the_settings(project: Path, tmp_path: Path) -> None:
    """`dvc exp run -S` writes params.yaml anew in its own layout: the file has that layout from the start."""
    original = (project / "params.yaml").read_text(encoding="utf-8")
    settings = list(settings_of(yaml.safe_load(original)))
    assert len(settings) >= 6
    for keys, value in settings:
        copy = tmp_path / "params.yaml"
        copy.write_text(original, encoding="utf-8", newline="\n")
        with modify_yaml(str(copy)) as params:
            section = params
            for key in keys[:-1]:
                section = section[key]
            section[keys[-1]] = f"{value}x" if isinstance(value, str) else (value or 0) + 1
        before, after = original.splitlines(), copy.read_text(encoding="utf-8").splitlines()
        assert len(before) == len(after), keys
        assert len([line for line, new in zip(before, after, strict=True) if line != new]) == 1, keys


def test_rows_are_labelled_with_the_class_of_the_answer(project: Path, answers: dict[str, str]) -> None:
    text = (project / "dvc.yaml").read_text(encoding="utf-8")
    stages = yaml.safe_load(text)["stages"]
    outputs = {path: settings for stage in stages.values() for out in stage["outs"] for path, settings in out.items()}
    rows = {
        path for path in outputs if path.startswith("data/") and path not in ("data/twin", "data/processed/forecast")
    }
    assert {"data/interim", "data/quarantine"} <= rows
    for path in rows:
        assert outputs[path]["labels"] == [answers["data_class"]]
    labels = {label for settings in outputs.values() for label in settings["labels"]}
    explained = re.findall(r"^#   (\S+) +\S", text, re.MULTILINE)
    assert explained == ["synthetic", answers["data_class"], "aggregate"]
    assert labels == set(explained)
    assert ("never leaves" in text) is (answers["data_class"] != "open")


def test_dvc_looks_into_every_folder_that_a_stage_may_write(project: Path) -> None:
    repo = Repo(project)
    for folder in ("data", "reports", "releases", "contracts", "notebooks", "vendor"):
        assert not repo.dvcignore.is_ignored_dir(str(project / folder)), folder
    for folder in (".venv", "wheels", "scratch", "dvc_plots"):
        assert repo.dvcignore.is_ignored_dir(str(project / folder)), folder
