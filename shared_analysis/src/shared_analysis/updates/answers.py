"""What a project was made from: the template's address and version, and the answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.yaml_file import UNREADABLE, CopierLoader, load_yaml, parse_yaml

ANSWERS_FILE = ".copier-answers.yml"
_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/", "bb:": "https://bitbucket.org/", "git+": ""}


@dataclass(frozen=True)
class Answers:
    """The file ``.copier-answers.yml``; ``source`` is its line with the address, as it stands there."""

    version: str
    address: str
    given: dict[str, Any]
    source: str

    @property
    def repository(self) -> str:
        """The address as git takes it: without the short forms that copier and cookiecutter know."""
        for short, full in _SHORT.items():
            if self.address.startswith(short):
                return full + self.address.removeprefix(short)
        return str(Path(self.address).expanduser()) if self.address.startswith("~") else self.address


def read_answers(root: Path) -> Answers:
    """Read which template, in which version and with which answers, made a project.

    Raises
    ------
    SharedAnalysisError
        If the file is not there, or does not say it.
    """
    path = root / ANSWERS_FILE
    if not path.is_file():
        raise SharedAnalysisError(
            "The project does not say which template it was made from.",
            ANSWERS_FILE,
            f"restore the file from an earlier commit: git log --all -- {ANSWERS_FILE}",
        )
    content = load_yaml(path, "answers", CopierLoader)
    content = content if isinstance(content, dict) else {}
    for key, meaning in (("_commit", "version"), ("_src_path", "address")):
        if not isinstance(content.get(key), str) or not content[key].strip():
            raise SharedAnalysisError(
                f"The project does not say the template's {meaning}.", f"{ANSWERS_FILE}, {key}", "write it there"
            )
    lines = path.read_text(encoding="utf-8").splitlines()
    return Answers(
        version=content["_commit"],
        address=content["_src_path"],
        given=_given(content),
        source=next(line for line in lines if re.match(r"""["']?_src_path["']?\s*:""", line)),
    )


def answers_then(root: Path, answers: Answers) -> tuple[dict[str, Any], str]:
    """Return the answers as they stood when the project took the version that it has, and the project's commit of then.

    The project's files came from those. Of a history that was cut short, the earliest that is left is taken.
    """
    then, taking = answers.given, "HEAD"
    for commit in git("log", "--format=%H", "--", ANSWERS_FILE, cwd=root).splitlines():
        try:
            content = parse_yaml(git("show", f"{commit}:./{ANSWERS_FILE}", cwd=root), CopierLoader)
        except (*UNREADABLE, SharedAnalysisError):
            continue
        if not isinstance(content, dict) or content.get("_commit") != answers.version:
            break
        then, taking = _given(content), commit
    return then, taking


def _given(content: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): answer for name, answer in content.items() if not str(name).startswith("_")}


def version_of(name: str) -> Version | None:
    """Return the version that a tag means, or the name of a commit after it (``v1.2.0-3-g1a2b3c4``); None if none."""
    try:
        return Version(re.sub(r"-\d+-g[0-9a-f]+$", "", name))
    except InvalidVersion:
        return None
