"""What a data holder signs: the verdicts on a commit, and nothing of the data but hashes that nobody can guess from.

A hash of a small input can be guessed: whoever tries every likely file finds the one that has it. So each hash is made
anew with a salt that stays with the data holder (HMAC, RFC 2104, with SHA-256). With the salt they can show later which
files they had; without it the salted hashes tell nobody anything. Reasons stay with the holder too: they may name
columns.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import write_text
from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.certificate.trust import entries_of
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.judge.grounds import Ground
from shared_analysis.reproduce.sealed.signature import sign
from shared_analysis.yaml_file import UNREADABLE, dump_yaml, parse_yaml

SEALED = "sealed.yaml"
SIGNATURE = f"{SEALED}.sig"
SALT = "salt-stays-here.txt"
_FORM = "shared-analysis sealed certificate 1"
_SALT_SAYS = """\
This salt made the hashes in sealed.yaml. Keep it where the data is, and hand it to nobody: with it, small
files can be guessed from their hashes. With it you can show later which files the certificate speaks of.

"""


@dataclass(frozen=True)
class Seal:
    """What a sealed certificate says.

    Parameters
    ----------
    project, commit
        What was run.
    verdict
        The worst verdict of all.
    synthetic
        Whether the run read invented data.
    day
        The day that the holder gave it; empty if none.
    text
        The whole, as it is signed.
    """

    project: str
    commit: str
    verdict: Verdict
    synthetic: bool
    day: str
    text: str


def seal(certificate: Certificate, key: Path, folder: Path, repository: Path) -> Path:
    """Write the sealed certificate, its signature and the salt into a folder; return the path of the first.

    Parameters
    ----------
    certificate
        What was found where the data is.
    key
        The holder's key, see :func:`sign`.
    folder
        Where to write.
    repository
        The project's, in which no key may lie.

    Raises
    ------
    SharedAnalysisError
        If the key cannot be used.
    """
    salt = secrets.token_bytes(32)
    text = _sealed_text(certificate, salt)
    signature = sign(text, key, repository)
    write_text(folder / SALT, f"{_SALT_SAYS}{salt.hex()}\n")
    write_text(folder / SIGNATURE, signature)
    write_text(folder / SEALED, text)
    return folder / SEALED


def salted(digest: str, salt: bytes) -> str:
    """Make a hash anew, so that what it is of cannot be guessed without the salt."""
    return hmac.new(salt, digest.encode(), hashlib.sha256).hexdigest()


def read_seal(text: str, where: str) -> Seal:
    """Read what was signed.

    Raises
    ------
    SharedAnalysisError
        If it is no sealed certificate, or one in a form of another version.
    """
    try:
        content = parse_yaml(text)
        if content["form"] != _FORM:
            raise ValueError
        return Seal(
            project=str(content["project"]),
            commit=str(content["commit"]),
            verdict=Verdict(content["verdict"]),
            synthetic=content["data"] == "SYNTHETIC",
            day=str(content["day"] or ""),
            text=text,
        )
    except (KeyError, TypeError, ValueError, *UNREADABLE):
        raise SharedAnalysisError(
            "This version cannot read it as a sealed certificate.", where, "ask the signer which version made it"
        ) from None


def _sealed_text(certificate: Certificate, salt: bytes) -> str:
    content: dict[str, Any] = {
        "form": _FORM,
        "project": certificate.title,
        "repository": certificate.repository or None,
        "commit": certificate.commit,
        "verdict": str(certificate.verdict),
        "data": "SYNTHETIC" if certificate.synthetic else "real",
        "lock": certificate.lock,
        "tolerance": certificate.tolerance,
        "environment": dict(certificate.environment),
        "day": certificate.day.isoformat() if certificate.day else None,
        "salted_with": hashlib.sha256(salt).hexdigest(),
        **(entries_of(certificate.provenance) if certificate.provenance else {}),
        "rests_on": [_ground(ground, salt) for ground in certificate.read],
        "inputs": [_entry(finding, salt) for finding in certificate.inputs],
        "outputs": [_entry(finding, salt) for finding in certificate.outputs],
        "came_out": [_ground(ground, salt) for ground in certificate.made],
    }
    return dump_yaml(content, width=110)


def _entry(finding: Finding, salt: bytes) -> Mapping[str, str | None]:
    """Write a finding without its reasons."""
    hashes = {"recorded": finding.recorded, "found": finding.found}
    return {
        "file": finding.file,
        "stage": finding.stage,
        "verdict": str(finding.verdict),
        **{name: digest and salted(digest, salt) for name, digest in hashes.items()},
    }


def _ground(ground: Ground, salt: bytes) -> Mapping[str, str | int | None]:
    """Write a file by its name, its size and a hash."""
    digests = ground.digests
    return {
        "file": ground.file,
        "kind": str(ground.kind),
        "sha256": salted(digests.sha256, salt) if digests else None,
        "bytes": digests.size if digests else None,
    }
