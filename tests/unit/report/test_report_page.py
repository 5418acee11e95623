"""The report's page: what it says, what it leaves out, and that it is the same every time."""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import open_project
from shared_analysis.report import build_report
from tests.unit.report.report_project import PERSON, make_project, record

HOSTILE = "</title><script>alert(1)</script>\"'{{ 7*7 }}{% raw %} <img src=https://x.org/y> **b** é"


class Outline(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a":
            self.links.append(str(named["href"]))
        self.images += tag == "svg" and named.get("role") == "img"


def test_the_page_says_what_the_stages_found(tmp_path: Path) -> None:
    html = build_report(make_project(tmp_path)).html()
    for words in (
        "Rough sleeping</h1>",
        "Fewer people sleep rough.",
        "Example Council",
        "12,000",
        "99.5%",
        "9,000",
        "98.0%",
        "555",
        "Expected people a month",
        "over the next 12 months",
        "Data quality",
        "Linkage",
        "Forecast",
        "The question of link?",
        "match_threshold",
        "team@example.org",
    ):
        assert words in html
    assert Outline(html).images == 6


def test_the_columns_of_charts_are_balanced_and_wide_charts_stand_before_them(tmp_path: Path) -> None:
    quality, linkage, forecast = build_report(make_project(tmp_path)).sections
    assert (len(quality.wide), [len(column) for column in quality.columns]) == (1, [1])
    assert (len(linkage.wide), [len(column) for column in linkage.columns]) == (0, [2, 1])
    assert (len(forecast.wide), [len(column) for column in forecast.columns]) == (0, [1])


def test_provenance_names_content_not_place(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    html = build_report(project).html()
    for name in ("data/twin/housing.csv", "contracts/housing.yaml", "notebooks/20_link.ipynb"):
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() in html
    assert str(tmp_path) not in html
    assert PERSON not in html


def test_the_same_project_anywhere_gives_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_report(make_project(tmp_path / "one")).html()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert build_report(make_project(tmp_path / "another" / "place")).html() == first


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path) -> None:
    html = build_report(make_project(tmp_path)).html()
    outline = Outline(html)
    assert not {"script", "iframe", "object", "embed", "img"} & set(outline.tags)
    assert all(not re.match(r"[a-z]+:|//", link) for link in outline.links)
    assert "url(http" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    outline = Outline(build_report(project).html())
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    files = {link for link in outline.links if not link.startswith("#")} - {"notebooks/90_report.html"}
    assert files == {f"notebooks/{name}.html" for name in ("10_validate", "20_link", "30_forecast")}
    assert all((tmp_path / "reports" / link).is_file() for link in files)


def test_headings_step_down_one_at_a_time_and_ids_are_unique(tmp_path: Path) -> None:
    outline = Outline(build_report(make_project(tmp_path)).html())
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(outline.ids) == len(set(outline.ids))
    assert {"header", "nav", "main", "footer"} <= set(outline.tags)


def test_hostile_answers_are_only_text(tmp_path: Path) -> None:
    content = record(name=HOSTILE, statement=HOSTILE)
    content["organisations"][0]["name"] = HOSTILE
    content["datasets"][0]["title"] = HOSTILE
    report = build_report(make_project(tmp_path, content))
    html = report.html()
    assert not {"script", "img"} & set(Outline(html).tags)
    assert "49" not in re.sub(r"<svg.*?</svg>|<style.*?</style>|[0-9a-f]{12,64}", "", html, flags=re.DOTALL)
    assert html.count("<title>") == 7
    assert "<script>" not in report.summary()


def test_real_data_carries_no_synthetic_mark(tmp_path: Path) -> None:
    assert "SYNTHETIC" in build_report(make_project(tmp_path / "twin")).html()
    real = build_report(make_project(tmp_path / "raw", mode="raw")).html()
    assert "SYNTHETIC" not in real.upper()
    assert "dvc pull" in real


def test_only_the_stages_of_the_project_are_shown(tmp_path: Path) -> None:
    html = build_report(make_project(tmp_path, stages=("validate", "link"))).html()
    assert "Linkage" in html
    assert "Forecast" not in html


@pytest.mark.parametrize(
    "name", ["reports/metrics/link.json", "reports/link/summary.md", "reports/link/charts/chart0.svg"]
)
def test_a_stage_that_has_not_run_is_named(tmp_path: Path, name: str) -> None:
    project = make_project(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(SharedAnalysisError, match=rf"(?s)not run yet.*{name}.*dvc repro"):
        build_report(project)


@pytest.mark.parametrize("content", ["{", "[]", '"x"'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    project = make_project(tmp_path)
    (tmp_path / "reports" / "metrics" / "link.json").write_text(content, encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=r"(?s)damaged.*link\.json"):
        build_report(project)


def test_what_is_not_known_yet_is_said(tmp_path: Path) -> None:
    html = build_report(make_project(tmp_path, record(statement="TODO: write it"))).html()
    assert "The outcome is not stated yet." in html
    assert "TODO" not in html


def test_by_hand_it_goes_under_scratch_and_links_to_the_pipelines_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path)
    report = build_report(project)
    report.save(project)
    scratch = tmp_path / "scratch" / "reports"
    link = next(link for link in Outline((scratch / "index.html").read_text("utf-8")).links if "20_link" in link)
    assert (scratch / link).resolve() == tmp_path / "reports" / "notebooks" / "20_link.html"
    monkeypatch.setenv("DVC_STAGE", "report")
    report.save(project)
    assert (tmp_path / "reports" / "index.html").read_text("utf-8") == report.html()


def labels(root: Path) -> list[str]:
    return [headline.label for headline in build_report(open_project(root)).headlines]


def titles(root: Path) -> list[str]:
    return [section.title for section in build_report(open_project(root)).sections]


USUAL = ["Pass every check", "People found", "Right", "Expected people a month"]


def test_headlines_come_from_the_stages_in_the_order_of_the_pipeline(tmp_path: Path) -> None:
    make_project(tmp_path)
    assert labels(tmp_path) == USUAL
    (tmp_path / "reports" / "link" / "headlines.json").unlink()  # as it is where an older version made it
    assert labels(tmp_path) == [USUAL[0], USUAL[3]]


def test_a_headline_without_a_note_has_no_empty_line(tmp_path: Path) -> None:
    report = build_report(make_project(tmp_path))
    assert '<dt>Right</dt><dd class="figure">98.0%</dd></div>' in report.html()
    assert "- Right: **98.0%**\n" in report.summary()


@pytest.mark.parametrize("content", ["[]", '{"headlines": 1}', '{"headlines": [{"label": "x"}]}', '{"headlines": [1]}'])
def test_damaged_headlines_are_named(tmp_path: Path, content: str) -> None:
    make_project(tmp_path)
    (tmp_path / "reports" / "link" / "headlines.json").write_text(content, encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=r"(?s)damaged.*reports/link/headlines\.json"):
        labels(tmp_path)


def add_stage(root: Path, stage: str, like: str, meta: str = "") -> None:
    """Let another stage have saved what one of the project's own did."""
    for folder, ending in (("reports", ""), ("reports/metrics", ".json")):
        path = root / folder / f"{like}{ending}"
        (shutil.copytree if path.is_dir() else shutil.copyfile)(path, path.with_name(f"{stage}{ending}"))
    notebook = next((root / "notebooks").glob(f"*_{like}.ipynb"))
    shutil.copyfile(notebook, notebook.with_name(f"21_{stage}.ipynb"))
    pipeline = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))
    pipeline["stages"][stage] = {"cmd": "x", "meta": {"kind": meta}} if meta else {"cmd": "x"}
    (root / "dvc.yaml").write_text(yaml.safe_dump(pipeline), encoding="utf-8")


def test_two_linkages_both_have_headlines_and_say_whose_they_are(tmp_path: Path) -> None:
    make_project(tmp_path)
    add_stage(tmp_path, "old_families", "link", "linkage")
    assert titles(tmp_path) == ["Data quality", "Linkage (link)", "Linkage (old families)", "Forecast"]
    linkages = ["People found (link)", "Right (link)", "People found (old families)", "Right (old families)"]
    assert labels(tmp_path) == [USUAL[0], *linkages, USUAL[3]]


@pytest.mark.parametrize("kind", ["analysis", "patterns"])
def test_an_analysis_of_a_kind_that_the_report_does_not_know_is_shown_by_its_name(tmp_path: Path, kind: str) -> None:
    make_project(tmp_path)
    add_stage(tmp_path, "unusual_areas", "link", kind)
    assert titles(tmp_path) == ["Data quality", "Linkage", "Unusual areas", "Forecast"]
    assert labels(tmp_path) == [*USUAL[:3], *USUAL[1:]]


def test_a_kind_is_what_the_stage_says_whatever_it_is_called(tmp_path: Path) -> None:
    make_project(tmp_path, stages=("validate", "forecast"))
    for stage, kind in (("people", "linkage"), ("page", "report")):
        add_stage(tmp_path, stage, "forecast", kind)
    assert titles(tmp_path) == ["Data quality", "Linkage", "Forecast"]
