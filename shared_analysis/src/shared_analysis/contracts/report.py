"""What the check of all tables found: as tables, numbers, charts and words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.errors import CheckFailed
from shared_analysis.project import Headline
from shared_analysis.wording import as_count, as_share, count_rows, many

if TYPE_CHECKING:
    from shared_analysis.charts import Chart

_DIGITS = 6
AS_STATED = ", as the contract says"
"""What follows where the contract states how values are written."""
RULES = {
    "type": "not of the column's type",
    "text": "unreadable characters",
    "rounded": "a spreadsheet has rounded it, so that digits are lost",
    "required": "missing",
    "range": "outside the limits",
    "length": "too short or too long",
    "pattern": "not in the expected form",
    "allowed": "not on the list of allowed values",
    "unique": "repeats another row",
    "reference": "refers to no row of the other table",
    "column missing": "the column is not there",
    "table missing": "the table is not there",
}
"""Every rule that a row or table can break, in words."""


FURNITURE = {
    "title": "above the table",
    "blank": "blank",
    "header": "names again",
    "rule": "dashes",
    "unit": "units",
    "note": "notes",
    "total": "totals",
    "ragged": "ragged",
}
"""Kinds of rows of a file that are no rows of its table, as headings."""


@dataclass(frozen=True, repr=False)
class ValidationReport:
    """The outcome of :func:`validate`.

    Parameters
    ----------
    tables
        ``interim/<table>``: the good rows, typed. ``quarantine/<table>``: the bad rows as text, and ``reasons``.
    faults
        One row for each table, column and rule that was broken: ``table``, ``column``, ``rule``, ``rows`` (how many),
        ``share`` (of the table's rows). A row of data may break several rules.
    completeness
        ``table``, ``column``, ``present`` (rows with a value, before any check), ``share``, ``missing`` (rows without
        one, or with a word that means missing), ``suppressed`` (rows whose number is withheld), ``provisional`` (rows
        whose number is marked as one that may change; they are present).
    sizes
        For each table the number of its rows and of its bad rows: all of them where a column is missing, for then no
        row goes on, although none could be checked.
    notices
        What was left out or could not be checked, in words.
    failures
        Why the tables may not be used, in words; empty when they may.
    max_bad_share
        The cap that was applied.
    wanted
        For each table and column with a fault of type, what a value should have been, in words.
    unlisted
        For each table and column with a fault of type, the marks for no value or a number withheld that are among the
        faults and that the contract does not list.
    rows_of_files
        Of tables that were read from files: ``table``, ``read_as`` (in words), ``rows_in_file``, and what became of
        each: ``names`` (of columns), ``title``, ``blank``, ``header`` (once more), ``rule``, ``unit``, ``note``,
        ``total``, ``ragged``, and ``rows`` (of the table).
    """

    tables: Mapping[str, pd.DataFrame]
    faults: pd.DataFrame
    completeness: pd.DataFrame
    sizes: Mapping[str, tuple[int, int]]
    notices: tuple[str, ...]
    failures: tuple[str, ...]
    max_bad_share: float
    wanted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unlisted: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    rows_of_files: pd.DataFrame = field(default_factory=pd.DataFrame)

    def say(self, fault: Mapping[Hashable, Any]) -> str:
        """Say what is wrong in a row of ``faults``, in words: ``not a date written dd/MM/yyyy, as the contract says``.

        Parameters
        ----------
        fault
            ``table``, ``column`` and ``rule``.
        """
        wanted = self.wanted.get((fault["table"], fault["column"])) if fault["rule"] == "type" else None
        return f"not {wanted}" if wanted else RULES[fault["rule"]]

    @property
    def metrics(self) -> dict[str, float | int | str | bool]:
        """Rows and bad rows, in all and by table."""
        total = sum(rows for rows, _ in self.sizes.values())
        bad = sum(bad for _, bad in self.sizes.values())
        metrics: dict[str, float | int | str | bool] = {"rows": total, "bad_rows": bad, "bad_share": _share(bad, total)}
        for name, (rows, wrong) in self.sizes.items():
            metrics |= {f"{name}_rows": rows, f"{name}_bad_rows": wrong, f"{name}_bad_share": _share(wrong, rows)}
        return metrics

    @property
    def headlines(self) -> tuple[Headline, Headline]:
        """How many records were checked, and which share of them is good."""
        rows = sum(rows for rows, _ in self.sizes.values())
        bad = sum(bad for _, bad in self.sizes.values())
        set_aside = f"{as_count(bad)} set aside, each with the reason" if bad else "none had to be set aside"
        return (
            Headline("Records checked", as_count(rows), f"in {many(len(self.sizes), 'table', 'tables')}"),
            Headline("Pass every check", as_share(1 - _share(bad, rows)), set_aside),
        )

    def charts(self) -> dict[str, Chart]:
        """Draw how complete each column is and, if there are faults, which rules were broken how often.

        Drawn once: a notebook shows them, and the same ones are saved.
        """
        return self._charts

    @cached_property
    def _charts(self) -> dict[str, Chart]:
        from shared_analysis.contracts.charts import completeness_chart, faults_chart

        charts = {}
        if len(self.completeness):
            charts["completeness"] = completeness_chart(self.completeness)
        if len(self.faults):
            words = [self.say(fault).removesuffix(AS_STATED) for fault in self.faults.to_dict("records")]
            charts["faults"] = faults_chart(self.faults.assign(words=words))
        return charts

    def summary(self) -> str:
        """Say in plain words what was found (Markdown)."""
        lines = [self._opening(), ""]
        lines += ["| table | rows | good | quarantined | share |", "|---|--:|--:|--:|--:|"]
        for name, (rows, bad) in self.sizes.items():
            if name in self._incomplete:
                lines.append(f"| {name} | {rows:,} | not checked | not checked | not checked |")
            else:
                lines.append(f"| {name} | {rows:,} | {rows - bad:,} | {bad:,} | {_share(bad, rows):.1%} |")
        lines += self._from_file_to_table()
        if len(self.faults):
            lines += ["", "A row may break several rules; each is counted here.", ""]
            lines += ["| table | column | what is wrong | rows | share |", "|---|---|---|--:|--:|"]
            for fault in self.faults.to_dict("records"):
                words = f"{self.say(fault)} (`{fault['rule']}`)"
                numbers = f"{fault['rows']:,} | {fault['share']:.1%}"
                lines.append(f"| {fault['table']} | {fault['column']} | {words} | {numbers} |")
        for heading, entries in (("Why the run stops", self.failures), ("Also noted", self.notices)):
            if entries:
                lines += ["", f"**{heading}**", "", *(f"- {entry}" for entry in entries)]
        return "\n".join(lines) + "\n"

    def _from_file_to_table(self) -> list[str]:
        """Account for the rows of files: none is lost on the way."""
        if self.rows_of_files.empty:
            return []
        shown = [kind for kind in FURNITURE if self.rows_of_files[kind].any()]
        lines = ["", "Every row of a file is accounted for:", ""]
        lines.append(
            " | ".join(
                ["| table", "read as", "rows in the file", "names", *(FURNITURE[kind] for kind in shown), "rows |"]
            )
        )
        lines.append("|---|---|--:|--:|" + "--:|" * (len(shown) + 1))
        for file in self.rows_of_files.to_dict("records"):
            counts = [f"{file[kind]:,}" for kind in ("rows_in_file", "names", *shown, "rows")]
            lines.append(f"| {file['table']} | {file['read_as']} | {' | '.join(counts)} |")
        return lines

    @property
    def _incomplete(self) -> set[str]:
        return set(self.faults.loc[self.faults["rule"] == "column missing", "table"])

    def _opening(self) -> str:
        whole = {name: size for name, size in self.sizes.items() if name not in self._incomplete}
        left = [self.sizes[name][0] for name in self.sizes if name in self._incomplete]
        sentences = []
        if whole or not left:
            sentences.append(_checked(whole))
        if left:
            tables = "1 table lacks" if len(left) == 1 else f"{len(left)} tables lack"
            sentences.append(f"{tables} a column that the contract has: {count_rows(sum(left))} not checked.")
        return " ".join(sentences)

    def _repr_markdown_(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        """Say it in one line, without a value from any row."""
        return f"<ValidationReport: {self._opening()}>"


def _checked(sizes: Mapping[str, tuple[int, int]]) -> str:
    """Say what became of the rows that could be checked."""
    total = sum(rows for rows, _ in sizes.values())
    bad = sum(bad for _, bad in sizes.values())
    tables = "1 table was" if len(sizes) == 1 else f"{len(sizes)} tables were"
    what = f"{tables} checked against {'its contract' if len(sizes) == 1 else 'their contracts'}."
    if total == 0:
        return f"{what} There were no rows."
    if bad == 0:
        return f"{what} {'The 1 row keeps' if total == 1 else f'All {total:,} rows keep'} every rule."
    quarantined = f"{bad:,} ({bad / total:.1%}) {'is' if bad == 1 else 'are'} in quarantine with the reasons"
    goes = "goes" if total - bad == 1 else "go"
    return f"{what} {total - bad:,} of {count_rows(total)} {goes} on; {quarantined}."


class ContractBroken(CheckFailed):
    """Tables that may not be used: too many bad rows, or a column or table that is missing.

    Parameters
    ----------
    report
        Everything that was found, good rows and quarantine included, so that a caller can still save it.
    """

    def __init__(self, report: ValidationReport) -> None:
        self.report = report
        counts = [
            f"    {fault['table']}.{fault['column']}: {report.say(fault)}, {count_rows(fault['rows'])}"
            for fault in report.faults.to_dict("records")
            if not fault["rule"].endswith("missing")
        ]
        what = "\n".join(
            ["The tables break their contracts:", *(f"    {failure}" for failure in report.failures)]
            + (["  all faults, a row may have several:", *counts] if counts else [])
        )
        super().__init__(
            what,
            ", ".join(sorted({failure.split(":")[0].split(".")[0] for failure in report.failures})),
            _advice(report),
        )


def _advice(report: ValidationReport) -> str:
    """Say what to do: a table or column that is not there is no matter of the cap, and a mark is to be listed."""
    absent = sorted(report.faults.loc[report.faults["rule"] == "table missing", "table"])
    steps = [f"put {_listed(absent)}, or run `dvc pull` (with data.mode twin: `dvc repro`)"] if absent else []
    lacking = report.faults.loc[report.faults["rule"] == "column missing"]
    if len(lacking):
        steps.append(
            "ask for the file with its columns as before, give a renamed column its name in the contract, or take out "
            "of it what the project does not need"
        )
    steps += [
        f"if {' and '.join(marks)} in {table}.{column} is a number withheld or means missing, list it in the contract "
        "(`suppressed`, `missing`)"
        for (table, column), marks in report.unlisted.items()
    ]
    if len(report.failures) > len(absent) + len(lacking):
        steps.append(
            "ask for a corrected table, or change the contract or validate.max_bad_share if the rows are right"
        )
    return "; ".join(steps)


def _listed(tables: list[str]) -> str:
    if len(tables) == 1:
        return f"it at data/raw/{tables[0]}.csv"
    return f"them at {', '.join(f'data/raw/{table}.csv' for table in tables)}"


def _share(part: int, whole: int) -> float:
    return round(part / whole, _DIGITS) if whole else 0.0
