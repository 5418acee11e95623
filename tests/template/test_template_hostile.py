"""An answer is either refused, with nothing left behind, or is that text and nothing else wherever it lands."""

from __future__ import annotations

import ast
import json
import re
import shutil
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from baking import TEXTS, by_cookiecutter, by_copier, files, run, typed
from cookiecutter.exceptions import FailedHookException
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

HOSTILE = [
    "{{ 7*7 }} {% raw %} {# x #} {{ cookiecutter }} ${data.mode} ${{ github.token }}",
    "\"; import os; os.remove('x') #",
    "''' \"\"\" \\ \\\\ \\n \\u0000 '\\",
    "key: value # comment: &anchor *alias !!python/object:os.system {a: b} [c] | > % @ `",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt; <!-- --> javascript:alert(1)",
    "![x](http://example.org/x.png) [y](z) **bold** _it_ `code` ~~no~~ $x^2$ | cell | <http://example.org>",
    "R&D; &copy; &COPY &notin; &#38; &#x26; &ngE; &é; & &&lt; && amp; &;",
    "a <5 b <b <1@b.org> <.@b> <http://x.org> </b> <!-- <?php <!DOCTYPE x> <![CDATA[ a<b> < b> <é> <=> x<",
    "> quotation", "<b", "</b>", "<!-- x -->", "<?x?>", "<1@b.org>", "<", ">", ">= 5", "&copy;", "&#38;", "&", "&;",
    "- item # heading 1. one > quote === --- ***",
    "Zażółć gęślą jaźń 統計 إحصاء नमस्ते 👩‍👩‍👧‍👦 🏠 𝕬 ﷽ \u00a0x",
    "true", "null", "~", "0x1F", "1e3", "2026-01-01", "no", "=", "<<", "-", "- x", "+ y", "1.", "12) z", "===", "%TAG",
    "@x", "`x`", "'", '"', "\\", "#", "|", "a  b",
    "x" * 500, "\\" * 500, '"' * 500, "&" * 500, "<" * 500, "{{" * 250, "👍" * 500,
]  # fmt: skip
UNSEEN = [
    "    ",
    "a\tb",
    "a\x00b",
    "a\x7fb",
    "a\x85b",
    "a\u2028b",
    "a\u202eb",
    "a\u200bb",
    "a\ufeffb",
    "a\u2066b",
    "a\xadb",
    "a\uffffb",
]
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def structure(text: str) -> tuple[list[str], Counter[str]]:
    """Return the blocks of a Markdown page, and how often each kind of inline mark occurs."""
    tokens = MARKDOWN.parse(text)
    marks = Counter(
        child.type for token in tokens for child in token.children or () if not child.type.startswith("text")
    )
    return [token.type for token in tokens], marks


def heading(text: str) -> str:
    tokens = MARKDOWN.parse(text)
    first = next(i for i, token in enumerate(tokens) if token.type == "heading_open")
    return "".join(child.content for child in tokens[first + 1].children or ())


def check(project: Path, plain: Path, answers: dict[str, str]) -> None:
    """Every file reads as what it is, holds the answers unchanged, and is built like the one with plain answers."""
    made = {name: path.read_bytes().decode() for name, path in files(project).items() if not name.endswith(".whl")}
    kept = yaml.safe_load(made[".copier-answers.yml"])
    assert {name: kept[name] for name in answers} == answers
    assert tomllib.loads(made["pyproject.toml"])["project"]["description"] == answers["project_name"]
    record = yaml.safe_load(made["project.yaml"])
    assert record["project"]["name"] == answers["project_name"]
    assert record["project"]["contact"] == answers["contact"]
    assert record["outcome"]["statement"] == answers["outcome"]
    organisations = {item["part"]: item["name"] for item in record["organisations"]}
    assert organisations["lead"] == answers["lead_organisation"]
    assert organisations["partner"] == answers["partner_organisations"].strip()
    assert answers["lead_organisation"] in made["LICENSE"]
    assert heading(made["README.md"]).strip() == answers["project_name"].strip()
    for name, text in made.items():
        if name.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        elif name.endswith(".ipynb"):
            json.loads(text)
        elif name.endswith(".py"):
            ast.parse(text)
        elif name.endswith(".md"):
            assert structure(text) == structure((plain / name).read_text(encoding="utf-8")), name


@pytest.fixture(scope="module")
def plain(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with answers that are hardly there."""
    return by_cookiecutter(template, tmp_path_factory.mktemp("plain") / "out", dict.fromkeys(TEXTS, "x"))


@pytest.fixture(scope="module")
def light(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template without its largest files, which hold no answers: many projects are made from it."""
    folder = tmp_path_factory.mktemp("light") / "shared-analysis"
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("requirements*.txt", "*_requirements}}"))
    return folder


def test_no_large_file_holds_an_answer(template: Path) -> None:
    for path in template.rglob("*requirements*"):
        assert "cookiecutter" not in path.read_text(encoding="utf-8"), path.name


def as_answer(text: str, question: str) -> str:
    """Leave out what has a meaning of its own: commas between partners, and the spaces that prompts strip."""
    text = text.strip()
    return text.replace(",", ";") if question == "partner_organisations" else text


def hostile() -> list[dict[str, str]]:
    """Spread the hostile texts over the questions, five at a time, each text several times."""
    texts = [*HOSTILE, *HOSTILE[: -len(HOSTILE) % len(TEXTS)]]
    return [
        {question: as_answer(texts[(start + place) % len(texts)], question) for place, question in enumerate(TEXTS)}
        for start in range(0, len(texts), 2)
    ]


@pytest.mark.parametrize("answers", hostile(), ids=range(len(hostile())))
def test_hostile_answers_typed_at_the_prompt(light: Path, plain: Path, tmp_path: Path, answers: dict[str, str]) -> None:
    project = typed(light, tmp_path / "out", {**answers, "project_slug": "hostile"})
    check(project, plain, answers)


@pytest.mark.parametrize("answers", hostile()[::4], ids=range(len(hostile()[::4])))
def test_hostile_answers_to_copier(light: Path, plain: Path, tmp_path: Path, answers: dict[str, str]) -> None:
    project = by_copier(light, tmp_path / "out", {**answers, "project_slug": "hostile"})
    check(project, plain, answers)


anything = st.text(st.characters(exclude_characters="\n\r"), min_size=1, max_size=60) | st.lists(
    st.sampled_from([*"\\\"'`{}[]<>&|#*_~$%@!:;-+=,./ ", "{{", "}}", "{%", "%}", "${", "\\u", "é", "👍", "1. ", "- "]),
    min_size=1, max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=anything, question=st.sampled_from(TEXTS))
@example(text="\u202egnihton", question="project_name")
@example(text="a\u2028b", question="outcome")
@example(text="x" * 501, question="contact")
def test_any_answer_is_refused_or_is_itself(
    light: Path, plain: Path, tmp_path_factory: pytest.TempPathFactory, text: str, question: str
) -> None:
    answer = as_answer(text, question)
    if not answer or answer.lower() in ("none", ";"):
        return  # Enter takes the default; a partner `none` is no partner
    answers = {**dict.fromkeys(TEXTS, "x"), question: answer}
    folder = tmp_path_factory.mktemp("any") / "out"
    try:
        project = typed(light, folder, {**answers, "project_slug": "anything"})
    except FailedHookException:
        assert list(folder.iterdir()) == []
        odd = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
        assert len(answer) > 500 or any(unicodedata.category(character) in odd for character in answer)
    else:
        assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in answer)
        assert not any(
            unicodedata.bidirectional(character) in {"RLO", "LRO", "RLE", "LRE", "PDF"} for character in answer
        )
        check(project, plain, answers)


READ_AS_TYPED = [
    "Kensington & Château Council",
    "Children's library visits: £1m & more",
    "R&D for people with incomes < £20k; fewer than <5 > 0",
]


@pytest.mark.parametrize("make", [by_cookiecutter, by_copier])
@pytest.mark.parametrize("text", READ_AS_TYPED)
def test_pages_that_people_read_as_they_are_show_what_was_typed(
    light: Path, tmp_path: Path, make: Callable[..., Path], text: str
) -> None:
    project = make(light, tmp_path / "out", {"lead_organisation": text, "project_slug": "as-typed"})
    for name in ("README.md", "governance/dpia.md", "method/1-outcome.md"):
        assert text in (project / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("none", ["none", "None", " , ,"])
def test_none_is_no_partner(light: Path, tmp_path: Path, none: str) -> None:
    project = by_cookiecutter(light, tmp_path / "out", {"partner_organisations": none})
    record = yaml.safe_load((project / "project.yaml").read_text(encoding="utf-8"))
    assert [organisation["part"] for organisation in record["organisations"]] == ["lead"]


def nothing_left(folder: Path) -> bool:
    return not folder.exists() or not any(folder.rglob("*"))


@pytest.mark.parametrize("text", [*UNSEEN, "x" * 501], ids=ascii)
@pytest.mark.parametrize("question", ["project_name", "contact"])
def test_refused_by_both_tools(
    light: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, question: str
) -> None:
    given = {question: text, "project_slug": "refused"}
    with pytest.raises(FailedHookException):
        by_cookiecutter(light, tmp_path / "out", given)
    said = capfd.readouterr().err
    assert f"Question {question}: " in said
    assert "What to do: " in said
    assert "Nothing was written." in said
    assert nothing_left(tmp_path / "out")
    with pytest.raises(ValueError, match=f"Validation error for question '{question}'"):
        by_copier(light, tmp_path / "copier", given)
    assert nothing_left(tmp_path / "copier")


SLUGS = {
    "con": "Windows keeps",
    "com1": "Windows keeps",
    "nul": "Windows keeps",
    "a/b": "slash",
    "a\\b": "slash",
    "../up": "slash",
    "Upper": "the folder name has capitals.",
    "1st": "the folder name starts with a digit.",
    "-x": "the folder name starts with a hyphen.",
    "white space": "the folder name has spaces.",
    "Rough Sleeping": "the folder name has capitals and has spaces.",
    "dot.": "the folder name has the sign ..",
    "under_score": "the folder name has the sign _.",
    "é": "the folder name has the sign",
    "x" * 41: "40 are the most",
}


@pytest.mark.parametrize(("slug", "reason"), SLUGS.items(), ids=SLUGS)
def test_folder_names_refused_by_both_tools(
    light: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], slug: str, reason: str
) -> None:
    with pytest.raises(FailedHookException):
        by_cookiecutter(light, tmp_path / "deep" / "out", {"project_slug": slug})
    said = capfd.readouterr().err
    assert "Question project_slug: " in said
    assert reason in said
    assert not [path for path in (tmp_path / "deep").rglob("*") if path.is_file() and "settings" not in str(path)]
    with pytest.raises(ValueError, match="Validation error for question 'project_slug'") as refusal:
        by_copier(light, tmp_path / "copier", {"project_slug": slug})
    if reason.startswith("the folder name"):
        assert reason in str(refusal.value)
    assert nothing_left(tmp_path / "copier")


def test_the_longest_folder_name_is_taken(light: Path, tmp_path: Path) -> None:
    assert by_cookiecutter(light, tmp_path / "out", {"project_slug": "a" + "-9" * 19 + "z"}).is_dir()


def test_braces_from_a_file_are_worked_out_first_and_then_checked(light: Path, tmp_path: Path) -> None:
    """cookiecutter itself does so with answers that are not typed: what comes out is what is judged."""
    made = by_cookiecutter(light, tmp_path / "out", {"project_name": "{{ 7*7 }}", "project_slug": "braces"})
    assert yaml.safe_load((made / "project.yaml").read_text(encoding="utf-8"))["project"]["name"] == "49"
    with pytest.raises(FailedHookException):
        by_cookiecutter(light, tmp_path / "out2", {"project_name": "{{ '\\n' }}", "project_slug": "braces"})
    assert nothing_left(tmp_path / "out2")


def test_on_the_command_line_a_refusal_ends_with_an_error(light: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    command = (
        "cookiecutter",
        str(light),
        "--no-input",
        "-o",
        str(tmp_path / "out"),
        "project_name= ",
        "project_slug=x/y",
    )
    (tmp_path / "out").mkdir()
    done = run(*command, cwd=tmp_path, HOME=home, USERPROFILE=home)
    assert done.returncode == 1
    assert re.search(
        r"Question project_name: the answer is empty\.\n  What to do: answer in words, for example", done.stderr
    )
    assert "Question project_slug: a folder name cannot hold a slash." in done.stderr
    advice = done.stderr[done.stderr.index("Nothing was written.") :]
    assert advice.startswith("Nothing was written. Run the command again")
    assert "cookiecutter's own" in advice


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://me:secret@example.org/them/template.git", "https://example.org/them/template.git"),
        ("https://token@example.org/a@b", "https://example.org/a@b"),
        ("https://example.org/a@b", "https://example.org/a@b"),
        ("git@example.org:them/template.git", "git@example.org:them/template.git"),
        ("ssh://git@example.org/template.git", "ssh://git@example.org/template.git"),
        ('C:\\work\\"template"', 'C:\\work\\"template"'),
        ("gh:them/template", "gh:them/template"),
    ],
)
def test_no_password_in_the_templates_address_is_kept(template: Path, address: str, kept: str) -> None:
    from jinja2 import Environment, StrictUndefined

    text = next(template.glob("{{*/.copier-answers.yml")).read_text(encoding="utf-8")
    names = {"_version": "1", "_template": address, **{f"__q_{name}": '"x"' for name in TEXTS}}
    names |= dict.fromkeys(["project_slug", "methods", "data_class", "dvc_remote", "licence"], "x")
    rendered = Environment(undefined=StrictUndefined, autoescape=False).from_string(text).render(cookiecutter=names)  # noqa: S701
    assert yaml.safe_load(rendered)["_src_path"] == kept
