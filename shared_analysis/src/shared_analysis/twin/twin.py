"""The twin as a whole, and how it is written to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import write_table, write_text
from shared_analysis.twin.spec import TwinSpec
from shared_analysis.writing import delete, move, refuse_links

NOTICE = "SYNTHETIC.txt"
TRUTH = "truth"

_TEXT = """SYNTHETIC DATA

Nobody in these tables exists. A program made every row from the project's data contracts, so that the whole
project can be run before any real data has arrived. No real record was read to make them.

What is real: the names and codes of London's 33 local authorities, and names that people in London do have. Each
combination of name, date of birth and address is drawn at random.

What cannot be real:
- identifiers begin with SYN- wherever the contract allows it;
- postcodes lie in districts numbered 30 to 39, which no postcode area in London has;
- telephone numbers are from the ranges that Ofcom keeps for drama, e-mail addresses end in example.org;
- NHS numbers are from the test range 999, NI numbers begin with QQ or PY, property numbers with 999;
- streets are made of invented words.

What the figures mean: nothing. Levels, trends, seasons and the fall in 2020 have the shape of such services'
figures, and are invented. Do not quote them, and do not judge a method's accuracy on real data by its accuracy here.

Mistakes were made on purpose: some records have a slip of the pen, another form of a name, an old address and the
like, and about one row in a hundred breaks its contract, so that the checks have something to find. truth.csv says
which records are of the same person; no analysis uses it, only the measurement of how well it did.

Made with: {settings}

{tables}
{mistakes}"""


@dataclass(frozen=True)
class Twin:
    """A small synthetic London.

    Parameters
    ----------
    tables
        Table by name; all columns text, missing values ``None``.
    truth
        Who each record of the tables of people is about: ``table``, ``record_id``, ``person_id``.
    mistakes
        How often each kind of mistake was made: ``table``, ``mistake``, ``records``, ``share`` of the table's records.
    spec
        The settings it was made with.
    """

    tables: Mapping[str, pd.DataFrame]
    truth: pd.DataFrame
    mistakes: pd.DataFrame
    spec: TwinSpec

    def notice(self) -> str:
        """Say in plain words that the data is synthetic, how it was made, and what was done to it."""
        settings = ", ".join(f"{name} {value}" for name, value in self.spec.model_dump().items())
        sizes = "\n".join(
            f"- {name}: {len(table)} {'row' if len(table) == 1 else 'rows'}" for name, table in self.tables.items()
        )
        made = self.mistakes[self.mistakes["records"] > 0]
        lines = [
            f"- {table}, {mistake}: {records} ({100 * share:.1f} %)"
            for table, mistake, records, share in made.itertuples(index=False)
        ]
        mistakes = "\n".join(["", "Mistakes made in the tables of people:", *lines, ""]) if lines else ""
        return _TEXT.format(settings=settings, tables=f"Tables:\n{sizes}", mistakes=mistakes)

    def save(self, folder: Path) -> None:
        """Write the tables, ``truth.csv`` and ``SYNTHETIC.txt`` into a folder of their own.

        The folder is made beside its place and moved there when it is whole, so a killed run never leaves part of a
        twin. It replaces an earlier twin, and nothing else.

        Raises
        ------
        SharedAnalysisError
            If the folder holds files that are not a twin's, there is a file in its place, or a table is called
            ``truth``.
        """
        if TRUTH in self.tables:
            raise SharedAnalysisError(
                "A table cannot be called 'truth': the twin keeps its ground truth there.",
                "contracts/",
                "rename the table",
            )
        for place in (folder, *folder.parents):
            if place.exists() and not place.is_dir():
                raise SharedAnalysisError(
                    "There is a file where the twin's folder should be.", str(place), "move it away, or choose another"
                )
        if folder.exists() and any(folder.iterdir()) and not (folder / NOTICE).is_file():
            raise SharedAnalysisError(
                f"The folder holds files that are not a twin's: it has no {NOTICE}.",
                str(folder),
                "move them away first",
            )
        beside = folder.with_name(f".{folder.name}.part")
        refuse_links(folder)
        delete(beside)
        for name, table in self.tables.items():
            write_table(beside / f"{name}.csv", table)
        if len(self.truth):
            write_table(beside / f"{TRUTH}.csv", self.truth)
        write_text(beside / NOTICE, self.notice())
        delete(folder)
        move(beside, folder)
