"""No secret that DVC's remotes take gets by, whatever file it stands in, and none is ever said."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from dvc.config_schema import REMOTE_SCHEMAS, SCHEMA

from shared_analysis.checks.secrets import FIELDS, secrets_in

SECRET = "Hq7" + "zJ2mXw9LkTt4Rb1VcYd8"  # in two parts, so that no guard of this repository takes it for one

HARMLESS = {
    # names of people, places and kinds; ways to ask; files that stay outside the project
    "access_key_id", "ask_passphrase", "ask_password", "auth", "bearer_token_command", "cert_path",
    "credentialpath", "exclude_environment_credential", "exclude_managed_identity_credential",
    "exclude_shared_token_cache_credential", "exclude_visual_studio_code_credential", "gdrive_user_credentials_file",
    "gss_auth", "kerb_ticket", "kerberos", "kerberos_principal", "key_path", "keyfile", "oss_key_id", "sse_kms_key_id",
    "gdrive_service_account_json_file_path", "gdrive_service_account_user_email", "gdrive_use_service_account",
    "account_name", "connection_timeout", "ssh_private",
}  # fmt: skip
SUSPICIOUS = re.compile(
    r"pass|secret|token|key|cred|connection_|auth|sas|cert|ticket|account|private|kerb|signature|pwd"
)


def names(schema: Any) -> Iterator[str]:
    """Every name in a schema of DVC's."""
    for key, inner in schema.items() if isinstance(schema, dict) else ():
        name = getattr(key, "schema", key)
        if isinstance(name, str):
            yield name
        yield from names(inner)


def test_every_field_of_dvc_is_known_for_a_secret_or_for_none() -> None:
    known = set(names(SCHEMA)) | {name for schema in REMOTE_SCHEMAS.values() for name in names(schema)}
    assert known > {"session_token", "sas_token", "gdrive_client_secret"}
    assert {name for name in known if SUSPICIOUS.search(name)} == (FIELDS | HARMLESS) & known
    assert known >= FIELDS


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_setting_that_is_a_secret_is_found_wherever_it_stands(sample: Any, field: str) -> None:
    value = f"X-Key: {SECRET}" if field == "custom_auth_header" else SECRET
    files = {
        ".dvc/config": f"['remote \"storage\"']\n    url = s3://bucket\n    {field} = {value}\n",
        "data/raw/x.csv.dvc": f"outs:\n- path: x.csv\n  {field}: '{value}'\n",
        "notebooks/30_plan.ipynb": json.dumps({"cells": [{"source": ["a = 1\n", f'{field} = "{value}"']}]}, indent=1),
    }
    for name, text in files.items():
        sample.write(name, text)
    sample.change("params.yaml", "plan: {", f'plan: {{{field}: "{value}", ')
    places = {one.where: one for one in sample.findings() if one.rule == "SEC001"}
    assert set(places) == {*files, "params.yaml"}
    assert places[".dvc/config"].line == 3
    assert places["data/raw/x.csv.dvc"].line == 3
    assert all(field in one.message for one in places.values())
    assert SECRET not in repr([one for one in sample.findings() if one.rule == "SEC001"])


@pytest.mark.parametrize(
    "line",
    [
        f"url: https://me:{SECRET}@example.org/data",
        f"url = ssh://me:{SECRET}@server/path",
        f"url: https://x.blob.core.windows.net/c?sv=2024-11-04&se=2027-01-01&sig={SECRET}%3D",
        f"x: https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4&X-Amz-Signature={SECRET}",
        f"x: https://storage.googleapis.com/b?X-Goog-Signature={SECRET}",
        f"x: https://b.s3.amazonaws.com/k?X-Amz-Security-Token={SECRET}",
        f"x: DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET}==",
        "x: AKIA" + "QYLPMN5HHHFPZAM2",
        "x: IQoJb3Jp" + "Z2lu" + SECRET * 3,
        "x: ghp_" + SECRET,
        "x: -----BEGIN RSA " + "PRIVATE KEY-----",
        f"# url: https://me:{SECRET}@example.org/data",
    ],
)
def test_addresses_and_keys_that_open_a_door_are_found(line: str) -> None:
    for name in ("dvc.yaml", ".dvc/config", "notebooks/1.ipynb"):
        (found,) = secrets_in(name, f"a: 1\n{line}\n")
        assert found[0] == 2
        assert SECRET not in found[1]


@pytest.mark.parametrize(
    "line",
    [
        "password:",
        "password: # ask",
        "password: null",
        "password: ~",
        "token: false",
        "password: TODO",
        "password: ${PASSWORD}",
        "password: <yours>",
        "password: '***'",
        "# password: it is in the safe",
        "ask_password = true",
        "bearer_token_command = get-token",
        "custom_auth_header = X-API-Key",
        "account_name = councildata",
        "url: https://example.org:8080/a@b",
        "url = ssh://me@server:22/path",
        "x: https://example.org/?sig=none&se=1",
        "  - {name: password, logicalType: string}",
        "tokens: 3",
        "md5: 196b08baf92b593a861a3d083c017a8e",
        "description: the token of a bus",
    ],
)
def test_what_is_no_secret_is_left_alone(line: str) -> None:
    assert list(secrets_in("dvc.yaml", f"{line}\n")) == []


@pytest.mark.parametrize("line", ['"token = tokenizer(text)\\n",', '"password = getpass()\\n",', '"token = \\"\\"\\n"'])
def test_code_that_asks_for_a_secret_holds_none(line: str) -> None:
    assert list(secrets_in("notebooks/1.ipynb", line)) == []


def test_the_check_before_a_commit_says_where_and_not_what(tmp_path: Any) -> None:
    (tmp_path / "config").write_text(f"[core]\npassword = {SECRET}\n", encoding="utf-8")
    (tmp_path / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    command = [sys.executable, "-m", "shared_analysis.checks"]
    done = subprocess.run([*command, "config", "dvc.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.startswith("config, line 2: the setting 'password'\nNext: ")
    assert SECRET not in done.stdout + done.stderr
    assert subprocess.run([*command, "dvc.yaml"], cwd=tmp_path).returncode == 0
