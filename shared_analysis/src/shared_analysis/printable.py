"""Text that a terminal and a page show as it is: what would move the cursor, turn lines round or hide words is spelt.

Names of files, columns, keys and stages come from whoever made the commit or the data, and so do messages of git and of
exceptions (CVE-2021-42574 and its like; ECMA-48 for the commands of terminals).
"""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d\u00ad")
"""Of what is not seen: breaks, and what some languages need within a word."""
_SPELT = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def printable(text: str) -> str:
    """Spell what is not seen, such as ``\\x1b`` and ``\\u202e``; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in _KEPT or unicodedata.category(sign) not in _SPELT else _spelt(sign) for sign in text)


def one_line(text: str) -> str:
    """Spell line breaks, too: a name with one in it must not look like a line of ours."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def _spelt(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
