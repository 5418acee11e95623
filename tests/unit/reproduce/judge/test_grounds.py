"""What a certificate rests on: every file by SHA-256 and since when; and that one MD5 does not make two files one."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import yaml

from shared_analysis.integrity import hashes
from shared_analysis.integrity.hashes import Digests, bytes_md5, file_digests, folder_digests, folder_listing
from shared_analysis.reproduce import Certificate, RunOptions, Verdict, compare, find_source, verify
from shared_analysis.reproduce.commits.compare import Basis
from shared_analysis.reproduce.judge.grounds import Ground
from tests.baked import git
from tests.unit.reproduce.collision import ONE, OTHER
from tests.unit.reproduce.small_project import (
    OUTPUTS,
    TABLE,
    cached,
    commit,
    dvc,
    edit,
    keep,
    overwrite,
    recorded,
    relock,
    replace,
    repro,
    text,
    told_by_git,
    write,
)

Check = Callable[..., Certificate]
FACTOR = "data/raw/factor.csv"
PAIR = """\
import pathlib
first, second = [bytes.fromhex(line) for line in open("code/pair.txt").read().split()]
for name in {names}:
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(first + b"the rest")
"""


def test_a_file_is_read_once_for_both_hashes(tmp_path: Path) -> None:
    for size in (0, 1, hashes.CHUNK, hashes.CHUNK + 1):
        content = bytes(range(256)) * (size // 256 + 1)
        (tmp_path / "file").write_bytes(content[:size])
        with mock.patch.object(Path, "open", autospec=True, side_effect=Path.open) as opened:
            digests = file_digests(tmp_path / "file")
        assert opened.call_count == 1
        assert digests == Digests(bytes_md5(content[:size]), hashlib.sha256(content[:size]).hexdigest(), size)


def test_a_folder_has_dvcs_hash_and_that_of_the_list_of_its_files(tmp_path: Path) -> None:
    files = {"b/x.csv": b"1\n", "a.csv": b"2\n", "ä.csv": b""}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in files]
    digests = folder_digests(tmp_path, {path: file_digests(path) for path in paths})
    assert digests.md5 == f"{bytes_md5(folder_listing(tmp_path, paths))}.dir"
    assert digests.size == 4
    listed = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    assert digests.sha256 == hashlib.sha256(listed.encode()).hexdigest()


def _by_file(grounds: tuple[Ground, ...]) -> dict[str, Ground]:
    return {ground.file: ground for ground in grounds}


def test_everything_that_is_read_and_made_is_named_by_its_sha256(small: Path, check: Check) -> None:
    certificate = check()
    read = _by_file(certificate.read)
    pipeline = yaml.safe_load(text(small, "dvc.yaml"))["stages"]
    made = {name for stage in pipeline.values() for name in (*stage.get("outs", ()), *stage.get("metrics", ()))}
    declared = {name for stage in pipeline.values() for name in stage["deps"]} - made
    assert set(read) == {*declared, FACTOR, "params.yaml"}
    for ground in read.values():
        path = small / ground.file
        if path.is_file():
            assert ground.digests is not None
            assert ground.digests.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
            assert ground.digests.size == path.stat().st_size
    assert (read[FACTOR].kind, read["params.yaml"].kind, read["vendor"].kind) == (
        "data that DVC keeps",
        "parameters",
        "folder",
    )
    assert [ground.file for ground in certificate.made] == [*OUTPUTS]
    for ground in certificate.made:
        assert ground.digests is not None
        assert ground.digests.md5 == recorded(small, ground.file)
    content = yaml.safe_load(certificate.to_yaml())
    assert next(iter(content)) == "commit"
    assert next(iter(content["verification"])) == "commit"
    assert content["verification"]["rests_on"][0]["sha256"] == read[FACTOR].digests.sha256  # type: ignore[union-attr]
    assert [entry["file"] for entry in content["verification"]["came_out"]] == OUTPUTS
    page = certificate.html()
    assert page.index(certificate.commit) < page.index(certificate.answer) < page.index("What this rests on")
    for ground in (*certificate.read, *certificate.made):
        assert ground.digests is not None
        assert ground.digests.sha256 in page


def _commit_on(root: Path, day: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            patch.setenv(name, f"{day}T12:00:00+00:00")
        commit(root)
    return told_by_git("rev-parse", "HEAD", cwd=root)


def test_it_is_said_since_when_each_is_the_committed_one(small: Path, check: Check) -> None:
    dvc("remote", "list", cwd=small)
    pointer = yaml.safe_load(text(small, f"{FACTOR}.dvc"))
    (small / FACTOR).unlink()
    write(small, FACTOR, "factor\n3.5\n")
    dvc("add", FACTOR, cwd=small)
    dvc("repro", cwd=small)
    changed = _commit_on(small, "2026-01-10")
    write(small, f"{FACTOR}.dvc", text(small, f"{FACTOR}.dvc") + "desc: How much\n")
    _commit_on(small, "2026-02-10")
    replace(small, "params.yaml", "make:", "# A seed.\nmake:")
    params = _commit_on(small, "2026-03-10")
    write(small, "readme.txt", "x")
    git("checkout", "-q", "-b", "side", "HEAD~1", cwd=small)
    replace(small, "code/page.py", "import json", "import json  # as ever")
    side = _commit_on(small, "2026-04-10")
    git("checkout", "-q", "main", cwd=small)
    _commit_on(small, "2026-05-10")
    git("merge", "-q", "--no-ff", "-m", "Take it", "side", cwd=small)
    certificate = check()
    read = _by_file(certificate.read)
    since = {name: (str(ground.since.commit), ground.since.day) for name, ground in read.items() if ground.since}
    assert pointer["outs"][0]["md5"] != yaml.safe_load(text(small, f"{FACTOR}.dvc"))["outs"][0]["md5"]
    assert since[FACTOR] == (changed, "2026-01-10"), "a new description of it is no new content"
    assert since["params.yaml"] == (params, "2026-03-10")
    assert since["code/page.py"] == (side, "2026-04-10")
    made = _by_file(certificate.made)
    assert made["data/processed/totals.csv"].since is not None
    assert made["data/processed/totals.csv"].since.commit == changed
    assert made["data/twin"].since is not None
    assert made["data/twin"].since.commit == told_by_git("rev-list", "--max-parents=0", "HEAD", cwd=small)


def test_a_history_that_is_cut_short_is_said_to_be(small: Path, tmp_path: Path) -> None:
    write(small, "readme.txt", "x")
    commit(small)
    git("clone", "-q", "--depth", "1", small.as_uri(), str(tmp_path / "shallow"), cwd=tmp_path)
    (tmp_path / "shallow" / ".dvc" / "config.local").write_text(
        f"[cache]\n    dir = {(small / '.dvc' / 'cache').as_posix()}\n", encoding="utf-8"
    )
    certificate = verify(tmp_path / "shallow", "HEAD", RunOptions("current"))
    assert certificate.verdict is Verdict.identical
    assert all(ground.since is not None and ground.since.or_earlier for ground in certificate.read)
    assert " or earlier" in certificate.html()


def test_an_input_that_is_not_to_be_had_is_named_without_a_hash(small: Path, check: Check) -> None:
    lost = cached(small, yaml.safe_load(text(small, f"{FACTOR}.dvc"))["outs"][0]["md5"])
    overwrite(lost, b"")
    lost.unlink()
    certificate = check()
    assert certificate.verdict is Verdict.missing
    assert _by_file(certificate.read)[FACTOR].digests is None
    assert "not available" in certificate.html()


def test_the_pair_is_one_by_md5_and_two_by_sha256() -> None:
    assert ONE != OTHER
    for rest in (b"", b"the rest"):
        assert bytes_md5(ONE + rest) == bytes_md5(OTHER + rest)


def _with_pair(root: Path, names: list[str], out: dict[str, object] | str) -> None:
    """Let a stage write the first of the pair, run it, and let the commit make the other of it ever after."""
    write(root, "code/pair.py", PAIR.format(names=names))
    write(root, "code/pair.txt", f"{ONE.hex()}\n{OTHER.hex()}\n")
    stage = {"cmd": "python code/pair.py", "deps": ["code/pair.py", "code/pair.txt"], "outs": [out]}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].__setitem__("pair", stage))
    repro(root)
    write(root, "code/pair.txt", f"{OTHER.hex()}\n{ONE.hex()}\n")
    relock(root)


@pytest.mark.parametrize(
    ("names", "out", "file"),
    [
        (["reports/pair.bin"], "reports/pair.bin", "reports/pair.bin"),
        (["reports/pair.csv"], "reports/pair.csv", "reports/pair.csv"),
        (["data/pairs/a.bin", "data/pairs/in/b.bin"], "data/pairs", "data/pairs"),
        (["claims/pair.bin"], {"claims/pair.bin": {"cache": False}}, "claims/pair.bin"),
        (["claims/a.bin", "claims/b.bin"], {"claims": {"cache": False}}, "claims"),
    ],
)
def test_other_bytes_with_the_md5_of_the_committed_ones_are_different(
    names: list[str], out: dict[str, object] | str, file: str, small: Path, check: Check
) -> None:
    _with_pair(small, names, out)
    certificate = check()
    (finding,) = [finding for finding in certificate.outputs if finding.file == file]
    assert finding.recorded == finding.found
    assert (finding.verdict, certificate.verdict) == (Verdict.different, Verdict.different)
    assert "made on purpose" in finding.reasons[0]
    assert all(other.verdict is Verdict.identical for other in certificate.outputs if other is not finding)


def test_other_bytes_of_one_file_do_not_hide_behind_a_harmless_change_of_another(small: Path, check: Check) -> None:
    write(small, "code/pair.txt", f"{ONE.hex()}\n{OTHER.hex()}\n")
    table = "pathlib.Path('data/pairs/t.csv').write_text('a\\n1\\n2\\n')\n"
    code = PAIR.format(names=["data/pairs/a.bin"]) + table
    write(small, "code/pair.py", code)
    stage = {"cmd": "python code/pair.py", "deps": ["code/pair.py", "code/pair.txt"], "outs": ["data/pairs"]}
    edit(small, "dvc.yaml", lambda all_: all_["stages"].__setitem__("pair", stage))
    repro(small)
    write(small, "code/pair.py", code.replace("1\\n2", "2\\n1"))
    relock(small)
    assert {one.file: one.verdict for one in check().outputs}["data/pairs"] is Verdict.equivalent
    write(small, "code/pair.txt", f"{OTHER.hex()}\n{ONE.hex()}\n")
    relock(small)
    assert {one.file: one.verdict for one in check().outputs}["data/pairs"] is Verdict.different


def test_what_only_md5_can_say_is_at_least_named_by_its_sha256(small: Path, check: Check) -> None:
    """The committed content is not at hand: the reviewer can hold the SHA-256 to that of somebody who has it."""
    _with_pair(small, ["reports/pair.bin"], "reports/pair.bin")
    kept = cached(small, recorded(small, "reports/pair.bin"))
    kept.chmod(0o644)
    kept.unlink()
    certificate = check()
    assert certificate.verdict is Verdict.identical
    ground = _by_file(certificate.made)["reports/pair.bin"]
    assert ground.digests is not None
    assert ground.digests.sha256 == hashlib.sha256(OTHER + b"the rest").hexdigest()


def test_an_input_with_the_md5_of_another_is_named_by_its_sha256(small: Path, check: Check) -> None:
    for content in (ONE, OTHER):
        (small / "data/raw/pair.bin").unlink(missing_ok=True)
        (small / "data/raw/pair.bin").write_bytes(content)
        if content is ONE:
            dvc("add", "data/raw/pair.bin", cwd=small)
            repro(small)
    keep(small, OTHER)
    certificate = check()
    assert certificate.verdict is Verdict.identical
    ground = _by_file(certificate.read)["data/raw/pair.bin"]
    assert ground.digests is not None
    assert ground.digests.sha256 == hashlib.sha256(OTHER).hexdigest()


def test_two_commits_whose_results_have_one_md5_are_compared_by_their_bytes(small: Path) -> None:
    _with_pair(small, ["reports/pair.bin"], "reports/pair.bin")
    said = compare(small, "HEAD~1", "HEAD", RunOptions("current"), basis=Basis.inputs)
    verdicts = {finding.file: finding.verdict for finding in said.outputs}
    assert verdicts.pop("reports/pair.bin") is Verdict.different
    assert set(verdicts.values()) == {Verdict.identical}


def test_the_history_is_read_before_a_stage_can_write_into_it(small: Path, check: Check) -> None:
    forge = "import subprocess\nsubprocess.run('git commit -q --amend -m x --date 1999-01-01', shell=True)\n"
    write(small, "code/table.py", forge + TABLE)
    repro(small)
    head = find_source(small, "HEAD").commit
    since = _by_file(check().made)["data/processed/totals.csv"].since
    assert since is not None
    assert subprocess.run(["git", "cat-file", "-e", since.commit], cwd=small, check=False).returncode == 0
    assert find_source(small, "HEAD").commit == head
