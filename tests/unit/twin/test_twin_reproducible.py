from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from twin_contracts import people, usual

from shared_analysis.contracts import Column, DataContract
from shared_analysis.twin import Twin, make_twin

_SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from twin_contracts import usual
from shared_analysis.twin import make_twin
make_twin(usual(), people=400, seed=5, first_month="2019-01", last_month="2020-12").save(Path(sys.argv[1]))
"""


def _bytes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _run(folder: Path, **environment: str) -> dict[str, str]:
    script = _SCRIPT.format(tests=str(Path(__file__).parent))
    folder.parent.mkdir()
    subprocess.run(
        [sys.executable, "-c", script, str(folder)], check=True, cwd=folder.parent, env={**os.environ, **environment}
    )
    return _bytes(folder)


def test_the_same_seed_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    one = _run(tmp_path / "one" / "twin", PYTHONHASHSEED="1", TZ="UTC", OMP_NUM_THREADS="1")
    two = _run(tmp_path / "two" / "twin", PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C", OMP_NUM_THREADS="2")
    assert one == two
    assert len(one) == 6


def test_another_seed_gives_another_twin() -> None:
    one, two = (make_twin(usual(), people=50, seed=seed, last_month="2016-03") for seed in (1, 2))
    assert not one.tables["clinic"].equals(two.tables["clinic"])
    assert not one.tables["monthly"].equals(two.tables["monthly"])


def test_the_order_of_the_contracts_does_not_matter() -> None:
    contracts = usual()
    one = make_twin(contracts, people=50, last_month="2016-03")
    two = make_twin(dict(reversed(contracts.items())), people=50, last_month="2016-03")
    assert list(one.tables) == list(two.tables)
    assert all(one.tables[name].equals(two.tables[name]) for name in one.tables)


@pytest.fixture(scope="module")
def small() -> Twin:
    return make_twin(usual(), people=80, last_month="2016-12")


def test_a_new_column_leaves_the_others_as_they_were(small: Twin) -> None:
    contracts = usual()
    more = (Column("colour", "string"), Column("uprn", "string", role="uprn"))
    contracts["clinic"] = people("clinic", *more)
    wider = make_twin(contracts, people=80, last_month="2016-12")
    assert wider.tables["clinic"][list(small.tables["clinic"])].equals(small.tables["clinic"])
    for name in ("shelter", "visits", "monthly"):
        assert wider.tables[name].equals(small.tables[name])


def test_a_new_table_leaves_the_others_as_they_were(small: Twin) -> None:
    contracts = usual()
    contracts["aardvarks"] = replace(contracts["monthly"], name="aardvarks")
    contracts["beds"] = DataContract("beds", (Column("bed", "integer", unique=True),))
    longer = make_twin(contracts, people=80, last_month="2016-12")
    for name, table in small.tables.items():
        assert longer.tables[name].equals(table)
