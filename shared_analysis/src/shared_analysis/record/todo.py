"""The mark of what is not known yet: ``TODO``, alone or with a hint of who or what to ask."""

from __future__ import annotations

import re

_MARK = re.compile(r"TODO\b[\s:.,;()\-\u2013]*")


def is_todo(value: object) -> bool:
    """Whether a value says that it is not known yet: ``TODO``, ``TODO: ask the borough``."""
    return isinstance(value, str) and _MARK.match(value.strip()) is not None


def hint(value: str) -> str:
    """Return what follows the mark: ``ask the borough``, or nothing."""
    return _MARK.sub("", value.strip(), count=1).rstrip(")")
