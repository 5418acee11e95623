from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import read_canonical, write_json, write_table, write_text


def csv(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_csv_is_read_as_text_and_an_empty_field_is_missing(tmp_path: Path) -> None:
    table = read_canonical(csv(tmp_path, 'id,postcode,born\n007,E8 1AA,1990-01-01\n008,,"NA"\n'))
    assert table["id"].tolist() == ["007", "008"]
    assert table["postcode"].tolist() == ["E8 1AA", None]
    assert table["born"].tolist() == ["1990-01-01", "NA"]


def test_an_empty_field_is_missing_in_quotes_or_not_and_blanks_are_a_value(tmp_path: Path) -> None:
    table = read_canonical(csv(tmp_path, 'id,name\n1,""\n2,\n3," "\n4,"null"\n'))
    assert table["name"].tolist() == [None, None, " ", "null"]
    alone = read_canonical(csv(tmp_path, 'name\n""\n"a"\n'))
    assert alone["name"].tolist() == [None, "a"]


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_bom_crlf_and_unicode_are_read(tmp_path: Path, start: str) -> None:
    table = read_canonical(csv(tmp_path, f"{start}id,name\r\n1,Żółć\r\n2,李小龙\r\n"))
    assert list(table.columns) == ["id", "name"]
    assert table["name"].tolist() == ["Żółć", "李小龙"]


def test_a_line_break_inside_quotes_belongs_to_the_field(tmp_path: Path) -> None:
    assert read_canonical(csv(tmp_path, 'id,note\n1,"two\nlines"\n'))["note"].tolist() == ["two\nlines"]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    table = read_canonical(csv(tmp_path, "id,name\n"))
    assert list(table.columns) == ["id", "name"]
    assert table.empty


def test_a_truncated_csv_names_the_row_and_shows_no_value(tmp_path: Path) -> None:
    path = csv(tmp_path, "id,name,born\n1,Secretname,1990-01-01\n2,Othersecret")
    with pytest.raises(SharedAnalysisError) as error:
        read_canonical(path)
    assert "people.csv, row 3: 2 fields, 3 expected" in str(error.value)
    assert "secret" not in str(error.value).lower()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no header"),
        (b"\xef\xbb\xbf\n", "no header"),
        (b"id,name,id\n1,2,3\n", "repeated: columns 1 and 3"),
        (b"17,Alice,Zwingli,1980-02-03\n18,Bob,Young,1981-02-03\n", "does not hold column names"),
        (b"id,,name\n1,2,3\n", "does not hold column names"),
        ("id,name\n1,a\n".encode("utf-16"), "not UTF-8"),
        ("id,name\n1,Zo\xeb\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_damaged_csv_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(SharedAnalysisError, match=says):
        read_canonical(csv(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        ("Member No;First Name;Rent\n1;Ann;2,50\n", "semicolons"),
        ("\ufeffMember No\tFirst Name\n1\tAnn\n", "tabs"),
        ("Member No|First Name|Town\n1|Ann|Ely\n", "bars"),
    ],
)
def test_other_separators_are_named(tmp_path: Path, content: str, mark: str) -> None:
    with pytest.raises(SharedAnalysisError, match=f"separates columns with {mark}") as error:
        read_canonical(csv(tmp_path, content))
    assert "CSV UTF-8 (Comma delimited)" in str(error.value.next_step)


def test_one_column_with_a_mark_in_its_name_is_read(tmp_path: Path) -> None:
    assert list(read_canonical(csv(tmp_path, "and|or\n1\n")).columns) == ["and|or"]
    assert list(read_canonical(csv(tmp_path, '"a;b;c",d\n1,2\n')).columns) == ["a;b;c", "d"]


def test_a_file_in_an_older_encoding_is_told_how_to_be_saved(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError) as error:
        read_canonical(csv(tmp_path, "id,name\n1,Zo\xeb\n".encode("cp1252")))
    assert "in Excel: File, Save As, CSV UTF-8 (Comma delimited)" in str(error.value.next_step)


def test_a_quotation_mark_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="people"):
        read_canonical(csv(tmp_path, b'id,name\n1,2,"' + b"x" * 200_000))


def test_missing_unknown_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="not there"):
        read_canonical(tmp_path / "none.csv")
    with pytest.raises(SharedAnalysisError, match="CSV or Parquet"):
        read_canonical(csv(tmp_path, "x", "table.xlsx"))
    with pytest.raises(SharedAnalysisError, match="whole Parquet"):
        read_canonical(csv(tmp_path, "PAR1 cut", "table.parquet"))


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
    back = read_canonical(tmp_path / "one.parquet")
    assert back["share"].isna().tolist() == [False, True]
    assert back["born"].tolist()[0] == pd.Timestamp("1990-01-01")
    assert (tmp_path / "one.csv").read_bytes() == b"id,born,seen,share\na,1990-01-01,1,0.25\nb,,,\n"


def test_repeated_names_are_said_by_place_for_they_may_be_the_first_row(tmp_path: Path) -> None:
    paths = [csv(tmp_path, "S1,Smith,Jo,Smith,Jo,Jo\nS2,a,b,c,d,e\n"), tmp_path / "people.parquet"]
    arrays = [pa.array(["1"])] * 3
    pq.write_table(pa.Table.from_arrays(arrays, names=["Smith", "id", "Smith"]), paths[1])
    for path, places in zip(paths, ("2 and 4; 3, 5 and 6", "1 and 3"), strict=True):
        with pytest.raises(SharedAnalysisError, match=f"repeated: columns {places}") as error:
            read_canonical(path)
        assert "Smith" not in str(error.value)


def test_whole_numbers_and_truth_values_keep_every_digit_beside_missing_ones(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "uprn": pd.array([12345678901234567, None, 90071992547409931], dtype="Int64"),
            "small": pd.array([1, None, 2], dtype="UInt8"),
            "whole": [1, 2, 3],
            "moved": pd.array([True, None, False], dtype="boolean"),
            "sure": [True, False, True],
        }
    )
    write_table(tmp_path / "a.parquet", table)
    back = read_canonical(tmp_path / "a.parquet")
    assert [str(kind) for kind in back.dtypes] == ["Int64", "UInt8", "int64", "boolean", "bool"]
    pd.testing.assert_frame_equal(back, table)


def test_the_index_of_other_programs_parquet_is_a_column_and_whole_numbers_stay_whole(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b"], "n": pa.array([2**53 + 1, None])})
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get).set_index("id")
    frame.to_parquet(tmp_path / "a.parquet")
    back = read_canonical(tmp_path / "a.parquet")
    assert back.columns.tolist() == ["id", "n"]
    assert back["n"].tolist()[0] == 2**53 + 1


def test_a_damaged_page_of_a_parquet_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    write_table(path, pd.DataFrame({"name": [f"person {n}" for n in range(5000)]}))
    content = bytearray(path.read_bytes())
    content[200:400] = b"\xff" * 200
    path.write_bytes(bytes(content))
    with pytest.raises(SharedAnalysisError, match="not a whole Parquet file"):
        read_canonical(path)


def test_text_in_a_parquet_file_that_is_not_utf8_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    text = pa.array([b"Zo\xeb"]).view(pa.string())
    pq.write_table(pa.table({"name": text}), path)
    with pytest.raises(SharedAnalysisError, match="not UTF-8"):
        read_canonical(path)


def test_a_csv_keeps_the_time_of_day_and_writes_days_as_days(tmp_path: Path) -> None:
    moments = pd.to_datetime(["2024-01-01 10:30", None, "2024-01-02 00:00"])
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-01", None, "2024-01-02"]),
            "at": moments,
            "exactly": moments + pd.Timedelta("1ms"),
            "here": moments.tz_localize("Europe/London") + pd.Timedelta(days=182),
            "none": pd.to_datetime([None, None, None]),
        }
    )
    write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_text().splitlines() == [
        "day,at,exactly,here,none",
        "2024-01-01,2024-01-01T10:30:00,2024-01-01T10:30:00.001000,2024-07-01T11:30:00+0100,",
        ",,,,",
        "2024-01-02,2024-01-02T00:00:00,2024-01-02T00:00:00.001000,2024-07-02T01:00:00+0100,",
    ]


def test_synthetic_tables_say_so_inside(tmp_path: Path, table: pd.DataFrame) -> None:
    path = tmp_path / "people.parquet"
    write_table(path, table, synthetic=True)
    assert pq.read_schema(path).metadata == {b"data": b"SYNTHETIC"}
    write_table(path, table)
    assert pq.read_schema(path).metadata is None


def test_a_failed_write_leaves_the_earlier_file_and_no_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note.md"
    write_text(path, "before\n")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "after\n")
    assert path.read_text() == "before\n"
    assert list(tmp_path.iterdir()) == [path]


def test_json_refuses_what_is_not_a_number(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "metrics.json", {"mase": float("nan")})
    write_json(tmp_path / "metrics.json", {"b": "ü", "a": 1})
    assert (tmp_path / "metrics.json").read_bytes() == '{\n  "b": "ü",\n  "a": 1\n}\n'.encode()


def test_text_is_the_same_bytes_however_pandas_holds_it(tmp_path: Path) -> None:
    files = []
    for held in ("object", "string", "string[pyarrow]"):
        files.append(tmp_path / f"{held}.parquet")
        write_table(files[-1], pd.DataFrame({"a": pd.Series(["x", None, "\u00e9"], dtype=held)}))
    assert len({file.read_bytes() for file in files}) == 1
