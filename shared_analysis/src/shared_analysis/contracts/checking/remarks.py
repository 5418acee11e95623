"""What a check finds that is no fault: marks and words among values, areas beside their parts, what a number may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.checking.checked import CheckedTable
from shared_analysis.contracts.notation import find_unlettered, known_marks
from shared_analysis.contracts.notation.marks import is_one_of
from shared_analysis.contracts.notation.vocabulary import ERRORS
from shared_analysis.contracts.tables.areas import kinds_of_areas
from shared_analysis.contracts.tables.order import in_order
from shared_analysis.wording import many

_MOST_NAMED = 5


def levels_of_areas(checked: Mapping[str, CheckedTable]) -> Iterable[str]:
    """Name columns of counts in which areas stand beside those that they are part of."""
    for name, table in checked.items():
        roles = table.contract.roles
        if not {"area_code", "count"} <= set(roles):
            continue
        kinds = kinds_of_areas(pa.array(table.typed[roles["area_code"]], pa.string(), from_pandas=True))
        if len(kinds) > 1:
            yield (
                f"{name}: {roles['area_code']} has codes of {len(kinds)} kinds of areas "
                f"({', '.join(kinds)}); where one is part of another, whoever adds them up counts twice"
            )


def marked_values(checked: Mapping[str, CheckedTable]) -> Iterable[str]:
    """Say which columns had words that mean missing or marks, or characters that nobody sees, and how many."""
    for name, table in checked.items():
        for column, counts in table.counts.items():
            if counts.unseen:
                values = many(counts.unseen, "value", "values")
                yield f"{name}.{column}: invisible characters, odd blanks or odd quotes were made plain in {values}"
        for column, counts in table.counts.items():
            errors = _errors(table, column)
            marks = (
                (counts.missing - errors, "value that means missing", "values that mean missing"),
                (errors, "error of a spreadsheet", "errors of a spreadsheet"),
                (counts.suppressed, "number withheld", "numbers withheld"),
                (counts.provisional, "number marked as one that may change", "numbers marked as ones that may change"),
            )
            said = [many(number, one, several) for number, one, several in marks if number]
            if said:
                yield f"{name}.{column}: {', '.join(said)}, as the contract lists them"


def _errors(table: CheckedTable, column: str) -> int:
    """Count the errors of a spreadsheet that the contract lists as missing."""
    errors = [word for word in table.contract.column(column).missing if word in ERRORS]
    return int(is_one_of(_delivered(table, column), errors).sum()) if errors else 0


def numbers_without_letters(checked: Mapping[str, CheckedTable]) -> Iterable[str]:
    """Name columns of thousands and millions in which some numbers have no letter and look as if they lacked one."""
    for name, table in checked.items():
        for column in table.contract.columns:
            if column.number_format is None or not column.number_format.scale:
                continue
            bare, numbers = find_unlettered(table.text(column.name), column.number_format)
            if bare:
                yield (
                    f"{name}.{column.name}: {bare:,} of {many(numbers, 'number', 'numbers')} may lack a k, m or bn; "
                    "see that 3.9 is not meant to be 3.9m"
                )


def unlisted_marks(checked: Mapping[str, CheckedTable]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Find, by table and column, known marks among what is not of the type; they are nobody's data."""
    found = {}
    for name, table in checked.items():
        for (column, rule), rows in table.faults.items():
            if rule == "type":
                wrong = in_order(_delivered(table, column), table.order).take(pa.array(rows))
                if marks := known_marks(pc.unique(wrong.drop_null())):
                    found[name, column] = marks[:_MOST_NAMED]
    return found


def _delivered(table: CheckedTable, column: str) -> pa.Array:
    return table.delivered.column(column).combine_chunks()
