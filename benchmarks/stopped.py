"""Every command that writes, killed before writes drawn at random: is anything lost, and does the next run heal it?

python -m benchmarks.stopped [--moments 20] [--only NAME ...]
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.stopped_commands import kill_and_heal, make_case
from tests.stopped_projects import COMMANDS, make_project

HEAD = (
    "| command | writes and programs started | killed before | nothing lost, healed by the next run | what was wrong |"
)


def row(name: str, project: Path, folder: Path, moments: int) -> str:
    """Kill a command again and again, and write a row of the table."""
    case = make_case(COMMANDS[name], project, folder / "case")
    draw = random.Random(name)
    drawn = sorted(draw.sample(range(1, case.writes + 1), min(moments, case.writes)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # of threads, since every command has a process of its own
        wrong = list(pool.map(lambda moment: kill_and_heal(case, moment, folder / str(moment)), drawn))
    faults = [f"before write {moment}: {words}" for moment, words in zip(drawn, wrong, strict=True) if words]
    healed = len(drawn) - len(faults)
    return f"| `{name}` | {case.writes} | {len(drawn)} | {healed} | {'; '.join(faults) or 'none'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20, help="how often each command is killed")
    parser.add_argument("--only", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    wanted = parser.parse_args()
    page = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the template says of a new project does not belong on the page
    print(HEAD, file=page)
    print("|---|---:|---:|---:|---|", file=page)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        project = make_project(folder / "made")
        for command in wanted.only:
            place = folder / command.replace(" ", "-")
            place.mkdir()
            print(row(command, project, place, wanted.moments), file=page, flush=True)


if __name__ == "__main__":
    main()
