"""A proof without the data: what the holder signs, and what anybody makes of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app
from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.reproduce import RunOptions, check_seal, run_twin, seal, verify
from shared_analysis.reproduce.sealed.seal import SALT, salted
from tests.baked import git
from tests.shared_run import made_once
from tests.unit.reproduce.small_project import commit, overwrite, recorded, replace, repro, write

CURRENT = RunOptions("current")
HOLDER = "data@borough.example"


def make_key(folder: Path, name: str, words: str = "") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", words, "-f", str(folder / name)], check=True)
    return folder / name


def allow(file: Path, *keys: Path, options: str = "") -> Path:
    lines = [f"{HOLDER} {options}{key.with_name(key.name + '.pub').read_text(encoding='utf-8')}" for key in keys]
    file.write_text("".join(lines), encoding="utf-8", newline="\n")
    return file


@dataclass(frozen=True)
class Proof:
    """A holder's project with its data, a reviewer's clone without, and what lies between them."""

    holder: Path
    reviewer: Path
    sealed: Path
    key: Path
    allowed: Path

    def ask(
        self, *, sealed: Path | None = None, allowed: Path | None = None, revision: str = "HEAD"
    ) -> tuple[bool, str]:
        with check_seal(self.reviewer, sealed or self.sealed, allowed or self.allowed, revision, CURRENT) as proof:
            return proof.passed, proof.summary()


@pytest.fixture(scope="session")
def proof_once(real_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        holder = Path(shutil.copytree(real_once, folder / "holder", symlinks=True))
        (holder / "data/raw/factor.csv").unlink()  # which DVC does not keep any more
        repro(holder)
        with run_twin(holder, options=CURRENT, unrecorded=True) as run:
            run.record(holder)
        commit(holder)
        make_key(folder, "key")
        certificate = verify(holder, options=CURRENT)
        assert certificate.verdict.passed, certificate.to_yaml()
        seal(certificate, folder / "key", folder / "certificate", holder)

    return made_once(tmp_path_factory, "sealed-proof", make)


@pytest.fixture
def proof(proof_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proof:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    whole = Path(shutil.copytree(proof_once, tmp_path / "proof", symlinks=True))
    git("clone", "-q", str(whole / "holder"), str(whole / "reviewer"), cwd=whole)
    handed = whole / "handed on"
    handed.mkdir()
    for name in ("sealed.yaml", "sealed.yaml.sig"):
        shutil.copy(whole / "certificate" / name, handed / name)
    allowed = allow(whole / "allowed", whole / "key")
    return Proof(whole / "holder", whole / "reviewer", handed / "sealed.yaml", whole / "key", allowed)


def test_a_reviewer_without_data_gets_to_yes(proof: Proof) -> None:
    assert not (proof.reviewer / "data" / "raw" / "people.csv").exists()
    passed, summary = proof.ask()
    assert passed
    assert summary.startswith(f"Yes. {HOLDER} ran the commit where the data is")
    assert "the signer's word" in summary


def test_nothing_of_the_data_is_in_what_is_handed_on(proof: Proof) -> None:
    text = proof.sealed.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert content["commit"] == git("rev-parse", "HEAD", cwd=proof.holder).strip()
    folder = proof.key.parent / "certificate"
    salt = bytes.fromhex(re.findall(r"^[0-9a-f]{64}$", (folder / SALT).read_text(encoding="utf-8"), re.M)[0])
    hashes = {one["found"] for one in content["outputs"]}
    assert salted(recorded(proof.holder, "data/processed/totals.csv"), salt) in hashes
    assert salt.hex() not in text
    for digest in re.findall(r"[0-9a-f]{32}", (proof.holder / "dvc.lock").read_text(encoding="utf-8")):
        assert digest not in text
    assert all("reasons" not in one for one in content["outputs"] + content["inputs"])
    held = hashlib.sha256((proof.holder / "data/raw/people.csv").read_bytes()).hexdigest()
    assert held not in text
    read = {one["file"]: one["sha256"] for one in content["rests_on"]}
    assert read["data/raw/people.csv"] == salted(held, salt)
    assert "data/processed/totals.csv" in {one["file"] for one in content["came_out"]}
    assert content["verifier"]


def test_two_seals_of_one_certificate_have_no_hash_in_common(proof: Proof, tmp_path: Path) -> None:
    certificate = verify(proof.holder, options=CURRENT)
    texts = [seal(certificate, proof.key, tmp_path / name, proof.holder).read_text("utf-8") for name in ("one", "two")]
    found = [{one["found"] for one in yaml.safe_load(text)["outputs"]} for text in texts]
    assert len(found[0]) == len(yaml.safe_load(texts[0])["outputs"]) > 0
    assert not found[0] & found[1]


def changed(proof: Proof) -> Path:
    replace(proof.sealed.parent, proof.sealed.name, "verdict: identical", "verdict: equivalent")
    return proof.allowed


def of_another_commit(proof: Proof) -> Path:
    git(
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b.c",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Later",
        cwd=proof.reviewer,
    )
    return proof.allowed


def by_another_key(proof: Proof) -> Path:
    certificate = verify(proof.holder, options=CURRENT)
    seal(certificate, make_key(proof.key.parent, "another"), proof.sealed.parent, proof.holder)
    return proof.allowed


def by_a_key_that_ended(proof: Proof) -> Path:
    return allow(proof.key.parent / "ended", proof.key, options='valid-before="20200101" ')


def by_a_key_for_something_else(proof: Proof) -> Path:
    return allow(proof.key.parent / "else", proof.key, options='namespaces="git" ')


def signed_for_something_else(proof: Proof) -> Path:
    signature = proof.sealed.with_name("sealed.yaml.sig")
    signature.unlink()
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", proof.key, "-n", "git", proof.sealed], check=True)
    assert signature.is_file()
    return proof.allowed


def with_the_signature_of_another(proof: Proof) -> Path:
    other = proof.sealed.with_name("other.yaml")
    other.write_text("verdict: different\n", encoding="utf-8")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", proof.key, "-n", "shared-analysis-certificate", other], check=True
    )
    shutil.move(other.with_name("other.yaml.sig"), proof.sealed.with_name("sealed.yaml.sig"))
    return proof.allowed


def of_the_twin(proof: Proof) -> Path:
    with run_twin(proof.holder, options=CURRENT) as run:
        assert run.certificate is not None
        seal(run.certificate, proof.key, proof.sealed.parent, proof.holder)
    return proof.allowed


def with_no_signature(proof: Proof) -> Path:
    proof.sealed.with_name("sealed.yaml.sig").write_text("", encoding="utf-8")
    return proof.allowed


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (changed, "does not belong"),
        (of_another_commit, "another commit"),
        (by_another_key, "Nobody on your list"),
        (by_a_key_that_ended, "may not sign|Nobody on your list"),
        (by_a_key_for_something_else, "may not sign|Nobody on your list"),
        (signed_for_something_else, "does not belong"),
        (with_the_signature_of_another, "does not belong"),
        (of_the_twin, "invented data"),
        (with_no_signature, "Nobody on your list"),
    ],
)
def test_what_is_forged_or_replayed_is_refused(proof: Proof, forge: Callable[[Proof], Path], says: str) -> None:
    allowed = forge(proof)
    with pytest.raises(CheckFailed, match=says):
        proof.ask(allowed=allowed)


def test_a_holders_no_is_a_no(proof: Proof) -> None:
    overwrite(proof.holder / "data/processed/totals.csv", b"area,total\nE01,9\n")
    replace(proof.holder, "dvc.lock", recorded(proof.holder, "data/processed/totals.csv"), "a" * 32)
    commit(proof.holder)
    certificate = verify(proof.holder, options=CURRENT)
    assert not certificate.verdict.passed
    seal(certificate, proof.key, proof.sealed.parent, proof.holder)
    git("pull", "-q", cwd=proof.reviewer)
    passed, summary = proof.ask()
    assert not passed
    assert summary.startswith("No.")


def test_a_twin_that_comes_out_otherwise_is_a_no(proof: Proof) -> None:
    lock = json.dumps(yaml.safe_load((proof.holder / "tests/twin.lock").read_text(encoding="utf-8")))
    digest = re.findall(r'"reports/metrics.json", "md5": "([0-9a-f]{32})"', lock) or re.findall(r"[0-9a-f]{32}", lock)
    replace(proof.holder, "tests/twin.lock", digest[-1], "a" * 32)
    commit(proof.holder)
    seal(verify(proof.holder, options=CURRENT), proof.key, proof.sealed.parent, proof.holder)
    git("pull", "-q", cwd=proof.reviewer)
    passed, summary = proof.ask()
    assert not passed
    assert "The twin, run here: No" in summary


def test_a_key_never_lies_in_the_project(proof: Proof, tmp_path: Path) -> None:
    certificate = verify(proof.holder, options=CURRENT)
    shutil.copy(proof.key, proof.holder / "key")
    with pytest.raises(SharedAnalysisError, match="The key lies in the project"):
        seal(certificate, proof.holder / "key", tmp_path / "out", proof.holder)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("key", ["none", "no key", "locked"])
def test_a_key_that_cannot_be_used_signs_nothing(proof: Proof, tmp_path: Path, key: str) -> None:
    certificate = verify(proof.holder, options=CURRENT)
    path = tmp_path / "key"
    if key == "no key":
        write(tmp_path, "key", "a poem\n")
    if key == "locked":
        path = make_key(tmp_path, "locked", "a passphrase")
    with pytest.raises(SharedAnalysisError, match=r"no such key|was not signed"):
        seal(certificate, path, tmp_path / "out", proof.holder)
    assert not (tmp_path / "out").exists()


def test_what_is_missing_is_said(proof: Proof, tmp_path: Path) -> None:
    for file in (proof.sealed.with_name("sealed.yaml.sig"), proof.sealed):
        file.unlink()
        with pytest.raises(SharedAnalysisError, match="There is no such file"):
            proof.ask()
    write(tmp_path, "sealed.yaml", "a: 1\n")
    write(tmp_path, "sealed.yaml.sig", "x")
    with pytest.raises(SharedAnalysisError, match="no list of signers"):
        proof.ask(sealed=tmp_path / "sealed.yaml", allowed=tmp_path / "nowhere")


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["verify", "--environment", "current", *map(str, arguments)])


def test_two_commands_from_the_data_to_a_yes_elsewhere(
    proof: Proof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(proof.holder)
    held = command("--seal", proof.key, "--date", "2026-03-01", "--out", tmp_path / "held")
    assert held.exit_code == 0, held.output
    assert {path.name for path in (tmp_path / "held").iterdir()} == {
        *("certificate.yaml", "certificate.html", "sealed.yaml", "sealed.yaml.sig", SALT)
    }
    monkeypatch.chdir(proof.reviewer)
    sealed = tmp_path / "held" / "sealed.yaml"
    seen = command("--sealed", sealed, "--signers", proof.allowed, "--out", tmp_path / "seen")
    assert seen.exit_code == 0, seen.output
    assert f"Yes. {HOLDER} ran the commit where the data is on 2026-03-01" in seen.output
    replace(sealed.parent, sealed.name, "2026-03-01", "2026-03-02")
    forged = command("--sealed", sealed, "--signers", proof.allowed, "--out", tmp_path / "forged")
    assert forged.exit_code == 1, forged.output
    assert "does not belong" in str(forged.exception)


@pytest.mark.parametrize(
    "mixed",
    [
        ("--seal", "k", "--twin"),
        ("--sealed", "s"),
        ("--signers", "s"),
        ("--sealed", "s", "--signers", "s", "--seal", "k"),
        ("--sealed", "s", "--signers", "s", "--compare", "a", "b"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    mixed: tuple[str, ...], proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(proof.reviewer)
    refused = command(*mixed)
    assert refused.exit_code != 0
    assert "works only with" in str(refused.exception)


def test_a_key_in_the_project_is_refused_before_anything_runs(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(proof.holder)
    shutil.copy(proof.key, proof.holder / "key")
    monkeypatch.setattr("shared_analysis.reproduce.run.runner.Runner.run", lambda *_: pytest.fail("it ran"))
    assert "The key lies in the project" in str(command("--seal", "key").exception)
