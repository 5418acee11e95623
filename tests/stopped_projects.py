"""Every command that writes, and the small projects that are ready for them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.baked import bake, begin, git, replace
from tests.stopped_commands import Written, run
from tests.unit.reproduce import small_project
from tests.unit.updates import small_template
from tests.unit.wheelhouse import small_index


def make_project(folder: Path) -> Path:
    """Make a project from the template, with a notebook that runs in a moment and a twin of few people."""
    root = bake(folder, {"methods": "linkage", "project_slug": "project"})
    replace(root / "params.yaml", "people: 4000", "people: 40")
    with (root / "params.yaml").open("a", newline="\n") as params:
        params.write("\ntiny:\n  number: 1\n")
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Tiny"},
        _code("b", "number = 1", ["parameters"]),
        _code("c", "print(number + 1)", []),
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "notebooks/05_tiny.ipynb").write_text(json.dumps(book, indent=1) + "\n", newline="\n")
    return begin(root)


def _code(name: str, source: str, tags: list[str]) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": name, "metadata": {"tags": tags}, "source": source}
    return {**cell, "outputs": [], "execution_count": None}


def _deliver(root: Path, changed: bool = False) -> None:
    folder = root.parent / "delivered"
    folder.mkdir(exist_ok=True)
    surnames = ("Smith", "Jones", "Khan", "Patel", "Okafor", "Brown", "Silva", "Chen", "Murphy", "Evans")
    for table, letter in (("applications", "A"), ("clients", "C")):
        lines = ["ref,forename,surname,dob,postcode"]
        for number in range(5 if changed else 0, 120):
            surname = surnames[number % 10]
            day = f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}"
            lines.append(
                f"{letter}{number:04d},Name{chr(97 + number % 26)},{surname},{day},E{1 + number % 9} {number % 9}AB"
            )
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", newline="\n")


def _delivered_and_taken(root: Path) -> None:
    _deliver(root)
    run(root, COMMANDS["table add"])
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "Own tables", cwd=root)
    _deliver(root, changed=True)


def _linked(root: Path) -> None:
    """Put there what a linkage leaves for people to check."""
    import pandas as pd

    from shared_analysis.contracts import load_contracts
    from shared_analysis.project import open_project, write_table

    contracts = load_contracts(root / "contracts")
    names = list(open_project(root).section("link")["tables"])
    for name in names:
        columns = [column.name for column in contracts[name].columns]
        rows = pd.DataFrame({column: [f"{column}{number}" for number in range(3)] for column in columns})
        write_table(root / "data/interim" / f"{name}.parquet", rows)
    keys = {name: next(column.name for column in contracts[name].columns if column.primary_key) for name in names}
    pairs = pd.DataFrame(
        {
            "table_l": names[0],
            "record_id_l": [f"{keys[names[0]]}{number}" for number in range(3)],
            "table_r": names[-1],
            "record_id_r": [f"{keys[names[-1]]}{number}" for number in range(3)],
            "match_probability": [0.1, 0.5, 0.9],
            "match": "",
        }
    )
    write_table(root / "data/processed/link/review.parquet", pairs)


def _other_setting(root: Path) -> None:
    replace(root / "params.yaml", "tiny:\n  number: 1", "tiny:\n  number: 2")


def _own_pipeline(root: Path) -> None:
    """Put a project that runs in a moment in the place of the template's."""
    shutil.rmtree(root)
    root.mkdir()
    small_project.make(root)
    small_project.write(root, "project.yaml", "project: {}\n")
    small_project.commit(root)
    (root.parent / "temp").mkdir()


def _own_pipeline_of_real_people(root: Path) -> None:
    """Let that project have a twin, which can be recorded."""
    _own_pipeline(root)
    small_project.make_real(root)


def _made_from_a_template(root: Path) -> None:
    """Put a project in the place of the template's that a template of two releases has made."""
    shutil.rmtree(root)
    small_template.make(root.parent)
    (root.parent / "temp").mkdir()


def _index_beside(root: Path) -> None:
    """Put an index of three packages beside, which the lock names."""
    index = root.parent / "index"
    index.mkdir()
    shutil.rmtree(root / "vendor")
    lines = [small_index.lock_line(small_index.add_wheel(index, name)) for name in ("plain", "other", "third")]
    (root / "requirements.txt").write_text("".join(lines), newline="\n")


def _certified(root: Path) -> None:
    """Put a certificate there."""
    from tests.unit.reproduce.certificates import PROVED

    content = {**yaml.safe_load(PROVED.to_yaml()), "codechecker": [{"name": "Ada"}]}
    (root / "found" / "one").mkdir(parents=True)
    (root / "found" / "one" / "certificate.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def _contract_beside(root: Path) -> None:
    """Put a contract beside that a row of the delivery does not keep to."""
    from shared_analysis.contracts import Column, DataContract, write_contract

    _deliver(root)
    names = ("forename", "surname", "dob", "postcode")
    columns = (Column("ref", "string", pattern="[^3]+"), *(Column(name, "string") for name in names))
    text = write_contract(DataContract("applications", columns))
    (root.parent / "applications.yaml").write_text(text, encoding="utf-8", newline="\n")


_FILES = ("../delivered/applications.csv", "../delivered/clients.csv")
_INDEX = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "../index"}
COMMANDS: Mapping[str, Written] = {
    "twin": Written(("twin",), lambda root: None),
    "notebook run": Written(("notebook", "run", "05_tiny"), lambda root: None),
    "check --fix": Written(("check", "--fix"), _other_setting, (0, 1)),
    "add-stage": Written(("add-stage", "second_link", "--like", "link"), lambda root: None),
    "table add": Written(("table", "add", *_FILES, "--for", "link", "--replace-example"), _deliver),
    "table refresh": Written(("table", "refresh", *_FILES), _delivered_and_taken),
    "contract infer": Written(("contract", "infer", _FILES[0]), _deliver),
    "review": Written(("review", "data/raw/labels/pairs.csv"), _linked),
    "verify": Written(("verify", "--environment", "current", "--out", "found"), _own_pipeline),
    "verify --twin --record": Written(
        ("verify", "--twin", "--record", "--environment", "current"), _own_pipeline_of_real_people
    ),
    "update": Written(("update", "--accept", "--environment", "current"), _made_from_a_template),
    "wheelhouse": Written(("wheelhouse", "--for", "linux", "--python", "3.11"), _index_beside, variables=_INDEX),
    "certificates": Written(("certificates", "found"), _certified),
    "contract validate": Written(
        ("contract", "validate", _FILES[0], "../applications.yaml", "--max-bad-share", "1", "--quarantine", "bad.csv"),
        _contract_beside,
    ),
    "contract synthesise": Written(
        ("contract", "synthesise", "../applications.yaml", "--out", "made.csv"), _contract_beside
    ),
}
