"""Pairs that people have checked, read and held to what can be learnt from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.duplicates import Numbers
from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.reporting.review_sample import KEYS

_ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "1.0"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "0.0"), False),
}
_WHERE = "link.labels"
NUMBERS = ["number_l", "number_r"]
_GONE = 0.1  # share of answers about records that are no longer there, beyond which it must be a mistake
_NAMED = 5  # rows that an error names
ANSWERED = 1000.0
"""Match weight of a pair that a person called a match, in bits: beyond any that a model gives."""


def read_labels(labels: pd.DataFrame, records: Records, link_type: str) -> tuple[pd.DataFrame, list[str]]:
    """Read what people said of pairs.

    Parameters
    ----------
    labels
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match`` (yes or no, true or false, 1 or 0; blank
        where nobody could tell). With one table the two columns that name it may be left out. Either record may come
        first.

    Returns
    -------
    pandas.DataFrame, list of str
        ``number_l``, ``number_r`` (rows of the register, the lower first) and ``match`` (bool), sorted, each pair once;
        and what the reader of the summary should know. A copy that was set aside goes by the record that stands for it.

    Raises
    ------
    SharedAnalysisError
        If a column is missing, an answer cannot be read, a pair is answered both ways or is no pair, or many records
        are unknown.
    """
    pairs = _keyed(labels, records)
    answers = _answered(labels)
    pairs, answers = pairs[answers.notna()], answers.dropna()
    if answers.empty:
        raise _refused("No pair has an answer.", "write yes or no into the column match")
    found = numbered(pairs, records.register).assign(match=answers.astype(bool))
    there = (found["number_l"] >= 0) & (found["number_r"] >= 0)
    gone = int((~there).sum())
    if gone > _GONE * len(pairs):
        raise _refused(
            f"{gone:,} of {len(pairs):,} pairs name a record id that is not in its table.",
            "use the ids of the table review as they are; a spreadsheet may have dropped zeros in front of them",
        )
    found = found[there]
    _refuse_no_pairs(found, records, link_type)
    notices = [f"{gone:,} checked pairs name a record that is no longer there, and were left out."] if gone else []
    told, unsaid = _of_copies(_once(found), records)
    if unsaid:
        notices.append(
            f"{unsaid:,} answers about records that equal many others were left out: both records of the pair are "
            "such copies of each other, or other copies of them were answered the other way."
        )
    return told, notices


def numbered(pairs: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Give ``number_l`` and ``number_r`` of pairs of keys, the lower first; -1 where a record is not there."""
    place = pd.Series(np.arange(len(register)), index=pd.MultiIndex.from_frame(register[["table", "record_id"]]))
    left, right = (
        place.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]]))
        .fillna(-1)
        .to_numpy(dtype=np.int64)
        for side in "lr"
    )
    return pd.DataFrame({"number_l": np.minimum(left, right), "number_r": np.maximum(left, right)}, index=pairs.index)


def _keyed(labels: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Give the keys as text; the only table's name may be left out."""
    named = labels.copy()
    if len(records.frames) == 1:
        (only,) = records.frames
        for column in ("table_l", "table_r"):
            if column not in named:
                named[column] = only
    absent = [column for column in [*KEYS, "match"] if column not in named]
    if absent:
        raise _refused(f"The checked pairs lack {', '.join(absent)}.", f"give the columns {', '.join(KEYS)} and match")
    tables = sorted({str(name) for side in "lr" for name in named[f"table_{side}"].dropna()} - set(records.frames))
    if tables:
        raise _refused(
            f"{len(tables):,} of the tables that the checked pairs name are not linked here.",
            f"the tables are: {', '.join(records.frames)}",
        )
    return pd.DataFrame(
        {
            column: named[column].map(id_text if column.startswith("record") else str, na_action="ignore")
            for column in KEYS
        }
    )


def _answered(labels: pd.DataFrame) -> pd.Series[Any]:
    """Read the answers: True, False, or missing where there is none."""
    said = labels["match"].astype("string").str.strip().str.lower()
    said = said.mask(said == "")
    answers = said.map(_ANSWERS, na_action="ignore")
    unread = said.notna() & answers.isna()
    if unread.any():
        rows = ", ".join(str(number) for number in unread.to_numpy().nonzero()[0][:_NAMED] + 1)
        raise _refused(
            f"{int(unread.sum()):,} answers cannot be read (row {rows}{' ...' if unread.sum() > _NAMED else ''}).",
            "write yes or no (or true, false, 1, 0), and leave match empty where nobody could tell",
        )
    return answers


def _refuse_no_pairs(pairs: pd.DataFrame, records: Records, link_type: str) -> None:
    one_record = int((pairs["number_l"] == pairs["number_r"]).sum())
    if one_record:
        raise _refused(f"{one_record:,} checked pairs are a record and itself.", "take them out")
    table = records.register["table"].to_numpy()
    within = int((table[pairs["number_l"]] == table[pairs["number_r"]]).sum())
    if link_type == "link_only" and within:
        raise _refused(
            f"{within:,} checked pairs are within one table, but link_only links across tables.",
            "take them out, or set link_type to link_and_dedupe",
        )


def _once(pairs: pd.DataFrame) -> pd.DataFrame:
    pairs = pairs.drop_duplicates()
    both = int(pairs.duplicated(NUMBERS).sum())
    if both:
        raise _refused(f"{both:,} pairs are answered both yes and no.", "keep one answer, or leave match empty")
    return pairs


def _of_copies(pairs: pd.DataFrame, records: Records) -> tuple[pd.DataFrame, int]:
    """Let the second of equal records stand for those set aside; count and leave out what then says nothing or both."""
    stands = np.arange(len(records.register))
    stands[records.copies.record] = records.copies.second
    left, right = (stands[pairs[name]] for name in NUMBERS)
    mapped = pairs.assign(number_l=np.minimum(left, right), number_r=np.maximum(left, right))
    both_ways = mapped.groupby(NUMBERS)["match"].transform("nunique") > 1
    clear = (mapped["number_l"] != mapped["number_r"]) & ~both_ways
    told: pd.DataFrame = mapped[clear].drop_duplicates().sort_values(NUMBERS, ignore_index=True)
    return told, int((~clear).sum())


def _refused(what: str, next_step: str) -> SharedAnalysisError:
    return SharedAnalysisError(what, _WHERE, next_step)


def with_answers(links: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Make links of the pairs that people called matches, and take out those that they called none.

    Parameters
    ----------
    links
        As in :class:`shared_analysis.linkage.model.scoring.Scores`.
    known
        As :func:`read_labels` gives it.

    Returns
    -------
    pandas.DataFrame
        As ``links``; a pair called a match has the probability 1 and the weight ``ANSWERED``.
    """
    called = known.loc[known["match"], NUMBERS].assign(match_probability=1.0, match_weight=ANSWERED)
    return pd.concat([without(links, known), called]).sort_values(NUMBERS, ignore_index=True)


def against(weak: pd.DataFrame, known: pd.DataFrame, chain: Numbers) -> pd.DataFrame:
    """Let pairs that people called no match speak against a join, beyond all other evidence.

    Parameters
    ----------
    weak
        As :func:`shared_analysis.linkage.model.scoring.weak_pairs` gives them.
    known
        As :func:`read_labels` gives it.
    chain
        For each record the first of its chain; who are in different chains need not be kept apart.
    """
    one_chain = chain[known["number_l"]] == chain[known["number_r"]]
    refused: pd.DataFrame = known.loc[~known["match"] & one_chain, NUMBERS]
    every: pd.DataFrame = pd.concat([without(weak, known), refused.assign(match_weight=-ANSWERED)], ignore_index=True)
    return every


def answered(review: pd.DataFrame, known: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Write what is known into ``match`` of the pairs to review, so that a larger sample need not start afresh."""
    said = known.set_index(NUMBERS)["match"].map({True: "yes", False: "no"})
    pairs = pd.MultiIndex.from_frame(numbered(review, records.register))
    return review.assign(match=said.reindex(pairs).fillna("").to_numpy(dtype=object))


def without(pairs: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Leave out the pairs that people have answered."""
    return pairs[~is_among(pairs, known)]


def is_among(pairs: pd.DataFrame, others: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each pair whether it is one of the others."""
    found: np.ndarray[Any, np.dtype[np.bool_]] = pd.MultiIndex.from_frame(pairs[NUMBERS]).isin(
        pd.MultiIndex.from_frame(others[NUMBERS])
    )
    return found
