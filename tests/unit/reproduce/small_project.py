"""A project of three small stages that runs in a moment: an input kept by DVC, tables, a metric, a notebook, a page."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from tests.baked import dvc, git

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
cells = [
    {"cell_type": "markdown", "metadata": {}, "source": "# Totals"},
    {"cell_type": "code", "metadata": {}, "source": "mean", "outputs": [{"text": str(metrics["mean"])}]},
]
pathlib.Path("reports/page.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
pathlib.Path("reports/index.html").write_text(f"<p>The mean is {metrics['mean']}.</p>")
"""
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
            "deps": ["code/page.py", "reports/metrics.json"],
            "outs": ["reports/page.ipynb", "reports/index.html"],
        },
    }
}
OUTPUTS = ["data/twin", "data/processed/totals.csv", "reports/metrics.json", "reports/page.ipynb", "reports/index.html"]
WHEEL = "vendor/shared_analysis-0.1.0-py3-none-any.whl"


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def commit(root: Path) -> None:
    git("add", "-A", cwd=root)
    git("commit", "-q", "--allow-empty", "-m", "A change", cwd=root)


def repro(root: Path) -> None:
    """Run the pipeline as its author does, and commit what it says."""
    dvc("repro", "-q", cwd=root)
    commit(root)


def lock_wheel(root: Path) -> None:
    """Let requirements.txt name the wheel that is there."""
    digest = hashlib.sha256((root / WHEEL).read_bytes()).hexdigest()
    write(root, "requirements.txt", f"./{WHEEL} \\\n    --hash=sha256:{digest}\n")


def make(root: Path) -> Path:
    """Write the project, run it and commit it."""
    for name, code in {"make": MAKE, "table": TABLE, "page": PAGE}.items():
        write(root, f"code/{name}.py", code)
    write(root, "dvc.yaml", yaml.safe_dump(DVC, sort_keys=False))
    write(root, "params.yaml", "data:\n  mode: twin\nmake:\n  seed: 1\n")
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/\n")
    write(root, "data/raw/factor.csv", "factor\n2.5\n")
    write(root, WHEEL, "a wheel")
    lock_wheel(root)
    git("init", "-q", "-b", "main", cwd=root)
    dvc("init", "-q", cwd=root)
    dvc("config", "core.analytics", "false", cwd=root)
    dvc("add", "-q", "data/raw/factor.csv", cwd=root)
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


def forge(root: Path, name: str, content: str) -> None:
    """Claim other content of an output: in the place itself, in the cache, and wherever the lock names its hash."""
    before = recorded(root, name)
    digest = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    overwrite(cached(root, digest), content.encode())
    overwrite(root / name, content.encode())
    replace(root, "dvc.lock", before, digest)


def text(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


def edit_json(root: Path, name: str, **changes: Any) -> str:
    return json.dumps(json.loads(text(root, name)) | changes)
