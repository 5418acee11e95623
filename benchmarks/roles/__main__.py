"""How many columns of public registers get their right role in a drafted contract.

    python -m benchmarks.roles [--show]

Prints Markdown: precision and recall by the columns' names alone (no values), by their values alone (columns called
``col1``, ``col2``), and by both. ``--show`` lists what is wrong or missed in the half to develop with, and never in the
other.

By name every role can be asked for. By values only those can that nothing else looks like: postcodes, telephone
numbers, e-mail addresses, addresses, codes of areas, NHS and National Insurance numbers. Whose they are no value says,
so an agent's telephone may count as the row's own there. Precision counts every role that was given, whatever it is.
"""

from __future__ import annotations

import argparse

from benchmarks.roles.measuring import HALVES, SOURCES, entries, score, verdicts


def report() -> str:
    """Write the table of both halves."""
    tables = {half: entries(own) for half, own in HALVES.items()}
    sizes = "; ".join(
        f"{half}: {sum(map(len, columns.values()))} columns of {len(columns)} tables"
        for half, columns in tables.items()
    )
    head = "| half | role told by | roles given | precision | roles asked for | recall |"
    text = f"{sizes}.\n\n{head}\n|---|---|---|---|---|---|\n"
    for half, own in HALVES.items():
        for source in SOURCES:
            counted = score(own, source)
            text += (
                f"| {half} | {source} | {counted.given} | {counted.precision:.3f} | {counted.asked} "
                f"| {counted.recall:.3f} |\n"
            )
    return text


def faults() -> str:
    """List what is wrong or missed in the half to develop with."""
    lines = [
        f"{source} · {verdict.table} · {verdict.entry.heading}: {verdict.guessed}, not "
        f"{' or '.join(sorted(verdict.entry.right))}"
        for source in SOURCES
        for verdict in verdicts("develop", source)
        if verdict.fault or (verdict.missed and source != "values")
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roles")
    parser.add_argument("--show", action="store_true", help="list what is wrong in the half to develop with")
    print(report() if not parser.parse_args().show else f"{report()}\n{faults()}", end="")


if __name__ == "__main__":
    main()
