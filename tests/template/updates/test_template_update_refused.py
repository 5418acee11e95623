"""What an update refuses: in words, and the project stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from baking import commit, run
from histories import (
    replace,
    tree,
    write,
)
from update_steps import answer, head, status, take

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.updates import prepared


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


@pytest.mark.parametrize(
    ("change", "wanted", "says"),
    [
        (lambda project, _: (project / ".copier-answers.yml").unlink(), None, "which template it was made from"),
        (lambda project, _: answer(project, "_commit:", "_comit:"), None, "the template's version"),
        (lambda project, _: answer(project, '"v0.1.0"', '"v0.0.9"'), None, "does not know v0.0.9"),
        (lambda project, template: answer(project, str(template), "/not/there"), None, "/not/there"),
        (lambda project, _: answer(project, "\nmethods:", "\nlicence: none\n_methods:"), None, "written twice"),
        (lambda project, _: answer(project, 'licence: "mit"', 'licence: "gpl"'), "v0.2.0", "does not take"),
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


def test_without_copier_it_says_how_to_get_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "copier", None)
    with pytest.raises(SharedAnalysisError, match="python -m pip install copier"), prepared(project):
        pass
