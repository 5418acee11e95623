"""What a file is, by its first bytes: its name may be wrong."""

from __future__ import annotations

import re
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

_ENOUGH = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEFORE = rb"^\s*(?>(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*)"
_PAGE = rb"(?:!doctype html|html|head|body|meta|style|script)\b"
_WEB = re.compile(_BEFORE + rb"<" + _PAGE, re.IGNORECASE | re.DOTALL)
_WEB_TABLE = re.compile(_BEFORE + rb"<(?:" + _PAGE + rb"|[a-z][^,;\t\n]*>).*<t[dhr]\b", re.IGNORECASE | re.DOTALL)
_EXCEL_2003 = re.compile(
    rb"^\s*<\?xml.*?(?:<\?mso-application progid=\"Excel|\"urn:schemas-microsoft-com:office:spreadsheet\")", re.DOTALL
)
_DVC = re.compile(rb"^(outs|md5|wdir|deps|frozen|meta|desc):\s")
_MAIL = re.compile(rb"^(MIME-Version|Content-Type|From|Message-ID):", re.IGNORECASE)
_IN_EXCEL = "open it in Excel and save it as an Excel workbook (.xlsx)"
_SQL = re.compile(rb"^(--[ -]|/\*|(create|insert|drop|set|begin|use) [^,;\t]*(;|\())", re.IGNORECASE)
_CODE = re.compile(
    rb"^(#!|import [\w.]+( as \w+)?\s*$|from [\w.]+ import |library\(|options? nosource|#include)", re.MULTILINE
)
_CONFLICT = re.compile(rb"^<{7} .*^={7}\r?$.*^>{7} ", re.MULTILINE | re.DOTALL)
_TAR = (257, b"ustar")
_AS_TABLE = "export the table as CSV UTF-8 or as an Excel workbook"
_NO_TABLES = (
    (re.compile(rb"^version https://git-lfs"), "a pointer of Git LFS, not the table itself", "run `git lfs pull`"),
    (_DVC, "a pointer of DVC, not the table itself", "run `dvc pull`"),
    (_EXCEL_2003, "a workbook in the XML of Excel 2003, whatever its name says", _IN_EXCEL),
    (_WEB_TABLE, "a web page with a table in it, whatever its name says", _IN_EXCEL),
    (
        _WEB,
        "a web page, such as one that asks to sign in",
        f"download the table again, signed in; if the page shows the table, {_IN_EXCEL}",
    ),
    (
        _MAIL,
        "a web archive or a mail",
        f"if it is an archive (.mht), {_IN_EXCEL}; if it is a mail, save what is attached to it",
    ),
    (re.compile(rb"^\[InternetShortcut\]", re.IGNORECASE), "a shortcut to a web page", "download the table itself"),
    (re.compile(rb"^%PDF-"), "a PDF", _AS_TABLE),
    (re.compile(rb"^\{\\rtf"), "a text document (RTF)", _AS_TABLE),
    (re.compile(rb"^(\x89PNG|\xff\xd8\xff|GIF8)"), "a picture", _AS_TABLE),
    (re.compile(rb"^\x00\x05\x16\x07"), "what macOS keeps beside a file, not the file itself", "fetch the file itself"),
    (re.compile(rb"^Traceback \(most recent"), "the message of a program that failed", "export the table again"),
    (re.compile(rb"^BEGIN:V(CARD|CALENDAR)", re.IGNORECASE), "a list of contacts or a calendar", _AS_TABLE),
    (re.compile(rb"^-----BEGIN "), "a key or a certificate", _AS_TABLE),
    (re.compile(rb"^(diff --git |--- a/)"), "a list of changes (diff)", _AS_TABLE),
    (_CODE, "a program", _AS_TABLE),
    (re.compile(rb"^\$FL[23]"), "a file of SPSS", _AS_TABLE),
    (re.compile(rb"^(<stata_dta>|[\x6e-\x77][\x01\x02]\x01\x00)"), "a file of Stata", _AS_TABLE),
    (re.compile(rb"^(RDX[23]\n|X\n\x00\x00\x00)"), "a file of R", _AS_TABLE),
    (_SQL, "a file of SQL", _AS_TABLE),
    (re.compile(rb"^SQLite format 3"), "a SQLite database", _AS_TABLE),
    (re.compile(rb"^(7z\xbc\xaf|Rar!|\xfd7zXZ|BZh[1-9])"), "an archive", "unpack it"),
    (re.compile(rb"^\s*<\?xml"), "an XML document", _AS_TABLE),
    (re.compile(rb"^\s*<[a-z!?][^,;\t\n]*>", re.IGNORECASE), "a document in a language of markup (XML)", _AS_TABLE),
    (re.compile(rb"^\s*[\[{]\s*[\"{\[\]}]"), "a JSON document", _AS_TABLE),
)  # fmt: skip


def recognise(path: Path) -> str:
    """Say what a file is: ``csv``, ``spreadsheet``, ``parquet``, ``gzip`` or ``zip``.

    Raises
    ------
    SharedAnalysisError
        If it is not there, empty, or no table: a web page, a pointer, a PDF ...
    """
    if not path.is_file():
        raise SharedAnalysisError("The table is not there.", str(path), "check the name, or run `dvc pull`")
    with path.open("rb") as file:
        first = file.read(_ENOUGH)
    return recognise_bytes(first, path.name)


def recognise_bytes(first: bytes, name: str) -> str:
    """Say what the beginning of a file shows; as :func:`recognise`."""
    if not first.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise SharedAnalysisError("The file is empty.", name, "export or fetch it again")
    if first.startswith(b"PAR1"):
        return "parquet"
    if first.startswith(b"\x1f\x8b"):
        return "gzip"
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if first.startswith(_OLE):
        return "spreadsheet"
    wide = is_wide(first)
    # What is full of zeros may be a picture, too.
    starts = (first.removeprefix(b"\xef\xbb\xbf"), *([_narrowed(first)] if wide else []))
    if first[_TAR[0] :].startswith(_TAR[1]):
        raise SharedAnalysisError("This is an archive (tar).", name, "unpack it")
    for pattern, what, advice in _NO_TABLES:
        if any(pattern.match(start) for start in starts):
            raise SharedAnalysisError(f"This is {what}.", name, advice)
    if any(_CONFLICT.search(start) for start in starts):
        raise SharedAnalysisError(
            "The file holds two versions of its rows: a merge in git that was not finished.",
            name,
            "settle the conflict, or restore the file with git",
        )
    if b"\x00" in first.rstrip(b"\x00") and not wide:
        raise SharedAnalysisError("This is not a table: it holds binary data.", name, _AS_TABLE)
    return "csv"


def is_wide(first: bytes) -> bool:
    """Say whether a text is UTF-16 or UTF-32: it begins with its mark, or Latin letters make every other byte zero."""
    return first.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or wide_without_mark(first) is not None


def wide_without_mark(first: bytes) -> str | None:
    """Tell which UTF-16 a text without its mark is in; None where zero bytes stand in other places, or nowhere."""
    unpadded = first.rstrip(b"\x00")
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        own, others = unpadded[at::2], unpadded[1 - at :: 2]
        if own.count(0) > 0.4 * len(own) and others.count(0) < own.count(0) / 4:
            return encoding
    return None


def _narrowed(first: bytes) -> bytes:
    """Write the beginning of a file in UTF-16 as in UTF-8, without its mark."""
    big = first.startswith(b"\xfe\xff") or first[::2].count(0) > first[1::2].count(0)
    return first.decode("utf-16-be" if big else "utf-16-le", errors="ignore").removeprefix("\ufeff").encode()
