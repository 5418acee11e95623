"""From every dataset and stage a thread runs to the outcome, or shows where it breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared_analysis.record import load_record, read_record

Write = Callable[..., Path]


def test_each_dataset_and_stage_leads_to_the_outcome(write_record: Write) -> None:
    threads = load_record(write_record()).trace()
    assert [(thread.kind, thread.name) for thread in threads] == [
        ("dataset", "contacts"),
        ("stage", "validate"),
        ("stage", "forecast"),
    ]
    assert all(thread.whole for thread in threads)
    assert threads[0].action == "share-beds"


def test_a_broken_thread_is_not_whole(write_record: Write) -> None:
    record, _ = read_record(write_record(("action: share-beds", "action: nothing")))
    assert record is not None
    thread = record.trace()[0]
    assert thread.product == "forecast"
    assert thread.action == ""
    assert not thread.whole


def test_the_pipeline_may_say_which_stage_serves_what(write_record: Write) -> None:
    threads = load_record(write_record()).trace({"twin": [], "validate": ["forecast"]})
    assert [(thread.name, thread.whole) for thread in threads if thread.kind == "stage"] == [
        ("twin", False),
        ("validate", True),
    ]


def test_two_unknowns_are_not_the_same_thing(write_record: Write) -> None:
    record = load_record(write_record(("  - id: share-beds", "  - id: TODO"), ("action: share-beds", "action: TODO")))
    assert record.trace()[0].action == ""
