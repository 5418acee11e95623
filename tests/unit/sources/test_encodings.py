"""The encoding of a text is found, or the file is refused: no letter becomes another, and no padding a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading, read
from shared_analysis.sources.delimited import read_delimited

LATIN = st.text(st.sampled_from("abcdeéöñł ,Ā–"), max_size=12).map(lambda cell: f"x{cell}".strip())


@pytest.mark.parametrize("zeros", [1, 4, 10, 4096, 70_000])
@pytest.mark.parametrize("rows", [1, 40, 400, 20_000])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_a_text_that_was_not_written_whole_is_refused(tmp_path: Path, rows: int, zeros: int, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(("id,name\n" + "1,Brontë\n" * rows).encode(encoding) + bytes(zeros))
    with pytest.raises(SharedAnalysisError, match="not written whole"):
        read(path)


@pytest.mark.parametrize("row", [2, 500, 19_999])
@pytest.mark.parametrize("zeros", [1, 2, 300])
def test_zero_bytes_anywhere_are_refused_by_their_row(tmp_path: Path, row: int, zeros: int) -> None:
    lines = [b"id,name", *[b"1,Oak"] * 20_000]
    lines[row - 1] = b"1,O" + bytes(zeros) + b"k"
    (tmp_path / "people.csv").write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(SharedAnalysisError, match="binary data"):
        read(tmp_path / "people.csv")


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(LATIN, min_size=1, max_size=30), encoding=st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf_16_without_its_mark_is_found(cells: list[str], encoding: str) -> None:
    text = "number,remark\n" + "".join(f'{row},"{cell}"\n' for row, cell in enumerate(cells))
    delivery = read_delimited(text.encode(encoding), "t.csv")
    assert delivery.reading.encoding == encoding
    assert delivery.table["remark"].tolist() == cells


WORDS = {
    "names": "Siân Zoë Núñez Brontë José François Renée Müller Jérôme Øyvind Søren SIÂN ÉCOLE Peña Ibáñez Rhôs Máire",
    "french": "café crème décès née façade coût à été élève très déjà hôtel forêt château garçon cœur",
    "signs": "£500 £1,200.50 £3m (£) €300 it’s O’Brien residents’ “ok” ‘yes’ – 2019–20 cost–benefit … 20°C m² 2½ • ®",
}
PLAIN = "Oak Elm the and 12 High ward A1"
TOLD = {
    "cp1252": "Siân café “fine” £5",
    "mac_roman": "Siân café “fine” – it’s",
    "cp850": "Zoë café £500",
    "cp1250": "Wałęsa Żak",
}


def lines_of(words: str, draw: st.DrawFn) -> str:
    cells = st.lists(st.sampled_from([*words.split(), *words.split(), *PLAIN.split()]), min_size=1, max_size=4)
    return "".join(f'{row},"{draw(cells.map(" ".join))}"\n' for row in range(draw(st.integers(1, 30))))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(WORDS)), more=st.sampled_from(["", *WORDS]))
def test_a_file_of_windows_is_never_taken_for_another(data: st.DataObject, kind: str, more: str) -> None:
    text = "number,remark\n" + data.draw(
        st.composite(lambda draw: lines_of(f"{WORDS[kind]} {WORDS.get(more, '')}", draw))()
    )
    assert read_delimited(text.encode("cp1252"), "t.csv").reading.encoding == ("utf-8" if text.isascii() else "cp1252")


@pytest.mark.parametrize("rows", [1, 5, 200])
@pytest.mark.parametrize("encoding", TOLD)
def test_an_older_encoding_is_told_by_its_words(encoding: str, rows: int) -> None:
    cells = TOLD[encoding].split(" ")
    text = "number,first,remark\n" + "".join(f"{row},{cells[0]},{' '.join(cells[1:])}\n" for row in range(rows))
    delivery = read_delimited(text.encode(encoding), "t.csv")
    assert delivery.reading.encoding == encoding
    assert delivery.table["remark"].tolist() == [" ".join(cells[1:])] * rows
    assert read_delimited(text.encode(encoding), "t.csv", delivery.reading).table.equals(delivery.table)


@pytest.mark.parametrize("word", ["NÉ", "São"])
def test_what_two_encodings_explain_is_refused(word: str) -> None:
    text = f"number,word\n1,{word}\n"
    with pytest.raises(SharedAnalysisError, match="told for sure"):
        read_delimited(text.encode("mac_roman"), "t.csv")


ONE_BYTE = st.sampled_from(["cp1252", "mac_roman", "cp850"])


@settings(max_examples=100, deadline=None)
@given(odd=st.sets(st.integers(0, 59), min_size=1, max_size=20), other=ONE_BYTE, stated=st.booleans())
def test_a_row_in_another_encoding_spoils_no_other_row(odd: set[int], other: str, stated: bool) -> None:
    lines = [f"{row},Siân £{row}\n".encode(other if row in odd else "utf-8") for row in range(60)]
    content = b"number,name\n" + b"".join(lines)
    reading = Reading(encoding="utf-8", separator=",") if stated else None
    with pytest.raises(SharedAnalysisError) as refused:
        read_delimited(content, "t.csv", reading)
    assert f"row {min(odd) + 2}" in str(refused.value).replace("rows", "row")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Алексей Иванов"),
        ("cp1253", "Γιώργος Παπάς"),
        ("gbk", "王小明 北京市"),
        ("iso8859_5", "Алексей Иванов"),
    ],
)
@pytest.mark.parametrize("rows", [1, 40])
def test_another_alphabet_is_not_taken_for_latin_letters(encoding: str, text: str, rows: int) -> None:
    content = ("number,name\n" + f"1,{text}\n" * rows).encode(encoding)
    with pytest.raises(SharedAnalysisError, match="told for sure"):
        read_delimited(content, "t.csv")


@pytest.mark.parametrize("line", ["££££££", "————————", "••••", "½½½½", "«««« »»»»"])
def test_a_line_of_signs_is_no_other_alphabet(line: str) -> None:
    delivery = read_delimited(f"number,name\n1,{line}\n2,Siân\n".encode("cp1252"), "t.csv")
    assert delivery.table["name"].tolist() == [line, "Siân"]
