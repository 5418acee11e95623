"""Every command that writes, killed before writes drawn at random: is anything lost, and does the next run heal it?

python -m benchmarks.stopped [--moments 20] [--only NAME ...]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from tests.stopped_commands import COMMANDS, kill_and_heal, make_case, make_project


def row(name: str, project: Path, folder: Path, moments: int) -> str:
    """Kill a command again and again, and write a row of the table."""
    case = make_case(name, project, folder / "case")
    draw = random.Random(name)
    drawn = sorted(draw.sample(range(1, case.writes + 1), min(moments, case.writes)))
    wrong = {moment: kill_and_heal(case, moment, folder / str(moment)) for moment in drawn}
    faults = [f"before write {moment}: {words}" for moment, words in wrong.items() if words]
    healed = len(drawn) - len(faults)
    return f"| `{name}` | {case.writes} | {len(drawn)} | {healed} | {'; '.join(faults) or 'none'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20, help="how often each command is killed")
    parser.add_argument("--only", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    wanted = parser.parse_args()
    print("| command | writes | killed | nothing lost, healed by the next run | what was wrong |")
    print("|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        project = make_project(folder / "made")
        for command in wanted.only:
            place = folder / command.replace(" ", "-")
            place.mkdir()
            print(row(command, project, place, wanted.moments), flush=True)


if __name__ == "__main__":
    main()
