"""Two small invented tables of the same people, with known answers; and what came of linking them, made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.blocking import Blocking, block
from shared_analysis.linkage.model.scoring import Scores, score
from shared_analysis.linkage.model.weighing import weigh

ROLES = {
    "id": "record_id",
    "first": "given_name",
    "last": "family_name",
    "born": "date_of_birth",
    "home": "address",
    "pcode": "postcode",
}
SYLLABLES = ["an", "ber", "cor", "dal", "el", "far", "gor", "hal", "in", "jon", "kel", "lor", "mar", "nor", "ol", "par"]


def contract(name: str, roles: dict[str, str]) -> DataContract:
    return DataContract(
        name=name, columns=tuple(Column(name=column, type="string", role=role) for column, role in roles.items())
    )


@dataclass(frozen=True)
class World:
    tables: dict[str, pd.DataFrame]
    contracts: dict[str, DataContract]
    truth: pd.DataFrame

    def spec(self, link_type: str = "link_and_dedupe", **settings: object) -> LinkageSpec:
        names = list(self.tables)[:1] if link_type == "dedupe_only" else list(self.tables)
        return LinkageSpec(tables=names, link_type=link_type, **settings)

    def link(
        self,
        link_type: str = "link_and_dedupe",
        with_truth: bool = True,
        model: Mapping[str, Any] | None = None,
        labels: pd.DataFrame | None = None,
        **settings: object,
    ) -> LinkageResult:
        """Link the tables; with a model, which takes a third of the time, where training is not what is tried."""
        truth = self.truth if with_truth else None
        return link(self.tables, self.contracts, self.spec(link_type, **settings), truth, model, labels=labels)

    def prepare(self, link_type: str = "link_and_dedupe", **settings: object) -> Records:
        return prepare(self.tables, self.contracts, self.spec(link_type, **settings))


@dataclass(frozen=True)
class Stage:
    """Records in the database, with their pairs scored. Tests read it, and leave it as it is."""

    connection: duckdb.DuckDBPyConnection
    records: Records
    spec: LinkageSpec
    blocking: Blocking
    scores: Scores


def make_world(people: int = 350, seed: int = 7) -> World:
    rng = np.random.default_rng(seed)

    def word(parts: int) -> str:
        return "".join(rng.choice(SYLLABLES, parts)).title()

    firsts, lasts = [word(2) for _ in range(60)], [word(3) for _ in range(120)]
    streets = [f"{word(2)} Road" for _ in range(30)]
    rows: dict[str, list[list[str | None]]] = {"housing": [], "outreach": []}
    truth = []
    for person in range(people):
        day = pd.Timestamp("1940-01-01") + pd.Timedelta(days=int(rng.integers(0, 22000)))
        record = [
            str(rng.choice(firsts)),
            str(rng.choice(lasts)),
            day.strftime("%Y-%m-%d"),
            f"{rng.integers(1, 150)} {rng.choice(streets)}",
            f"E{rng.integers(1, 9)} {rng.integers(1, 9)}AB",
        ]
        for table, copies in (("housing", int(rng.integers(1, 3))), ("outreach", int(rng.integers(0, 2)))):
            for _ in range(copies):
                noisy: list[str | None] = list(record)
                at = int(rng.integers(0, 5))
                if rng.random() < 0.3:
                    text = str(noisy[at])
                    place = int(rng.integers(0, len(text) - 1))
                    noisy[at] = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
                if rng.random() < 0.1:
                    noisy[int(rng.integers(0, 5))] = None
                identity = f"{table[0]}{len(rows[table]):04d}"
                rows[table].append([identity, *noisy])
                truth.append((table, identity, str(person)))
    tables = {name: pd.DataFrame(content, columns=list(ROLES), dtype=object) for name, content in rows.items()}
    tables["outreach"] = tables["outreach"].rename(columns={"first": "forename", "last": "surname"})
    renamed = {{"first": "forename", "last": "surname"}.get(column, column): role for column, role in ROLES.items()}
    contracts = {"housing": contract("housing", ROLES), "outreach": contract("outreach", renamed)}
    return World(tables, contracts, pd.DataFrame(truth, columns=["table", "record_id", "person_id"]))


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()


@pytest.fixture(scope="session")
def linked(world: World) -> LinkageResult:
    """The world linked with default settings, its model trained on it."""
    return world.link()


@pytest.fixture(scope="session")
def across(world: World, linked: LinkageResult) -> LinkageResult:
    """The same by ``link_only``."""
    return world.link("link_only", model=linked.model)


@pytest.fixture(scope="session")
def within(world: World, linked: LinkageResult) -> LinkageResult:
    """The first table by ``dedupe_only``."""
    return world.link("dedupe_only", model=linked.model)


@pytest.fixture(scope="session")
def every_pair(world: World, linked: LinkageResult) -> pd.DataFrame:
    """The review sample that holds every pair compared."""
    return world.link(review_pairs=1_000_000, model=linked.model).review


@pytest.fixture(scope="session")
def stage(world: World, linked: LinkageResult) -> Iterator[Stage]:
    spec = world.spec()
    records = world.prepare()
    with connect(records, threads=1) as connection:
        blocking = block(connection, records, spec)
        weigh(connection, dict(linked.model), blocking.pairs)
        yield Stage(connection, records, spec, blocking, score(connection, spec, blocking.pairs))
