"""Frauds and accidents: each is named with its file and reason, or called equivalent if it is harmless.

Each is judged on the lowest floor that can tell: forged claims beside one honest run that all of them share, what is
read before any stage runs, and the rest by a whole verification. Each kind has whole verifications too.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.integrity.hashes import file_digests
from shared_analysis.reproduce import Certificate, Finding, Outcome, RunOptions, Verdict, find_source, rerun
from shared_analysis.reproduce.commit.checkout import clean_copy
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.lock import Claims, read_lock
from shared_analysis.reproduce.findings import worst
from shared_analysis.reproduce.judge.inputs import contradictions, judge_inputs
from shared_analysis.reproduce.judge.outputs import judge_outputs
from shared_analysis.reproduce.run.isolation import PROGRAMS, try_isolation
from shared_analysis.reproduce.run.runner import Runner
from tests.unit.reproduce.small_project import commit, edit, replace, repro
from tests.unit.reproduce.tampering import CASES, Case, hidden
from tests.unit.reproduce.tampering.case import METRICS
from tests.unit.reproduce.tampering.results import lock_and_output_edited

Check = Callable[..., Certificate]


@pytest.fixture(scope="session")
def honest(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """What comes out of the commit as its author left it; not to be changed."""
    with contextlib.ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # another worker may run the same commit at the same time
            patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
            outcome = stack.enter_context(rerun(made, options=RunOptions("current")))
        yield outcome


def cases(told: str) -> list[Case]:
    kept = [case for case in CASES if case.told == told]
    # Windows lets few make a symbolic link, and its git keeps none.
    return [case for case in kept if not (case.links and sys.platform == "win32")]


def named(case: Case, verdict: Verdict, findings: list[Finding]) -> None:
    """Hold the findings to what is to be said of a case."""
    assert verdict is case.verdict, findings
    assert case.verdict.passed is (case.kind == "harmless")
    reasons = [" / ".join(finding.reasons) for finding in findings if finding.file == case.file]
    assert any(case.reason in said for said in reasons), findings


@pytest.mark.parametrize("case", cases("claims"), ids=lambda case: case.name)
def test_forged_claims_are_told_from_an_honest_run(case: Case, small: Path, honest: Outcome, tmp_path: Path) -> None:
    case.tamper(small)
    if case.verdict is None:
        with pytest.raises(SharedAnalysisError, match=case.reason) as refused:
            read_lock(small)
        assert refused.value.where == case.file
        return
    claims = Claims("dvc.lock", read_lock(small))
    store = ContentStore([small / ".dvc" / "cache", tmp_path / "cache"], honest.pipeline)
    outputs = judge_outputs(honest, claims, store, 1e-9)
    findings = [*outputs, *contradictions(honest.pipeline, claims.stages, outputs)]
    named(case, worst(finding.verdict for finding in findings), findings)


@pytest.mark.parametrize("case", cases("read"), ids=lambda case: case.name)
def test_what_is_read_is_told_before_anything_runs(case: Case, small: Path, tmp_path: Path) -> None:
    case.tamper(small)
    commit(small)
    copy = clean_copy(find_source(small, "HEAD"), tmp_path)
    stopping = Runner(copy, RunOptions("current")).gather()
    findings = [*stopping, *judge_inputs(copy.pipeline, Claims("dvc.lock", read_lock(copy.root)), copy.store, 1e-9)]
    # Where something stops the run, nothing comes out.
    named(case, Verdict.missing if stopping else worst(finding.verdict for finding in findings), findings)


@pytest.mark.parametrize("case", cases("run"), ids=lambda case: case.name)
def test_the_rest_is_told_by_a_run(case: Case, small: Path, check: Check) -> None:
    case.tamper(small)
    commit(small)
    if case.verdict is None:
        with pytest.raises(SharedAnalysisError) as refused:
            check()
        assert case.file in str(refused.value.where)
        assert case.reason in refused.value.what
        return
    certificate = check()
    findings = [*certificate.inputs, *certificate.outputs]
    if case.verdict is Verdict.identical:
        assert certificate.verdict is Verdict.identical
        assert (certificate.inputs, case.kind) == ((), "harmless")
    else:
        named(case, certificate.verdict, findings)


def test_there_are_as_many_as_the_documents_say(repository: Path) -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    guide = (repository / "docs" / "how-to" / "verify-a-project.md").read_text(encoding="utf-8")
    assert f"in {len(names)} commits of frauds, accidents and harmless changes" in " ".join(guide.split())
    results = (repository / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    measured = re.search(r"(?m)^(\d+) commits made of one small project", results)
    assert measured is not None
    assert f"What it finds in {measured[1]} of them" in " ".join(guide.split())


def test_a_forged_result_does_not_hide_behind_those_made_from_it(small: Path, check: Check) -> None:
    lock_and_output_edited(small)
    commit(small)
    verdicts = {finding.file: finding.verdict for finding in check().outputs}
    assert [name for name, verdict in verdicts.items() if verdict is not Verdict.identical] == [METRICS]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few make a symbolic link")
@pytest.mark.parametrize("isolate", [False, True])
@pytest.mark.parametrize("tamper", hidden.OF_THE_REVIEWER, ids=lambda one: one.__name__)
def test_no_hash_and_no_word_of_a_file_of_the_reviewer_is_told(
    tamper: Callable[[Path], None], isolate: bool, small: Path, check: Check
) -> None:
    if isolate and not any(try_isolation(program)[0] for program in PROGRAMS):
        pytest.skip("nothing isolates here")
    tamper(small)
    commit(small)
    secret = file_digests(small.parent / "secret.yaml")
    certificate = check(isolate=isolate)
    said = certificate.to_yaml() + certificate.html()
    assert not certificate.verdict.passed
    assert [told for told in (secret.md5, secret.sha256, "gho-of-the-reviewer") if told in said] == []


def test_what_is_made_of_the_twin_alone_is_called_synthetic(small: Path, check: Check) -> None:
    replace(small, "params.yaml", "mode: twin", "mode: raw")
    replace(small, "code/table.py", 'open("data/raw/factor.csv").read().split()[1]', "2.5")
    edit(small, "dvc.yaml", lambda all_: all_["stages"]["table"].update(deps=["code/table.py", "data/twin"]))
    repro(small)
    certificate = check()
    assert (certificate.verdict, certificate.synthetic) == (Verdict.identical, True)
