"""Every name leads somewhere; one that does not is said with both ends and the nearest id."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import broken_references, load_record, read_record

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("old", "new", "ends", "nearest", "line"),
    [
        ("product: forecast", "product: forcast", ("contacts", "forcast"), "forecast", "product: f"),
        ("action: share-beds", "action: share-bed", ("forecast", "share-bed"), "share-beds", "action: s"),
        (
            "outcome: fewer-nights",
            "outcome: fewer-night",
            ("share-beds", "fewer-night"),
            "fewer-nights",
            "outcome: fewer-n",
        ),
        ("agreement: dsa", "agreement: dsb", ("contacts", "dsb"), "dsa", "agreement:"),
        ("owner: charity", "owner: charty", ("contacts", "charty"), "charity", "owner: c"),
        ("who_acts: lead", "who_acts: leed", ("share-beds", "leed"), "lead", "who_acts"),
        ("parties: [lead, charity]", "parties: [lead, charty]", ("dsa", "charty"), "charity", "parties"),
    ],
)
def test_a_dangling_name_says_both_ends_and_the_nearest(
    write_record: Write,
    line_of: Callable[[str], int],
    old: str,
    new: str,
    ends: tuple[str, str],
    nearest: str,
    line: str,
) -> None:
    record, faults = read_record(path := write_record((old, new)))
    assert record is not None
    assert faults == []
    (fault,) = broken_references(record)
    assert all(f"'{end}'" in fault.message for end in ends)
    assert fault.next_step == f"did you mean '{nearest}'?"
    assert fault.line == line_of(line)
    with pytest.raises(SharedAnalysisError, match=f"'{ends[1]}'"):
        load_record(path)


def test_a_name_like_nothing_lists_what_there_is(write_record: Write) -> None:
    record, _ = read_record(write_record(("product: forecast", "product: xyz")))
    assert record is not None
    assert broken_references(record)[0].next_step == "the products are: forecast"


def test_todo_leads_nowhere_on_purpose(write_record: Write) -> None:
    changes = [
        ("product: forecast", "product: TODO"),
        ("agreement: dsa", "agreement: TODO"),
        ("owner: charity", "owner: TODO"),
    ]
    assert [gap.key for gap in load_record(write_record(*changes)).gaps()] == [
        "datasets.contacts.product",
        "datasets.contacts.owner",
        "datasets.contacts.agreement",
    ]


def test_open_data_needs_no_agreement(write_record: Write) -> None:
    assert load_record(write_record(("agreement: dsa", "agreement: not needed"))).datasets


def test_two_of_one_name_are_a_fault(write_record: Write) -> None:
    record, _ = read_record(write_record(("  - id: charity", "  - id: lead")))
    assert record is not None
    assert "2 organisations are called 'lead'." in [fault.message for fault in broken_references(record)]
