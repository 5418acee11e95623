"""What a linkage tells its reader: the code of every notice, and its one wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared_analysis.wording import Notice, Wording

COLUMNS_IN_WORDS = {
    "nhs_number": "NHS numbers",
    "national_insurance_number": "National Insurance numbers",
    "uprn": "UPRNs",
    "phone": "phone numbers",
    "email": "e-mail addresses",
    "date_of_birth": "dates of birth",
}
"""What a column of each role holds, for the roles whose values are looked at for placeholders."""


def worded(notices: Iterable[Notice]) -> list[str]:
    """Write notices as sentences, in their order."""
    return [notice.said(WORDINGS) for notice in notices]


def _without_role(columns: Sequence[str]) -> str:
    return f"Columns without a role were compared too: {', '.join(columns)}."


def _missing_throughout(column: str, tables: Sequence[str]) -> str:
    return f"{column} is missing throughout {', '.join(tables)}, so it was not compared."


def _of_column(records: int, share: float, role: str, table: str) -> str:
    return f"{records:,} ({share:.1%}) of the {COLUMNS_IN_WORDS[role]} in {table}"


def _placeholders(records: int, share: float, role: str, table: str) -> str:
    return f"{_of_column(records, share, role, table)} are placeholders that stand for no value: they count as missing."


def _unreadable(records: int, share: float, role: str, table: str) -> str:
    return f"{_of_column(records, share, role, table)} cannot be read as such: they count as missing."


def _role_taken_over(column: str, role: str, tables: Sequence[str], giver: str) -> str:
    return (
        f"{column} has no role in {', '.join(tables)} and was compared as {role}, which it is in {giver}. If it is "
        "something else, give it its own role in the contract."
    )


def _name_of_organisation(column: str, role: str, tables: Sequence[str], giver: str) -> str:
    return (
        f"The {column} in {', '.join(tables)} was compared as {role}, which {giver} has. If both name people, give "
        "them the same role in the contracts."
    )


def _codes_differ(column: str, tables: Sequence[str]) -> str:
    return (
        f"{column} is written in different codes in {', '.join(tables)}, so it was not compared. Write the same codes "
        "to have it compared."
    )


def _wrong_check_digit(records: int, share: float, role: str, table: str) -> str:
    return (
        f"{_of_column(records, share, role, table)} fail their check digit: they were mistyped, or the column holds "
        "something else. They are compared all the same, since a typo still resembles the right number."
    )


def _wrong_form(records: int, share: float, role: str, table: str) -> str:
    return f"{_of_column(records, share, role, table)} do not have the form of one. They are compared all the same."


def _shared_by_many(records: int, role: str, table: str) -> str:
    return (
        f"{records:,} records share one value among the {COLUMNS_IN_WORDS[role]} in {table}: a placeholder, or "
        "something that many do share. If it stands for no value, empty it."
    )


def _households(column: str, pairs: int, agree: int) -> str:
    return (
        f"Households: of {pairs:,} pairs of unlike people at the same address, {agree / pairs:.0%} share their "
        f"{column.replace('_', ' ')}; there it counts for less."
    )


def _branches(column: str, pairs: int, agree: int) -> str:
    return (
        f"Branches: of {pairs:,} pairs of records with one name at two addresses, {agree / pairs:.0%} share their "
        f"{column.replace('_', ' ')}; there it counts for less."
    )


def _says_nothing(comparisons: Sequence[str]) -> str:
    return f"Matches agree on {', '.join(comparisons)} no more often than strangers do, so it counts for nothing."


def _usual_values(comparisons: Sequence[str]) -> str:
    return f"The data do not show how often matches agree on {', '.join(comparisons)}; usual values were used instead."


WORDINGS: dict[str, Wording] = {
    # The records
    "columns_without_role": _without_role,
    "column_in_one_table": "{column} is in {table} only, so it was not compared.",
    "column_missing": _missing_throughout,
    "codes_differ": _codes_differ,
    "role_taken_over": _role_taken_over,
    "columns_taken_for_one": (
        "{column} of {giver} and {counterpart} of {table} hold the same kind of values, so they were compared with "
        "each other. If they are different things, give each its own role in the contracts."
    ),
    "name_of_organisation": _name_of_organisation,
    "names_taken_apart": (
        "The names in {column} of {table} were compared in parts, the {first} name first. If they are not people's, "
        "give the column the role organisation_name."
    ),
    "column_constant": "{column} is the same in every record, so it tells nobody apart and was not compared.",
    "dates_are_numbers": (
        "The dates of birth in {table} are numbers of days, as spreadsheets store them, and were read as such."
    ),
    "dates_month_first": (
        "The dates of birth in {table} are written with the month first: {proofs:,} different ones can be read in no "
        "other way, and none must be read with the day first."
    ),
    "unreadable": _unreadable,
    "placeholders": _placeholders,
    "check_digit_wrong": _wrong_check_digit,
    "form_wrong": _wrong_form,
    "value_shared_by_many": _shared_by_many,
    "duplicates_set_aside": (
        "{records:,} records equal {kept} others of their table in all that was compared. "
        "They were not compared themselves: what became of the others became of them."
    ),
    "copies_in_register": (
        "{records:,} records of the register equal an earlier one in all that was compared, so nothing tells them "
        "apart. Whatever fits them was given to the earlier one. If they are different things, such as flats, add the "
        "column that says which is which."
    ),
    # Checked pairs
    "answers_without_record": "{answers:,} checked pairs name a record that is no longer there, and were left out.",
    "answers_of_duplicates": (
        "{answers:,} answers about records that equal many others were left out: both records of the pair are "
        "such copies of each other, or other copies of them were answered the other way."
    ),
    "answers_learnt_from": "The model has learnt from {answers:,} checked pairs; what people said of a pair holds.",
    "answers_not_compared": (
        "{answers:,} checked pairs were brought together by no rule and taught nothing. {matches:,} of them are "
        "matches: they are linked, because people said so, and counted as missed."
    ),
    # The model
    "rule_left_out": "The rule '{rule}' was left out: it brings {pairs:,} pairs.",
    "no_pair_compared": "No two records share anything that a rule looks for, so no pair was compared.",
    "households": _households,
    "branches": _branches,
    "comparison_says_nothing": _says_nothing,
    "usual_values": _usual_values,
    # The entities
    "ids_carried_over": (
        "Against the earlier register {entities_kept:,} entities keep their id and "
        "{entities_new:,} are new; {entities_merged:,} hold records that were of several, "
        "{entities_parted:,} earlier ones have parted, {entities_gone:,} have no record any more."
    ),
    "truth_of_no_record": "The known answers name none of these records, so nothing could be measured against them.",
}
"""Every notice of the room; the values that a code asks for are those its wording names."""
