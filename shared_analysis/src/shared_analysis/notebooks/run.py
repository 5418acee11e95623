"""Run one notebook of a project: parameters in, papermill, canonical notebook and page out."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link
from shared_analysis.integrity import refuse_other_code
from shared_analysis.notebooks.canonical import canonicalise, notebook_text
from shared_analysis.notebooks.failure import NotebookFailed, Stopped, partial_notebook, stopped_by, traced
from shared_analysis.notebooks.page import export_html, first_heading
from shared_analysis.notebooks.parameters import filled_parameters
from shared_analysis.notebooks.progress import Progress
from shared_analysis.project import Project, section_name, write_text
from shared_analysis.room import has_room, no_room, says_so
from shared_analysis.writing import delete, make_folder

if TYPE_CHECKING:
    from nbformat import NotebookNode

FAILED = "reports/failed"
SYNTHETIC = "SYNTHETIC"
_START_SECONDS = 300
"""Laptops that scan every file they open need minutes to start Python the first time."""


@dataclass(frozen=True)
class NotebookRun:
    """What a finished run wrote."""

    notebook: Path
    page: Path


def run_notebook(
    project: Project, name: str, parameters: Mapping[str, Any] | None = None, output: Path | None = None
) -> NotebookRun:
    """Run a notebook with papermill, and write the canonical executed notebook and its offline page.

    The notebook reads its section of ``params.yaml`` (``20_link`` reads ``link``), which is written into its parameters
    cell where the two differ (see :func:`filled_parameters`). It runs in the project's root, in
    this interpreter, without the user's own Jupyter, IPython and matplotlib settings. While it runs, and if it does not
    finish, the run so far is ``reports/failed/<name>.ipynb``; an earlier result is replaced only by a finished run.
    (DVC itself clears a stage's outputs before it runs the stage; `dvc checkout` brings them back.)

    Parameters
    ----------
    project
        The project that holds ``notebooks/<name>.ipynb``.
    name
        The notebook's name, with or without its folder and ending.
    parameters
        Values that override those of the section.
    output
        Where to write the executed notebook; its page goes beside it. By default ``reports/notebooks/`` when DVC runs
        the stage, ``scratch/reports/notebooks/`` otherwise.

    Raises
    ------
    SharedAnalysisError
        If there is no such notebook, or a parameter is unknown.
    NotebookFailed
        If a cell raises, or the kernel dies.
    """
    refuse_other_code(project.root)
    source = _find(project, name)
    name = source.stem
    synthetic = project.synthetic
    filled = filled_parameters(project, name, source, parameters or {})
    target = output or project.folder("reports/notebooks") / f"{name}.ipynb"
    partial = project.root / FAILED / f"{name}.ipynb"
    nb = canonicalise(_execute(project, source, partial, filled, parameters or {}), project.root)
    title = first_heading(nb) or name
    run = NotebookRun(target, target.with_suffix(".html"))
    home = "../index.html" if output is None and os.environ.get("DVC_STAGE") else None
    page = export_html(nb, title=title, synthetic=synthetic, source=f"notebooks/{source.name}", home=home)
    write_text(run.notebook, notebook_text(_marked(nb) if synthetic else nb))
    write_text(run.page, page)
    _discard(partial)
    return run


def _marked(nb: NotebookNode) -> NotebookNode:
    """Say at the top of a notebook, and in its metadata, that its data are synthetic, as its page does."""
    from nbformat.v4 import new_markdown_cell

    nb.metadata["data"] = SYNTHETIC
    nb.cells.insert(0, new_markdown_cell(f"**{SYNTHETIC} data: no real person or event is in these figures.**"))
    nb.cells[0]["id"] = "synthetic"
    return nb


def _find(project: Project, name: str) -> Path:
    folder = project.root / "notebooks"
    stem = name.replace("\\", "/").removeprefix("./").removeprefix("notebooks/").removesuffix(".ipynb")
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    if stem in known:
        return folder / f"{stem}.ipynb"
    by_section = [one for one in known if one.endswith(f"_{stem}")]
    close = by_section or get_close_matches(stem, known, n=1, cutoff=0.4)
    if close:
        hint = f"did you mean '{close[0]}'?"
    else:
        hint = f"the notebooks are: {', '.join(known)}" if known else "restore the folder notebooks/"
    raise SharedAnalysisError(f"There is no notebook '{stem}'.", "notebooks/", hint)


def _execute(
    project: Project, source: Path, partial: Path, parameters: Mapping[str, Any], given: Mapping[str, Any]
) -> NotebookNode:
    """Let papermill run the notebook; it saves to ``partial`` after every cell."""
    _spare_imports()
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from shared_analysis.notebooks.kernel import isolated_kernel, last_words

    _warm_up()
    nb = nbformat.read(source, as_version=4)
    progress = Progress(source.stem, nb, injected=bool(parameters))
    private_folder = tempfile.TemporaryDirectory(prefix="notebook-", ignore_cleanup_errors=True)
    with _alone(partial), private_folder as private, _quiet(), progress:
        try:
            return papermill.execute_notebook(
                nb,
                _literal(partial),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=project.root,
                start_timeout=_START_SECONDS,
                kernel_manager_class=isolated_kernel(Path(private)),
                on_cell_start=progress.start,
            )
        except PapermillExecutionError as error:
            stopped = stopped_by(progress.place, error.ename, error.evalue)
            stopped = traced(stopped, section_name(source.stem), parameters, given)
        except DeadKernelError:
            stopped = Stopped(
                progress.place,
                "DeadKernelError",
                "the notebook's Python process crashed or was ended from outside",
                next_step="run it again; if it happens again, the machine is probably out of memory",
                ours=True,
            )
        except RuntimeError as error:
            if progress.number:
                raise
            raise SharedAnalysisError(
                f"The notebook's Python process did not start: {last_words(Path(private)) or error}.",
                next_step="install the project's packages again: python -m pip install -r requirements.txt",
            ) from None
        except KeyboardInterrupt:
            _keep(partial, progress.index, "KeyboardInterrupt: stopped by hand", project.root)
            raise
    if says_so(stopped.what) or not all(map(has_room, (project.root, Path(tempfile.gettempdir())))):
        full = no_room(folders=[project.root])
        stopped = replace(stopped, where=f"no room on the disk of {full.where}", next_step=full.next_step)
    reason = stopped.line(quote=True)
    with contextlib.suppress(OSError):  # there may be no room for it; what the person is told must not depend on it
        _keep(partial, progress.index, reason, project.root)
    kept = f"{FAILED}/{source.name} holds the run so far"
    if os.environ.get("DVC_STAGE"):
        kept += "; `dvc checkout` brings the earlier results back"
    raise NotebookFailed(stopped, source.stem, kept, quote=project.synthetic)


@contextlib.contextmanager
def _alone(partial: Path) -> Iterator[None]:
    """Let no other run of the notebook write the run so far, nor papermill what that is a link to."""
    make_folder(partial.parent)
    if is_link(partial):
        delete(partial)
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if sys.platform != "win32":  # there, nobody could write what is locked
            import fcntl

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SharedAnalysisError(
                    "This notebook is being run by another command.", partial.name, "wait until that ends"
                ) from None
        yield
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            if partial.stat().st_size == 0:  # it did not even start
                _discard(partial)


def _spare_imports() -> None:
    """Keep two libraries from importing what no notebook needs here, which takes a second each.

    jsonschema would compile a grammar of web addresses; papermill would load Arrow, to write into Hadoop. Both go on
    without where the module cannot be imported.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    if "pyarrow" not in sys.modules and "papermill" not in sys.modules:
        sys.modules["pyarrow.fs"] = None  # type: ignore[assignment]
        try:
            import papermill  # noqa: F401
        finally:
            del sys.modules["pyarrow.fs"]


def _warm_up() -> None:
    """Make a page of nothing while the kernel works and this process waits: the first one takes a second.

    It imports the exporter, reads its template, and compiles what colours code and reads Markdown.
    """
    import nbformat.v4 as written

    def make_a_page() -> None:
        with contextlib.suppress(Exception):  # what fails here fails again where the page is needed, and is said there
            cells = [written.new_markdown_cell("# A *page*"), written.new_code_cell("pass")]
            export_html(written.new_notebook(cells=cells), title="", synthetic=False)

    threading.Thread(target=make_a_page, daemon=True).start()


def _keep(partial: Path, index: int, reason: str, root: Path) -> None:
    import nbformat

    if not partial.exists() or not partial.stat().st_size:
        return
    nb = partial_notebook(nbformat.read(partial, as_version=4), index, reason)
    write_text(partial, notebook_text(canonicalise(nb, root)))


def _discard(partial: Path) -> None:
    delete(partial)
    with contextlib.suppress(OSError):  # there are other things in them
        partial.parent.rmdir()
        partial.parent.parent.rmdir()


def _literal(path: Path) -> str:
    """Protect braces in a folder's name: papermill reads paths as format strings."""
    return os.fspath(path).replace("{", "{{").replace("}", "}}")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep papermill's and nbclient's own log lines off the terminal; what they say is in the error."""
    logger = logging.getLogger("papermill")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
