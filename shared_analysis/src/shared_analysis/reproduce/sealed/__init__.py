"""A certificate made where the data is, signed there, and checked by anybody without the data."""

from shared_analysis.reproduce.sealed.check import SealedProof, check_seal
from shared_analysis.reproduce.sealed.seal import seal
from shared_analysis.reproduce.sealed.signature import refuse_key

__all__ = ["SealedProof", "check_seal", "refuse_key", "seal"]
