"""How well entities and links agree with known answers, pair of records by pair of records."""

from __future__ import annotations

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.spec import compares_across

KEYS = ["table", "record_id"]


def measure(register: pd.DataFrame, links: pd.DataFrame, truth: pd.DataFrame, link_type: str) -> dict[str, float | int]:
    """Compare entities and links with known answers.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    links
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``.
    truth
        ``table``, ``record_id``, ``person_id``.
    link_type
        ``link_only`` and ``many_to_one`` count pairs of records from different tables only.

    Returns
    -------
    dict
        As :func:`accuracy` gives it, and ``link_precision``; empty if no record has a known answer.

    Raises
    ------
    SharedAnalysisError
        If a column of the truth is missing, or a record has two answers.
    """
    figures = accuracy(register, truth, link_type)
    right = link_precision(links, truth) if figures else None
    return figures if right is None else {**figures, "link_precision": right}


def accuracy(register: pd.DataFrame, truth: pd.DataFrame, link_type: str) -> dict[str, float | int]:
    """Compare entities with known persons, pair of records by pair of records.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    truth
        ``table``, ``record_id``, ``person_id``. Records in only one of the two are left out.
    link_type
        ``link_only`` and ``many_to_one`` count pairs of records from different tables only.

    Returns
    -------
    dict
        ``precision`` (left out if no two records are in one entity), ``recall``, ``f1`` (of pairs), ``true_pairs``,
        ``records_with_truth``; empty if no record has a known answer.

    Raises
    ------
    SharedAnalysisError
        If a column is missing, or a record has two answers.
    """
    both = register.merge(_answers(truth), on=KEYS, how="inner")
    if both.empty:
        return {}
    across = compares_across(link_type)
    claimed = _pairs(both, ["entity_id"], across)
    true = _pairs(both, ["person_id"], across)
    right = _pairs(both, ["entity_id", "person_id"], across)
    shares: dict[str, float | int] = {"precision": round(right / claimed, 4)} if claimed else {}
    if true:
        shares["recall"] = round(right / true, 4)
    if claimed or true:
        shares["f1"] = round(2 * right / (claimed + true), 4)
    return {**shares, "true_pairs": true, "records_with_truth": len(both)}


def link_precision(pairs: pd.DataFrame, truth: pd.DataFrame) -> float | None:
    """Share of the links, of those whose two records have a known answer, that are right; None without such a link.

    Parameters
    ----------
    pairs
        The links: ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``.
    truth
        ``table``, ``record_id``, ``person_id``.
    """
    person = _answers(truth).set_index(KEYS)["person_id"]
    left, right = (
        person.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    known = pd.notna(left) & pd.notna(right)
    return round(float((left[known] == right[known]).mean()), 4) if known.any() else None


def pairs_together(register: pd.DataFrame, link_type: str) -> int:
    """Count the pairs of records in one entity; those of different tables only where no others are compared.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    """
    return _pairs(register, ["entity_id"], compares_across(link_type))


def _answers(truth: pd.DataFrame) -> pd.DataFrame:
    """Known answers with keys as text, one row a record."""
    needed = [*KEYS, "person_id"]
    absent = [column for column in needed if column not in truth]
    if absent:
        raise SharedAnalysisError(
            f"The known answers lack {', '.join(absent)}.",
            "table truth",
            f"give one row a record, with the columns {', '.join(needed)}",
        )
    answers = truth[needed].dropna()
    answers = answers.assign(table=answers["table"].astype(str), record_id=answers["record_id"].map(id_text))
    answers = answers.drop_duplicates()
    twice = int(answers.duplicated(KEYS).sum())
    if twice:
        raise SharedAnalysisError(
            f"{twice:,} records have two different known answers.", "table truth", "give each record one person_id"
        )
    return answers


def _pairs(records: pd.DataFrame, by: list[str], across: bool) -> int:
    """Count pairs of records that share ``by``; pairs of different tables only, when ``across``."""
    sizes = records.groupby(by).size()
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if across:
        within = records.groupby([*by, "table"]).size()
        pairs -= int((within * (within - 1) // 2).sum())
    return pairs
