"""What adding a stage means for each file of a project, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change, StageKind, open_project, section_name
from shared_analysis.record import ProjectRecord, closest, load_record
from shared_analysis.stages import reads, settings
from shared_analysis.stages.names import choose_number, refuse_bad_name, refuse_taken_name
from shared_analysis.stages.pipeline_addition import add_to_pipeline, output_names
from shared_analysis.stages.record_addition import RecordAddition
from shared_analysis.stages.skeletons import KINDS, Kind, NewStage, contract_text, template_contract
from shared_analysis.stages.yaml_addition import YamlAddition

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_SHARED = (StageKind.TWIN, StageKind.VALIDATION, StageKind.REPORT)


class Plan:
    """A stage that is to be added to a project.

    Parameters
    ----------
    root
        The project.
    name
        The new stage's name.
    like
        Its kind: ``link``, ``forecast`` or ``blank``.
    tables
        The tables it reads, each with a contract; by default those of the template, which come along where they are
        missing.
    products
        The products of the record that it serves; by default the template's, or the only one there is.
    number
        Number of its notebook; by default the first that is free among those of its kind.

    Raises
    ------
    SharedAnalysisError
        If something of that name is there already, what was given does not fit the project, or a file of the project
        cannot be read.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        like: str,
        *,
        tables: Sequence[str] = (),
        products: Sequence[str] = (),
        number: int | None = None,
    ) -> None:
        self.root = root
        self.kind = _kind(like, name)
        self.pipeline = YamlAddition(root / "dvc.yaml")
        self.params = YamlAddition(root / "params.yaml")
        self.record_file = YamlAddition(root / "project.yaml")
        self.record: ProjectRecord = load_record(root)
        self._refuse_taken(name)
        self.given = tuple(dict.fromkeys(tables))
        self.tables = self.given or settings.usual_tables(self.kind, self.contracts)
        self.comes_along = () if self.given else tuple(table for table in self.tables if table not in self.contracts)
        self._refuse_unknown_tables()
        self.readers = reads.readers(root, f"data/processed/{name}")
        self.products = self._products(tuple(dict.fromkeys(products)))
        self.stage = self._stage(name, number)

    @cached_property
    def contracts(self) -> dict[str, DataContract]:
        """The project's contracts by table."""
        from shared_analysis.contracts import load_contracts

        return dict(load_contracts(self.root / "contracts"))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The stages that the pipeline has already, and which kind of analysis each is."""
        return open_project(self.root).kinds

    @cached_property
    def brings_product(self) -> bool:
        """Whether the template's product comes along: it does with the first stage of a kind, as in a new project."""
        first = self.kind.analysis not in self.kinds.values()
        return self.kind.product is not None and self.kind.product not in self._known_products() and first

    @cached_property
    def unrecorded(self) -> tuple[str, ...]:
        """The tables it reads that have a contract, and of which the record says nothing yet."""
        recorded = {dataset.name for dataset in self.record.datasets}
        return tuple(table for table in self.tables if table in self.contracts and table not in recorded)

    @cached_property
    def upstream(self) -> tuple[str, ...]:
        """The stages that work for the new one, or show what it found, and name products."""
        around = [stage for stage, kind in self.kinds.items() if kind in _SHARED or stage == self.stage.register]
        return tuple(stage for stage in around if self.pipeline.get("stages", stage, "meta", "product"))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The stages of the pipeline with the new one among them, in the order of their notebooks' numbers."""
        stages = list(self.kinds)
        behind = [stage for stage in stages if self._number(stage) > self.stage.number]
        stages.insert(stages.index(behind[0]) if behind else len(stages), self.stage.name)
        return tuple(stages)

    def changes(self) -> dict[str, Change]:
        """Work out every file: new ones first, and the pipeline last, which makes the others count.

        Raises
        ------
        SharedAnalysisError
            If a file is written in a way that cannot be added to; it says what it would have put in.
        """
        reports = [stage for stage, kind in self.kinds.items() if kind == StageKind.REPORT]
        add_to_pipeline(self.pipeline, self.stage, self.order, self.readers, self.upstream, self.products, reports)
        following = [
            stage for stage in self.order[self.order.index(self.stage.name) + 1 :] if stage in self.params.data
        ]
        self.params.add_key((), self.stage.section(), before=next(iter(following), None))
        RecordAddition(self.record_file, self.record, self.stage, self.order).add(
            self.products,
            self.upstream,
            brings_product=self.brings_product,
            tables=self.comes_along,
            contracts=[self.contracts[table] for table in self.unrecorded],
        )
        new = {
            f"notebooks/{self.stage.notebook}.ipynb": self.stage.notebook_text(),
            f"tests/test_{self.stage.name}.py": self.stage.test_text(),
            **{f"contracts/{table}.yaml": contract_text(table, self.products[0]) for table in self.comes_along},
        }
        changes = {name: Change(text.encode()) for name, text in new.items()}
        for edited in (self.params, self.record_file, self.pipeline):
            changes[edited.name] = Change(edited.finish().encode(), edited.before)
        return changes

    def notes(self) -> list[str]:
        """Say what a person has to look at, because no program can decide it."""
        served = {dataset.name: set(dataset.product) for dataset in self.record.datasets}
        notes = [
            f"project.yaml does not give the table '{table}' for the product '{product}'. Whoever answers for the "
            "table says whether it may be used so; then add it there."
            for table in (*self.tables, *self._tables_behind())
            for product in self.stage.products
            if table in served and product not in served[table]
        ]
        notes += [
            f"project.yaml has an entry for the table '{table}' now. Whoever answers for the table fills in each TODO."
            for table in self.unrecorded
        ]
        if self.brings_product:
            notes.append(
                f"project.yaml has the product '{self.kind.product}' and the action '{self.kind.action}' now, with "
                "words to start from: make them true."
            )
        notes.append(
            "What is done with the data has changed: look again at governance/dpia.md, governance/retention.md, "
            "method/3-product.md and method/4-data.md."
        )
        return notes

    def _tables_behind(self) -> list[str]:
        """List the tables that are read through a linkage's register."""
        tables = self.params.get(self.stage.register, "tables") if self.stage.register else None
        return [table for table in tables if table not in self.tables] if isinstance(tables, list) else []

    def _stage(self, name: str, number: int | None) -> NewStage:
        contracts = self.contracts | {table: template_contract(table) for table in self.comes_along}
        register = None
        if self.kind.name == "forecast":
            register = settings.register_for(contracts[self.tables[0]], self.params.data, self.kinds)
        return NewStage(
            kind=self.kind,
            name=name,
            number=choose_number(self.root / "notebooks", self.kind.numbers, number),
            products=tuple(dict.fromkeys([*self.products, *self._products_of_readers()])),
            settings=settings.settings_for(self.kind, self.tables, contracts),
            data_class=self.record.project.data_class,
            register=register,
        )

    def _number(self, stage: str) -> int:
        """Return the number of a stage's notebook; one that has none keeps its place."""
        for path in (self.root / "notebooks").glob("[0-9]*.ipynb"):
            if section_name(path.stem) == stage:
                return int(path.stem.partition("_")[0].partition("-")[0])
        return 0

    def _refuse_taken(self, name: str) -> None:
        notebooks = [section_name(path.stem) for path in (self.root / "notebooks").glob("*.ipynb")]
        tests = [path.stem.removeprefix("test_") for path in (self.root / "tests").glob("test_*.py")]
        places = (
            ("dvc.yaml, as a stage", self.kinds),
            ("params.yaml, as a section", [str(section) for section in self.params.data]),
            ("notebooks/", notebooks),
            ("tests/", tests),
            ("dvc.yaml, as an output", output_names(self.pipeline)),
        )
        refuse_taken_name(name, places)

    def _refuse_unknown_tables(self) -> None:
        known = [*self.contracts, *self.comes_along]
        for table in self.tables:
            if table not in known:
                raise SharedAnalysisError(
                    f"The table '{table}' has no contract.",
                    "--table",
                    f"{closest(table, known, 'tables')}; a new table needs one: shared-analysis contract infer FILE",
                )
        if self.comes_along and not open_project(self.root).synthetic:
            raise SharedAnalysisError(
                f"The project reads real data, and has no table {' and no table '.join(self.comes_along)}: "
                "those are the template's examples.",
                "params.yaml, section data",
                "name tables of your own: --table NAME",
            )

    def _known_products(self) -> list[str]:
        return [product.id for product in self.record.products]

    def _products(self, given: tuple[str, ...]) -> tuple[str, ...]:
        """Say which products it serves: those given, the template's, or the only one."""
        known = self._known_products()
        for product in given:
            if product not in known:
                raise SharedAnalysisError(
                    f"The product '{product}' is not in the record.", "--product", closest(product, known, "products")
                )
        if given:
            self.brings_product = False
            return given
        if self.kind.product and (self.brings_product or self.kind.product in known):
            return (self.kind.product,)
        if len(known) == 1:
            return tuple(known)
        raise SharedAnalysisError(
            "The record has several products, and only you know which of them this stage is for."
            if known
            else "The record has no product that the stage could be for.",
            "project.yaml",
            f"say which: {' or '.join(f'--product {product}' for product in known)}" if known else "add one first",
        )

    def _products_of_readers(self) -> list[str]:
        """List the products of stages that were written to read the new one's results: it works for those too."""
        named = [self.pipeline.get("stages", stage, "meta", "product") for stage in self.readers]
        known = self._known_products()
        return [one for names in named for one in (names if isinstance(names, list) else [names]) if one in known]


def _kind(like: str, name: str) -> Kind:
    if like not in KINDS:
        raise SharedAnalysisError(f"There is no kind of stage '{like}'.", "--like", closest(like, KINDS, "kinds"))
    refuse_bad_name(name)
    if name in KINDS and name != like:
        raise SharedAnalysisError(
            f"Those who read the pipeline or the report take a stage called '{name}' for another kind.",
            "NAME",
            f"choose another name, or --like {name}",
        )
    return KINDS[like]
