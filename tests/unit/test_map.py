"""The map for newcomers shows the package as it is."""

from __future__ import annotations

from tools import architecture


def test_the_floors_and_the_picture_are_those_of_the_import_contracts() -> None:
    assert architecture.PAGE.read_text(encoding="utf-8") == architecture.page(), "run: python -m tools.architecture"
    assert architecture.PICTURE.read_text(encoding="utf-8") == architecture.picture()


def test_every_room_stands_on_a_floor() -> None:
    floors = architecture.contracts()["shared_analysis"]
    assert {room for floor in floors for room in floor} == architecture.rooms()
