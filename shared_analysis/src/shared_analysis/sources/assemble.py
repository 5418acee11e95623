"""From rows to a delivery: those of the table, and the others by kind; what is no table is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import furniture
from shared_analysis.sources.cells import PERIOD, Row, filled, reach
from shared_analysis.sources.delivery import KINDS, Aside, Delivery, in_rows
from shared_analysis.sources.groups import remarks_on_groups
from shared_analysis.sources.header import Head
from shared_analysis.sources.headings import named, refuse_values_among_levels, refuse_values_as_headings
from shared_analysis.sources.reading import Reading
from shared_analysis.wording import many

_FEWEST_EARLY = 2
_FEWEST_UNNAMED = 2
_FEWEST_BESIDE = 2
_NEARLY = 0.9
_LAST_WORDS = 3
_AGAIN = "export the table again"
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def trimmed(cells: Sequence[str]) -> list[str | None]:
    """Take blanks and invisible characters off cells; empty ones are None."""
    return [cell.translate(_INVISIBLE).strip() or None for cell in cells]


def assemble(
    places: Sequence[int], rows: Sequence[Sequence[str | None]], reading: Reading, head: Head, name: str
) -> Delivery:
    """Make a delivery of rows: those of the table, and the others by kind.

    Parameters
    ----------
    places
        Where in the file each row is, from 1.
    rows
        All rows of the file.
    reading, head
        How the file is read, and its header.
    name
        The file, for errors.
    """
    at_head = places.index(reading.header_row)
    below = at_head + head.rows
    rows, names, beside = _without_cells_beside(rows, below, head.names, placed=reading.format != "csv")
    width = len(names)
    heads = [trimmed([cell or "" for cell in row]) for row in rows[at_head:below]]
    cells = [trimmed([cell or "" for cell in row]) for row in rows[below:]]
    above = [trimmed([cell or "" for cell in row]) for row in rows[:at_head]]
    if any(map(furniture.says_that_it_failed, above)):
        raise SharedAnalysisError(
            "The file holds the message of a program that failed.", name, "export the table again"
        )
    _refuse_side_by_side(cells, names, name, "file" if reading.format == "csv" else "sheet")
    kinds = furniture.kinds(cells, names, heads, above)
    blocks = furniture.titles_of_blocks(cells, kinds, width)
    _refuse_blocks(above, {places[below + at]: str(next(filter(None, cells[at]))) for at in blocks}, name)
    early = _end_early(cells, kinds, width)
    _refuse_other_shapes(cells, kinds, early, width, [places[below + at] for at in range(len(cells))], name)
    aside: dict[str, list[int]] = defaultdict(list)
    aside["title"] = list(places[:at_head])
    table = []
    for at, (row, kind) in enumerate(zip(cells, kinds, strict=True)):
        last = at >= len(cells) - _LAST_WORDS
        if (kind == "note" or (kind == "ragged" and last)) and furniture.says_that_it_failed(row):
            raise SharedAnalysisError(
                "The file holds the message of a program that failed, so it is not whole.",
                f"{name}, row {places[below + at]}",
                "export the table again",
            )
        if kind == "ragged" and at in early:
            kind = ""
        if kind:
            aside[kind].append(places[below + at])
        else:
            whole = list(rows[below + at])[:width]
            table.append([cell or None for cell in whole] + [None] * (width - len(whole)))
    columns = list(zip(*table, strict=True)) if table else [()] * width
    kept, names, remarks = named(names, [any(column) for column in columns], name)
    texts = {own: pa.array(columns[at], type=pa.string()) for at, own in zip(kept, names, strict=True)}
    refuse_values_among_levels(heads, name)
    refuse_values_as_headings(names, texts, name)
    if beside:
        remarks.append(f"cells beside the table were left out ({in_rows([places[at] for at in beside])})")
    if early:
        said = f"{many(len(early), 'row ends', 'rows end')} before the last column; what they lack is empty"
        remarks.append(f"{said} ({in_rows([places[below + at] for at in sorted(early)])})")
    found = tuple(Aside(kind, tuple(aside[kind])) for kind in KINDS if aside[kind])
    content = pa.table(texts)
    return Delivery(content, reading, found, (*remarks, *remarks_on_groups(content)))


def _without_cells_beside(
    rows: Sequence[Sequence[str | None]], below: int, names: Sequence[str], *, placed: bool
) -> tuple[list[list[str | None]], list[str], list[int]]:
    """Take off what stands to the right of the table, where the header has room and no names.

    Between them and the table is a column that is empty throughout. Of a spreadsheet (``placed``: no cell can have
    moved) a column next to the table that has several values is one of it, though it has no name.

    Returns
    -------
    tuple
        The rows, the names, and which rows had such cells.
    """
    room, width = len(rows[below - 1]), len(names)
    if room <= width:
        return [list(row) for row in rows], list(names), []
    while (
        placed
        and sum(bool((cell := row[width : width + 1]) and (cell[0] or "").strip()) for row in rows) >= _FEWEST_UNNAMED
    ):
        width += 1

    def held(cells: Sequence[str | None]) -> bool:
        return any((cell or "").strip() for cell in cells)

    cut = [list(row) for row in rows]
    beside: list[int] = []
    gap = not any(held(row[width : width + 1]) for row in rows[below:])
    for at, row in enumerate(cut[below:] if gap else [], below):
        if len(row) <= room and held(row[width:]) and held(row[:width]):
            beside.append(at)
            cut[at] = [*row[:width], *[""] * (len(row) - width)]
    return cut, [*names, *[""] * (width - len(names))], beside


def _refuse_blocks(above: Sequence[Row], titles: Mapping[int, str], name: str) -> None:
    """Refuse tables one under another that only their titles tell apart, as those of two months.

    Titles that are the same, and what stands at the foot of each page, part nothing.
    """
    first = next((row for row in reversed(above) if filled(row)), ())
    own = str(next(filter(None, first))).casefold() if filled(first) == 1 else ""
    others = {row: text for row, text in titles.items() if text.casefold() != own and not furniture.is_page(text)}
    foot = len(others) > 1 and len(set(others.values())) == 1
    if others and ((own and not foot) or any(map(PERIOD.fullmatch, others.values()))):
        raise SharedAnalysisError(
            "The file holds several tables, one under another, told apart only by their titles.",
            f"{name}, {in_rows(list(others))}",
            "put each in a file, or on a sheet, of its own, or write the title into a column",
        )


def _refuse_side_by_side(rows: Sequence[Row], names: Sequence[str], name: str, what: str) -> None:
    """Refuse two tables that stand side by side, with a column between them that is empty throughout.

    They are two where both begin with the same name, or one ends above the other: its rows are whole as far as they go.
    """
    for gap in range(_FEWEST_BESIDE, len(names) - _FEWEST_BESIDE):
        if names[gap] or any(row[gap : gap + 1] and row[gap] for row in rows):
            continue
        left, right = range(gap), range(gap + 1, len(names))
        while left and not names[left[0]]:
            left = left[1:]
        if not len(left) >= _FEWEST_BESIDE or not all(names[at] for at in (*left, *right)):
            continue
        ends = [[at for at, row in enumerate(rows) if filled(row[side[0] : side[-1] + 1])] for side in (left, right)]
        shorter, longer = sorted(ends, key=len)
        own = left if shorter is ends[0] else right
        ended = _FEWEST_BESIDE <= len(shorter) <= len(longer) - _FEWEST_BESIDE and shorter == longer[: len(shorter)]
        if names[left[0]].casefold() == names[right[0]].casefold() or (
            ended and all(filled(rows[at][own[0] : own[-1] + 1]) == len(own) for at in shorter)
        ):
            raise SharedAnalysisError(
                f"The {what} holds two tables side by side: columns {_letters(left)}, and columns {_letters(right)}.",
                name,
                "put each on a sheet, or in a file, of its own",
            )


def _letters(columns: Sequence[int]) -> str:
    """Name the first and last of columns as a spreadsheet does: ``A to C``."""

    def letters(number: int) -> str:
        return (letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)

    return f"{letters(columns[0])} to {letters(columns[-1])}"


def _refuse_other_shapes(
    rows: Sequence[Row], kinds: Sequence[str], early: set[int], width: int, places: Sequence[int], name: str
) -> None:
    """Refuse rows of which most do not fit the header, and a second table below the first."""
    ragged = sum(kind == "ragged" for kind in kinds) - len(early)
    if ragged > _FEWEST_EARLY and ragged > sum(not kind for kind in kinds):
        raise SharedAnalysisError(
            f"Most rows ({ragged:,}) have more or fewer fields than the header, so this is no table.",
            name,
            "see that one mark stands between the columns and nowhere else, and export the table again",
        )
    whole = [row for row, kind in zip(rows, kinds, strict=True) if not kind]
    if width == 1 and ragged:
        raise SharedAnalysisError(
            "The file has one column, and marks that stand between columns are among its values.",
            f"{name}, row {places[kinds.index('ragged')]}",
            "export it again with quotation marks around the values",
        )
    if not whole and any(filled(row) > 1 for row, kind in zip(rows, kinds, strict=True) if kind != "header"):
        raise SharedAnalysisError(
            "No row has its values under the names of the columns.",
            name,
            "see that each line has the same number of marks between its columns, and export the table again",
        )
    above: list[Row] = []
    for at in range(1, len(rows)):
        if not kinds[at - 1] and len(above) < furniture.FIRST:
            above.append(rows[at - 1])
        before = kinds[at - 1] in ("blank", "note", "total", "page") or filled(rows[at - 1]) == 1 < len(rows[at])
        below = rows[at + 1] if at + 1 < len(rows) else ()
        if not before or kinds[at] not in ("", "ragged"):
            continue
        if furniture.begins_another_table(rows[at], below, _coded(above)):
            raise SharedAnalysisError(
                "The file holds a second table, with other columns.",
                f"{name}, row {places[at]}",
                "put each table in a file, or on a sheet, of its own",
            )


def _coded(rows: Sequence[Row]) -> list[int]:
    """Find the columns whose values nearly all have digits."""
    columns = range(max(map(len, rows), default=0))
    cells = {column: [cell for row in rows if column < len(row) and (cell := row[column])] for column in columns}
    return [
        column
        for column, own in cells.items()
        if own and sum(any(map(str.isdigit, cell)) for cell in own) > _NEARLY * len(own)
    ]


def _end_early(rows: Sequence[Row], kinds: Sequence[str], width: int) -> set[int]:
    """Find rows that lack empty values at their end, as some programs write them, and not values in between.

    They are if there are several and none has too many, and each fits the columns before: where the table has numbers,
    dates or codes, they have, too.
    """
    ragged = [at for at, kind in enumerate(kinds) if kind == "ragged"]
    if len(ragged) < _FEWEST_EARLY or any(not 1 < filled(rows[at]) <= len(rows[at]) < width for at in ragged):
        return set()
    whole = [row for row, kind in zip(rows, kinds, strict=True) if not kind]
    told, of_codes = False, _coded(whole)
    if not all(reach(rows[at]) - 1 in of_codes for at in ragged):
        return set()  # what stands last may belong to another column
    for column in range(width):
        cells = [str(row[column]) for row in whole if row[column]]
        coded = column in of_codes
        plain = len(cells) > 0 and sum(any(map(str.isdigit, cell)) for cell in cells) < (1 - _NEARLY) * len(cells)
        own = [cell for at in ragged if column < len(rows[at]) and (cell := rows[at][column])]
        digits = [any(map(str.isdigit, cell)) for cell in own]
        if (coded and not all(digits)) or (plain and any(digits)):
            return set()
        told = told or (coded and len(own) == len(ragged))
    return set(ragged) if told else set()
