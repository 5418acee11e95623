"""What a series is called: one spelling for one thing, and codes that are known."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.geography import LONDON, area_names
from shared_analysis.wording import Notice, listed

WHOLE = "all"
# From here on not every whole number is a number of its own.
_LARGEST_WHOLE = 2**53
_WHOLES = {
    LONDON: "London",
    "E13000001": "Inner London",
    "E13000002": "Outer London",
    "E92000001": "England",
    "K04000001": "England and Wales",
    "K03000001": "Great Britain",
    "K02000001": "the United Kingdom",
}
# Before 2009 the boroughs were 00AA to 00BK, in the order of today's codes; I, O and V were not used.
_LETTERS = "ABCDEFGHJKLMNPQRSTUWXYZ"
_OLD_CODE = re.compile(rf"00([AB])([{_LETTERS}])")
_BOROUGH_CODE = re.compile(r"E0?9\d*")


def as_text(column: pd.Series) -> pd.Series:
    """Keys as text, so that code 7 is the same area whatever type a file gave it.

    Parameters
    ----------
    column
        A column of any type.

    Returns
    -------
    Series of string
        A whole number that a missing value turned into 7.0 is 7 again; 1.2 and 1.7 stay what they are, and apart.
    """
    if column.dtype.kind == "f":
        known = column.dropna()
        if ((known % 1 == 0) & (known.abs() < _LARGEST_WHOLE)).all():
            column = column.astype("Int64")
    return column.astype("string")


def one_spelling(column: pd.Series, name: str) -> tuple[pd.Series, tuple[Notice, ...]]:
    """Write one thing one way: spellings that differ in case, spaces, dashes or the form of a letter are the same.

    Parameters
    ----------
    column
        Text, in any order.
    name
        The column's name, for the notice.

    Returns
    -------
    Series, tuple of Notice
        The same rows. A known code as it is published, else the most frequent spelling, the first in order among
        those that are equally frequent; spaces only are missing. Which spellings were taken for one.
    """
    numbers = column.value_counts()
    variants: dict[str, list[str]] = {}
    for spelling in sorted(map(str, numbers.index)):
        variants.setdefault(plain(spelling), []).append(spelling)
    codes = {code.casefold(): code for code in area_names()}
    written: dict[str, str | None] = {}
    merged = []
    for folded, spellings in sorted(variants.items()):
        most = max(spellings, key=lambda spelling: int(numbers[spelling]))
        chosen = codes.get(folded) or " ".join(most.split()) or None
        written |= dict.fromkeys(spellings, chosen)
        others = sorted({" ".join(spelling.split()) for spelling in spellings} - {chosen})
        if chosen and (others or len(spellings) > 1):
            merged.append((chosen, tuple(others)))
    notices = (Notice("spellings_merged", {"column": name, "values": tuple(merged)}),) if merged else ()
    if all(spelling == chosen for spelling, chosen in written.items()):
        return column, notices
    return column.map(written).astype("string"), notices


def label_keys(keys: pd.DataFrame) -> list[str]:
    """Name each row of key columns for a reader.

    Parameters
    ----------
    keys
        One text column per part of the key.

    Returns
    -------
    list of str
        One a row: an area by its name, and what is added up over a column not at all.
    """
    named = keys.astype(str)
    if "area_code" in named:
        names = {**area_names(), LONDON: "London"}
        named["area_code"] = named["area_code"].map(lambda code: names.get(code, code))
    rows = named.itertuples(index=False, name=None)
    return [", ".join(part for part in row if part != WHOLE) or "All together" for row in rows]


def first_label(wide: pd.DataFrame, at: int) -> str:
    """Name the first series (rows of a table of series by periods) that has a count in the period at a position."""
    row = int(wide.iloc[:, at].notna().to_numpy().argmax())
    return label_keys(wide.index.to_frame(index=False))[row]


def check_areas(keys: pd.DataFrame, table: str) -> tuple[Notice, ...]:
    """Name the areas that are no London borough where others are, each with the code that was probably meant.

    Parameters
    ----------
    keys
        The key columns, one row a series.
    table
        The table's name, for what is said of a fault.

    Raises
    ------
    SharedAnalysisError
        If London as a whole, or England, stands among the boroughs: all together would count them twice.
    """
    if "area_code" not in keys:
        return ()
    names = area_names()
    areas = sorted(set(keys["area_code"]))
    boroughs = [area for area in areas if area in names]
    wholes = [area for area in areas if area in _WHOLES]
    if boroughs and wholes:
        raise SharedAnalysisError(
            f"{listed([f'{area} ({_WHOLES[area]})' for area in wholes])} stands among the boroughs that are part of "
            "it, which would be counted twice.",
            f"table {table}",
            "take those rows out: totals are added up from the parts",
        )
    strangers = [area for area in areas if area not in names]
    absent = sorted(set(names) - set(areas))
    if absent and not strangers:
        return (Notice("part_of_london", {"absent": tuple(names[code] for code in absent), "boroughs": len(names)}),)
    if not strangers or not (boroughs or any(map(_OLD_CODE.fullmatch, strangers))):
        return ()
    return (Notice("unknown_areas", {"areas": tuple((area, *_meant(area)) for area in strangers)}),)


def plain(spelling: str) -> str:
    """Reduce a spelling to what its variants have in common: letters in one case and form, single blanks."""
    text = unicodedata.normalize("NFKC", spelling).casefold()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'").replace("&", " and ")
    return " ".join(text.split())


def _meant(area: str) -> tuple[str, str]:
    """Say how an unknown area leads to a borough (``old`` code, ``name``, ``nearest`` code, or not), and its code."""
    names = area_names()
    codes = list(names)
    old = _OLD_CODE.fullmatch(area)
    if old:
        at = "AB".index(old[1]) * len(_LETTERS) + _LETTERS.index(old[2])
        return ("old", codes[at]) if at < len(codes) else ("", "")
    same_name = [code for code, name in names.items() if plain(name) == plain(area)]
    if same_name:
        return "name", same_name[0]
    # The code of an area elsewhere, such as E08000035, is right as it is.
    if not _BOROUGH_CODE.fullmatch(area):
        return "", ""
    return "nearest", max(codes, key=lambda code: SequenceMatcher(None, area, code).ratio())
