"""Read every file of a folder with one tool, as it comes out of the box; print what it made of each as JSON.

    python messy_reader.py TOOL FOLDER

A table is printed as its names and rows, all as text; None where a value is missing.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

BOOKS = (".xlsx", ".xls", ".ods")


def with_pandas(path: Path) -> Any:
    import pandas as pd

    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return pd.read_parquet(path)
    if suffix in BOOKS:
        return pd.read_excel(path, dtype=str)
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


def with_sniffing_pandas(path: Path) -> Any:
    import pandas as pd

    if path.suffix.lower() in (".parquet", *BOOKS):
        return with_pandas(path)
    return pd.read_csv(path, dtype=str, sep=None, engine="python", keep_default_na=False, na_values=[""])


def with_duckdb(path: Path) -> Any:
    import duckdb

    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return duckdb.read_parquet(str(path)).df()
    if suffix in BOOKS:
        raise ValueError("no reader without an extension from the network")
    return duckdb.read_csv(str(path), all_varchar=True).df()


def with_clevercsv(path: Path) -> Any:
    import clevercsv
    import pandas as pd

    if path.suffix.lower() in (".parquet", *BOOKS):
        raise ValueError("reads delimited text only")
    rows = clevercsv.read_table(str(path))
    return pd.DataFrame(rows[1:], columns=rows[0]).replace("", None)


def with_frictionless(path: Path) -> Any:
    import pandas as pd
    from frictionless import Detector, Resource

    resource = Resource(path=str(path), detector=Detector(field_type="string"))
    rows = resource.read_rows()
    names = list(resource.schema.field_names)
    return pd.DataFrame([[row[name] for name in names] for row in rows], columns=names)


TOOLS: dict[str, Callable[[Path], Any]] = {
    "pandas": with_pandas,
    "pandas, sniffing": with_sniffing_pandas,
    "DuckDB": with_duckdb,
    "clevercsv": with_clevercsv,
    "frictionless": with_frictionless,
}


def as_text(value: Any) -> str | None:
    if value is None or value != value or str(value) == "":
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def main(tool: str, folder: Path) -> None:
    csv.field_size_limit(10_000_000)
    made: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        try:
            table = TOOLS[tool](path)
            rows = [[as_text(value) for value in row] for row in table.to_numpy(dtype=object).tolist()]
            made[path.name] = {"names": [str(name) for name in table.columns], "rows": rows}
        except Exception as error:  # whatever a tool raises is a refusal
            made[path.name] = {"refused": type(error).__name__}
    print(json.dumps(made))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
