"""How two tables differ: columns, rows and cells, counted; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.project import read_canonical
from shared_analysis.reproduce.findings import Verdict
from shared_analysis.reproduce.judge.sides import COMMITTED, Sides

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

_DECIMAL = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_FRACTION = r"-?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?"
_WHOLE = r"-?[0-9]+(?:\.0*)?"
_NO_NUMBER = r"(?i:-?inf(?:inity)?|nan|n/?a|\[[a-z]+\]|[^\w]+)"
"""What stands in a column of numbers for one that is missing or withheld."""
_EXACT = 2.0**53
"""The whole numbers below it can each be written as a float."""
_MOST, _MOST_CELLS = 5, 1 << 29
_OF_LIBRARIES = {b"pandas", b"ARROW:schema", b"PARQUET:field_id"}


def compare_tables(old: Path, new: Path, tolerance: float, sides: Sides = COMMITTED) -> tuple[Verdict, list[str]]:
    """Compare two CSV or Parquet files.

    Parameters
    ----------
    old, new
        The committed table and the one that came out.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal; whole numbers must be the same,
        whatever else their column holds.
    sides
        How the two are spoken of.

    Returns
    -------
    tuple
        ``equivalent`` if the columns hold the same, in whatever order of rows and columns, or ``different``; and what
        differs, in words. A column that only one of the two has is named by its place: where a header is missing, its
        name is a value.

    Raises
    ------
    SharedAnalysisError
        If one of them cannot be read.
    """
    if new.suffix == ".parquet" and (reasons := _other_shape(old, new, sides)):
        return Verdict.different, reasons
    before, after = _with_index(read_canonical(old)), _with_index(read_canonical(new))
    columns = list(after.columns)

    def said(name: object) -> str:
        return sides.names.column(name, columns)

    reasons = [f"column {number} {sides.gone}" for number in _only_in(before, after)]
    reasons += [f"column {number} is new" for number in _only_in(after, before)]
    if len(before) != len(after):
        reasons.append(f"{len(after):,} rows {sides.new}, {len(before):,} {sides.old}")
    if reasons:
        return Verdict.different, reasons
    if list(before.columns) != list(after.columns):
        reasons.append("the columns stand in another order")
        after = after[list(before.columns)]
    other = [name for name in before.columns if before[name].dtype != after[name].dtype]
    if other:
        return Verdict.different, [*reasons, *(f"{said(name)} is of another type" for name in other)]
    faults = _faults(before, after, tolerance)
    if faults:
        ordered = _faults(_in_order(before), _in_order(after), tolerance)
        if len(ordered) < len(faults) or sum(ordered.values()) < sum(faults.values()):
            faults, before, after = ordered, _in_order(before), _in_order(after)
            reasons.append("the rows stand in another order")
    if not faults:
        return Verdict.equivalent, reasons or [f"the same cells within {tolerance:g}, in other bytes"]
    reasons += [
        f"{said(name)}: {_described(count, before[name], after[name])}" for name, count in list(faults.items())[:_MOST]
    ]
    if len(faults) > _MOST:
        reasons.append(f"and {len(faults) - _MOST} more columns")
    return Verdict.different, reasons


def _other_shape(old: Path, new: Path, sides: Sides) -> list[str]:
    """Compare what two Parquet files say of themselves, before any of their cells is read into memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        before, after = pq.ParquetFile(old), pq.ParquetFile(new)
        rows = before.metadata.num_rows, after.metadata.num_rows
        said = [_said_of_itself(file.schema_arrow) for file in (before, after)]
    except (pa.ArrowException, OSError):
        return []  # whoever reads it says so
    if rows[0] != rows[1]:
        return [f"{rows[1]:,} rows {sides.new}, {rows[0]:,} {sides.old}"]
    if max(rows) * max(after.metadata.num_columns, before.metadata.num_columns) > _MOST_CELLS:
        return [f"other bytes, and more than {_MOST_CELLS:,} cells, which are not compared"]
    return ["what it says of itself or of its columns, beside the cells, differs"] if said[0] != said[1] else []


def _said_of_itself(schema: pa.Schema) -> tuple[object, ...]:
    """Take the words that go with a table and with its columns, but for what libraries write for themselves."""

    def own(words: Mapping[bytes, bytes] | None) -> dict[bytes, bytes]:
        return {key: word for key, word in (words or {}).items() if key not in _OF_LIBRARIES}

    return own(schema.metadata), {field.name: words for field in schema if (words := own(field.metadata))}


def _only_in(table: pd.DataFrame, other: pd.DataFrame) -> list[int]:
    """Number the columns that only the first of two tables has."""
    return [number for number, name in enumerate(table.columns, start=1) if name not in other.columns]


def _with_index(table: pd.DataFrame) -> pd.DataFrame:
    """Make columns of an index that pandas wrote into the file: it is content, and often the names of the rows."""
    import pandas as pd

    plain = table.index.name is None and table.index.equals(pd.RangeIndex(len(table)))
    return table if plain else table.reset_index()


def _faults(before: pd.DataFrame, after: pd.DataFrame, tolerance: float) -> dict[str, int]:
    """Count the cells that differ, by column; columns without any are left out."""
    counts = {name: int(_unequal(before[name], after[name], tolerance).sum()) for name in before.columns}
    return {name: count for name, count in counts.items() if count}


def _unequal(before: pd.Series, after: pd.Series, tolerance: float) -> np.ndarray:
    import numpy as np

    a, b = before.reset_index(drop=True), after.reset_index(drop=True)
    unequal = ~((a == b).fillna(False) | (a.isna() & b.isna())).to_numpy(dtype=bool)
    if unequal.any() and _holds_fractions(a, b) and not _holds_codes(a) and not _holds_codes(b):
        shares = _shares(a[unequal], b[unequal])
        if shares is not None:
            unequal[np.flatnonzero(unequal)] = ~(shares <= tolerance) | _other_whole_number(a[unequal], b[unequal])
    return unequal


def _holds_fractions(*columns: pd.Series) -> bool:
    """A tolerance is no matter for a column of nothing but whole numbers: they are counts and ids."""
    import pandas as pd

    return any(
        pd.api.types.is_float_dtype(column.dtype)
        or (pd.api.types.is_object_dtype(column.dtype) and column.dropna().astype(str).str.fullmatch(_FRACTION).any())
        for column in columns
    )


def _holds_codes(column: pd.Series) -> bool:
    """Say whether texts that look like fractions are codes: some is no number, or one number is written in two ways."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        return False
    texts = column.dropna().astype(str)
    if not (texts.str.fullmatch(_DECIMAL) | texts.str.fullmatch(_NO_NUMBER)).all():
        return True
    fractions = pd.Series(texts[texts.str.fullmatch(r"-?\d+\.\d+")].unique(), dtype="str")
    return bool(fractions.str.rstrip("0").duplicated().any())  # 1.1 and 1.10, as chapters are numbered


def _other_whole_number(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Say of cells that differ whether both are whole: then they are counts or ids, which no tolerance makes equal."""
    import numpy as np
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(before.dtype):
        written = before.str.fullmatch(_WHOLE).eq(True) & after.str.fullmatch(_WHOLE).eq(True)
        plain = [column.str.replace(r"\.0*$", "", regex=True).replace("-0", "0") for column in (before, after)]
        exact = (written & (plain[0] != plain[1])).to_numpy(dtype=bool)
    else:
        exact = np.zeros(len(before), dtype=bool)
    a, b = _floats(before), _floats(after)
    with np.errstate(all="ignore"):
        whole = (a == np.floor(a)) & (b == np.floor(b)) & (a != b) & (np.minimum(np.abs(a), np.abs(b)) < _EXACT)
    return np.asarray(exact | whole)


def _shares(before: pd.Series, after: pd.Series) -> np.ndarray | None:
    """How far numbers are apart, as a share of the larger; NaN where one is missing; None where they are no numbers."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_bool_dtype(before.dtype):
        return None
    if not pd.api.types.is_numeric_dtype(before.dtype):
        texts = pd.concat([before.dropna(), after.dropna()])
        if not all(isinstance(value, str) for value in texts) or not texts.str.fullmatch(_DECIMAL).all():
            return None
    a, b = _floats(before), _floats(after)
    with np.errstate(all="ignore"):
        shares = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    return np.where((a == 0) & (b == 0), 0.0, shares)  # 0.0 and -0.0


def _floats(column: pd.Series) -> np.ndarray:
    import numpy as np
    import pandas as pd

    return pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)


def _described(count: int, before: pd.Series, after: pd.Series) -> str:
    import numpy as np

    cells = "1 cell differs" if count == 1 else f"{count:,} cells differ"
    unequal = _unequal(before, after, 0.0)
    shares = _shares(before.reset_index(drop=True)[unequal], after.reset_index(drop=True)[unequal])
    if shares is None or np.isnan(shares).any():
        return cells
    return f"{cells}, by up to {shares.max():.2g} of its value"


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort by every column: those that hold no fractions first, since the last digits of a fraction may differ."""
    import pandas as pd

    keys = pd.DataFrame({name: table[name].astype("string").fillna("") for name in table.columns}, index=table.index)
    fractions = [name for name in table.columns if _holds_fractions(table[name])]
    order = [*(name for name in table.columns if name not in fractions), *fractions]
    for name in fractions:
        keys[name] = pd.to_numeric(table[name], errors="coerce")
    return table.loc[keys.sort_values(order, kind="stable").index].reset_index(drop=True)
