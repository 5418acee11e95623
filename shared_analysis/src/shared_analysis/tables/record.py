"""Entries of the project record for new tables: what is known of them, and TODO for what only people know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shared_analysis.record import NOT_NEEDED, ProjectRecord, load_record
from shared_analysis.stages import YamlAddition, edited, record_part


def add_datasets(root: Path, titles: Mapping[str, str], product: str | None) -> None:
    """Give each table an entry under ``datasets`` in ``project.yaml``, like those of a new project, in a working copy.

    Parameters
    ----------
    root
        The working copy.
    titles
        What people call each table, by its name.
    product
        The product that the tables are for; None where nobody has said.

    Raises
    ------
    SharedAnalysisError
        If the record cannot be read, or is written in a way that cannot be added to safely.
    """
    record = load_record(root)
    blocks = [_entry(record, name, title, product) for name, title in titles.items()]
    with edited(root / "project.yaml") as file:
        file.add_items(("datasets",), blocks)


def _entry(record: ProjectRecord, name: str, title: str, product: str | None) -> str:
    template = record_part(record.project.data_class)
    number = len(template.data["datasets"]) - 1
    values = {
        "name": name,
        "title": title,
        "product": product or "TODO: the product that it is for",
        "agreement": _agreement(record, template.data["datasets"][number]["agreement"]),
    }
    for key, value in values.items():
        template.set(("datasets", number, key), value)
    return YamlAddition.of_text(template.finish()).block(("datasets", number))


def _agreement(record: ProjectRecord, usual: str) -> str:
    if usual == NOT_NEEDED:
        return usual
    known = [agreement.id for agreement in record.agreements]
    return known[0] if len(known) == 1 else "TODO: the agreement that covers it"
