"""Running a notebook: what it reads, what it writes, and how it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from executed_notebook import Write, outputs_of, text_of

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.notebooks import NotebookFailed, run_notebook
from shared_analysis.notebooks.failure import Stopped, traced
from shared_analysis.project import Project, open_project
from shared_analysis.spec import CORRECT

SHOW = "import os, sys\nprint(match_threshold)\nprint(os.getcwd())"


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "shared_analysis", "notebook", "run", *words]


def test_parameters_come_from_the_section_and_a_given_one_wins(write: Write) -> None:
    project = write(SHOW, params="link: {match_threshold: 0.5}")
    assert text_of(run_notebook(project, "20_link").notebook) == "0.5\n.\n"
    assert text_of(run_notebook(project, "notebooks/20_link.ipynb", {"match_threshold": 0.7}).notebook).startswith(
        "0.7"
    )


def test_by_hand_it_writes_under_scratch_and_for_dvc_under_reports(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write(SHOW)
    by_hand = run_notebook(project, "20_link")
    assert by_hand.notebook == project.root / "scratch" / "reports" / "notebooks" / "20_link.ipynb"
    assert not (project.root / "reports").exists()
    monkeypatch.setenv("DVC_STAGE", "link")
    by_dvc = run_notebook(project, "20_link")
    assert by_dvc.notebook == project.root / "reports" / "notebooks" / "20_link.ipynb"
    assert by_dvc.notebook.read_bytes() == by_hand.notebook.read_bytes()
    assert by_dvc.page.name == "20_link.html"
    assert not (project.root / "reports" / "failed").exists()


def test_the_users_own_settings_do_not_leak_in(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another kernel called python3, IPython start-up files, a matplotlibrc and a narrow terminal change no byte."""
    look = "import os, sys, shutil, matplotlib\nprint(globals().get('leaked'), shutil.get_terminal_size().columns)"
    look += "\nprint(matplotlib.rcParams['figure.dpi'], hash('x'), sys.executable == os.environ['OWN'])"
    project = write(look)
    monkeypatch.setenv("OWN", sys.executable)
    plain = run_notebook(project, "20_link").notebook.read_bytes()
    home = tmp_path / "home"
    kernel = home / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    for folder in (home / ".ipython", home / "ipython"):
        startup = folder / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00.py").write_text("leaked = 'start-up'")
    (home / "start.py").write_text("leaked = 'PYTHONSTARTUP'")
    (home / "matplotlibrc").write_text("figure.dpi: 33")
    settings = {
        "HOME": home,
        "JUPYTER_PATH": home / "jupyter",
        "JUPYTER_DATA_DIR": home / "jupyter",
        "IPYTHONDIR": home / "ipython",
        "PYTHONSTARTUP": home / "start.py",
        "MATPLOTLIBRC": home / "matplotlibrc",
        "COLUMNS": 33,
        "PYTHONHASHSEED": 7,
        "TZ": "Asia/Tokyo",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    leaky = run_notebook(project, "20_link").notebook.read_bytes()
    assert b"None 100" in plain
    assert b"True" in plain
    assert leaky == plain


@pytest.mark.parametrize(
    ("cell", "last", "says"),
    [
        ("raise ValueError('boom\\nand more')", "ValueError: boom and more", ()),
        (
            "from shared_analysis.errors import CheckFailed\nraise CheckFailed('No.', 'housing.csv', 'mend it')",
            "CheckFailed: No.",
            ("where: housing.csv; reports/failed/20_link.ipynb", "next:  mend it"),
        ),
        ("raise ValueError", "ValueError", ()),
        ("import os\nos.kill(os.getpid(), 9)", "DeadKernelError: ", ("out of memory",)),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="one of the cases needs SIGKILL")
def test_a_failure_is_said_briefly_and_leaves_the_partial_notebook(
    write: Write, monkeypatch: pytest.MonkeyPatch, cell: str, last: str, says: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DVC_STAGE", "link")
    project = write("print('as far as here')", "# The bad step", cell, "print('never')")
    earlier = project.root / "reports" / "notebooks" / "20_link.ipynb"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("an earlier result")
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(project, "20_link")
    message = str(failed.value)
    assert failed.value.exit_code == 1
    assert message.splitlines()[-1].startswith(last)
    assert "cell 4 of 5, under 'The bad step'" in message
    assert "Traceback" not in message
    for words in says:
        assert words in message
    partial = project.root / "reports" / "failed" / "20_link.ipynb"
    assert "as far as here" in text_of(partial)
    end = nbformat.read(partial, as_version=4).cells[-1]
    assert end.source.splitlines()[-1].startswith(last)
    assert "never" not in partial.read_text(encoding="utf-8")
    assert str(project.root) not in partial.read_text(encoding="utf-8")
    assert earlier.read_text() == "an earlier result"
    assert not earlier.with_suffix(".html").exists()


BROKEN = """\
from shared_analysis.errors import CheckFailed
what = ["The tables break their contracts:", "    housing: it is not there", "    visits: too"]
raise CheckFailed("\\n".join(what), "housing", "ask")
"""


def test_a_failure_is_told_in_the_order_in_which_it_is_read(write: Write) -> None:
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(write("# Check", BROKEN), "20_link")
    assert str(failed.value).splitlines() == [
        "Notebook 20_link stopped in cell 3 of 3, under 'Check'.",
        "  The tables break their contracts:",
        "      housing: it is not there",
        "      visits: too",
        "  where: housing; reports/failed/20_link.ipynb holds the run so far",
        "  next:  ask",
        "CheckFailed: The tables break their contracts: housing: it is not there",
    ]


def test_the_cause_is_said_before_what_to_do_even_when_it_is_short(write: Write) -> None:
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(
            write("from shared_analysis.errors import CheckFailed\nraise CheckFailed('No:', 'a', 'mend')"), "20_link"
        )
    lines = str(failed.value).splitlines()
    assert (lines[1], lines[-1]) == ("  No:", "CheckFailed: No.")


SPEC = """\
from shared_analysis.spec import Spec
class LinkageSpec(Spec):
    match_threshold: float
LinkageSpec(match_threshold=match_threshold)
"""


def test_a_value_that_is_not_allowed_is_named_with_where_it_was_set(write: Write) -> None:
    project = write(SPEC, params="link: {match_threshold: low}")
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(project, "20_link")
    message = str(failed.value)
    assert "'match_threshold'" in message
    assert "where: params.yaml, section link; reports/failed" in message
    assert "next:  correct it in params.yaml" in message
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(project, "20_link", {"match_threshold": "high"})
    message = str(failed.value)
    assert "where: 'match_threshold', given with -p; reports/failed" in message
    assert "params.yaml" not in message
    assert "LinkageSpec" not in message


@pytest.mark.parametrize(
    ("given", "what", "where", "said"),
    [
        (["a"], "'b': it should be a number.", None, "params.yaml, section link"),
        (["a"], "'a.0': it should be a number.", None, "'a', given with -p"),
        (["a"], "they do not fit together.", None, "'a', given with -p"),
        ([], "they do not fit together.", None, "params.yaml, section link"),
        (["a"], "There is no table 'x'.", "link.a", "'a', given with -p"),
        (["a"], "There is no table 'x'.", "link.b", "link.b"),
    ],
)
def test_where_a_setting_was_set_is_known_by_the_run(given: list[str], what: str, where: str | None, said: str) -> None:
    stopped = Stopped("cell 1", "SharedAnalysisError", what, where, "see" if where else CORRECT, ours=True)
    assert traced(stopped, "link", ["a", "b"], given).where == said
    foreign = Stopped("cell 1", "ValueError", "'a': it should be a number.")
    assert traced(foreign, "link", ["a", "b"], given) == foreign


def test_a_foreign_error_on_real_data_is_not_quoted(write: Write) -> None:
    project = write("raise ValueError('Jane Doe')")
    (project.root / "params.yaml").write_text("data: {mode: raw}\nlink: {match_threshold: 0.95}\n", encoding="utf-8")
    with pytest.raises(NotebookFailed) as failed:
        run_notebook(open_project(project.root), "20_link")
    assert "Jane Doe" not in str(failed.value)
    assert str(failed.value).splitlines()[-1].startswith("ValueError: ")
    assert "Jane Doe" in (project.root / "reports" / "failed" / "20_link.ipynb").read_text(encoding="utf-8")


def test_a_later_success_clears_the_partial_notebook(write: Write) -> None:
    project = write("raise ValueError('boom')")
    with pytest.raises(NotebookFailed):
        run_notebook(project, "20_link")
    project = write("print('mended')")
    assert text_of(run_notebook(project, "20_link").notebook) == "mended\n"
    assert not (project.root / "reports" / "failed").exists()


def test_the_command_shows_each_cell_and_ends_with_the_error(write: Write) -> None:
    project = write("# Compare", "raise ValueError(match_threshold)")
    words = command("20_link", "-p", "match_threshold", "0.25")
    ran = subprocess.run(words, cwd=project.root, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 1
    assert "20_link  3/3  Compare" in ran.stderr
    assert ran.stderr.splitlines()[-1] == "ValueError: 0.25"
    assert "Traceback" not in ran.stderr


def test_what_the_kernel_complains_of_at_its_end_stays_off_the_terminal(write: Write) -> None:
    noise = "import atexit, os\natexit.register(os.write, 2, b'Traceback (most recent call last)')"
    project = write(noise, params="link: {match_threshold: 0.5}")
    ran = subprocess.run(command("20_link"), cwd=project.root, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_kernel_that_does_not_start_says_why(write: Write) -> None:
    project = write(SHOW)
    (project.root / "ipykernel_launcher.py").write_text("raise ImportError('no zmq here')", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=r"did not start: ImportError: no zmq here") as failed:
        run_notebook(project, "20_link")
    assert "requirements.txt" in str(failed.value)


def test_the_command_outside_a_project_says_so(tmp_path: Path) -> None:
    ran = subprocess.run(command("20_link"), cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 2
    assert "not a project folder" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_help_says_where_a_failed_run_stays() -> None:
    ran = subprocess.run(
        command("--help"), capture_output=True, encoding="utf-8", check=True, env={**os.environ, "COLUMNS": "120"}
    )
    words = " ".join(ran.stdout.split())
    assert "only `dvc repro` writes them under reports/" in words
    assert "if it fails, reports/failed/ holds the run so far, whoever started it" in words


def test_output_goes_where_it_is_told_from_any_folder(write: Write, tmp_path: Path) -> None:
    project = write(SHOW)
    words = command("20_link", "-o", str(tmp_path / "mine.ipynb"))
    ran = subprocess.run(words, cwd=project.root / "notebooks", capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    assert text_of(tmp_path / "mine.ipynb") == "0.95\n.\n"
    assert (tmp_path / "mine.html").exists()


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_stops_the_kernel_too(write: Write, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    endless = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(600)"
    project = write("import os\nprint(os.getpid(), flush=True)", endless)
    # Tests that run in the background ignore Ctrl-C, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command("20_link"), cwd=project.root, stderr=subprocess.PIPE, encoding="utf-8")
    finally:
        signal.signal(signal.SIGINT, before)
    while not begun.exists():
        assert process.poll() is None, "the command ended before its last cell began"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    others = [line for line in said.splitlines() if not line.startswith("20_link ")]
    assert others == ["stopped by hand; reports/failed/ holds the run so far"]
    partial = project.root / "reports" / "failed" / "20_link.ipynb"
    assert "KeyboardInterrupt" in nbformat.read(partial, as_version=4).cells[-1].source
    kernel = int(text_of(partial))
    for _ in range(100):
        if not _alive(kernel):
            break
        time.sleep(0.1)
    else:
        pytest.fail("the kernel outlives the command")


def _alive(process: int) -> bool:
    """Say whether a process runs; one that has ended and that nobody has asked for does not."""
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


def test_an_unknown_mode_is_refused_before_anything_runs(write: Write) -> None:
    project = write(SHOW)
    with pytest.raises(SharedAnalysisError, match="'twin'"):
        run_notebook(Project(project.root, {"data": {"mode": "x"}, "link": {"match_threshold": 1}}), "20_link")


def test_outputs_are_those_of_plain_papermill(write: Write, tmp_path: Path) -> None:
    """The three ways of running give the same results; ours only writes them canonically."""
    import papermill

    project = write("import pandas as pd\npd.DataFrame({'threshold': [match_threshold]})")
    ours = outputs_of(run_notebook(project, "20_link", {"match_threshold": 0.4}).notebook)
    nb = nbformat.read(project.root / "notebooks" / "20_link.ipynb", as_version=4)
    papermill.execute_notebook(
        nb,
        str(tmp_path / "x.ipynb"),
        {"match_threshold": 0.4},
        kernel_name="python3",
        language="python",
        progress_bar=False,
    )
    theirs = outputs_of(tmp_path / "x.ipynb")
    assert [output.data for output in ours] == [output.data for output in theirs]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "page.html"), "ends in .ipynb"),
        (("-o", "."), "ends in .ipynb"),
        (("--parameters=match_threshold",), "'match_threshold' has no value"),
    ],
)
def test_a_misused_option_is_explained(write: Write, words: tuple[str, ...], says: str) -> None:
    project = write(SHOW)
    ran = subprocess.run(
        command("20_link", *words), cwd=project.root, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (project.root / "scratch").exists()


def test_real_tables_that_dvc_does_not_keep_are_noted(write: Write) -> None:
    project = write(SHOW)
    (project.root / "data" / "raw").mkdir(parents=True)
    (project.root / "data" / "raw" / "people.csv").touch()
    notes = []
    for mode in ("twin", "raw"):
        params = f"data: {{mode: {mode}}}\nlink: {{match_threshold: 0.95}}\n"
        (project.root / "params.yaml").write_text(params, encoding="utf-8")
        ran = subprocess.run(command("20_link"), cwd=project.root, capture_output=True, encoding="utf-8", check=False)
        assert ran.returncode == 0, ran.stderr
        notes.append("note: DVC does not keep data/raw/people.csv" in ran.stderr)
    assert notes == [False, True]
