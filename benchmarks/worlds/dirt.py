"""What goes wrong with values: a small function for each kind of dirt, and one that lets them loose on a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from benchmarks.households import CODES, LETTERS, listed_names, typing_error, wrong_digit
from benchmarks.worlds.places import PLACE, abbreviated
from benchmarks.worlds.world import Damage

OCR = {"0": "O", "1": "l", "5": "S", "8": "B", "O": "0", "l": "1", "S": "5", "B": "8", "m": "rn", "e": "c", "a": "o",
       "i": "l", "n": "ri", "u": "v", "h": "b"}  # fmt: skip
PLACEHOLDERS = {"dob": "1900-01-01", "phone": "00000000000", "postcode": "ZZ99 3VZ", "email": "none@none.com"}
OTHER_CODES = {"F": "2", "M": "1", "female": "2", "male": "1"}
_SHORT_FORMS: dict[str, list[str]] = {}


def _ocr(text: str, rng: np.random.Generator) -> str:
    at = [number for number, letter in enumerate(text) if letter in OCR]
    if not at:
        return typing_error(text, LETTERS, rng)
    chosen = int(rng.choice(at))
    return text[:chosen] + OCR[text[chosen]] + text[chosen + 1 :]


def _typing(text: str, rng: np.random.Generator) -> str:
    digits = sum(letter.isdigit() for letter in text) > len(text) / 2
    return typing_error(text, "0123456789" if digits else CODES if text.isupper() else LETTERS, rng)


def _nickname(name: str, rng: np.random.Generator) -> str:
    if not _SHORT_FORMS:
        _SHORT_FORMS.update(listed_names("nicknames.csv").groupby("name")["nickname"].agg(list).to_dict())
    return str(rng.choice(_SHORT_FORMS.get(name, [name])))


def _impossible(day: str, rng: np.random.Generator) -> str:
    return f"{day[:4]}-{rng.choice(['13-01', '02-30', '00-00', '11-31', '06-31'])}"


def _day_month(day: str, rng: np.random.Generator) -> str:
    del rng
    return f"{day[:4]}-{day[8:]}-{day[5:7]}" if int(day[8:]) <= 12 else day


def _without_word(text: str, rng: np.random.Generator) -> str:
    words = text.split()
    if len(words) < 2:
        return text
    del words[int(rng.integers(len(words)))]
    return " ".join(words)


def _reordered(text: str, rng: np.random.Generator) -> str:
    words = text.split()
    return " ".join(words[at] for at in rng.permutation(len(words)))


def _plain(text: str, rng: np.random.Generator) -> str:
    del rng
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


VALUES: dict[str, Callable[[str, np.random.Generator], str]] = {
    "typing": _typing,
    "ocr": _ocr,
    "nickname": _nickname,
    "digit": wrong_digit,
    "impossible": _impossible,
    "day_month": _day_month,
    "less": _without_word,
    "reordered": _reordered,
    "unaccented": _plain,
    "initial": lambda text, _: text[:1],
    "truncated": lambda text, _: text[: max(len(text) * 2 // 3, 3)],
    "abbreviated": lambda text, _: abbreviated(text),
    "capitals": lambda text, _: text.upper(),
    "slashes": lambda day, _: f"{day[8:]}/{day[5:7]}/{day[:4]}",
    "point_zero": lambda text, _: f"{text}.0",
    "spaced": lambda text, _: f"{text[:5]} {text[5:8]} {text[8:]}",
    "unspaced": lambda text, _: text.replace(" ", ""),
    "recoded": lambda text, _: OTHER_CODES.get(text, text),
    "near": lambda text, rng: str(int(text) + int(rng.choice([-1, 1]))),
    "price": lambda text, rng: f"{float(text) * float(rng.uniform(0.9, 1.1)):.2f}",
}
"""Kinds of dirt that see one value."""


def spoil(table: pd.DataFrame, rows: np.ndarray, dirt: Iterable[Damage], rng: np.random.Generator) -> None:
    """Let dirt loose on some rows of a table, in place, each kind at its own rate.

    Parameters
    ----------
    table
        Records by number, all text; ``column_other`` is what the other language or a later time would write.
    rows
        Numbers of the records that may be met.
    dirt
        What to do, in this order.
    """
    for damage in dirt:
        first = damage.column.split("+")[0]
        present = rows[table[first if first in table else "street"].notna().to_numpy()[rows]]
        met = present[rng.random(len(present)) < damage.rate]
        if damage.kind in VALUES:
            how = VALUES[damage.kind]
            table.loc[met, first] = [how(str(value), rng) for value in table.loc[met, first]]
        else:
            ROWS[damage.kind](table, met, damage.column, rng)


def _swapped(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    del rng
    left, right = column.split("+")
    table.loc[rows, [left, right]] = table.loc[rows, [right, left]].to_numpy()


def _exchanged(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    """Take the value of any other record: a new surname, a changed phone."""
    pool = table[column].dropna().to_numpy()
    table.loc[rows, column] = rng.choice(pool, len(rows))


def _moved(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    del column
    table.loc[rows, list(PLACE)] = table[list(PLACE)].to_numpy()[rng.integers(len(table), size=len(rows))]


def _other_form(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    del rng
    table.loc[rows, column] = table.loc[rows, f"{column}_other"]


def _placeholder(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    del rng
    table.loc[rows, column] = PLACEHOLDERS.get(column, "UNKNOWN")


def _emptied(table: pd.DataFrame, rows: np.ndarray, column: str, rng: np.random.Generator) -> None:
    del rng
    table.loc[rows, column] = None


ROWS: dict[str, Callable[[pd.DataFrame, np.ndarray, str, np.random.Generator], None]] = {
    "swapped": _swapped,
    "exchanged": _exchanged,
    "moved": _moved,
    "other_form": _other_form,
    "placeholder": _placeholder,
    "emptied": _emptied,
}
"""Kinds of dirt that see the record, or others."""
