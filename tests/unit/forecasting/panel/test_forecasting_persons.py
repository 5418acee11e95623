"""Whom an event is about: the register's entity, or the record itself."""

import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.persons import name_people
from shared_analysis.wording import Notice

ROLES = {"linked_record_id": "person", "source": "service"}
EVENTS = pd.DataFrame({"service": ["a", "b", "b", "a"], "person": ["1", "1", "2", None]})
REGISTER = pd.DataFrame({"table": ["a", "b"], "record_id": ["1", "1"], "entity_id": ["E", "E"]})


def test_linked_records_are_one_person_and_others_are_themselves() -> None:
    person, notices = name_people(EVENTS, ROLES, REGISTER, "here")
    assert person[0] == person[1] == "E"
    assert person[2] not in ("E", "2")
    assert pd.isna(person[3])
    assert notices == (
        Notice("rows_without_person", {"number": 1}),
        Notice("records_not_in_register", {"number": 1}),
    )


def test_without_a_register_each_service_has_its_own() -> None:
    person, notices = name_people(EVENTS.iloc[:3], ROLES, None, "here")
    assert person.nunique() == 3
    assert notices == (Notice("records_not_linked"),)


def test_one_table_in_the_register_needs_no_source() -> None:
    roles = {"linked_record_id": "person"}
    person, _ = name_people(EVENTS.iloc[:3], roles, REGISTER.iloc[:1], "here")
    assert person.tolist()[:2] == ["E", "E"]
    with pytest.raises(SharedAnalysisError, match="covers several tables"):
        name_people(EVENTS, roles, REGISTER, "here")


def test_a_table_that_names_nobody_is_told_of_the_role() -> None:
    with pytest.raises(SharedAnalysisError, match="needs a column of role linked_record_id") as refused:
        name_people(EVENTS, {"period": "month"}, REGISTER, "here")
    assert str(refused.value.next_step).startswith("if one column already holds counts")
