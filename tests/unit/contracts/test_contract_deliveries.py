"""A delivery on its way into a contract and through validation: how it is read is kept, and its rows add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.contracts import ContractBroken, infer, load_contract, validate, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading, read

ROWS = "".join(f"E090000{number},2024-01-01,{number}\n" for number in range(10, 40))
FILE = f"Homelessness\n\narea;month;count\n{ROWS.replace(',', ';')}Total;;735\n\nSource: a register\n"


def delivered(folder: Path, text: str = FILE, encoding: str = "cp1252") -> Path:
    path = folder / "homeless.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_how_a_file_was_read_is_kept_in_its_contract_and_read_back(tmp_path: Path):
    path = delivered(tmp_path, FILE.replace("Homelessness", "Homelessness – London"))
    contract = infer(read(path), "homeless")
    assert contract.reading == Reading("csv", "cp1252", ";", header_row=3)
    target = tmp_path / "homeless.yaml"
    target.write_text(write_contract(contract), encoding="utf-8")
    back = load_contract(target)
    assert back.reading == contract.reading
    assert back.names == contract.names


def test_every_row_of_the_file_is_on_the_page(tmp_path: Path):
    delivery = read(delivered(tmp_path))
    report = validate({"homeless": delivery}, {"homeless": infer(delivery, "homeless")})
    (file,) = report.rows_of_files.to_dict("records")
    assert file["rows_in_file"] == FILE.count("\n")
    kinds = ("names", "title", "blank", "header", "note", "total", "ragged", "rows")
    assert [file[kind] for kind in kinds] == [1, 2, 1, 0, 1, 1, 0, 30]
    assert sum(file[kind] for kind in kinds) == file["rows_in_file"]
    page = report.summary()
    assert "| homeless | UTF-8, semicolons, header in row 3 | 36 | 1 | 2 | 1 | 1 | 1 | 30 |" in page
    assert "1 row of totals (row 34)" in page


def test_rows_that_lost_their_columns_are_bad_rows(tmp_path: Path):
    delivery = read(delivered(tmp_path, f"area,month,count\n{ROWS}E0900099\nE0900098,2024-01-01,5,6\n", "utf-8"))
    contract = infer(delivery, "homeless")
    report = validate({"homeless": delivery}, {"homeless": contract}, 0.1)
    assert report.sizes["homeless"] == (32, 2)
    with pytest.raises(ContractBroken, match="2 of 32 rows are bad"):
        validate({"homeless": delivery}, {"homeless": contract}, 0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(";", ","), "no row with the names|column"),
        (lambda text: text.replace("Homelessness\n\n", ""), "no row with the names|column"),
    ],
)
def test_a_delivery_in_another_form_is_not_read_as_if_nothing_had_changed(change, words, tmp_path: Path):
    contract = infer(read(delivered(tmp_path)), "homeless")
    with pytest.raises((SharedAnalysisError, ContractBroken), match=words):
        validate({"homeless": read(delivered(tmp_path, change(FILE)), contract.reading)}, {"homeless": contract})


def test_a_delivery_in_another_encoding_is_refused(tmp_path: Path):
    named = FILE.replace("Homelessness", "Núñez")
    contract = infer(read(delivered(tmp_path, named)), "homeless")
    with pytest.raises(SharedAnalysisError, match="UTF-8, and its contract says cp1252"):
        read(delivered(tmp_path, named, "utf-8"), contract.reading)
    other = infer(read(delivered(tmp_path, named, "utf-8")), "homeless")
    with pytest.raises(SharedAnalysisError, match="not in utf-8"):
        read(delivered(tmp_path, named), other.reading)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{encodng: cp1252}", "no setting of reading"),
        ("{encoding: klingon}", "no encoding"),
        ("{separator: ';;'}", "one character"),
        ("{header_row: 0}", "no number of a row"),
        ("{format: word}", "no format of tables"),
        ("cp1252", "no list of settings"),
    ],
)
def test_settings_that_nothing_can_be_read_with_are_refused(settings: str, words: str, tmp_path: Path):
    text = write_contract(infer(read(delivered(tmp_path)), "homeless"))
    start = text.index("    value:\n      format: csv")
    target = tmp_path / "homeless.yaml"
    target.write_text(text[:start] + f"    value: {settings}\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=words):
        load_contract(target)
