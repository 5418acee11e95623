"""Contract files: the Open Data Contract Standard in and out, and what is said about a bad one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from shared_analysis.contracts import ROLES, Column, DataContract, load_contract, load_contracts, write_contract
from shared_analysis.errors import SharedAnalysisError

GOOD = """\
kind: DataContract
apiVersion: v3.1.0
id: people
version: 1.0.0
status: draft
schema:
  - name: people
    properties:
      - name: record_id
        logicalType: string
        primaryKey: true
      - name: sex
        logicalType: string
        classification: quasi
        quality:
          - type: library
            metric: invalidValues
            arguments: {validValues: [female, male]}
            mustBe: 0
        customProperties:
          - property: semanticRole
            value: sex
      - name: born
        logicalType: date
        logicalTypeOptions: {minimum: "1900-01-01", format: dd/MM/yyyy}
"""

LARGE = "logicalType: integer\n        logicalTypeOptions: {maximum: 99999999999999999999}\n        "

EVERYTHING = DataContract(
    "people",
    (
        Column("id", "string", primary_key=True, role="record_id", classification="direct", purpose="to count"),
        Column("n", "integer", required=True, minimum=0, maximum=9, allowed=(1, 2), purpose="to add"),
        Column("x", "number", minimum=0.5, maximum=1, purpose="p", description="a share: of “things”"),
        Column("d", "date", minimum=dt.date(2020, 1, 1), format="yyyyMMdd", purpose="p"),
        Column("t", "timestamp", maximum=dt.datetime(2020, 1, 1, 12, 30), purpose="p"),  # noqa: DTZ001
        Column("b", "boolean", allowed=(True,), purpose="p"),
        Column("s", "string", unique=True, pattern="^[A-Z]$", min_length=1, max_length=1, purpose="p"),
        Column("r", "string", references="teams.team", allowed=("yes", "01", "null"), purpose="p"),
    ),
    title="People: all",
    description="One row is one person.",
    product="register",
    purpose="To see.",
)


@pytest.fixture(scope="module")
def standard() -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))


def write(folder: Path, text: str, name: str = "people.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_contracts_keep_the_standard_and_load(
    repository: Path, standard: jsonschema.Draft201909Validator, tmp_path: Path
) -> None:
    folder = repository / "{{ cookiecutter.project_slug }}" / "contracts"
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        standard.validate(yaml.safe_load(text))
        write(tmp_path, text, yaml.safe_load(text)["id"] + ".yaml")
    contracts = load_contracts(tmp_path)
    assert {name: contract.kind for name, contract in contracts.items()} == {
        "contacts": "events",
        "housing": "people",
        "outreach": "people",
    }
    for contract in contracts.values():
        assert contract.product
        assert contract.unchecked == ()
        assert all(column.purpose and column.description and column.role for column in contract.columns)


def test_what_is_written_keeps_the_standard_and_reads_back_the_same(
    standard: jsonschema.Draft201909Validator, tmp_path: Path
) -> None:
    text = write_contract(EVERYTHING)
    standard.validate(yaml.safe_load(text))
    assert load_contract(write(tmp_path, text)) == EVERYTHING


def test_a_good_file_gives_its_columns(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path, GOOD))
    assert contract.names == ("record_id", "sex", "born")
    assert contract.primary_key == ("record_id",)
    assert contract.column("sex").allowed == ("female", "male")
    assert contract.column("born").minimum == dt.date(1900, 1, 1)
    assert contract.roles == {"sex": "sex"}
    assert contract.by_role("postcode") is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("kind: DataContract", "kind: [", ["not valid YAML", "people.yaml, line"]),
        ("kind: DataContract", "kind: Contract", ["people.yaml: kind"]),
        ("apiVersion: v3.1.0", "apiVersion: v2.2.2", ["apiVersion", "v3.1.0"]),
        ("id: people\n", "", ["no id"]),
        ("status: draft", "statsu: draft", ["'statsu'", "'status'"]),
        ("        primaryKey: true", "        primryKey: true", ["record_id.primryKey", "'primaryKey'"]),
        ("logicalType: date", "logicalType: dat", ["properties.born", "logicalType", "'date'"]),
        ("        logicalType: date\n", "", ["properties.born", "logicalType"]),
        ("            value: sex", "            value: sexe", ["properties.sex", "semanticRole", "'sex'"]),
        ("property: semanticRole", "property: semantic_role", ["'semanticRole'"]),
        ("classification: quasi", "classification: quasy", ["'quasi'"]),
        ("name: born", "name: sex", ["Columns occur more than once: sex"]),
        ("name: born", "name: reasons", ["quarantine"]),
        ("dd/MM/yyyy", "DD/MM/YYYY", ["format", "dd/MM/yyyy"]),
        ('minimum: "1900-01-01"', "minimum: 1900", ["minimum"]),
        ("[female, male]", "[true, false]", ["validValues", "quotes"]),
        ("  - name: people", "  - name: pe-ople", ["table's name"]),
        ("    properties:", "  - name: other\n    properties:", ["describes 2 tables"]),
        ("primaryKey: true", "primaryKey: perhaps", ["primaryKey"]),
        ('minimum: "1900-01-01"', "minimum: 2023-02-30", ["not a date", "born", "minimum"]),
        ("status: draft\n", "status: draft\nstatus: old\n", ["'status' is written twice", "line 6"]),
        ("primaryKey: true", "logicalTypeOptions: {pattern: 12345}", ["not text", "record_id", "pattern"]),
        ("format: dd/MM/yyyy", "format: 5", ["not text", "born", "format"]),
        ("            value: sex", "            value: [a]", ["not text", "column 'sex', semanticRole"]),
        ('minimum: "1900-01-01"', 'minimum: "1900-01-01 or so"', ["not a date", "minimum"]),
        ("logicalType: date", "logicalType: number", ["not a number", "minimum"]),
        ("logicalType: string\n        classification", LARGE + "classification", ["not an integer", "sex", "maximum"]),
    ],
)
def test_a_bad_file_is_refused_with_the_key_and_the_nearest_right_name(
    tmp_path: Path, right: str, wrong: str, said: list[str]
) -> None:
    assert right in GOOD
    with pytest.raises(SharedAnalysisError) as error:
        load_contract(write(tmp_path, GOOD.replace(right, wrong, 1)))
    assert "people.yaml" in str(error.value)
    for words in said:
        assert words in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "kind: DataContract\napiVersion: v3.1.0\nid: a\nversion: '1'\n"]
)
def test_a_file_without_a_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SharedAnalysisError):
        load_contract(write(tmp_path, text))


def test_a_table_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="no columns"):
        load_contract(write(tmp_path, GOOD[: GOOD.index("    properties:")]))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SharedAnalysisError, match="UTF-8"):
        load_contract(path)


def test_a_limit_with_an_offset_is_one_in_utc(tmp_path: Path) -> None:
    born = GOOD.replace("logicalType: date", "logicalType: timestamp")
    text = born.replace(
        '{minimum: "1900-01-01", format: dd/MM/yyyy}',
        "{minimum: 2020-07-01T12:00:00+01:00, maximum: 2020-12-31T12:00:00}",
    )
    column = load_contract(write(tmp_path, text)).column("born")
    assert column.minimum == dt.datetime(2020, 7, 1, 11)  # noqa: DTZ001
    assert column.maximum == dt.datetime(2020, 12, 31, 12)  # noqa: DTZ001


def test_dates_may_stand_without_quotes(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path, GOOD.replace('"1900-01-01"', "1900-01-01")))
    assert contract.column("born").minimum == dt.date(1900, 1, 1)


def test_rules_that_are_not_checked_are_listed(tmp_path: Path) -> None:
    text = GOOD.replace("metric: invalidValues", "metric: invalidValues\n            name: rare words", 1).replace(
        "mustBe: 0", "mustBeLessThan: 5"
    )
    text = text.replace('{minimum: "1900-01-01"', '{exclusiveMinimum: "1900-01-01"')
    contract = load_contract(write(tmp_path, text))
    assert contract.column("sex").allowed is None
    assert contract.unchecked == (
        "sex: quality rule 'rare words' (library)",
        "born: logicalTypeOptions.exclusiveMinimum",
    )


def test_quality_rules_that_mean_required_and_unique_are_taken_as_such(tmp_path: Path) -> None:
    rules = "\n".join(f"          - {{metric: {metric}, mustBe: 0}}" for metric in ("nullValues", "duplicateValues"))
    born = load_contract(write(tmp_path, f"{GOOD}        quality:\n{rules}\n")).column("born")
    assert (born.required, born.unique) == (True, True)


def test_a_folder_needs_contracts_and_one_for_each_table(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="no data contract"):
        load_contracts(tmp_path)
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "again.yml")
    with pytest.raises(SharedAnalysisError, match=r"again\.yml and people\.yaml"):
        load_contracts(tmp_path)


def test_one_role_belongs_to_one_column() -> None:
    with pytest.raises(SharedAnalysisError, match="phone"):
        DataContract("t", (Column("a", "string", role="phone"), Column("b", "string", role="phone")))


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        (("given_name", "event_date"), "people"),
        (("period", "count"), "counts"),
        (("event_date", "linked_record_id"), "events"),
        (("category",), "other"),
    ],
)
def test_the_roles_tell_what_a_table_is_about(roles: tuple[str, ...], kind: str) -> None:
    assert DataContract("t", tuple(Column(role, "string", role=role) for role in roles)).kind == kind


@pytest.mark.parametrize("form", ["dd yyyy", "yyyy-MM-MM", "yyyy-dd", "yy-MM-dd", "HH:mm", "yyyy-MM-dd'x'", ""])
def test_a_format_that_says_no_date_is_refused(form: str) -> None:
    with pytest.raises(SharedAnalysisError, match="format of dates"):
        Column("d", "date", format=form)


def test_every_role_has_a_meaning_and_a_classification() -> None:
    for role in ROLES.values():
        assert role.meaning
        assert role.classification in ("none", "direct", "quasi", "sensitive")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("forename", "the role is called 'given_name'"),
        ("Surname", "the role is called 'family_name'"),
        ("DOB", "the role is called 'date_of_birth'"),
        ("given_nam", "did you mean 'given_name'?"),
    ],
)
def test_a_wrong_role_is_told_its_right_name(wrong: str, hint: str) -> None:
    with pytest.raises(SharedAnalysisError) as error:
        Column("x", "string", role=wrong)
    assert error.value.next_step == hint
