"""A file without a header line is told from one with odd column names, and its values are never shown."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read, read_table
from shared_analysis.sources.headings import refuse_values_as_headings, shape_of_value


def words(text: str) -> list[str]:
    return text.split()


FIRST = words("Ada Bea Cleo Dev Edie Farah George Hana Ivo June Kofi Lena")
LAST = words("Abara Begum Carter Diaz Evans Fox Green Hussain Iqbal Jones Khan Lewis Moss Nowak Patel Reid Shah Turner")
NOTE = words("asked to call back about rent next week")
OFFICIAL = words(
    "OA21CD WD22NM WD22NMW LSOA21CD LSOA21NM MSOA11CD LAD23NM LAD24CD RGN22CD CTRY21NM PCON24CD ICB23NM E1 Q1 x1 F7 W1 "
    "202401 1.2.10 B12 A1 IMD2019 2011 2021/22 Band_A col1 D.O.B. NI10 SE1 % Under_18 65+ 0-4 16-24 £ #"
)


@pytest.mark.parametrize("heading", OFFICIAL)
def test_names_of_columns_have_no_shape_of_a_value(heading: str) -> None:
    assert shape_of_value(heading) is None


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("SW1A 1AA", "a postcode"),
        ("e16an", "a postcode"),
        ("4857773456", "a long number"),
        ("943 476 5919", "a long number"),
        ("QQ123456C", "a National Insurance number"),
        ("qq 12 34 56 c", "a National Insurance number"),
        ("020 7946 0000", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("01632 960001", "a telephone number"),
        ("1980-02-03", "a date"),
        ("03/02/80", "a date"),
        ("3-Feb-1980", "a date"),
        ("19800203", "a date"),
        ("1980-02-03 00:00:00", "a date"),
        ("ada@example.org", "an e-mail address"),
        ("Flat 2, 10 High Street", "an address"),
        ("10 High Street, Exford", "an address"),
        (" ", "blank"),
    ],
)
def test_values_are_told_by_their_shape(heading: str, what: str) -> None:
    assert shape_of_value(heading) == what


def write(folder: Path, lines: list[list[str]]) -> Path:
    path = folder / "people.csv"
    path.write_text("".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines), encoding="utf-8")
    return path


MAKERS = {
    "id": lambda draw, row: f"A{100 + row}",
    "number": lambda draw, row: str(draw.randint(100, 90_000)),
    "first": lambda draw, row: draw.choice(FIRST),
    "last": lambda draw, row: draw.choice(LAST),
    "unique": lambda draw, row: f"{draw.choice(LAST)}{draw.choice(LAST).lower()}{draw.choice('abcdefgh')}",
    "whole": lambda draw, row: f"{draw.choice(FIRST)} {draw.choice(LAST)}",
    "upper": lambda draw, row: f"{draw.choice(LAST)}, {draw.choice(FIRST)}".upper(),
    "sex": lambda draw, row: draw.choice("FM"),
    "part": lambda draw, row: draw.choice(["Tenant", "Owner"]),
    "way": lambda draw, row: draw.choice(["Email", "Phone", "Text"]),
    "area": lambda draw, row: f"E0900{draw.randint(1, 33):04}",
    "nhs": lambda draw, row: str(draw.randint(4_000_000_000, 4_999_999_999)),
    "born": lambda draw, row: f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/{draw.randint(1930, 2010)}",
    "phone": lambda draw, row: f"07700 90{draw.randint(0, 9999):04}",
    "note": lambda draw, row: " ".join(draw.choices(NOTE, k=6)),
}
HEADERLESS = [
    ("id", "nhs", "last", "first", "sex"),
    ("first", "last"),
    ("last", "first", "sex"),
    ("unique", "unique"),
    ("whole",),
    ("upper", "sex"),
    ("id", "first", "last"),
    ("number", "first", "last", "born"),
    ("number", "whole", "area"),
    ("number", "last", "note"),
    ("id", "whole", "phone", "note"),
    ("area", "number"),
    ("last", "part"),
    ("way", "whole"),
]


@pytest.mark.parametrize("rows", [4, 30, 300])
@pytest.mark.parametrize("kinds", HEADERLESS, ids="-".join)
def test_a_file_without_its_header_line_is_refused_by_places(tmp_path: Path, kinds: tuple[str, ...], rows: int) -> None:
    draw = random.Random(f"{kinds}{rows}")
    lines = [[MAKERS[kind](draw, row) for kind in kinds] for row in range(rows)]
    with pytest.raises(
        SharedAnalysisError, match=r"does not hold column names: column \d|no row with the names"
    ) as error:
        read_table(write(tmp_path, lines))
    shown = f"{error.value} {error.value.next_step}"
    assert not [cell for line in lines for cell in line if len(cell) > 2 and cell in shown]


HEADED = {
    ("Kennziffer", "Vorname", "Nachname", "Sexe"): ("id", "first", "last", "sex"),
    ("ID", "Maiden", "Nom"): ("id", "last", "last"),
    ("OA21CD", "WD22NM"): ("area", "last"),
    ("F1", "F2", "F3"): ("id", "last", "sex"),
    ("0", "1", "2"): ("number", "last", "number"),
    ("Colour", "Shape"): ("sex", "area"),
    ("Ward", "2019", "2020", "2021"): ("last", "number", "number", "number"),
    ("x1", "x2", "surname"): ("phone", "born", "last"),
    ("Sheltered", "Hostel"): ("number", "number"),
    ("authors", "venue"): ("whole", "first"),
    ("n", "id"): ("number", "id"),
    ("FHRSID", "BusinessName", "AddressLine1"): ("number", "whole", "note"),
}


UNCLEAR = {("Kennziffer", "Vorname", "Nachname", "Sexe"): 30, ("Sheltered", "Hostel"): 1}


@pytest.mark.parametrize(
    ("heading", "rows"),
    # Of fewer lines of unknown words nobody can say which they are.
    [(heading, rows) for heading in HEADED for rows in (0, 1, 4, 30, 300) if rows >= UNCLEAR.get(heading, 0)],
)
def test_a_file_with_odd_column_names_is_read(tmp_path: Path, heading: tuple[str, ...], rows: int) -> None:
    draw = random.Random(f"{heading}{rows}")
    lines = [[MAKERS[kind](draw, row) for kind in HEADED[heading]] for row in range(rows)]
    assert list(read_table(write(tmp_path, [list(heading), *lines])).columns) == list(heading)


def test_a_header_line_that_comes_again_is_no_value(tmp_path: Path) -> None:
    body = [["Zeta", f"S{row}"] for row in range(40)]
    lines = [["Kappa", "Lambda"], *body, ["Kappa", "Lambda"], *body]
    with pytest.warns(UserWarning, match=r"1 row with the column names once more \(row 42\)"):
        assert len(read_table(write(tmp_path, lines))) == 80


@pytest.mark.parametrize("values", [["x"], ["x", None], ["x", "x"]])
def test_a_column_that_holds_its_name_alone_is_read(values: list[str | None]) -> None:
    refuse_values_as_headings(["x"], {"x": pa.array(values, pa.string())}, "t")


def test_one_line_of_unknown_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="there are no rows") as error:
        read_table(write(tmp_path, [["Maple", "Rowan", "F"]]))
    assert "Maple" not in str(error.value)


WARDS, PARTIES = (
    words("Abbey Beacon Castle Dene Elm Ferry Gate"),
    words("Green Labour Tory Liberal Independent Local None"),
)
ALL_TEXT = {
    ("Ward", "Councillor", "Party"): ("ward", "whole", "party"),
    ("Borough", "Lead", "Team"): ("ward", "whole", "unique"),
    ("Street", "Landlord"): ("ward", "whole"),
    ("Area", "Flower", "Bird"): ("ward", "unique", "unique"),
    ("Region", "Director", "Deputy"): ("ward", "whole", "whole"),
    ("Team Name", "Lead Officer"): ("ward", "whole"),
}


@pytest.mark.parametrize("rows", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("heading", ALL_TEXT)
def test_a_small_table_of_words_is_read(tmp_path: Path, heading: tuple[str, ...], rows: int) -> None:
    draw = random.Random(f"{heading}{rows}")
    makers = {**MAKERS, "ward": lambda _, row: WARDS[row], "party": lambda _, row: PARTIES[row]}
    lines = [[makers[kind](draw, row) for kind in ALL_TEXT[heading]] for row in range(rows)]
    assert read_table(write(tmp_path, [list(heading), *lines])).to_numpy().tolist() == lines


@pytest.mark.parametrize("rows", [2, 5, 30])
@pytest.mark.parametrize("at", [0, 1])
def test_a_record_of_words_of_column_names_is_a_record(tmp_path: Path, rows: int, at: int) -> None:
    lines = [[("open", "closed")[row % 2], str(row), "ABC"[row % 3]] for row in range(rows)]
    lines.insert(at, ["status", "4", "grade"])
    assert len(read_table(write(tmp_path, [["status", "count", "grade"], *lines]))) == rows + 1


@pytest.mark.parametrize(
    "question",
    [
        "What could we do better?",
        "Do you have any other comments about the service?",
        "Please tell us about your visit to the library",
        "Q4. How satisfied are you with the service",
        "Any other comments",
    ],
)
@pytest.mark.parametrize("rows", [1, 3, 8])
def test_a_question_may_be_the_name_of_a_column(tmp_path: Path, question: str, rows: int) -> None:
    answers = [
        "Answer the phone.", "Nothing", "Source of damp never found, despite three visits", "n/a", ".",
        "Note to manager: thank Ben", "Total waste of time", "More staff, longer hours, and better signs",
    ][:rows]  # fmt: skip
    assert read_table(write(tmp_path, [[question], *[[answer] for answer in answers]]))[question].tolist() == answers


FORM = {
    "Full name": "Amy Smith", "Address": "1 High Street", "Telephone": "020 7946 0000", "Email": "a@example.org",
    "Date of birth": "3 May 1980", "Household size": "4", "Signed": "A Smith", "Reason for application": "Damp",
}  # fmt: skip


@pytest.mark.parametrize("title", [[], [["Application for housing"]], [["Application for housing"], [""]]])
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("mark", ["", ":"])
def test_a_form_is_no_table(tmp_path: Path, title: list[list[str]], seed: int, mark: str) -> None:
    draw = random.Random(seed)
    labels = [label for label in FORM if label not in ("Household size", "Reason for application")]
    draw.shuffle(labels)
    labels = labels[: draw.randint(3, 6)] + ["Household size", "Reason for application"][: draw.randint(0, 2)]
    first = shape_of_value(FORM[labels[0]]) is None
    with pytest.raises(SharedAnalysisError, match="a form, not a table" if first else None) as error:
        read_table(write(tmp_path, [*title, *[[label + mark, FORM[label]] for label in labels]]))
    assert not [value for value in FORM.values() if value in str(error.value) and len(value) > 1]


@pytest.mark.parametrize(
    "lines",
    [
        ["code,description", "A,Address", "N,Name", "D,Date of birth"],
        ["field,type", "name,text", "address,text", "dob,date"],
        ["Name,Meaning", "address,Where the person lives", "date of birth,Day of birth", "email,Where to write to"],
        ["Age,Leeds", "0-15,400", "16-64,900", "65+,300"],
        ["Name,Town", "Amy Smith,Ely", "Bo Hall,York", "Cy Wood,Leeds"],
        ["reference,amount", "A1,4", "A2,5", "A3,6"],
        ["Address,Verdict", "1 High Street,pass", "2 Mill Street,fail", "3 Church Lane,pass"],
        ["Organisation,Verdict", "Abbey School,pass", "Beacon School,fail", "Castle Street,pass"],
        ["Name,Verdict", "Oak,pass", "Elm,fail", "Ash,pass"],
        ["Gender,2023", "Male,400", "Female,420", "Other,3"],
    ],
)
def test_a_table_of_two_columns_is_no_form(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    assert len(read_table(tmp_path / "t.csv")) == len(lines) - 1


@pytest.mark.parametrize("value", ["2021-12-03 00:00", "M26 6DR", "a@example.org", "1 High Street"])
def test_values_that_come_twice_in_the_first_line_are_said_to_be_values(tmp_path: Path, value: str) -> None:
    lines = [[ward, "Tory", value, "Oak", "Oak"] for ward in WARDS]
    with pytest.raises(SharedAnalysisError, match="does not hold column names: column 3 is"):
        read_table(write(tmp_path, lines))


@pytest.mark.parametrize("name", ["PK", "PK_ID", "PKey", "PK\x03"])
def test_a_text_that_begins_like_an_archive_is_a_text(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.csv").write_text(f"{name},name,visits\n1,Oak,2\n2,Elm,3\n")
    assert len(read_table(tmp_path / "t.csv")) == 2


@pytest.mark.parametrize(
    "names", [("rname", "dob", "need"), ("Ref", "Born", "Telephone"), ("a", "b", "c", "d")], ids=str
)
def test_one_row_of_values_is_no_second_row_of_names(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Names that lost their commas are fewer than the values."""
    values = ["A100", "Zeta", "Maple", "1980-04-12", "07700 900123", "advice"]
    with pytest.raises(SharedAnalysisError, match="does not hold column names") as error:
        read_table(write(tmp_path, [list(names), values]))
    assert "Zeta" not in f"{error.value} {error.value.next_step}"


@pytest.mark.parametrize("telling", ["07700 900123", "a.zeta@example.org", "QQ 12 34 56 C", "E1 4AB", "9 Mill Road"])
def test_no_second_row_of_names_holds_what_only_a_value_is(tmp_path: Path, telling: str) -> None:
    lines = [
        ["A1", "Psi", "Zeta"],
        ["A2", "Theta", "Rho", "1980-01-02", telling, "x"],
        ["Ref", "Name", "a", "b", "c", "d"],
    ]
    with pytest.raises(SharedAnalysisError, match="does not hold column names") as error:
        read_table(write(tmp_path, lines))
    assert "Zeta" not in f"{error.value} {error.value.next_step}"


@pytest.mark.parametrize(
    ("names", "remark"),
    [
        (["Ward", "", "Homes"], "1 column without a name and values was left out"),
        (["Ward", "", "", "Homes"], "2 columns without names and values were left out"),
    ],
)
def test_columns_left_out_are_counted_in_english(tmp_path: Path, names: list[str], remark: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [names, ["Abbey", *names[1:-1], "12"]]))
    assert read(path).remarks == (remark,)
