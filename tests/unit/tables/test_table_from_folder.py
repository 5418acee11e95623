"""Tables whose deliveries arrive in a folder: the newest file of each is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.contracts import load_contract
from shared_analysis.contracts.folders import Folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import open_project
from shared_analysis.tables.folders import find_arrival, named_for
from tests.unit.tables.conftest import commit, status


@pytest.fixture
def shared(committed, tables, run):
    """A project that links the clients of a shared folder."""
    project = committed("linkage")
    tables.csv(tables.clients, "clients_2026_11.csv")
    tables.csv(tables.applications, "Applications Nov-2026.csv")
    run(project.root, "add", "clients", "--from", f"drop={tables.folder}", "--for", "link", "--replace-example")
    commit(project.root)
    return project


def test_a_folder_is_declared_once_and_the_newest_file_of_each_table_is_taken(shared, tables, run):
    run(shared.root, "add", "applications", "--from", "drop", "--for", "link")
    commit(shared.root)
    contract = load_contract(shared.root / "contracts/applications.yaml")
    assert contract.folder == Folder("drop", "local", str(tables.folder))
    assert "already has these deliveries" in run(shared.root, "refresh").output
    tables.csv(tables.clients[:195], "clients_2026_12.csv")
    tables.csv(tables.applications[:195], "Applications Dec-2026.csv")
    tables.csv(tables.applications[:50], "Applications Jan-2025.csv")
    result = run(shared.root, "refresh")
    assert "0 new, 5 gone" in result.output
    assert len(open_project(shared.root).read_input("applications")) == 195
    assert status(shared.root) == [" M data/raw/applications.csv.dvc", " M data/raw/clients.csv.dvc"]


def test_one_table_is_refreshed_by_its_name(shared, tables, run):
    tables.csv(tables.clients[:195], "clients_2026_12.csv")
    assert "by ref: 0 new, 5 gone" in run(shared.root, "refresh", "clients").output


@pytest.mark.parametrize(
    "names",
    [
        ["visits_2025_12.csv", "visits_2026_01.csv"],
        ["visits-2026-09.csv", "visits-2026-10.csv"],
        ["visits_2026_9.csv", "visits_2026_10.csv"],
        ["Visits Dec-2025.xlsx", "Visits Jan-2026.xlsx"],
        ["visits september 2026.csv", "visits october 2026.csv"],
        ["visits_20261130.csv", "visits_20261201.csv"],
        ["visits_202611.csv", "visits_202612.csv"],
        ["visits_v9.csv", "visits_v10.csv"],
        ["visits.csv", "visits_2020_01.csv"],
        ["visits_2026_12_01.csv", "visits_2026_12_15.csv"],
    ],
)
def test_which_file_is_the_newest(tmp_path: Path, names: list[str]):
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert find_arrival(tmp_path, Folder("drop", "local", "."), "visits").file == names[-1]


def test_a_file_belongs_to_the_table_that_it_is_called_like_most_closely():
    tables = {"visits", "visits_home"}
    assert named_for("visits_home_2026.csv", tables) == "visits_home"
    assert named_for("visits_2026.csv", tables) == "visits"
    assert named_for("visitors.csv", tables) is None


@pytest.mark.parametrize(
    "address",
    ["s3://key:secret@bucket/drop", "azure://container/drop?sv=2022&sig=abc", "s3://bucket/drop#token", "drop\x00"],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(address: str):
    with pytest.raises(SharedAnalysisError) as refused:
        Folder.parse(address, "drop")
    assert "secret" not in str(refused.value)
    assert "sig=abc" not in str(refused.value)


def test_addresses_of_each_kind():
    assert Folder.parse("s3://bucket/monthly drop/") == Folder("monthly_drop", "s3", "s3://bucket/monthly drop/")
    assert Folder.parse("azure://container/in", "a").kind == "azure"
    assert Folder.parse("//server/share/in").kind == "local"
    assert Folder.parse(r"D:\deliveries") == Folder("deliveries", "local", r"D:\deliveries")


def test_what_is_wrong_is_said(shared, run):
    for words, said in (
        (("add", "nothing", "--from", "drop"), "the name of the table 'nothing'"),
        (("add", "clients", "--from", "drop"), "has a table 'clients' already"),
        (("add", "other", "--from", "far=no/such/folder"), "cannot be read"),
        (("add", "other", "--from", "drop", "--query", "x.sql"), "asked no queries"),
        (("add", "other", "--from", "far=s3://no-such-bucket/drop"), "s3"),
    ):
        with pytest.raises(SharedAnalysisError, match=said):
            run(shared.root, *words)
    assert status(shared.root) == []
