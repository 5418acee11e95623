"""Mirrors of a template that have no tags, or not its whole history."""

from __future__ import annotations

from pathlib import Path

import pytest
from baking import commit, run
from histories import (
    replace,
    unmerged,
)
from update_steps import answer, take

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.updates import prepared


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
        answer(project, str(template), str(mirror))
    else:
        first = run("git", "rev-parse", "v0.1.0", cwd=template).stdout.strip()
        answer(project, f'"v0.1.0"\n_src_path: "{template}"', f'"{first[:7]}"\n_src_path: "{mirror}"')
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
    answer(project, str(template), str(_mirror(template, tmp_path / "mirror", "--depth", "2")))
    with pytest.raises(SharedAnalysisError, match=r"does not know v0\.1\.0.*cut short") as refused, prepared(project):
        pass
    assert "its versions are: v0.3.0, v0.2.0" in str(refused.value.next_step)


def test_a_template_without_a_version_is_refused(project: Path, template: Path, tmp_path: Path) -> None:
    mirror = _mirror(template, tmp_path / "mirror")
    run("git", "checkout", "--quiet", "--orphan", "new", cwd=mirror)
    replace(mirror / "cookiecutter.json", '"_version": "0.3.0",', "")
    commit(mirror, "Without a version")
    here = run("git", "rev-parse", "HEAD", cwd=mirror).stdout.strip()
    answer(project, f'"v0.1.0"\n_src_path: "{template}"', f'"{here}"\n_src_path: "{mirror}"')
    with (
        pytest.raises(SharedAnalysisError, match="no tag, and no cookiecutter"),
        prepared(project),
    ):
        pass
