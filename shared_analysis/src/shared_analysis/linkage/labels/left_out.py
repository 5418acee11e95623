"""Would a checked pair be linked if nobody had checked it? What is asked of it, it must be asked of as of any other.

Every other answer counts, as it does for a pair that nobody checked: answers move weights, say who is taken, and keep
groups apart, so one wrong link that people find takes others of its kind along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.clustering.clusters import connected_components, resolve_entities
from shared_analysis.linkage.clustering.constraints import NUMBERS, cannot_link, must_link
from shared_analysis.linkage.clustering.entities import tables_held_once
from shared_analysis.linkage.model.scoring import Scores, non_links_within_components
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb


def linked_without_own_answer(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    scores: Scores,
    answers: pd.DataFrame,
    known: pd.DataFrame,
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each checked pair whether it would be in one entity, and a link, without the answers of its part.

    Only the groups of records that checked pairs touch are joined again, once a part.

    Parameters
    ----------
    scores
        After training on labels; the database holds them too.
    answers
        Every checked pair: ``number_l``, ``number_r`` and ``match``.
    known
        Those that were compared, with ``part`` (which are left out together) and ``held_out``, the probability of each
        by a model that has not seen its part.
    """
    size = len(records.register)
    widest = connected_components(size, pd.concat([scores.pairs, answers[answers["match"]]]))
    touched = np.zeros(size, dtype=bool)
    touched[widest[answers[NUMBERS].to_numpy().ravel()]] = True
    widest = np.where(touched[widest], widest, np.arange(size))
    links = scores.pairs[touched[widest[scores.pairs["number_l"]]]]
    links = links[widest[links["number_l"]] == widest[links["number_r"]]]
    non_links = non_links_within_components(connection, widest, scores.threshold)
    tables = tables_held_once(records, spec)
    part = answers[NUMBERS].merge(known[[*NUMBERS, "part"]], on=NUMBERS, how="left")["part"].to_numpy()
    linked = (known["held_out"] >= scores.threshold).to_numpy()
    for number in known["part"].unique():
        others = answers[part != number]
        own_links = must_link(links, others)
        component = connected_components(size, own_links)
        ends = [component[non_links[f"number_{side}"]] for side in "lr"]
        against = cannot_link(non_links[ends[0] == ends[1]], others, component)
        entity, _ = resolve_entities(component, own_links, against, tables, scores.threshold)
        asked = (known["part"] == number).to_numpy()
        ends = [entity[known.loc[asked, f"number_{side}"]] for side in "lr"]
        linked[asked] &= ends[0] == ends[1]
    return linked
