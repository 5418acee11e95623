"""Bridges: entities that hang together by one link, without which each part is still an entity of several records."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import Numbers


def hanging_by_one_link(entity: Numbers, links: pd.DataFrame) -> list[int]:
    """Find entities that one link holds together, with two records or more on either side of it.

    One record at the end of one link is how most entities grow, and no sign of two people.

    Parameters
    ----------
    entity
        For each record the number of its entity's first record.
    links
        ``number_l``, ``number_r``: the links within entities, each once.

    Returns
    -------
    list of int
        The first records of such entities, ascending.
    """
    import networkx as nx

    own = entity[links["number_l"]]
    records, within = (np.bincount(numbers, minlength=len(entity))[own] for numbers in (entity, own))
    # A bridge between two parts of several records leaves room for few links. Most entities have more: no need to walk.
    sparse = (records >= 4) & (within <= (records - 2) * (records - 3) // 2 + 2)
    graph = nx.Graph(zip(links["number_l"][sparse].tolist(), links["number_r"][sparse].tolist(), strict=True))
    return sorted({int(entity[end]) for end, other in nx.bridges(graph) if graph.degree[end] > 1 < graph.degree[other]})
