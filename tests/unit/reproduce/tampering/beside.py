"""Claims beside the pipeline: what looks like a result and no stage makes, links, YAML that hangs its reader."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

from shared_analysis.reproduce import Verdict
from tests.baked import git
from tests.unit.reproduce.small_project import (
    NOTEBOOK,
    PAGE,
    dvc,
    edit,
    keep,
    recorded,
    relock,
    replace,
    repro,
    text,
    write,
)
from tests.unit.reproduce.tampering.case import METRICS, PAGE_OUT, TOTALS, Case

FORGED = "<p>The mean is 9.5.</p>"
NOWHERE, SPELT = "no stage makes it: its figures come from nowhere", "differs from that of an output only in how"
IS_A_LINK = "A file that says what is run is a link"


def beside(root: Path, name: str, content: str = FORGED) -> None:
    """Commit a file, whatever .gitignore says."""
    write(root, name, content)
    git("add", "-f", name, cwd=root)


def page_beside_the_page(root: Path) -> None:
    beside(root, "reports/summary.html")


def page_with_a_capital(root: Path) -> None:
    beside(root, "reports/Index.html")


def page_in_a_folder_with_a_capital(root: Path) -> None:
    beside(root, "Reports/index.html")


def page_of_wide_letters(root: Path) -> None:
    beside(root, "reports/\uff49ndex.html")


def page_in_another_form_of_unicode(root: Path) -> None:
    """What is one name to a Mac, and two to git."""
    name = "reports/r\u00e9sum\u00e9.html"
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["outs"].append(name))
    write(root, "code/page.py", PAGE + f"pathlib.Path({name!r}).write_text('<p>1</p>')\n")
    repro(root)
    beside(root, unicodedata.normalize("NFD", name))


def page_deep_below_the_reports(root: Path) -> None:
    beside(root, "reports/2026/march/summary.htm")


def document_beside_the_page(root: Path) -> None:
    beside(root, "reports/briefing.docx")


def drawing_beside_the_page(root: Path) -> None:
    beside(root, "reports/roc.svg", "<svg/>")


def metrics_beside_the_metrics(root: Path) -> None:
    beside(root, "reports/metrics-final.json", '{"mean": 9.5}')


def table_beside_the_table(root: Path) -> None:
    beside(root, "data/processed/totals-final.csv", "area,total\nE01,1\n")


def words_beside_the_page(root: Path) -> None:
    beside(root, "reports/findings.md", "The mean is 9.5.\n")


def page_kept_by_dvc_beside_the_page(root: Path) -> None:
    replace(root, ".gitignore", "/reports/", "/reports/*\n!/reports/*.dvc")
    write(root, "reports/summary.html", FORGED)
    dvc("add", "reports/summary.html", cwd=root)


def page_called_an_input(root: Path) -> None:
    beside(root, "reports/summary.html")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("reports/summary.html"))
    relock(root)


def page_linked_to_a_forged_one(root: Path) -> None:
    write(root, "assets/page.txt", FORGED)
    (root / "reports" / "summary.html").symlink_to("../assets/page.txt")
    git("add", "-f", "reports/summary.html", cwd=root)


def folder_linked_to_a_forged_one(root: Path) -> None:
    write(root, "assets/page.html", FORGED)
    (root / "reports" / "final").symlink_to("../assets")
    git("add", "-f", "reports/final", cwd=root)


def file_in_the_folder_of_an_output(root: Path) -> None:
    beside(root, "data/twin/more.csv", "record_id\n1\n")


def artifact_that_no_stage_makes(root: Path) -> None:
    write(root, "models/best.bin", "weights")
    edit(root, "dvc.yaml", lambda all_: all_.update(artifacts={"best": {"path": "models/best.bin", "type": "model"}}))


def figures_saved_in_a_notebook(root: Path) -> None:
    book = json.loads(json.dumps(NOTEBOOK))
    book["cells"][1]["outputs"] = [{"output_type": "stream", "text": "9.5"}]
    write(root, "notebooks/page.ipynb", json.dumps(book))
    relock(root)


def figures_saved_in_a_notebook_that_nobody_runs(root: Path) -> None:
    book = {"cells": [{"cell_type": "code", "source": "mean", "outputs": [{"text": "9.5"}]}], "nbformat": 4}
    write(root, "explore/first-look.ipynb", json.dumps(book))


def figures_saved_in_an_old_notebook(root: Path) -> None:
    book = {"worksheets": [{"cells": [{"cell_type": "code", "outputs": [{"text": "9.5"}]}]}], "nbformat": 3}
    write(root, "explore/first-look.ipynb", json.dumps(book))


def notebook_too_deep_to_read(root: Path) -> None:
    write(root, "explore/first-look.ipynb", '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")


def compiled_code_committed(root: Path) -> None:
    """Python takes it for the code beside it, and does not look whether that is so."""
    write(root, "code/helper.py", "def scale(x):\n    return x\n")
    (root / "code" / "__pycache__").mkdir()
    (root / "code" / "__pycache__" / "helper.cpython-311.pyc").write_bytes(b"\xa7\r\r\n\1\0\0\0" + bytes(8))


def release_of_nothing(root: Path) -> None:
    beside(root, "releases/2026-03/totals.csv", "area,total\nE01,9.5\n")


def page_released_of_nothing(root: Path) -> None:
    beside(root, "releases/2026-03/index.html")


def release_of_what_came_out(root: Path) -> None:
    for name in (TOTALS, PAGE_OUT):
        (root / "releases/2026-03").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, root / "releases/2026-03" / Path(name).name)
    shutil.copyfile(root / "data/twin/people.csv", root / "releases/2026-03/people.csv")
    write(root, "releases/2026-03/decision.md", "Checked on 1 March: yes.\n")
    write(root, "releases/2026-03/manifest.json", '{"totals.csv": "counts"}')


def release_of_what_came_out_with_other_line_ends(root: Path) -> None:
    beside(root, "releases/2026-03/totals.csv", "")
    (root / "releases/2026-03/totals.csv").write_bytes((root / TOTALS).read_bytes().replace(b"\n", b"\r\n"))


def release_of_an_earlier_commit(root: Path) -> None:
    beside(root, "releases/2025-12/totals.csv", text(root, TOTALS))
    replace(root, "params.yaml", "seed: 1", "seed: 2")
    repro(root)


def link_beside_the_page_to_the_page(root: Path) -> None:
    (root / "reports" / "latest.html").symlink_to("index.html")
    git("add", "-f", "reports/latest.html", cwd=root)


def what_honest_projects_keep_beside_results(root: Path) -> None:
    write(root, "data/README.md", "What the folders are for.\n")
    beside(root, "reports/README.md", "Made by the pipeline.\n")
    beside(root, "reports/.gitkeep", "")
    beside(root, "reports/page.css", "p {}\n")
    write(root, "docs/guide.html", "<p>How to read the report.</p>")
    write(root, "docs/logo.png", "a picture")
    write(root, "tests/expected.csv", "area,total\n")
    write(root, "package.json", "{}")


def template_of_the_page(root: Path) -> None:
    beside(root, "reports/template.html", "<p>{{ mean }}</p>")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["page"]["deps"].append("reports/template.html"))
    relock(root)


def table_that_a_stage_reads_beside_what_is_made(root: Path) -> None:
    beside(root, "data/areas.csv", "area\nE01\n")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].append("data/areas.csv"))
    relock(root)


def linked(root: Path, name: str) -> None:
    path = root / name
    content = path.read_text(encoding="utf-8") if path.exists() else ""
    write(root, "elsewhere/file.txt", content)
    path.unlink(missing_ok=True)
    path.symlink_to(Path("../" * name.count("/") + "elsewhere/file.txt"))
    git("add", "-f", name, cwd=root)


def lock_is_a_link(root: Path) -> None:
    linked(root, "dvc.lock")


def parameters_are_a_link(root: Path) -> None:
    linked(root, "params.yaml")


def pipeline_is_a_link(root: Path) -> None:
    linked(root, "dvc.yaml")


def settings_of_dvc_are_a_link(root: Path) -> None:
    linked(root, ".dvc/config")


def rules_of_dvc_are_a_link(root: Path) -> None:
    linked(root, ".dvcignore")


def pointer_is_a_link(root: Path) -> None:
    linked(root, "data/raw/factor.csv.dvc")


def packages_are_a_link(root: Path) -> None:
    linked(root, "requirements.txt")


def laughs(levels: int = 12, width: int = 10) -> str:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def names_that_stand_for_billions_in_parameters(root: Path) -> None:
    write(root, "params.yaml", text(root, "params.yaml") + laughs())


def names_that_stand_for_billions_in_the_pipeline(root: Path) -> None:
    write(root, "dvc.yaml", text(root, "dvc.yaml") + "meta:\n  " + laughs().replace("\n", "\n  ").rstrip() + "\n")


def names_that_stand_for_billions_in_the_lock(root: Path) -> None:
    write(root, "dvc.lock", text(root, "dvc.lock") + laughs())


def names_that_stand_for_billions_in_a_pointer(root: Path) -> None:
    write(
        root,
        "data/raw/factor.csv.dvc",
        text(root, "data/raw/factor.csv.dvc") + "meta:\n  " + laughs().replace("\n", "\n  ").rstrip() + "\n",
    )


def names_that_stand_for_billions_in_a_file_of_values(root: Path) -> None:
    write(root, "settings.yaml", "words: short\n" + laughs())
    edit(root, "dvc.yaml", lambda all_: all_.update(vars=["settings.yaml"]))


def parameters_too_deep(root: Path) -> None:
    write(root, "params.yaml", text(root, "params.yaml") + "deep: " + "[" * 5000 + "]" * 5000 + "\n")


def parameters_too_large(root: Path) -> None:
    write(root, "params.yaml", text(root, "params.yaml") + "# more\n" * 700_000)


def number_too_large(root: Path) -> None:
    replace(root, "params.yaml", "seed: 1", "seed: 1\n  most: 1e400")


def parameters_of_json_too_deep(root: Path) -> None:
    write(root, "more.json", '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}")
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["make"].update(params=["make", {"more.json": ["a"]}]))


def matrix_of_millions_of_stages(root: Path) -> None:
    axes = {f"axis{number}": list(range(10)) for number in range(8)}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(all={"matrix": axes, "cmd": "echo ${item.axis0}"}))


def listing_too_deep(root: Path) -> None:
    """The folder's listing has the hash that the lock claims, and is no listing."""
    digest = keep(root, b"[" * 100_000, ".dir")
    replace(root, "dvc.lock", recorded(root, "data/twin"), digest)


def listing_of_numbers(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, "data/twin"), keep(root, b"[1, 2, " + b"9" * 5000 + b"]", ".dir"))


def metrics_too_deep(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, METRICS), keep(root, b"[" * 100_000 + b"]" * 100_000))


def metric_of_too_many_digits(root: Path) -> None:
    replace(root, "dvc.lock", recorded(root, METRICS), keep(root, b'{"rows": ' + b"4" * 5000 + b"}"))


D, E, M, SAME = Verdict.different, Verdict.equivalent, Verdict.missing, Verdict.identical
MUCH = "is too much for YAML"
CASES = [
    Case("fraud", page_beside_the_page, D, "reports/summary.html", NOWHERE),
    Case("fraud", page_with_a_capital, D, "reports/Index.html", SPELT, "read"),
    Case("fraud", page_in_a_folder_with_a_capital, D, "Reports/index.html", SPELT, "read"),
    Case("fraud", page_of_wide_letters, D, "reports/\uff49ndex.html", SPELT, "read"),
    Case("fraud", page_in_another_form_of_unicode, D, "reports/re\u0301sume\u0301.html", SPELT, "read"),
    Case("fraud", page_deep_below_the_reports, D, "reports/2026/march/summary.htm", NOWHERE, "read"),
    Case("accident", document_beside_the_page, D, "reports/briefing.docx", NOWHERE, "read"),
    Case("fraud", drawing_beside_the_page, D, "reports/roc.svg", NOWHERE, "read"),
    Case("fraud", metrics_beside_the_metrics, D, "reports/metrics-final.json", NOWHERE, "read"),
    Case("fraud", table_beside_the_table, D, "data/processed/totals-final.csv", NOWHERE, "read"),
    Case("accident", words_beside_the_page, D, "reports/findings.md", NOWHERE, "read"),
    Case("fraud", page_kept_by_dvc_beside_the_page, D, "reports/summary.html", NOWHERE, "read"),
    Case("fraud", page_called_an_input, D, "reports/summary.html", NOWHERE, "read"),
    Case("fraud", page_linked_to_a_forged_one, D, "reports/summary.html", NOWHERE, "read", links=True),
    Case("fraud", folder_linked_to_a_forged_one, D, "reports/final", NOWHERE, "read", links=True),
    Case("fraud", file_in_the_folder_of_an_output, D, "data/twin", "the commit holds other content of it", "read"),
    Case("fraud", artifact_that_no_stage_makes, D, "models/best.bin", NOWHERE, "read"),
    Case("accident", figures_saved_in_a_notebook, D, "notebooks/page.ipynb", "its cells hold saved outputs", "read"),
    Case(
        "accident",
        figures_saved_in_a_notebook_that_nobody_runs,
        D,
        "explore/first-look.ipynb",
        "its cells hold saved outputs",
        "read",
    ),
    Case("fraud", figures_saved_in_an_old_notebook, D, "explore/first-look.ipynb", "hold saved outputs", "read"),
    Case("fraud", notebook_too_deep_to_read, D, "explore/first-look.ipynb", "no notebook that can be read", "read"),
    Case("fraud", compiled_code_committed, D, "code/__pycache__/helper.cpython-311.pyc", "compiled code", "read"),
    Case("fraud", release_of_nothing, D, "releases/2026-03/totals.csv", "it is no copy of an output"),
    Case("fraud", page_released_of_nothing, D, "releases/2026-03/index.html", "it is no copy of an output"),
    Case("harmless", release_of_what_came_out, SAME, "", ""),
    Case("harmless", release_of_what_came_out_with_other_line_ends, SAME, "", ""),
    Case(
        "harmless", release_of_an_earlier_commit, E, "releases/2025-12/totals.csv", "a copy of what an earlier commit"
    ),
    Case("harmless", link_beside_the_page_to_the_page, SAME, "", "", links=True),
    Case("harmless", what_honest_projects_keep_beside_results, SAME, "", ""),
    Case("harmless", template_of_the_page, SAME, "", ""),
    Case("harmless", table_that_a_stage_reads_beside_what_is_made, SAME, "", ""),
    Case("fraud", lock_is_a_link, None, "dvc.lock", IS_A_LINK, links=True),
    Case("fraud", parameters_are_a_link, None, "params.yaml", IS_A_LINK, links=True),
    Case("fraud", pipeline_is_a_link, None, "dvc.yaml", IS_A_LINK, links=True),
    Case("fraud", settings_of_dvc_are_a_link, None, ".dvc/config", IS_A_LINK, links=True),
    Case("fraud", rules_of_dvc_are_a_link, None, ".dvcignore", IS_A_LINK, links=True),
    Case("fraud", pointer_is_a_link, None, "data/raw/factor.csv.dvc", IS_A_LINK, links=True),
    Case("fraud", packages_are_a_link, None, "requirements.txt", IS_A_LINK, links=True),
    Case("fraud", names_that_stand_for_billions_in_parameters, None, "params.yaml", MUCH),
    Case("fraud", names_that_stand_for_billions_in_the_pipeline, None, "dvc.yaml", MUCH),
    Case("fraud", names_that_stand_for_billions_in_the_lock, None, "dvc.lock", MUCH),
    Case("fraud", names_that_stand_for_billions_in_a_pointer, None, "data/raw/factor.csv.dvc", MUCH),
    Case("fraud", names_that_stand_for_billions_in_a_file_of_values, None, "that DVC reads", "too much for YAML"),
    Case("fraud", parameters_too_deep, None, "params.yaml", MUCH),
    Case("fraud", parameters_too_large, None, "params.yaml", "is too large"),
    Case("accident", number_too_large, None, "params.yaml", MUCH),
    Case("fraud", parameters_of_json_too_deep, None, "dvc.yaml", "too deep or too large"),
    Case("fraud", matrix_of_millions_of_stages, None, "dvc.yaml: all", "stages, more than anybody would run"),
    Case("fraud", listing_too_deep, D, "data/twin", "its listing is not written as DVC writes it", "claims"),
    Case("fraud", listing_of_numbers, D, "data/twin", "its listing is not written as DVC writes it", "claims"),
    Case("fraud", metrics_too_deep, D, METRICS, "the two cannot be compared", "claims"),
    Case("fraud", metric_of_too_many_digits, D, METRICS, "the two cannot be compared", "claims"),
]
