"""The settings of a linkage."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_analysis.spec import Spec

LinkType = Literal["dedupe_only", "link_only", "link_and_dedupe", "many_to_one"]


def compares_across(link_type: str) -> bool:
    """Say whether only records of different tables are compared with each other."""
    return link_type in ("link_only", "many_to_one")


class LinkageSpec(Spec):
    """What to link and how sure to be; everything else is worked out from the contracts and the data.

    Parameters
    ----------
    tables
        Names of the tables to link: one for ``dedupe_only``, exactly two for ``many_to_one``, two or more otherwise.
    link_type
        ``dedupe_only`` finds records of the same person within one table; ``link_only`` compares records of different
        tables only, each of which holds nobody twice; ``link_and_dedupe`` does both. ``many_to_one`` gives each record
        of the first table at most one of the second, a register that holds everybody once: events (incidents, visits,
        applications) find their premises or their person. Events are not compared with each other, so two of them at a
        place that the register does not hold stay apart.
    match_threshold
        Two records are linked when the model gives at least this probability that they are the same person. ``auto``
        chooses the probability with the highest expected F1, by the model's own estimates.
    target_precision
        With ``auto``: choose instead the lowest threshold at which the expected share of right links is at least this.
    seed
        Chooses the random pairs that show how often strangers agree by chance, and the pairs to review.
    review_pairs
        Number of compared pairs to draw for people to check, most of them where the model is in doubt; 0 for none. Up
        to 16 less are drawn, by rounding in each range of match weight.
    max_pairs
        At most this many pairs are compared. Rules that would bring more are left out, and if every rule would, the
        linkage stops before it starts.
    threads
        Processor threads for the database; ``None`` uses all. The results do not depend on it.
    memory
        Most memory for the database, such as ``4GB``; what does not fit spills to disk. ``None`` takes most of the
        machine's. The results do not depend on it.
    """

    tables: list[str] = Field(min_length=1)
    link_type: LinkType
    match_threshold: Annotated[float, Field(gt=0, le=1)] | Literal["auto"] = "auto"
    target_precision: float | None = Field(default=None, gt=0, lt=1)
    seed: int = Field(default=20260101, ge=0)
    review_pairs: int = Field(default=400, ge=0)
    max_pairs: int = Field(default=20_000_000, ge=1)
    threads: int | None = Field(default=None, ge=1)
    memory: str | None = Field(default=None, pattern=r"^\d+(\.\d+)? ?(MB|GB|MiB|GiB)$")

    @model_validator(mode="after")
    def _tables_fit_link_type(self) -> Self:
        if len(set(self.tables)) < len(self.tables):
            raise ValueError("a table is named twice in tables")
        if self.target_precision is not None and self.match_threshold != "auto":
            raise ValueError("target_precision chooses the threshold, so match_threshold must be auto")
        if self.link_type == "dedupe_only" and len(self.tables) > 1:
            raise ValueError("dedupe_only takes one table; use link_only or link_and_dedupe for several")
        if self.link_type == "many_to_one" and len(self.tables) != 2:
            raise ValueError(
                f"many_to_one takes two tables, the events first and then the register; {len(self.tables)} are named"
            )
        if self.link_type != "dedupe_only" and len(self.tables) < 2:
            raise ValueError(f"{self.link_type} needs two tables or more; use dedupe_only for one")
        return self

    @property
    def held_once(self) -> frozenset[str]:
        """The tables of which an entity has at most one record."""
        holders = {"link_only": self.tables, "many_to_one": self.tables[1:]}
        return frozenset(holders.get(self.link_type, ()))
