"""How two outputs differ, file by file, wherever they are kept."""

from __future__ import annotations

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
        return _compare(old, new, "", tolerance, sides)
    if before is None or after is None:
        return Verdict.different, ["a file in the place of a folder, or a folder in the place of a file"]
    verdicts, reasons = [], []
    every = sorted(set(before) | set(after))
    for name in every:
        if name not in after:
            verdict, differences = Verdict.missing, [sides.gone]
        elif name not in before:
            verdict, differences = Verdict.different, [sides.come]
        elif after[name] == before[name]:
            continue
        else:
            try:
                verdict, differences = _compare(old, new, name, tolerance, sides)
            except Absent as why:
                verdict, differences = Verdict.different, [str(why)]
        verdicts.append(verdict)
        said = sides.names.file(name, every)
        reasons += [f"{said}: {difference}" for difference in differences]
    if len(reasons) > _MOST:
        reasons = [*reasons[:_MOST], f"and {len(reasons) - _MOST} more"]
    return worst(verdicts), reasons


def _compare(old: Content, new: Content, name: str, tolerance: float, sides: Sides) -> tuple[Verdict, list[str]]:
    with old.open(name) as old_file, new.open(name) as new_file:
        return compare_files(old_file, new_file, tolerance, sides)
