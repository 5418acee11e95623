"""The encoding of a text: found by its bytes, or refused where no one can tell."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

import numpy as np
import pyarrow as pa

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delivery import in_rows
from shared_analysis.sources.recognise import wide_without_mark

_FIRST = 4096
_PADDING = 4
_AS_CSV = "save it as CSV UTF-8 (in Excel: File, Save As, CSV UTF-8 (Comma delimited))"
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]")
_LINE = re.compile(rb"\r\n|\n|\r")
_IN_UTF8 = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|(?:[\xc6-\xdf][\x80-\xbf]){2,}")
"""Letters of UTF-8 that are no text in an encoding of one byte a letter; ``É…`` at the end of a word would be."""
_FOREIGN = re.compile(rb"(?!(.)\1)[\xa1-\xff]{4,}")
"""Words of Cyrillic, Greek, Chinese: no word in a Latin alphabet has four letters with marks one after another."""
_OLD = ("cp1252", "iso8859_15", "cp1250", "mac_roman", "cp850")
_ENOUGH = 100_000
_FEW_ODD = 0.1
_MOST_ODD = 0.3
_S = "".join(letter for letter in map(chr, range(0x180)) if letter.islower() and letter not in "ªºµ")
_C = "".join(filter(str.isupper, map(chr, range(0x180))))
_L = _S + _C
_IN_PLACE = re.compile(
    "(?s)"
    + "|".join(
        (
            rf"[{_L}'’.][{_S}][^{_C}]|.[{_S}][{_S}]|[^{_L}\d][àèéíìòóúáąę][^{_L}\d]",
            rf"[^{_S}][{_C}][{_L}]|[{_C}][{_C}][^{_S}]|[^{_L}][{_C}][.’'&-]",
            rf"[^{_L}][£€¥][^{_L}]|[^{_L}\d][£€][bkmBKM]|\d[‰¢].",
            rf"[^{_L}\d][“‘«„‚‹]\S|\S[’”»›].|\S“[^{_L}\d]|[^{_L}]’[\d{_S}]|[{_L}]´[{_L}]",
            rf"[^{_L}][–—].|.[–—][{_L}\d\s]|.[…§¬¦\xa0\xad].|[^{_L}][•·×÷±].|[{_L}]·[{_L}]|[^{_L}][¡¿][{_L}]",
            rf"[\dNn][°ºª][^{_S}]|[^{_L}]°.|[\dkmKM ][²³¹][^{_L}]|[^{_L}][¼½¾]\D|[^{_L}]µ[{_L}]",
            rf".[†‡®™©][^{_L}]|[^{_L}]©.",
        )
    )
)
"""A letter or a sign beyond the keyboard, between two neighbours that it may have."""


def find_encoding(content: bytes | memoryview, name: str) -> str:
    """Tell the encoding of a text: by its first bytes, UTF-8 if all of it is, otherwise an older one.

    Raises
    ------
    SharedAnalysisError
        If it is none of them, two of them, or may be several.
    """
    return _unicode(content, name) or _older(content, name)


def _unicode(content: bytes | memoryview, name: str) -> str | None:
    first = bytes(content[:_FIRST])
    if first.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if first.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if wide := wide_without_mark(first):
        return wide
    if is_utf8(content):
        return "utf-8"
    _refuse_mixture(content, name)
    return None


def refuse_zero_bytes(content: bytes | memoryview, encoding: str, name: str) -> None:
    """Refuse a file with zero bytes, which no text has: room that was set apart and never written, or binary data.

    Raises
    ------
    SharedAnalysisError
        If it has.
    """
    wide = encoding.startswith(("utf-16", "utf-32"))
    if not any(content[-_PADDING if wide else -1 :]):
        advice = "export or fetch it again"
        raise SharedAnalysisError("The file ends in zero bytes, so it was not written whole.", name, advice)
    if not wide and np.frombuffer(content, np.uint8).min() == 0:
        row = bytes(content).split(b"\0", 1)[0].count(b"\n") + 1
        raise SharedAnalysisError("This is not a table: it holds binary data.", f"{name}, row {row:,}", _AS_CSV)


def is_utf8(content: bytes | memoryview) -> bool:
    """Say whether all of a text is UTF-8, without a copy of it."""
    ends = pa.array([0, len(content)], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _refuse_mixture(content: bytes | memoryview, name: str) -> None:
    """Refuse a text that is UTF-8 in some rows and not in others; a few letters that were spoilt before do no harm."""
    rest, letters = _IN_UTF8.subn(b"", content)
    if not letters or 10 * letters < len(rest.translate(None, _ASCII)):
        return
    lines = _LINE.split(content)
    in_utf8 = [row for row, line in enumerate(lines, 1) if not line.isascii() and is_utf8(line)]
    others = [row for row, line in enumerate(lines, 1) if not line.isascii() and not is_utf8(line)]
    said = f"UTF-8 only in {in_rows(in_utf8)}" if len(in_utf8) < len(others) else f"UTF-8, but for {in_rows(others)}"
    raise SharedAnalysisError(
        f"The file mixes two encodings: it is {said}.", name, "ask for it in one, or put these rows right"
    )


def _older(content: bytes | memoryview, name: str) -> str:
    """Choose among the encodings of one byte a letter: that of Windows unless another makes far better text.

    In text, letters stand in words, and signs beside them: nobody writes ``cafŽ`` or ``Si‰n``.
    """
    content = bytes(content)
    used = bytes(set(content.translate(None, _ASCII)))
    places = (match.start() for match in islice(_HIGH.finditer(content), _ENOUGH))
    letters = Counter(content[at - 1 : at + 2] if at else b"\n" + content[:2] for at in places)
    odd = {}
    for encoding in _OLD:
        if len(used.decode(encoding, errors="ignore")) < len(used) or (encoding == "iso8859_15" and min(used) < 0xA0):
            continue
        in_place = (_IN_PLACE.match(letter.decode(encoding).ljust(3)) is not None for letter in letters)
        odd[encoding] = sum(n for n, fits in zip(letters.values(), in_place, strict=True) if not fits) / letters.total()
    best = min(odd, key=odd.__getitem__)
    foreign = sum(len(match[0]) for match in islice(_FOREIGN.finditer(content), _ENOUGH)) > sum(letters.values()) / 2
    told_by_its_euro = best == "iso8859_15" and 0xA4 in used
    if (
        not foreign
        and "cp1252" in odd
        and not told_by_its_euro
        and (odd["cp1252"] <= _FEW_ODD or odd[best] > odd["cp1252"] / 4)
    ):
        return "cp1252"
    alike = [
        own
        for own in odd
        if own not in (best, "cp1252") and odd[own] <= odd[best] + _FEW_ODD and used.decode(own) != used.decode(best)
    ]
    if foreign or odd[best] > _MOST_ODD or (alike and not told_by_its_euro):
        raise SharedAnalysisError("The file is no text in any encoding that can be told for sure.", name, _AS_CSV)
    return best


def refuse_other_encoding(content: bytes | memoryview, encoding: str, name: str) -> None:
    """Refuse a file that is in another encoding than its contract says: its letters would be read wrong.

    Raises
    ------
    SharedAnalysisError
        If an older encoding is stated and the file, or a part of it, is UTF-8 or UTF-16.
    """
    if "utf" in encoding.lower() or bytes(content).isascii():
        return
    if found := _unicode(content, name):
        raise SharedAnalysisError(
            f"The file is {found.removesuffix('-sig').upper()}, and its contract says {encoding}.",
            name,
            "correct `encoding` of `reading` in the contract, or ask for the file as before",
        )


def decode(content: bytes | memoryview, encoding: str, name: str, *, stated: bool = False) -> str:
    """Decode a text.

    Parameters
    ----------
    stated
        Whether a contract says that this is its encoding; otherwise it was found.

    Raises
    ------
    SharedAnalysisError
        If it is in another encoding.
    """
    try:
        return str(content, encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = bytes(content[: error.start]).count(b"\n") + 1
        if stated:
            said = f"The file is not in {encoding}, as its contract says."
            advice = "correct `encoding` of `reading` in the contract, or ask for the file as before"
        else:
            said = f"The file begins like a text in {encoding}, and further down it is none."
            advice = _AS_CSV
        raise SharedAnalysisError(said, f"{name}, row {row:,}", advice) from None
