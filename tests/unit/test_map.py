"""The map for newcomers shows the package as it is, and names what is there."""

from __future__ import annotations

import ast
import re

import pytest

from tools import ROOT, architecture

PACKAGE = architecture.SOURCE / "shared_analysis"
PLACES = (PACKAGE, ROOT, ROOT / "example_project")
SPAN = re.compile(r"`([^`\s]+)`")
FUNCTION_OR_CLASS = re.compile(r"[a-z_]+(\.[a-z_]+)*\.(\w+\(\)|[A-Z]\w+(\.\w+\(\))?)")


@pytest.mark.parametrize("page", ["GLOSSARY.md", "CONTRIBUTING.md", "docs/explanation/architecture.md"])
def test_every_module_function_and_class_that_a_page_names_is_there(page: str) -> None:
    spans = set(SPAN.findall((ROOT / page).read_text(encoding="utf-8")))
    rooms = architecture.rooms()
    paths = {span for span in spans if "/" in span and (span.endswith(".py") or span.partition("/")[0] in rooms)}
    code = {span for span in spans if FUNCTION_OR_CLASS.fullmatch(span)}
    assert paths
    assert [path for path in sorted(paths) if not any((folder / path).exists() for folder in PLACES)] == []
    assert [name for name in sorted(code) if not is_defined(name.removesuffix("()"))] == []


def is_defined(name: str) -> bool:
    """Say whether a dotted name stands in the shared package, without importing what defines it."""
    place, names = PACKAGE, name.split(".")
    while len(names) > 1 and (place / names[0]).is_dir():
        place /= names.pop(0)
    module = place / f"{names.pop(0)}.py"
    if not module.is_file():
        return False
    scope: ast.Module | ast.ClassDef | ast.FunctionDef = ast.parse(module.read_text(encoding="utf-8"))
    for part in names:
        inside = [node for node in scope.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part]
        if not inside:
            return False
        scope = inside[0]
    return True


def test_a_name_that_is_not_there_is_noticed() -> None:
    assert is_defined("contracts.validation.validate")
    assert is_defined("project.project.Project.save")
    assert not is_defined("project.project.Project.validate")
    assert not is_defined("contracts.nothing.validate")


def test_the_floors_and_the_picture_are_those_of_the_import_contracts() -> None:
    assert architecture.PAGE.read_text(encoding="utf-8") == architecture.page(), "run: python -m tools.architecture"
    assert architecture.PICTURE.read_text(encoding="utf-8") == architecture.picture()


def test_every_room_stands_on_a_floor() -> None:
    floors = architecture.contracts()["shared_analysis"]
    assert {room for floor in floors for room in floor} == architecture.rooms()
