"""Numbers as people and spreadsheets write them: £1,234.50, 1 234,5, (12), 12%, 1.2E+03.

How a column writes its numbers is decided from all of its values together, never value by value, and stands in its
contract: the next delivery is read the same way. What another way of writing would make another number is no number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.tables.letters import DIGITS, made_of, with_nines, without_bytes
from shared_analysis.contracts.tables.scales import NOUGHTS, multiplied
from shared_analysis.contracts.tables.shares import is_varied
from shared_analysis.errors import SharedAnalysisError

PLAIN_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""Numbers that need no format to be read."""
_EXPONENT = r"^[+-]?[0-9]+(\.[0-9]*)?[eE]\+?[0-9]+$"
CURRENCY = r"£|€|US\$|\$|(?i:GBP|EUR|USD)"
_SCALE = f"(?: ?(?P<scale>{'|'.join(NOUGHTS)}))?"
_WRITTEN = (
    rf"^(?P<sign>[+-])? ?(?P<before>{CURRENCY})? ?(?P<open>\()?(?P<inner>[+-])? ?(?P<inside>{CURRENCY})? ?"
    r"(?P<body>[0-9](?:[0-9., ']*[0-9.])?|\.[0-9]+|,[0-9]+)(?P<exponent>[eE][+-]?[0-9]+)?"
    rf"{_SCALE} ?(?P<percent>%)? ?(?P<after>{CURRENCY})?(?P<trailing>-)?(?P<close>\))?$"
)
_UNSCALED = _WRITTEN.replace(_SCALE, "")
_SIGN_OF = {"GBP": "£", "EUR": "€", "USD": "$", "US$": "$"}
_MINUS = "[\u2212\u2010-\u2014\ufe63\uff0d]"
_BLANK = "[\u00a0\u2000-\u200a\u202f\u205f\u3000]"
_APOSTROPHE = "[\u2018\u2019\u02bc\u00b4`]"
_THOUSANDS = ("", ",", ".", " ", "'")
_NEARLY_ALL = 0.95
_MOST_DIGITS = 18
_ROUNDED = r"^[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}$"
_IS_ROUNDED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+")
_NO_POINTS = bytes({*range(256)} - {*b".+"})
_WHOLE = re.compile(r"(\+?[0-9]+)\.0*")


@dataclass(frozen=True)
class NumberFormat:
    """How a column writes its numbers. What :data:`PLAIN_NUMBER` describes is read by each, but for its decimal mark.

    Parameters
    ----------
    thousands
        The mark between thousands, if there is one: a comma, a point, a blank (of any width) or an apostrophe.
    decimal
        The mark before decimals: a point or a comma.
    currency
        The sign that may stand before or after a number: £, € or $.
    percent
        Whether every number but 0 has a per cent sign. The number stays as written: 5% is 5.
    brackets
        Whether numbers in brackets are negative.
    scale
        Whether k, m (mn) or bn behind a number makes it thousands, millions or billions: £5.2m is 5200000.
    """

    thousands: str = ""
    decimal: str = "."
    currency: str = ""
    percent: bool = False
    brackets: bool = False
    scale: bool = False

    def __post_init__(self) -> None:
        """Refuse a format by which a number could be read in two ways."""
        known = (
            self.thousands in _THOUSANDS
            and self.decimal in (".", ",")
            and self.currency in ("", "£", "€", "$")
            and all(isinstance(yes, bool) for yes in (self.percent, self.brackets, self.scale))
        )
        if not known or self.thousands == self.decimal:
            raise SharedAnalysisError(
                "This is no way to write numbers.",
                "numberFormat",
                'write for example {thousands: ",", decimal: "."}; with currency: £, percent, brackets or scale: true',
            )

    @classmethod
    def parse(cls, content: Any) -> NumberFormat:
        """Read a format as a contract states it.

        Raises
        ------
        SharedAnalysisError
            If it is no mapping, or has a key or a value that there is not.
        """
        known = set(cls.__dataclass_fields__)
        if not isinstance(content, Mapping) or not set(content) <= known:
            raise SharedAnalysisError(
                "A format of numbers is a mapping.", "numberFormat", f"use the keys {', '.join(sorted(known))}"
            )
        return cls(**content)

    @property
    def document(self) -> dict[str, Any]:
        """The format as a contract states it: what is other than usual, and always the decimal mark."""
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in parts.items() if value or name == "decimal"}

    @property
    def example(self) -> str:
        """A number in this format, for words about it."""
        number = f"1{self.decimal}5m" if self.scale else f"1{self.thousands}234{self.decimal}5"
        return f"{self.currency}{number}{'%' if self.percent else ''}"

    def plain(self, text: pa.Array) -> pa.Array:
        """Write numbers the plain way: ``£1,234.50`` is ``1234.50``. What is not in this format becomes missing."""
        if not is_varied(text):
            encoded = pc.dictionary_encode(text)
            return self._each(encoded.dictionary).take(encoded.indices)
        # Of many numbers the ways in which they are written are few, and of most only marks are to be left out.
        ways = pc.dictionary_encode(with_nines(text))
        right, bare = self._each(ways.dictionary), self._without_marks(ways.dictionary)
        easy = pc.fill_null(pc.equal(right, bare), False)
        plain = self._without_marks(text)
        if pc.all(easy).as_py():
            return plain
        others = pc.fill_null(pc.invert(easy).take(ways.indices), False)
        return pc.replace_with_mask(plain, others, self._each(text.filter(others)))

    def _each(self, text: pa.Array) -> pa.Array:
        parts = pc.extract_regex(_ascii_marks(text), pattern=_WRITTEN)
        return pc.if_else(self._is_in(parts), self._written_plainly(parts), pa.scalar(None, pa.string()))

    def _without_marks(self, text: pa.Array) -> pa.Array:
        marks = "".join((self.currency, self.thousands, "%" * self.percent))
        text = without_bytes(text, marks.encode()) if marks else text
        return text if self.decimal == "." else pc.replace_substring(text, self.decimal, ".")

    def _is_in(self, parts: pa.Array) -> pa.Array:
        part = {name: pc.struct_field(parts, name) for name in _GROUPS}
        body = pc.match_substring_regex(part["body"], self._body)
        opened, closed = (pc.not_equal(part[name], "") for name in ("open", "close"))
        bracketed = pc.and_(pc.equal(opened, closed), pc.or_(pc.invert(opened), pa.scalar(self.brackets)))
        signs = pc.binary_join_element_wise(part["sign"], part["inner"], part["trailing"], part["open"], "")
        single = pc.less_equal(pc.utf8_length(signs), 1)
        money = _currency_of(part)
        right_money = pc.or_(pc.equal(money, ""), pc.equal(money, self.currency))
        marked = pc.not_equal(part["percent"], "")
        nothing = pc.match_substring_regex(part["body"], "^[0.,]+$")
        percent = pc.or_(marked, nothing) if self.percent else pc.invert(marked)
        unscaled = pc.equal(part["scale"], "")
        scale = pc.or_(unscaled, pc.and_(pc.equal(part["exponent"], ""), pc.invert(marked)))
        percent = pc.and_(percent, scale if self.scale else unscaled)
        fits = pc.and_(pc.and_(body, bracketed), pc.and_(single, pc.and_(right_money, percent)))
        return pc.fill_null(fits, False)

    @property
    def _body(self) -> str:
        decimal, grouped = re.escape(self.decimal), ""
        if self.thousands:
            grouped = rf"|[1-9][0-9]{{0,2}}(?:{re.escape(self.thousands)}[0-9]{{3}})+"
        return rf"^(?:(?:[0-9]+{grouped})(?:{decimal}[0-9]*)?|{decimal}[0-9]+)$"

    def _written_plainly(self, parts: pa.Array) -> pa.Array:
        part = {name: pc.struct_field(parts, name) for name in _GROUPS}
        negative = pc.or_(
            pc.or_(pc.equal(part["sign"], "-"), pc.equal(part["inner"], "-")),
            pc.or_(pc.equal(part["trailing"], "-"), pc.equal(part["open"], "(")),
        )
        body = pc.replace_substring(part["body"], self.thousands, "") if self.thousands else part["body"]
        if self.decimal != ".":
            body = pc.replace_substring(body, self.decimal, ".")
        if self.scale:
            body = multiplied(body, part["scale"])
        sign = pc.if_else(negative, "-", "")
        return pc.binary_join_element_wise(sign, body, part["exponent"], "")


_GROUPS = tuple(re.findall(r"\?P<(\w+)>", _WRITTEN))


@dataclass(frozen=True)
class NumberFinding:
    """What the values of a column tell of how it writes numbers.

    Parameters
    ----------
    format
        How they are written; ``None`` where they are plain, are no numbers, or do not tell.
    doubt
        Why they do not tell, in words.
    """

    format: NumberFormat | None = None
    doubt: str = ""


def find_number_format(distinct: pa.Array, counts: np.ndarray, *, scaled: bool = False) -> NumberFinding:
    """Find how a column writes its numbers.

    A comma before three digits is a mark of thousands; before other than three it is a decimal mark. Where both kinds
    occur the column does not tell, unless points prove themselves marks of thousands.

    Parameters
    ----------
    distinct
        Its different values, none missing.
    counts
        How often each occurs.
    scaled
        Whether k, m and bn behind a number are thousands, millions and billions.
    """
    plain = pc.match_substring_regex(distinct, PLAIN_NUMBER).to_numpy(zero_copy_only=False)
    if plain.all():
        return NumberFinding()
    words = _ascii_marks(distinct)
    written = written_like_numbers(distinct, scaled=scaled).to_numpy(zero_copy_only=False)
    if counts[written].sum() < _NEARLY_ALL * counts.sum() or plain[written].all():
        return NumberFinding()
    parts = pc.extract_regex(words.filter(pa.array(written)), pattern=_WRITTEN)
    finding = _decide({name: pc.struct_field(parts, name) for name in _GROUPS})
    if finding.format is not None:
        fits = pc.is_valid(finding.format.plain(distinct)).to_numpy(zero_copy_only=False)
        if counts[fits].sum() < _NEARLY_ALL * counts.sum():
            return NumberFinding()
    return finding


def _decide(part: dict[str, pa.Array]) -> NumberFinding:
    body = part["body"]
    money = sorted({value for value in pc.unique(_currency_of(part)).to_pylist() if value})
    if len(money) > 1 or (money and money[0] not in ("£", "€", "$")):
        return NumberFinding(doubt="some values are in another currency than others")
    percent = pc.not_equal(part["percent"], "")
    unmarked = pc.and_(pc.invert(percent), pc.invert(pc.match_substring_regex(body, "^[0.,]+$")))
    if _any(percent) and _any(unmarked):
        return NumberFinding(doubt="some values have a per cent sign and others have none")
    thousands, decimal, doubt = _marks(body)
    if doubt:
        return NumberFinding(doubt=doubt)
    if not thousands and decimal == "." and money and money[0] in "£$":
        # Of so much money the larger amounts of another month have commas.
        thousands = ","
    brackets = _any(pc.not_equal(part["open"], ""))
    scale = _any(pc.not_equal(part["scale"], ""))
    return NumberFinding(NumberFormat(thousands, decimal, money[0] if money else "", _any(percent), brackets, scale))


def _marks(body: pa.Array) -> tuple[str, str, str]:
    """Return the mark of thousands, the decimal mark, and a doubt."""

    def some(pattern: str) -> bool:
        return _any(pc.match_substring_regex(body, pattern))

    group = "^[1-9][0-9]{0,2}"
    blanks = next((mark for mark in (" ", "'") if some(mark)), "")
    point_groups = some(rf"{group}(\.[0-9]{{3}}){{2,}}(,[0-9]*)?$") or some(rf"{group}(\.[0-9]{{3}})+,[0-9]+$")
    comma_groups = some(rf"{group}(,[0-9]{{3}}){{2,}}(\.[0-9]*)?$") or some(rf"{group}(,[0-9]{{3}})+\.[0-9]*$")
    either = some(rf"{group},[0-9]{{3}}$")
    comma_decimals = some(r"^(0|[0-9]{4,}|0[0-9]+)?,[0-9]+$") or some(r"^[0-9]*,([0-9]{1,2}|[0-9]{4,})$")
    comma_decimals = comma_decimals or some(r"[ '.][0-9]{3},[0-9]+$")
    point_decimals = some(r"^[0-9]*\.([0-9]{0,2}|[0-9]{4,})$") or some(r"^(0|[0-9]{4,}|0[0-9]+)?\.[0-9]+$")
    point_decimals = point_decimals or some(r"[ ',][0-9]{3}\.[0-9]*$")
    either_point = some(rf"{group}\.[0-9]{{3}}$")
    mixed = "some values have a comma for thousands and others for decimals"
    if (point_groups or comma_decimals) and (comma_groups or point_decimals):
        return "", ".", mixed
    if blanks:
        if (either and either_point) or comma_groups or point_groups or (some(" ") and some("'")):
            return "", ".", mixed
        if (either and not comma_decimals) or (either_point and comma_decimals):
            return "", ".", mixed
        return (blanks, ",", "") if comma_decimals else (blanks, ".", "")
    if point_groups:
        return ".", ",", ""
    if comma_decimals:
        return ("", ".", mixed) if either or either_point else ("", ",", "")
    return ("," if comma_groups or either else ""), ".", ""


def _any(mask: pa.Array) -> bool:
    return bool(pc.any(mask).as_py())


def _currency_of(part: Mapping[str, pa.Array]) -> pa.Array:
    """Return the sign of the one currency a value is in; of two at once, both."""
    joined = pc.binary_join_element_wise(part["before"], part["inside"], part["after"], "")
    joined = pc.utf8_upper(joined)
    for word, sign in _SIGN_OF.items():
        joined = pc.replace_substring(joined, word, sign)
    return joined


def _ascii_marks(text: pa.Array) -> pa.Array:
    """Write signs, blanks and apostrophes that only look otherwise as those of a keyboard."""
    if _all_ascii(text):
        return pc.replace_substring(text, "`", "'")
    for pattern, mark in ((_MINUS, "-"), (_BLANK, " "), (_APOSTROPHE, "'")):
        text = pc.replace_substring_regex(text, pattern, mark)
    return text


def _all_ascii(text: pa.Array) -> bool:
    return bool(pc.all(pc.string_is_ascii(text), skip_nulls=True).as_py() in (True, None))


def written_like_numbers(text: pa.Array, *, scaled: bool = False) -> pa.Array:
    """Say of each value whether it is written like a number in some format; ``scaled`` if k, m or bn may follow."""
    return pc.match_substring_regex(_ascii_marks(text), _WRITTEN if scaled else _UNSCALED)


def has_exponents(distinct: pa.Array) -> bool:
    """Say whether whole numbers stand beside some that a spreadsheet wrote with an exponent."""
    exponents = pc.match_substring_regex(distinct, _EXPONENT)
    whole = pc.match_substring_regex(distinct, r"^[+-]?[0-9]+(\.0+)?$")
    return _any(exponents) and bool(pc.all(pc.or_(exponents, whole)).as_py())


def without_exponents(text: pa.Array) -> pa.Array:
    """Write whole numbers with an exponent in digits, so that they can be read as whole: ``1.2E+03`` is ``1200``."""
    if made_of(text, DIGITS + b"+-."):
        return text
    exponents = pc.fill_null(pc.match_substring_regex(text, _EXPONENT), False)
    if not _any(exponents):
        return text
    digits = [_in_digits(value) for value in text.filter(exponents).to_pylist()]
    return pc.replace_with_mask(text, exponents, pa.array(digits, pa.string()))


def _in_digits(value: str) -> str:
    mantissa, exponent = re.split("[eE]", value)
    if len(exponent.lstrip("+")) > 2 or int(exponent) > _MOST_DIGITS:
        return value
    number = Decimal(value)
    return str(int(number)) if number == int(number) and mantissa else value


def undo_spreadsheet(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Undo what spreadsheets do to identifiers of digits: ``10023000001.0`` is ``10023000001``.

    Where a value of the column has a fraction, its points mean something, and no value is changed.

    Returns
    -------
    tuple
        The identifiers; and which values a spreadsheet has rounded, ``4.85777E+09``, so that their digits are lost.
    """
    nobody = np.zeros(len(text), dtype=bool)
    if made_of(text, _NO_POINTS):
        return text, nobody
    text = _with_all_digits(text)
    rounded = is_rounded(text)
    if not _any(pc.match_substring_regex(text, r"^\+?[0-9]+\.[0-9]*[1-9][0-9]*$")):
        text = pc.replace_substring_regex(text, r"^(\+?[0-9]+)\.0*$", r"\1")
    return text, rounded


def is_rounded(text: pa.Array) -> np.ndarray:
    """Say which whole numbers a spreadsheet has rounded: they have the exponent that it shows long numbers with."""
    rounded: np.ndarray = pc.fill_null(pc.match_substring_regex(text, _ROUNDED), False).to_numpy(zero_copy_only=False)
    return rounded


def _with_all_digits(text: pa.Array) -> pa.Array:
    """Write in digits what has all of them in spite of its exponent: ``4.857773456E+09``."""
    exponents = pc.fill_null(pc.match_substring_regex(text, _ROUNDED), False)
    if not _any(exponents):
        return text
    digits = [_if_exact(value) for value in text.filter(exponents).to_pylist()]
    return pc.replace_with_mask(text, exponents, pa.array(digits, pa.string()))


def _if_exact(value: str) -> str:
    mantissa, exponent = re.split("[eE]", value.replace(",", "."))
    decimals = len(mantissa.partition(".")[2])
    return _in_digits(value.replace(",", ".")) if decimals and decimals == int(exponent) else value


def undamaged(value: str) -> str | None:
    """Undo one identifier as :func:`undo_spreadsheet` does a column; ``None`` where its digits are lost."""
    text = value.strip()
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    if not _IS_ROUNDED.fullmatch(text):
        return value
    exact = _if_exact(text)
    return exact if exact.isdecimal() else None
