"""Good files, damaged at random: in their bytes, lines, cells and headers; and what must hold of each all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd

from shared_analysis.contracts import infer, validate, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Delivery, read

MARK = "Zq7x"
"""In every value that describes somebody, and in no message or contract."""
NAMES = ["case_number", "forename", "surname", "dob", "address", "phone", "need"]


def good(random: Random, rows: int) -> list[list[str]]:
    """A table of people, names of columns first; every value about somebody holds the mark."""
    needs = ["repairs", "advice", "housing"]
    people = [
        [
            f"{MARK}{number:04d}",
            f"{MARK}{random.choice('abcdef')}nna",
            f"{MARK}{random.choice(['Ng', 'Smith', 'Núñez'])}",
            f"{1940 + random.randint(0, 60)}-0{random.randint(1, 9)}-{random.randint(10, 28)}",
            f"{random.randint(1, 99)} {MARK} Street",
            f"020 7946 0{random.randint(100, 999)}",
            random.choice(needs),
        ]
        for number in range(rows)
    ]
    return [NAMES, *people]


def _line(change: Callable[[Random, list[str], int], None]) -> Callable[[Random, bytes], bytes]:
    def damage(random: Random, content: bytes) -> bytes:
        lines = content.decode("utf-8", errors="replace").split("\n")
        change(random, lines, random.randrange(len(lines)))
        return "\n".join(lines).encode()

    return damage


def _cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content))]


def _byte(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]


def _insert(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    return (
        content[:at] + random.choice([b'"', b",", b"\n", b"\r\n", b"\xa3", b"\x00", b"'", b";", b"\t"]) + content[at:]
    )


def _drop_separator(random: Random, lines: list[str], at: int) -> None:
    lines[at] = lines[at].replace(",", "", 1)


def _add_separator(random: Random, lines: list[str], at: int) -> None:
    lines[at] = lines[at].replace(",", ",,", 1)


def _quote(random: Random, lines: list[str], at: int) -> None:
    cells = lines[at].split(",")
    cell = random.randrange(len(cells))
    cells[cell] = random.choice(['"' + cells[cell], cells[cell] + '"', f'"{cells[cell]}', f'a"{cells[cell]}'])
    lines[at] = ",".join(cells)


def _blank(random: Random, lines: list[str], at: int) -> None:
    lines.insert(at, random.choice(["", "," * (len(NAMES) - 1), "   "]))


def _note(random: Random, lines: list[str], at: int) -> None:
    lines.append(random.choice(["Source: the register of examples", "1. Rounded to 5", "Total,,,,,,", "End of report"]))


def _title(random: Random, lines: list[str], at: int) -> None:
    lines.insert(0, random.choice(["Register of people", "Report,2024", "", "Run on 3 March 2024"]))


def _twice(random: Random, lines: list[str], at: int) -> None:
    lines.insert(at, lines[0])


def _headless(random: Random, lines: list[str], at: int) -> None:
    del lines[0]


def _swap(random: Random, lines: list[str], at: int) -> None:
    other = random.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


DAMAGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    _cut,
    _byte,
    _insert,
    *map(_line, (_drop_separator, _add_separator, _quote, _blank, _note, _title, _twice, _headless, _swap)),
)


def damaged(seed: int) -> bytes:
    """Make a good file, and do one to three things to it."""
    random = Random(seed)
    rows = good(random, random.choice([1, 2, 5, 20, 60]))
    content = "".join(",".join(row) + "\n" for row in rows).encode()
    for _ in range(random.randint(1, 3)):
        content = random.choice(DAMAGES)(random, content) or b"\n"
    return content


def faults(content: bytes, folder: Path) -> list[str]:
    """Say what does not hold of a file: every row is accounted for, and nothing that is said shows a value."""
    path = folder / "people.csv"
    path.write_bytes(content)
    said: list[str] = []
    found = []
    try:
        delivery = read(path)
        said += [delivery.reading.words, *(aside.words for aside in delivery.aside), *delivery.remarks]
        if (lost := rows_lost(content, delivery)) != 0:
            found.append(f"{lost} rows are lost")
        contract = infer(delivery, "people")
        said.append(write_contract(contract))
        report = validate({"people": delivery}, {"people": contract}, 1.0)
        said.append(report.summary())
        good_rows, bad = len(report.tables["interim/people"]), len(report.tables["quarantine/people"])
        if good_rows + bad != len(delivery.table) or report.sizes["people"] != (
            good_rows + bad + delivery.ragged,
            bad + delivery.ragged,
        ):
            found.append("the report does not add up")
    except SharedAnalysisError as error:
        said.append(str(error))
    return found + [f"a value is shown: {words[:80]}" for words in said if MARK in words]


def rows_lost(content: bytes, delivery: Delivery) -> int:
    """Count the lines of a file beside the rows that a delivery accounts for, and line ends within its values."""
    text = content.decode(str(delivery.reading.encoding), errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + (not text.endswith("\n"))
    inside = 0
    for name in delivery.table.columns:
        values = delivery.table[name].dropna()
        inside += int(values.str.replace("\r\n", "\n").str.replace("\r", "\n").str.count("\n").sum())
    return lines - delivery.rows_in_file - inside


def survey(files: int, folder: Path) -> pd.DataFrame:
    """Damage so many files; say of how many what does not hold."""
    rows = [(seed, fault) for seed in range(files) for fault in faults(damaged(seed), folder)]
    return pd.DataFrame(rows, columns=["seed", "fault"])
