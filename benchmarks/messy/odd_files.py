"""More invented files: pages, forms, blocks of notes, totals under other names, and what only looks like a table."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from benchmarks.messy.making import MessyFile, Rows, counts, frame, packed, people, text, workbook


def library() -> tuple[list[str], Rows]:
    """A small table of figures."""
    names = ["library", "visits", "loans", "borrowers"]
    branches = ["Abbey Library", "Beacon Library", "Castle Library", "Dene Library", "Elm Library", "Furze Library"]
    rows: Rows = [
        [branch, str(20_140 + 1_711 * at), str(9_120 + 803 * at), str(1_450 + 97 * at)]
        for at, branch in enumerate(branches)
    ]
    return names, rows


def odd_files() -> Iterator[MessyFile]:
    """Make every one."""
    yield from _rows_that_are_none()
    yield from _headings()
    yield from _columns()
    yield from _wrapped()
    yield from _no_tables()


def _rows_that_are_none() -> Iterator[MessyFile]:
    names, rows = library()
    table, plain = frame(names, rows), text(names, rows)
    sums = ["", *(str(sum(int(str(row[at])) for row in rows)) for at in (1, 2, 3))]
    means = ",".join(["Average", *(f"{int(total) / len(rows):.1f}" for total in sums[1:])]) + "\n"
    for word in ("Grand Total", "All libraries", "Northmere"):
        total = ",".join([word, *sums[1:]]) + "\n"
        yield MessyFile(f"adds-up-{word[:3]}.csv", (plain + total).encode(), table, furniture=(("total", 1),))
        yield MessyFile(f"mean-too-{word[:3]}.csv", (plain + total + means).encode(), table, furniture=(("total", 2),))
    total = ",".join(["Total", *sums[1:]]) + "\n"
    head, _, body = plain.partition("\n")
    yield MessyFile("total-first.csv", f"{head}\n{total}{body}".encode(), table, furniture=(("total", 1),))
    dashes = ",".join(["-----"] * 4) + "\n"
    yield MessyFile(
        "dashes-and-total.csv", (plain + dashes + total + dashes).encode(), table, furniture=(("rule", 2), ("total", 1))
    )
    contact = ",,,\nContact: Data Team,,,\nEmail: data@example.org,,,\nTel: 020 7946 0991,,,\n"
    yield MessyFile("contact-below.csv", (plain + contact).encode(), table, furniture=(("blank", 1), ("note", 3)))
    numbered = ",,,\nNotes,,,\n1,Visits are counted at the door,,\n2,Loans leave out renewals,,\n3,Unaudited,,\n"
    yield MessyFile("numbered-notes.csv", (plain + numbered).encode(), table, furniture=(("blank", 1), ("note", 4)))
    remark = f"{head}\n(figures are provisional),,,\n{body}"
    yield MessyFile("remark-under-names.csv", remark.encode(), table, furniture=(("note", 1),))
    types = f"{head}\nvarchar(50),int,int,int\n{body}"
    yield MessyFile("types-under-names.csv", types.encode(), table, furniture=(("unit", 1),))
    letters = f"{head}\na,b,c,d=b*c\n{body}"
    yield MessyFile("letters-under-names.csv", letters.encode(), table, furniture=(("unit", 1),))
    lines = body.splitlines(keepends=True)
    paged = ["Libraries,,,\n", f"{head}\n", *lines[:3], "Page 1 of 2,,,\n", "Libraries,,,\n", f"{head.upper()}\n"]
    paged += [*lines[3:], "Page 2 of 2,,,\n"]
    furniture = (("title", 1), ("header", 1), ("page", 3))
    yield MessyFile("pages.csv", "".join(paged).encode(), table, furniture=furniture)
    continued = ["Libraries,,,\n", f"{head}\n", *lines[:3], "(continued overleaf),,,\n", "Libraries (continued),,,\n"]
    continued += [f"{head}\n", *lines[3:]]
    furniture = (("title", 1), ("header", 1), ("page", 2))
    yield MessyFile("continued.csv", "".join(continued).encode(), table, furniture=furniture)
    trailer = f"HDR,LIB,20240301\n{plain}TRL,000006\n"
    yield MessyFile("header-and-trailer.csv", trailer.encode(), table, furniture=(("title", 1), ("note", 1)))


def _headings() -> Iterator[MessyFile]:
    _, rows = library()
    firsts = frame(["library", "01/01/2024", "01/02/2024", "01/03/2024"], rows)
    yield MessyFile("days-as-names.csv", text(list(firsts), rows).encode(), firsts)
    ages = frame(["library", "16", "17", "18"], rows)
    yield MessyFile("ages-as-names.csv", text(list(ages), rows).encode(), ages)
    years = frame(["library", "2021", "2022", "2023"], rows)
    yield MessyFile("years-as-headings.csv", text(list(years), rows).encode(), years)
    wrapped = "Library,Visits,Loans,Borrowers\n,in person,of books,aged under five\n"
    joined = frame(["Library", "Visits in person", "Loans of books", "Borrowers aged under five"], rows)
    yield MessyFile("names-wrapped.csv", (wrapped + text([], rows).lstrip("\n")).encode(), joined)
    numbered = frame(["0", "1", "2", "3"], rows)
    yield MessyFile("numbers-of-pandas.csv", text(list(numbered), rows).encode(), numbered)
    plain = frame(*library())
    about = [["Note", "Text"], ["1", "Visits are counted at the door"]]
    sheets = {"Data": [list(plain), *rows], "Notes": about, "Lookups": [["Code", "Meaning"], ["V", "Void"]]}
    yield MessyFile("sheets-about-it.xlsx", workbook(sheets), plain)


def _columns() -> Iterator[MessyFile]:
    names, rows = library()
    table, plain = frame(names, rows), text(names, rows)
    lines = plain.splitlines()
    beside = [f"{lines[0]},,", f"{lines[1]},,NB unaudited", *(f"{line},," for line in lines[2:])]
    yield MessyFile("note-beside.csv", ("\n".join(beside) + "\n").encode(), table)
    own: Rows = [[*row[:3], None if at % 3 == 1 else row[3]] for at, row in enumerate(rows)]
    early = [",".join(str(cell) for cell in row if cell) for row in own]
    ends = "\n".join([",".join(names), *early]) + "\n"
    yield MessyFile("rows-end-early.csv", ends.encode(), frame(names, own))
    said, words = ["Bins, again", 'Sign reads "No ball games"', "Nothing to add"], ["C1", "C2", "C3"]
    remarks: Rows = [[ref, what, "Oak"] for ref, what in zip(words, said, strict=True)]
    escaped = '"ref","remark","officer"\n' + "".join(
        ",".join('"' + str(cell).replace('"', '\\"') + '"' for cell in row) + "\n" for row in remarks
    )
    yield MessyFile("backslash-quotes.csv", escaped.encode(), frame(["ref", "remark", "officer"], remarks))
    yield MessyFile("unit-separators.csv", text(names, rows, "\x1f").encode(), table)
    yield MessyFile("utf-32.csv", plain.encode("utf-32"), table)
    addresses: Rows = [[f"{7 + 5 * at} High Street"] for at in range(40)]
    yield MessyFile("one-column-of-addresses.csv", text(["address"], addresses).encode(), frame(["address"], addresses))
    last: Rows = [[f"Asks for a room number {at} on the ground floor", "Oak", "2"] for at in range(12)]
    last += [["This one was opened by phone and never closed", None, None]]
    yield MessyFile(
        "last-is-a-record.csv",
        text(["remarks", "officer", "visits"], last).encode(),
        frame(["remarks", "officer", "visits"], last),
    )


def _wrapped() -> Iterator[MessyFile]:
    names, rows = people()
    table, plain = frame(names, rows), text(names, rows).encode()
    yield MessyFile("gz-in-zip.zip", packed("people.csv.gz", gzip.compress(plain, mtime=0)), table)
    yield MessyFile("zip-in-gz.csv.gz", gzip.compress(packed("people.csv", plain), mtime=0), table)
    yield MessyFile("zip-in-zip.zip", packed("people.zip", packed("people.csv", plain)), table)


def _no_tables() -> Iterator[MessyFile]:
    names, rows = counts()
    plain = text(names, rows)
    merge = (
        f"{plain}<<<<<<< HEAD\nE09000001,Barnet,2024-09-01,1\n=======\nE09000001,Barnet,2024-09-01,2\n>>>>>>> other\n"
    )
    single = "\n".join(",".join(f"'{cell}'" for cell in row) for row in [names, *rows]) + "\n"
    whole = "\n".join('"' + ",".join(map(str, row)) + '"' for row in [names, *rows]) + "\n"
    shut = "Comments\nThe lift is broken, again\nNothing to add\nStaff were kind, patient, and quick\nNo\n"
    form = "Name of premises: The Heron\nAddress: 3 Tanner Row\nDate of visit: 12/02/2024\nOfficer: E Quill\n"
    second = "ward,homes,rent\nAbbey,120,98\nBeacon,157,100\nCastle,200,99\n"
    no_tables = {
        "merge.csv": (merge, "a merge in git that was not finished"),
        "single-quotes.csv": (single, "single quotation marks"),
        "whole-lines.csv": (whole, "around whole lines"),
        "commas-in-one-column.csv": (shut, "one column"),
        "form.csv": (form, "lines are names with a value"),
        "second-table.csv": (text(*library()) + "\n" + second, "a second table"),
        "dump.csv": ("-- MySQL dump 10.13\nDROP TABLE IF EXISTS `a`;\n", "SQL"),
        "places.csv": ("<kml><Document><name>Fernley</name></Document></kml>", "markup"),
        "contacts.csv": ("BEGIN:VCARD\nVERSION:3.0\nN:Oak;Ash\nEND:VCARD\n", "contacts"),
        "script.csv": ("import pandas as pd\n\nprint(pd.__version__)\n", "a program"),
        "failed.csv": (
            'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n',
            "a program that failed",
        ),
        "nothing.csv": ("Licences in force\n\nNo data available for the chosen criteria.\n", "there are no data"),
        "blanks-line-up.csv": (
            "ward      homes  rent\nAbbey       120    98\nBeacon       15   100\n",
            "apart by blanks",
        ),
    }
    for name, (content, words) in no_tables.items():
        yield MessyFile(name, content.encode(), refusal=words)
