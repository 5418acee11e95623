"""A released file may be older than the commit; what makes it so is a claim, and not the mention of a hash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.integrity.hashes import bytes_md5
from shared_analysis.reproduce import Certificate, Verdict
from tests.unit.reproduce.small_project import commit, text, write

FORGED = "area,total\nE01,99\n"
DIGEST = bytes_md5(FORGED.encode())
ENTRY = f"schema: '2.0'\nstages:\n  x:\n    cmd: x\n    {{}}:\n    - path: x.csv\n      md5: {DIGEST}\n"


def in_a_comment(root: Path) -> None:
    write(root, "dvc.lock", f"{text(root, 'dvc.lock')}# md5: {DIGEST}\n")


def in_a_lock_without_a_pipeline(root: Path) -> None:
    write(root, "docs/dvc.lock", ENTRY.format("outs"))


def as_something_that_was_read(root: Path) -> None:
    lock = text(root, "dvc.lock")
    write(root, "dvc.lock", ENTRY.format("deps"))
    commit(root)
    write(root, "dvc.lock", lock)


def in_a_lock_that_is_none(root: Path) -> None:
    lock = text(root, "dvc.lock")
    write(root, "dvc.lock", f"stages: [md5: {DIGEST}]\n")
    commit(root)
    write(root, "dvc.lock", lock)


def claimed(root: Path) -> None:
    lock = text(root, "dvc.lock")
    write(root, "dvc.lock", ENTRY.format("outs"))
    commit(root)
    write(root, "dvc.lock", lock)


MENTIONS = [in_a_comment, in_a_lock_without_a_pipeline, as_something_that_was_read, in_a_lock_that_is_none]


@pytest.mark.parametrize(
    ("mention", "verdict"), [*((one, Verdict.different) for one in MENTIONS), (claimed, Verdict.equivalent)]
)
def test_a_hash_that_is_only_mentioned_is_no_earlier_claim(
    small: Path, check: Callable[..., Certificate], mention: Callable[[Path], None], verdict: Verdict
) -> None:
    mention(small)
    write(small, "releases/totals.csv", FORGED)
    commit(small)
    assert {one.file: one.verdict for one in check().inputs}["releases/totals.csv"] is verdict
