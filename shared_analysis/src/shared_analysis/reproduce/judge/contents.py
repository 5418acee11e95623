"""How two outputs differ, file by file, wherever they are kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from shared_analysis.reproduce.commit.content import Absent, Content
from shared_analysis.reproduce.findings import Verdict, worst
from shared_analysis.reproduce.judge.files import compare_files
from shared_analysis.reproduce.judge.sides import COMMITTED, Sides

_MOST = 8


def compare_contents(
    old: Content, new: Content, tolerance: float, sides: Sides = COMMITTED
) -> tuple[Verdict, list[str]]:
    """Compare two outputs whose hashes differ, file by file.

    Parameters
    ----------
    old, new
        The two.
    tolerance
        Share of the larger number by which fractions may differ.
    sides
        How the two are spoken of.

    Returns
    -------
    tuple
        ``equivalent`` or worse, and what differs: places and amounts, no value of a row.

    Raises
    ------
    Absent
        If one of them is not to be had at all.
    """
    before, after = old.files(), new.files()
    if before is None and after is None:
        return _compare(old, new, "", "", tolerance, sides)
    if before is None or after is None:
        return Verdict.different, ["a file in the place of a folder, or a folder in the place of a file"]
    verdicts: list[Verdict] = []
    reasons: list[str] = []
    respelt = _respelt(before, after)
    every = sorted(set(before) | set(after) - set(respelt.values()))
    for name in every:
        now = respelt.get(name, name)
        if now not in after:
            verdict, differences = Verdict.missing, [sides.gone]
        elif name not in before:
            verdict, differences = Verdict.different, [sides.come]
        elif after[now] == before[name]:
            if now == name:
                continue
            verdict, differences = Verdict.equivalent, ["the same under a name in another form of Unicode"]
        else:
            try:
                verdict, differences = _compare(old, new, name, now, tolerance, sides)
            except Absent as why:
                verdict, differences = Verdict.different, [str(why)]
        verdicts.append(verdict)
        if len(reasons) > _MOST:  # to find the place of a name among many takes long
            reasons += differences
            continue
        said = sides.names.file(name, every)
        reasons += [f"{said}: {difference}" for difference in differences]
    if len(reasons) > _MOST:
        reasons = [*reasons[:_MOST], f"and {len(reasons) - _MOST} more"]
    return worst(verdicts), reasons


def _respelt(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Pair names that differ only in the form of Unicode, where there is one of each: some systems change it."""
    lost, come = _by_letters(set(before) - set(after)), _by_letters(set(after) - set(before))
    both = [letters for letters in lost if len(lost[letters]) == 1 and len(come.get(letters, ())) == 1]
    return {lost[letters][0]: come[letters][0] for letters in both}


def _by_letters(names: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(unicodedata.normalize("NFC", name), []).append(name)
    return groups


def _compare(
    old: Content, new: Content, name: str, now: str, tolerance: float, sides: Sides
) -> tuple[Verdict, list[str]]:
    with old.open(name) as old_file, new.open(now) as new_file:
        return compare_files(old_file, new_file, tolerance, sides)
