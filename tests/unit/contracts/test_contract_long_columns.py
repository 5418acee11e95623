"""Long columns are read in quick ways, and come out as if each value had been looked at by itself."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from shared_analysis.contracts import Column, DataContract, infer, validate
from shared_analysis.contracts.dates import DateFormat
from shared_analysis.contracts.notation import find_notation
from shared_analysis.contracts.numbers import NumberFormat
from shared_analysis.contracts.tables import shares
from shared_analysis.contracts.tables.letters import has_blank_ends, has_empty, has_leading_zeros, without_bytes
from shared_analysis.contracts.tables.moments import count_days
from shared_analysis.contracts.tables.order import defined_order
from shared_analysis.contracts.values import coerce

LONG = 40_000
PARTS = {"yyyy": (1600, 2300), "MM": (0, 14), "dd": (0, 33), "HH": (0, 25), "mm": (0, 61), "ss": (0, 61)}
FORMATS = ("dd/MM/yyyy HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "MM/dd/yyyy HH:mm", "yyyy/MM/dd", "yyyyMMdd", "yyyy-MM")


def in_pieces(text: pa.Array) -> list[pa.Array]:
    """Cut a column into some that are short enough for each value to be looked at."""
    return [text.slice(at, 1_000) for at in range(0, len(text), 1_000)]


def numbers(draw: random.Random, kind: str) -> str:
    amount = f"{draw.randint(0, 4_000_000):,}.{draw.randint(0, 99):02}"
    return {"plain": f"£{amount}", "loss": f"(£{amount})", "blank": f"£ {amount}", "odd": f"{amount}x"}[kind]


def moment(draw: random.Random, tokens: tuple[str, ...]) -> str | None:
    written = {part: f"{draw.randint(*limits):0{len(part)}}" for part, limits in PARTS.items()}
    text = "".join(written.get(token, token) for token in tokens)
    return draw.choices([text, None, text[:3] + "x" + text[4:], text + "0"], [0.9, 0.06, 0.03, 0.01])[0]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("even", [True, False], ids=["of one length", "of any length"])
def test_moments_are_those_that_each_value_is(form: str, even: bool) -> None:
    draw, written = random.Random(form), DateFormat.parse(form)
    values = [moment(draw, written.tokens) for _ in range(LONG)]
    width = sum(map(len, written.tokens))
    text = pa.array([value if not even or len(value or "") == width else None for value in values], pa.string())
    each = pd.concat([written.read(piece) for piece in in_pieces(text)], ignore_index=True)
    pd.testing.assert_series_equal(written.read(text), each)
    assert written.iso_order(text).equals(pa.concat_arrays([written.iso(piece) for piece in in_pieces(text)]))


@pytest.mark.parametrize("mark", ["T", " "])
def test_moments_in_iso_order_are_those_that_each_value_is(mark: str) -> None:
    draw, column = random.Random(mark), Column("at", "timestamp")
    tokens = ("yyyy", "-", "MM", "-", "dd", mark, "HH", ":", "mm", ":", "ss")
    values = [moment(draw, tokens) for _ in range(LONG)]
    text = pa.array([value if len(value or "") == 19 else None for value in values], pa.string())
    each = pd.concat([coerce(piece, column).values for piece in in_pieces(text)], ignore_index=True)
    pd.testing.assert_series_equal(coerce(text, column).values, each)


def test_numbers_are_those_that_each_value_is() -> None:
    draw, form = random.Random(1), NumberFormat(",", ".", "£", brackets=True)
    kinds = draw.choices(["plain", "loss", "blank", "odd"], [0.9, 0.05, 0.03, 0.02], k=LONG)
    text = pa.array([numbers(draw, kind) for kind in kinds])
    assert form.plain(text).equals(pa.concat_arrays([form.plain(piece) for piece in in_pieces(text)]))


def test_what_values_begin_with_is_told_in_every_piece_of_a_column() -> None:
    values = [*(str(number) for number in range(10, 70_010)), None, ""]
    for odd, has_zeros, has_blanks in [("+07", True, False), ("0", False, False), ("7 ", False, True)]:
        text = pa.array([*values, odd])
        assert (has_leading_zeros(text), has_blank_ends(text), has_empty(text)) == (has_zeros, has_blanks, True)
    assert not has_empty(pa.array(values[:-1]))


def test_marks_are_left_out_in_every_piece_of_a_column() -> None:
    values = [None if number % 7 == 0 else f"£{number:,}" for number in range(140_000)]
    text = pa.array(["", *values]).slice(1)
    bare = pa.array([value and value.replace("£", "").replace(",", "") for value in values])
    assert without_bytes(text, "£,".encode()).equals(bare)


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_days_are_counted_whatever_the_time_but_in_the_first_minute(missing: float) -> None:
    draw, at = random.Random(3), pd.Timestamp("2024-01-01")
    moments = [at + pd.Timedelta(seconds=draw.randrange(0, 90 * 86_400, 17)) for _ in range(LONG)]
    values = [None if draw.random() < missing else f"{moment:%d/%m/%Y %H:%M:%S}" for moment in moments]
    values[:2] = ["01/02/2024 00:00:09", "01/02/2024 24:00:00"]
    days = Counter(value for value in values if value)
    for value in list(days):
        if not value[11:].startswith(("00:00", "24")):
            days[f"{value[:11]}11:11:11"] += days.pop(value)
    counted, counts = count_days(pa.array(values))
    assert dict(zip(counted.to_pylist(), counts.tolist(), strict=True)) == days


def test_what_is_known_of_a_column_is_kept_for_as_long_as_it_is() -> None:
    text = pa.array(["a", "b", None, "a"] * LONG)
    first = shares.counted(text)
    assert first[0].to_pylist() == ["a", "b"]
    assert first[1].tolist() == [2 * LONG, LONG]
    assert shares.counted(text)[0] is first[0]
    kept = len(shares._COUNTED)
    del text
    assert len(shares._COUNTED) == kept - 1
    assert shares.counted(pa.array(["c"] * LONG))[0].to_pylist() == ["c"]


def test_a_word_for_nothing_and_a_range_are_found_among_many_numbers() -> None:
    values = [str(number) for number in range(100_000, 100_000 + LONG)]
    notation = find_notation("claimants", pa.array([*values, "n/k", "<5", "1-4"]))
    assert (notation.marks.missing, notation.marks.suppressed) == (("n/k",), ("1-4", "<5"))
    assert notation.plain.null_count == 3


def test_rows_are_put_in_order_by_all_columns_wherever_the_first_leaves_them_in_one_place() -> None:
    draw = random.Random(2)
    words = [None, "", "a", "aa", "a\x00", "common £ beginning", "common £ beginning, longer", "common é", "z"]
    for rows in range(60):
        table = pa.table({name: pa.array(draw.choices(words, k=rows), pa.string()) for name in "abc"})
        every = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in "abc"])
        assert table.take(pa.array(defined_order(table))).equals(table.take(every))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.93, 0.9499, 0.95, 0.96, 1.0])
def test_a_share_is_reached_or_not_as_if_all_values_were_looked_at(share: float) -> None:
    values = np.where(np.arange(LONG) < share * LONG, "7", "x")
    text = pa.array(np.random.default_rng(3).permutation(values).astype(object))
    for needed in (0.5, 0.95, 1.0):
        assert shares.matches(text, "7", needed) == (shares.share_matching(text, "7") >= needed)


def test_one_value_among_many_that_is_none_of_its_type_keeps_a_column_text() -> None:
    numbered = {"reference": [f"R{number:06}" for number in range(LONG)], "age": ["30"] * (LONG - 1) + ["thirty"]}
    assert infer(pd.DataFrame(numbered), "people").column("age").type == "string"


def test_of_many_rows_those_with_a_fault_are_set_aside_and_the_others_come_out_in_order() -> None:
    draw = random.Random(4)
    table = pd.DataFrame({"id": [f"R{number:06}" for number in range(LONG)], "n": "5", "at": "2024-01-31"})
    table.loc[[7, 77], "n"] = ["five", None]
    table.loc[777, "at"] = "2024-02-30"
    table = pd.concat([table, table.iloc[[9]]]).sample(frac=1, random_state=draw.randint(0, 9))
    columns = (Column("id", "string", primary_key=True), Column("n", "integer", required=True), Column("at", "date"))
    report = validate({"t": table}, {"t": DataContract("t", columns)})
    bad = report.tables["quarantine/t"]
    assert bad[["id", "reasons"]].to_numpy().tolist() == [
        ["R000007", "n: type"],
        ["R000009", "id: unique"],
        ["R000077", "n: required"],
        ["R000777", "at: type"],
    ]
    assert report.tables["interim/t"]["id"].is_monotonic_increasing
    assert report.sizes["t"] == (LONG + 1, 4)


@pytest.mark.parametrize("rows", [2_000, 13_000, 40_000])
@pytest.mark.parametrize(("start", "form"), [("2024-05-01", "yyyy-MM-dd'T'HH:mm:ssXXX"), ("2024-10-26", None)])
def test_a_draft_says_the_same_of_few_rows_and_of_many(rows: int, start: str, form: str | None) -> None:
    """A clock shows an hour twice in October: then each moment stays one, in UTC."""
    draw, moments = random.Random(7), pd.Series(pd.date_range(start, periods=rows, freq="300s", tz="UTC"))
    called = [moment.isoformat() for moment in (moments + pd.Timedelta(seconds=7)).dt.tz_convert("Europe/London")]
    counts = [f"{draw.randint(10_000, 99_999)}" for _ in range(rows)]
    counts[::50] = draw.choices(["unknown", "NA", "<5"], k=len(counts[::50]))
    columns = infer(pd.DataFrame({"called": called, "number_of_visits": counts}), "t").columns
    assert [column.type for column in columns] == ["timestamp", "integer"]
    assert columns[0].format == form
    assert (columns[1].missing, columns[1].suppressed) == (("NA", "unknown"), ("<5",))


def test_letters_that_stand_for_a_part_are_no_marks_at_their_places() -> None:
    form = DateFormat.parse("dd-MMM-yyyy HH:mm:ss")
    moments = pd.Series(pd.date_range("2024-01-01", periods=LONG, freq="61s")).dt.strftime("%d-%b-%Y %H:%M:%S")
    read = form.read(pa.array([*moments, "05-MMM-2024 10:00:00"]))
    assert list(read.isna()) == [False] * LONG + [True]
