"""Records that look like something else: each stays one, or counts as bad; none becomes a name, a note or a total."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.sources import read

KEPT = {
    "words for no number in the first record": """\
surname,age,visits
van dyke,unknown,refused
oak,45,6
elm,57,8
ash,29,1
""",
    "suppressed in the first record": """\
area,n_2023,n_2024
camden,suppressed,suppressed
barnet,5,6
brent,7,8
ely,9,9
""",
    "a record after a blank line": """\
id,surname,forename,visits
A001,Oak,Ann,1
A002,Elm,Bob,2
,,,
A003,Van Ash,,
""",
    "two names after a blank line": """\
surname,forename,town,visits
Oak,Ann,Ely,1
Elm,Bob,Ely,2
,,,
Seeley,Mary Jane,,
""",
    "a remark after a blank line": """\
remark,visits
Door sticks badly,2
Dogs in garden,
Ring twice please,3
,
Bell is broken,
""",
    "words of pages in one column": """\
outcome
Continued
Ended
Continued
Ended
""",
    "numbers of pages in one column": """\
ref
Page 1
Page 2
Page 3
""",
    "a state that pages have": """\
ref,state,visits
A1,open,2
,continued,
A3,open,4
""",
    "a mark called average": """\
answer,people
Good,12
Poor,4
Average,20
""",
    "a firm called Total": """\
supplier,amount
Abacus,2000
Beta,300
Cog,40
Total Gas & Power Ltd,2201.10
""",
    "a firm called Total that is the sum": """\
supplier,amount
Total Gas & Power Ltd,2340
Abacus,2000
Beta,300
Cog,40
""",
    "small numbers with gaps": """\
id,visits,remark
1,2,
2,7,called twice
3,4,
""",
    "an identifier and a number": """\
person_id,surname,need,visits
1,,,2
2,Oak,Care,7
3,Elm,Care,1
""",
    "a value that says there is nothing": """\
answer
yes
no records found
yes
no
maybe
yes
""",
}
BAD = {
    "a comma in the last record": """\
case,surname,address,status
A1,Oak,7 High Street,open
A2,Elm,3 Mill Lane,open
A10,Hawthorn,Flat 2, 12 Mill Lane,open
""",
    "a comma beside an empty heading": """\
name,age,city,
Oak A,40,Leeds,
Elm B,41,York,
Smith, J,40,Leeds
Ash C,23,Bath,
""",
    "values that may be of another column": """\
id,surname,forename,outcome
A1,Oak,Ann,open
A2,Elm,closed
A3,Ash,Bob,open
A4,Fir,open
""",
    "words of a program that failed": """\
id,what,n
A1,call,2
A2,call timed out, no answer,3
A3,call,4
A4,a,1
A5,b,1
A6,c,1
""",
}
REMARKS = {
    "gaps in each other column": """\
remark,visits,outcome
Door sticks badly,2,open
Dogs in garden,,open
Ring twice please,3,
""",
    "a remark alone before": """\
remark,visits,outcome
Door sticks badly,2,open
Dogs in garden,,
Ring twice please,3,closed
""",
    "a word that another begins with": """\
remark,visits,hours
Door sticks badly,2,1
{first} asked before,4,2
Ring twice please,3,2
""",
    "a word that another ends with": """\
remark,visits,hours
Door sticks badly,2,1
Ramp is {last},4,2
Ring twice please,3,2
""",
}
COUNTS = {
    "crimes": """\
offence,2023,2024
Violent crime,5,6
Other theft,7,8
Theft from person,1,2
""",
    "areas in groups": """\
area,2023,2024
Inner London,,
Camden,5,6
Tower Hamlets,7,8
Outer London,,
Barking and Dagenham,9,9
""",
    "remarks without a gap": """\
remark,visits,outcome
Door sticks badly,2,open
Dogs in garden,1,open
Ring twice please,3,closed
""",
    "codes with gaps": """\
code,visits,outcome
A1,2,
A2,,open
A3,1,open
""",
    "a phrase among names": """\
area,2023,2024
Camden,5,
Barnet,,2
All other areas,1,3
""",
}


def written(folder: Path, text: str) -> Path:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return folder / "t.csv"


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_it_stays_a_record(tmp_path: Path, text: str) -> None:
    delivery = read(written(tmp_path, text))
    lines = [line for line in text.splitlines()[1:] if line.strip(",")]
    values = [[cell or None for cell in line.split(",")] for line in lines]
    assert delivery.table.to_numpy().tolist() == values


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_it_counts_as_bad(tmp_path: Path, text: str) -> None:
    delivery = read(written(tmp_path, text))
    width = len(delivery.table.columns)
    lines = [line.split(",") for line in text.splitlines()[1:]]
    bad = [line for line in lines if len(line) != max(width, text.splitlines()[0].count(",") + 1) or "Smith" in line]
    assert delivery.ragged == len(bad)
    assert len(delivery.table) == len(lines) - len(bad)


@pytest.mark.parametrize(
    "remark",
    ["Key safe needed", "Contact made late", "Data held elsewhere", "See next door", "Notes lost", "This flat"],
)
@pytest.mark.parametrize("above", REMARKS.values(), ids=REMARKS)
def test_a_last_remark_that_begins_as_notes_do_stays_a_record(tmp_path: Path, above: str, remark: str) -> None:
    above = above.format(first=remark.split()[0], last=remark.split()[-1])
    delivery = read(written(tmp_path, f"{above}{remark},,\n"))
    assert delivery.table.iloc[:, 0].tolist() == [line.split(",")[0] for line in above.splitlines()[1:]] + [remark]
    assert not delivery.aside


@pytest.mark.parametrize(
    "note",
    [
        "Source: ONS,,", "Note: figures are provisional,,", "NB: see above,,", "Notes,,", "Key: r is revised,,",
        "Last updated 3 May,,", "End of report,,", "* estimated,,", "1. Some are estimates,,", "Contact Jane Smith,,",
        "Figures are provisional and may change,,", "Key safe needed", ",,\nKey safe needed,,",
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", REMARKS.values(), ids=REMARKS)
def test_a_note_under_remarks_is_set_aside(tmp_path: Path, above: str, note: str) -> None:
    delivery = read(written(tmp_path, f"{above.format(first='Nobody', last='fitted')}{note}\n"))
    assert len(delivery.table) == 3
    assert [aside.kind for aside in delivery.aside if aside.kind != "blank"] == ["note"]


@pytest.mark.parametrize("note", ["Figures are provisional", "Data are rounded", "Key safe needed", "See notes"])
@pytest.mark.parametrize("above", COUNTS.values(), ids=COUNTS)
def test_where_little_says_that_it_is_a_record_it_is_counted_as_a_note(tmp_path: Path, above: str, note: str) -> None:
    delivery = read(written(tmp_path, f"{above}{note},,\n"))
    assert len(delivery.table) == len(above.splitlines()) - 1
    assert [aside.kind for aside in delivery.aside] == ["note"]
