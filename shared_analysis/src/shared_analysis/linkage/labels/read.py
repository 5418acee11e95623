"""Labels: pairs that people have checked, read and held to what a model can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.clustering.constraints import NUMBERS
from shared_analysis.linkage.labels.review_sample import KEYS
from shared_analysis.linkage.spec import compares_across
from shared_analysis.wording import Notice

_ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "1.0"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "0.0"), False),
}
_WHERE = "link.labels"
_MOST_UNKNOWN = 0.1  # share of answers about records that are no longer there, beyond which it must be a mistake
_NAMED = 5  # rows that an error names


@dataclass(frozen=True)
class Labels:
    """What people said of pairs.

    Parameters
    ----------
    answers
        ``number_l``, ``number_r`` (rows of the register, the lower first) and ``match`` (bool), sorted, each pair once.
        A duplicate that was set aside goes by the record that stands for it.
    sampled
        Whether every pair is of the review sample.
    notices
        Answers that were left out.
    """

    answers: pd.DataFrame
    sampled: bool
    notices: tuple[Notice, ...]


def read_labels(labels: pd.DataFrame, records: Records, link_type: str) -> Labels:
    """Read what people said of pairs.

    Parameters
    ----------
    labels
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match`` (yes or no, true or false, 1 or 0; blank
        where nobody could tell). With one table the two columns that name it may be left out. Either record may come
        first.

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
    numbers = numbered(pairs, records.register).assign(match=answers.astype(bool))
    known = (numbers["number_l"] >= 0) & (numbers["number_r"] >= 0)
    unknown = int((~known).sum())
    if unknown > _MOST_UNKNOWN * len(pairs):
        raise _refused(
            f"{unknown:,} of {len(pairs):,} pairs name a record id that is not in its table.",
            "use the ids of the table review as they are; a spreadsheet may have dropped zeros in front of them",
        )
    numbers = numbers[known]
    _refuse_no_pairs(numbers, records, link_type)
    clear, unclear = _of_duplicates(_once(numbers), records)
    counts = {"answers_without_record": unknown, "answers_of_duplicates": unclear}
    notices = tuple(Notice(code, {"answers": count}) for code, count in counts.items() if count)
    return Labels(clear, "stratum" in labels and bool(labels["stratum"].notna().all()), notices)


def numbered(pairs: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Number the records of pairs.

    Parameters
    ----------
    pairs
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``.
    register
        ``table``, ``record_id``.

    Returns
    -------
    pandas.DataFrame
        ``number_l`` and ``number_r``, rows of the register, the lower first; -1 where it does not have the record. On
        the index of the pairs.
    """
    number = pd.Series(np.arange(len(register)), index=pd.MultiIndex.from_frame(register[["table", "record_id"]]))
    left, right = (
        number.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]]))
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
    written = labels["match"].astype("string").str.strip().str.lower()
    written = written.mask(written == "")
    answers = written.map(_ANSWERS, na_action="ignore")
    unread = written.notna() & answers.isna()
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
    if compares_across(link_type) and within:
        raise _refused(
            f"{within:,} checked pairs are within one table, but {link_type} links across tables.",
            "take them out, or set link_type to link_and_dedupe",
        )


def _once(pairs: pd.DataFrame) -> pd.DataFrame:
    pairs = pairs.drop_duplicates()
    both = int(pairs.duplicated(NUMBERS).sum())
    if both:
        raise _refused(f"{both:,} pairs are answered both yes and no.", "keep one answer, or leave match empty")
    return pairs


def _of_duplicates(pairs: pd.DataFrame, records: Records) -> tuple[pd.DataFrame, int]:
    """Let the second of equal records stand for those set aside; count and leave out what then says nothing or both."""
    stand_in = np.arange(len(records.register))
    stand_in[records.duplicates.record] = records.duplicates.second
    left, right = (stand_in[pairs[name]] for name in NUMBERS)
    mapped = pairs.assign(number_l=np.minimum(left, right), number_r=np.maximum(left, right))
    both_ways = mapped.groupby(NUMBERS)["match"].transform("nunique") > 1
    clear = (mapped["number_l"] != mapped["number_r"]) & ~both_ways
    answers: pd.DataFrame = mapped[clear].drop_duplicates().sort_values(NUMBERS, ignore_index=True)
    return answers, int((~clear).sum())


def _refused(what: str, next_step: str) -> SharedAnalysisError:
    return SharedAnalysisError(what, _WHERE, next_step)


def answered(review: pd.DataFrame, answers: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Write what is known into the review sample, so that a larger one need not start afresh.

    Parameters
    ----------
    review
        As :func:`shared_analysis.linkage.labels.review_sample.draw_review_sample` gives it.
    answers
        ``number_l``, ``number_r`` and ``match`` (bool).

    Returns
    -------
    pandas.DataFrame
        ``review`` with ``match``: ``yes``, ``no``, or empty.
    """
    words = answers.set_index(NUMBERS)["match"].map({True: "yes", False: "no"})
    pairs = pd.MultiIndex.from_frame(numbered(review, records.register))
    return review.assign(match=words.reindex(pairs).fillna("").to_numpy(dtype=object))
