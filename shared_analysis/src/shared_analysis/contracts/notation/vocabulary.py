"""The words and marks that stand for no value, or beside one, in the tables of public bodies.

References
----------
Government Analysis Function, "Symbols in tables": https://analysisfunction.civilservice.gov.uk/policy-store/symbols-in-tables/
"""

ERRORS = frozenset(
    {"#N/A", "#N/A!", "#NA", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
     "#BUSY!", "#ERROR!", "#GETTING_DATA"}
)  # fmt: skip
"""What a spreadsheet writes in place of a value: nobody's name, and no kind of anything."""
BY_MACHINES = frozenset({"NULL", "null", "<NULL>", "<null>", "NaN", "<NA>", "N/A", "n/a", "\\N"})
"""What programs write for no value, in these capitals."""
SYMBOLS = frozenset(
    {"-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "\u2026", "?", "??", "???", "/", "[z]", "[w]", "(blank)"}
)
WORDS = frozenset(
    {"null", "nan", "nat", "na", "n/a", "n.a.", "n.a", "n\\a", "n/k", "nk", "n.k.", "not known", "notknown", "unknown",
     "unk", "none", "not given", "not stated", "not recorded", "not available", "not applicable", "not provided",
     "missing", "no data", "blank", "empty", "undefined", "tbc", "tba", "to be confirmed", "<null>", "<na>"}
)  # fmt: skip
"""What people write for no value, in small letters."""

ZERO = "zero"
NIL = "nil"
"""What stands for 0 among numbers, in small letters; nil only where 0 is not written in digits."""

WITHHELD = frozenset(
    {"[c]", "[x]", "[s]", "[low]", "[u]", "*", "**", "***", ":", "~", "suppressed", "[suppressed]", "(suppressed)",
     "redacted", "[redacted]", "withheld", "disclosive", "confidential", "supp"}
)  # fmt: skip
"""What stands for a number that is withheld, in small letters."""
WITHHELD_LETTERS = frozenset({"c", "x", "s", "(c)", "(x)", "(s)"})
"""The same where the other numbers are plainly counts."""
SMALL = r"(?i)^(?:(?:<|<=|\x{2264}|less than|fewer than|under|below) ?[0-9]{1,2}|[0-9] ?(?:-|to|\x{2013}) ?[0-9]{1,2})$"
"""A range in place of a small number."""

MAY_CHANGE = ("p", "r", "e", "[p]", "[r]", "[e]", "[b]", "[u]", "(p)", "(r)", "(e)", "*", "**", "\u2020", "\u2021")
"""What stands behind a number that is provisional, revised, estimated or has a note, in small letters."""
