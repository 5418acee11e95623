"""Invented files as councils have them, each with the table that it means, or the reason why it is none.

Every one is made from a few plain tables, so that what is right is known without reading it back.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from benchmarks.messy.making import (
    BOROUGHS,
    MessyFile,
    Rows,
    counts,
    frame,
    open_document,
    packed,
    people,
    quoted,
    text,
    workbook,
)
from benchmarks.messy.odd_files import odd_files


def corpus() -> list[MessyFile]:
    """Make every file."""
    return [*_encodings(), *_furnished(), *_quotes(), *_books(), *_others(), *_refused(), *odd_files()]


def _encodings() -> Iterator[MessyFile]:
    for label, (names, rows) in {"counts": counts(), "people": people()}.items():
        table = frame(names, rows)
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"):
            yield MessyFile(f"{label}-{encoding}.csv", text(names, rows).encode(encoding), table)
        for word, separator in {"semicolons": ";", "tabs": "\t", "bars": "|"}.items():
            yield MessyFile(f"{label}-{word}.csv", text(names, rows, separator).encode(), table)
            yield MessyFile(f"{label}-{word}-1252.txt", text(names, rows, separator).encode("cp1252"), table)
        for word, end in {"windows": "\r\n", "old-mac": "\r"}.items():
            yield MessyFile(f"{label}-{word}.csv", text(names, rows, end=end).encode(), table)
        yield MessyFile(f"{label}-all-quoted.csv", text(names, rows, always=True).encode(), table)
        yield MessyFile(f"{label}-no-last-end.csv", text(names, rows).rstrip("\n").encode(), table)
        yield MessyFile(f"{label.upper()}.CSV", text(names, rows).encode(), table)
        yield MessyFile(f"{label}.csv.gz", gzip.compress(text(names, rows).encode(), mtime=0), table)
        yield MessyFile(f"{label}.zip", packed(f"{label}.csv", text(names, rows).encode()), table)


def _furnished() -> Iterator[MessyFile]:
    names, rows = counts()
    table, plain = frame(names, rows), text(names, rows)
    wide = "," * (len(names) - 1)
    titles = ["Homelessness in London", "Run on 3 March 2024"]
    yield MessyFile("titles.csv", ("\n".join(titles) + "\n\n" + plain).encode(), table, furniture=(("title", 3),))
    yield MessyFile(
        "titles-of-excel.csv",
        "".join(f"{line}{wide}\n" for line in (*titles, "")).encode() + plain.encode(),
        table,
        furniture=(("title", 3),),
    )
    yield MessyFile("a-title-and-no-gap.csv", f"{titles[0]}\n{plain}".encode(), table, furniture=(("title", 1),))
    yield MessyFile(
        "pairs-above.csv",
        f"Report:,Homelessness\nPeriod:,2024\nOwner:,Housing\n\n{plain}".encode(),
        table,
        furniture=(("title", 4),),
    )
    notes = ["1. Rounded to the nearest 5.", "Source: Department of Examples, 2024", "© Crown copyright"]
    yield MessyFile(
        "notes.csv", (plain + "\n" + "\n".join(notes) + "\n").encode(), table, furniture=(("blank", 1), ("note", 3))
    )
    yield MessyFile(
        "notes-of-excel.csv",
        (plain + f"{wide}\n" + "".join(f"{quoted(note, ',')}{wide}\n" for note in notes)).encode(),
        table,
        furniture=(("blank", 1), ("note", 3)),
    )
    yield MessyFile("a-note-at-once.csv", f"{plain}{notes[0]}{wide}\n".encode(), table, furniture=(("note", 1),))
    yield MessyFile("blank-rows-below.csv", (plain + f"{wide}\n" * 5).encode(), table, furniture=(("blank", 5),))
    yield MessyFile("blank-lines-below.csv", (plain + "\n" * 3).encode(), table, furniture=(("blank", 3),))
    lines = plain.splitlines(keepends=True)
    yield MessyFile(
        "blank-rows-between.csv",
        "".join([*lines[:11], f"{wide}\n", *lines[11:21], "\n", *lines[21:]]).encode(),
        table,
        furniture=(("blank", 2),),
    )
    yield MessyFile(
        "names-again.csv",
        "".join([*lines[:11], lines[0], *lines[11:31], lines[0], *lines[31:]]).encode(),
        table,
        furniture=(("header", 2),),
    )
    total = sum(int(str(row[3])) for row in rows)
    yield MessyFile("a-total.csv", f"{plain}Total,,,{total}\n".encode(), table, furniture=(("total", 1),))
    yield MessyFile(
        "a-total-and-notes.csv",
        f"{plain}Grand total,,,{total}\n\n{notes[1]}\n".encode(),
        table,
        furniture=(("blank", 1), ("note", 1), ("total", 1)),
    )
    monthly = [*rows[:10], ["", "Total", "2024-01-01", "1"], *rows[10:20], ["", "Total", "2024-02-01", "2"]]
    yield MessyFile(
        "totals-of-months-are-rows.csv",
        text(names, monthly).encode(),
        frame(names, [[cell or None for cell in row] for row in monthly]),
    )
    yield MessyFile("columns-without-name-or-value.csv", plain.replace("\n", ",,\n").encode(), table)
    periods = [[borough, str(3 * at), str(5 * at), str(7 * at + 1)] for at, borough in enumerate(BOROUGHS, 1)]
    for word, heads in {"years": ["2021", "2022", "2023"], "months": ["Jan-24", "Feb-24", "Mar-24"]}.items():
        yield MessyFile(
            f"{word}-as-names.csv", text(["borough", *heads], periods).encode(), frame(["borough", *heads], periods)
        )
        yield MessyFile(
            f"{word}-as-names-and-a-corner.csv",
            text(["", *heads], periods).encode(),
            frame(["column_1", *heads], periods),
        )
    grouped = [[row[0], row[1], row[2], row[3], row[1]] for row in periods]
    yield MessyFile(
        "names-in-two-rows.csv",
        (",2023,,2024,\n" + text(["Borough", "Count", "Rate", "Count", "Rate"], grouped)).encode(),
        frame(["Borough", "2023 Count", "2023 Rate", "2024 Count", "2024 Rate"], grouped),
    )
    yield MessyFile(
        "one-column.csv",
        ("case_number\n" + "".join(f"{n:05d}\n" for n in range(30))).encode(),
        frame(["case_number"], [[f"{n:05d}"] for n in range(30)]),
    )
    yield MessyFile("names-only.csv", b"area,month,count\n", frame(["area", "month", "count"], []))
    yield MessyFile(
        "one-row.csv",
        b"area,month,count\nCamden,2024-01,5\n",
        frame(["area", "month", "count"], [["Camden", "2024-01", "5"]]),
    )
    short = [["C100", None, None] if at == 39 else [f"C{at:03d}", f"Name {at}", "x"] for at in range(40)]
    yield MessyFile(
        "a-last-row-with-an-id-only.csv",
        text(["id", "name", "note"], short).encode(),
        frame(["id", "name", "note"], short),
    )


def _quotes() -> Iterator[MessyFile]:
    names, rows = people()
    noted: Rows = [[*row[:3], "wants 2 bed" if at in (10, 30) else "ok"] for at, row in enumerate(rows)]
    columns = [*names[:3], "note"]
    lines = text(columns, noted).splitlines()
    strays = "\n".join(line.replace("wants", '"wants') for line in lines) + "\n"
    said = [[*row[:3], '"wants 2 bed' if row[3] == "wants 2 bed" else row[3]] for row in noted]
    yield MessyFile("marks-that-never-end.csv", strays.encode(), frame(columns, said))
    inches: Rows = [[*row[:3], '12" pipe' if at % 5 == 0 else "none"] for at, row in enumerate(rows)]
    raw = "\n".join([",".join(columns), *(",".join(str(cell or "") for cell in row) for row in inches)]) + "\n"
    yield MessyFile("inches.csv", raw.encode(), frame(columns, inches))
    long: Rows = [[*row[:3], "two lines,\nand more" if at % 4 == 0 else "one"] for at, row in enumerate(rows)]
    yield MessyFile("values-over-lines.csv", text(columns, long).encode(), frame(columns, long))
    yield MessyFile("values-over-lines-of-windows.csv", text(columns, long, end="\r\n").encode(), frame(columns, long))
    doubled: Rows = [[*row[:3], 'called "Ann", once' if at % 3 == 0 else "none"] for at, row in enumerate(rows)]
    yield MessyFile("quoted-quotes.csv", text(columns, doubled).encode(), frame(columns, doubled))
    ragged = [*lines[:20], "00099,Ann", *lines[20:], "00100,Ann,Lee,ok,too,many"]
    yield MessyFile(
        "ragged.csv", ("\n".join(ragged) + "\n").encode(), frame(columns, noted), furniture=(("ragged", 2),)
    )


def _books() -> Iterator[MessyFile]:
    names, rows = counts()
    table = frame(names, rows)
    typed: list[list[Any]] = [[*row[:3], int(str(row[3]))] for row in rows]
    grid: list[list[Any]] = [names, *typed]
    yield MessyFile("plain.xlsx", workbook({"Data": grid}), table)
    yield MessyFile("PLAIN.XLSX", workbook({"Data": grid}), table)
    yield MessyFile("a-book-named.csv", workbook({"Data": grid}), table)
    titled = [["Homelessness in London"], [], ["Run on 3 March"], [], *grid, [], ["Source: Department of Examples"]]
    yield MessyFile(
        "titles.xlsx", workbook({"Data": titled}), table, furniture=(("title", 4), ("blank", 1), ("note", 1))
    )
    cover = [["Contents"], ["Table 1 is on the next sheet"]]
    yield MessyFile("a-cover.xlsx", workbook({"Cover": cover, "Table 1": grid, "Notes": [["A note"]]}), table)
    yield MessyFile("several.xlsx", workbook({"One": grid, "Two": grid}), refusal="2 sheets hold a table: 'One', 'Two'")
    yield MessyFile("several-one-named.xlsx", workbook({"One": titled, "Two": grid}), table, sheet="Two")
    periods = [[borough, 3 * at, 5 * at, 7 * at, 9 * at] for at, borough in enumerate(BOROUGHS, 1)]
    whole: Rows = [[str(cell) for cell in row] for row in periods]
    yield MessyFile(
        "merged.xlsx",
        workbook(
            {"Data": [[], ["Borough", "Count", "Rate", "Count", "Rate"], *periods]},
            merged=((0, 1, 0, 2, "2023"), (0, 3, 0, 4, "2024")),
        ),
        frame(["Borough", "2023 Count", "2023 Rate", "2024 Count", "2024 Rate"], whole),
    )
    moved = [[None, None, *row] for row in ([], [], *grid)]
    yield MessyFile("moved-right-and-down.xlsx", workbook({"Data": moved}), table, furniture=(("title", 2),))
    yield MessyFile("plain.ods", open_document([names, *rows]), table)
    yield MessyFile("titles.ods", open_document([["Title of it"], [], names, *rows]), table, furniture=(("title", 2),))
    yield MessyFile("no-table.xlsx", workbook({"Notes": cover}), refusal="No sheet has a row with the names")
    yield MessyFile("cut-short.xlsx", workbook({"Data": grid})[:1500], refusal="not whole")


def _others() -> Iterator[MessyFile]:
    names, rows = counts()
    table = frame(names, rows)
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    yield MessyFile("plain.parquet", buffer.getvalue(), table)
    buffer = io.BytesIO()
    table.set_index(["area_code", "month"]).to_parquet(buffer)
    yield MessyFile("an-index.parquet", buffer.getvalue(), table[["area_code", "month", "area_name", "count"]])
    buffer = io.BytesIO()
    table.drop_duplicates("area_code").set_index("area_code").rename_axis(None).to_parquet(buffer)
    unnamed = table.drop_duplicates("area_code", ignore_index=True).rename(columns={"area_code": "index"})
    yield MessyFile("an-index-without-a-name.parquet", buffer.getvalue(), unnamed)
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    yield MessyFile("cut-short.parquet", buffer.getvalue()[:800], refusal="not a whole Parquet file")


def _refused() -> Iterator[MessyFile]:
    names, rows = counts()
    plain = text(names, rows)
    page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in to continue</body></html>\n"
    no_tables = {
        "sign-in.csv": (page.encode(), "a web page"),
        "page-in-capitals.xlsx": (page.upper().encode(), "a web page"),
        "lfs.csv": (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n", "Git LFS"),
        "housing.csv.dvc": (b"outs:\n- md5: ab\n  size: 12\n  path: housing.csv\n", "DVC"),
        "report.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture"),
        "records.csv": (b'[{"area": "Camden", "count": 1}]', "a JSON document"),
        "record.csv": (b'{"area": ["Camden"], "count": [1]}', "a JSON document"),
        "feed.csv": (b'<?xml version="1.0"?><rows><row/></rows>', "an XML document"),
        "binary.csv": (bytes(range(256)) * 4, "binary data"),
        "empty.csv": (b"", "empty"),
        "blanks.csv": (b"\n\n  \n", "empty"),
        "letter.csv": (packed("word/document.xml", b"<w/>"), "a Word document"),
        "two-in-one.zip": (_two(), "2 files"),
        "broken.csv.gz": (gzip.compress(plain.encode())[:60], "not whole"),
        "cut-short.csv": (plain[:-9].encode(), "ends within a row"),
        "no-names.csv": (plain.partition("\n")[2].encode(), "no row with the names"),
        "people-no-names.csv": (text(*people()).partition("\n")[2].encode(), "no row with the names"),
        "a-name-twice.csv": (plain.replace("area_name", "month", 1).encode(), "repeated"),
    }
    for name, (content, words) in no_tables.items():
        yield MessyFile(name, content, refusal=words)


def _two() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
        archive.writestr("b.csv", "a,b\n1,2\n")
    return buffer.getvalue()
