"""Results where no stage made them and nobody looks; values from outside; what hangs, crashes or tells too much."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from shared_analysis.reproduce import Verdict
from tests.baked import git
from tests.unit.reproduce.small_project import (
    MAKE,
    PAGE,
    TABLE,
    WHEEL,
    commit,
    dvc,
    edit,
    forge,
    keep,
    recorded,
    relock,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.beside import FORGED, NOWHERE, beside
from tests.unit.reproduce.tampering.case import LINK, METRICS, PAGE_OUT, TOTALS, Case

FORGED_TABLE = "area,total\nE01,9.5\n"
TABLE_OF_ARROW = "data/processed/areas.parquet"
WRITE_ARROW = f"""
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({{"area": ["E01"], "total": [1.5]}}, metadata={{"data": "SYNTHETIC"}})
pq.write_table(table, {TABLE_OF_ARROW!r})
"""


def _stage(root: Path, name: str, **changes: object) -> None:
    edit(root, "dvc.yaml", lambda all_: all_["stages"][name].update(changes))


def page_called_almost_a_readme(root: Path) -> None:
    beside(root, "reports/readme-first.html")


def table_called_almost_a_notice(root: Path) -> None:
    beside(root, "data/processed/notice-periods.csv", FORGED_TABLE)


def page_of_an_unknown_kind(root: Path) -> None:
    beside(root, "reports/summary.avif")


def page_without_an_end(root: Path) -> None:
    beside(root, "reports/summary")


def page_with_a_blank_behind_its_name(root: Path) -> None:
    beside(root, "reports/summary.html\u00a0")


def page_written_by_a_script(root: Path) -> None:
    """The page loads it, and shows what it says."""
    beside(root, "reports/figures.js", "document.body.textContent = 9.5\n")


def table_packed_beside_the_table(root: Path) -> None:
    beside(root, "data/processed/totals-final.csv.gz", "packed")


def table_whose_end_has_a_foreign_letter(root: Path) -> None:
    beside(root, "data/processed/totals.\u0441sv", FORGED_TABLE)


def page_called_an_input_with_a_mark_in_a_comment(root: Path) -> None:
    beside(root, "reports/summary.html", f"<!-- {{{{ -->{FORGED}")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("reports/summary.html"))
    relock(root)


def drawing_of_dvc_with_its_own_data(root: Path) -> None:
    beside(root, ".dvc/plots/roc.json", '{"data": {"values": [9.5]}}')


def module_of_git_among_the_reports(root: Path) -> None:
    inner = root / "reports" / "final"
    write(inner, "index.html", FORGED)
    git("init", "-q", "-b", "main", cwd=inner)
    commit(inner)
    git("add", "-f", "reports/final", cwd=root)


def _pointer(root: Path, pointer: str, name: str) -> None:
    """Hand a forged file to DVC, by a pointer of another name and place."""
    write(root, ".gitignore", text(root, ".gitignore").replace("/reports/", "/reports/*\n!/reports/*.dvc"))
    write(root, name, FORGED)
    dvc("add", name, cwd=root)
    own = root / f"{name}.dvc"
    content = yaml.safe_load(own.read_text(encoding="utf-8")) | {"wdir": os.path.dirname(name)}  # noqa: PTH120
    own.unlink()
    (root / name).unlink()
    write(root, pointer, yaml.safe_dump(content))


def page_kept_by_a_pointer_elsewhere(root: Path) -> None:
    _pointer(root, "more.dvc", "reports/summary.html")


def release_kept_by_a_pointer(root: Path) -> None:
    _pointer(root, "more.dvc", "releases/2026-03/totals.csv")


def release_called_almost_a_decision(root: Path) -> None:
    beside(root, "releases/2026-03/decisions-by-area.csv", FORGED_TABLE)


def release_in_a_folder_with_a_capital(root: Path) -> None:
    beside(root, "Releases/2026-03/totals.csv", FORGED_TABLE)


def release_is_a_linked_folder(root: Path) -> None:
    write(root, "assets/totals.csv", FORGED_TABLE)
    (root / "releases").mkdir()
    (root / "releases" / "2026-03").symlink_to("../assets")


def digit_of_another_script(root: Path) -> None:
    """The Bengali four looks like an eight."""
    write(root, "code/page.py", PAGE.replace("{metrics['mean']}", "0.45"))
    repro(root)
    forge(root, PAGE_OUT, text(root, PAGE_OUT).replace("0.45", "0.\u09ea5"))


def picture_coded_in_the_page(root: Path) -> None:
    """Its bytes happen to read as 100,000 in either writing."""
    write(root, "code/page.py", PAGE.replace("{metrics['mean']}", "<img src='data:;base64,Qk0/1e5/'>"))
    repro(root)
    forge(root, PAGE_OUT, text(root, PAGE_OUT).replace("/1e5/", "/1E5/"))


def id_rounded_to_a_float(root: Path) -> None:
    write(root, "code/table.py", TABLE.replace('"rows": len(rows)', '"rows": len(rows), "id": 9007199254740993'))
    repro(root)
    forge(root, METRICS, text(root, METRICS).replace("9007199254740993", "9007199254749999.0"))


def _arrow(root: Path, **changes: object) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    write(root, "code/table.py", TABLE + WRITE_ARROW)
    _stage(root, "table", outs=[TOTALS, TABLE_OF_ARROW])
    repro(root)
    table = pq.read_table(root / TABLE_OF_ARROW)
    fields = [table.schema.field(0), table.schema.field(1).with_metadata(changes.get("unit"))]
    table = table.cast(pa.schema(fields)).replace_schema_metadata(changes.get("words"))
    pq.write_table(table, root.parent / "forged.parquet")
    forged = (root.parent / "forged.parquet").read_bytes()
    replace(root, "dvc.lock", recorded(root, TABLE_OF_ARROW), keep(root, forged))


def mark_of_synthetic_data_taken_away(root: Path) -> None:
    _arrow(root)


def unit_of_a_column_changed(root: Path) -> None:
    _arrow(root, words={"data": "SYNTHETIC"}, unit={"unit": "GBP million"})


def _left(root: Path, code: str) -> None:
    write(root, "code/make.py", f"{MAKE}import os\n{code}\n")
    relock(root)


def pipe_left_in_an_output(root: Path) -> None:
    """Whoever opens it waits for ever."""
    _left(root, "os.mkfifo('data/twin/more.csv')")


def endless_file_left_in_an_output(root: Path) -> None:
    _left(root, "os.symlink('/dev/zero', 'data/twin/more.csv')")


def link_to_nowhere_left_in_an_output(root: Path) -> None:
    _left(root, "os.symlink('nowhere', 'data/twin/more.csv')")


def folders_too_deep_to_look_into(root: Path) -> None:
    _left(root, "for _ in range(1500):\n    os.mkdir('a')\n    os.chdir('a')")


def file_in_the_place_of_a_folder(root: Path) -> None:
    write(root, "work/notes.md", "x")
    write(root, "work/page.py", "open('more.txt', 'w').write('x')\n")
    _stage(root, "page", wdir="work", cmd="python page.py", deps=[f"../{METRICS}"], outs=["more.txt"])
    swap = "import shutil\nshutil.rmtree('work')\nopen('work', 'w').close()\n"
    write(root, "code/table.py", TABLE + swap)


def command_too_long_to_start(root: Path) -> None:
    _stage(root, "page", cmd=f"python code/page.py # {'x ' * 100_000}")


def command_with_a_nul(root: Path) -> None:
    _stage(root, "page", cmd="python code/page.py\0")


def output_of_too_long_a_name(root: Path) -> None:
    _stage(root, "page", outs=[f"reports/{'a' * 300}"])


def matrix_of_named_axes(root: Path) -> None:
    write(root, "params.yaml", f"{text(root, 'params.yaml')}axis: {list(range(30))}\n")
    matrix = {f"axis{number}": "${axis}" for number in range(6)}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(all={"matrix": matrix, "cmd": "echo ${item.axis0}"}))


def list_of_too_many_stages(root: Path) -> None:
    write(root, "params.yaml", f"{text(root, 'params.yaml')}names: {list(range(20_000))}\n")
    each = {"foreach": "${names}", "do": {"cmd": "echo ${item}"}}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(all=each))


def text_filled_in_a_thousand_times(root: Path) -> None:
    write(root, "params.yaml", f"{text(root, 'params.yaml')}long: {'x' * 1_000_000}\n")
    _stage(root, "page", cmd="echo " + "${long} " * 1_000)


def _secret(root: Path) -> Path:
    """Write what only the reviewer may know, beside the project."""
    write(root.parent, "secret.yaml", "token: gho-of-the-reviewer\n")
    return root.parent / "secret.yaml"


def parameters_of_the_reviewer(root: Path) -> None:
    _stage(root, "page", params=[{str(_secret(root)): ["token"]}])


def parameters_behind_a_link(root: Path) -> None:
    (root / "code" / "more.yaml").symlink_to(_secret(root))
    _stage(root, "page", params=[{"code/more.yaml": ["token"]}])


def values_of_the_reviewer(root: Path) -> None:
    edit(root, "dvc.yaml", lambda all_: all_.update(vars=[str(_secret(root))]))
    _stage(root, "page", cmd="echo ${token} > reports/index.html")


def release_is_a_link_to_a_file_of_the_reviewer(root: Path) -> None:
    """Its hash on the certificate would tell what is in it."""
    (root / "releases").mkdir()
    (root / "releases" / "totals.csv").symlink_to(_secret(root))


def output_is_committed_as_a_link_to_a_file_of_the_reviewer(root: Path) -> None:
    (root / METRICS).unlink()
    (root / METRICS).symlink_to(_secret(root))
    git("add", "-f", METRICS, cwd=root)


def wheel_is_a_link_to_a_file_of_the_reviewer(root: Path) -> None:
    (root / WHEEL).unlink()
    (root / WHEEL).symlink_to(_secret(root))


def output_left_as_a_link(root: Path) -> None:
    """Isolated, the stage cannot read it; what looks at its output could."""
    write(
        root,
        "code/page.py",
        f"{PAGE}import os\nos.remove({PAGE_OUT!r})\nos.symlink({str(_secret(root))!r}, {PAGE_OUT!r})\n",
    )


OF_THE_REVIEWER = [
    release_is_a_link_to_a_file_of_the_reviewer,
    output_is_committed_as_a_link_to_a_file_of_the_reviewer,
    wheel_is_a_link_to_a_file_of_the_reviewer,
    output_left_as_a_link,
]


def file_called_after_a_person(root: Path) -> None:
    _left(root, "name = ' '.join(('Zebedee', 'Quux'))\n(pathlib.Path('data/raw') / name).write_text('x')")


D, M = Verdict.different, Verdict.missing
NO_FILE = "it holds what is no file that can be read"
ELSEWHERE = "it is no copy of an output"
NO_SYSTEM = "a name or a command that no system takes"
OUTSIDE = "takes values from a file outside the project"
FROM_OUTSIDE = "dvc.yaml: vars or params"
CASES = [
    Case("fraud", page_called_almost_a_readme, D, "reports/readme-first.html", NOWHERE, "read"),
    Case("fraud", table_called_almost_a_notice, D, "data/processed/notice-periods.csv", NOWHERE, "read"),
    Case("fraud", page_of_an_unknown_kind, D, "reports/summary.avif", NOWHERE, "read"),
    Case("fraud", page_without_an_end, D, "reports/summary", NOWHERE, "read"),
    Case("fraud", page_with_a_blank_behind_its_name, D, "reports/summary.html\u00a0", NOWHERE, "read"),
    Case("fraud", page_written_by_a_script, D, "reports/figures.js", NOWHERE, "read"),
    Case("fraud", table_packed_beside_the_table, D, "data/processed/totals-final.csv.gz", NOWHERE, "read"),
    Case("fraud", table_whose_end_has_a_foreign_letter, D, "data/processed/totals.\u0441sv", NOWHERE, "read"),
    Case("fraud", page_called_an_input_with_a_mark_in_a_comment, D, "reports/summary.html", NOWHERE, "read"),
    Case("fraud", drawing_of_dvc_with_its_own_data, D, ".dvc/plots/roc.json", NOWHERE, "read"),
    Case("fraud", module_of_git_among_the_reports, D, "reports/final", NOWHERE, "read"),
    Case("fraud", page_kept_by_a_pointer_elsewhere, D, "reports/summary.html", NOWHERE, "read"),
    Case("fraud", release_kept_by_a_pointer, D, "releases/2026-03/totals.csv", ELSEWHERE),
    Case("fraud", release_called_almost_a_decision, D, "releases/2026-03/decisions-by-area.csv", ELSEWHERE),
    Case("fraud", release_in_a_folder_with_a_capital, D, "Releases/2026-03/totals.csv", ELSEWHERE),
    Case("fraud", release_is_a_linked_folder, D, "releases/2026-03", ELSEWHERE, links=True),
    Case("fraud", digit_of_another_script, D, PAGE_OUT, "the text: differs"),
    Case("fraud", picture_coded_in_the_page, D, PAGE_OUT, "the text: differs"),
    Case("fraud", id_rounded_to_a_float, D, METRICS, "id: differs"),
    Case("fraud", mark_of_synthetic_data_taken_away, D, TABLE_OF_ARROW, "what it says of itself"),
    Case("fraud", unit_of_a_column_changed, D, TABLE_OF_ARROW, "what it says of itself or of its columns"),
    Case("fraud", pipe_left_in_an_output, D, "data/twin", NO_FILE, links=True),
    Case("fraud", endless_file_left_in_an_output, D, "data/twin", LINK, links=True),
    Case("accident", link_to_nowhere_left_in_an_output, D, "data/twin", NO_FILE, links=True),
    Case("fraud", folders_too_deep_to_look_into, D, "dvc.yaml: make", "deeper than anybody can look", links=True),
    Case("fraud", file_in_the_place_of_a_folder, M, "work/more.txt", "an earlier stage put a link or a file"),
    Case("accident", command_too_long_to_start, M, PAGE_OUT, "its stage could not be started", links=True),
    Case("fraud", command_with_a_nul, None, "dvc.yaml: page", NO_SYSTEM),
    Case("fraud", output_of_too_long_a_name, None, "dvc.yaml: page", NO_SYSTEM),
    Case("fraud", matrix_of_named_axes, None, "dvc.yaml: all", "stages, more than anybody would run"),
    Case("fraud", list_of_too_many_stages, None, "dvc.yaml: all", "stages, more than anybody would run"),
    Case("fraud", text_filled_in_a_thousand_times, None, "dvc.yaml", "more text than anybody would write"),
    Case("fraud", parameters_of_the_reviewer, None, FROM_OUTSIDE, OUTSIDE),
    Case("fraud", parameters_behind_a_link, None, FROM_OUTSIDE, OUTSIDE, links=True),
    Case("fraud", values_of_the_reviewer, None, FROM_OUTSIDE, OUTSIDE),
    Case("fraud", release_is_a_link_to_a_file_of_the_reviewer, D, "releases/totals.csv", ELSEWHERE, links=True),
    Case(
        "fraud",
        output_is_committed_as_a_link_to_a_file_of_the_reviewer,
        D,
        METRICS,
        "the commit holds a link of it",
        "read",
        links=True,
    ),
    Case("fraud", wheel_is_a_link_to_a_file_of_the_reviewer, M, "vendor", LINK, "read", links=True),
    Case("accident", file_called_after_a_person, D, "data/raw/a name that only the data shows", "a stage left it"),
]
