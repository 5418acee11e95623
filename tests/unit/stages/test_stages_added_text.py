"""YAML is added to, and nothing else in it is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages.yaml_addition import YamlAddition

PIPELINE = """\
# Ours. Do not reorder!
vars:
  - sizes: {small: 1}   # odd, but ours
stages:
    one:                # first
        cmd: echo ${sizes.small}
        deps:
        - a   # because
        # - b is too slow
        outs: [x, y]

    many:
        foreach: [p, q]
        do:
            cmd: >-
                echo
                ${item}

    # the page
    report:
        cmd: "page"
        deps:
          - a
          - reports/one
        # last words of the report

plots:
- reports/one/charts
"""
BLOCK = "new:\n  cmd: it\n  deps:\n    - a"


def added(text: str, tmp_path: Path, *, before: str | None = "report") -> str:
    path = tmp_path / "dvc.yaml"
    path.write_bytes(text.encode("utf-8"))
    file = YamlAddition(path)
    file.add_key(("stages",), BLOCK, before=before)
    file.add_items(("stages", "report", "deps"), ["reports/new", "b"], after="a")
    file.add_items(("stages", "one", "outs"), ["z"])
    file.add_items(("plots",), ["reports/new/charts"])
    file.add_name(("stages", "report", "cmd"), "two")
    return file.finish()


def test_lines_are_put_in_and_the_others_stay(tmp_path):
    text = added(PIPELINE, tmp_path)
    expected = PIPELINE
    for old, new in (
        ("    # the page", "    new:\n      cmd: it\n      deps:\n        - a\n\n    # the page"),
        ("          - a\n", "          - a\n          - reports/new\n          - b\n"),
        ("[x, y]", "[x, y, z]"),
        ("- reports/one/charts\n", "- reports/one/charts\n- reports/new/charts\n"),
        ('"page"', '["page", two]'),
    ):
        expected = expected.replace(old, new)
    assert text == expected


@pytest.mark.parametrize("form", ["crlf", "no final newline", "byte order mark", "spaces at the end"])
def test_the_form_of_the_file_is_kept(form, tmp_path):
    plain = added(PIPELINE, tmp_path)
    given, wanted = {
        "crlf": (PIPELINE.replace("\n", "\r\n"), plain.replace("\n", "\r\n")),
        "no final newline": (PIPELINE.rstrip("\n"), plain),
        "byte order mark": ("\ufeff" + PIPELINE, "\ufeff" + plain),
        "spaces at the end": (PIPELINE + "  \n\n", plain + "  \n\n"),
    }[form]
    assert added(given, tmp_path).encode() == wanted.encode()


def test_at_the_end_it_comes_after_the_comments_of_the_one_before(tmp_path):
    text = added(PIPELINE, tmp_path, before=None)
    assert "        # last words of the report\n\n    new:\n      cmd: it\n      deps:\n        - a\n\nplots:" in text


NEW = "  new:\n    cmd: it"
OWN = "    # one's own\n"
LEVEL = "  # at the level of the keys\n"
ONE, TWO = "  one:\n    cmd: x\n", "  two:\n    cmd: y\n"


@pytest.mark.parametrize(
    ("text", "before", "wanted"),
    [
        (f"{ONE}{OWN}", None, f"{ONE}{OWN}\n{NEW}\n"),
        (f"{ONE}{OWN}{LEVEL}", None, f"{ONE}{OWN}\n{NEW}\n{LEVEL}"),
        (f"{ONE}{LEVEL}{OWN}", None, f"{ONE}\n{NEW}\n{LEVEL}{OWN}"),
        (f"{ONE}\n{OWN}", None, f"{ONE}\n{NEW}\n\n{OWN}"),
        (f"{ONE}{OWN}{LEVEL}{TWO}", "two", f"{ONE}{OWN}{NEW}\n{LEVEL}{TWO}"),
        (f"{ONE}\n{LEVEL}{LEVEL}{TWO}", "two", f"{ONE}\n{NEW}\n\n{LEVEL}{LEVEL}{TWO}"),
        (f"{LEVEL}{ONE}{TWO}", "one", f"{NEW}\n{LEVEL}{ONE}{TWO}"),
        (f"{ONE}{TWO}{OWN}", None, f"{ONE}{TWO}{OWN}{NEW}\n"),
    ],
)
def test_a_comment_stays_with_what_it_is_about(text: str, before: str | None, wanted: str) -> None:
    """Deeper than the keys it is the entry's own above it; at their level it is about what follows."""
    file = YamlAddition.of_text(f"stages:\n{text}")
    file.add_key(("stages",), "new:\n  cmd: it", before=before)
    assert file.finish() == f"stages:\n{wanted}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("list:\n- a # why\n# end\nnext: 1\n", "list:\n- a # why\n- z\n# end\nnext: 1\n"),
        ("list: # which\n  - a\n  # off: b\n", "list: # which\n  - a\n  - z\n  # off: b\n"),
        ("list: [a, b] # both\n", "list: [a, b, z] # both\n"),
        ("list: [] # none\n", "list:\n  - z # none\n"),
    ],
)
def test_comments_in_a_list_stay_where_they_are(text: str, wanted: str) -> None:
    file = YamlAddition.of_text(text)
    file.add_items(("list",), ["z"])
    assert file.finish() == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("list: []\n", "list:\n  - name: one\n    is: 1\n"),
        ("list: TODO # ask\nnext: 1\n", "list:\n  - name: one\n    is: 1 # ask\nnext: 1\n"),
        ("list:\n", "list:\n  - name: one\n    is: 1\n"),
        ("list:\n- name: nil\n\n# end\n", "list:\n- name: nil\n- name: one\n  is: 1\n\n# end\n"),
    ],
)
def test_a_list_of_nothing_gets_its_first_item(text, wanted):
    file = YamlAddition.of_text(text)
    file.add_items(("list",), ["name: one\nis: 1"])
    assert file.finish() == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: {b: [x, y]} # c\n", "a: {b: [x, y, z]} # c\n"),
        ("a:\n  b: x # c\n", "a:\n  b: [x, z] # c\n"),
        ("a:\n  b:\n  - x\n", "a:\n  b:\n  - x\n  - z\n"),
        ("a: {b: z}\n", "a: {b: z}\n"),
        ("a: {b: [z]}\n", "a: {b: [z]}\n"),
    ],
)
def test_a_name_joins_those_that_are_there(text, wanted):
    file = YamlAddition.of_text(text)
    file.add_name(("a", "b"), "z")
    assert file.finish() == wanted


@pytest.mark.parametrize(
    "text",
    [
        "stages: {one: {cmd: x, deps: [a]}}\n",
        "stages:\n  one: &same\n    cmd: x\n    deps: &deps [a]\n  two:\n    cmd: y\n    deps: *deps\n",
        "stages:\n  one:\n    cmd: x\n    deps: a b\n",
        "stages:\n",
    ],
    ids=["on one line", "shared with another place", "no list", "nothing"],
)
def test_what_cannot_be_added_to_safely_is_refused_with_the_text(text, tmp_path):
    path = tmp_path / "dvc.yaml"
    path.write_text(text, encoding="utf-8")
    file = YamlAddition(path)
    if file.get("stages"):
        file.add_items(("stages", "one", "deps"), ["b"])
    file.add_key(("stages",), BLOCK)
    with pytest.raises(SharedAnalysisError, match="cannot be added to safely") as refused:
        file.finish()
    assert "    new:\n      cmd: it" in str(refused.value)
    assert "Nothing was changed" in str(refused.value)


def test_a_key_that_is_there_already_never_stands_twice(tmp_path):
    path = tmp_path / "dvc.yaml"
    path.write_text(PIPELINE, encoding="utf-8")
    file = YamlAddition(path)
    file.add_key(("stages",), "one:\n  cmd: other")
    with pytest.raises(SharedAnalysisError, match="cannot be added to safely"):
        file.finish()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stages:\n\tone: 1\n", "not valid YAML"),
        ("a: 1\na: 2\n", "written twice"),
        ("- 1\n", "holds no sections"),
        ("", "holds no sections"),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(text, says, tmp_path):
    path = tmp_path / "dvc.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=says):
        YamlAddition(path)


def test_settings_change_and_their_comments_stay():
    file = YamlAddition.of_text("s:\n  t: # which\n  - a\n  - b\n  n: one # why\n  e: # none\n  l: [p, q]\n")
    for key, value in {"t": ["c"], "n": "two", "e": 3, "l": ["r"]}.items():
        file.set(("s", key), value)
    assert file.finish() == "s:\n  t: # which\n  - c\n  n: two # why\n  e: 3 # none\n  l: [r]\n"
    empty = YamlAddition.of_text("s:\n  t: # which\n  - a\n  n: one\n")
    empty.set(("s", "t"), [])
    assert empty.finish() == "s:\n  t: [] # which\n  n: one\n"
