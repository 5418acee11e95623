"""The kinds of stages that can be added, and their text: the template's own, under another name.

The folder ``skeletons/template`` is a copy of what the template makes (``python -m tools.skeletons`` in the template's
repository), so that a stage that is added is the stage that a new project would have. ``skeletons/blank`` is of this
package alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.project import StageKind, parameters_in, with_parameters
from shared_analysis.record import SENSITIVITIES
from shared_analysis.stages.yaml_addition import YamlAddition

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

FOLDER = Path(__file__).parent / "skeletons"
LINK = "link"
NO_REGISTER = "register = None  # only to count people must it be known who is who"


@dataclass(frozen=True)
class Kind:
    """A kind of stage.

    Parameters
    ----------
    name
        The skeleton's own name, as stage, section and notebook.
    folder
        Where its text is.
    numbers
        The usual numbers of its notebooks; the first is the skeleton's own.
    analysis
        What ``meta: {kind: ...}`` in ``dvc.yaml`` says of it.
    tables
        The tables that it reads in the template.
    product, action
        What it serves in the template.
    """

    name: str
    folder: str
    numbers: range
    analysis: StageKind
    tables: tuple[str, ...] = ()
    product: str | None = None
    action: str | None = None

    @property
    def notebook(self) -> str:
        """Name of the skeleton's notebook."""
        return f"{self.numbers[0]}_{self.name}"


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            *(LINK, "template", range(20, 30), StageKind.LINKAGE),
            *(("housing", "outreach"), "linked-register", "close-gaps"),
        ),
        Kind(
            *("forecast", "template", range(30, 40), StageKind.FORECASTING),
            *(("contacts",), "demand-forecast", "plan-capacity"),
        ),
        Kind("blank", "blank", range(50, 90), StageKind.ANALYSIS),
    )
}


@dataclass(frozen=True)
class NewStage:
    """A stage to be: its kind, its names and what it reads."""

    kind: Kind
    name: str
    number: int
    products: tuple[str, ...]
    settings: Mapping[str, Any]
    data_class: str
    register: str | None = None

    @property
    def notebook(self) -> str:
        """Name of its notebook."""
        return f"{self.number:02d}_{self.name}"

    @property
    def standard(self) -> bool:
        """Whether it is the one that the template itself would make."""
        return self.name == self.kind.name

    def pipeline_block(self) -> str:
        """Write the stage for ``dvc.yaml``."""
        block = _read(self.kind.folder, "pipeline.yaml").block(("stages", self.kind.name))
        if self.kind.name != LINK:
            register = f"data/processed/{self.register}" if self.register else None
            block = _with_dependency(block, f"data/processed/{LINK}", register)
        block = block.replace(self.kind.notebook, self.notebook)
        block = re.sub(rf"(?<![\w-]){self.kind.name}(?![\w-])", self.name, block)
        block = block.replace("labels: [personal]", f"labels: [{self.data_class}]")
        return re.sub(r"product: .*", f"product: {flow(self.products)}", block)

    def section(self) -> str:
        """Write its section of ``params.yaml``."""
        section = _read(self.kind.folder, "parameters.yaml")
        for key, value in self.settings.items():
            section.set((self.kind.name, key), value)
        block = YamlAddition.of_text(section.finish()).block((self.kind.name,))
        return block.replace(f"{self.kind.name}:", f"{self.name}:", 1)

    def notebook_text(self) -> str:
        """Write its notebook."""
        text = (FOLDER / self.kind.folder / f"{self.kind.notebook}.ipynb").read_text(encoding="utf-8")
        where = f"{self.kind.notebook}.ipynb"
        content = json.loads(with_parameters(text, {**parameters_in(text, where), **self.settings}, where))
        for cell in content["cells"]:
            text = "".join(cell["source"])
            for form in ("`{}`", '"{}"', "processed/{}/", "reports/{}/"):
                text = text.replace(form.format(self.kind.name), form.format(self.name))
                if self.register and self.kind.name != LINK:
                    text = text.replace(form.format(LINK), form.format(self.register))
            if self.settings.get("count") in ("rows", "sum"):
                text = re.sub(r"(?m)^register = .*$", NO_REGISTER, text)
            cell["source"] = text.splitlines(keepends=True)
        if not self.standard:  # two notebooks of one title could not be told apart in the report
            title = content["cells"][0]["source"]
            title[0] = f"{title[0].rstrip()} ({self.name.replace('_', ' ')})\n"
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def test_text(self) -> str:
        """Write its test."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        loader = FileSystemLoader(FOLDER / "tests")
        environment = Environment(  # noqa: S701  # Python code, of our own
            loader=loader, undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True
        )
        return environment.get_template(f"{self.kind.name}.py.j2").render(name=self.name)


def record_part(data_class: str) -> YamlAddition:
    """Return what the template writes into a record on actions, products and datasets, for a class of data."""
    known = data_class if data_class in SENSITIVITIES else "personal"
    return _read("template", f"record-{known}.yaml")


def contract_text(table: str, product: str) -> str:
    """Return the template's contract of a table, for a product."""
    text = (FOLDER / "template" / "contracts" / f"{table}.yaml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^dataProduct: .*$", f"dataProduct: {product}", text)


def template_contract(table: str) -> DataContract:
    """Read the template's contract of a table."""
    from shared_analysis.contracts import load_contract

    return load_contract(FOLDER / "template" / "contracts" / f"{table}.yaml")


@cache
def template_tables() -> Mapping[str, DataContract]:
    """Read the contracts of the template's example tables, by name."""
    names = sorted({table for kind in KINDS.values() for table in kind.tables})
    return {name: template_contract(name) for name in names}


def flow(names: Sequence[str]) -> str:
    """Write one name as it is, and several as a list on one line."""
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _read(folder: str, name: str) -> YamlAddition:
    return YamlAddition.of_text((FOLDER / folder / name).read_text(encoding="utf-8"))


def _with_dependency(block: str, before: str, after: str | None) -> str:
    lines = [line.replace(before, after or "") for line in block.splitlines() if after or before not in line]
    return "\n".join(lines)
