"""A contract that was drafted from the first month holds for the next eleven, and catches what changes unannounced.

No contract of columns can catch these, and none is drafted that pretends to:

- a file cut between two rows, or a delivery of half the records: nothing says how many rows there must be. One cut in
  the middle of a row is refused when it is read.
- another unit that is a number of the same type, such as hundreds for ones, or metres for feet: a limit drafted from
  one month would be broken by the next.
- surnames and forenames that change places, or two columns of days, of numbers or of words: both hold the same kind.
- days and months that change places in dates up to the twelfth: each is a day, too. The later days show it.
- a kind of event that is called by another word, where kinds are written in words and the table is one of events: a
  rare kind looks the same.
- a date of birth written in another order where the first delivery held days that nobody can read: it is text, then, so
  that no record is lost for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from deliveries import KINDS, MONTHS, delivery

from shared_analysis.contracts import ContractBroken, infer, synthesise, validate
from shared_analysis.contracts.model import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import read_table

DRAFTS: dict[str, DataContract] = {}


def draft(kind: str) -> DataContract:
    if kind not in DRAFTS:
        DRAFTS[kind] = infer(delivery(kind, 1), "t")
    return DRAFTS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_draft_of_the_first_month_accepts_every_later_one(kind: str) -> None:
    for month in MONTHS:
        report = validate({"t": delivery(kind, month)}, {"t": draft(kind)}, max_bad_share=0)
        assert report.sizes["t"][1] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_tables_can_be_made_up_from_the_drafts(kind: str) -> None:
    made = synthesise(draft(kind), 20, seed=1)
    assert validate({"t": made}, {"t": draft(kind)}, max_bad_share=0).sizes["t"][1] == 0


def test_only_identifiers_are_unique_and_only_records_events_and_counts_required() -> None:
    unique = {column.role for kind in KINDS for column in draft(kind).columns if column.unique}
    required = {column.role for kind in KINDS for column in draft(kind).columns if column.required}
    assert unique == {"record_id"}
    assert required == {"record_id", "event_date", "period", "area_code", "area_name", "count"}


def test_an_identifier_of_a_public_register_is_unique_beside_that_of_the_record() -> None:
    table = delivery("schools", 1)
    table.insert(0, "id", [f"s{n}" for n in range(len(table))])
    assert [column.name for column in infer(table, "t").columns if column.unique] == ["id", "URN"]


Change = Callable[[pd.DataFrame], pd.DataFrame]


def of(column: str, change: Callable[[str], str | None], every: int = 1) -> Change:
    """Change the values of a column, in every so many rows."""

    def changed(table: pd.DataFrame) -> pd.DataFrame:
        chosen = pd.Series(range(len(table)), table.index) % every == 0
        new = table[column].map(change, na_action="ignore").astype(object)
        return table.assign(**{column: table[column].where(~chosen, new.where(new.notna(), None))})

    return changed


def swapped(first: str, second: str) -> Change:
    return lambda table: table.assign(**{first: table[second], second: table[first]})


def shifted(table: pd.DataFrame) -> pd.DataFrame:
    """Move every value one column to the right, the last to the first."""
    return pd.DataFrame(table[[table.columns[-1], *table.columns[:-1]]].to_numpy(), columns=table.columns, dtype=object)


def repeated(column: str) -> Change:
    return lambda table: table.assign(**{column: table[column].where(table.index % 10 != 0, table[column].iloc[1])})


def appended(*cells: str) -> Change:
    def longer(table: pd.DataFrame) -> pd.DataFrame:
        rows = pd.DataFrame(
            [[*cells, *[None] * (len(table.columns) - len(cells))]], columns=table.columns, dtype=object
        )
        return pd.concat([table, rows], ignore_index=True)

    return longer


def parts(text: str) -> tuple[str, str, str]:
    """Year, month and day of a date in ISO order, or with the day first."""
    first, middle, last = text.replace("/", "-")[:10].split("-")
    return (first, middle, last) if len(first) == 4 else (last, middle, first)


def days(form: str) -> Callable[[str], str]:
    return lambda text: form.format(*parts(text))


def serial(text: str) -> str:
    return str((pd.Timestamp("-".join(parts(text))) - pd.Timestamp("1899-12-30")).days)


@dataclass(frozen=True)
class Planted:
    """A change, where it shows, and in how many rows at least."""

    what: str
    kind: str
    change: Change
    column: str
    rule: str
    share: float = 0.99


PLANTED = [
    Planted("counts in thousands", "counts", of("Count", lambda n: f"{int(n) / 1000:.3f}"), "Count", "type", 0.9),
    Planted("a unit behind the number", "counts", of("Count", lambda n: f"{n} cases"), "Count", "type"),
    Planted("text in counts", "counts", of("Count", lambda _: "[c]", 10), "Count", "type", 0.1),
    Planted("negative counts", "wards", of("Claimants", lambda n: f"-{n}"), "Claimants", "range"),
    Planted("a decimal comma in rates", "counts", of("Rate per 1000", lambda _: "3,5"), "Rate per 1000", "type"),
    Planted(
        "a decimal comma in degrees", "food", of("Latitude", lambda n: n.replace(".", ",")), "Latitude", "type", 0.9
    ),
    Planted("degrees for metres", "planning", of("Easting", lambda n: f"-0.{n}"), "Easting", "type"),
    Planted("metres for degrees", "food", of("Longitude", lambda _: "530000"), "Longitude", "range", 0.9),
    Planted("latitude and longitude swapped", "crimes", swapped("Latitude", "Longitude"), "Latitude", "range", 0.9),
    Planted("codes for words in counts", "counts", of("Offence", lambda word: word[:3].upper()), "Offence", "allowed"),
    Planted(
        "numbers for words", "incidents", of("IncidentGroup", lambda word: str(len(word))), "IncidentGroup", "pattern"
    ),
    Planted("numbers for letters", "tenancies", of("Sex", lambda sex: "12"["MF".find(sex)]), "Sex", "pattern"),
    Planted("letters for words", "members", of("Gender", lambda sex: sex[0]), "Gender", "pattern"),
    Planted("words for letters", "pupils", of("Gender", lambda _: "Female"), "Gender", "pattern"),
    Planted("a shifted table of counts", "counts", shifted, "Count", "type"),
    Planted("a shifted table of events", "incidents", shifted, "DateOfCall", "type"),
    Planted("a shifted table of premises", "food", shifted, "RatingDate", "type", 0.9),
    Planted("codes and names swapped", "counts", swapped("LAD23CD", "LAD23NM"), "LAD23CD", "pattern"),
    Planted("months and areas swapped", "wards", swapped("Month", "Ward"), "Month", "type"),
    Planted("regions for boroughs", "counts", of("LAD23CD", lambda _: "E12000007", 20), "LAD23CD", "pattern", 0.04),
    Planted("small areas for wards", "waiting", of("WD23CD", lambda code: f"E01{code[3:]}"), "WD23CD", "pattern"),
    Planted("boroughs for small areas", "crimes", of("LSOA code", lambda _: "E09000007"), "LSOA code", "pattern", 0.9),
    Planted(
        "names for codes",
        "incidents",
        of("IncGeo_BoroughCode", lambda _: "Brent"),
        "IncGeo_BoroughCode",
        "pattern",
        0.9,
    ),
    Planted("codes in small letters", "schools", of("LSOA (code)", str.lower), "LSOA (code)", "pattern"),
    Planted(
        "a total among the areas",
        "counts",
        appended("Total", "London", "Theft", "2024-02-01", "9"),
        "LAD23CD",
        "pattern",
        0,
    ),
    Planted("remarks under the table", "wards", appended("Rounded to the nearest 5."), "Ward", "required", 0),
    Planted("identifiers repeated", "tenancies", repeated("Tenancy Ref"), "Tenancy Ref", "unique", 0.09),
    Planted("identifiers blank", "members", of("Borrower ID", lambda _: None, 7), "Borrower ID", "required", 0.14),
    Planted("months blank", "counts", of("Month", lambda _: None, 7), "Month", "required", 0.14),
    Planted("counts blank", "wards", of("Claimants", lambda _: None, 7), "Claimants", "required", 0.12),
    Planted("days of events blank", "incidents", of("DateOfCall", lambda _: None, 7), "DateOfCall", "required", 0.14),
    Planted("the month first", "planning", of("Date Received", days("{1}/{2}/{0}")), "Date Received", "type", 0.5),
    Planted(
        "births with the month first", "pupils", of("Date of Birth", days("{1}/{2}/{0}")), "Date of Birth", "type", 0.5
    ),
    Planted("the day first", "food", of("RatingDate", days("{2}/{1}/{0}")), "RatingDate", "type", 0.9),
    Planted(
        "the year in two digits",
        "planning",
        of("Date Received", lambda day: day[:6] + day[8:]),
        "Date Received",
        "type",
    ),
    Planted("days as a spreadsheet counts", "incidents", of("DateOfCall", serial), "DateOfCall", "type"),
    Planted("moments in another form", "requests", of("Reported", days("{2}/{1}/{0} 09:30")), "Reported", "type"),
    Planted("months in words", "crimes", of("Month", lambda _: "Feb-24"), "Month", "type"),
    Planted(
        "a day that stands for none",
        "incidents",
        of("DateOfCall", lambda _: "1900-01-01", 9),
        "DateOfCall",
        "range",
        0.1,
    ),
    Planted(
        "other words for yes and no", "food", of("NewRatingPending", lambda _: "pending"), "NewRatingPending", "type"
    ),
    Planted(
        "every row twice", "counts", lambda table: pd.concat([table, table]), "LAD23CD, Offence, Month", "unique", 0.49
    ),
    Planted(
        "a column under another name",
        "food",
        lambda table: table.rename(columns={"PostCode": "Post"}),
        "PostCode",
        "column missing",
    ),
    Planted(
        "a column gone",
        "incidents",
        lambda table: table.drop(columns="Postcode_full"),
        "Postcode_full",
        "column missing",
    ),
]


def test_many_changes_are_planted() -> None:
    assert len({planted.what for planted in PLANTED}) == len(PLANTED) >= 20


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.what)
def test_a_planted_change_is_caught(planted: Planted) -> None:
    table = planted.change(delivery(planted.kind, 2).reset_index(drop=True))
    try:
        report = validate({"t": table}, {"t": draft(planted.kind)}, max_bad_share=1)
    except ContractBroken as broken:
        report = broken.report
    faults = report.faults
    caught = faults[faults["column"].eq(planted.column) & faults["rule"].eq(planted.rule)]
    assert len(caught) == 1
    assert caught["rows"].item() >= max(1, planted.share * len(table))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_its_header_or_its_end_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = delivery(kind, 2).to_csv(index=False)
    headless = text.partition("\n")[2]
    cut = text.rstrip("\n").rpartition("\n")[0]
    for content in (headless, f"{cut}\n{text.splitlines()[-1].rpartition(',')[0]}"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(SharedAnalysisError):
            read_table(path)
