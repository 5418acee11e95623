"""A clean copy of a commit: where it comes from, what is switched in it, and what it may not read."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.reproduce import find_source
from shared_analysis.reproduce.commit.checkout import clean_copy, tracked
from tests.baked import git
from tests.unit.reproduce.small_project import commit, replace, told_by_git, write


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://ada:secret@example.org/team/project.git", "https://example.org/team/project.git"),
        ("ssh://git@example.org/project.git", "ssh://example.org/project.git"),
        ("git@example.org:team/project.git", ""),
        ("/home/ada/project", ""),
    ],
)
def test_no_password_and_no_folder_is_in_the_public_address(address: str, public: str, small: Path) -> None:
    assert find_source(small, "HEAD").address == ""
    git("remote", "add", "origin", address, cwd=small)
    assert find_source(small, "HEAD").address == public


def test_a_copy_tells_its_own_files_from_others(small: Path, tmp_path: Path) -> None:
    copy = clean_copy(find_source(small, "HEAD"), tmp_path)
    assert (copy.synthetic, copy.twin, copy.invented) == (True, False, True)
    assert tracked(copy.root)["params.yaml"] == "100644"


def test_nothing_of_a_copy_that_is_there_is_trusted(small: Path, tmp_path: Path) -> None:
    source = find_source(small, "HEAD")
    first = clean_copy(source, tmp_path)
    before = (first.root / "params.yaml").read_bytes()
    replace(first.root, "params.yaml", "seed: 1", "seed: 2")
    write(first.root, ".dvc/config.local", "[core]\n    no_scm = true\n")
    write(first.root, "more.dvc", "outs: []\n")
    git("update-index", "--skip-worktree", "params.yaml", cwd=first.root)
    again = clean_copy(source, tmp_path)
    assert (again.root / "params.yaml").read_bytes() == before
    assert not (again.root / ".dvc" / "config.local").exists()
    assert not (again.root / "more.dvc").exists()
    assert again.earlier == tmp_path / "earlier"


def test_only_the_mode_is_switched_to_the_twin(real_once: Path, tmp_path: Path) -> None:
    copy = clean_copy(find_source(real_once, "HEAD"), tmp_path, twin=True)
    assert (copy.synthetic, copy.twin, copy.invented) == (False, True, True)
    before = (real_once / "params.yaml").read_text(encoding="utf-8")
    assert (copy.root / "params.yaml").read_text(encoding="utf-8") == before.replace("mode: raw #", "mode: twin #")


def test_a_commit_without_a_pipeline_is_refused(small: Path, tmp_path: Path) -> None:
    (small / "dvc.yaml").unlink()
    commit(small)
    with pytest.raises(SharedAnalysisError, match="no pipeline in this commit"):
        clean_copy(find_source(small, "HEAD"), tmp_path)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:params.yaml"])
def test_what_names_no_commit_is_refused(revision: str, small: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="knows no revision"):
        find_source(small, revision)


def _changed_code(small: Path) -> tuple[str, str]:
    """Commit once more, with other code; return both commits."""
    first = find_source(small, "HEAD").commit
    replace(small, "code/table.py", "factor *", "1.1 * factor *")
    commit(small)
    return first, find_source(small, "HEAD").commit


def _replace_commit(root: Path, honest: str, other: str) -> None:
    git("replace", honest, other, cwd=root)


def _replace_tree(root: Path, honest: str, other: str) -> None:
    git("replace", *(told_by_git("rev-parse", f"{one}^{{tree}}", cwd=root) for one in (honest, other)), cwd=root)


def _replace_file(root: Path, honest: str, other: str) -> None:
    git("replace", *(told_by_git("rev-parse", f"{one}:code/table.py", cwd=root) for one in (honest, other)), cwd=root)


def _graft(root: Path, honest: str, other: str) -> None:
    write(root, ".git/info/grafts", f"{honest} {other}\n")


def _attributes(root: Path, _honest: str, _other: str) -> None:
    git("config", "filter.other.smudge", "sed s/factor/1.1*factor/", cwd=root)
    write(root, ".git/info/attributes", "code/*.py filter=other\n*.yaml eol=crlf\n")


def _personal_settings(root: Path, _honest: str, _other: str) -> None:
    """The person's own: a filter, attributes and line ends for every repository."""
    write(root.parent, "attributes", "*.py filter=other\n*.yaml text eol=crlf\n")
    settings = f"[core]\nattributesFile = {(root.parent / 'attributes').as_posix()}\nautocrlf = true\n"
    write(root.parent, "home/.gitconfig", settings + '[filter "other"]\nsmudge = sed s/factor/1.1*factor/\n')


def _core_settings(root: Path, _honest: str, _other: str) -> None:
    settings = {"autocrlf": "true", "eol": "crlf", "sparseCheckout": "true", "symlinks": "false", "fileMode": "false"}
    for name, value in settings.items():
        git("config", f"core.{name}", value, cwd=root)
    write(root, ".git/info/sparse-checkout", "/params.yaml\n")


def _other_work_tree(root: Path, _honest: str, _other: str) -> None:
    write(root.parent, "dvc.yaml", "stages: {}\n")
    git("config", "core.worktree", str(root.parent), cwd=root)


def _alternates(root: Path, _honest: str, _other: str) -> None:
    """Every object lies in another repository."""
    away = root.parent / "away"
    shutil.move(root / ".git" / "objects", away)
    write(root, ".git/objects/info/alternates", f"{away.as_posix()}\n")


def _head_elsewhere(root: Path, honest: str, other: str) -> None:
    git("update-ref", "refs/remotes/origin/only", honest, cwd=root)
    git("checkout", "-q", "--orphan", "empty", cwd=root)
    git("branch", "-q", "-D", "main", cwd=root)


@pytest.mark.parametrize(
    "change",
    [
        _replace_commit,
        _replace_tree,
        _replace_file,
        _graft,
        _attributes,
        _personal_settings,
        _core_settings,
        _other_work_tree,
        _alternates,
        _head_elsewhere,
    ],
)
def test_nothing_in_the_reviewers_repository_changes_what_is_checked_out(
    change: Callable[[Path, str, str], None], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, other = _changed_code(small)
    entries = told_by_git("ls-tree", "-r", "-z", honest, cwd=small).strip("\0").split("\0")
    contents = {name: about.split()[2] for about, name in (entry.split("\t") for entry in entries)}
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    change(small, honest, other)
    copy = clean_copy(find_source(small, honest), tmp_path / "work")
    again = clean_copy(find_source(small, honest), tmp_path / "work")
    assert copy.root == again.root == tmp_path / "work" / "clone"
    for name, digest in contents.items():
        content = (copy.root / name).read_bytes()
        assert hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == digest, name
    assert told_by_git("diff", "--name-only", cwd=copy.root) == ""


@pytest.mark.parametrize("what", ["commit", "tree", "file"])
def test_an_object_that_is_not_what_its_id_says_is_refused(what: str, small: Path, tmp_path: Path) -> None:
    """A repository that came as a folder or an archive, and not by git, may hold one."""
    honest, other = _changed_code(small)
    ends = {"commit": "", "tree": "^{tree}", "file": ":code/table.py"}
    ids = [told_by_git("rev-parse", f"{one}{ends[what]}", cwd=small) for one in (honest, other)]
    files = [small / ".git" / "objects" / digest[:2] / digest[2:] for digest in ids]
    files[0].chmod(0o644)
    shutil.copyfile(files[1], files[0])
    with pytest.raises(SharedAnalysisError, match=r"git refused|knows no"):
        clean_copy(find_source(small, honest), tmp_path / "work")


def test_what_a_stage_left_in_the_history_of_a_copy_is_gone_when_it_is_set_back(small: Path, tmp_path: Path) -> None:
    source = find_source(small, "HEAD")
    first = clean_copy(source, tmp_path / "work").root
    write(first, ".git/info/attributes", "*.py filter=other\n")
    git("config", "filter.other.smudge", "sed s/factor/1.1*factor/", cwd=first)
    git("update-index", "--assume-unchanged", "code/table.py", cwd=first)
    replace(first, "code/table.py", "factor *", "1.1 * factor *")
    write(first, "data/kept.txt", "what a stage made")
    again = clean_copy(source, tmp_path / "work").root
    assert (again / "code" / "table.py").read_bytes() == (small / "code" / "table.py").read_bytes()
    assert (tmp_path / "work" / "earlier" / "data" / "kept.txt").is_file()
    remove_folder(again / ".git")
    write(again, ".git", "gitdir: elsewhere\n")
    assert told_by_git("diff", "--name-only", cwd=clean_copy(source, tmp_path / "work").root) == ""


def test_a_copy_knows_the_tags_of_its_history_and_no_other_repository(small: Path, tmp_path: Path) -> None:
    git("tag", "-a", "-m", "x", "v1", cwd=small)
    _changed_code(small)
    git("tag", "later", cwd=small)
    git("remote", "add", "origin", "https://example.org/project.git", cwd=small)
    copy = clean_copy(find_source(small, "v1"), tmp_path / "work").root
    assert told_by_git("describe", cwd=copy) == "v1"
    assert told_by_git("for-each-ref", "--format=%(refname)", cwd=copy) == "refs/tags/v1"
    assert told_by_git("remote", cwd=copy) == ""


def test_a_copy_is_made_of_a_shallow_clone(small: Path, tmp_path: Path) -> None:
    _changed_code(small)
    git("clone", "-q", "--depth", "1", small.as_uri(), str(tmp_path / "shallow"), cwd=tmp_path)
    copy = clean_copy(find_source(tmp_path / "shallow", "HEAD"), tmp_path / "work").root
    assert told_by_git("rev-list", "--count", "HEAD", cwd=copy) == "1"


def test_a_copy_is_made_of_a_work_tree_and_of_a_clone_without_files(small: Path, tmp_path: Path) -> None:
    head = find_source(small, "HEAD").commit
    git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"), cwd=small)
    git("config", "uploadpack.allowFilter", "true", cwd=small)
    partial = ("clone", "-q", "--filter=blob:none", "--no-checkout", small.as_uri(), str(tmp_path / "partial"))
    git(*partial, cwd=tmp_path)
    for number, root in enumerate([tmp_path / "tree", tmp_path / "partial"]):
        source = find_source(root, "HEAD")
        assert (source.commit, source.prefix) == (head, "")
        copy = clean_copy(source, tmp_path / f"work{number}").root
        assert (copy / "code" / "table.py").read_bytes() == (small / "code" / "table.py").read_bytes()


def test_a_copy_is_made_of_a_repository_with_longer_ids(small: Path, tmp_path: Path) -> None:
    remove_folder(small / ".git")
    git("init", "-q", "-b", "main", "--object-format=sha256", cwd=small)
    commit(small)
    source = find_source(small, "HEAD")
    assert (len(source.commit), find_source(small, source.commit[:9]).commit) == (64, source.commit)
    assert told_by_git("diff", "--name-only", cwd=clean_copy(source, tmp_path / "work").root) == ""


def test_a_program_that_the_repository_names_is_not_run(small: Path, tmp_path: Path) -> None:
    """A repository that came as a folder brings its settings along."""
    for name in ("core.fsmonitor", "gpg.program", "uploadpack.packObjectsHook", "core.pager", "core.sshCommand"):
        git("config", name, f"touch {(tmp_path / 'was_run').as_posix()}; false", cwd=small)
    git("config", "log.showSignature", "true", cwd=small)
    clean_copy(find_source(small, "HEAD"), tmp_path / "work")
    assert not (tmp_path / "was_run").exists()
