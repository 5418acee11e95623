"""A project takes newer templates for years: no change of either side gets lost unseen."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import copier
import pytest
from baking import commit, run
from histories import (
    HISTORIES,
    NEW_WHEEL,
    WHEEL,
    lost,
    marked,
    replace,
    tree,
    unmerged,
    write,
)
from update_steps import answer, head, made_of, status, take

from shared_analysis.updates import prepared


@pytest.mark.parametrize("name", HISTORIES)
def test_nothing_that_was_changed_is_lost_unseen(
    name: str, begun: dict[str, Path], tmp_path: Path, remembered: None
) -> None:
    history = HISTORIES[name]
    project = Path(shutil.copytree(begun[history.tool], tmp_path / "work" / "warm-beds"))
    before = tree(project)
    history.change(project)
    if (ours := tree(project)) != before:
        commit(project, "Our own change")
    was = head(project)
    with prepared(project, "v0.2.0") as update:
        assert update is not None
        theirs = made_of(update, tmp_path / "theirs")
        assert (tree(project), status(project), head(project)) == (ours, "", was), "it was only looked at"
        update.accept()
    after = tree(project)
    conflicts = {one.path for one in update.conflicts}
    assert conflicts == set(history.conflicts)
    assert marked(after) | unmerged(project) == conflicts, "each can be seen in the project itself"
    assert set(update.deleted) == set(history.stays)
    assert lost(before, ours, after, conflicts) == []
    assert lost(before, theirs, after, {*conflicts, *update.deleted, ".copier-answers.yml"}) == []
    if conflicts:
        assert head(project) == was
        assert run("git", "commit", "--message", "Unseen", cwd=project).returncode, "git lets nobody pass it by"
        run("git", "reset", "--hard", was, cwd=project)
    else:
        assert run("git", "rev-list", f"{was}..HEAD", cwd=project).stdout.split() == [head(project)]
        run("git", "revert", "--no-edit", "HEAD", cwd=project)
    assert (tree(project), status(project)) == (ours, "")


def test_half_of_the_histories_begin_with_each_tool() -> None:
    tools = [history.tool for history in HISTORIES.values()]
    assert abs(tools.count("cookiecutter") - tools.count("copier")) <= 1


def test_release_after_release_and_once_more(project: Path) -> None:
    before = tree(project)
    with (project / "README.md").open("a", encoding="utf-8", newline="\n") as readme:
        readme.write("\nOur own line.\n")
    write(project / "method" / "7-ours.md", "# Ours\n")
    replace(project / "requirements.in", "copier\n", "altair\ncopier\n")
    commit(project, "Our own change")
    ours = tree(project)
    take(project, "v0.2.0")
    replace(project / ".editorconfig", "indent_size = 4", "indent_size = 3")
    commit(project, "Another")
    ours[".editorconfig"] = ours[".editorconfig"].replace(b"indent_size = 4", b"indent_size = 3")
    assert take(project, "v0.3.0").conflicts == ()
    after = tree(project)
    assert lost(before, ours, after, ()) == []
    assert WHEEL not in after
    assert after[NEW_WHEEL].startswith(b"PK\0third")
    assert b"third release" in after[".editorconfig"]
    asked = after["requirements.in"].decode()
    assert f"./{NEW_WHEEL}\n# Everything else.\naltair\ncopier\n" in asked
    assert WHEEL not in asked
    was = head(project)
    with prepared(project) as update:
        assert update is None
    assert (head(project), status(project)) == (was, "")


def test_a_wheel_of_their_own_is_in_the_way_of_one_with_another_name(project: Path) -> None:
    before = tree(project)
    (project / WHEEL).write_bytes(b"PK\0our own" * 40)
    commit(project, "Our own change")
    ours = tree(project)
    conflicts = {one.path for one in take(project, "v0.3.0").conflicts}
    assert conflicts == unmerged(project)
    assert conflicts & {WHEEL, NEW_WHEEL}
    after = tree(project)
    assert lost(before, ours, after, conflicts) == []
    assert ours[WHEEL] in after.values(), "its bytes are there to be taken up again"


def test_a_conflict_that_was_resolved_does_not_come_back(project: Path) -> None:
    replace(project / "README.md", "Python 3.11 to 3.14", "Our Python")
    commit(project, "Our own change")
    assert [one.path for one in take(project, "v0.2.0").conflicts] == ["README.md"]
    run("git", "checkout", "--ours", "README.md", cwd=project)
    commit(project, "Take the second release, with our own words")
    assert take(project, "v0.3.0").conflicts == ()
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert "Our Python" in readme
    assert "**What for.**" in readme


def test_a_colleagues_fresh_clone_takes_it(begun: dict[str, Path], tmp_path: Path) -> None:
    """As a person does it: another home, nothing that copier or git remembers of the template."""
    clone, home = tmp_path / "clone", tmp_path / "home"
    home.mkdir()
    run("git", "clone", "--quiet", "--no-tags", str(begun["copier"]), str(clone), cwd=tmp_path)
    for key, value in (("user.name", "Colleague"), ("user.email", "colleague@example.org")):
        run("git", "config", key, value, cwd=clone)
    replace(clone / "README.md", "Python 3.11 to 3.14", "Our Python")
    commit(clone, "Our own change")
    surroundings = {"HOME": str(home), "USERPROFILE": str(home), "COPIER_CACHE_DIR": str(home / "cache")}
    command = (sys.executable, "-m", "shared_analysis", "update", "--no-run", "--to", "0.3.0", "--accept")
    taken = run(*command, cwd=clone, **surroundings)
    assert taken.returncode == 1, taken.stderr
    assert "The template: v0.1.0 -> v0.3.0" in taken.stdout
    assert "Conflicts: 1\n  README.md  (the template: changed, +2 -2)\n" in taken.stdout
    assert "    git reset --hard\n" in taken.stdout
    readme = (clone / "README.md").read_text(encoding="utf-8")
    assert "<<<<<<< HEAD" in readme
    assert "(template v0.3.0)" in readme
    assert unmerged(clone) == {"README.md"}


def test_a_project_inside_another_repository(begun: dict[str, Path], tmp_path: Path, remembered: None) -> None:
    """Its neighbour was made from the same template: what is deleted here must not be looked for there."""
    repository = tmp_path / "repository"
    for name in ("one", "two"):
        shutil.copytree(begun["copier"], repository / "projects" / name, ignore=shutil.ignore_patterns(".git"))
    run("git", "init", "--quiet", cwd=repository)
    run("git", "config", "user.name", "Analyst", cwd=repository)
    run("git", "config", "user.email", "analyst@example.org", cwd=repository)
    project, neighbour = repository / "projects" / "one", repository / "projects" / "two"
    (project / "governance" / "retention.md").unlink()
    replace(project / "README.md", "Python 3.11 to 3.14", "Our Python")
    commit(repository, "Start")
    beside = tree(neighbour)
    write(repository / "note.txt", "not the project's, not kept\n")
    update = take(project, "v0.2.0")
    assert [one.path for one in update.conflicts] == ["README.md"]
    assert update.deleted == ("governance/retention.md",)
    assert tree(neighbour) == beside
    assert b"second release" in tree(project)[".editorconfig"]
    assert unmerged(repository) == {"projects/one/README.md"}


def test_lines_that_end_as_windows_ends_them(project: Path) -> None:
    """Without .gitattributes, and with git's setting for Windows, every text is checked out with CRLF."""
    (project / ".gitattributes").unlink()
    with (project / "README.md").open("a", encoding="utf-8", newline="\n") as readme:
        readme.write("\nOur own line.\n")
    commit(project, "Our own change")
    run("git", "config", "core.autocrlf", "true", cwd=project)
    run("git", "rm", "--quiet", "-r", "--cached", ".", cwd=project)
    run("git", "reset", "--quiet", "--hard", cwd=project)
    assert b"\r\n" in (project / "README.md").read_bytes()
    assert take(project, "v0.2.0").conflicts == ()
    assert status(project) == ""
    readme = (project / "README.md").read_bytes()
    assert b"Python 3.12 to 3.14 and git" in readme
    assert readme.endswith(b"\r\nOur own line.\r\n")
    assert not run("git", "ls-files", "--eol", cwd=project).stdout.count("i/crlf")


def test_looking_leaves_no_trace(project: Path, tmp_path: Path) -> None:
    refs = run("git", "for-each-ref", cwd=project).stdout
    with prepared(project, "v0.2.0"):
        pass
    assert run("git", "for-each-ref", cwd=project).stdout == refs
    assert list((tmp_path / "temp").iterdir()) == []
    assert not (project / ".git" / "FETCH_HEAD").exists()


def test_both_changes_fit_by_their_lines_and_make_no_file(project: Path) -> None:
    """The template asks for a key under one heading, the project for the same one elsewhere: no line is the same."""
    replace(project / "pyproject.toml", "[project]\n", '[project]\nkeywords = ["ours"]\n')
    commit(project, "Our own change")
    with pytest.MonkeyPatch.context() as patch:
        render = copier.run_copy

        def other(source: str, folder: Path, **options: Any) -> None:
            render(source, folder, **options)
            if folder.name == "new":
                replace(folder / "pyproject.toml", "requires-python", 'keywords = ["theirs"]\nrequires-python')

        patch.setattr(copier, "run_copy", other)
        update = take(project, "v0.2.0")
    assert [(one.path, "no TOML any more" in one.why) for one in update.conflicts] == [("pyproject.toml", True)]
    assert unmerged(project) == {"pyproject.toml"}
    assert run("git", "commit", "--message", "Unseen", cwd=project).returncode


def test_an_answer_that_was_changed_reaches_every_file(project: Path) -> None:
    """It needs no newer version."""
    answer(project, 'methods: "linkage-and-forecasting"', 'methods: "linkage"')
    with prepared(project, "v0.1.0") as update:
        assert update is not None
        assert update.conflicts == ()
        landed = update.accept()
    assert landed.commit is not None
    assert not (project / "notebooks" / "30_forecast.ipynb").exists()
    assert (project / "notebooks" / "20_link.ipynb").exists()
    with prepared(project, "v0.1.0") as again:
        assert again is None


def test_the_template_asks_copier_for_nothing_that_a_merge_leaves_out(repository: Path) -> None:
    """An update makes the files of both versions and merges them: nothing would run tasks, or keep files out of it."""
    import yaml

    settings = yaml.safe_load((repository / "copier.yml").read_text(encoding="utf-8"))
    assert not settings.keys() & {"_migrations", "_tasks", "_skip_if_exists", "_exclude", "_jinja_extensions"}
