"""A project as the template makes it: nothing wrong, every thread whole, and pages that read as they should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from cookiecutter.main import cookiecutter

from shared_analysis.checks import check_project
from shared_analysis.record import load_gates, load_record

METHODS = ("linkage-and-forecasting", "linkage", "forecasting")
CLASSES = ("personal", "special-category", "open")


def bake(repository: Path, folder: Path, **answers: str) -> Path:
    """Make a project without its hooks: what is looked at here is what they would leave as it is."""
    config = folder / "config.yaml"
    config.write_text(f"replay_dir: {folder.as_posix()}\ncookiecutters_dir: {folder.as_posix()}\n", encoding="utf-8")
    made = cookiecutter(
        str(repository),
        no_input=True,
        accept_hooks=False,
        extra_context={"project_slug": "beds", **answers},
        output_dir=str(folder),
        config_file=str(config),
    )
    return Path(made)


@pytest.fixture(scope="module", params=[(methods, data) for methods in METHODS for data in CLASSES], ids="-".join)
def fresh(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh project for each choice of methods and data class."""
    methods, data_class = request.param
    return bake(repository, tmp_path_factory.mktemp("fresh"), methods=methods, data_class=data_class)


def test_nothing_is_wrong_in_a_fresh_project(fresh: Path) -> None:
    assert check_project(fresh).faults == []


def test_every_gate_still_has_something_to_do(fresh: Path) -> None:
    report = check_project(fresh)
    assert [gate.id for gate in report.gates if not report.gaps(gate.id)] == []
    assert not check_project(fresh, "outcome").passed


def test_every_dataset_and_stage_leads_to_the_outcome(fresh: Path) -> None:
    record = load_record(fresh)
    pipeline = yaml.safe_load((fresh / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    named = {name: stage["meta"]["product"] for name, stage in pipeline.items()}
    stages = {name: [product] if isinstance(product, str) else product for name, product in named.items()}
    threads = record.trace(stages)
    assert [thread.name for thread in threads if not thread.whole] == []
    assert {thread.name for thread in threads if thread.kind == "stage"} == set(pipeline)
    assert {thread.name for thread in threads if thread.kind == "dataset"} == {
        path.stem for path in (fresh / "contracts").glob("*.yaml")
    }
    assert set(record.trace()) == set(threads)


def test_the_pages_of_every_gate_are_there(fresh: Path) -> None:
    assert [page for gate in load_gates() for page in gate.documents if not (fresh / page).exists()] == []


def test_the_pages_name_only_what_the_project_has(fresh: Path) -> None:
    record = load_record(fresh)
    tables = {dataset.name for dataset in record.datasets}
    products = {product.id for product in record.products}
    for path in [*fresh.glob("method/*.md"), *fresh.glob("governance/**/*.md")]:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"`([a-z-]+)`", text))
        assert not named & ({"housing", "outreach", "contacts"} - tables), path
        assert not named & ({"linked-register", "demand-forecast"} - products), path
        assert "{{" not in text
        assert "{%" not in text
        assert "\n\n\n" not in text, path


def test_tables_have_as_many_cells_as_their_heads(fresh: Path) -> None:
    for path in [*fresh.glob("method/*.md"), *fresh.glob("governance/**/*.md")]:
        width = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.startswith("|"):
                width = 0
                continue
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert width in (0, cells), f"{path.name}, line {number}"
            width = cells


def test_the_assessment_fits_the_class_of_data(fresh: Path) -> None:
    text = (fresh / "governance" / "dpia.md").read_text(encoding="utf-8")
    data_class = load_record(fresh).project.data_class
    assert ("likely not needed" in text) is (data_class == "open")
    assert ("Article 9" in text) is (data_class == "special-category")
    page = (fresh / "method" / "4-data.md").read_text(encoding="utf-8")
    law = "Article 9, or for offences Article 10, often with Schedule 1 to the Data Protection Act 2018"
    assert (law in page) is (data_class == "special-category")
    steps = re.findall(r"^## Step (\d)", text, flags=re.MULTILINE)
    assert steps == (["1", "7"] if data_class == "open" else list("1234567"))


def test_answers_with_awkward_characters_are_safe(repository: Path, tmp_path: Path) -> None:
    awkward = """A "b": c\\d #e `f` | g <b>h</b> [i](j) - {k} * _l_ 'm' %n & é 漢 TODO?"""
    project = bake(
        repository,
        tmp_path,
        project_name=awkward,
        outcome="- " + awkward,
        lead_organisation=awkward,
        partner_organisations=f"{awkward}, none, ,{awkward}",
        contact=": " + awkward,
    )
    record = load_record(project)
    assert (record.project.name, record.outcome.statement) == (awkward, "- " + awkward)
    assert [organisation.name for organisation in record.organisations] == [awkward] * 3
    assert check_project(project).faults == []
    test_tables_have_as_many_cells_as_their_heads(project)


def test_no_partners_yet_is_an_answer(repository: Path, tmp_path: Path) -> None:
    record = load_record(bake(repository, tmp_path, partner_organisations="none"))
    assert [organisation.id for organisation in record.organisations] == ["lead"]
    assert record.agreements[0].parties == ("lead",)


@pytest.mark.parametrize("answer", ["none", "None", " , none"])
def test_no_partners_yet_is_said_on_every_page(repository: Path, tmp_path: Path, answer: str) -> None:
    project = bake(repository, tmp_path, partner_organisations=answer)
    said = {
        "README.md": "| With | none yet |",
        "method/1-outcome.md": "Partners: none yet\n",
        "governance/dpia.md": "Partners: none yet |",
        "governance/transparency-record.md": "Partners: none yet |",
    }
    for name, words in said.items():
        assert words in (project / name).read_text(encoding="utf-8")
    for path in project.rglob("*.md"):
        assert not re.search(r"\b[Nn]one:|[|:] [Nn]one \|", path.read_text(encoding="utf-8")), path
        assert path.read_text(encoding="utf-8")[0] not in "\n ", path


ROUGH_SLEEPING = re.compile(
    r"rough sleep|sleep(s|ing)? rough|homeless|without a home|hostel|\bbeds?\b|outreach shift", re.I
)


@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("data_class", CLASSES)
def test_what_a_project_says_of_itself_fits_any_answers(
    repository: Path, tmp_path: Path, methods: str, data_class: str
) -> None:
    """Only what is marked as an example, or to be replaced, is about the template's own example."""
    project = bake(
        repository,
        tmp_path,
        project_name="Library visits",
        outcome="More children read.",
        project_slug="library-visits",
        methods=methods,
        data_class=data_class,
    )
    for path in [project / "project.yaml", *project.glob("method/*.md"), *project.glob("governance/**/*.md")]:
        text = path.read_text(encoding="utf-8").partition("## An example (")[0]
        for paragraph in text.split("\n\n"):
            assert not ROUGH_SLEEPING.search(paragraph) or "example" in paragraph, path
    record = load_record(project)
    described = [*record.actions, *record.products]
    assert [item.id for item in described if not item.description.startswith("TODO: true here? ")] == []
    assert check_project(project).faults == []
