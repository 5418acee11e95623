"""What linkage of people in households costs, stage by stage, beside Splink written by hand and the bare join.

    python -m benchmarks.linkage_speed [--sizes 10000 100000 1000000] [--rounds 3] [--minutes 30] [--chart FILE.svg]

All three compare the same pairs: the cleaned records and the blocking rules are this package's own. They take turns, as
many rounds as asked for (a million records: one), and ratios are of the same round.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environments import SCRIPTS, Environments, call
from benchmarks.linkage_peers import SPLINK
from benchmarks.linkage_sets import household_set
from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.project import write_text

SEED = 101
STAGES = ("prepare", "block", "train", "predict", "cluster", "judge")
ONCE = 1_000_000
HEAD = (
    f"| records | tool | pairs | {' | '.join(STAGES)} | all | ratio to Splink by hand | peak MiB |\n"
    f"|--:|---|--:|{'--:|' * len(STAGES)}--:|--:|--:|\n"
)
TOOLS = ("this package", "Splink by hand", "bare join")


COLOURS = ("blue", "orange", "grey")


def main(sizes: list[int], rounds: int, minutes: float, chart: Path | None) -> None:
    """Print one table; draw a chart of it, if asked to."""
    text = HEAD
    every: dict[int, list[list[dict[str, Any] | str]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        python = Environments(Path(scratch)).python(SPLINK)
        for size in sizes:
            folder = Path(scratch) / str(size)
            household_set(size, SEED).save(folder)
            own = [sys.executable, "-m", "benchmarks.linkage_stages"]
            exported = call([*own, "export", folder], 60 * minutes)
            if isinstance(exported, str):
                text += f"| {size:,} | this package | {exported} | | | | | | | | |\n"
                continue
            commands: list[list[Any]] = [[*own, "speed", folder]]
            commands += [[python, SCRIPTS / script, folder] for script in ("splink_at_scale.py", "bare_join.py")]
            taken: list[list[dict[str, Any] | str]] = []
            for _ in range(1 if size >= ONCE else rounds):
                taken.append(
                    [
                        python if isinstance(python, str) and command[0] == python else call(command, 60 * minutes)
                        for command in commands
                    ]
                )
                print(size, taken[-1], file=sys.stderr, flush=True)
            text += rows(size, taken)
            every[size] = taken
    if chart:
        write_text(chart, cost_chart(every).svg())
    print(text.rstrip("\n"))
    print(
        "\nSeconds of each stage, medians of the rounds. 'Splink by hand' and the bare join start from records that "
        "are clean already, so that cleaning them is in the first line only; their rules are given, not looked for. "
        "Splink's clusters are chains; this package's resist bridges. 'Judge' is what it says about its own links: the "
        "pairs to review, capture-recapture, examples, completeness, shares by area. Its peak is of the whole process, "
        "reading the CSV and checking it against its contract included."
    )


def rows(size: int, taken: list[list[dict[str, Any] | str]]) -> str:
    """One line a tool; ratios are to the second tool, in the same round."""
    text = ""
    for at, tool in enumerate(TOOLS):
        each = [turn[at] for turn in taken]
        done = [one for one in each if not isinstance(one, str)]
        if not done:
            text += f"| {size:,} | {tool} | {each[0]} | | | | | | | | |\n"
            continue
        stages = [
            f"{median(one['stages'][stage] for one in done):.1f}" if stage in done[0]["stages"] else "-"
            for stage in STAGES
        ]
        ratios = [
            sum(turn[at]["stages"].values()) / sum(turn[1]["stages"].values())
            for turn in taken
            if not isinstance(turn[at], str) and not isinstance(turn[1], str)
        ]
        text += (
            f"| {size:,} | {tool} | {done[0]['pairs']:,} | {' | '.join(stages)} | "
            f"{median(sum(one['stages'].values()) for one in done):.1f} | "
            f"{f'{median(ratios):.2f}' if ratios else '-'} | {median(one['peak'] for one in done):,.0f} |\n"
        )
    return text


def cost_chart(every: dict[int, list[list[dict[str, Any] | str]]]) -> Chart:
    """Draw the seconds of each tool against the number of records, by what was taken at each size."""
    taken = {
        tool: {
            size: median(done)
            for size, turns in every.items()
            if (done := [sum(turn[at]["stages"].values()) for turn in turns if not isinstance(turn[at], str)])
        }
        for at, tool in enumerate(TOOLS)
    }
    own, hand = (taken[tool] for tool in TOOLS[:2])
    largest = max(set(own) & set(hand), default=max(own))
    ratio = f"{own[largest] / hand[largest]:.1f} times" if largest in hand else "without"
    title = f"{largest:,} records take {own[largest]:.0f} seconds, {ratio} Splink set up by hand"
    fig, axis = figure(
        title,
        "Seconds to link people in households, against the number of records. All compare the same pairs; the bare "
        "join makes no model and no entities. Both scales are logarithmic",
    )
    for tool, colour in zip(TOOLS, COLOURS, strict=True):
        axis.plot(list(taken[tool]), list(taken[tool].values()), marker="o", color=PALETTE[colour], label=tool)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_major_formatter("{x:,g}")
    axis.set_xlabel("records")
    axis.set_ylabel("seconds")
    axis.legend()
    words = "; ".join(
        f"{tool} " + ", ".join(f"{seconds:.1f} s for {size:,}" for size, seconds in of.items())
        for tool, of in taken.items()
    )
    return Chart(fig, title=title, alt=f"{title}. {words}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    main(given.sizes, given.rounds, given.minutes, given.chart)
