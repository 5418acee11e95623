"""What holds for every module of the room: the names of tables stand once, and a notice is worded once."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import shared_analysis.linkage
from shared_analysis.linkage import database
from shared_analysis.linkage.notices import WORDINGS

ROOM = Path(shared_analysis.linkage.__file__).parent
PATHS = sorted(ROOM.rglob("*.py"))
TREES = {path.relative_to(ROOM).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in PATHS}
A_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|TABLE|VIEW|DESCRIBE|RENAME TO) +(\w+)")
WITHIN_A_QUERY = re.compile(r"(?:WITH|,)\s+(\w+) AS \(")


def texts(tree: ast.AST) -> Iterator[str]:
    """The strings of a module that are no docstrings, with ``{}`` where an f-string names something."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose | parts:
            yield node.value


@pytest.mark.parametrize("module", TREES)
def test_a_query_names_its_tables_by_the_constants_of_database(module):
    for text in texts(TREES[module]):
        assert set(A_TABLE.findall(text)) <= set(WITHIN_A_QUERY.findall(text)), text
    for call in (node for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) in ("connection.register", "database.register", "lend"):
            assert not any(isinstance(argument, ast.Constant) for argument in call.args), ast.unparse(call)


def test_a_name_written_into_a_query_would_be_seen():
    query = ast.parse('"SELECT * FROM scored JOIN " + f"CREATE TABLE part AS SELECT 1 FROM {RECORDS}"')
    assert sorted(name for text in texts(query.body[0].value) for name in A_TABLE.findall(text)) == ["part", "scored"]


def test_every_table_says_who_writes_and_who_reads_it():
    names = [name for name, value in vars(database).items() if name.isupper() and isinstance(value, str)]
    tables = [name for name in names if name not in ("ID", "TABLE")]
    rows = [line for line in str(database.__doc__).splitlines() if line.startswith("| ``")]
    assert [row.split("``")[1] for row in rows] == tables
    assert len({getattr(database, name) for name in tables}) == len(tables)
    assert all(len(row.split("|")) == 6 for row in rows)


def notices() -> dict[str, set[str] | None]:
    """The notices that the room makes: the names of their values, or None where those do not stand there."""
    made: dict[str, set[str] | None] = {
        # By a variable: what is wrong with a column, and which answers were left out.
        **dict.fromkeys(("placeholders", "unreadable", "check_digit_wrong", "form_wrong")),
        **{code: {"answers"} for code in ("answers_without_record", "answers_of_duplicates")},
    }
    for tree in TREES.values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "Notice" and isinstance(call.args[0], ast.Constant):
                values = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
                keys = {key.value for key in values.keys} if isinstance(values, ast.Dict) else None
                made[call.args[0].value] = keys
    return made


def test_every_notice_has_one_wording_which_gets_its_values():
    made = notices()
    assert set(made) == set(WORDINGS)
    for code, values in made.items():
        wording = WORDINGS[code]
        if values is not None:
            wanted = (
                {name for _, name, _, _ in string.Formatter().parse(wording) if name}
                if isinstance(wording, str)
                else set(wording.__code__.co_varnames[: wording.__code__.co_argcount])
            )
            assert values == wanted, code
