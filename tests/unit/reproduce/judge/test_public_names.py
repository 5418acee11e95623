"""Reasons name what the commit shows, and say of everything else where it stands: no person is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.reproduce import Certificate, Finding, Verdict
from shared_analysis.reproduce.judge.files import compare_files
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.sides import COMMITTED, Sides
from tests.unit.reproduce.small_project import TABLE, commit, forge, forge_in_folder, relock, repro, write

Check = Callable[..., Certificate]

MARKERS = ("Zebedee Quux", "zebedee-quux", "QQ123456C", "zebedee@example.org", "O'Quux", "4857773456", "Ždeněk")
FROM_DATA = """
import csv, json, pathlib
people = [line.rstrip("\\n") for line in open("data/raw/names.txt", encoding="utf-8")]
def write(name, text):
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\\n")
{body}
"""
SHAPES = {
    "keys of metrics": 'write("reports/named.json", json.dumps({name: FIGURE for name in people}))',
    "keys below keys": (
        'rows = [{"of": {name: {"mean": FIGURE}}} for name in people]\n'
        'write("reports/named.json", json.dumps({"rows": rows}))'
    ),
    "columns": 'write("reports/named.csv", "\\n".join([",".join(people), ",".join(["FIGURE"] * len(people)), ""]))',
    "files of a folder": 'for name in people: write(f"reports/named/{name}.txt", str(FIGURE))',
    "folders of a folder": 'for name in people: write(f"reports/named/{name}/a.csv", f"area,total\\nE01,{FIGURE}\\n")',
    "parts of a notebook": (
        "of = {name: FIGURE for name in people}\n"
        'write("reports/named.ipynb", json.dumps({"cells": [of], "metadata": of}))'
    ),
    "missing keys": 'write("reports/named.json", json.dumps({name: 1 for name in people[FIGURE % 3 :]}))',
    "missing columns": (
        "people = people[FIGURE % 3 :]\n"
        'write("reports/named.csv", "\\n".join([",".join(people), ",".join("1" * len(people)), ""]))'
    ),
    "missing files": 'for name in people[FIGURE % 3 :]: write(f"reports/named/{name}.txt", "1")',
}  # fmt: skip


def with_people(root: Path, body: str, figure: int) -> None:
    """Give the project a stage whose output is called after people in a file that only DVC keeps."""
    import yaml

    from tests.unit.reproduce.small_project import dvc

    out = body.partition("reports/")[2].partition('"')[0].partition("/")[0]
    write(root, "data/raw/names.txt", "\n".join(MARKERS) + "\n")
    dvc("add", "data/raw/names.txt", cwd=root)
    write(root, "code/named.py", FROM_DATA.replace("{body}", body.replace("FIGURE", str(figure))))
    pipeline = yaml.safe_load((root / "dvc.yaml").read_text())
    pipeline["stages"]["named"] = {
        "cmd": "python code/named.py", "deps": ["code/named.py", "data/raw/names.txt"], "outs": [f"reports/{out}"],
    }  # fmt: skip
    write(root, "dvc.yaml", yaml.safe_dump(pipeline, sort_keys=False))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_person_is_named_whatever_is_called_after_them(
    shape: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(small, "project.yaml", "project: {}\n")
    with_people(small, SHAPES[shape], 4)
    repro(small)
    with_people(small, SHAPES[shape], 5)
    commit(small)
    monkeypatch.chdir(small)
    ended = CliRunner().invoke(app, ["verify", "--environment", "current", "--out", str(tmp_path / "out")])
    assert ended.exit_code == 1
    said = (
        ended.output + (tmp_path / "out/certificate.yaml").read_text() + (tmp_path / "out/certificate.html").read_text()
    )
    assert re.search("(different|missing): reports/named", said)
    assert [marker for marker in MARKERS if marker in said] == []
    assert [part for part in ("Zebedee", "zebedee", "Quux", "quux", "Ždeněk") if part in said] == []


def test_what_the_code_calls_things_is_said(check: Check, small: Path) -> None:
    forge(small, "reports/metrics.json", json.dumps({"rows": 40, "mean": 9.5}))
    forge_in_folder(small, "data/twin", "people.csv", b"record_id,area,weight\n1,E01,0.5\n")
    commit(small)
    reasons = {finding.file: finding.reasons for finding in check().outputs}
    assert "mean: differs" in " ".join(reasons["reports/metrics.json"])
    assert reasons["data/twin"][0].startswith("people.csv: ")


def names_of(tmp_path: Path, **files: str) -> PublicNames:
    from tests.baked import git

    root = tmp_path / "project"
    for name, text in files.items():
        write(root, name.replace("__", "/").replace("_dot_", "."), text)
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    return PublicNames(root)


def test_where_names_are_looked_for(tmp_path: Path) -> None:
    names = names_of(
        tmp_path,
        contracts__people_dot_yaml="schema:\n- name: people\n  properties:\n  - name: Date of birth\n",
        code__a_dot_py="total_cost = 1  # Anna\n",
        data__raw__a_dot_py="zebedee = 1\n",
        tests__test_a_dot_py="patient = 1\n",
        project_dot_yaml="owner: rosalind\n",
        notebooks__a_dot_ipynb=json.dumps({"cells": [
            {"cell_type": "code", "source": ["cases = 1"], "outputs": [{"text": "bertram"}]},
            {"cell_type": "markdown", "source": "cordelia"},
        ]}),
    )  # fmt: skip
    assert [names.shows(name) for name in ("Date of birth", "people", "total_cost", "cases")] == [True] * 4
    hidden = ("Anna", "zebedee", "patient", "rosalind", "bertram", "cordelia", "1", "2024-01-01", "other")
    assert [name for name in hidden if names.shows(name)] == []
    assert names.said("Anna", "key", ["total_cost", "Anna"]) == "key 2 of 2"
    assert names.file("total_cost/Anna.csv", ["a", "total_cost/Anna.csv"]) == "file 2 of 2"


@settings(max_examples=60, deadline=None)
@given(
    keys=st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=5, unique=True),
    figures=st.lists(st.floats(0.1, 9), min_size=5, max_size=5),
)
def test_no_key_and_no_column_of_the_data_is_in_a_reason(
    keys: list[str], figures: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    names = PublicNames(folder)
    object.__setattr__(names, "_files", [])
    sides = Sides(**{**vars(COMMITTED), "names": names})
    marked = [f"⟦{key}⟧" for key in keys]
    contents: list[Any] = [dict(zip(marked, figures, strict=False)), dict.fromkeys(marked, 99.5)]
    paths = [folder / "old.json", folder / "new.json"]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(json.dumps([content, {"a": content}]), encoding="utf-8")
    _, reasons = compare_files(*paths, 1e-9, sides)
    assert reasons
    assert "⟦" not in " ".join(reasons)
    tables = [folder / "old.parquet", folder / "new.parquet"]
    for path, content in zip(tables, contents, strict=True):
        pd.DataFrame([content]).to_parquet(path)
    _, reasons = compare_files(*tables, 1e-9, sides)
    assert reasons
    assert "⟦" not in " ".join(reasons)


def test_what_a_stage_writes_into_the_code_makes_no_name_public(check: Check, small: Path) -> None:
    name = "zebedee_quux"
    swap = "open('params.yaml', 'a').write('more: ' + '_'.join(('zebedee', 'quux')) + '\\n')\n"
    swap += "metrics['_'.join(('zebedee', 'quux'))] = len(rows)\n"
    swap += "pathlib.Path('reports/metrics.json').write_text(json.dumps(metrics))\n"
    write(small, "code/table.py", TABLE + swap)
    relock(small)
    metrics = json.loads((small / "reports/metrics.json").read_text(encoding="utf-8"))
    forge(small, "reports/metrics.json", json.dumps({**metrics, name: 3}))
    commit(small)
    certificate = check()
    assert name not in certificate.to_yaml() + certificate.html()
    assert "key 3 of 3: differs" in certificate.to_yaml()


def test_a_file_that_a_stage_leaves_is_named_only_as_the_code_shows_it(tmp_path: Path) -> None:
    names = names_of(tmp_path, code__a_dot_py="open('data/raw/more.csv')\n")
    files = ["data/raw/more.csv", "data/raw/Zebedee Quux.csv", "data/raw/Zebedee Quux/more.csv", "Zebedee Quux.csv"]
    strays = [Finding(file, Verdict.different, "make") for file in files]
    assert [finding.file for finding in names.said_of_strays(strays, {"Zebedee Quux.csv"})] == [
        "data/raw/more.csv",
        "data/raw/a name that only the data shows",
        "Zebedee Quux.csv",
    ]
