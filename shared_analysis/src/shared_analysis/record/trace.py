"""Why each dataset is used and each stage is run: the thread from data to outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared_analysis.record.model import Content
from shared_analysis.record.todo import is_todo


@dataclass(frozen=True)
class Thread:
    """One line of the trace: a dataset or stage, and a product, action and outcome it leads to.

    A field is empty where the record does not say (yet).
    """

    kind: Literal["dataset", "stage"]
    name: str
    product: str
    action: str
    outcome: str

    @property
    def whole(self) -> bool:
        """Whether the thread runs all the way to the outcome."""
        return bool(self.product and self.action and self.outcome)


def trace(record: Content, stages: Mapping[str, Sequence[str]] | None = None) -> list[Thread]:
    """Follow every dataset, then every stage (see :meth:`ProjectRecord.trace`)."""
    if stages is None:
        names = dict.fromkeys(name for product in record.products for name in product.stages)
        stages = {name: [item.id for item in record.products if name in item.stages] for name in names}
    threads = []
    for dataset in record.datasets:
        threads += _threads(record, "dataset", dataset.name, dataset.product)
    for name, products in stages.items():
        threads += _threads(record, "stage", name, products)
    return threads


def _threads(record: Content, kind: Literal["dataset", "stage"], name: str, products: Sequence[str]) -> list[Thread]:
    return [_thread(record, kind, name, product) for product in products or ("",)]


def _thread(record: Content, kind: Literal["dataset", "stage"], name: str, product_id: str) -> Thread:
    product = next((item for item in record.products if _same(item.id, product_id)), None)
    action = next((item for item in record.actions if product and _same(item.id, product.action)), None)
    outcome = record.outcome if action and _same(record.outcome.id, action.outcome) else None
    return Thread(
        kind,
        name,
        product.id if product else "",
        action.id if action else "",
        outcome.id if outcome else "",
    )


def _same(known: str, named: str) -> bool:
    return known == named and not is_todo(known)
