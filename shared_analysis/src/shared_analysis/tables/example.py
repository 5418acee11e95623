"""The template's example in a project: which tables are its own, and how they leave when real ones come."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.project import StageKind
from shared_analysis.stages import edited, remove_stage, template_tables
from shared_analysis.writing import delete, write_file
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_PAGES = ("method", "governance")


def example_tables(root: Path, contracts: Mapping[str, DataContract]) -> tuple[str, ...]:
    """List the template's example tables that a project still has: their columns as they came, and no real data.

    Parameters
    ----------
    root
        The project.
    contracts
        Its contracts.
    """
    return tuple(
        name
        for name, template in template_tables().items()
        if name in contracts
        and contracts[name].names == template.names
        and not any((root / "data" / "raw").glob(f"{name}.*"))
    )


def tables_of(params: Mapping[str, Any], stage: str) -> tuple[str, ...]:
    """List the tables that a stage's section of ``params.yaml`` names."""
    section = params.get(stage)
    if not isinstance(section, dict):
        return ()
    named = section.get("tables", section.get("table"))
    return tuple(map(str, named)) if isinstance(named, list) else (str(named),) if named else ()


def idle_stages(root: Path, kinds: Mapping[str, str], leaving: Collection[str], but: str) -> tuple[str, ...]:
    """List linkages and forecasts, other than one, that would have nothing left to read."""
    params = load_yaml(root / "params.yaml")
    return tuple(
        stage
        for stage, kind in kinds.items()
        if kind in (StageKind.LINKAGE, StageKind.FORECASTING)
        and stage != but
        and (tables := tables_of(params, stage))
        and set(tables) <= set(leaving)
    )


def remove_example(root: Path, leaving: Sequence[str], stages: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    """Take example tables out of a working copy: contracts, entries of the record, stages that read nothing else.

    Parameters
    ----------
    root
        The working copy, in which the new tables are already.
    leaving
        Tables that leave.
    stages
        Stages that leave.
    titles
        The new tables; one of them may be called like one that leaves.

    Returns
    -------
    list of str
        What a person has to look at.
    """
    notes = [
        f"The stage '{reader}' read results of '{stage}', which is removed: look at its notebook."
        for stage in stages
        for reader in remove_stage(root, stage)
        if reader not in stages
    ]
    for name in leaving:
        if name not in titles:
            delete(root / "contracts" / f"{name}.yaml", within=root)
    names = [dataset.get("name") for dataset in load_yaml(root / "project.yaml").get("datasets") or []]
    entries = [number for number, name in enumerate(names) if name in leaving and number == names.index(name)]
    if entries:
        with edited(root / "project.yaml") as file:
            for number in reversed(entries):
                file.remove(("datasets", number))
    return notes


def rename_on_pages(root: Path, leaving: Sequence[str], titles: Mapping[str, str]) -> None:
    """Let the project's pages name the new tables where they named those that leave.

    A row of a Markdown table that begins with a leaving table's name gives one row for each new table, which says TODO
    where the page did not know yet; a list of their names in a sentence becomes the list of the new names.

    Parameters
    ----------
    root
        A working copy of the project.
    leaving
        Tables that leave.
    titles
        Titles of the new tables, by name.
    """
    if not leaving:
        return
    for path in sorted(page for folder in _PAGES for page in (root / folder).rglob("*.md")):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:  # a person's own page
            continue
        lines = text.splitlines(keepends=True)
        rows = [number for number, line in enumerate(lines) if _table_of_row(line) in leaving]
        if rows:
            model = _common_row([lines[number] for number in rows])
            lines[rows[-1]] = "".join(model(table, title) for table, title in titles.items())
            for number in reversed(rows[:-1]):
                del lines[number]
        write_file(path, _rename_lists("".join(lines), leaving, titles).encode(), within=root)


def _common_row(rows: Sequence[str]) -> Callable[[str, str], str]:
    """Make rows like some others: what is the same in all of them stays, but what is said of one table is not known."""
    templates = template_tables()
    names = [_table_of_row(row) for row in rows]
    columns = list(zip(*(row.split("|") for row in rows), strict=False))

    def row(table: str, title: str) -> str:
        cells = []
        for own in columns:
            cell = own[0].replace(f"`{names[0]}`", f"`{table}`").replace(f"/{names[0]}.yaml`", f"/{table}.yaml`")
            if cell.strip() == templates[names[0]].title:
                cell = f" {title} "
            elif cell == own[0] and len(set(own)) > 1:
                cell = " TODO "
            cells.append(cell)
        return "|".join(cells)

    return row


def _rename_lists(text: str, leaving: Sequence[str], titles: Mapping[str, str]) -> str:
    one = "|".join(f"`{re.escape(name)}`" for name in leaving)
    names = [f"`{name}`" for name in titles]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return re.sub(rf"(?<=opies of )({one})((,| and| and of) ({one}))*", listed, text)


def _table_of_row(line: str) -> str:
    row = re.match(r"\| `(\w+)`", line)
    return row[1] if row else ""
