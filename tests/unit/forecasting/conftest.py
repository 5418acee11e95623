"""The contracts of the tables in these tests."""

import pytest
from forecasting_tables import MONTHLY

from shared_analysis.contracts import Column, DataContract


@pytest.fixture
def contacts() -> DataContract:
    return DataContract(
        "contacts",
        (
            Column("contact_id", "string", role="record_id"),
            Column("service", "string", role="source"),
            Column("person", "string", role="linked_record_id"),
            Column("day", "date", role="event_date"),
            Column("borough", "string", role="area_code"),
            Column("reason", "string", role="category"),
        ),
    )


@pytest.fixture
def monthly() -> DataContract:
    return MONTHLY
