"""The header of a table, where names take up several rows."""

from __future__ import annotations

import pytest

from shared_analysis.sources.delimited import read_delimited

KEYS = [["Ward"], ["Code", "Ward"]]
GROUPS = [
    ("Homes,,", "2022,2023,2024"),
    ("Number of homes,,", "2022,2023,2024"),
    ("Homes,,Rents,", "2023,2024,2023,2024"),
    ("2023,,2024,", "Homes,Rents,Homes,Rents"),
    ("Homes,,", "Built,Sold,Lost"),
]


@pytest.mark.parametrize("keys", KEYS, ids=len)
@pytest.mark.parametrize(("groups", "lower"), GROUPS)
@pytest.mark.parametrize("titles", [[], ["Homes in the borough", ""]])
@pytest.mark.parametrize("rows", [2, 12])
def test_names_may_stand_in_the_upper_of_two_rows(
    keys: list[str], groups: str, lower: str, titles: list[str], rows: int
) -> None:
    upper, names = groups.split(","), lower.split(",")
    values = [
        [*[f"{key[0]}x{at}" for key in keys], *[str(at * 3 + n) for n in range(len(names))]] for at in range(rows)
    ]
    lines = [[title] for title in titles] + [[*keys, *upper], ["" for _ in keys] + names, *values]
    content = "\n".join(map(",".join, lines)).encode()
    delivery = read_delimited(content, "t.csv")
    group = ""
    names = [f"{(group := own or group)} {name}" for own, name in zip(upper, names, strict=True)]
    assert list(delivery.table.columns) == [*keys, *names]
    assert delivery.table.to_numpy().tolist() == values
    assert read_delimited(content, "t.csv", delivery.reading).table.equals(delivery.table)


@pytest.mark.parametrize("above", ["Report:,Homelessness,,", "Homes in the borough,,,", "Owner,,,", "Run,2024-03-01,,"])
def test_a_title_gives_no_column_its_name(above: str) -> None:
    content = f"{above}\n,2022,2023,2024\nAbbey,3,4,5\nDene,5,3,6\n".encode()
    assert list(read_delimited(content, "t.csv").table.columns) == ["column_1", "2022", "2023", "2024"]


THREE = {
    "Ward,Homes,,,|,2022,,2023,|,Built,Sold,Built,Sold": (
        "Ward,Homes 2022 Built,Homes 2022 Sold,Homes 2023 Built,Homes 2023 Sold"
    ),
    "Homes,,,Ward|2022,2023,2024,": "Homes 2022,Homes 2023,Homes 2024,Ward",
    "Ward,Code,Homes,|,,2022,2023": "Ward,Code,Homes 2022,Homes 2023",
    "Ward,Homes,|,Built,Sold": "Ward,Homes Built,Homes Sold",
    "Code,Homes,,Ward|,2022,2023,": "Code,Homes 2022,Homes 2023,Ward",
}


@pytest.mark.parametrize("header", THREE)
@pytest.mark.parametrize("rows", [2, 12])
def test_names_may_stand_anywhere_above_what_has_none(header: str, rows: int) -> None:
    names, lines = THREE[header].split(","), header.split("|")
    values = [[f"{name[0]}x{at}" if name in ("Ward", "Code") else f"{at}" for name in names] for at in range(rows)]
    content = "\n".join([*lines, *map(",".join, values)]).encode()
    delivery = read_delimited(content, "t.csv")
    assert list(delivery.table.columns) == names
    assert delivery.table.to_numpy().tolist() == values
    assert read_delimited(content, "t.csv", delivery.reading).table.equals(delivery.table)


@pytest.mark.parametrize("record", [",x,,3", ",unknown,none,n/a", ",2022,5,6", ",,x,y"])
def test_a_first_record_with_gaps_gives_no_column_its_name(record: str) -> None:
    content = f"ward,visits,,remark\n{record}\nAbbey,4,5,x\nDene,5,6,x\n".encode()
    assert read_delimited(content, "t.csv").rows == 3
