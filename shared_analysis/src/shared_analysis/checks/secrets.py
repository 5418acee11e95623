"""Secrets in the files that say how a project works: what DVC's remotes take, and addresses that open doors.

Nothing that is found is ever said: neither the secret nor a part of it, only where it stands and what kind it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

FIELDS = frozenset(
    {
        "account_key",
        "client_secret",
        "connection_string",
        "custom_auth_header",
        "gdrive_client_secret",
        "oss_key_secret",
        "passphrase",
        "password",
        "sas_token",
        "secret_access_key",
        "session_token",
        "sse_customer_key",
        "token",
    }
)
"""The settings of DVC that are secrets; a test compares them with DVC's own list."""

_HEADER = "custom_auth_header"  # is the name of a header, and a secret only where its value stands behind it
_OPEN = r"(?!\$\{|<|\*|TODO|\.\.\.)"  # not what only stands for a value: a variable, <password>, ***
_QUOTE = r"""\\?["']"""
_SETTING = rf"(?i)(?<![\w-])(?:{_QUOTE})?({'|'.join(sorted(FIELDS))})(?:{_QUOTE})?\s*[=:]\s*"
_QUOTED = re.compile(rf"{_SETTING}(?:{_QUOTE}){_OPEN}([^\"'\\]{{4,}})")
_BARE = re.compile(rf"{_SETTING}(?:{_QUOTE})?{_OPEN}(?!(?:null|none|true|false|~)?\s*(?:[#,}}]|$))([^\"'\s#][^\"'#]*)")
_ELSEWHERE = (
    ("an address with a password in it", re.compile(rf"://[^/\s:@\"'\\]*:{_OPEN}[^/\s@\"'\\]+@")),
    (
        "an address that is signed",
        re.compile(r"[?&](?i:sig|signature|X-(?:Amz|Goog)-Signature)=[\w%+/=-]{16,}"),
    ),
    ("a token in an address", re.compile(r"[?&](?i:X-Amz-Security-Token|(?:access_|private_)?token)=[\w%+/.=-]{12,}")),
    ("the key of a store", re.compile(r"(?i)\b(?:AccountKey|SharedAccessSignature|SharedAccessKey)=[\w%+/=&-]{16,}")),
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a session token of AWS", re.compile(r"\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[\w+/=]{40,}")),
    ("a token of DVC Studio or GitHub", re.compile(r"\b(?:isat_|gh[pousr]_|github_pat_)\w{20,}")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
)


def secrets_in(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the line number of each secret, counted from 1, and its kind. No line is yielded twice.

    Parameters
    ----------
    name
        The file's name: in a notebook, settings are text in quotes; elsewhere, they need none.
    text
        What it holds.
    """
    setting = _QUOTED if PurePath(name).suffix == ".ipynb" else _BARE
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.lstrip().startswith(("#", ";")) and "://" not in line:
            continue
        if found := setting.search(line):
            field = found[1].lower()
            if field != _HEADER or re.search(r"[:\s]\S", found[2].strip()):
                yield number, f"the setting '{field}'"
                continue
        kind = next((kind for kind, shape in _ELSEWHERE if shape.search(line)), None)
        if kind:
            yield number, kind
