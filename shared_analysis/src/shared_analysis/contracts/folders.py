"""A folder where deliveries arrive: a share, or a place in Amazon S3 or Azure that DVC reaches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared_analysis.errors import SharedAnalysisError

KINDS: Mapping[str, str] = {"s3": "s3://", "azure": "azure://", "local": ""}
"""Types of servers of the standard that are folders, and how their addresses begin."""
_NAME = re.compile(r"[A-Za-z][\w-]{0,59}", re.ASCII)
_SECRET = re.compile(r"[?#]|://[^/]*@")


@dataclass(frozen=True)
class Folder:
    """A folder where deliveries arrive, as a contract's ``servers`` describe it. It holds no password.

    Parameters
    ----------
    name
        What the project calls it.
    kind
        One of :data:`KINDS`.
    address
        Where it is: ``s3://bucket/drop``, ``azure://container/drop``, or a path, absolute or from the project's root.

    Raises
    ------
    SharedAnalysisError
        If a part is missing, or the address holds what may be a secret. It is not repeated.
    """

    name: str
    kind: str
    address: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a folder."""
        if not _NAME.fullmatch(self.name):
            _refuse("This cannot be a server's name.", "start with a letter; use letters, digits, _ and -")
        if self.kind not in KINDS or not self.address.strip() or not self.address.isprintable():
            _refuse("This is no address of a folder.", "write a path, s3://BUCKET/FOLDER or azure://CONTAINER/FOLDER")
        if not self.address.startswith(KINDS[self.kind]):
            _refuse(f"Addresses of this type begin with {KINDS[self.kind]}", "correct the address")
        if self.kind != "local" and _SECRET.search(self.address):
            _refuse(
                "The address holds a key, or something like one.",
                "leave it out: DVC takes keys from where the tools of the provider keep them",
            )

    @classmethod
    def parse(cls, address: str, name: str | None = None) -> Folder:
        """Read an address; without a name, the folder is called like its last part.

        Raises
        ------
        SharedAnalysisError
            If it is none.
        """
        kind = next(kind for kind, start in KINDS.items() if address.startswith(start))
        last = re.split(r"[\\/]", address.rstrip("\\/"))[-1]
        return cls(name or re.sub(r"\W+", "_", last, flags=re.ASCII).strip("_") or "deliveries", kind, address)


def _refuse(what: str, next_step: str) -> None:
    raise SharedAnalysisError(what, "server of deliveries", next_step)
