"""What happens to a file, by example: its lines, and what each of them is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read
from tests.spec.lines_of_files import File, lay_out
from tools.rule import Page, Rule

RULES = (
    Rule(
        "What stands above the names of the columns is set aside",
        "The names are in the first row that fills nearly as many cells as the others, and looks unlike what is below.",
        [
            File(
                """
title: Homelessness in London
title: Run on 3 March 2024
title:
names: area,month,count
row: Camden,2024-01,5
row: Hackney,2024-01,6
row: Camden,2024-02,7
""",
                "header in row 4",
            )
        ],
    ),
    Rule(
        "Notes and totals below the table are set aside",
        "A note fills one cell, or has fewer cells than the table. Where a column holds sentences, "
        "one more is a row. A total says so, and beside it are numbers only. A "
        "total of a month or a group names it, and is a row like others.",
        [
            File(
                """
names: area,month,count
row: Camden,2024-01,5
row: Hackney,2024-01,6
row: Total,2024-01,11
total: Total,,11
blank: ,,
note: "1. Rounded to the nearest 5.",,
note: Source: Department of Examples, 2024
"""
            ),
            File(
                """
names: remarks,officer,visits
row: Wants a room on the ground floor,Oak,2
row: Asks for a call before each visit,Elm,1
row: This one was opened by phone,,
blank: ,,
note: Source: an example
""",
                "commas",
            ),
        ],
    ),
    Rule(
        "A block of narrow rows below a blank one is notes, and a row that adds up all others is a total",
        "Whatever their words are.",
        [
            File(
                """
names: library,visits,loans
row: Abbey,20140,9120
row: Beacon,21851,9923
row: Castle,23562,10726
row: Dene,25273,11529
total: All libraries,90826,41298
total: Average,22706.5,10324.5
blank: ,,
note: Notes,,
note: 1,Visits are counted at the door,
note: Email: data@example.org,,
"""
            )
        ],
    ),
    Rule(
        "Rows that explain the columns are set aside",
        "Units, types and numbers of columns, and remarks in brackets, right under the names.",
        [
            File(
                """
names: ward,rent,voids
unit: varchar(50),int,int
row: Abbey,88,1200
row: Beacon,89,1271
row: Castle,90,1342
"""
            ),
            File(
                """
names: id,first,second
row: 1,2,3
row: 2,3,4
row: 3,5,8
"""
            ),
            File(
                """
names: ward,rent,voids
note: (figures are provisional),,
unit: ,£,number
row: Abbey,88,1200
row: Beacon,89,1271
row: Castle,90,1342
"""
            ),
        ],
    ),
    Rule(
        "Titles and numbers of pages are set aside",
        "A report that was printed to a file has them on every page.",
        [
            File(
                """
title: Libraries,,
names: library,visits,loans
row: Abbey,20140,9120
row: Beacon,21851,9923
page: Page 1 of 2,,
page: Libraries,,
header: LIBRARY,VISITS,LOANS
row: Castle,23562,10726
row: Dene,25273,11529
page: Page 2 of 2,,
"""
            )
        ],
    ),
    Rule(
        "Cells beside the table are left out, and named",
        "They stand to the right of it, where no name is.",
        [
            File(
                """
names: ward,rent,voids,,
row: Abbey,88,1200,,NB rents are net
row: Beacon,89,1271,,
row: Castle,90,1342,,
""",
                "cells beside the table were left out (row 2)",
            )
        ],
    ),
    Rule(
        "Rows may end before the last column, if several do and all of their values fit",
        "Some programs leave out what is empty at the end of a row.",
        [
            File(
                """
names: case_number,need,start,cost
row: A001,Home care,2023-01-01,212.40
row: A002,Direct payment,2023-02-03
row: A003,Home care,2023-03-05,274.70
row: A004,Residential,2023-06-11
""",
                "2 rows end before the last column; what they lack is empty (rows 3, 5)",
            )
        ],
    ),
    Rule(
        "A second table in a file is refused",
        "Its names stand where the first table has numbers.",
        [
            File(
                """
refused: library,visits,loans
refused: Abbey,20140,9120
refused: Beacon,21851,9923
refused: ,,
refused: ward,homes,rent
refused: Castle,120,98
refused: Dene,157,100
""",
                "holds a second table",
            )
        ],
    ),
    Rule(
        "Blank rows and repeated names are set aside wherever they are",
        "Programs write the names once more on every page.",
        [
            File(
                """
names: case_number,surname
row: A001,Oak
blank: ,
row: A002,Elm
header: case_number,surname
row: A003,Ash
"""
            )
        ],
    ),
    Rule(
        "Names in two rows become one",
        "As in a workbook with merged cells: what groups the names stands in front of each of them. Columns here are "
        "called `Borough`, `2023 Count`, `2023 Rate` and so on.",
        [
            File(
                """
names: ,2023,,2024,
names: Borough,Count,Rate,Count,Rate
row: Camden,3,0.1,4,0.2
row: Hackney,5,0.3,6,0.4
row: Brent,7,0.5,8,0.6
""",
                "header in rows 1 to 2",
            )
        ],
    ),
    Rule(
        "Periods in headings become a column of periods, if you ask for it",
        "Say so with `shared-analysis contract infer FILE --periods`. The contract then has `period_column` and "
        "`value_column` under `reading`, and a later delivery may have more periods: months, "
        "quarters, years and weeks, with a mark such as `p` behind them or without. Each row of this file is three "
        "rows of the table. A year beside a month or a quarter becomes one column, too (`period_from`).",
        [
            File(
                """
names: area_code,Jan-24,Feb-24,Mar-24
row: E09000001,3,5,4
row: E09000002,8,7,9
"""
            )
        ],
    ),
    Rule(
        "Any usual separator and encoding is found, and stated in the contract",
        "Commas, semicolons, tabs, bars, carets and tildes; UTF-8, UTF-16 and older encodings of Windows, macOS and "
        "DOS. An older one is told by its letters, which stand in words. A file is refused if two would make good "
        "text of it, or if some of its rows are UTF-8 and others are not.",
        [
            File(
                """
names: name;amount
row: Núñez;1,5
row: Brontë;2,7
""",
                "cp1252 (Windows), semicolons",
                "cp1252",
            ),
        ],
    ),
    Rule(
        "A quotation mark that never ends costs nothing but itself",
        "It is read as part of the text, and the report names its row. Most programs let it swallow all rows "
        "up to the next one.",
        [
            File(
                """
names: case_number,surname,note
row: C001,Oak,ok
row: C002,Elm,"wants 2 bed
row: C003,Ash,ok
row: C004,Fir,ok
""",
                "1 quotation mark begins a value and never ends; read as part of the text (row 3)",
            )
        ],
    ),
    Rule(
        "Quotation marks within a value stay where they are",
        "They should be doubled, or written with a backslash. Where they are neither, the report names the rows.",
        [
            File(
                """
names: case_number,note,visits
row: C001,"the "big" one",4
row: C002,"the ""big"" one",5
row: C003,"ends in a folder \\",6
""",
                "quotation marks within values are not doubled; read as they stand (row 2)",
            )
        ],
    ),
    Rule(
        "A row with more or fewer fields than the names is set aside, and counts as bad",
        "Nobody can say which of its values belongs to which column. Empty fields beyond the last name do no harm.",
        [
            File(
                """
names: case_number,surname,note
row: C001,Oak,ok
ragged: C002,Elm
ragged: C003,Ash,ok,and more
row: C004,Fir,ok,,
"""
            )
        ],
    ),
    Rule(
        "A file without the names of its columns is refused",
        "Its first values would be taken for names, and shown wherever columns are named.",
        [
            File(
                """
refused: A100,4857773456,Maple,1980-03-01
refused: A101,4857773457,Oak,1981-04-02
refused: A102,4857773458,Elm,1982-05-03
""",
                "no row with the names of its columns",
            )
        ],
    ),
    Rule(
        "Columns set apart by blanks are refused, and one column of words is read",
        "Blanks stand within values, too, so nobody can say for sure where a column ends. A file of one column has "
        "none that line up.",
        [
            File(
                """
refused: case_number surname   visits
refused: A001        Oak            2
refused: A002        Hawthorn       1
refused: A003        Elm           12
""",
                "sets its columns apart by blanks",
            ),
            File(
                """
names: address
row: 7 High Street
row: 12 Mill Lane
row: 40 Church Road
row: 3 Station Approach
"""
            ),
        ],
    ),
    Rule(
        "What is no table is refused by its first bytes, whatever its name is",
        "",
        [
            File("refused: <!DOCTYPE html>", "This is a web page, such as one that asks to sign in"),
            File("refused: <table><tr><td>Camden</td></tr></table>", "This is a web page with a table in it", "utf-16"),
            File(
                """
refused: <?xml version="1.0"?>
refused: <?mso-application progid="Excel.Sheet"?>
""",
                "This is a workbook in the XML of Excel 2003",
            ),
            File("refused: MIME-Version: 1.0", "This is a web archive or a mail"),
            File("refused: version https://git-lfs.github.com/spec/v1", "This is a pointer of Git LFS"),
            File("refused: %PDF-1.7", "This is a PDF"),
            File('refused: [{"area": "Camden"}]', "This is a JSON document"),
        ],
    ),
)


PAGE = Page(
    "files",
    "What happens to my file",
    """
What of a file is its table, and what becomes of the rest.

Text, workbooks (`.xlsx`, `.xls`, `.ods` ...) and Parquet files are read as they come. No row is lost on the way. Each
is a row of the table, or furniture, which is set aside, counted and named by its place. The command
`shared-analysis contract infer` shows how a file was read and keeps it in the contract under `reading`. So the next
delivery is read the same way. An arrow → stands for a tab.
""",
    RULES,
    lay_out,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
def test_each_line_is_taken_for_what_it_is(rule: Rule[File], tmp_path: Path):
    for number, example in enumerate(rule.examples):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(example.content)
        kinds = [kind for kind, _ in example.drawn]
        if kinds[0] == "refused":
            with pytest.raises(SharedAnalysisError, match=example.said):
                read(path)
            continue
        delivery = read(path)
        found = ["row"] * len(kinds)
        reading = delivery.reading
        for row in range(reading.header_row, reading.header_row + reading.header_rows):
            found[row - 1] = "names"
        for aside in delivery.aside:
            for row in aside.rows:
                found[row - 1] = aside.kind
        assert found == kinds
        assert len(delivery.table) == kinds.count("row")
        assert delivery.rows_in_file == len(kinds)
        assert example.said in " ".join([reading.words, *delivery.remarks])
