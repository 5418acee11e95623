"""The briefing table as a workbook: a sheet for each level, ready to paste into a paper.

A label comes from the data, so that somebody else may have written it: one that a spreadsheet would run as a formula is
text in the workbook (OWASP, "CSV Injection").
"""

from __future__ import annotations

import datetime
import io
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

from shared_analysis.forecasting.calendars import name_period
from shared_analysis.forecasting.hierarchy.hierarchy import SERIES, TOTAL
from shared_analysis.forecasting.reporting.briefing_table import INVENTED, UNCHECKED, table
from shared_analysis.forecasting.reporting.outlook import area_level, level_noun, part_noun
from shared_analysis.forecasting.reporting.summary import heads_of, kind_of, place
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.wording import sentence

# A workbook says when it was made; the same content must be the same bytes.
_MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
_COUNT = "[=0]0;[<9.95]0.0;#,##0"
_LONGEST_SHEET = 31
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]")
_TITLE_ROWS = 4


def as_workbook(result: Forecast, *, synthetic: bool) -> bytes:
    """Write a workbook: a sheet for the areas, then one for each other level that the forecasts add up over."""
    target = io.BytesIO()
    # In memory, and every cell written by its type: nothing in a label becomes a formula, a link or a number.
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": _title(result), "created": _MADE})
    book.set_size(1600, 1200)
    formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
    main = area_level(result)
    others = [level for level in result.hierarchy.levels if level not in (TOTAL, main)]
    nouns = [_main_noun(result), *(level_noun(result, level) for level in others)]
    for level, name in zip((main, *others), sheet_names(nouns), strict=True):
        _fill(book.add_worksheet(name), formats, result, level, synthetic=synthetic)
    book.close()
    return target.getvalue()


def sheet_names(nouns: Iterable[str]) -> list[str]:
    """Name sheets as a spreadsheet allows: short, none like another, without the signs that stand in its formulas."""
    names: dict[str, str] = {"history": ""}  # a name that Excel keeps to itself
    for noun in nouns:
        plain = sentence(_NOT_IN_SHEETS.sub(" ", noun).strip("' ") or "sheet")
        endings = itertools.chain([""], (f" {number}" for number in itertools.count(2)))
        tried = (plain[: _LONGEST_SHEET - len(ending)].rstrip("' ") + ending for ending in endings)
        name = next(spelling for spelling in tried if spelling.casefold() not in names)
        names[name.casefold()] = name
    return list(names.values())[1:]


def _main_noun(result: Forecast) -> str:
    return "areas" if area_level(result) != SERIES else result.panel.nouns


_HEAD = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bg_color": "#E8EEF4"}
_LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "invented": {"bold": True, "font_color": "#A4243B"},
    "note": {"italic": True, "font_color": "#4A5361"},
    "head": _HEAD,
    "head_right": {**_HEAD, "align": "right"},
    "text": {"valign": "top"},
    "words": {"valign": "top", "text_wrap": True},
    "missing": {"valign": "top", "align": "right", "font_color": "#4A5361"},
    "count": {"valign": "top", "num_format": _COUNT},
    "whole": {"valign": "top", "num_format": "#,##0"},
    "change": {"valign": "top", "num_format": "+0%;-0%;0%"},
}
_WIDTHS = {"name": 26, "code": 11, "before": 12, "expected": 12, "change": 9, "next_low": 11, "next_high": 11}
_SENTENCE_WIDTH = 78


def _title(result: Forecast) -> str:
    return f"Forecast of {result.noun} a {result.panel.calendar.noun}{place(result)}"


def _fill(sheet: Any, formats: Mapping[str, Any], result: Forecast, level: str, *, synthetic: bool) -> None:
    """Write what the sheet is, a header that stays, and the rows."""
    rows = table(result, level)
    notes = [_title(result), INVENTED if synthetic else "", UNCHECKED, _reading(result)]
    looks = ("title", "invented", "note", "note")
    for at, (note, look) in enumerate(zip(notes, looks, strict=True)):
        sheet.write_string(at, 0, note, formats[look])
    columns = [name for name in rows.columns if name != "code" or rows["code"].iloc[-1]]
    heads = _heads(result, level)
    for at, name in enumerate(columns):
        look = "head" if name in ("name", "code", "sentence") else "head_right"
        sheet.write_string(_TITLE_ROWS, at, heads[name], formats[look])
        sheet.set_column(at, at, _WIDTHS.get(name, _SENTENCE_WIDTH))
    for number, row in enumerate(rows[columns].to_dict("records"), start=_TITLE_ROWS + 1):
        for at, name in enumerate(columns):
            _write(sheet, formats, number, at, name, row[name])
    last = _TITLE_ROWS + len(rows)
    sheet.freeze_panes(_TITLE_ROWS + 1, 1)
    sheet.autofilter(_TITLE_ROWS, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE_ROWS)


def _write(sheet: Any, formats: Mapping[str, Any], row: int, column: int, name: str, value: Any) -> None:
    if name in ("name", "code", "sentence"):
        sheet.write_string(row, column, value, formats["words" if name == "sentence" else "text"])
    elif math.isnan(value):
        sheet.write_string(row, column, "-" if name == "change" else "not known", formats["missing"])
    else:
        look = {"change": "change", "next_low": "whole", "next_high": "whole"}.get(name, "count")
        sheet.write_number(row, column, value, formats[look])


def _heads(result: Forecast, level: str) -> dict[str, str]:
    before, ahead = heads_of(result)
    soon = sentence(name_period(result.panel.ahead(1)[0]))
    kind = (
        kind_of(result) if level == area_level(result) else " and ".join(part_noun(part) for part in level.split("+"))
    )
    return {
        "name": sentence(kind if level != SERIES or level == area_level(result) else "series"),
        "code": "Code",
        "before": before,
        "expected": ahead,
        "change": "Change",
        "next_low": f"{soon}, low",
        "next_high": f"{soon}, high",
        "sentence": "In words",
    }


def _reading(result: Forecast) -> str:
    calendar, level = result.panel.calendar, result.spec.levels[0]
    soon = name_period(result.panel.ahead(1)[0])
    return (
        f"{sentence(result.noun)} a {calendar.noun}, on average. Low and high bound {soon} with {level}% (how often "
        "that held before is in the report). A change is given where ten or more were counted before."
    )
