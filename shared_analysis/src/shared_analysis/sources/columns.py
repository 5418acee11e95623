"""Names of columns: each has one, and no two have the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from shared_analysis.errors import SharedAnalysisError


def refuse_repeated_columns(names: Iterable[object], where: str) -> None:
    """Refuse a table with two columns of one name, by their places.

    Not by the name: of a file without its header line, that is a value from the first row.

    Raises
    ------
    SharedAnalysisError
        If a name is repeated.
    """
    places: dict[object, list[str]] = {}
    for position, name in enumerate(names, start=1):
        places.setdefault(name, []).append(str(position))
    repeated = [f"{', '.join(same[:-1])} and {same[-1]}" for same in places.values() if len(same) > 1]
    if repeated:
        raise SharedAnalysisError(
            f"Column names are repeated: columns {'; '.join(repeated)}.",
            where,
            "see that the table has its header line, and give every column its own name",
        )


def named(names: Sequence[str], has_values: Sequence[bool], where: str) -> tuple[list[int], list[str], list[str]]:
    """Choose the columns to keep, and name those that have no name.

    Parameters
    ----------
    names
        As the file has them; empty where there is none.
    has_values
        Whether each column holds any value.
    where
        The file, for errors.

    Returns
    -------
    tuple
        Places of the columns kept, their names, and remarks.

    Raises
    ------
    SharedAnalysisError
        If a name is repeated.
    """
    kept = [at for at, name in enumerate(names) if name or has_values[at]]
    nameless = [at for at in kept if not names[at]]
    chosen = [re.sub(r"\s*[\r\n]+\s*", " ", names[at]) or f"column_{at + 1}" for at in kept]
    refuse_repeated_columns(chosen, where)
    remarks = []
    if len(kept) < len(names):
        remarks.append(f"{len(names) - len(kept):,} columns without a name and without values were left out")
    if nameless:
        places = ", ".join(str(at + 1) for at in nameless[:5])
        remarks.append(f"{len(nameless):,} columns have no name, and are called column_N by their place ({places})")
    return kept, chosen, remarks
