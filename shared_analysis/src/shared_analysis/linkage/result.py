"""What a linkage gives: its outcome, and how to show and say it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.charts import Chart
from shared_analysis.linkage.reporting.charts import draw_charts
from shared_analysis.linkage.reporting.headlines import headlines as make_headlines
from shared_analysis.linkage.reporting.review_rows import review_rows
from shared_analysis.linkage.reporting.summary import summarise
from shared_analysis.linkage.result_data import Linkage

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract
    from shared_analysis.project import Headline


class LinkageResult(Linkage):
    """The outcome of :func:`shared_analysis.linkage.link`; its tables and figures are those of :class:`Linkage`."""

    def review_rows(self, tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract]) -> pd.DataFrame:
        """Put the two rows of each pair worth checking side by side; see :func:`shared_analysis.linkage.review_rows`.

        This is personal data: keep it out of the notebook, and save it where data is kept.

        Parameters
        ----------
        tables, contracts
            As they were linked.
        """
        return review_rows(self.review, tables, contracts)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many people were found, and how many of the matches are right."""
        return make_headlines(self.metrics)

    def charts(self) -> Mapping[str, Chart]:
        """Draw the evidence of each comparison, the weights of all pairs, the sizes of entities and their sources.

        Drawn once: a notebook shows them, and the same ones are saved.
        """
        return self._charts

    @cached_property
    def _charts(self) -> Mapping[str, Chart]:
        return draw_charts(self)

    def summary(self) -> str:
        """Say what was linked, how sure it is and what to look at, as Markdown."""
        return summarise(self)

    def _repr_markdown_(self) -> str:
        return self.summary()
