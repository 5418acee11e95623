from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import files, read_table, write_json, write_table, write_text


def csv(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_csv_is_read_as_text_and_an_empty_field_is_missing(tmp_path: Path) -> None:
    table = read_table(csv(tmp_path, 'id,postcode,born\n007,E8 1AA,1990-01-01\n008,,"NA"\n'))
    assert table["id"].tolist() == ["007", "008"]
    assert table["postcode"].tolist() == ["E8 1AA", None]
    assert table["born"].tolist() == ["1990-01-01", "NA"]


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_bom_crlf_and_unicode_are_read(tmp_path: Path, start: str) -> None:
    table = read_table(csv(tmp_path, f"{start}id,name\r\n1,Żółć\r\n2,李小龙\r\n"))
    assert list(table.columns) == ["id", "name"]
    assert table["name"].tolist() == ["Żółć", "李小龙"]


def test_a_line_break_inside_quotes_belongs_to_the_field(tmp_path: Path) -> None:
    assert read_table(csv(tmp_path, 'id,note\n1,"two\nlines"\n'))["note"].tolist() == ["two\nlines"]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    table = read_table(csv(tmp_path, "id,name\n"))
    assert list(table.columns) == ["id", "name"]
    assert table.empty


def test_a_truncated_csv_names_the_row_and_shows_no_value(tmp_path: Path) -> None:
    path = csv(tmp_path, "id,name,born\n1,Secretname,1990-01-01\n2,Othersecret")
    with pytest.raises(SharedAnalysisError) as error:
        read_table(path)
    assert "people.csv, row 3: 2 fields, 3 expected" in str(error.value)
    assert "secret" not in str(error.value).lower()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no header"),
        (b"\xef\xbb\xbf\n", "no header"),
        (b"id,id\n1,2\n", "repeated: id"),
        (b"17,Alice,Zwingli,1980-02-03\n18,Bob,Young,1981-02-03\n", "does not hold column names"),
        (b"id,,name\n1,2,3\n", "does not hold column names"),
        ("id,name\n1,a\n".encode("utf-16"), "not UTF-8"),
        ("id,name\n1,Zo\xeb\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_damaged_csv_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(SharedAnalysisError, match=says):
        read_table(csv(tmp_path, content))


def test_a_quotation_mark_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="people"):
        read_table(csv(tmp_path, b'id,name\n1,2,"' + b"x" * 200_000))


def test_missing_unknown_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="not there"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(SharedAnalysisError, match="CSV or Parquet"):
        read_table(csv(tmp_path, "x", "table.xlsx"))
    with pytest.raises(SharedAnalysisError, match="whole Parquet"):
        read_table(csv(tmp_path, "PAR1 cut", "table.parquet"))


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["a", "b"],
            "born": pd.to_datetime(["1990-01-01", None]),
            "seen": pd.array([1, None], dtype="Int64"),
            "share": [0.25, np.nan],
        },
        index=[9, 3],
    )


def test_the_same_table_is_the_same_bytes_and_comes_back(tmp_path: Path, table: pd.DataFrame) -> None:
    for suffix in ("csv", "parquet"):
        one, two = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
        write_table(one, table)
        write_table(two, table.reset_index(drop=True))
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(two.read_bytes()).digest()
    back = read_table(tmp_path / "one.parquet")
    assert back["share"].isna().tolist() == [False, True]
    assert back["born"].tolist()[0] == pd.Timestamp("1990-01-01")
    assert (tmp_path / "one.csv").read_bytes() == b"id,born,seen,share\na,1990-01-01,1,0.25\nb,,,\n"


def test_synthetic_tables_say_so_inside(tmp_path: Path, table: pd.DataFrame) -> None:
    path = tmp_path / "people.parquet"
    write_table(path, table, synthetic=True)
    assert pq.read_schema(path).metadata == {b"data": b"SYNTHETIC"}
    write_table(path, table)
    assert pq.read_schema(path).metadata is None


def test_a_failed_write_leaves_the_earlier_file_and_no_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note.md"
    write_text(path, "before\n")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "after\n")
    assert path.read_text() == "before\n"
    assert list(tmp_path.iterdir()) == [path]


def test_json_refuses_what_is_not_a_number(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "metrics.json", {"mase": float("nan")})
    write_json(tmp_path / "metrics.json", {"b": "ü", "a": 1})
    assert (tmp_path / "metrics.json").read_bytes() == '{\n  "b": "ü",\n  "a": 1\n}\n'.encode()
