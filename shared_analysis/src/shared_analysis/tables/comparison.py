"""What is different in a table's next delivery, in words that name columns and counts, and no person's values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.contracts.roles import IDENTIFYING
from shared_analysis.wording import as_share, count_rows, many

if TYPE_CHECKING:
    from shared_analysis.contracts import Column, DataContract

_FEWEST_ROWS = 30
_FELT = 0.1
_FAR = 0.5
_CERTAIN = 1e-4
_MOST_KINDS = 50
_NAMED = 5
_RENAMED = 0.05
_FEW_RENAMED = 3
_MANY = 0.2
_MANY_LOST = 0.3
_STEADY = (*sorted(IDENTIFYING), "organisation_name", "postcode", "address", "street", "phone", "email", "uprn", "sex")
_NAMING = (*sorted(IDENTIFYING), "organisation_name")
_NUMBERS = ("integer", "number")
_MOMENTS = ("date", "timestamp")


@dataclass(frozen=True)
class Difference:
    """Something that is different.

    Parameters
    ----------
    words
        What it is.
    large
        Whether so much is different that the file may be another one, or damaged.
    other_people
        Whether records may be about others than those that had their numbers before.
    """

    words: str
    large: bool = False
    other_people: bool = False


def compare_deliveries(before: pd.DataFrame, after: pd.DataFrame, contract: DataContract) -> list[Difference]:
    """Compare two deliveries of a table, both checked against its contract.

    A column has drifted where chance makes such a difference once in ten thousand times at most, and where it is felt:
    one row in ten has another kind, or another length of the scale (two-sample Kolmogorov-Smirnov test for numbers;
    total variation with a chi-squared test for kinds; Massey 1951, Pearson 1900).

    Parameters
    ----------
    before, after
        The rows that keep the contract, typed.
    contract
        The contract.
    """
    differences = list(_rows(before, after))
    differences += _records(before, after, contract)
    if min(len(before), len(after)) >= _FEWEST_ROWS:
        for column in contract.columns:
            differences += _column(before[column.name], after[column.name], column)
    return differences


def _rows(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Difference]:
    change = len(after) - len(before)
    share = change / len(before) if len(before) else 0.0
    words = f"{count_rows(len(after))}, {len(before):,} before ({share:+.1%})"
    yield Difference(words, large=len(before) >= _FEWEST_ROWS and share < -_FAR)


def _records(before: pd.DataFrame, after: pd.DataFrame, contract: DataContract) -> Iterator[Difference]:
    """Compare the records of two deliveries by the table's key."""
    key = list(contract.primary_key)
    if not key:
        return
    both = before.merge(after, on=key, how="outer", suffixes=("_before", "_after"), indicator=True)
    sides = both["_merge"].value_counts()
    new, lost, staying = (int(sides.get(side, 0)) for side in ("right_only", "left_only", "both"))
    shared = both[both["_merge"] == "both"]
    others = [name for name in contract.names if name not in key]
    changed, renamed = np.zeros((2, len(shared)), dtype=bool)
    naming = {contract.roles[role] for role in _NAMING if role in contract.roles}
    by_column = {}
    for name in others:
        earlier, later = shared[f"{name}_before"], shared[f"{name}_after"]
        differs = ~((earlier == later) | (earlier.isna() & later.isna())).fillna(False).to_numpy(dtype=bool)
        changed |= differs
        by_column[name] = int(differs.sum())
        if name in naming:
            renamed |= differs & earlier.notna().to_numpy() & later.notna().to_numpy()
    names = " and ".join(key)
    replaced = len(before) >= _FEWEST_ROWS and lost > _MANY_LOST * len(before)
    yield Difference(
        f"by {names}: {new:,} new, {lost:,} gone, {int(changed.sum()):,} of {staying:,} changed", large=replaced
    )
    counts = sorted(((number, name) for name, number in by_column.items() if number), reverse=True)
    if counts:
        yield Difference("changed in " + ", ".join(f"{name}: {number:,}" for number, name in counts[:_NAMED]))
    roles = [contract.roles[role] for role in _STEADY if role in contract.roles]
    steady = [own for own in roles if by_column.get(own, 0) > _MANY * staying]
    if steady and staying >= _FEWEST_ROWS:
        yield Difference(f"{', '.join(steady)}: another value in more than {_MANY:.0%} of the records", large=True)
    if renamed.sum() > max(_FEW_RENAMED, _RENAMED * staying):
        yield Difference(
            f"{int(renamed.sum()):,} of {staying:,} records have another name or date of birth: {names} may now "
            "stand for other people",
            large=True,
            other_people=True,
        )


def _column(before: pd.Series, after: pd.Series, column: Column) -> Iterator[Difference]:
    """Compare a column: how much of it is missing, its values, and how they spread."""
    missing = float(before.isna().mean()), float(after.isna().mean())
    if abs(missing[1] - missing[0]) >= _FELT / 2 and _by_more_than_chance(before.isna(), after.isna()):
        yield Difference(
            f"{column.name}: missing in {as_share(missing[1])} of the rows, {as_share(missing[0])} before",
            large=missing[1] - missing[0] > (_MANY if column.role in _STEADY else _FAR),
        )
    earlier, later = before.dropna(), after.dropna()
    if min(len(earlier), len(later)) < _FEWEST_ROWS:
        return
    if column.type in _NUMBERS and not column.identifies:
        yield from _numbers(earlier.to_numpy(dtype=float), later.to_numpy(dtype=float), column)
    elif column.type in _MOMENTS:
        yield from _moments(earlier, later, column)
    elif earlier.nunique() <= min(_MOST_KINDS, len(earlier) // 10):
        yield from _kinds(earlier.astype(str), later.astype(str), column)


def _by_more_than_chance(before: pd.Series, after: pd.Series) -> bool:
    return _chi_squared(before.value_counts(), after.value_counts()) < _CERTAIN


def _chi_squared(before: pd.Series, after: pd.Series) -> float:
    """Give the probability that two counts of kinds differ so much by chance; kinds with few rows count together."""
    from scipy.stats import chi2_contingency

    table = pd.concat([before, after], axis=1).fillna(0).to_numpy(dtype=float)
    rare = table.sum(axis=1) < _NAMED * 2
    table = np.vstack([table[~rare], table[rare].sum(axis=0)]) if rare.any() else table
    table = table[table.sum(axis=1) > 0]
    return 1.0 if len(table) < 2 else float(chi2_contingency(table).pvalue)


def _numbers(before: Any, after: Any, column: Column) -> Iterator[Difference]:
    from scipy.stats import ks_2samp

    test = ks_2samp(before, after, method="asymp")
    if test.statistic < _FELT or test.pvalue >= _CERTAIN:
        return
    middle = float(np.median(before)), float(np.median(after))
    times = middle[1] / middle[0] if middle[0] else np.inf
    scaled = test.statistic > _FAR and not 1 / 5 < times < 5
    shown = (
        f": the middle value is {middle[1]:,.6g}, {middle[0]:,.6g} before" if column.classification == "none" else ""
    )
    unit = " (another unit?)" if scaled else ""
    yield Difference(f"{column.name}: other numbers{shown}{unit}", large=scaled)


def _moments(before: pd.Series, after: pd.Series, column: Column) -> Iterator[Difference]:
    last = pd.Timestamp(before.max()), pd.Timestamp(after.max())
    if column.role not in ("event_date", "period") or last[0] == last[1]:
        return
    yield Difference(
        f"{column.name}: up to {last[1].date().isoformat()}, up to {last[0].date().isoformat()} before",
        large=last[1] < last[0],
    )


def _kinds(before: pd.Series, after: pd.Series, column: Column) -> Iterator[Difference]:
    counts = before.value_counts(), after.value_counts()
    new = [value for value in counts[1].index if value not in counts[0].index]
    lost = [value for value in counts[0].index if value not in counts[1].index]
    open_ = column.allowed is not None or column.role == "area_code"  # what stands in the contract anyway, and places
    for values, words in ((new, "new"), (lost, "lost")):
        if values:
            more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
            named = f": {', '.join(sorted(values)[:_NAMED])}{more}" if open_ else ""
            yield Difference(f"{column.name}: {many(len(values), f'{words} value', f'{words} values')}{named}")
    shares = pd.concat([own / own.sum() for own in counts], axis=1).fillna(0).to_numpy(dtype=float)
    variation = float(np.abs(shares[:, 0] - shares[:, 1]).sum()) / 2
    if variation >= _FELT and _chi_squared(*counts) < _CERTAIN:
        yield Difference(
            f"{column.name}: the mix of values has shifted ({as_share(variation)} of the rows)",
            large=variation > _FAR,
        )
