"""A record is read whole, or every fault is said with its line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import load_record, read_record

Write = Callable[..., Path]


def test_a_whole_record_is_read(write_record: Write) -> None:
    record = load_record(write_record())
    assert record.outcome.target_date == date(2028, 3, 31)
    assert record.outcome.baseline == "120"  # a figure may be written without quotes
    assert record.datasets[0].product == ("forecast",)
    assert record.gaps() == []


def test_a_folder_stands_for_the_record_in_it(write_record: Write) -> None:
    assert load_record(write_record().parent) == load_record(write_record())


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("  licence: mit\n", "", "'project.licence' is missing", "project:"),
        ("  licence: mit", "  license: mit", "'project.license' is not a key", "licence"),
        ("  licence: mit", "  licence: gpl", "must be one of mit, internal", "licence"),
        ("  licence: mit", "  licence: true", "put quotes around it", "licence"),
        ("  licence: mit", "  licence:", "is empty: write TODO", "licence"),
        ("2028-03-31", "2027-02-30", "must be a day such as", "target_date"),
        ("2028-03-31", "next spring", "must be a day such as", "target_date"),
        ("    owner: charity", "    ownr: charity", "'datasets[1].ownr' is not a key", "owner: charity"),
        ("stages: [validate, forecast]", "stages: {a: b}", "must be a list, or TODO", "stages"),
        ("  name: Warm beds", "  name: Warm beds\n  name: Warm", "'name' is written twice", "slug"),
        ("roles:\n", "roles: nobody\nx:\n", "'roles' must hold keys and values", "roles"),
    ],
)
def test_a_fault_is_said_with_its_line(
    write_record: Write, line_of: Callable[[str], int], old: str, new: str, says: str, line: str
) -> None:
    with pytest.raises(SharedAnalysisError) as error:
        load_record(write_record((old, new)))
    said = str(error.value)
    assert says in said
    assert f"project.yaml, line {line_of(line)}" in said


def test_a_misspelt_key_names_the_nearest(write_record: Write) -> None:
    _, faults = read_record(write_record(("  licence: mit", "  lisence: mit")))
    assert "did you mean 'licence'?" in [fault.next_step for fault in faults]


def test_all_faults_are_said_at_once(write_record: Write) -> None:
    path = write_record(("  licence: mit", "  licence: gpl"), ("2028-03-31", "soon"), ("  measure: Nights\n", ""))
    with pytest.raises(SharedAnalysisError, match="3 faults"):
        load_record(path)


@pytest.mark.parametrize(
    ("content", "says", "next_step"),
    [
        (b"", "empty", "restore it"),
        (b"- a\n- b\n", "must hold keys and values", "template"),
        (b"a: [1\n", "not valid YAML", "missing colon"),
        (b"owner: TODO: who\n", "not valid YAML", "in quotes"),
        (b"a:\n\tb: 1\n", "not valid YAML", "not tabs"),
        (b"a: \xff\n", "cannot be read as UTF-8", "save it"),
        (b"a: &x [*x]\n", "not valid YAML", "look for"),
        (b"a: 1\n---\nb: 2\n", "not valid YAML", "look for"),
        (b"a: !!timestamp 2026-99-99\n", "not valid YAML", "look for"),
    ],
)
def test_a_broken_file_is_a_message_and_no_traceback(tmp_path: Path, content: bytes, says: str, next_step: str) -> None:
    (tmp_path / "project.yaml").write_bytes(content)
    with pytest.raises(SharedAnalysisError) as error:
        load_record(tmp_path)
    assert says in error.value.what
    assert next_step in (error.value.next_step or "")


def test_a_byte_order_mark_and_crlf_are_no_fault(write_record: Write) -> None:
    path = write_record()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_record(path).project.name == "Warm beds"
