"""Other results are claimed than came out: in the lock, in the cache, in the remote, in a file that git keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from shared_analysis.folders import remove_folder
from shared_analysis.reproduce import Verdict
from tests.unit.reproduce.small_project import (
    cached,
    dvc,
    edit,
    edit_json,
    forge,
    forge_in_folder,
    keep,
    overwrite,
    recorded,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import BOOK, METRICS, PAGE_OUT, TOTALS, Case

NOBODYS = "0f" * 16


def lock_edited(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, METRICS), NOBODYS)


def lock_and_output_edited(root: Path) -> None:
    forge(root, METRICS, edit_json(root, METRICS, rows=41))


def lock_and_remote_edited(root: Path) -> None:
    lock_and_output_edited(root)
    remote = root.parent / "remote" / "files" / "md5"
    shutil.copytree(root / ".dvc" / "cache" / "files" / "md5", remote)
    remove_folder(root / ".dvc" / "cache")
    dvc("remote", "add", "--default", "store", str(root.parent / "remote"), cwd=root)


def cache_forged_under_its_hash(root: Path) -> None:
    lock_edited(root)
    overwrite(cached(root, NOBODYS), b'{"rows": 41}')


def memory_of_runs_poisoned(root: Path) -> None:
    """DVC finds the forged results among its runs, and takes them for a run of its own."""
    forged = keep(root, edit_json(root, METRICS, mean=9.5).encode())
    for path in (root / ".dvc" / "cache" / "runs").rglob("*"):
        if path.is_file() and recorded(root, METRICS) in path.read_text(encoding="utf-8"):
            overwrite(path, path.read_bytes().replace(recorded(root, METRICS).encode(), forged.encode()))
    (root / "dvc.lock").unlink()
    shutil.rmtree(root / "reports")
    repro(root)
    assert recorded(root, METRICS) == forged


def metric_of_git_edited(root: Path) -> None:
    """The metric is kept by git, as DVC's own examples have it; the lock stays true."""
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"].update(metrics=[{METRICS: {"cache": False}}]))
    write(root, ".gitignore", "/data/twin/\n/data/processed/\n/reports/*\n!/reports/metrics.json\n")
    repro(root)
    write(root, METRICS, edit_json(root, METRICS, mean=9.5))


def cell_nudged(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    area, total = lines[3].split(",")
    lines[3] = f"{area},{float(total) * (1 + 1e-6):.12f}"
    forge(root, TOTALS, "\n".join(lines) + "\n")


def last_digit_other(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    lines[3] += "0000000001"
    forge(root, TOTALS, "\n".join(lines) + "\n")


def rows_reordered(root: Path) -> None:
    head, *rows = text(root, TOTALS).splitlines()
    forge(root, TOTALS, "\n".join([head, *reversed(rows)]) + "\n")


def rows_reordered_and_one_changed(root: Path) -> None:
    cell_nudged(root)
    rows_reordered(root)


def columns_reordered(root: Path) -> None:
    cells = [line.split(",") for line in text(root, TOTALS).splitlines()]
    forge(root, TOTALS, "".join(f"{total},{area}\n" for area, total in cells))


def cells_swapped_between_rows(root: Path) -> None:
    head, first, second, *rest = text(root, TOTALS).splitlines()
    (a, x), (b, y) = first.split(","), second.split(",")
    forge(root, TOTALS, "\n".join([head, f"{a},{y}", f"{b},{x}", *rest]) + "\n")


def row_dropped(root: Path) -> None:
    forge(root, TOTALS, "\n".join(text(root, TOTALS).splitlines()[:-1]) + "\n")


def table_emptied(root: Path) -> None:
    forge(root, TOTALS, "area,total\n")


def cell_not_a_number(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    forge(root, TOTALS, "\n".join([*lines[:-1], lines[-1].split(",")[0] + ",NaN"]) + "\n")


def column_renamed(root: Path) -> None:
    forge(root, TOTALS, text(root, TOTALS).replace("total", "sum", 1))


def table_saved_on_windows(root: Path) -> None:
    forge(root, TOTALS, text(root, TOTALS).replace("\n", "\r\n"))


def table_saved_by_excel(root: Path) -> None:
    forge(root, TOTALS, "\ufeff" + text(root, TOTALS))


def table_quoted(root: Path) -> None:
    lines = text(root, TOTALS).splitlines()
    forge(root, TOTALS, "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in lines))


def metrics_written_otherwise(root: Path) -> None:
    metrics = json.loads(text(root, METRICS))
    forge(root, METRICS, json.dumps(dict(reversed(metrics.items())), indent=2))


def metric_infinite(root: Path) -> None:
    forge(root, METRICS, edit_json(root, METRICS, mean=float("inf")))


def metric_named_twice(root: Path) -> None:
    """Readers of JSON take the last, people the first."""
    forge(root, METRICS, '{"mean": 9.5, ' + text(root, METRICS)[1:])


def notebook_output_edited(root: Path) -> None:
    book = json.loads(text(root, BOOK))
    book["cells"][1]["outputs"][0]["text"] = "0.7"
    forge(root, BOOK, json.dumps(book))


def notebook_output_pasted_in(root: Path) -> None:
    book = json.loads(text(root, BOOK))
    book["cells"][0]["outputs"] = [{"text": "p < 0.001"}]
    forge(root, BOOK, json.dumps(book))


def notebook_cell_added(root: Path) -> None:
    book = json.loads(text(root, BOOK))
    book["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "It works."})
    forge(root, BOOK, json.dumps(book))


def page_edited(root: Path) -> None:
    forge(root, PAGE_OUT, text(root, PAGE_OUT).replace("mean", "median"))


def page_saved_by_an_editor(root: Path) -> None:
    forge(root, PAGE_OUT, text(root, PAGE_OUT) + "\r\n")


def page_spaced_otherwise(root: Path) -> None:
    forge(root, PAGE_OUT, text(root, PAGE_OUT).replace("mean is", "mean  is"))


def file_inside_a_folder_edited(root: Path) -> None:
    forge_in_folder(root, "data/twin", "truth.csv", b"record_id\n2\n")


def file_inside_a_folder_added(root: Path) -> None:
    forge_in_folder(root, "data/twin", "more.csv", b"record_id\n2\n")


def file_inside_a_folder_left_out(root: Path) -> None:
    forge_in_folder(root, "data/twin", "truth.csv", None)


def output_left_out_of_the_lock(root: Path) -> None:
    edit(root, "dvc.lock", lambda lock: lock["stages"]["page"]["outs"].pop(0))  # the first by name


def lock_contradicts_itself(root: Path) -> None:
    edit(root, "dvc.lock", lambda lock: lock["stages"]["page"]["deps"][2].update(md5=NOBODYS))


def lock_of_an_older_kind(root: Path) -> None:
    write(root, "dvc.lock", yaml.safe_dump(yaml.safe_load(text(root, "dvc.lock"))["stages"]))


def lock_merged_badly(root: Path) -> None:
    replace(root, "dvc.lock", "stages:\n", "<<<<<<< HEAD\nstages:\n=======\nstages:\n>>>>>>> theirs\n")


def lock_emptied(root: Path) -> None:
    write(root, "dvc.lock", "schema: '2.0'\nstages: {}\n")


D, E, M = Verdict.different, Verdict.equivalent, Verdict.missing
CASES = [
    Case("fraud", lock_edited, D, METRICS, "its content is not available", "claims"),
    Case("fraud", lock_and_output_edited, D, METRICS, "rows: differs by 0.024 of its value"),
    Case("fraud", lock_and_remote_edited, D, METRICS, "rows: differs by 0.024 of its value"),
    Case("fraud", cache_forged_under_its_hash, D, METRICS, "the cache holds other content under this hash", "claims"),
    Case("fraud", memory_of_runs_poisoned, D, METRICS, "mean: differs by"),
    Case("fraud", metric_of_git_edited, D, METRICS, "the commit holds other content of it than dvc.lock records"),
    Case("fraud", cell_nudged, D, TOTALS, "column total: 1 cell differs, by up to 1e-06 of its value", "claims"),
    Case("harmless", last_digit_other, E, TOTALS, "the same cells within 1e-09", "claims"),
    Case("harmless", rows_reordered, E, TOTALS, "the rows stand in another order"),
    Case("fraud", rows_reordered_and_one_changed, D, TOTALS, "column total: 1 cell differs, by up to 1e-06", "claims"),
    Case("harmless", columns_reordered, E, TOTALS, "the columns stand in another order", "claims"),
    Case("fraud", cells_swapped_between_rows, D, TOTALS, "column total: 2 cells differ", "claims"),
    Case("fraud", row_dropped, D, TOTALS, "7 rows came out, 6 are committed", "claims"),
    Case("fraud", table_emptied, D, TOTALS, "7 rows came out, 0 are committed", "claims"),
    Case("fraud", cell_not_a_number, D, TOTALS, "column total: 1 cell differs", "claims"),
    Case("fraud", column_renamed, D, TOTALS, "column 2 did not come out", "claims"),
    Case("harmless", table_saved_on_windows, E, TOTALS, "the same cells within 1e-09", "claims"),
    Case("harmless", table_saved_by_excel, E, TOTALS, "the same cells within 1e-09", "claims"),
    Case("harmless", table_quoted, E, TOTALS, "the same cells within 1e-09", "claims"),
    Case("harmless", metrics_written_otherwise, E, METRICS, "the same within 1e-09", "claims"),
    Case("fraud", metric_infinite, D, METRICS, "mean: differs", "claims"),
    Case("fraud", metric_named_twice, D, METRICS, "names a key twice", "claims"),
    Case("fraud", notebook_output_edited, D, BOOK, "cell 2, its outputs: differs by", "claims"),
    Case("fraud", notebook_output_pasted_in, D, BOOK, "cell 1, its outputs: differs", "claims"),
    Case("accident", notebook_cell_added, D, BOOK, "2 cells came out, 3 are committed", "claims"),
    Case("fraud", page_edited, D, PAGE_OUT, "the text: differs", "claims"),
    Case("harmless", page_saved_by_an_editor, E, PAGE_OUT, "the same text with other line ends", "claims"),
    Case("accident", page_spaced_otherwise, D, PAGE_OUT, "the text: only its white space differs", "claims"),
    Case("fraud", file_inside_a_folder_edited, D, "data/twin", "truth.csv: column record_id: 1 cell differs", "claims"),
    Case("fraud", file_inside_a_folder_added, M, "data/twin", "more.csv: did not come out", "claims"),
    Case(
        "fraud", file_inside_a_folder_left_out, D, "data/twin", "truth.csv: is not among the committed files", "claims"
    ),
    Case("fraud", output_left_out_of_the_lock, D, PAGE_OUT, "dvc.lock does not record it", "claims"),
    Case("fraud", lock_contradicts_itself, D, METRICS, "the lock contradicts itself", "claims"),
    Case("accident", lock_of_an_older_kind, None, "dvc.lock", "not one that DVC writes", "claims"),
    Case("accident", lock_merged_badly, None, "dvc.lock", "lock"),
    Case("accident", lock_emptied, D, "dvc.yaml: page", "dvc.lock does not know this stage"),
]
