"""Frauds and accidents: each is named with its file and reason, or called equivalent if it is harmless."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, Verdict
from tests.unit.reproduce.small_project import commit
from tests.unit.reproduce.tampering import CASES, Case
from tests.unit.reproduce.tampering.case import METRICS
from tests.unit.reproduce.tampering.results import lock_and_output_edited


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_named_with_its_reason(case: Case, small: Path, check: Callable[..., Certificate]) -> None:
    if case.links and sys.platform == "win32":
        pytest.skip("Windows lets few make a symbolic link, and its git keeps none")
    case.tamper(small)
    commit(small)
    if case.verdict is None:
        with pytest.raises(SharedAnalysisError) as refused:
            check()
        assert case.file in str(refused.value.where)
        assert case.reason in refused.value.what
        return
    certificate = check()
    findings = (*certificate.inputs, *certificate.outputs)
    assert certificate.verdict is case.verdict, certificate.to_yaml()
    assert case.verdict.passed is (case.kind == "harmless")
    if case.verdict is Verdict.identical:
        assert certificate.inputs == ()
    else:
        named = [" / ".join(one.reasons) for one in findings if one.file == case.file]
        assert any(case.reason in reasons for reasons in named), certificate.to_yaml()


def test_there_are_as_many_as_the_documents_say() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 44


def test_a_forged_result_does_not_hide_behind_those_made_from_it(
    small: Path, check: Callable[..., Certificate]
) -> None:
    lock_and_output_edited(small)
    commit(small)
    verdicts = {one.file: one.verdict for one in check().outputs}
    assert [name for name, verdict in verdicts.items() if verdict is not Verdict.identical] == [METRICS]
