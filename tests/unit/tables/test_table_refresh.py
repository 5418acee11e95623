"""The next delivery of a table: checked against the same contract, compared in words, and put in place or not."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.contracts import Column, load_contract, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import notebook_parameters, open_project, write_table
from shared_analysis.tables import refresh_tables
from tests.unit.tables.conftest import commit, status


@pytest.fixture
def linked(committed, tables, run):
    """A project that links two own tables."""
    project = committed("linkage")
    files = tables.csv(tables.applications, "applications.csv"), tables.csv(tables.clients, "clients.csv")
    run(project.root, "add", *files, "--for", "link", "--replace-example")
    commit(project.root)
    return project


def december(tables) -> pd.DataFrame:
    """Give 20 new applications, 10 that are gone and 15 that were corrected."""
    later = tables.applications[10:].copy()
    new = tables.applications[:20].assign(case_no=[f"A-{number}" for number in range(1000, 1020)])
    later.iloc[:15, later.columns.get_loc("postcode")] = "E17 4AB"
    return pd.concat([later, new], ignore_index=True)


def said(result) -> list[str]:
    return [line.strip() for line in result.output.splitlines() if line.startswith("  ")]


def test_what_changed_is_said_and_the_present_table_is_kept_by_dvc(linked, tables, run):
    result = run(linked.root, "refresh", tables.csv(december(tables), "applications_2026_12.csv"))
    assert said(result)[:2] == ["210 rows, 200 before (+5.0%)", "by case_no: 20 new, 10 gone, 15 of 190 changed"]
    assert status(linked.root) == [" M data/raw/applications.csv.dvc"]
    assert "A-1019" in linked.text("data/raw/applications.csv")
    for command in result.output.strip().splitlines()[-2:]:
        words = command.split()
        person = ["-c", "user.name=A", "-c", "user.email=a@example.org"] if words[0] == "git" else []
        program = [sys.executable, "-m", "dvc"] if words[0] == "dvc" else ["git", *person]
        subprocess.run([*program, *words[1:]], cwd=linked.root, check=True, capture_output=True)
    assert status(linked.root) == []
    assert "A-1019" not in linked.text("data/raw/applications.csv")
    assert "A-0000" in linked.text("data/raw/applications.csv")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda own: own.rename(columns={"postcode": "post_code"}), "the column is missing"),
        (lambda own: own.assign(case_no="A-1"), "rows are bad"),
        (lambda own: own.iloc[:30], "may be another table"),
        (lambda own: own.assign(case_no=[f"B-{number}" for number in range(len(own))]), "may be another table"),
    ],
)
def test_a_delivery_that_is_broken_changes_nothing(linked, tables, run, damage, words):
    before = linked.files()
    with pytest.raises(SharedAnalysisError) as refused:
        run(linked.root, "refresh", tables.csv(damage(december(tables)), "applications.csv"))
    assert words in str(refused.value)
    assert "present" in str(refused.value)
    assert linked.files() == before


def test_a_delivery_in_doubt_is_taken_when_somebody_says_that_it_is_meant(linked, tables, run):
    file = tables.csv(tables.applications.iloc[:30], "applications.csv")
    assert "Took the next delivery" in run(linked.root, "refresh", file, "--accept").output
    assert len(linked.text("data/raw/applications.csv").splitlines()) == 31


def test_the_ids_that_a_linkage_gave_go_on(linked, tables, run):
    register = linked.root / "data/processed/link/register.parquet"
    rows = pd.DataFrame({"table": ["clients"], "record_id": ["C1"], "entity_id": ["clients/C1"]})
    write_table(register, rows)
    result = run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))
    section = open_project(linked.root).section("link")
    assert section["earlier_register"] == "data/raw/earlier/link.parquet"
    assert notebook_parameters(linked.root / "notebooks/20_link.ipynb") == section
    assert (linked.root / "data/raw/earlier/link.parquet").read_bytes() == register.read_bytes()
    assert "data/raw/earlier/link.parquet.dvc" in result.output


def test_ids_of_invented_people_do_not(linked, tables, run):
    register = linked.root / "data/processed/link/register.parquet"
    rows = pd.DataFrame({"table": ["clients"], "record_id": ["C1"], "entity_id": ["clients/C1"]})
    write_table(register, rows, synthetic=True)
    run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))
    assert open_project(linked.root).section("link")["earlier_register"] is None


def test_several_tables_come_together_or_not_at_all(linked, tables, run):
    broken = tables.csv(tables.clients.drop(columns="ref"), "clients.csv")
    good = tables.csv(december(tables), "applications.csv")
    before = linked.files()
    with pytest.raises(SharedAnalysisError, match=r"clients\.ref"):
        run(linked.root, "refresh", good, broken)
    assert linked.files() == before
    run(linked.root, "refresh", good, tables.csv(tables.clients[5:], "clients.csv"))
    assert status(linked.root) == [" M data/raw/applications.csv.dvc", " M data/raw/clients.csv.dvc"]


def test_new_and_lost_columns_are_named(linked, tables):
    later = tables.applications.assign(note="x")
    (found,) = refresh_tables(linked.root, [tables.csv(later, "applications.csv")]).differences.values()
    assert "columns that no contract mentions, and that are not read: note" in [own.words for own in found]


def test_a_file_is_told_by_its_name_or_by_what_is_said(linked, tables):
    odd = tables.csv(december(tables), "export.csv")
    with pytest.raises(SharedAnalysisError, match=r"NAME=export\.csv; the tables are applications, clients"):
        refresh_tables(linked.root, [odd])
    assert list(refresh_tables(linked.root, [f"applications={odd}"]).differences) == ["applications"]
    with pytest.raises(SharedAnalysisError, match="no table 'aplications'"):
        refresh_tables(linked.root, [f"aplications={odd}"])


def test_what_was_edited_by_hand_is_not_overwritten(linked, tables, run):
    linked.write(
        "data/raw/applications.csv", linked.text("data/raw/applications.csv") + "A-9999,Al,Lee,1990-01-01,,low\n"
    )
    with pytest.raises(SharedAnalysisError, match="would be lost"):
        run(linked.root, "refresh", tables.csv(december(tables), "applications.csv"))
    assert "A-9999" in linked.text("data/raw/applications.csv")


def held(root: Path) -> dict[str, bytes]:
    """Everything in a project but what git and DVC keep for themselves."""
    paths = (path for path in root.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in paths
        if not {".git", ".dvc", "__pycache__"} & set(path.relative_to(root).parts)
    }


def start(root: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "shared_analysis", *words]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["add", "refresh"])
def test_killed_at_ten_moments_all_or_nothing(committed, tables, run, monkeypatch, command):
    project = committed("linkage")
    monkeypatch.chdir(project.root)
    files = tables.csv(tables.applications, "applications.csv"), tables.csv(tables.clients, "clients.csv")
    words = ["add", *files, "--for", "link", "--replace-example"]
    if command == "refresh":
        run(project.root, *words)
        commit(project.root)
        words = [
            "refresh",
            tables.csv(december(tables), "applications.csv"),
            tables.csv(tables.clients[5:], "clients.csv"),
        ]
    before = held(project.root)
    begun = time.monotonic()
    assert start(project.root, "table", *words).wait() == 0
    took = time.monotonic() - begun
    after = held(project.root)
    wait = 0.8 * took
    undo = ["git", "stash", "push", "--quiet", "--include-untracked"]
    moments = random.Random(3)
    outcomes = []
    for _ in range(10):
        person = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run([undo[0], *person, *undo[1:]], cwd=project.root, check=False, capture_output=True)
        for name, content in before.items():
            if name.startswith("data/raw/"):
                (project.root / name).write_bytes(content)
        for name in set(held(project.root)) - set(before):
            (project.root / name).unlink()
        assert held(project.root) == before
        process = start(project.root, "table", *words)
        time.sleep(wait)
        process.kill()
        process.wait()
        assert CliRunner().invoke(app, ["check"]).exit_code in (0, 1)
        assert held(project.root) in (before, after)
        outcomes.append(held(project.root) == after)
        # Nearer and nearer to the moment at which files are put in place, however fast the machine is just now.
        wait *= moments.uniform(0.7, 1.0) if outcomes[-1] else moments.uniform(1.0, 1.2)
    assert not all(outcomes)


def test_numbers_that_were_given_anew_do_not_carry_ids_over(linked, tables, run):
    register = linked.root / "data/processed/link/register.parquet"
    write_table(register, pd.DataFrame({"table": ["clients"], "record_id": ["C1"], "entity_id": ["clients/C1"]}))
    anew = tables.clients[3:].assign(ref=[f"C{number}" for number in range(197)])
    file = tables.csv(anew, "clients.csv")
    with pytest.raises(SharedAnalysisError, match="may now stand for other people"):
        run(linked.root, "refresh", file)
    run(linked.root, "refresh", file, "--accept")
    assert open_project(linked.root).section("link")["earlier_register"] is None


def test_a_register_that_dvc_knows_and_that_is_not_here_is_asked_for(linked, tables, run):
    linked.write("dvc.lock", "schema: '2.0'\nstages:\n  link:\n    cmd: x\n    deps:\n    - path: data/raw\n")
    commit(linked.root)
    with pytest.raises(SharedAnalysisError, match="register with the ids of people is not here"):
        run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))
    assert status(linked.root) == []


def test_a_register_that_a_person_named_stays(linked, tables, run):
    register = linked.root / "data/processed/link/register.parquet"
    write_table(register, pd.DataFrame({"table": ["clients"], "record_id": ["C1"], "entity_id": ["clients/C1"]}))
    linked.change("params.yaml", "earlier_register:", "earlier_register: data/raw/approved.parquet")
    run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"), "--dry-run")
    assert "approved" in linked.text("params.yaml")


def test_a_present_table_that_is_not_here_is_asked_for(linked, tables, run):
    (linked.root / "data/raw/clients.csv").unlink()
    with pytest.raises(SharedAnalysisError, match=r"dvc pull data/raw/clients\.csv\.dvc"):
        run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))


def test_a_packed_delivery_takes_the_place_of_a_plain_one_and_back(linked, tables, run):
    plain = linked.text("data/raw/clients.csv")
    packed = tables.folder / "clients.csv.gz"
    tables.clients[5:].to_csv(packed, index=False)
    result = run(linked.root, "refresh", str(packed))
    assert sorted(path.name for path in (linked.root / "data/raw").glob("clients*")) == [
        "clients.csv.gz",
        "clients.csv.gz.dvc",
    ]
    for command in [
        line.split() for line in result.output.splitlines() if line.startswith(("    git stash", "    dvc c"))
    ]:
        person = ["-c", "user.name=A", "-c", "user.email=a@example.org"] if command[0] == "git" else []
        program = [sys.executable, "-m", "dvc"] if command[0] == "dvc" else ["git", *person]
        subprocess.run([*program, *command[1:]], cwd=linked.root, check=True, capture_output=True)
    assert linked.text("data/raw/clients.csv") == plain
    assert status(linked.root) == []


def test_a_contract_may_ask_for_more_than_the_present_delivery_has(linked, tables, run):
    contract = load_contract(linked.root / "contracts/clients.yaml")
    wider = replace(contract, columns=(*contract.columns, Column("sex", "string", required=True)))
    linked.write("contracts/clients.yaml", write_contract(wider))
    commit(linked.root)
    result = run(linked.root, "refresh", tables.csv(tables.clients.assign(sex="F"), "clients.csv"))
    assert "the present delivery cannot be compared" in result.output


@pytest.mark.parametrize("pointer", ["frozen: true\n", "deps:\n- path: /elsewhere\n"])
def test_a_table_that_dvc_imported_is_left_to_dvc(linked, tables, run, pointer):
    linked.write("data/raw/clients.csv.dvc", pointer + linked.text("data/raw/clients.csv.dvc"))
    commit(linked.root)
    with pytest.raises(SharedAnalysisError, match="dvc update"):
        run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))


def test_what_dvc_reads_now_is_not_changed(linked, tables, run):
    from dvc.repo import Repo
    from dvc.rwlock import rwlock

    file = tables.csv(tables.clients[5:], "clients.csv")
    with (
        Repo(str(linked.root)) as repo,
        rwlock(repo.tmp_dir, repo.fs, "repro", [str(linked.root / "data/raw")], [], False),
        pytest.raises(SharedAnalysisError, match="DVC is at work"),
    ):
        run(linked.root, "refresh", file)
    assert "Took" in run(linked.root, "refresh", file).output


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_a_cache_that_files_are_linked_to_stays_whole(linked, tables, run, kind):
    subprocess.run([sys.executable, "-m", "dvc", "config", "cache.type", kind], cwd=linked.root, check=True)
    commit(linked.root)
    run(linked.root, "refresh", tables.csv(tables.clients[5:], "clients.csv"))
    cached = [path for path in (linked.root / ".dvc/cache/files/md5").rglob("*") if path.is_file()]
    linked_files = [path for path in cached if path.stat().st_nlink > 1 or kind == "symlink"]
    assert linked_files
    table = linked.root / "data/raw/clients.csv"
    assert table.stat().st_mode & 0o222 == 0
    assert len(open_project(linked.root).read_input("clients")) == 195
