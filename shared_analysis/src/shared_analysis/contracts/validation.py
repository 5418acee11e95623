"""Every table against its contract, all faults at once: good rows go on in their types, bad rows to quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pyarrow as pa

from shared_analysis.contracts.checking.checked import CheckedTable, check_rows, find_repeated
from shared_analysis.contracts.checking.references import columns_compared, find_orphans
from shared_analysis.contracts.checking.remarks import (
    levels_of_areas,
    marked_values,
    numbers_without_letters,
    unlisted_marks,
)
from shared_analysis.contracts.dates import ISO_DATE
from shared_analysis.contracts.model import Column, DataContract
from shared_analysis.contracts.report import AS_STATED, ContractBroken, ValidationReport
from shared_analysis.contracts.tables.content import Content, names_of
from shared_analysis.contracts.tables.order import is_sorted
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import KINDS, Delivery, is_like_a_period, refuse_repeated_columns
from shared_analysis.wording import count_rows

_DIGITS = 6


def validate(
    delivered: Mapping[str, pd.DataFrame | Delivery], contracts: Mapping[str, DataContract], max_bad_share: float = 0.05
) -> ValidationReport:
    """Check tables against their contracts.

    Blanks around a value and characters that nobody sees are removed, Unicode is composed (NFC) and an empty value is
    missing. So are the words and marks that the contract lists for the column; other words are values like any other. A
    row that breaks a rule goes to quarantine whole. Of rows that share a value or key that must be unique, one is kept:
    a row without other faults before one with, then the one with the fewest missing values, then the first in sorted
    order. A reference is right when the other table delivered such a row, quarantined or not. Columns that no contract
    mentions are dropped, and counted. Rows come out sorted by the primary key, or by all columns where there is none,
    whatever their order was.

    Rules, as named in faults and reasons: ``type``, ``text`` (control characters, broken encoding), ``rounded`` (by a
    spreadsheet, so that digits are lost), ``required``, ``range``, ``length``, ``pattern``, ``allowed``, ``unique``,
    ``reference``; of a whole table ``column missing`` and ``table missing``.

    Parameters
    ----------
    delivered
        The tables as read, by name: text, or already typed; or deliveries, whose rows the report accounts for. Rows
        that have lost their columns count as bad.
    contracts
        A contract for each, by table name.
    max_bad_share
        Largest share of bad rows, 0 to 1, that a table may have.

    Raises
    ------
    ContractBroken
        If a table has more bad rows than the cap, lacks a column, or is not there. It is a ``CheckFailed`` whose
        message counts all faults of all tables and whose ``report`` holds everything that was found.
    SharedAnalysisError
        If a table has no contract, repeats a column name, has a heading that is nearly a period where headings are, or
        the cap is no share.
    """
    if not 0 <= max_bad_share <= 1:
        raise SharedAnalysisError(
            "The cap is a share between 0 and 1.", "max_bad_share", "0.05 means one row in twenty"
        )
    deliveries = {name: given for name, given in delivered.items() if isinstance(given, Delivery)}
    tables = {name: given.in_one_piece() if isinstance(given, Delivery) else given for name, given in delivered.items()}
    _refuse_uncontracted(tables, contracts)
    _refuse_unread_periods(tables, contracts)
    structural = list(_structural_faults(tables, contracts))
    incomplete = {fault[0] for fault in structural}
    notices = list(_notices(tables, contracts))
    checked = {name: check_rows(tables[name], contracts[name]) for name in sorted(contracts) if name not in incomplete}
    compared = columns_compared([table.contract for table in checked.values()])
    texts = {name: pa.table({own: table.text(own) for own in compared[name]}) for name, table in checked.items()}
    for name, (orphans, notice) in find_orphans(
        {name: (table.contract, texts[name], table.typed) for name, table in checked.items()}
    ).items():
        checked[name].faults.update(orphans)
        notices += notice
    for table in checked.values():
        table.faults.update(find_repeated(table))
    notices += [*marked_values(checked), *numbers_without_letters(checked), *levels_of_areas(checked)]
    unlisted = unlisted_marks(checked)
    notices += [
        f"{name}.{column}: {', '.join(marks)} may be a number withheld or mean missing; the contract does not list it"
        for (name, column), marks in unlisted.items()
    ]
    unchecked = {name: len(tables[name]) for name in sorted(incomplete) if name in tables}
    for name, delivery in sorted(deliveries.items()):
        notices += [f"{name}: {words}" for words in (*(each.words for each in delivery.aside), *delivery.remarks)]
    report = _report(checked, unchecked, structural, notices, max_bad_share, deliveries, unlisted)
    if report.failures:
        raise ContractBroken(report)
    return report


def _refuse_uncontracted(tables: Mapping[str, Content], contracts: Mapping[str, DataContract]) -> None:
    for name, table in tables.items():
        if name not in contracts:
            close = get_close_matches(name, list(contracts), n=1, cutoff=0.5)
            raise SharedAnalysisError(
                f"The table '{name}' has no contract, so nothing says that the project may use it.",
                "contracts/",
                f"did you mean '{close[0]}'?"
                if close
                else f"draft one with `shared-analysis contract infer` for {name}",
            )
        refuse_repeated_columns(names_of(table), name)


def _refuse_unread_periods(tables: Mapping[str, Content], contracts: Mapping[str, DataContract]) -> None:
    """Refuse a new heading that begins like a period and is not read as one: its numbers would be dropped."""
    for name, table in tables.items():
        reading = contracts[name].reading
        nearly = [extra for extra in _extra(table, contracts[name]) if is_like_a_period(extra)]
        if reading is not None and reading.value_column and nearly:
            raise SharedAnalysisError(
                f"The heading '{nearly[0]}' is nearly a period, and is not read as one.",
                name,
                "ask for the heading as before or, if it is something else, add it to the contract as a column",
            )


def _structural_faults(
    tables: Mapping[str, Content], contracts: Mapping[str, DataContract]
) -> Iterable[tuple[str, str, str, int, str]]:
    """Yield table, column, rule, rows and a hint for what is missing altogether."""
    for name in sorted(contracts):
        if name not in tables:
            yield name, "", "table missing", 0, ""
            continue
        extra = _extra(tables[name], contracts[name]) if _has_header(tables[name], contracts[name]) else []
        for column in contracts[name].names:
            if column not in names_of(tables[name]):
                close = get_close_matches(column, extra, n=1, cutoff=0.6)
                hint = f" (the table has '{close[0]}')" if close else ""
                yield name, column, "column missing", len(tables[name]), hint


def _notices(tables: Mapping[str, Content], contracts: Mapping[str, DataContract]) -> Iterable[str]:
    for name in sorted(tables):
        if not len(tables[name]):
            yield f"{name}: the table has no rows, only its column names; see that the export was complete"
        extra = _extra(tables[name], contracts[name])
        if extra and _has_header(tables[name], contracts[name]):
            yield f"{name}: {_columns(len(extra))} in no contract, dropped: {', '.join(extra)}"
        elif extra:
            yield f"{name}: {_columns(len(extra))} in no contract; see that the table has its header line"
        for rule in contracts[name].unchecked:
            yield f"{name}: the contract states a rule that is not checked here: {rule}"


def _extra(table: Content, contract: DataContract) -> list[str]:
    return [column for column in names_of(table) if column not in contract.names]


def _has_header(table: Content, contract: DataContract) -> bool:
    """Say whether most columns of the contract are there.

    If not, the names of the others may be the first row of a file without its header line, and nobody may see them.
    """
    return 2 * sum(name in names_of(table) for name in contract.names) > len(contract.columns)


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"


def _report(
    checked: Mapping[str, CheckedTable],
    unchecked: Mapping[str, int],
    structural: list[tuple[str, str, str, int, str]],
    notices: list[str],
    max_bad_share: float,
    deliveries: Mapping[str, Delivery],
    unlisted: Mapping[tuple[str, str], tuple[str, ...]],
) -> ValidationReport:
    outputs: dict[str, pd.DataFrame] = {}
    sizes: dict[str, tuple[int, int]] = {}
    failures = [
        f"{name}.{column}: the column is missing{hint}" if column else f"{name}: the table is not there"
        for name, column, _, _, hint in structural
    ]
    for name, table in checked.items():
        bad = table.bad_rows()
        outputs[f"interim/{name}"] = _good_rows(table, ~bad)
        outputs[f"quarantine/{name}"] = _quarantine(table, bad)
        ragged = deliveries[name].ragged if name in deliveries else 0
        rows, wrong = len(bad) + ragged, int(bad.sum()) + ragged
        sizes[name] = (rows, wrong)
        if rows and wrong / rows > max_bad_share:
            failures.append(
                f"{name}: {wrong:,} of {count_rows(rows)} {'is' if wrong == 1 else 'are'} bad "
                f"({wrong / rows:.1%}; the cap is {max_bad_share:.1%})"
            )
    return ValidationReport(
        tables=dict(sorted(outputs.items())),
        faults=_fault_table(checked, structural),
        completeness=_completeness(checked),
        sizes=dict(sorted({**sizes, **{name: (rows, rows) for name, rows in unchecked.items()}}.items())),
        notices=tuple(notices),
        failures=tuple(failures),
        max_bad_share=max_bad_share,
        rows_of_files=_rows_of_files(deliveries),
        wanted={
            (name, column): _wanted(table.contract.column(column))
            for name, table in checked.items()
            for column, rule in table.faults
            if rule == "type"
        },
        unlisted=unlisted,
    )


def _rows_of_files(deliveries: Mapping[str, Delivery]) -> pd.DataFrame:
    """Account for every row of every file."""
    rows = []
    for name, delivery in sorted(deliveries.items()):
        counts = {each.kind: len(each.rows) for each in delivery.aside}
        header = 0 if delivery.reading.format == "parquet" else delivery.reading.header_rows
        own = (counts.get(kind, 0) for kind in KINDS)
        rows.append((name, delivery.reading.words, delivery.rows_in_file, header, *own, delivery.rows_read))
    columns = ["table", "read_as", "rows_in_file", "names", *KINDS, "rows"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("table", "read_as"), "string"))


def _wanted(column: Column) -> str:
    """Say what a value of a column should be; that the contract says so, only of what it states."""
    if column.type in ("date", "timestamp"):
        noun = "date" if column.type == "date" else "time"
        plain = ISO_DATE if column.type == "date" else f"{ISO_DATE} HH:mm:ss"
        return f"a {noun} written {column.format}{AS_STATED}" if column.format else f"a {noun}, written {plain}"
    if column.number_format is not None:
        whole = "whole " if column.type == "integer" else ""
        return f"a {whole}number written like {column.number_format.example}{AS_STATED}"
    return {"integer": "a whole number", "boolean": "true or false"}.get(column.type, f"a {column.type}") + AS_STATED


def _good_rows(table: CheckedTable, good: np.ndarray) -> pd.DataFrame:
    rows = table.typed if good.all() else table.typed.loc[good].reset_index(drop=True)
    key = list(table.contract.primary_key)
    if not is_sorted(rows, key) and any(
        table.contract.column(name).type != "string" or table.contract.column(name).identifies for name in key
    ):
        # Sorted as text so far, where 10 comes before 9, and 10.0 is not 10.
        rows = rows.sort_values(key, kind="stable", ignore_index=True)
    return rows


def _quarantine(table: CheckedTable, bad: np.ndarray) -> pd.DataFrame:
    """Return the bad rows as text, with the rules they break; the reasons name rules and columns, no values."""
    rows: pd.DataFrame = table.delivered.take(pa.array(table.order[bad])).to_pandas().astype("string")
    position = np.cumsum(bad) - 1
    reasons = np.full(len(rows), "", dtype=object)
    order = {name: number for number, name in enumerate(table.contract.names)}
    for column, rule in sorted(table.faults, key=lambda fault: (order.get(fault[0], len(order)), *fault)):
        reasons[position[table.faults[column, rule]]] += f"; {column}: {rule}"
    return rows.assign(reasons=pd.Series(reasons, dtype="string").str.slice(2))


def _fault_table(checked: Mapping[str, CheckedTable], structural: list[tuple[str, str, str, int, str]]) -> pd.DataFrame:
    rows = [(name, column, rule, number, 1.0) for name, column, rule, number, _ in structural]
    for name, table in checked.items():
        for (column, rule), broken in table.faults.items():
            rows.append((name, column, rule, len(broken), round(len(broken) / len(table.typed), _DIGITS)))
    faults = pd.DataFrame(rows, columns=["table", "column", "rule", "rows", "share"])
    text = dict.fromkeys(("table", "column", "rule"), "string")
    faults = faults.astype({**text, "rows": "int64", "share": "float64"})
    return faults.sort_values(
        ["table", "rows", "column", "rule"], ascending=[True, False, True, True], ignore_index=True
    )


def _completeness(checked: Mapping[str, CheckedTable]) -> pd.DataFrame:
    rows = []
    for name, table in checked.items():
        total = len(table.typed)
        for column, counts in table.counts.items():
            share = round(counts.present / total, _DIGITS) if total else 1.0
            missing = total - counts.present - counts.suppressed
            rows.append((name, column, counts.present, share, missing, counts.suppressed, counts.provisional))
    numbers = dict.fromkeys(("missing", "suppressed", "provisional"), "int64")
    frame = pd.DataFrame(rows, columns=["table", "column", "present", "share", *numbers])
    return frame.astype({"table": "string", "column": "string", "present": "int64", "share": "float64", **numbers})
