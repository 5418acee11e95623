"""The pipeline is not what it was, or does not do what it says; or its results hang on more than the commit holds."""

from __future__ import annotations

import shlex
from pathlib import Path

from shared_analysis.reproduce import Verdict
from tests.unit.reproduce.small_project import (
    MAKE,
    PAGE,
    TABLE,
    edit,
    edit_json,
    forge,
    keep,
    recorded,
    relock,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import BOOK, LINK, METRICS, PAGE_OUT, TOTALS, Case


def command_changed(root: Path) -> None:
    replace(root, "dvc.yaml", "python code/page.py", "python -B code/page.py")


def value_in_a_command_changed(root: Path) -> None:
    write(root, "settings.yaml", "words: short\n")
    edit(root, "dvc.yaml", lambda all_: all_.update(vars=["settings.yaml"]))
    replace(root, "dvc.yaml", "python code/page.py", "python code/page.py ${words}")
    relock(root)
    write(root, "settings.yaml", "words: long\n")


def dependency_hidden(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].remove("code/page.py"))


def stage_removed(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"].pop("page"))


def stage_never_run(root: Path) -> None:
    more = {"cmd": "python -c \"open('more.txt', 'w').write('1')\"", "outs": ["more.txt"]}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(more=more))


def stage_added_with_a_forged_entry(root: Path) -> None:
    """A stage that does nothing, an entry of the lock that says it made something, and that in the cache."""
    stage = {"cmd": "python code/nothing.py", "deps": ["code/nothing.py"], "outs": ["reports/bonus.json"]}
    write(root, "code/nothing.py", "")
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(bonus=stage))
    dep = {"path": "code/nothing.py", "hash": "md5", "md5": keep(root, b""), "size": 0}
    out = {"path": "reports/bonus.json", "hash": "md5", "md5": keep(root, b'{"bonus": 1}'), "size": 12}
    entry = {"cmd": stage["cmd"], "deps": [dep], "outs": [out]}
    edit(root, "dvc.lock", lambda lock: lock["stages"].update(bonus=entry))


def metric_that_no_stage_makes(root: Path) -> None:
    """DVC shows it among the metrics."""
    write(root, "claimed.json", '{"accuracy": 0.99}')
    edit(root, "dvc.yaml", lambda all_: all_.update(metrics=["claimed.json"]))


def plot_that_no_stage_makes(root: Path) -> None:
    write(root, "claims/roc.csv", "x,y\n0.5,0.99\n")
    plots = [TOTALS, {"ROC": {"x": "x", "y": {"claims/roc.csv": "y"}}}]
    edit(root, "dvc.yaml", lambda all_: all_.update(plots=plots))


def plots_of_what_stages_make(root: Path) -> None:
    folder = {"Weights": {"x": "record_id", "y": {"data/twin/people.csv": "weight"}}}
    edit(root, "dvc.yaml", lambda all_: all_.update(plots=[TOTALS, "data/twin", folder], metrics=[METRICS]))


def stage_frozen(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"].update(frozen=True))
    replace(root, "code/table.py", "factor *", "1.1 * factor *")


def stage_frozen_over_a_committed_output(root: Path) -> None:
    """DVC would take the output from git and never run the stage."""
    outs = [BOOK, {PAGE_OUT: {"cache": False}}]
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"].update(frozen=True, outs=outs))
    forge(root, PAGE_OUT, "<p>Whatever one likes.</p>")
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/*\n!/reports/index.html\n")


def output_kept_between_runs(root: Path) -> None:
    """DVC leaves an output of this kind in its place, and the code does not overwrite what it finds."""
    outs = [BOOK, {PAGE_OUT: {"persist": True}}]
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"].update(outs=outs))
    write(
        root,
        "code/page.py",
        PAGE.replace(
            '\npathlib.Path("reports/index',
            "\nif not pathlib.Path('reports/index.html').exists(): pathlib.Path(\"reports/index",
        ),
    )
    (root / PAGE_OUT).chmod(0o644)
    write(root, PAGE_OUT, "<p>The median is 0.7.</p>")
    repro(root)


def output_kept_from_an_earlier_run(root: Path) -> None:
    """The author's place has the file; the code no longer writes it."""
    replace(root, "code/table.py", 'pathlib.Path("reports/metrics.json").write_text', "str")


def output_is_a_link_out_of_the_project(root: Path) -> None:
    write(root.parent, "elsewhere/page.html", "<p>Whatever one likes.</p>")
    place = shlex.quote((root.parent / "elsewhere" / "page.html").as_posix())
    write(
        root, "code/page.py", PAGE + f"page = pathlib.Path('{PAGE_OUT}')\npage.unlink()\npage.symlink_to('{place}')\n"
    )
    repro(root)


def output_overwritten_by_a_later_stage(root: Path) -> None:
    """The last stage puts the results right, as the lock claims them."""
    forged = edit_json(root, METRICS, mean=9.5)
    write(root, "code/page.py", PAGE + f"open('{METRICS}', 'w').write('{forged}')\n")
    repro(root)
    replace(root, "dvc.lock", recorded(root, METRICS), keep(root, forged.encode()))


def input_overwritten_by_a_stage(root: Path) -> None:
    """The lock says what the commit holds; a stage that does not name it puts other content there."""
    honest = text(root, "dvc.lock")
    write(root, "code/make.py", MAKE + "open('code/scale.txt', 'w').write('1.1')\n")
    write(root, "code/scale.txt", "1.0")
    write(root, "code/table.py", TABLE.replace(".split()[1])", ".split()[1]) * float(open('code/scale.txt').read())"))
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append("code/scale.txt"))
    repro(root)
    assert text(root, "dvc.lock") != honest
    write(root, "code/scale.txt", "1.0")
    digests = [keep(root, content) for content in (b"1.1", b"1.0")]
    replace(root, "dvc.lock", *digests)


def stage_run_every_time(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"].update(always_changed=True))
    clock_in_a_page(root)


def clock_in_a_page(root: Path) -> None:
    write(root, "code/page.py", PAGE.replace("<p>The", "<p>{__import__('time').time_ns()} The"))
    repro(root)


def drawn_without_a_seed(root: Path) -> None:
    write(root, "code/make.py", MAKE.replace("random.Random(seed)", "random.Random()"))
    repro(root)


def place_in_a_page(root: Path) -> None:
    write(root, "code/page.py", PAGE.replace("<p>The", "<p>{pathlib.Path.cwd()} The"))
    repro(root)


def order_of_a_set(root: Path) -> None:
    write(root, "code/table.py", TABLE.replace("sorted(totals.items())", "((a, totals[a]) for a in set(totals))"))
    repro(root, PYTHONHASHSEED="1")


def read_from_a_file_that_git_lacks(root: Path) -> None:
    write(root, "code/page.py", PAGE + 'open("reports/only-here.txt").read()\n')
    write(root, "reports/only-here.txt", "x")
    repro(root)


def read_from_outside_the_project(root: Path) -> None:
    write(root.parent, "letterhead.txt", "x")
    write(root, "code/page.py", PAGE + 'open("../letterhead.txt").read()\n')
    repro(root)


def undeclared_file_changed(root: Path) -> None:
    write(root, "code/scale.txt", "1.0")
    write(root, "code/table.py", TABLE.replace(".split()[1])", ".split()[1]) * float(open('code/scale.txt').read())"))
    repro(root)
    write(root, "code/scale.txt", "1.1")


def undeclared_parameter_changed(root: Path) -> None:
    scale = "float(open('params.yaml').read().split('scale:')[1])"
    write(root, "params.yaml", text(root, "params.yaml") + "scale: 1.0\n")
    write(root, "code/table.py", TABLE.replace(".split()[1])", f".split()[1]) * {scale}"))
    repro(root)
    replace(root, "params.yaml", "scale: 1.0", "scale: 1.1")


def variable_of_the_author(root: Path) -> None:
    scale = "float(__import__('os').environ.get('A_SCALE', 1))"
    write(root, "code/table.py", TABLE.replace(".split()[1])", f".split()[1]) * {scale}"))
    repro(root, A_SCALE="1.1")


def library_of_the_author(root: Path) -> None:
    """The author's Python finds another version of a package than everybody else's."""
    write(root.parent, "library/packaging/__init__.py", "__version__ = '0.1'\n")
    write(root, "code/table.py", TABLE.replace('{"rows"', '{"by": __import__("packaging").__version__, "rows"'))
    repro(root, PYTHONPATH=str(root.parent / "library"))


def sum_in_another_order(root: Path) -> None:
    """The last digits of a sum hang on the order of its parts: here on a variable, elsewhere on threads."""
    parts = "[0.1, 0.2, 0.3][:: int(__import__('os').environ.get('A_STEP', 1))]"
    total = f"__import__('functools').reduce(float.__add__, {parts})"
    write(root, "code/table.py", TABLE.replace(", 9)}", f", 9), 'sum': {total}}}"))
    repro(root, A_STEP="-1")
    assert '"sum": 0.6}' in text(root, METRICS)


D, E, M = Verdict.different, Verdict.equivalent, Verdict.missing
CASES = [
    Case("accident", command_changed, D, "dvc.yaml: page", "the results were made by another command", "read"),
    Case(
        "accident", value_in_a_command_changed, D, "dvc.yaml: page", "the results were made by another command", "read"
    ),
    Case(
        "fraud", dependency_hidden, D, "code/page.py", "dvc.lock says that the stage read it, dvc.yaml does not", "read"
    ),
    Case("fraud", stage_removed, M, BOOK, "no stage of dvc.yaml makes it"),
    Case("accident", stage_never_run, D, "dvc.yaml: more", "dvc.lock does not know this stage"),
    Case("fraud", stage_added_with_a_forged_entry, M, "reports/bonus.json", "its stage ran and did not make it"),
    Case("fraud", metric_that_no_stage_makes, D, "claimed.json", "no stage makes it", "read"),
    Case("fraud", plot_that_no_stage_makes, D, "claims/roc.csv", "no stage makes it", "read"),
    Case("harmless", plots_of_what_stages_make, Verdict.identical, "", ""),
    Case("fraud", stage_frozen, D, "code/table.py", "the results were made from other content", "read"),
    Case("fraud", stage_frozen_over_a_committed_output, D, PAGE_OUT, "the text: differs"),
    Case("fraud", output_kept_between_runs, D, PAGE_OUT, "the text: differs"),
    Case("accident", output_kept_from_an_earlier_run, M, METRICS, "its stage ran and did not make it"),
    Case("fraud", output_is_a_link_out_of_the_project, D, PAGE_OUT, LINK, links=True),
    Case("fraud", output_overwritten_by_a_later_stage, D, METRICS, "a later stage wrote over what this one had made"),
    Case("fraud", input_overwritten_by_a_stage, D, "code/scale.txt", "a stage wrote over it while the pipeline ran"),
    Case("accident", stage_run_every_time, D, PAGE_OUT, "the text: differs"),
    Case("accident", clock_in_a_page, D, PAGE_OUT, "the text: differs"),
    Case("accident", drawn_without_a_seed, D, "data/twin", "people.csv: column weight: 40 cells differ"),
    Case("accident", place_in_a_page, D, PAGE_OUT, "the text: differs"),
    Case("harmless", order_of_a_set, E, TOTALS, "the rows stand in another order"),
    Case("accident", read_from_a_file_that_git_lacks, M, BOOK, "its stage ended with 1"),
    Case("accident", read_from_outside_the_project, M, BOOK, "its stage ended with 1"),
    Case("accident", undeclared_file_changed, D, TOTALS, "column total: 7 cells differ"),
    Case("accident", undeclared_parameter_changed, D, TOTALS, "column total: 7 cells differ"),
    Case("accident", variable_of_the_author, D, TOTALS, "column total: 7 cells differ"),
    Case("accident", library_of_the_author, D, METRICS, "by: differs"),
    Case("harmless", sum_in_another_order, E, METRICS, "the same within 1e-09"),
]
