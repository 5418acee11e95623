"""The entry of a table in the project record: what is known of it, and TODO for what only people know."""

from __future__ import annotations

from collections.abc import Sequence

from shared_analysis.record import NOT_NEEDED, ProjectRecord
from shared_analysis.stages.skeletons import record_part
from shared_analysis.stages.yaml_addition import YamlAddition

UNKNOWN_PRODUCT = "TODO: the product that it is for"


def dataset_entry(record: ProjectRecord, name: str, title: str, products: Sequence[str]) -> str:
    """Write an entry of ``datasets`` as a new project has it, as YAML from the left margin on.

    Parameters
    ----------
    record
        The project's record, which says how sensitive its data is and which agreements there are.
    name, title
        The table's name, and what people call it.
    products
        The products that it is for; none where nobody has said.
    """
    template = record_part(record.project.data_class)
    number = len(template.data["datasets"]) - 1
    place = ("datasets", number)
    template.set((*place, "name"), name)
    template.set((*place, "title"), title)
    template.set((*place, "product"), _one_or_list(products))
    if template.data["datasets"][number]["agreement"] != NOT_NEEDED:  # whether a known one covers it, people must say
        template.set((*place, "agreement"), "TODO: the agreement that covers it")
    return YamlAddition.of_text(template.finish()).block(place)


def _one_or_list(products: Sequence[str]) -> str | list[str]:
    return list(products) if len(products) > 1 else next(iter(products), UNKNOWN_PRODUCT)
