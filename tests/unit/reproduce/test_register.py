"""A folder of certificates as one page: what counts, by whose word, and what counts for nothing."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from shared_analysis.cli.commands import app
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, Finding, Verdict, read_register, seal
from tests.unit.reproduce.certificates import PROVED

FAILED = replace(PROVED, outputs=(Finding("reports/index.html", Verdict.different, "report", ("2 cells",)),))
LATER = dt.date(2026, 6, 1)


def keep(folder: Path, name: str, certificate: Certificate, who: str = "TODO") -> None:
    written = certificate.to_yaml()
    before, after = written.split("codechecker:\n- name: TODO\n")
    named = yaml.safe_dump({"codechecker": [{"name": who}]}, allow_unicode=True)
    (folder / name).mkdir(parents=True)
    (folder / name / "certificate.yaml").write_text(f"{before}{named}{after}", encoding="utf-8")


@pytest.fixture
def signers(tmp_path: Path) -> Path:
    keys = tmp_path / "keys"
    keys.mkdir()
    for name in ("holder", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)], check=True)
    line = f"data@borough.example {(keys / 'holder.pub').read_text(encoding='utf-8')}"
    (keys / "allowed").write_text(line, encoding="utf-8")
    return keys


def test_a_project_stands_where_its_newest_certificate_says(tmp_path: Path) -> None:
    keep(tmp_path, "a", PROVED, who="Zoë Ñandú")
    keep(tmp_path, "b", replace(FAILED, title="Fire visits"))
    keep(tmp_path, "c", replace(PROVED, title="Fire visits", day=LATER))
    keep(tmp_path, "d", replace(PROVED, title="Rough sleeping", synthetic=True))
    keep(tmp_path, "e", replace(FAILED, title="Libraries", day=LATER))
    keep(tmp_path, "f", replace(PROVED, title="Libraries"))
    register = read_register(tmp_path)
    assert {entry.project: entry.state for entry in register.newest} == {
        "Fire visits": "proved",
        "Libraries": "not proved",
        "Rough sleeping": "twin only",
        "Warm homes": "proved",
    }
    assert register.summary() == "Projects proved: 2 of 4. The others: 1 twin only, 1 not proved."
    page = register.html()
    assert page.count("(an older certificate)") == 2
    assert "Zoë Ñandú" in page
    assert page == read_register(tmp_path).html()


@pytest.mark.parametrize("day", [LATER, None])
def test_of_one_day_the_worst_counts(tmp_path: Path, day: dt.date | None) -> None:
    keep(tmp_path, "a", replace(PROVED, day=day))
    keep(tmp_path, "b", replace(FAILED, day=day))
    assert [entry.state for entry in read_register(tmp_path).newest] == ["not proved"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"a: [",
        b"- 1",
        b"verification: {verdict: splendid}",
        b"paper: {title: x}\nverification: {commit: abc, verdict: identical, data: real}\ncodechecker: 3\n",
        b"a: &a [1]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(3)),
    ],
)
def test_what_is_no_certificate_is_named_and_takes_nothing_with_it(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, "good", PROVED)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "certificate.yaml").write_bytes(content)
    register = read_register(tmp_path)
    assert list(register.faults) == ["odd/certificate.yaml"]
    assert [entry.project for entry in register.newest] == ["Warm homes"]
    done = CliRunner().invoke(app, ["certificates", str(tmp_path)])
    assert done.exit_code == 1
    assert "not counted: odd/certificate.yaml" in done.output


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes by name")
@pytest.mark.parametrize("make", [lambda path: os.mkfifo(path), Path.mkdir])
def test_what_is_no_file_is_named_and_never_opened(make: Callable[[Path], None], tmp_path: Path) -> None:
    keep(tmp_path, "good", PROVED)
    make(tmp_path / "certificate.yaml")
    register = read_register(tmp_path)
    assert register.faults == {"certificate.yaml": "It is not a file."}
    assert len(register.entries) == 1


def test_a_certificate_that_anybody_can_write_does_not_stand_before_a_signed_one(tmp_path: Path, signers: Path) -> None:
    folder = tmp_path / "all"
    seal(FAILED, signers / "holder", folder / "a", tmp_path / "project")
    keep(folder, "b", replace(PROVED, day=dt.date(9999, 12, 31)))
    assert [entry.state for entry in read_register(folder, signers / "allowed").newest] == ["not proved"]


@pytest.mark.parametrize("day", ["~", "tomorrow", "99999-01-01", "2026-13-01"])
def test_what_is_no_day_does_not_stand_behind_all_days(tmp_path: Path, day: str) -> None:
    keep(tmp_path, "a", FAILED)
    keep(tmp_path, "b", PROVED)
    path = tmp_path / "b" / "certificate.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "check_time": day}), encoding="utf-8")
    assert [(entry.state, entry.day) for entry in read_register(tmp_path).newest] == [("not proved", "2026-05-01")]


@pytest.mark.parametrize(
    "title", ["Warm  homes", "WARM HOMES ", "Warm\u00a0homes", "Warm\u200b homes", "\uff37arm homes"]
)
def test_a_project_has_one_line_however_its_name_is_written(tmp_path: Path, title: str) -> None:
    keep(tmp_path, "a", replace(FAILED, day=LATER))
    keep(tmp_path, "b", replace(PROVED, title=title))
    assert [entry.state for entry in read_register(tmp_path).newest] == ["not proved"]


def test_words_of_a_file_stay_words_on_the_page(tmp_path: Path) -> None:
    keep(tmp_path, "a", replace(PROVED, title="<script>alert(1)</script>"), who="<b>me</b>")
    page = read_register(tmp_path).html()
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_sealed_certificate_counts_by_its_signature(tmp_path: Path, signers: Path) -> None:
    folder = tmp_path / "all"
    seal(PROVED, signers / "holder", folder / "a", tmp_path / "project")
    register = read_register(folder, signers / "allowed")
    assert [(entry.who, entry.signed, entry.state) for entry in register.entries] == [
        ("data@borough.example", True, "proved")
    ]
    assert "signature checked" in register.html()


@pytest.mark.parametrize("forged", ["no list", "another key", "changed", "no signature"])
def test_a_seal_that_does_not_hold_counts_for_nothing(tmp_path: Path, signers: Path, forged: str) -> None:
    folder = tmp_path / "all"
    key = "stranger" if forged == "another key" else "holder"
    sealed = seal(PROVED, signers / key, folder / "a", tmp_path / "project")
    if forged == "changed":
        sealed.write_text(sealed.read_text("utf-8").replace("Warm homes", "Cold homes"), encoding="utf-8")
    if forged == "no signature":
        (folder / "a" / "sealed.yaml.sig").unlink()
    register = read_register(folder, None if forged == "no list" else signers / "allowed")
    assert register.entries == ()
    assert list(register.faults) == ["a/sealed.yaml"]


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    keep(tmp_path, "a", PROVED)
    done = CliRunner().invoke(app, ["certificates", str(tmp_path), "--out", str(tmp_path / "register.html")])
    assert done.exit_code == 0, done.output
    assert "Projects proved: 1 of 1." in done.output
    assert "Warm homes" in (tmp_path / "register.html").read_text(encoding="utf-8")


def test_without_a_folder_or_a_certificate_nothing_is_proved(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="no such folder"):
        read_register(tmp_path / "nowhere")
    done = CliRunner().invoke(app, ["certificates", str(tmp_path)])
    assert done.exit_code == 1
    assert "No certificate here could be read." in done.output
