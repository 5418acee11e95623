"""Pipelines that do not give the same bytes twice, and what of it matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.reproduce import Certificate, Verdict
from shared_analysis.reproduce.judge.files import compare_files
from tests.unit.reproduce.small_project import repro, write

Check = Callable[..., Certificate]

ORDERS = """\
import datetime, json, random
areas = {f"E{number}" for number in range(12)}
json.dump({area: len(area) for area in areas}, open("counts.json", "w"))
json.dump(list(areas), open("list.json", "w"))
open("areas.csv", "w").write("area,n\\n" + "".join(f"{area},1\\n" for area in areas))
open("sample.csv", "w").write("n\\n" + "".join(f"{n}\\n" for n in random.sample(range(10**6), 5)))
open("stamped.html", "w").write(f"<p>Made at {datetime.datetime.now().time()}</p>")
"""
THREADS = """\
import json, os, threading
def added(parts):
    '''Sum the parts in the order in which their threads come to an end.'''
    order = list(range(len(parts)))[:: int(os.environ.get("A_STEP", 1))]
    ended = {number: threading.Event() for number in order}
    total = [0.0]
    def part(number):
        earlier = order[: order.index(number)]
        if earlier:
            ended[earlier[-1]].wait()
        total[0] += parts[number]
        ended[number].set()
    threads = [threading.Thread(target=part, args=(number,)) for number in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total[0]
json.dump({"total": added([0.1, 0.2, 0.3])}, open("well.json", "w"))
json.dump({"total": added([1.0, 1e16, -1e16])}, open("ill.json", "w"))
"""
DRAWINGS = """\
import os, uuid
a, b = ("e" + uuid.uuid4().hex[:12] for _ in range(2))
pick = [a, b][int(os.environ.get("A_PICK", 0))]
shapes = f'<clipPath id="{a}"><path d="M0 0.5"/></clipPath><g id="{b}"/>'
open("chart.svg", "w").write(f'<svg>{shapes}<g clip-path="url(#{a})"><use xlink:href="#{b}"/></g></svg>')
open("other.svg", "w").write(f'<svg>{shapes}<use href="#{pick}"/></svg>')
open("page.html", "w").write(
    f"<style>#{a} {{ color: #fff }}</style><div id='{a}' aria-labelledby='{b}'></div><p id='{b}'>Mean: 2.5</p>"
    f'<script>document.querySelector("#{a}"); document.getElementById("{b}").hidden = 1 < 2;</script>'
)
"""


def judged(root: Path, check: Check, code: str, outs: list[str], **variables: str) -> dict[str, tuple[Verdict, str]]:
    """Run a pipeline of one stage as its author does, and verify it."""
    write(root, "code/draw.py", code)
    names = "".join(f"\n    - {name}" for name in outs)
    write(
        root,
        "dvc.yaml",
        f"stages:\n  draw:\n    cmd: python code/draw.py\n    deps: [code/draw.py]\n    outs:{names}\n",
    )
    (root / "dvc.lock").unlink()
    repro(root, **variables)
    return {one.file: (one.verdict, " / ".join(one.reasons)) for one in check().outputs}


def test_the_order_of_a_set_a_draw_and_the_clock(small: Path, check: Check) -> None:
    outs = ["counts.json", "list.json", "areas.csv", "sample.csv", "stamped.html"]
    found = judged(small, check, ORDERS, outs, PYTHONHASHSEED="1")
    assert found["counts.json"] == (Verdict.equivalent, "the same within 1e-09, in other bytes")
    assert found["areas.csv"] == (Verdict.equivalent, "the rows stand in another order")
    assert found["list.json"][0] is Verdict.different  # a list says that its order matters
    assert found["sample.csv"][0] is Verdict.different
    assert "column n: 5 cells differ" in found["sample.csv"][1]
    assert found["stamped.html"][0] is Verdict.different
    assert "the text: differs" in found["stamped.html"][1]


def test_sums_of_threads(small: Path, check: Check) -> None:
    found = judged(small, check, THREADS, ["well.json", "ill.json"], A_STEP="-1")
    assert found["well.json"] == (Verdict.equivalent, "the same within 1e-09, in other bytes")
    assert found["ill.json"] == (Verdict.different, "total: differs by 1 of its value")


def test_drawings_with_random_ids(small: Path, check: Check) -> None:
    found = judged(small, check, DRAWINGS, ["chart.svg", "other.svg", "page.html"], A_PICK="1")
    alike = "the same but for the ids of 2 elements, each used alike"
    assert found["chart.svg"] == (Verdict.equivalent, alike)
    assert found["page.html"] == (Verdict.equivalent, alike)
    why = "the text: only the ids of elements differ, and they do not stand for each other, or are more than names"
    assert found["other.svg"] == (Verdict.different, why)


def test_a_drawing_in_a_notebook(tmp_path: Path) -> None:
    for name, (a, b) in {"old": ("e1", "f1"), "new": ("e2", "f2")}.items():
        lines = [f'<clipPath id="{a}"/>\n', f'<g id="{b}"/>\n', f'<use clip-path="url(#{a})" href="#{b}"/>']
        cell = {"cell_type": "code", "source": "chart", "outputs": [{"data": {"image/svg+xml": lines}}]}
        write(tmp_path, f"{name}.ipynb", json.dumps({"cells": [cell]}))
    found = compare_files(tmp_path / "old.ipynb", tmp_path / "new.ipynb", 1e-9)
    assert found == (Verdict.equivalent, ["the same but for the ids of 2 elements, each used alike"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('<p id="a1">x</p>', '<p id="b1">x</p>', Verdict.equivalent),
        ('<p id="a1">0.3</p>', '<p id="b1">0.30000000000000004</p>', Verdict.equivalent),
        ('<p id="a1"><a href="#a1">', '<p id="b1"><a href="#b1">', Verdict.equivalent),
        ('<p id="a1"/><p id="b1"/><a href="#a1">', '<p id="b1"/><p id="a1"/><a href="#b1">', Verdict.equivalent),
        ('<p id="mean">mean</p>', '<p id="median">median</p>', Verdict.different),
        ('<img id="mean" alt="mean">', '<img id="median" alt="median">', Verdict.different),
        ('<p id="mean" aria-label="mean">', '<p id="median" aria-label="median">', Verdict.different),
        ('<p id="a1"/><script>t = ["a1"]</script>', '<p id="b1"/><script>t = ["b1"]</script>', Verdict.different),
        ('<p id="fff"/><style>p {c: #fff}</style>', '<p id="eee"/><style>p {c: #eee}</style>', Verdict.different),
        ('<p id="fff" fill="#fff">', '<p id="eee" fill="#eee">', Verdict.different),
        ('<p id="a1"/><p id="a2"/>', '<p id="b1"/><p id="b1"/>', Verdict.different),
        ('<p id="a1"/><p id="a1"/>', '<p id="b1"/><p id="b2"/>', Verdict.different),
        ('<p id="a1"/><p id="a2"/><a href="#a1">', '<p id="b1"/><p id="b2"/><a href="#b2">', Verdict.different),
        ('<p id="a1">x</p>', '<p id="b1">y</p>', Verdict.different),
        ('<p id="a1"/>', '<p id="b1"/><p id="b2"/>', Verdict.different),
        ('<?xml version="1.0"?><!DOCTYPE svg><p id="a1"/><!-- x -->1 < 2', None, Verdict.equivalent),
        ("<div id=a1></div><script>Plotly.newPlot('a1', 1<2)</script>", None, Verdict.equivalent),
        ('<style>[id="b2"] {x: y}</style><p id="a1">x</p>', None, Verdict.different),
        ('<style>[ID="a1"] {x: y}</style><p id="a1">x</p>', None, Verdict.different),
        ("<style>p {content: attr(id)}</style><p id='a1'>x</p>", None, Verdict.different),
        (r"<style>p {content: \61ttr(id)}</style><p id='a1'>x</p>", None, Verdict.different),
        (r"<style>p {content: a\000074tr(\i d)}</style><p id='a1'>x</p>", None, Verdict.different),
        (r"<style>p {content: '\25CF \f101'}</style><p id='a1'>x</p>", None, Verdict.equivalent),
        ("<p id='a1'>x</p><script>const a = 'a1'; document.getElementById(a)</script>", None, Verdict.different),
        ("<p id='a1'></p><script>document.write('a1')</script>", None, Verdict.different),
        ("<p id='b1'>x</p><i title='a1'>", "<p id='c1'>x</p><i title='a1'>", Verdict.equivalent),
        ("<p id='a1'>x</p><i title='c1'>", "<p id='c1'>x</p><i title='c1'>", Verdict.different),
        ("<img alt=\"people with id='a1' found\" src='x'>", None, Verdict.different),
        ("<p title=\"an id = 'a1'\">x</p>", None, Verdict.different),
        ("<textarea> <b id='a1'>x</b></textarea>", None, Verdict.different),
        ("<svg><title><b id='a1'/></title></svg>", None, Verdict.different),
        ("<p title=it's><b id='a1'>x</b> it's", None, Verdict.different),
        ("<!-- --!><script>'<p id=\"a1\">'</script> -->", None, Verdict.different),
        ("<plaintext><p id='a1'></plaintext>", None, Verdict.different),
    ],
)
def test_ids_are_names_only_where_a_page_uses_them_so(
    old: str, new: str | None, expected: Verdict, tmp_path: Path
) -> None:
    new = new or old.replace("a1", "b2")
    for name, content in {"old": old, "new": new}.items():
        write(tmp_path, f"{name}.html", content)
    assert compare_files(tmp_path / "old.html", tmp_path / "new.html", 1e-9)[0] is expected


@pytest.mark.parametrize("suffix", [".md", ".txt", ".json", ".ipynb"])
def test_ids_are_words_in_what_is_no_page(suffix: str, tmp_path: Path) -> None:
    for name, number in {"old": "a1", "new": "b2"}.items():
        text = f"Take <b id='{number}'>."
        cell = {"cell_type": "markdown", "source": text, "outputs": [{"data": {"text/plain": text}}]}
        content = json.dumps({"cells": [cell]}) if suffix in (".json", ".ipynb") else text
        write(tmp_path, f"{name}{suffix}", content)
    assert compare_files(tmp_path / f"old{suffix}", tmp_path / f"new{suffix}", 1e-9)[0] is Verdict.different


@pytest.mark.parametrize("start", ["<script ", "<script>", "<!-- ", "<p a='", "<style", "<", "<p a=b "])
def test_a_page_made_to_be_slow_is_read_once(start: str, tmp_path: Path) -> None:
    for name in ("old", "new"):
        write(tmp_path, f"{name}.html", start * 50_000 + name)
    assert compare_files(tmp_path / "old.html", tmp_path / "new.html", 1e-9)[0] is Verdict.different
