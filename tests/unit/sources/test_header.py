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
