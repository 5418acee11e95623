"""A stage changes what it does not make: what others read, the commit's files, the git and the settings of the copy."""

from __future__ import annotations

from pathlib import Path

from shared_analysis.reproduce import Verdict
from tests.unit.reproduce.small_project import MAKE, PAGE, TABLE, edit, relock, repro, text, write
from tests.unit.reproduce.tampering.case import PAGE_OUT, TOTALS, Case

FACTOR, SCALE, HELPER = "data/raw/factor.csv", "code/scale.txt", "code/helper.py"
OVER = "a stage wrote over it while the pipeline ran"
LEFT = "a stage left it there, where a later one reads"
HIDDEN = "runs it in the place of other code"
SWAP = f"open('{SCALE}', 'w').write('1.1')\n"
BACK = f"open('{SCALE}', 'w').write('1.0')\n"
INFO = "pathlib.Path('.git/info').mkdir(exist_ok=True)\n"
RUN = """\
import subprocess
person = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
run = lambda *words: subprocess.run(["git", *person, *words], check=True)
"""


def meddle(root: Path, make: str = "", table: str = "", page: str = "") -> None:
    """Let stages do more at their end, which changes no result; the lock is true."""
    for name, code, more in (("make", MAKE, make), ("table", TABLE, table), ("page", PAGE, page)):
        write(root, f"code/{name}.py", code + more)
    relock(root)


def with_scale(root: Path) -> None:
    """Let a stage depend on one more small file."""
    write(root, SCALE, "1.0")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append(SCALE))


def with_helper(root: Path) -> None:
    """Let two stages import a module that dvc.yaml does not name."""
    write(root, HELPER, "def scale(x):\n    return x\n")


def swapped(root: Path, then: str, page: str = "") -> None:
    with_scale(root)
    meddle(root, make=RUN + SWAP + then, page=page)


def swap_staged(root: Path) -> None:
    swapped(root, f"run('add', '{SCALE}')\n")


def swap_assumed_unchanged(root: Path) -> None:
    swapped(root, f"run('update-index', '--assume-unchanged', '{SCALE}')\n")


def swap_kept_out_of_the_work_tree(root: Path) -> None:
    swapped(root, f"run('update-index', '--skip-worktree', '{SCALE}')\n")


def swap_committed(root: Path) -> None:
    swapped(root, "run('commit', '-qam', 'x')\n")


def swap_taken_out_of_the_index(root: Path) -> None:
    swapped(root, f"run('rm', '-q', '--cached', '{SCALE}')\n{INFO}open('.git/info/exclude', 'a').write('{SCALE}\\n')\n")


def swap_behind_a_filter(root: Path) -> None:
    clean = "run('config', 'filter.back.clean', 'sed s/1.1/1.0/')\n"
    swapped(root, f"{clean}{INFO}open('.git/info/attributes', 'w').write('{SCALE} filter=back')\n")


def swap_behind_settings_of_git(root: Path) -> None:
    times = f"import os\nbefore = os.stat('{SCALE}')\n"
    settings = "".join(
        f"run('config', '{name}', '{value}')\n"
        for name, value in {
            "core.trustctime": "false",
            "core.checkStat": "minimal",
            "core.ignoreStat": "true",
            "core.fileMode": "false",
        }.items()
    )
    with_scale(root)
    back = f"os.utime('{SCALE}', ns=(before.st_atime_ns, before.st_mtime_ns))\n"
    meddle(root, make=times + RUN + SWAP + back + settings)


def git_of_the_copy_replaced(root: Path) -> None:
    swapped(
        root, "import shutil\nshutil.rmtree('.git')\nrun('init', '-q')\nrun('add', '-A')\nrun('commit', '-qm', 'x')\n"
    )


def git_of_the_copy_deleted(root: Path) -> None:
    swapped(root, "import shutil\nshutil.rmtree('.git')\n")


def swap_put_back_by_a_later_stage(root: Path) -> None:
    swapped(root, "", page=BACK)


def swap_with_its_time_put_back(root: Path) -> None:
    with_scale(root)
    before = f"import os\nbefore = os.stat('{SCALE}')\n"
    meddle(root, make=f"{before}{SWAP}os.utime('{SCALE}', ns=(before.st_atime_ns, before.st_mtime_ns))\n", page=BACK)


def swap_through_a_hard_link(root: Path) -> None:
    with_scale(root)
    link = "data/twin/link.txt"
    more = f"import os\nos.link('{SCALE}', '{link}')\nopen('{link}', 'r+').write('1.1')\nos.unlink('{link}')\n"
    meddle(root, make=more)


def input_of_dvc_put_back(root: Path) -> None:
    meddle(
        root,
        make=f"open('{FACTOR}', 'w').write('factor\\n2.50\\n')\n",
        page=f"open('{FACTOR}', 'w').write('factor\\n2.5\\n')\n",
    )


def input_deleted_behind_its_reader(root: Path) -> None:
    meddle(root, page=f"pathlib.Path('{FACTOR}').unlink()\n")


def file_beside_an_input(root: Path) -> None:
    """The folder is what a later stage depends on."""
    meddle(root, make="open('data/raw/more.csv', 'w').write('x')\n")


def file_beside_an_input_taken_away_again(root: Path) -> None:
    meddle(
        root, make="open('data/raw/more.csv', 'w').write('x')\n", page="pathlib.Path('data/raw/more.csv').unlink()\n"
    )


def parameters_put_back(root: Path) -> None:
    honest = text(root, "params.yaml")
    meddle(
        root,
        make=f"open('params.yaml', 'w').write({honest.replace('twin', 'raw')!r})\n",
        page=f"open('params.yaml', 'w').write({honest!r})\n",
    )


def helper_changed(root: Path) -> None:
    with_helper(root)
    meddle(root, make=f"open('{HELPER}', 'w').write('def scale(x):\\n    return 2 * x\\n')\n")


def helper_put_back(root: Path) -> None:
    with_helper(root)
    honest = text(root, HELPER)
    meddle(root, make=f"open('{HELPER}', 'a').write('x = 1')\n", page=f"open('{HELPER}', 'w').write({honest!r})\n")


def helper_deleted(root: Path) -> None:
    with_helper(root)
    meddle(root, make=f"pathlib.Path('{HELPER}').unlink()\n")


def helper_turned_into_a_link(root: Path) -> None:
    with_helper(root)
    write(root, "code/other.py", "def scale(x):\n    return 2 * x\n")
    meddle(root, make=f"helper = pathlib.Path('{HELPER}')\nhelper.unlink()\nhelper.symlink_to('other.py')\n")


def folder_of_code_turned_into_a_link(root: Path) -> None:
    write(root, "code/lib/helper.py", "x = 1\n")
    meddle(root, make="import os\nos.rename('code/lib', 'data/twin-lib')\nos.symlink('../data/twin-lib', 'code/lib')\n")


def code_of_a_later_stage_changed(root: Path) -> None:
    meddle(root, make="open('code/page.py', 'a').write('# more\\n')\n")


def code_of_an_earlier_stage_changed(root: Path) -> None:
    """The reader looks at the code when all is over."""
    meddle(root, page="open('code/make.py', 'a').write('# more\\n')\n")


def notebook_changed_by_a_stage(root: Path) -> None:
    meddle(root, make="open('notebooks/page.ipynb', 'a').write(' ')\n")


def packages_changed_by_a_stage(root: Path) -> None:
    meddle(root, table="open('requirements.txt', 'a').write('# more\\n')\n")


def lock_changed_by_a_stage(root: Path) -> None:
    meddle(root, table="open('dvc.lock', 'a').write('# more\\n')\n")


def rules_of_git_changed_by_a_stage(root: Path) -> None:
    meddle(root, make="open('.gitignore', 'a').write('/code/\\n')\n")


def rules_of_dvc_changed_by_a_stage(root: Path) -> None:
    meddle(root, make="open('.dvcignore', 'a').write('data/raw/\\n')\n")


def rules_of_dvc_left_in_a_folder(root: Path) -> None:
    meddle(root, make="open('code/.dvcignore', 'w').write('*.txt\\n')\n")


def output_swapped_and_put_back(root: Path) -> None:
    """What one stage made is other when the next one reads it, and right again at the end."""
    more = "p = 'data/twin/people.csv'\nx = open(p).read()\nopen(p, 'w').write(x + '99,E00,1\\n')\n"
    write(root, "code/alter.py", more + "open('data/note.txt', 'w').write('x')\n")
    alter = {"cmd": "python code/alter.py", "deps": ["code/alter.py", "data/twin"], "outs": ["data/note.txt"]}

    def change(all_: dict[str, dict[str, dict[str, list[object]]]]) -> None:
        all_["stages"]["alter"] = alter  # type: ignore[assignment]
        all_["stages"]["table"]["deps"].append("data/note.txt")

    edit(root, "dvc.yaml", change)
    back = "p = 'data/twin/people.csv'\nx = open(p).read()\nopen(p, 'w').write(x.replace('99,E00,1\\n', ''))\n"
    write(root, "code/page.py", PAGE + back)
    repro(root)


def output_written_by_an_earlier_stage(root: Path) -> None:
    """The stage that is said to make the page makes none: an earlier one has put it there."""
    write(root, "code/page.py", PAGE.replace('pathlib.Path("reports/index.html").write_text', "str"))
    page = text(root, PAGE_OUT)
    write(
        root,
        "code/make.py",
        MAKE + f"pathlib.Path('reports').mkdir(exist_ok=True)\nopen('{PAGE_OUT}', 'w').write({page!r})\n",
    )
    relock(root)


def module_left_for_a_library(root: Path) -> None:
    meddle(root, table="open('code/csv.py', 'w').write('x = 1')\n")


def module_left_for_a_package(root: Path) -> None:
    meddle(root, make="open('code/yaml.py', 'w').write('x = 1')\n")


def package_left_for_a_module(root: Path) -> None:
    with_helper(root)
    meddle(root, make="pathlib.Path('code/helper').mkdir()\nopen('code/helper/__init__.py', 'w').write('x = 1')\n")


def compiled_module_left(root: Path) -> None:
    meddle(root, make="open('code/tidy.pyc', 'w').write('x')\n")


def compiled_code_left_in_pythons_cache(root: Path) -> None:
    """Python runs it without looking at the source beside it."""
    with_helper(root)
    write(root, ".gitignore", text(root, ".gitignore") + "__pycache__/\n")
    compiled = (
        "import py_compile\n"
        "pathlib.Path('code/other.txt').write_text('def scale(x):\\n    return 2 * x\\n')\n"
        "cache = __import__('importlib.util').util.cache_from_source('code/helper.py')\n"
        "py_compile.compile('code/other.txt', cache, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)\n"
    )
    write(root, "code/make.py", MAKE + compiled)
    write(root, "code/table.py", "from helper import scale\n" + TABLE.replace("factor *", "scale(factor) *"))
    repro(root)


def log_left_beside_the_outputs(root: Path) -> None:
    meddle(root, make="open('make.log', 'w').write('done')\n", page="open('make.log', 'a').write('done')\n")


def file_written_with_what_it_held(root: Path) -> None:
    meddle(root, make="code = open('code/page.py').read()\nopen('code/page.py', 'w').write(code)\n")


def times_of_files_changed(root: Path) -> None:
    meddle(root, make="import os\nfor path in pathlib.Path().rglob('*.[pc][ys]*'): os.utime(path, (1, 1))\n")


def script_made_executable(root: Path) -> None:
    meddle(root, make="pathlib.Path('code/page.py').chmod(0o755)\n")


def git_asked_by_a_stage(root: Path) -> None:
    meddle(root, make=RUN + "run('status', '--short')\nrun('rev-parse', 'HEAD')\nrun('gc', '-q')\n")


def caches_left_by_python(root: Path) -> None:
    meddle(root, make="import py_compile\npy_compile.compile('code/page.py')\n")


def undeclared_file_between_stages(root: Path) -> None:
    """It is made from the commit like all else, though dvc.yaml does not say so."""
    meddle(
        root,
        make="open('data/between.txt', 'w').write('x')\n",
        page="assert open('data/between.txt').read() == 'x'\n",
    )


def new_code_between_stages(root: Path) -> None:
    """Its name stands for nothing else, so that who reads the code sees where it comes from."""
    meddle(root, make="open('code/generated_names.py', 'w').write('x = 1')\n", page="import generated_names\n")


D, M, SAME = Verdict.different, Verdict.missing, Verdict.identical
CASES = [
    *(
        Case("fraud", swap, D, SCALE, OVER)
        for swap in (
            swap_staged,
            swap_assumed_unchanged,
            swap_kept_out_of_the_work_tree,
            swap_committed,
            swap_taken_out_of_the_index,
            swap_behind_a_filter,
            swap_behind_settings_of_git,
            git_of_the_copy_replaced,
            git_of_the_copy_deleted,
            swap_put_back_by_a_later_stage,
            swap_with_its_time_put_back,
            swap_through_a_hard_link,
        )
    ),
    Case("fraud", input_of_dvc_put_back, D, FACTOR, OVER),
    Case("accident", input_deleted_behind_its_reader, D, FACTOR, OVER),
    Case("accident", file_beside_an_input, D, "data/raw/more.csv", LEFT),
    Case("fraud", file_beside_an_input_taken_away_again, D, "data/raw/more.csv", LEFT),
    Case("fraud", parameters_put_back, D, "params.yaml", OVER),
    Case("fraud", helper_changed, D, HELPER, OVER),
    Case("fraud", helper_put_back, D, HELPER, OVER),
    Case("accident", helper_deleted, D, HELPER, OVER),
    Case("fraud", helper_turned_into_a_link, D, HELPER, OVER, links=True),
    Case("fraud", folder_of_code_turned_into_a_link, D, "code/lib/helper.py", OVER, links=True),
    Case("fraud", code_of_a_later_stage_changed, D, "code/page.py", OVER),
    Case("fraud", code_of_an_earlier_stage_changed, D, "code/make.py", OVER),
    Case("accident", notebook_changed_by_a_stage, D, "notebooks/page.ipynb", OVER),
    Case("accident", packages_changed_by_a_stage, D, "requirements.txt", OVER),
    Case("fraud", lock_changed_by_a_stage, D, "dvc.lock", OVER),
    Case("accident", rules_of_git_changed_by_a_stage, D, ".gitignore", OVER),
    Case("fraud", rules_of_dvc_changed_by_a_stage, D, ".dvcignore", OVER),
    Case("fraud", rules_of_dvc_left_in_a_folder, D, "code/.dvcignore", HIDDEN),
    Case("fraud", output_swapped_and_put_back, D, "data/twin", "another stage wrote over what its own had made"),
    Case("fraud", output_written_by_an_earlier_stage, M, PAGE_OUT, "its stage ran and did not make it"),
    Case("fraud", module_left_for_a_library, D, "code/csv.py", HIDDEN),
    Case("fraud", module_left_for_a_package, D, "code/yaml.py", HIDDEN),
    Case("fraud", package_left_for_a_module, D, "code/helper/__init__.py", HIDDEN),
    Case("fraud", compiled_module_left, D, "code/tidy.pyc", HIDDEN),
    Case("fraud", compiled_code_left_in_pythons_cache, D, TOTALS, "column total: 7 cells differ"),
    *(
        Case("harmless", change, SAME, "", "")
        for change in (
            log_left_beside_the_outputs,
            file_written_with_what_it_held,
            times_of_files_changed,
            script_made_executable,
            git_asked_by_a_stage,
            caches_left_by_python,
            undeclared_file_between_stages,
            new_code_between_stages,
        )
    ),
]
