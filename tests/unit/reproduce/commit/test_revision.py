"""Which commit a revision means: one, whatever names somebody has given to branches and tags."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.commit.revision import find_commit
from tests.baked import git
from tests.unit.reproduce.small_project import commit, told_by_git, write

PLACES = ("refs/heads/", "refs/tags/", "refs/remotes/origin/", "refs/remotes/", "refs/")


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A repository of five commits, with nothing but its HEAD; the tests clear away their names."""
    root = tmp_path_factory.mktemp("history")
    git("init", "-q", "-b", "start", cwd=root)
    for number in range(5):
        write(root, "number.txt", str(number))
        commit(root)
    commits = told_by_git("rev-list", "--reverse", "HEAD", cwd=root).split()
    git("checkout", "-q", "--detach", cwd=root)
    git("branch", "-q", "-D", "start", cwd=root)
    return root, commits


@pytest.fixture
def repository(history: tuple[Path, list[str]]) -> tuple[Path, list[str]]:
    _clear(history[0])
    return history


def _clear(root: Path) -> None:
    for ref in told_by_git("for-each-ref", "--format=%(refname)", cwd=root).split():
        git("update-ref", "-d", ref, cwd=root)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_name_means_one_commit_or_is_refused(data: st.DataObject, history: tuple[Path, list[str]]) -> None:
    """What may be meant is told here from the names and ids alone, with none of git's own rules of precedence."""
    root, commits = history
    _clear(root)
    beginnings = [one[:length] for one in commits for length in (4, 7, 12)]
    names = st.sampled_from([*beginnings, commits[0], "HEAD", "v1", "feed", "2024", "abc", "main"])
    placed = st.dictionaries(st.tuples(st.sampled_from(PLACES), names), st.sampled_from(commits), max_size=4)
    refs = {place + name: target for (place, name), target in data.draw(placed).items()}
    for ref, target in refs.items():
        git("update-ref", ref, target, cwd=root)
    asked = data.draw(st.one_of(names, st.sampled_from(sorted(refs) or ["main"]), names.map(str.upper)))
    whole = [f"{place}{asked}" for place in ("refs/", "refs/heads/", "refs/tags/", "refs/remotes/", "")]
    hexadecimal = re.fullmatch("[0-9a-fA-F]{4,}", asked)
    meanings = {ref: refs[ref] for ref in whole if ref in refs}
    meanings |= {one: one for one in commits if hexadecimal and one.startswith(asked.lower())}
    if asked == "HEAD":
        meanings["HEAD"] = commits[-1]
    if asked.lower() in commits:
        meanings = {asked: asked.lower()}
    is_id = any(meaning in commits for meaning in meanings) or asked.lower() in commits
    if len(meanings) == 1 and (is_id or not hexadecimal):
        assert find_commit(root, asked) == next(iter(meanings.values()))
        return
    with pytest.raises(SharedAnalysisError) as refused:
        find_commit(root, asked)
    if len(meanings) > 1:
        assert all(meaning in refused.value.what for meaning in meanings), refused.value.what


def test_an_id_is_taken_by_at_least_four_of_its_digits(repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    for digits in range(4, 41):
        assert find_commit(root, commits[1][:digits]) == commits[1]
        assert find_commit(root, commits[1][:digits].upper()) == commits[1]
    for other in (commits[1][:3], commits[1] + "0", "0" * 40, "0" * 64, "0" * 50):
        with pytest.raises(SharedAnalysisError, match="knows no revision"):
            find_commit(root, other)


def test_a_tag_named_like_the_beginning_of_an_id_is_refused(repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    git("tag", commits[1][:8], commits[3], cwd=root)
    with pytest.raises(SharedAnalysisError, match="can mean more than one commit") as refused:
        find_commit(root, commits[1][:8])
    assert f"refs/tags/{commits[1][:8]}" in refused.value.what
    assert commits[1] in refused.value.what
    assert find_commit(root, f"refs/tags/{commits[1][:8]}") == commits[3]
    assert find_commit(root, commits[1]) == commits[1]
    git("tag", "decade", commits[2], cwd=root)
    with pytest.raises(SharedAnalysisError, match="looks like the beginning of an id") as refused:
        find_commit(root, "decade")
    assert "refs/tags/decade" in str(refused.value.next_step)


def test_a_tag_leads_to_its_commit_or_is_refused(repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    git("tag", "-a", "-m", "x", "v1", commits[1], cwd=root)
    git("tag", "-a", "-m", "x", "v1-again", "v1", cwd=root)
    assert find_commit(root, "v1") == find_commit(root, "v1-again") == commits[1]
    for name, target in {"folder": f"{commits[1]}^{{tree}}", "file": f"{commits[1]}:number.txt"}.items():
        git("tag", "-a", "-m", "x", name, target, cwd=root)
        git("tag", f"{name}-light", target, cwd=root)
        for tag in (name, f"{name}-light", f"refs/tags/{name}"):
            with pytest.raises(SharedAnalysisError, match="leads to no commit"):
                find_commit(root, tag)
        with pytest.raises(SharedAnalysisError, match="knows no revision"):
            find_commit(root, told_by_git("rev-parse", name, cwd=root)[:12])


def test_steps_lead_to_parents_of_what_is_one_commit(repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    git("tag", "v2", commits[3], cwd=root)
    assert find_commit(root, "HEAD~2") == commits[2]
    assert find_commit(root, "v2^~1") == commits[1]
    assert find_commit(root, f"{commits[3][:9]}^1^0") == commits[2]
    git("branch", "-q", "v2", commits[0], cwd=root)
    for amiss in ("v2~1", "HEAD~9", "HEAD^2", f"HEAD~{'9' * 30}"):
        with pytest.raises(SharedAnalysisError):
            find_commit(root, amiss)


@pytest.mark.parametrize("stands_in", ["replace", "graft"])
def test_what_stands_in_for_a_commit_is_not_read(stands_in: str, repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    grafts = root / ".git" / "info" / "grafts"
    if stands_in == "replace":
        git("replace", commits[4], commits[0], cwd=root)
        git("replace", commits[3], commits[0], cwd=root)
    else:
        write(root, ".git/info/grafts", f"{commits[4]} {commits[0]}\n")
    try:
        assert find_commit(root, "HEAD") == commits[4]
        assert find_commit(root, "HEAD~1") == commits[3]
        assert find_commit(root, "HEAD~2") == commits[2]
    finally:
        grafts.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "revision",
    [
        *("HEAD~2..HEAD", "v1...HEAD", "..HEAD", "HEAD..", "^HEAD", "HEAD^!", "HEAD^@", "HEAD^-1"),
        *("@", "@~1", "@{1}", "HEAD@{1}", "HEAD@{yesterday}", "@{-1}", "v1@{u}", "@{upstream}", "v1@{push}"),
        *(
            ":/A change",
            "HEAD^{/A change}",
            "HEAD^{commit}",
            "HEAD^{}",
            "HEAD^{tree}",
            "HEAD:number.txt",
            ":number.txt",
        ),
        *("", " ", "v1 ", "v1\n", "v1\0", "-v1", "--all", "v*", "v[1]", "v?", "~1", "^", "v1\\", "FETCH_HEAD", "head"),
        *("v1-1-gID", "x-gID", "nowhere", "refs/heads", "refs", "heads/v1", "tags"),
    ],
)
def test_what_does_not_name_one_commit_is_refused(revision: str, repository: tuple[Path, list[str]]) -> None:
    root, commits = repository
    git("tag", "v1", commits[1], cwd=root)
    write(root, ".git/FETCH_HEAD", f"{commits[0]}\t\tx\n")
    with pytest.raises(SharedAnalysisError, match=r"knows no revision|does not name one commit"):
        find_commit(root, revision.replace("ID", commits[2][:9]))
