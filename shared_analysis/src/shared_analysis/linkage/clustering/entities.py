"""Entities: the clusters of records with their ids, links and duplicates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import KEPT_PER_GROUP, Numbers, restore_duplicates
from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.clustering.bridges import hanging_by_one_link
from shared_analysis.linkage.clustering.clusters import connected_components, resolve_entities
from shared_analysis.linkage.clustering.constraints import cannot_link, must_link
from shared_analysis.linkage.model.scoring import Scores, no_scores, non_links_within_components
from shared_analysis.linkage.spec import LinkageSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Entities:
    """Records joined into entities.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    links
        Links within entities, by table and record id.
    candidates
        All that were taken for links: the pairs from the threshold on, as people answered them.
    settled
        Those of them of which the entities say whether they match: all, or only those followed where a table holds
        everybody once. There a candidate that lost to another has its share of the probability already.
    followed
        Those of them that are within entities, by the numbers of their records; links of duplicates are not among them.
    not_followed
        Number of links that were not followed.
    hanging
        Of the entities that one link holds together, the number of a record.
    set_aside, copies_in_register
        Number of duplicates that were set aside and share what became of others, and of those in a register that holds
        everything once, which stay alone.
    """

    register: pd.DataFrame
    links: pd.DataFrame
    candidates: pd.DataFrame
    settled: pd.DataFrame
    followed: pd.DataFrame
    not_followed: int
    hanging: list[int]
    set_aside: int
    copies_in_register: int = 0

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say that duplicates were not compared themselves."""
        aside = {"records": self.set_aside, "kept": KEPT_PER_GROUP}
        notices = [Notice("duplicates_set_aside", aside)] if self.set_aside else []
        alone = {"records": self.copies_in_register}
        return (*notices, *([Notice("copies_in_register", alone)] if self.copies_in_register else ()))


def group_into_entities(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    scores: Scores,
    answers: pd.DataFrame | None = None,
) -> Entities:
    """Take pairs for links, and join the records along them; what people said of a pair holds.

    Parameters
    ----------
    spec
        An entity has at most one record of each table in ``spec.held_once``.
    scores
        Whose pairs are the links from ``scores.threshold`` on; the database holds every other pair.
    answers
        Checked pairs, if any: ``number_l``, ``number_r`` and ``match``.
    """
    joined = join_records(connection, records, spec, scores, answers)
    links, followed = joined.links, joined.followed
    entity, every = restore_duplicates(records.duplicates, joined.entity, followed)
    scored = {name: every[name].to_numpy() for name in ("match_probability", "match_weight")}
    return Entities(
        register=records.register.assign(entity_id=entity_ids(records.register, entity)),
        links=records.named(every).assign(**scored),
        candidates=links,
        settled=followed if spec.held_once else links,
        followed=followed,
        not_followed=joined.not_followed,
        hanging=hanging_by_one_link(entity, followed),
        set_aside=int((~records.duplicates.of_a_register).sum()),
        copies_in_register=int(records.duplicates.of_a_register.sum()),
    )


@dataclass(frozen=True)
class Joined:
    """Records joined along links: for each the first of its entity, and the links that were taken and followed."""

    entity: Numbers
    links: pd.DataFrame
    followed: pd.DataFrame
    not_followed: int


def join_records(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    scores: Scores,
    answers: pd.DataFrame | None = None,
) -> Joined:
    """Take pairs for links, and join the records along them; as :func:`group_into_entities`, without names."""
    links = scores.pairs if answers is None else must_link(scores.pairs, answers)
    component = connected_components(len(records.register), links)
    non_links = (
        non_links_within_components(connection, component, scores.threshold) if scores.compared else no_scores().pairs
    )
    if answers is not None:
        non_links = cannot_link(non_links, answers, component)
    table = records.register["table"]
    tables = table.where(table.isin(spec.held_once)).factorize()[0] if spec.held_once else None
    entity, not_followed = resolve_entities(component, links, non_links, tables, scores.threshold)
    followed = links[entity[links["number_l"]] == entity[links["number_r"]]]
    return Joined(entity, links, followed, not_followed)


def entity_ids(register: pd.DataFrame, entity: Numbers) -> pd.Series[str]:
    """Name the entity of each record.

    An id is made from the entity's first record (by table, then record id), so it does not depend on the order of rows,
    nor on records of other entities. It changes when a record that sorts before all others joins the entity, or its
    first record leaves. It is a name, not a disguise: who has the record ids can work it out.

    Parameters
    ----------
    register
        ``table`` and ``record_id`` of every record.
    entity
        For each record the first of its entity.

    Returns
    -------
    pandas.Series
        ``entity_id``, on the index of the register.
    """
    firsts, at = np.unique(entity, return_inverse=True)
    named = register.iloc[firsts]
    names = np.array(
        [entity_id(table, record) for table, record in zip(named["table"], named["record_id"], strict=True)],
        dtype=object,
    )
    return pd.Series(names[at], index=register.index, name="entity_id", dtype=object)


def entity_id(table: str, record_id: str) -> str:
    """Name the entity whose first record this is: ``e`` and 16 hexadecimal digits of a SHA-256."""
    return "e" + hashlib.sha256(f"{table}\x1f{record_id}".encode()).hexdigest()[:16]
