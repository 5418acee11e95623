"""Signatures of files, by OpenSSH: the program signs and checks, and the keys stay where people keep them.

The format is SSHSIG (OpenSSH's PROTOCOL.sshsig), with a namespace of our own, so that no signature made for something
else, a git commit say, passes for one of ours. Who may sign is a list of allowed signers, as ssh-keygen(1) describes.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from shared_analysis.errors import CheckFailed, SharedAnalysisError

NAMESPACE = "shared-analysis-certificate"
_NO_PROGRAM = "install OpenSSH (Windows: Settings, Optional features, OpenSSH Client; it also comes with Git)"
_KEYS = "make one that stays with you: ssh-keygen -t ed25519 -f certificates-key"


def refuse_key(key: Path, project: Path) -> None:
    """Refuse a key that is not there, or that lies in the project; whether it signs, only signing tells.

    Raises
    ------
    SharedAnalysisError
        If it is such a key.
    """
    if not key.is_file():
        raise SharedAnalysisError("There is no such key.", str(key), _KEYS)
    if key.resolve().is_relative_to(project.resolve()):
        raise SharedAnalysisError(
            "The key lies in the project, where the next commit may publish it.",
            str(key),
            "move it to your own folder, and if it was ever committed, make another",
        )


def sign(text: str, key: Path, project: Path) -> str:
    """Sign a text.

    Parameters
    ----------
    text
        What is signed: its bytes in UTF-8.
    key
        A private key, for whose passphrase the program asks; or a public one, whose private half the agent holds.
    project
        The repository, in which no key may lie.

    Returns
    -------
    str
        The signature, as OpenSSH writes it.

    Raises
    ------
    SharedAnalysisError
        If there is no such key, it lies in the project, or OpenSSH is not there or cannot use it.
    """
    refuse_key(key, project)
    done = _run("sign", "-f", str(key.absolute()), given=text)
    if done.returncode:
        raise SharedAnalysisError(
            f"The certificate was not signed: {_reason(done)}.", str(key), "give a key of yours, and its passphrase"
        )
    return done.stdout.decode("ascii")


def signer_of(text: str, signature: str, allowed: Path, folder: Path) -> str:
    """Say who signed a text, of those who may.

    Parameters
    ----------
    text, signature
        What is said to be signed, and how.
    allowed
        The allowed signers: lines of a name and a public key.
    folder
        An empty one for what the program reads.

    Returns
    -------
    str
        The name in the list.

    Raises
    ------
    CheckFailed
        If the signature is not of this text, or of nobody in the list, or of a key that may no longer sign.
    SharedAnalysisError
        If there is no list, or OpenSSH is not there.
    """
    if not allowed.is_file():
        raise SharedAnalysisError(
            "There is no list of signers.",
            str(allowed),
            "write a line for each data holder: their address, a space, their public key",
        )
    written = folder / "certificate.sig"
    written.write_text(signature, encoding="utf-8", newline="\n")
    whose = ("-f", str(allowed.absolute()), "-s", str(written))
    found = _run("find-principals", *whose)
    names = [name for line in found.stdout.decode("utf-8", "replace").splitlines() for name in line.split(",")]
    for name in names if not found.returncode else []:
        if not _run("verify", *whose, "-I", name, given=text).returncode:
            return name
    if names and not found.returncode:
        raise CheckFailed(
            "The signature does not belong to this certificate: one of the two was changed, or its key may not sign.",
            names[0],
            "ask the signer for the certificate and its signature again",
        )
    raise CheckFailed(
        "Nobody on your list of signers has signed this certificate.",
        str(allowed),
        "ask the data holder for their public key, by another way than this file came",
    )


def _run(what: str, *options: str, given: str = "") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SharedAnalysisError("OpenSSH is not installed.", "ssh-keygen", _NO_PROGRAM)
    command = [program, "-Y", what, "-n", NAMESPACE, *options]
    if what == "find-principals":
        command = [program, "-Y", what, *options]
    return subprocess.run(command, input=given.encode(), capture_output=True, check=False)


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    return lines[-1].removeprefix("Enter passphrase: ").rstrip(".").lower()
