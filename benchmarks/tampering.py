"""Seeded frauds and accidents: what verify says of each, and what DVC and Calkit say.

python -m benchmarks.tampering [--only NAME ...]

The cases are those of the tests. For DVC and Calkit, each commit is cloned anew, with every content of the author's
cache, as after `dvc pull`. Calkit has an environment of its own, since it wants other versions of what DVC needs. It
asks for more than a plain project of DVC has, so what counts is whether one of its checks says something else than of
the project that nobody has tampered with.

Every question is asked in a process of its own, with limits of time and memory: some commits kill who reads them. What
DVC and Calkit said is kept between runs, as long as the case and their versions stay the same.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

from dvc.exceptions import DvcException
from dvc.repo import Repo

from benchmarks import apart as apart_module
from benchmarks.apart import GIGABYTES, SECONDS, NoAnswer, apart
from benchmarks.environments import Environments, cache
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import write_text
from shared_analysis.reproduce import RunOptions, verify
from tests.baked import git, surroundings
from tests.unit.reproduce import small_project
from tests.unit.reproduce.small_project import commit, make
from tests.unit.reproduce.tampering import CASES, Case

CALKIT = "calkit-python==0.49.5"
UNLIKE = "not as the tests have it"


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
    project = folder / "project"
    apart(tampered, case.name, made, project)
    try:
        verdict = apart(verified, case.name, project)
    except (NoAnswer, RuntimeError) as none:
        verdict = (UNLIKE, "", str(none).strip().splitlines()[-1])
    kept = cache() / "tampering" / f"{fingerprint(case)}.json"
    if kept.exists():
        return Answer(case, *verdict, *json.loads(kept.read_text(encoding="utf-8")))
    clone = folder / "clone"
    with contextlib.suppress(NoAnswer, RuntimeError):
        apart(pulled, project, clone)
    said = calkit.says(clone)  # first: it changes nothing
    others = (answered(status, clone), reproduced(clone), said)
    write_text(kept, json.dumps(others))
    return Answer(case, *verdict, *others)


def fingerprint(case: Case) -> str:
    """Name what the answers of DVC and Calkit depend on: how the case is made, how they are asked, their versions."""
    sources = [small_project.__file__, apart_module.__file__, __file__, sys.modules[case.tamper.__module__].__file__]
    texts = [Path(str(source)).read_text(encoding="utf-8") for source in sources]
    known = [case.name, CALKIT, importlib.metadata.version("dvc"), sys.version, *texts]
    return hashlib.sha256("\0".join(known).encode()).hexdigest()[:16]


def named(name: str) -> Case:
    """Find a case, whose function may not be sent to another process, by its name."""
    return next(case for case in CASES if case.name == name)


def tampered(name: str, made: Path, project: Path) -> None:
    """Copy the project, tamper with it, and commit that."""
    shutil.copytree(made, project, symlinks=True)
    named(name).tamper(project)
    commit(project)


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
        try:
            code, words = apart(_called, [str(self._program), "check", "repro", "--json"], clone)
        except NoAnswer as none:
            return {str(none): ""}
        try:
            fields = {name: json.dumps(value) for name, value in json.loads(words).items()}
        except ValueError:
            fields = {"what it says": words}
        return {"exit code": str(code), **fields}


def _called(command: list[str], clone: Path) -> tuple[int, str]:
    done = subprocess.run(command, cwd=clone, env=surroundings(), capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout or done.stderr).replace(str(clone), ".")


def pulled(project: Path, clone: Path) -> None:
    """Clone a project, with its author's cache, and put its data in place."""
    git("clone", "-q", str(project), str(clone), cwd=project)
    cache = project / ".dvc" / "cache" / "files"
    if cache.is_dir():
        shutil.copytree(cache, clone / ".dvc" / "cache" / "files")
    with contextlib.suppress(DvcException), opened(clone) as repo:
        repo.pull() if repo.config["core"].get("remote") else repo.checkout(force=True)


def verified(name: str, project: Path) -> tuple[str, str, str]:
    """Return verify's verdict, and the file and the reason of the finding that the case is about."""
    case = named(name)
    try:
        certificate = verify(project, options=RunOptions("current"))
    except SharedAnalysisError as error:
        return "refused", f"`{error.where}`", error.what
    findings = [one for one in (*certificate.inputs, *certificate.outputs) if one.reasons]
    about = [one for one in findings if one.file == case.file and case.reason in " / ".join(one.reasons)]
    if certificate.verdict is not case.verdict or (case.file and not about):
        raise RuntimeError(f"{case.name} is not judged as the tests have it")
    if not about:
        return str(certificate.verdict), "", ""
    return str(certificate.verdict), f"`{about[0].file}`", "; ".join(about[0].reasons)


def answered(question: Callable[[Path], str], clone: Path) -> str:
    """Put a question to DVC; if there is no answer, say what there is instead."""
    try:
        return apart(question, clone)
    except NoAnswer as none:
        return str(none)
    except RuntimeError as error:  # DVC's command calls that an unexpected error
        print(error, file=sys.stderr)
        return "fails"


def status(clone: Path) -> str:
    """Say what `dvc status` says."""
    try:
        with opened(clone) as repo:
            changed = repo.status()
    except DvcException:
        return "fails"
    return f"changed: {', '.join(changed)}" if changed else "up to date"


def reproduced(clone: Path) -> str:
    """Say what `dvc repro` says, and whether it has changed the lock."""
    before = lock_of(clone)
    return answered(repro, clone) + (", lock rewritten" if lock_of(clone) != before else "")


def repro(clone: Path) -> str:
    """Say what `dvc repro` runs."""
    try:
        with opened(clone) as repo:
            ran = [stage.addressing for stage in repo.reproduce()]
    except DvcException:
        return "fails"
    return f"ran {', '.join(ran)}" if ran else "ran nothing"


def lock_of(clone: Path) -> bytes:
    lock = clone / "dvc.lock"
    return lock.read_bytes() if lock.is_file() else b""


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
    never = sum(any(said.startswith(NoAnswer.WORDS) for said in (one.status, one.repro)) for one in answers)
    noted = sum(one.calkit != "as before" for one in bad)
    loud = sum(one.calkit != "as before" for one in answers if one.case.kind == "harmless")
    alarms = sum(one.status != "up to date" for one in answers if one.case.kind == "harmless")
    return f"""{len(answers)} commits made of one small project: {kinds["fraud"]} frauds, {kinds["accident"]} accidents
and {kinds["harmless"]} harmless changes. Of the {len(bad)} frauds and accidents, `shared-analysis verify` names {seen},
with file and reason; `dvc status` calls {silent} up to date. `dvc repro` runs nothing and ends well in {idle};
in {over} it writes the lock anew, and what was claimed is gone. In {never} DVC gives no answer within {SECONDS} s and
{GIGABYTES} GB. `calkit check repro` ({CALKIT}) says something new of {noted}.
Of the {kinds["harmless"]} harmless ones verify passes {passed}; `dvc status` calls {alarms} changed,
and `calkit check repro` says something new of {loud}.

DVC and Calkit are not at fault: they ask whether the files agree with the lock and whether all is declared, not whether
the lock is true.

"""


def answer(case: Case, *, made: Path, scratch: Path, calkit: Calkit) -> Answer:
    """Ask about one case."""
    folder = scratch / case.name
    folder.mkdir()
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
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(sys.stderr):
        scratch = Path(name)
        made, honest = scratch / "made", scratch / "honest"
        made.mkdir()
        make(made)
        python = Environments(cache()).python((CALKIT,))
        if isinstance(python, str):
            raise SystemExit(f"{CALKIT} {python}")
        apart(pulled, made, honest)
        asking = partial(answer, made=made, scratch=scratch, calkit=Calkit(python, honest))
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # of threads, since every question has a process of its own
            answers = list(pool.map(asking, [case for case in CASES if case.name in wanted]))
    print(
        summary(answers)
        + "| case | kind | verify | names | reason | `dvc status` | `dvc repro` | `calkit check repro` |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(one.row for one in answers))
    if any(one.verdict == UNLIKE for one in answers):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
