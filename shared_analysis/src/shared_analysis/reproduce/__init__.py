"""The reviewer's proof: run a commit again from its inputs alone, and say what came out otherwise than it claims."""

from shared_analysis.reproduce.certificate import Certificate
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.verify import verify
from shared_analysis.reproduce.wheelhouse import Wheelhouse

__all__ = ["Certificate", "Finding", "Verdict", "Wheelhouse", "verify"]
