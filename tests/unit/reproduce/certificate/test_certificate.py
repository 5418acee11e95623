"""What a certificate says of its findings, in words, as a page, and as a CODECHECK configuration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import yaml

from shared_analysis.reproduce import Certificate, Finding, Verdict
from shared_analysis.reproduce.certificate.certify import environment_entry
from shared_analysis.reproduce.certificate.page import counts_of, entry_of
from shared_analysis.reproduce.run.environment import Environment

SAME = Finding("data/totals.csv", Verdict.identical, "table", (), "0", "0")
OTHER = Finding("reports/metrics.json", Verdict.different, "table", ("mean: differs",), "1", "2")
READ = Finding("code/table.py", Verdict.different, "table", ("the results were made from other content",), "3", "4")
CERTIFICATE = Certificate(
    title="Rough sleeping",
    authors=("Camden",),
    repository="https://example.org/project.git",
    commit="0" * 40,
    synthetic=False,
    environment={"python": "3.11.9", "platform": "Linux x86_64", "environment": "built by pip"},
    tolerance=1e-9,
    inputs=(),
    outputs=(SAME,),
)


def test_the_yaml_is_what_codecheck_asks_for() -> None:
    """As https://codecheck.org.uk/spec/config/1.0/ has it: an explicit document, and its MUST and SHOULD fields."""
    written = replace(CERTIFICATE, outputs=(SAME, OTHER), day=dt.date(2026, 3, 1)).to_yaml()
    assert written.startswith("%YAML 1.1\n---\n")
    content = yaml.safe_load(written)
    assert content["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert [entry["file"] for entry in content["manifest"]] == [SAME.file, OTHER.file]
    assert [set(entry) for entry in content["manifest"]] == [{"file", "comment"}] * 2
    assert content["paper"] == {"title": "Rough sleeping", "authors": [{"name": "Camden"}], "reference": "TODO"}
    assert content["codechecker"] == [{"name": "TODO"}]
    assert content["report"] == "TODO"  # identifies what is published: not for us to say
    assert content["check_time"] == "2026-03-01"
    assert {"summary", "repository", "certificate"} <= set(content)
    assert content["verification"]["verdict"] == "different"


def test_what_nobody_said_is_left_to_do() -> None:
    content = yaml.safe_load(replace(CERTIFICATE, authors=(), repository="").to_yaml())
    assert content["paper"]["authors"] == [{"name": "TODO"}]
    assert (content["repository"], content["check_time"]) == ("TODO", "TODO")


def test_the_verdict_is_the_worst_of_all_and_missing_without_outputs() -> None:
    assert CERTIFICATE.verdict is Verdict.identical
    assert replace(CERTIFICATE, inputs=(READ,)).verdict is Verdict.different
    assert replace(CERTIFICATE, outputs=()).verdict is Verdict.missing


def test_it_is_said_in_a_few_sentences() -> None:
    assert CERTIFICATE.summary() == "Yes: every output came out with the same bytes. Outputs: 1 identical."
    bad = replace(CERTIFICATE, inputs=(READ,), outputs=(SAME, OTHER), tolerance=1e-6, synthetic=True)
    assert "No, on the synthetic twin: something differs" in bad.summary()
    assert "up to a difference of 1e-06" in bad.summary()
    assert "does not match its own record in 1 place." in bad.summary()
    assert "in 2 places" in replace(bad, inputs=(READ, READ)).summary()
    assert "1e-06 of the larger" in bad.html()


def test_only_what_another_platform_explains_is_only_unrecorded() -> None:
    other = replace(CERTIFICATE, outputs=(SAME, OTHER), lock="tests/twin.lock")
    assert not other.only_unrecorded
    assert "verify --twin --record" in other.advice
    elsewhere = replace(other, unrecorded=frozenset([OTHER.file]))
    assert elsewhere.only_unrecorded
    assert "Nothing is recorded for Linux x86_64" in elsewhere.advice
    assert not replace(elsewhere, inputs=(READ,)).only_unrecorded
    assert not replace(CERTIFICATE, unrecorded=frozenset([OTHER.file])).only_unrecorded


def test_findings_are_counted_from_the_best_to_the_worst() -> None:
    assert counts_of([OTHER, SAME, OTHER]) == "1 identical, 2 different"
    assert counts_of([]) == "none"
    assert "reasons" not in entry_of(SAME)
    assert entry_of(OTHER)["reasons"] == ["mean: differs"]


def test_hostile_words_stay_words_on_the_page() -> None:
    hostile = "</title><script>alert(1)</script><img src=https://example.org/x.png>"
    finding = Finding(hostile, Verdict.different, hostile, (hostile,), "0", "1")
    html = Certificate(hostile, (), hostile, "0" * 40, False, {hostile: hostile}, 1e-9, (finding,), (finding,)).html()
    assert "<script" not in html
    assert "<img" not in html


def test_what_ran_it_is_named() -> None:
    assert environment_entry(None) == {"environment": "none: nothing was run"}
    python = Environment(Path("python"), "as found", "3.12.1", "Linux x86_64")
    entry = environment_entry(python)
    assert {name: entry[name] for name in ("python", "platform", "environment")} == {
        "python": "3.12.1",
        "platform": "Linux x86_64",
        "environment": "as found",
    }
    assert entry["isolation"].startswith("none: ")
    assert entry["limits"].startswith("nothing can stop a stage that knows it is being verified")
    assert "variables" not in entry
    isolated = environment_entry(replace(python, isolation="bubblewrap 1.0: no network", declared=("A_KEY", "B_KEY")))
    assert isolated["isolation"] == "bubblewrap 1.0: no network"
    assert isolated["variables"] == "passed on to the stages: A_KEY, B_KEY"
