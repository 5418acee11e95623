"""A stage finds its results instead of making them: in git, in DVC's stores, in bytecode, by a process left behind."""

from __future__ import annotations

import importlib.util
import marshal
from pathlib import Path

from shared_analysis.reproduce import Verdict
from tests.unit.reproduce.small_project import (
    MAKE,
    PAGE,
    TABLE,
    commit,
    dvc,
    edit,
    edit_json,
    forge,
    keep,
    recorded,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import METRICS, TOTALS, Case

KEPT_BY_GIT = "/data/twin/\n/data/processed/\n/reports/*\n!/reports/metrics.json\n"
ASKING = """
import subprocess, sys
def said(*words):
    return subprocess.run([*words], capture_output=True, text=True).stdout
def claimed(words):
    return words.startswith('{') and '9.5' in words
"""
BY_GIT = """
shown = [said('git', 'show', f'{revision}:reports/metrics.json') for revision in REVISIONS]
for words in filter(claimed, shown):
    pathlib.Path('reports/metrics.json').write_text(words)
"""
BY_OBJECT = """
listed = said('git', 'cat-file', '--batch-check', '--batch-all-objects').split('\\n')
for words in filter(claimed, [said('git', 'cat-file', 'blob', line.split()[0]) for line in listed if 'blob' in line]):
    pathlib.Path('reports/metrics.json').write_text(words)
"""
BY_DVC = """
import os, shutil
made = pathlib.Path('reports/metrics.json').read_text()
for command in COMMANDS:
    os.remove('reports/metrics.json') if os.path.exists('reports/metrics.json') else None
    said(sys.executable, '-m', 'dvc', *command.split())
    if os.path.exists('reports/metrics.json'):
        break
else:
    pathlib.Path('reports/metrics.json').write_text(made)
"""
BY_ADDRESS = """
import configparser, shutil, yaml
settings = configparser.ConfigParser(strict=False)
settings.read(['.dvc/config', '.dvc/config.local', '../clone/.dvc/config', '../aside/.dvc/config'])
for revision in ('HEAD', 'HEAD~1', ''):
    settings.read_string(said('git', 'show', f'{revision}:.dvc/config'))
outs = [out for stage in yaml.safe_load(open('dvc.lock'))['stages'].values() for out in stage['outs']]
digest = next(out['md5'] for out in outs if out['path'] == 'reports/metrics.json')
for section in settings.sections():
    place = pathlib.Path(settings[section].get('url') or settings[section].get('dir') or 'nowhere')
    for folder in (place, pathlib.Path('.dvc') / place):
        if (folder / 'files' / 'md5' / digest[:2] / digest[2:]).is_file():
            shutil.copyfile(folder / 'files' / 'md5' / digest[:2] / digest[2:], 'reports/metrics.json')
"""
LATER = """
import pathlib, sys, time
for _ in range(4000):
    time.sleep(0.001)
    try:
        words = pathlib.Path('reports/metrics.json').read_text()
    except OSError:
        continue
    if words.endswith('}') and '9.5' not in words:
        pathlib.Path('reports/metrics.json').write_text(sys.argv[1])
"""
HELPER = "def share():\n    return 1.0\n"
FORGED = "def share():\n    return 1.1\n"


def _claimed(root: Path) -> str:
    return edit_json(root, METRICS, mean=9.5)


def _asking(root: Path, how: str, **words: object) -> None:
    """Let the stage that makes the metrics look for those that are claimed, and commit these."""
    constants = "".join(f"{name} = {value!r}\n" for name, value in words.items())
    write(root, "code/table.py", TABLE + ASKING + constants + how)
    _part(root)


def _part(root: Path, first: str = "") -> None:
    """Let the page show nothing of the metrics: a claim about them alone is then the same in every output."""
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].remove(METRICS))
    write(root, "code/page.py", first + PAGE.replace('json.load(open("reports/metrics.json"))', "{'mean': 1}"))


def _keep_the_metric_in_git(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"].update(metrics=[{METRICS: {"cache": False}}]))
    write(root, ".gitignore", KEPT_BY_GIT)
    (root / METRICS).chmod(0o644)


def _claim(root: Path) -> None:
    """Put the claim where git or DVC keeps the metric, and into the lock."""
    repro(root)
    claimed = _claimed(root)
    before = recorded(root, METRICS)
    (root / METRICS).chmod(0o644)
    write(root, METRICS, claimed)
    replace(root, "dvc.lock", before, keep(root, claimed.encode()))


def taken_from_an_earlier_commit(root: Path) -> None:
    _keep_the_metric_in_git(root)
    _asking(root, BY_GIT, REVISIONS=["HEAD~1", "HEAD~2", "HEAD~3", "v1", "main~1"])
    _claim(root)
    commit(root)
    commit(root)


def taken_from_the_commit_itself(root: Path) -> None:
    _keep_the_metric_in_git(root)
    _asking(root, BY_GIT, REVISIONS=["HEAD", "main", ""])
    _claim(root)


def taken_from_any_object_of_git(root: Path) -> None:
    _keep_the_metric_in_git(root)
    _asking(root, BY_OBJECT)
    _claim(root)


def _push_the_claim(root: Path, **options: str) -> None:
    dvc("remote", "add", "--default", "store", str(root.parent / "remote"), cwd=root, **options)
    _claim(root)
    dvc("push", cwd=root)


def pulled_by_a_stage(root: Path) -> None:
    commands = [f"pull -q {METRICS}", f"pull -q -r store {METRICS}", f"fetch -q {METRICS}", f"checkout -q {METRICS}"]
    _asking(root, BY_DVC, COMMANDS=commands)
    _push_the_claim(root)


def got_by_a_stage(root: Path) -> None:
    commands = [f"get -q . {METRICS} -o {METRICS}", f"get -q --rev HEAD . {METRICS} -o {METRICS}"]
    _asking(root, BY_DVC, COMMANDS=commands)
    _push_the_claim(root)


def copied_from_the_address_of_the_remote(root: Path) -> None:
    _asking(root, BY_ADDRESS)
    _push_the_claim(root)


def checked_out_of_a_committed_cache(root: Path) -> None:
    _asking(root, BY_DVC, COMMANDS=[f"checkout -q {METRICS}"])
    _claim(root)
    write(root, ".dvc/.gitignore", "/config.local\n/tmp\n")


def _read_a_helper(root: Path) -> None:
    write(root, "code/helper.py", HELPER)
    code = TABLE.replace(".split()[1])", ".split()[1]) * share()")
    write(root, "code/table.py", "import sys\nsys.path.insert(0, 'code')\nfrom helper import share\n" + code)
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append("code/helper.py"))


def _bytecode(root: Path, name: str = "code/helper.py") -> bytes:
    """Compile the forgery so that Python takes it without a look at the source."""
    code = compile(FORGED, name, "exec")
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)


def bytecode_planted_beside_its_source(root: Path) -> None:
    _read_a_helper(root)
    cache = root / importlib.util.cache_from_source("code/helper.py")
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(_bytecode(root))
    repro(root)


def bytecode_of_the_same_time_and_size(root: Path) -> None:
    """As Python itself writes it: it holds the time and the size of the source, here those of a clean copy."""
    _read_a_helper(root)
    cache = root / importlib.util.cache_from_source("code/helper.py", optimization="")
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(_bytecode(root))
    optimised = root / importlib.util.cache_from_source("code/helper.py", optimization="2")
    optimised.write_bytes(_bytecode(root))
    replace(root, "dvc.yaml", "python code/table.py", "python -OO -E code/table.py")
    repro(root)


def bytecode_of_a_package_of_the_same_name(root: Path) -> None:
    """A package comes before a module, and does not need its source."""
    _read_a_helper(root)
    write(root, "code/helper/readme.txt", "x")
    (root / "code/helper/__init__.pyc").write_bytes(_bytecode(root))
    repro(root)


def _leave_bytecode(root: Path) -> None:
    _read_a_helper(root)
    cache = importlib.util.cache_from_source("code/helper.py")
    written = f"path = pathlib.Path({cache!r})\npath.parent.mkdir(exist_ok=True)\n"
    write(root, "code/make.py", MAKE + written + f"path.write_bytes({_bytecode(root)!r})\n")


def bytecode_left_by_an_earlier_stage(root: Path) -> None:
    """What the earlier stage writes looks like data in its code."""
    _leave_bytecode(root)
    repro(root)


def bytecode_among_the_outputs(root: Path) -> None:
    _leave_bytecode(root)
    write(root, ".gitignore", text(root, ".gitignore") + "__pycache__/\n")
    folder = "code/__pycache__"
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["make"]["outs"].append(folder))
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append(folder))
    repro(root)


def bytecode_that_nobody_needs(root: Path) -> None:
    """Added with everything else, as it often is; it says the same as its source."""
    _read_a_helper(root)
    cache = root / importlib.util.cache_from_source("code/helper.py")
    cache.parent.mkdir(exist_ok=True)
    code = compile(HELPER, "code/helper.py", "exec")
    cache.write_bytes(importlib.util.MAGIC_NUMBER + bytes(4) + bytes(8) + marshal.dumps(code))
    repro(root)


def process_left_behind(root: Path) -> None:
    """The first stage leaves a process that waits for the results of the second."""
    write(root, "code/later.py", LATER)
    started = "import subprocess, sys\nquiet = dict.fromkeys(('stdin', 'stdout', 'stderr'), subprocess.DEVNULL)\n"
    claimed = _claimed(root)
    started += f"later = [sys.executable, 'code/later.py', {claimed!r}]\n"
    started += "if 'DVC_ROOT' in __import__('os').environ: subprocess.Popen(later, start_new_session=True, **quiet)\n"
    write(root, "code/make.py", MAKE + started)
    _part(root, "import time\ntime.sleep(0.3)\n")
    repro(root)
    forge(root, METRICS, claimed)


def history_asked_for_its_commit(root: Path) -> None:
    """A stage may ask git where the project is, which commit it is, and which files it has."""
    commands = "('rev-parse --show-toplevel', 'rev-parse HEAD', 'ls-files', 'status', 'diff', 'log -1')"
    asked = f"import subprocess\nfor words in {commands}:\n"
    asked += "    subprocess.run(['git', *words.split()], check=True, capture_output=True)\n"
    dvc("remote", "add", "--default", "store", "https://example.org/store", cwd=root)
    _keep_the_metric_in_git(root)
    write(root, "code/page.py", asked + PAGE)
    repro(root)


def settings_of_dvc_read(root: Path) -> None:
    """A stage may read the project with DVC, where it has a remote."""
    dvc("remote", "add", "--default", "store", "https://example.org/store", cwd=root)
    asked = "import dvc.api\nassert dvc.api.params_show()['make']['seed'] == 1\n"
    write(root, "code/page.py", asked + PAGE)
    repro(root)


D, SAME = Verdict.different, Verdict.identical
FOUND = "mean: differs"
CASES = [
    Case("fraud", taken_from_an_earlier_commit, D, METRICS, FOUND),
    Case("fraud", taken_from_the_commit_itself, D, METRICS, FOUND),
    Case("fraud", taken_from_any_object_of_git, D, METRICS, FOUND),
    Case("fraud", pulled_by_a_stage, D, METRICS, FOUND),
    Case("fraud", got_by_a_stage, D, METRICS, FOUND),
    Case("fraud", copied_from_the_address_of_the_remote, D, METRICS, FOUND),
    Case("fraud", checked_out_of_a_committed_cache, D, METRICS, FOUND),
    Case("fraud", bytecode_planted_beside_its_source, D, TOTALS, "column total: 7 cells differ"),
    Case("fraud", bytecode_of_the_same_time_and_size, D, TOTALS, "column total: 7 cells differ"),
    Case("fraud", bytecode_of_a_package_of_the_same_name, D, TOTALS, "column total: 7 cells differ"),
    Case("fraud", bytecode_left_by_an_earlier_stage, D, TOTALS, "column total: 7 cells differ"),
    Case("fraud", bytecode_among_the_outputs, D, TOTALS, "column total: 7 cells differ"),
    Case("harmless", bytecode_that_nobody_needs, SAME, "", ""),
    Case("fraud", process_left_behind, D, METRICS, FOUND),
    Case("harmless", history_asked_for_its_commit, SAME, "", ""),
    Case("harmless", settings_of_dvc_read, SAME, "", ""),
]
