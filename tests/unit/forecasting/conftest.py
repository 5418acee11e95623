"""The contracts of the tables in these tests, and engines that are quick where a test is not about them."""

from collections.abc import Iterator

import pytest
from forecasting_tables import MONTHLY, quick_fit

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting.models import ensemble


@pytest.fixture(autouse=True, scope="module")
def quick_engines(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put a plain rule in the place of statsforecast, but in modules that say ``REAL_ENGINES = True``."""
    with pytest.MonkeyPatch.context() as patch:
        if not getattr(request.module, "REAL_ENGINES", False):
            patch.setattr(ensemble, "_fit", quick_fit)
        yield


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
