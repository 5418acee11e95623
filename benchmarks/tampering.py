"""Seeded frauds and accidents: what verify says of each, and what `dvc status` and `dvc repro` alone say.

python -m benchmarks.tampering [--only NAME ...]

The cases are those of the tests. For DVC, each commit is cloned anew, with every content of the author's cache, as
after `dvc pull`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from dvc.exceptions import DvcException
from dvc.repo import Repo

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import RunOptions, verify
from tests.baked import git, surroundings
from tests.unit.reproduce.small_project import commit, make
from tests.unit.reproduce.tampering import CASES, Case


@dataclass(frozen=True)
class Answer:
    """What is said of one case."""

    case: Case
    verdict: str
    file: str
    reason: str
    status: str
    repro: str

    @property
    def row(self) -> str:
        """A row of the table."""
        cells = (self.case.name.replace("_", " "), self.case.kind, self.verdict, self.file, self.reason)
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in (*cells, self.status, self.repro)) + " |"


def ask(case: Case, made: Path, folder: Path) -> Answer:
    """Tamper with a copy of the project, and ask verify and DVC."""
    project = Path(shutil.copytree(made, folder / "project", symlinks=True))
    case.tamper(project)
    commit(project)
    return Answer(case, *verified(case, project), *asked_of_dvc(project, folder / "clone"))


def verified(case: Case, project: Path) -> tuple[str, str, str]:
    """Return verify's verdict, and the file and the reason of the finding that the case is about."""
    try:
        certificate = verify(project, options=RunOptions("current"))
    except SharedAnalysisError as error:
        return "refused", f"`{error.where}`", error.what
    findings = [one for one in (*certificate.inputs, *certificate.outputs) if one.reasons]
    named = [one for one in findings if one.file == case.file and case.reason in " / ".join(one.reasons)]
    if certificate.verdict is not case.verdict or (case.file and not named):
        raise RuntimeError(f"{case.name} is not judged as the tests have it")
    if not named:
        return str(certificate.verdict), "", ""
    return str(certificate.verdict), f"`{named[0].file}`", "; ".join(named[0].reasons)


def asked_of_dvc(project: Path, clone: Path) -> tuple[str, str]:
    """Return what `dvc status` and then `dvc repro` say in a fresh clone."""
    git("clone", "-q", str(project), str(clone), cwd=project)
    cache = project / ".dvc" / "cache" / "files"
    if cache.is_dir():
        shutil.copytree(cache, clone / ".dvc" / "cache" / "files")
    lock = clone / "dvc.lock"
    before = lock.read_bytes()
    with contextlib.suppress(DvcException), opened(clone) as repo:
        repo.pull() if repo.config["core"].get("remote") else repo.checkout(force=True)
    try:
        with opened(clone) as repo:
            changed = repo.status()
        status = f"changed: {', '.join(changed)}" if changed else "up to date"
    except DvcException:
        status = "fails"
    try:
        with opened(clone) as repo:
            ran = [stage.addressing for stage in repo.reproduce()]
        repro = f"ran {', '.join(ran)}" if ran else "ran nothing"
    except DvcException:
        repro = "fails"
    return status, repro + (", lock rewritten" if lock.read_bytes() != before else "")


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Repo]:
    """Open a project with DVC's library, whose functions its commands call, in the variables of a person."""
    with contextlib.chdir(root), mock.patch.dict(os.environ, surroundings(), clear=True), Repo(str(root)) as repo:
        yield repo


def summary(answers: list[Answer]) -> str:
    """Count what each of the three saw."""
    bad = [one for one in answers if one.case.kind != "harmless"]
    kinds = Counter(one.case.kind for one in answers)
    seen = sum(one.verdict in ("different", "missing", "refused") for one in bad)
    passed = sum(one.verdict in ("identical", "equivalent") for one in answers if one.case.kind == "harmless")
    silent = sum(one.status == "up to date" for one in bad)
    idle = sum(one.repro == "ran nothing" for one in bad)
    over = sum("lock rewritten" in one.repro for one in bad)
    alarms = sum(one.status != "up to date" for one in answers if one.case.kind == "harmless")
    return f"""{len(answers)} commits made of one small project: {kinds["fraud"]} frauds, {kinds["accident"]} accidents
and {kinds["harmless"]} harmless changes. Of the {len(bad)} frauds and accidents, `shared-analysis verify` names {seen},
with file and reason; `dvc status` calls {silent} up to date. `dvc repro` runs nothing and ends well in {idle};
in {over} it writes the lock anew, and what was claimed is gone.
Of the {kinds["harmless"]} harmless ones verify passes {passed}; `dvc status` calls {alarms} changed.

DVC is not at fault: both of its commands ask whether the files agree with the lock, not whether the lock is true.

"""


def main() -> None:
    """Print the counts and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tampering")
    parser.add_argument("--only", nargs="+", default=[case.name for case in CASES])
    wanted = parser.parse_args().only
    answers = []
    # DVC's library talks as its commands do; only the table belongs on the page.
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(sys.stderr):
        made = Path(scratch) / "made"
        made.mkdir()
        make(made)
        for case in CASES:
            if case.name in wanted:
                folder = Path(scratch) / case.name
                folder.mkdir()
                answers.append(ask(case, made, folder))
                shutil.rmtree(folder)
                print(answers[-1].row, file=sys.stderr, flush=True)
    print(summary(answers) + "| case | kind | verify | names | reason | `dvc status` | `dvc repro` |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(one.row for one in answers))


if __name__ == "__main__":
    main()
