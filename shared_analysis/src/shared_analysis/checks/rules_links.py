"""Rules on how the record, the contracts and the pipeline fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from shared_analysis.checks.context import Context, Stage
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import StageKind
from shared_analysis.record import RECORD_FILE, ProjectRecord, closest, is_todo

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


class ContractsLoad(Rule):
    """A contract says what a table must hold; the pipeline cannot check a table whose contract cannot be read.

    Put the file right where the finding says.
    """

    id = "CON001"
    title = "Every contract can be read"

    def _find(self, project: Context) -> Iterator[Finding]:
        for where, contract in project.contracts.items():
            if isinstance(contract, SharedAnalysisError) and where not in project.conflicts:
                yield self.found(contract.what, contract.where or where, None, contract.next_step)


class DatasetsMatchContracts(Rule):
    """The record says why each table may be used, its contract what is in it: neither stands without the other.

    Add the missing half, or take the table out of both. A contract names its product as `dataProduct`.
    """

    id = "CON002"
    title = "Record and contracts name the same tables and products"

    def _find(self, project: Context) -> Iterator[Finding]:
        record = project.record
        if record is None:
            return
        datasets = {dataset.name: dataset.product for dataset in record.datasets}
        for where, contract in project.contracts.items():
            if isinstance(contract, SharedAnalysisError):
                continue
            if contract.name not in datasets:
                message = f"Table '{contract.name}' is not among the datasets of the record."
                yield self.found(message, where, None, f"add it to `datasets` in {RECORD_FILE}")
            elif datasets[contract.name] and not is_todo(contract.product):
                yield from self._same_product(where, contract, datasets[contract.name])
        for index, name in enumerate(datasets):
            if name not in project.tables and not is_todo(name):
                line = record.source.line(("datasets", index))
                todo = f"write contracts/{name}.yaml; `shared-analysis contract infer` drafts one"
                yield self.found(f"Dataset '{name}' has no contract.", RECORD_FILE, line, todo)

    def _same_product(self, where: str, contract: DataContract, products: Sequence[str]) -> Iterator[Finding]:
        if contract.product not in products:
            here = f"product '{contract.product}'" if contract.product else "no product"
            message = f"The contract of '{contract.name}' names {here}, the record {_listed(products)}."
            yield self.found(message, where, None, "make `dataProduct` one that the record gives the table")


class StagesServeProducts(Rule):
    """Whoever asks why a stage runs must find the product it makes, and from there the action and the outcome.

    In dvc.yaml give the stage `meta: {product: ...}` (one id or a list); in project.yaml list the stage under that
    product's `stages`. The two must say the same.
    """

    id = "DVC001"
    title = "Every stage serves a product, and both files agree"

    def _find(self, project: Context) -> Iterator[Finding]:
        record = project.record
        if record is None or project.pipeline.data is None:
            return
        products = {product.id: product for product in record.products if not is_todo(product.id)}
        for stage in project.stages:
            if not stage.products:
                message, todo = f"Stage '{stage.name}' names no product.", "add `meta: {product: ...}` to it"
                yield self.found(message, "dvc.yaml", stage.line, todo)
            for name in stage.products:
                if name not in products:
                    message = f"Stage '{stage.name}' names the product '{name}', which is not in the record."
                    yield self.found(message, "dvc.yaml", stage.line, closest(name, products, "products"))
                elif stage.name not in products[name].stages:
                    message = f"Stage '{stage.name}' is not among the stages of product '{name}'."
                    yield self.found(message, RECORD_FILE, _line(record, name), "add it to the product's `stages`")
        yield from self._claimed(record, {stage.name: stage for stage in project.stages})

    def _claimed(self, record: ProjectRecord, stages: Mapping[str, Stage]) -> Iterator[Finding]:
        """Compare what the record's products claim with what the pipeline says."""
        known = {product.id for product in record.products}
        for product in record.products:
            for name in product.stages:
                if is_todo(name) or is_todo(product.id):
                    continue
                if name not in stages:
                    message = f"Product '{product.id}' names the stage '{name}', which is not in dvc.yaml."
                    todo = closest(name, stages, "stages")
                    yield self.found(message, RECORD_FILE, _line(record, product.id), todo)
                elif known.issuperset(named := stages[name].products) and named and product.id not in named:
                    message = f"Stage '{name}' does not name the product '{product.id}', which claims it."
                    yield self.found(message, "dvc.yaml", stages[name].line, "add it to the stage's `meta`")


class StageKindsKnown(Rule):
    """What kind of analysis a stage is, such as a linkage, says `kind` in its `meta`: the report names the stage by it,
    and other rules ask the more of one kind.

    Correct the word; an analysis of your own is `kind: analysis`.
    """

    id = "DVC002"
    title = "Every stage is of a kind that is known"

    def _find(self, project: Context) -> Iterator[Finding]:
        for stage in project.stages:
            if stage.kind is not None and stage.kind not in list(StageKind):
                message = f"Stage '{stage.name}' says that it is of the kind '{stage.kind}', which there is not."
                yield self.found(message, "dvc.yaml", stage.line, closest(str(stage.kind), StageKind, "kinds"))


def _line(record: ProjectRecord, product: str) -> int | None:
    ids = [item.id for item in record.products]
    return record.source.line(("products", ids.index(product), "stages"))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
