"""``shared-analysis verify``: do these results come from this code and this data?"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared_analysis.cli.say import say, say_text
from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from shared_analysis.reproduce import Certificate, Comparison, Finding, RunOptions, Source

_UNSAVED = 4
"""Is added to what a command ends with where its answer was said and could not be saved."""


def verify(
    revision: Annotated[str, typer.Argument(metavar="[REV]", help="The commit, branch or tag to verify.")] = "HEAD",
    twin: Annotated[
        bool, typer.Option("--twin", help="Run it on the synthetic twin: no access to the data is needed.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="With --twin: write what comes out into tests/twin.lock.")
    ] = False,
    accept_unrecorded: Annotated[
        bool,
        typer.Option(
            "--accept-unrecorded",
            help="With --twin: end with 0 if everything ran and nothing is recorded for this platform.",
        ),
    ] = False,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Instead: compare the results of two commits, as they record them."),
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="With --compare: run both again on their inputs.")] = False,
    wheels: Annotated[
        Path | None,
        typer.Option(help="Build the environment from this folder of wheels, without an index.", exists=True),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|3.12", help="Build the environment with this Python, not with the one that runs this."
        ),
    ] = None,
    environment: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|current",
            help="Build none: use this environment or Python; current is the one that runs this.",
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="How much a fraction may differ, as a share of it; 1e-9 unless the project says."
        ),
    ] = None,
    wheel_from: Annotated[
        str | None,
        typer.Option(
            metavar="PATH[@TAG]", help="Build the project's analysis package again from this clone of the template."
        ),
    ] = None,
    releases: Annotated[
        Path | None,
        typer.Option(
            help="A newer list of the template's releases than the verifier has.", exists=True, dir_okay=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the certificate; by default, a new one beside your clone.")
    ] = None,
    date: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to write on the certificate.")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--seal", metavar="KEY", help="Sign the answer with this OpenSSH key, for a reviewer without the data."
        ),
    ] = None,
    sealed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Instead: check a sealed certificate of the commit, and run the twin here."),
    ] = None,
    signers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --sealed: who may sign, as an OpenSSH list of signers.")
    ] = None,
    isolate: Annotated[
        bool,
        typer.Option("--isolate", help="Run the stages without a network and without sight of your files (Linux)."),
    ] = False,
    variable: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Pass this environment variable on to the stages; may be given repeatedly."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the clean place as it is, to look into it.")] = False,
) -> None:
    """Run a commit again from its inputs alone, in a clean place, and certify what comes out.

    Your clone stays as it is; only --record writes into it (tests/twin.lock). If the run stops, give the same command
    again: it goes on where it was.

    Ends with 0 if every output came out the same, with 1 if something differs or is missing, and with 2 if the commit
    could not be run. Ends with 4 in place of 0, or 5 in place of 1, if the answer was printed but could not be saved.
    Ends with 130 if you interrupted it.
    """
    from shared_analysis.project import find_root
    from shared_analysis.reproduce import PackageCheck, RunOptions, find_source, refuse_key, seal
    from shared_analysis.reproduce import verify as certify

    _refuse_mixed({"--record": record, "--accept-unrecorded": accept_unrecorded}, "--twin", twin and compare is None)
    _refuse_mixed({"--run": run}, "--compare A B", compare is not None and not twin)
    held = {"--wheel-from": wheel_from is not None, "--releases": releases is not None}
    _refuse_mixed(held, "a certificate", compare is None and not record)
    if compare and not (twin or run):
        _refuse_mixed({"--isolate": isolate, "--variable": bool(variable)}, "a run: add --run or --twin", False)
    plain = compare is None and not twin
    _refuse_mixed({"--seal": key is not None, "--sealed": sealed is not None}, "a run on the data", plain)
    _refuse_mixed({"--seal": key is not None}, "a run on the data, and not with --sealed", sealed is None)
    _refuse_mixed({"--sealed": sealed is not None}, "--signers FILE", signers is not None)
    _refuse_mixed({"--signers": signers is not None}, "--sealed FILE", sealed is not None)
    root = find_root()
    _warn_of_uncommitted(root)
    options = RunOptions(environment, wheels, python, keep, _say, isolate, tuple(variable or ()))
    day = date.date() if date else None
    judging: dict[str, Any] = {"tolerance": tolerance, "day": day, "package": PackageCheck(releases, wheel_from)}
    with _stoppable():
        if compare is not None:
            basis = "twin" if twin else "inputs" if run else "recorded"
            raise typer.Exit(_compare(root, compare, basis, out, options, tolerance))
        if sealed is not None and signers is not None:
            raise typer.Exit(_check_sealed(root, revision, sealed, signers, out, options))
        if twin and record:
            _record(root, revision, options)
        elif twin:
            raise typer.Exit(_verify_twin(root, revision, out, options, accept_unrecorded=accept_unrecorded, **judging))
        else:
            source = find_source(root, revision)
            folder = _ready(source, out, "certificate")
            if key is not None:
                refuse_key(key, source.repository)
            certificate = certify(root, revision, options, **judging)
            code = 0 if certificate.verdict.passed else 1
            with _said_first(code, folder, lambda: _print(certificate)):
                certificate.save(folder)
                if key is not None:
                    say(f"sealed: {seal(certificate, key, folder, source.repository)}")
                    say(_about_seal(certificate))
            say(f"certificate: {folder / 'certificate.html'}")
            raise typer.Exit(code)


def _about_seal(certificate: Certificate) -> str:
    if certificate.synthetic:
        return (
            "The run read invented data, so this certificate proves nothing about published results: "
            "`verify --sealed` refuses it."
        )
    return "Send the reviewer sealed.yaml and sealed.yaml.sig. Keep the other files here."


def _check_sealed(root: Path, revision: str, sealed: Path, signers: Path, out: Path | None, options: RunOptions) -> int:
    from shared_analysis.reproduce import check_seal, find_source, refuse_foreign

    folder = _ready(find_source(root, revision), out, "twin-certificate")
    refuse_foreign(folder)
    with check_seal(root, sealed, signers, revision, options) as proof:
        code = 0 if proof.passed else 1
        with _said_first(code, folder, lambda: say_text(proof.summary())):
            proof.twin.save(folder)
        say(f"certificate of the twin: {folder / 'certificate.html'}")
        return code


def _verify_twin(
    root: Path, revision: str, out: Path | None, options: RunOptions, *, accept_unrecorded: bool, **judging: Any
) -> int:
    from shared_analysis.reproduce import find_source, refuse_foreign, run_twin

    folder = _ready(find_source(root, revision), out, "twin-certificate")
    refuse_foreign(folder)
    with run_twin(root, revision, options, unrecorded=accept_unrecorded, **judging) as run:
        if run.certificate is not None:
            certificate = run.certificate
            accepted = accept_unrecorded and certificate.only_unrecorded
            code = 0 if certificate.verdict.passed or accepted else 1
            with _said_first(code, folder, lambda: _print(certificate)):
                run.save(folder)
            say(f"certificate: {folder / 'certificate.html'}")
            return code
        code = 1 if run.failure else 0
        with _said_first(code, folder, lambda: say(f"missing: {run.failure}" if code else "Every stage ran.")):
            run.save(folder)
        say(f"what came out: {folder}")
        if code:
            return code
        say(
            "Every stage ran on the twin. Nothing is recorded yet to compare with: see what came out, run "
            "`shared-analysis verify --twin --record`, and commit tests/twin.lock."
        )
        return 0


def _record(root: Path, revision: str, options: RunOptions) -> None:
    from shared_analysis.reproduce import refuse_unclean, run_twin

    if revision != "HEAD":
        raise SharedAnalysisError(
            "Only the commit that is checked out can be recorded.", revision, f"`git switch --detach {revision}` first"
        )
    refuse_unclean(root)
    with run_twin(root, options=options, unrecorded=True) as run:
        path = run.record(root)
        say(f"recorded {len(run.outcome.outs)} outputs for {run.outcome.platform} in {path}; commit it")


def _compare(
    root: Path, commits: tuple[str, str], basis: str, out: Path | None, options: RunOptions, tolerance: float | None
) -> int:
    from shared_analysis.reproduce import Basis, compare, find_source

    kind = "-".join([f"{'twin-' if basis == 'twin' else ''}comparison", find_source(root, commits[0]).commit[:10]])
    folder = _ready(find_source(root, commits[1]), out, kind)
    comparison = compare(root, *commits, options, basis=Basis[basis], tolerance=tolerance)
    code = 0 if comparison.verdict.passed else 1
    with _said_first(code, folder, lambda: _print_comparison(comparison)):
        comparison.save(folder)
    say(f"comparison: {folder / 'comparison.html'}")
    return code


def _print_comparison(comparison: Comparison) -> None:
    for setting in comparison.settings:
        before, after = ("not set" if value is None else value for value in (setting.before, setting.after))
        say(f"{setting.name}: {before} before, {after} after")
    for file in comparison.read:
        say(f"{file.name}: {file.kind}")
    for metric in comparison.metrics:
        key, before, after, change = metric.row()
        say(f"{metric.file}: {key}: {before} before, {after} after{change and f', {change}'}")
    _print_findings(comparison.outputs)
    say(comparison.summary())
    if comparison.advice:
        say(comparison.advice)


def _refuse_mixed(given: dict[str, bool], partner: str, allowed: bool) -> None:
    wrong = [name for name, value in given.items() if value and not allowed]
    if wrong:
        raise SharedAnalysisError(
            f"{wrong[0]} works only with {partner}.", wrong[0], "see: shared-analysis verify --help"
        )


def _warn_of_uncommitted(root: Path) -> None:
    from shared_analysis.git import git

    try:
        listed = git("status", "--porcelain", "-z", "--", ".", cwd=root, own_line_ends=True)
    except SharedAnalysisError:  # what is amiss is said when the commit is looked for
        return
    if listed:
        _say("Some files here have changes that you have not committed. Only the commit is checked.")


@contextmanager
def _stoppable() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        say("stopped; to go on from here, give the same command again", err=True)
        raise typer.Exit(130) from None


def _say(words: str) -> None:
    say_text(words, err=True)  # the last lines of a log among them


def _beside(source: Source, name: str) -> Path:
    """Name a folder outside the repository, so that the reviewer's copy stays as it is."""
    root, repository = source.root, source.repository
    if repository.parent == repository:
        raise SharedAnalysisError("The repository has no folder around it.", str(root), "name one: --out FOLDER")
    return repository.parent / f"{root.name}-{name}"


def _ready(source: Source, out: Path | None, kind: str) -> Path:
    """Name the folder for what is found, and see that it can be written, before hours are spent on finding it."""
    from shared_analysis.writing import try_folder

    folder = out or _beside(source, f"{kind}-{source.commit[:10]}")
    try:
        try_folder(folder)
    except OSError as error:
        raise SharedAnalysisError(
            f"The folder for the answer cannot be written: {error.strerror}.", str(folder), "name another: --out FOLDER"
        ) from None
    return folder


@contextmanager
def _said_first(code: int, folder: Path, tell: Callable[[], None]) -> Iterator[None]:
    """Say what was found before it is saved, and save it even if it cannot be said: a run may have taken hours."""
    unsaid: OSError | None = None
    try:
        tell()
        sys.stdout.flush()
    except OSError as error:  # nobody reads any more, or the disk that the words go to is full
        unsaid = error
    try:
        yield
    except (OSError, SharedAnalysisError) as error:
        fault = error.what.rstrip(".") if isinstance(error, SharedAnalysisError) else error.strerror
        say(f"error: The answer is printed above, but could not be saved: {fault}.", err=True)
        say(f"  where: {folder}", err=True)
        say("  next:  make room there, or name another folder: --out FOLDER", err=True)
        raise typer.Exit(code + _UNSAVED) from None
    if unsaid is not None:
        raise unsaid


def _print(certificate: Certificate) -> None:
    say(f"commit: {certificate.commit}")
    _print_findings((*certificate.inputs, *certificate.outputs))
    say(certificate.summary())
    if certificate.advice:
        say(certificate.advice)
    for sentences in certificate.trust:
        say(sentences)


def _print_findings(findings: tuple[Finding, ...]) -> None:
    """Say what is not identical; what has one reason for many files is said once, below the last of them."""
    amiss = (finding for finding in findings if finding.verdict != "identical")
    for reasons, alike in groupby(amiss, key=lambda finding: finding.reasons):
        for finding in alike:
            say(f"{finding.verdict}: {finding.file} ({finding.stage})")
        for reason in reasons:
            say(f"    {reason}")
