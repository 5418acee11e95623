"""The settings of a linkage."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_analysis.spec import Spec

LinkType = Literal["dedupe_only", "link_only", "link_and_dedupe"]


class LinkageSpec(Spec):
    """What to link and how sure to be; everything else is worked out from the contracts and the data.

    Parameters
    ----------
    tables
        Names of the tables to link: one for ``dedupe_only``, two or more otherwise.
    link_type
        ``dedupe_only`` finds records of the same person within one table; ``link_only`` compares records of different
        tables only, each of which holds nobody twice; ``link_and_dedupe`` does both.
    match_threshold
        Two records are linked when the model gives at least this probability that they are the same person. ``auto``
        chooses the probability with the highest expected F1, by the model's own estimates.
    seed
        Chooses the random pairs that show how often strangers agree by chance.
    max_pairs
        At most this many pairs are compared. Rules that would bring more are left out, and if every rule would, the
        linkage stops before it starts.
    threads
        Processor threads for the database; ``None`` uses all. The results do not depend on it.
    """

    tables: list[str] = Field(min_length=1)
    link_type: LinkType
    match_threshold: Annotated[float, Field(gt=0, le=1)] | Literal["auto"] = "auto"
    seed: int = Field(default=20260101, ge=0)
    max_pairs: int = Field(default=20_000_000, ge=1)
    threads: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _tables_fit_link_type(self) -> Self:
        if len(set(self.tables)) < len(self.tables):
            raise ValueError("a table is named twice in tables")
        if self.link_type == "dedupe_only" and len(self.tables) > 1:
            raise ValueError("dedupe_only takes one table; use link_only or link_and_dedupe for several")
        if self.link_type != "dedupe_only" and len(self.tables) < 2:
            raise ValueError(f"{self.link_type} needs two tables or more; use dedupe_only for one")
        return self
