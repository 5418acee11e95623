"""The record as a whole: what it says, what it does not know yet, and why each dataset is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, PrivateAttr

from shared_analysis.record.gates import Gap, Gate, gaps
from shared_analysis.record.model import (
    Action,
    Agreement,
    Dataset,
    Identity,
    Organisation,
    Outcome,
    Part,
    Product,
    Roles,
    Text,
    several_parts,
)
from shared_analysis.record.source import Key, Source
from shared_analysis.record.todo import is_todo
from shared_analysis.record.trace import Thread, trace


class ProjectRecord(Part):
    """The project record, ``project.yaml``: read it with :func:`shared_analysis.record.load_record`.

    Every dataset names the product it serves, every product its action, every action its outcome. What is not
    known yet holds ``TODO``.
    """

    project: Identity
    stage: Text
    outcome: Outcome
    actions: Annotated[tuple[Action, ...], BeforeValidator(several_parts)]
    products: Annotated[tuple[Product, ...], BeforeValidator(several_parts)]
    datasets: Annotated[tuple[Dataset, ...], BeforeValidator(several_parts)]
    organisations: Annotated[tuple[Organisation, ...], BeforeValidator(several_parts)]
    roles: Roles
    agreements: Annotated[tuple[Agreement, ...], BeforeValidator(several_parts)]

    _source: Source = PrivateAttr(default_factory=Source)

    @property
    def source(self) -> Source:
        """The file as read, with the line of each key (empty for a record made in code)."""
        return self._source

    def unknowns(self) -> Iterator[tuple[Key, str]]:
        """Yield every place that holds TODO: its key and the text there, in the order of the file."""
        yield from _unknown_in(self._source.data or self.model_dump(), ())

    def gaps(self, gates: Sequence[Gate] | None = None) -> list[Gap]:
        """List what is not known yet, gate by gate (see :func:`shared_analysis.record.load_gates`)."""
        return gaps(self, gates)

    def trace(self, stages: Mapping[str, Sequence[str]] | None = None) -> list[Thread]:
        """Follow every dataset and stage to its product, action and outcome.

        Parameters
        ----------
        stages
            Products by stage, as the pipeline tells (``meta: product`` in ``dvc.yaml``); by default what the
            record's products say.

        Returns
        -------
        list of Thread
            One a dataset and product, then one a stage and product, in the order of the record. What serves
            no product has one thread with empty ends.
        """
        return trace(self, stages)


def _unknown_in(value: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unknown_in(inner, (*key, name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _unknown_in(inner, (*key, index))
    elif is_todo(value):
        yield key, value
