"""``shared-analysis contract``: draft a contract from a table, check a table against one, make a table from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_analysis.cli.say import printable_console
from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from rich.console import Console

    from shared_analysis.contracts import Column, DataContract, ValidationReport
    from shared_analysis.sources import Delivery

app = typer.Typer(no_args_is_help=True, help="Draft, check and try out data contracts.")

TablePath = Annotated[Path, typer.Argument(help="Delimited text, a spreadsheet or a Parquet file.", show_default=False)]
ContractPath = Annotated[Path, typer.Argument(help="A contract file (YAML).", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it is there already.")]


@app.command()
def infer(
    table: TablePath,
    name: Annotated[str | None, typer.Option(help="Name of the table; the file's own name if not given.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the contract; the project's contracts/<name>.yaml if not given.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook that holds the table, where several do.")
    ] = None,
    periods: Annotated[
        bool, typer.Option("--periods", help="Make one column of periods that stand in headings, or in two columns.")
    ] = False,
    force: Force = False,
) -> None:
    """Draft a contract from a table, for a person to read and complete.

    How the file is read (its encoding, separator, sheet and header) is found out, shown, and kept in the contract, so
    that the next delivery is read the same way.
    """
    from shared_analysis.contracts import infer as draft
    from shared_analysis.contracts import write_contract
    from shared_analysis.project import write_text
    from shared_analysis.sources import find_periods, read, table_name

    chosen = name or table_name(table) or table.stem
    target = out or _contracts_folder() / f"{chosen}.yaml"
    _keep_existing(target, force)
    delivery = read(table, sheet=sheet)
    of_periods = find_periods(delivery)
    if periods and of_periods is None:
        raise SharedAnalysisError(
            "No three headings are periods that can be read, and no year stands beside a month or quarter.",
            table.name,
            "leave out --periods; periods are written like 2024-01, Jan-24, 2024 Q1, 2023/24, Q1 2023/24, 2024-W01 or "
            "w/c 01/01/2024, and the months beside a financial year in letters",
        )
    delivery = of_periods if periods and of_periods else delivery
    contract = draft(delivery, chosen)
    write_text(target, write_contract(contract))
    console = _console()
    _show_file(delivery, console)
    _show_columns(contract, console)
    if of_periods and not periods:
        console.print(
            "Periods stand in the headings, or in two columns. To forecast from this table, draft its contract again "
            "with --periods."
        )
    console.print(
        f"Drafted {_shown(target)}. Before anybody relies on it: correct the roles and classifications, say the "
        "purpose of each column (TODO), and take out every column that has none."
    )


@app.command()
def validate(
    table: TablePath,
    contract: ContractPath,
    max_bad_share: Annotated[float, typer.Option(min=0.0, max=1.0, help="Largest share of bad rows allowed.")] = 0.05,
    quarantine: Annotated[
        Path | None, typer.Option(help="Where to write the bad rows with their reasons (CSV or Parquet).")
    ] = None,
    force: Force = False,
) -> None:
    """Check a table against its contract.

    Ends with 0 when the bad rows are within the cap; with 1 when they are not, or a column is missing; with 2 when the
    table could not be checked.
    """
    from shared_analysis.contracts import ContractBroken, load_contract
    from shared_analysis.contracts import validate as check
    from shared_analysis.sources import read

    if quarantine is not None:
        _writable_table(quarantine)
        _keep_existing(quarantine, force)
    rules = load_contract(contract)
    rows = read(table, rules.reading)
    try:
        report = check({rules.name: rows}, {rules.name: rules}, max_bad_share)
    except ContractBroken as broken:
        _show_report(broken.report, _console())
        _save_quarantine(broken.report, rules.name, quarantine)
        raise
    _show_report(report, _console())
    _save_quarantine(report, rules.name, quarantine)


@app.command()
def synthesise(
    contract: ContractPath,
    rows: Annotated[int, typer.Option(min=0, help="How many rows.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same table.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the table (CSV or Parquet); <name>-SYNTHETIC.csv if not given.")
    ] = None,
    force: Force = False,
) -> None:
    """Make a table that satisfies a contract: right in its shape, meaningless in its content."""
    from shared_analysis.contracts import load_contract
    from shared_analysis.contracts import synthesise as make
    from shared_analysis.project import write_table

    rules = load_contract(contract)
    target = out or Path(f"{rules.name}-SYNTHETIC.csv")
    _writable_table(target)
    _keep_existing(target, force)
    write_table(target, make(rules, rows, seed), synthetic=True)
    _console().print(f"Wrote {_rows(rows, 'SYNTHETIC ')} to {target}.")


@app.command()
def roles() -> None:
    """List every role that a column can have, with what it means and how a draft classifies it."""
    from rich.table import Table

    from shared_analysis.contracts import ROLES

    shown = Table("role", "what the column holds", "classification")
    shown.columns[0].no_wrap = True
    for name, role in ROLES.items():
        shown.add_row(name, role.meaning, role.classification)
    _console().print(shown)


def _contracts_folder() -> Path:
    """Choose the project's own folder from anywhere inside it; elsewhere one in the working directory."""
    from shared_analysis.project import find_root

    try:
        return find_root() / "contracts"
    except SharedAnalysisError:
        return Path("contracts")


def _console() -> Console:
    return printable_console()


def _shown(path: Path) -> str:
    """Write a path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def _rows(number: int, which: str = "") -> str:
    return f"1 {which}row" if number == 1 else f"{number:,} {which}rows"


def _keep_existing(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise SharedAnalysisError("The file is there already.", str(path), "choose another name, or add --force")


def _writable_table(path: Path) -> None:
    if path.suffix not in (".csv", ".parquet"):
        raise SharedAnalysisError(
            f"Tables are written as .csv or .parquet, not '{path.suffix}'.", str(path), "choose another name"
        )


def _show_file(delivery: Delivery, console: Console) -> None:
    """Say how a file was read, and what of it is no row of its table."""
    console.print(f"Read as {delivery.reading.words}: {_rows(len(delivery.table))}.")
    for words in (*(aside.words for aside in delivery.aside), *delivery.remarks):
        console.print(f"noted: {words}")


def _show_columns(contract: DataContract, console: Console) -> None:
    from rich.table import Table

    shown = Table("column", "type", "role", "classification", "rules", title=contract.name, title_justify="left")
    for column in contract.columns:
        rules = [
            "key" if column.primary_key else "",
            "required" if column.required else "",
            "unique" if column.unique else "",
            f"written {column.format}" if column.format else "",
            f"from {column.minimum}" if column.minimum is not None else "",
            f"matches {column.pattern}" if column.pattern else "",
            f"one of {len(column.allowed)}" if column.allowed else "",
        ]
        shown.add_row(
            column.name, column.type, column.role or "-", column.classification, ", ".join(filter(None, rules))
        )
    console.print(shown)
    for column in contract.columns:
        if ways := _ways_of_writing(column):
            console.print(f"written: {column.name}: {'; '.join(ways)}")
    for column in contract.columns:
        if column.description:
            console.print(f"to ask: {column.name}: {column.description}")


def _ways_of_writing(column: Column) -> list[str]:
    """Say how the numbers of a column are written, and what its words and marks stand for."""
    form = column.number_format
    lists = (
        (column.missing, "missing"),
        (column.zero, "0"),
        (column.suppressed, "withheld"),
        (column.provisional, "behind a number: may change"),
    )
    return [
        *([f"numbers like {form.example}"] if form else []),
        *(["k, m and bn are thousands, millions and billions"] if form and form.scale else []),
        *(["identifiers of digits"] if column.digits else []),
        *(f"{', '.join(words)} = {meaning}" for words, meaning in lists if words),
    ]


def _show_report(report: ValidationReport, console: Console) -> None:
    from rich.table import Table

    for name, (rows, bad) in report.sizes.items():
        console.print(f"{name}: {_rows(rows)}, {rows - bad:,} good, {bad:,} bad (cap {report.max_bad_share:.1%})")
    if len(report.faults):
        shown = Table("column", "what is wrong", "rule", "rows", "share")
        for fault in report.faults.to_dict("records"):
            numbers = f"{fault['rows']:,}", f"{fault['share']:.2%}"
            shown.add_row(fault["column"], report.say(fault), fault["rule"], *numbers)
        console.print(shown)
    for notice in report.notices:
        console.print(f"noted: {notice}")


def _save_quarantine(report: ValidationReport, name: str, path: Path | None) -> None:
    from shared_analysis.project import write_sheet

    rows = report.tables.get(f"quarantine/{name}")
    if path is not None and rows is not None:
        write_sheet(path, rows)
        _console().print(f"Wrote {_rows(len(rows), 'quarantined ')} to {path}: personal data, if the table is.")
