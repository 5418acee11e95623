from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twin_contracts import usual

from shared_analysis.cli.twin import twin as twin_command
from shared_analysis.contracts import Column, DataContract, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import read_canonical
from shared_analysis.twin import Twin, TwinSpec, make_twin


@pytest.mark.parametrize(
    "settings",
    [
        {"people": 0},
        {"people": -5},
        {"people": 1.5},
        {"people": "many"},
        {"seed": -1},
        {"first_month": "2020-05", "last_month": "2020-04"},
        {"first_month": "2020"},
        {"first_month": "2020-13"},
        {"first_month": "2020-01-01"},
        {"last_month": "next year"},
        {"last_month": "9999-01"},
        {"first_month": "NaT"},
        {"first_month": "2020-W1"},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(SharedAnalysisError) as error:
        make_twin(usual(), **settings)
    assert any(name in str(error.value) for name in settings)


def test_no_contract_is_refused() -> None:
    with pytest.raises(SharedAnalysisError, match="no contract"):
        make_twin({})


def test_a_misspelt_setting_names_the_right_one() -> None:
    with pytest.raises(SharedAnalysisError, match="did you mean 'people'"):
        TwinSpec.from_section({"peple": 10})


def test_rules_that_cannot_be_kept_are_named() -> None:
    colour = Column("colour", "string", required=True, unique=True, allowed=("red", "blue"))
    contract = DataContract("cars", (Column("id", "string", role="record_id"), colour))
    with pytest.raises(SharedAnalysisError, match="colour"):
        make_twin({"cars": contract}, people=5)


@pytest.fixture(scope="module")
def small() -> Twin:
    return make_twin(usual(), people=30, seed=4, last_month="2016-06")


def test_what_is_saved_is_what_was_made(small: Twin, tmp_path: Path) -> None:
    small.save(tmp_path / "data" / "twin")
    names = {path.name for path in (tmp_path / "data" / "twin").iterdir()}
    assert names == {"clinic.csv", "shelter.csv", "visits.csv", "monthly.csv", "truth.csv", "SYNTHETIC.txt"}
    for name, table in small.tables.items():
        assert read_canonical(tmp_path / "data" / "twin" / f"{name}.csv").equals(table)
    assert b"\r" not in (tmp_path / "data" / "twin" / "clinic.csv").read_bytes()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["twin"]


def test_the_notice_says_what_it_is(small: Twin) -> None:
    notice = small.notice()
    assert notice.startswith("SYNTHETIC DATA\n")
    assert "Nobody in these tables exists" in notice
    assert "people 30, seed 4, first_month 2016-01, last_month 2016-06" in notice
    assert f"- clinic: {len(small.tables['clinic'])} rows" in notice


def test_saving_replaces_an_earlier_twin_whole(small: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "twin"
    make_twin({"monthly": usual()["monthly"]}, people=30, last_month="2016-01").save(folder)
    (folder / "old.csv").write_text("a\n1\n", encoding="utf-8")
    small.save(folder)
    assert not (folder / "old.csv").exists()


def test_saving_into_an_empty_folder_works_as_dvc_leaves_it(small: Twin, tmp_path: Path) -> None:
    (tmp_path / "twin").mkdir()
    small.save(tmp_path / "twin")
    assert (tmp_path / "twin" / "SYNTHETIC.txt").exists()


def test_saving_never_deletes_what_is_not_a_twin(small: Twin, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "real.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="not a twin's"):
        small.save(tmp_path / "raw")
    assert (tmp_path / "raw" / "real.csv").exists()


@pytest.mark.parametrize("place", ["note.txt", "note.txt/twin"])
def test_a_file_in_the_way_is_named_and_left_alone(small: Twin, tmp_path: Path, place: str) -> None:
    (tmp_path / "note.txt").write_text("mine\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=r"a file where[\s\S]*note\.txt"):
        small.save(tmp_path / place)
    assert (tmp_path / "note.txt").read_text(encoding="utf-8") == "mine\n"


def test_the_notice_counts_one_row_as_one(small: Twin) -> None:
    one = replace(small, tables={"clinic": small.tables["clinic"].head(1)})
    assert "- clinic: 1 row\n" in one.notice()


def test_a_run_that_stops_in_the_middle_leaves_the_earlier_twin(
    small: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "twin"
    small.save(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shared_analysis.twin.twin.write_text", stop)
    with pytest.raises(KeyboardInterrupt):
        make_twin(usual(), people=30, seed=9, last_month="2016-06").save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    monkeypatch.undo()
    small.save(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["twin"], "what the stopped run left is gone"


def test_a_table_called_truth_is_refused(tmp_path: Path) -> None:
    contract = DataContract("truth", (Column("id", "string", role="record_id"),))
    with pytest.raises(SharedAnalysisError, match="cannot be called 'truth'"):
        make_twin({"truth": contract}, people=2).save(tmp_path / "twin")
    assert not (tmp_path / "twin").exists()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "contracts").mkdir(parents=True)
    (root / "project.yaml").write_text("{}\n", encoding="utf-8")
    (root / "params.yaml").write_text("twin: {people: 20, seed: 3, last_month: '2016-02'}\n", encoding="utf-8")
    for name, contract in usual().items():
        (root / "contracts" / f"{name}.yaml").write_text(write_contract(contract), encoding="utf-8", newline="\n")
    monkeypatch.chdir(root / "contracts")
    return root


def test_the_command_makes_the_twin_of_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin_command()
    assert "SYNTHETIC data written to data/twin" in capsys.readouterr().out
    written = read_canonical(project / "data" / "twin" / "visits.csv")
    assert written.equals(make_twin(usual(), people=20, seed=3, last_month="2016-02").tables["visits"])


def test_the_command_needs_contracts(project: Path) -> None:
    for path in (project / "contracts").iterdir():
        path.unlink()
    with pytest.raises(SharedAnalysisError, match="contract"):
        twin_command()


def test_the_command_refuses_an_unknown_setting(project: Path) -> None:
    (project / "params.yaml").write_text("twin: {size: 20}\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="'size' is not a setting"):
        twin_command()
