"""``shared-analysis update``: what a newer template would change, and taking it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.say import say

if TYPE_CHECKING:
    from shared_analysis.updates import Landed, Results, Update


def update(
    to: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The template's version; its newest release if not given.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take it: as one commit or, where there are conflicts, uncommitted.")
    ] = False,
    run: Annotated[
        bool, typer.Option("--run/--no-run", help="Run the pipeline before and after on the twin, and compare.")
    ] = True,
    wheels: Annotated[
        Path | None,
        typer.Option(help="Build both environments from this folder of wheels, without an index.", exists=True),
    ] = None,
    environment: Annotated[
        str | None, typer.Option(metavar="PATH|current", help="Build none: run both in this environment.")
    ] = None,
) -> None:
    """Say what a newer template would change in this project's files and results; take it with --accept.

    It works in a clean copy: without --accept nothing here is changed, also if it is stopped. An answer that was
    changed in .copier-answers.yml is brought into the other files as well.

    Ends with 0 when it could be, or was, taken as one commit; with 1 when there are conflicts, or a stage fails with
    the newer template (then it is not taken); with 2 when it could not be tried; with 130 when it was interrupted.
    """
    from shared_analysis.project import find_root

    try:
        failed = _updated(find_root(), to, accept, run, wheels, environment)
    except KeyboardInterrupt:
        say("stopped; the same command goes on where it was", err=True)
        raise typer.Exit(130) from None
    if failed:
        raise typer.Exit(1)


def _updated(root: Path, to: str | None, accept: bool, run: bool, wheels: Path | None, environment: str | None) -> bool:
    """Do what the command is for; return whether a person has to decide something first."""
    from shared_analysis.updates import compare, prepared

    def tell(words: str) -> None:
        say(words, err=True)

    with prepared(root, to, tell) as found:
        if found is None:
            say("The project has this version of the template, and nothing is to be done.")
            return False
        _print(_files(found))
        results = None
        if not run:
            _print(["", "Results: not compared, as asked."])
        elif found.conflicts:
            _print(["", "Results: not compared. Resolve the conflicts, commit, run `dvc repro`, and read the numbers."])
        else:
            results = compare(found, environment=environment, wheels=wheels, say=tell)
            _print(_results(results, environment))
        breaks = results is not None and results.breaks
        _print(_landed(found, found.accept()) if accept and not breaks else _offer(found, results))
        return breaks or bool(found.conflicts)


def _print(lines: Iterator[str] | list[str]) -> None:
    for line in lines:
        say(line)


def _files(found: Update) -> Iterator[str]:
    yield f"The template: {found.old} -> {found.new}"
    managed = [change for change in found.files if found.is_managed(change.path)]
    yours = [change for change in found.files if change not in managed]
    for heading, group in (("Files that the template manages", managed), ("Your files", yours)):
        if group:
            yield from ("", f"{heading}: {len(group)}", *(f"  {change}" for change in group))
    if found.deleted:
        yield from ("", f"Left out, because you deleted or renamed them: {len(found.deleted)}")
        yield from (f"  {path}  (the template: {found.offer(path)})" for path in found.deleted)
    if found.conflicts:
        yield from ("", f"Conflicts: {len(found.conflicts)}")
        for one in found.conflicts:
            yield f"  {one.path}  (the template: {found.offer(one.path)})"
            yield f"      {one.why}"
            yield from (f"      {words}" for words in _advice(one.path))
    if found.questions:
        yield from ("", f"New questions, answered by default: {', '.join(found.questions)}")
        yield "  Another answer: change it in .copier-answers.yml afterwards, commit, and run this command again."


def _advice(path: str) -> Iterator[str]:
    if Path(path).match("requirements*.txt"):
        yield "Take the template's, then make the lock anew with the command at the top of requirements.in."
    elif path.endswith(".ipynb"):
        yield "It opens in Jupyter again once the marks are out of its text."


def _results(results: Results, environment: str | None) -> Iterator[str]:
    changed = [one for one in results.findings if one.verdict != "identical"]
    yield ""
    for failed, when in ((results.failed_before, "as it is"), (results.failed_after, "with the newer template")):
        yield from (f"The project {when}: {name}: {why}" for name, why in failed.items())
    same = len(results.findings) - len(changed)
    yield f"Results on the twin: {len(changed)} of {len(results.findings)} outputs change, {same} come out the same"
    for one in changed:
        yield f"  {one.verdict}: {one.file} ({one.stage})"
        yield from (f"      {reason}" for reason in one.reasons)
    if environment is not None:
        yield "  Both ran in one environment: this does not show what newer packages of the template change."


def _offer(found: Update, results: Results | None) -> Iterator[str]:
    known = "" if results is None else " --no-run"
    anyway = " all the same" if results is not None and results.breaks else ""
    yield ""
    yield f"Nothing here has been changed. To take it{anyway}:"
    yield f"    shared-analysis update --to {found.new} --accept{known}"


def _landed(found: Update, landed: Landed) -> Iterator[str]:
    yield ""
    if landed.commit:
        yield f"Taken, as the commit {landed.commit[:12]}. To undo it:"
        yield f"    {landed.undo}"
    else:
        yield f"Taken, with {len(found.conflicts)} to decide, and not committed. `git status` lists them."
        yield "Put each right, `git add` it (`git rm` what is to go), and commit. To go back to where you were:"
        yield f"    {landed.undo}"
    yield "Then: python -m pip install -r requirements.txt, dvc repro, and commit dvc.lock. The lock is never merged by"
    yield "hand: the results are run again."
    if (found.source.root / "tests" / "twin.lock").is_file():
        yield "Also: shared-analysis verify --twin --record, and commit tests/twin.lock."
