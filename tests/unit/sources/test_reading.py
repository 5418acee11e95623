"""Files in other files, encodings that break off, and furniture deep inside a long file."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from benchmarks.messy.making import workbook
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read, read_table
from shared_analysis.sources.reading import Reading

PEOPLE = b"case_number,surname,note\n" + b"".join(b"A%04d,S%d,ok\n" % (row, row) for row in range(2_000))
WORKBOOK = (["case_number", "surname"], ["A1", "Oak"], ["A2", "Elm"])


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("wrapping", [0, 1, 2])
@pytest.mark.parametrize("inside", ["text", "workbook"])
def test_a_table_is_found_in_archives(tmp_path: Path, wrapping: int, inside: str) -> None:
    content, name, rows = (
        (PEOPLE, "people.csv", 2_000) if inside == "text" else (workbook({"Sheet1": WORKBOOK}), "people.xlsx", 2)
    )
    ways = (
        [("zip", zipped(name, content)), ("gz", gzip.compress(content))],
        [("zip", zipped(f"{name}.gz", gzip.compress(content))), ("gz", gzip.compress(zipped(name, content)))],
        [("zip", zipped("people.zip", zipped(name, content)))],
    )[wrapping]
    for suffix, packed in ways:
        path = tmp_path / f"people.{suffix}"
        path.write_bytes(packed)
        assert len(read(path).table) == rows


def test_a_file_packed_again_and_again_is_refused(tmp_path: Path) -> None:
    content = PEOPLE
    for _ in range(5):
        content = gzip.compress(content)
    (tmp_path / "people.csv.gz").write_bytes(content)
    with pytest.raises(SharedAnalysisError, match="packed again and again"):
        read(tmp_path / "people.csv.gz")


def test_no_table_hides_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "people.zip").write_bytes(zipped("people.csv.gz", gzip.compress(b"<!DOCTYPE html><html></html>")))
    with pytest.raises(SharedAnalysisError, match="web page"):
        read(tmp_path / "people.zip")


ROWS = "<tr><td>area</td></tr><tr><td>Camden</td></tr>"
OFFICE = "urn:schemas-microsoft-com:office:"
EXCEL_2003 = f'<Workbook xmlns="{OFFICE}spreadsheet"><Worksheet><Table><Row/></Table></Worksheet></Workbook>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(
    ("text", "said", "advice"),
    [
        (f"<html><body><table>{ROWS}</table></body></html>", "a web page with a table", "open it in Excel"),
        (f'<html xmlns:x="{OFFICE}excel"\n xmlns="x"><table>{ROWS}', "a web page with a table", "open it in Excel"),
        (f"<table border=1>{ROWS}</table>", "a web page with a table", "open it in Excel"),
        (f"\r\n<!-- a --><!-- b -->\r\n<div><table>{ROWS}", "a web page with a table", "open it in Excel"),
        (f'<?xml version="1.0"?><!DOCTYPE html><html>{ROWS}', "a web page with a table", "open it in Excel"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a web page, such as", "signed in"),
        (f"<html><style>{'x' * 70_000}</style>{ROWS}", "a web page, such as", "if the page shows the table, open it"),
        (f'<?xml version="1.0"?>\n{EXCEL_2003}', "a workbook in the XML of Excel 2003", "open it in Excel"),
        (
            f'<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n{EXCEL_2003}',
            "a workbook in the XML of Excel 2003",
            "open it in Excel",
        ),
        ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "an XML document", "export the table"),
        ("<!-- a -->" * 60 + "<a/>", "a document in a language of markup", "export the table"),
        ("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n", "a web archive or a mail", "open it in Excel"),
        ("create table area (code text);\n", "a file of SQL", "export the table"),
    ],
)
def test_what_is_no_table_is_refused_in_every_encoding_with_what_helps(
    tmp_path: Path, text: str, said: str, advice: str, encoding: str
) -> None:
    path = tmp_path / "report.xls"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(SharedAnalysisError, match=f"This is {said}(.|\n)*{advice}"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_of_pieces_of_web_pages_is_a_table(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "pages.csv"
    path.write_bytes("number,text\n1,<td>one</td>\n2,<html><table>\n3,<!-- three -->\n".encode(encoding))
    assert read(path).table["text"].tolist() == ["<td>one</td>", "<html><table>", "<!-- three -->"]


@pytest.mark.parametrize("place", [300, 1_000, 1_700])
@pytest.mark.parametrize(
    ("line", "kind"), [(b"----,----,----", "rule"), (b"case_number,surname,note", "header"), (b",,", "blank")]
)
def test_furniture_deep_inside_a_long_file_is_found(tmp_path: Path, place: int, line: bytes, kind: str) -> None:
    lines = PEOPLE.splitlines()
    (tmp_path / "people.csv").write_bytes(b"\n".join([*lines[:place], line, *lines[place:]]) + b"\n")
    delivery = read(tmp_path / "people.csv")
    assert [(each.kind, each.rows) for each in delivery.aside] == [(kind, (place + 1,))]
    assert len(delivery.table) == 2_000


def test_an_encoding_that_breaks_off_is_no_fault_of_the_contract(tmp_path: Path) -> None:
    text = b"\xff\xfe" + "case_number,surname\nA1,Oak\nA2,Elm\n".encode("utf-16-le") + b"\x00\xd8,"
    (tmp_path / "people.csv").write_bytes(text)
    with pytest.raises(SharedAnalysisError, match="further down it is none") as error:
        read(tmp_path / "people.csv")
    assert "contract" not in str(error.value)


@pytest.mark.parametrize("seed", range(6))
def test_one_column_of_words_is_no_columns_of_blanks(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    words = ["".join(draw.choice("abcdefgh") for _ in range(draw.randint(2, 9))).capitalize() for _ in range(40)]
    heading = draw.choice(["address", "Full name", "full postal address", "remarks"])
    number = draw.choice([1, 2, 3, 4])
    lines = [" ".join(draw.choice(words) for _ in range(number)) for _ in range(60)]
    if draw.random() < 0.5:
        lines = [f"{draw.randint(1, 200)} {line}" for line in lines]
    if draw.random() < 0.5:
        lines = [line.replace(" ", "  ", 1) if draw.random() < 0.3 else line for line in lines]
    (tmp_path / "t.csv").write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    table = read_table(tmp_path / "t.csv")
    assert table[heading].tolist() == lines


@pytest.mark.parametrize("seed", range(6))
def test_columns_that_line_up_are_refused(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    widths = [draw.randint(8, 14) for _ in range(draw.randint(2, 6))]

    def cell(width: int) -> str:
        text = "".join(draw.choice("abcdefgh 12") for _ in range(draw.randint(1, width - 2))).strip() or "a"
        return text.ljust(width) if draw.random() < 0.9 else " " * width

    lines = ["".join(f"name{at}".ljust(width) for at, width in enumerate(widths))]
    lines += ["".join(cell(width) for width in widths) for _ in range(60)]
    (tmp_path / "t.txt.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="apart by blanks"):
        read(tmp_path / "t.txt.csv")


MESSAGES = [
    "ORA-01017: invalid username/password; logon denied",
    "Access denied",
    "Error: the query could not be completed, try again",
    "Msg 208, Level 16, State 1, Line 1\nInvalid object name",
    "Your session has expired. Log in again.",
    "403 Forbidden",
    "Failed to connect to the database, port 1521\n\nConnection reset",
]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_alone_is_no_table(tmp_path: Path, message: str, end: str) -> None:
    (tmp_path / "t.csv").write_bytes((message + end).encode())
    with pytest.raises(SharedAnalysisError, match="no table: it is the message of a program"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("name", ["Timed out", "Access denied", "Error: code", "failed"])
def test_a_column_may_count_what_failed(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.csv").write_text(f"{name},ward,visits\n2,Abbey,3\n4,Dene,5\n")
    assert read(tmp_path / "t.csv").table[name].tolist() == ["2", "4"]


@pytest.mark.parametrize("size", [100_000, 140_000, 3_000_000])
@pytest.mark.parametrize("mark", ["", '"'])
def test_a_value_may_be_long(tmp_path: Path, size: int, mark: str) -> None:
    note = "ash, elm" * (size // 8) if mark else "ash-elm-" * (size // 8)
    (tmp_path / "t.csv").write_text(f"number,note\n1,oak\n2,{mark}{note}{mark}\n\n3,fir\n")
    assert read(tmp_path / "t.csv").table["note"].tolist() == ["oak", note, "fir"]


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
def test_wide_text_with_its_mark_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes("\ufeffnumber,name\n1,Oak\n2,Siân\n".encode(encoding))
    assert read(tmp_path / "t.csv").table["name"].tolist() == ["Oak", "Siân"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without a mark", "with a mark"])
@pytest.mark.parametrize("stated", [False, True], ids=["found", "stated"])
def test_a_text_that_is_no_utf_8_further_down_never_becomes_a_table_of_broken_text(
    tmp_path: Path, mark: bytes, stated: bool
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(mark + b"ref,name\n" + "1,Siân\n".encode() * 400 + b"2,Bront\xeb\n")
    reading = Reading(format="csv", encoding="utf-8", separator=",", header_row=1) if stated else None
    with pytest.raises(SharedAnalysisError, match=r"(?i)utf-8"):
        read(path, reading)


@pytest.mark.parametrize("title", [b"", b"Areas\n\n"], ids=["no title", "a title"])
@pytest.mark.parametrize("name", [b'"Area\ncode"', b'"Area\r\n\r\ncode"'])
def test_the_name_of_a_column_may_run_over_lines(tmp_path: Path, title: bytes, name: bytes) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(title + name + b",Number\n" + b"E09000001,5\n" * 9)
    delivery = read(path)
    assert (list(delivery.table), delivery.rows) == (["Area code", "Number"], 9)
