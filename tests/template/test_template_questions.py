"""The ten questions: plain, answered by Enter, and the same under cookiecutter and copier."""

from __future__ import annotations

import ast
import itertools
import json
import re
from pathlib import Path

import pytest
import yaml
from baking import CHOICES, QUESTIONS, ROOT, TEMPLATE, TEXTS, by_cookiecutter, by_copier, files, run, settings, typed
from jinja2 import Environment, StrictUndefined

COPIER = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
ASKED = [name for name in QUESTIONS if not name.startswith("_")]
PROMPTS = QUESTIONS["__prompts__"]
DERIVED = [name for name in QUESTIONS if name.startswith("__") and name != "__prompts__"]


def test_there_are_ten_questions_with_words_of_their_own() -> None:
    assert len(ASKED) == 10
    assert list(PROMPTS) == ASKED
    for name in CHOICES:
        assert set(PROMPTS[name]) == {"__prompt__", *CHOICES[name]}


def test_no_question_uses_the_words_of_programmers() -> None:
    said = " ".join(prompt if isinstance(prompt, str) else " ".join(prompt.values()) for prompt in PROMPTS.values())
    jargon = r"\b(slug|repo|repository|dvc|git|remote|bool|string|regex|template|kebab)\b"
    assert not re.search(jargon, said, re.IGNORECASE)
    assert "[" not in said  # rich would read it as markup


def test_copier_asks_the_same() -> None:
    asked = [name for name in COPIER if not name.startswith("_") and name != "cookiecutter"]
    assert asked == ASKED
    for name in ASKED:
        question, prompt = COPIER[name], PROMPTS[name]
        assert question["type"] == "str"
        assert question["help"] == (prompt if isinstance(prompt, str) else prompt["__prompt__"])
        if name in CHOICES:
            labels = {prompt[value]: value for value in CHOICES[name]}
            assert list(question["choices"].items()) == list(labels.items())
            assert question["default"] == CHOICES[name][0]
        else:
            assert question["default"] == QUESTIONS[name].replace("cookiecutter.", "")


def test_copier_knows_every_name_that_the_files_use() -> None:
    hidden = COPIER["cookiecutter"]
    assert hidden["when"] is False
    known = re.findall(r'^\s+"(\w+)":', hidden["default"], re.MULTILINE)
    used = {
        name
        for path in (ROOT / TEMPLATE).rglob("*")
        for text in (path.name, path.read_text(encoding="utf-8", errors="ignore") if path.is_file() else "")
        for name in re.findall(r"cookiecutter\.(\w+)", text)
    }
    assert used <= set(known)
    assert set(DERIVED) <= used | {name for name in DERIVED if name.startswith(("__md_", "__q_"))}
    assert f'"_version": "{QUESTIONS["_version"]}"' in hidden["default"]
    assert f'default("v{QUESTIONS["_version"]}")' in hidden["default"]


def test_copier_runs_nothing_and_needs_no_extension() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(COPIER)


def test_the_template_is_as_new_as_the_shared_package() -> None:
    package = (ROOT / "shared_analysis" / "src" / "shared_analysis" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{QUESTIONS["_version"]}"' in package


def test_enter_all_the_way_is_the_same_as_not_asking(template: Path, tmp_path: Path) -> None:
    asked = typed(template, tmp_path / "asked", {})
    unasked = by_cookiecutter(template, tmp_path / "unasked")
    assert {name: path.read_bytes() for name, path in files(asked).items()} == {
        name: path.read_bytes() for name, path in files(unasked).items()
    }


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Rough sleeping and housing support demand", "rough-sleeping-and-housing-support"),
        ("  Café & Crème: 2026!", "caf-cr-me-2026"),
        ("2026 plan", "project-2026-plan"),
        ("демография", "project"),
        ("x" * 60, "project"),
        ("9" * 39, "project-" + "9" * 32),
        ('O\'Neill "quoted" {{ braces }}', "o-neill-quoted-braces"),
    ],
)
def test_the_folder_is_named_after_the_project(template: Path, tmp_path: Path, name: str, slug: str) -> None:
    made = typed(template, tmp_path / "out", {"project_name": name})
    assert made.name == slug
    copied = by_copier(template, tmp_path / "copier", {"project_name": name.strip()})
    assert (copied / "pyproject.toml").read_bytes() == (made / "pyproject.toml").read_bytes()


def test_answers_from_a_file(template: Path, tmp_path: Path) -> None:
    given = {
        "project_name": "From a file",
        "contact": 'Éa: "the\\team"',
        "methods": "forecasting",
        "licence": "internal",
    }
    config = settings(tmp_path / "home", given)
    done = run(
        "cookiecutter", str(template), "--no-input", "--config-file", str(config), "-o", str(tmp_path), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    kept = yaml.safe_load((tmp_path / "from-a-file" / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in given} == given
    assert list(kept) == ["_commit", "_src_path", *ASKED]


def test_a_replay_makes_the_same_project(template: Path, tmp_path: Path) -> None:
    given = {"project_name": "Again & again", "outcome": 'It\'s "good"', "dvc_remote": "s3"}
    first = by_cookiecutter(template, tmp_path / "first", given)
    replay = tmp_path / "first-settings" / "replay" / f"{template.name}.json"
    command = ("cookiecutter", str(template), "--replay-file", str(replay), "-o", str(tmp_path / "second"))
    done = run(*command, cwd=tmp_path, HOME=str(tmp_path / "home"), USERPROFILE=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    second = tmp_path / "second" / first.name
    for name, path in files(first).items():
        assert path.read_bytes() == (second / name).read_bytes(), name


def test_a_replay_that_was_changed_by_hand_is_refused(template: Path, tmp_path: Path) -> None:
    by_cookiecutter(template, tmp_path / "first")
    replay = tmp_path / "first-settings" / "replay" / f"{template.name}.json"
    context = json.loads(replay.read_text(encoding="utf-8"))
    context["cookiecutter"]["project_name"] = "Another name"
    context["cookiecutter"]["licence"] = "beerware"
    replay.write_text(json.dumps(context), encoding="utf-8")
    command = ("cookiecutter", str(template), "--replay-file", str(replay), "-o", str(tmp_path / "second"))
    done = run(*command, cwd=tmp_path, HOME=str(tmp_path / "home"), USERPROFILE=str(tmp_path / "home"))
    assert done.returncode != 0
    assert "Question project_name: the replayed file was changed by hand." in done.stderr
    assert "Question licence: the answer is none of the choices." in done.stderr
    assert not any((tmp_path / "second").iterdir())


CHANGED = {
    "methods": ("methods", "forecasting"),
    "licence": ("licence", "internal"),
    "dvc_remote": ("dvc_remote", "s3"),
    "a file's name": ("__forecast_notebook", "../elsewhere.ipynb"),
    "a part": ("__links", ""),
}


@pytest.mark.parametrize(("name", "value"), CHANGED.values(), ids=list(CHANGED))
def test_a_replay_whose_choices_were_changed_is_refused(template: Path, tmp_path: Path, name: str, value: str) -> None:
    """Otherwise the files would be those of one choice and their contents those of another."""
    by_cookiecutter(template, tmp_path / "first")
    replay = tmp_path / "first-settings" / "replay" / f"{template.name}.json"
    context = json.loads(replay.read_text(encoding="utf-8"))
    context["cookiecutter"][name] = value
    replay.write_text(json.dumps(context), encoding="utf-8")
    command = ("cookiecutter", str(template), "--replay-file", str(replay), "-o", str(tmp_path / "second"))
    done = run(*command, cwd=tmp_path, HOME=str(tmp_path / "home"), USERPROFILE=str(tmp_path / "home"))
    assert done.returncode != 0
    question = name if name in CHOICES else "methods"
    assert f"Question {question}: the replayed file was changed by hand." in done.stderr
    assert not any((tmp_path / "second").iterdir())


def test_pre_gen_knows_what_follows_from_every_choice() -> None:
    hook = ast.parse((ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8"))
    (following,) = (
        ast.literal_eval(node.value)
        for node in hook.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FOLLOWING"
    )
    assert list(following) == [name for name in DERIVED if not name.startswith(("__md_", "__q_"))]
    jinja = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
    for values in itertools.product(*CHOICES.values()):
        context: dict[str, str] = dict(zip(CHOICES, values, strict=True))
        for name, (value, question, word) in following.items():
            context[name] = jinja.from_string(QUESTIONS[name]).render(cookiecutter=context)
            assert context[name] == (value if word in context[question] else ""), (name, values)


NOT_TEXT = {
    "yes": ("outcome: yes", "outcome: the answer is not text"),
    "nothing": ("contact:", "contact: the answer is not text"),
    "a number": ("lead_organisation: 0x1F", "lead_organisation: the answer is not text"),
    "a name that is a word for no": ("project_name: off", "project_name: the answer is not text"),
    "a list": ("partner_organisations: [Alpha, Beta]", "partner_organisations: the answer is a list"),
    "a folder that is a number": ("project_slug: 42", "project_slug: the folder name starts with a digit"),
    "a folder that is a word for yes": ("project_slug: on", "project_slug: the folder name is not text"),
    "a list of folders": ("project_slug: [a, b]", "project_slug: the answer is a list"),
    "two choices": ("methods: [forecasting, linkage]", "methods: the answer is several of the choices"),
}


@pytest.mark.parametrize(("line", "said"), NOT_TEXT.values(), ids=list(NOT_TEXT))
def test_an_answer_in_a_file_that_is_not_text_is_refused(template: Path, tmp_path: Path, line: str, said: str) -> None:
    config = tmp_path / "answers.yaml"
    config.write_text(f"default_context:\n  {line}\n", encoding="utf-8")
    home = str(tmp_path / "home")
    command = ("cookiecutter", str(template), "--no-input", "--config-file", str(config), "-o", str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    done = run(*command, cwd=tmp_path, HOME=home, USERPROFILE=home)
    assert done.returncode == 1
    assert f"Question {said}" in done.stderr
    assert done.stderr.count("Question ") == 1
    assert "What to do: " in done.stderr
    assert not any((tmp_path / "out").iterdir())


def test_pre_gen_knows_the_same_choices() -> None:
    hook = (ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8")
    for name, values in CHOICES.items():
        assert f'"{name}": {json.dumps(values)},' in hook
    for name in TEXTS:
        assert f'"{name}": {json.dumps(QUESTIONS[name])},' in hook
