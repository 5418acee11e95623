"""A new stage in the project record: the products it serves, and what comes along from the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared_analysis.record import NOT_NEEDED, ProjectRecord
from shared_analysis.stages.dataset_entry import dataset_entry
from shared_analysis.stages.skeletons import NewStage, record_part
from shared_analysis.stages.yaml_addition import YamlAddition

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


class RecordAddition:
    """What is added to ``project.yaml``.

    Parameters
    ----------
    file
        ``project.yaml``.
    record
        What it says.
    stage
        The new stage.
    order
        All stages of the pipeline, the new one among them.
    """

    def __init__(self, file: YamlAddition, record: ProjectRecord, stage: NewStage, order: Sequence[str]) -> None:
        self.file = file
        self.record = record
        self.stage = stage
        self.order = order
        self.template = record_part(stage.data_class)

    def add(
        self,
        products: Sequence[str],
        upstream: Sequence[str],
        *,
        brings_product: bool,
        tables: Sequence[str],
        contracts: Sequence[DataContract] = (),
    ) -> None:
        """Name the stage under the products it serves, and add what comes along.

        Parameters
        ----------
        products
            The products that it was added for.
        upstream
            Stages that work for it, or show what it found: they serve those products too.
        brings_product
            Whether the template's product and action come along.
        tables
            Tables of the template that come along.
        contracts
            The contracts of tables that the stage reads and of which the record says nothing yet.
        """
        known = [product.id for product in self.record.products]
        for product in self.stage.products:
            if product in known:
                around = upstream if product in products else ()
                for name in (*around, self.stage.name):
                    self._name_stage(known.index(product), name)
        if brings_product:
            self._add_action()
            self._add_product(upstream)
        self._add_datasets(tables, contracts)

    def _name_stage(self, product: int, stage: str) -> None:
        path = ("products", product, "stages")
        listed = self.file.get(*path)
        earlier = self.order[: self.order.index(stage)]
        before = [name for name in listed if name in earlier] if isinstance(listed, list) else []
        self.file.add_name(path, stage, after=before[-1] if before else None)

    def _add_action(self) -> None:
        wanted = self.stage.kind.action
        if wanted in [action.id for action in self.record.actions]:
            return
        number = [action["id"] for action in self.template.data["actions"]].index(wanted)
        self.template.set(("actions", number, "outcome"), self.record.outcome.id)
        self.template.set(("actions", number, "who_acts"), self._lead())
        self._copy("actions", [number])

    def _add_product(self, upstream: Sequence[str]) -> None:
        number = [product["id"] for product in self.template.data["products"]].index(self.stage.kind.product)
        stages = [name for name in self.order if name in (*upstream, self.stage.name)]
        self.template.set(("products", number, "stages"), stages)
        self._copy("products", [number])

    def _add_datasets(self, tables: Sequence[str], contracts: Sequence[DataContract]) -> None:
        known = {dataset.name for dataset in self.record.datasets}
        agreements = {agreement.id for agreement in self.record.agreements}
        wanted = [
            number
            for number, dataset in enumerate(self.template.data["datasets"])
            if dataset["name"] in tables and dataset["name"] not in known
        ]
        products = list(self.stage.products)
        for number in wanted:
            dataset = self.template.data["datasets"][number]
            self.template.set(("datasets", number, "product"), products if len(products) > 1 else products[0])
            if dataset["owner"] == "lead":
                self.template.set(("datasets", number, "owner"), self._lead())
            if dataset["agreement"] not in {*agreements, NOT_NEEDED}:
                self.template.set(("datasets", number, "agreement"), "TODO: the agreement that covers it")
        entries = [self._dataset(contract) for contract in contracts]
        if wanted or entries:
            self._copy("datasets", wanted, entries)

    def _dataset(self, contract: DataContract) -> str:
        known = [product.id for product in self.record.products]
        named = [contract.product] if contract.product in known else []
        products = tuple(dict.fromkeys([*named, *self.stage.products]))
        return dataset_entry(self.record, contract.name, contract.title or contract.name, products)

    def _copy(self, part: str, numbers: Sequence[int], more: Sequence[str] = ()) -> None:
        """Copy entries of the template's record, with what was set in them; then more entries."""
        filled = YamlAddition.of_text(self.template.finish())
        self.file.add_items((part,), [*(filled.block((part, number)) for number in numbers), *more])

    def _lead(self) -> str:
        ids = {organisation.id for organisation in self.record.organisations}
        return "lead" if "lead" in ids else "TODO: the organisation"
