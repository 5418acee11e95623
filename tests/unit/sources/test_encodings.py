"""The encoding of a text is found, or the file is refused: no letter becomes another, and no padding a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read
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
