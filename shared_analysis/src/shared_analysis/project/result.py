"""What an analysis step hands back, so that a project can keep it and the report can show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd

    from shared_analysis.charts import Chart


@dataclass(frozen=True)
class Headline:
    """A figure that a reader should leave with: the report shows it at the top.

    Parameters
    ----------
    label
        What it is: ``People found``.
    value
        The figure as text: ``9,000``.
    note
        What to know with it: ``behind 11,940 records``.
    """

    label: str
    value: str
    note: str = ""


class Result(Protocol):
    """What an analysis step hands back, and all that :meth:`Project.save` needs to know of it."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables by name (``pairs``), rows in their one defined order.

        A name with a folder (``interim/housing``) is a place under ``data/``; any other is kept in the stage's own
        folder, ``data/processed/<stage>/``, so that two stages can do the same kind of work.
        """
        ...

    @property
    def metrics(self) -> Mapping[str, float | int | str | bool]:
        """Flat figures for ``dvc metrics``, already rounded."""
        ...

    def charts(self) -> Mapping[str, Chart]:
        """Charts by file name, in the order a reader should meet them."""
        ...

    def summary(self) -> str:
        """The finding in plain words, as Markdown."""
        ...


@runtime_checkable
class WithDocuments(Protocol):
    """A result that also keeps documents: content of JSON types."""

    @property
    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """Documents by name, kept where the tables are."""
        ...


@runtime_checkable
class WithFiles(Protocol):
    """A result that also hands back whole files for its readers, such as a workbook."""

    def files(self, *, synthetic: bool) -> Mapping[str, bytes]:
        """Files by their name under ``reports/<stage>/``, marked where the data are synthetic."""
        ...


@runtime_checkable
class WithHeadlines(Protocol):
    """A result that also says which few of its figures a reader should leave with."""

    @property
    def headlines(self) -> Sequence[Headline]:
        """The figures, the most important first; one that was not measured is left out."""
        ...
