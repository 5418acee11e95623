"""Something else is read than the results were made from: inputs, parameters, code, the environment, tricks of git."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.reproduce import Verdict
from tests.baked import git
from tests.unit.reproduce.small_project import (
    DVC,
    PAGE,
    TABLE,
    WHEEL,
    cached,
    commit,
    dvc,
    edit,
    lock_wheel,
    overwrite,
    relock,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import LINK, TOTALS, Case

FACTOR = "data/raw/factor.csv"


def _digest_of_the_input(root: Path) -> str:
    return str(yaml.safe_load(text(root, f"{FACTOR}.dvc"))["outs"][0]["md5"])


def _add(root: Path, content: str) -> None:
    (root / FACTOR).unlink()
    write(root, FACTOR, content)
    dvc("add", FACTOR, cwd=root)


def input_swapped(root: Path) -> None:
    _add(root, "factor\n3.5\n")


def input_swapped_in_the_cache(root: Path) -> None:
    overwrite(cached(root, _digest_of_the_input(root)), b"factor\n3.5\n")


def input_lost(root: Path) -> None:
    lost = cached(root, _digest_of_the_input(root))
    overwrite(lost, b"")
    lost.unlink()


def pointer_edited(root: Path) -> None:
    replace(root, f"{FACTOR}.dvc", _digest_of_the_input(root), "0f" * 16)


def input_never_added(root: Path) -> None:
    """It lies in the analyst's folder of inputs, and neither git nor DVC keeps it."""
    write(root, ".gitignore", text(root, ".gitignore") + "/data/raw/more.csv\n")
    write(root, "data/raw/more.csv", "factor\n1.5\n")
    write(root, "code/table.py", TABLE.replace("factor = ", "open('data/raw/more.csv').read()\nfactor = "))
    repro(root)


def input_in_another_row_order(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].__setitem__(1, FACTOR))
    write(root, "code/table.py", TABLE.replace(".split()[1])", ".split()[1]) * 0 + 2.5"))
    _add(root, "factor\n2.5\n1.5\n")
    relock(root)
    _add(root, "factor\n1.5\n2.5\n")


def parameter_changed(root: Path) -> None:
    replace(root, "params.yaml", "seed: 1", "seed: 2")


def parameter_named_twice(root: Path) -> None:
    """One reader takes the first value, another the last."""
    replace(root, "params.yaml", "seed: 1", "seed: 1\n  seed: 2")


def parameters_explained(root: Path) -> None:
    replace(root, "params.yaml", "make:", "# Any whole number.\nmake:")


def code_changed(root: Path) -> None:
    replace(root, "code/table.py", "factor *", "1.1 * factor *")


def comment_changed(root: Path) -> None:
    replace(root, "code/page.py", "import json", "# how\nimport json")


def notebook_changed(root: Path) -> None:
    replace(root, "notebooks/page.ipynb", "mean * 100", "mean * 101")


def script_missing(root: Path) -> None:
    (root / "code" / "page.py").unlink()


def script_renamed_in_case(root: Path) -> None:
    git("mv", "code/page.py", "code/Page.py", cwd=root)


def wheel_edited(root: Path) -> None:
    write(root, WHEEL, "another wheel")


def wheel_and_its_hash_edited(root: Path) -> None:
    write(root, WHEEL, "another wheel")
    lock_wheel(root)


def second_wheel(root: Path) -> None:
    write(root, "vendor/other-1.0-py3-none-any.whl", "one more")


def wheel_without_its_hash(root: Path) -> None:
    write(root, "requirements.txt", f"./{WHEEL}\n")
    relock(root)


def package_without_a_hash(root: Path) -> None:
    write(root, "requirements.txt", text(root, "requirements.txt") + "pandas>=2\n")
    relock(root)


def package_with_its_hash_in_a_comment(root: Path) -> None:
    write(root, "requirements.txt", text(root, "requirements.txt") + f"pandas==2.0 # --hash=sha256:{'0' * 64}\n")
    relock(root)


def packages_named_elsewhere(root: Path) -> None:
    write(root, "other.txt", "pandas\n")
    write(root, "requirements.txt", text(root, "requirements.txt") + "-r other.txt\n")
    relock(root)


def packages_from_another_index(root: Path) -> None:
    more = "--extra-index-url https://example.org\n--find-links=wheels\n-e .\n"
    write(root, "requirements.txt", text(root, "requirements.txt") + more)
    relock(root)


def input_swapped_behind_line_ends(root: Path) -> None:
    """One stage is said to have read it with other line ends, which is harmless; a later one read something else."""
    write(root, "code/common.py", "x = 1\n")
    for stage in ("table", "page"):
        edit(root, "dvc.yaml", lambda all_, stage=stage: all_["stages"][stage]["deps"].append("code/common.py"))
    relock(root)
    claims = {"table": hashlib.md5(b"x = 1\r\n", usedforsecurity=False).hexdigest(), "page": "0f" * 16}

    def claim(lock: dict[str, Any]) -> None:
        for stage, digest in claims.items():
            next(dep for dep in lock["stages"][stage]["deps"] if dep["path"] == "code/common.py")["md5"] = digest

    edit(root, "dvc.lock", claim)


def package_of_another_version(root: Path) -> None:
    pinned = f"six==1.16.0 \\\n    --hash=sha256:{'0' * 64}\n"
    write(root, "requirements.txt", text(root, "requirements.txt") + pinned)
    relock(root)
    replace(root, "requirements.txt", "six==1.16.0", "six==1.17.0")


def line_ends_turned_by_git(root: Path) -> None:
    write(root, ".gitattributes", "code/*.py text eol=crlf\n")


def filter_of_git(root: Path) -> None:
    """The analyst's git shows other code than it commits; nobody else's git knows the filter."""
    git("config", "filter.other.clean", "sed s/1.1/1/", cwd=root)
    write(root, ".gitattributes", "code/table.py filter=other\n")
    replace(root, "code/table.py", "factor *", "1.1 * factor *")
    repro(root)


def change_hidden_from_git(root: Path) -> None:
    git("update-index", "--assume-unchanged", "code/table.py", cwd=root)
    replace(root, "code/table.py", "factor *", "1.1 * factor *")
    repro(root)


def left_out_of_archives(root: Path) -> None:
    write(root, ".gitattributes", "code/** export-ignore\nnotebooks/** export-ignore\n")


def code_in_a_submodule(root: Path) -> None:
    library = root.parent / "library"
    write(library, "titles.py", "TITLE = 'Totals'\n")
    git("init", "-q", "-b", "main", cwd=library)
    commit(library)
    git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "code/library", cwd=root)
    write(root, "code/page.py", "from library.titles import TITLE\n" + PAGE)
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("code/library/titles.py"))
    relock(root)


def input_is_a_link_out_of_the_project(root: Path) -> None:
    write(root.parent, "elsewhere/factor.txt", "2.5\n")
    (root / "code" / "factor.txt").symlink_to(root.parent / "elsewhere" / "factor.txt")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append("code/factor.txt"))
    relock(root)


def input_hidden_from_dvc(root: Path) -> None:
    write(root, ".dvcignore", "data/raw/scale.txt\n")
    write(root, "data/raw/scale.txt", "1.0")
    write(
        root, "code/table.py", TABLE.replace(".split()[1])", ".split()[1]) * float(open('data/raw/scale.txt').read())")
    )
    repro(root)
    write(root, "data/raw/scale.txt", "1.1")


def module_planted_beside_a_script(root: Path) -> None:
    write(
        root, "code/random.py", "class Random:\n    def __init__(self, seed): pass\n    def random(self): return 0.5\n"
    )


def start_up_files_planted(root: Path) -> None:
    for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "code/sitecustomize.py", "planted.pth"):
        write(root, name, "import sys; sys.exit('planted')\n")
    write(root, ".env", "PYTHONSTARTUP=conftest.py\nPYTHONHASHSEED=0\n")


def pipeline_written_otherwise(root: Path) -> None:
    """Stages in another order, a description, labels, comments: nothing that is run."""
    stages = {name: {"desc": f"To {name}", **DVC["stages"][name]} for name in reversed(DVC["stages"])}
    write(root, "dvc.yaml", "# What is run\n" + yaml.safe_dump({"stages": stages}))


D, E, M, SAME = Verdict.different, Verdict.equivalent, Verdict.missing, Verdict.identical
CASES = [
    Case("fraud", input_swapped, D, "data/raw", "the results were made from other content"),
    Case("fraud", input_swapped_in_the_cache, M, FACTOR, "the cache holds other content", "read"),
    Case("accident", input_lost, M, FACTOR, "its content is not available"),
    Case("fraud", pointer_edited, M, FACTOR, "its content is not available", "read"),
    Case("accident", input_never_added, M, TOTALS, "its stage ended with 1"),
    Case("harmless", input_in_another_row_order, E, FACTOR, "the rows stand in another order", "read"),
    Case(
        "accident",
        parameter_changed,
        D,
        "params.yaml: make.seed",
        "2 in the commit, 1 when the results were made",
        "read",
    ),
    Case("fraud", parameter_named_twice, None, "params.yaml", "twice"),
    Case("harmless", parameters_explained, SAME, "", ""),
    Case("accident", code_changed, D, "code/table.py", "the results were made from other content", "read"),
    Case("accident", comment_changed, D, "code/page.py", "the results were made from other content", "read"),
    Case("accident", notebook_changed, D, "notebooks/page.ipynb", "the results were made from other content", "read"),
    Case("accident", script_missing, M, "code/page.py", "the commit does not have it", "read"),
    Case("accident", script_renamed_in_case, M, "code/page.py", "the commit has it as Page.py", "read"),
    Case("fraud", wheel_edited, M, WHEEL, "not the wheel whose hash is in requirements.txt", "read"),
    Case("fraud", wheel_and_its_hash_edited, D, "vendor", "the results were made from other content", "read"),
    Case("accident", second_wheel, M, "vendor/other-1.0-py3-none-any.whl", "requirements.txt does not name it", "read"),
    Case("fraud", wheel_without_its_hash, M, WHEEL, "requirements.txt has no hash of it", "read"),
    Case("accident", package_without_a_hash, D, "requirements.txt", "no hash holds pandas to one version", "read"),
    Case(
        "fraud",
        package_with_its_hash_in_a_comment,
        D,
        "requirements.txt",
        "no hash holds pandas to one version",
        "read",
    ),
    Case(
        "accident", packages_named_elsewhere, D, "requirements.txt", "it takes packages from elsewhere with -r", "read"
    ),
    Case(
        "fraud",
        packages_from_another_index,
        D,
        "requirements.txt",
        "with --extra-index-url / it takes packages",
        "read",
    ),
    Case(
        "fraud", input_swapped_behind_line_ends, D, "code/common.py", "the results were made from other content", "read"
    ),
    Case(
        "accident",
        package_of_another_version,
        D,
        "requirements.txt",
        "the results were made from other content",
        "read",
    ),
    Case("harmless", line_ends_turned_by_git, E, "code/table.py", "from the same text with other line ends", "read"),
    Case("fraud", filter_of_git, D, "code/table.py", "the results were made from other content", "read"),
    Case("fraud", change_hidden_from_git, D, "code/table.py", "the results were made from other content", "read"),
    Case("harmless", left_out_of_archives, SAME, "", ""),
    Case("accident", code_in_a_submodule, M, "code/library/titles.py", "it lies in a git submodule", "read"),
    Case(
        "fraud",
        input_is_a_link_out_of_the_project,
        M,
        "code/factor.txt",
        LINK,
        "read",
        links=True,
    ),
    Case("fraud", input_hidden_from_dvc, D, TOTALS, "column total: 7 cells differ"),
    Case("fraud", module_planted_beside_a_script, D, "data/twin", "people.csv: column weight: 40 cells differ"),
    Case("harmless", start_up_files_planted, SAME, "", ""),
    Case("harmless", pipeline_written_otherwise, SAME, "", ""),
]
