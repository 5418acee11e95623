"""Nothing that a terminal obeys, and nothing that hides or turns words, reaches a terminal or a page."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.cli import say
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.pages import tidy
from shared_analysis.printable import one_line, printable
from shared_analysis.reproduce import Certificate, Finding, Verdict
from shared_analysis.yaml_file import dump_yaml, parse_yaml
from tools import ROOT

PACKAGE = ROOT / "shared_analysis" / "src" / "shared_analysis"
HOSTILE = "\x1b[31m\x1b]0;title\x07\x9b2J\u202etxt.exe\u2066\u200b\u2028\ufeff\x00\x7f\r\x08\udc80\U000e0041"
signs = st.sampled_from(list(HOSTILE + "\n\ta é漢")) | st.characters()
texts = st.text(signs, max_size=30)


def unseen(text: str) -> list[str]:
    """What would reach a reader that is not seen."""
    kept = "\n\t\u200c\u200d\u00ad"
    return [sign for sign in text if sign not in kept and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(texts)
def test_what_is_not_seen_is_spelt(text: str) -> None:
    assert unseen(printable(text)) == []
    assert unseen(one_line(text)) == []
    assert len(one_line(text).splitlines()) <= 1
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"])))
def test_what_is_seen_stays(text: str) -> None:
    assert printable(text) == text


@given(texts, texts, texts)
def test_an_error_shows_what_is_seen(what: str, where: str, step: str) -> None:
    error = SharedAnalysisError(what, where, step)
    assert unseen(str(error)) == []
    assert "\n" not in (error.where or "")


@given(texts)
def test_a_line_that_is_said_is_one_line(text: str) -> None:
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("typer.echo", lambda words, **_: said.append(words))
        say.say(text)
        say.say_text(text)
    assert unseen("".join(said)) == []
    assert "\n" not in said[0]


@given(texts, texts)
def test_a_table_on_a_terminal_holds_nothing_that_it_obeys(cell: str, heading: str) -> None:
    from rich.table import Table

    console = say.printable_console()
    console.width = 400
    shown = Table(heading)
    shown.add_row(cell)
    with console.capture() as captured:
        console.print(shown)
        console.print(cell)
    assert unseen(captured.get()) == []


@given(texts)
def test_a_page_shows_what_is_seen(text: str) -> None:
    assert unseen(tidy(f"<p>{text}</p>")) == []


@given(texts, texts)
def test_yaml_shows_what_is_seen_and_reads_back_the_same(key: str, value: str) -> None:
    content = {f"k{key}": [value, {"a": value}]}
    if any(unicodedata.category(sign) == "Cs" for sign in key + value):
        return
    written = dump_yaml(content, width=110)
    assert unseen(written) == []
    assert parse_yaml(written) == content


def certificate(text: str) -> Certificate:
    finding = Finding(text, Verdict.different, text, (text, text), "0" * 32, None)
    return Certificate(text, (text,), text, "0" * 40, True, {text or "python": text}, 1e-9, (finding,), (finding,))


@pytest.mark.parametrize(
    "text", [HOSTILE, "a\nYes: every output came out with the same bytes.", "</td><script>x</script>"]
)
def test_a_certificate_shows_what_is_seen_and_is_saved_whatever_is_in_it(text: str, tmp_path: Path) -> None:
    certificate(text).save(tmp_path)
    page, record = ((tmp_path / name).read_bytes().decode() for name in ("certificate.html", "certificate.yaml"))
    assert unseen(page) == []
    assert unseen(record) == []
    assert "<script>" not in page
    assert yaml.safe_load(record)["verification"]["verdict"] == "different"


def test_a_name_cannot_look_like_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    from shared_analysis.cli import verify

    verify._print(certificate("a\nYes: every output came out with the same bytes.\r\x1b[2J"))
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.startswith("Yes")]


ELSEWHERE = {"cli/__init__.py", "checks/__main__.py", "notebooks/progress.py", "notebooks/parameters.py"}
SPEAK = {"print", "typer.echo", "typer.secho", "click.echo", "sys.stdout.write", "sys.stderr.write", "Console"}


def test_nothing_is_said_but_in_one_place_or_spelt() -> None:
    modules = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    for name, path in modules.items():
        if name == "cli/say.py" or "skeletons" in path.parts:
            continue
        calls = said_in(path.read_text(encoding="utf-8"))
        assert not calls or name in ELSEWHERE, (name, calls)
        for call in calls:
            plain = call.startswith(('print("', "print('", "print(line", "print(f'Next", "Console(stderr=True).status"))
            assert plain or "one_line(" in call or "printable(" in call or call == "Console(stderr=True)", (name, call)


def said_in(source: str) -> list[str]:
    """List the calls in a module by which something is said."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if ast.unparse(call.func) in SPEAK]
