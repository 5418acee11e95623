"""What reading a delivery costs, with a contract drafted from it or checked, beside DuckDB's own read and cast.

    python -m benchmarks.validation_cost [--rows 2000000] [--columns 600] [--rounds 5]

The file is made up: people, where they live, events, numbers as they are written. DuckDB is told the types, and with as
many threads as Arrow has it reads the file into a table of them. All take turns, each in a process of its own; ratios
are of the same round. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.environments import call

SEED = 7
NARROW = 2_000
PIECE = 100_000
HEAD = "| what | seconds | processor seconds | ratio to DuckDB | peak MiB |\n|---|--:|--:|--:|--:|\n"
NAMES = {"duckdb": "DuckDB: read and cast", "infer": "read and infer", "validate": "read and validate"}
SYLLABLES = ("an", "ber", "cor", "dal", "es", "fin", "gor", "hal", "is", "jo", "ken", "lor", "mar", "nor", "ol", "par")
WORDS = [
    "called",
    "visited",
    "letter",
    "sent",
    "no",
    "answer",
    "referred",
    "to",
    "advice",
    "team",
    "needs",
    "rent",
    "moved",
]
TYPES = {
    "record_id": "VARCHAR",
    "surname": "VARCHAR",
    "forename": "VARCHAR",
    "date_of_birth": "strptime(date_of_birth, '%d/%m/%Y')::DATE",
    "postcode": "VARCHAR",
    "uprn": "BIGINT",
    "phone": "VARCHAR",
    "email": "VARCHAR",
    "sex": "VARCHAR",
    "area_code": "VARCHAR",
    "category": "VARCHAR",
    "event_date": "DATE",
    "opened_at": "TIMESTAMP",
    "updated_at": "strptime(updated_at, '%d/%m/%Y %H:%M:%S')",
    "visits": "BIGINT",
    "distance": "DOUBLE",
    "rent": "replace(replace(rent, '£', ''), ',', '')::DOUBLE",
    "attendance": "replace(attendance, '%', '')::DOUBLE",
    "notes": "VARCHAR",
    "consent": "BOOLEAN",
}
"""Types of the columns, and how values are cast that DuckDB does not read as they are written."""


def people(rows: int, first: int, draw: np.random.Generator) -> dict[str, pa.Array]:
    """Make up rows of a register of people, some of their values missing."""

    def pick(words: list[str], share: list[float] | None = None) -> pa.Array:
        return pa.array(words).take(pa.array(draw.choice(len(words), rows, p=share)))

    def whole(low: int, high: int, width: int = 0) -> pa.Array:
        return pc.utf8_lpad(pa.array(draw.integers(low, high, rows)).cast(pa.string()), width, "0")

    def moments(start: str, seconds: int, step: int, form: str) -> pa.Array:
        passed = draw.integers(0, seconds // step, rows) * step
        return pc.strftime(pa.array(np.datetime64(start, "s") + passed.astype("timedelta64[s]")), format=form)

    def joined(*parts: pa.Array | str, by: str = "") -> pa.Array:
        return pc.binary_join_element_wise(*parts, by)

    def some(values: pa.Array, missing: float) -> pa.Array:
        return pc.if_else(pa.array(draw.random(rows) < missing), None, values)

    day = 86_400
    surname = pick([(one + two + end).capitalize() for one in SYLLABLES for two in SYLLABLES for end in ("son", "ley")])
    forename = pick([(one + two).capitalize() for one in SYLLABLES for two in SYLLABLES])
    pounds = pc.replace_substring_regex(whole(0, 5_000), r"^(\d)(\d{3})$", r"\1,\2")
    rent = joined("£", pounds, ".", whole(0, 100, 2))
    unit = [one + two for one in "ABDEFGHJLNPQRSTUWXYZ" for two in "ABDEFGHJLNPQRSTUWXYZ"]
    number = pa.array(np.arange(first, first + rows)).cast(pa.string())
    small = (pc.utf8_lower(name) for name in (forename, surname))
    return {
        "record_id": joined("R", pc.utf8_lpad(number, 8, "0")),
        "surname": some(surname, 0.01),
        "forename": some(forename, 0.01),
        "date_of_birth": some(moments("1930-01-01", 32_000 * day, day, "%d/%m/%Y"), 0.02),
        "postcode": some(joined(pick(["N", "SE", "SW", "W"]), whole(1, 20), " ", whole(1, 10), pick(unit)), 0.03),
        "uprn": some(whole(10**11, 2 * 10**11), 0.1),
        "phone": some(joined("07", whole(0, 10**9, 9)), 0.2),
        "email": some(joined(joined(*small, by="."), whole(1, 1_000), "@example.org"), 0.3),
        "sex": some(pick(["F", "M", "X"], [0.49, 0.49, 0.02]), 0.02),
        "area_code": joined("E09", whole(1, 34, 6)),
        "category": pick(["housing", "debt", "health", "work", "family", "other"]),
        "event_date": moments("2019-01-01", 2_000 * day, day, "%Y-%m-%d"),
        "opened_at": moments("2019-01-01", 2_000 * day, 1, "%Y-%m-%dT%H:%M:%S"),
        "updated_at": some(moments("2019-01-01", 2_000 * day, 1, "%d/%m/%Y %H:%M:%S"), 0.05),
        "visits": whole(0, 40),
        "distance": some(joined(whole(0, 60), ".", whole(0, 1_000, 3)), 0.05),
        "rent": some(pc.if_else(pc.match_substring(rent, ","), joined('"', rent, '"'), rent), 0.1),
        "attendance": some(joined(whole(0, 100), ".", whole(0, 10), "%"), 0.05),
        "notes": some(joined(*(pick(WORDS) for _ in range(5)), by=" "), 0.4),
        "consent": some(pick(["yes", "no"]), 0.05),
    }


def save(path: Path, rows: int, copies: int = 1) -> None:
    """Write a file, a piece at a time; of ``copies`` of its columns all but the first have a number in their names."""
    draw = np.random.default_rng(SEED)
    with path.open("wb") as file:
        names = [name + (f"_{copy}" if copy else "") for copy in range(copies) for name in TYPES]
        file.write((",".join(names) + "\n").encode())
        for first in range(0, rows, PIECE):
            size = min(PIECE, rows - first)
            columns = [column for _ in range(copies) for column in people(size, first, draw).values()]
            lines = pc.binary_join_element_wise(*(pc.fill_null(column, "") for column in columns), ",")
            file.write(("\n".join(lines.to_pylist()) + "\n").encode())


def in_duckdb(path: Path) -> None:
    import duckdb

    read = {name: how if "(" not in how else "VARCHAR" for name, how in TYPES.items()}
    cast = ", ".join(f"{how if '(' in how else name} AS {name}" for name, how in TYPES.items())
    connection = duckdb.connect(config={"threads": pa.cpu_count()})
    started = time.perf_counter(), time.process_time()
    connection.execute(
        f"CREATE TABLE t AS SELECT {cast} FROM read_csv('{path}', header=true, auto_detect=false, delim=',', "
        f"quote='\"', escape='\"', columns={read})"
    )
    told(*started)


def in_this_package(path: Path, what: str) -> None:
    from shared_analysis.contracts import infer, load_contract, validate, write_contract
    from shared_analysis.sources import delimited, read

    assert delimited  # what is imported late is no part of reading
    stated = path.with_suffix(".yaml")
    contract = load_contract(stated) if what == "validate" else None
    started = time.perf_counter(), time.process_time()
    delivery = read(path)
    if contract is None:
        contract = infer(delivery, "people")
    else:
        validate({"people": delivery}, {"people": contract})
    told(*started)
    if what == "infer":
        stated.write_text(write_contract(contract), encoding="utf-8")


def told(began: float, used: float) -> None:
    """Print what it took as JSON; the peak is of the whole process."""
    seconds = {"seconds": time.perf_counter() - began, "processor": time.process_time() - used}
    print(json.dumps({**seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measured(what: str, path: Path) -> dict[str, Any]:
    done = call([sys.executable, "-m", "benchmarks.validation_cost", "--run", what, path], 1_800)
    if isinstance(done, str):
        raise RuntimeError(f"{what}: {done}")
    print(path.name, what, done, file=sys.stderr, flush=True)
    return done


def main(rows: int, columns: int, rounds: int) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as scratch:
        path, wide = Path(scratch) / "people.csv", Path(scratch) / "wide.csv"
        save(path, rows)
        taken = [{what: measured(what, path) for what in NAMES} for _ in range(rounds)]
        save(wide, NARROW, columns // len(TYPES))
        widely = [measured("infer", wide)["processor"] + measured("validate", wide)["processor"] for _ in range(rounds)]
    text = ""
    for what, name in NAMES.items():
        ratio = median(turn[what]["seconds"] / turn["duckdb"]["seconds"] for turn in taken)
        seconds, processor, peak = (
            median(turn[what][key] for turn in taken) for key in ("seconds", "processor", "peak")
        )
        text += f"| {name} | {seconds:.1f} | {processor:.1f} | {ratio:.2f} | {peak:,.0f} |\n"
    print(f"{rows:,} rows of {len(TYPES)} columns:\n\n{HEAD}{text}")
    print(f"{NARROW:,} rows of {columns} columns, inferred and validated: {median(widely):.1f} processor seconds.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--columns", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--run", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run and given.run[0] == "duckdb":
        in_duckdb(Path(given.run[1]))
    elif given.run:
        in_this_package(Path(given.run[1]), given.run[0])
    else:
        main(given.rows, given.columns, given.rounds)
