from __future__ import annotations

import pandas as pd
import pytest
from twin_contracts import usual

from shared_analysis.twin import Twin, make_twin


@pytest.fixture(scope="session")
def twin() -> Twin:
    """A twin of ordinary size; tests read it and never change it."""
    return make_twin(usual(), people=3000, seed=11)


@pytest.fixture(scope="session")
def visits_by_person(twin: Twin) -> pd.DataFrame:
    """The valid visits, each with the person behind it and its month."""
    visits = twin.tables["visits"].merge(
        twin.truth, left_on=["service", "client"], right_on=["table", "record_id"], how="inner"
    )
    day = pd.to_datetime(visits["seen_on"], format="%Y-%m-%d", errors="coerce")
    visits = visits[day.notna() & visits["borough"].notna()]
    return visits.assign(month=day.dt.to_period("M"))
