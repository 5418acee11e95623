"""What lies in ``releases/``: copies of what came out, of what an earlier commit claims, or of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.integrity.hashes import bytes_md5, file_md5
from shared_analysis.reproduce.commit.checkout import CleanCopy, tracked
from shared_analysis.reproduce.commit.content import Absent, DiskContent
from shared_analysis.reproduce.commit.lock import locked_stage
from shared_analysis.reproduce.commit.tree import printable
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.judge.unmade import RELEASES, folded, looks_like_a_result
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.yaml_file import UNREADABLE, parse_yaml

_ABOUT = ("manifest", "ro-crate-metadata", "datapackage", "decision", "decisions", "checklist", "metadata")
_LISTS = (".json", ".yaml", ".yml")
_TEXTS = (".md", ".rst", ".txt", ".xml", ".tex", *_LISTS[1:])
_LINK, _SUBMODULE = "120000", "160000"
_MOST_BYTES = 64 << 20
_MOST_VERSIONS = 1000
_EARLIER = "a copy of what an earlier commit claims, which was not run again here"
_NOWHERE = "no stage makes it: it is no copy of an output, neither of this commit nor of an earlier one"


class Released:
    """The released files of a commit.

    Parameters
    ----------
    copy
        The clean copy, before a stage has run.
    """

    def __init__(self, copy: CleanCopy) -> None:
        self._copy = copy
        self._files: dict[str, tuple[str, ...]] = {}
        held, pipeline = tracked(copy.root, copy.pipeline.top), copy.pipeline
        for name, mode in held.items():
            path = copy.root / name
            if not _is_released(name):
                continue
            if mode == _SUBMODULE or (mode == _LINK and not pipeline.is_own_file(path)):
                self._files[name] = ()  # of what lies elsewhere nobody can say where it comes from
            elif _is_a_result(name) and pipeline.is_own_file(path):
                self._files[name] = _hashes(path)
        for path, digest in pipeline.added().items():
            if _is_released(name := pipeline.name(path)):
                self._files[name] = (digest,)

    def judge(self, outcome: Outcome) -> Iterator[Finding]:
        """Say where each released file comes from, unless it is a copy of what came out.

        A release may be older than the commit: it is held to the locks of earlier commits, and passes, with a word.
        Texts, and lists of what is released, are not looked at.
        """
        made = _of_outputs(outcome) if self._files else set()
        rest = {name: digests for name, digests in self._files.items() if made.isdisjoint(digests)}
        earlier = self._claimed_earlier() if rest else set()
        for name, digests in rest.items():
            if earlier.isdisjoint(digests):
                yield Finding(
                    printable(name), Verdict.different, "no stage", (_NOWHERE,), None, next(iter(digests), None)
                )
            else:
                yield Finding(name, Verdict.equivalent, "no stage", (_EARLIER,), None, digests[0])

    def _claimed_earlier(self) -> set[str]:
        """List the hashes of what the locks of these pipelines have claimed up to the commit.

        Those of the files in a folder are among them where they are known. What a lock only mentions, in a comment or
        as something that was read, is no claim; nor is a lock with no pipeline beside it.
        """
        source, digests = self._copy.source, set()
        pipelines = {"dvc.yaml", *self._copy.pipeline.pipelines()}
        locks = [(PurePosixPath(source.prefix) / name).with_name("dvc.lock") for name in pipelines]
        for blob in self._versions(f":(top,literal){lock}" for lock in locks):
            try:
                for entry in parse_yaml(git("cat-file", "blob", blob, cwd=source.repository))["stages"].values():
                    locked = locked_stage(entry)
                    digests |= {
                        *locked.outs.values(),
                        *(one for files in locked.files.values() for one in files.values()),
                    }
            except (SharedAnalysisError, *UNREADABLE, AttributeError, KeyError, TypeError):
                continue  # an earlier lock that is none claims nothing
        for digest in sorted(digests):
            if digest.endswith(".dir"):
                try:
                    content = self._copy.store.content(digest, self._copy.root, fetch=False)
                    digests |= set((content.files() or {}).values())
                except Absent:
                    continue
        return digests

    def _versions(self, locks: Iterable[str]) -> list[str]:
        """List the versions of some files up to the commit, by the ids that git gives them, the newest first."""
        source = self._copy.source
        told = ("log", "-m", "--raw", "--no-abbrev", "--format=", source.commit, "--", *sorted(locks))
        try:
            lines = git(*told, cwd=source.repository).splitlines()
        except SharedAnalysisError:
            return []
        ids = dict.fromkeys(line.split()[3] for line in lines if line.startswith(":"))
        return [version for version in ids if version.strip("0")][:_MOST_VERSIONS]


def _is_released(name: str) -> bool:
    return PurePosixPath(folded(name)).parts[0] == RELEASES


def _is_a_result(name: str) -> bool:
    path = PurePosixPath(folded(name))
    about = path.stem in _ABOUT and path.suffix in _LISTS
    return looks_like_a_result(name) and path.suffix not in _TEXTS and not about


def _hashes(path: Path) -> tuple[str, ...]:
    """Hash a file as it is, and with the line ends that git may have given it."""
    if path.stat().st_size > _MOST_BYTES:
        return (file_md5(path),)
    content = path.read_bytes()
    plain = content.replace(b"\r\n", b"\n")
    return bytes_md5(content), bytes_md5(plain), bytes_md5(plain.replace(b"\n", b"\r\n"))


def _of_outputs(outcome: Outcome) -> set[str]:
    digests = {digest for digest in outcome.hashes.values() if digest}
    for name, (_, path) in outcome.outs.items():
        if outcome.hashes[name]:
            digests |= set((DiskContent(outcome.pipeline, path).files() or {}).values())
    return digests
