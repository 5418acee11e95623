"""The same records give the same bytes: threads, order of rows and hash seed do not matter."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis.linkage import LinkageResult
from shared_analysis.linkage.notices import worded

from .conftest import World, contract, make_world

pytestmark = pytest.mark.slow


def fingerprint(result: LinkageResult) -> str:
    parts = [table.to_csv(index=False) for table in result.tables.values()]
    parts += [json.dumps(result.model), json.dumps(result.metrics), result.summary(), result.weights.to_csv()]
    parts += [result.completeness.to_csv(), repr(result.hanging), repr(result.evidence)]
    parts += [each.steps.to_csv() for each in (result.evidence.nearest, result.evidence.typical)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def shuffled(world: World) -> World:
    tables = {name: table.sample(frac=1, random_state=5) for name, table in reversed(world.tables.items())}
    return World(tables, world.contracts, world.truth.sample(frac=1, random_state=5))


def hashes(result: LinkageResult) -> dict[str, str]:
    parts = {
        "model": json.dumps(result.model),
        "pairs": result.pairs.to_csv(index=False),
        "register": result.register.to_csv(index=False),
    }
    return {name: hashlib.sha256(part.encode()).hexdigest() for name, part in parts.items()}


def with_texts(world: World) -> World:
    """The same people with their names in one column, an address that no postcode supports, and notes."""
    tables, contracts = {}, {}
    for name, (first, last) in {"housing": ("first", "last"), "outreach": ("forename", "surname")}.items():
        table = world.tables[name]
        whole = table[first].str.cat(table[last], sep=" ")
        tables[name] = table.assign(who=whole, trade=whole + " and sons")[["id", "who", "trade", "born", "home"]]
        roles = {"id": "record_id", "who": "full_name", "trade": "organisation_name", "born": "date_of_birth"}
        contracts[name] = contract(name, {**roles, "home": "address"})
    return World(tables, contracts, world.truth)


def without_roles(world: World) -> World:
    names = {"forename": "first", "surname": "last"}
    tables = {name: table.rename(columns=names) for name, table in world.tables.items()}
    tables = {name: table.assign(whole=table["first"] + " " + table["last"]) for name, table in tables.items()}
    return World(tables, {name: contract(name, {"id": "record_id"}) for name in tables}, world.truth)


@pytest.mark.parametrize(
    ("kind", "link_type"),
    [("roles", "link_only"), ("texts", "link_and_dedupe"), ("no roles", "link_only"), ("roles", "many_to_one")],
)
def test_model_pairs_and_register_have_the_same_hash_on_any_threads_rows_and_folder(
    kind, link_type, tmp_path, monkeypatch
):
    plain = {"roles": lambda world: world, "texts": with_texts, "no roles": without_roles}[kind](make_world(120, 4))
    mixed = {name: table.sample(frac=1, random_state=9) for name, table in plain.tables.items()}
    found = []
    for folder, threads, tables in (("a", 1, plain.tables), ("b", 4, mixed)):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        result = World(tables, plain.contracts, plain.truth).link(link_type, threads=threads)
        assert result.metrics["links"] > 30
        found.append(hashes(result))
        assert not list((tmp_path / folder).iterdir())
    assert found[0] == found[1]


def test_threads_and_row_order_do_not_matter(world, linked):
    mixed = shuffled(world)
    spec_order = World({name: mixed.tables[name] for name in world.tables}, mixed.contracts, mixed.truth)
    assert fingerprint(spec_order.link(threads=1)) == fingerprint(linked)
    assert fingerprint(spec_order.link(threads=4)) == fingerprint(linked)


def test_order_of_tables_does_not_matter(world):
    plain, turned = world.prepare(), shuffled(world).prepare()
    assert list(plain.frames) == list(turned.frames)
    for name, frame in plain.frames.items():
        pd.testing.assert_frame_equal(frame, turned.frames[name])
    pd.testing.assert_frame_equal(plain.register, turned.register)


def test_another_process_with_another_hash_seed_gives_the_same(linked, tmp_path):
    code = (
        "from linkage.conftest import make_world\n"
        "from linkage.test_reproducible import fingerprint\n"
        "print(fingerprint(make_world().link()))"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": path, "TZ": "Asia/Tokyo"}
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == fingerprint(linked)


def test_column_names_and_a_constant_column_do_not_matter(world, linked):
    names = {"id": "k", "first": "v", "last": "n", "born": "d", "home": "a", "pcode": "p"}
    tables = dict(world.tables)
    tables["housing"] = tables["housing"].rename(columns=names).assign(extra="always", sex="f")
    roles = {names.get(column.name, column.name): column.role for column in world.contracts["housing"].columns}
    contracts = {**world.contracts, "housing": contract("housing", {**roles, "sex": "sex"})}
    result = World(tables, contracts, world.truth).link(model=linked.model)
    pd.testing.assert_frame_equal(result.pairs, linked.pairs)
    assert "sex is the same in every record, so it tells nobody apart and was not compared." in worded(result.notices)
