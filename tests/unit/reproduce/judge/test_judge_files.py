"""What counts as the same content: tables by cells, JSON by keys, texts by words, fractions within a tolerance."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared_analysis.project import write_table
from shared_analysis.reproduce import Verdict
from shared_analysis.reproduce.judge import tables
from shared_analysis.reproduce.judge.files import compare_files
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.sides import COMMITTED

TABLE = pd.DataFrame({"id": ["a", "b", "c"], "n": [1, 2, 3], "x": [0.25, 1.5, None], "on": [True, False, True]})


def verdict(tmp_path: Path, old: pd.DataFrame, new: pd.DataFrame, suffix: str = ".parquet") -> tuple[Verdict, str]:
    paths = tmp_path / f"old{suffix}", tmp_path / f"new{suffix}"
    for path, table in zip(paths, (old, new), strict=True):
        write_table(path, table)
    found, reasons = compare_files(*paths, 1e-9)
    return found, " / ".join(reasons)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("change", "expected", "says"),
    [
        (lambda t: t.assign(x=t["x"] * (1 + 1e-12)), Verdict.equivalent, "within 1e-09"),
        (lambda t: t.iloc[::-1], Verdict.equivalent, "rows stand in another order"),
        (lambda t: t[["n", "id", "x", "on"]], Verdict.equivalent, "columns stand in another order"),
        (
            lambda t: t.assign(x=[0.25, 1.5 + 1.5e-6, None]),
            Verdict.different,
            "column x: 1 cell differs, by up to 1e-06",
        ),
        (lambda t: t.assign(x=[0.25, None, None]), Verdict.different, "column x: 1 cell differs"),
        (lambda t: t.assign(id=["a", "b", "d"]), Verdict.different, "column id: 1 cell differs"),
        (lambda t: t.assign(on=[True, True, True]), Verdict.different, "column on: 1 cell differs"),
        (lambda t: t.assign(n=[1, 2, 4]), Verdict.different, "column n: 1 cell differs, by up to 0.25"),
        (lambda t: t.assign(y=1), Verdict.different, "column 5 is new"),
        (lambda t: t.drop(columns="x"), Verdict.different, "column 3 did not come out"),
        (lambda t: pd.concat([t, t.tail(1)]), Verdict.different, "4 rows came out, 3 are committed"),
    ],
)
def test_tables(change: object, expected: Verdict, says: str, suffix: str, tmp_path: Path) -> None:
    found, reasons = verdict(tmp_path, TABLE, change(TABLE), suffix)  # type: ignore[operator]
    assert found is expected
    assert says in reasons


@pytest.mark.parametrize(
    ("options", "change", "expected", "says"),
    [
        ({"compression": "gzip"}, lambda t: t, Verdict.equivalent, "the same cells"),
        ({"row_group_size": 1}, lambda t: t, Verdict.equivalent, "the same cells"),
        ({"compression": "gzip"}, lambda t: t.slice(0, 0), Verdict.different, "3 rows came out, 0 are committed"),
        ({}, lambda t: t.set_column(1, "n", t["n"].cast(pa.float64())), Verdict.different, "n is of another type"),
        ({}, lambda t: t.set_column(2, "x", t["x"].cast(pa.float32())), Verdict.different, "x is of another type"),
        ({}, lambda t: t.set_column(0, "id", t["n"].cast(pa.string())), Verdict.different, "column id: 3 cells differ"),
    ],
)
def test_parquet_written_otherwise(
    options: dict[str, object], change: object, expected: Verdict, says: str, tmp_path: Path
) -> None:
    table = pa.Table.from_pandas(TABLE, preserve_index=False)
    pq.write_table(change(table), tmp_path / "old.parquet", **options)  # type: ignore[operator]
    pq.write_table(table, tmp_path / "new.parquet")
    found, reasons = compare_files(tmp_path / "old.parquet", tmp_path / "new.parquet", 1e-9)
    assert found is expected
    assert says in " / ".join(reasons)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"a,b\n", b"a,b\r\n", Verdict.equivalent),
        (b"a,b\n", b"\xef\xbb\xbfa,b\n", Verdict.equivalent),
        (b"a,b\n", b"a,b\n1,2\n", Verdict.different),
        (b"", b"a,b\n", Verdict.different),
        (b"a,b\n1,\n", b'a,b\n"1",""\n', Verdict.equivalent),
        (b"a,b\n1,\n", b"a,b\n1,NaN\n", Verdict.different),
        (b"a,b\n1,\n", b"a,b\n1,0\n", Verdict.different),
        (b"a,b\n1,inf\n", b"a,b\n1,1e308\n", Verdict.different),
        (b"a,b\n1,1e400\n", b"a,b\n1,1e401\n", Verdict.different),
        (b"a,b\n1,1.0\n", b"a,b\n1,1.00\n", Verdict.equivalent),
        (b"a,b\n1,yes\n", b"a,b\n1,yes \n", Verdict.different),
    ],
)
def test_csv_written_otherwise(old: bytes, new: bytes, expected: Verdict, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(old)
    (tmp_path / "new.csv").write_bytes(new)
    assert compare_files(tmp_path / "old.csv", tmp_path / "new.csv", 1e-9)[0] is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{"a": 1, "b": 2.5}', '{\r\n "b": 2.50, "a": 1\r\n}', Verdict.equivalent),
        ('{"a": NaN, "b": 0.3}', '{"a": NaN, "b": 0.30000000000000004}', Verdict.equivalent),
        ('{"a": NaN}', '{"a": 1.0}', Verdict.different),
        ('{"a": 100023337001.0}', '{"a": 100023337046.0}', Verdict.different),
        ('{"a": 100023337001}', '{"a": 100023337046.0}', Verdict.different),
        ('{"a": Infinity}', '{"a": -Infinity}', Verdict.different),
        ('{"a": 1e400}', '{"a": 1e308}', Verdict.different),
        (f'{{"a": {10**400}}}', f'{{"a": {10**400 + 1}}}', Verdict.different),
        (f'{{"a": {10**400}}}', '{"a": 1.5}', Verdict.different),
        ('{"a": 2, "a": 1}', '{"a": 1}', Verdict.different),
        ("[" * 100_000, '{"a": 1}', Verdict.different),
        ('{"a": null}', "{}", Verdict.different),
        ('{"a": 9007199254740993}', '{"a": 9007199254749999.0}', Verdict.different),
        ('{"a": 10000000000000000000000}', '{"a": 1e22}', Verdict.equivalent),
    ],
    ids=lambda value: None if isinstance(value, Verdict) else str(len(value)),
)
def test_json_written_otherwise(old: str, new: str, expected: Verdict, tmp_path: Path) -> None:
    for name, content in {"old": old, "new": new}.items():
        (tmp_path / f"{name}.json").write_bytes(content.encode())
    assert compare_files(tmp_path / "old.json", tmp_path / "new.json", 1e-9)[0] is expected


def test_large_whole_numbers_are_not_rounded(tmp_path: Path) -> None:
    ids = pd.DataFrame({"nhs": [9_007_199_254_740_992, 9_434_765_919_000_000]})
    for suffix in (".csv", ".parquet"):
        assert verdict(tmp_path, ids, ids + 1, suffix)[0] is Verdict.different


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["100023337001", "100023336956.0"], ["100023337046", "100023336956.0"], Verdict.different),
        (["100023337001", "100023336956.0"], ["100023337046.0", "100023336956.0"], Verdict.different),
        (["100023337001", "100023336956.0"], ["100023337001.0", "100023336956"], Verdict.equivalent),
        (["9007199254740993", "0.5"], ["9007199254740992.0", "0.5"], Verdict.different),
        (["1.1", "1.10"], ["1.10", "1.1"], Verdict.different),
        (["1.1", "1.2.3"], ["1.10", "1.2.3"], Verdict.different),
        (["1.1", "Total"], ["1.10", "Total"], Verdict.different),
        (["0.3", "[c]", "inf"], ["0.30000000000000004", "[c]", "inf"], Verdict.equivalent),
        (["0.3", "-0.0", "0.0"], ["0.30000000000000004", "0.0", "0.0"], Verdict.equivalent),
    ],
)
def test_ids_and_codes_beside_fractions_are_exact(
    old: list[str], new: list[str], expected: Verdict, tmp_path: Path
) -> None:
    assert verdict(tmp_path, pd.DataFrame({"v": old}), pd.DataFrame({"v": new}), ".csv")[0] is expected


def test_ids_held_as_floats_are_exact(tmp_path: Path) -> None:
    old = pd.DataFrame({"id": [4_857_773_456.0, None, 0.5]})
    new = pd.DataFrame({"id": [4_857_773_457.0, None, 0.5]})
    assert verdict(tmp_path, old, new)[0] is Verdict.different
    sums = [pd.DataFrame({"sum": [value]}) for value in (1.2345e300, 1.2345e300 * (1 + 1e-12))]
    assert verdict(tmp_path, *sums)[0] is Verdict.equivalent


@pytest.mark.parametrize("name", ["borough", None])
def test_an_index_in_a_parquet_file_is_content(name: str | None, tmp_path: Path) -> None:
    for file, boroughs in {"old": ["Camden", "Barnet"], "new": ["Barnet", "Camden"]}.items():
        table = pd.DataFrame({"homeless": [10, 90]}, index=pd.Index(boroughs, name=name))
        table.to_parquet(tmp_path / f"{file}.parquet")
    paths = tmp_path / "old.parquet", tmp_path / "new.parquet"
    assert compare_files(*paths, 1e-9)[0] is Verdict.different


def test_leading_zeros_are_not_numbers(tmp_path: Path) -> None:
    old, new = pd.DataFrame({"code": ["007", "1.5"]}), pd.DataFrame({"code": ["07", "1.5"]})
    assert verdict(tmp_path, old, new, ".csv")[0] is Verdict.different


def test_a_name_that_only_one_has_may_be_a_value(tmp_path: Path) -> None:
    names = ["Zebedee Quux", "Ada Byron"]
    tables = [pd.DataFrame(columns=pd.Index([name, "1980"]), data=[["x", "1"]]) for name in names]
    assert verdict(tmp_path, *tables, ".csv") == (Verdict.different, "column 1 did not come out / column 1 is new")


def test_no_reason_quotes_a_value(tmp_path: Path) -> None:
    old = pd.DataFrame({"name": ["Zebedee Quux", "Ada Byron"]})
    new = pd.DataFrame({"name": ["Zebedee Quuux", "Ada Byron"]})
    assert verdict(tmp_path, old, new, ".csv") == (Verdict.different, "column name: 1 cell differs")


@pytest.mark.parametrize(
    ("old", "new", "expected", "says"),
    [
        ({"a": 0.1 + 0.2}, {"a": 0.3}, Verdict.equivalent, "within 1e-09"),
        ({"a": 1.0}, {"a": 1.000001}, Verdict.different, "a: differs by 1e-06"),
        ({"a": [1, {"b": 2.0}]}, {"a": [1, {"b": 3.0}]}, Verdict.different, "a.1.b: differs by 0.33"),
        ({"a": 10**12}, {"a": 10**12 + 1}, Verdict.different, "a: differs"),
        ({"a": 1}, {"a": 1, "b": 2}, Verdict.different, "a key that only one has: differs"),
        ({"a": {"Ada": 1}}, {"a": {"Eve": 1}}, Verdict.different, "a key of a that only one has: differs"),
        ({"a": 1}, {"a": True}, Verdict.different, "a: differs"),
        ({"a": [1, 2]}, {"a": [1]}, Verdict.different, "a: differs"),
    ],
)
def test_metrics(old: object, new: object, expected: Verdict, says: str, tmp_path: Path) -> None:
    for name, content in {"old": old, "new": new}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    found, reasons = compare_files(tmp_path / "old.json", tmp_path / "new.json", 1e-9)
    assert found is expected
    assert says in " / ".join(reasons)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a mean of 0.3000000000000001 b", "a mean of 0.3 b", Verdict.equivalent),
        ("a mean of 0.301", "a mean of 0.3", Verdict.different),
        ("1.0 here", "1.0 there", Verdict.different),
        ("version 1.2.3", "version 1.2.4", Verdict.different),
        ("in table 1.10", "in table 1.1", Verdict.different),
        ("of 100023337001.0", "of 100023337046.0", Verdict.different),
        ("of -0.0", "of 0.0", Verdict.equivalent),
        ("at 1795582591123456789", "at 1795582591123456790", Verdict.different),
        ("of 9007199254740993", "of 9007199254749999.0", Verdict.different),
        ("of 9007199254740993", "of 9007199254740993.0", Verdict.equivalent),
        ("a mean of 0.\u09ea", "a mean of 0.4", Verdict.different),
        ("/1e5/", "/1E5/", Verdict.different),
        ("1e-05", "1.0000000000000001e-05", Verdict.equivalent),
        (f"{'1' * 200_000}a", f"{'1' * 200_000}b", Verdict.different),
    ],
)
def test_texts(old: str, new: str, expected: Verdict, tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text(old, encoding="utf-8")
    (tmp_path / "new.md").write_text(new, encoding="utf-8")
    assert compare_files(tmp_path / "old.md", tmp_path / "new.md", 1e-9)[0] is expected


def test_what_cannot_be_read_is_different_and_no_traceback(tmp_path: Path) -> None:
    for name in ("x.json", "x.ipynb", "x.parquet", "x.csv", "x.html", "x.png"):
        old, new = tmp_path / f"old-{name}", tmp_path / f"new-{name}"
        old.write_bytes(b"\xff\xfe{")
        new.write_bytes(b"{}")
        assert compare_files(old, new, 1e-9)[0] is Verdict.different


def test_many_keys_that_may_not_be_said_take_no_longer_each(tmp_path: Path) -> None:
    content = {str(number): number for number in range(60_000)}
    (tmp_path / "old.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "new.json").write_text(json.dumps(content | {"7": 1}), encoding="utf-8")
    sides = replace(COMMITTED, names=PublicNames(tmp_path))
    found = compare_files(tmp_path / "old.json", tmp_path / "new.json", 1e-9, sides)
    assert found == (Verdict.different, ["key 8 of 60000: differs by 0.86 of its value"])


def test_a_table_of_more_cells_than_fit_into_memory_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_MOST_CELLS", 5)
    found, reasons = verdict(tmp_path, TABLE, TABLE.assign(n=[1, 2, 4]))
    assert (found, "which are not compared" in reasons) == (Verdict.different, True)
