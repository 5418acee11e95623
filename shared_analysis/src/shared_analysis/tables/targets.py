"""The stage that new tables are for, and what its settings become with them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import StageKind, with_source, write_parameters
from shared_analysis.record import closest
from shared_analysis.stages import KINDS, NO_REGISTER, Plan, edited, notebook_of
from shared_analysis.tables.example import tables_of
from shared_analysis.writing import write_file
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    from shared_analysis.tables.drafts import Draft

_LIKE = {kind.analysis: name for name, kind in KINDS.items()}
_REGISTER = re.compile(r"(?m)^register = project\.read\(.*$")
_ANALYSES = (StageKind.LINKAGE, StageKind.FORECASTING)


@dataclass(frozen=True)
class Target:
    """A stage that tables are for.

    Parameters
    ----------
    name
        Its name.
    kind
        What kind of analysis it is: a linkage or a forecast.
    exists
        Whether the project has it already.
    """

    name: str
    kind: StageKind
    exists: bool

    @property
    def links(self) -> bool:
        """Whether it is a linkage."""
        return self.kind == StageKind.LINKAGE

    @property
    def like(self) -> str:
        """What `add-stage --like` calls its kind."""
        return _LIKE[self.kind]


def find_target(name: str, kinds: Mapping[str, str]) -> Target:
    """Find the stage that a name means: a stage of the project; or, of the kinds ``link`` and ``forecast``, the one.

    Raises
    ------
    SharedAnalysisError
        If there is no such stage or kind, the stage takes no tables in this way, or several are of the kind.
    """
    if name in kinds:
        if kinds[name] not in _ANALYSES:
            raise SharedAnalysisError(
                f"The stage '{name}' is neither a linkage nor a forecast, so its tables are not set.",
                "--for",
                "leave out --for, and let its notebook read the table",
            )
        return Target(name, StageKind(kinds[name]), exists=True)
    usual = {like: kind for kind, like in _LIKE.items() if kind in _ANALYSES}
    if name not in usual:
        raise SharedAnalysisError(
            f"There is no stage '{name}'.", "--for", closest(name, [*kinds, *usual], "stages and kinds")
        )
    of_kind = [stage for stage, kind in kinds.items() if kind == usual[name]]
    if len(of_kind) > 1:
        raise SharedAnalysisError(
            f"Several stages are of this kind: {', '.join(of_kind)}.", "--for", f"say which: --for {of_kind[0]}"
        )
    return Target(of_kind[0] if of_kind else name, usual[name], exists=bool(of_kind))


def refuse_taken(target: Target, root: Path, leaving: Sequence[str], examples: Sequence[str]) -> None:
    """Refuse a stage that goes on reading the template's example, or a forecast that has a table of its own.

    Raises
    ------
    SharedAnalysisError
        If it does.
    """
    if not target.exists:
        return
    stay = [table for table in tables_of(load_yaml(root / "params.yaml"), target.name) if table not in leaving]
    if invented := [table for table in stay if table in examples]:
        raise SharedAnalysisError(
            f"The stage '{target.name}' reads the example's tables ({', '.join(invented)}), of which there is no real "
            "data.",
            "params.yaml",
            "let yours take their place: --replace-example",
        )
    if stay and not target.links:
        raise SharedAnalysisError(
            f"The stage '{target.name}' forecasts '{stay[0]}' already, and a forecast reads one table.",
            "params.yaml",
            "for a second forecast, leave out --for, and then: shared-analysis add-stage NAME --like forecast "
            "--table TABLE",
        )


def linkage_settings(root: Path, target: Target, leaving: Sequence[str], drafts: Sequence[Draft]) -> dict[str, Any]:
    """Say which settings a linkage has with the new tables: those that stay are linked too."""
    params = load_yaml(root / "params.yaml")
    stay = [table for table in tables_of(params, target.name) if table not in leaving] if target.exists else []
    tables = [*stay, *(draft.name for draft in drafts)]
    if stay:
        return {"tables": tables}
    return {"tables": tables, "link_type": "link_and_dedupe" if len(tables) > 1 else "dedupe_only"}


def add_target(root: Path, target: Target, tables: Sequence[str], product: str | None) -> list[str]:
    """Add a stage for tables that have contracts, in a working copy. Return what is to be noted.

    Raises
    ------
    SharedAnalysisError
        If it cannot be added.
    """
    plan = Plan(root, target.name, target.like, tables=tables, products=[product] if product else [])
    for name, change in plan.changes().items():
        write_file(root / name, change.after, within=root)  # type: ignore[arg-type]  # a new stage's are texts
    return plan.notes()


def set_stage(root: Path, target: Target, settings: Mapping[str, Any]) -> None:
    """Give a stage its settings, in a working copy: in ``params.yaml``, and in its notebook's cell.

    Raises
    ------
    SharedAnalysisError
        If a file is written in a way that cannot be changed safely.
    """
    present = load_yaml(root / "params.yaml")[target.name]
    with edited(root / "params.yaml") as file:
        for key, value in settings.items():
            if present.get(key) != value:
                file.set((target.name, key), value)
    notebook = notebook_of(root, target.name)
    write_parameters(notebook, load_yaml(root / "params.yaml")[target.name])
    if settings.get("count") in ("sum", "rows"):
        _forget_register(root, target.name, notebook)


def _forget_register(root: Path, stage: str, notebook: Path) -> None:
    """Let a forecast that counts no people do without the register of a linkage."""
    text = notebook.read_bytes().decode("utf-8")
    sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    readers = [number for number, source in enumerate(sources) if _REGISTER.search(source)]
    if not readers:
        return
    for number in readers:
        text = with_source(text, number, _REGISTER.sub(NO_REGISTER, sources[number]))
    write_file(notebook, text.encode(), within=root)
    deps = load_yaml(root / "dvc.yaml")["stages"][stage].get("deps") or []
    registers = [number for number, dep in enumerate(deps) if str(dep).startswith("data/processed/")]
    if registers:
        with edited(root / "dvc.yaml") as file:
            for number in reversed(registers):
                file.remove(("stages", stage, "deps", number))
