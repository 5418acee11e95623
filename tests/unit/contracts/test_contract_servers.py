"""Where a table is read from stands in its contract, as the standard has it, and never a password."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from shared_analysis.contracts import Column, DataContract, load_contract, write_contract
from shared_analysis.contracts.folders import Folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import KINDS, Server
from shared_analysis.sources.database.server import OPTIONS

CONTRACT = DataContract("housing", (Column("id", "integer", primary_key=True, purpose="key"),))
SERVERS = [
    Server("live", "postgresql", "db.example.org", 5433, "hs", "homes", "r@x", options=(("sslmode", "verify-full"),)),
    Server("live", "postgresql", "::1", database="hs"),
    Server("live", "sqlserver", "SQL01\\PROD", database="hs", user="CORP\\reader"),
    Server("live", "sqlite", path="data/raw/hs.db"),
    Server("live", "duckdb", path=r"C:\data\hs.duckdb"),
]
GOOD = """\
kind: DataContract
apiVersion: v3.1.0
id: housing
version: 1.0.0
status: draft
servers:
- server: elsewhere
  type: s3
  location: s3://bucket/housing
- server: live
  type: postgres
  host: db
  port: "5432"
  database: hs
  schema: public
  description: The live system.
  customProperties:
  - property: query
    value: sql/housing.sql
  - property: user
    value: reader
  - property: options
    value: {sslmode: require}
schema:
- name: housing
  properties:
  - name: id
    logicalType: integer
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "housing.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: f"{server.kind} {server.host or server.path}")
def test_a_server_is_written_as_the_standard_has_it_and_read_back_the_same(server: Server, tmp_path: Path) -> None:
    contract = replace(CONTRACT, server=server, query="sql/housing.sql")
    text = write_contract(contract)
    jsonschema.Draft201909Validator(json.loads(OpenDataContractStandard.json_schema())).validate(yaml.safe_load(text))
    assert load_contract(write(tmp_path, text)) == replace(contract, title="housing", product="TODO", purpose="TODO")


def test_the_server_with_a_query_is_the_one_that_is_read(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path, GOOD))
    options = (("sslmode", "require"),)
    assert contract.server == Server("live", "postgresql", "db", 5432, "hs", user="reader", options=options)
    assert contract.query == "sql/housing.sql"


def test_servers_of_other_tools_are_none_of_ours(tmp_path: Path) -> None:
    head, _, _ = GOOD.partition("- server: live")
    contract = load_contract(write(tmp_path, head + GOOD[GOOD.index("schema:\n- name") :]))
    assert (contract.server, contract.query) == (None, None)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("type: postgres\n", "type: mysql\n", r"'mysql' is not a type of server[\s\S]*servers\.live\.type"),
        ("  host: db\n", "", r"which host[\s\S]*servers\.live\.host"),
        ('port: "5432"', "port: seven", r"no port[\s\S]*servers\.live\.port"),
        ('port: "5432"', "port: 99999", r"no port[\s\S]*servers\.live\.port"),
        ("sql/housing.sql", "/sql/housing.sql", r"no path[\s\S]*servers\.live\.query"),
        ("sql/housing.sql", "../housing.sql", "no path"),
        ("sql/housing.sql", r"sql\housing.sql", "no path"),
        ("sql/housing.sql", "C:/housing.sql", "no path"),
        ("sql/housing.sql", "sql/housing.txt", "no path"),
        ("sql/housing.sql", "[1]", "no path"),
        ("property: query", "property: querry", r"'querry'[\s\S]*'query'"),
        ("property: user", "property: password", "holds no passwords"),
        ("{sslmode: require}", "{sslmode: maybe}", r"cannot have this value[\s\S]*servers\.live\.sslmode"),
        ("{sslmode: require}", "{password: hunter2}", "not read here"),
        ("{sslmode: require}", "[sslmode]", "Options are names"),
        ("  database: hs\n", "  databse: hs\n", r"'databse'[\s\S]*'database'"),
    ],
)
def test_a_bad_server_is_refused_with_its_key(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    assert right in GOOD
    with pytest.raises(SharedAnalysisError, match=said) as refused:
        load_contract(write(tmp_path, GOOD.replace(right, wrong)))
    assert "hunter2" not in str(refused.value)
    assert "housing.yaml" in str(refused.value)


def test_a_table_is_read_from_one_server(tmp_path: Path) -> None:
    document = yaml.safe_load(GOOD)
    document["servers"].append({**document["servers"][1], "server": "copy"})
    with pytest.raises(SharedAnalysisError, match="Several servers"):
        load_contract(write(tmp_path, yaml.safe_dump(document)))


def test_a_server_without_a_query_says_nothing() -> None:
    with pytest.raises(SharedAnalysisError, match="stands without the other"):
        replace(CONTRACT, server=SERVERS[0])


def test_every_kind_and_option_is_in_the_reference(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "servers.md").read_text(encoding="utf-8")
    named = [*KINDS, *(option for options in OPTIONS.values() for option in options)]
    assert [name for name in named if f"`{name}`" not in page] == []


def test_the_examples_of_the_reference_are_read(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "reference" / "servers.md").read_text(encoding="utf-8")
    indented = "\n".join(line[4:] for line in page.split("\n") if line.startswith("    "))
    _, *examples = indented.split("servers:\n")
    _, _, rest = GOOD.partition("schema:\n- name")
    head, _, _ = GOOD.partition("servers:")
    texts = (f"{head}servers:\n{example}\nschema:\n- name{rest}" for example in examples)
    database, folder = (load_contract(write(tmp_path, text)) for text in texts)
    assert database.server is not None
    assert database.server.address == "postgresql://reader@db.example.org:5432/housing"
    assert folder.folder == Folder("drop", "local", "//server/share/deliveries")
    again = load_contract(write(tmp_path, write_contract(folder)))
    assert (again.folder, again.server) == (folder.folder, None)
