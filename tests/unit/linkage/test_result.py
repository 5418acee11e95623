"""The outcome is data; the result shows and says it, and neither shows a value from a row."""

from __future__ import annotations

from dataclasses import fields, replace

from shared_analysis.linkage import LinkageResult
from shared_analysis.linkage.result_data import Linkage


def test_the_result_is_the_outcome_and_holds_nothing_more(linked):
    assert isinstance(linked, Linkage)
    assert {field.name for field in fields(LinkageResult)} == {field.name for field in fields(Linkage)}
    assert linked.register is linked.tables["register"]
    assert linked.pairs is linked.tables["pairs"]
    assert linked.review is linked.tables["review"]


def test_it_says_itself_in_one_line_and_in_a_page(linked):
    counts = f"{linked.metrics['records']} records, {linked.metrics['links']} links"
    assert repr(linked).startswith(f"<LinkageResult: {counts}, ")
    assert linked._repr_markdown_() == linked.summary()


def test_the_model_is_a_document_where_there_is_one(linked):
    assert linked.documents == {"model": linked.model}
    assert replace(linked, model={}).documents == {}
