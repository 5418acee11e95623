"""Put the twin together: a population, its contacts, and a table for every contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from shared_analysis.contracts import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.twin import demand
from shared_analysis.twin.counts import make_counts
from shared_analysis.twin.dirt import spoil
from shared_analysis.twin.fill import (
    CATEGORIES,
    PERSONAL,
    Rows,
    area_values,
    choices,
    fill,
    group_of,
    make_ids,
)
from shared_analysis.twin.noise import make_mistakes
from shared_analysis.twin.people import Population, make_people
from shared_analysis.twin.places import boroughs
from shared_analysis.twin.records import Records, describe, make_records, membership, quality_of
from shared_analysis.twin.spec import TwinSpec
from shared_analysis.twin.streams import Array, Streams
from shared_analysis.twin.twin import Twin


def make_twin(
    contracts: Mapping[str, DataContract],
    people: int = 4000,
    seed: int = 1,
    first_month: str = "2016-01",
    last_month: str = "2024-12",
) -> Twin:
    """Make a small synthetic London that satisfies a project's contracts, with its ground truth.

    Tables of people hold overlapping and repeated records of one population that lives in households; tables of events
    hold those people's contacts; tables of counts hold a number for each month, area and category. Columns are filled
    by semantic role, whatever their names; a column without a known role gets made-up values that keep its rules.

    Parameters
    ----------
    contracts
        Contract by table name.
    people, seed, first_month, last_month
        See :class:`~shared_analysis.twin.spec.TwinSpec`.

    Returns
    -------
    Twin
        Tables of text, as a CSV file would deliver them, and who is who in the tables of people.

    Raises
    ------
    SharedAnalysisError
        If there is no contract, a setting makes no sense, or a contract's rules cannot be kept.
    """
    if not contracts:
        raise SharedAnalysisError(
            "There is no contract to make a twin from.", "contracts/", "draft one with `shared-analysis contract infer`"
        )
    spec = TwinSpec(people=people, seed=seed, first_month=first_month, last_month=last_month)
    maker = _Maker(dict(sorted(contracts.items())), spec)
    tables = {name: maker.table(name) for name in maker.contracts}
    return Twin(tables, maker.truth, maker.mistakes, spec)


class _Maker:
    """One twin in the making: what several tables share is made once, and only if some table needs it."""

    def __init__(self, contracts: dict[str, DataContract], spec: TwinSpec) -> None:
        self.contracts = contracts
        self.spec = spec
        self.streams = Streams(spec.seed)
        self.months = demand.months_between(spec.first_month, spec.last_month)
        self.period = (
            self.months[0].astype("datetime64[D]"),
            (self.months[-1] + 1).astype("datetime64[D]") - np.timedelta64(1, "D"),
        )
        self._mistakes: list[pd.DataFrame] = []

    def of_kind(self, kind: str) -> list[str]:
        """Return the names of the tables of one kind."""
        return [name for name, contract in self.contracts.items() if contract.kind == kind]

    def table(self, name: str) -> pd.DataFrame:
        """Make one table."""
        contract = self.contracts[name]
        streams = self.streams.child("table", name)
        match contract.kind:
            case "people":
                return self._people(contract, streams)
            case "events":
                return self._events(contract, streams)
            case "counts":
                return make_counts(contract, self.spec.people, self.months, streams)
            case _:
                return self._other(contract, streams)

    @cached_property
    def population(self) -> Population:
        return make_people(self.spec.people, *self.period, self.streams.child("population"))

    @cached_property
    def inside(self) -> dict[str, Array]:
        """Which people are in each table of people."""
        return membership(self.population, self.of_kind("people"), self.streams) if self.of_kind("people") else {}

    @cached_property
    def contacts(self) -> dict[str, demand.Contacts]:
        """The contacts behind each table of events."""
        return {name: self._contacts(name) for name in self.of_kind("events")}

    def _contacts(self, name: str) -> demand.Contacts:
        eligible = np.zeros(self.spec.people, dtype=bool)
        for table in self.sources(self.contracts[name]):
            eligible |= self.inside[table]
        if not eligible.any():
            eligible[:] = True
        return demand.make_contacts(self.population, eligible, self.months, self.streams.child("contacts", name))

    def sources(self, contract: DataContract) -> list[str]:
        """Return the tables of people that a table of events may point to."""
        tables = self.of_kind("people")
        linked, source = contract.by_role("linked_record_id"), contract.by_role("source")
        if linked is not None and linked.references is not None:
            named = linked.references.split(".")[0]
            return [table for table in tables if table == named] or tables
        if source is not None and source.allowed is not None:
            return [table for table in tables if table in source.allowed] or tables
        return tables

    @cached_property
    def records(self) -> dict[str, Records]:
        """The rows behind each table of people."""
        met = np.full(self.spec.people, np.datetime64("NaT"), dtype="datetime64[D]")
        for contacts in self.contacts.values():
            # Contacts are in the order of their days, so the first one of a person is the earliest.
            person, first = np.unique(contacts.person, return_index=True)
            met[person] = np.fmin(met[person], contacts.day[first])
        return {
            table: make_records(
                self.population, self.inside[table], met, self.period, self.streams.child("records", table)
            )
            for table in self.of_kind("people")
        }

    @cached_property
    def ids(self) -> dict[str, Array]:
        """The identifiers of the rows of each table of people."""
        return {
            table: make_ids(
                self.contracts[table].by_role("record_id"), table, len(records), self.streams.child("table", table)
            )
            for table, records in self.records.items()
        }

    @property
    def truth(self) -> pd.DataFrame:
        """Who each record of the tables of people is about."""
        parts = [
            pd.DataFrame(
                {"table": table, "record_id": self.ids[table], "person_id": person_ids(records.person)}, dtype=object
            )
            for table, records in self.records.items()
            if self.contracts[table].by_role("record_id") is not None
        ]
        columns = ["table", "record_id", "person_id"]
        whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns, dtype=object)
        return whole.sort_values(["table", "record_id"], kind="stable", ignore_index=True)

    @property
    def mistakes(self) -> pd.DataFrame:
        """How many records of each table have each kind of mistake."""
        columns = ["table", "mistake", "records", "share"]
        return pd.concat(self._mistakes, ignore_index=True) if self._mistakes else pd.DataFrame(columns=columns)

    def _people(self, contract: DataContract, streams: Streams) -> pd.DataFrame:
        records = self.records[contract.name]
        quality = quality_of(self.of_kind("people").index(contract.name))
        clean = describe(self.population, records.person, records.day)
        noisy, masks = make_mistakes(clean, contract.roles, quality, streams.child("mistakes"))
        self._note_mistakes(contract.name, masks)
        ids, source = self.ids[contract.name], np.full(len(records), contract.name, dtype=object)
        linked = self._linked(contract, records.person, records.day, ids)
        rows = self._rows(contract, records.person, records.day, records.borough, ids, source, streams, linked)
        return spoil(fill(contract, rows, noisy, clean, streams), contract, streams)

    def _linked(self, contract: DataContract, person: Array, day: Array, ids: Array) -> Array | None:
        """Point each row that is no event to its person's record in the table that the contract refers to.

        Where that table does not know the person there is nothing, or some record if there must be one. Without a
        reference to another table of people a row points to itself.
        """
        column = contract.by_role("linked_record_id")
        target = column.references.split(".")[0] if column and column.references else contract.name
        if column is None or target == contract.name or target not in self.records:
            return None if column is None else ids
        known = np.flatnonzero(self.inside[target][person])
        linked = np.full(len(person), self.ids[target][0] if column.must_be_present else None, dtype=object)
        linked[known] = self.ids[target][self.records[target].row_for(person[known], day[known])]
        return linked

    def _note_mistakes(self, table: str, masks: dict[str, Array]) -> None:
        found = [(table, mistake, int(mask.sum()), round(float(mask.mean()), 4)) for mistake, mask in masks.items()]
        self._mistakes.append(pd.DataFrame(found, columns=["table", "mistake", "records", "share"]))

    def _events(self, contract: DataContract, streams: Streams) -> pd.DataFrame:
        contacts = self.contacts[contract.name]
        sources, links = self._links(contract, contacts, streams)
        known = describe(self.population, contacts.person, contacts.day) if PERSONAL & set(contract.roles) else {}
        ids = make_ids(contract.by_role("record_id"), contract.name, len(contacts), streams)
        rows = self._rows(contract, contacts.person, contacts.day, contacts.borough, ids, sources, streams, links)
        return spoil(fill(contract, rows, known, known, streams), contract, streams)

    def _links(self, contract: DataContract, contacts: demand.Contacts, streams: Streams) -> tuple[Array, Array]:
        """Give each contact a table that knows the person, and the latest record there on that day."""
        tables = self.sources(contract)
        if not tables:
            return np.full(len(contacts), "people", dtype=object), person_ids(contacts.person)
        known = np.column_stack([self.inside[table][contacts.person] for table in tables])
        draw = np.where(known, streams.rng("source").random(known.shape), -1.0)
        chosen = draw.argmax(axis=1)
        links = np.empty(len(contacts), dtype=object)
        for place, table in enumerate(tables):
            here = np.flatnonzero(chosen == place)
            links[here] = self.ids[table][self.records[table].row_for(contacts.person[here], contacts.day[here])]
        return np.array(tables, dtype=object)[chosen], links

    def _rows(
        self,
        contract: DataContract,
        person: Array,
        day: Array,
        borough: Array,
        ids: Array,
        source: Array,
        streams: Streams,
        linked: Array | None = None,
    ) -> Rows:
        category, group = contract.by_role("category"), contract.by_role("group")
        number = len(choices(category, CATEGORIES))
        of_person = group_of(self.population.community, group, self.streams.child("group"))
        return Rows(
            borough=borough,
            day=day,
            ids=ids,
            linked=linked,
            source=source,
            category=demand.draw_categories(borough, day, number, self.period[0], streams) if category else None,
            group=of_person[person] if group else None,
        )

    def _other(self, contract: DataContract, streams: Streams) -> pd.DataFrame:
        """Fill a table that is neither about people nor dated: a row an area where areas are its key, else a person."""
        area = contract.by_role("area_code") or contract.by_role("area_name")
        if area is not None and (area.unique or contract.primary_key == (area.name,)):
            own = boroughs().code if area.role == "area_code" else boroughs().name
            _, borough = np.unique(area_values(area, own), return_index=True)
            person, day = np.arange(len(borough)) % self.spec.people, np.full(len(borough), self.period[0])
        else:
            person = self.streams.rng("other").permutation(self.spec.people)
            day = np.full(self.spec.people, self.period[0])
            borough = self.population.homes.borough[self.population.home[person, 0]]
        known = describe(self.population, person, day) if PERSONAL & set(contract.roles) else {}
        ids = make_ids(contract.by_role("record_id"), contract.name, len(person), streams)
        source = np.full(len(person), contract.name, dtype=object)
        linked = self._linked(contract, person, day, ids)
        rows = self._rows(contract, person, day, borough, ids, source, streams, linked)
        return fill(contract, rows, known, known, streams)


def person_ids(person: Array) -> Array:
    """Name the people of the twin."""
    return np.array([f"SYN-PERSON-{number:06d}" for number in (person + 1).tolist()], dtype=object)
