"""Pipelines that do not give the same bytes twice, and what of it matters."""

from __future__ import annotations

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


ONLY_IDS = "the text: only the ids of elements differ, and words that are such an id"


def test_drawings_with_random_ids_differ_and_the_reason_says_so(small: Path, check: Check) -> None:
    found = judged(small, check, DRAWINGS, ["chart.svg", "other.svg", "page.html"], A_PICK="1")
    assert found["chart.svg"] == found["page.html"] == (Verdict.different, ONLY_IDS)
    assert found["other.svg"] == (Verdict.different, "the text: differs")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('<p id="a1"><a href="#a1">x', '<p id="b1"><a href="#b1">x', ONLY_IDS),
        ("<p id='a1'>x<style>#a1 {}</style>", "<p id='b1'>x<style>#b1 {}</style>", ONLY_IDS),
        ('<p id="a1"/><p id="b1"/><a href="#a1">', '<p id="b1"/><p id="a1"/><a href="#b1">', ONLY_IDS),
        ('<p id="a1"/><p id="a2"/><a href="#a1">', '<p id="b1"/><p id="b2"/><a href="#b2">', "the text: differs"),
        ('<p id="a1"/><p id="a1"/>', '<p id="b1"/><p id="b2"/>', "the text: differs"),
        ('<p id="a1">x</p>', '<p id="b1">y</p>', "the text: differs"),
        ('<p id="a1">12</p>', '<p id="b1">13</p>', "the text: differs"),
    ],
)
def test_that_only_ids_differ_is_a_reason_and_no_excuse(old: str, new: str, reason: str, tmp_path: Path) -> None:
    for name, content in {"old": old, "new": new}.items():
        write(tmp_path, f"{name}.html", content)
    found = compare_files(tmp_path / "old.html", tmp_path / "new.html", 1e-9)
    assert found == (Verdict.different, [reason])


@pytest.mark.parametrize("start", ["<script ", "<script>", "<!-- ", "<p a='", "<style", "<", "<p a=b ", "id=", "id='"])
def test_a_page_made_to_be_slow_is_read_once(start: str, tmp_path: Path) -> None:
    for name in ("old", "new"):
        write(tmp_path, f"{name}.html", start * 50_000 + name)
    assert compare_files(tmp_path / "old.html", tmp_path / "new.html", 1e-9)[0] is Verdict.different
