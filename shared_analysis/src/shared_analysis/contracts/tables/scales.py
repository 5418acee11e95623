"""Letters behind a number that stand for thousands, millions and billions: £5.2m is 5200000, to the last digit."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

NOUGHTS = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "bn": 9}
"""How many places each moves the decimal point."""


def multiplied(plain: pa.Array, scale: pa.Array) -> pa.Array:
    """Move the decimal point of plain numbers without a sign, digit by digit: no fraction is rounded.

    Parameters
    ----------
    plain
        Digits, with a decimal point or none.
    scale
        One of :data:`NOUGHTS` for each, or nothing.
    """
    parts = pc.extract_regex(plain, r"^(?P<whole>[0-9]*)\.?(?P<rest>[0-9]*)$")
    whole, rest = (pc.struct_field(parts, name) for name in ("whole", "rest"))
    for letters, places in NOUGHTS.items():
        moved = pc.utf8_slice_codeunits(pc.utf8_rpad(rest, places, "0"), 0, places)
        digits = pc.binary_join_element_wise(whole, moved, pc.utf8_slice_codeunits(rest, places), ".")
        digits = pc.replace_substring_regex(digits, r"^([0-9]*)\.([0-9]*)\.([0-9]*)$", r"\1\2.\3")
        digits = pc.replace_substring_regex(pc.utf8_rtrim(digits, "."), "^0+([0-9])", r"\1")
        plain = pc.if_else(pc.equal(scale, letters), digits, plain)
    return plain
