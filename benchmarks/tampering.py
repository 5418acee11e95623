"""Seeded frauds and accidents: what verify says of each, and what DVC and Calkit say.

python -m benchmarks.tampering [--only NAME ...]

The cases are those of the tests. For DVC and Calkit, each commit is cloned anew, with every content of the author's
cache, as after `dvc pull`. Calkit has an environment of its own, since it wants other versions of what DVC needs. It
asks for more than a plain project of DVC has, so what counts is whether one of its checks says something else than of
the project that nobody has tampered with.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

from dvc.exceptions import DvcException
from dvc.repo import Repo

from benchmarks.environments import Environments, cache
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import RunOptions, verify
from tests.baked import git, surroundings
from tests.unit.reproduce.small_project import commit, make
from tests.unit.reproduce.tampering import CASES, Case

CALKIT = "calkit-python==0.49.5"


@dataclass(frozen=True)
class Answer:
    """What is said of one case."""

    case: Case
    verdict: str
    file: str
    reason: str
    status: str
    repro: str
    calkit: str

    @property
    def row(self) -> str:
        """A row of the table."""
        cells = (self.case.name.replace("_", " "), self.case.kind, self.verdict, self.file, self.reason)
        return (
            "| "
            + " | ".join(cell.replace("|", "\\|") for cell in (*cells, self.status, self.repro, self.calkit))
            + " |"
        )


def ask(case: Case, made: Path, folder: Path, calkit: Calkit) -> Answer:
    """Tamper with a copy of the project, and ask verify, Calkit and DVC."""
    project = Path(shutil.copytree(made, folder / "project", symlinks=True))
    case.tamper(project)
    commit(project)
    verdict, clone = verified(case, project), pulled(project, folder / "clone")
    said = calkit.says(clone)  # first: it changes nothing
    return Answer(case, *verdict, *asked_of_dvc(clone), said)


class Calkit:
    """Calkit's own checks of a project, beside what they say of another.

    Parameters
    ----------
    python
        The interpreter that has it.
    honest
        The project that nobody has tampered with.
    """

    def __init__(self, python: Path, honest: Path) -> None:
        self._program = python.parent / "calkit"
        self._usual = self._checks(honest)

    def says(self, clone: Path) -> str:
        """Name the fields of `calkit check repro` that are other than those of the honest project."""
        said = self._checks(clone)
        return ", ".join(sorted(name for name in {*said, *self._usual} if said.get(name) != self._usual.get(name))) or (
            "as before"
        )

    def _checks(self, clone: Path) -> dict[str, str]:
        code, words = self._run(clone, "repro", "--json")
        try:
            fields = {name: json.dumps(value) for name, value in json.loads(words).items()}
        except ValueError:
            fields = {"what it says": words}
        return {"exit code": str(code), **fields}

    def _run(self, clone: Path, *words: str) -> tuple[int, str]:
        command = [str(self._program), "check", *words]
        done = subprocess.run(command, cwd=clone, env=surroundings(), capture_output=True, text=True, check=False)
        return done.returncode, (done.stdout or done.stderr).replace(str(clone), ".")


def pulled(project: Path, clone: Path) -> Path:
    """Clone a project, with its author's cache, and put its data in place."""
    git("clone", "-q", str(project), str(clone), cwd=project)
    cache = project / ".dvc" / "cache" / "files"
    if cache.is_dir():
        shutil.copytree(cache, clone / ".dvc" / "cache" / "files")
    with contextlib.suppress(DvcException), opened(clone) as repo:
        repo.pull() if repo.config["core"].get("remote") else repo.checkout(force=True)
    return clone


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


def asked_of_dvc(clone: Path) -> tuple[str, str]:
    """Return what `dvc status` and then `dvc repro` say in a fresh clone."""
    lock = clone / "dvc.lock"
    before = lock.read_bytes()
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
    noted = sum(one.calkit != "as before" for one in bad)
    loud = sum(one.calkit != "as before" for one in answers if one.case.kind == "harmless")
    alarms = sum(one.status != "up to date" for one in answers if one.case.kind == "harmless")
    return f"""{len(answers)} commits made of one small project: {kinds["fraud"]} frauds, {kinds["accident"]} accidents
and {kinds["harmless"]} harmless changes. Of the {len(bad)} frauds and accidents, `shared-analysis verify` names {seen},
with file and reason; `dvc status` calls {silent} up to date. `dvc repro` runs nothing and ends well in {idle};
in {over} it writes the lock anew, and what was claimed is gone.
`calkit check repro` ({CALKIT}) says something new of {noted}.
Of the {kinds["harmless"]} harmless ones verify passes {passed}; `dvc status` calls {alarms} changed,
and `calkit check repro` says something new of {loud}.

DVC and Calkit are not at fault: they ask whether the files agree with the lock and whether all is declared, not whether
the lock is true.

"""


def answer(case: Case, *, made: Path, scratch: Path, calkit: Calkit) -> Answer:
    """Ask about one case, in a process that does nothing else meanwhile."""
    folder = scratch / case.name
    folder.mkdir()
    with contextlib.redirect_stdout(sys.stderr):
        said = ask(case, made, folder, calkit)
    shutil.rmtree(folder, ignore_errors=True)
    print(said.row, file=sys.stderr, flush=True)
    return said


def main() -> None:
    """Print the counts and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tampering")
    parser.add_argument("--only", nargs="+", default=[case.name for case in CASES])
    wanted = parser.parse_args().only
    # DVC's library talks as its commands do; only the table belongs on the page.
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(sys.stderr):
        made = Path(scratch) / "made"
        made.mkdir()
        make(made)
        python = Environments(cache()).python((CALKIT,))
        if isinstance(python, str):
            raise SystemExit(f"{CALKIT} {python}")
        calkit = Calkit(python, pulled(made, Path(scratch) / "honest" / "clone"))
        asking = partial(answer, made=made, scratch=Path(scratch), calkit=calkit)
        cases = [case for case in CASES if case.name in wanted]
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(asking, cases))
    print(
        summary(answers)
        + "| case | kind | verify | names | reason | `dvc status` | `dvc repro` | `calkit check repro` |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(one.row for one in answers))


if __name__ == "__main__":
    main()
