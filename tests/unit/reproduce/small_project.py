"""A project of three small stages that runs in a moment: an input kept by DVC, tables, a metric, a notebook, a page."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

from tests.baked import git, surroundings

MAKE = """\
import json, pathlib, random
seed = int(next(line for line in open("params.yaml") if "seed:" in line).split(":")[1])
draw = random.Random(seed)
out = pathlib.Path("data/twin")
out.mkdir(parents=True, exist_ok=True)
rows = [f"{number},E0{number % 7},{draw.random():.9f}" for number in range(1, 41)]
(out / "people.csv").write_text("record_id,area,weight\\n" + "\\n".join(rows) + "\\n", newline="\\n")
(out / "truth.csv").write_text("record_id\\n1\\n", newline="\\n")
"""
TABLE = """\
import csv, json, pathlib
factor = float(open("data/raw/factor.csv").read().split()[1])
rows = list(csv.DictReader(open("data/twin/people.csv")))
totals = {}
for row in rows:
    totals[row["area"]] = totals.get(row["area"], 0) + factor * float(row["weight"])
lines = [f"{area},{total:.9f}" for area, total in sorted(totals.items())]
for folder in ("data/processed", "reports"):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
pathlib.Path("data/processed/totals.csv").write_text("area,total\\n" + "\\n".join(lines) + "\\n", newline="\\n")
metrics = {"rows": len(rows), "mean": round(sum(totals.values()) / len(rows), 9)}
pathlib.Path("reports/metrics.json").write_text(json.dumps(metrics))
"""
PAGE = """\
import json, pathlib
metrics = json.load(open("reports/metrics.json"))
book = json.load(open("notebooks/page.ipynb"))
for cell in book["cells"]:
    if cell["cell_type"] == "code":
        cell["outputs"] = [{"text": str(eval(cell["source"], metrics))}]
pathlib.Path("reports/page.ipynb").write_text(json.dumps(book))
pathlib.Path("reports/index.html").write_text(f"<p>The mean is {metrics['mean']}.</p>")
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Totals"},
        {"cell_type": "code", "metadata": {}, "source": "mean * 100"},
    ],
    "nbformat": 4,
}
DVC: dict[str, Any] = {
    "stages": {
        "make": {
            "cmd": "python code/make.py",
            "deps": ["code/make.py", "requirements.txt", "vendor"],
            "params": ["make"],
            "outs": ["data/twin"],
        },
        "table": {
            "cmd": "python code/table.py",
            "deps": ["code/table.py", "data/raw", "data/twin", "requirements.txt", "vendor"],
            "outs": ["data/processed/totals.csv"],
            "metrics": ["reports/metrics.json"],
        },
        "page": {
            "cmd": "python code/page.py",
            "deps": ["code/page.py", "notebooks/page.ipynb", "reports/metrics.json"],
            "outs": ["reports/page.ipynb", "reports/index.html"],
        },
    }
}
OUTPUTS = ["data/twin", "data/processed/totals.csv", "reports/metrics.json", "reports/page.ipynb", "reports/index.html"]
WHEEL = "vendor/shared_analysis-0.2.0.dev0+h0123456789ab-py3-none-any.whl"


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def commit(root: Path) -> None:
    git("add", "-A", cwd=root)
    git("commit", "-q", "--allow-empty", "-m", "A change", cwd=root)


def told_by_git(*arguments: str, cwd: Path) -> str:
    """Ask git, and leave out the end of the line."""
    return git(*arguments, cwd=cwd).removesuffix("\n")


def dvc(*arguments: str, cwd: Path, **variables: str) -> None:
    """Run DVC's command line within this process: it takes long to start."""
    from dvc.cli import main

    with contextlib.chdir(cwd), mock.patch.dict(os.environ, surroundings(**variables), clear=True):
        code = main([arguments[0], "-q", *arguments[1:]])
    assert code == 0, f"dvc {' '.join(arguments)} ended with {code}"


def repro(root: Path, **variables: str) -> None:
    """Run the pipeline as its author does, and commit what it says."""
    dvc("repro", cwd=root, **variables)
    commit(root)


def relock(root: Path) -> None:
    """Commit what a run would say where it would make the same again: the lock is written, no stage runs."""
    dvc("commit", "--force", cwd=root)
    commit(root)


def lock_wheel(root: Path) -> None:
    """Let requirements.txt name the wheel that is there."""
    digest = hashlib.sha256((root / WHEEL).read_bytes()).hexdigest()
    write(root, "requirements.txt", f"./{WHEEL} \\\n    --hash=sha256:{digest}\n")


def make(root: Path) -> Path:
    """Write the project, run it and commit it."""
    for name, code in {"make": MAKE, "table": TABLE, "page": PAGE}.items():
        write(root, f"code/{name}.py", code)
    write(root, "notebooks/page.ipynb", json.dumps(NOTEBOOK))
    write(root, "dvc.yaml", yaml.safe_dump(DVC, sort_keys=False))
    write(root, "params.yaml", "data:\n  mode: twin\nmake:\n  seed: 1\n")
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/\n")
    write(root, "data/raw/factor.csv", "factor\n2.5\n")
    write(root, WHEEL, "a wheel")
    lock_wheel(root)
    git("init", "-q", "-b", "main", cwd=root)
    dvc("init", cwd=root)
    dvc("config", "core.analytics", "false", cwd=root)
    dvc("add", "data/raw/factor.csv", cwd=root)
    repro(root)
    return root


def make_real(root: Path) -> Path:
    """Turn the project into one that reads real people from a remote nobody can reach, and has a twin beside them."""
    write(root, "data/raw/people.csv", "record_id,area,weight\n1,E01,0.5\n2,E02,0.25\n")
    code = TABLE.replace('open("data/raw/factor.csv").read().split()[1]', "2.5")
    code = code.replace('open("data/twin/people.csv")', 'open(f"data/{mode}/people.csv")')
    mode = 'mode = next(line for line in open("params.yaml") if "mode:" in line).split()[1]\n'
    write(root, "code/table.py", mode + code)
    pipeline = yaml.safe_load(text(root, "dvc.yaml"))
    pipeline["stages"]["table"]["deps"] = ["code/table.py", "data/${data.mode}", "requirements.txt", "vendor"]
    pipeline["stages"]["table"]["params"] = ["data.mode"]
    write(root, "dvc.yaml", yaml.safe_dump(pipeline, sort_keys=False))
    (root / "data/raw/factor.csv.dvc").unlink()
    dvc("add", "-q", "data/raw/people.csv", cwd=root)
    replace(root, "params.yaml", "mode: twin", "mode: raw # the real people, since May")
    repro(root)
    return root


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Change a text file, and see that it is changed."""
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    write(root, name, text.replace(old, new))


def cached(root: Path, digest: str) -> Path:
    return root / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]


def recorded(root: Path, name: str) -> str:
    """The hash of an output in the lock."""
    stages = yaml.safe_load((root / "dvc.lock").read_text(encoding="utf-8"))["stages"]
    return next(out["md5"] for stage in stages.values() for out in stage["outs"] if out["path"] == name)


def overwrite(path: Path, content: bytes) -> None:
    """Write a file of the cache, which DVC makes read-only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content)


def keep(root: Path, content: bytes, end: str = "") -> str:
    """Put content into the cache under its hash."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest() + end
    overwrite(cached(root, digest), content)
    return digest


def forge(root: Path, name: str, content: str) -> None:
    """Claim other content of an output: in the place itself, in the cache, and wherever the lock names its hash."""
    before = recorded(root, name)
    overwrite(root / name, content.encode())
    replace(root, "dvc.lock", before, keep(root, content.encode()))


def forge_in_folder(root: Path, folder: str, name: str, content: bytes | None) -> None:
    """Claim other content of a file in an output folder, or that there is one more, or (``None``) one less."""
    listing = json.loads(cached(root, recorded(root, folder)).read_text(encoding="utf-8"))
    new = [entry for entry in listing if entry["relpath"] != name]
    if content is not None:
        new.append({"md5": keep(root, content), "relpath": name})
    written = json.dumps(sorted(new, key=lambda entry: entry["relpath"]), sort_keys=True).encode()
    replace(root, "dvc.lock", recorded(root, folder), keep(root, written, ".dir"))


def edit(root: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Change the content of a YAML or JSON file."""
    content = yaml.safe_load(text(root, name))
    change(content)
    written = json.dumps(content) if name.endswith(("json", "ipynb")) else yaml.safe_dump(content, sort_keys=False)
    write(root, name, written)


def text(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


def edit_json(root: Path, name: str, **changes: Any) -> str:
    return json.dumps(json.loads(text(root, name)) | changes)
