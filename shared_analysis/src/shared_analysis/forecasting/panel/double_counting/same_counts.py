"""The same counts under two names, as those of two releases."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VERSIONS = re.compile(
    r"(?i)release|revis|version|vintage|status|provisional|final|publish|edition|extract|\brun\b|source"
    r"|snapshot|draft"
)


def are_versions(column: str, kinds: Sequence[str]) -> bool:
    """Say whether the kinds of a column may be versions of one table: by its name, or by theirs.

    Parameters
    ----------
    column
        The name of the column.
    kinds
        Its kinds.
    """
    return bool(_VERSIONS.search(column)) or any(map(_VERSIONS.search, kinds))
