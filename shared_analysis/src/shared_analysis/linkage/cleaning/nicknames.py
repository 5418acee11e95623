"""Given names that are forms of one name: Bill and William, Mohammed and Muhammad, Ola and Aleksandra."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_FIRST_SIGN = 0x4E00  # a script with signs enough


@cache
def _groups_of_form() -> dict[str, str]:
    """By form, the groups that it is in: a sign for each, in a fixed order."""
    lines = (files(__package__) / "nicknames.txt").read_text(encoding="utf-8").splitlines()
    groups: list[list[str]] = []
    for line in lines:
        if not line.startswith("#"):
            together, _, alone = line.partition("|")
            groups += [together.split(), *([together.split()[0], form] for form in alone.split())]
    signs: dict[str, str] = {}
    for number, group in enumerate(groups):
        for form in dict.fromkeys(group):
            signs[form] = signs.get(form, "") + chr(_FIRST_SIGN + number)
    return signs


def groups_of_name(given_name: str) -> str | None:
    """Find the groups that a given name is in, by its first word or, where that was written apart, by all of it.

    Parameters
    ----------
    given_name
        Cleaned, as linkage compares it.

    Returns
    -------
    str or None
        A sign for each group, two for ``alex``: two names are forms of one if they share a sign. ``None`` for a name in
        no group.
    """
    known = _groups_of_form()
    return known.get(given_name.replace(" ", "")) or known.get(given_name.partition(" ")[0])
