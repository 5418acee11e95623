"""Honest projects that look odd: other shells, systems and values; and accidents that are named by their cause."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import yaml

from shared_analysis.reproduce import Verdict
from tests.baked import git
from tests.unit.reproduce.small_project import (
    MAKE,
    PAGE,
    commit,
    dvc,
    edit,
    forge_in_folder,
    keep,
    relock,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import BOOK, Case

SHELL = "/bin/bash"
ACCENT = "r\u00e9gion"
MAC = unicodedata.normalize("NFD", ACCENT)


def command(root: Path, cmd: str | list[str]) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"].update(cmd=cmd))


def command_with_double_brackets(root: Path) -> None:
    command(root, "[[ -f params.yaml && a == a* ]] && python code/page.py")
    repro(root, SHELL=SHELL)


def command_with_pipefail(root: Path) -> None:
    command(root, "set -euo pipefail; python code/page.py | cat")
    repro(root, SHELL=SHELL)


def command_that_sources(root: Path) -> None:
    write(root, "code/settings.sh", "export A_WORD=mean\n")
    command(root, 'source code/settings.sh && test "$A_WORD" = mean && python code/page.py')
    repro(root, SHELL=SHELL)


def command_with_an_array(root: Path) -> None:
    command(root, 'words=(code/page.py x); python "$words"')
    repro(root, SHELL=SHELL)


def command_with_a_substituted_file(root: Path) -> None:
    command(root, "cat <(echo read) && python code/page.py")
    repro(root, SHELL=SHELL)


def commands_of_several_lines(root: Path) -> None:
    """DVC runs each line in a shell of its own: what one sets is gone in the next."""
    command(root, 'A_WORD=median\n\ntest -z "$A_WORD"\npython code/page.py\n')
    repro(root)


def commands_in_a_list(root: Path) -> None:
    command(root, ["cd code", "test -d code", "python code/page.py"])
    repro(root)


def stage_that_works_in_a_folder(root: Path) -> None:
    stage = {
        "wdir": "code",
        "cmd": "python ../code/more.py",
        "deps": ["more.py", "../reports/metrics.json"],
        "outs": ["../reports/more.csv"],
    }
    write(root, "code/more.py", "open('../reports/more.csv', 'w').write('x\\n1\\n')\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(more=stage))
    repro(root)


def in_a_folder(root: Path) -> None:
    """Give a folder a pipeline of its own, with a lock of its own, which reads what the other makes."""
    stage = {"cmd": "python more.py", "deps": ["more.py", "../reports/metrics.json"], "outs": ["more.csv"]}
    write(root, "models/more.py", "open('more.csv', 'w').write('x\\n1\\n')\n")
    write(root, "models/dvc.yaml", json.dumps({"stages": {"page": stage}}))
    dvc("repro", "--all-pipelines", cwd=root)
    commit(root)


def pipeline_in_a_folder(root: Path) -> None:
    in_a_folder(root)


def pipeline_in_a_folder_with_other_code(root: Path) -> None:
    in_a_folder(root)
    replace(root, "models/more.py", "1", "2")


def lock_in_a_folder_edited(root: Path) -> None:
    in_a_folder(root)
    lock = yaml.safe_load(text(root, "models/dvc.lock"))
    replace(root, "models/dvc.lock", lock["stages"]["page"]["outs"][0]["md5"], keep(root, b"x\n2\n"))


def lock_in_a_folder_missing(root: Path) -> None:
    in_a_folder(root)
    (root / "models/dvc.lock").unlink()


def by_path(root: Path, first: str) -> None:
    """Let a stage run a script by its path, as it runs where the author is."""
    write(root, "code/page.sh", f"{first}python code/page.py\n")
    (root / "code" / "page.sh").chmod(0o755)
    command(root, "code/page.sh")
    relock(root)


def script_run_by_its_path(root: Path) -> None:
    by_path(root, "#!/bin/sh\n")


def script_without_the_right_to_run(root: Path) -> None:
    """Windows knows no such right, and its git commits none."""
    by_path(root, "#!/bin/sh\n")
    git("update-index", "--add", "--chmod=-x", "code/page.sh", cwd=root)
    git("config", "core.fileMode", "false", cwd=root)


def script_with_lines_of_windows(root: Path) -> None:
    by_path(root, "#!/bin/sh\r\n")


def program_that_is_not_here(root: Path) -> None:
    command(root, "a-program-of-the-author code/page.py")
    relock(root)


def id_written_out_by_git(root: Path) -> None:
    """The author's copy has ``$Id$``; git writes the version behind it in everybody else's."""
    write(root, ".gitattributes", "code/page.py ident\n")
    write(root, "code/page.py", "# $Id$\n" + PAGE)
    repro(root)


def folder_with_other_line_ends(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].__setitem__(0, "code"))
    relock(root)
    write(root, ".gitattributes", "code/*.py text eol=crlf\n")


def folder_of_code_changed(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].__setitem__(0, "code"))
    relock(root)
    write(root, ".gitattributes", "code/*.py text eol=crlf\n")
    replace(root, "code/make.py", "range(1, 41)", "range(1, 40 + 1)")


def pointer_of_git_lfs(root: Path) -> None:
    """The author's git fetches what the pointer stands for; the reviewer's has no git-lfs."""
    write(root, "code/areas.txt", "E01\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("code/areas.txt"))
    relock(root)
    write(root, ".gitattributes", "code/areas.txt filter=a-filter-like-lfs\n")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 4\n"
    write(root, "code/areas.txt", pointer)


def filter_that_nobody_else_has(root: Path) -> None:
    write(root, "code/areas.txt", "E01\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("code/areas.txt"))
    relock(root)
    write(root, ".gitattributes", "code/areas.txt filter=secret\n")
    write(root, "code/areas.txt", "encrypted\n")


def input_named_by_a_mac(root: Path) -> None:
    """The pipeline has one letter, git the letter and its accent: macOS takes either for the other."""
    write(root, f"code/{ACCENT}.txt", "E01\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append(f"code/{ACCENT}.txt"))
    relock(root)
    (root / f"code/{ACCENT}.txt").rename(root / f"code/{MAC}.txt")


def input_named_by_a_mac_and_changed(root: Path) -> None:
    input_named_by_a_mac(root)
    write(root, f"code/{MAC}.txt", "E02\n")


def folder_named_in_by_a_mac(root: Path) -> None:
    for place in ("code/lookup/areas.txt", f"code/lookup/{ACCENT}.txt"):
        write(root, place, "E01\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("code/lookup"))
    relock(root)
    (root / f"code/lookup/{ACCENT}.txt").rename(root / f"code/lookup/{MAC}.txt")


def two_names_to_linux_and_one_to_a_mac(root: Path) -> None:
    write(root, f"code/{ACCENT}.txt", "E01\n")
    write(root, f"code/{MAC}.txt", "E02\n")
    deps = [f"code/{ACCENT}.txt", f"code/{MAC}.txt"]
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].extend(deps))
    relock(root)


def output_named_by_a_mac(root: Path) -> None:
    write(root, "code/make.py", MAKE + f"(out / '{ACCENT}.csv').write_text('x')\n")
    repro(root)
    forge_in_folder(root, "data/twin", f"{ACCENT}.csv", None)
    forge_in_folder(root, "data/twin", f"{MAC}.csv", b"x")


def output_named_by_a_mac_and_forged(root: Path) -> None:
    write(root, "code/make.py", MAKE + f"(out / '{ACCENT}.csv').write_text('x,y\\n1,2\\n')\n")
    repro(root)
    forge_in_folder(root, "data/twin", f"{ACCENT}.csv", None)
    forge_in_folder(root, "data/twin", f"{MAC}.csv", b"x,y\n1,3\n")


def parameter(root: Path, written: str) -> None:
    """Give a stage one more parameter, which its author's DVC reads and locks."""
    replace(root, "params.yaml", "seed: 1", f"seed: 1\n  more: {written}")
    repro(root)


def parameter_that_says_no(root: Path) -> None:
    parameter(root, "no")


def parameter_that_begins_with_nought(root: Path) -> None:
    parameter(root, "010")


def parameter_of_a_time_of_day(root: Path) -> None:
    parameter(root, "12:30")


def parameter_of_a_tiny_number(root: Path) -> None:
    parameter(root, "1e-05")


def parameter_of_a_day_in_quotes(root: Path) -> None:
    parameter(root, '"2024-01-01"')


def parameter_of_a_day_where_dvc_reads_none(root: Path) -> None:
    replace(root, "params.yaml", "seed: 1", "seed: 1\n  more: 2024-01-01")


def parameters_of_every_kind(root: Path) -> None:
    values = "[yes, Off, ~, 0x1F, 0o17, 1_000, .5, -.inf, '007', \"a\\tb\", on, 1.0, 1e3, \u00e9]"
    parameter(root, f"{{all: {values}, empty: , words: two words}}")


def parameter_no_made_false(root: Path) -> None:
    """Text to DVC, and a word that an older YAML takes for the same."""
    parameter(root, "no")
    replace(root, "params.yaml", "more: no", "more: false")


def parameter_written_another_way(root: Path) -> None:
    parameter(root, "1e-05")
    replace(root, "params.yaml", "more: 1e-05", "more: 0.00001 # the same")


D, E, M, SAME = Verdict.different, Verdict.equivalent, Verdict.missing, Verdict.identical
OTHER = "the results were made from other content"


def _same(*changes: Callable[[Path], None]) -> list[Case]:
    return [Case("harmless", change, SAME, "", "") for change in changes]


CASES = [
    *_same(
        command_with_double_brackets,
        command_with_pipefail,
        command_that_sources,
        command_with_an_array,
        command_with_a_substituted_file,
        commands_of_several_lines,
        commands_in_a_list,
        stage_that_works_in_a_folder,
        pipeline_in_a_folder,
        script_run_by_its_path,
        input_named_by_a_mac,
        two_names_to_linux_and_one_to_a_mac,
        parameter_that_says_no,
        parameter_that_begins_with_nought,
        parameter_of_a_time_of_day,
        parameter_of_a_tiny_number,
        parameter_of_a_day_in_quotes,
        parameters_of_every_kind,
        parameter_written_another_way,
    ),
    Case(
        "accident",
        parameter_of_a_day_where_dvc_reads_none,
        None,
        "dvc.yaml",
        "Unsupported value of type 'date' in 'params.yaml:make.more'",
    ),
    Case("accident", pipeline_in_a_folder_with_other_code, D, "models/more.py", OTHER, "run"),
    Case("fraud", lock_in_a_folder_edited, D, "models/more.csv", "column x: 1 cell differs"),
    Case("accident", lock_in_a_folder_missing, D, "models/dvc.yaml: page", "models/dvc.lock does not know this stage"),
    Case("accident", script_without_the_right_to_run, M, BOOK, "code/page.sh may not be run"),
    Case("accident", script_with_lines_of_windows, M, BOOK, "the first line of code/page.sh ends as on Windows"),
    Case("accident", program_that_is_not_here, M, BOOK, "there is no program a-program-of-the-author here"),
    Case("harmless", id_written_out_by_git, E, "code/page.py", "before git wrote $Id$ out in it"),
    Case("harmless", folder_with_other_line_ends, E, "code", "from the same text with other line ends", "read"),
    Case("accident", folder_of_code_changed, D, "code", OTHER, "read"),
    Case("accident", pointer_of_git_lfs, M, "code/areas.txt", "git-lfs keeps it", "read"),
    Case("accident", filter_that_nobody_else_has, D, "code/areas.txt", "through the filter 'secret'", "read"),
    Case("fraud", input_named_by_a_mac_and_changed, D, f"code/{ACCENT}.txt", OTHER, "read"),
    Case("harmless", folder_named_in_by_a_mac, E, "code/lookup", "in another form of Unicode", "read"),
    Case("harmless", output_named_by_a_mac, E, "data/twin", "under a name in another form of Unicode"),
    Case("fraud", output_named_by_a_mac_and_forged, D, "data/twin", "column y: 1 cell differs", "run"),
    Case("fraud", parameter_no_made_false, D, "params.yaml: make.more", 'false in the commit, "no" when', "read"),
]
