"""``shared-analysis contract``: files, words and exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from shared_analysis.cli.contract import app
from shared_analysis.contracts import ROLES, ContractBroken, load_contract
from shared_analysis.errors import SharedAnalysisError


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "people.csv"
    rows = [f"R{row:03d},{'Ada' if row else ''},19{row:02d}-01-01" for row in range(40)]
    path.write_text("\n".join(["record_id,given_name,dob", *rows]) + "\n", encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_roles_lists_every_role_and_fits_a_narrow_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = run("roles")
    assert done.exit_code == 0
    assert re.findall(r"^. ([a-z_]+) +. \w", done.output, re.MULTILINE) == ["role", *ROLES]
    assert max(len(line) for line in done.output.splitlines()) <= 80


def test_infer_writes_a_draft_and_keeps_what_is_there(table: Path) -> None:
    done = run("infer", table)
    assert done.exit_code == 0
    assert "TODO" in done.output
    assert "date_of_birth" in done.output
    written = Path("contracts/people.yaml")
    assert load_contract(written).name == "people"
    written.write_text("mine", encoding="utf-8")
    again = run("infer", table)
    assert isinstance(again.exception, SharedAnalysisError)
    assert again.exception.exit_code == 2
    assert written.read_text(encoding="utf-8") == "mine"
    assert run("infer", table, "--force").exit_code == 0
    assert load_contract(written).name == "people"


def test_infer_takes_a_name_and_a_place(table: Path) -> None:
    assert run("infer", table, "--name", "clients", "--out", "c.yml").exit_code == 0
    assert load_contract(Path("c.yml")).name == "clients"


def test_validate_ends_well_within_the_cap(table: Path) -> None:
    run("infer", table)
    done = run("validate", table, "contracts/people.yaml")
    assert done.exit_code == 0
    assert "40 rows, 40 good, 0 bad" in done.output


def test_validate_fails_above_the_cap_and_still_saves_the_quarantine(table: Path) -> None:
    run("infer", table)
    table.write_text(table.read_text(encoding="utf-8").replace("-01-01", "/01/01", 3), encoding="utf-8")
    done = run("validate", table, "contracts/people.yaml", "--quarantine", "bad.csv")
    assert isinstance(done.exception, ContractBroken)
    assert done.exception.exit_code == 1
    assert "dob" in done.output
    assert Path("bad.csv").read_text(encoding="utf-8").splitlines()[1] == "R000,,1900/01/01,dob: type"
    assert run("validate", table, "contracts/people.yaml", "--max-bad-share", "0.1").exit_code == 0


def test_synthesise_makes_a_table_that_validates(table: Path) -> None:
    run("infer", table)
    done = run("synthesise", "contracts/people.yaml", "--rows", "25", "--seed", "3")
    assert done.exit_code == 0
    assert "SYNTHETIC" in done.output
    made = Path("people-SYNTHETIC.csv")
    first = made.read_bytes()
    assert len(first.splitlines()) == 26
    assert run("validate", made, "contracts/people.yaml").exit_code == 0
    assert isinstance(run("synthesise", "contracts/people.yaml").exception, SharedAnalysisError)
    assert run("synthesise", "contracts/people.yaml", "--rows", "25", "--seed", "3", "--force").exit_code == 0
    assert made.read_bytes() == first


@pytest.mark.parametrize(
    "words",
    [
        ("infer", "nowhere.csv"),
        ("validate", "people.csv", "nowhere.yaml"),
        ("synthesise", "people.csv"),
        ("infer", "people.csv", "--name", "../escape"),
    ],
)
def test_bad_input_is_said_in_words(table: Path, words: tuple[str, ...]) -> None:
    failed = run(*words)
    assert isinstance(failed.exception, SharedAnalysisError)
    assert failed.exception.exit_code == 2
    assert not list(table.parent.rglob("*.yaml"))


def test_a_table_is_written_as_csv_or_parquet_only(table: Path) -> None:
    run("infer", table)
    failed = run("synthesise", "contracts/people.yaml", "--out", "made.xlsx")
    assert isinstance(failed.exception, SharedAnalysisError)


def test_the_group_explains_itself() -> None:
    assert isinstance(app, typer.Typer)
    for command in ("infer", "validate", "synthesise"):
        assert run(command, "--help").exit_code == 0


def test_inside_a_project_a_draft_goes_to_its_contracts(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (table.parent / "project.yaml").touch()
    (table.parent / "notebooks").mkdir()
    monkeypatch.chdir(table.parent / "notebooks")
    assert run("infer", table).exit_code == 0
    assert (table.parent / "contracts" / "people.yaml").is_file()


def test_every_role_is_listed_with_its_meaning() -> None:
    done = run("roles")
    assert done.exit_code == 0
    for name, role in ROLES.items():
        assert name in done.output
        assert role.meaning.split()[0] in done.output


def drafted(rows: str, *words: str) -> str:
    """Draft a contract from the text of a file, and return what the screen shows, in one line."""
    Path("t.csv").write_text(rows, encoding="utf-8")
    done = run("infer", "t.csv", "--force", *words)
    assert done.exit_code == 0, done.exception
    return " ".join(done.output.split())


def test_infer_shows_how_values_are_written_and_what_is_doubtful(table: Path) -> None:
    lines = [f'R{row:03},{row % 12 + 1:02}/{row % 11 + 1:02}/2024,"£{row + 1},000",{row + 7}' for row in range(40)]
    lines[3], lines[5] = lines[3].replace(",10", ",[c]"), lines[5].replace(",12", ",N/A")
    said = drafted("\n".join(["Ref,Seen,Fee,Referrals", *lines]))
    assert "written: Fee: numbers like £1,234" in said
    assert "written: Referrals: N/A = missing; [c] = withheld" in said
    assert "to ask: Seen: Nothing tells whether the day or the month comes first" in said
    assert "R003" not in said


def test_limits_of_coordinates_that_are_whole_are_written_so(table: Path) -> None:
    lines = [f"P{row:03},{530000 + row},{180000 + row}" for row in range(40)]
    assert "from 0 " in drafted("\n".join(["Site ref,Easting,Northing", *lines]))
    assert "minimum: 0\n" in Path("contracts/t.yaml").read_text(encoding="utf-8")
