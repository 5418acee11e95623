"""An executed notebook as one offline page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis import pages

if TYPE_CHECKING:
    from nbformat import NotebookNode

_H1 = re.compile(r"^# +(.+?)\s*#*$", re.MULTILINE)


def first_heading(nb: NotebookNode) -> str | None:
    """Return the notebook's title: its first heading of the first level, as plain text."""
    for cell in nb.cells:
        if cell.cell_type == "markdown" and (found := _H1.search(cell.source)):
            return re.sub(r"[*_`]", "", found[1])
    return None


def export_html(nb: NotebookNode, *, title: str, synthetic: bool, source: str = "", home: str | None = None) -> str:
    """Turn a canonical notebook into a page that makes no request and runs no script.

    Parameters
    ----------
    nb
        The notebook, as :func:`canonicalise` returns it.
    title
        What the page is called.
    synthetic
        Whether to mark the page SYNTHETIC.
    source
        The notebook's name, for the header.
    home
        Address of the report, relative to the page, if there is one to go back to.

    Returns
    -------
    str
        HTML; the same notebook gives the same text.
    """
    from nbconvert.exporters.html import HTMLExporter
    from nbconvert.filters.highlight import Highlight2HTML
    from traitlets.config import Config

    from shared_analysis import __version__

    exporter = HTMLExporter(
        config=Config(),
        # Given outright, so that no template in a user's own Jupyter folders is found first.
        template_paths=[str(Path(__file__).parent / "templates"), str(pages.FOLDER)],
        template_data_paths=[],
        template_file="notebook.html.j2",
        exclude_anchor_links=True,
        filters={
            "highlight_code": Highlight2HTML(pygments_lexer="ipython3"),
            "figure_html": pages.figure_html,
            "without_scripts": pages.without_scripts,
        },
    )
    tags = [tag for cell in nb.cells for tag in cell.metadata.get("tags", [])]
    page: dict[str, Any] = {
        "title": title,
        "synthetic": synthetic,
        "source": source,
        "home": home,
        "style": pages.page_style(),
        "version": __version__,
        "injected": "injected-parameters" in tags,
        "needs_heading": first_heading(nb) is None,
    }
    # Past HTMLExporter's own last step: it parses and rewrites the page, which is slow and garbles drawings.
    html, _ = super(HTMLExporter, exporter).from_notebook_node(nb, resources={"page": page})
    return pages.tidy(html)
