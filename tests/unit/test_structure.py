"""The shape of the shared package: no circles, and folders and modules that a reader takes in at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import grimp
import networkx as nx
import pytest

from tools import ROOT

SOURCE = ROOT / "shared_analysis" / "src" / "shared_analysis"
MODULES_OF_A_FOLDER = 16
LINES_OF_A_MODULE = 400


def circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Every set of modules each of which leads to each other by imports."""
    graph = nx.DiGraph((module, imported) for module, all_imported in imports.items() for imported in all_imported)
    return sorted(sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1)


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ({"a": "b", "b": "c", "d": "a"}, []),
        ({"a": "b", "b": "a", "c": "a"}, [["a", "b"]]),
        ({"a": "b", "b": "c", "c": "ad", "d": "e", "e": "d"}, [["a", "b", "c"], ["d", "e"]]),
    ],
)
def test_a_circle_is_found_however_long(imports: dict[str, str], expected: list[list[str]]) -> None:
    assert circles(imports) == expected


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Neither in a function nor for a type alone: a reader has to follow those too."""
    graph = grimp.build_graph("shared_analysis", cache_dir=None)
    assert circles({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


def test_no_folder_has_more_modules_than_can_be_taken_in() -> None:
    folders = Counter(path.parent for path in SOURCE.rglob("*.py") if path.name != "__init__.py")
    assert {str(folder): number for folder, number in folders.items() if number > MODULES_OF_A_FOLDER} == {}


def test_no_module_is_longer_than_can_be_taken_in() -> None:
    modules = [path for folder in (SOURCE, ROOT / "tests", ROOT / "tools") for path in folder.rglob("*.py")]
    lines = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {name: number for name, number in lines.items() if number > LINES_OF_A_MODULE} == {}
