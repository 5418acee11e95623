"""The headings of a table: whether they are names of columns or values, and that each column has its own.

A file that was exported without its header line would show the first row's values, which may be a person's, wherever
columns are named: on the screen, in a contract, in a commit.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.cells import NUMBER, PERIOD, is_question
from shared_analysis.sources.header import in_turn
from shared_analysis.wording import many

# The last two letters of a postcode are never C, I, K, M, O or V, so that OA21CD and WD22NM are none.
_SHAPES = {
    "a date": r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[-/]\d{1,2}[-/]\d{2})([ T].*)?"
    r"|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|\d{1,2}[- ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ,]+\d{2,4}",
    "an e-mail address": r"[^@\s]+@[^@\s]+",
    "a postcode": r"[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}",
    "a National Insurance number": r"[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]",
    "a telephone number": r"(\+44|0044|\(?0)([ ()-]*\d){9,12}",
    "a long number": r"\d{9,}(\.0+)?|\d{3}[- ]\d{3}[- ]\d{4}",
    "an address": r"(flat |unit |.*, ?)?\d+[a-z]?,? [a-z' .]+ "
    r"(road|rd|street|st|avenue|ave|lane|close|drive|court|way)(,.*)?",
}
_COMPILED = {what: re.compile(shape, re.IGNORECASE | re.ASCII) for what, shape in _SHAPES.items()}
_TELLING = frozenset(_SHAPES) - {"a date", "a long number"}
_OFFICIAL = re.compile(r"[a-z]{2,8}\d{2}(cd|nm|nmw)", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d([-/]\d{2,4})?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CERTAIN = _words(
    "id identifier ref reference surname forename name names dob date postcode uprn usrn urn nino description "
    "category code number latitude longitude easting northing lsoa msoa identifiers"
)
"""Words of column names that are no value of any column."""
_WORDS = _CERTAIN | _words(
    "account activity address admission admissions age amount answer application area author authority authors "
    "balance band bedrooms born borough branch budget building business calls cases centre channel child city "
    "claimants class client col colour column comment comments company contact cost count country county day "
    "department detail details disability district duration email end established ethnic ethnicity event expiry "
    "family field file first floor full gender given grade group height hour house household incident income index "
    "item key kind label lad language last lat level licence line list local location long manager member middle "
    "mobile month need nhs note notes occupation offence office officer opened organisation outcome owner paid parish "
    "patient period person phone place plan population premises price priority product property provider pupil "
    "quantity quarter question rank rate rating reason record region register religion rent result role row salary "
    "school score service sex site size source staff start state status street subject suburb table tel telephone "
    "tenant tenure text thing time title total town trade type unit units value variable venue version village visits "
    "ward week weight year zip councillor party team leader landlord agent borough region nationality constituency "
    "chair secretary species breed make model employer supplier contractor customer applicant course theme topic "
    "decision trustee director meaning definition explanation example"
)
"""These and others that are seldom a value, though there are people called Ward and Price."""
_ON_FORMS = _words(
    "name surname forename names address postcode telephone phone mobile tel email mail date dob birth signed "
    "signature applicant occupation age gender sex nationality reference organisation employer relationship "
    "consent declaration"
)
_IN_LABELS = _ON_FORMS | _WORDS | _words("of the a and or for in your our no s to by")
_LONG_QUESTION = 3
_LONGEST_FORM = 60
_ON_FORM = 0.6
_YES_OR_NO = "(?i)^(yes|no|true|false|y|n)$"
_MOSTLY = 0.9
_NEARLY_ALL = 0.95
_SOME = 0.05
_FEW_EACH = 5
_FEWEST = 3


def shape_of_value(heading: str) -> str | None:
    """Say what a heading is if it has the unmistakable shape of a value, as ``a postcode``, or ``None``."""
    bare = heading.strip()
    if not bare:
        return "blank"
    return next((what for what, shape in _COMPILED.items() if shape.fullmatch(bare)), None)


def refuse_values_as_headings(names: Sequence[str], columns: Mapping[str, Any], where: str) -> None:
    """Refuse a table whose column names are the values of its first row, by the places of the columns.

    They are if one has the shape of a value (a date, a postcode, an e-mail address, a telephone number, a National
    Insurance number, a number of nine digits and more), or if more columns have a heading like the values beneath than
    one that can only be a heading: a word of column names, letters over numbers, a word that is none of a few values.
    A form, whose rows are labels with a value each, is refused, too.

    Parameters
    ----------
    names
        The headings, in their order.
    columns
        The values beneath each heading, as text of Arrow.
    where
        The file or table, for the message.

    Raises
    ------
    SharedAnalysisError
        If they are. The message shows none of them.
    """
    if _is_form(names, columns):
        raise SharedAnalysisError(
            "The file is a form, not a table: each row is a label and what was written beside it.",
            where,
            "put what all forms say into one table, with a row for each form",
        )
    above_numbers = set(in_turn(names)) | {
        name for name in names if PERIOD.fullmatch(name.strip()) and _share(columns[name], "^[0-9£(+-]") >= _MOSTLY
    }
    refuse_shapes_of_values(names, where, above_numbers)
    if any(map(_is_certain, names)) or _are_numbered(names) or in_turn(names):
        return
    if all(len(columns[name]) == 0 for name in names):
        # Names of people are written with a capital, and names of columns often are not.
        if any(name.strip()[0].isupper() for name in names) and not any(map(_is_worded, names)):
            raise _refusal({1: "no word of column names, nor is any other, and there are no rows"}, where)
        return
    again = _found_again(names, columns)
    verdicts = [_verdict(name, columns[name], number) for name, number in zip(names, again, strict=True)]
    like = {place: "like the values beneath it" for place, verdict in enumerate(verdicts, start=1) if verdict < 0}
    if sum(verdicts) < 0:
        raise _refusal(like, where)


def _is_form(names: Sequence[str], columns: Mapping[str, Any]) -> bool:
    """Say whether two columns are the labels of a form (Address, Signed) and what was written beside them."""
    if len(names) != 2 or not 2 <= len(columns[names[0]]) <= _LONGEST_FORM or _is_worded(names[1]):
        return False
    labels, written = ([name, *columns[name].to_pylist()] for name in names)
    labels = [str(label or "").strip().lower() for label in labels]
    if len(set(labels)) < len(labels) or _ON_FORMS.isdisjoint(_parts(labels[0])) or PERIOD.fullmatch(names[1].strip()):
        return False
    if all(label.endswith(":") for label in labels):
        return True
    numbers = sum(bool(NUMBER.fullmatch(str(cell or "").strip())) for cell in written)
    on_forms = sum(bool(parts) and _IN_LABELS.issuperset(parts) for parts in map(_parts, labels))
    shaped = any(cell and shape_of_value(str(cell)) for cell in written)
    return (2 * numbers < len(labels) and on_forms == len(labels)) or (shaped and on_forms >= _ON_FORM * len(labels))


def refuse_shapes_of_values(names: Sequence[str], where: str, periods: Collection[str] = ()) -> None:
    """Refuse headings that are blank or have the unmistakable shape of a value, by the places of the columns.

    Parameters
    ----------
    names
        The headings, in their order.
    where
        The file or table, for the message.
    periods
        Those that are known to be periods above numbers, such as ``2024-01-01``.

    Raises
    ------
    SharedAnalysisError
        If one is. The message shows none of them.
    """
    shaped = {place: shape_of_value(name) or "" for place, name in enumerate(names, start=1)}
    shaped = {place: what for place, what in shaped.items() if what and names[place - 1] not in periods}
    if shaped:
        raise _refusal(shaped, where)


def refuse_values_among_levels(heads: Sequence[Sequence[str | None]], where: str) -> None:
    """Refuse names in several rows of which one holds the unmistakable shape of a value, other than a date or a number.

    Raises
    ------
    SharedAnalysisError
        If one does. The message shows none of them.
    """
    for level in heads[1:]:
        shaped = {place: shape_of_value(cell) for place, cell in enumerate(level, start=1) if cell}
        telling = {place: what for place, what in shaped.items() if what and what in _TELLING}
        if telling:
            raise _refusal(telling, where)


def _refusal(reasons: Mapping[int, str], where: str) -> SharedAnalysisError:
    said = "; ".join(f"column {place} is {what}" for place, what in list(reasons.items())[:5])
    return SharedAnalysisError(
        f"The first line does not hold column names: {said}.",
        where,
        "export the table with its header line, or write one; if these are its names, give the columns others",
    )


def _parts(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.findall(r"[a-z]+", parted.lower())


def _is_certain(name: str) -> bool:
    """Say whether a heading can be nothing else: it is made of words of column names, one of which no value has."""
    parts = _parts(name)
    return not _CERTAIN.isdisjoint(parts) and _WORDS.issuperset(parts)


def _is_worded(name: str) -> bool:
    """Say whether a heading holds a word of column names, or is written as they are."""
    bare, parts = name.strip(), _parts(name)
    written = re.fullmatch(r"[A-Za-z]+(_[A-Za-z0-9]+)+", bare) or _OFFICIAL.fullmatch(bare)
    return bool(written) or (len(parts) <= 6 and not _WORDS.isdisjoint(parts))


def _are_numbered(names: Sequence[str]) -> bool:
    """Say whether the headings are those that a program gives to columns without a name: ``F1``, ``F2``."""
    split = [re.fullmatch(r"(\D{0,12})([0-9]{1,4})", name.strip()) for name in names]
    parts = [(part[1], int(part[2])) for part in split if part]
    return len(parts) == len(names) > 1 and all(
        (prefix, number) == (parts[0][0], parts[0][1] + place) for place, (prefix, number) in enumerate(parts)
    )


def _found_again(names: Sequence[str], columns: Mapping[str, Any]) -> list[int]:
    """Count for each heading the rows that hold it again.

    Not those that hold every heading, for parts of the file were put one under the other, and not those that hold two
    and more words of column names: it is by chance.
    """
    import pyarrow.compute as pc

    same = [pc.fill_null(pc.equal(columns[name], name), fill_value=False) for name in names]
    if sum(bool(pc.any(rows).as_py()) for rows in same) < min(2, len(names)):
        return [pc.sum(rows).as_py() or 0 for rows in same]
    masks = [rows.to_numpy(zero_copy_only=False) for rows in same]
    worded = [mask for mask, name in zip(masks, names, strict=True) if _is_worded(name)]
    by_chance = sum(masks) == len(names)
    if len(worded) > 1:
        by_chance |= sum(mask.astype(int) for mask in worded) > 1
    return [int((mask & ~by_chance).sum()) for mask in masks]


def _verdict(name: str, text: Any, again: int) -> float:
    """Tell a heading (1) from a value that comes again (-1) or is only written like others; 0 where neither shows."""
    import pyarrow.compute as pc

    bare = name.strip()
    present = len(text) - text.null_count
    if present == 0:
        return int(_is_worded(name))
    if _YEAR.fullmatch(bare):
        # A year over counts may be among them.
        return -1 if again > _SOME * present else 0
    if again > 0:
        return -1
    if len(bare.split()) >= _LONG_QUESTION and is_question(bare) and _share(text, "[?]$") < _SOME:
        return 1
    if any(mark.isdigit() for mark in bare):
        return -1 if _has_same_runs(bare, text) else int(_is_worded(name))
    if _is_worded(name):
        return 1
    if present >= _FEWEST and _share(text, "[0-9]") >= _NEARLY_ALL:
        return 1
    if len(pc.unique(text.drop_null())) * _FEW_EACH <= present or _share(text, _YES_OR_NO) == 1.0:
        return 1
    return -0.5 if present >= _FEWEST and _is_like(bare, text) else 0


def _is_like(bare: str, text: Any) -> bool:
    """Say whether a heading of letters is written as the values are: in words that begin with capitals, or in none.

    One word above values of several is not.
    """
    if (" " in bare) != (_share(text, r"\S\s+\S") >= _MOSTLY) and _share(text, r"\S\s+\S") in (0.0, 1.0):
        return False
    for shape in (r"^\p{Lu}[^0-9_]*$", r"^\p{Ll}[^0-9_A-Z]*$"):
        first = bare[0].isupper() if "Lu" in shape else bare == bare.lower()
        if first and _share(text, shape) >= _MOSTLY:
            return "_" not in bare
    return False


def _has_same_runs(bare: str, text: Any) -> bool:
    """Say whether most values are made of the same runs of letters, digits and marks, about as long: ``A100``."""
    import pyarrow.compute as pc

    lengths = pc.min_max(pc.utf8_length(text))
    if not lengths["min"].as_py() - 1 <= len(bare) <= lengths["max"].as_py() + 1:
        return False
    runs = re.findall(r"[^\W\d_]+|\d+|[\W_]", bare)
    pattern = (r"\pL+" if run[0].isalpha() else "[0-9]+" if run[0].isdigit() else re.escape(run) for run in runs)
    return _share(text, f"^{''.join(pattern)}$") >= _MOSTLY


def _share(text: Any, pattern: str) -> float:
    import pyarrow.compute as pc

    return float(pc.mean(pc.match_substring_regex(text, pattern)).as_py() or 0.0)


def refuse_repeated_columns(names: Iterable[object], where: str) -> None:
    """Refuse a table with two columns of one name, by their places.

    Not by the name: of a file without its header line, that is a value from the first row.

    Raises
    ------
    SharedAnalysisError
        If a name is repeated.
    """
    places: dict[object, list[str]] = {}
    for position, name in enumerate(names, start=1):
        places.setdefault(name, []).append(str(position))
    repeated = [f"{', '.join(same[:-1])} and {same[-1]}" for same in places.values() if len(same) > 1]
    if repeated:
        raise SharedAnalysisError(
            f"Column names are repeated: columns {'; '.join(repeated)}.",
            where,
            "see that the table has its header line, and give every column its own name",
        )


def named(names: Sequence[str], has_values: Sequence[bool], where: str) -> tuple[list[int], list[str], list[str]]:
    """Choose the columns to keep, and name those that have no name.

    Parameters
    ----------
    names
        As the file has them; empty where there is none.
    has_values
        Whether each column holds any value.
    where
        The file, for errors.

    Returns
    -------
    tuple
        Places of the columns kept, their names, and remarks.

    Raises
    ------
    SharedAnalysisError
        If a name is repeated.
    """
    kept = [at for at, name in enumerate(names) if name or has_values[at]]
    nameless = [at for at in kept if not names[at]]
    chosen = [re.sub(r"\s*[\r\n]+\s*", " ", names[at]) or f"column_{at + 1}" for at in kept]
    if len(set(chosen)) < len(chosen):
        refuse_shapes_of_values(chosen, where)
    refuse_repeated_columns(chosen, where)
    remarks = []
    if len(kept) < len(names):
        left_out = many(
            len(names) - len(kept), "column without a name and values was", "columns without names and values were"
        )
        remarks.append(f"{left_out} left out")
    if nameless:
        places = ", ".join(str(at + 1) for at in nameless[:5])
        said = many(len(nameless), "column has no name, and is", "columns have no name, and are")
        remarks.append(f"{said} called column_N by their place ({places})")
    return kept, chosen, remarks
