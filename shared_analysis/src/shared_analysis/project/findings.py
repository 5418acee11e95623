"""What an analysis of the project's own found, ready to be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared_analysis.project.result import Headline

if TYPE_CHECKING:
    import pandas as pd

    from shared_analysis.charts import Chart


@dataclass(frozen=True)
class Findings:
    """Tables, figures, charts and words of an analysis that a notebook does itself: a result for ``Project.save``.

    Parameters
    ----------
    text
        The finding in plain words, as Markdown. Its first paragraph is what the report says first.
    tables
        Tables by name, kept in ``data/processed/<stage>/``. Their rows must stand in an order that is the same each
        time: sort them.
    metrics
        Flat figures for ``dvc metrics``; round fractions, whose last digits differ between machines.
    drawings
        Charts by file name, in the order a reader should meet them.
    headlines
        The few figures that the report shows at the top.
    """

    text: str
    tables: Mapping[str, pd.DataFrame]
    metrics: Mapping[str, float | int | str | bool]
    drawings: Mapping[str, Chart]
    headlines: Sequence[Headline] = ()

    def charts(self) -> Mapping[str, Chart]:
        """Return the charts."""
        return self.drawings

    def summary(self) -> str:
        """Return the words."""
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """Say what it holds, without a value from any row."""
        return f"<Findings: tables {list(self.tables)}, metrics {list(self.metrics)}, charts {list(self.drawings)}>"
