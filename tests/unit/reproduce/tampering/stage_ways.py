"""Honest stages that run in an odd way, and outputs that are odd files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared_analysis.reproduce import Verdict
from tests.baked import git
from tests.unit.reproduce.small_project import repro, write
from tests.unit.reproduce.tampering.case import Case
from tests.unit.reproduce.tampering.dvc_ways import add

BEGIN = "import os, subprocess, sys\nos.mkdir('made')\nopen('made/x.txt', 'w').write('1')\n"


def run_code(root: Path, code: str) -> None:
    """Add a stage that makes a folder with one file, and then does something odd."""
    write(root, "code/odd.py", BEGIN + code)
    add(root, "odd", "python code/odd.py", deps=["code/odd.py"], outs=["made"])
    repro(root)


def stage_that_leaves_processes(root: Path) -> None:
    """One that would write into its output later, and one that has left its session."""
    late = "subprocess.Popen(['sh', '-c', 'sleep 60; echo late > made/y.txt'], start_new_session=True)\n"
    run_code(root, f"subprocess.Popen(['sleep', '60'])\n{late}")


def stage_that_says_much(root: Path) -> None:
    """No text, lines without an end, and what a terminal would obey."""
    run_code(
        root,
        "for _ in range(100):\n    sys.stdout.buffer.write(bytes(range(256)) * 1000)\n"
        "for done in range(50):\n    print(f'\\r{done} %', end='', flush=True)\n"
        "print('\\x1b[2J\\x1b]0;title\\x07', file=sys.stderr)\n",
    )


def stage_that_reads_what_is_typed(root: Path) -> None:
    """It looks whether a person is there, and nobody is."""
    write(root, "code/odd.py", BEGIN + "open('made/y.txt', 'w').write(repr(sys.stdin.isatty()))\n")
    add(root, "odd", "python code/odd.py < /dev/null", deps=["code/odd.py"], outs=["made"])
    repro(root)


def stage_that_asks_git(root: Path) -> None:
    asks = "('rev-parse', '--is-inside-work-tree'), ('status', '--short'), ('log', '-1'), ('describe', '--always')"
    run_code(root, f"for words in ({asks}):\n    subprocess.run(['git', *words], check=True)\n")


def outputs_with_odd_rights_and_times(root: Path) -> None:
    run_code(
        root,
        "os.makedirs('made/d')\nopen('made/d/y', 'w').write('2')\nos.utime('made/x.txt', (0, 0))\n"
        "os.utime('made/d/y', (4e9, 4e9))\nos.chmod('made/x.txt', 0o555)\nos.chmod('made/d', 0o555)\n",
    )


def outputs_with_several_names(root: Path) -> None:
    run_code(
        root,
        "os.link('made/x.txt', 'made/y.txt')\nos.link('code/odd.py', 'made/code.py')\n"
        "os.symlink('x.txt', 'made/z.txt')\nos.makedirs('made/d')\nos.symlink('../x.txt', 'made/d/w.txt')\n",
    )


def files_with_odd_names(root: Path) -> None:
    names = ["a b", "a'b\"", "tab\t", "\u00e9", "\u65e5\u672c", "-dash", "#h", "$x`y", "a*b?", "[z]", "x: y", "A", "a"]
    for name in [*names, "new\nline", "back\\slash", ".hidden", " lead", "trail ", "%41", "x" * 240]:
        write(root, f"code/names/{name}.txt", name)
    deps = [f"code/names/{name}.txt" for name in names]
    add(root, "odd", "cp -r code/names made && cat made/* > 'made of it'", deps=deps, outs=["made", "made of it"])
    repro(root)


def files_that_git_turns_into_another_encoding(root: Path) -> None:
    write(root, ".gitattributes", "code/wide.txt working-tree-encoding=UTF-16LE\ncode/put.py export-ignore\n")
    (root / "code/wide.txt").write_bytes("h\u00e9\n".encode("utf-16-le"))
    add(root, "odd", "cp code/wide.txt made", deps=["code/wide.txt"], outs=["made"])
    repro(root)


def folder_that_is_a_link_to_another(root: Path) -> None:
    (root / "lib").symlink_to("code")
    (root / "nowhere").symlink_to("not-there")
    add(root, "odd", "python lib/put.py made 1", deps=["lib"], outs=["made"])
    repro(root)


def code_that_the_authors_git_leaves_out(root: Path) -> None:
    write(root, ".git/info/exclude", "code/odd.py\n")
    run_code(root, "")


def folders_deeper_than_a_path(root: Path) -> None:
    """What one step at a time can make, nobody can name by its whole path."""
    run_code(root, "os.chdir('made')\nfor _ in range(60):\n    os.mkdir('d' * 80)\n    os.chdir('d' * 80)\n")


def tag_of_a_tag(root: Path) -> None:
    git("tag", "--annotate", "v1", "-m", "x", cwd=root)
    git("tag", "--annotate", "v2", "-m", "y", "v1", cwd=root)
    git("checkout", "-q", "--detach", "v2", cwd=root)


M, SAME = Verdict.missing, Verdict.identical


def _same(*changes: Callable[[Path], None], links: bool = False) -> list[Case]:
    return [Case("harmless", change, SAME, "", "", links=links) for change in changes]


CASES = [
    *_same(
        stage_that_leaves_processes,
        stage_that_says_much,
        stage_that_reads_what_is_typed,
        stage_that_asks_git,
        outputs_with_odd_rights_and_times,
        files_that_git_turns_into_another_encoding,
        tag_of_a_tag,
    ),
    *_same(outputs_with_several_names, files_with_odd_names, folder_that_is_a_link_to_another, links=True),
    Case("accident", code_that_the_authors_git_leaves_out, M, "code/odd.py", "the commit does not have it", "read"),
    Case(
        "accident",
        folders_deeper_than_a_path,
        Verdict.different,
        "dvc.yaml: odd",
        "deeper than anybody can look",
        links=True,
    ),
]
