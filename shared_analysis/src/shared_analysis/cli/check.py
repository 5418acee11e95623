"""``shared-analysis check``: what is wrong in a project, and what is still missing at each gate."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.say import printable_console, say, say_text
from shared_analysis.printable import one_line, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from shared_analysis.checks import CheckReport, Finding


class Format(StrEnum):
    """How to say what was found."""

    text = "text"
    json = "json"


def check(
    gate: Annotated[
        str | None, typer.Option(help="Fail if anything is missing at this gate or before it, for example: data.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="List what is missing at every gate, not only up to where the project is.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First write the values of params.yaml into notebooks that differ from it.")
    ] = False,
    format: Annotated[Format, typer.Option(help="Words for people, or JSON for programs.")] = Format.text,  # noqa: A002
) -> None:
    """Say what is still missing in the project, gate by gate, and then what is wrong.

    The gates up to the one where the project is, or that --gate asks for, are listed in full; later ones are counted.

    --fix changes nothing but the cell tagged "parameters" of notebooks that rule NBK001 names, and says which.

    Ends with 0 when all is well; with 1 when something is wrong or, with --gate, missing; with 2 when the project
    could not be checked.
    """
    from shared_analysis.checks import check_project
    from shared_analysis.project import find_root

    if fix:
        _fix(json=format is Format.json)
    report = check_project(find_root(), gate)
    if format is Format.json:
        say_text(report.to_json(), nl=False)
    else:
        console = printable_console()
        console.print(report.project, style="bold")
        _print_gates(report, console, every)
        # After what is long: the end is what people see.
        _print_findings(report.warnings, "Worth knowing", "bold yellow", console)
        _print_findings(report.faults, "To put right", "bold red", console)
        _print_verdict(report, console)
    raise typer.Exit(0 if report.passed else 1)


def _fix(*, json: bool) -> None:
    """Put right what can be, and say which files that changed: where JSON is asked for, beside it."""
    from shared_analysis.checks import fix_parameters
    from shared_analysis.project import find_root, in_words

    for path, found in fix_parameters(find_root()).items():
        say(f"wrote {path} ({in_words(found)})", err=json)


def _print_findings(findings: list[Finding], heading: str, style: str, console: Console) -> None:
    if not findings:
        return
    from rich.text import Text

    from shared_analysis.checks import RULES

    console.print(f"\n{heading}", style=style)
    for rule in RULES:
        found = [finding for finding in findings if finding.rule == rule.id]
        if not found:
            continue
        console.print(f"\n  {rule.id}  {rule.title}", style="bold")
        _print_block(console, Text(" ".join(rule.guidance.split()), style="dim"), indent=5)
        _print_rows(console, [(finding.place, _said(finding)) for finding in found])


def _said(finding: Finding) -> str:
    return f"{finding.message}\n  Next: {finding.next_step}" if finding.next_step else finding.message


def _print_gates(report: CheckReport, console: Console, every: bool) -> None:
    from rich.text import Text

    console.print("\nStill missing, gate by gate", style="bold")
    in_full = len(report.gates) if every else _gates_in_full(report)
    for number, gate in enumerate(report.gates, 1):
        gaps = report.gaps(gate.id)
        state = f"{len(gaps)} to do" if gaps else "nothing missing"
        here = "   <- the project is here" if gate.id == report.stage else ""
        before = "" if number > in_full + 1 else "\n"  # a block each, and one of the later gates together
        console.print(f"{before}  {number}  {gate.label}: {state}{here}", style="bold" if gaps else "green")
        if number <= in_full:
            _print_block(console, Text(gate.question, style="dim"), indent=5)
            _print_rows(console, _by_place(gaps))
    if any(report.gaps(gate.id) for gate in report.gates[in_full:]):
        _print_block(console, Text("With --all the later gates are listed in full, too.", style="dim"), indent=5)


def _gates_in_full(report: CheckReport) -> int:
    """Count the gates that concern the project now; if nobody knows where it is, the first one does."""
    ids = [gate.id for gate in report.gates]
    return max(ids.index(name) + 1 if name in ids else 1 for name in (report.stage, report.asked))


def _by_place(gaps: list[Finding]) -> list[tuple[str, str]]:
    """Say a page's gaps on one row; each of the record's has its own line."""
    pages: defaultdict[str, list[str]] = defaultdict(list)
    rows = []
    for gap in gaps:
        if gap.where.endswith(".md"):
            pages[gap.where].append(gap.message)
        else:
            rows.append((gap.place, gap.message))
    return rows + [(where, ", ".join(messages)) for where, messages in pages.items()]


def _print_rows(console: Console, rows: list[tuple[str, str]]) -> None:
    from rich.text import Text

    for place, words in rows:
        _print_block(console, Text.assemble((one_line(f"{place}: "), "cyan"), printable(words)), indent=7)


def _print_block(console: Console, words: Text, indent: int) -> None:
    from rich.padding import Padding

    console.print(Padding(words, (0, 0, 0, indent), expand=False))


def _print_verdict(report: CheckReport, console: Console) -> None:
    count = len(report.faults)
    faults = "Nothing is wrong" if count == 0 else f"{count} {'thing is' if count == 1 else 'things are'} wrong"
    if report.asked is None:
        ending = "; what is missing does not fail the check until a gate is asked for: --gate <name>."
    elif report.passed:
        ending = f", and nothing is missing up to the gate '{report.asked}'."
    else:
        ending = f"; {report.missing} still missing up to the gate '{report.asked}'."
    console.print(f"\n{faults}{ending}", style="bold green" if report.passed else "bold red")
