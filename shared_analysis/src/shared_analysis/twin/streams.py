"""Random streams with names, so that a new table or column never reshuffles the others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Streams:
    """A family of independent random generators that all grow from one seed.

    Each name leads to its own child of one :class:`numpy.random.SeedSequence`. The child depends on the seed and on the
    name alone: not on how many other streams there are, nor on the order in which they are asked for.
    """

    seed: int
    path: tuple[str, ...] = ()

    def child(self, *names: str) -> Streams:
        """Return the sub-family of that name."""
        return Streams(self.seed, (*self.path, *names))

    def rng(self, *names: str) -> np.random.Generator:
        """Return a fresh generator for that name: the same name gives the same numbers."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=self._key(names)))

    def integer(self, *names: str) -> int:
        """Return a seed to hand to something that takes a plain number."""
        return int(self.rng(*names).integers(2**31))

    def _key(self, names: tuple[str, ...]) -> tuple[int, ...]:
        text = "\x1f".join((*self.path, *names))
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        return tuple(int.from_bytes(digest[start : start + 4], "little") for start in range(0, 16, 4))
