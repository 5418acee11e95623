"""A project takes newer templates for years: no change of either side gets lost unseen."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import copier
import pytest
from baking import by_cookiecutter, commit, run
from histories import (
    ANSWERS,
    HISTORIES,
    NEW_WHEEL,
    WHEEL,
    Files,
    lost,
    marked,
    release,
    replace,
    tree,
    unmerged,
    write,
)

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.updates import Update, prepared
from tests.shared_run import made_once

RENDER = copier.run_copy


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with three releases."""
    return (
        made_once(tmp_path_factory, "released", lambda folder: release(folder / "shared-analysis")) / "shared-analysis"
    )


@pytest.fixture(scope="session")
def begun(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project of the first release by each tool, committed."""

    def make(folder: Path) -> None:
        run("git", "checkout", "--quiet", "v0.1.0", cwd=template)
        by_cookiecutter(template, folder / "cookiecutter", ANSWERS)
        run("git", "checkout", "--quiet", "-", cwd=template)
        by_copier = folder / "copier" / "warm-beds"
        RENDER(str(template), by_copier, data=ANSWERS, vcs_ref="v0.1.0", defaults=True, quiet=True)
        run("git", "init", "--quiet", cwd=by_copier)
        for project in folder.glob("*/warm-beds"):
            run("git", "config", "user.name", "Analyst", cwd=project)
            run("git", "config", "user.email", "analyst@example.org", cwd=project)
            commit(project, "Start the project")

    folder = made_once(tmp_path_factory, "begun", make)
    return {tool: folder / tool / "warm-beds" for tool in ("cookiecutter", "copier")}


@pytest.fixture
def remembered(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let copier make the files of a version and of some answers only once: they are always the same."""

    def render(source: str, folder: Path, *, data: dict[str, Any], vcs_ref: str, **options: Any) -> None:
        key = hashlib.sha256(repr((vcs_ref, sorted(data.items()))).encode()).hexdigest()[:12]
        rendered = made_once(
            tmp_path_factory,
            f"rendered-{key}",
            lambda path: RENDER(source, path / "project", data=data, vcs_ref=vcs_ref, **options),
        )
        shutil.copytree(rendered / "project", folder)

    monkeypatch.setattr(copier, "run_copy", render)
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))


@pytest.fixture
def project(begun: dict[str, Path], tmp_path: Path, remembered: None) -> Path:
    """A copy of the project that plain cookiecutter made."""
    return Path(shutil.copytree(begun["cookiecutter"], tmp_path / "work" / "warm-beds"))


def head(project: Path) -> str:
    return run("git", "rev-parse", "HEAD", cwd=project).stdout.strip()


def status(project: Path) -> str:
    return run("git", "status", "--porcelain", cwd=project).stdout


def take(project: Path, version: str) -> Update:
    with prepared(project, version) as update:
        assert update is not None
        update.accept()
    return update


def made_of(update: Update, folder: Path) -> Files:
    """What the newer version makes of the project's answers."""
    archive = folder.with_suffix(".tar")
    done = run("git", "archive", "--format=tar", "-o", str(archive), update.taken, cwd=update.copy)
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(archive, folder, "tar")
    return tree(folder)


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


def _stage(project: Path) -> None:
    write(project / "method" / "1-outcome.md", "# Staged\n")
    run("git", "add", "--all", cwd=project)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda project: write(project / "README.md", "# Other\n"), "README.md"),
        (_stage, "method/1-outcome.md"),
        (lambda project: write(project / "method" / "new.md", "# New\n"), "method/new.md"),
        (lambda project: (project / "README.md").unlink(), "README.md"),
    ],
    ids=["edited", "staged", "added", "deleted"],
)
def test_changes_that_are_not_committed_are_refused(project: Path, change: Any, named: str) -> None:
    change(project)
    ours, said = tree(project), status(project)
    with pytest.raises(SharedAnalysisError, match="not committed") as refused, prepared(project):
        pass
    assert named in str(refused.value.where)
    assert (tree(project), status(project)) == (ours, said)


def _answers(project: Path, old: str, new: str) -> None:
    replace(project / ".copier-answers.yml", old, new)
    commit(project, "Other answers")


@pytest.mark.parametrize(
    ("change", "wanted", "says"),
    [
        (lambda project, _: (project / ".copier-answers.yml").unlink(), None, "which template it was made from"),
        (lambda project, _: _answers(project, "_commit:", "_comit:"), None, "the template's version"),
        (lambda project, _: _answers(project, '"v0.1.0"', '"v0.0.9"'), None, "does not know v0.0.9"),
        (lambda project, template: _answers(project, str(template), "/not/there"), None, "/not/there"),
        (lambda project, _: _answers(project, "\nmethods:", "\nlicence: none\n_methods:"), None, "written twice"),
        (lambda project, _: _answers(project, 'licence: "mit"', 'licence: "gpl"'), "v0.2.0", "does not take"),
        (lambda project, _: None, "0.9", "has no version 0.9"),
        (lambda project, _: None, "main", "has no version main"),
        (lambda project, _: take(project, "v0.3.0"), "v0.2.0", "v0.2.0 is older"),
    ],
    ids=["no answers", "no version", "no tag", "address", "broken", "answer", "absent", "branch", "older"],
)
def test_what_cannot_be_updated_is_refused_in_words(
    project: Path, template: Path, change: Any, wanted: str | None, says: str
) -> None:
    change(project, template)
    if status(project):
        commit(project, "A change")
    ours, was = tree(project), head(project)
    with pytest.raises(SharedAnalysisError) as refused, prepared(project, wanted):
        pass
    assert says in str(refused.value)
    assert refused.value.next_step
    assert (tree(project), head(project), status(project)) == (ours, was, "")


@pytest.mark.parametrize("begun_with_git", [True, False])
def test_a_project_that_was_never_committed_is_refused(project: Path, begun_with_git: bool) -> None:
    remove_folder(project / ".git")
    if begun_with_git:
        run("git", "init", "--quiet", cwd=project)
    with pytest.raises(SharedAnalysisError, match="not committed") as refused, prepared(project):
        pass
    assert "git init" in str(refused.value.next_step)


def _mirror(template: Path, folder: Path, *options: str) -> Path:
    run("git", "clone", "--quiet", "--no-tags", *options, f"file://{template}", str(folder), cwd=template)
    return folder


@pytest.mark.parametrize("tool", ["cookiecutter", "copier"])
def test_a_mirror_without_tags_is_as_good(
    tool: str, project: Path, template: Path, tmp_path: Path, remembered: None
) -> None:
    """Cookiecutter records the version there, copier the commit's id."""
    mirror = _mirror(template, tmp_path / "mirror")
    if tool == "cookiecutter":
        _answers(project, str(template), str(mirror))
    else:
        first = run("git", "rev-parse", "v0.1.0", cwd=template).stdout.strip()
        _answers(project, f'"v0.1.0"\n_src_path: "{template}"', f'"{first[:7]}"\n_src_path: "{mirror}"')
    replace(project / "README.md", "Python 3.11 to 3.14", "Our Python")
    commit(project, "Our own change")
    update = take(project, "0.2.0")
    assert update.new == "v0.2.0"
    assert unmerged(project) == {"README.md"}
    answers = (project / ".copier-answers.yml").read_text(encoding="utf-8")
    assert f'_commit: "v0.2.0"\n_src_path: "{mirror}"\n' in answers
    run("git", "checkout", "--ours", "README.md", cwd=project)
    commit(project, "Take the second release, with our own words")
    update = take(project, "v0.3.0")
    assert (update.old, update.new, update.conflicts) == ("v0.2.0", "v0.3.0", ())
    with prepared(project) as again:
        assert again is None


def test_a_mirror_with_a_part_of_the_history_is_refused(project: Path, template: Path, tmp_path: Path) -> None:
    _answers(project, str(template), str(_mirror(template, tmp_path / "mirror", "--depth", "2")))
    with pytest.raises(SharedAnalysisError, match=r"does not know v0\.1\.0.*cut short") as refused, prepared(project):
        pass
    assert "its versions are: v0.3.0, v0.2.0" in str(refused.value.next_step)


def test_a_template_without_a_version_is_refused(project: Path, template: Path, tmp_path: Path) -> None:
    mirror = _mirror(template, tmp_path / "mirror")
    run("git", "checkout", "--quiet", "--orphan", "new", cwd=mirror)
    replace(mirror / "cookiecutter.json", '"_version": "0.3.0",', "")
    commit(mirror, "Without a version")
    here = run("git", "rev-parse", "HEAD", cwd=mirror).stdout.strip()
    _answers(project, f'"v0.1.0"\n_src_path: "{template}"', f'"{here}"\n_src_path: "{mirror}"')
    with (
        pytest.raises(SharedAnalysisError, match="no tag, and no cookiecutter"),
        prepared(project),
    ):
        pass


@pytest.mark.parametrize("ignored", [True, False])
def test_a_file_that_git_does_not_keep_is_not_written_over(project: Path, ignored: bool) -> None:
    if ignored:
        with (project / ".gitignore").open("a", encoding="utf-8", newline="\n") as rules:
            rules.write("6-next.md\n")
    commit(project, "Our own rules") if ignored else None
    with prepared(project, "v0.2.0") as update:
        assert update is not None
        write(project / "method" / "6-next.md", "# Ours alone\n")
        ours, was = tree(project), head(project)
        with pytest.raises(SharedAnalysisError) as refused:
            update.accept()
    assert "method/6-next.md" in str(refused.value)
    assert (tree(project), head(project)) == (ours, was)


@pytest.mark.parametrize("place", ["governance/retention.md", "method"])
def test_what_the_project_keeps_to_itself_is_not_lost_beside_a_conflict(project: Path, place: str) -> None:
    """A file that it no longer commits and the template changes; one where the template has a folder."""
    run("git", "rm", "-r", "--quiet", place, cwd=project)
    with (project / ".gitignore").open("a", encoding="utf-8", newline="\n") as rules:
        rules.write(f"/{place}\n")
    replace(project / "README.md", "Python 3.11 to 3.14 and git", "Python 3.14 and git")
    commit(project, "Ours")
    write(project / place, "# Ours alone\n")
    with prepared(project, "v0.2.0") as update:
        assert update is not None
        assert [one.path for one in update.conflicts] == ["README.md"]
        ours, was = tree(project), head(project)
        with pytest.raises(SharedAnalysisError) as refused:
            update.accept()
    assert refused.value.where == place
    assert (tree(project), head(project)) == (ours, was)


def test_a_commit_made_meanwhile_is_not_written_over(project: Path) -> None:
    with prepared(project, "v0.2.0") as update:
        assert update is not None
        write(project / "README.md", "# Other\n")
        commit(project, "Meanwhile")
        with pytest.raises(SharedAnalysisError, match="meanwhile"):
            update.accept()
    assert status(project) == ""


@pytest.mark.parametrize("step", ["merge", "record", "changes", "fetch"])
def test_stopped_half_way_it_leaves_the_project_as_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ours, was = tree(project), head(project)

    def stop(*_: object, **__: object) -> Iterator[None]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"shared_analysis.updates.update.{step}", stop)
        with pytest.raises(KeyboardInterrupt), prepared(project, "v0.2.0"):
            pass
    assert (tree(project), head(project), status(project)) == (ours, was, "")
    assert take(project, "v0.2.0").conflicts == ()


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
    _answers(project, 'methods: "linkage-and-forecasting"', 'methods: "linkage"')
    with prepared(project, "v0.1.0") as update:
        assert update is not None
        assert update.conflicts == ()
        landed = update.accept()
    assert landed.commit is not None
    assert not (project / "notebooks" / "30_forecast.ipynb").exists()
    assert (project / "notebooks" / "20_link.ipynb").exists()
    with prepared(project, "v0.1.0") as again:
        assert again is None


def test_without_copier_it_says_how_to_get_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "copier", None)
    with pytest.raises(SharedAnalysisError, match="python -m pip install copier"), prepared(project):
        pass


def test_the_template_asks_copier_for_nothing_that_a_merge_leaves_out(repository: Path) -> None:
    """An update makes the files of both versions and merges them: nothing would run tasks, or keep files out of it."""
    import yaml

    settings = yaml.safe_load((repository / "copier.yml").read_text(encoding="utf-8"))
    assert not settings.keys() & {"_migrations", "_tasks", "_skip_if_exists", "_exclude", "_jinja_extensions"}
